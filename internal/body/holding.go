package body

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
)

// Slots of a seat: the holder and up to two deputies.
const (
	SlotHolder = 0
	MaxSlot    = 2
)

// Holding is that a person holds a seat, with both clocks.
type Holding struct {
	ID       uuid.UUID
	SeatID   uuid.UUID
	PersonID uuid.UUID
	Name     string
	Email    string // "" if none is known
	Slot     int
	Valid    calendar.Range
	fact.Record
}

// Holdings returns everybody who ever held the seat, withdrawn records too, the
// newest first. Persons show only to those who may read them.
func Holdings(ctx context.Context, tx *db.Tx, seatID uuid.UUID) ([]Holding, error) {
	rows, _ := tx.Query(ctx, `
		SELECT h.id, h.seat_id, h.person_id, coalesce(p.name, '') AS name, coalesce(p.email, '') AS email, h.slot, h.valid,
			h.recorded_at, h.recorded_by, r.name AS recorder, h.withdrawn_at, w.name AS withdrawer, h.withdrawn_why, h.simulated
		FROM seat_holder h
		LEFT JOIN person p ON p.programme_id = h.programme_id AND p.id = h.person_id
		LEFT JOIN person r ON r.programme_id = h.programme_id AND r.id = h.recorded_by
		LEFT JOIN person w ON w.programme_id = h.programme_id AND w.id = h.withdrawn_by
		WHERE h.seat_id = $1
		ORDER BY lower(h.valid) DESC, h.slot, h.recorded_at DESC`, seatID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Holding])
	if err != nil {
		return nil, fmt.Errorf("holders of seat %s: %w", seatID, err)
	}
	return list, nil
}

// NewHolding is a person who takes a seat.
type NewHolding struct {
	ID   uuid.UUID // from the form: the same form records it once
	Slot int
	Who
	From calendar.Date
	To   calendar.Date // the first day on which it is no longer so; zero: open
}

// Hold records that a person holds the seat, or is a deputy, from a day on. It
// returns fault.Fields for bad input, for a time in which the place is taken
// and for one in which the person holds the seat otherwise, and fact.ErrRepeated
// if the form was sent before.
func Hold(ctx context.Context, tx *db.Tx, b Body, seatID uuid.UUID, n NewHolding) error {
	s, err := seatToKeep(ctx, tx, b, seatID)
	if err != nil {
		return err
	}
	f := fault.Fields{}
	n.check(f)
	if n.Slot < SlotHolder || n.Slot > MaxSlot {
		f.Add("slot", "body.error.choice")
	}
	when := n.period(f, s)
	if err := f.Err(); err != nil {
		return err
	}
	person, err := n.find(ctx, tx)
	if err != nil {
		return err
	}
	return insertHolding(ctx, tx, Holding{ID: n.ID, SeatID: seatID, PersonID: person, Slot: n.Slot, Valid: when}, b.ID)
}

// period is the time of the holding, which ends with the seat at the latest.
func (n NewHolding) period(f fault.Fields, s Seat) calendar.Range {
	checkFrom(f, "from", n.From)
	when := calendar.Range{From: n.From, To: n.To}
	switch {
	case n.From.IsZero():
	case when.IsEmpty():
		f.Add("to", "body.error.ends_before_start")
	case !s.Valid.Contains(n.From):
		f.Add("from", "body.error.outside_seat")
	case !s.Valid.To.IsZero() && n.To.IsZero():
		when.To = s.Valid.To
	case !s.Valid.To.IsZero() && n.To.After(s.Valid.To):
		f.Add("to", "body.error.outside_seat")
	}
	return when
}

