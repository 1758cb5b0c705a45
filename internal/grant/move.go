package grant

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
)

// Move is a step that a case may take from where it stands (table case_step).
type Move struct {
	Event    string
	To       State `db:"to_state"`
	Roles    []access.Role
	Duty     Duty
	Reasoned bool
	Blocked  Duty // the duty that the actor has had on the case and that forbids this one; "": none
}

// NameKey is the key of the step's name as a button says it.
func (m Move) NameKey() string { return "grant.do." + m.Event }

// Moves returns the steps that the actor's roles may take in the case now. One
// that another duty forbids is among them, blocked, so that the page can say
// why.
func Moves(ctx context.Context, tx *db.Tx, c Case) ([]Move, error) {
	rows, _ := tx.Query(ctx, `
		SELECT s.event, s.to_state, s.roles, coalesce(s.duty, '') AS duty, s.reasoned,
			coalesce((SELECT d.duty FROM case_duty d WHERE d.case_id = $3 AND d.person_id = $4 AND d.duty <> s.duty), '') AS blocked
		FROM case_step s
		WHERE s.regime = $1 AND s.from_state = $2
		ORDER BY s.reasoned, s.event, s.to_state`, c.Regime, c.State, c.ID, tx.Actor.Person)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Move])
	if err != nil {
		return nil, fmt.Errorf("steps of case %s: %w", c.ID, err)
	}
	return slices.DeleteFunc(list, func(m Move) bool {
		return !slices.ContainsFunc(tx.Actor.Grants, func(g access.Grant) bool {
			return slices.Contains(m.Roles, g.Role) && (!g.Role.OfDistrict() || g.District == c.DistrictID)
		})
	}), nil
}

// Act is a step that somebody takes in a case.
type Act struct {
	ID     uuid.UUID // from the form: the same form steps once
	Event  string
	To     State
	Day    calendar.Date // the legal day; zero: today
	Reason string
	Due    calendar.Date // of a return: until when the district answers
	Marks  []Mark        // of a return: what is to be mended
}

// Take takes a step. It returns fault.Forbidden for a step of another role and
// for whoever had another duty on the case, fault.Conflict for a step that the
// case cannot take, without a reckoning within the cap, without a check of the
// funds, beyond the title's rest (with the missing amount), or for a notice that
// is not final yet, fault.Fields for a missing reason and for a day that cannot
// be, and fact.ErrRepeated if the form was sent before.
func Take(ctx context.Context, tx *db.Tx, caseID uuid.UUID, a Act) error {
	c, err := ByID(ctx, tx, caseID)
	if err != nil {
		return err
	}
	if !tx.Actor.MayIn(access.StepGrant, c.DistrictID) {
		return fmt.Errorf("step in case %s: %w", caseID, fault.Forbidden)
	}
	if a.Event == "approved" {
		later, err := dueLater(ctx, tx, c)
		if err != nil {
			return err
		}
		if err := reserve(ctx, tx, c.BudgetID, c.Amount, later); err != nil {
			return err
		}
	}
	b := &pgx.Batch{}
	if err := queuePaper(ctx, tx, b, c, a); err != nil {
		return err
	}
	queueStep(b, c, a, calendar.Of(tx.Now))
	return planned(tx.SendBatch(ctx, b).Close())
}

// queuePaper writes what goes with a step: the application as received, or what
// it is sent back for. A step that the case cannot take has none; the database
// says so.
func queuePaper(ctx context.Context, tx *db.Tx, b *pgx.Batch, c Case, a Act) error {
	switch {
	case a.Event == "submitted" && c.State == Draft, a.Event == "resubmitted" && c.State == Returned:
		return queueReceipt(ctx, tx, b, c, a.ID)
	case a.Event == "returned" && c.State == Submitted:
		return queueReturn(b, c, a, calendar.Of(tx.Now))
	case a.Event == "review_begun" && c.OfficerID == nil && tx.Actor.Person != uuid.Nil:
		b.Queue(`UPDATE grant_case SET officer_id = $2 WHERE id = $1`, c.ID, tx.Actor.Person)
	}
	return nil
}

func queueStep(b *pgx.Batch, c Case, a Act, today calendar.Date) {
	if a.Day.IsZero() {
		a.Day = today
	}
	b.Queue(`
		INSERT INTO case_event (id, case_id, district_id, event, from_state, to_state, on_day, reason, amount)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.ID, c.ID, c.DistrictID, a.Event, c.State, a.To, a.Day, a.Reason, c.Amount)
}

// stepped gives what the database refuses its name.
func stepped(err error) error {
	switch db.Constraint(err) {
	case "case_event_pkey":
		return errors.Join(fact.ErrRepeated, err)
	case "state_follows", "step_amount":
		return errors.Join(fault.Explain(fault.Conflict, "grant.error.state"), err)
	case "step_reasoned":
		return errors.Join(fault.Field("reason", "field.missing"), err)
	case "second_person":
		return errors.Join(fault.Explain(fault.Forbidden, "grant.error.second_person"), err)
	case "step_day":
		return errors.Join(fault.Field("day", "grant.error.step_day"), err)
	case "notice_final":
		return errors.Join(fault.Explain(fault.Conflict, "grant.error.not_final"), err)
	case "grant_reckoned", "grant_within_cap":
		return errors.Join(fault.Explain(fault.Conflict, "grant.error.reckoning"), err)
	case "proof_sealed":
		return errors.Join(fault.Explain(fault.Conflict, "grant.error.proof_sealed"), err)
	case "proof_checked":
		return errors.Join(fault.Explain(fault.Conflict, "grant.error.proof_checked"), err)
	case "sample_drawn":
		return errors.Join(fault.Explain(fault.Conflict, "grant.error.sample_drawn"), err)
	case "audit_noted":
		return errors.Join(fault.Explain(fault.Conflict, "grant.error.audit_noted"), err)
	case "payments_settled":
		return errors.Join(fault.Explain(fault.Conflict, "grant.error.on_its_way"), err)
	case "funds_checked":
		return errors.Join(fault.Explain(fault.Conflict, "grant.error.funds"), err)
	case "budget_enough", "authority_enough":
		return errors.Join(fault.Explain(fault.Conflict, "grant.error.budget_now"), err)
	}
	if named := claimed(err); named != nil {
		return named
	}
	if err != nil {
		return fmt.Errorf("step: %w", err)
	}
	return nil
}
