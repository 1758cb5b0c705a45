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

// Repayment is a claim on what was paid above what a revocation left (Erstattung,
// § 49a VwVfG), with what has come of it.
type Repayment struct {
	ID           uuid.UUID // of the step that claimed it
	Principal    money.Cents
	DueOn        calendar.Date
	InterestFrom calendar.Date
	ClaimedOn    calendar.Date
	At           time.Time
	Waived       string // why no interest is claimed; "": it is
	WaivedBy     string
	Bookings     []Booking   `db:"-"` // in order of time
	Interest     Calculation `db:"-"` // up to the last money if all is back, else up to today
	NoRate       fault.Text  `db:"-"` // why no interest can be reckoned; zero: it can
}

// Booking is money that came back, or a correction of one.
type Booking struct {
	ID         uuid.UUID // from the form: the same form books once
	ReceivedOn calendar.Date
	Amount     money.Cents // negative: sets off a wrong booking
	Reference  string      // of the bank or the cash system
	Reason     string      // of a correction
	At         time.Time
	Person     string
}

// Received is all that came.
func (r Repayment) Received() (sum money.Cents) {
	for _, b := range r.Bookings {
		sum += b.Amount
	}
	return sum
}

// InterestClaimed is the interest that is to be paid: none up to the floor, and
// none where it was waived.
func (r Repayment) InterestClaimed() money.Cents {
	if r.Waived != "" {
		return 0
	}
	return r.Interest.Amount
}

// Open is what is still to be paid; negative: what came too much.
func (r Repayment) Open() money.Cents { return r.Principal + r.InterestClaimed() - r.Received() }

// RepaymentOf returns the repayment of a case, its interest reckoned up to
// today; nil: nothing is claimed.
func RepaymentOf(ctx context.Context, tx *db.Tx, c Case, t Terms) (*Repayment, error) {
	rows, _ := tx.Query(ctx, `
		SELECT r.id, r.principal, r.due_on, r.interest_from, r.claimed_on, r.at, coalesce(w.reason, '') AS waived, coalesce(p.name, '') AS waived_by
		FROM repayment r
		LEFT JOIN interest_waiver w ON w.programme_id = r.programme_id AND w.repayment_id = r.id
		LEFT JOIN person p ON p.programme_id = w.programme_id AND p.id = w.by_person
		WHERE r.case_id = $1`, c.ID)
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[Repayment])
	if err != nil {
		return nil, fmt.Errorf("repayment of case %s: %w", c.ID, err)
	}
	if len(found) == 0 {
		return nil, nil //nolint:nilnil // nothing is claimed
	}
	r := &found[0]
	rows, _ = tx.Query(ctx, `
		SELECT b.id, b.received_on, b.amount, b.reference, b.reason, b.at, coalesce(p.name, '') AS person
		FROM repayment_receipt b
		LEFT JOIN person p ON p.programme_id = b.programme_id AND p.id = b.by_person
		WHERE b.repayment_id = $1
		ORDER BY b.received_on, b.at`, r.ID)
	if r.Bookings, err = pgx.CollectRows(rows, pgx.RowToStructByName[Booking]); err != nil {
		return nil, fmt.Errorf("bookings in case %s: %w", c.ID, err)
	}
	rates, err := BaseRates(ctx, tx)
	if err != nil {
		return nil, err
	}
	in, err := r.interest(ctx, tx, c, t, rates)
	if err != nil {
		return nil, err
	}
	r.Interest, err = Calculate(in)
	if f, ok := fault.AsFields(err); ok && f["rates"].Key != "" {
		r.NoRate, err = f["rates"], nil
	}
	return r, err
}

// interest are the inputs of the interest on the repayment.
func (r *Repayment) interest(ctx context.Context, tx *db.Tx, c Case, t Terms, rates []BaseRate) (*Interest, error) {
	out, err := paidOut(ctx, tx, c, r.At)
	if err != nil {
		return nil, err
	}
	in := &Interest{
		Law: t.Law(), Period: calendar.Range{From: r.InterestFrom, To: calendar.Of(tx.Now)}, Rates: rates, Margin: t.InterestMargin, YearDays: t.YearDays, Floor: t.InterestFloor,
	}
	in.Owed, in.Rises = excess(out, c.Amount, r.InterestFrom)
	for _, b := range r.Bookings {
		in.Received = append(in.Received, Receipt{Day: b.ReceivedOn, Amount: b.Amount})
	}
	if n := len(r.Bookings); n > 0 && r.Received() >= r.Principal {
		in.Period.To = r.Bookings[n-1].ReceivedOn
	}
	if in.Period.To.Before(in.Period.From) {
		in.Period.To = in.Period.From
	}
	return in, nil
}

// excess is what was paid above what is left by the day, and what came on top
// of it later.
func excess(paid []Receipt, left money.Cents, day calendar.Date) (owed money.Cents, rises []Receipt) {
	sum := money.Cents(0)
	for _, p := range paid {
		before := max(sum-left, 0)
		sum += p.Amount
		grew := max(sum-left, 0) - before
		switch {
		case grew == 0:
		case !p.Day.After(day):
			owed += grew
		default:
			rises = append(rises, Receipt{Day: p.Day, Amount: grew})
		}
	}
	return owed, rises
}

