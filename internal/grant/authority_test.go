package grant

import (
	"context"
	"testing"
	"time"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
)

// TestLaterYearsNeedAnAuthority: of a grant over New Year the first year's part
// is taken from the appropriation, the other from the authority, which is refused
// with the missing amount.
func TestLaterYearsNeedAnAuthority(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 45_000_00)
	c, _ := w.applies(t, func(terms *Terms) { terms.Rate, terms.OwnShare, terms.ProRata = 1000, 0, ByMonth })
	period := calendar.Range{From: calendar.NewDate(w.year, 7, 1), To: calendar.NewDate(w.year+1, 7, 1)}
	w.Owner(t, `ALTER TABLE grant_case DISABLE TRIGGER USER`)
	w.Owner(t, `UPDATE grant_case SET period = daterange($2, $3) WHERE id = $1`, c.ID, period.From.Time(), period.To.Time())
	w.Owner(t, `ALTER TABLE grant_case ENABLE TRIGGER USER`)
	w.write(t, c.ID, wholeApplication(60_000_01, 1_00))
	w.mustStep(t, signatory, c, "submitted", Submitted)
	w.mustStep(t, officer, c, "review_begun", InReview)
	w.MustWrite(t, officer, access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error { return Recognise(ctx, tx, c.ID, 60_000_01) })
	w.mustStep(t, officer, c, "recommended", Recommended)
	w.mustStep(t, treasurer, c, "funds_checked", Recommended)
	err := w.step(t, approver, c, "approved", Approved)
	if text, _ := fault.AsText(err); text.Key != "grant.error.authority" || text.Args[1] != "30.000,00\u00a0€" {
		t.Fatalf("without an authority: %v", err)
	}
	change := func(version int, appropriation, authority money.Cents) error {
		return w.do(t, treasurer, access.KeepBudget, func(ctx context.Context, tx *db.Tx) error {
			return ChangeBudget(ctx, tx, w.budget.ID, appropriation, authority, version)
		})
	}
	before := time.Now()
	if err := change(1, 45_000_00, 30_000_00); err != nil {
		t.Fatal(err)
	}
	w.mustStep(t, approver, c, "approved", Approved)
	w.MustRead(t, treasurer, access.ReadRegister, func(ctx context.Context, tx *db.Tx) error {
		b, err := BudgetByID(ctx, tx, w.budget.ID)
		if err != nil {
			return err
		}
		if b.Committed != 30_000_01 || b.Later != 30_000_00 || b.Rest() != 14_999_99 || b.RestLater() != 0 {
			t.Errorf("budget = %+v", b)
		}
		r, err := RegisterOf(ctx, tx, b.ID, time.Time{})
		if err != nil || r.Committed != 60_000_01 || r.Later != 30_000_00 || r.Rest() != b.Rest() {
			t.Errorf("register: %s committed, %s later, rest %s, %v", r.Committed, r.Later, r.Rest(), err)
		}
		then, err := RegisterOf(ctx, tx, b.ID, before)
		if err != nil || then.Budget.Authority != 0 || then.Budget.Appropriation != 45_000_00 {
			t.Errorf("as known before the change: %+v, %v", then.Budget, err)
		}
		return nil
	})
	for _, less := range []struct{ appropriation, authority money.Cents }{{30_000_00, 30_000_00}, {45_000_00, 29_999_99}, {-1, 0}, {0, -1}} {
		var version int
		w.MustRead(t, treasurer, access.ReadRegister, func(ctx context.Context, tx *db.Tx) error {
			b, err := BudgetByID(ctx, tx, w.budget.ID)
			version = b.Version
			return err
		})
		if _, ok := fault.AsFields(change(version, less.appropriation, less.authority)); !ok {
			t.Errorf("less than is committed: %+v", less)
		}
	}
	calcs := func() (list []Calculation) {
		w.MustRead(t, officer, access.ReadGrants, func(ctx context.Context, tx *db.Tx) (err error) {
			list, err = Calculations(ctx, tx, c.ID)
			return err
		})
		return list
	}()
	sum := money.Cents(0)
	for _, l := range calcs[len(calcs)-1].Lines {
		sum += l.Amount
	}
	if sum != 60_000_01 {
		t.Errorf("the years add up to %s", sum)
	}
}
