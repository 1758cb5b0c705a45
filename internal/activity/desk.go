package activity

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// FollowUp is a next step that waits to be done.
type FollowUp struct {
	ID       uuid.UUID
	Title    string
	NextStep string
	Due      calendar.Date
	Author   string
	District string
}

// QueueFollowUps asks for the next steps of the actor's districts that are due
// by the day, the oldest first.
func QueueFollowUps(b *pgx.Batch, until calendar.Date, most int, into *[]FollowUp) {
	b.Queue(`
		SELECT a.id, a.title, a.next_step, a.follow_up_on AS due, p.name AS author, d.short_name AS district
		FROM activity a
		JOIN person p ON p.programme_id = a.programme_id AND p.id = a.author_id
		JOIN district d ON d.programme_id = a.programme_id AND d.id = a.district_id
		WHERE a.district_id = ANY ((SELECT current_districts())::uuid[]) AND a.follow_up_on <= $1
			AND a.follow_up_done_at IS NULL AND a.deleted_at IS NULL AND NOT a.draft
		ORDER BY a.follow_up_on, a.id
		LIMIT $2`, until, most).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowToStructByName[FollowUp])
		return err
	})
}

// FollowUps returns what QueueFollowUps asks for.
func FollowUps(ctx context.Context, tx *db.Tx, until calendar.Date, most int) (list []FollowUp, err error) {
	err = alone(ctx, tx, func(b *pgx.Batch) { QueueFollowUps(b, until, most, &list) })
	return list, err
}

// Draft is an entry that its author has not logged yet.
type Draft struct {
	ID         uuid.UUID
	Title      string
	Type       Type
	HappenedOn calendar.Date
	ChangedAt  time.Time
}

// QueueDrafts asks for the actor's drafts, the newest first.
func QueueDrafts(b *pgx.Batch, most int, into *[]Draft) {
	b.Queue(`
		SELECT id, title, type, happened_on, changed_at
		FROM activity
		WHERE author_id = (SELECT current_person()) AND draft AND deleted_at IS NULL
		ORDER BY changed_at DESC, id
		LIMIT $1`, most).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowToStructByName[Draft])
		return err
	})
}

// Drafts returns what QueueDrafts asks for.
func Drafts(ctx context.Context, tx *db.Tx, most int) (list []Draft, err error) {
	err = alone(ctx, tx, func(b *pgx.Batch) { QueueDrafts(b, most, &list) })
	return list, err
}

// QueueNewest asks for the newest entries of a district that the actor sees.
func QueueNewest(b *pgx.Batch, district uuid.UUID, most int, into *[]Item) {
	q := Filter{District: district}.live()
	b.Queue(items(q, "DESC", most), q.args...).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowToStructByName[Item])
		return err
	})
}

// Newest returns what QueueNewest asks for.
func Newest(ctx context.Context, tx *db.Tx, district uuid.UUID, most int) (list []Item, err error) {
	err = alone(ctx, tx, func(b *pgx.Batch) { QueueNewest(b, district, most, &list) })
	return list, err
}

// LastEntry says when a district's newest entry happened, as far as the actor
// sees: for the ministry, of released entries only.
type LastEntry struct {
	DistrictID uuid.UUID
	AGS        string `db:"ags"`
	District   string
	On         calendar.Date // zero: none
}

// QueueLastEntries asks for the day of the newest entry of each district that
// exists on the day, the longest silence first.
func QueueLastEntries(b *pgx.Batch, today calendar.Date, into *[]LastEntry) {
	b.Queue(`
		SELECT d.id AS district_id, d.ags, d.short_name AS district, newest.happened_on AS on
		FROM district d
		LEFT JOIN LATERAL (
			SELECT a.happened_on
			FROM activity a
			WHERE a.programme_id = d.programme_id AND a.district_id = d.id AND a.deleted_at IS NULL AND NOT a.draft
			ORDER BY a.happened_on DESC, a.id DESC
			LIMIT 1) newest ON true
		WHERE d.valid @> $1::date
		ORDER BY newest.happened_on NULLS FIRST, d.ags`, today).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowToStructByName[LastEntry])
		return err
	})
}

// LastEntries returns what QueueLastEntries asks for.
func LastEntries(ctx context.Context, tx *db.Tx, today calendar.Date) (list []LastEntry, err error) {
	err = alone(ctx, tx, func(b *pgx.Batch) { QueueLastEntries(b, today, &list) })
	return list, err
}

// alone sends what queue adds to a batch of its own.
func alone(ctx context.Context, tx *db.Tx, queue func(*pgx.Batch)) error {
	b := &pgx.Batch{}
	queue(b)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("read activities: %w", err)
	}
	return nil
}
