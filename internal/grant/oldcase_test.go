package grant

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
	"rundertisch/internal/testdb"
)

const oldHead = "ags;regelung;von;bis;betrag;stand;altes_az;bescheid_am;ausgezahlt;ausgezahlt_am;nachweis_am;geprueft_am\n"

// old is a world with titles from 2022 on.
func old(t *testing.T) world {
	t.Helper()
	w := newWorld(t, 180_000_00)
	for y := 2022; y < w.year; y++ {
		w.MustWrite(t, treasurer, access.KeepBudget, func(ctx context.Context, tx *db.Tx) error {
			return AddBudget(ctx, tx, Budget{ID: uuid.New(), Title: "08 03 633 60", Name: "Pauschalen", Year: y, Appropriation: 180_000_00})
		})
	}
	return w
}

func ags(i int) string { return testdb.Saxony.Districts[i].AGS }

func (w world) keepCases(t *testing.T, a access.Actor, id uuid.UUID, file string) error {
	t.Helper()
	u, err := CaseUpload{ID: id, FileName: "alt.csv", Data: []byte(file)}.Read(testdb.As(t.Context(), a), w.Now())
	if err != nil {
		return err
	}
	return w.do(t, a, access.ImportCases, func(ctx context.Context, tx *db.Tx) error { return KeepCases(ctx, tx, u) })
}

func (w world) oldCases(t *testing.T, id uuid.UUID) (list []OldCase) {
	t.Helper()
	w.MustRead(t, officer, access.ImportCases, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = OldCases(ctx, tx, id)
		return err
	})
	return list
}

func (w world) enterCases(t *testing.T, a access.Actor, id uuid.UUID) (n int, err error) {
	t.Helper()
	err = w.do(t, a, access.ImportCases, func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = EnterOldCases(ctx, tx, id)
		return err
	})
	return n, err
}

func faultsOf(list []OldCase) string {
	var out []string
	for _, c := range list {
		for _, f := range c.Faults {
			out = append(out, fmt.Sprintf("%d %s %s", c.Line, f.Column, f.Text.Key))
		}
	}
	return strings.Join(out, "\n")
}

