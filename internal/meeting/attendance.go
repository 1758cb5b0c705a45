package meeting

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/db"
)

// Status says how a seat was there.
type Status string

// The statuses of a seat.
const (
	Present     Status = "present"
	Represented Status = "represented" // by a deputy
	Excused     Status = "excused"
	Absent      Status = "absent"
)

// Statuses returns every status in the order of the form.
func Statuses() []Status { return []Status{Present, Represented, Excused, Absent} }

// Valid says whether s is a status.
func (s Status) Valid() bool { return slices.Contains(Statuses(), s) }

// There says whether somebody sits on the seat.
func (s Status) There() bool { return s == Present || s == Represented }

// NameKey returns the locale key of the status's name.
func (s Status) NameKey() string { return "meeting.status." + string(s) }

// Attended is one stretch of a seat's attendance: a seat that was left and taken
// again has two.
type Attended struct {
	ID          uuid.UUID
	SeatID      uuid.UUID
	Institution string
	Group       string `db:"grp"`
	Voting      bool
	PersonID    *uuid.UUID
	Person      string // name; "" if nobody came
	Status      Status
	FromAt      *time.Time // nil: nobody came
	ToAt        *time.Time // nil: still there
	Reason      string
}

// At says whether somebody sat on the seat at the moment.
func (a Attended) At(t time.Time) bool {
	return a.FromAt != nil && !a.FromAt.After(t) && (a.ToAt == nil || a.ToAt.After(t))
}

// Attendance returns who was there at a sitting, in the order of the seats and
// then of time.
func Attendance(ctx context.Context, tx *db.Tx, meetingID uuid.UUID) ([]Attended, error) {
	rows, _ := tx.Query(ctx, `
		SELECT a.id, a.seat_id, s.institution, s.grp, s.voting, a.person_id, coalesce(p.name, '') AS person, a.status, a.from_at, a.to_at, a.reason
		FROM attendance a
		JOIN seat s ON s.programme_id = a.programme_id AND s.id = a.seat_id
		LEFT JOIN person p ON p.programme_id = a.programme_id AND p.id = a.person_id
		WHERE a.meeting_id = $1
		ORDER BY s.ordinal, s.institution, s.id, a.from_at`, meetingID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Attended])
	if err != nil {
		return nil, fmt.Errorf("attendance of sitting %s: %w", meetingID, err)
	}
	return list, nil
}
