package demo

import (
	"context"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/grant"
	"rundertisch/internal/money"
)

// onDemand lets the terms pay two fifths when the start is reported and the rest
// when the district asks, to be spent within two months.
func onDemand(t grant.Terms) grant.Terms {
	t.Plan = []grant.PlanStep{{Share: 400, Trigger: grant.OnFinal}, {Share: 600, Trigger: grant.OnDrawdown, Within: 2}}
	t.MinPartial = 5_000_00
	return t
}

// seedDrawdown adds a grant of this half-year that is paid on demand, for the
// district whose people the demo has: one part is asked for, the rest is free.
func (t tenant) seedDrawdown(ctx context.Context, tx *db.Tx, b *bookkeeper, this int) error {
	r := t.regimes[len(t.regimes)-1]
	half := calendar.Range{From: calendar.NewDate(this, 7, 1), To: calendar.NewDate(this+1, 1, 1)}
	c := grantCase{r, t.places[0], half, grant.Running, nil}
	if err := b.enter(ctx, tx, c); err != nil {
		return err
	}
	if err := b.as(ctx, tx, b.person(access.Signatory, c.place)); err != nil {
		return err
	}
	caseID := c.id()
	for i, d := range []struct {
		cents   money.Cents
		purpose string
	}{{12_000_00, "Gehalt der Koordination im zweiten Halbjahr"}, {5_000_00, "Fachtag zur Versorgung im ländlichen Raum"}} {
		n := grant.NewDrawdown{ID: id("drawdown/" + caseID.String() + string(rune('a'+i))), Amount: d.cents, Purpose: d.purpose}
		if err := grant.Draw(ctx, tx, caseID, n); err != nil {
			return err
		}
	}
	list, err := grant.PaymentsOf(ctx, tx, caseID)
	if err != nil {
		return err
	}
	if err := b.as(ctx, tx, b.person(access.CaseOfficer, c.place)); err != nil {
		return err
	}
	act := grant.PaymentAct{ID: id("pay/drawdown/" + caseID.String()), To: grant.Certified}
	for _, p := range list {
		if p.When == grant.OnDrawdown && len(act.Payments) == 0 {
			act.Payments = append(act.Payments, p.ID)
		}
	}
	if err := grant.Pay(ctx, tx, act); err != nil {
		return err
	}
	return b.as(ctx, tx, [16]byte{})
}
