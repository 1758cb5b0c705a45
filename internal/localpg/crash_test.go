package localpg

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// writeBoth commits one row and leaves 50,000 others in an open transaction.
func writeBoth(t *testing.T, url string) {
	t.Helper()
	conn := connectTo(t, url)
	mustExec(t, conn, "CREATE TABLE IF NOT EXISTS work (n int)")
	mustExec(t, conn, "TRUNCATE work")
	mustExec(t, conn, "INSERT INTO work VALUES (1)")
	mustExec(t, conn, "BEGIN")
	mustExec(t, conn, "INSERT INTO work SELECT generate_series(2, 50001)")
}

func checkCommittedOnly(t *testing.T, c *Cluster) {
	t.Helper()
	conn := connectTo(t, c.URL(Owner, Database))
	if got := ask(t, conn, "SELECT string_agg(n::text, ',') FROM work"); got != "1" {
		t.Errorf("after the crash: rows %.50s, want 1", got)
	}
}

func TestServerKilled(t *testing.T) {
	o := Options{Dir: madeDir(t)} // durable
	c := mustStart(t, o)
	writeBoth(t, c.URL(Owner, Database))
	mustKill(t, c.PID())
	select {
	case <-c.Exited():
	case <-time.After(10 * time.Second):
		t.Fatal("Exited does not notice")
	}
	if err := c.Stop(); err == nil {
		t.Error("Stop does not say that the server ended by itself")
	}
	// At once, while the last backends are still on their way out.
	c = mustStart(t, o)
	checkCommittedOnly(t, c)
	mustStop(t, c)
}

// Trap: "go run" does not pass on SIGTERM, an OOM killer does not ask. The
// server must not live on as an orphan.
func TestApplicationKilled(t *testing.T) {
	dir := madeDir(t)
	a := startApplication(t, dir)
	writeBoth(t, a.url)
	a.kill(t, false)
	c := mustStart(t, fastIn(dir)) // waits for the old one's shutdown
	waitGone(t, a.server)
	if c.PID() == a.server {
		t.Error("the old server is in use")
	}
	checkCommittedOnly(t, c)
	mustStop(t, c)
}

func TestBothKilled(t *testing.T) {
	dir := madeDir(t)
	a := startApplication(t, dir)
	writeBoth(t, a.url)
	a.kill(t, true)
	c := mustStart(t, fastIn(dir))
	checkCommittedOnly(t, c)
	mustStop(t, c)
}

// Trap: the pid file names a zombie, which PID 1 will reap in a while.
func TestZombieInThePidFile(t *testing.T) {
	dir := madeDir(t)
	p, err := locate(dir)
	if err != nil {
		t.Fatal(err)
	}
	zombie := startSleeper(t, p, "postgres")
	mustKill(t, zombie.Process.Pid)
	writePidFile(t, p, zombie.Process.Pid)

	const unreaped = 700 * time.Millisecond
	reaped := make(chan error, 1)
	began := time.Now()
	go func() {
		time.Sleep(unreaped)
		reaped <- zombie.Wait()
	}()
	c, err := Start(context.Background(), fastIn(dir))
	<-reaped
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < unreaped {
		t.Errorf("started after %s, while the old server was not reaped", took)
	}
	mustStop(t, c)
}

// A pid file that names a living server is never deleted.
func TestLivingServerInThePidFile(t *testing.T) {
	setStaleLimit(t, 300*time.Millisecond)
	dir := madeDir(t)
	p, err := locate(dir)
	if err != nil {
		t.Fatal(err)
	}
	sleeper := startSleeper(t, p, "postgres")
	pidFile := writePidFile(t, p, sleeper.Process.Pid)
	if _, err := Start(context.Background(), fastIn(dir)); err == nil {
		t.Fatal("started beside another server")
	}
	if _, err := os.Stat(pidFile); err != nil {
		t.Errorf("pid file: %v", err)
	}
	mustKill(t, sleeper.Process.Pid)
	sleeper.Wait() // killed
	mustStop(t, mustStart(t, fastIn(dir)))
}

// In a container the old server's id soon belongs to something else.
func TestRecycledIDInThePidFile(t *testing.T) {
	dir := madeDir(t)
	p, err := locate(dir)
	if err != nil {
		t.Fatal(err)
	}
	other := startSleeper(t, p, "sleeper")
	for _, content := range []string{fmt.Sprintf("%d\n%s\n", other.Process.Pid, p.data()), ""} {
		for _, path := range []string{filepath.Join(p.data(), "postmaster.pid"), filepath.Join(dir, socketName+".lock")} {
			writeAs(t, p, path, content)
		}
		mustStop(t, mustStart(t, fastIn(dir)))
	}
	mustKill(t, other.Process.Pid)
	other.Wait() // killed
}

// startSleeper runs a harmless program under a name, as the server's user:
// PostgreSQL ignores the processes of others.
func startSleeper(t *testing.T, p place, name string) *exec.Cmd {
	t.Helper()
	sleep, err := exec.LookPath("sleep")
	if err != nil {
		t.Fatal(err)
	}
	dir := newDir(t)
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, name)
	if err := os.Symlink(sleep, link); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(link, "60")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.cred}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			cmd.Process.Kill() // may have ended
			cmd.Wait()         // killed
		}
	})
	return cmd
}

func writePidFile(t *testing.T, p place, pid int) string {
	t.Helper()
	path := filepath.Join(p.data(), "postmaster.pid")
	writeAs(t, p, path, fmt.Sprintf("%d\n%s\n", pid, p.data()))
	return path
}

func writeAs(t *testing.T, p place, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(path, p.uid, p.gid); err != nil {
		t.Fatal(err)
	}
}
