package grant

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/testdb"
)

// These tests attack by SQL as the app, in the scope of somebody who may do
// something in the funding, but not this.

var (
	press       = testdb.Saxony.Actor(access.PressOfficer)
	coordinator = testdb.Saxony.Actor(access.Coordinator)
	neighbour   = testdb.Saxony.Elsewhere(access.Signatory)
)

// try sends SQL as somebody, lets the database check everything and takes it
// back.
func (w world) try(t *testing.T, a access.Actor, sql string, args ...any) error {
	t.Helper()
	return w.Try(t, a, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, sql, args...)
		if err == nil && n == 0 {
			return fault.NotFound // the policies show no row to change
		}
		return err
	})
}

// count reads a number as somebody.
func (w world) count(t *testing.T, a access.Actor, sql string, args ...any) (n int) {
	t.Helper()
	w.MustRead(t, a, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error { return tx.QueryRow(ctx, sql, args...).Scan(&n) })
	return n
}

func (w world) step(t *testing.T, a access.Actor, c Case, event string, to State) error {
	t.Helper()
	if taken, err := w.stepFor(t, a, c.ID, event); taken {
		return err
	}
	return w.do(t, a, access.StepGrant, func(ctx context.Context, tx *db.Tx) error {
		return Take(ctx, tx, c.ID, Act{ID: uuid.New(), Event: event, To: to, Reason: "Versuch"})
	})
}

func (w world) mustStep(t *testing.T, a access.Actor, c Case, event string, to State) {
	t.Helper()
	if err := w.step(t, a, c, event, to); err != nil {
		t.Fatalf("%s: %v", event, err)
	}
}

const sendNotice = `
	INSERT INTO grant_notice (id, case_id, district_id, no, kind, amount, content, sha256)
	SELECT gen_random_uuid(), c.id, c.district_id, 1 + (SELECT count(*) FROM grant_notice n WHERE n.case_id = c.id), $2, $3, '{}', sha256('{}') FROM grant_case c WHERE c.id = $1`

const sendPayment = `INSERT INTO payment (case_id, district_id, ordinal, due_when, amount) SELECT id, district_id, 50, 'drawdown', 100 FROM grant_case WHERE id = $1`

