package db

import (
	"context"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

// Counts says what a request asked of the database. Statements leave out
// BEGIN, the scope and COMMIT.
type Counts struct {
	Trips      atomic.Int64
	Statements atomic.Int64
}

type countsKey struct{}

// CountInto returns a context under which round trips and statements are
// counted into c.
func CountInto(ctx context.Context, c *Counts) context.Context {
	return context.WithValue(ctx, countsKey{}, c)
}

// counter is the tracer that fills Counts.
type counter struct{}

func (counter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	if c, ok := ctx.Value(countsKey{}).(*Counts); ok {
		c.Trips.Add(1)
		c.count(q.SQL)
	}
	return ctx
}

func (counter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (counter) TraceBatchStart(ctx context.Context, _ *pgx.Conn, b pgx.TraceBatchStartData) context.Context {
	if c, ok := ctx.Value(countsKey{}).(*Counts); ok {
		c.Trips.Add(1)
		for _, q := range b.Batch.QueuedQueries {
			c.count(q.SQL)
		}
	}
	return ctx
}

func (counter) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

func (counter) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

func (c *Counts) count(sql string) {
	switch sql {
	case beginRead, beginWrite, setScope, "COMMIT", "ROLLBACK":
	default:
		c.Statements.Add(1)
	}
}
