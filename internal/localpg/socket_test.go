package localpg

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Trap: a socket path over 107 bytes ends the server. A comma would be taken
// for a list.
func TestLongOrOddPathHasAShortSocket(t *testing.T) {
	open := newDir(t)
	if err := os.Chmod(open, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{strings.Repeat("lang", 30), "Müller, Söhne & 'Co'"} {
		dir := filepath.Join(open, name)
		c := mustStart(t, fastIn(dir))
		u, err := url.Parse(c.URL(App, Database))
		if err != nil {
			t.Fatal(err)
		}
		host := u.Query().Get("host")
		if len(host)+1+len(socketName) > maxSocket || !plainPath.MatchString(host) {
			t.Errorf("socket in %s", host)
		}
		attached, err := Attach(context.Background(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if got := ask(t, connectTo(t, attached.URL(App, Database)), "SELECT 'ja'"); got != "ja" {
			t.Errorf("got %q", got)
		}
		mustStop(t, c)
		if _, err := os.Stat(host); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("socket folder %s: %v, want it gone", host, err)
		}
	}
}

func TestLongestPathOfASocket(t *testing.T) {
	room := maxSocket - 1 - len(socketName)
	fits := place{dir: "/" + strings.Repeat("x", room-1)}
	if got := fits.socketDir(); got != fits.dir {
		t.Errorf("%d bytes: %s", len(fits.dir), got)
	}
	tooLong := place{dir: fits.dir + "x"}
	if got := tooLong.socketDir(); got == tooLong.dir || len(got) > 30 {
		t.Errorf("%d bytes: %s", len(tooLong.dir), got)
	}
}

// Anybody may have made the folder in /tmp before us.
func TestForeignSocketFolderIsRefused(t *testing.T) {
	open := newDir(t)
	if err := os.Chmod(open, 0o755); err != nil {
		t.Fatal(err)
	}
	p, err := locate(filepath.Join(open, strings.Repeat("x", 120)))
	if err != nil {
		t.Fatal(err)
	}
	if isRoot() {
		p.uid, p.gid = 4711, 4711
	}
	dir := p.socketDir()
	if err := os.Symlink(open, dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) }) // nothing to do about it
	if _, err := p.makeSocketDir(); err == nil {
		t.Error("a link was accepted")
	}
	if !isRoot() {
		return // cannot make a folder that belongs to another user
	}
	if err := errors.Join(os.Remove(dir), os.Mkdir(dir, 0o700), os.Chown(dir, 4712, 4712)); err != nil {
		t.Fatal(err)
	}
	if _, err := p.makeSocketDir(); err == nil {
		t.Error("the folder of another user was accepted")
	}
}
