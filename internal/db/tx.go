package db

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"rundertisch/internal/access"
	"rundertisch/internal/fault"
)

// Tx is a transaction in the scope of an actor. Stores query through it; only
// the gate begins and ends it.
type Tx struct {
	Actor access.Actor // who acts, in which programme and districts
	Now   time.Time    // constant for the whole transaction; rules never call time.Now

	conn  *pgx.Conn
	begin string
	scope []any
	begun bool
	last  bool // COMMIT travelled with the statements
}

// Query sends a statement that returns rows. An error comes with the rows, as
// pgx.CollectRows expects.
func (tx *Tx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if tx.begun && !tx.last {
		return tx.conn.Query(ctx, sql, args...)
	}
	b := &pgx.Batch{}
	b.Queue(sql, args...)
	results := tx.SendBatch(ctx, b)
	rows, err := results.Query()
	return &firstRows{Rows: rows, results: results}, err
}

// QueryRow sends a statement that returns one row. Scan returns fault.NotFound
// if there is none.
func (tx *Tx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	rows, err := tx.Query(ctx, sql, args...)
	return oneRow{rows: rows, err: err}
}

// Exec sends a statement and returns how many rows it touched.
func (tx *Tx) Exec(ctx context.Context, sql string, args ...any) (int64, error) {
	if tx.begun && !tx.last {
		tag, err := tx.conn.Exec(ctx, sql, args...)
		return tag.RowsAffected(), err
	}
	b := &pgx.Batch{}
	b.Queue(sql, args...)
	results := tx.SendBatch(ctx, b)
	tag, err := results.Exec()
	return tag.RowsAffected(), errors.Join(err, results.Close())
}

// ExecOne is Exec for a statement that must touch exactly one row. It returns
// fault.NotFound if it touches none: the row is missing or not the actor's.
func (tx *Tx) ExecOne(ctx context.Context, sql string, args ...any) error {
	n, err := tx.Exec(ctx, sql, args...)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.NotFound
	}
	return nil
}

// SendBatch sends several statements in one round trip.
func (tx *Tx) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	switch {
	case tx.last:
		panic("db: a statement after SendOnly")
	case tx.begun:
		return tx.conn.SendBatch(ctx, b)
	}
	return tx.first(ctx, b, false)
}

// SendOnly sends the statements of a read in one round trip together with the
// beginning and the end of the transaction. A further statement panics: it
// would run without a scope. It is for the pages that are opened all day.
func (tx *Tx) SendOnly(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	if tx.begun || tx.begin != beginRead {
		return tx.SendBatch(ctx, b)
	}
	tx.last = true
	return tx.first(ctx, b, true)
}

func (tx *Tx) first(ctx context.Context, b *pgx.Batch, commit bool) pgx.BatchResults {
	tx.begun = true
	opening := &pgx.Batch{}
	opening.Queue(tx.begin)
	opening.Queue(setScope, tx.scope...)
	opening.QueuedQueries = append(opening.QueuedQueries, b.QueuedQueries...)
	if commit {
		opening.Queue("COMMIT")
	}
	results := tx.conn.SendBatch(ctx, opening)
	for range 2 {
		if _, err := results.Exec(); err != nil {
			break // the next result reports it
		}
	}
	return results
}

func (tx *Tx) commit(ctx context.Context) error {
	if tx.begun && !tx.last {
		tag, err := tx.conn.Exec(ctx, "COMMIT")
		if err != nil {
			return fmt.Errorf("commit: %w", err)
		}
		if tag.String() != "COMMIT" { // an earlier failure was swallowed
			return fmt.Errorf("commit: %w", pgx.ErrTxCommitRollback)
		}
	}
	return nil
}

func (tx *Tx) rollback(ctx context.Context) {
	if tx.begun && tx.conn.PgConn().TxStatus() != 'I' {
		_, _ = tx.conn.Exec(ctx, "ROLLBACK") // a broken connection is dropped by the pool
	}
}

// firstRows are the rows of the statement that travelled with BEGIN.
type firstRows struct {
	pgx.Rows
	results pgx.BatchResults
	err     error
}

func (r *firstRows) Close() {
	r.Rows.Close()
	if err := r.results.Close(); err != nil && r.err == nil {
		r.err = err
	}
}

func (r *firstRows) Err() error { return errors.Join(r.Rows.Err(), r.err) }

func (r *firstRows) CommandTag() pgconn.CommandTag { return r.Rows.CommandTag() }

// oneRow reads a single row and closes the rows behind it.
type oneRow struct {
	rows pgx.Rows
	err  error
}

func (r oneRow) Scan(dest ...any) error {
	defer r.rows.Close()
	if r.err != nil {
		return r.err
	}
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return pgx.ErrNoRows
	}
	if err := r.rows.Scan(dest...); err != nil {
		return err
	}
	r.rows.Close()
	return r.rows.Err()
}