// applied adds a scheme by application and an application of the first district
// as a draft.
func (w world) applied(t *testing.T) (Scheme, Case) {
	t.Helper()
	s := Scheme{ID: uuid.New(), Kind: Application, Name: "Richtlinie", FilePrefix: "RL"}
	terms := lumpSum()
	terms.SchemeID = s.ID
	w.MustWrite(t, testdb.Saxony.System(), access.Seed, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO funding_scheme (id, kind, name, file_prefix) VALUES ($1, $2, $3, $4)`, s.ID, s.Kind, s.Name, s.FilePrefix)
		return err
	})
	w.MustWrite(t, officer, access.KeepSchemes, func(ctx context.Context, tx *db.Tx) error { return AdoptTerms(ctx, tx, terms) })
	c := Case{ID: uuid.New(), DistrictID: testdb.Saxony.Districts[0].ID}
	w.MustWrite(t, testdb.Saxony.System(), access.StepGrant, func(ctx context.Context, tx *db.Tx) error {
		calc, err := Calculate(&Award{Law: terms.Law(), Cap: terms.Cap, ProRata: ByDay, Period: yearOf(w.year), Held: []calendar.Range{yearOf(w.year)}})
		if err != nil {
			return err
		}
		n := NewCase{ID: c.ID, Scheme: s, Terms: terms, DistrictID: c.DistrictID, BudgetID: w.budget.ID, Period: yearOf(w.year), Award: calc}
		if err := tx.QueryRow(ctx, `SELECT id FROM post WHERE district_id = $1`, c.DistrictID).Scan(&n.PostID); err != nil {
			return err
		}
		return Enter(ctx, tx, n)
	})
	w.mustStep(t, signatory, c, "drafted", Draft)
	w.write(t, c.ID, wholeApplication(90_000_00, 1_00))
	return s, c
}

// TestOnePersonChangesNoGrantedAmount: only a notice changes what was granted,
// and a notice says only what a second person signed off.
func TestOnePersonChangesNoGrantedAmount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 270_000_00)
	r := w.run(t)
	c := w.cases(t, r)[0]
	refused := func(when string) {
		t.Helper()
		for _, a := range []access.Actor{officer, approver, press, testdb.Saxony.System()} {
			for _, n := range []struct {
				kind   NoticeKind
				amount int
			}{{Amendment, 80_000_00}, {Revocation, 0}, {Rejection, 0}, {AwardNotice, 80_000_00}} {
				if err := w.try(t, a, sendNotice, c.ID, n.kind, n.amount); err == nil {
					t.Errorf("%s: %s sent %s of %d", when, a.Name, n.kind, n.amount)
				}
			}
		}
	}
	refused("draft")
	for _, s := range []struct {
		who   access.Actor
		event string
	}{{officer, "recommended"}, {treasurer, "funds_checked"}, {approver, "approved"}} {
		if _, _, err := w.all(t, s.who, r, s.event); err != nil {
			t.Fatal(err)
		}
		refused(s.event)
	}
	if err := w.try(t, press, sendNotice, c.ID, AwardNotice, 90_000_00); err == nil {
		t.Error("the press officer sent the award")
	}
	if err := w.step(t, officer, c, "granted", Granted); err == nil {
		t.Error("granted without a notice")
	}
	w.MustWrite(t, officer, access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error {
		return Issue(ctx, tx, c.ID, uuid.New(), calendar.Of(tx.Now))
	})
	refused("granted")
}

// TestARevocationEndsPayments and gives back what it frees, once.
func TestARevocationEndsPayments(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	list := w.granted(t)
	w.started(t, list)
	c := Case{ID: list[0].CaseID}
	if err := errors.Join(w.pay(t, officer, Certified, "", list[0]), w.pay(t, treasurer, Ordered, "", list[0])); err != nil {
		t.Fatal(err)
	}
	other := list[3]
	if err := w.pay(t, officer, Certified, "", other); err != nil {
		t.Fatal(err)
	}
	for _, id := range []uuid.UUID{c.ID, other.CaseID} {
		w.heard(t, id, NewHearing{})
		if err := w.revoke(t, officer, id, Decision{}); err == nil {
			t.Error("who heard revokes")
		}
		if err := w.step(t, approver, Case{ID: id}, "revoked", Revoked); !errors.Is(err, fault.Conflict) {
			t.Errorf("revoked without a ground: %v", err)
		}
		if err := w.revoke(t, approver, id, Decision{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.pay(t, treasurer, Ordered, "", other); err == nil {
		t.Error("ordered in a revoked case")
	}
	if err := w.do(t, cashier, access.ExportPayments, func(ctx context.Context, tx *db.Tx) error { return Export(ctx, tx, uuid.New()) }); err == nil {
		t.Error("exported in a revoked case")
	}
	if err := w.pay(t, treasurer, Planned, "Widerrufen", other); err != nil {
		t.Error(err)
	}
	for _, n := range []struct {
		kind   NoticeKind
		amount int
	}{{Revocation, 1}, {Amendment, 0}, {AwardNotice, 90_000_00}} {
		if err := w.try(t, officer, sendNotice, c.ID, n.kind, n.amount); err == nil {
			t.Errorf("%s of %d was sent", n.kind, n.amount)
		}
	}
	if err := w.try(t, approver, sendNotice, c.ID, Revocation, 0); err == nil {
		t.Error("who revoked sends the notice")
	}
	for _, id := range []uuid.UUID{c.ID, other.CaseID} {
		w.MustWrite(t, officer, access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, sendNotice, id, Revocation, 0)
			return err
		})
		if err := w.try(t, officer, sendNotice, id, Revocation, 0); err == nil {
			t.Error("revoked by two notices")
		}
	}
	committed := func() int { return w.count(t, officer, `SELECT committed FROM budget_year WHERE id = $1`, w.budget.ID) }
	if got := committed(); got != 36_000_00 {
		t.Errorf("committed after the revocation: %d, want what is out", got)
	}
	for _, id := range []uuid.UUID{c.ID, other.CaseID} {
		if err := w.step(t, officer, Case{ID: id}, "repayment_claimed", RepaymentDue); !errors.Is(err, fault.Conflict) {
			t.Errorf("claimed where nothing was paid: %v", err)
		}
		if id == c.ID { // its payment never left the house
			if err := w.step(t, officer, c, "closed", Closed); !errors.Is(err, fault.Conflict) {
				t.Errorf("closed while a payment is ordered: %v", err)
			}
			if err := w.pay(t, treasurer, Planned, "Widerrufen", list[0]); err != nil {
				t.Error(err)
			}
		}
		w.mustStep(t, officer, Case{ID: id}, "closed", Closed)
	}
	if err := w.pay(t, officer, Certified, "", other); err == nil {
		t.Error("certified after the case was closed")
	}
	if got := committed(); got != 0 {
		t.Errorf("committed after all was taken back: %d", got)
	}
}

// TestNothingIsPaidEarly: no payment comes about or becomes due before the
// award, whatever makes it due, and none by the hand of another role.
func TestNothingIsPaidEarly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	c := w.cases(t, w.run(t))[0]
	if err := w.try(t, officer, sendPayment, c.ID); err == nil {
		t.Error("planned for a draft")
	}
	for _, when := range []Trigger{OnDrawdown, OnFinal, OnProof, OnAudit, OnDay} {
		for _, s := range append(States(), None) {
			due := w.count(t, officer, `SELECT payment_is_due($1, current_today(), $2)::int`, when, s) == 1
			switch {
			case due && (!s.Binding() || s == Hearing || s == PartlyRevoked || s == Revoked || s == RepaymentDue || s == Repaid):
				t.Errorf("%s is due in state %s", when, s)
			case !due && s == Settled:
				t.Errorf("%s is not due in state %s", when, s)
			}
		}
	}
	if w.count(t, officer, `SELECT coalesce(payment_is_due('day', NULL, 'running')::int, 2)`) != 0 {
		t.Error("a payment of no day is due")
	}
	list := newWorld(t, 180_000_00)
	paid := list.granted(t)
	list.MustWrite(t, officer, access.StepPayment, func(ctx context.Context, tx *db.Tx) error {
		return Pay(ctx, tx, PaymentAct{ID: uuid.New(), To: Reversed, Payments: []uuid.UUID{paid[2].ID}, Reason: "Neu geplant"})
	})
	for _, a := range []access.Actor{press, approver, cashier} {
		if err := list.try(t, a, sendPayment, paid[0].CaseID); err == nil {
			t.Errorf("%s planned a payment", a.Name)
		}
	}
	if err := list.try(t, officer, sendPayment, paid[0].CaseID); err != nil {
		t.Errorf("the officer plans: %v", err)
	}
	if err := list.try(t, officer, `INSERT INTO payment (case_id, district_id, ordinal, due_when, amount) VALUES ($1, $2, 51, 'day', 100)`, paid[0].CaseID, paid[0].DistrictID); err == nil {
		t.Error("planned for no day")
	}
}

// TestANoticeIsFinalInTime: the officer alone does not make a notice final.
func TestANoticeIsFinalInTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	w.granted(t)
	if err := w.try(t, press, `UPDATE grant_notice SET delivered_on = issued_on`); err == nil {
		t.Error("the press officer delivers")
	}
	if err := w.try(t, officer, `UPDATE grant_notice SET delivered_on = NULL, remedy_waived_on = NULL`); err == nil {
		t.Error("the delivery was taken back after the notice was final")
	}
	fresh := newWorld(t, 180_000_00)
	r := fresh.run(t)
	c := fresh.cases(t, r)[0]
	fresh.approve(t, r)
	today := calendar.Of(fresh.Now())
	fresh.MustWrite(t, officer, access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error { return Issue(ctx, tx, c.ID, uuid.New(), today) })
	if err := fresh.step(t, officer, c, "final", Final); !errors.Is(err, fault.Conflict) {
		t.Errorf("final without a delivery: %v", err)
	}
	if err := fresh.try(t, officer, `UPDATE grant_notice SET delivered_on = $1`, today.AddDays(1)); err == nil {
		t.Error("delivered tomorrow")
	}
	fresh.deliver(t, c.ID, today, calendar.Date{})
	if err := fresh.step(t, officer, c, "final", Final); !errors.Is(err, fault.Conflict) {
		t.Errorf("final on the day of delivery: %v", err)
	}
	fresh.deliver(t, c.ID, today, today)
	fresh.mustStep(t, officer, c, "final", Final)
}

// TestWhatIsRecommendedWasReckoned within the cap.
func TestWhatIsRecommendedWasReckoned(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1_000_000_00)
	c := w.cases(t, w.run(t))[0]
	set := func(amount int, reckoned bool) {
		t.Helper()
		w.MustWrite(t, officer, access.StepGrant, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE grant_case SET amount = $2 WHERE id = $1`, c.ID, amount)
			if err == nil && reckoned {
				_, err = tx.Exec(ctx, `INSERT INTO calculation (case_id, district_id, rule, inputs, amount, steps) VALUES ($1, $2, 'award', '{}', $3, '[]')`, c.ID, c.DistrictID, amount)
			}
			return err
		})
	}
	set(89_000_00, false)
	if err := w.step(t, officer, c, "recommended", Recommended); !errors.Is(err, fault.Conflict) {
		t.Errorf("an amount that nobody reckoned: %v", err)
	}
	set(91_000_00, true)
	if err := w.step(t, officer, c, "recommended", Recommended); !errors.Is(err, fault.Conflict) {
		t.Errorf("above the cap: %v", err)
	}
	set(80_000_00, true) // forged: no inputs give it
	w.mustStep(t, officer, c, "recommended", Recommended)
	w.mustStep(t, treasurer, c, "funds_checked", Recommended)
	w.mustStep(t, approver, c, "approved", Approved)
	err := w.do(t, officer, access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error {
		return Issue(ctx, tx, c.ID, uuid.New(), calendar.Of(tx.Now))
	})
	if text, _ := fault.AsText(err); text.Key != "grant.error.reckoning" {
		t.Errorf("a notice of a reckoning that does not add up: %v", err)
	}
}

