package post_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/post"
	"rundertisch/internal/sample"
	"rundertisch/internal/testdb"
)

// answer is what the board said once: it must say so for ever.
type answer struct {
	at    fact.AsOf
	state post.State
}

// record is the reference model: a fact with both clocks.
type record struct {
	id        uuid.UUID
	state     post.State
	from      calendar.Date
	recorded  time.Time
	withdrawn time.Time // zero: not
}

func model(records []record, at fact.AsOf) post.State {
	best := -1
	for i, r := range records {
		known := !r.recorded.After(at.KnownArg()) && (r.withdrawn.IsZero() || r.withdrawn.After(at.KnownArg()))
		if !known || r.from.After(at.Valid) {
			continue
		}
		if best < 0 || r.from.After(records[best].from) ||
			r.from == records[best].from && r.recorded.After(records[best].recorded) {
			best = i
		}
	}
	if best < 0 {
		return post.None
	}
	return records[best].state
}

// TestTwoClocks lets the ministry record and correct states at random. After
// each step the database agrees with a small model, and what was "as known
// then" before is still the same.
func TestTwoClocks(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	next := 10000
	rapid.Check(t, func(rt *rapid.T) {
		next++
		w := clocks{d: d, t: t, rt: rt}
		w.begin(strconv.Itoa(next))
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			w.step()
			w.compare()
		}
	})
}

// clocks is one random history of one post.
type clocks struct {
	d       *testdb.Instance
	t       *testing.T
	rt      *rapid.T
	post    post.Post
	records []record
	answers []answer
}

func (w *clocks) begin(ags string) {
	place := testdb.District{ID: uuid.New(), AGS: ags}
	w.d.Owner(w.t, `INSERT INTO district (programme_id, id, ags, name, short_name, kind, valid)
		VALUES ($1, $2, $3, $3, $3, 'rural_district', '[2008-08-01,)')`, testdb.Saxony.ID, place.ID, ags)
	w.post = sample.Post(w.t, w.d, testdb.Saxony, place)
}

// step records a state, or corrects or retracts one that stands.
func (w *clocks) step() {
	var standing []int
	for i, r := range w.records {
		if r.withdrawn.IsZero() {
			standing = append(standing, i)
		}
	}
	kind := rapid.IntRange(0, 2).Draw(w.rt, "kind")
	if len(standing) == 0 || kind == 0 {
		w.record()
		return
	}
	w.correct(rapid.SampledFrom(standing).Draw(w.rt, "which"), kind == 2)
}

func (w *clocks) record() {
	n := post.NewState{
		ID: uuid.New(), State: rapid.SampledFrom(post.States()).Draw(w.rt, "state"), From: dayIn(w.rt, "from"),
	}
	ctx := testdb.As(w.t.Context(), testdb.Saxony.System())
	err := w.d.Write(ctx, access.SetPostState, func(tx *db.Tx) error { return post.SetState(ctx, tx, w.post, n) })
	if err != nil { // a state that may not stand there, or nobody to fill the post: nothing is recorded
		return
	}
	w.records = append(w.records, record{id: n.ID, state: n.State, from: n.From, recorded: w.when(n.ID)})
}

func (w *clocks) correct(i int, retract bool) {
	c := post.Correction{
		ID: uuid.New(), State: rapid.SampledFrom(post.States()).Draw(w.rt, "state"), From: dayIn(w.rt, "from"), Why: "vertippt", Retract: retract,
	}
	ctx := testdb.As(w.t.Context(), testdb.Saxony.Actor(access.CaseOfficer))
	err := w.d.Write(ctx, access.CorrectFact, func(tx *db.Tx) error { return post.Correct(ctx, tx, w.post, w.records[i].id, c) })
	if err != nil {
		w.rt.Fatalf("correct: %v", err)
	}
	w.records[i].withdrawn = w.withdrawnAt(w.records[i].id)
	if !retract {
		w.records = append(w.records, record{id: c.ID, state: c.State, from: c.From, recorded: w.when(c.ID)})
	}
}

func (w *clocks) when(id uuid.UUID) time.Time {
	return w.instant(`SELECT recorded_at FROM post_state WHERE id = $1`, id)
}

func (w *clocks) withdrawnAt(id uuid.UUID) time.Time {
	return w.instant(`SELECT withdrawn_at FROM post_state WHERE id = $1`, id)
}

func (w *clocks) instant(sql string, id uuid.UUID) (at time.Time) {
	w.d.MustRead(w.t, testdb.Saxony.System(), access.ReadBoard, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, sql, id).Scan(&at)
	})
	return at
}

// compare asks for a random day as known now and as known at some earlier
// record, and asks all earlier questions again.
func (w *clocks) compare() {
	ask := []fact.AsOf{{Valid: dayIn(w.rt, "day"), Known: w.newest()}}
	for _, at := range ask {
		got := w.database(at)
		if want := model(w.records, at); got != want {
			w.rt.Fatalf("state on %s as known at %s = %s, the model says %s", at.Valid, at.Known, got, want)
		}
		w.answers = append(w.answers, answer{at, got})
	}
	for _, a := range w.answers {
		if got := w.database(a.at); got != a.state {
			w.rt.Fatalf("state on %s as known at %s was %s and is now %s", a.at.Valid, a.at.Known, a.state, got)
		}
	}
}

// newest is the latest instant at which something was recorded or withdrawn.
func (w *clocks) newest() time.Time {
	var last time.Time
	for _, r := range w.records {
		for _, t := range []time.Time{r.recorded, r.withdrawn} {
			if t.After(last) {
				last = t
			}
		}
	}
	if last.IsZero() {
		last = time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	return last
}

func (w *clocks) database(at fact.AsOf) (s post.State) {
	w.d.MustRead(w.t, testdb.Saxony.Public(), access.ReadBoard, func(ctx context.Context, tx *db.Tx) (err error) {
		s, err = post.StateAsOf(ctx, tx, w.post.ID, at)
		return err
	})
	return s
}

func dayIn(rt *rapid.T, label string) calendar.Date {
	return calendar.NewDate(2020, time.January, 1).AddDays(rapid.IntRange(0, 2000).Draw(rt, label))
}
