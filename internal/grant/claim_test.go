package grant

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
	"rundertisch/internal/testdb"
)

// today is the day in Berlin.
func (w world) today() calendar.Date { return calendar.Of(w.Now()) }

func (w world) caseOf(t *testing.T, a access.Actor, id uuid.UUID) (c Case) {
	t.Helper()
	w.MustRead(t, a, access.ReadGrants, func(ctx context.Context, tx *db.Tx) (err error) {
		c, err = ByID(ctx, tx, id)
		return err
	})
	return c
}

// hearing begins one; what is zero is filled in.
func (w world) hearing(t *testing.T, a access.Actor, caseID uuid.UUID, n NewHearing) error {
	t.Helper()
	if n.ID == uuid.Nil {
		n.ID = uuid.New()
	}
	if n.Ground == "" {
		n.Ground = LapsedCondition
	}
	if n.FactsKnownOn.IsZero() {
		n.FactsKnownOn = w.today()
	}
	if n.ReplyDueOn.IsZero() {
		n.ReplyDueOn = w.today().AddDays(28)
	}
	if n.Amount == 0 {
		n.Amount = 1_000_00
	}
	n.Reason = "Die Stelle war nicht besetzt."
	return w.do(t, a, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error { return BeginHearing(ctx, tx, caseID, n) })
}

func (w world) heard(t *testing.T, caseID uuid.UUID, n NewHearing) {
	t.Helper()
	if err := w.hearing(t, officer, caseID, n); err != nil {
		t.Fatalf("hearing: %v", err)
	}
}

func (w world) revoke(t *testing.T, a access.Actor, caseID uuid.UUID, d Decision) error {
	t.Helper()
	if d.ID == uuid.Nil {
		d.ID = uuid.New()
	}
	if d.EffectiveOn.IsZero() {
		d.EffectiveOn = w.today()
	}
	d.Taking, d.Reason = ByRevocation, "Die Bedingung ist entfallen."
	return w.do(t, a, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error { return Revoke(ctx, tx, caseID, d) })
}

func (w world) give(t *testing.T, a access.Actor, caseID uuid.UUID, g Giving) error {
	t.Helper()
	if g.ID == uuid.Nil {
		g.ID = uuid.New()
	}
	if g.DueOn.IsZero() {
		g.DueOn = w.today().AddDays(28)
	}
	return w.do(t, a, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error { return GiveChange(ctx, tx, caseID, g) })
}

func (w world) bookReceipt(t *testing.T, a access.Actor, caseID uuid.UUID, k Booking) error {
	t.Helper()
	if k.ID == uuid.Nil {
		k.ID = uuid.New()
	}
	if k.ReceivedOn.IsZero() {
		k.ReceivedOn = w.today()
	}
	k.Reference = "Kassenzeichen 4711"
	return w.do(t, a, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error { return Book(ctx, tx, caseID, k) })
}

func (w world) settleClaim(t *testing.T, a access.Actor, caseID uuid.UUID) error {
	t.Helper()
	return w.do(t, a, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		return Settle(ctx, tx, caseID, Act{ID: uuid.New()})
	})
}

func (w world) repayment(t *testing.T, a access.Actor, caseID uuid.UUID) (r *Repayment) {
	t.Helper()
	w.MustRead(t, a, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		c, err := ByID(ctx, tx, caseID)
		if err != nil {
			return err
		}
		r, err = RepaymentOf(ctx, tx, c, w.terms)
		return err
	})
	return r
}

// payOut brings payments to the bank, paid on a day.
func (w world) payOut(t *testing.T, day calendar.Date, list ...Payment) {
	t.Helper()
	if err := errors.Join(w.pay(t, officer, Certified, "", list...), w.pay(t, treasurer, Ordered, "", list...)); err != nil {
		t.Fatal(err)
	}
	if err := w.do(t, cashier, access.ExportPayments, func(ctx context.Context, tx *db.Tx) error { return Export(ctx, tx, uuid.New()) }); err != nil {
		t.Fatal(err)
	}
	act := PaymentAct{ID: uuid.New(), To: Paid, Day: day}
	for _, p := range list {
		act.Payments = append(act.Payments, p.ID)
	}
	if err := w.do(t, cashier, access.StepPayment, func(ctx context.Context, tx *db.Tx) error { return Pay(ctx, tx, act) }); err != nil {
		t.Fatal(err)
	}
}

