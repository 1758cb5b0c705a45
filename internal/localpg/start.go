package localpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	readyLimit    = 30 * time.Second // slow machines
	recoveryLimit = 10 * time.Minute // a server that says it is replaying its log
	poll          = 10 * time.Millisecond
)

// staleLimit is the patience with a dead server's remains: a zombie, shared
// memory, the last backends. A test may shorten it.
var staleLimit = 10 * time.Second

// errStale means that the server ended because of another one's remains.
var errStale = errors.New("another server's lock is in the way")

// remains is what the server then says; LC_ALL is ours, so it is English.
var remains = regexp.MustCompile(`lock file ".*" already exists|pre-existing shared memory block`)

// launch starts the server and returns when it answers. What a killed server
// left behind goes away by itself within seconds, hence the second tries.
func (c *Cluster) launch(ctx context.Context, bin binaries, fast bool) error {
	began := time.Now()
	for {
		err := c.launchOnce(ctx, bin, fast)
		if !errors.Is(err, errStale) {
			return err
		}
		if time.Since(began) > staleLimit {
			if m, readErr := readPostmaster(c.place); readErr == nil && alive(m.pid) {
				return errors.Join(ErrOwned{PID: m.pid, Dir: c.place.dir}, err)
			}
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func (c *Cluster) launchOnce(ctx context.Context, bin binaries, fast bool) (err error) {
	if err := c.dropUseless(); err != nil {
		return err
	}
	out, err := openOwn(c.place, c.place.log(), os.O_WRONLY|os.O_APPEND)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	from, err := size(out)
	if err != nil {
		return err
	}
	cmd := exec.Command(filepath.Join(bin.dir, "postgres"), c.serverArgs(fast)...)
	c.place.confine(cmd)
	cmd.Stdout, cmd.Stderr = out, out // files: a pipe would fill up or keep Wait from returning
	if err := c.run(cmd); err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	if err := c.awaitReady(ctx); err != nil {
		said := tail(c.place.log(), from)
		select {
		case <-c.exited:
			if remains.MatchString(said) {
				err = errors.Join(errStale, err)
			}
		default:
			err = errors.Join(err, c.end())
		}
		return fmt.Errorf("start PostgreSQL %s in %s: %w\n%s", bin.version, c.place.dir, err, said)
	}
	return nil
}

func (c *Cluster) serverArgs(fast bool) []string {
	settings := []string{
		"listen_addresses=",
		"port=" + strconv.Itoa(port),
		"unix_socket_directories=" + c.socket,
		"unix_socket_permissions=0700",
		"timezone=UTC",
		"log_timezone=UTC",
		"logging_collector=off",
		// Parameters are personal data; the log is not the place for them.
		"log_parameter_max_length=0",
		"log_parameter_max_length_on_error=0",
	}
	if fast {
		settings = append(settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off")
	}
	args := []string{"-D", c.place.data()}
	for _, s := range settings {
		args = append(args, "-c", s)
	}
	return args
}

// run starts the child and a goroutine that waits for it. The parent-death
// signal comes when the *thread* that started the child ends, so that thread
// is held for as long as the child lives.
func (c *Cluster) run(cmd *exec.Cmd) error {
	cmd.SysProcAttr.Pdeathsig = syscall.SIGINT // a fast shutdown, even if we die of kill -9
	c.exited = make(chan struct{})
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		c.waitErr = cmd.Wait()
		close(c.exited)
	}()
	if err := <-started; err != nil {
		return err
	}
	c.pid = cmd.Process.Pid
	return nil
}

// awaitReady waits until our own child answers. That the socket answers is not
// enough: it may be the socket of another server, on which our child has just
// died.
func (c *Cluster) awaitReady(ctx context.Context) error {
	began := time.Now()
	for limit := readyLimit; ; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-c.exited:
			return fmt.Errorf("the server ended: %w", endOf(c.waitErr))
		case <-time.After(poll):
		}
		m, err := readPostmaster(c.place)
		if err == nil && m.pid == c.pid {
			if err = c.ping(ctx); err == nil {
				return c.stillThere()
			}
		}
		if recovering(err) {
			limit = recoveryLimit
		}
		if time.Since(began) > limit {
			return fmt.Errorf("not ready after %s: %w", limit, errors.Join(err, context.DeadlineExceeded))
		}
	}
}

func (c *Cluster) stillThere() error {
	select {
	case <-c.exited:
		return fmt.Errorf("the server ended: %w", endOf(c.waitErr))
	default:
		return nil
	}
}

// ping connects as any client would.
func (c *Cluster) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.URL(Superuser, "postgres"))
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	return errors.Join(conn.Ping(ctx), conn.Close(ctx))
}

// recovering: "the database system is starting up".
func recovering(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "57P03"
}
