package task_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/inbox"
	"rundertisch/internal/task"
	"rundertisch/internal/testdb"
)

// hourly runs the job by two workers at once.
func (w *world) hourly(t *testing.T) {
	t.Helper()
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if err := w.service.RemindAll(t.Context(), w.DB); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// TestReminders runs the job every six hours over weeks: the owner hears seven
// days before and on the day, once each, however many workers there are.
func TestReminders(t *testing.T) {
	t.Parallel()
	w := settle(t)
	due := today.AddDays(20)
	id := w.given(t, office, func(in *task.Input) { in.DueOn = due })
	told := map[calendar.Date]int{}
	last := 0
	for ; w.now.Before(now.AddDate(0, 0, 25)); w.now = w.now.Add(6 * time.Hour) {
		w.hourly(t)
		n := w.notices(t, member, inbox.TaskDue)
		if n > last {
			told[calendar.Of(w.now)] += n - last
			last = n
		}
	}
	if len(told) != 2 || told[due.AddDays(-7)] != 1 || told[due] != 1 {
		t.Errorf("reminded %v, want once on %s and once on %s", told, due.AddDays(-7), due)
	}
	if found, err := w.read(t, office, id); err != nil || found.Version != 1 {
		t.Errorf("a reminder made somebody's form stale: version %d, %v", found.Version, err)
	}
}

func TestRemindersThatAreNotSent(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.given(t, office, func(in *task.Input) { in.DueOn = today.AddDays(3) }) // given late: it was just announced
	w.given(t, office, func(in *task.Input) { in.DueOn = calendar.Date{} })
	done := w.given(t, office, func(in *task.Input) { in.DueOn = today })
	w.put(t, done, task.Done)
	w.hourly(t)
	if n := w.notices(t, member, inbox.TaskDue); n != 0 {
		t.Errorf("%d reminders, want none", n)
	}
}

func TestWithoutAnOwnerTheOfficeIsReminded(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.given(t, chair, func(in *task.Input) { in.OwnerID, in.DueOn = uuid.Nil, today })
	w.given(t, coordinator, ofDistrict, func(in *task.Input) { in.DueOn = today })
	w.hourly(t)
	for _, c := range []struct {
		who  access.Actor
		want int
	}{{office, 1}, {coordinator, 1}, {chair, 0}, {other, 0}, {signatory, 0}} {
		if n := w.notices(t, c.who, inbox.TaskDue); n != c.want {
			t.Errorf("%s: %d reminders, want %d", c.who.Name, n, c.want)
		}
	}
}

func TestALaterDateRemindsAnew(t *testing.T) {
	t.Parallel()
	w := settle(t)
	id := w.given(t, office, func(in *task.Input) { in.DueOn = today })
	w.hourly(t)
	w.hourly(t)
	if n := w.notices(t, member, inbox.TaskDue); n != 1 {
		t.Fatalf("%d reminders on the day, want 1", n)
	}
	w.MustWrite(t, office, access.KeepTasks, func(ctx context.Context, tx *db.Tx) error {
		return w.service.Change(ctx, tx, id, 1, input(func(in *task.Input) { in.DueOn = today.AddDays(14) }))
	})
	for range 16 {
		w.now = w.now.AddDate(0, 0, 1)
		w.hourly(t)
	}
	if n := w.notices(t, member, inbox.TaskDue); n != 3 {
		t.Errorf("%d reminders after the new date, want 3", n)
	}
	if n := w.notices(t, testdb.Saxony.Elsewhere(access.Member), inbox.TaskDue); n != 0 {
		t.Error("another was reminded")
	}
}
