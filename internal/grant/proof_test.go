package grant

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
	"rundertisch/internal/testdb"
)

// ended is a case of the first district whose period is over.
func (w world) ended(t *testing.T) Case {
	t.Helper()
	payments := w.granted(t)
	w.started(t, payments)
	at := slices.IndexFunc(payments, func(p Payment) bool { return p.DistrictID == testdb.Saxony.Districts[0].ID })
	c := w.caseOf(t, officer, payments[at].CaseID)
	w.mustStep(t, testdb.Saxony.System(), c, "period_ended", Completed)
	return w.caseOf(t, officer, c.ID)
}

func (w world) log(t *testing.T, a access.Actor, edit func(*activity.Input)) uuid.UUID {
	t.Helper()
	in := activity.Input{ID: uuid.New(), Type: activity.Meeting, HappenedOn: calendar.Of(w.Now()), Minutes: 60, Title: "Gespräch mit der Klinik", Visibility: activity.District}
	edit(&in)
	w.MustWrite(t, a, access.LogActivity, func(ctx context.Context, tx *db.Tx) error {
		_, err := activity.Log(ctx, tx, in)
		return err
	})
	return in.ID
}

func (w world) keep(t *testing.T, a access.Actor, c Case, form uuid.UUID, version int, d ProofDraft) error {
	t.Helper()
	return w.do(t, a, access.ApplyForGrant, func(ctx context.Context, tx *db.Tx) error {
		return KeepDraft(ctx, tx, c, Span{FinalProof, c.Period}, form, version, d)
	})
}

func (w world) submit(t *testing.T, a access.Actor, c Case, s Submission) error {
	t.Helper()
	s.Span = Span{FinalProof, c.Period}
	return w.do(t, a, access.StepGrant, func(ctx context.Context, tx *db.Tx) error { return SubmitProof(ctx, tx, c.ID, s) })
}

var everything = []Confirmation{BooksAgree, WasNecessary, PublicityKept}

// TestTheLogWritesTheNarrative: the counts are those of the filtered list, each
// sentence knows its activities, and a later edit is flagged, not taken over.
func TestTheLogWritesTheNarrative(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	c := w.ended(t)
	span := Span{FinalProof, c.Period}
	first := w.log(t, coordinator, func(in *activity.Input) { in.ID, in.Result, in.Field = uuid.UUID{1}, "Termin vereinbart.", "inpatient" })
	second := w.log(t, coordinator, func(in *activity.Input) { in.Type, in.Title = "concept", "Konzept" })
	private := w.log(t, coordinator, func(in *activity.Input) { in.ID, in.Title, in.Visibility = uuid.UUID{2}, "Vertraulich", activity.Own })
	w.log(t, testdb.Saxony.Elsewhere(access.Coordinator), func(*activity.Input) {})

	var narrative []Sentence
	w.MustRead(t, coordinator, access.ReadActivities, func(ctx context.Context, tx *db.Tx) error {
		sums, err := activity.Sums(ctx, tx, LogOf(c, span))
		if err != nil {
			return err
		}
		counted := 0
		for _, one := range sums {
			counted += one.Entries
		}
		told, err := activity.ToldByID(ctx, tx, []uuid.UUID{first, second, private})
		if err != nil {
			return err
		}
		narrative = append(Tally(span, sums), Tell([]activity.Told{told[first], told[private]})...)
		page, err := activity.List(ctx, tx, LogOf(c, span), activity.Cursor{})
		if counted != 2 || page.Count != counted {
			t.Errorf("%d counted, the list has %d, want 2", counted, page.Count)
		}
		return err
	})
	if len(narrative) != 5 || !strings.Contains(narrative[0].Text, "2 Tätigkeiten") || !strings.Contains(narrative[3].Text, "Gespräch mit der Klinik") || !strings.Contains(narrative[3].Text, "Termin vereinbart.") {
		t.Fatalf("narrative = %+v", narrative)
	}
	flags := func(a access.Actor) (found map[uuid.UUID]Flag) {
		t.Helper()
		w.MustRead(t, a, access.ReadActivities, func(ctx context.Context, tx *db.Tx) (err error) {
			found, _, err = Flags(ctx, tx, c, span, narrative)
			return err
		})
		return found
	}
	if f := flags(coordinator); len(f) > 0 {
		t.Errorf("flagged before anything changed: %+v", f)
	}
	if f := flags(signatory); len(f) != 1 || f[narrative[4].ID].Gone != 1 {
		t.Errorf("to the signatory: %+v, want the private one alone", f)
	}
	w.MustWrite(t, coordinator, access.LogActivity, func(ctx context.Context, tx *db.Tx) error {
		return activity.Release(ctx, tx, first, activity.Ministry) // changes nothing that is told
	})
	if f := flags(coordinator); len(f) > 0 {
		t.Errorf("flagged for a release: %+v", f)
	}
	w.MustWrite(t, coordinator, access.LogActivity, func(ctx context.Context, tx *db.Tx) error {
		a, err := activity.ByID(ctx, tx, first)
		if err != nil {
			return err
		}
		in := a.Input()
		in.Result = "Vertrag geschlossen."
		_, err = activity.Change(ctx, tx, first, a.Version, in)
		return err
	})
	w.MustWrite(t, coordinator, access.LogActivity, func(ctx context.Context, tx *db.Tx) error { return activity.Delete(ctx, tx, second) })
	f := flags(coordinator)
	if edited := f[narrative[3].ID]; !strings.Contains(edited.Old, "Termin vereinbart") || !strings.Contains(edited.New, "Vertrag geschlossen") || edited.Since.IsZero() {
		t.Errorf("after the edit: %+v", edited)
	}
	if anew := f[narrative[0].ID]; !strings.Contains(anew.New, "1 Tätigkeit von") {
		t.Errorf("after the deletion: %+v", anew)
	}
	if !strings.Contains(narrative[3].Text, "Termin vereinbart") {
		t.Error("the edit was taken over silently")
	}
	w.MustRead(t, coordinator, access.ReadActivities, func(ctx context.Context, tx *db.Tx) error {
		taken, err := TakeOver(ctx, tx, c, span, narrative, narrative[3].ID)
		if err == nil && (!strings.Contains(taken[3].Text, "Vertrag geschlossen") || taken[3].Sources[0].Hash == narrative[3].Sources[0].Hash) {
			t.Errorf("taken over: %+v", taken[3])
		}
		return err
	})
}

