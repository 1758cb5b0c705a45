package demo

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/grant"
)

// wayTo is the way to a state. What is revoked was running and has had its first
// instalment, so that there is something to claim back.
func wayTo(paths map[grant.State][]move, s grant.State) []move {
	claim := []move{
		{event: "heard", to: grant.Hearing, role: access.CaseOfficer},
		{event: "partly_revoked", to: grant.PartlyRevoked, role: access.Approver},
		{event: "repayment_claimed", to: grant.RepaymentDue, role: access.CaseOfficer},
		{event: "repaid", to: grant.Repaid, role: access.Cashier},
	}
	if s == grant.Revoked {
		claim = []move{claim[0], {event: "revoked", to: grant.Revoked, role: access.Approver}}
	}
	if i := slices.IndexFunc(claim, func(m move) bool { return m.to == s }); i >= 0 {
		return append(slices.Clone(paths[grant.Running]), claim[:i+1]...)
	}
	return paths[s]
}

// claimStep takes the steps of a hearing and of what follows it; done: the step
// was one of them.
func (b *bookkeeper) claimStep(ctx context.Context, tx *db.Tx, c grantCase, caseID, step uuid.UUID, on calendar.Date, m move) (done bool, err error) {
	switch m.event {
	case "heard":
		if err := b.firstInstalment(ctx, tx, c, caseID, on.AddDays(-10)); err != nil {
			return true, err
		}
		return true, b.hear(ctx, tx, c, caseID, step, on)
	case "partly_revoked", "revoked":
		return true, b.revoke(ctx, tx, caseID, step, on, m.event)
	case "repayment_claimed":
		return true, grant.GiveChange(ctx, tx, caseID, grant.Giving{ID: step, DueOn: on.AddDays(28), Day: on})
	case "repaid":
		return true, b.repay(ctx, tx, caseID, step, on)
	}
	return false, nil
}

// firstInstalment pays what is due of a running case.
func (b *bookkeeper) firstInstalment(ctx context.Context, tx *db.Tx, c grantCase, caseID uuid.UUID, on calendar.Date) error {
	list, err := grant.PaymentsOf(ctx, tx, caseID)
	if err != nil {
		return err
	}
	for _, s := range []struct {
		to   grant.PaymentState
		role access.Role
	}{{grant.Certified, access.CaseOfficer}, {grant.Ordered, access.BudgetOfficer}, {grant.Exported, access.Cashier}, {grant.Paid, access.Cashier}} {
		if err := b.as(ctx, tx, b.person(s.role, c.place)); err != nil {
			return err
		}
		if s.to == grant.Exported {
			if err := grant.Export(ctx, tx, id("export/"+caseID.String())); err != nil {
				return err
			}
			continue
		}
		act := grant.PaymentAct{ID: id(fmt.Sprintf("claim/%s/%s", caseID, s.to)), To: s.to, Payments: []uuid.UUID{list[0].ID}, Day: on}
		if err := grant.Pay(ctx, tx, act); err != nil {
			return err
		}
	}
	return b.as(ctx, tx, b.person(access.CaseOfficer, c.place))
}

// hear begins a hearing. One that is still open began so long ago that its time
// runs out soon.
func (b *bookkeeper) hear(ctx context.Context, tx *db.Tx, c grantCase, caseID, step uuid.UUID, on calendar.Date) error {
	if open := calendar.Of(tx.Now).AddMonths(-9); c.state == grant.Hearing && on.Before(open) {
		on = open
	}
	full, err := grant.ByID(ctx, tx, caseID)
	if err != nil {
		return err
	}
	n := grant.NewHearing{
		ID: step, Ground: grant.LapsedCondition, FactsKnownOn: on.AddDays(-5), ReplyDueOn: on.AddDays(28), Amount: full.Amount - full.Paid/2, Day: on,
		Reason: "Die Stelle war länger unbesetzt als mitgeteilt. Zur Veranschaulichung erfunden.",
	}
	if c.state == grant.Revoked {
		n.Ground, n.Amount = grant.Misuse, full.Amount
	}
	if err := grant.BeginHearing(ctx, tx, caseID, n); err != nil {
		return err
	}
	if c.state == grant.Hearing && b.t.slug == saxony {
		return nil // the answer is still to come
	}
	return grant.AnswerHearing(ctx, tx, caseID, grant.Reply{
		ID: id("reply/" + step.String()), Source: grant.ByLetter, ReceivedOn: earlierDay(on.AddDays(14), calendar.Of(tx.Now)),
		Text: "Die Ausschreibung blieb zweimal ohne Bewerbung. Wir bitten, das zu berücksichtigen. Zur Veranschaulichung erfunden.",
	})
}

func (*bookkeeper) revoke(ctx context.Context, tx *db.Tx, caseID, step uuid.UUID, on calendar.Date, event string) error {
	full, err := grant.ByID(ctx, tx, caseID)
	if err != nil {
		return err
	}
	d := grant.Decision{
		ID: step, Taking: grant.ByRevocation, EffectiveOn: on.AddDays(-30), Left: full.Paid / 2, Day: on,
		Reason: "Die auflösende Bedingung ist eingetreten; die vorgetragenen Gründe rechtfertigen keine Ausnahme. Zur Veranschaulichung erfunden.",
	}
	if event == "revoked" {
		d.Left = 0
	}
	return grant.Revoke(ctx, tx, caseID, d)
}

// repay books all of a claim and closes it.
func (*bookkeeper) repay(ctx context.Context, tx *db.Tx, caseID, step uuid.UUID, on calendar.Date) error {
	c, err := grant.ByID(ctx, tx, caseID)
	if err != nil {
		return err
	}
	t, err := grant.TermsByID(ctx, tx, c.TermsID)
	if err != nil {
		return err
	}
	for n := range 2 { // the principal, then the interest if there is any
		r, err := grant.RepaymentOf(ctx, tx, c, t)
		if err != nil {
			return err
		}
		k := grant.Booking{ID: id(fmt.Sprintf("booking/%s/%d", step, n)), ReceivedOn: on, Amount: r.Principal, Reference: c.FileRef}
		if n == 1 {
			k.Amount = r.Open()
		}
		if k.Amount <= 0 {
			break
		}
		if err := grant.Book(ctx, tx, caseID, k); err != nil {
			return err
		}
	}
	return grant.Settle(ctx, tx, caseID, grant.Act{ID: step, Day: on})
}
