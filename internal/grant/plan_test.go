package grant

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
	"rundertisch/internal/testdb"
)

// planOf is a plan that spends amount more than the grant, out of own money.
func planOf(asked, own money.Cents) PlanLines {
	return PlanLines{
		{Kind: Staff, Amount: asked + own - 1_00, Note: "1,0 VZÄ"},
		{Kind: Travel, Amount: 1_00},
		{Kind: OwnMoney, Amount: own},
		{Kind: TheGrant, Amount: asked},
	}
}

func TestAPlanThatMakesNone(t *testing.T) {
	t.Parallel()
	terms := Terms{OwnShare: 100}
	for name, c := range map[string]struct {
		lines PlanLines
		field string
	}{
		"balances":            {planOf(90_000_00, 10_000_00), ""},
		"empty":               {nil, LineField(Staff)},
		"negative":            {PlanLines{{Kind: Travel, Amount: -1}}, LineField(Travel)},
		"too large":           {PlanLines{{Kind: Travel, Amount: 1 << 60}}, LineField(Travel)},
		"more comes in":       {append(planOf(90_000_00, 10_000_00), PlanLine{Kind: ThirdParty, Amount: 1}), LineField(OwnMoney)},
		"own share too small": {planOf(90_000_01, 9_999_99), LineField(OwnMoney)},
	} {
		f := fault.Fields{}
		c.lines.check(t.Context(), f, terms)
		if _, has := f[c.field]; c.field == "" && len(f) > 0 || c.field != "" && !has {
			t.Errorf("%s: %v, want %q", name, f, c.field)
		}
	}
}

func TestAPlanChangesInVersions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	payments := w.granted(t)
	at := slices.IndexFunc(payments, func(p Payment) bool { return signatory.MayIn(access.ApplyForGrant, p.DistrictID) })
	c := w.caseOf(t, officer, payments[at].CaseID)
	change := func(a access.Actor, n NewPlan) error {
		return w.do(t, a, access.ApplyForGrant, func(ctx context.Context, tx *db.Tx) error { return ChangePlan(ctx, tx, c.ID, n) })
	}
	first := NewPlan{ID: uuid.New(), No: 1, Reason: "Erster Plan", Lines: planOf(c.Amount, 10_000_00)}
	if err := change(signatory, first); err != nil {
		t.Fatal(err)
	}
	if err := change(signatory, first); !errors.Is(err, fact.ErrRepeated) {
		t.Errorf("the same form: %v", err)
	}
	if err := change(signatory, NewPlan{ID: uuid.New(), No: 1, Reason: "Veraltet", Lines: planOf(c.Amount, 0)}); !errors.Is(err, fault.Conflict) {
		t.Errorf("stale: %v", err)
	}
	if err := change(signatory, NewPlan{ID: uuid.New(), No: 2, Reason: "Mehr", Lines: planOf(c.Amount+1, 0)}); err == nil {
		t.Error("a plan raised the grant")
	}
	if err := change(officer, NewPlan{ID: uuid.New(), No: 2, Reason: "Fremd", Lines: planOf(c.Amount, 0)}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the officer: %v", err)
	}
	if err := change(coordinator, NewPlan{ID: uuid.New(), No: 2, Reason: "Weniger", Lines: planOf(c.Amount, 5_000_00)}); err != nil {
		t.Fatal(err)
	}
	w.MustRead(t, officer, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		list, err := Plans(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		if len(list) != 2 || list[0].No != 2 || list[0].Lines.Of(OwnMoney) != 5_000_00 || list[1].Lines.Note(Staff) != "1,0 VZÄ" || list[1].Lines.Expenditure() != c.Amount+10_000_00 {
			t.Errorf("plans = %+v", list)
		}
		return nil
	})
	w.MustRead(t, testdb.Saxony.Elsewhere(access.Signatory), access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		list, err := Plans(ctx, tx, c.ID)
		if len(list) > 0 {
			t.Error("another district reads the plan")
		}
		return err
	})
	// By SQL: neither half a plan nor one of another district.
	err := w.do(t, signatory, access.ApplyForGrant, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO financing_plan (id, case_id, district_id, no) VALUES ($1, $2, $3, 3)`, uuid.New(), c.ID, c.DistrictID)
		return err
	})
	if db.Constraint(err) != "financing_plan_balances" {
		t.Errorf("half a plan: %v", err)
	}
}