// settled leads the first district's case to "settled" with all 90,000 paid,
// the last two instalments on the day.
func (w world) settled(t *testing.T, day calendar.Date) Case {
	t.Helper()
	list := w.granted(t)
	w.started(t, list)
	w.payOut(t, day, list[0])
	c := w.caseOf(t, officer, list[0].CaseID)
	for _, s := range []struct {
		who   access.Actor
		event string
		to    State
	}{
		{testdb.Saxony.System(), "period_ended", Completed},
		{signatory, "proof_submitted", ProofSubmitted},
		{officer, "proof_complete", ProofComplete},
		{testdb.Saxony.System(), "sampled", ProofInAudit},
		{approver, "settled", Settled},
	} {
		if s.event == "settled" {
			w.noted(t, c.ID)
		}
		w.mustStep(t, s.who, c, s.event, s.to)
	}
	w.payOut(t, day, list[1], list[2])
	return w.caseOf(t, officer, c.ID)
}

// TestARevocationInPartSetsTheRealAmount and is claimed back with interest to
// the cent, by five hands.
func TestARevocationInPartSetsTheRealAmount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	long := w.today().AddDays(-300)
	w.MustWrite(t, testdb.Saxony.System(), access.Seed, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO base_rate (valid_from, rate) VALUES ('2020-01-01', 127), ($1, 150)`, w.today().AddDays(-100))
		return err
	})
	c := w.settled(t, long)
	form := uuid.New()
	w.heard(t, c.ID, NewHearing{ID: form, Amount: 30_000_00})
	if err := w.hearing(t, officer, c.ID, NewHearing{ID: form, Amount: 30_000_00}); !errors.Is(err, fact.ErrRepeated) {
		t.Errorf("the same form again: %v", err)
	}
	if err := w.revoke(t, officer, c.ID, Decision{Left: 60_000_00}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the officer decides: %v", err)
	}
	w.Owner(t, `ALTER TABLE case_event DISABLE TRIGGER append_only`)
	w.Owner(t, `UPDATE case_event SET on_day = $2 WHERE case_id = $1 AND event = 'granted'`, c.ID, long)
	if err := w.revoke(t, approver, c.ID, Decision{Left: 60_000_00, EffectiveOn: long}); err != nil {
		t.Fatal(err)
	}
	if err := w.settleClaim(t, cashier, c.ID); !errors.Is(err, fault.Conflict) {
		t.Errorf("settled before it was claimed: %v", err)
	}
	if err := w.give(t, approver, c.ID, Giving{}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("who decided gives the notice: %v", err)
	}
	notice := uuid.New()
	if err := w.give(t, officer, c.ID, Giving{ID: notice}); err != nil {
		t.Fatal(err)
	}
	if err := w.give(t, officer, c.ID, Giving{ID: notice}); !errors.Is(err, fact.ErrRepeated) {
		t.Errorf("the same notice again: %v", err)
	}
	if got := w.caseOf(t, signatory, c.ID); got.Amount != 60_000_00 || got.State != RepaymentDue {
		t.Errorf("after the notice: %s, %s", got.Amount, got.State)
	}
	r := w.repayment(t, signatory, c.ID)
	if r == nil || r.Principal != 30_000_00 || r.InterestFrom != long || len(r.Interest.Lines) == 0 || r.InterestClaimed() <= 250_00 {
		t.Fatalf("repayment = %+v", r)
	}
	sum := money.Cents(0)
	for _, l := range r.Interest.Lines {
		sum += l.Amount
	}
	if sum != r.Interest.Amount {
		t.Errorf("the lines add up to %s, claimed %s", sum, r.Interest.Amount)
	}
	receipt := Booking{ID: uuid.New(), Amount: 20_000_00, ReceivedOn: w.today().AddDays(-10)}
	if err := w.bookReceipt(t, officer, c.ID, receipt); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the officer books: %v", err)
	}
	if err := w.bookReceipt(t, cashier, c.ID, receipt); err != nil {
		t.Fatal(err)
	}
	if err := w.bookReceipt(t, cashier, c.ID, receipt); !errors.Is(err, fact.ErrRepeated) {
		t.Errorf("booked twice: %v", err)
	}
	if err := w.settleClaim(t, cashier, c.ID); !errors.Is(err, fault.Conflict) {
		t.Errorf("settled with money open: %v", err)
	}
	if err := w.step(t, cashier, c, "repaid", Repaid); !errors.Is(err, fault.Conflict) {
		t.Errorf("settled past the reckoning: %v", err)
	}
	if err := w.bookReceipt(t, cashier, c.ID, Booking{Amount: 10_000_00}); err != nil {
		t.Fatal(err)
	}
	r = w.repayment(t, cashier, c.ID)
	if r.Open() != r.InterestClaimed() {
		t.Errorf("open %s, interest %s", r.Open(), r.InterestClaimed())
	}
	if err := w.bookReceipt(t, cashier, c.ID, Booking{Amount: r.Open() - 1}); err != nil {
		t.Fatal(err)
	}
	if err := w.settleClaim(t, cashier, c.ID); !errors.Is(err, fault.Conflict) {
		t.Errorf("settled with a cent open: %v", err)
	}
	if err := w.bookReceipt(t, cashier, c.ID, Booking{Amount: 3}); err != nil { // two cents too much
		t.Fatal(err)
	}
	if got := w.repayment(t, cashier, c.ID).Open(); got != -2 {
		t.Errorf("credit %s", got)
	}
	if err := w.bookReceipt(t, cashier, c.ID, Booking{Amount: -2, Reason: "Zahlendreher"}); err != nil {
		t.Errorf("set off: %v", err)
	}
	if err := w.bookReceipt(t, cashier, c.ID, Booking{Amount: -100_000_00, Reason: "zu viel"}); err == nil {
		t.Error("set off more than came")
	}
	if err := w.settleClaim(t, cashier, c.ID); err != nil {
		t.Fatal(err)
	}
	w.mustStep(t, officer, c, "closed", Closed)
	if got := w.count(t, officer, `SELECT sum(amount)::int FROM commitment WHERE case_id = $1`, c.ID); got != 60_000_00 {
		t.Errorf("committed %d", got)
	}
	w.MustRead(t, officer, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		calcs, err := Calculations(ctx, tx, c.ID)
		for _, calc := range calcs {
			if again, err := calc.Again(); err != nil || again.Amount != calc.Amount || len(again.Steps) != len(calc.Steps) {
				t.Errorf("%s again = %+v, %v", calc.Rule, again, err)
			}
		}
		return err
	})
	for _, table := range []string{"hearing", "hearing_reply", "revocation", "repayment", "repayment_receipt", "interest_waiver"} {
		for _, a := range []access.Actor{neighbour, testdb.Musterland.Actor(access.CaseOfficer)} {
			if n := w.count(t, a, `SELECT count(*) FROM `+table); n != 0 {
				t.Errorf("%s reads %d rows of %s", a.Name, n, table)
			}
		}
		for _, sql := range []string{`UPDATE ` + table + ` SET district_id = district_id`, `DELETE FROM ` + table} {
			if err := w.try(t, officer, sql); err == nil {
				t.Errorf("%s was done", sql)
			}
		}
	}
}

// TestSmallDifferencesAreWaived: of 90,000 at most 1,500.00, unless the notice
// was unlawful.
func TestSmallDifferencesAreWaived(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	c := w.settled(t, w.today())
	w.heard(t, c.ID, NewHearing{Amount: 1_500_01})
	err := w.revoke(t, approver, c.ID, Decision{Left: 88_500_00})
	if f, ok := fault.AsFields(err); !ok || f["left"].Key != "grant.error.small_difference" {
		t.Errorf("1,500.00: %v", err)
	}
	const step = `INSERT INTO case_event (id, case_id, district_id, event, from_state, to_state, amount, reason) SELECT $2, id, district_id, 'partly_revoked', state, 'partly_revoked', 8850000, 'x' FROM grant_case WHERE id = $1`
	err = w.Try(t, approver, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error { // past the reckoning
		id := uuid.New()
		_, err := tx.Exec(ctx, `INSERT INTO revocation (id, case_id, district_id, hearing_id, kind, effective_on) SELECT $2, h.case_id, h.district_id, h.id, 'revoked', current_today() FROM hearing h WHERE h.case_id = $1`, c.ID, id)
		return errors.Join(err, func() error { _, err := tx.Exec(ctx, step, c.ID, id); return err }())
	})
	if db.Constraint(err) != "revocation_reckoned" {
		t.Errorf("1,500.00 by SQL: %v", err)
	}
	if err := w.revoke(t, approver, c.ID, Decision{Left: 88_499_99}); err != nil {
		t.Errorf("1,500.01: %v", err)
	}
	if err := w.give(t, officer, c.ID, Giving{}); err != nil {
		t.Fatal(err)
	}
	if r := w.repayment(t, signatory, c.ID); r.Principal != 1_500_01 {
		t.Errorf("claimed %s", r.Principal)
	}
	all := newWorld(t, 180_000_00)
	c = all.settled(t, all.today())
	all.heard(t, c.ID, NewHearing{Amount: 1, Ground: WrongStatements})
	if err := all.revoke(t, approver, c.ID, Decision{Left: 89_999_99}); err != nil {
		t.Errorf("one cent by wrong statements: %v", err)
	}
}

// TestTheYearOfARevocation: after it only the end of the hearing is left.
func TestTheYearOfARevocation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	c := w.settled(t, w.today())
	over := w.today().AddMonths(-12).AddDays(-2)
	err := w.hearing(t, officer, c.ID, NewHearing{FactsKnownOn: over})
	if f, ok := fault.AsFields(err); !ok || f["facts_known_on"].Key != "grant.error.known_long_ago" {
		t.Errorf("a hearing after the year: %v", err)
	}
	const late = `INSERT INTO hearing (id, case_id, district_id, ground, facts_known_on, reply_due_on, amount) SELECT gen_random_uuid(), id, district_id, 'other', $2, current_today() + 9, 100 FROM grant_case WHERE id = $1`
	if err := w.try(t, officer, late, c.ID, over); db.Constraint(err) != "revocation_in_time" {
		t.Errorf("by SQL: %v", err)
	}
	limits := func(a access.Actor) (list []Limit) {
		w.MustRead(t, a, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
			b := batch()
			QueueLimits(b, calendar.Of(tx.Now), 9, &list)
			return tx.SendBatch(ctx, b).Close()
		})
		return list
	}
	w.heard(t, c.ID, NewHearing{FactsKnownOn: w.today().AddMonths(-9).AddDays(1), Amount: 90_000_00})
	if got := limits(officer); len(got) != 0 {
		t.Errorf("called to mind before nine months: %+v", got)
	}
	known := func(d calendar.Date) {
		w.Owner(t, `ALTER TABLE hearing DISABLE TRIGGER append_only`)
		w.Owner(t, `UPDATE hearing SET facts_known_on = $2 WHERE case_id = $1`, c.ID, d)
		w.Owner(t, `ALTER TABLE hearing ENABLE TRIGGER append_only`)
	}
	known(w.today().AddMonths(-9))
	if got := limits(officer); len(got) != 1 || got[0].CaseID != c.ID || got[0].LastDay != w.today().AddMonths(-9).AddMonths(12) {
		t.Errorf("after nine months: %+v", got)
	}
	h := HearingRecord{FactsKnownOn: on("2025-01-31")}
	for day, want := range map[string]int{"2025-10-30": 0, "2025-10-31": 9, "2025-12-30": 9, "2025-12-31": 11, "2026-02-01": 11} {
		if got := h.Alarm(w.terms, on(day)); got != want {
			t.Errorf("alarm on %s: %d, want %d", day, got, want)
		}
	}
	if got := h.LastDay(w.terms); got != on("2026-01-31") {
		t.Errorf("last day %s", got)
	}
	known(over)
	err = w.revoke(t, approver, c.ID, Decision{})
	if text, _ := fault.AsText(err); text.Key != "grant.error.revocation_late" {
		t.Errorf("revoked after the year: %v", err)
	}
	err = w.Try(t, approver, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		id := uuid.New()
		_, err := tx.Exec(ctx, `INSERT INTO revocation (id, case_id, district_id, hearing_id, kind, effective_on) SELECT $2, h.case_id, h.district_id, h.id, 'revoked', current_today() FROM hearing h WHERE h.case_id = $1`, c.ID, id)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO case_event (id, case_id, district_id, event, from_state, to_state, amount, reason) SELECT $2, id, district_id, 'revoked', state, 'revoked', 0, 'x' FROM grant_case WHERE id = $1`, c.ID, id)
		return err
	})
	if db.Constraint(err) != "revocation_in_time" {
		t.Errorf("by SQL: %v", err)
	}
	w.mustStep(t, approver, c, "hearing_dropped", Settled)
}

