package grant

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

// MaxFollowUp is how long the note of a follow-up date may be, in characters.
const MaxFollowUp = 200

// CaseOfficer is somebody who can take over a case.
type CaseOfficer struct {
	ID   uuid.UUID
	Name string
}

// CaseOfficers returns the case officers of today.
func CaseOfficers(ctx context.Context, tx *db.Tx) ([]CaseOfficer, error) {
	rows, _ := tx.Query(ctx, `SELECT id, name FROM case_officers()`)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[CaseOfficer])
	if err != nil {
		return nil, fmt.Errorf("case officers: %w", err)
	}
	return list, nil
}

// Desk is who keeps a case and when it is to be looked at again (Wiedervorlage).
type Desk struct {
	OfficerID  uuid.UUID
	FollowUpOn calendar.Date // zero: no date
	FollowUp   string
}

// KeepDesk hands a case over and sets its follow-up date. It returns
// fault.Fields for an officer who has had another duty on the case or is none,
// and for a bad date, and fault.Stale if somebody else changed it since version.
func KeepDesk(ctx context.Context, tx *db.Tx, caseID uuid.UUID, d Desk, version int) error {
	if !tx.Actor.May(access.PrepareGrants) {
		return fmt.Errorf("desk of case %s: %w", caseID, fault.Forbidden)
	}
	f := fault.Fields{}
	f.Limit("follow_up", d.FollowUp, MaxFollowUp)
	if y := d.FollowUpOn.Year(); !d.FollowUpOn.IsZero() && (y < 2000 || y > 2100) {
		f.Add("follow_up_on", "field.date")
	}
	if d.FollowUpOn.IsZero() && d.FollowUp != "" {
		f.Add("follow_up_on", "field.missing")
	}
	if err := f.Err(); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE grant_case SET officer_id = $3, follow_up_on = $4, follow_up = $5 WHERE id = $1 AND version = $2`,
		caseID, version, d.OfficerID, d.FollowUpOn, d.FollowUp)
	switch db.Constraint(err) {
	case "second_person":
		return errors.Join(fault.Field("officer", "grant.error.officer_second"), err)
	case "case_officer":
		return errors.Join(fault.Field("officer", "field.choice"), err)
	}
	if err != nil {
		return fmt.Errorf("desk of case %s: %w", caseID, err)
	}
	if n == 0 {
		return fmt.Errorf("case %s version %d: %w", caseID, version, fault.Stale)
	}
	return nil
}
