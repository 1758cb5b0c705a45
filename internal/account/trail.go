package account

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

// TrailEntry is one change: who did what to which row when. The trail shows no
// contents.
type TrailEntry struct {
	ID       int64
	At       time.Time
	PersonID *uuid.UUID // who; nil: the system
	Person   string     // the name
	Actor    string     // what the system called itself
	Action   access.Action
	Relation string
	Op       string // INSERT, UPDATE, DELETE
	Subject  string // whom it concerns, for persons and roles
}

// TrailFilter narrows the trail. A page begins after (older than) or before
// (newer than) an entry.
type TrailFilter struct {
	Person uuid.UUID
	Action access.Action
	From   calendar.Date
	To     calendar.Date
	After  int64
	Before int64
}

// TrailPage is a part of the trail, the newest entry first.
type TrailPage struct {
	Entries []TrailEntry
	More    bool // there are further entries in the direction of the page
	Count   int  // all that match, counted up to limit+1
}

// Trail reads who did what, limit at a time.
func Trail(ctx context.Context, tx *db.Tx, f TrailFilter, limit int) (TrailPage, error) {
	const where = `($1 = '00000000-0000-0000-0000-000000000000'::uuid OR a.person_id = $1)
		AND ($2 = '' OR a.action = $2) AND a.at >= $3 AND a.at <= $4`
	args := []any{f.Person, string(f.Action), f.From.StartOfDay(), endOfTrail(tx.Now)}
	if !f.To.IsZero() {
		args[3] = f.To.EndOfDay()
	}
	compare, order, cursor := "<", "DESC", f.After
	if f.Before != 0 {
		compare, order, cursor = ">", "ASC", f.Before
	}
	b := &pgx.Batch{}
	b.Queue(`
		SELECT a.id, a.at, a.person_id, coalesce(p.name, '') AS person, a.actor, a.action, a.relation, a.op,
			coalesce(CASE a.relation
				WHEN 'person' THEN (SELECT s.name FROM person s WHERE s.id = a.row_id::uuid)
				WHEN 'role_assignment' THEN (SELECT s.name FROM role_assignment r
					JOIN person s ON s.programme_id = r.programme_id AND s.id = r.person_id WHERE r.id = a.row_id::uuid)
				WHEN 'one_time_link' THEN (SELECT s.name FROM one_time_link l
					JOIN person s ON s.programme_id = l.programme_id AND s.id = l.person_id WHERE l.id = a.row_id::uuid)
				END, '') AS subject
		FROM audit a
		LEFT JOIN person p ON p.programme_id = a.programme_id AND p.id = a.person_id
		WHERE `+where+` AND ($5::bigint = 0 OR a.id `+compare+` $5)
		ORDER BY a.id `+order+`
		LIMIT $6`, append(args, cursor, limit+1)...)
	b.Queue(`SELECT count(*) FROM (SELECT FROM audit a WHERE `+where+` LIMIT $5) hits`, append(args, countLimit+1)...)
	results := tx.SendOnly(ctx, b)
	defer func() { _ = results.Close() }()
	rows, _ := results.Query()
	var page TrailPage
	var err error
	if page.Entries, err = pgx.CollectRows(rows, pgx.RowToStructByName[TrailEntry]); err != nil {
		return TrailPage{}, fmt.Errorf("read trail: %w", err)
	}
	if err := results.QueryRow().Scan(&page.Count); err != nil {
		return TrailPage{}, fmt.Errorf("count trail: %w", err)
	}
	page.Entries, page.More = cut(page.Entries, limit, f.Before != 0)
	return page, nil
}

// endOfTrail is later than any entry: the trail is written by the database's
// clock, which may run ahead of ours.
func endOfTrail(now time.Time) time.Time { return now.Add(100 * 365 * 24 * time.Hour) }