// TestWhoAnswersAHearing: the district's signatory in writing, or an officer who
// notes what came in another way.
func TestWhoAnswersAHearing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	list := w.granted(t)
	w.started(t, list)
	id := list[0].CaseID
	answer := func(a access.Actor, r Reply) error {
		if r.ID == uuid.Nil {
			r.ID = uuid.New()
		}
		return w.do(t, a, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error { return AnswerHearing(ctx, tx, id, r) })
	}
	if err := answer(signatory, Reply{Source: Online, Text: "Zu früh"}); !errors.Is(err, fault.Conflict) {
		t.Errorf("without a hearing: %v", err)
	}
	w.heard(t, id, NewHearing{})
	own := Reply{ID: uuid.New(), Source: Online, Text: "Die Stelle war besetzt."}
	if err := answer(signatory, own); err != nil {
		t.Fatal(err)
	}
	if err := answer(signatory, own); !errors.Is(err, fact.ErrRepeated) {
		t.Errorf("the same form again: %v", err)
	}
	if err := answer(signatory, Reply{Source: Online, Text: " \n"}); err == nil {
		t.Error("an empty reply")
	}
	if err := answer(neighbour, own); !errors.Is(err, fault.NotFound) {
		t.Errorf("a neighbour: %v", err)
	}
	if err := answer(coordinator, own); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the coordinator: %v", err)
	}
	if err := answer(signatory, Reply{Source: ByLetter, Text: "x", ReceivedOn: w.today()}); err == nil {
		t.Error("the district notes a letter")
	}
	if err := answer(officer, Reply{Source: Online, Text: "x"}); err == nil {
		t.Error("the officer answers in the district's name")
	}
	if err := answer(officer, Reply{Source: ByLetter, Text: "x", ReceivedOn: w.today().AddDays(-1)}); err == nil {
		t.Error("received before the hearing")
	}
	if err := answer(officer, Reply{Source: ByLetter, Text: "Brief", ReceivedOn: w.today()}); err != nil {
		t.Error(err)
	}
	w.MustRead(t, signatory, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		all, err := Hearings(ctx, tx, id)
		if len(all) != 1 || len(all[0].Replies) != 2 || all[0].Replies[1].Source != ByLetter {
			t.Errorf("hearings = %+v", all)
		}
		return err
	})
}

