package post_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/post"
	"rundertisch/internal/sample"
	"rundertisch/internal/testdb"
)

// world is a post of Saxony's first district and a way to change it.
type world struct {
	*testdb.Instance
	t    *testing.T
	post post.Post
}

func newWorld(t *testing.T) world {
	t.Helper()
	d := testdb.DB(t)
	return world{d, t, sample.Post(t, d, testdb.Saxony, testdb.Saxony.Districts[0])}
}

func (w world) set(a access.Actor, n post.NewState) error {
	ctx := testdb.As(w.t.Context(), a)
	return w.Write(ctx, access.SetPostState, func(tx *db.Tx) error { return post.SetState(ctx, tx, w.post, n) })
}

// walk sets states as whoever may.
func (w world) walk(steps ...post.NewState) {
	w.t.Helper()
	for _, n := range steps {
		actor := testdb.Saxony.Actor(access.Signatory)
		if n.State == post.Interest {
			actor = testdb.Saxony.Actor(access.CaseOfficer)
		}
		if err := w.set(actor, n); err != nil {
			w.t.Fatalf("set %s from %s: %v", n.State, n.From, err)
		}
	}
}

func (w world) stateOn(day string) post.State {
	w.t.Helper()
	var s post.State
	w.MustRead(w.t, testdb.Saxony.Public(), access.ReadBoard, func(ctx context.Context, tx *db.Tx) (err error) {
		s, err = post.StateAsOf(ctx, tx, w.post.ID, fact.AsOf{Valid: sample.Day(w.t, day)})
		return err
	})
	return s
}

func withHolder(n *post.NewState) {
	h := sample.Holder()
	n.Holder = &h
}

func TestBackdatedStateHoldsFromItsDayOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.walk(sample.State(t, post.Interest, "2025-03-10"))
	if err := w.set(testdb.Saxony.Actor(access.CaseOfficer), sample.State(t, post.Planned, "2025-06-01")); err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]post.State{
		"2025-03-09": post.None, "2025-05-31": post.Interest, "2025-06-01": post.Planned, "2026-01-01": post.Planned,
	} {
		if got := w.stateOn(day); got != want {
			t.Errorf("state on %s = %s, want %s", day, got, want)
		}
	}
}

func TestSetStateRefuses(t *testing.T) { //nolint:tparallel // one after the other: the last look wants all of them done
	t.Parallel()
	w := newWorld(t)
	w.walk(sample.State(t, post.Interest, "2024-01-10"), sample.State(t, post.Planned, "2024-06-01"), sample.State(t, post.Advertised, "2024-09-01"))
	long := strings.Repeat("ä", fact.MaxNote+1)
	tests := []struct {
		name  string
		actor access.Actor
		state post.NewState
		field string // of fault.Fields; empty: the kind below
		kind  error
	}{
		{"a step that does not exist", testdb.Saxony.Actor(access.Signatory), sample.State(t, post.Vacant, "2024-10-01"), "state", nil},
		{"a step of the district by the ministry", testdb.Saxony.Actor(access.CaseOfficer), sample.State(t, post.Filled, "2024-10-01", withHolder), "state", nil},
		{"before its predecessor", testdb.Saxony.Actor(access.CaseOfficer), sample.State(t, post.Planned, "2023-12-31"), "state", nil},
		{"a successor that cannot follow", testdb.Saxony.Actor(access.Signatory), sample.State(t, post.None, "2024-07-01"), "from", nil},
		{"the future", testdb.Saxony.Actor(access.Signatory), sample.State(t, post.Filled, "2099-01-01", withHolder), "from", nil},
		{"no such state", testdb.Saxony.Actor(access.Signatory), sample.State(t, "busy", "2024-10-01"), "state", nil},
		{"filled by nobody", testdb.Saxony.Actor(access.Signatory), sample.State(t, post.Filled, "2024-10-01"), "holder_name", nil},
		{"a note too long", testdb.Saxony.Actor(access.Signatory), sample.State(t, post.Planned, "2024-10-01", func(n *post.NewState) { n.Note = long }), "note", nil},
		{"the other district's signatory", testdb.Saxony.Elsewhere(access.Signatory), sample.State(t, post.Planned, "2024-10-01"), "", fault.Forbidden},
		{"a coordinator", testdb.Saxony.Actor(access.Coordinator), sample.State(t, post.Planned, "2024-10-01"), "", fault.Forbidden},
		{"the other programme's officer", testdb.Musterland.Actor(access.CaseOfficer), sample.State(t, post.Planned, "2024-10-01"), "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := w.set(tt.actor, tt.state)
			fields, ok := fault.AsFields(err)
			switch {
			case err == nil:
				t.Error("no error")
			case tt.field != "" && (!ok || fields[tt.field].Key == ""):
				t.Errorf("err = %v, want a fault of field %q", err, tt.field)
			case tt.kind != nil && !errors.Is(err, tt.kind):
				t.Errorf("err = %v, want %v", err, tt.kind)
			}
		})
	}
	if got := w.stateOn("2026-01-01"); got != post.Advertised {
		t.Errorf("after the refusals the state is %s, want advertised", got)
	}
}

func TestTheSameFormSetsAStateOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := sample.State(t, post.Interest, "2025-03-10")
	var wg sync.WaitGroup
	results := make(chan error, 8)
	for range 8 {
		wg.Go(func() { results <- w.set(testdb.Saxony.Actor(access.CaseOfficer), n) })
	}
	wg.Wait()
	close(results)
	done := 0
	for err := range results {
		switch {
		case err == nil:
			done++
		case !errors.Is(err, fact.ErrRepeated):
			t.Errorf("err = %v, want ErrRepeated", err)
		}
	}
	if done != 1 {
		t.Errorf("the form had %d effects, want 1", done)
	}
}

func TestVacancyEndsTheHolders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.walk(sample.State(t, post.Interest, "2023-01-10"), sample.State(t, post.Planned, "2023-03-01"),
		sample.State(t, post.Advertised, "2023-05-01"), sample.State(t, post.Filled, "2023-09-01", withHolder),
		sample.State(t, post.Vacant, "2024-02-01"))
	w.MustRead(t, testdb.Saxony.Actor(access.CaseOfficer), access.ReadPosts, func(ctx context.Context, tx *db.Tx) error {
		holders, err := post.Holders(ctx, tx, w.post.ID)
		if err != nil {
			return err
		}
		if len(holders) != 2 {
			t.Fatalf("records = %d, want the withdrawn open one and the ended one", len(holders))
		}
		for _, h := range holders {
			if h.Withdrawn() != h.Valid.To.IsZero() {
				t.Errorf("record %v withdrawn %v: the open one must be withdrawn, the ended one must stand", h.Valid, h.Withdrawn())
			}
			if !h.Valid.To.IsZero() && h.Valid.To.String() != "2024-02-01" {
				t.Errorf("ends on %s, want 2024-02-01", h.Valid.To)
			}
		}
		ads, err := post.Advertisements(ctx, tx, w.post.ID)
		if len(ads) != 1 {
			t.Errorf("advertisements = %d, want 1", len(ads))
		}
		return err
	})
}
