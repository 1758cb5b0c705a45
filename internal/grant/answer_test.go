package grant

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/sheetread"
	"rundertisch/internal/testdb"
)

// exported brings the first instalment of both cases to the cash system.
func (w world) exported(t *testing.T) (a, b Payment) {
	t.Helper()
	list := w.granted(t)
	w.started(t, list)
	a, b = list[0], list[3]
	if err := errors.Join(w.pay(t, officer, Certified, "", a, b), w.pay(t, treasurer, Ordered, "", a, b)); err != nil {
		t.Fatal(err)
	}
	w.MustWrite(t, cashier, access.ExportPayments, func(ctx context.Context, tx *db.Tx) error { return Export(ctx, tx, uuid.New()) })
	return a, b
}

const answerHead = "datei;referenz;betrag_cent;ergebnis;tag;grund\n"

func (w world) keepAnswer(t *testing.T, a access.Actor, id uuid.UUID, file string) error {
	t.Helper()
	u, err := AnswerUpload{ID: id, FileName: "antwort.csv", Data: []byte(file)}.Read(testdb.As(t.Context(), a), w.Now())
	if err != nil {
		return err
	}
	return w.do(t, a, access.BookAnswers, func(ctx context.Context, tx *db.Tx) error { return KeepAnswer(ctx, tx, u) })
}

func (w world) judged(t *testing.T, a access.Actor, id uuid.UUID) (j Judgement) {
	t.Helper()
	w.MustRead(t, a, access.ReadRegister, func(ctx context.Context, tx *db.Tx) (err error) {
		j, err = JudgeAnswer(ctx, tx, id)
		return err
	})
	return j
}

func (w world) book(t *testing.T, a access.Actor, id uuid.UUID, seal string) error {
	t.Helper()
	return w.do(t, a, access.BookAnswers, func(ctx context.Context, tx *db.Tx) error { return BookAnswer(ctx, tx, id, seal) })
}

func (j Judgement) verdicts() string {
	var list []string
	for _, r := range j.Rows {
		list = append(list, fmt.Sprintf("%d %s", r.Line, r.Verdict))
	}
	return strings.Join(list, ", ")
}

func (w world) state(t *testing.T, p Payment) (s PaymentState) {
	t.Helper()
	w.MustRead(t, officer, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		list, err := PaymentsOf(ctx, tx, p.CaseID)
		for _, one := range list {
			if one.ID == p.ID {
				s = one.State
			}
		}
		return err
	})
	return s
}

