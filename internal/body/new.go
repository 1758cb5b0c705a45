package body

import (
	"context"
	"errors"
	"fmt"
	"net/mail"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
)

// Limits of a body's texts, in characters.
const (
	MaxName       = 160
	MaxPriorities = 2000
	MaxEmail      = 254
)

// Input is what is said of a body in its form.
type Input struct {
	Name        string
	ConsultedOn calendar.Date // conferences only
	Priorities  string        // conferences only
	OfficeEmail string        // a function address
}

// New is a body to be added.
type New struct {
	ID        uuid.UUID // from the form: the same form adds a body once
	Kind      Kind
	ParentID  uuid.UUID     // of a group; else zero
	Districts []uuid.UUID   // of a conference, one as a rule; else none
	Since     calendar.Date // since when a body above the districts exists; of a conference zero
	Input
}

func (in Input) check(f fault.Fields, k Kind, today calendar.Date) {
	f.Require("name", in.Name, MaxName)
	f.Limit("priorities", in.Priorities, MaxPriorities)
	if in.OfficeEmail != "" {
		checkEmail(f, "office_email", in.OfficeEmail)
	}
	if !in.ConsultedOn.IsZero() {
		fact.CheckDay(f, "consulted_on", in.ConsultedOn, today)
	}
	if k != Conference && (!in.ConsultedOn.IsZero() || in.Priorities != "") {
		f.Add("", "body.error.conference_only")
	}
}

func checkEmail(f fault.Fields, name, text string) {
	if a, err := mail.ParseAddress(text); err != nil || a.Address != text || len(text) > MaxEmail {
		f.Add(name, "body.error.email")
	}
}

// Add adds a body to the programme. It returns fault.Fields for bad input, for
// a name that is taken and for a district that has a conference already, and
// fact.ErrRepeated if the form was sent before.
func Add(ctx context.Context, tx *db.Tx, n New) error {
	if !tx.Actor.MayFor(access.AddBody, uuid.Nil) {
		return fmt.Errorf("add body: %w", fault.Forbidden)
	}
	f := fault.Fields{}
	n.check(f, n.Kind, calendar.Of(tx.Now))
	if !n.Kind.Valid() {
		f.Add("kind", "body.error.choice")
	}
	if n.Kind == Conference && len(n.Districts) == 0 {
		f.Add("districts", "body.error.districts")
	}
	if n.Kind != Conference && len(n.Districts) > 0 {
		f.Add("districts", "body.error.no_districts")
	}
	if n.Kind.hasParent() != (n.ParentID != uuid.Nil) {
		f.Add("parent", "body.error.parent")
	}
	if n.Kind != Conference {
		checkFrom(f, "since", n.Since)
	} else if !n.Since.IsZero() {
		f.Add("since", "body.error.conference_has_states")
	}
	if err := f.Err(); err != nil {
		return err
	}
	if err := insertBody(ctx, tx, n); err != nil {
		return err
	}
	if n.Kind != Conference {
		return insertTerm(ctx, tx, n.ID, n.ID, calendar.Range{From: n.Since})
	}
	_, err := tx.Exec(ctx, `INSERT INTO body_district (programme_id, body_id, district_id) SELECT $1, $2, unnest($3::uuid[])`,
		tx.Actor.Programme, n.ID, n.Districts)
	if db.Constraint(err) == "body_district_once" {
		return errors.Join(fault.Field("districts", "body.error.district_taken"), err)
	}
	if err != nil {
		return fmt.Errorf("districts of body %s: %w", n.ID, err)
	}
	return nil
}

func (k Kind) hasParent() bool { return k == WorkingGroup || k == SteeringGroup }

func insertBody(ctx context.Context, tx *db.Tx, n New) error {
	var parent *uuid.UUID
	if n.ParentID != uuid.Nil {
		parent = &n.ParentID
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO body (id, kind, name, parent_id, consulted_on, priorities, office_email)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, n.ID, n.Kind, n.Name, parent, n.ConsultedOn, n.Priorities, n.OfficeEmail)
	switch db.Constraint(err) {
	case "body_name_once":
		return errors.Join(fault.Field("name", "body.error.name_taken"), err)
	case "body_pkey":
		return errors.Join(fact.ErrRepeated, err)
	case "body_programme_id_parent_id_fkey":
		return errors.Join(fault.Field("parent", "body.error.parent"), err)
	}
	if err != nil {
		return fmt.Errorf("add body %s: %w", n.ID, err)
	}
	return nil
}

// Change changes what is said of the body. It returns fault.Fields for bad
// input and fault.Stale if somebody else changed it since version.
func Change(ctx context.Context, tx *db.Tx, b Body, in Input, version int) error {
	if !tx.Actor.MayFor(access.KeepBody, b.ID) {
		return fmt.Errorf("change body %s: %w", b.ID, fault.Forbidden)
	}
	f := fault.Fields{}
	in.check(f, b.Kind, calendar.Of(tx.Now))
	if err := f.Err(); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `
		UPDATE body SET name = $3, consulted_on = $4, priorities = $5, office_email = $6
		WHERE id = $1 AND version = $2`, b.ID, version, in.Name, in.ConsultedOn, in.Priorities, in.OfficeEmail)
	switch {
	case db.Constraint(err) == "body_name_once":
		return errors.Join(fault.Field("name", "body.error.name_taken"), err)
	case err != nil:
		return fmt.Errorf("change body %s: %w", b.ID, err)
	case n == 0:
		return fmt.Errorf("body %s version %d: %w", b.ID, version, fault.Stale)
	}
	return nil
}
