package task

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// Source is where a task comes from.
type Source string

// The sources of a task.
const (
	FromNothing  Source = ""
	FromDecision Source = "decision"
	FromActivity Source = "activity"
	FromInquiry  Source = "inquiry"
)

// Place is whose task it is: a body's or a district's, never both.
type Place struct {
	Body     uuid.UUID
	District uuid.UUID
}

func (p Place) mayKeep(a access.Actor) bool {
	if p.Body != uuid.Nil {
		return a.MayAt(access.KeepTasks, p.Body)
	}
	return p.District != uuid.Nil && slices.Contains(a.Districts(), p.District)
}

// Task is what somebody is to do.
type Task struct {
	ID          uuid.UUID
	BodyID      *uuid.UUID
	DistrictID  *uuid.UUID
	PlaceName   string        // of the body or the district
	Day         calendar.Date // since when
	Title       string
	Description string
	Owner       string     // institution
	OwnerID     *uuid.UUID // person
	OwnerName   string
	DueOn       calendar.Date // zero: no date
	State       State
	Outcome     string
	Source      Source
	SourceID    *uuid.UUID
	NonPublic   bool
	Simulated   bool
	CreatedAt   time.Time
	Creator     string // "": the system
	ChangedAt   time.Time
	Changer     string
	Version     int
}

// Place returns whose task it is.
func (t Task) Place() Place {
	var p Place
	if t.BodyID != nil {
		p.Body = *t.BodyID
	}
	if t.DistrictID != nil {
		p.District = *t.DistrictID
	}
	return p
}

// Overdue says whether the task is not finished although its day is over.
func (t Task) Overdue(today calendar.Date) bool {
	return !t.State.Finished() && !t.DueOn.IsZero() && t.DueOn.Before(today)
}

const taskColumns = `t.id, t.body_id, t.district_id, coalesce(b.name, d.short_name, '') AS place_name, t.day, t.title, t.description,
	t.owner, t.owner_id, coalesce(o.name, '') AS owner_name, t.due_on, t.state, t.outcome, t.source, t.source_id, t.non_public, t.simulated,
	t.created_at, coalesce(c.name, '') AS creator, t.changed_at, coalesce(w.name, '') AS changer, t.version`

const taskTables = `
	LEFT JOIN body b ON b.programme_id = t.programme_id AND b.id = t.body_id
	LEFT JOIN district d ON d.programme_id = t.programme_id AND d.id = t.district_id
	LEFT JOIN person o ON o.programme_id = t.programme_id AND o.id = t.owner_id
	LEFT JOIN person c ON c.programme_id = t.programme_id AND c.id = t.created_by
	LEFT JOIN person w ON w.programme_id = t.programme_id AND w.id = t.changed_by`

// ByID returns a task. It returns fault.NotFound if there is none that the
// actor sees.
func ByID(ctx context.Context, tx *db.Tx, id uuid.UUID) (Task, error) {
	rows, _ := tx.Query(ctx, `SELECT `+taskColumns+` FROM task t`+taskTables+` WHERE t.id = $1`, id)
	t, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Task])
	if err != nil {
		return Task{}, fmt.Errorf("task %s: %w", id, err)
	}
	return t, nil
}

// OpenOfBody returns what is to be done in a body, as far as the actor sees
// it, the most urgent first: for the item "Kontrolle der Festlegungen" of a
// sitting's agenda.
func OpenOfBody(ctx context.Context, tx *db.Tx, bodyID uuid.UUID) ([]Task, error) {
	rows, _ := tx.Query(ctx, `SELECT `+taskColumns+` FROM task t`+taskTables+`
		WHERE t.body_id = $1 AND t.state IN ('open', 'in_progress')
		ORDER BY t.due_on NULLS LAST, t.id`, bodyID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Task])
	if err != nil {
		return nil, fmt.Errorf("open tasks of body %s: %w", bodyID, err)
	}
	return list, nil
}
