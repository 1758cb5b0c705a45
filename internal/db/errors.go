package db

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"rundertisch/internal/fault"
)

const (
	maxTries      = 3
	acquireLimit  = 4 * time.Second // waiting for a free connection behind a crowd
	rollbackLimit = 2 * time.Second
)

// retryable says whether the whole transaction may be run again: the database
// gave it up (serialization failure, deadlock, plan changed by a migration),
// or the statement never left.
func retryable(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "40001" || pg.Code == "40P01" ||
			pg.Code == "0A000" && strings.Contains(pg.Message, "cached plan")
	}
	return err != nil && !errors.Is(err, fault.Unavailable) && pgconn.SafeToRetry(err)
}

// pause waits 50 to 400 ms before the next try, if there is one.
func pause(ctx context.Context, try int) bool {
	if try == maxTries-1 {
		return false
	}
	wait := 50*time.Millisecond + rand.N(350*time.Millisecond)
	select {
	case <-ctx.Done():
		return false
	case <-time.After(wait):
		return true
	}
}

// translate gives an error of the database its kind. Errors that already have
// one stay as they are. The text of the database is for the log only.
func translate(err error) error {
	var pg *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, pgx.ErrNoRows):
		return fmt.Errorf("%w: %w", fault.NotFound, err)
	case errors.As(err, &pg):
		return fmt.Errorf("%w: %w", kind(pg), err)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled),
		pgconn.Timeout(err), pgconn.SafeToRetry(err):
		return fmt.Errorf("%w: %w", fault.Unavailable, err)
	}
	return err
}

// errUnexpected marks what the database refused without our having a word for
// it: a 500.
var errUnexpected = errors.New("unexpected database error")

func kind(pg *pgconn.PgError) error {
	switch pg.Code {
	case "23505", "23P01", "23514", "RT001": // unique, exclusion, check, append-only
		return fault.Conflict
	case "23503", "42501", // foreign key, row-level security: not the actor's to name
		"22021", "22P05": // a text that no row can hold, as an address with NUL in it
		return fault.NotFound
	case "40001", "40P01", "55P03": // serialization, deadlock, lock not available
		return fault.Stale
	case "57014", "53100", "53200", "53300", "57P01", "57P02", "57P03", "25006":
		return fault.Unavailable
	}
	if strings.HasPrefix(pg.Code, "08") {
		return fault.Unavailable
	}
	return errUnexpected
}

// Constraint returns the name of the constraint that refused, or "". Use cases
// give the ones they know a better sentence.
func Constraint(err error) string {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.ConstraintName
	}
	return ""
}

func undefinedTable(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "42P01" || pg.Code == "42501")
}
