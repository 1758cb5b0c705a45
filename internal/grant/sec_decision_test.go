package grant

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/inbox"
	"rundertisch/internal/money"
	"rundertisch/internal/testdb"
)

// TestADistrictLearnsOfADecisionByItsNotice: until then neither the state, the
// amount, the step, its reckoning nor a message tells it.
func TestADistrictLearnsOfADecisionByItsNotice(t *testing.T) {
	t.Parallel()
	const secret = `SELECT count(*) FROM case_event WHERE event = ANY ('{rejected,amended,partly_revoked,revoked}')`
	t.Run("rejection", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, 180_000_00)
		_, c := w.applied(t)
		w.mustStep(t, signatory, c, "submitted", Submitted)
		w.mustStep(t, officer, c, "review_begun", InReview)
		w.MustWrite(t, officer, access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error { return Recognise(ctx, tx, c.ID, 50_000_00) })
		if got := w.caseOf(t, signatory, c.ID).Amount; got != 90_000_00 {
			t.Errorf("during the review the applicant reads %s", got)
		}
		if got := w.caseOf(t, officer, c.ID).Amount; got == 90_000_00 {
			t.Error("the officer reads what was applied for, not what he reckoned")
		}
		w.mustStep(t, approver, c, "rejected", Rejected)
		if got := w.caseOf(t, signatory, c.ID).State; got != InReview {
			t.Errorf("the applicant reads %q before the notice", got)
		}
		if n := w.count(t, signatory, secret); n != 0 {
			t.Error("the applicant reads the step and its reason")
		}
		w.MustRead(t, signatory, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
			page, err := List(ctx, tx, Query{State: Rejected}, Cursor{})
			if len(page.Rows) != 0 {
				t.Error("the filter finds it")
			}
			return err
		})
		w.tell(t)
		w.wantTold(t, "before the notice", signatory, inbox.GrantNews, 0)
		if err := w.give(t, officer, c.ID, Giving{}); err != nil {
			t.Fatal(err)
		}
		w.tell(t)
		w.wantTold(t, "after the notice", signatory, inbox.GrantNews, 1)
		if got := w.caseOf(t, signatory, c.ID).State; got != Rejected || w.count(t, signatory, secret) != 1 {
			t.Errorf("after the notice: %q", got)
		}
	})
	t.Run("amendment", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, 180_000_00)
		list := w.granted(t)
		w.started(t, list)
		id := list[0].CaseID
		calcs := w.count(t, signatory, `SELECT count(*) FROM calculation`)
		if err := w.amend(t, id, 80_000_00); err != nil {
			t.Fatal(err)
		}
		if n := w.count(t, signatory, secret); n != 0 {
			t.Error("the district reads the step")
		}
		if n := w.count(t, signatory, `SELECT count(*) FROM calculation`); n != calcs {
			t.Errorf("the district reads %d reckonings of the decision", n-calcs)
		}
		if err := w.give(t, officer, id, Giving{}); err != nil {
			t.Fatal(err)
		}
		if w.count(t, signatory, secret) != 1 || w.count(t, signatory, `SELECT count(*) FROM calculation`) <= calcs {
			t.Error("after the notice the district does not read them")
		}
	})
	t.Run("revocation", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, 180_000_00)
		list := w.granted(t)
		w.started(t, list)
		id := list[0].CaseID
		w.heard(t, id, NewHearing{})
		calcs := w.count(t, signatory, `SELECT count(*) FROM calculation`)
		if err := w.revoke(t, approver, id, Decision{Left: 40_000_00}); err != nil {
			t.Fatal(err)
		}
		if got := w.caseOf(t, signatory, id).State; got != Hearing {
			t.Errorf("the district reads %q before the notice", got)
		}
		if n := w.count(t, signatory, secret) + w.count(t, signatory, `SELECT count(*) FROM revocation`) + w.count(t, signatory, `SELECT count(*) FROM calculation`) - calcs; n != 0 {
			t.Errorf("the district reads %d rows of the decision", n)
		}
		if w.count(t, officer, `SELECT count(*) FROM revocation`) != 1 || w.caseOf(t, officer, id).State != PartlyRevoked {
			t.Error("the officer does not read it")
		}
		if err := w.give(t, officer, id, Giving{}); err != nil {
			t.Fatal(err)
		}
		if got := w.caseOf(t, signatory, id).State; got != PartlyRevoked || w.count(t, signatory, `SELECT count(*) FROM revocation`) != 1 {
			t.Errorf("after the notice: %q", got)
		}
	})
}

