package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Nested returns the transaction in the form that the job queue wants: a part
// of it that can be undone by itself. Its Commit does not commit tx; only the
// gate does.
func (tx *Tx) Nested(ctx context.Context) (pgx.Tx, error) {
	if _, err := tx.Exec(ctx, "SAVEPOINT nested"); err != nil {
		return nil, fmt.Errorf("open nested transaction: %w", err)
	}
	return &nested{tx: tx}, nil
}

var errNotInNested = errors.New("not supported inside a nested transaction")

type nested struct{ tx *Tx }

func (n *nested) Begin(ctx context.Context) (pgx.Tx, error) { return n.tx.Nested(ctx) }

func (n *nested) Commit(ctx context.Context) error {
	_, err := n.tx.Exec(ctx, "RELEASE SAVEPOINT nested")
	return err
}

func (n *nested) Rollback(ctx context.Context) error {
	_, err := n.tx.Exec(ctx, "ROLLBACK TO SAVEPOINT nested; RELEASE SAVEPOINT nested")
	return err
}

func (n *nested) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return n.tx.conn.Exec(ctx, sql, args...)
}

func (n *nested) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return n.tx.conn.Query(ctx, sql, args...)
}

func (n *nested) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return n.tx.conn.QueryRow(ctx, sql, args...)
}

func (n *nested) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	return n.tx.conn.SendBatch(ctx, b)
}

func (n *nested) CopyFrom(context.Context, pgx.Identifier, []string, pgx.CopyFromSource) (int64, error) {
	return 0, errNotInNested // row-level security refuses COPY FROM
}

func (n *nested) Prepare(context.Context, string, string) (*pgconn.StatementDescription, error) {
	return nil, errNotInNested
}

func (n *nested) LargeObjects() pgx.LargeObjects { return pgx.LargeObjects{} }

func (n *nested) Conn() *pgx.Conn { return n.tx.conn }