func insertHolding(ctx context.Context, tx *db.Tx, h Holding, bodyID uuid.UUID) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO seat_holder (id, body_id, seat_id, person_id, slot, valid)
		VALUES ($1, $2, $3, $4, $5, $6)`, h.ID, bodyID, h.SeatID, h.PersonID, h.Slot, h.Valid)
	switch db.Constraint(err) {
	case "seat_slot_once":
		return errors.Join(fault.Field("from", "body.error.slot_taken"), err)
	case "seat_person_once":
		return errors.Join(fault.Field("from", "body.error.person_seated"), err)
	case "seat_holder_pkey":
		return errors.Join(fact.ErrRepeated, err)
	}
	if err != nil {
		return fmt.Errorf("hold seat %s: %w", h.SeatID, err)
	}
	return nil
}

// HoldingByID returns a record of the body that was not withdrawn. It returns
// fault.NotFound for another.
func HoldingByID(ctx context.Context, tx *db.Tx, bodyID, id uuid.UUID) (Holding, error) {
	h := Holding{ID: id}
	err := tx.QueryRow(ctx, `
		SELECT h.seat_id, h.person_id, coalesce(p.name, ''), coalesce(p.email, ''), h.slot, h.valid
		FROM seat_holder h
		LEFT JOIN person p ON p.programme_id = h.programme_id AND p.id = h.person_id
		WHERE h.id = $1 AND h.body_id = $2 AND h.withdrawn_at IS NULL`, id, bodyID).
		Scan(&h.SeatID, &h.PersonID, &h.Name, &h.Email, &h.Slot, &h.Valid)
	if err != nil {
		return Holding{}, fmt.Errorf("holding %s: %w", id, err)
	}
	return h, nil
}

// EndHolding records the last day on which the person holds the seat. It
// returns fault.Fields for a day that is not within the holding, and
// fault.NotFound for a record of another body or one that was withdrawn.
func EndHolding(ctx context.Context, tx *db.Tx, b Body, id uuid.UUID, last calendar.Date) error {
	h, err := holdingToKeep(ctx, tx, b, id)
	if err != nil {
		return err
	}
	f := fault.Fields{}
	checkFrom(f, "to", last)
	switch {
	case last.IsZero():
	case last.Before(h.Valid.From):
		f.Add("to", "body.error.ends_before_start")
	case !h.Valid.To.IsZero() && !last.Before(h.Valid.To):
		f.Add("to", "body.error.ended")
	}
	if err := f.Err(); err != nil {
		return err
	}
	if err := withdrawHolding(ctx, tx, id, whyEnded); err != nil {
		return err
	}
	h.ID, h.Valid.To = uuid.New(), last.AddDays(1)
	return insertHolding(ctx, tx, h, b.ID)
}

// HoldingCorrection replaces a record that was wrong. Without a person the one
// on record stays.
type HoldingCorrection struct {
	NewHolding
	Why     string
	Retract bool // it never was: nothing takes its place
}

// CorrectHolding withdraws a record and puts another in its place, with the
// reason. It returns fault.Fields for bad input as Hold does, and
// fault.NotFound for a record of another body or one that was withdrawn.
func CorrectHolding(ctx context.Context, tx *db.Tx, b Body, id uuid.UUID, c HoldingCorrection) error {
	h, err := holdingToKeep(ctx, tx, b, id)
	if err != nil {
		return err
	}
	s, err := SeatByID(ctx, tx, b.ID, h.SeatID)
	if err != nil {
		return err
	}
	f := fault.Fields{}
	fact.CheckWhy(f, c.Why)
	other := c.Who != Who{}
	var when calendar.Range
	if !c.Retract {
		when = c.period(f, s)
		if other {
			c.check(f)
		}
	}
	if err := f.Err(); err != nil {
		return err
	}
	if err := withdrawHolding(ctx, tx, id, c.Why); err != nil || c.Retract {
		return err
	}
	if other {
		if h.PersonID, err = c.find(ctx, tx); err != nil {
			return err
		}
	}
	h.ID, h.Valid = c.ID, when
	return insertHolding(ctx, tx, h, b.ID)
}

func holdingToKeep(ctx context.Context, tx *db.Tx, b Body, id uuid.UUID) (Holding, error) {
	if err := mayKeepSeats(tx, b); err != nil {
		return Holding{}, err
	}
	return HoldingByID(ctx, tx, b.ID, id)
}

func withdrawHolding(ctx context.Context, tx *db.Tx, id uuid.UUID, why string) error {
	err := tx.ExecOne(ctx, `
		UPDATE seat_holder SET withdrawn_at = now(), withdrawn_why = $2
		WHERE id = $1 AND withdrawn_at IS NULL`, id, why)
	if err != nil {
		return fmt.Errorf("withdraw holding %s: %w", id, err)
	}
	return nil
}