// TestAProofIsSealed: the district drafts for itself, the signatory submits once,
// what the ministry reads is what was sealed and no more.
func TestAProofIsSealed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	c := w.ended(t)
	private := w.log(t, coordinator, func(in *activity.Input) { in.Title, in.Visibility = "zzgeheim", activity.Own })
	d := sampleDraft(c)
	w.MustRead(t, coordinator, access.ReadActivities, func(ctx context.Context, tx *db.Tx) error {
		told, err := activity.ToldByID(ctx, tx, []uuid.UUID{private})
		d.Narrative = append(d.Narrative, Tell([]activity.Told{told[private]})...)
		d.Narrative[1].Text = "Es gab ein weiteres Gespräch."
		return err
	})
	form := uuid.New()
	if err := w.keep(t, coordinator, c, form, 0, d); err != nil {
		t.Fatal(err)
	}
	if err := w.keep(t, coordinator, c, form, 0, d); !errors.Is(err, fact.ErrRepeated) {
		t.Errorf("the same form: %v", err)
	}
	if err := w.keep(t, signatory, c, uuid.New(), 7, d); !errors.Is(err, fault.Stale) {
		t.Errorf("a stale form: %v", err)
	}
	for who, a := range map[string]access.Actor{"the officer": officer, "another district": testdb.Saxony.Elsewhere(access.Coordinator)} {
		if n := w.count(t, a, `SELECT count(*) FROM proof_draft`); n != 0 {
			t.Errorf("%s reads a draft", who)
		}
		if err := w.keep(t, a, c, uuid.New(), 1, d); err == nil {
			t.Errorf("%s writes a draft", who)
		}
	}
	if err := w.step(t, coordinator, c, "proof_submitted", ProofSubmitted); err == nil {
		t.Error("the coordinator submitted")
	}
	err := w.do(t, signatory, access.StepGrant, func(ctx context.Context, tx *db.Tx) error {
		return Take(ctx, tx, c.ID, Act{ID: uuid.New(), Event: "proof_submitted", To: ProofSubmitted})
	})
	if db.Constraint(err) != "proof_sealed" {
		t.Errorf("the step without a proof: %v", err)
	}
	s := Submission{ID: uuid.New(), Version: 1, Confirmed: everything[:2]}
	if _, ok := fault.AsFields(w.submit(t, signatory, c, s)); !ok {
		t.Error("submitted without a confirmation")
	}
	s.Confirmed, s.Version = everything, 2
	if err := w.submit(t, signatory, c, s); !errors.Is(err, fault.Stale) {
		t.Errorf("another draft than was read: %v", err)
	}
	s.Version = 1
	if err := w.submit(t, signatory, c, s); err != nil {
		t.Fatal(err)
	}
	if err := w.submit(t, signatory, c, s); !errors.Is(err, fact.ErrRepeated) {
		t.Errorf("the same form: %v", err)
	}
	w.MustRead(t, officer, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		list, err := Proofs(ctx, tx, c.ID)
		if err != nil || len(list) != 1 {
			t.Fatalf("proofs = %+v, %v", list, err)
		}
		var raw []byte
		if err := tx.QueryRow(ctx, `SELECT content FROM grant_proof WHERE case_id = $1`, c.ID).Scan(&raw); err != nil {
			return err
		}
		if sum := sha256.Sum256(raw); string(sum[:]) != string(list[0].SHA256) {
			t.Error("another hash")
		}
		if strings.Contains(string(raw), "zzgeheim") {
			t.Error("the ministry reads a private activity")
		}
		if len(list[0].Content.Narrative[1].Sources) != 1 || list[0].Content.Reduction.Amount != c.Amount || list[0].By == "" {
			t.Errorf("content = %+v", list[0].Content)
		}
		again, err := list[0].Content.Reduction.Again()
		if err != nil || again.Amount != c.Amount {
			t.Errorf("again = %+v", again)
		}
		told, err := activity.ToldByID(ctx, tx, []uuid.UUID{private})
		if len(told) > 0 {
			t.Error("the officer reads the private activity itself")
		}
		return err
	})
	if n := w.count(t, testdb.Saxony.Elsewhere(access.Signatory), `SELECT count(*) FROM grant_proof`); n != 0 {
		t.Error("another district reads the proof")
	}
	for _, sql := range []string{`UPDATE grant_proof SET no = 9`, `DELETE FROM grant_proof`} {
		if err := w.try(t, testdb.Saxony.System(), sql); err == nil {
			t.Errorf("%s", sql)
		}
	}
	if err := w.keep(t, coordinator, c, uuid.New(), 1, d); !errors.Is(err, fault.Conflict) {
		t.Errorf("written on after it was submitted: %v", err)
	}
}