// interestFrom is the day from which a repayment bears interest: that from which
// the notice has no effect, and not before too much was paid (§ 49a(3) VwVfG).
func interestFrom(paid []Receipt, left money.Cents, effective calendar.Date) calendar.Date {
	owed, rises := excess(paid, left, effective)
	if owed == 0 && len(rises) > 0 {
		return rises[0].Day
	}
	return effective
}

// Book books money that came back. It returns fault.Fields for bad input,
// fault.Conflict if nothing is claimed (any more), fault.Forbidden for whoever
// had another duty on the case, and fact.ErrRepeated if the form was sent before.
// What is too much is booked all the same: it is owed to the recipient.
func Book(ctx context.Context, tx *db.Tx, caseID uuid.UUID, k Booking) error {
	c, t, err := underTerms(ctx, tx, caseID, access.BookRepayment)
	if err != nil {
		return err
	}
	r, err := RepaymentOf(ctx, tx, c, t)
	if err != nil {
		return err
	}
	if r == nil {
		return fault.Explain(fault.Conflict, "grant.error.state")
	}
	f := fault.Fields{}
	k.check(f, *r, calendar.Of(tx.Now))
	if err := f.Err(); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO repayment_receipt (id, repayment_id, case_id, district_id, received_on, amount, reference, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		k.ID, r.ID, c.ID, c.DistrictID, k.ReceivedOn, k.Amount, k.Reference, k.Reason)
	if db.Constraint(err) == "repayment_receipt_pkey" {
		return errors.Join(fact.ErrRepeated, err)
	}
	return stepped(err)
}

func (k Booking) check(f fault.Fields, r Repayment, today calendar.Date) {
	if k.Amount == 0 || k.Amount.Check() != nil {
		f.Add("amount", "grant.error.amount")
	}
	fact.CheckDay(f, "received_on", k.ReceivedOn, today)
	if !k.ReceivedOn.IsZero() && k.ReceivedOn.Before(r.InterestFrom) {
		f.Add("received_on", "grant.error.receipt_day")
	}
	f.Require("reference", strings.TrimSpace(k.Reference), 140)
	if k.Amount < 0 {
		f.Require("reason", strings.TrimSpace(k.Reason), 1000)
	}
	f.Limit("reason", k.Reason, 1000)
}

// WaiveInterest decides that no interest is claimed, with the reason on file
// (VVK 8.8). It returns fault.Fields without a reason, fault.Conflict if nothing
// is claimed, and fact.ErrRepeated if it was waived before.
func WaiveInterest(ctx context.Context, tx *db.Tx, caseID uuid.UUID, reason string) error {
	c, _, err := underTerms(ctx, tx, caseID, access.DecideGrants)
	if err != nil {
		return err
	}
	f := fault.Fields{}
	f.Require("reason", strings.TrimSpace(reason), maxReason)
	if err := f.Err(); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `
		INSERT INTO interest_waiver (repayment_id, case_id, district_id, reason)
		SELECT r.id, r.case_id, r.district_id, $2 FROM repayment r WHERE r.case_id = $1`, c.ID, reason)
	switch {
	case db.Constraint(err) == "interest_waiver_pkey":
		return errors.Join(fact.ErrRepeated, err)
	case err == nil && n == 0:
		return fault.Explain(fault.Conflict, "grant.error.state")
	}
	return stepped(err)
}

// Settle closes a repayment once the principal and the interest that is claimed
// are back, and stores how the interest came about. It returns fault.Conflict
// with what is open before that, and what Take returns.
func Settle(ctx context.Context, tx *db.Tx, caseID uuid.UUID, a Act) error {
	c, t, err := underTerms(ctx, tx, caseID, access.BookRepayment)
	if err != nil {
		return err
	}
	r, err := RepaymentOf(ctx, tx, c, t)
	if err != nil {
		return err
	}
	if r == nil {
		return fault.Explain(fault.Conflict, "grant.error.state")
	}
	if r.NoRate.Key != "" && r.Waived == "" {
		return fault.Explain(fault.Conflict, r.NoRate.Key, r.NoRate.Args...)
	}
	if open := r.Open(); open > 0 {
		return fault.Explain(fault.Conflict, "grant.error.still_open", "Open", euro(ctx, open))
	}
	b := &pgx.Batch{}
	if r.NoRate.Key == "" {
		queueCalculation(b, c.ID, c.DistrictID, r.Interest)
	}
	a.Event, a.To = "repaid", Repaid
	queueStep(b, c, a, calendar.Of(tx.Now))
	return stepped(tx.SendBatch(ctx, b).Close())
}

// FirstPaid is the day on which the first instalment of a case was paid; zero:
// none was.
func FirstPaid(ctx context.Context, tx *db.Tx, c Case) (d calendar.Date, err error) {
	err = tx.QueryRow(ctx, `
		SELECT min(e.on_day) FROM payment p
		JOIN payment_event e ON e.programme_id = p.programme_id AND e.payment_id = p.id AND e.case_id = p.case_id AND e.to_state = 'paid'
		WHERE p.case_id = $1 AND p.state = 'paid'`, c.ID).Scan(&d)
	if err != nil {
		return d, fmt.Errorf("first payment of case %s: %w", c.ID, err)
	}
	return d, nil
}
