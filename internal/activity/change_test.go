package activity_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/testdb"
)

func change(t *testing.T, d *testdb.Instance, a access.Actor, version int, in activity.Input) error {
	t.Helper()
	return write(t, d, a, func(ctx context.Context, tx *db.Tx) error {
		_, err := activity.Change(ctx, tx, in.ID, version, in)
		return err
	})
}

func TestChange(t *testing.T) {
	t.Parallel()
	d := open(t)
	in := logOne(t, d, coordinator, func(in *activity.Input) { in.Partners = []string{"AOK PLUS", "KVS"} })
	in.Title, in.Partners = "Neu", []string{"kvs", "Landkreistag"}
	must(t, change(t, d, colleague(), 1, in))
	got, err := get(t, d, coordinator, in.ID)
	must(t, err)
	if got.Title != "Neu" || got.Version != 2 || got.Changer != colleague().Name || len(got.Partners) != 2 || got.Partners[0].Name != "KVS" {
		t.Errorf("entry = %+v; want the colleague's second version with KVS and Landkreistag", got)
	}
	wantFault(t, "a stale version", change(t, d, coordinator, 1, in), fault.Stale)
	wantFault(t, "a signatory", change(t, d, signatory, 2, in), fault.Forbidden)
	wantFault(t, "another district", change(t, d, neighbour, 2, in), fault.NotFound)
	wantFault(t, "another programme", change(t, d, stranger, 2, in), fault.NotFound)
	missing := in
	missing.ID = uuid.New()
	wantFault(t, "no such entry", change(t, d, coordinator, 2, missing), fault.NotFound)

	in.Visibility = activity.Own
	if fields, ok := fault.AsFields(change(t, d, colleague(), 2, in)); !ok || fields["visibility"].Key == "" {
		t.Error("a colleague hides the author's entry: no fault of the visibility")
	}
	must(t, change(t, d, coordinator, 2, in))
	wantFault(t, "an own entry of a colleague", change(t, d, colleague(), 3, in), fault.NotFound)
	in.Title = ""
	if _, ok := fault.AsFields(change(t, d, coordinator, 3, in)); !ok {
		t.Error("no title: no fault of a field")
	}
}

func TestReleasedToAnotherDistrictIsReadOnly(t *testing.T) {
	t.Parallel()
	d := open(t)
	in := logOne(t, d, coordinator, func(in *activity.Input) { in.Visibility = activity.Public })
	if _, err := get(t, d, neighbour, in.ID); err != nil {
		t.Fatalf("a public entry, read by the other district: %v", err)
	}
	wantFault(t, "change", change(t, d, neighbour, 1, in), fault.Forbidden)
	wantFault(t, "delete", write(t, d, neighbour, func(ctx context.Context, tx *db.Tx) error { return activity.Delete(ctx, tx, in.ID) }), fault.Forbidden)
}

func TestDeleteAndRestore(t *testing.T) {
	t.Parallel()
	d := open(t)
	in := logOne(t, d, coordinator, func(in *activity.Input) { in.Partners = []string{"KVS"} })
	do := func(a access.Actor, fn func(context.Context, *db.Tx, uuid.UUID) error) error {
		return write(t, d, a, func(ctx context.Context, tx *db.Tx) error { return fn(ctx, tx, in.ID) })
	}
	wantFault(t, "a signatory deletes", do(signatory, activity.Delete), fault.Forbidden)
	wantFault(t, "the neighbour deletes", do(neighbour, activity.Delete), fault.NotFound)
	must(t, do(colleague(), activity.Delete))
	must(t, do(colleague(), activity.Delete))
	wantFault(t, "change in the bin", change(t, d, coordinator, 2, in), fault.Stale)
	if got := list(t, d, coordinator, activity.Filter{}, activity.Cursor{}); got.Count != 0 || len(got.UsedOften) != 0 {
		t.Errorf("list after delete: %d entries, partners %v; want none", got.Count, got.UsedOften)
	}
	bin := func(a access.Actor) (n int) {
		d.MustRead(t, a, access.ReadActivities, func(ctx context.Context, tx *db.Tx) error {
			list, err := activity.Bin(ctx, tx)
			n = len(list)
			return err
		})
		return n
	}
	if got := [3]int{bin(coordinator), bin(neighbour), bin(officer)}; got != [3]int{1, 0, 0} {
		t.Errorf("bins of coordinator, neighbour, ministry = %v, want 1, 0, 0", got)
	}
	must(t, do(coordinator, activity.Restore))
	if got := list(t, d, coordinator, activity.Filter{}, activity.Cursor{}); got.Count != 1 || len(got.UsedOften) != 1 {
		t.Errorf("list after restore: %d entries, partners %v; want one of each", got.Count, got.UsedOften)
	}
}

func TestHousekeepEmptiesTheBinAfterThirtyDays(t *testing.T) {
	t.Parallel()
	d := open(t)
	old, young, live := logOne(t, d, coordinator, func(in *activity.Input) { in.Partners = []string{"KVS"} }), logOne(t, d, coordinator), logOne(t, d, coordinator)
	for _, id := range []uuid.UUID{old.ID, young.ID} {
		must(t, write(t, d, coordinator, func(ctx context.Context, tx *db.Tx) error { return activity.Delete(ctx, tx, id) }))
	}
	d.Owner(t, `UPDATE activity SET deleted_at = $2 WHERE id = $1`, old.ID, now.Add(-31*24*time.Hour))
	d.Owner(t, `UPDATE activity SET deleted_at = $2 WHERE id = $1`, young.ID, now.Add(-29*24*time.Hour))
	d.MustWrite(t, testdb.Saxony.System(), access.Housekeep, activity.Housekeep)
	_, err := get(t, d, coordinator, old.ID)
	wantFault(t, "the old one", err, fault.NotFound)
	for _, id := range []uuid.UUID{young.ID, live.ID} {
		if _, err := get(t, d, coordinator, id); err != nil {
			t.Errorf("entry that stays: %v", err)
		}
	}
}

