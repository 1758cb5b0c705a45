package localpg

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Trap: the server's user cannot enter the parent folder, and the error is a
// misleading "fork/exec initdb: permission denied".
func TestClosedParent(t *testing.T) {
	parent := newDir(t)
	dir := filepath.Join(parent, "var", "pg")
	if !isRoot() {
		if err := os.Chmod(parent, 0o500); err != nil {
			t.Fatal(err)
		}
		_, err := Start(context.Background(), fastIn(dir))
		if !errors.Is(err, os.ErrPermission) || !strings.Contains(err.Error(), parent) {
			t.Errorf("got %v, want permission denied for %s", err, parent)
		}
		return
	}
	moveReplacements(t)
	want := filepath.Join(replacements, hash(dir))

	var said []any
	o := fastIn(dir)
	o.Log = func(_ string, args ...any) { said = append(said, args...) }
	c := mustStart(t, o)
	if c.Dir() != want {
		t.Errorf("folder %s, want %s", c.Dir(), want)
	}
	if len(said) < 4 || said[1] != dir || said[3] != want {
		t.Errorf("said %v, want both folders named", said)
	}
	attached, err := Attach(context.Background(), dir)
	if err != nil || attached.PID() != c.PID() {
		t.Errorf("attach: %v, want server %d", err, c.PID())
	}
	mustStop(t, c)

	// Opening the parent later must not make the data disappear.
	if err := os.Chmod(parent, 0o755); err != nil {
		t.Fatal(err)
	}
	if got, err := Folder(dir); err != nil || got != want {
		t.Errorf("after opening: %s, %v; want %s", got, err, want)
	}
}

func TestClosingTheParentDoesNotHideData(t *testing.T) {
	if !isRoot() {
		t.Log("as a normal user there are no replacements: covered by TestClosedParent")
		return
	}
	moveReplacements(t)
	parent := newDir(t)
	if err := os.Chmod(parent, 0o755); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(parent, "pg")
	pretendData(t, dir, 65534)
	if got, err := Folder(dir); err != nil || got != dir {
		t.Fatalf("open: %s, %v; want %s", got, err, dir)
	}
	if err := os.Chmod(parent, 0o700); err != nil {
		t.Fatal(err)
	}
	if got, err := Folder(dir); err == nil || !strings.Contains(err.Error(), parent) {
		t.Errorf("closed: %s, %v; want an error that names %s", got, err, parent)
	}
}

// Data keep their user, whoever that is and whatever users come later.
func TestOwnerOfTheDataRunsTheServer(t *testing.T) {
	dir := newDir(t)
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	mine := filepath.Join(dir, "pg")
	if !isRoot() {
		if p, err := locate(mine); err != nil || p.cred != nil || p.uid != os.Geteuid() {
			t.Errorf("got %+v, %v; want to run as ourselves", p, err)
		}
		return
	}
	if p, err := locate(mine); err != nil || p.cred == nil || p.uid == 0 || p.user != "postgres" && p.user != "nobody" {
		t.Errorf("new cluster: %+v, %v; want postgres or nobody", p, err)
	}
	pretendData(t, mine, 4711)
	if p, err := locate(mine); err != nil || p.cred == nil || p.cred.Uid != 4711 {
		t.Errorf("data of 4711: %+v, %v", p, err)
	}
	pretendData(t, mine, 0)
	if _, err := locate(mine); err == nil || !strings.Contains(err.Error(), "chown") {
		t.Errorf("data of root: %v, want the advice to chown", err)
	}
}

func TestStrictUmaskDoesNotLockTheServerOut(t *testing.T) {
	before := syscall.Umask(0o077)
	t.Cleanup(func() { syscall.Umask(before) })
	open := newDir(t)
	if err := os.Chmod(open, 0o755); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(open, "var", "pg")
	c := mustStart(t, fastIn(dir))
	if c.Dir() != dir {
		t.Errorf("folder %s, want %s", c.Dir(), dir)
	}
	mustStop(t, c)
}

func TestTwoNamesOfOneFolder(t *testing.T) {
	dir := newDir(t)
	link := dir + "-link"
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(link) }) // nothing to do about it
	for _, rest := range []string{"", "/a/b"} {
		one, err1 := realPath(dir + rest)
		two, err2 := realPath(link + rest)
		if err1 != nil || err2 != nil || one != two || one != dir+rest {
			t.Errorf("%s, %v and %s, %v; want %s", one, err1, two, err2, dir+rest)
		}
	}
}

func TestRootFollowsNoLinkOfTheServersUser(t *testing.T) {
	dir := newDir(t)
	victim := filepath.Join(newDir(t), "passwd")
	if err := os.WriteFile(victim, []byte("keep"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(victim, filepath.Join(dir, "lock")); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(context.Background(), fastIn(dir)); err == nil {
		t.Error("a linked lock was accepted")
	}
	if b, err := os.ReadFile(victim); err != nil || string(b) != "keep" {
		t.Errorf("victim: %q, %v", b, err)
	}
}

// moveReplacements keeps tests out of /var/lib.
func moveReplacements(t *testing.T) {
	t.Helper()
	dir := newDir(t)
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	before := replacements
	replacements = filepath.Join(dir, "rundertisch")
	t.Cleanup(func() { replacements = before })
}

func pretendData(t *testing.T, dir string, uid int) {
	t.Helper()
	data := filepath.Join(dir, "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	version := filepath.Join(data, "PG_VERSION")
	if err := os.WriteFile(version, []byte("15\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(version, uid, uid); err != nil {
		t.Fatal(err)
	}
}