func (w world) amend(t *testing.T, caseID uuid.UUID, amount money.Cents) error {
	t.Helper()
	return w.do(t, approver, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		return Amend(ctx, tx, caseID, Amending{ID: uuid.New(), Amount: amount, Reason: "Weniger Ausgaben"})
	})
}

// TestADraftIsTheDistricts: the ministry does not read what an application asks
// for before it is sent in.
func TestADraftIsTheDistricts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	_, c := w.applied(t)
	if got := w.caseOf(t, officer, c.ID).Amount; got != 0 {
		t.Errorf("the officer reads %s in a draft", got)
	}
	if got := w.caseOf(t, signatory, c.ID).Amount; got != 90_000_00 {
		t.Errorf("the district reads %s", got)
	}
	w.MustRead(t, signatory, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		page, err := List(ctx, tx, Query{Due: true}, Cursor{})
		if len(page.Rows) != 1 {
			t.Error("the district can tell by the filter when the officer looks again")
		}
		return err
	})
	w.mustStep(t, signatory, c, "submitted", Submitted)
	if got := w.caseOf(t, officer, c.ID).Amount; got != 90_000_00 {
		t.Errorf("the officer reads %s in what was received", got)
	}
}

// TestNothingIsPaidBeyondAnAmendment that was decided and waits for its notice;
// else the notice could never be given.
func TestNothingIsPaidBeyondAnAmendment(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	list := w.granted(t)
	w.started(t, list)
	id := list[0].CaseID
	if err := w.amend(t, id, 20_000_00); err != nil {
		t.Fatal(err)
	}
	if err := w.pay(t, officer, Certified, "", list[0]); err == nil {
		t.Error("36,000 were certified although 20,000 are decided")
	}
	if err := w.pay(t, officer, Certified, "", list[3]); err != nil {
		t.Errorf("another case: %v", err)
	}
	if err := w.give(t, officer, id, Giving{}); err != nil {
		t.Errorf("the notice: %v", err)
	}
	// Decided and certified at once: one wins, and the notice can be given.
	other := list[3].CaseID
	if err := w.pay(t, treasurer, Planned, "Noch einmal", list[3]); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	var errs [2]error
	wait.Go(func() { errs[0] = w.amend(t, other, 20_000_00) })
	wait.Go(func() { errs[1] = w.pay(t, officer, Certified, "", list[3]) })
	wait.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("decided: %v, certified: %v; want one of them", errs[0], errs[1])
	}
	if err := w.try(t, approver, `INSERT INTO case_event (case_id, district_id, event, from_state, to_state, amount, reason)
		SELECT id, district_id, 'amended', 'running', 'running', greatest(paid, 2) - 1, 'x' FROM grant_case WHERE id = $1 AND paid > 0`, other); err == nil {
		t.Error("amended below what is on its way")
	}
}