// TestADistrictReadsNothingBeforeTheNotice, whatever the table.
func TestADistrictReadsNothingBeforeTheNotice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	r := w.run(t)
	w.approve(t, r)
	c := w.cases(t, r)[0]
	w.Owner(t, `INSERT INTO grant_notice (programme_id, id, case_id, district_id, no, kind, amount, content, sha256) VALUES ($1, gen_random_uuid(), $2, $3, 1, 'award', 9000000, '{}', sha256('{}'))`,
		testdb.Saxony.ID, c.ID, c.DistrictID)
	w.Owner(t, `INSERT INTO payment (programme_id, case_id, district_id, ordinal, due_when, amount) VALUES ($1, $2, $3, 1, 'final', 100)`, testdb.Saxony.ID, c.ID, c.DistrictID)
	for _, table := range []string{"grant_case", "case_event", "calculation", "grant_notice", "payment", "payment_event", "case_duty", "commitment", "budget_year", "grant_run", "payment_export"} {
		for _, a := range []access.Actor{signatory, coordinator, neighbour, testdb.Musterland.Actor(access.CaseOfficer)} {
			if n := w.count(t, a, `SELECT count(*) FROM `+table); n != 0 {
				t.Errorf("%s reads %d rows of %s before the notice", a.Name, n, table)
			}
		}
	}
	two := newWorld(t, 180_000_00)
	_, app := two.applied(t)
	two.mustStep(t, signatory, app, "submitted", Submitted)
	two.mustStep(t, officer, app, "review_begun", InReview)
	if n := two.count(t, signatory, `SELECT count(*) FROM calculation`); n != 0 {
		t.Errorf("the applicant reads %d reckonings of the review", n)
	}
}

