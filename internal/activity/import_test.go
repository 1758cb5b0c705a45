package activity_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/sheetread"
	"rundertisch/internal/testdb"
)

const goodLog = "Datum;Titel;Dauer;Partner;Freigabe\n1.3.2024;Erstes;90;AOK PLUS; Landkreis\n2.3.2024;Zweites;;;Ministerium\n"

func keep(t *testing.T, d *testdb.Instance, a access.Actor, id uuid.UUID, text string) error {
	t.Helper()
	return keepUpload(t, d, a, activity.Upload{ID: id, FileName: "log.csv", Data: []byte(text)})
}

func keepUpload(t *testing.T, d *testdb.Instance, a access.Actor, u activity.Upload) error {
	t.Helper()
	read, err := u.Read(testdb.As(t.Context(), a))
	if err != nil {
		return err
	}
	return write(t, d, a, func(ctx context.Context, tx *db.Tx) error { return activity.Keep(ctx, tx, read) })
}

func commit(t *testing.T, d *testdb.Instance, a access.Actor, id uuid.UUID) (n int, err error) {
	t.Helper()
	err = write(t, d, a, func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = activity.Commit(ctx, tx, id)
		return err
	})
	return n, err
}

func imports(t *testing.T, d *testdb.Instance, a access.Actor) (n int) {
	t.Helper()
	d.MustRead(t, a, access.ReadActivities, func(ctx context.Context, tx *db.Tx) error {
		list, err := activity.Waiting(ctx, tx)
		n = len(list)
		return err
	})
	return n
}

func TestImport(t *testing.T) {
	t.Parallel()
	d := open(t)
	id := uuid.New()
	for range 2 { // the same form twice
		must(t, keep(t, d, coordinator, id, goodLog))
	}
	if got := list(t, d, coordinator, activity.Filter{}, activity.Cursor{}).Count; got != 0 {
		t.Errorf("entries before the commit = %d, want none", got)
	}
	if got := [3]int{imports(t, d, coordinator), imports(t, d, colleague()), imports(t, d, neighbour)}; got != [3]int{1, 0, 0} {
		t.Errorf("waiting for coordinator, colleague, neighbour = %v; want 1, 0, 0", got)
	}
	for _, a := range []access.Actor{colleague(), neighbour, stranger} {
		_, err := commit(t, d, a, id)
		wantFault(t, a.Name+" commits", err, fault.NotFound)
	}
	var group sync.WaitGroup
	for range 4 { // a double click and more
		group.Go(func() {
			if n, err := commit(t, d, coordinator, id); n != 2 || err != nil {
				t.Errorf("commit = %d, %v; want 2 entries", n, err)
			}
		})
	}
	group.Wait()
	page := list(t, d, coordinator, activity.Filter{}, activity.Cursor{})
	if page.Count != 2 || page.Items[1].Title != "Erstes" || page.Items[1].Minutes != 90 || len(page.Items[1].Partners) != 1 {
		t.Errorf("entries = %+v", page.Items)
	}
	if got := list(t, d, officer, activity.Filter{}, activity.Cursor{}); got.Count != 1 || got.Items[0].Title != "Zweites" {
		t.Errorf("the ministry sees %+v, want the released one", got.Items)
	}
	d.MustRead(t, coordinator, access.ImportActivities, func(ctx context.Context, tx *db.Tx) error {
		i, err := activity.ImportByID(ctx, tx, id)
		if i.Sheet != nil || i.CommittedAt == nil {
			t.Errorf("import = %+v, want its rows forgotten", i)
		}
		return err
	})

	for name, a := range map[string]access.Actor{"again": coordinator, "by a colleague": colleague()} {
		if fields, ok := fault.AsFields(keep(t, d, a, uuid.New(), goodLog)); !ok || fields["file"].Key != "activity.import.error.again" {
			t.Errorf("the same file %s: %v, want a refusal", name, fields)
		}
	}
	other := uuid.New()
	must(t, keep(t, d, neighbour, other, goodLog))
	if n, err := commit(t, d, neighbour, other); n != 2 || err != nil {
		t.Errorf("the same file in another district = %d, %v; want it taken", n, err)
	}
}

func TestImportOfTheSameFileByTwoAtOnce(t *testing.T) {
	t.Parallel()
	d := open(t)
	one, two := uuid.New(), uuid.New()
	must(t, keep(t, d, coordinator, one, goodLog))
	must(t, keep(t, d, colleague(), two, goodLog))
	_, err := commit(t, d, coordinator, one)
	must(t, err)
	_, err = commit(t, d, colleague(), two)
	wantFault(t, "the second", err, fault.Conflict)
	if got := list(t, d, coordinator, activity.Filter{}, activity.Cursor{}).Count; got != 2 {
		t.Errorf("entries = %d, want those of the first", got)
	}
}

func TestImportIsAllOrNothing(t *testing.T) {
	t.Parallel()
	d := open(t)
	id := uuid.New()
	must(t, keep(t, d, coordinator, id, goodLog+"morgen;Drittes\n"))
	_, err := commit(t, d, coordinator, id)
	wantFault(t, "a row with a fault", err, fault.Conflict)
	if got := list(t, d, coordinator, activity.Filter{}, activity.Cursor{}).Count; got != 0 {
		t.Errorf("entries = %d, want none", got)
	}
	if got := imports(t, d, coordinator); got != 1 {
		t.Errorf("waiting = %d, want it kept for another try", got)
	}
}

