package activity_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/testdb"
)

func TestLogStoresWhatWasTyped(t *testing.T) {
	t.Parallel()
	d := open(t)
	in := logOne(t, d, coordinator, func(in *activity.Input) {
		in.Field, in.Result, in.NextStep = "outpatient", "Zwei Praxen gefunden", "Einladung schicken"
		in.FollowUpOn, in.Partners = today.AddDays(14), []string{"Kreisärztekammer", "AOK PLUS", " AOK PLUS "}
	})
	got, err := get(t, d, coordinator, in.ID)
	if err != nil {
		t.Fatal(err)
	}
	back := got.Input()
	back.District = uuid.Nil
	in.Partners = []string{"AOK PLUS", "Kreisärztekammer"}
	if strings.Join(back.Partners, "|") != strings.Join(in.Partners, "|") {
		t.Errorf("partners = %q, want %q", back.Partners, in.Partners)
	}
	back.Partners, in.Partners = nil, nil
	if back.Title != in.Title || back.Minutes != 60 || back.FollowUpOn != in.FollowUpOn || back.Result != in.Result || back.Field != in.Field {
		t.Errorf("stored %+v, want %+v", back, in)
	}
	if got.DistrictID != testdb.Saxony.Districts[0].ID || got.Author != coordinator.Name || got.Version != 1 || !got.Open() {
		t.Errorf("entry = %+v; want the coordinator's district and name, version 1, open", got)
	}
}