// TestARevocationThatLeavesMoreThanWasPaid: nothing is claimed, the case goes on
// with what is left, planned to the cent.
func TestARevocationThatLeavesMoreThanWasPaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	list := w.granted(t)
	w.started(t, list)
	w.payOut(t, w.today(), list[0])
	c := w.caseOf(t, officer, list[0].CaseID)
	w.heard(t, c.ID, NewHearing{Amount: 30_000_00})
	if err := w.revoke(t, approver, c.ID, Decision{Left: 60_000_00}); err != nil {
		t.Fatal(err)
	}
	if err := w.step(t, officer, c, "resumed", Running); !errors.Is(err, fault.Conflict) {
		t.Errorf("goes on before the notice: %v", err)
	}
	if err := w.give(t, officer, c.ID, Giving{}); err != nil {
		t.Fatal(err)
	}
	if r := w.repayment(t, officer, c.ID); r != nil {
		t.Errorf("claimed %+v", r)
	}
	resume := func(to State) error {
		return w.do(t, officer, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
			return Resume(ctx, tx, c.ID, Act{ID: uuid.New(), To: to})
		})
	}
	if err := resume(Settled); !errors.Is(err, fault.Conflict) {
		t.Errorf("goes on from elsewhere: %v", err)
	}
	if err := resume(Running); err != nil {
		t.Fatal(err)
	}
	if n := w.count(t, officer, `SELECT sum(amount)::int FROM payment WHERE case_id = $1 AND state <> 'reversed'`, c.ID); n != 60_000_00 {
		t.Errorf("planned %d", n)
	}
	// A second revocation has its own notice.
	w.heard(t, c.ID, NewHearing{Amount: 50_000_00})
	if err := w.revoke(t, approver, c.ID, Decision{Left: 10_000_00}); err != nil {
		t.Fatal(err)
	}
	if err := w.give(t, officer, c.ID, Giving{}); err != nil {
		t.Fatal(err)
	}
	if r := w.repayment(t, officer, c.ID); r == nil || r.Principal != 26_000_00 {
		t.Errorf("claimed %+v", r)
	}
	err := w.do(t, approver, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error { return WaiveInterest(ctx, tx, c.ID, " ") })
	if _, ok := fault.AsFields(err); !ok {
		t.Errorf("waived without a reason: %v", err)
	}
	for _, want := range []error{nil, fact.ErrRepeated} {
		err := w.do(t, approver, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
			return WaiveInterest(ctx, tx, c.ID, "Die Umstände hat der Empfänger nicht zu vertreten.")
		})
		if !errors.Is(err, want) {
			t.Errorf("waived: %v, want %v", err, want)
		}
	}
	if err := w.bookReceipt(t, cashier, c.ID, Booking{Amount: 26_000_00}); err != nil {
		t.Fatal(err)
	}
	if err := w.settleClaim(t, cashier, c.ID); err != nil {
		t.Error(err)
	}
}

