package localpg

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// ErrOwned is returned by Start if another process runs the cluster.
type ErrOwned struct {
	PID int // 0 if unknown
	Dir string
}

// Error names the process, so that the operator can look at it.
func (e ErrOwned) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("database in %s is already run by another process", e.Dir)
	}
	return fmt.Sprintf("database in %s is already run by process %d", e.Dir, e.PID)
}

// lock is the right to run the cluster of one folder. The kernel takes it back
// when the process ends, however it ends; the file itself stays.
type lock struct{ file *os.File }

func takeLock(p place) (*lock, error) {
	f, err := openOwn(p, filepath.Join(p.dir, "lock"), os.O_RDWR)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		if errors.Is(err, unix.EWOULDBLOCK) {
			err = ErrOwned{PID: pidIn(f), Dir: p.dir}
		} else {
			err = fmt.Errorf("lock database folder: %w", err)
		}
		return nil, errors.Join(err, f.Close())
	}
	l := &lock{f}
	if err := l.write(strconv.Itoa(os.Getpid()) + "\n"); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return l, nil
}

func (l *lock) release() error {
	return errors.Join(l.write(""), l.file.Close())
}

func (l *lock) write(s string) error {
	if err := l.file.Truncate(0); err != nil {
		return fmt.Errorf("write lock: %w", err)
	}
	if _, err := l.file.WriteAt([]byte(s), 0); err != nil {
		return fmt.Errorf("write lock: %w", err)
	}
	return nil
}

func pidIn(r io.Reader) int {
	b, err := io.ReadAll(io.LimitReader(r, 32))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return 0
	}
	return pid
}

// openOwn opens a file of ours in the cluster folder and gives it to the
// server's user. That user could put a link there, which root must not follow.
func openOwn(p place, path string, flag int) (*os.File, error) {
	f, err := os.OpenFile(path, flag|os.O_CREATE|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open file of the database folder: %w", err)
	}
	if p.cred == nil {
		return f, nil
	}
	if err := f.Chown(p.uid, p.gid); err != nil {
		return nil, errors.Join(fmt.Errorf("give file to user %s: %w", p.user, err), f.Close())
	}
	return f, nil
}
