package grant

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
	"rundertisch/internal/testdb"
)

// onDemand is a running case of 90,000.00 of which 60 % are paid on demand, to
// be spent within two months, and its first instalment.
func onDemand(t *testing.T) (world, Payment) {
	t.Helper()
	w := newWorld(t, 180_000_00)
	w.terms.ID, w.terms.ValidFrom = uuid.New(), on("2022-06-01")
	w.terms.Plan = []PlanStep{{Share: 400, Trigger: OnFinal}, {Share: 600, Trigger: OnDrawdown, Within: 2}}
	w.MustWrite(t, officer, access.KeepSchemes, func(ctx context.Context, tx *db.Tx) error { return AdoptTerms(ctx, tx, w.terms) })
	list := w.granted(t)
	if len(list) != 2 || list[0].Amount != 36_000_00 {
		t.Fatalf("planned = %+v; want one instalment a case, the rest on demand", list)
	}
	w.started(t, list)
	for i, p := range list {
		if p.DistrictID == testdb.Saxony.Districts[0].ID {
			return w, list[i]
		}
	}
	t.Fatal("no case of the signatory's district")
	return w, Payment{}
}

func (w world) draw(t *testing.T, a access.Actor, caseID uuid.UUID, n NewDrawdown) error {
	t.Helper()
	return w.do(t, a, access.DrawFunds, func(ctx context.Context, tx *db.Tx) error { return Draw(ctx, tx, caseID, n) })
}

func ask(c money.Cents) NewDrawdown {
	return NewDrawdown{ID: uuid.New(), Amount: c, Purpose: "Gehälter des ersten Quartals"}
}

// TestParallelDrawDownsStayWithinTheGrant: of two that together exceed the rest
// exactly one wins.
func TestParallelDrawDownsStayWithinTheGrant(t *testing.T) {
	t.Parallel()
	w, first := onDemand(t)
	results := make([]error, 8)
	var wait sync.WaitGroup
	for i := range results {
		wait.Go(func() { results[i] = w.draw(t, signatory, first.CaseID, ask(30_000_00)) }) // 54,000 are left
	}
	wait.Wait()
	ok := 0
	for _, err := range results {
		if err == nil {
			ok++
		} else if f, _ := fault.AsFields(err); f["amount"].Key != "grant.error.undrawn" {
			t.Errorf("refused with %v", err)
		}
	}
	if ok != 1 {
		t.Errorf("%d of 8 draw-downs of 30,000 on 54,000 were taken, want exactly one", ok)
	}
	if err := w.draw(t, signatory, first.CaseID, ask(24_000_01)); err == nil {
		t.Error("a cent more than is left")
	}
	if err := w.draw(t, signatory, first.CaseID, ask(9_999_99)); err == nil {
		t.Error("less than the smallest instalment")
	}
	if err := w.draw(t, signatory, first.CaseID, ask(24_000_00)); err != nil {
		t.Errorf("the rest: %v", err)
	}
}

// TestADrawDownGoesItsWay from the signatory over officer and orderer to the
// cash system; refused, its money is free again.
func TestADrawDownGoesItsWay(t *testing.T) {
	t.Parallel()
	w, first := onDemand(t)
	n := ask(20_000_00)
	if err := w.draw(t, signatory, first.CaseID, n); err != nil {
		t.Fatal(err)
	}
	if err := w.draw(t, signatory, first.CaseID, n); !errors.Is(err, fact.ErrRepeated) {
		t.Errorf("the same form again: %v", err)
	}
	drawn := func() (d Drawdown, p Payment) {
		w.MustRead(t, signatory, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
			draws, err := Drawdowns(ctx, tx, first.CaseID)
			if err != nil || len(draws) != 1 {
				t.Fatalf("draw-downs = %+v, %v", draws, err)
			}
			list, err := PaymentsOf(ctx, tx, first.CaseID)
			d, p = draws[0], list[1]
			return err
		})
		return d, p
	}
	d, p := drawn()
	if d.Purpose != n.Purpose || p.Amount != n.Amount || p.When != OnDrawdown || !p.Due || !d.SpendBy().IsZero() {
		t.Errorf("draw-down %+v, payment %+v", d, p)
	}
	if err := errors.Join(w.pay(t, officer, Certified, "", p), w.pay(t, treasurer, Ordered, "", p)); err != nil {
		t.Fatal(err)
	}
	w.MustWrite(t, cashier, access.ExportPayments, func(ctx context.Context, tx *db.Tx) error { return Export(ctx, tx, uuid.New()) })
	if err := w.pay(t, cashier, Paid, "", p); err != nil {
		t.Fatal(err)
	}
	if d, _ := drawn(); d.SpendBy() != calendar.Of(w.Now()).AddMonths(2) {
		t.Errorf("to be spent by %s", d.SpendBy())
	}
	if err := w.draw(t, signatory, first.CaseID, ask(34_000_00)); err != nil {
		t.Fatal(err)
	}
	w.MustRead(t, officer, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		list, err := PaymentsOf(ctx, tx, first.CaseID)
		p = list[2]
		return err
	})
	if err := w.pay(t, officer, Reversed, "Noch kein Bedarf", p); err != nil {
		t.Fatal(err)
	}
	if err := w.draw(t, signatory, first.CaseID, ask(34_000_00)); err != nil {
		t.Errorf("after the refusal: %v", err)
	}
}