// TestNothingIsClaimedThatHasNotLeftTheHouse.
func TestNothingIsClaimedThatHasNotLeftTheHouse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	list := w.granted(t)
	w.started(t, list)
	if err := errors.Join(w.pay(t, officer, Certified, "", list[0], list[3]), w.pay(t, treasurer, Ordered, "", list[0], list[3])); err != nil {
		t.Fatal(err)
	}
	id := list[0].CaseID
	w.heard(t, id, NewHearing{Amount: 80_000_00})
	if err := w.revoke(t, approver, id, Decision{Left: 10_000_00}); err != nil {
		t.Fatal(err)
	}
	// What stands above the revocation holds up nobody else's money.
	if err := w.do(t, cashier, access.ExportPayments, func(ctx context.Context, tx *db.Tx) error { return Export(ctx, tx, uuid.New()) }); err != nil {
		t.Errorf("a revocation in part holds up the export: %v", err)
	}
	if n := w.count(t, officer, `SELECT count(*) FROM payment WHERE state = 'exported' AND id = $1`, list[3].ID); n != 1 {
		t.Error("the other payment did not go out")
	}
	// Even where the case goes on, as by hand of the owner.
	w.Owner(t, `ALTER TABLE grant_case DISABLE TRIGGER USER`)
	w.Owner(t, `UPDATE grant_case SET state = 'running' WHERE id = $1`, id)
	err := w.do(t, cashier, access.ExportPayments, func(ctx context.Context, tx *db.Tx) error { return Export(ctx, tx, uuid.New()) })
	if text, _ := fault.AsText(err); text.Key != "grant.error.nothing_ordered" {
		t.Errorf("more than is left goes out: %v", err)
	}
	w.Owner(t, `UPDATE grant_case SET state = 'partly_revoked' WHERE id = $1`, id)
	w.Owner(t, `ALTER TABLE grant_case ENABLE TRIGGER USER`)
	err = w.give(t, officer, id, Giving{})
	if text, _ := fault.AsText(err); text.Key != "grant.error.on_its_way" {
		t.Errorf("claimed while money is ordered: %v", err)
	}
	if err := w.pay(t, treasurer, Planned, "Widerrufen", list[0]); err != nil {
		t.Fatal(err)
	}
	if err := w.give(t, officer, id, Giving{}); err != nil {
		t.Error(err)
	}
}

