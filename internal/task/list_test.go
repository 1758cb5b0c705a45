package task_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/task"
	"rundertisch/internal/testdb"
)

func (w *world) list(t *testing.T, a access.Actor, q task.Query, c task.Cursor) (p task.Page) {
	t.Helper()
	w.MustRead(t, a, access.ReadTasks, func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = task.List(ctx, tx, q, c)
		return err
	})
	return p
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	w := settle(t)
	mine := w.given(t, office)
	overdue := w.given(t, office, func(in *task.Input) { in.DueOn, in.OwnerID = today, uuid.Nil })
	done := w.given(t, office)
	w.put(t, done, task.Done)
	w.now = now.AddDate(0, 0, 1)
	for name, c := range map[string]struct {
		q    task.Query
		want []uuid.UUID
	}{
		"what is to be done":         {task.Query{}, []uuid.UUID{overdue, mine}},
		"mine":                       {task.Query{Mine: true}, []uuid.UUID{mine}},
		"mine, of any state":         {task.Query{Mine: true, State: task.AnyState}, []uuid.UUID{mine, done}},
		"done":                       {task.Query{State: task.Done}, []uuid.UUID{done}},
		"overdue":                    {task.Query{Overdue: true}, []uuid.UUID{overdue}},
		"overdue is never done":      {task.Query{Overdue: true, State: task.Done}, nil},
		"of the body":                {task.Query{At: home.ID, State: task.AnyState}, []uuid.UUID{overdue, mine, done}},
		"of another body":            {task.Query{At: testdb.Saxony.Bodies[1].ID}, nil},
		"of a district":              {task.Query{At: testdb.Saxony.Districts[0].ID}, nil},
		"of a state that is unknown": {task.Query{State: "x"}, nil},
	} {
		var got []uuid.UUID
		for _, row := range w.list(t, member, c.q, task.Cursor{}).Rows {
			got = append(got, row.ID)
		}
		slices.SortFunc(c.want, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
		slices.SortFunc(got, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestPaging walks forth and back over tasks with and without a date.
func TestPaging(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.Owner(t, `SELECT set_config('app.programme', $1, false)`, testdb.Saxony.ID.String())
	w.Owner(t, `INSERT INTO task (programme_id, id, body_id, day, title, owner, due_on)
		SELECT $1, gen_random_uuid(), $2, $3, 'Auftrag ' || n, 'Klinikum', CASE WHEN n % 3 > 0 THEN $3::date + n / 10 END
		FROM generate_series(1, 120) AS n`, testdb.Saxony.ID, home.ID, today)
	var forth, back []uuid.UUID
	var pages []task.Page
	c := task.Cursor{}
	for {
		p := w.list(t, guest, task.Query{}, c)
		pages = append(pages, p)
		for _, row := range p.Rows {
			forth = append(forth, row.ID)
		}
		if p.Next.IsZero() {
			break
		}
		c = task.ParseCursor(p.Next.String(), false)
	}
	if len(forth) != 120 || len(pages) != 3 || pages[0].Count != 120 || !pages[0].Prev.IsZero() {
		t.Fatalf("%d tasks on %d pages, counted %d", len(forth), len(pages), pages[0].Count)
	}
	for p := pages[2]; ; p = w.list(t, guest, task.Query{}, task.ParseCursor(p.Prev.String(), true)) {
		var ids []uuid.UUID
		for _, row := range p.Rows {
			ids = append(ids, row.ID)
		}
		back = append(ids, back...)
		if p.Prev.IsZero() {
			break
		}
	}
	if !slices.Equal(forth, back) {
		t.Error("the way back shows other tasks than the way forth")
	}
	slices.SortFunc(back, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	if len(slices.Compact(back)) != 120 {
		t.Error("a task stands on two pages")
	}
	n := 0
	w.MustRead(t, guest, access.ReadTasks, func(ctx context.Context, tx *db.Tx) error {
		return task.Each(ctx, tx, task.Query{}, func(row task.Task) error {
			if row.ID != forth[n] {
				return fmt.Errorf("export row %d is another task", n)
			}
			n++
			return nil
		})
	})
	if n != 120 {
		t.Errorf("the export has %d rows, want 120", n)
	}
	for _, s := range []string{"", "x", "2031-03-03", "2031-03-03_x", "x_" + uuid.NewString()} {
		if !task.ParseCursor(s, false).IsZero() {
			t.Errorf("%q is taken for a place", s)
		}
	}
}
