package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// Role is a role that a person holds from-to.
type Role struct {
	ID       uuid.UUID
	Role     access.Role
	District string // its short name; "" if the role is not a district's
	Valid    calendar.Range
}

// LastDay returns the last day on which the role holds; zero: no end.
func (r Role) LastDay() calendar.Date {
	if r.Valid.To.IsZero() {
		return calendar.Date{}
	}
	return r.Valid.To.AddDays(-1)
}

// rolesOf lists a person's roles, those that hold longest first.
func rolesOf(ctx context.Context, tx *db.Tx, person uuid.UUID) ([]Role, error) {
	rows, _ := tx.Query(ctx, `
		SELECT r.id, r.role, coalesce(d.short_name, '') AS district, r.valid
		FROM role_assignment r
		LEFT JOIN district d ON d.programme_id = r.programme_id AND d.id = r.district_id
		WHERE r.person_id = $1
		ORDER BY upper(r.valid) DESC NULLS FIRST, lower(r.valid) DESC, r.role, r.id`, person)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Role])
	if err != nil {
		return nil, fmt.Errorf("roles of person %s: %w", person, err)
	}
	return list, nil
}

// NewRole is a role to be given. Its id comes from the form, so that the same
// form sent twice gives it once.
type NewRole struct {
	ID       uuid.UUID
	Person   uuid.UUID
	Role     access.Role
	District uuid.UUID // of a district's role
	From     calendar.Date
	To       calendar.Date // last day; zero: no end
}

func (n NewRole) check(f fault.Fields) {
	switch {
	case n.Role == "":
		f.Add("role", "field.missing")
	case !n.Role.Valid():
		f.Add("role", "field.choice")
	case n.Role.OfDistrict() && n.District == uuid.Nil:
		f.Add("district", "account.role.needs_district")
	case !n.Role.OfDistrict() && n.District != uuid.Nil:
		f.Add("district", "account.role.without_district")
	}
	switch {
	case n.From.IsZero():
		f.Add("from", "field.missing")
	case !n.To.IsZero() && n.To.Before(n.From):
		f.Add("to", "account.role.ends_before_start")
	}
}

func (n NewRole) valid() calendar.Range {
	r := calendar.Range{From: n.From}
	if !n.To.IsZero() {
		r.To = n.To.AddDays(1)
	}
	return r
}

// GiveRole gives a person a role and mails a notice. It returns fault.NotFound
// for an unknown person and fault.Fields for bad input and for a role that the
// person already holds then.
func (s *Service) GiveRole(ctx context.Context, tx *db.Tx, n NewRole) error {
	f := fault.Fields{}
	n.check(f)
	if err := f.Err(); err != nil {
		return err
	}
	p := invitee{ID: n.Person}
	var account bool
	err := tx.QueryRow(ctx, `SELECT name, coalesce(email, ''), account_id IS NOT NULL FROM person WHERE id = $1`, n.Person).
		Scan(&p.Name, &p.Email, &account)
	if err != nil {
		return fmt.Errorf("give role to person %s: %w", n.Person, err)
	}
	added, err := insertRole(ctx, tx, n)
	if err != nil || !added || !account || p.Email == "" {
		return err
	}
	return s.mailRoleGiven(ctx, tx, p)
}

// insertRole says whether the role was added; false: the same form before.
func insertRole(ctx context.Context, tx *db.Tx, n NewRole) (bool, error) {
	if n.ID == uuid.Nil {
		n.ID = uuid.New()
	}
	var district *uuid.UUID
	if n.District != uuid.Nil {
		district = &n.District
	}
	added, err := tx.Exec(ctx, `
		INSERT INTO role_assignment (id, person_id, role, district_id, valid)
		SELECT $1, $2, $3, $4, $5
		WHERE NOT EXISTS (SELECT FROM role_assignment WHERE id = $1)`,
		n.ID, n.Person, string(n.Role), district, n.valid())
	if err != nil {
		return false, explainRole(fmt.Errorf("give role to person %s: %w", n.Person, err))
	}
	return added == 1, nil
}

// explainRole says at the field what the database refused.
func explainRole(err error) error {
	switch db.Constraint(err) {
	case "role_held_once":
		return fault.Field("from", "account.role.overlap")
	case "role_assignment_programme_id_district_id_fkey":
		return fault.Field("district", "field.choice")
	}
	return err
}

// EndRole ends a person's role with the last day; earlier days stay as they
// were. It returns fault.NotFound if the person has no such role, and
// fault.Fields for a day before the role began, for another assignment that
// overlaps, and for the actor's own role as an admin.
func EndRole(ctx context.Context, tx *db.Tx, person, role uuid.UUID, last calendar.Date) error {
	r, err := oneRole(ctx, tx, person, role)
	switch {
	case err != nil:
		return err
	case last.IsZero():
		return fault.Field("to", "field.missing")
	case last.Before(r.Valid.From):
		return fault.Field("to", "account.role.ends_before_start")
	case person == tx.Actor.Person && r.Role == access.Admin:
		return fault.Field("", "account.role.own_admin")
	}
	r.Valid.To = last.AddDays(1)
	err = tx.ExecOne(ctx, `UPDATE role_assignment SET valid = $2 WHERE id = $1`, role, r.Valid)
	if db.Constraint(err) == "role_held_once" {
		return fault.Field("to", "account.role.overlap")
	}
	if err != nil {
		return fmt.Errorf("end role %s: %w", role, err)
	}
	return nil
}

// oneRole reads one role of a person.
func oneRole(ctx context.Context, tx *db.Tx, person, role uuid.UUID) (Role, error) {
	list, err := rolesOf(ctx, tx, person)
	if err != nil {
		return Role{}, err
	}
	for _, r := range list {
		if r.ID == role {
			return r, nil
		}
	}
	return Role{}, errors.Join(fault.NotFound, fmt.Errorf("role %s of person %s", role, person))
}
