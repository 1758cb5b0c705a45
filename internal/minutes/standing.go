package minutes

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/db"
)

// Standing says whether a sitting's minutes are approved, as far as the actor
// may know.
type Standing struct {
	Known    bool // false: the actor is not of the body, and nothing was published
	Approved bool
	No       int    // the approved version
	SHA256   []byte `db:"sha256"` // of that version; nil: not for this reader
}

// Sum returns the hash of the approved version in hexadecimal digits, "" without
// one.
func (s Standing) Sum() string { return hex.EncodeToString(s.SHA256) }

// StandingOf returns how the minutes of a sitting stand. Whoever is of the body
// sees them from the first version on: if he sees none, none are approved.
func StandingOf(ctx context.Context, tx *db.Tx, meetingID uuid.UUID) (Standing, error) {
	rows, _ := tx.Query(ctx, `
		SELECT m.id IS NOT NULL OR reads_level((SELECT current_seats()), s.body_id, s.day) >= 1 AS known,
			m.approved_at IS NOT NULL AS approved, coalesce(m.no, 0) AS no, v.sha256
		FROM meeting s
		LEFT JOIN minutes m ON m.programme_id = s.programme_id AND m.meeting_id = s.id
		LEFT JOIN minutes_version v ON v.programme_id = m.programme_id AND v.minutes_id = m.id AND v.no = m.no AND m.approved_at IS NOT NULL
		WHERE s.id = $1`, meetingID)
	s, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Standing])
	if errors.Is(err, pgx.ErrNoRows) { // the ministry reads the decision, not the sitting
		return Standing{}, nil
	}
	if err != nil {
		return Standing{}, fmt.Errorf("standing of the minutes of sitting %s: %w", meetingID, err)
	}
	return s, nil
}
