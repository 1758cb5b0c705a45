package grant

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
)

// Absence is a time in which a case officer is away and another covers
// (Vertretung). Whoever covers sees the cases as his own work and acts as
// himself: who had another duty on a case cannot take a step in it.
type Absence struct {
	ID        uuid.UUID
	PersonID  uuid.UUID
	Person    string
	CoverID   uuid.UUID
	Cover     string
	Valid     calendar.Range
	Withdrawn *time.Time `db:"withdrawn_at"` // taken back before it began
}

// Over says whether it has passed or was taken back.
func (a Absence) Over(today calendar.Date) bool {
	return a.Withdrawn != nil || !a.Valid.To.After(today)
}

const absenceColumns = `
	a.id, a.person_id, p.name AS person, a.cover_id, c.name AS cover, a.valid, a.withdrawn_at
	FROM absence a
	JOIN person p ON p.programme_id = a.programme_id AND p.id = a.person_id
	JOIN person c ON c.programme_id = a.programme_id AND c.id = a.cover_id`

// Absences returns the actor's absences and those that the actor covers, the
// latest first.
func Absences(ctx context.Context, tx *db.Tx) ([]Absence, error) {
	rows, _ := tx.Query(ctx, `SELECT `+absenceColumns+` WHERE $1 IN (a.person_id, a.cover_id) ORDER BY a.valid DESC, a.id LIMIT 100`, tx.Actor.Person)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Absence])
	if err != nil {
		return nil, fmt.Errorf("absences: %w", err)
	}
	return list, nil
}

// NewAbsence is an absence of the actor to be entered.
type NewAbsence struct {
	ID      uuid.UUID // from the form
	CoverID uuid.UUID
	Valid   calendar.Range
}

// EnterAbsence enters one. It returns fault.Fields for days that have passed,
// that lie in another absence or make no range, and for a cover who is no case
// officer, and fact.ErrRepeated if the form was sent before.
func EnterAbsence(ctx context.Context, tx *db.Tx, n NewAbsence) error {
	if !tx.Actor.May(access.PrepareGrants) {
		return fmt.Errorf("enter absence: %w", fault.Forbidden)
	}
	f := fault.Fields{}
	if n.CoverID == uuid.Nil || n.CoverID == tx.Actor.Person {
		f.Add("cover", "field.choice")
	}
	if n.Valid.From.IsZero() || n.Valid.To.IsZero() || n.Valid.IsEmpty() {
		f.Add("to", "grant.error.period")
	}
	if err := f.Err(); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO absence (id, cover_id, valid) VALUES ($1, $2, $3)`, n.ID, n.CoverID, n.Valid)
	switch db.Constraint(err) {
	case "absence_pkey":
		return errors.Join(fact.ErrRepeated, err)
	case "absence_once":
		return errors.Join(fault.Field("from", "grant.error.absence_once"), err)
	case "absence_officers", "absence_of_another":
		return errors.Join(fault.Field("cover", "field.choice"), err)
	case "absence_to_come":
		return errors.Join(fault.Field("to", "grant.error.due_past"), err)
	}
	if err != nil {
		return fmt.Errorf("enter absence: %w", err)
	}
	return nil
}

// EndAbsence ends an absence of the actor: from today on if it runs, wholly if it
// has not begun. It returns fault.NotFound for another person's and
// fault.Conflict for one that is over.
func EndAbsence(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	if !tx.Actor.May(access.PrepareGrants) {
		return fmt.Errorf("end absence %s: %w", id, fault.Forbidden)
	}
	n, err := tx.Exec(ctx, `
		UPDATE absence SET
			withdrawn_at = CASE WHEN lower(valid) >= $2 THEN $3::timestamptz END,
			valid = CASE WHEN lower(valid) >= $2 THEN valid ELSE daterange(lower(valid), $2) END
		WHERE id = $1 AND person_id = $4`, id, calendar.Of(tx.Now), tx.Now, tx.Actor.Person)
	if db.Constraint(err) == "absence_to_come" {
		return errors.Join(fault.Explain(fault.Conflict, "grant.error.absence_over"), err)
	}
	if err != nil {
		return fmt.Errorf("end absence %s: %w", id, err)
	}
	if n == 0 {
		return fmt.Errorf("absence %s: %w", id, fault.NotFound)
	}
	return nil
}
