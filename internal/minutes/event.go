package minutes

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/db"
)

// EventKind is what happened to minutes, beside their words.
type EventKind string

// The kinds of events.
const (
	Begun            EventKind = "begun"
	SentToCheck      EventKind = "to_check"
	SentBack         EventKind = "sent_back"
	WasCirculated    EventKind = "circulated"
	Reopened         EventKind = "reopened"
	BecameReady      EventKind = "ready"
	WasApproved      EventKind = "approved"
	SignedByChair    EventKind = "signed_chair"
	SignedByTaker    EventKind = "signed_taker"
	WasPublished     EventKind = "published"
	ReleaseTakenBack EventKind = "release_taken_back"
	WasCorrected     EventKind = "corrected"
	ScanAdded        EventKind = "scan_added"
	ScanWithdrawn    EventKind = "scan_withdrawn"
)

// Event is something that happened to minutes. Events are never changed.
type Event struct {
	ID   uuid.UUID
	Kind EventKind
	No   *int // the version it speaks of
	Note string
	At   time.Time
	By   *string // nil: the system
}

// Events returns what happened to minutes, the newest first, as far as the
// actor may know.
func Events(ctx context.Context, tx *db.Tx, minutesID uuid.UUID) ([]Event, error) {
	rows, _ := tx.Query(ctx, `
		SELECT e.id, e.kind, e.no, e.note, e.at, p.name AS by
		FROM minutes_event e
		LEFT JOIN person p ON p.programme_id = e.programme_id AND p.id = e.by_id
		WHERE e.minutes_id = $1
		ORDER BY e.at DESC, e.kind`, minutesID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Event])
	if err != nil {
		return nil, fmt.Errorf("events of minutes %s: %w", minutesID, err)
	}
	return list, nil
}

// actor is the person who acts, or nil for the system.
func actor(tx *db.Tx) *uuid.UUID {
	if tx.Actor.Person == uuid.Nil {
		return nil
	}
	return &tx.Actor.Person
}

// record adds an event.
func record(ctx context.Context, tx *db.Tx, m Minutes, kind EventKind, note string) error {
	var no *int
	if m.No > 0 {
		no = &m.No
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO minutes_event (minutes_id, body_id, day, kind, no, note, at, by_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, m.ID, m.BodyID, m.Day, kind, no, note, tx.Now, actor(tx))
	if err != nil {
		return fmt.Errorf("record %s of minutes %s: %w", kind, m.ID, err)
	}
	return nil
}
