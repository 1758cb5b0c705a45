package task

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/meeting"
)

// The longest texts of a task, in characters, as the table says too.
const (
	MaxTitle       = 200
	MaxDescription = 4000
	MaxOwner       = 160
	MaxOutcome     = 4000
)

// The sources of a task.
const (
	FromDecision = "decision"
)

// Task is something to do.
type Task struct {
	ID          uuid.UUID
	BodyID      *uuid.UUID // of a body, or
	DistrictID  *uuid.UUID // of a district
	Place       string     // its name
	Day         calendar.Date
	Title       string
	Description string
	Owner       string     // institution
	OwnerID     *uuid.UUID // person
	OwnerName   string     // "": no person
	DueOn       calendar.Date
	State       State
	Outcome     string
	Source      string // "" or FromDecision
	SourceID    *uuid.UUID
	NonPublic   bool
	Simulated   bool
	Version     int
}

// Overdue says whether the task should have been done by today.
func (t Task) Overdue(today calendar.Date) bool {
	return !t.State.Ended() && !t.DueOn.IsZero() && t.DueOn.Before(today)
}

// MayKeep says whether the actor may change the task.
func (t Task) MayKeep(a access.Actor) bool {
	return t.BodyID != nil && a.MayAt(access.KeepTasks, *t.BodyID) ||
		t.DistrictID != nil && slices.Contains(a.Districts(), *t.DistrictID) && a.MayIn(access.KeepTasks, *t.DistrictID)
}

const columns = `t.id, t.body_id, t.district_id, coalesce(b.name, d.name, '') AS place, t.day, t.title, t.description, t.owner, t.owner_id,
	coalesce(p.name, '') AS owner_name, t.due_on, t.state, t.outcome, t.source, t.source_id, t.non_public, t.simulated, t.version`

const tables = `
	FROM task t
	LEFT JOIN body b ON b.programme_id = t.programme_id AND b.id = t.body_id
	LEFT JOIN district d ON d.programme_id = t.programme_id AND d.id = t.district_id
	LEFT JOIN person p ON p.programme_id = t.programme_id AND p.id = t.owner_id`

// ByID returns a task. It returns fault.NotFound if there is none that the
// actor sees.
func ByID(ctx context.Context, tx *db.Tx, id uuid.UUID) (Task, error) {
	rows, _ := tx.Query(ctx, `SELECT `+columns+tables+` WHERE t.id = $1`, id)
	t, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Task])
	if errors.Is(err, pgx.ErrNoRows) {
		err = fault.NotFound
	}
	if err != nil {
		return Task{}, fmt.Errorf("task %s: %w", id, err)
	}
	return t, nil
}

// OpenOf returns a body's tasks that are not done, those that are due first.
func OpenOf(ctx context.Context, tx *db.Tx, bodyID uuid.UUID) ([]Task, error) {
	return tasks(ctx, tx, ` WHERE t.body_id = $1 AND t.state IN ('open', 'in_progress') ORDER BY t.due_on NULLS LAST, t.day, t.id LIMIT 200`, bodyID)
}

func tasks(ctx context.Context, tx *db.Tx, where string, args ...any) ([]Task, error) {
	rows, _ := tx.Query(ctx, `SELECT `+columns+tables+where, args...)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Task])
	if err != nil {
		return nil, fmt.Errorf("tasks: %w", err)
	}
	return list, nil
}

// Input is what a form says about a task.
type Input struct {
	Title       string
	Description string
	Owner       string
	OwnerID     uuid.UUID // zero: nobody by name
	DueOn       calendar.Date
	NonPublic   bool // taken when the task is made
}

func (in Input) validate(since calendar.Date) error {
	f := fault.Fields{}
	required(f, "title", in.Title, MaxTitle)
	required(f, "owner", in.Owner, MaxOwner)
	tooLong(f, "description", in.Description, MaxDescription)
	if !in.DueOn.IsZero() && in.DueOn.Before(since) {
		f.Add("due_on", "task.error.due")
	}
	return f.Err()
}

func required(f fault.Fields, name, text string, most int) {
	if text == "" {
		f.Add(name, "field.missing")
	}
	tooLong(f, name, text, most)
}

func tooLong(f fault.Fields, name, text string, most int) {
	if utf8.RuneCountInString(text) > most {
		f.Add(name, "field.too_long", "Max", most)
	}
}

// New is a task to be made, of a body or of a district.
type New struct {
	Input
	ID         uuid.UUID // from the form: the same form makes one task
	BodyID     uuid.UUID
	DistrictID uuid.UUID
	Decision   uuid.UUID // that gives the task; zero: none
}

