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

// Officer is a person who runs the body's office, from-to.
type Officer struct {
	ID       uuid.UUID // of the fact
	PersonID uuid.UUID
	Name     string
	Email    string // "" if none is known
	Valid    calendar.Range
}

// Officers returns who runs the body's office or did, the newest first. Persons
// show only to the body's own people and the ministry.
func Officers(ctx context.Context, tx *db.Tx, bodyID uuid.UUID) ([]Officer, error) {
	rows, _ := tx.Query(ctx, `
		SELECT o.id, o.person_id, coalesce(p.name, '') AS name, coalesce(p.email, '') AS email, o.valid
		FROM body_office o
		LEFT JOIN person p ON p.programme_id = o.programme_id AND p.id = o.person_id
		WHERE o.body_id = $1 AND o.withdrawn_at IS NULL
		ORDER BY lower(o.valid) DESC, p.name`, bodyID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Officer])
	if err != nil {
		return nil, fmt.Errorf("office of body %s: %w", bodyID, err)
	}
	return list, nil
}

// NewOfficer is a person who joins the office.
type NewOfficer struct {
	ID uuid.UUID
	Who
	From calendar.Date
}

// AppointOfficer records that a person runs the body's office from a day on. It
// returns fault.Fields for bad input and for somebody who does so already, and
// fact.ErrRepeated if the form was sent before.
func AppointOfficer(ctx context.Context, tx *db.Tx, b Body, n NewOfficer) error {
	if !tx.Actor.MayFor(access.AppointOffice, b.ID) {
		return fmt.Errorf("appoint office of body %s: %w", b.ID, fault.Forbidden)
	}
	f := fault.Fields{}
	n.check(f)
	checkFrom(f, "from", n.From)
	if err := f.Err(); err != nil {
		return err
	}
	person, err := n.find(ctx, tx)
	if err != nil {
		return err
	}
	return insertOfficer(ctx, tx, b.ID, Officer{ID: n.ID, PersonID: person, Valid: calendar.Range{From: n.From}})
}

func insertOfficer(ctx context.Context, tx *db.Tx, bodyID uuid.UUID, o Officer) error {
	_, err := tx.Exec(ctx, `INSERT INTO body_office (id, body_id, person_id, valid) VALUES ($1, $2, $3, $4)`, o.ID, bodyID, o.PersonID, o.Valid)
	switch db.Constraint(err) {
	case "body_office_once":
		return errors.Join(fault.Field("from", "body.error.in_office"), err)
	case "body_office_pkey":
		return errors.Join(fact.ErrRepeated, err)
	}
	if err != nil {
		return fmt.Errorf("appoint office of body %s: %w", bodyID, err)
	}
	return nil
}

// EndOfficer records the last day of a person in the office. It returns
// fault.Fields for a day that is not within that time and if nobody would be
// left in the office, since only the ministry could appoint the next one then,
// and fault.NotFound for a record of another body.
func EndOfficer(ctx context.Context, tx *db.Tx, b Body, id uuid.UUID, last calendar.Date) error {
	if !tx.Actor.MayFor(access.AppointOffice, b.ID) {
		return fmt.Errorf("appoint office of body %s: %w", b.ID, fault.Forbidden)
	}
	all, err := Officers(ctx, tx, b.ID)
	if err != nil {
		return err
	}
	f := fault.Fields{}
	checkFrom(f, "to", last)
	var ending Officer
	left := false
	for _, o := range all {
		if o.ID == id {
			ending = o
		} else if o.Valid.Contains(last.AddDays(1)) {
			left = true
		}
	}
	switch {
	case ending.ID == uuid.Nil:
		return fmt.Errorf("officer %s: %w", id, fault.NotFound)
	case last.IsZero():
	case last.Before(ending.Valid.From):
		f.Add("to", "body.error.ends_before_start")
	case !ending.Valid.To.IsZero() && !last.Before(ending.Valid.To):
		f.Add("to", "body.error.ended")
	case !left && !tx.Actor.OfMinistry():
		f.Add("to", "body.error.office_empty")
	}
	if err := f.Err(); err != nil {
		return err
	}
	err = tx.ExecOne(ctx, `
		UPDATE body_office SET withdrawn_at = now(), withdrawn_why = $2
		WHERE id = $1 AND withdrawn_at IS NULL`, id, whyEnded)
	if err != nil {
		return fmt.Errorf("end officer %s: %w", id, err)
	}
	ending.ID, ending.Valid.To = uuid.New(), last.AddDays(1)
	return insertOfficer(ctx, tx, b.ID, ending)
}
