package localpg

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// Trap: two processes, one folder.
func TestSecondOwnerIsToldWhoTheFirstIs(t *testing.T) {
	dir := madeDir(t)
	a := startApplication(t, dir)

	_, err := Start(context.Background(), fastIn(dir))
	var owned ErrOwned
	if !errors.As(err, &owned) || owned.PID != a.cmd.Process.Pid || owned.Dir != dir {
		t.Fatalf("got %v, want ErrOwned by %d", err, a.cmd.Process.Pid)
	}
	if !strings.Contains(err.Error(), "already run by process") {
		t.Errorf("unclear: %v", err)
	}

	c, err := Attach(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if c.Owner() || c.PID() != a.server || c.URL(Owner, Database) != a.url {
		t.Errorf("attached: owner %v, pid %d, %s; want false, %d, %s", c.Owner(), c.PID(), c.URL(Owner, Database), a.server, a.url)
	}
	if err := c.Stop(); err != nil {
		t.Error(err)
	}
	if got := ask(t, connectTo(t, c.URL(App, Database)), "SELECT 'still there'"); got != "still there" {
		t.Error("Stop of an attached cluster stopped it")
	}

	a.stop(t)
	if _, err := Attach(context.Background(), dir); !errors.Is(err, ErrNotRunning) {
		t.Errorf("attach after the end: %v, want ErrNotRunning", err)
	}
	mustStop(t, mustStart(t, fastIn(dir)))
}

func TestAttachNeedsARunningCluster(t *testing.T) {
	dir := newDir(t)
	if _, err := Attach(context.Background(), dir+"/nothing/here"); !errors.Is(err, ErrNotRunning) {
		t.Errorf("got %v, want ErrNotRunning", err)
	}
	if len(names(t, dir)) != 0 {
		t.Error("Attach has made folders")
	}
}

// Trap: the socket answers, but it is another server's. With the lock out of
// the way only the comparison of process ids is left to notice.
func TestAnotherServersAnswerIsNotOurs(t *testing.T) {
	setStaleLimit(t, 300*time.Millisecond)
	dir := madeDir(t)
	first := mustStart(t, fastIn(dir))
	bin, err := find(context.Background(), Options{}, first.place, 0)
	if err != nil {
		t.Fatal(err)
	}

	second := &Cluster{place: first.place, socket: first.socket, port: port}
	err = second.launch(context.Background(), bin, true)
	var owned ErrOwned
	if !errors.As(err, &owned) || owned.PID != first.PID() {
		t.Errorf("got %v, want ErrOwned by server %d", err, first.PID())
	}

	// A child that is slow to die leaves more time for the mistake.
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	slow := &Cluster{place: first.place, socket: first.socket, port: port, pid: os.Getpid(), exited: make(chan struct{})}
	if err := slow.awaitReady(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want to wait in vain", err)
	}
	if got := ask(t, connectTo(t, first.URL(App, Database)), "SELECT 'untouched'"); got != "untouched" {
		t.Error("the first server was disturbed")
	}
	mustStop(t, first)
}

// Trap: the parent-death signal follows the thread, not the process.
func TestServerOutlivesThreads(t *testing.T) {
	c := mustStart(t, fastIn(madeDir(t)))
	var all sync.WaitGroup
	gate := make(chan struct{})
	for range 100 {
		all.Add(1)
		go func() {
			runtime.LockOSThread() // and never unlock: the thread ends with us
			defer all.Done()
			<-gate
		}()
	}
	time.Sleep(50 * time.Millisecond)
	close(gate)
	all.Wait()
	time.Sleep(300 * time.Millisecond)
	select {
	case <-c.Exited():
		t.Fatal("the server ended together with a thread")
	default:
	}
	mustStop(t, c)
}

func setStaleLimit(t *testing.T, d time.Duration) {
	t.Helper()
	before := staleLimit
	staleLimit = d
	t.Cleanup(func() { staleLimit = before })
}
