package post

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
)

// Correction replaces a state that was recorded wrongly.
type Correction struct {
	ID      uuid.UUID // of the new fact, from the form
	State   State     // what it should have been
	From    calendar.Date
	Why     string
	Retract bool // it never was: nothing takes its place
}

func (c Correction) validate(today calendar.Date) error {
	f := fault.Fields{}
	if !c.Retract {
		if !c.State.Valid() {
			f.Add("state", "field.choice")
		}
		fact.CheckDay(f, "from", c.From, today)
	}
	fact.CheckWhy(f, c.Why)
	return f.Err()
}

// Correct withdraws a recorded state and records another in its place, with
// the reason on both. The withdrawn one stays visible. It returns fault.Fields
// for bad input, fault.NotFound for another post's fact, and fault.Conflict if
// it was withdrawn before.
func Correct(ctx context.Context, tx *db.Tx, p Post, factID uuid.UUID, c Correction) error {
	if !tx.Actor.MayIn(access.CorrectFact, p.DistrictID) {
		return fmt.Errorf("correct post %s: %w", p.ID, fault.Forbidden)
	}
	if err := c.validate(calendar.Of(tx.Now)); err != nil {
		return err
	}
	var withdrawn bool
	err := tx.QueryRow(ctx, `SELECT withdrawn_at IS NOT NULL FROM post_state WHERE id = $1 AND post_id = $2`, factID, p.ID).
		Scan(&withdrawn)
	if err != nil {
		return fmt.Errorf("state %s: %w", factID, err)
	}
	if withdrawn {
		return fault.Explain(fault.Conflict, "fact.already_corrected")
	}
	if err := tx.ExecOne(ctx, `UPDATE post_state SET withdrawn_at = now(), withdrawn_why = $2 WHERE id = $1`, factID, c.Why); err != nil {
		return fmt.Errorf("withdraw state %s: %w", factID, err)
	}
	if c.Retract {
		return nil
	}
	return explain(insertState(ctx, tx, p, NewState{ID: c.ID, State: c.State, From: c.From}, &c.Why))
}
