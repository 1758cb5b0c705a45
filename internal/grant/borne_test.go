package grant

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/money"
)

// TestJointGrantsSayWhoBearsWhat: the shares are stored with the draft, once,
// and the register's add up to what is committed.
func TestJointGrantsSayWhoBearsWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	w.Owner(t, `UPDATE funding_scheme SET kind = 'joint' WHERE id = $1`, w.scheme.ID)
	w.terms.ID, w.terms.ValidFrom = uuid.New(), on("2022-06-01")
	w.terms.Cap, w.terms.OwnersWhole = 70_000_01, 3
	w.terms.Owners = []Owner{{Name: "Land", Share: 1}, {Name: "Kassen", Share: 1}, {Name: "Kommunen", Share: 1}}
	w.MustWrite(t, officer, access.KeepSchemes, func(ctx context.Context, tx *db.Tx) error { return AdoptTerms(ctx, tx, w.terms) })
	r := w.run(t)
	shares := func() (list []Calculation) {
		w.MustRead(t, officer, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
			all, err := Calculations(ctx, tx, w.cases(t, r)[0].ID)
			for _, c := range all {
				if c.Rule == RuleShares {
					list = append(list, c)
				}
			}
			return err
		})
		return list
	}
	if list := shares(); len(list) != 1 || list[0].Amount != 70_000_01 || len(list[0].Lines) != 3 || list[0].Lines[0].Amount != 23_333_34 {
		t.Fatalf("shares of the draft = %+v", list)
	} else if again, err := list[0].Again(); err != nil || again.Amount != list[0].Amount {
		t.Errorf("reckoned again: %+v, %v", again, err)
	}
	w.approve(t, r)
	w.MustWrite(t, officer, access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error {
		_, err := IssueAll(ctx, tx, r.ID, uuid.New())
		return err
	})
	if list := shares(); len(list) != 1 {
		t.Errorf("%d reckonings of the same shares", len(list))
	}
	w.MustRead(t, officer, access.ReadRegister, func(ctx context.Context, tx *db.Tx) error {
		register, err := RegisterOf(ctx, tx, w.budget.ID, time.Time{})
		if err != nil {
			return err
		}
		borne, err := register.Borne()
		var sum money.Cents
		for _, l := range borne {
			sum += l.Amount
		}
		if len(borne) != 3 || sum != register.Committed || borne[0].Amount != 2*23_333_34 || borne[2].Amount != 2*23_333_33 {
			t.Errorf("borne = %+v of %s", borne, register.Committed)
		}
		return err
	})
}
