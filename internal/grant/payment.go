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
	"rundertisch/internal/money"
)

// PaymentState is where a payment stands.
type PaymentState string

// The states of a payment (VwV zu § 70 SäHO).
const (
	Planned   PaymentState = "planned"
	Certified PaymentState = "certified" // sachlich und rechnerisch richtig
	Ordered   PaymentState = "ordered"   // angeordnet
	Exported  PaymentState = "exported"  // handed to the cash system
	Paid      PaymentState = "paid"
	Bounced   PaymentState = "returned" // came back from the bank
	Reversed  PaymentState = "reversed" // will not be paid
)

// PaymentStates returns every state in the order of a payment's life.
func PaymentStates() []PaymentState {
	return []PaymentState{Planned, Certified, Ordered, Exported, Paid, Bounced, Reversed}
}

// Valid says whether s is a state.
func (s PaymentState) Valid() bool { return slices.Contains(PaymentStates(), s) }

// NameKey is the key of the state's name.
func (s PaymentState) NameKey() string { return "grant.payment." + string(s) }

// Payment is an instalment of a grant.
type Payment struct {
	ID           uuid.UUID
	CaseID       uuid.UUID
	DistrictID   uuid.UUID
	FileRef      string
	AGS          string `db:"ags"`
	DistrictName string
	Ordinal      int
	When         Trigger `db:"due_when"`
	DueOn        calendar.Date
	Amount       money.Cents
	State        PaymentState
	Due          bool // what makes it due has happened
	Over         bool // the case has more on its way than a revocation leaves
	ExportNo     *int
}

// Reference names the payment towards the cash system and the bank.
func (p Payment) Reference() string { return fmt.Sprintf("%s/%d", p.FileRef, p.Ordinal) }

const paymentColumns = `
	SELECT p.id, p.case_id, p.district_id, c.file_ref, d.ags, d.name AS district_name, p.ordinal, p.due_when, p.due_on, p.amount, p.state,
		payment_is_due(p.due_when, p.due_on, c.state) AS due, x.no AS export_no,
		c.paid > least(c.amount, (SELECT min(e.amount) FROM case_event e
			WHERE e.programme_id = c.programme_id AND e.case_id = c.id AND e.event IN ('partly_revoked', 'revoked'))) AS over
	FROM payment p
	JOIN grant_case c ON c.programme_id = p.programme_id AND c.id = p.case_id
	JOIN district d ON d.programme_id = p.programme_id AND d.id = p.district_id
	LEFT JOIN payment_export x ON x.programme_id = p.programme_id AND x.id = p.export_id`

// PaymentsOf returns the payments of a case in their order.
func PaymentsOf(ctx context.Context, tx *db.Tx, caseID uuid.UUID) ([]Payment, error) {
	rows, _ := tx.Query(ctx, paymentColumns+` WHERE p.case_id = $1 ORDER BY p.ordinal`, caseID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Payment])
	if err != nil {
		return nil, fmt.Errorf("payments of case %s: %w", caseID, err)
	}
	return list, nil
}

// PaymentsIn returns the payments in a state, in the order of their file
// numbers; "": what somebody has to do something about.
func PaymentsIn(ctx context.Context, tx *db.Tx, s PaymentState) ([]Payment, error) {
	rows, _ := tx.Query(ctx, paymentColumns+`
		WHERE CASE WHEN $1 = '' THEN p.state IN ('certified', 'ordered', 'exported', 'returned') OR p.state = 'planned' AND payment_is_due(p.due_when, p.due_on, c.state)
			ELSE p.state = $1 END
		ORDER BY c.file_ref, p.ordinal LIMIT 1000`, s)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Payment])
	if err != nil {
		return nil, fmt.Errorf("payments: %w", err)
	}
	return list, nil
}

// queuePayments plans the instalments of a notice, but for what the district
// will ask for.
func queuePayments(b *pgx.Batch, c Case, payout Calculation) {
	for i, l := range payout.Lines {
		if l.Name == string(OnDrawdown) {
			continue
		}
		b.Queue(`INSERT INTO payment (id, case_id, district_id, ordinal, due_when, due_on, amount) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			uuid.NewSHA1(c.ID, fmt.Appendf(nil, "payment %d", i+1)), c.ID, c.DistrictID, i+1, l.Name, l.Day, l.Amount)
	}
}

// PaymentAct is a step that somebody takes with payments.
type PaymentAct struct {
	ID       uuid.UUID // from the form: the same form steps once
	To       PaymentState
	Payments []uuid.UUID
	Day      calendar.Date
	Reason   string
}

// Pay takes the same step with each payment, or with none: certify, order, book
// as paid or returned. Exporting has its own function. It returns
// fault.Forbidden for a step of another role and for whoever had another duty
// on a case, fault.Conflict for a step that a payment cannot take or that is not
// due, fault.Fields for a missing reason, and fact.ErrRepeated if the form was
// sent before.
func Pay(ctx context.Context, tx *db.Tx, a PaymentAct) error {
	if !tx.Actor.May(access.StepPayment) {
		return fmt.Errorf("step of payments: %w", fault.Forbidden)
	}
	if a.To == Exported || len(a.Payments) == 0 {
		return fault.Explain(fault.Conflict, "grant.error.nothing_to_do")
	}
	rows, _ := tx.Query(ctx, paymentColumns+` WHERE p.id = ANY ($1) ORDER BY p.case_id, p.ordinal`, a.Payments)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Payment])
	if err != nil {
		return fmt.Errorf("payments: %w", err)
	}
	if len(list) != len(a.Payments) {
		return fmt.Errorf("payments: %w", fault.NotFound)
	}
	b := &pgx.Batch{}
	for _, p := range list {
		p.queueStep(b, a, nil)
	}
	return paid(tx.SendBatch(ctx, b).Close())
}

// stepOf is the id of the act's step with a payment.
func (a PaymentAct) stepOf(p Payment) uuid.UUID { return uuid.NewSHA1(a.ID, p.ID[:]) }

func (p Payment) queueStep(b *pgx.Batch, a PaymentAct, export *uuid.UUID) {
	b.Queue(`
		INSERT INTO payment_event (id, payment_id, case_id, district_id, from_state, to_state, on_day, reason, export_id)
		VALUES ($1, $2, $3, $4, $5, $6, coalesce($7::date, current_today()), $8, $9)`,
		a.stepOf(p), p.ID, p.CaseID, p.DistrictID, p.State, a.To, a.Day, a.Reason, export)
}

// paid gives what the database refuses its name.
func paid(err error) error {
	switch db.Constraint(err) {
	case "payment_event_pkey", "payment_export_pkey":
		return errors.Join(fact.ErrRepeated, err)
	case "payment_due":
		return errors.Join(fault.Explain(fault.Conflict, "grant.error.not_due"), err)
	case "grant_never_overpaid", "payment_within_grant":
		return errors.Join(fault.Explain(fault.Conflict, "grant.error.overpaid"), err)
	}
	return stepped(err)
}