// TestAProofIsCheckedAndSupplemented with its clock.
func TestAProofIsCheckedAndSupplemented(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	c := w.ended(t)
	if err := w.prove(t, signatory, c.ID); err != nil {
		t.Fatal(err)
	}
	due := func(a access.Actor) []ProofDue {
		t.Helper()
		var s Standing
		w.MustRead(t, a, access.ReadGrants, func(ctx context.Context, tx *db.Tx) (err error) {
			s, err = StandingOf(ctx, tx, c.ID)
			return err
		})
		return s.Due
	}
	today := calendar.Of(w.Now())
	if d := due(officer); len(d) != 1 || d[0].Task != CheckProof || d[0].Due != today.AddMonths(1) || d[0].Overdue(today) || !d[0].Overdue(today.AddMonths(1).AddDays(1)) {
		t.Errorf("due after it came: %+v", d)
	}
	err := w.do(t, officer, access.StepGrant, func(ctx context.Context, tx *db.Tx) error {
		return Take(ctx, tx, c.ID, Act{ID: uuid.New(), Event: "proof_incomplete", To: ProofIncomplete, Reason: "Fehlt"})
	})
	if db.Constraint(err) != "proof_checked" {
		t.Errorf("returned without saying what is missing: %v", err)
	}
	for name, r := range map[string]ProofReturn{
		"nothing": {ID: uuid.New(), DueOn: today}, "no note": {ID: uuid.New(), Missing: []Gap{{StatementPart, ""}}, DueOn: today},
		"past": {ID: uuid.New(), Missing: []Gap{{StatementPart, "x"}}, DueOn: today.AddDays(-1)},
	} {
		err := w.do(t, officer, access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error { return ReturnProof(ctx, tx, c.ID, r) })
		if _, ok := fault.AsFields(err); !ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := w.takeBack(t, officer, c.ID); err != nil {
		t.Fatal(err)
	}
	if d := due(signatory); len(d) != 1 || d[0].Task != Supplement || d[0].Due != today.AddDays(14) {
		t.Errorf("due after it was returned: %+v", d)
	}
	w.MustRead(t, signatory, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		list, err := Checks(ctx, tx, c.ID)
		if len(list) != 1 || list[0].Missing[0].Part != NarrativePart || list[0].By == "" {
			t.Errorf("checks = %+v", list)
		}
		return err
	})
	if err := w.prove(t, signatory, c.ID); err != nil {
		t.Fatal(err)
	}
	w.mustStep(t, officer, c, "proof_complete", ProofComplete)
}

