package activity

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/partner"
)

// Log logs an entry of the actor; a draft with the same id becomes it. The
// same form sent again changes nothing. It returns the names of partners
// that were not known before. It fails with fault.Fields for bad input,
// fault.Forbidden if the actor may not log for the district, fault.Stale if
// the id was logged with another content, and fault.NotFound if the id is
// somebody else's.
func Log(ctx context.Context, tx *db.Tx, in Input) (added []string, err error) {
	district, err := ownDistrict(tx.Actor, in.District)
	if err != nil {
		return nil, err
	}
	if err := in.Check(calendar.Of(tx.Now)); err != nil {
		return nil, err
	}
	names, logged := in.partners(), 0
	b := &pgx.Batch{}
	collectNames(partner.AddMissing(b, names), &added)
	queueUpsert(b, in, district, false).Query(count(&logged))
	queuePartners(b, in.ID, names)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return nil, fmt.Errorf("log activity %s: %w", in.ID, err)
	}
	if logged == 0 {
		return nil, sentAgain(ctx, tx, in)
	}
	return added, nil
}

// sentAgain says what it means that the id was logged before.
func sentAgain(ctx context.Context, tx *db.Tx, in Input) error {
	stored, err := ByID(ctx, tx, in.ID)
	switch {
	case err != nil:
		return err
	case stored.AuthorID != tx.Actor.Person:
		return fmt.Errorf("log activity %s: %w", in.ID, fault.NotFound)
	case stored.DeletedAt == nil && in.same(stored):
		return nil
	}
	return fmt.Errorf("log activity %s again: %w", in.ID, fault.Stale)
}

// SaveDraft keeps what was typed so far, for the author alone. It fails with
// fault.Fields for texts that are too long, fault.Forbidden if the actor may
// not log for the district, fault.Stale if the entry was logged meanwhile, and
// fault.NotFound if the id is somebody else's.
func SaveDraft(ctx context.Context, tx *db.Tx, in Input) error {
	district, err := ownDistrict(tx.Actor, in.District)
	if err != nil {
		return err
	}
	if err := in.lengths().Err(); err != nil {
		return err
	}
	saved := 0
	b := &pgx.Batch{}
	queueUpsert(b, in.asDraft(calendar.Of(tx.Now)), district, true).Query(count(&saved))
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("save draft %s: %w", in.ID, err)
	}
	if saved == 1 {
		return nil
	}
	if _, err := ByID(ctx, tx, in.ID); err != nil {
		return err
	}
	return fmt.Errorf("save draft %s: %w", in.ID, fault.Stale)
}

// Discard deletes a draft of the actor for good. It returns fault.NotFound if
// there is none.
func Discard(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	err := tx.ExecOne(ctx, `DELETE FROM activity WHERE id = $1 AND draft AND author_id = current_person()`, id)
	if err != nil {
		return fmt.Errorf("discard draft %s: %w", id, err)
	}
	return nil
}

// queueUpsert writes a new row or the actor's own draft; it returns a row if
// it wrote.
func queueUpsert(b *pgx.Batch, in Input, district uuid.UUID, draft bool) *pgx.QueuedQuery {
	names := []string{}
	if draft {
		names = in.partners()
	}
	return b.Queue(`
		INSERT INTO activity (id, district_id, type, happened_on, minutes, title, body, field, result, next_step,
			follow_up_on, visibility, draft, draft_partners)
		VALUES ($1, $2, $3, $4, nullif($5::int, 0), $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT (programme_id, id) DO UPDATE
		SET type = excluded.type, happened_on = excluded.happened_on, minutes = excluded.minutes, title = excluded.title,
			body = excluded.body, field = excluded.field, result = excluded.result, next_step = excluded.next_step,
			follow_up_on = excluded.follow_up_on, visibility = excluded.visibility, draft = excluded.draft,
			draft_partners = excluded.draft_partners
		WHERE activity.draft AND activity.author_id = current_person() AND activity.deleted_at IS NULL
		RETURNING 1`,
		in.ID, district, in.Type, in.HappenedOn, in.Minutes, in.Title, in.Body, in.Field, in.Result, in.NextStep,
		in.FollowUpOn, in.Visibility, draft, names)
}

// written says that this transaction wrote the entry $1. A form that was sent
// again writes none: its partners may be a colleague's by now.
const written = `EXISTS (SELECT FROM activity a WHERE a.id = $1 AND a.xmin = pg_current_xact_id()::xid)`

// queuePartners makes the partners with these names the entry's partners, if
// the entry was written just before.
func queuePartners(b *pgx.Batch, id uuid.UUID, names []string) {
	b.Queue(`
		DELETE FROM activity_partner l
		WHERE l.activity_id = $1 AND `+written+` AND NOT EXISTS (SELECT FROM partner p
			WHERE p.programme_id = l.programme_id AND p.id = l.partner_id
				AND p.name_key = ANY (ARRAY(SELECT partner_key(n) FROM unnest($2::text[]) AS n)))`, id, names)
	b.Queue(`
		INSERT INTO activity_partner (activity_id, partner_id)
		SELECT $1, p.id
		FROM partner p
		WHERE p.name_key = ANY (ARRAY(SELECT partner_key(n) FROM unnest($2::text[]) AS n)) AND `+written+`
		ON CONFLICT (programme_id, activity_id, partner_id) DO NOTHING`, id, names)
}

// ownDistrict returns the district for which the actor logs: the one asked
// for, or the only one. It returns fault.Forbidden if that is none of his.
func ownDistrict(a access.Actor, asked uuid.UUID) (uuid.UUID, error) {
	own := DistrictsOf(a)
	switch {
	case asked == uuid.Nil && len(own) > 0:
		return own[0], nil
	case slices.Contains(own, asked):
		return asked, nil
	}
	return uuid.Nil, fmt.Errorf("log for district %s: %w", asked, fault.Forbidden)
}

// DistrictsOf returns the districts for which the actor logs.
func DistrictsOf(a access.Actor) []uuid.UUID {
	var own []uuid.UUID
	for _, id := range a.Districts() {
		if a.MayIn(access.LogActivity, id) {
			own = append(own, id)
		}
	}
	return own
}

func collectNames(q *pgx.QueuedQuery, into *[]string) {
	q.Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
}

// count returns a reader of rows that counts them.
func count(into *int) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		*into = 0
		for rows.Next() {
			*into++
		}
		return rows.Err()
	}
}