// TestNoPaperWithoutItsStep: a paper is not filed under the step of something
// else, and each kind has its own.
func TestNoPaperWithoutItsStep(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	list := w.granted(t)
	w.started(t, list)
	a, b := list[0].CaseID, list[3].CaseID
	const event = `(SELECT e.id FROM case_event e WHERE e.case_id = '%s' AND e.event = 'started')`
	for name, of := range map[string]uuid.UUID{"of another step": a, "of another case": b} {
		if err := w.try(t, officer, `INSERT INTO hearing (id, case_id, district_id, ground, facts_known_on, reply_due_on, amount)
			SELECT `+fmt.Sprintf(event, of)+`, id, district_id, 'misuse', current_today(), current_today() + 28, 100 FROM grant_case WHERE id = $1`, a); err == nil {
			t.Errorf("a hearing with the id %s", name)
		}
	}
	w.heard(t, a, NewHearing{})
	if err := w.try(t, approver, `INSERT INTO revocation (id, case_id, district_id, hearing_id, kind, effective_on)
		SELECT `+fmt.Sprintf(event, b)+`, c.id, c.district_id, h.id, 'revoked', current_today() FROM grant_case c JOIN hearing h ON h.case_id = c.id WHERE c.id = $1`, a); err == nil {
		t.Error("a revocation with the id of another case's step")
	}
	two := newWorld(t, 180_000_00)
	c := two.ended(t)
	seal := func(what string) error {
		return two.Try(t, signatory, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO grant_proof (id, case_id, district_id, no, kind, period, content, sha256)
			SELECT gen_random_uuid(), c.id, c.district_id, 1, 'final', c.period, d.b, sha256(d.b) FROM grant_case c,
				LATERAL (SELECT convert_to((jsonb_build_object('file_ref', c.file_ref, 'kind', 'final', 'granted', c.amount, 'narrative', '[1]'::jsonb, 'actual', '[{"kind":"staff","amount":1}]'::jsonb,
					'confirmed', '["books","necessary","publicity"]'::jsonb, 'paid', c.paid, 'due', (upper(c.period) - 1 + interval '12 months')::date) || $2::jsonb)::text, 'UTF8') AS b) AS d WHERE c.id = $1`, c.ID, what)
			return err
		})
	}
	if err := seal(`{}`); db.Constraint(err) != "paper_has_event" {
		t.Errorf("a proof that was never submitted: %v", err)
	}
	for _, what := range []string{`{"paid": 0.5}`, `{"paid": 1}`, `{"due": "2099-01-01"}`, `{"plan": [{"kind": "staff", "amount": 1}]}`, `{"granted": 1}`} {
		if err := seal(what); err == nil || db.Constraint(err) == "paper_has_event" {
			t.Errorf("a proof that says %s: %v", what, err)
		}
	}
}

// TestWhoWritesRulesAndReckonings: of the ministry only whose task it is.
func TestWhoWritesRulesAndReckonings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	list := w.granted(t)
	w.started(t, list)
	id := list[0].CaseID
	lead := testdb.Saxony.Actor(access.Lead)
	columns := `programme_id, id, scheme_id, valid_from, name, paragraph, granting_body, purpose, eligible, earmarking, conditions, remedy, cap, rate, own_share, financing, pro_rata, plan,
		min_partial, min_binds_last, proof_months, check_months, de_minimis, interest_margin, interest_floor, year_days, report_share, report_amount, reduction_floor, sampling, remedy_months, revocation_months, hearing_weeks`
	reckon := func(rule Rule) string {
		return fmt.Sprintf(`INSERT INTO calculation (case_id, district_id, rule, inputs, amount, steps) SELECT id, district_id, '%s', '{}', 1, '[]' FROM grant_case WHERE id = $1`, rule)
	}
	for name, try := range map[string]struct {
		sql string
		who []access.Actor // to be refused
		may access.Actor
	}{
		"terms": {`INSERT INTO scheme_terms (` + columns + `) SELECT ` + `programme_id, gen_random_uuid(), scheme_id, valid_from + 1, name, paragraph, granting_body, purpose, eligible, earmarking, conditions, remedy, 1, rate, own_share, financing, pro_rata, plan,
			min_partial, min_binds_last, proof_months, check_months, de_minimis, interest_margin, interest_floor, year_days, report_share, report_amount, reduction_floor, sampling, remedy_months, revocation_months, hearing_weeks
			FROM scheme_terms WHERE id = (SELECT terms_id FROM grant_case WHERE id = $1)`, []access.Actor{press, lead, approver, treasurer, cashier}, officer},
		"withdrawn terms": {`UPDATE scheme_terms SET withdrawn_at = now() WHERE id = (SELECT terms_id FROM grant_case WHERE id = $1)`, []access.Actor{press, lead, cashier}, officer},
		"a rate":          {`INSERT INTO base_rate (valid_from, rate) SELECT '2001-01-01', 3000 WHERE $1::uuid IS NOT NULL`, []access.Actor{press, lead, approver}, officer},
		"a title":         {`INSERT INTO budget_year (title, name, year, appropriation) SELECT 'X', 'X', 2031, 1 WHERE $1::uuid IS NOT NULL`, []access.Actor{press, lead, officer, approver}, treasurer},
		"more of a title": {`UPDATE budget_year SET appropriation = appropriation + 1 WHERE id = (SELECT budget_id FROM grant_case WHERE id = $1)`, []access.Actor{press, lead, officer, approver}, treasurer},
		"what is public":  {`INSERT INTO transparency_rule (valid_from, paragraph, from_amount, recipient_from, years) SELECT '2001-01-01', 'x', 1, 1, 30 WHERE $1::uuid IS NOT NULL`, []access.Actor{press, lead, approver, cashier}, officer},
		"an award":        {reckon(RuleAward), []access.Actor{press, lead, cashier, treasurer}, officer},
		"a difference":    {reckon(RuleDeMinimis), []access.Actor{press, lead, cashier, officer}, approver},
		"interest":        {reckon(RuleInterest), []access.Actor{press, lead, officer, approver}, cashier},
		"a follow-up":     {`UPDATE grant_case SET follow_up = 'x', follow_up_on = current_today() WHERE id = $1`, []access.Actor{press, lead, cashier}, officer},
		"a sample":        {`INSERT INTO sample_draw (id, scheme_id, year, seed, inputs) SELECT gen_random_uuid(), scheme_id, 2024, 1, '{}' FROM grant_case WHERE id = $1`, []access.Actor{press, lead, approver, cashier}, officer},
		"an answer":       {`INSERT INTO payment_answer (id, file_name, file, sha256, row_count) SELECT gen_random_uuid(), 'x', 'x', sha256('x'), 1 WHERE $1::uuid IS NOT NULL`, []access.Actor{press, lead, officer, treasurer}, cashier},
		"a list of cases": {`INSERT INTO case_import (id, file_name, file, sha256, row_count) SELECT gen_random_uuid(), 'x', 'x', sha256('x'), 1 WHERE $1::uuid IS NOT NULL`, []access.Actor{press, lead, cashier, treasurer}, officer},
	} {
		for _, a := range try.who {
			if err := w.try(t, a, try.sql, id); err == nil || db.Constraint(err) != "" {
				t.Errorf("%s wrote %s", a.Name, name)
			}
		}
		if try.may.Name != "" {
			if err := w.try(t, try.may, try.sql, id); err != nil {
				t.Errorf("%s does not write %s: %v", try.may.Name, name, err)
			}
		}
	}
}

// TestReceiptsNeverFallBelowZero: a correction between two days leaves no day on
// which less than nothing had come.
func TestReceiptsNeverFallBelowZero(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	c := w.settled(t, w.today().AddDays(-100))
	w.heard(t, c.ID, NewHearing{Amount: 60_000_00})
	if err := errors.Join(w.revoke(t, approver, c.ID, Decision{Left: 40_000_00, EffectiveOn: w.today()}), w.give(t, officer, c.ID, Giving{})); err != nil {
		t.Fatal(err)
	}
	w.Owner(t, `ALTER TABLE repayment DISABLE TRIGGER append_only; UPDATE repayment SET interest_from = current_date - 90`)
	book := func(days int, amount money.Cents) error {
		return w.bookReceipt(t, cashier, c.ID, Booking{ReceivedOn: w.today().AddDays(days), Amount: amount, Reason: "Berichtigung"})
	}
	if err := errors.Join(book(-30, 100_00), book(-10, -100_00)); err != nil {
		t.Fatal(err)
	}
	if err := book(-20, -50_00); err == nil {
		t.Error("fifty euros less than nothing came")
	}
	if err := book(-40, 50_00); err != nil {
		t.Errorf("an earlier receipt: %v", err)
	}
	if err := book(-20, -50_00); err != nil {
		t.Errorf("a correction of it: %v", err)
	}
}

// TestLinesJoinTheirPlanOnly: who began before a plan was made adds nothing to
// it afterwards.
func TestLinesJoinTheirPlanOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	_, c := w.applied(t)
	err := w.do(t, signatory, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT FROM grant_case`); err != nil { // begins
			return err
		}
		w.mustStep(t, signatory, c, "submitted", Submitted) // in another transaction, meanwhile
		_, err := tx.Exec(ctx, `INSERT INTO plan_line (plan_id, kind, amount) SELECT id, 'travel', 100 FROM financing_plan WHERE case_id = $1`, c.ID)
		return err
	})
	if err == nil {
		t.Error("a line was added to a plan that had been checked")
	}
	if err := w.try(t, signatory, `INSERT INTO application_receipt (id, case_id, district_id, no, content, sha256)
		SELECT gen_random_uuid(), case_id, district_id, 2, content, sha256 FROM application_receipt WHERE case_id = $1`, c.ID); err == nil {
		t.Error("received again without a step")
	}
}

