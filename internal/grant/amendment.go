package grant

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
)

// Amending is a decision to change a running grant.
type Amending struct {
	ID     uuid.UUID // from the form: the same form decides once
	Amount money.Cents
	Reason string
	Basis  Inputs        // by which the amount was reckoned; nil: by nothing
	Day    calendar.Date // zero: today; a seed knows the past
}

// Amend decides that a running grant is changed. It returns fault.Fields for bad
// input, for an amount below what was paid, which only a revocation takes back,
// and for the same amount, fault.Conflict while another amendment waits for its
// notice and beyond the title's rest, and what Take returns. Its notice changes
// the amount; see GiveChange.
func Amend(ctx context.Context, tx *db.Tx, caseID uuid.UUID, a Amending) error {
	c, t, err := underTerms(ctx, tx, caseID, access.DecideGrants)
	if err != nil {
		return err
	}
	if err := repeated(ctx, tx, a.ID); err != nil {
		return err
	}
	f := fault.Fields{}
	switch {
	case a.Amount <= 0 || a.Amount.Check() != nil:
		f.Add("amount", "grant.error.amount")
	case a.Amount == c.Amount:
		f.Add("amount", "grant.error.same_amount")
	case a.Amount < c.Paid:
		f.Add("amount", "grant.error.below_paid", "Paid", euro(ctx, c.Paid))
	}
	f.Require("reason", strings.TrimSpace(a.Reason), maxReason)
	if err := f.Err(); err != nil {
		return err
	}
	if waits, err := unsaid(ctx, tx, c.ID, Amendment); err != nil || waits {
		return errors.Join(fault.Explain(fault.Conflict, "grant.error.amendment_waits"), err)
	}
	if a.Amount > c.Amount {
		if err := reserve(ctx, tx, c.BudgetID, a.Amount-c.Amount, 0); err != nil {
			return err
		}
	}
	b := &pgx.Batch{}
	for _, in := range []Inputs{a.Basis, &Change{Law: t.Law(), Granted: c.Amount, New: a.Amount}} {
		if in == nil {
			continue
		}
		calc, err := Calculate(in)
		if err != nil {
			return err
		}
		queueCalculation(b, c.ID, c.DistrictID, calc)
	}
	c.Amount = a.Amount
	queueStep(b, c, Act{ID: a.ID, Event: "amended", To: Running, Reason: a.Reason, Day: a.Day}, calendar.Of(tx.Now))
	return stepped(tx.SendBatch(ctx, b).Close())
}

// unsaid says whether a decision of the kind waits for its notice.
func unsaid(ctx context.Context, tx *db.Tx, caseID uuid.UUID, k NoticeKind) (waits bool, err error) {
	err = tx.QueryRow(ctx, `
		SELECT (SELECT count(*) FROM case_event e WHERE e.case_id = $1 AND e.event = ANY ($2))
			> (SELECT count(*) FROM grant_notice n WHERE n.case_id = $1 AND n.kind = $3)`, caseID, k.events(), k).Scan(&waits)
	if err != nil {
		return false, fmt.Errorf("decisions in case %s: %w", caseID, err)
	}
	return waits, nil
}

// events are the steps whose decision a notice of the kind says.
func (k NoticeKind) events() []string {
	switch k {
	case AwardNotice:
		return []string{"approved"}
	case Amendment:
		return []string{"amended"}
	case Rejection:
		return []string{"rejected"}
	}
	return []string{"partly_revoked", "revoked"}
}

// NoticeDue returns which notice a case waits for, of those that change or refuse
// a grant; "": none.
func NoticeDue(ctx context.Context, tx *db.Tx, c Case) (NoticeKind, error) {
	var k NoticeKind
	switch c.State {
	case Rejected:
		k = Rejection
	case Running:
		k = Amendment
	case PartlyRevoked, Revoked:
		k = Revocation
	default:
		return "", nil
	}
	waits, err := unsaid(ctx, tx, c.ID, k)
	if err != nil || !waits {
		return "", err
	}
	return k, nil
}

// queueReplan plans anew what a changed amount leaves to be paid: planned
// instalments are reversed, and the plan of the new amount is taken up behind
// what is on its way or paid. What a district asks for on demand is its own to
// plan. It queues nothing if the plan fits already.
func queueReplan(b *pgx.Batch, c Case, payout Calculation, all []Payment, id uuid.UUID) {
	var planned, bound money.Cents
	last := 0
	var list []Payment
	for _, p := range all {
		last = max(last, p.Ordinal)
		if p.When == OnDrawdown {
			continue
		}
		list = append(list, p)
		switch p.State {
		case Planned:
			planned += p.Amount
		case Reversed:
		default:
			bound += p.Amount
		}
	}
	left := rest(slices.DeleteFunc(slices.Clone(payout.Lines), func(l Line) bool { return l.Name == string(OnDrawdown) }), bound)
	sum := money.Cents(0)
	for _, l := range left {
		sum += l.Amount
	}
	if sum == planned {
		return
	}
	queueReverse(b, list, id)
	for i, l := range left {
		b.Queue(`INSERT INTO payment (id, case_id, district_id, ordinal, due_when, due_on, amount) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			uuid.NewSHA1(id, fmt.Appendf(nil, "payment %d", i+1)), c.ID, c.DistrictID, last+i+1, l.Name, l.Day, l.Amount)
	}
}

// replanned is why planned instalments are reversed.
const replanned = "Neuer Bescheid, neue Raten"

// queueReverse takes back what is planned.
func queueReverse(b *pgx.Batch, list []Payment, id uuid.UUID) {
	for _, p := range list {
		if p.State == Planned {
			p.queueStep(b, PaymentAct{ID: id, To: Reversed, Reason: replanned}, nil)
		}
	}
}

// payoutOf reckons the instalments of an amount.
func payoutOf(c Case, t Terms, granted money.Cents) (Calculation, error) {
	return Calculate(&Payout{Law: t.Law(), Granted: granted, Plan: t.Plan, MinPartial: t.MinPartial, MinBindsLast: t.MinBindsLast, Year: c.Period.From.Year()})
}

// Resume lets a case go on from where it was before its hearing, once the notice
// of a revocation in part is given and nothing is to be repaid; what is left is
// planned anew. It returns fault.Conflict before that, and what Take returns.
func Resume(ctx context.Context, tx *db.Tx, caseID uuid.UUID, a Act) error {
	c, t, err := underTerms(ctx, tx, caseID, access.PrepareGrants)
	if err != nil {
		return err
	}
	list, err := PaymentsOf(ctx, tx, caseID)
	if err != nil {
		return err
	}
	payout, err := payoutOf(c, t, c.Amount)
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	a.Event = "resumed"
	queueStep(b, c, a, calendar.Of(tx.Now))
	queueReplan(b, c, payout, list, a.ID)
	return stepped(tx.SendBatch(ctx, b).Close())
}
