package activity

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/partner"
)

// Change writes what a form says over the entry. version is the one that was
// read. It returns the names of partners that were not known before. It fails
// with fault.Fields for bad input, fault.Stale if somebody else changed or
// deleted the entry meanwhile, fault.Forbidden if the actor only reads it, and
// fault.NotFound if there is none.
func Change(ctx context.Context, tx *db.Tx, id uuid.UUID, version int, in Input) (added []string, err error) {
	if err := in.Check(calendar.Of(tx.Now)); err != nil {
		return nil, err
	}
	in.ID = id
	names, changed := in.partners(), 0
	b := &pgx.Batch{}
	collectNames(partner.AddMissing(b, names), &added)
	b.Queue(`
		UPDATE activity
		SET type = $4, happened_on = $5, minutes = nullif($6::int, 0), title = $7, body = $8, field = $9, result = $10,
			next_step = $11, follow_up_on = $12, visibility = $13,
			follow_up_done_at = CASE WHEN follow_up_on = $12 THEN follow_up_done_at END
		WHERE id = $1 AND version = $2 AND district_id = ANY ($3) AND NOT draft AND deleted_at IS NULL
			AND ($13 <> 'own' OR author_id = current_person())
		RETURNING 1`,
		id, version, DistrictsOf(tx.Actor), in.Type, in.HappenedOn, in.Minutes, in.Title, in.Body, in.Field, in.Result,
		in.NextStep, in.FollowUpOn, in.Visibility).Query(count(&changed))
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return nil, fmt.Errorf("change activity %s: %w", id, err)
	}
	if changed == 0 {
		return nil, whyNot(ctx, tx, id, in.Visibility)
	}
	links := &pgx.Batch{}
	queuePartners(links, id, names)
	if err := tx.SendBatch(ctx, links).Close(); err != nil {
		return nil, fmt.Errorf("partners of activity %s: %w", id, err)
	}
	return added, nil
}

// whyNot says why no row of the id could be changed.
func whyNot(ctx context.Context, tx *db.Tx, id uuid.UUID, wanted Visibility) error {
	a, err := ByID(ctx, tx, id)
	switch {
	case err != nil:
		return err
	case a.Draft:
		return fmt.Errorf("change draft %s: %w", id, fault.NotFound)
	case !MayChange(tx.Actor, a):
		return fmt.Errorf("change activity %s: %w", id, fault.Forbidden)
	case wanted == Own && a.AuthorID != tx.Actor.Person:
		return fault.Field("visibility", "activity.error.not_author")
	}
	return fmt.Errorf("change activity %s: %w", id, fault.Stale)
}

// Delete moves the entry to the bin. Deleting it again changes nothing. It
// returns fault.Forbidden if the actor only reads it and fault.NotFound if
// there is none.
func Delete(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	return touch(ctx, tx, id, `deleted_at = coalesce(deleted_at, now())`)
}

// Restore takes the entry out of the bin. It fails as Delete does.
func Restore(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	return touch(ctx, tx, id, `deleted_at = NULL`)
}

// FollowUpDone ticks the next step of the entry off. It fails as Delete does.
func FollowUpDone(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	return touch(ctx, tx, id, `follow_up_done_at = CASE WHEN follow_up_on IS NOT NULL THEN coalesce(follow_up_done_at, now()) END`)
}

// FollowUpOpen takes the tick back. It fails as Delete does.
func FollowUpOpen(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	return touch(ctx, tx, id, `follow_up_done_at = NULL`)
}

// Release sets who reads the entry and nothing else. It fails as Delete does,
// and with fault.Fields for a visibility that the actor may not give.
func Release(ctx context.Context, tx *db.Tx, id uuid.UUID, v Visibility) error {
	if !v.Valid() {
		return fault.Field("visibility", "field.choice")
	}
	n, err := tx.Exec(ctx, `
		UPDATE activity SET visibility = $3
		WHERE id = $1 AND district_id = ANY ($2) AND NOT draft AND deleted_at IS NULL
			AND ($3 <> 'own' OR author_id = current_person())`, id, DistrictsOf(tx.Actor), v)
	if err != nil {
		return fmt.Errorf("release activity %s: %w", id, err)
	}
	if n == 0 {
		return whyNot(ctx, tx, id, v)
	}
	return nil
}

// touch sets a column of an entry that the actor may change. set is SQL of
// this package, never of a user.
func touch(ctx context.Context, tx *db.Tx, id uuid.UUID, set string) error {
	n, err := tx.Exec(ctx, `UPDATE activity SET `+set+` WHERE id = $1 AND district_id = ANY ($2) AND NOT draft`,
		id, DistrictsOf(tx.Actor))
	if err != nil {
		return fmt.Errorf("change activity %s: %w", id, err)
	}
	if n == 1 {
		return nil
	}
	if err := whyNot(ctx, tx, id, ""); !errors.Is(err, fault.Stale) {
		return err
	}
	return fmt.Errorf("change activity %s: %w", id, fault.NotFound)
}
