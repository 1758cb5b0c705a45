package meeting

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/db"
)

// Delivery is a notice to one person and how far it came.
type Delivery struct {
	Institution string
	Person      string
	Kind        string // call, change, cancellation
	Sequence    int
	MailID      *uuid.UUID
	SentAt      *time.Time
	FailedAt    *time.Time
	CreatedAt   time.Time
}

// Fate says how far the notice came: "letter" without an address, "sent",
// "failed" while tries fail, else "waiting".
func (d Delivery) Fate() string {
	switch {
	case d.MailID == nil:
		return "letter"
	case d.SentAt != nil:
		return "sent"
	case d.FailedAt != nil:
		return "failed"
	}
	return "waiting"
}

// Deliveries returns the notices of a sitting, the newest first: all of them to
// the office and the chair, to others their own.
func Deliveries(ctx context.Context, tx *db.Tx, meetingID uuid.UUID) ([]Delivery, error) {
	rows, _ := tx.Query(ctx, `
		SELECT s.institution, p.name AS person, n.kind, n.sequence, n.mail_id, n.sent_at, n.failed_at, n.created_at
		FROM call_notice n
		JOIN seat s ON s.programme_id = n.programme_id AND s.id = n.seat_id
		JOIN person p ON p.programme_id = n.programme_id AND p.id = n.person_id
		WHERE n.meeting_id = $1
		ORDER BY n.sequence DESC, s.ordinal, s.institution, p.name`, meetingID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Delivery])
	if err != nil {
		return nil, fmt.Errorf("notices of sitting %s: %w", meetingID, err)
	}
	return list, nil
}
