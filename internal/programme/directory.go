package programme

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// patience is how old the directory may be before a request renews it.
const patience = 30 * time.Second

// Directory finds the programme of a host name. It asks the database at most
// every half minute.
type Directory struct {
	db    *db.DB
	state atomic.Pointer[directoryState]
}

type directoryState struct {
	list   []Programme
	loaded time.Time
}

// NewDirectory returns a directory that fills itself at the first question.
func NewDirectory(d *db.DB) *Directory { return &Directory{db: d} }

// ByHost returns the programme that answers on the host name (without port).
// It returns fault.NotFound if there is none, not even a default.
func (dir *Directory) ByHost(ctx context.Context, host string) (Programme, error) {
	list, err := dir.list(ctx)
	if err != nil {
		return Programme{}, err
	}
	for _, p := range list {
		if slices.Contains(p.Hosts, host) {
			return p, nil
		}
	}
	if len(list) > 0 && list[0].IsDefault {
		return list[0], nil
	}
	return Programme{}, fmt.Errorf("no programme for host %q: %w", host, fault.NotFound)
}

func (dir *Directory) list(ctx context.Context) ([]Programme, error) {
	now := dir.db.Now()
	state := dir.state.Load()
	if state != nil && len(state.list) > 0 && now.Sub(state.loaded) < patience {
		return state.list, nil
	}
	list, err := All(ctx, dir.db)
	if err != nil {
		if state != nil {
			return state.list, nil // old names are better than none
		}
		return nil, err
	}
	dir.state.Store(&directoryState{list: list, loaded: now})
	return list, nil
}

// Knows says whether a programme names the host, as far as was loaded.
func (dir *Directory) Knows(host string) bool {
	state := dir.state.Load()
	if state == nil {
		return true // ByHost loads and decides
	}
	return slices.ContainsFunc(state.list, func(p Programme) bool { return slices.Contains(p.Hosts, host) })
}
