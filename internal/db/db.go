package db

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"rundertisch/internal/access"
	"rundertisch/internal/fault"
)

// Options configure a DB. The zero value is good for production.
type Options struct {
	MaxConns int32            // connections of the pool; 0: 8
	Now      func() time.Time // the clock of the first kind; nil: time.Now
	Log      *slog.Logger     // nil: slog.Default()
}

// DB is the gate. It is safe for use by many goroutines.
type DB struct {
	pool *pgxpool.Pool
	now  func() time.Time
	log  *slog.Logger
}

// Open connects as the app's role and checks that the role is walled in: it
// refuses a superuser, a role that bypasses row-level security and one that
// owns tables.
func Open(ctx context.Context, url string, o Options) (*DB, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("parse database URL: %w", err)
	}
	cfg.MaxConns = 8
	if o.MaxConns > 0 {
		cfg.MaxConns = o.MaxConns
	}
	cfg.ConnConfig.ConnectTimeout = 3 * time.Second
	cfg.ConnConfig.Tracer = counter{}
	maps.Copy(cfg.ConnConfig.RuntimeParams, map[string]string{
		"application_name": "rundertisch", "timezone": "UTC", "row_security": "on",
		"statement_timeout": "5s", "lock_timeout": "2s", "idle_in_transaction_session_timeout": "10s",
	})
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("open pool: %w", err)
	}
	d := &DB{pool: pool, now: o.Now, log: o.Log}
	if d.now == nil {
		d.now = time.Now
	}
	if d.log == nil {
		d.log = slog.Default()
	}
	if err := d.checkRole(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return d, nil
}

// Close ends all connections; transactions under way finish first.
func (d *DB) Close() { d.pool.Close() }

// Now returns the gate's clock, for code outside a transaction.
func (d *DB) Now() time.Time { return d.now() }

// Pool gives the connections to the two parts that work outside a programme:
// the session store and the job queue.
func (d *DB) Pool() *pgxpool.Pool { return d.pool }

// Read runs fn in a read-only transaction that sees one state of the database.
// It returns fault.Forbidden if no actor is in the context or the actor may
// not do act, and otherwise what fn returns, translated to a fault where the
// database refused.
func (d *DB) Read(ctx context.Context, act access.Action, fn func(tx *Tx) error) error {
	return d.run(ctx, act, beginRead, fn)
}

// Write is Read with a transaction that may change data. fn is repeated after
// a serialization failure or a deadlock, so it must not change anything but
// the database and its own results.
func (d *DB) Write(ctx context.Context, act access.Action, fn func(tx *Tx) error) error {
	return d.run(ctx, act, beginWrite, fn)
}

func (d *DB) run(ctx context.Context, act access.Action, begin string, fn func(tx *Tx) error) error {
	actor, ok := access.FromContext(ctx)
	if !ok {
		return fmt.Errorf("%s without an actor: %w", act, fault.Forbidden)
	}
	if !actor.May(act) {
		d.log.WarnContext(ctx, "action denied", "event", "access.denied", "action", act,
			"person", actor.Person, "programme", actor.Programme, "request", actor.Request)
		return fmt.Errorf("%s: %w", act, fault.Forbidden)
	}
	var err error
	for try := range maxTries {
		if err = d.once(ctx, actor, act, begin, fn); !retryable(err) {
			break
		}
		if !pause(ctx, try) {
			break
		}
	}
	return translate(err)
}

func (d *DB) once(ctx context.Context, actor access.Actor, act access.Action, begin string, fn func(tx *Tx) error) (err error) {
	acquire, cancel := context.WithTimeout(ctx, acquireLimit)
	conn, err := d.pool.Acquire(acquire)
	cancel()
	if err != nil {
		return fmt.Errorf("no free connection: %w: %w", fault.Unavailable, err)
	}
	defer conn.Release()
	now := d.now().Truncate(time.Microsecond)
	tx := &Tx{Actor: actor, Now: now, conn: conn.Conn(), begin: begin, scope: scopeArgs(actor, act, now)}
	done := false
	defer func() {
		if !done { // an error or a panic: undo, even if the request is gone
			undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackLimit)
			defer cancel()
			tx.rollback(undo)
		}
	}()
	if err := fn(tx); err != nil {
		return err
	}
	if err := tx.commit(ctx); err != nil {
		return err
	}
	done = true
	return nil
}

// checkRole refuses to serve with a role that walks through the walls.
func (d *DB) checkRole(ctx context.Context) error {
	var role string
	var walled bool
	err := d.pool.QueryRow(ctx, `
		SELECT current_user,
			NOT r.rolsuper AND NOT r.rolbypassrls
			AND NOT EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid)
			AND current_setting('row_security') = 'on'
		FROM pg_roles r
		WHERE r.rolname = current_user`).Scan(&role, &walled)
	if err != nil {
		return fmt.Errorf("check role: %w", err)
	}
	if !walled {
		return fmt.Errorf("role %q owns tables or bypasses row-level security: serve as rt_app", role)
	}
	return nil
}

// Ping asks whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	if err := d.pool.Ping(ctx); err != nil {
		return fmt.Errorf("ping: %w: %w", fault.Unavailable, err)
	}
	return nil
}

var _ pgx.QueryTracer = counter{}
