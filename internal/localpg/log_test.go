package localpg

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLogIsAFileWithoutPersonalData(t *testing.T) {
	dir := madeDir(t)
	c := mustStart(t, fastIn(dir))
	conn := connectTo(t, c.URL(Owner, Database))
	_, err := conn.Exec(context.Background(), "SELECT 1 / (length($1::text) - 8)", "geheim!!")
	if err == nil {
		t.Fatal("no division by zero")
	}
	mustExec(t, conn, "CREATE TABLE person (mail text PRIMARY KEY)")
	for range 2 {
		_, err = conn.Exec(context.Background(), "INSERT INTO person VALUES ($1)", "geheim@example.org")
	}
	if err == nil {
		t.Fatal("no duplicate key")
	}
	mustStop(t, c)
	log, err := os.ReadFile(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(log), "division by zero") {
		t.Errorf("the server's words are not in the log:\n%s", log)
	}
	if strings.Contains(string(log), "geheim") {
		t.Errorf("personal data are in the log:\n%s", log)
	}
	info, err := os.Stat(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("log: mode %o, want 600", info.Mode().Perm())
	}
}

func TestLargeLogIsRotated(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	if err := rotateLog(path); err != nil {
		t.Errorf("no log yet: %v", err)
	}
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, logLimit); err != nil {
		t.Fatal(err)
	}
	if err := rotateLog(path); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path + ".1"); err != nil || info.Size() != logLimit {
		t.Errorf("old log: %v", err)
	}
}

// What the server said last is in the error.
func TestErrorQuotesTheLog(t *testing.T) {
	dir := madeDir(t)
	p, err := locate(dir)
	if err != nil {
		t.Fatal(err)
	}
	writeAs(t, p, filepath.Join(p.data(), "postgresql.conf"), "work_mem = viel\n")
	_, err = Start(context.Background(), fastIn(dir))
	if err == nil || !strings.Contains(err.Error(), "work_mem") {
		t.Errorf("got %v, want the server's words about work_mem", err)
	}
	if _, err := Start(context.Background(), fastIn(dir)); err == nil || strings.Contains(err.Error(), "already run") {
		t.Errorf("the lock was kept after a failed start: %v", err)
	}
}
