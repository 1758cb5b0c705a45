package grant

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
	"rundertisch/internal/testdb"
)

// approve leads every case of a run to "approved".
func (w world) approve(t *testing.T, r Run) {
	t.Helper()
	for _, s := range []struct {
		who   access.Actor
		event string
	}{{officer, "recommended"}, {treasurer, "funds_checked"}, {approver, "approved"}} {
		if _, offences, err := w.all(t, s.who, r, s.event); err != nil || len(offences) > 0 {
			t.Fatalf("%s: %v, %v", s.event, offences, err)
		}
	}
}

// deliver records when the first notice of a case reached the district.
func (w world) deliver(t *testing.T, caseID uuid.UUID, delivered, waived calendar.Date) {
	t.Helper()
	w.MustWrite(t, officer, access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error {
		return Delivered(ctx, tx, caseID, 1, delivered, waived)
	})
}

// granted leads every case of a run to "final" and returns their payments.
func (w world) granted(t *testing.T) []Payment {
	t.Helper()
	r := w.run(t)
	w.approve(t, r)
	w.MustWrite(t, officer, access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error {
		_, err := IssueAll(ctx, tx, r.ID, uuid.New())
		return err
	})
	today := calendar.Of(w.Now())
	for _, c := range w.cases(t, r) {
		w.deliver(t, c.ID, today, today)
		w.MustWrite(t, officer, access.StepGrant, func(ctx context.Context, tx *db.Tx) error {
			return Take(ctx, tx, c.ID, Act{ID: uuid.New(), Event: "final", To: Final})
		})
	}
	var list []Payment
	w.MustRead(t, officer, access.ReadGrants, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = PaymentsIn(ctx, tx, Planned)
		return err
	})
	return list
}

// started reports the start in every case, as the district.
func (w world) started(t *testing.T, list []Payment) {
	t.Helper()
	seen := map[uuid.UUID]bool{}
	for _, p := range list {
		if seen[p.CaseID] {
			continue
		}
		seen[p.CaseID] = true
		w.MustWrite(t, testdb.Saxony.System(), access.StepGrant, func(ctx context.Context, tx *db.Tx) error {
			return Take(ctx, tx, p.CaseID, Act{ID: uuid.New(), Event: "started", To: Running})
		})
	}
}

func (w world) pay(t *testing.T, a access.Actor, to PaymentState, reason string, payments ...Payment) error {
	t.Helper()
	act := PaymentAct{ID: uuid.New(), To: to, Reason: reason}
	for _, p := range payments {
		act.Payments = append(act.Payments, p.ID)
	}
	return w.do(t, a, access.StepPayment, func(ctx context.Context, tx *db.Tx) error { return Pay(ctx, tx, act) })
}

func (w world) paidOf(t *testing.T, caseID uuid.UUID) (sum money.Cents) {
	t.Helper()
	w.MustRead(t, officer, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		c, err := ByID(ctx, tx, caseID)
		sum = c.Paid
		return err
	})
	return sum
}

func TestAPaymentFromPlanToBank(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	list := w.granted(t)
	if len(list) != 6 || list[0].Amount != 36_000_00 || list[1].Amount != 45_000_00 || list[2].Amount != 9_000_00 {
		t.Fatalf("payments = %+v", list)
	}
	first, second := list[0], list[1]
	if err := w.pay(t, officer, Certified, "", first); !errors.Is(err, fault.Conflict) {
		t.Errorf("before the start was reported: %v", err)
	}
	w.started(t, list)
	if err := w.pay(t, officer, Certified, "", second); !errors.Is(err, fault.Conflict) {
		t.Errorf("the second instalment without a proof: %v", err)
	}
	if err := w.pay(t, approver, Certified, "", first); err == nil {
		t.Error("the approver certifies")
	}
	if err := w.pay(t, officer, Certified, "", first, list[3]); err != nil {
		t.Fatal(err)
	}
	if err := w.pay(t, cashier, Ordered, "", first); err == nil {
		t.Error("the cashier orders")
	}
	if err := w.pay(t, treasurer, Planned, "", first); err == nil {
		t.Error("sent back without a reason")
	}
	if err := w.pay(t, treasurer, Ordered, "", first, list[3]); err != nil {
		t.Fatal(err)
	}
	if got := w.paidOf(t, first.CaseID); got != 36_000_00 {
		t.Errorf("bound for payment: %s", got)
	}
	// Two clerks press at the same moment.
	var wait sync.WaitGroup
	results := make([]error, 2)
	for i := range results {
		wait.Go(func() {
			results[i] = w.do(t, cashier, access.ExportPayments, func(ctx context.Context, tx *db.Tx) error { return Export(ctx, tx, uuid.New()) })
		})
	}
	wait.Wait()
	if (results[0] == nil) == (results[1] == nil) {
		t.Errorf("exported at once: %v; want exactly one", results)
	}
	w.MustRead(t, cashier, access.ReadRegister, func(ctx context.Context, tx *db.Tx) error {
		files, err := PaymentFiles(ctx, tx)
		if err != nil || len(files) != 1 || files[0].Payments != 2 || files[0].Total != 72_000_00 || files[0].No != 1 {
			t.Fatalf("files = %+v, %v", files, err)
		}
		_, raw, err := FileBytes(ctx, tx, files[0].ID)
		r := csv.NewReader(bytes.NewReader(raw))
		r.Comma = ';'
		rows, csvErr := r.ReadAll()
		if csvErr != nil || len(rows) != 3 || rows[1][4] != "3600000" || rows[1][1] != first.Reference() {
			t.Errorf("file = %v, %v", rows, csvErr)
		}
		return err
	})
	if err := w.pay(t, cashier, Paid, "", first); err != nil {
		t.Fatal(err)
	}
	register := func(known time.Time) (paid money.Cents) {
		t.Helper()
		w.MustRead(t, officer, access.ReadRegister, func(ctx context.Context, tx *db.Tx) error {
			r, err := RegisterOf(ctx, tx, w.budget.ID, known)
			paid = r.Paid
			return err
		})
		return paid
	}
	outAlready := time.Now()
	// It comes back and goes out again, and counts once.
	if err := w.pay(t, cashier, Bounced, "Konto erloschen", first); err != nil {
		t.Fatal(err)
	}
	if got := w.paidOf(t, first.CaseID); got != 0 {
		t.Errorf("after the return: %s", got)
	}
	if now, then := register(time.Time{}), register(outAlready); now != 36_000_00 || then != 72_000_00 {
		t.Errorf("the register says %s, as known before the return %s; want 36,000.00 and 72,000.00", now, then)
	}
	if err := w.pay(t, officer, Certified, "", first); err != nil {
		t.Fatal(err)
	}
	if got := w.paidOf(t, first.CaseID); got != 36_000_00 {
		t.Errorf("certified again: %s", got)
	}
}

