package localpg

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// postmaster is what a server says of itself in data/postmaster.pid.
type postmaster struct {
	pid    int
	port   int
	socket string
	status string // starting, ready, stopping
}

// readPostmaster returns an error that is fs.ErrNotExist if no server runs.
func readPostmaster(p place) (postmaster, error) {
	b, err := os.ReadFile(filepath.Join(p.data(), "postmaster.pid"))
	if err != nil {
		return postmaster{}, fmt.Errorf("read pid file: %w", err)
	}
	lines := strings.Split(string(b), "\n")
	for len(lines) < 8 { // the server writes it piece by piece
		lines = append(lines, "")
	}
	m := postmaster{socket: strings.TrimSpace(lines[4]), status: strings.TrimSpace(lines[7])}
	if m.pid, err = strconv.Atoi(strings.TrimSpace(lines[0])); err != nil {
		return m, nil //nolint:nilerr // half written: no pid yet
	}
	m.port, _ = strconv.Atoi(strings.TrimSpace(lines[3])) // 0 until it is written
	return m, nil
}

// alive reports whether a process has this id. A zombie has one, too.
func alive(pid int) bool {
	if pid <= 0 {
		return false
	}
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}

// dropUseless removes lock files whose process id now belongs to something
// that is no PostgreSQL server, as happens in containers, where ids are low and
// come again, and files that a power cut has left empty. PostgreSQL would
// refuse to start for ever. A file whose process is a server, alive or zombie,
// is never touched.
func (c *Cluster) dropUseless() error {
	for _, path := range []string{
		filepath.Join(c.place.data(), "postmaster.pid"),
		filepath.Join(c.socket, socketName+".lock"),
	} {
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("read pid file: %w", err)
		}
		if len(b) > 0 && !recycled(b) {
			continue // PostgreSQL knows what to do
		}
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("remove pid file of a process that is gone: %w", err)
		}
	}
	return nil
}

// recycled reports whether the process named in a lock file is alive and no
// PostgreSQL server.
func recycled(lockFile []byte) bool {
	first, _, _ := bytes.Cut(lockFile, []byte("\n"))
	pid, err := strconv.Atoi(strings.TrimSpace(string(first)))
	if err != nil || !alive(pid) {
		return false
	}
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	return err == nil && strings.TrimSpace(string(name)) != "postgres"
}
