package grant

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
	"rundertisch/internal/post"
	"rundertisch/internal/sample"
	"rundertisch/internal/testdb"
)

var (
	officer   = testdb.Saxony.Actor(access.CaseOfficer)
	approver  = testdb.Saxony.Actor(access.Approver)
	treasurer = testdb.Saxony.Actor(access.BudgetOfficer)
	cashier   = testdb.Saxony.Actor(access.Cashier)
	signatory = testdb.Saxony.Actor(access.Signatory)
)

// world is a lump-sum scheme, two posts of which one is held, and a title.
type world struct {
	*testdb.Instance
	scheme Scheme
	terms  Terms
	budget Budget
	year   int
}

func lumpSum() Terms {
	return Terms{
		ID: uuid.New(), ValidFrom: on("2022-01-01"), Name: "Pauschalenverordnung", Paragraph: "§ 3", GrantingBody: "Förderbank",
		Purpose: "Regionale Koordination der Gesundheitsversorgung", Eligible: "Personal- und Sachausgaben", Earmarking: "Drei Jahre für IT",
		Conditions: "ANBest-K gelten.\nAuf die Förderung ist hinzuweisen.", Remedy: "Gegen diesen Bescheid kann Widerspruch erhoben werden.",
		Cap: 90_000_00, Financing: Fixed, ProRata: ByDay, Plan: vvk, MinPartial: 10_000_00, ProofMonths: 12, CheckMonths: 1, DeMinimis: smallDifferences,
		InterestMargin: 500, InterestFloor: 250_00, YearDays: 365, ReportShare: 75, ReportAmount: 10_000_00, ReductionFloor: 500_00, Sampling: 500,
		Publicity: true, RemedyMonths: 1, RevocationMonths: 12, HearingWeeks: 4, AlarmMonths: []int{9, 11}, RepaymentWeeks: 4,
	}
}

