package minutes

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// EditingFor is how long others see that somebody edits a passage after the
// browser said so last.
const EditingFor = 2 * time.Minute

// edited is who else has the editor of passage b open at the moment $2; $3 is
// the actor.
const edited = `
	LEFT JOIN LATERAL (
		SELECT p.name
		FROM passage_editor e
		JOIN person p ON p.programme_id = e.programme_id AND p.id = e.person_id
		WHERE e.programme_id = b.programme_id AND e.block_id = b.id AND e.person_id <> $3 AND e.at > $2
		ORDER BY e.at DESC LIMIT 1) AS other ON true`

// Edits notes that the actor has the editor of a passage open, and returns who
// else has; "" if nobody. It locks nothing, and notes nothing once the text is
// not being written. It returns fault.Forbidden to others than the office and
// fault.NotFound.
func Edits(ctx context.Context, tx *db.Tx, minutesID, blockID uuid.UUID) (other string, err error) {
	m, err := forWriting(ctx, tx, minutesID)
	if err != nil || !m.State.BeingWritten() {
		return "", err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO passage_editor (block_id, minutes_id, body_id, day, at)
		SELECT b.id, b.minutes_id, b.body_id, b.day, $3 FROM minutes_block b WHERE b.id = $1 AND b.minutes_id = $2 AND b.deleted_at IS NULL
		ON CONFLICT (programme_id, block_id, person_id) DO UPDATE SET at = excluded.at`, blockID, m.ID, tx.Now)
	if err != nil {
		return "", fmt.Errorf("edit block %s: %w", blockID, err)
	}
	err = tx.QueryRow(ctx, `SELECT coalesce(max(other.name), '') FROM minutes_block b`+edited+` WHERE b.id = $1`,
		blockID, tx.Now.Add(-EditingFor), tx.Actor.Person).Scan(&other)
	if err != nil {
		return "", fmt.Errorf("editors of block %s: %w", blockID, err)
	}
	return other, nil
}

// Leaves notes that the actor has closed the editor of a passage. It returns
// fault.Forbidden to others than the office and fault.NotFound.
func Leaves(ctx context.Context, tx *db.Tx, minutesID, blockID uuid.UUID) error {
	m, err := forWriting(ctx, tx, minutesID)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `DELETE FROM passage_editor WHERE block_id = $1 AND minutes_id = $2 AND person_id = $3`, blockID, m.ID, tx.Actor.Person)
	if err != nil {
		return fmt.Errorf("leave block %s: %w", blockID, err)
	}
	return nil
}

// forWriting returns minutes to somebody who may write them, without a lock.
func forWriting(ctx context.Context, tx *db.Tx, id uuid.UUID) (Minutes, error) {
	m, err := ByID(ctx, tx, id)
	if err == nil && !tx.Actor.MayAt(access.WriteMinutes, m.BodyID) {
		err = fmt.Errorf("edit minutes %s: %w", id, fault.Forbidden)
	}
	return m, err
}
