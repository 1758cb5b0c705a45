package task

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/inbox"
	"rundertisch/internal/job"
	"rundertisch/internal/programme"
)

// noticeDays is how many days before a task is due its owner is reminded for
// the first time.
const noticeDays = 7

// Reminders are the arguments of the job that reminds of tasks, in every
// programme.
type Reminders struct{}

// Kind names the job.
func (Reminders) Kind() string { return "task_reminders" }

// InProgramme returns no programme: the job goes through all.
func (Reminders) InProgramme() uuid.UUID { return uuid.Nil }

// HandleReminders makes the workers remind of tasks.
func HandleReminders(w *job.Workers, d *db.DB, s *Service) {
	job.Handle(w, func(ctx context.Context, _ Reminders) error { return s.RemindAll(ctx, d) })
}

// RemindAll runs Remind in every programme; one that fails does not hold up the
// others.
func (s *Service) RemindAll(ctx context.Context, d *db.DB) error {
	all, err := programme.All(ctx, d)
	if err != nil {
		return err
	}
	var failed []error
	for _, p := range all {
		scoped := access.NewContext(ctx, access.System(p.ID, Reminders{}.Kind()))
		err := d.Write(scoped, access.NotifyPeople, func(tx *db.Tx) error {
			_, err := s.Remind(scoped, tx)
			return err
		})
		if err != nil {
			failed = append(failed, fmt.Errorf("remind of tasks in %s: %w", p.Slug, err))
		}
	}
	return errors.Join(failed...)
}

// reminder is a task of which somebody is reminded.
type reminder struct {
	ID     uuid.UUID
	DueOn  calendar.Date
	Place  string
	People []uuid.UUID
}

// Remind reminds of the tasks that are due in seven days and of those that are
// due today, once for each of the two: a task is marked in the transaction that
// writes the notices, and two workers wait for each other. A task that was
// given later than seven days before its day is not announced a second time.
// Where nobody owns the task, the body's office is reminded, or whoever added
// it for the district. Remind returns how many tasks there were.
func (s *Service) Remind(ctx context.Context, tx *db.Tx) (int, error) {
	rows, _ := tx.Query(ctx, `
		UPDATE task AS t SET reminded_on = $1
		WHERE t.state IN ('open', 'in_progress') AND t.due_on <= $1::date + $2::integer
			AND (t.due_on <= $1 AND (t.reminded_on IS NULL OR t.reminded_on < t.due_on)
				OR t.day <= t.due_on - $2::integer AND (t.reminded_on IS NULL OR t.reminded_on < t.due_on - $2::integer))
		RETURNING t.id, t.due_on,
			coalesce((SELECT b.name FROM body b WHERE b.programme_id = t.programme_id AND b.id = t.body_id),
				(SELECT d.short_name FROM district d WHERE d.programme_id = t.programme_id AND d.id = t.district_id)) AS place,
			CASE WHEN t.owner_id IS NOT NULL THEN ARRAY[t.owner_id]
				WHEN t.body_id IS NOT NULL THEN ARRAY(SELECT o.person_id FROM body_office o
					WHERE o.programme_id = t.programme_id AND o.body_id = t.body_id AND o.withdrawn_at IS NULL AND o.valid @> $1::date)
				WHEN t.created_by IS NOT NULL THEN ARRAY[t.created_by]
				ELSE '{}' END AS people`, calendar.Of(tx.Now), noticeDays)
	due, err := pgx.CollectRows(rows, pgx.RowToStructByName[reminder])
	if err != nil {
		return 0, fmt.Errorf("tasks that are due: %w", err)
	}
	for _, r := range due {
		if err := s.tell(ctx, tx, inbox.TaskDue, r.ID, r.Place, r.DueOn, r.People); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}
