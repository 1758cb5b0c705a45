package minutes

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// Query filters and pages the list of minutes, the newest sitting first.
type Query struct {
	Body  uuid.UUID // zero: all
	State State     // "": all
	After string    // cursor, as Page.Next has it
}

// listLimit is how many minutes a page of the list has.
const listLimit = 50

// Page is a page of the list.
type Page struct {
	Rows []Minutes
	Next string // cursor of the next page; "" on the last
}

// List returns a page of the minutes that the actor may read.
func List(ctx context.Context, tx *db.Tx, q Query) (Page, error) {
	var bodyID *uuid.UUID
	if q.Body != uuid.Nil {
		bodyID = &q.Body
	}
	var day *time.Time
	var id *uuid.UUID
	if cursor, err := parseCursor(q.After); err == nil {
		t := cursor.day.Time()
		day, id = &t, &cursor.id
	}
	rows, _ := tx.Query(ctx, minutesColumns+`
		WHERE ($1::uuid IS NULL OR m.body_id = $1) AND ($2 = '' OR m.state = $2)
			AND ($3::date IS NULL OR (m.day, m.id) < ($3, $4))
		ORDER BY m.day DESC, m.id DESC
		LIMIT $5`, bodyID, string(q.State), day, id, listLimit+1)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Minutes])
	if err != nil {
		return Page{}, fmt.Errorf("list minutes: %w", err)
	}
	p := Page{Rows: list}
	if len(list) > listLimit {
		p.Rows = list[:listLimit]
		last := p.Rows[listLimit-1]
		p.Next = cursor{last.Day, last.ID}.String()
	}
	return p, nil
}

// Each calls fn with all minutes that the query leaves, in the list's order,
// read page by page.
func Each(ctx context.Context, tx *db.Tx, q Query, fn func(Minutes) error) error {
	for {
		page, err := List(ctx, tx, q)
		if err != nil {
			return err
		}
		for _, m := range page.Rows {
			if err := fn(m); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		q.After = page.Next
	}
}

// cursor is a place in the list: the day of a sitting and the id.
type cursor struct {
	day calendar.Date
	id  uuid.UUID
}

func (c cursor) String() string { return c.day.String() + "_" + c.id.String() }

func parseCursor(s string) (cursor, error) {
	if len(s) != len("2006-01-02_")+36 {
		return cursor{}, calendar.ErrSyntax
	}
	day, err := calendar.Parse(s[:10])
	if err != nil {
		return cursor{}, err
	}
	id, err := uuid.Parse(s[11:])
	return cursor{day, id}, err
}

// Waiting is a version that waits for the answer of one of the actor's seats.
type Waiting struct {
	MinutesID   uuid.UUID
	BodyName    string
	Institution string
	Day         calendar.Date
	No          int
	Deadline    calendar.Date
	Draft       bool // an objection was begun and not filed
}

// QueueWaiting queues the question which reviews wait for the actor, in all
// bodies, the nearest deadline first.
func QueueWaiting(b *pgx.Batch, a access.Actor, today calendar.Date, list *[]Waiting) {
	b.Queue(`
		SELECT m.id AS minutes_id, b.name AS body_name, s.institution, m.day, m.no, m.deadline,
			EXISTS (SELECT FROM objection o WHERE o.minutes_id = m.id AND o.no = m.no AND o.seat_id = s.id AND o.state = 'draft') AS draft
		FROM minutes m
		JOIN seat s ON s.programme_id = m.programme_id AND s.body_id = m.body_id AND s.id = ANY ($1)
		JOIN body b ON b.programme_id = m.programme_id AND b.id = m.body_id
		WHERE m.state = 'circulated' AND m.deadline >= $2
			AND NOT EXISTS (SELECT FROM no_objection n WHERE n.minutes_id = m.id AND n.no = m.no AND n.seat_id = s.id)
			AND NOT EXISTS (SELECT FROM objection o WHERE o.minutes_id = m.id AND o.no = m.no AND o.seat_id = s.id
				AND o.state NOT IN ('draft', 'withdrawn'))
		ORDER BY m.deadline, b.name, m.id`, a.AllSeatsFor(access.Object), today).Query(func(rows pgx.Rows) (err error) {
		*list, err = pgx.CollectRows(rows, pgx.RowToStructByName[Waiting])
		return err
	})
}