func TestImportChoices(t *testing.T) {
	t.Parallel()
	d := open(t)
	id := uuid.New()
	must(t, keep(t, d, coordinator, id, "Wann war es;Worum ging es\n1.3.2024;Erstes\n"))
	_, err := commit(t, d, coordinator, id)
	wantFault(t, "no column is known", err, fault.Conflict)
	choose := func(a access.Actor, c activity.Choices) error {
		return write(t, d, a, func(ctx context.Context, tx *db.Tx) error { return activity.Choose(ctx, tx, id, c) })
	}
	c := activity.Choices{Columns: []activity.Column{"date", "title"}, Type: "travel", Visibility: activity.Own}
	wantFault(t, "a colleague chooses", choose(colleague(), c), fault.NotFound)
	for name, bad := range map[string]activity.Choices{
		"twice":      {Columns: []activity.Column{"date", "date"}, Type: "travel", Visibility: activity.Own},
		"unknown":    {Columns: []activity.Column{"x"}, Type: "travel", Visibility: activity.Own},
		"type":       {Type: "x", Visibility: activity.Own},
		"visibility": {Type: "travel", Visibility: "x"},
	} {
		if _, ok := fault.AsFields(choose(coordinator, bad)); !ok {
			t.Errorf("%s: no fault of a field", name)
		}
	}
	must(t, choose(coordinator, c))
	n, err := commit(t, d, coordinator, id)
	must(t, err)
	page := list(t, d, coordinator, activity.Filter{}, activity.Cursor{})
	if n != 1 || page.Items[0].Type != "travel" || page.Items[0].Visibility != activity.Own {
		t.Errorf("entries = %+v", page.Items)
	}
}

func TestImportOfFiveThousandRows(t *testing.T) {
	t.Parallel()
	d := open(t)
	var log strings.Builder
	log.WriteString("Datum;Titel;Partner\n")
	for i := range sheetread.MaxRows {
		fmt.Fprintf(&log, "1.3.2024;Eintrag %d;Partner %d\n", i, i%50)
	}
	id := uuid.New()
	must(t, keep(t, d, coordinator, id, log.String()))
	start := time.Now()
	n, err := commit(t, d, coordinator, id)
	must(t, err)
	t.Logf("%d entries in %s", n, time.Since(start))
	if got := list(t, d, coordinator, activity.Filter{PartnerName: "Partner 7"}, activity.Cursor{}).Count; n != sheetread.MaxRows || got != 100 {
		t.Errorf("entries, with partner 7 = %d, %d; want 5000, 100", n, got)
	}
}

func TestDiscardAndForgetImports(t *testing.T) {
	t.Parallel()
	d := open(t)
	one, two, done := uuid.New(), uuid.New(), uuid.New()
	must(t, keep(t, d, coordinator, one, goodLog))
	must(t, keep(t, d, coordinator, two, goodLog))
	must(t, keep(t, d, coordinator, done, goodLog))
	discard := func(a access.Actor, id uuid.UUID) error {
		return write(t, d, a, func(ctx context.Context, tx *db.Tx) error { return activity.DiscardImport(ctx, tx, id) })
	}
	wantFault(t, "a colleague", discard(colleague(), one), fault.NotFound)
	must(t, discard(coordinator, one))
	_, err := commit(t, d, coordinator, done)
	must(t, err)
	wantFault(t, "what was taken over", discard(coordinator, done), fault.NotFound)

	d.Owner(t, `UPDATE activity_import SET created_at = $1`, now.Add(-25*time.Hour))
	if got := imports(t, d, coordinator); got != 0 {
		t.Errorf("waiting after a day = %d, want none", got)
	}
	must(t, activity.HousekeepAll(t.Context(), d.DB, store(t)))
	_, err = commit(t, d, coordinator, two)
	wantFault(t, "after the housekeeping", err, fault.NotFound)
	if fields, ok := fault.AsFields(keep(t, d, coordinator, uuid.New(), goodLog)); !ok || len(fields) != 1 {
		t.Error("the housekeeping forgot what was taken over")
	}
}

func TestAnIDKeepsOneFile(t *testing.T) {
	t.Parallel()
	d := open(t)
	id := uuid.New()
	other := goodLog + "3.3.2024;Drittes;;;\n"
	must(t, keep(t, d, coordinator, id, goodLog))
	wantFault(t, "another file", keep(t, d, coordinator, id, other), fault.Conflict)
	wantFault(t, "a colleague's id", keep(t, d, colleague(), id, other), fault.NotFound)
	wantFault(t, "a neighbour's id", keep(t, d, neighbour, id, goodLog), fault.NotFound)
	must(t, keep(t, d, stranger, id, goodLog)) // free in another programme
	must(t, keep(t, d, coordinator, id, goodLog))
	if got := [2]int{imports(t, d, coordinator), imports(t, d, colleague())}; got != [2]int{1, 0} {
		t.Errorf("waiting for coordinator, colleague = %v; want 1, 0", got)
	}
}

func TestWhoMayImport(t *testing.T) {
	t.Parallel()
	d := open(t)
	wantFault(t, "a signatory", keep(t, d, signatory, uuid.New(), goodLog), fault.Forbidden)
	there := activity.Upload{ID: uuid.New(), District: testdb.Saxony.Districts[1].ID, FileName: "log.csv", Data: []byte(goodLog)}
	wantFault(t, "another district", keepUpload(t, d, coordinator, there), fault.Forbidden)
	read, err := there.Read(testdb.As(t.Context(), neighbour))
	must(t, err)
	err = write(t, d, coordinator, func(ctx context.Context, tx *db.Tx) error { return activity.Keep(ctx, tx, read) })
	wantFault(t, "another district with a file that was read", err, fault.Forbidden)
}