// Add makes a task. A second call with the same id makes nothing. It returns
// fault.Fields for bad input, fault.Forbidden to those who do not keep the
// body's or district's tasks, and fault.NotFound for a decision of another
// body.
func Add(ctx context.Context, tx *db.Tx, n New) error {
	t := Task{BodyID: pointer(n.BodyID), DistrictID: pointer(n.DistrictID), SourceID: pointer(n.Decision), NonPublic: n.NonPublic}
	if (t.BodyID == nil) == (t.DistrictID == nil) {
		return fault.Field("place", "field.choice")
	}
	if !t.MayKeep(tx.Actor) {
		return fmt.Errorf("add a task: %w", fault.Forbidden)
	}
	today := calendar.Of(tx.Now)
	if err := n.validate(today); err != nil {
		return err
	}
	if t.SourceID != nil {
		d, err := meeting.DecisionByID(ctx, tx, n.Decision)
		if err != nil {
			return err
		}
		if d.BodyID != n.BodyID {
			return fmt.Errorf("task of decision %s: %w", n.Decision, fault.NotFound)
		}
		t.Source, t.NonPublic = FromDecision, t.NonPublic || d.NonPublic
	}
	if err := checkOwner(ctx, tx, t.BodyID, n.OwnerID); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO task (id, body_id, district_id, day, title, description, owner, owner_id, due_on, source, source_id, non_public)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT DO NOTHING`,
		n.ID, t.BodyID, t.DistrictID, today, n.Title, n.Description, n.Owner, pointer(n.OwnerID), n.DueOn, t.Source, t.SourceID, t.NonPublic)
	if err != nil {
		return fmt.Errorf("add task %s: %w", n.ID, err)
	}
	return nil
}

// checkOwner returns fault.Fields for a person who does not sit in the body
// today: whoever owns a task reads it.
func checkOwner(ctx context.Context, tx *db.Tx, bodyID *uuid.UUID, personID uuid.UUID) error {
	if personID == uuid.Nil || personID == tx.Actor.Person {
		return nil
	}
	if bodyID != nil {
		seats, err := body.Roster(ctx, tx, *bodyID, calendar.Of(tx.Now))
		if err != nil {
			return err
		}
		for _, s := range seats {
			if slices.ContainsFunc(s.Holders, func(h body.Holder) bool { return h.PersonID == personID }) {
				return nil
			}
		}
	}
	return fault.Field("owner_id", "field.choice")
}

// Change writes what a form says over a task. version is the one that was read.
// It returns fault.Fields for bad input, fault.Stale if somebody else changed
// it meanwhile, fault.Forbidden and fault.NotFound.
func Change(ctx context.Context, tx *db.Tx, id uuid.UUID, version int, in Input) error {
	t, err := keep(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := in.validate(t.Day); err != nil {
		return err
	}
	if t.OwnerID == nil || *t.OwnerID != in.OwnerID { // who has left since keeps what he has
		if err := checkOwner(ctx, tx, t.BodyID, in.OwnerID); err != nil {
			return err
		}
	}
	n, err := tx.Exec(ctx, `
		UPDATE task SET title = $3, description = $4, owner = $5, owner_id = $6, due_on = $7
		WHERE id = $1 AND version = $2`, id, version, in.Title, in.Description, in.Owner, pointer(in.OwnerID), in.DueOn)
	if err != nil {
		return fmt.Errorf("change task %s: %w", id, err)
	}
	if n == 0 {
		return fmt.Errorf("task %s: %w", id, fault.Stale)
	}
	return nil
}

// SetState moves a task on; what ends says what came of it. version is the one
// that was read. It returns fault.Fields for bad input and for a state that may
// not follow, fault.Stale, fault.Forbidden and fault.NotFound.
func SetState(ctx context.Context, tx *db.Tx, id uuid.UUID, version int, to State, outcome string) error {
	t, err := keep(ctx, tx, id)
	if err != nil {
		return err
	}
	if t.Version != version {
		return fmt.Errorf("task %s: %w", id, fault.Stale)
	}
	f := fault.Fields{}
	if !steps[step{t.State, to}] {
		f.Add("state", "field.choice")
	}
	if to.Ended() && outcome == "" {
		f.Add("outcome", "task.error.outcome")
	}
	tooLong(f, "outcome", outcome, MaxOutcome)
	if err := f.Err(); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE task SET state = $3, outcome = $4 WHERE id = $1 AND version = $2`, id, version, to, outcome)
	if err != nil {
		return fmt.Errorf("task %s to %s: %w", id, to, err)
	}
	if n == 0 {
		return fmt.Errorf("task %s: %w", id, fault.Stale)
	}
	return nil
}

func keep(ctx context.Context, tx *db.Tx, id uuid.UUID) (Task, error) {
	t, err := ByID(ctx, tx, id)
	if err != nil {
		return Task{}, err
	}
	if !t.MayKeep(tx.Actor) {
		return Task{}, fmt.Errorf("change task %s: %w", id, fault.Forbidden)
	}
	return t, nil
}

func pointer(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}
