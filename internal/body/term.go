package body

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
)

// Term is how long a body above the districts exists; a conference has its
// states instead.
type Term struct {
	ID    uuid.UUID
	Valid calendar.Range
}

// NewTerm takes the place of what is on record.
type NewTerm struct {
	ID   uuid.UUID // from the form: the same form records once
	From calendar.Date
	To   calendar.Date // the first day no more; zero: it goes on
	Why  string
}

// TermOf returns how long the body exists as recorded today; zero for a
// conference.
func TermOf(ctx context.Context, tx *db.Tx, bodyID uuid.UUID) (Term, error) {
	var t Term
	err := tx.QueryRow(ctx, `SELECT id, valid FROM body_term WHERE body_id = $1 AND withdrawn_at IS NULL ORDER BY lower(valid) DESC LIMIT 1`, bodyID).
		Scan(&t.ID, &t.Valid)
	if errors.Is(err, pgx.ErrNoRows) {
		return Term{}, nil
	}
	if err != nil {
		return Term{}, fmt.Errorf("term of body %s: %w", bodyID, err)
	}
	return t, nil
}

// KeepTerm records from when to when the body exists, in place of what stood
// there, with the reason: so a group ends, and so a wrong day is put right. It
// returns fault.Fields for bad input and for a conference, and fact.ErrRepeated
// if the form was sent before.
func KeepTerm(ctx context.Context, tx *db.Tx, b Body, n NewTerm) error {
	if !tx.Actor.MayFor(access.AddBody, b.ID) {
		return fmt.Errorf("term of body %s: %w", b.ID, fault.Forbidden)
	}
	f := fault.Fields{}
	checkFrom(f, "since", n.From)
	if !n.To.IsZero() && !n.From.Before(n.To) {
		f.Add("to", "body.error.ends_before_start")
	}
	fact.CheckWhy(f, n.Why)
	if b.Kind == Conference {
		f.Add("", "body.error.conference_has_states")
	}
	if err := f.Err(); err != nil {
		return err
	}
	var known bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM body_term WHERE id = $1)`, n.ID).Scan(&known); err != nil {
		return fmt.Errorf("term of body %s: %w", b.ID, err)
	}
	if known {
		return fact.ErrRepeated
	}
	if _, err := tx.Exec(ctx, `UPDATE body_term SET withdrawn_at = now(), withdrawn_why = $2 WHERE body_id = $1 AND withdrawn_at IS NULL`, b.ID, n.Why); err != nil {
		return fmt.Errorf("end term of body %s: %w", b.ID, err)
	}
	return insertTerm(ctx, tx, b.ID, n.ID, calendar.Range{From: n.From, To: n.To})
}

func insertTerm(ctx context.Context, tx *db.Tx, bodyID, id uuid.UUID, valid calendar.Range) error {
	if _, err := tx.Exec(ctx, `INSERT INTO body_term (id, body_id, valid) VALUES ($1, $2, $3)`, id, bodyID, valid); err != nil {
		return fmt.Errorf("record term of body %s: %w", bodyID, err)
	}
	return nil
}
