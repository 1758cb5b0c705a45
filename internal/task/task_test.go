package task_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/task"
	"rundertisch/internal/testdb"
)

var (
	home        = testdb.Saxony.Bodies[0]
	office      = testdb.Saxony.Actor(access.BodyOffice)
	chair       = testdb.Saxony.Actor(access.Chair)
	member      = testdb.Saxony.Actor(access.Member)
	guest       = testdb.Saxony.Actor(access.Guest)
	other       = testdb.Saxony.Elsewhere(access.BodyOffice)
	coordinator = testdb.Saxony.Actor(access.Coordinator)
	neighbour   = testdb.Saxony.Elsewhere(access.Coordinator)
	ministry    = testdb.Saxony.Actor(access.CaseOfficer)
	stranger    = testdb.Musterland.Actor(access.BodyOffice)
	now         = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	today       = calendar.Of(now)
)

func open(t *testing.T) (d *testdb.Instance, clock *time.Time) {
	t.Helper()
	clock = new(time.Time)
	*clock = now
	return testdb.DB(t, func(o *db.Options) { o.Now = func() time.Time { return *clock } }), clock
}

func write(t *testing.T, d *testdb.Instance, a access.Actor, fn func(ctx context.Context, tx *db.Tx) error) error {
	t.Helper()
	ctx := testdb.As(t.Context(), a)
	return d.Write(ctx, access.ReadTasks, func(tx *db.Tx) error { return fn(ctx, tx) })
}

func sample(edit ...func(*task.New)) task.New {
	n := task.New{ID: uuid.New(), BodyID: home.ID, Input: task.Input{Title: "Zahlen liefern", Owner: "AOK PLUS", OwnerID: member.Person, DueOn: today.AddDays(10)}}
	for _, e := range edit {
		e(&n)
	}
	return n
}

func add(t *testing.T, d *testdb.Instance, a access.Actor, n task.New) error {
	t.Helper()
	return write(t, d, a, func(ctx context.Context, tx *db.Tx) error { return task.Add(ctx, tx, n) })
}

func find(t *testing.T, d *testdb.Instance, a access.Actor, id uuid.UUID) (found task.Task, err error) {
	t.Helper()
	ctx := testdb.As(t.Context(), a)
	err = d.Read(ctx, access.ReadTasks, func(tx *db.Tx) (err error) {
		found, err = task.ByID(ctx, tx, id)
		return err
	})
	return found, err
}

func TestStepsAreThoseOfTheDatabase(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	var rows, want []string
	d.MustRead(t, testdb.Saxony.Public(), access.ReadBoard, func(ctx context.Context, tx *db.Tx) (err error) {
		r, _ := tx.Query(ctx, `SELECT from_state || ' ' || to_state FROM state_transition WHERE kind = 'task'`)
		rows, err = pgx.CollectRows(r, pgx.RowTo[string])
		return err
	})
	for _, from := range task.States() {
		for _, to := range from.Next() {
			want = append(want, string(from)+" "+string(to))
		}
	}
	slices.Sort(rows)
	slices.Sort(want)
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("state_transition and Go differ (-go +database):\n%s", diff)
	}
}

func TestWhoKeepsAndReadsTasks(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	public, secret := sample(), sample(func(n *task.New) { n.NonPublic, n.OwnerID = true, uuid.Nil })
	district := sample(func(n *task.New) {
		n.BodyID, n.DistrictID, n.OwnerID = uuid.Nil, testdb.Saxony.Districts[0].ID, coordinator.Person
	})
	for range 2 { // the same form twice
		for _, err := range []error{add(t, d, office, public), add(t, d, chair, secret), add(t, d, coordinator, district)} {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, a := range []access.Actor{member, guest, other, coordinator, ministry, stranger} {
		if err := add(t, d, a, sample()); !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s gives a task of the body: err = %v, want Forbidden", a.Name, err)
		}
	}
	for _, a := range []access.Actor{office, neighbour, stranger} {
		n := district
		n.ID = uuid.New()
		if err := add(t, d, a, n); !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s gives a task of the district: err = %v, want Forbidden", a.Name, err)
		}
	}
	for _, c := range []struct {
		access.Actor
		public, secret, district bool
	}{
		{office, true, true, false}, {chair, true, true, false}, {member, true, true, false}, {guest, true, false, false},
		{other, false, false, false}, {ministry, false, false, false}, {stranger, false, false, false},
		{coordinator, false, false, true}, {neighbour, false, false, false},
	} {
		for id, want := range map[uuid.UUID]bool{public.ID: c.public, secret.ID: c.secret, district.ID: c.district} {
			if _, err := find(t, d, c.Actor, id); (err == nil) != want || err != nil && !errors.Is(err, fault.NotFound) {
				t.Errorf("%s: err = %v, reads it: want %v", c.Name, err, want)
			}
		}
	}
}

func TestValidation(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	for name, edit := range map[string]func(*task.New){
		"title":       func(n *task.New) { n.Title = "" },
		"title ":      func(n *task.New) { n.Title = strings.Repeat("ä", task.MaxTitle+1) },
		"owner":       func(n *task.New) { n.Owner = "" },
		"description": func(n *task.New) { n.Description = strings.Repeat("ä", task.MaxDescription+1) },
		"due_on":      func(n *task.New) { n.DueOn = today.AddDays(-1) },
		"owner_id":    func(n *task.New) { n.OwnerID = ministry.Person },
		"place":       func(n *task.New) { n.BodyID = uuid.Nil },
	} {
		if fields, _ := fault.AsFields(add(t, d, office, sample(edit))); fields[strings.TrimSpace(name)].Key == "" {
			t.Errorf("%s: taken", name)
		}
	}
	if err := add(t, d, office, sample(func(n *task.New) { n.Decision = uuid.New() })); !errors.Is(err, fault.NotFound) {
		t.Errorf("a decision that is not there: err = %v, want NotFound", err)
	}
}