// TestADistrictNamesNoTitle: an application is of the title of its terms.
func TestADistrictNamesNoTitle(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	s, _ := w.applied(t)
	other := Budget{ID: uuid.New(), Title: "99 99", Name: "Fremd", Year: w.year, Appropriation: 1_00}
	w.MustWrite(t, treasurer, access.KeepBudget, func(ctx context.Context, tx *db.Tx) error { return AddBudget(ctx, tx, other) })
	w.Owner(t, `ALTER TABLE scheme_terms DISABLE TRIGGER USER; UPDATE scheme_terms SET budget_title = '08 03 633 60'`)
	w.Owner(t, `UPDATE grant_case SET state = 'withdrawn'`)
	err := w.Try(t, signatory, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		var got uuid.UUID
		err := tx.QueryRow(ctx, `INSERT INTO grant_case (scheme_id, regime, terms_id, district_id, post_id, budget_id, period)
			SELECT c.scheme_id, c.regime, c.terms_id, c.district_id, c.post_id, $2, c.period FROM grant_case c WHERE c.scheme_id = $1 RETURNING budget_id`, s.ID, other.ID).Scan(&got)
		if err == nil && got != w.budget.ID {
			t.Error("the application is of another title than its terms say")
		}
		return err
	})
	if err != nil && errors.Is(err, fault.NotFound) {
		t.Log(err)
	}
}

// TestWhoTakesACaseOverHasADuty: entering what was granted elsewhere is the
// officer's act, so that he neither orders nor pays it.
func TestWhoTakesACaseOverHasADuty(t *testing.T) {
	t.Parallel()
	w := old(t)
	w.Owner(t, `INSERT INTO role_assignment (programme_id, person_id, role, valid) VALUES ($1, $2, 'budget_officer', '[2018-01-01,)')`, testdb.Saxony.ID, officer.Person)
	id := uuid.New()
	if err := w.keepCases(t, officer, id, oldHead+ags(0)+";KOMP;1.1.2023;31.12.2023;90.000,00;running;X;1.1.2023\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.enterCases(t, officer, id); err != nil {
		t.Fatal(err)
	}
	if n := w.count(t, officer, `SELECT count(*) FROM case_duty WHERE person_id = $1 AND duty = 'officer'`, officer.Person); n != 1 {
		t.Errorf("%d duties of who took the case over", n)
	}
}
