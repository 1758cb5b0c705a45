package localpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// ErrNotRunning is returned by Attach if nobody runs the cluster.
var ErrNotRunning = errors.New("no database is running in this folder")

// Attach uses the cluster that another process runs in dir; one that is just
// starting is waited for. It returns ErrNotRunning if there is none.
func Attach(ctx context.Context, dir string) (*Cluster, error) {
	p, err := locate(dir)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, readyLimit)
	defer cancel()
	for {
		m, err := readPostmaster(p)
		if errors.Is(err, fs.ErrNotExist) || err == nil && m.pid != 0 && !alive(m.pid) {
			return nil, fmt.Errorf("%w: %s", ErrNotRunning, p.dir)
		}
		if err != nil {
			return nil, err
		}
		c := &Cluster{place: p, socket: m.socket, port: m.port, pid: m.pid}
		if m.status == "ready" {
			if err = c.ping(ctx); err == nil {
				return c, nil
			}
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("%w: %s: process %d does not answer (%s)", ErrNotRunning, p.dir, m.pid, m.status), err)
		case <-time.After(poll):
		}
	}
}
