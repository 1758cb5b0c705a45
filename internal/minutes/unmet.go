package minutes

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// unmet returns the objections that were followed, in whole or in part, and
// because of which no passage has changed: neither in a version that went out
// nor among the differences to the next. Before that no version goes out; the
// database asks the same (version_explained).
func unmet(ctx context.Context, tx *db.Tx, m Minutes, next []Difference) ([]Objection, error) {
	met, err := carriedOut(ctx, tx, m)
	if err != nil {
		return nil, err
	}
	for _, d := range next {
		for _, o := range d.Outcomes {
			if o.ObjectionID != nil {
				met = append(met, *o.ObjectionID)
			}
		}
	}
	list, err := Objections(ctx, tx, m.ID)
	return slices.DeleteFunc(list, func(o Objection) bool { return !o.State.Followed() || slices.Contains(met, o.ID) }), err
}

// carriedOut returns the objections because of which a passage has changed in a
// version that went out.
func carriedOut(ctx context.Context, tx *db.Tx, m Minutes) ([]uuid.UUID, error) {
	rows, _ := tx.Query(ctx, `
		SELECT o.objection_id
		FROM outcome o
		LEFT JOIN version_block a ON a.minutes_id = o.minutes_id AND a.no = o.from_no AND a.block_id = o.block_id
		LEFT JOIN version_block b ON b.minutes_id = o.minutes_id AND b.no = o.from_no + 1 AND b.block_id = o.block_id
		WHERE o.minutes_id = $1 AND o.objection_id IS NOT NULL AND o.from_no < $2
			AND (a.body, a.kind, a.non_public, a.item_id) IS DISTINCT FROM (b.body, b.kind, b.non_public, b.item_id)`, m.ID, m.No)
	list, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		return nil, fmt.Errorf("objections carried out in minutes %s: %w", m.ID, err)
	}
	return list, nil
}

// Follow says that a passage changed because of an objection that was followed:
// another one than that to which it speaks, as a new passage for what was
// missing. It returns fault.Fields for an objection that was not followed.
func Follow(ctx context.Context, tx *db.Tx, minutesID, blockID, objectionID uuid.UUID) error {
	m, err := toWrite(ctx, tx, minutesID)
	if err != nil {
		return err
	}
	o, err := ObjectionByID(ctx, tx, objectionID)
	if err != nil {
		return err
	}
	if m.No == 0 || o.MinutesID != m.ID || !o.State.Followed() {
		return fault.Field("objection", "field.choice")
	}
	return linkTo(ctx, tx, m, o, blockID)
}

// linkTo makes an objection the reason why a passage differs in the next
// version.
func linkTo(ctx context.Context, tx *db.Tx, m Minutes, o Objection, blockID uuid.UUID) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO outcome (id, minutes_id, from_no, block_id, body_id, day, objection_id, non_public)
		SELECT gen_random_uuid(), $1, $2, b.id, $3, $4, $5, b.non_public FROM minutes_block b WHERE b.id = $6 AND b.minutes_id = $1
		ON CONFLICT DO NOTHING`, m.ID, m.No, m.BodyID, m.Day, o.ID, blockID)
	if err != nil {
		return fmt.Errorf("link objection %s to block %s: %w", o.ID, blockID, err)
	}
	return nil
}
