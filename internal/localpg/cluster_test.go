package localpg

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestStartAgainKeepsData(t *testing.T) {
	dir := newDir(t)
	began := time.Now()
	c := mustStart(t, Options{Dir: dir}) // durable, as the application does it
	t.Logf("first start: %s", time.Since(began))
	if !c.Owner() || c.Dir() != dir {
		t.Errorf("owner %v, folder %s; want true, %s", c.Owner(), c.Dir(), dir)
	}
	mustExec(t, connectTo(t, c.URL(Owner, Database)), "CREATE TABLE kept AS SELECT 'ja' AS v")
	mustStop(t, c)
	mustStop(t, c) // a second call repeats the answer
	select {
	case <-c.Exited():
	default:
		t.Error("Exited is open after Stop")
	}
	if entries := names(t, dir); !slices.Equal(entries, []string{"data", "lock", "log"}) {
		t.Errorf("left in the folder: %v", entries)
	}

	began = time.Now()
	c = mustStart(t, Options{Dir: dir})
	t.Logf("second start: %s", time.Since(began))
	if got := ask(t, connectTo(t, c.URL(Owner, Database)), "SELECT v FROM kept"); got != "ja" {
		t.Errorf("got %q", got)
	}
	mustStop(t, c)
}

func TestSettings(t *testing.T) {
	t.Setenv("PGPORT", "5999") // of the operator's own; must not lead us astray
	c := mustStart(t, fastIn(newDir(t)))
	conn := connectTo(t, c.URL(Superuser, Database))
	for name, want := range map[string]string{
		"data_checksums":                    "on",
		"listen_addresses":                  "",
		"unix_socket_permissions":           "0700",
		"TimeZone":                          "UTC",
		"log_timezone":                      "UTC",
		"server_encoding":                   "UTF8",
		"lc_messages":                       "C.UTF-8",
		"log_parameter_max_length":          "0",
		"log_parameter_max_length_on_error": "0",
	} {
		if got := ask(t, conn, "SHOW "+name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if got, want := ask(t, conn, `SELECT string_agg(w, ' ' ORDER BY w) FROM unnest(
		'{Zebra,Öl,Ofen,Äpfel,Apfel,Strasse,straße}'::text[]) AS w`), "Apfel Äpfel Ofen Öl Strasse straße Zebra"; got != want {
		t.Errorf("German order: %s, want %s", got, want)
	}
	for _, path := range []string{c.Dir(), filepath.Join(c.Dir(), socketName)} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o700 {
			t.Errorf("%s: mode %o, want 700", path, info.Mode().Perm())
		}
	}
}

func TestTerminalInterruptDoesNotReachTheServer(t *testing.T) {
	a := startApplication(t, madeDir(t))
	if err := syscall.Kill(-a.cmd.Process.Pid, syscall.SIGINT); err != nil { // as ^C does: the whole group
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond)
	if got := ask(t, connectTo(t, a.url), "SELECT 'alive'"); got != "alive" {
		t.Errorf("got %q", got)
	}
}

func TestForeignFolderIsRefused(t *testing.T) {
	dir := newDir(t)
	if err := os.WriteFile(filepath.Join(dir, "diary.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Start(context.Background(), fastIn(dir))
	if err == nil || !strings.Contains(err.Error(), "diary.txt") {
		t.Errorf("got %v, want an error that names diary.txt", err)
	}
	after, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := owner(before)
	if got, _ := owner(after); got != uid || len(names(t, dir)) != 1 {
		t.Errorf("folder was changed: owner %d, files %v", got, names(t, dir))
	}
	if _, err := Start(context.Background(), Options{}); err == nil {
		t.Error("no folder at all was accepted")
	}
}

func TestHalfMadeDataAreMadeAnew(t *testing.T) {
	dir := newDir(t)
	for _, name := range []string{"lock", "data.new/base/1/x"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	mustStop(t, mustStart(t, fastIn(dir)))
	if _, err := os.Stat(filepath.Join(dir, "data.new")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("data.new: %v", err)
	}
}

func TestCancelledStartLeavesNothingRunning(t *testing.T) {
	dir := madeDir(t)
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Millisecond)
	defer cancel()
	if c, err := Start(ctx, fastIn(dir)); err == nil {
		mustStop(t, c) // a very fast machine
	} else if !errors.Is(err, context.DeadlineExceeded) && !strings.Contains(err.Error(), "killed") {
		t.Errorf("got %v", err)
	}
	if _, err := Attach(context.Background(), dir); !errors.Is(err, ErrNotRunning) {
		t.Errorf("attach: %v, want ErrNotRunning", err)
	}
	mustStop(t, mustStart(t, fastIn(dir)))
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func BenchmarkFirstStart(b *testing.B) {
	for range b.N {
		mustStop(b, mustStart(b, Options{Dir: newDir(b)}))
	}
}

func BenchmarkLaterStart(b *testing.B) {
	dir := newDir(b)
	mustStop(b, mustStart(b, Options{Dir: dir}))
	for b.Loop() {
		mustStop(b, mustStart(b, Options{Dir: dir}))
	}
}
