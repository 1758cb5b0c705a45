package meeting

import (
	"context"
	"fmt"
	"regexp"
	"strconv"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// PageSize is how many sittings or decisions a page of a list shows.
const PageSize = 50

// Query says which sittings a list shows.
type Query struct {
	Body  uuid.UUID // zero: all
	State State     // "": all
	From  calendar.Date
	To    calendar.Date
	After string // cursor of the page before
}

// Row is one line of the list with the cursor behind it.
type Row struct {
	Meeting
	Cursor string
}

// Page is one page of sittings: what is to come, the nearest first, then what
// was, the newest first.
type Page struct {
	Rows  []Row
	Next  string // After of the next page; "" on the last one
	Count int    // counted up to 1,001
}

const meetingFilter = `
	WHERE ($1::uuid IS NULL OR m.body_id = $1) AND ($2 = '' OR m.state = $2)
		AND ($3::date IS NULL OR m.day >= $3) AND ($4::date IS NULL OR m.day <= $4)`

// position orders the list: past ones behind, then by distance from today. As
// text it is the cursor.
const position = `(CASE WHEN m.day < $5::date THEN '1' ELSE '0' END || lpad(abs(m.day - $5::date)::text, 6, '0') || m.id::text)`

func (q Query) args(today calendar.Date) []any {
	var bodyID *uuid.UUID
	if q.Body != uuid.Nil {
		bodyID = &q.Body
	}
	return []any{bodyID, string(q.State), q.From, q.To, today}
}

// List returns a page of the sittings that the actor sees.
func List(ctx context.Context, tx *db.Tx, q Query) (Page, error) {
	args := q.args(calendar.Of(tx.Now))
	var page Page
	b := &pgx.Batch{}
	b.Queue(`SELECT `+meetingColumns+`, `+position+` AS cursor`+meetingTables+meetingFilter+`
			AND ($6 = '' OR `+position+` > $6)
		ORDER BY cursor
		LIMIT $7`, append(args, q.After, PageSize+1)...).Query(func(rows pgx.Rows) (err error) {
		page.Rows, err = pgx.CollectRows(rows, pgx.RowToStructByName[Row])
		return err
	})
	b.Queue(`SELECT count(*) FROM (SELECT 1`+meetingTables+meetingFilter+` LIMIT 1001) AS hits`, args[:4]...).QueryRow(func(row pgx.Row) error {
		return row.Scan(&page.Count)
	})
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return Page{}, fmt.Errorf("list sittings: %w", err)
	}
	if len(page.Rows) > PageSize {
		page.Rows = page.Rows[:PageSize]
		page.Next = page.Rows[PageSize-1].Cursor
	}
	return page, nil
}

// Each calls fn with every sitting that the query leaves, in the list's order.
func Each(ctx context.Context, tx *db.Tx, q Query, fn func(Meeting) error) error {
	rows, _ := tx.Query(ctx, `SELECT `+meetingColumns+meetingTables+meetingFilter+` ORDER BY `+position, q.args(calendar.Of(tx.Now))...)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Meeting])
	if err != nil {
		return fmt.Errorf("export sittings: %w", err)
	}
	for _, m := range list {
		if err := fn(m); err != nil {
			return err
		}
	}
	return nil
}

// Latest returns the body's newest sittings by day, as templates for a new one.
func Latest(ctx context.Context, tx *db.Tx, bodyID uuid.UUID, limit int) ([]Meeting, error) {
	return meetings(ctx, tx, ` WHERE m.body_id = $1 ORDER BY m.day DESC, m.id LIMIT $2`, bodyID, limit)
}

// numbered is a title that counts: "7. Beratung".
var numbered = regexp.MustCompile(`^(\d{1,3})(\. .+)$`)

// NextTitle continues the titles of a body's sittings, given the newest first:
// after "7. Beratung" comes "8. Beratung". A cancelled sitting counts for
// nothing, and one without a number is no part of the series. It returns "" if
// no title counts.
func NextTitle(latest []Meeting) string {
	for _, m := range latest {
		if m.State == Cancelled {
			continue
		}
		if parts := numbered.FindStringSubmatch(m.Title); parts != nil {
			if n, err := strconv.Atoi(parts[1]); err == nil {
				return strconv.Itoa(n+1) + parts[2]
			}
		}
	}
	return ""
}

// Listed is a body whose sittings a list shows.
type Listed struct {
	ID   uuid.UUID
	Name string
}

// ListedBodies returns the bodies of all sittings that the actor sees, by name.
func ListedBodies(ctx context.Context, tx *db.Tx) ([]Listed, error) {
	rows, _ := tx.Query(ctx, `
		SELECT b.id, b.name
		FROM body b
		WHERE EXISTS (SELECT FROM meeting m WHERE m.programme_id = b.programme_id AND m.body_id = b.id)
		ORDER BY b.name, b.id`)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Listed])
	if err != nil {
		return nil, fmt.Errorf("bodies with sittings: %w", err)
	}
	return list, nil
}

// Upcoming returns the body's sittings that can still take items, the nearest
// first.
func Upcoming(ctx context.Context, tx *db.Tx, bodyID uuid.UUID) ([]Meeting, error) {
	return meetings(ctx, tx, ` WHERE m.body_id = $1 AND m.state IN ('planned', 'invited', 'postponed', 'in_session') ORDER BY m.day, m.id`, bodyID)
}

func meetings(ctx context.Context, tx *db.Tx, where string, args ...any) ([]Meeting, error) {
	rows, _ := tx.Query(ctx, `SELECT `+meetingColumns+meetingTables+where, args...)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Meeting])
	if err != nil {
		return nil, fmt.Errorf("sittings: %w", err)
	}
	return list, nil
}