// TestAnAmendmentKeepsThePlan: the approver decides, the officer gives notice,
// what is planned follows, old notices stay.
func TestAnAmendmentKeepsThePlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	list := w.granted(t)
	w.started(t, list)
	w.payOut(t, w.today(), list[0])
	id := list[0].CaseID
	amend := func(a access.Actor, amount money.Cents, basis Inputs) error {
		return w.do(t, a, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
			return Amend(ctx, tx, id, Amending{ID: uuid.New(), Amount: amount, Reason: "Weniger Ausgaben", Basis: basis})
		})
	}
	for name, amount := range map[string]money.Cents{"the same": 90_000_00, "below what was paid": 35_999_99, "nothing": 0, "a negative one": -1} {
		if _, ok := fault.AsFields(amend(approver, amount, nil)); !ok {
			t.Errorf("%s was decided", name)
		}
	}
	if err := amend(approver, 90_000_01, nil); !errors.Is(err, fault.Conflict) {
		t.Errorf("above the cap: %v", err)
	}
	if err := amend(officer, 80_000_00, nil); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the officer decides: %v", err)
	}
	if err := w.give(t, officer, id, Giving{}); !errors.Is(err, fault.Conflict) {
		t.Errorf("a notice of nothing: %v", err)
	}
	fell := &Reduction{Law: w.terms.Law(), Financing: Fixed, Granted: 90_000_00, Planned: 100_000_00, Actual: 80_000_00, Floor: 500_00}
	if err := amend(approver, 80_000_00, fell); err != nil {
		t.Fatal(err)
	}
	if err := amend(approver, 70_000_00, nil); !errors.Is(err, fault.Conflict) {
		t.Errorf("amended twice before the notice: %v", err)
	}
	if err := w.give(t, officer, id, Giving{}); err != nil {
		t.Fatal(err)
	}
	planned := func() int {
		return w.count(t, officer, `SELECT sum(amount)::int FROM payment WHERE case_id = $1 AND state <> 'reversed'`, id)
	}
	if c := w.caseOf(t, signatory, id); c.Amount != 80_000_00 || planned() != 80_000_00 {
		t.Errorf("%s granted, %d planned", c.Amount, planned())
	}
	if err := errors.Join(amend(approver, 85_000_00, nil), w.give(t, officer, id, Giving{})); err != nil {
		t.Fatal(err)
	}
	if got := planned(); got != 85_000_00 {
		t.Errorf("%d planned after it rose", got)
	}
	if got := w.count(t, officer, `SELECT sum(amount)::int FROM commitment WHERE case_id = $1`, id); got != 85_000_00 {
		t.Errorf("%d committed", got)
	}
	w.MustRead(t, signatory, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		all, err := Notices(ctx, tx, id)
		if len(all) != 3 || all[0].Amount != 85_000_00 || all[1].Content.Change.Before != 90_000_00 || all[2].Kind != AwardNotice || len(all[1].Content.Steps) < 4 {
			t.Errorf("notices = %+v", all)
		}
		return err
	})
}