// TestOldCasesBecomeCases with their payments, their days and their place in the
// register, once, and nobody gets a duty by it.
func TestOldCasesBecomeCases(t *testing.T) {
	t.Parallel()
	w := old(t)
	before := time.Now()
	id := uuid.New()
	file := oldHead +
		ags(0) + ";KOMP;01.01.2022;31.12.2022;90.000,00;geschlossen;ALT 1/22;15.12.2021;81.000,00;01.03.2023;01.02.2023;01.06.2023\n" +
		ags(0) + ";komp;2023-01-01;2023-12-31;90000,00;completed;ALT 1/23;2022-12-15;36.000,00 €;2023-02-01;;\n" +
		ags(1) + ";KOMP;01.07.2022;30.06.2023;90.000,50;bestandskräftig;ALT 2/22;15.06.2022;;;;\n"
	closed := State(Closed).NameKey()
	if list := oldStateWords(); len(list) < 10 {
		t.Fatalf("words of states = %v, %s", list, closed)
	}
	file = strings.Replace(file, "geschlossen", "closed", 1)
	for range 2 {
		if err := w.keepCases(t, officer, id, file); err != nil {
			t.Fatal(err)
		}
	}
	if got := faultsOf(w.oldCases(t, id)); got != "" {
		t.Fatalf("faults:\n%s", got)
	}
	for _, a := range []access.Actor{approver, treasurer, cashier, signatory} {
		if _, err := w.enterCases(t, a, id); !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s takes over: %v", a.Name, err)
		}
	}
	results := make([]error, 4)
	var wait sync.WaitGroup
	for i := range results {
		wait.Go(func() { _, results[i] = w.enterCases(t, officer, id) })
	}
	wait.Wait()
	ok := 0
	for _, err := range results {
		if err == nil {
			ok++
		} else if !errors.Is(err, fact.ErrRepeated) {
			t.Errorf("again: %v", err)
		}
	}
	if ok != 1 {
		t.Fatalf("taken over %d times: %v", ok, results)
	}
	list := w.oldCases(t, id)
	w.MustRead(t, officer, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		c, err := ByID(ctx, tx, list[1].CaseID)
		if err != nil {
			return err
		}
		if c.State != Completed || c.Amount != 90_000_00 || c.Paid != 36_000_00 || c.FileRef != "KOMP-2023-0001" || list[1].FileRef != c.FileRef || c.Since != on("2023-12-31") {
			t.Errorf("case = %+v", c)
		}
		payments, err := PaymentsOf(ctx, tx, c.ID)
		if len(payments) != 3 || payments[0].State != Paid || payments[1].Amount != 45_000_00 || payments[1].When != OnProof || payments[2].Amount != 9_000_00 {
			t.Errorf("payments = %+v", payments)
		}
		var duties int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM case_duty WHERE duty <> 'officer' OR person_id <> $1`, officer.Person).Scan(&duties); duties != 0 || err != nil {
			t.Errorf("%d duties, %v", duties, err)
		}
		origin, err2 := OriginOf(ctx, tx, c.ID)
		if origin.OldRef != "ALT 1/23" || origin.Who != officer.Name {
			t.Errorf("origin = %+v, %v", origin, err2)
		}
		return err
	})
	w.MustRead(t, officer, access.ReadRegister, func(ctx context.Context, tx *db.Tx) error {
		budgets, err := Budgets(ctx, tx)
		if err != nil {
			return err
		}
		for _, b := range budgets {
			if b.Year != 2022 {
				continue
			}
			r, err := RegisterOf(ctx, tx, b.ID, time.Time{})
			if err != nil {
				return err
			}
			if len(r.Entries) != 2 || r.Committed != 81_000_00+90_000_50 || r.Paid != 81_000_00 || b.Committed != r.Committed {
				t.Errorf("register of 2022 = %d entries, %s committed (title: %s), %s paid", len(r.Entries), r.Committed, b.Committed, r.Paid)
			}
			if e := r.Entries[0]; e.ProofOn != on("2023-02-01") || e.CheckedOn != on("2023-06-01") || e.State != Closed {
				t.Errorf("entry = %+v", e)
			}
			then, err := RegisterOf(ctx, tx, b.ID, before)
			if err != nil || len(then.Entries) != 0 {
				t.Errorf("as known before: %d entries, %v", len(then.Entries), err)
			}
			later, err := RegisterOf(ctx, tx, b.ID, time.Now())
			if err != nil || later.Paid != r.Paid || later.Committed != r.Committed {
				t.Errorf("as known now: %s paid, %s committed, %v", later.Paid, later.Committed, err)
			}
		}
		return nil
	})
	// It goes on here: the district hands in its proof.
	if err := w.prove(t, testdb.Saxony.System(), list[1].CaseID); err != nil {
		t.Fatal(err)
	}
	if err := w.keepCases(t, officer, uuid.New(), file); err == nil {
		t.Error("the same file again")
	}
	other := uuid.New()
	if err := w.keepCases(t, officer, other, file+"\n;;;;;;;;;;;x\n"); err != nil {
		t.Fatal(err)
	}
	if got := faultsOf(w.oldCases(t, other)); !strings.Contains(got, "2 altes_az grant.error.old_ref") || !strings.Contains(got, "2 von grant.error.overlap") {
		t.Errorf("the same lines in another file:\n%s", got)
	}
	if _, err := w.enterCases(t, officer, other); !errors.Is(err, fault.Conflict) {
		t.Errorf("with faults: %v", err)
	}
}

// TestAListNamesWhatIsWrong line by line, and nothing of it is taken over.
func TestAListNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	w := old(t)
	id := uuid.New()
	row := func(fields ...string) string { return strings.Join(fields, ";") + "\n" }
	file := oldHead +
		row("00000", "KOMP", "1.1.2022", "31.12.2022", "1,00", "closed", "A1", "1.1.2022") +
		row(ags(0), "NIX", "1.1.2022", "31.12.2022", "1,00", "closed", "A2", "1.1.2022") +
		row(ags(0), "KOMP", "1.1.2022", "31.12.2022", "90.000,01", "closed", "A3", "1.1.2022") +
		row(ags(0), "KOMP", "1.7.2022", "30.6.2023", "1.234", "closed", "A4", "31.2.2022") +
		row(ags(0), "KOMP", "1.1.2021", "31.12.2021", "1,00", "closed", "A5", "1.1.2022") +
		row(ags(1), "KOMP", "1.1.2022", "31.12.2022", "-5", "heiter", "A5", "1.1.2099") +
		row(ags(1), "KOMP", "31.12.2023", "1.1.2023", "99999999999999", "running", "A7", "1.1.2022", "5", "") +
		row(ags(1), "KOMP", "29.2.2024", "31.12.2024", "10,00", "completed", "A8", "1.1.2024", "11,00", "1.1.2023", "", "1.1.2025") +
		row("", "", "", "", "", "", "", "")
	if err := w.keepCases(t, officer, id, file); err != nil {
		t.Fatal(err)
	}
	got := faultsOf(w.oldCases(t, id))
	for _, want := range []string{
		"2 ags grant.error.old_district", "3 regelung grant.error.old_scheme", "4 betrag grant.error.old_cap", "5 betrag grant.error.ambiguous_row",
		"5 bescheid_am field.date", "5 von grant.error.overlap", "6 von grant.error.no_terms", "6 von grant.error.old_no_title", "7 betrag grant.error.amount",
		"7 stand grant.error.old_state", "7 bescheid_am field.future", "7 altes_az grant.error.old_ref", "8 bis grant.error.period", "8 betrag grant.error.amount",
		"8 ausgezahlt_am grant.error.old_paid_on", "9 ausgezahlt grant.error.old_paid", "9 ausgezahlt_am grant.error.old_before", "9 nachweis_am field.missing",
	} {
		if !strings.Contains("\n"+got+"\n", "\n"+want+"\n") {
			t.Errorf("lacks %q in\n%s", want, got)
		}
	}
	if _, err := w.enterCases(t, officer, id); !errors.Is(err, fault.Conflict) {
		t.Errorf("taken over: %v", err)
	}
	over := uuid.New()
	full := oldHead + row(ags(0), "KOMP", "1.7.2022", "31.12.2023", "150.000,00", "final", "B1", "1.1.2022") + row(ags(1), "KOMP", "1.1.2022", "31.12.2022", "40.000,00", "closed", "B2", "1.1.2022", "30.000,01", "1.1.2023")
	if err := w.keepCases(t, officer, over, full); err != nil {
		t.Fatal(err)
	}
	if got := faultsOf(w.oldCases(t, over)); got != "3 betrag grant.error.old_budget" {
		t.Errorf("more than the title holds:\n%s", got)
	}
	for _, name := range []string{"a;b\n1;2\n", "ags;regelung\n1;2\n"} {
		if f, _ := fault.AsFields(w.keepCases(t, officer, uuid.New(), name)); f["file"].Key != "grant.error.columns" {
			t.Errorf("without columns: %v", f)
		}
	}
}

// TestOnlyAListMakesOldCases, whatever the program says.
func TestOnlyAListMakesOldCases(t *testing.T) {
	t.Parallel()
	w := old(t)
	r := w.run(t)
	c := w.cases(t, r)[0]
	var terms, post, budget uuid.UUID
	w.MustRead(t, officer, access.ReadRegister, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT c.terms_id, c.post_id, b.id FROM grant_case c, budget_year b WHERE c.id = $1 AND b.year = 2023`, c.ID).Scan(&terms, &post, &budget)
	})
	id := uuid.New()
	if err := w.keepCases(t, officer, id, oldHead+ags(0)+";KOMP;1.1.2023;31.12.2023;1,00;closed;X;1.1.2023\n"); err != nil {
		t.Fatal(err)
	}
	const line = `INSERT INTO old_case (case_id, import_id, line, district_id, post_id, scheme_id, terms_id, budget_id, period, amount, state, old_ref, notice_on, paid)
		VALUES (gen_random_uuid(), $1, $6, $2, $3, $7, $4, $5, '[2023-01-01,2024-01-01)', $8, 'final', $9, '2023-01-01', 0)`
	lineArgs := func(no int, amount money.Cents) []any {
		return []any{id, c.DistrictID, post, terms, budget, no, w.scheme.ID, amount, fmt.Sprint("Y", no)}
	}
	for what, try := range map[string]struct {
		who  access.Actor
		sql  string
		args []any
	}{
		"an event of its own":       {officer, `INSERT INTO case_event (case_id, district_id, event, from_state, to_state, amount) VALUES ($1, $2, 'imported', 'draft', 'closed', 9000000)`, []any{c.ID, c.DistrictID}},
		"a payment that was made":   {officer, `INSERT INTO payment (case_id, district_id, ordinal, due_when, amount, imported) VALUES ($1, $2, 9, 'final', 1, true)`, []any{c.ID, c.DistrictID}},
		"a case in a state":         {officer, `UPDATE grant_case SET state = 'closed' WHERE id = $1`, []any{c.ID}},
		"a line beside its list":    {officer, line, lineArgs(7, 1)},
		"the approver marks it":     {approver, `UPDATE case_import SET entered_at = now() WHERE id = $1`, []any{id}},
		"the approver keeps a list": {approver, `INSERT INTO case_import (id, file_name, file, sha256, row_count) VALUES (gen_random_uuid(), 'x', 'x', sha256('x'), 1)`, nil},
	} {
		if err := w.do(t, try.who, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, try.sql, try.args...)
			return err
		}); err == nil {
			t.Errorf("%s was taken", what)
		}
	}
	// Within the list, the database keeps the cap and the officer's role.
	for what, try := range map[string]struct {
		who    access.Actor
		amount money.Cents
		ok     bool
	}{"above the cap": {officer, 90_000_01, false}, "by the approver": {approver, 1, false}, "by the officer": {officer, 90_000_00, true}} {
		err := w.do(t, try.who, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `UPDATE case_import SET entered_at = now() WHERE id = $1`, id); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, line, lineArgs(1, try.amount)...); err != nil {
				return err
			}
			return errTaken
		})
		if errors.Is(err, errTaken) != try.ok {
			t.Errorf("%s: %v", what, err)
		}
	}
}

var errTaken = errors.New("taken, and rolled back")