func TestLimitsOfTheTableAreThoseOfTheForm(t *testing.T) {
	t.Parallel()
	d := open(t)
	for name, edit := range map[string]func(*activity.Input, int){
		"title":     func(in *activity.Input, more int) { in.Title = strings.Repeat("ä", activity.MaxTitle+more) },
		"body":      func(in *activity.Input, more int) { in.Body = strings.Repeat("😀", activity.MaxBody+more) },
		"result":    func(in *activity.Input, more int) { in.Result = strings.Repeat("ä", activity.MaxResult+more) },
		"next_step": func(in *activity.Input, more int) { in.NextStep = strings.Repeat("ä", activity.MaxNextStep+more) },
		"minutes":   func(in *activity.Input, more int) { in.Minutes = activity.MaxMinutes + more },
		"partner":   func(in *activity.Input, more int) { in.Partners = []string{strings.Repeat("ä", 160+more)} },
	} {
		in := sample()
		edit(&in, 0)
		if err := tryLog(t, d, coordinator, in); err != nil {
			t.Errorf("%s of the greatest size: %v", name, err)
		}
		edit(&in, 1)
		if _, ok := fault.AsFields(tryLog(t, d, coordinator, in)); !ok {
			t.Errorf("%s above the greatest size: no fault of a field", name)
		}
	}
	for column, value := range map[string]string{
		"title": "repeat('ä', 201)", "body": "repeat('ä', 8001)", "result": "repeat('ä', 4001)",
		"next_step": "repeat('ä', 301)", "minutes": "1441", "type": "'x'", "field": "'x'", "visibility": "'x'",
	} {
		err := write(t, d, coordinator, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE activity SET `+column+` = `+value)
			return err
		})
		wantFault(t, "the table's own check of "+column, err, fault.Conflict)
	}
}

func TestLogRefuses(t *testing.T) {
	t.Parallel()
	d := open(t)
	in := sample()
	in.District = testdb.Saxony.Districts[1].ID
	wantFault(t, "another district", tryLog(t, d, coordinator, in), fault.Forbidden)
	wantFault(t, "a signatory", tryLog(t, d, signatory, sample()), fault.Forbidden)
	wantFault(t, "the ministry", tryLog(t, d, officer, sample()), fault.Forbidden)
	if _, ok := fault.AsFields(tryLog(t, d, coordinator, sample(func(in *activity.Input) { in.HappenedOn = today.AddDays(1) }))); !ok {
		t.Error("tomorrow's entry: no fault of a field")
	}
	// Somebody who coordinates one district and signs for another logs for
	// the first alone.
	both := coordinator
	both.Grants = append([]access.Grant{{Role: access.Signatory, District: testdb.Saxony.Districts[1].ID}}, both.Grants...)
	in = sample()
	in.District = testdb.Saxony.Districts[1].ID
	wantFault(t, "a district that the actor only signs for", tryLog(t, d, both, in), fault.Forbidden)
	in.District = uuid.Nil
	if err := tryLog(t, d, both, in); err != nil {
		t.Errorf("own district: %v", err)
	}
}

func TestTheSameFormLogsOnce(t *testing.T) {
	t.Parallel()
	d := open(t)
	in := sample(func(in *activity.Input) { in.Partners = []string{"AOK PLUS"} })
	var group sync.WaitGroup
	errs := make(chan error, 10)
	for range cap(errs) {
		group.Go(func() { errs <- tryLog(t, d, coordinator, in) })
	}
	group.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Errorf("repeated Log: %v", err)
		}
	}
	if got := list(t, d, coordinator, activity.Filter{}, activity.Cursor{}); got.Count != 1 || len(got.Items) != 1 || len(got.Items[0].Partners) != 1 {
		t.Errorf("entries = %d with partners %v, want one with one", got.Count, got.Items)
	}

	changed := in
	changed.Title = "Zurück und noch einmal anders gesendet"
	wantFault(t, "the same id with another text", tryLog(t, d, coordinator, changed), fault.Stale)
	wantFault(t, "a colleague's id", tryLog(t, d, colleague(), in), fault.NotFound)
	wantFault(t, "another district's id", tryLog(t, d, neighbour, in), fault.NotFound)
	if err := tryLog(t, d, stranger, in); err != nil {
		t.Errorf("the same id in another programme: %v, want it free there", err)
	}
}

func TestTheSameFormAgainWithAnotherSpellingOfPartners(t *testing.T) {
	t.Parallel()
	d := open(t)
	logOne(t, d, coordinator, func(in *activity.Input) { in.Partners = []string{"AOK PLUS", "Klinikum Nord"} })
	in := sample(func(in *activity.Input) { in.Partners = []string{"klinikum nord", "aok-plus", "AOK Plus"} })
	for range 2 {
		if err := tryLog(t, d, coordinator, in); err != nil {
			t.Errorf("Log with partners as typed: %v", err)
		}
	}
}

func TestAnOldFormSentAgainKeepsAColleaguesPartners(t *testing.T) {
	t.Parallel()
	d := open(t)
	in := logOne(t, d, coordinator, func(in *activity.Input) { in.Partners = []string{"AOK PLUS"} })
	changed := in
	changed.Partners = []string{"Kreisärztekammer"}
	must(t, write(t, d, colleague(), func(ctx context.Context, tx *db.Tx) error {
		_, err := activity.Change(ctx, tx, in.ID, 1, changed)
		return err
	}))
	wantFault(t, "the old form", tryLog(t, d, coordinator, in), fault.Stale)
	got, err := get(t, d, coordinator, in.ID)
	if err != nil || len(got.Partners) != 1 || got.Partners[0].Name != "Kreisärztekammer" {
		t.Errorf("partners = %v, %v; want the colleague's", got.Partners, err)
	}
}

func TestDraftBecomesTheEntry(t *testing.T) {
	t.Parallel()
	d := open(t)
	in := sample(func(in *activity.Input) { in.Title, in.Partners, in.HappenedOn = "", []string{"AO"}, calendar.Date{} })
	save := func(a access.Actor) error {
		return write(t, d, a, func(ctx context.Context, tx *db.Tx) error { return activity.SaveDraft(ctx, tx, in) })
	}
	for range 2 {
		if err := save(coordinator); err != nil {
			t.Fatal(err)
		}
	}
	wantFault(t, "a colleague's draft", save(colleague()), fault.NotFound)
	got, err := get(t, d, coordinator, in.ID)
	if err != nil || !got.Draft || got.HappenedOn != today || len(got.DraftPartners) != 1 || len(got.Partners) != 0 {
		t.Fatalf("draft = %+v, %v; want today's with one name and no partner", got, err)
	}
	in.Title, in.Partners, in.HappenedOn = "Fertig", []string{"AOK PLUS"}, today
	if err := tryLog(t, d, coordinator, in); err != nil {
		t.Fatal(err)
	}
	got, err = get(t, d, coordinator, in.ID)
	if err != nil || got.Draft || got.Title != "Fertig" || len(got.Partners) != 1 || len(got.DraftPartners) != 0 {
		t.Fatalf("entry = %+v, %v; want the logged one", got, err)
	}
	wantFault(t, "an autosave that comes late", save(coordinator), fault.Stale)
	in.Body = strings.Repeat("x", activity.MaxBody+1)
	in.ID = uuid.New()
	if _, ok := fault.AsFields(save(coordinator)); !ok {
		t.Error("a draft that is too long: no fault of a field")
	}
}

func TestDiscardDraft(t *testing.T) {
	t.Parallel()
	d := open(t)
	in := sample()
	must(t, write(t, d, coordinator, func(ctx context.Context, tx *db.Tx) error { return activity.SaveDraft(ctx, tx, in) }))
	discard := func(a access.Actor) error {
		return write(t, d, a, func(ctx context.Context, tx *db.Tx) error { return activity.Discard(ctx, tx, in.ID) })
	}
	wantFault(t, "a colleague", discard(colleague()), fault.NotFound)
	must(t, discard(coordinator))
	wantFault(t, "again", discard(coordinator), fault.NotFound)
	logged := logOne(t, d, coordinator)
	wantFault(t, "a logged entry", write(t, d, coordinator, func(ctx context.Context, tx *db.Tx) error {
		return activity.Discard(ctx, tx, logged.ID)
	}), fault.NotFound)
}

func TestTheTrailHoldsNoText(t *testing.T) {
	t.Parallel()
	d := open(t)
	logOne(t, d, coordinator, func(in *activity.Input) {
		in.Title, in.Body, in.Result, in.NextStep = "geheim1", "geheim2", "geheim3", "geheim4"
	})
	conn, err := pgx.Connect(t.Context(), d.OwnerURL)
	must(t, err)
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	var found, rows int
	must(t, conn.QueryRow(t.Context(), `SELECT count(*) FILTER (WHERE new::text LIKE '%geheim%'), count(*) FROM audit WHERE relation = 'activity'`).Scan(&found, &rows))
	if found != 0 || rows != 1 {
		t.Errorf("audit rows = %d, with text %d; want 1, 0", rows, found)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