// TestARejectionSaysWhy with a remedy, once.
func TestARejectionSaysWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	_, c := w.applied(t)
	w.mustStep(t, signatory, c, "submitted", Submitted)
	w.mustStep(t, officer, c, "review_begun", InReview)
	w.mustStep(t, approver, c, "rejected", Rejected)
	if err := w.give(t, officer, c.ID, Giving{Reason: "Es stehen keine Mittel bereit."}); err != nil {
		t.Fatal(err)
	}
	if err := w.give(t, officer, c.ID, Giving{}); !errors.Is(err, fault.Conflict) {
		t.Errorf("rejected by two notices: %v", err)
	}
	w.MustRead(t, signatory, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		all, err := Notices(ctx, tx, c.ID)
		if len(all) != 1 || all[0].Kind != Rejection || all[0].Amount != 0 || !slices.Contains(all[0].Content.Change.Reasons, "Es stehen keine Mittel bereit.") {
			t.Errorf("notices = %+v", all)
		}
		return err
	})
}

// TestEachKindOfNoticeHasItsContents.
func TestEachKindOfNoticeHasItsContents(t *testing.T) {
	t.Parallel()
	full := func(k NoticeKind) Content {
		c := Content{Recipient: "Landkreis", GrantingBody: "Bank", Remedy: "Widerspruch", Amount: 1_00, Period: yearOf(2026), Payouts: []Line{{Amount: 1}}}
		c.Change = &ChangeContent{
			Kind: k, Before: 2_00, Reasons: []string{"weil"}, Ground: Misuse, Taking: ByRevocation, EffectiveOn: on("2026-01-01"), HeardOn: on("2026-01-01"),
			Claim: &ClaimContent{Principal: 1, DueOn: on("2026-02-01"), InterestFrom: on("2026-01-01")},
		}
		if k == Rejection {
			c.Amount = 0
		}
		return c
	}
	for _, k := range []NoticeKind{Amendment, Rejection, Revocation} {
		if lacks := full(k).Missing(); len(lacks) != 0 {
			t.Errorf("%s lacks %v", k, lacks)
		}
	}
	for want, spoil := range map[string]func(*Content){
		"remedy": func(c *Content) { c.Remedy = "" }, "reasons": func(c *Content) { c.Change.Reasons = nil }, "recipient": func(c *Content) { c.Recipient = "" },
		"hearing": func(c *Content) { c.Change.HeardOn = calendar.Date{} }, "claim": func(c *Content) { c.Change.Claim.DueOn = calendar.Date{} },
		"effective": func(c *Content) { c.Change.EffectiveOn = calendar.Date{} }, "ground": func(c *Content) { c.Change.Ground = "" }, "amount": func(c *Content) { c.Amount = 3_00 },
	} {
		c := full(Revocation)
		spoil(&c)
		if lacks := c.Missing(); !slices.Equal(lacks, []string{want}) {
			t.Errorf("lacks %v, want %s", lacks, want)
		}
	}
}