func TestFollowUps(t *testing.T) {
	t.Parallel()
	d := open(t)
	due := logOne(t, d, coordinator, func(in *activity.Input) {
		in.HappenedOn, in.FollowUpOn, in.NextStep = today.AddDays(-10), today, "anrufen"
	})
	logOne(t, d, coordinator, func(in *activity.Input) { in.FollowUpOn = today.AddDays(1) })
	logOne(t, d, neighbour, func(in *activity.Input) { in.FollowUpOn, in.Visibility = today, activity.Public })
	open := func(a access.Actor) (list []activity.FollowUp) {
		d.MustRead(t, a, access.ReadActivities, func(ctx context.Context, tx *db.Tx) (err error) {
			list, err = activity.FollowUps(ctx, tx, today, 10)
			return err
		})
		return list
	}
	if got := open(coordinator); len(got) != 1 || got[0].ID != due.ID || got[0].NextStep != "anrufen" {
		t.Errorf("due today = %+v, want the one of the own district", got)
	}
	tick := func(fn func(context.Context, *db.Tx, uuid.UUID) error) {
		must(t, write(t, d, colleague(), func(ctx context.Context, tx *db.Tx) error { return fn(ctx, tx, due.ID) }))
	}
	tick(activity.FollowUpDone)
	if got := open(coordinator); len(got) != 0 {
		t.Errorf("due after the tick = %+v, want none", got)
	}
	tick(activity.FollowUpOpen)
	if got := open(signatory); len(got) != 1 {
		t.Errorf("due after taking the tick back = %+v, want one", got)
	}
	// Another due date begins anew; the same date keeps the tick.
	tick(activity.FollowUpDone)
	a, err := get(t, d, coordinator, due.ID)
	must(t, err)
	must(t, change(t, d, coordinator, a.Version, a.Input()))
	a, err = get(t, d, coordinator, due.ID)
	must(t, err)
	if a.FollowUpDoneAt == nil {
		t.Error("an edit that keeps the due date lost the tick")
	}
	in := a.Input()
	in.FollowUpOn = today.AddDays(3)
	must(t, change(t, d, coordinator, a.Version, in))
	a, err = get(t, d, coordinator, due.ID)
	must(t, err)
	if !a.Open() {
		t.Error("an edit that moves the due date kept the tick")
	}
}

func TestRelease(t *testing.T) {
	t.Parallel()
	d := open(t)
	in := logOne(t, d, coordinator)
	release := func(a access.Actor, v activity.Visibility) error {
		return write(t, d, a, func(ctx context.Context, tx *db.Tx) error { return activity.Release(ctx, tx, in.ID, v) })
	}
	_, err := get(t, d, officer, in.ID)
	wantFault(t, "the ministry before the release", err, fault.NotFound)
	must(t, release(colleague(), activity.Ministry))
	if _, err := get(t, d, officer, in.ID); err != nil {
		t.Errorf("the ministry after the release: %v", err)
	}
	wantFault(t, "a signatory", release(signatory, activity.Public), fault.Forbidden)
	wantFault(t, "the neighbour", release(neighbour, activity.Public), fault.NotFound)
	if _, ok := fault.AsFields(release(colleague(), activity.Own)); !ok {
		t.Error("a colleague hides the entry: no fault of a field")
	}
	if _, ok := fault.AsFields(release(coordinator, "x")); !ok {
		t.Error("an unknown visibility: no fault of a field")
	}
}

func TestDeskOfTheMinistry(t *testing.T) {
	t.Parallel()
	d := open(t)
	logOne(t, d, coordinator, func(in *activity.Input) { in.HappenedOn = today })
	logOne(t, d, coordinator, func(in *activity.Input) { in.HappenedOn, in.Visibility = today.AddDays(-40), activity.Ministry })
	d.MustRead(t, officer, access.ReadActivities, func(ctx context.Context, tx *db.Tx) error {
		got, err := activity.LastEntries(ctx, tx, today)
		if err != nil {
			return err
		}
		if len(got) != 2 || !got[0].On.IsZero() || got[1].On != today.AddDays(-40) {
			t.Errorf("last entries = %+v; want none for one district, the released one for the other", got)
		}
		newest, err := activity.Newest(ctx, tx, testdb.Saxony.Districts[0].ID, 5)
		if len(newest) != 1 {
			t.Errorf("newest = %d, want the released one", len(newest))
		}
		return err
	})
	must(t, write(t, d, coordinator, func(ctx context.Context, tx *db.Tx) error { return activity.SaveDraft(ctx, tx, sample()) }))
	for a, want := range map[*access.Actor]int{&coordinator: 1, &signatory: 0} {
		d.MustRead(t, *a, access.ReadActivities, func(ctx context.Context, tx *db.Tx) error {
			got, err := activity.Drafts(ctx, tx, 10)
			if len(got) != want {
				t.Errorf("drafts of %s = %d, want %d", a.Name, len(got), want)
			}
			return err
		})
	}
}
