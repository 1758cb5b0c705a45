package grant

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
	"rundertisch/internal/testdb"
)

// TestADraw: at least the share of the whole year, risk first, the same again
// from what is stored, and nobody left out.
func TestADraw(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		in := SampleInputs{Share: rapid.IntRange(0, 1000).Draw(r, "share"), Hints: rapid.Bool().Draw(r, "hints"), Seed: rapid.Int64().Draw(r, "seed")}
		in.AmountFrom = money.Cents(rapid.Int64Range(0, 100).Draw(r, "amount from"))
		in.RateFrom = rapid.IntRange(0, 1000).Draw(r, "rate from")
		in.Before = rapid.IntRange(0, 20).Draw(r, "before")
		in.Drawn = (in.Before*in.Share + 999) / 1000
		for i := range rapid.IntRange(0, 40).Draw(r, "candidates") {
			c := Candidate{CaseID: uuid.NewSHA1(uuid.Nil, []byte{byte(i)}), FileRef: fmt.Sprintf("A-%03d", i), Amount: money.Cents(rapid.Int64Range(1, 100).Draw(r, "amount")), Rate: rapid.IntRange(0, 1000).Draw(r, "rate")}
			if rapid.IntRange(0, 5).Draw(r, "hint") == 0 {
				c.Hints = []string{"late"}
			}
			in.Candidates = append(in.Candidates, c)
		}
		picks := in.Draw()
		drawn, risky, lots := in.Drawn, 0, 0
		for _, p := range picks {
			if len(p.Why) > 0 {
				risky++
				if !p.Drawn {
					r.Fatalf("%s is at risk and was not drawn", p.Candidate.FileRef)
				}
			}
			if p.Drawn {
				drawn++
				if len(p.Why) == 0 {
					lots++
				}
			}
		}
		least := ((in.Before+len(picks))*in.Share + 999) / 1000
		if len(picks) != len(in.Candidates) || drawn < least || lots > 0 && drawn != least {
			r.Fatalf("%d of %d drawn, %d at risk, want at least %d", drawn, len(picks), risky, least)
		}
		raw, err := json.Marshal(in)
		if err != nil {
			r.Fatal(err)
		}
		var stored SampleInputs
		if err := json.Unmarshal(raw, &stored); err != nil {
			r.Fatal(err)
		}
		if again := stored.Draw(); !reflect.DeepEqual(again, picks) {
			r.Fatalf("again = %+v\nwant %+v", again, picks)
		}
	})
}

// TestASampleIsDrawn: no person picks by hand; a later proof joins the next draw;
// what was sampled is settled with a note alone, by a second person.
func TestASampleIsDrawn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	payments := w.granted(t)
	w.started(t, payments)
	var cases []Case
	for _, c := range w.cases(t, Run{ID: *w.caseOf(t, officer, payments[0].CaseID).RunID}) {
		w.mustStep(t, testdb.Saxony.System(), c, "period_ended", Completed)
		if err := w.prove(t, testdb.Saxony.System(), c.ID); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	year := calendar.Of(w.Now()).Year()
	draw := func(a access.Actor, id uuid.UUID) error {
		return w.do(t, a, access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error {
			return DrawSample(ctx, tx, id, w.scheme.ID, year, Criteria{Hints: true})
		})
	}
	if err := draw(officer, uuid.New()); !errors.Is(err, fault.Conflict) {
		t.Errorf("a draw of nothing: %v", err)
	}
	w.mustStep(t, officer, cases[0], "proof_complete", ProofComplete)
	for event, to := range map[string]State{"sampled": ProofInAudit, "not_sampled": ProofNotSampled} {
		if err := w.step(t, officer, cases[0], event, to); db.Constraint(err) != "sample_drawn" {
			t.Errorf("%s by hand: %v", event, err)
		}
	}
	if err := draw(approver, uuid.New()); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the approver draws: %v", err)
	}
	form := uuid.New()
	if err := draw(officer, form); err != nil {
		t.Fatal(err)
	}
	if err := draw(officer, form); !errors.Is(err, fact.ErrRepeated) {
		t.Errorf("the same form: %v", err)
	}
	if s := w.caseOf(t, officer, cases[0].ID).State; s != ProofInAudit { // one of one
		t.Errorf("the first case is %s", s)
	}
	// The second joins: one of two is enough, so it is not drawn.
	w.mustStep(t, officer, cases[1], "proof_complete", ProofComplete)
	if err := draw(officer, uuid.New()); err != nil {
		t.Fatal(err)
	}
	if s := w.caseOf(t, officer, cases[1].ID).State; s != ProofNotSampled {
		t.Errorf("the second case is %s", s)
	}
	w.MustRead(t, officer, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		list, err := Draws(ctx, tx)
		if len(list) != 2 || list[0].Inputs.Before != 1 || list[0].Inputs.Drawn != 1 {
			t.Errorf("draws = %+v", list)
		}
		for _, d := range list {
			for _, p := range d.Inputs.Draw() {
				var drawn bool
				if err := tx.QueryRow(ctx, `SELECT drawn FROM sample_row WHERE draw_id = $1 AND case_id = $2`, d.ID, p.Candidate.CaseID).Scan(&drawn); err != nil || drawn != p.Drawn {
					t.Errorf("recomputed %t, stored %t, %v", p.Drawn, drawn, err)
				}
			}
		}
		return err
	})
	if n := w.count(t, signatory, `SELECT count(*) FROM sample_draw`) + w.count(t, signatory, `SELECT count(*) FROM sample_row`); n != 0 {
		t.Error("a district reads the draw")
	}
	if err := w.step(t, approver, cases[0], "settled", Settled); db.Constraint(err) != "audit_noted" {
		t.Errorf("settled without a note: %v", err)
	}
	note := func(a access.Actor, n NewAuditNote) error {
		return w.do(t, a, access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error { return NoteAudit(ctx, tx, cases[0].ID, n) })
	}
	n := NewAuditNote{ID: uuid.New(), No: 1, Papers: "Nachweis vom heutigen Tag", Findings: "Eine Rechnung gehört nicht dazu.", Recognised: []Recognised{{Kind: Staff, Amount: 88_499_99}}}
	if _, ok := fault.AsFields(note(officer, n)); !ok {
		t.Error("less was recognised without saying why")
	}
	n.Recognised[0].Note = "Rechnung 7 betrifft ein anderes Vorhaben."
	if err := note(officer, n); err != nil {
		t.Fatal(err)
	}
	if err := note(officer, n); !errors.Is(err, fact.ErrRepeated) {
		t.Errorf("the same note: %v", err)
	}
	w.MustRead(t, approver, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		list, err := AuditNotes(ctx, tx, cases[0].ID)
		if len(list) != 1 || list[0].Reduction.Amount != 88_499_99 || list[0].Claim != 1_500_01 || list[0].Recognised[0].Claimed != 90_000_00 {
			t.Errorf("notes = %+v", list)
		}
		return err
	})
	if n := w.count(t, signatory, `SELECT count(*) FROM audit_note`); n != 0 {
		t.Error("a district reads the note")
	}
	if err := w.step(t, officer, cases[0], "settled", Settled); err == nil {
		t.Error("the officer settled his own note")
	}
	w.mustStep(t, approver, cases[0], "settled", Settled)
}