// TestAnEventStaysInItsDistrict: what happens to a payment of one district is
// never written into another's.
func TestAnEventStaysInItsDistrict(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	list := w.granted(t)
	w.started(t, list)
	for _, foreign := range []uuid.UUID{testdb.Saxony.Districts[1].ID, testdb.Musterland.Districts[0].ID} {
		if err := w.try(t, officer, `INSERT INTO payment_event (payment_id, case_id, district_id, from_state, to_state) VALUES ($1, $2, $3, 'planned', 'certified')`,
			list[0].ID, list[0].CaseID, foreign); err == nil {
			t.Error("a step was written into another district")
		}
	}
	abroad := testdb.Musterland.Actor(access.CaseOfficer)
	if err := w.try(t, abroad, `INSERT INTO payment_event (programme_id, payment_id, case_id, district_id, from_state, to_state) VALUES ($1, $2, $3, $4, 'planned', 'certified')`,
		testdb.Saxony.ID, list[0].ID, list[0].CaseID, list[0].DistrictID); err == nil {
		t.Error("another programme pays")
	}
	if err := w.try(t, neighbour, `INSERT INTO case_event (case_id, district_id, event, from_state, to_state, amount) VALUES ($1, $2, 'proof_submitted', 'completed', 'proof_submitted', 9000000)`,
		list[0].CaseID, list[0].DistrictID); err == nil {
		t.Error("a neighbour submits the proof")
	}
}

