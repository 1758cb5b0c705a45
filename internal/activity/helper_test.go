package activity_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/testdb"
)

var now = time.Date(2024, time.May, 6, 9, 30, 0, 0, time.UTC)

var today = calendar.Of(now)

func open(t testing.TB) *testdb.Instance {
	t.Helper()
	return testdb.DB(t, func(o *db.Options) { o.Now = func() time.Time { return now } })
}

var (
	coordinator = testdb.Saxony.Actor(access.Coordinator)
	signatory   = testdb.Saxony.Actor(access.Signatory)
	neighbour   = testdb.Saxony.Elsewhere(access.Coordinator)
	officer     = testdb.Saxony.Actor(access.CaseOfficer)
	stranger    = testdb.Musterland.Actor(access.Coordinator)
)

// colleague is a second coordinator of the first district.
func colleague() access.Actor {
	a := testdb.Saxony.Actor(access.Signatory)
	a.Grants = []access.Grant{{Role: access.Coordinator, District: testdb.Saxony.Districts[0].ID}}
	return a
}

// sample is a valid input.
func sample(edit ...func(*activity.Input)) activity.Input {
	in := activity.Input{
		ID: uuid.New(), Type: activity.Meeting, HappenedOn: today, Minutes: 60, Title: "Gespräch mit der Klinik",
		Body: "Ausbildungsplätze", Visibility: activity.District,
	}
	for _, e := range edit {
		e(&in)
	}
	return in
}

func write(t testing.TB, d *testdb.Instance, a access.Actor, fn func(ctx context.Context, tx *db.Tx) error) error {
	t.Helper()
	ctx := testdb.As(t.Context(), a)
	return d.Write(ctx, access.LogActivity, func(tx *db.Tx) error { return fn(ctx, tx) })
}

func logOne(t testing.TB, d *testdb.Instance, a access.Actor, edit ...func(*activity.Input)) activity.Input {
	t.Helper()
	in := sample(edit...)
	if err := tryLog(t, d, a, in); err != nil {
		t.Fatalf("Log: %v", err)
	}
	return in
}

func tryLog(t testing.TB, d *testdb.Instance, a access.Actor, in activity.Input) error {
	t.Helper()
	return write(t, d, a, func(ctx context.Context, tx *db.Tx) error {
		_, err := activity.Log(ctx, tx, in)
		return err
	})
}

// get reads an entry as the actor.
func get(t testing.TB, d *testdb.Instance, a access.Actor, id uuid.UUID) (got activity.Activity, err error) {
	t.Helper()
	ctx := testdb.As(t.Context(), a)
	err = d.Read(ctx, access.ReadActivities, func(tx *db.Tx) (err error) {
		got, err = activity.ByID(ctx, tx, id)
		return err
	})
	return got, err
}

func list(t testing.TB, d *testdb.Instance, a access.Actor, f activity.Filter, c activity.Cursor) activity.Page {
	t.Helper()
	var page activity.Page
	d.MustRead(t, a, access.ReadActivities, func(ctx context.Context, tx *db.Tx) (err error) {
		page, err = activity.List(ctx, tx, f, c)
		return err
	})
	return page
}

func titles(items []activity.Item) []string {
	var out []string
	for _, i := range items {
		out = append(out, i.Title)
	}
	return out
}

func wantFault(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: err = %v, want %v", what, err, want)
	}
}

func contains(items []activity.Item, id uuid.UUID) bool {
	return slices.ContainsFunc(items, func(i activity.Item) bool { return i.ID == id })
}