// TestThePlanOfAChangedAmountAddsUp, and what is owed follows what was paid.
func TestThePlanOfAChangedAmountAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		granted := money.Cents(rapid.Int64Range(1, 90_000_00).Draw(rt, "granted"))
		bound := money.Cents(rapid.Int64Range(0, 90_000_00).Draw(rt, "bound"))
		sum := money.Cents(0)
		for _, l := range rest(reckon(t, &Payout{Granted: granted, Plan: vvk, MinPartial: 10_000_00}).Lines, bound) {
			if l.Amount <= 0 {
				rt.Fatalf("an instalment of %s", l.Amount)
			}
			sum += l.Amount
		}
		if sum != max(granted-bound, 0) {
			rt.Fatalf("%s of %s beyond %s", sum, granted, bound)
		}
		var paid []Receipt
		total, day := money.Cents(0), on("2025-01-01")
		for range rapid.IntRange(0, 5).Draw(rt, "payments") {
			p := Receipt{Day: day, Amount: money.Cents(rapid.Int64Range(1, 30_000_00).Draw(rt, "paid"))}
			paid, total, day = append(paid, p), total+p.Amount, day.AddDays(rapid.IntRange(0, 99).Draw(rt, "days"))
		}
		owed, rises := excess(paid, granted, on("2025-03-01"))
		for _, r := range rises {
			owed += r.Amount
		}
		if owed != max(total-granted, 0) || owed != reckon(t, &Claim{Left: granted, Paid: paid}).Amount {
			rt.Fatalf("owed %s of %s above %s", owed, total, granted)
		}
	})
}

// TestInterestRisesWithWhatWasPaid later.
func TestInterestRisesWithWhatWasPaid(t *testing.T) {
	t.Parallel()
	in := Interest{Owed: 10_000_00, Rises: []Receipt{{on("2024-01-11"), 10_000_00}}, Period: from("2024-01-01", "2024-01-21"), Rates: []BaseRate{{on("2023-01-01"), 500}}, Margin: 500, YearDays: 365}
	c := reckon(t, &in) // ten days at 10 % on 10,000 and ten on 20,000
	if len(c.Lines) != 2 || c.Lines[0].Amount != 27_40 || c.Lines[1].Amount != 54_79 {
		t.Errorf("lines = %+v", c.Lines)
	}
	in.Period = from("2024-01-01", "2024-01-01")
	if c := reckon(t, &in); c.Amount != 0 || len(c.Lines) != 0 {
		t.Errorf("on one day: %+v", c)
	}
}

func batch() *pgx.Batch { return &pgx.Batch{} }

// TestInterestUpToTheFloorIsNotClaimed: 365 days at ten per cent on 2,500.00 are
// 250.00, on 2,500.10 a cent more.
func TestInterestUpToTheFloorIsNotClaimed(t *testing.T) {
	t.Parallel()
	for principal, interest := range map[money.Cents]money.Cents{2_500_00: 0, 2_500_10: 250_01} {
		w := newWorld(t, 180_000_00)
		w.MustWrite(t, testdb.Saxony.System(), access.Seed, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO base_rate (valid_from, rate) VALUES ('2020-01-01', 500)`)
			return err
		})
		year := w.today().AddDays(-365)
		c := w.settled(t, year)
		w.Owner(t, `ALTER TABLE case_event DISABLE TRIGGER append_only`)
		w.Owner(t, `UPDATE case_event SET on_day = $2 WHERE case_id = $1 AND event = 'granted'`, c.ID, year)
		w.heard(t, c.ID, NewHearing{Amount: principal})
		if err := errors.Join(w.revoke(t, approver, c.ID, Decision{Left: c.Amount - principal, EffectiveOn: year}), w.give(t, officer, c.ID, Giving{}),
			w.bookReceipt(t, cashier, c.ID, Booking{Amount: principal})); err != nil {
			t.Fatal(err)
		}
		r := w.repayment(t, cashier, c.ID)
		if r.InterestClaimed() != interest || r.Open() != interest {
			t.Errorf("on %s: %s claimed, %s open, want %s", principal, r.InterestClaimed(), r.Open(), interest)
		}
		if err := w.settleClaim(t, cashier, c.ID); (err == nil) != (interest == 0) {
			t.Errorf("on %s: settled: %v", principal, err)
		}
	}
}
