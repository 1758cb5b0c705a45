package grant

import (
	"context"
	"errors"
	"slices"
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

// wholeApplication asks for an amount and lacks nothing.
func wholeApplication(asked, own money.Cents) ApplicationContent {
	a := ApplicationContent{Texts: map[Section]string{}, Lines: planOf(asked, own), NotStarted: true, VAT: DeductsNoVAT}
	for _, s := range Sections() {
		if s.Written() {
			a.Texts[s] = "Text zu " + string(s)
		}
	}
	return a
}

// write writes the application of a case as a seed would, whoever may.
func (w world) write(t *testing.T, caseID uuid.UUID, a ApplicationContent) {
	t.Helper()
	w.MustWrite(t, testdb.Saxony.System(), access.ApplyForGrant, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `
			INSERT INTO application (case_id, district_id, content) SELECT id, district_id, '{}' FROM grant_case WHERE id = $1 ON CONFLICT DO NOTHING`, caseID); err != nil {
			return err
		}
		d, err := ApplicationOf(ctx, tx, caseID)
		if err != nil {
			return err
		}
		return SaveApplication(ctx, tx, caseID, d.Version, a)
	})
}

// applies begins an application of the first district for the year, by the
// coordinator, and returns its case.
func (w world) applies(t *testing.T, edit func(*Terms)) (Case, Terms) {
	t.Helper()
	s := Scheme{ID: uuid.New(), Kind: Application, Name: "Richtlinie", FilePrefix: "RL"}
	terms := lumpSum()
	terms.SchemeID, terms.Financing, terms.Rate, terms.OwnShare = s.ID, Share, 900, 100
	edit(&terms)
	n := NewApplication{ID: uuid.New(), SchemeID: s.ID, Period: yearOf(w.year)}
	w.MustWrite(t, testdb.Saxony.System(), access.Seed, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO funding_scheme (id, kind, name, file_prefix) VALUES ($1, $2, $3, $4)`, s.ID, s.Kind, s.Name, s.FilePrefix); err != nil {
			return err
		}
		if err := AdoptTerms(ctx, tx, terms); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `SELECT id FROM post WHERE district_id = $1`, testdb.Saxony.Districts[0].ID).Scan(&n.PostID)
	})
	apply := func(a access.Actor) error {
		return w.do(t, a, access.ApplyForGrant, func(ctx context.Context, tx *db.Tx) error { return Apply(ctx, tx, n) })
	}
	if err := apply(neighbour); !errors.Is(err, fault.NotFound) {
		t.Errorf("another district applies: %v", err)
	}
	if err := apply(coordinator); err != nil {
		t.Fatal(err)
	}
	if err := apply(coordinator); !errors.Is(err, fact.ErrRepeated) {
		t.Errorf("the same form: %v", err)
	}
	n.ID = uuid.New()
	if err := apply(coordinator); err == nil {
		t.Error("a second application for the same year")
	}
	c := Case{}
	w.MustRead(t, coordinator, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		p, err := List(ctx, tx, Query{Scheme: s.ID}, Cursor{})
		if len(p.Rows) != 1 {
			t.Fatalf("cases = %v", p.Rows)
		}
		c = p.Rows[0]
		return err
	})
	return c, terms
}

func (w world) save(t *testing.T, a access.Actor, caseID uuid.UUID, version int, content ApplicationContent) error {
	t.Helper()
	return w.do(t, a, access.ApplyForGrant, func(ctx context.Context, tx *db.Tx) error { return SaveApplication(ctx, tx, caseID, version, content) })
}

func (w world) receipts(t *testing.T, a access.Actor, caseID uuid.UUID) (list []ReceiptOfApplication) {
	t.Helper()
	w.MustRead(t, a, access.ReadGrants, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = ReceiptsOfApplication(ctx, tx, caseID)
		return err
	})
	return list
}

func TestAnApplicationFromDraftToRecommendation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 90_000_00)
	c, _ := w.applies(t, func(*Terms) {})
	whole := wholeApplication(80_000_00, 20_000_00)
	whole.Lines = append(whole.Lines, PlanLine{Kind: OtherCost, Note: "noch offen"})

	// Written by the coordinator, seen by nobody else.
	half := ApplicationContent{Texts: map[Section]string{Need: "Es fehlen Hausärzte."}, Lines: PlanLines{{Kind: TheGrant, Amount: 80_000_00}}}
	if err := w.save(t, coordinator, c.ID, 1, half); err != nil {
		t.Fatal(err)
	}
	if err := w.save(t, signatory, c.ID, 1, whole); !errors.Is(err, fault.Stale) {
		t.Errorf("saved over another's text: %v", err)
	}
	for _, a := range []access.Actor{officer, neighbour, testdb.Musterland.Actor(access.Signatory)} {
		if n := w.count(t, a, `SELECT count(*) FROM application`); n != 0 {
			t.Errorf("%s reads a draft", a.Name)
		}
	}
	if err := w.save(t, officer, c.ID, 2, whole); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the officer writes: %v", err)
	}
	if err := w.step(t, signatory, c, "submitted", Submitted); err == nil {
		t.Error("half an application was sent in")
	} else if f, ok := fault.AsFields(err); !ok || f[TextField(Goals)].Key == "" || f["not_started"].Key == "" {
		t.Errorf("what lacks: %v", err)
	}
	if err := w.save(t, signatory, c.ID, 2, whole); err != nil {
		t.Fatal(err)
	}
	if err := w.step(t, coordinator, c, "submitted", Submitted); err == nil {
		t.Errorf("the coordinator signs: %v", err)
	}

	// By SQL: no step without a receipt, no receipt of something else.
	const send = `INSERT INTO case_event (case_id, district_id, event, from_state, to_state, amount) SELECT id, district_id, 'submitted', 'draft', 'submitted', amount FROM grant_case WHERE id = $1`
	if err := w.try(t, signatory, send, c.ID); db.Constraint(err) != "application_received" {
		t.Errorf("sent in without a receipt: %v", err)
	}
	const forge = `INSERT INTO application_receipt (id, case_id, district_id, no, content, sha256) SELECT gen_random_uuid(), id, district_id, 1, '{"application":{}}', sha256('{"application":{}}') FROM grant_case WHERE id = $1`
	if err := w.try(t, signatory, forge, c.ID); db.Constraint(err) != "application_as_written" {
		t.Errorf("a receipt of something else: %v", err)
	}

	// Received: frozen.
	w.mustStep(t, signatory, c, "submitted", Submitted)
	got := w.receipts(t, officer, c.ID)
	if len(got) != 1 || got[0].Content.Application.Texts[Goals] != whole.Texts[Goals] || got[0].Content.FileRef != c.FileRef || got[0].By != signatory.Name {
		t.Fatalf("received = %+v", got)
	}
	if len(w.receipts(t, neighbour, c.ID)) > 0 {
		t.Error("another district reads what was received")
	}
	if err := w.save(t, signatory, c.ID, 3, half); err == nil {
		t.Error("changed after it was sent in")
	}

	// Sent back for a part; the day of receipt stays, old stands beside new.
	back := func(a Act) error {
		a.ID, a.Event, a.To, a.Reason = uuid.New(), "returned", Returned, "Bitte ergänzen"
		return w.do(t, officer, access.StepGrant, func(ctx context.Context, tx *db.Tx) error { return Take(ctx, tx, c.ID, a) })
	}
	tomorrow := calendar.Of(w.Now()).AddDays(1)
	for name, a := range map[string]Act{
		"no part": {Due: tomorrow}, "no day": {Marks: []Mark{{Goals, "Wann?"}}}, "no such part": {Due: tomorrow, Marks: []Mark{{"x", "y"}}},
		"nothing said": {Due: tomorrow, Marks: []Mark{{Goals, ""}}}, "a day of the past": {Due: tomorrow.AddDays(-2), Marks: []Mark{{Goals, "Wann?"}}},
	} {
		if _, ok := fault.AsFields(back(a)); !ok {
			t.Errorf("sent back with %s", name)
		}
	}
	if err := back(Act{Due: tomorrow, Marks: []Mark{{Goals, "Bitte mit Zahlen"}}}); err != nil {
		t.Fatal(err)
	}
	mended := wholeApplication(80_000_00, 20_000_00)
	mended.Texts[Goals] = "Drei neue Praxen bis Ende des Jahres."
	if err := w.save(t, coordinator, c.ID, 3, mended); err != nil {
		t.Fatal(err)
	}
	w.mustStep(t, signatory, c, "resubmitted", Submitted)
	got = w.receipts(t, officer, c.ID)
	if changed := got[0].Content.Application.Differs(got[1].Content.Application); !slices.Equal(changed, []Section{Goals, PlanSection}) {
		t.Errorf("changed = %v", changed)
	}

	// The officer recognises less: 90 % of it is what the case gets.
	w.mustStep(t, officer, c, "review_begun", InReview)
	recognise := func(a access.Actor, eligible money.Cents) error {
		return w.do(t, a, access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error { return Recognise(ctx, tx, c.ID, eligible) })
	}
	if err := recognise(officer, 100_000_01); err == nil {
		t.Error("more than the plan spends was recognised")
	}
	if err := recognise(approver, 70_000_00); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the approver reckons: %v", err)
	}
	if err := recognise(officer, 70_000_00); err != nil {
		t.Fatal(err)
	}
	now := w.caseOf(t, officer, c.ID)
	if now.Amount != 63_000_00 || now.OfficerID == nil || *now.OfficerID != officer.Person {
		t.Errorf("amount = %s, officer = %v", now.Amount, now.OfficerID)
	}
	w.mustStep(t, officer, c, "recommended", Recommended)
	w.MustRead(t, signatory, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		seen, err := ByID(ctx, tx, c.ID)
		if seen.State != InReview || seen.Since.IsZero() {
			t.Errorf("the district sees %s since %s", seen.State, seen.Since)
		}
		p, listErr := List(ctx, tx, Query{State: Recommended}, Cursor{})
		if len(p.Rows) > 0 {
			t.Error("the filter tells the district")
		}
		return errors.Join(err, listErr)
	})
}

func TestAnApplicationIsLimited(t *testing.T) {
	t.Parallel()
	law := lumpSum().Law()
	for name, c := range map[string]struct {
		asked Asked
		want  money.Cents
	}{
		"what was asked for":           {Asked{Amount: 40_000_00, Eligible: 100_000_00, Financing: Share, Rate: 900}, 40_000_00},
		"90 % of what is eligible":     {Asked{Amount: 80_000_00, Eligible: 70_000_00, Financing: Share, Rate: 900}, 63_000_00},
		"what others leave":            {Asked{Amount: 80_000_00, Eligible: 70_000_00, Others: 20_000_00, Financing: Share, Rate: 900}, 50_000_00},
		"the deficit":                  {Asked{Amount: 80_000_00, Eligible: 70_000_00, Others: 20_000_00, Own: 10_000_00, Financing: Deficit}, 40_000_00},
		"a fixed sum up to the costs":  {Asked{Amount: 80_000_00, Eligible: 70_000_00, Financing: Fixed}, 70_000_00},
		"the cap":                      {Asked{Amount: 95_000_00, Eligible: 200_000_00, Financing: Share, Rate: 900}, 90_000_00},
		"a third, rounded to the cent": {Asked{Amount: 80_000_00, Eligible: 1_00, Financing: Share, Rate: 333}, 33},
	} {
		calc, err := Calculate(&Award{Law: law, Cap: 90_000_00, ProRata: Whole, Period: yearOf(2026), Held: []calendar.Range{yearOf(2026)}, Asked: &c.asked})
		if err != nil || calc.Amount != c.want {
			t.Errorf("%s: %s, %v", name, calc.Amount, err)
		}
		if again, err := calc.Again(); err != nil || again.Amount != calc.Amount || len(again.Steps) != len(calc.Steps) {
			t.Errorf("%s: again %s, %v", name, again.Amount, err)
		}
	}
}
