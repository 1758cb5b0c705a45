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
	"rundertisch/internal/fault"
	"rundertisch/internal/testdb"
)

// TestLinesThatRiseTooFar: lines bind only if the terms say by how much they may
// be exceeded; up to it nothing is said.
func TestLinesThatRiseTooFar(t *testing.T) {
	t.Parallel()
	tenth := 100
	planned := PlanLines{{Kind: Staff, Amount: 50_000_00}, {Kind: Travel, Amount: 1_000_00}}
	for name, c := range map[string]struct {
		tolerance *int
		now       PlanLines
		want      []LineKind
	}{
		"lines are free":      {nil, PlanLines{{Kind: Travel, Amount: 9_000_00}}, nil},
		"exactly a tenth":     {&tenth, PlanLines{{Kind: Staff, Amount: 55_000_00}, {Kind: Travel, Amount: 1_100_00}}, nil},
		"a cent more":         {&tenth, PlanLines{{Kind: Staff, Amount: 55_000_00}, {Kind: Travel, Amount: 1_100_01}}, []LineKind{Travel}},
		"a line without plan": {&tenth, PlanLines{{Kind: Events, Amount: 1}}, []LineKind{Events}},
		"less is no excess":   {&tenth, PlanLines{{Kind: Staff, Amount: 1}}, nil},
	} {
		if got := (Terms{LineTolerance: c.tolerance}).Exceeded(planned, c.now); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestWhatIsSentInWasRead: an application that was changed since the signatory
// read it is not sent in.
func TestWhatIsSentInWasRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 90_000_00)
	c, _ := w.applies(t, func(*Terms) {})
	w.write(t, c.ID, wholeApplication(80_000_00, 20_000_00))
	send := func(version int) error {
		return w.do(t, signatory, access.StepGrant, func(ctx context.Context, tx *db.Tx) error {
			return Send(ctx, tx, c.ID, version, Act{ID: uuid.New(), Event: "submitted", To: Submitted})
		})
	}
	err := send(1) // it is the second by now
	if text, _ := fault.AsText(err); text.Key != "grant.error.changed_since" {
		t.Errorf("an old version: %v", err)
	}
	if n := len(w.receipts(t, signatory, c.ID)); n != 0 {
		t.Errorf("%d receipts", n)
	}
	if err := send(2); err != nil {
		t.Error(err)
	}
}

// TestAnApplicationFindsItsTitle: of several titles the terms name one; without a
// name nobody guesses. After a scheme's end no period begins.
func TestAnApplicationFindsItsTitle(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 90_000_00)
	c, _ := w.applies(t, func(terms *Terms) { terms.BudgetTitle = w.budget.Title })
	if got := w.caseOf(t, officer, c.ID).BudgetID; got != w.budget.ID {
		t.Errorf("title %s", got)
	}
	w.MustWrite(t, treasurer, access.KeepBudget, func(ctx context.Context, tx *db.Tx) error {
		for _, title := range []string{"A", "B"} {
			if err := AddBudget(ctx, tx, Budget{ID: uuid.New(), Title: title, Name: title, Year: w.year + 1, Appropriation: 1}); err != nil {
				return err
			}
		}
		return nil
	})
	apply := func(period calendar.Range) error {
		n := NewApplication{ID: uuid.New(), SchemeID: c.SchemeID, PostID: c.PostID, Period: period}
		return w.do(t, signatory, access.ApplyForGrant, func(ctx context.Context, tx *db.Tx) error { return Apply(ctx, tx, n) })
	}
	f, _ := fault.AsFields(apply(yearOf(w.year + 1)))
	if f["from"].Key != "grant.error.no_title" {
		t.Errorf("two titles, none named: %v", f)
	}
	w.MustWrite(t, officer, access.KeepSchemes, func(ctx context.Context, tx *db.Tx) error {
		s, err := SchemeByID(ctx, tx, c.SchemeID)
		if err != nil {
			return err
		}
		return KeepScheme(ctx, tx, s.ID, s.Name, yearOf(w.year).To.AddDays(-1), s.Version)
	})
	w.Owner(t, `UPDATE budget_year SET title = $1 WHERE title = 'A'`, w.budget.Title)
	f, _ = fault.AsFields(apply(yearOf(w.year + 1)))
	if f["from"].Key != "grant.error.not_in_force" {
		t.Errorf("after the scheme's end: %v", f)
	}
}

// TestRulesAreWrittenByWhoseTaskItIs attacks by SQL as somebody else of the
// ministry.
func TestRulesAreWrittenByWhoseTaskItIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	draft := w.cases(t, w.run(t))[0]
	for name, sql := range map[string]string{
		"a scheme":              `INSERT INTO funding_scheme (kind, name, file_prefix) SELECT 'lump_sum', 'Falsch', 'X' FROM grant_case WHERE id = $1`,
		"a scheme's end":        `UPDATE funding_scheme SET ended_on = '2020-01-01' WHERE id = (SELECT scheme_id FROM grant_case WHERE id = $1)`,
		"a run":                 `INSERT INTO grant_run (id, scheme_id, year, budget_id) SELECT gen_random_uuid(), scheme_id, file_year, budget_id FROM grant_case WHERE id = $1`,
		"the amount of a draft": `UPDATE grant_case SET amount = amount - 100 WHERE id = $1`,
		"a title's authority":   `UPDATE budget_year SET authority = 100 WHERE id = (SELECT budget_id FROM grant_case WHERE id = $1)`,
	} {
		for _, a := range []access.Actor{press, testdb.Saxony.Actor(access.Lead)} {
			if err := w.try(t, a, sql, draft.ID); err == nil {
				t.Errorf("%s wrote %s", a.Name, name)
			} else if errors.Is(err, fault.Unavailable) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