// TestAnAnswerIsBookedOnce: nothing before the confirmation, each line once,
// and each of the others with its reason.
func TestAnAnswerIsBookedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	a, b := w.exported(t)
	today := calendar.Of(w.Now()).String()
	file := answerHead +
		"1;" + a.Reference() + ";3600000;bezahlt;" + today + ";\n" +
		"1;" + b.Reference() + ";3600000;zurück;" + today + ";Konto erloschen\n" +
		"1;" + b.Reference() + ";3600000;bezahlt;" + today + ";\n" +
		"1;KOMP-1999-0001/1;3600000;bezahlt;" + today + ";\n" +
		"1;" + a.FileRef + "/2;4500001;bezahlt;" + today + ";\n" +
		"1;" + a.FileRef + "/2;4500000;vielleicht;31.02.2024;\n" +
		"7;" + b.FileRef + "/2;4500000;bezahlt;" + today + ";\n" +
		";" + b.FileRef + "/3;900000;bezahlt;" + today + ";\n" +
		"1;../1;3600000;bezahlt;" + today + ";\n"
	id := uuid.New()
	for range 2 { // the same form twice
		if err := w.keepAnswer(t, cashier, id, file); err != nil {
			t.Fatal(err)
		}
	}
	j := w.judged(t, cashier, id)
	if want := "2 booked, 3 booked, 4 twice, 5 unknown, 6 amount, 7 faulty, 8 other_file, 9 state, 10 unknown"; j.verdicts() != want {
		t.Fatalf("verdicts = %s\nwant       %s", j.verdicts(), want)
	}
	if f := j.Rows[5].Faults; len(f) != 2 || f[0].Column != "ergebnis" || f[1].Text.Key != "field.date" {
		t.Errorf("faults of line 7 = %+v", f)
	}
	if s := w.state(t, a); s != Exported {
		t.Fatalf("before the confirmation the payment is %s", s)
	}
	for _, who := range []access.Actor{officer, treasurer, signatory} {
		if err := w.book(t, who, id, j.Seal); !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s books: %v", who.Name, err)
		}
	}
	// Two clerks press at the same moment, one of them twice.
	second := cashier
	results := make([]error, 6)
	var wait sync.WaitGroup
	for i := range results {
		wait.Go(func() { results[i] = w.book(t, second, id, j.Seal) })
	}
	wait.Wait()
	ok := 0
	for _, err := range results {
		if err == nil {
			ok++
		} else if !errors.Is(err, fact.ErrRepeated) {
			t.Errorf("pressed again: %v", err)
		}
	}
	if ok != 1 {
		t.Errorf("booked %d times", ok)
	}
	if s, r := w.state(t, a), w.state(t, b); s != Paid || r != Bounced {
		t.Errorf("payments are %s and %s", s, r)
	}
	if got := w.judged(t, officer, id).verdicts(); got != j.verdicts() {
		t.Errorf("shown later: %s", got)
	}
	if err := w.keepAnswer(t, cashier, uuid.New(), file); err == nil {
		t.Error("the same file is taken again")
	} else if f, _ := fault.AsFields(err); f["file"].Key != "grant.error.answer_again" {
		t.Errorf("the same file again: %v", err)
	}
	var events int
	w.MustRead(t, testdb.Saxony.System(), access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT count(*) FROM payment_event WHERE to_state IN ('paid', 'returned')`).Scan(&events)
	})
	if events != 2 {
		t.Errorf("%d steps, want 2", events)
	}
}

// TestTheSameAnswerKeptTwiceIsBookedOnce by clerks who each uploaded it.
func TestTheSameAnswerKeptTwiceIsBookedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	a, _ := w.exported(t)
	file := answerHead + "1;" + a.Reference() + ";3600000;bezahlt;" + calendar.Of(w.Now()).String() + ";\n"
	one, two := uuid.New(), uuid.New()
	if err := errors.Join(w.keepAnswer(t, cashier, one, file), w.keepAnswer(t, cashier, two, file)); err != nil {
		t.Fatal(err)
	}
	seal := w.judged(t, cashier, one).Seal
	results := make([]error, 2)
	var wait sync.WaitGroup
	for i, id := range []uuid.UUID{one, two} {
		wait.Go(func() { results[i] = w.book(t, cashier, id, seal) })
	}
	wait.Wait()
	if (results[0] == nil) == (results[1] == nil) || !errors.Is(errors.Join(results...), fault.Conflict) {
		t.Errorf("booked: %v; want one, and a Conflict", results)
	}
}

// TestAStalePreviewBooksNothing: what was seen is what is booked.
func TestAStalePreviewBooksNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	a, b := w.exported(t)
	today := calendar.Of(w.Now()).String()
	id := uuid.New()
	if err := w.keepAnswer(t, cashier, id, answerHead+"1;"+a.Reference()+";3600000;bezahlt;"+today+";\n1;"+b.Reference()+";3600000;bezahlt;"+today+";\n"); err != nil {
		t.Fatal(err)
	}
	seal := w.judged(t, cashier, id).Seal
	if err := w.pay(t, cashier, Paid, "", a); err != nil {
		t.Fatal(err)
	}
	if text, _ := fault.AsText(w.book(t, cashier, id, seal)); text.Key != "grant.error.answer_changed" {
		t.Errorf("the stale preview: %v", text)
	}
	if s := w.state(t, b); s != Exported {
		t.Errorf("half of it was booked: %s", s)
	}
	j := w.judged(t, cashier, id)
	if j.verdicts() != "2 already, 3 booked" {
		t.Fatalf("verdicts = %s", j.verdicts())
	}
	if err := w.book(t, cashier, id, j.Seal); err != nil {
		t.Fatal(err)
	}
}

// TestWhoHadAnotherDutyBooksNothing, and sees it before.
func TestWhoHadAnotherDutyBooksNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	a, _ := w.exported(t)
	both := officer
	both.Grants = append(both.Grants[:1:1], access.Grant{Role: access.Cashier})
	w.Owner(t, `INSERT INTO role_assignment (programme_id, person_id, role, valid) VALUES ($1, $2, 'cashier', '[2018-01-01,)')`, testdb.Saxony.ID, officer.Person)
	id := uuid.New()
	if err := w.keepAnswer(t, both, id, answerHead+"1;"+a.Reference()+";3600000;bezahlt;"+calendar.Of(w.Now()).String()+";\n"); err != nil {
		t.Fatal(err)
	}
	if got := w.judged(t, both, id).verdicts(); got != "2 blocked" {
		t.Errorf("verdicts = %s", got)
	}
	if got := w.judged(t, cashier, id).verdicts(); got != "2 booked" {
		t.Errorf("for the cashier = %s", got)
	}
	if err := w.book(t, both, id, w.judged(t, cashier, id).Seal); !errors.Is(err, fault.Conflict) {
		t.Errorf("with the cashier's seal: %v", err)
	}
}

// TestTheDatabaseKeepsAnswers whatever the program says.
func TestTheDatabaseKeepsAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	a, _ := w.exported(t)
	id := uuid.New()
	if err := w.keepAnswer(t, cashier, id, answerHead+"1;"+a.Reference()+";3600000;bezahlt;"+calendar.Of(w.Now()).String()+";\n"); err != nil {
		t.Fatal(err)
	}
	for what, sql := range map[string]string{
		"the officer marks it booked": `UPDATE payment_answer SET booked_at = now() WHERE id = $1`,
		"a line beside the booking":   `INSERT INTO payment_answer_row (answer_id, line, verdict) VALUES ($1, 9, 'unknown')`,
		"another file":                `UPDATE payment_answer SET file = 'x', sha256 = sha256('x') WHERE id = $1`,
		"it vanishes":                 `DELETE FROM payment_answer WHERE id = $1`,
	} {
		if err := w.do(t, officer, access.StepPayment, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, sql, id)
			return err
		}); err == nil {
			t.Errorf("%s", what)
		}
	}
}

func TestReadAnswerNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	today := on("2026-05-06")
	read := func(file string) string {
		s, err := sheetread.Read("a.csv", []byte(file))
		if err != nil {
			return err.Error()
		}
		rows, err := readAnswer(s, today)
		if f, ok := fault.AsFields(err); ok {
			return fmt.Sprint(f["file"].Key, f["file"].Args)
		}
		var list []string
		for _, r := range rows {
			one := fmt.Sprintf("%d: %s %d %s %s", r.Line, r.Reference, r.Amount, r.To, r.Day)
			for _, f := range r.Faults {
				one += " " + f.Column + "=" + f.Text.Key
			}
			list = append(list, one)
		}
		return strings.Join(list, "\n")
	}
	for _, tt := range []struct{ name, file, want string }{
		{"ours, sent back", "datei,referenz,empfaenger_ags,betrag_cent,waehrung,tag,ergebnis,buchungstag\n3,K-2026-0001/1,14626,3600000,EUR,2026-05-01,gebucht,04.05.2026\n", "2: K-2026-0001/1 3600000 paid 2026-05-04"},
		{"euros", "Referenz;Betrag;Ergebnis;Datum\nK/1;36.000,00 €;Bezahlt;1.5.26\n", "2: K/1 3600000 paid 2026-05-01"},
		{"no head", "a;b\n1;2\n", "grant.error.columns[Columns referenz, ergebnis, tag, betrag_cent]"},
		{
			"all wrong", "referenz;betrag_cent;waehrung;ergebnis;tag;datei\n;12,50;USD;zurück;2026-05-07;x\n",
			"2:  0 returned 2026-05-07 referenz=field.missing grund=grant.error.answer_reason waehrung=grant.error.currency datei=grant.error.whole betrag_cent=grant.error.cents tag=field.future",
		},
		{"amounts", "referenz;betrag_cent;betrag;ergebnis;tag\na/1;-5;;bezahlt;1.5.2026\na/1;99999999999999999999;;bezahlt;1.5.2026\na/1;;1.234;bezahlt;1.5.2026\na/1;100;1,01;bezahlt;1.5.2026\na/1;;-3;bezahlt;1.5.2026\na/1;;;bezahlt;1.5.2026\na/1;1e5;;bezahlt;1.5.2026\n", strings.Join([]string{
			"2: a/1 0 paid 2026-05-01 betrag_cent=grant.error.cents", "3: a/1 0 paid 2026-05-01 betrag_cent=grant.error.cents",
			"4: a/1 0 paid 2026-05-01 betrag=grant.error.ambiguous_row", "5: a/1 100 paid 2026-05-01 betrag=grant.error.two_amounts",
			"6: a/1 0 paid 2026-05-01 betrag=grant.error.amount", "7: a/1 0 paid 2026-05-01 betrag_cent=field.missing", "8: a/1 0 paid 2026-05-01 betrag_cent=grant.error.cents",
		}, "\n")},
	} {
		if diff := cmp.Diff(tt.want, read(tt.file)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
