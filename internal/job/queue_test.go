package job_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/job"
	"rundertisch/internal/testdb"
)

type note struct {
	Programme uuid.UUID `json:"programme"`
	Text      string    `json:"text"`
}

func (note) Kind() string { return "test_note" }

func (n note) InProgramme() uuid.UUID { return n.Programme }

var silent = slog.New(slog.DiscardHandler)

func start(t *testing.T, d *testdb.Instance, w *job.Workers, before ...func(*job.Queue)) *job.Queue {
	t.Helper()
	q, err := job.NewWorkingQueue(d.Pool(), w, silent)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range before {
		f(q)
	}
	if err := q.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := q.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return q
}

func room(o *db.Options) { o.MaxConns = 8 }

func wait[T any](t *testing.T, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(20 * time.Second):
		t.Fatal("nothing within 20 s")
	}
	panic("unreachable")
}

func TestAJobExistsOnlyIfItsChangeCommits(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t, room)
	texts := make(chan string, 10)
	w := job.NewWorkers()
	job.Handle(w, func(_ context.Context, n note) error { texts <- n.Text; return nil })
	q := start(t, d, w)

	undone := errors.New("undone")
	ctx := testdb.As(t.Context(), testdb.Saxony.Actor(access.Admin))
	add := func(text string, result error) error {
		return d.Write(ctx, access.ManagePeople, func(tx *db.Tx) error {
			if err := q.Add(ctx, tx, note{Programme: testdb.Saxony.ID, Text: text}); err != nil {
				return err
			}
			return result
		})
	}
	if err := add("never", undone); !errors.Is(err, undone) {
		t.Fatalf("err = %v", err)
	}
	if err := add("committed", nil); err != nil {
		t.Fatal(err)
	}
	if got := wait(t, texts); got != "committed" {
		t.Errorf("worked %q, want the committed job alone", got)
	}
	var n int
	if err := d.Pool().QueryRow(t.Context(), `SELECT count(*) FROM river_job`).Scan(&n); err != nil || n != 1 {
		t.Errorf("%d jobs, %v; want 1", n, err)
	}
}

func TestAJobActsAsTheSystemOfItsProgramme(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t, room)
	type seen struct {
		actor     access.Actor
		districts int
		err       error
	}
	out := make(chan seen, 1)
	w := job.NewWorkers()
	job.Handle(w, func(ctx context.Context, _ note) error {
		s := seen{}
		s.actor, _ = access.FromContext(ctx)
		s.err = d.Write(ctx, access.Housekeep, func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `UPDATE person SET name = name WHERE id = $1`, testdb.Saxony.Actor(access.Lead).Person); err != nil {
				return err
			}
			return tx.QueryRow(ctx, `SELECT count(*) FROM district WHERE programme_id <> $1`, testdb.Musterland.ID).Scan(&s.districts)
		})
		out <- s
		return nil
	})
	q := start(t, d, w)
	d.MustWrite(t, testdb.Saxony.System(), access.Seed, func(ctx context.Context, tx *db.Tx) error {
		return q.Add(ctx, tx, note{Programme: testdb.Musterland.ID})
	})
	got := wait(t, out)
	if got.err != nil || got.districts != 0 {
		t.Errorf("a job of Musterland sees %d foreign districts, err %v", got.districts, got.err)
	}
	if got.actor.Programme != testdb.Musterland.ID || got.actor.Name != "test_note" || got.actor.Request == "" || got.actor.Reach() != access.ReachSystem {
		t.Errorf("actor = %+v", got.actor)
	}
}

func TestAFailedJobIsTriedAgain(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t, room)
	var tries atomic.Int32
	done := make(chan struct{})
	w := job.NewWorkers()
	job.Handle(w, func(context.Context, note) error {
		switch tries.Add(1) {
		case 1:
			return errors.New("not yet")
		case 2:
			close(done)
		}
		return nil
	})
	q := start(t, d, w)
	d.MustWrite(t, testdb.Saxony.System(), access.Seed, func(ctx context.Context, tx *db.Tx) error {
		return q.Add(ctx, tx, note{Programme: testdb.Saxony.ID})
	})
	wait(t, done)
}

func TestAQueueThatOnlyTakesJobsLeavesThemForAnother(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t, room)
	taking, err := job.NewQueue(d.Pool(), silent)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(taking.Start(t.Context()), taking.Stop(t.Context())); err != nil {
		t.Errorf("starting and stopping a queue that does not work: %v", err)
	}
	d.MustWrite(t, testdb.Saxony.System(), access.Seed, func(ctx context.Context, tx *db.Tx) error {
		return taking.Add(ctx, tx, note{Programme: testdb.Saxony.ID, Text: "from the web"})
	})
	texts := make(chan string, 1)
	w := job.NewWorkers()
	job.Handle(w, func(_ context.Context, n note) error { texts <- n.Text; return nil })
	start(t, d, w)
	if got := wait(t, texts); got != "from the web" {
		t.Errorf("worked %q", got)
	}
}

func TestEveryRunsAtOnceAndOnceForAllProcesses(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t, func(o *db.Options) { o.MaxConns = 16 })
	var mu sync.Mutex
	var runs []time.Time
	first := make(chan struct{}, 10)
	for range 2 {
		w := job.NewWorkers()
		job.Handle(w, func(context.Context, note) error {
			mu.Lock()
			defer mu.Unlock()
			runs = append(runs, time.Now())
			first <- struct{}{}
			return nil
		})
		start(t, d, w, func(q *job.Queue) { q.Every(time.Hour, note{Text: "periodic"}) })
	}
	wait(t, first)
	time.Sleep(300 * time.Millisecond) // a second process would have run by now
	mu.Lock()
	defer mu.Unlock()
	if len(runs) != 1 {
		t.Errorf("%d runs, want 1", len(runs))
	}
}
