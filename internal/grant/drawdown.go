package grant

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
)

// Drawdown is a part of a grant for which the district asked (Mittelabruf).
type Drawdown struct {
	ID          uuid.UUID
	Ordinal     int // of its payment
	Amount      money.Cents
	Purpose     string
	AskedOn     calendar.Date
	SpendMonths *int          // from the payment on; nil: no time is set
	PaidOn      calendar.Date // zero: not yet
	State       PaymentState
	At          time.Time
	Person      string // "": the system
}

// SpendBy is the last day on which the money may be spent (ANBest-P 1.4 and its
// like); zero: none, or it is not paid yet.
func (d Drawdown) SpendBy() calendar.Date {
	if d.SpendMonths == nil || d.PaidOn.IsZero() {
		return calendar.Date{}
	}
	return d.PaidOn.AddMonths(*d.SpendMonths)
}

// Draws says whether the terms pay on demand, and within how many months after
// a payment the money is to be spent; 0: no time is set.
func (t Terms) Draws() (within int, ok bool) {
	for _, s := range t.Plan {
		if s.Trigger != OnDrawdown {
			continue
		}
		if ok = true; s.Within > 0 && (within == 0 || s.Within < within) {
			within = s.Within
		}
	}
	return within, ok
}

// Undrawn is what a grant still holds beyond all payments that are planned or
// made: for that much the district may ask.
func (c Case) Undrawn(payments []Payment) money.Cents {
	rest := c.Amount
	for _, p := range payments {
		if p.State != Reversed {
			rest -= p.Amount
		}
	}
	return max(rest, 0)
}

// PaysOut says whether money flows in the state: what the district asks for is
// due at once.
func (s State) PaysOut() bool {
	switch s {
	case Running, Completed, ProofSubmitted, ProofIncomplete, ProofComplete, ProofInAudit, ProofNotSampled, Settled:
		return true
	}
	return false
}

// Drawdowns returns the draw-downs of a case, the first one first.
func Drawdowns(ctx context.Context, tx *db.Tx, caseID uuid.UUID) ([]Drawdown, error) {
	rows, _ := tx.Query(ctx, `
		SELECT d.id, p.ordinal, d.amount, d.purpose, d.asked_on, d.spend_months, p.state, d.at, coalesce(o.name, '') AS person,
			(SELECT max(e.on_day) FROM payment_event e WHERE e.programme_id = p.programme_id AND e.payment_id = p.id AND e.to_state = 'paid' AND p.state = 'paid') AS paid_on
		FROM drawdown d
		JOIN payment p ON p.programme_id = d.programme_id AND p.drawdown_id = d.id
		LEFT JOIN person o ON o.programme_id = d.programme_id AND o.id = d.by_person
		WHERE d.case_id = $1
		ORDER BY p.ordinal`, caseID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Drawdown])
	if err != nil {
		return nil, fmt.Errorf("draw-downs of case %s: %w", caseID, err)
	}
	return list, nil
}

// NewDrawdown is what a district asks for.
type NewDrawdown struct {
	ID      uuid.UUID // from the form: the same form asks once
	Amount  money.Cents
	Purpose string
}

// Draw asks for a part of a grant, for the district. It returns fault.Forbidden
// for anybody but the signatory and for whoever had another duty on the case,
// fault.Fields for bad input and for more than is left, which is checked under
// the lock of the case, fault.Conflict if nothing is paid on demand now, and
// fact.ErrRepeated if the form was sent before.
func Draw(ctx context.Context, tx *db.Tx, caseID uuid.UUID, n NewDrawdown) error {
	c, err := ByID(ctx, tx, caseID)
	if err != nil {
		return err
	}
	if !tx.Actor.MayIn(access.DrawFunds, c.DistrictID) {
		return fmt.Errorf("draw-down in case %s: %w", caseID, fault.Forbidden)
	}
	n.Purpose = strings.TrimSpace(n.Purpose)
	f := fault.Fields{}
	f.Require("purpose", n.Purpose, 1000)
	if n.Amount <= 0 || n.Amount.Check() != nil {
		f.Add("amount", "grant.error.amount")
	}
	if err := f.Err(); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO drawdown (id, case_id, district_id, amount, purpose) VALUES ($1, $2, $3, $4, $5)`, n.ID, c.ID, c.DistrictID, n.Amount, n.Purpose)
	switch db.Constraint(err) {
	case "drawdown_pkey":
		return errors.Join(fact.ErrRepeated, err)
	case "drawdown_within_grant":
		return errors.Join(fault.Field("amount", "grant.error.undrawn"), err)
	case "drawdown_least":
		return errors.Join(fault.Field("amount", "grant.error.draw_least"), err)
	}
	return paid(err)
}