func newWorld(t *testing.T, appropriation money.Cents) world {
	t.Helper()
	w := world{Instance: testdb.DB(t), scheme: Scheme{ID: uuid.New(), Kind: LumpSum, Name: "Pauschale", FilePrefix: "KOMP"}, terms: lumpSum()}
	w.year = calendar.Of(w.Now()).Year()
	w.terms.SchemeID = w.scheme.ID
	w.budget = Budget{ID: uuid.New(), Title: "08 03 633 60", Name: "Pauschalen", Year: w.year, Appropriation: appropriation}
	held := sample.Post(t, w.Instance, testdb.Saxony, testdb.Saxony.Districts[0])
	other := sample.Post(t, w.Instance, testdb.Saxony, testdb.Saxony.Districts[1])
	for _, p := range []post.Post{held, other} {
		for _, s := range []post.NewState{
			sample.State(t, post.Interest, "2020-01-01"), sample.State(t, post.Planned, "2020-02-01"), sample.State(t, post.Advertised, "2020-03-01"),
			sample.State(t, post.Filled, "2020-04-01", func(n *post.NewState) { h := sample.Holder(); n.Holder = &h }),
		} {
			w.MustWrite(t, testdb.Saxony.System(), access.SetPostState, func(ctx context.Context, tx *db.Tx) error { return post.SetState(ctx, tx, p, s) })
		}
	}
	w.MustWrite(t, testdb.Saxony.System(), access.Seed, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO funding_scheme (id, kind, name, file_prefix) VALUES ($1, $2, $3, $4)`, w.scheme.ID, w.scheme.Kind, w.scheme.Name, w.scheme.FilePrefix)
		return err
	})
	w.MustWrite(t, officer, access.KeepSchemes, func(ctx context.Context, tx *db.Tx) error { return AdoptTerms(ctx, tx, w.terms) })
	w.MustWrite(t, treasurer, access.KeepBudget, func(ctx context.Context, tx *db.Tx) error { return AddBudget(ctx, tx, w.budget) })
	return w
}

func (w world) do(t *testing.T, a access.Actor, act access.Action, fn func(ctx context.Context, tx *db.Tx) error) error {
	t.Helper()
	ctx := testdb.As(t.Context(), a)
	return w.Write(ctx, act, func(tx *db.Tx) error { return fn(ctx, tx) })
}

// run drafts all cases of the year.
func (w world) run(t *testing.T) Run {
	t.Helper()
	r := Run{ID: uuid.New(), SchemeID: w.scheme.ID, Year: w.year, BudgetID: w.budget.ID}
	w.MustWrite(t, officer, access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error { return Begin(ctx, tx, r) })
	w.MustWrite(t, officer, access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error {
		left, err := Prepare(ctx, tx, r.ID)
		if left != 0 {
			t.Errorf("left = %d", left)
		}
		return err
	})
	return r
}

func (w world) cases(t *testing.T, r Run) (list []Case) {
	t.Helper()
	w.MustRead(t, officer, access.ReadGrants, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = RunCases(ctx, tx, r.ID)
		return err
	})
	return list
}

func (w world) all(t *testing.T, a access.Actor, r Run, event string) (int, []Offence, error) {
	t.Helper()
	var done int
	var offences []Offence
	err := w.do(t, a, access.StepGrant, func(ctx context.Context, tx *db.Tx) (err error) {
		done, offences, err = TakeAll(ctx, tx, r.ID, uuid.New(), event)
		return err
	})
	return done, offences, err
}

func TestARunFromDraftToNotice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	r := w.run(t)
	cases := w.cases(t, r)
	if len(cases) != 2 || cases[0].State != Draft || cases[0].Amount != 90_000_00 || cases[0].FileRef != fmt.Sprintf("KOMP-%d-0001", w.year) || cases[1].FileRef != fmt.Sprintf("KOMP-%d-0002", w.year) {
		t.Fatalf("drafts = %+v", cases)
	}
	// Continued, it drafts nothing twice.
	w.MustWrite(t, officer, access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error {
		_, err := Prepare(ctx, tx, r.ID)
		return err
	})
	if n := len(w.cases(t, r)); n != 2 {
		t.Errorf("%d cases after a second go", n)
	}
	if _, _, err := w.all(t, approver, r, "approved"); err == nil {
		t.Error("drafts were approved")
	}
	if n, _, err := w.all(t, officer, r, "recommended"); n != 2 || err != nil {
		t.Fatalf("recommend: %d, %v", n, err)
	}
	if _, offences, _ := w.all(t, approver, r, "approved"); len(offences) != 2 || offences[0].Text.Key != "grant.error.funds" {
		t.Errorf("approved without a check of the funds: %+v", offences)
	}
	if n, _, err := w.all(t, treasurer, r, "funds_checked"); n != 2 || err != nil {
		t.Fatalf("check funds: %d, %v", n, err)
	}
	if n, _, err := w.all(t, approver, r, "approved"); n != 2 || err != nil {
		t.Fatalf("approve: %d, %v", n, err)
	}
	w.MustWrite(t, officer, access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error {
		n, err := IssueAll(ctx, tx, r.ID, uuid.New())
		if n != 2 {
			t.Errorf("%d notices", n)
		}
		return err
	})
	w.MustRead(t, signatory, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		own, err := ByID(ctx, tx, cases[0].ID)
		if err != nil || own.State != Granted {
			t.Errorf("the district's own case = %+v, %v", own, err)
		}
		notices, err := Notices(ctx, tx, own.ID)
		if err != nil || len(notices) != 1 || len(notices[0].Content.Payouts) != 3 || notices[0].Content.Payouts[2].Amount != 9_000_00 {
			t.Errorf("notices = %+v, %v", notices, err)
		}
		calcs, err := Calculations(ctx, tx, own.ID)
		if err != nil || len(calcs) != 2 {
			t.Errorf("calculations = %+v, %v", calcs, err)
		}
		for _, c := range calcs {
			if again, err := c.Again(); err != nil || again.Amount != c.Amount || len(again.Steps) != len(c.Steps) {
				t.Errorf("%s again = %+v, %v", c.Rule, again, err)
			}
		}
		if _, err := ByID(ctx, tx, cases[1].ID); !errors.Is(err, fault.NotFound) && err == nil {
			t.Error("a district sees another's case")
		}
		return nil
	})
	w.MustRead(t, treasurer, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		b, err := BudgetByID(ctx, tx, w.budget.ID)
		if b.Committed != 180_000_00 || b.Rest() != 0 {
			t.Errorf("budget = %+v", b)
		}
		return err
	})
}

func TestNobodyApprovesWhatHePrepared(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	r := w.run(t)
	both := officer
	both.Grants = append([]access.Grant{{Role: access.Approver}, {Role: access.BudgetOfficer}}, officer.Grants...)
	w.Owner(t, `INSERT INTO role_assignment (programme_id, person_id, role, valid) VALUES ($1, $2, 'approver', '[2018-01-01,)'), ($1, $2, 'budget_officer', '[2018-01-01,)')`,
		testdb.Saxony.ID, officer.Person)
	if _, _, err := w.all(t, officer, r, "recommended"); err != nil {
		t.Fatal(err)
	}
	if _, offences, err := w.all(t, both, r, "funds_checked"); err != nil || len(offences) != 2 || offences[0].Text.Key != "grant.error.second_person" {
		t.Errorf("the officer checks the funds: %+v, %v", offences, err)
	}
	if _, _, err := w.all(t, treasurer, r, "funds_checked"); err != nil {
		t.Fatal(err)
	}
	c := w.cases(t, r)[0]
	err := w.do(t, both, access.StepGrant, func(ctx context.Context, tx *db.Tx) error {
		return Take(ctx, tx, c.ID, Act{ID: uuid.New(), Event: "approved", To: Approved})
	})
	if text, _ := fault.AsText(err); !errors.Is(err, fault.Forbidden) || text.Key != "grant.error.second_person" {
		t.Errorf("the officer approves in another role: %v", err)
	}
	// Without the role, the database refuses as well.
	err = w.do(t, cashier, access.StepGrant, func(ctx context.Context, tx *db.Tx) error {
		return Take(ctx, tx, c.ID, Act{ID: uuid.New(), Event: "approved", To: Approved})
	})
	if err == nil {
		t.Error("the cashier approves")
	}
}

func TestTheTitleIsNeverOverdrawn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 100_000_00)
	r := w.run(t)
	if _, _, err := w.all(t, officer, r, "recommended"); err != nil {
		t.Fatal(err)
	}
	_, _, err := w.all(t, treasurer, r, "funds_checked")
	if text, _ := fault.AsText(err); text.Key != "grant.error.budget" || text.Args[1] != "80.000,00\u00a0€" {
		t.Errorf("two cases of 90,000 on 100,000: %v", err)
	}
	cases := w.cases(t, r)
	for _, c := range cases {
		if err := w.do(t, treasurer, access.StepGrant, func(ctx context.Context, tx *db.Tx) error {
			return Take(ctx, tx, c.ID, Act{ID: uuid.New(), Event: "funds_checked", To: Recommended})
		}); err != nil {
			t.Fatal(err)
		}
	}
	// Both approved at once: exactly one gets the money.
	results := make(chan error, 2)
	for _, c := range cases {
		go func() {
			results <- w.do(t, approver, access.StepGrant, func(ctx context.Context, tx *db.Tx) error {
				return Take(ctx, tx, c.ID, Act{ID: uuid.New(), Event: "approved", To: Approved})
			})
		}()
	}
	a, b := <-results, <-results
	if (a == nil) == (b == nil) {
		t.Errorf("approved at once: %v, %v; want exactly one", a, b)
	}
}

func TestAStepHappensOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	c := w.cases(t, w.run(t))[0]
	act := Act{ID: uuid.New(), Event: "recommended", To: Recommended}
	take := func() error {
		return w.do(t, officer, access.StepGrant, func(ctx context.Context, tx *db.Tx) error { return Take(ctx, tx, c.ID, act) })
	}
	if err := take(); err != nil {
		t.Fatal(err)
	}
	if err := take(); !errors.Is(err, fact.ErrRepeated) {
		t.Errorf("the same form again: %v", err)
	}
	act.ID = uuid.New()
	if err := take(); !errors.Is(err, fault.Conflict) {
		t.Errorf("recommended twice: %v", err)
	}
	err := w.do(t, approver, access.StepGrant, func(ctx context.Context, tx *db.Tx) error {
		return Take(ctx, tx, c.ID, Act{ID: uuid.New(), Event: "sent_back", To: Draft})
	})
	if f, ok := fault.AsFields(err); !ok || f["reason"].Key != "field.missing" {
		t.Errorf("sent back without a reason: %v", err)
	}
}

// TestAmountsAreFixed: after the recommendation no statement of the app changes
// an amount, a state or what was recorded.
func TestAmountsAreFixed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	r := w.run(t)
	c := w.cases(t, r)[0]
	if _, _, err := w.all(t, officer, r, "recommended"); err != nil {
		t.Fatal(err)
	}
	for name, sql := range map[string]string{
		"the amount":     `UPDATE grant_case SET amount = 1 WHERE id = $1`,
		"the state":      `UPDATE grant_case SET state = 'approved' WHERE id = $1`,
		"what was paid":  `UPDATE grant_case SET paid = 1 WHERE id = $1`,
		"a step":         `UPDATE case_event SET reason = 'x' WHERE case_id = $1`,
		"a duty":         `DELETE FROM case_duty WHERE case_id = $1`,
		"a duty, added":  `INSERT INTO case_duty (case_id, person_id, duty) SELECT $1, id, 'payer' FROM person LIMIT 1`,
		"a commitment":   `INSERT INTO commitment (case_id, budget_id, amount) SELECT $1, budget_id, 1 FROM grant_case LIMIT 1`,
		"an explanation": `UPDATE calculation SET amount = 1 WHERE case_id = $1`,
	} {
		err := w.do(t, officer, access.StepGrant, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, sql, c.ID)
			return err
		})
		if err == nil {
			t.Errorf("%s can be changed", name)
		}
	}
}