// TestNobodyElseDrawsDown, nor where nothing is paid on demand.
func TestNobodyElseDrawsDown(t *testing.T) {
	t.Parallel()
	w, first := onDemand(t)
	for _, a := range []access.Actor{officer, cashier, testdb.Saxony.Actor(access.Coordinator)} {
		if err := w.draw(t, a, first.CaseID, ask(20_000_00)); !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", a.Name, err)
		}
	}
	for _, a := range []access.Actor{testdb.Saxony.Elsewhere(access.Signatory), testdb.Musterland.Actor(access.Signatory)} {
		if err := w.draw(t, a, first.CaseID, ask(20_000_00)); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s of another district: %v", a.Name, err)
		}
	}
	insert := func(a access.Actor) error {
		return w.do(t, a, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO drawdown (id, case_id, district_id, amount, purpose) VALUES ($1, $2, $3, 2000000, 'x')`, uuid.New(), first.CaseID, first.DistrictID)
			return err
		})
	}
	for _, a := range []access.Actor{officer, testdb.Saxony.Actor(access.Coordinator), testdb.Saxony.Elsewhere(access.Signatory)} {
		if err := insert(a); err == nil {
			t.Errorf("the database lets %s draw down", a.Name)
		}
	}
	if err := w.do(t, officer, access.StepPayment, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO payment (case_id, district_id, ordinal, due_when, amount, drawdown_id) VALUES ($1, $2, 9, 'drawdown', 100, $3)`, first.CaseID, first.DistrictID, uuid.New())
		return err
	}); err == nil {
		t.Error("the officer names a draw-down")
	}
	for _, bad := range []NewDrawdown{{ID: uuid.New(), Amount: 0, Purpose: "x"}, {ID: uuid.New(), Amount: -5, Purpose: "x"}, {ID: uuid.New(), Amount: money.Max + 1, Purpose: "x"}, {ID: uuid.New(), Amount: 20_000_00, Purpose: " \n"}} {
		if _, ok := fault.AsFields(w.draw(t, signatory, first.CaseID, bad)); !ok {
			t.Errorf("%+v was taken", bad)
		}
	}
	other := newWorld(t, 180_000_00)
	list := other.granted(t)
	other.started(t, list)
	for _, p := range list {
		if p.DistrictID == testdb.Saxony.Districts[0].ID {
			if err := other.draw(t, signatory, p.CaseID, ask(9_000_00)); !errors.Is(err, fault.Conflict) {
				t.Errorf("where nothing is paid on demand: %v", err)
			}
			break
		}
	}
}

// TestAnAmendmentPlansNothingOnDemand: after another amount is decided, what the
// district asks for stays its own to ask for.
func TestAnAmendmentPlansNothingOnDemand(t *testing.T) {
	t.Parallel()
	w, first := onDemand(t)
	if err := w.draw(t, signatory, first.CaseID, ask(10_000_00)); err != nil {
		t.Fatal(err)
	}
	if err := w.amend(t, first.CaseID, 80_000_00); err != nil {
		t.Fatal(err)
	}
	if err := w.give(t, officer, first.CaseID, Giving{ID: uuid.New()}); err != nil {
		t.Fatal(err)
	}
	w.MustRead(t, officer, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		list, err := PaymentsOf(ctx, tx, first.CaseID)
		var fixed, asked money.Cents
		for _, p := range list {
			switch {
			case p.State == Reversed:
			case p.When == OnDrawdown:
				asked += p.Amount
			default:
				fixed += p.Amount
			}
		}
		if fixed != 32_000_00 || asked != 10_000_00 {
			t.Errorf("%s are planned and %s asked for, want 32,000 and 10,000", fixed, asked)
		}
		return err
	})
	if err := w.draw(t, signatory, first.CaseID, ask(38_000_00)); err != nil {
		t.Errorf("the rest: %v", err)
	}
	if err := w.draw(t, signatory, first.CaseID, ask(5_000_00)); err == nil {
		t.Error("more than the rest")
	}
}