func TestAStatementBesideThePlan(t *testing.T) {
	t.Parallel()
	plan := PlanLines{{Kind: Staff, Amount: 90_000_00}, {Kind: Travel, Amount: 10_000_00}, {Kind: OwnMoney, Amount: 10_000_00}, {Kind: TheGrant, Amount: 90_000_00}}
	spent := func(staff, travel, third money.Cents) PlanLines {
		return PlanLines{{Kind: Staff, Amount: staff}, {Kind: Travel, Amount: travel}, {Kind: ThirdParty, Amount: third}, {Kind: TheGrant, Amount: 1}}
	}
	tight := 200
	for name, c := range map[string]struct {
		plan, actual PlanLines
		tolerance    *int
		financing    Financing
		left         money.Cents
		hints        string
	}{
		"as planned":                {plan, spent(90_000_00, 10_000_00, 0), nil, Share, 90_000_00, ""},
		"a line over, total kept":   {plan, spent(85_000_00, 15_000_00, 0), nil, Share, 90_000_00, "line_over"},
		"within the tolerance":      {plan, spent(88_000_00, 12_000_00, 0), &tight, Share, 90_000_00, "line_within"},
		"a cent beyond it":          {plan, spent(87_999_99, 12_000_01, 0), &tight, Share, 90_000_00, "line_beyond"},
		"total over":                {plan, spent(91_000_00, 10_000_00, 0), nil, Share, 90_000_00, "line_over total_over"},
		"500 less changes nothing":  {plan, spent(89_500_00, 10_000_00, 0), nil, Share, 90_000_00, ""},
		"500.01 less":               {plan, spent(89_499_99, 10_000_00, 0), nil, Share, 89_549_99, "reduced"},
		"7.5 per cent":              {plan, spent(82_500_00, 10_000_00, 0), nil, Share, 83_250_00, "reduced"},
		"a cent more":               {plan, spent(82_499_99, 10_000_00, 0), nil, Share, 83_249_99, "must_report reduced"},
		"more from others":          {plan, spent(90_000_00, 10_000_00, 1_000_00), nil, Deficit, 89_000_00, "more_income reduced"},
		"a lump sum":                {nil, spent(90_000_00, 0, 0), nil, Fixed, 90_000_00, ""},
		"a lump sum spent in part":  {nil, spent(80_000_00, 0, 0), nil, Fixed, 80_000_00, "must_report reduced"},
		"nothing":                   {nil, nil, nil, Fixed, 0, "must_report reduced"},
		"more than the grant spent": {nil, spent(95_000_00, 0, 0), nil, Fixed, 90_000_00, ""},
	} {
		terms := Terms{Financing: c.financing, LineTolerance: c.tolerance, ReportShare: 75, ReportAmount: 10_000_00, ReductionFloor: 500_00}
		s, err := Compare(terms, 90_000_00, 36_000_00, c.plan, c.actual)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var names []string
		for _, h := range s.Hints {
			names = append(names, h.Name)
		}
		if got := strings.Join(names, " "); s.Reduction.Amount != c.left || got != c.hints {
			t.Errorf("%s: %s left, %q, want %s, %q", name, s.Reduction.Amount, got, c.left, c.hints)
		}
		if last := s.Rows[len(s.Rows)-1]; last.Kind != TheGrant || last.Actual != 36_000_00 {
			t.Errorf("%s: the grant in the statement is %s", name, last.Actual)
		}
	}
}

func TestInterimPeriods(t *testing.T) {
	t.Parallel()
	terms := Terms{InterimMonths: 6}
	got := terms.InterimPeriods(from("2025-01-01", "2027-01-01"))
	if len(got) != 3 || got[0] != from("2025-01-01", "2025-07-01") || got[2] != from("2026-01-01", "2026-07-01") {
		t.Errorf("periods = %v", got)
	}
	if got := terms.InterimPeriods(from("2025-01-01", "2025-07-01")); len(got) != 0 {
		t.Errorf("of half a year: %v", got)
	}
	if due := (Span{InterimProof, got[0]}).Due(terms); due != on("2025-07-01") {
		t.Errorf("due %s", due)
	}
}
