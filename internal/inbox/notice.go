package inbox

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/locale"
)

// Notice is what a person was told.
type Notice struct {
	ID        uuid.UUID
	Kind      Kind
	Place     string // the name of the body; "": none
	About     calendar.Date
	DueOn     calendar.Date
	Address   string
	CreatedAt time.Time
	ReadAt    *time.Time // nil: not yet
}

// Text writes what the notice says on the day, without its body and deadline.
// It asks for no vote once that is over.
func (n Notice) Text(p *locale.Printer, today calendar.Date) string {
	if n.Kind == CircularStarted && n.Over(today) {
		return p.T("inbox.over.circular_started")
	}
	return line{n.Kind, "", n.About, calendar.Date{}}.short(p)
}

// Over says whether the deadline is over on the day.
func (n Notice) Over(today calendar.Date) bool { return !n.DueOn.IsZero() && n.DueOn.Before(today) }

// Subject returns the id of what the notice leads to; uuid.Nil: no single thing.
func (n Notice) Subject() uuid.UUID {
	for part := range strings.SplitSeq(n.Address, "/") {
		if id, err := uuid.Parse(part); err == nil {
			return id
		}
	}
	return uuid.Nil
}

// Cursor is a place in the list of notices.
type Cursor struct {
	At time.Time
	ID uuid.UUID
}

// IsZero says whether the cursor is the beginning.
func (c Cursor) IsZero() bool { return c.ID == uuid.Nil }

// Filter says which of the own notices are listed.
type Filter struct {
	Unread bool   // only what was not read
	Before Cursor // only older ones; zero: from the newest on
	Limit  int
}

// Mine returns the actor's own notices, the newest first.
func Mine(ctx context.Context, tx *db.Tx, f Filter) ([]Notice, error) {
	before := f.Before
	if before.IsZero() {
		before = Cursor{At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ID: uuid.Max}
	}
	rows, _ := tx.Query(ctx, `
		SELECT id, kind, place, about, due_on, address, created_at, read_at
		FROM notification
		WHERE person_id = $1 AND (created_at, id) < ($2, $3) AND (NOT $4 OR read_at IS NULL)
		ORDER BY created_at DESC, id DESC
		LIMIT $5`, tx.Actor.Person, before.At, before.ID, f.Unread, f.Limit)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Notice])
	if err != nil {
		return nil, fmt.Errorf("notices: %w", err)
	}
	return list, nil
}

// maxCount is the last number of unread notices that is told exactly.
const maxCount = 1000

// Unread counts the actor's own notices that were not read, up to 1,001.
func Unread(ctx context.Context, tx *db.Tx) (int, error) {
	var n int
	err := tx.QueryRow(ctx, `
		SELECT count(*) FROM (SELECT FROM notification WHERE person_id = $1 AND read_at IS NULL LIMIT $2) AS few`,
		tx.Actor.Person, maxCount+1).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count notices: %w", err)
	}
	return n, nil
}

// Open marks an own notice as read and returns where it leads. It returns
// fault.NotFound for one that is not the actor's.
func Open(ctx context.Context, tx *db.Tx, id uuid.UUID) (address string, err error) {
	err = tx.QueryRow(ctx, `
		UPDATE notification SET read_at = coalesce(read_at, $3)
		WHERE id = $1 AND person_id = $2
		RETURNING address`, id, tx.Actor.Person, tx.Now).Scan(&address)
	if err != nil {
		return "", fmt.Errorf("open notice %s: %w", id, err)
	}
	return address, nil
}

// ReadAll marks every notice of the actor as read that was made until then, so
// that what came in meanwhile stays unread.
func ReadAll(ctx context.Context, tx *db.Tx, until time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE notification SET read_at = $3
		WHERE person_id = $1 AND read_at IS NULL AND created_at <= $2`, tx.Actor.Person, until, tx.Now)
	if err != nil {
		return fmt.Errorf("mark notices as read: %w", err)
	}
	return nil
}