// TestCertifierOrdererAndPayerDiffer whatever roles one person has.
func TestCertifierOrdererAndPayerDiffer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	list := w.granted(t)
	w.started(t, list)
	all := officer
	for _, r := range []access.Role{access.BudgetOfficer, access.Cashier} {
		all.Grants = append(all.Grants[:len(all.Grants):len(all.Grants)], access.Grant{Role: r})
		w.Owner(t, `INSERT INTO role_assignment (programme_id, person_id, role, valid) VALUES ($1, $2, $3, '[2018-01-01,)')`, testdb.Saxony.ID, officer.Person, string(r))
	}
	if err := w.pay(t, officer, Certified, "", list[0]); err != nil {
		t.Fatal(err)
	}
	err := w.pay(t, all, Ordered, "", list[0])
	if text, _ := fault.AsText(err); text.Key != "grant.error.second_person" {
		t.Errorf("who certified orders: %v", err)
	}
	if err := w.pay(t, treasurer, Ordered, "", list[0]); err != nil {
		t.Fatal(err)
	}
	err = w.do(t, all, access.ExportPayments, func(ctx context.Context, tx *db.Tx) error { return Export(ctx, tx, uuid.New()) })
	if text, _ := fault.AsText(err); text.Key != "grant.error.second_person" {
		t.Errorf("who certified pays: %v", err)
	}
}

func TestTheSameFormExportsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	list := w.granted(t)
	w.started(t, list)
	if err := errors.Join(w.pay(t, officer, Certified, "", list[0]), w.pay(t, treasurer, Ordered, "", list[0])); err != nil {
		t.Fatal(err)
	}
	form := uuid.New()
	for range 2 {
		if err := w.do(t, cashier, access.ExportPayments, func(ctx context.Context, tx *db.Tx) error { return Export(ctx, tx, form) }); err != nil {
			t.Fatal(err)
		}
	}
	w.MustRead(t, cashier, access.ReadRegister, func(ctx context.Context, tx *db.Tx) error {
		files, err := PaymentFiles(ctx, tx)
		if len(files) != 1 {
			t.Errorf("%d files", len(files))
		}
		return err
	})
}

// TestParallelPaymentsStayWithinTheGrant: of many that plan at once, only what
// the grant still holds is planned.
func TestParallelPaymentsStayWithinTheGrant(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	list := w.granted(t)
	c := list[0].CaseID
	w.MustWrite(t, officer, access.StepPayment, func(ctx context.Context, tx *db.Tx) error {
		return Pay(ctx, tx, PaymentAct{ID: uuid.New(), To: Reversed, Payments: []uuid.UUID{list[2].ID}, Reason: "Neu geplant"}) // 9,000 are free
	})
	var wait sync.WaitGroup
	results := make([]error, 20)
	for i := range results {
		wait.Go(func() {
			results[i] = w.do(t, officer, access.StepPayment, func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, `INSERT INTO payment (case_id, district_id, ordinal, due_when, amount) VALUES ($1, $2, $3, 'drawdown', 100000)`, c, list[0].DistrictID, 10+i)
				return err
			})
		})
	}
	wait.Wait()
	ok := 0
	for _, err := range results {
		if err == nil {
			ok++
		}
	}
	if ok != 9 {
		t.Errorf("%d of 20 draw-downs of 1,000 on 9,000 were taken, want 9", ok)
	}
}