func TestStatesAndChange(t *testing.T) {
	t.Parallel()
	d, clock := open(t)
	n := sample()
	if err := add(t, d, office, n); err != nil {
		t.Fatal(err)
	}
	set := func(a access.Actor, version int, to task.State, outcome string) error {
		return write(t, d, a, func(ctx context.Context, tx *db.Tx) error { return task.SetState(ctx, tx, n.ID, version, to, outcome) })
	}
	for a, want := range map[*access.Actor]error{&member: fault.Forbidden, &guest: fault.Forbidden, &other: fault.NotFound, &stranger: fault.NotFound} {
		if err := set(*a, 1, task.Done, "x"); !errors.Is(err, want) {
			t.Errorf("%s: err = %v, want %v", a.Name, err, want)
		}
	}
	if err := set(chair, 1, task.InProgress, ""); err != nil {
		t.Fatal(err)
	}
	if err := set(chair, 1, task.Done, "fertig"); !errors.Is(err, fault.Stale) {
		t.Errorf("an old version: err = %v, want Stale", err)
	}
	if fields, _ := fault.AsFields(set(chair, 2, task.Done, "")); fields["outcome"].Key == "" {
		t.Error("done without an outcome")
	}
	if fields, _ := fault.AsFields(set(chair, 2, task.InProgress, "")); fields["state"].Key == "" {
		t.Error("a state follows itself")
	}
	*clock = clock.AddDate(0, 0, 11)
	if got, _ := find(t, d, member, n.ID); !got.Overdue(calendar.Of(*clock)) || got.OwnerName == "" {
		t.Errorf("eleven days later: %+v, want overdue", got)
	}
	if err := set(office, 2, task.Done, "Zahlen liegen vor"); err != nil {
		t.Fatal(err)
	}
	got, _ := find(t, d, member, n.ID)
	if got.State != task.Done || got.Outcome != "Zahlen liegen vor" || got.Overdue(calendar.Of(*clock)) {
		t.Errorf("done: %+v", got)
	}
	change := func(a access.Actor, version int) error {
		in := n.Input
		in.Title = "Neuer Titel"
		return write(t, d, a, func(ctx context.Context, tx *db.Tx) error { return task.Change(ctx, tx, n.ID, version, in) })
	}
	if err := change(member, 3); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the owner changes: err = %v, want Forbidden", err)
	}
	if err := change(office, 2); !errors.Is(err, fault.Stale) {
		t.Errorf("an old version: err = %v, want Stale", err)
	}
	if err := change(office, 3); err != nil {
		t.Error(err)
	}
}

func TestLists(t *testing.T) {
	t.Parallel()
	d, clock := open(t)
	for name, edit := range map[string]func(*task.New){
		"bald":   func(n *task.New) { n.DueOn = today.AddDays(2) },
		"später": func(n *task.New) { n.DueOn, n.OwnerID = today.AddDays(9), uuid.Nil },
		"offen":  func(n *task.New) { n.DueOn = calendar.Date{} },
		"fertig": func(n *task.New) { n.DueOn = today },
	} {
		n := sample(edit, func(n *task.New) { n.Title = name })
		if err := add(t, d, office, n); err != nil {
			t.Fatal(err)
		}
		if name == "fertig" {
			if err := write(t, d, office, func(ctx context.Context, tx *db.Tx) error { return task.SetState(ctx, tx, n.ID, 1, task.Done, "ja") }); err != nil {
				t.Fatal(err)
			}
		}
	}
	*clock = clock.AddDate(0, 0, 5)
	list := func(a access.Actor, q task.Query) (titles []string) {
		d.MustRead(t, a, access.ReadTasks, func(ctx context.Context, tx *db.Tx) error {
			page, err := task.List(ctx, tx, q)
			for _, row := range page.Rows {
				titles = append(titles, row.Title)
			}
			if page.Count != len(page.Rows) {
				t.Errorf("%+v: counts %d of %d", q, page.Count, len(page.Rows))
			}
			return err
		})
		return titles
	}
	for _, c := range []struct {
		name string
		q    task.Query
		want []string
	}{
		{"all", task.Query{}, []string{"bald", "später", "offen", "fertig"}},
		{"mine", task.Query{Mine: true}, []string{"bald", "offen", "fertig"}},
		{"open", task.Query{Look: task.LookOpen, Body: home.ID}, []string{"bald", "später", "offen"}},
		{"overdue", task.Query{Look: task.LookOverdue}, []string{"bald"}},
		{"done", task.Query{Look: task.LookDone}, []string{"fertig"}},
		{"dropped", task.Query{Look: task.LookDropped}, nil},
		{"of another body", task.Query{Body: testdb.Saxony.Bodies[1].ID}, nil},
	} {
		if diff := cmp.Diff(c.want, list(member, c.q)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	if got := list(other, task.Query{}); got != nil {
		t.Errorf("the other office sees %v", got)
	}
	d.MustRead(t, member, access.ReadTasks, func(ctx context.Context, tx *db.Tx) error {
		open, err := task.OpenOf(ctx, tx, home.ID)
		if len(open) != 3 || open[0].Title != "bald" {
			t.Errorf("open: %+v", open)
		}
		return err
	})
}