// TestWhatADistrictMayDoToItsApplication and to nobody else's.
func TestWhatADistrictMayDoToItsApplication(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	s, c := w.applied(t)
	const amount, follow = `UPDATE grant_case SET amount = 100 WHERE id = $1`, `UPDATE grant_case SET follow_up = 'x' WHERE id = $1`
	if err := w.try(t, signatory, amount, c.ID); err != nil {
		t.Errorf("a draft: %v", err)
	}
	for name, try := range map[string]struct {
		who access.Actor
		sql string
	}{
		"the follow-up":          {signatory, follow},
		"the officer":            {signatory, `UPDATE grant_case SET officer_id = (SELECT id FROM person LIMIT 1) WHERE id = $1`},
		"another's amount":       {neighbour, amount},
		"the ministry's":         {officer, amount},
		"approved by itself":     {signatory, `INSERT INTO case_event (case_id, district_id, event, from_state, to_state, amount) SELECT id, district_id, 'approved', 'draft', 'approved', amount FROM grant_case WHERE id = $1`},
		"from a forged state":    {signatory, `INSERT INTO case_event (case_id, district_id, event, from_state, to_state, amount) SELECT id, district_id, 'started', 'final', 'running', amount FROM grant_case WHERE id = $1`},
		"received years ago":     {signatory, `INSERT INTO case_event (case_id, district_id, event, from_state, to_state, amount, on_day) SELECT id, district_id, 'submitted', 'draft', 'submitted', amount, '2020-01-01' FROM grant_case WHERE id = $1`},
		"received in the future": {signatory, `INSERT INTO case_event (case_id, district_id, event, from_state, to_state, amount, on_day) SELECT id, district_id, 'submitted', 'draft', 'submitted', amount, '2099-01-01' FROM grant_case WHERE id = $1`},
		"a reckoning":            {signatory, `INSERT INTO calculation (case_id, district_id, rule, inputs, amount, steps) SELECT id, district_id, 'award', '{}', 100, '[]' FROM grant_case WHERE id = $1`},
		"a blank reason":         {signatory, `INSERT INTO case_event (case_id, district_id, event, from_state, to_state, amount, by_person) SELECT id, district_id, 'submitted', 'draft', 'submitted', amount, NULL FROM grant_case WHERE id = $1`},
	} {
		if err := w.try(t, try.who, try.sql, c.ID); err == nil {
			t.Errorf("%s: done", name)
		}
	}
	w.mustStep(t, signatory, c, "submitted", Submitted)
	if err := w.try(t, officer, `INSERT INTO case_event (case_id, district_id, event, from_state, to_state, amount, reason) SELECT id, district_id, 'returned', 'submitted', 'returned', amount, E' \n' FROM grant_case WHERE id = $1`, c.ID); err == nil {
		t.Error("returned with a blank reason")
	}
	if err := w.try(t, signatory, amount, c.ID); err == nil {
		t.Error("the district changed the amount after its application")
	}
	w.mustStep(t, officer, c, "review_begun", InReview)
	if err := w.try(t, signatory, amount, c.ID); err == nil {
		t.Error("the district changed the amount in the review")
	}
	// New ones.
	const enter = `INSERT INTO grant_case (scheme_id, regime, terms_id, district_id, post_id, budget_id, period, amount%s)
		SELECT c.scheme_id, c.regime, c.terms_id, c.district_id, c.post_id, c.budget_id, $2::daterange, 100%s FROM grant_case c WHERE c.id = $1`
	for name, try := range map[string]struct {
		who           access.Actor
		columns, more string
		period        string
	}{
		"with a number":      {signatory, ", file_year, file_no, file_ref", ", 2020, 7, 'KOMP-2020-0007'", "[2020-01-01,2021-01-01)"},
		"with an officer":    {signatory, ", officer_id", fmt.Sprintf(", '%s'", officer.Person), fmt.Sprintf("[%d-01-01,%d-01-01)", w.year, w.year+1)},
		"of another year":    {officer, "", "", "[2023-01-01,2024-01-01)"},
		"before its terms":   {officer, "", "", "[2021-01-01,2022-01-01)"},
		"of another regime":  {signatory, ", run_id", ", gen_random_uuid()", "[2023-01-01,2024-01-01)"},
		"another's district": {neighbour, "", "", "[2023-01-01,2024-01-01)"},
	} {
		if err := w.try(t, try.who, fmt.Sprintf(enter, try.columns, try.more), c.ID, try.period); err == nil {
			t.Errorf("entered a case %s", name)
		}
	}
	for _, sql := range []string{`SELECT next_file_numbers($1, 2026, 9999)`, `SELECT take_duty(current_programme(), $1, 'payer')`, `INSERT INTO grant_counter (scheme_id, year, last) VALUES ($1, 2026, 5)`} {
		if err := w.try(t, signatory, sql, s.ID); err == nil {
			t.Errorf("%s was done", sql)
		}
	}
}

