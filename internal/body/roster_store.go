package body

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// Seat is a seat as it is on one day, with the persons who hold it then.
type Seat struct {
	ID          uuid.UUID
	BodyID      uuid.UUID
	Institution string
	Group       Group `db:"grp"`
	Voting      bool
	Valid       calendar.Range
	Chair       bool
	Version     int
	Reopened    string // why its end was taken back last; SeatByID alone reads it
	Holders     []Holder
}

// Holder holds a seat in a slot: 0 as the holder, 1 and 2 as deputies.
type Holder struct {
	ID       uuid.UUID // of the fact
	PersonID uuid.UUID
	Name     string
	Email    string // "" if none is known
	Slot     int
	Valid    calendar.Range
}

// Main returns who holds the seat and is no deputy, if anybody does.
func (s Seat) Main() (Holder, bool) {
	if len(s.Holders) > 0 && s.Holders[0].Slot == 0 {
		return s.Holders[0], true
	}
	return Holder{}, false
}

// Roster returns the seats of a body on a day in their order, with those who
// hold them, deputies after the holder. Persons show only to those who may read
// them: the body's own people and the ministry.
func Roster(ctx context.Context, tx *db.Tx, bodyID uuid.UUID, on calendar.Date) ([]Seat, error) {
	rows, _ := tx.Query(ctx, `
		SELECT s.id, s.body_id, s.institution, s.grp, s.voting, s.valid, s.version,
			EXISTS (SELECT FROM body_chair c WHERE c.programme_id = s.programme_id AND c.seat_id = s.id
				AND c.withdrawn_at IS NULL AND c.valid @> $2::date) AS chair,
			h.id, h.person_id, coalesce(p.name, ''), coalesce(p.email, ''), h.slot, h.valid
		FROM seat s
		LEFT JOIN seat_holder h ON h.programme_id = s.programme_id AND h.seat_id = s.id
			AND h.withdrawn_at IS NULL AND h.valid @> $2::date
		LEFT JOIN person p ON p.programme_id = h.programme_id AND p.id = h.person_id
		WHERE s.body_id = $1 AND s.valid @> $2::date
		ORDER BY s.ordinal, s.institution, s.id, h.slot`, bodyID, on)
	var seats []Seat
	var s Seat
	var holder struct {
		id, person  *uuid.UUID
		name, email string
		slot        *int
		valid       *calendar.Range
	}
	_, err := pgx.ForEachRow(rows, []any{
		&s.ID, &s.BodyID, &s.Institution, &s.Group, &s.Voting, &s.Valid, &s.Version, &s.Chair,
		&holder.id, &holder.person, &holder.name, &holder.email, &holder.slot, &holder.valid,
	}, func() error {
		if len(seats) == 0 || seats[len(seats)-1].ID != s.ID {
			seats = append(seats, s)
		}
		if holder.id != nil {
			last := &seats[len(seats)-1]
			last.Holders = append(last.Holders, Holder{
				ID: *holder.id, PersonID: *holder.person, Name: holder.name, Email: holder.email, Slot: *holder.slot, Valid: *holder.valid,
			})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("roster of body %s: %w", bodyID, err)
	}
	return seats, nil
}

// VotingSeats counts the seats with a vote.
func VotingSeats(seats []Seat) int {
	n := 0
	for _, s := range seats {
		if s.Voting {
			n++
		}
	}
	return n
}
