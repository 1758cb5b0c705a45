package minutes

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// Correction is a correction note (Berichtigungsvermerk) to approved minutes.
// The minutes stay as they are.
type Correction struct {
	ID        uuid.UUID
	MinutesID uuid.UUID
	BlockID   *uuid.UUID
	Text      string
	NonPublic bool
	State     string // proposed, approved, rejected
	Decision  *string
	CreatedAt time.Time
	Version   int
}

// Corrections returns the notes to minutes, the oldest first. A proposed one is
// for the office and the chair.
func Corrections(ctx context.Context, tx *db.Tx, minutesID uuid.UUID) ([]Correction, error) {
	rows, _ := tx.Query(ctx, `
		SELECT c.id, c.minutes_id, c.block_id, c.text, c.non_public, c.state, d.year || '/' || d.number AS decision, c.created_at, c.version
		FROM correction_note c
		LEFT JOIN decision d ON d.programme_id = c.programme_id AND d.id = c.decision_id
		WHERE c.minutes_id = $1
		ORDER BY c.created_at, c.id`, minutesID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Correction])
	if err != nil {
		return nil, fmt.Errorf("corrections of minutes %s: %w", minutesID, err)
	}
	return list, nil
}

// ProposeCorrection records what is wrong in approved minutes, to be decided in
// a later sitting. It returns fault.Conflict for minutes that are not approved.
func ProposeCorrection(ctx context.Context, tx *db.Tx, minutesID uuid.UUID, c Correction) error {
	m, err := lockFor(ctx, tx, minutesID, access.CirculateMinutes)
	if err != nil {
		return err
	}
	if !m.State.Sealed() {
		return fault.Explain(fault.Conflict, "minutes.error.not_approved")
	}
	c.Text = Normalise(c.Text)
	f := fault.Fields{}
	f.Require("text", c.Text, MaxReason)
	if err := f.Err(); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO correction_note (id, minutes_id, body_id, day, block_id, text, non_public)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT DO NOTHING`, c.ID, m.ID, m.BodyID, m.Day, c.BlockID, c.Text, c.NonPublic)
	if err != nil {
		return fmt.Errorf("propose a correction of minutes %s: %w", m.ID, err)
	}
	return nil
}

// DecideCorrection records that a later sitting approved the note by a decision,
// or with the zero id that it did not. It returns the id of the minutes.
func DecideCorrection(ctx context.Context, tx *db.Tx, id, decisionID uuid.UUID) (uuid.UUID, error) {
	var minutesID uuid.UUID
	if err := tx.QueryRow(ctx, `SELECT minutes_id FROM correction_note WHERE id = $1`, id).Scan(&minutesID); err != nil {
		return uuid.Nil, fmt.Errorf("correction %s: %w", id, err)
	}
	m, err := lockFor(ctx, tx, minutesID, access.CirculateMinutes)
	if err != nil {
		return minutesID, err
	}
	if decisionID == uuid.Nil {
		err = tx.ExecOne(ctx, `UPDATE correction_note SET state = 'rejected' WHERE id = $1 AND state = 'proposed'`, id)
	} else {
		err = tx.ExecOne(ctx, `
			UPDATE correction_note SET state = 'approved', decision_id = $2
			WHERE id = $1 AND state = 'proposed' AND EXISTS (SELECT FROM decision d
				WHERE d.id = $2 AND d.body_id = $3 AND d.meeting_id IS NOT NULL AND d.day > $4 AND d.result = 'adopted' AND d.void_why IS NULL)`, id, decisionID, m.BodyID, m.Day)
	}
	if errors.Is(err, fault.NotFound) {
		return minutesID, fault.Explain(fault.Conflict, "minutes.error.correction_decision")
	}
	if err != nil {
		return minutesID, fmt.Errorf("decide on correction %s: %w", id, err)
	}
	if decisionID == uuid.Nil {
		return minutesID, nil
	}
	return minutesID, record(ctx, tx, m, WasCorrected, "")
}