// TestAnApplicantDoesNotDecide: who applied for the district takes no part in
// the ministry's decision, in whatever role (§ 20 VwVfG).
func TestAnApplicantDoesNotDecide(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	_, c := w.applied(t)
	w.mustStep(t, signatory, c, "submitted", Submitted)
	w.Owner(t, `INSERT INTO role_assignment (programme_id, person_id, role, valid) VALUES ($1, $2, 'case_officer', '[2018-01-01,)')`, testdb.Saxony.ID, signatory.Person)
	both := signatory
	both.Grants = append([]access.Grant{{Role: access.CaseOfficer}}, signatory.Grants...)
	err := w.step(t, both, c, "review_begun", InReview)
	if text, _ := fault.AsText(err); text.Key != "grant.error.second_person" {
		t.Errorf("the applicant reviews: %v", err)
	}
	w.mustStep(t, officer, c, "review_begun", InReview)
}

// TestAFileHoldsWhatGoesOut: no payment hides behind an older file, no file
// says another sum.
func TestAFileHoldsWhatGoesOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	list := w.granted(t)
	w.started(t, list)
	if err := errors.Join(w.pay(t, officer, Certified, "", list[0], list[3]), w.pay(t, treasurer, Ordered, "", list[0])); err != nil {
		t.Fatal(err)
	}
	form := uuid.New()
	if err := w.do(t, cashier, access.ExportPayments, func(ctx context.Context, tx *db.Tx) error { return Export(ctx, tx, form) }); err != nil {
		t.Fatal(err)
	}
	if err := w.pay(t, treasurer, Ordered, "", list[3]); err != nil {
		t.Fatal(err)
	}
	const out = `INSERT INTO payment_event (payment_id, case_id, district_id, from_state, to_state, export_id) VALUES ($1, $2, $3, 'ordered', 'exported', $4)`
	if err := w.try(t, cashier, out, list[3].ID, list[3].CaseID, list[3].DistrictID, form); err == nil {
		t.Error("went out with a file that was made before")
	}
	if err := w.try(t, cashier, out, list[0].ID, list[0].CaseID, list[0].DistrictID, form); err == nil {
		t.Error("went out twice")
	}
	sum := sha256.Sum256([]byte("x"))
	const file = `INSERT INTO payment_export (id, no, payments, total, file, sha256) VALUES ($1, $2, 1, 3600000, 'x', $3)`
	if err := w.try(t, press, file, uuid.New(), 2, sum[:]); err == nil {
		t.Error("a file of nothing was made")
	}
	for name, try := range map[string]struct{ no, total int }{"another number": {9, 36_000_00}, "another sum": {2, 1}} {
		err := w.Try(t, cashier, access.ExportPayments, func(ctx context.Context, tx *db.Tx) error {
			id := uuid.New()
			_, err := tx.Exec(ctx, `INSERT INTO payment_export (id, no, payments, total, file, sha256) VALUES ($1, $2, 1, $3, 'x', $4)`, id, try.no, try.total, sum[:])
			if err == nil {
				_, err = tx.Exec(ctx, out, list[3].ID, list[3].CaseID, list[3].DistrictID, id)
			}
			return err
		})
		if err == nil {
			t.Errorf("a file with %s", name)
		}
	}
}

// TestAHearingStopsItsOwnPaymentsOnly: the others go out, and its own can be
// taken back.
func TestAHearingStopsItsOwnPaymentsOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	list := w.granted(t)
	w.started(t, list)
	if err := errors.Join(w.pay(t, officer, Certified, "", list[0], list[3]), w.pay(t, treasurer, Ordered, "", list[0], list[3])); err != nil {
		t.Fatal(err)
	}
	w.heard(t, list[0].CaseID, NewHearing{})
	if err := w.do(t, cashier, access.ExportPayments, func(ctx context.Context, tx *db.Tx) error { return Export(ctx, tx, uuid.New()) }); err != nil {
		t.Errorf("a hearing in one case stops another's payment: %v", err)
	}
	if got := w.count(t, officer, `SELECT count(*) FROM payment WHERE state = 'exported' AND case_id = $1`, list[3].CaseID); got != 1 {
		t.Errorf("%d payments went out", got)
	}
	if err := w.pay(t, treasurer, Planned, "Anhörung", list[0]); err != nil {
		t.Errorf("taken back: %v", err)
	}
}
