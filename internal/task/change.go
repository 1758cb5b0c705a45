package task

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// Change writes what a form says over a task that is not finished, and tells a
// new owner. version is the one that was read. It returns fault.Fields for bad
// input, fault.Stale if somebody else changed the task meanwhile,
// fault.Conflict once it is finished, fault.Forbidden to all who may not keep
// it and fault.NotFound.
func (s *Service) Change(ctx context.Context, tx *db.Tx, id uuid.UUID, version int, in Input) error {
	t, err := ByID(ctx, tx, id)
	if err != nil {
		return err
	}
	if !MayKeep(tx.Actor, t) {
		return fmt.Errorf("change task %s: %w", id, fault.Forbidden)
	}
	old := t.Input()
	in.ID, in.Place = id, old.Place
	people, err := Candidates(ctx, tx, in.Place)
	if err != nil {
		return err
	}
	if old.OwnerID != uuid.Nil { // who has it keeps it, also without a seat
		people = append(people, Candidate{PersonID: old.OwnerID, Institution: old.Owner, Place: in.Place})
	}
	if in, err = in.complete(t.earliest(in.DueOn, calendar.Of(tx.Now)), people); err != nil {
		return err
	}
	if t.Version != version {
		return fmt.Errorf("task %s: %w", id, fault.Stale)
	}
	if t.State.Finished() {
		return fault.Explain(fault.Conflict, "task.error.finished")
	}
	touched, err := tx.Exec(ctx, `
		UPDATE task SET title = $3, description = $4, owner = $5, owner_id = $6, due_on = $7
		WHERE id = $1 AND version = $2`, id, version, in.Title, in.Description, in.Owner, in.person(), in.DueOn)
	if err != nil {
		return fmt.Errorf("change task %s: %w", id, err)
	}
	if touched == 0 {
		return fmt.Errorf("task %s: %w", id, fault.Stale)
	}
	if in.OwnerID == old.OwnerID {
		return nil
	}
	return s.tellOwner(ctx, tx, in)
}

// earliest is the first day on which a change may make the task due: an
// overdue one may stay so, a new date lies ahead.
func (t Task) earliest(due, today calendar.Date) calendar.Date {
	if due == t.DueOn {
		return t.Day
	}
	return today
}

// MoveTo takes a task into another state. outcome says in words what came out:
// necessary when the task ends, welcome before; an empty one keeps what was
// said. version is the one that was read. A second press changes nothing. It
// returns fault.Fields for bad input, fault.Stale if somebody else changed the
// task meanwhile, fault.Conflict for a step that is not known, fault.Forbidden
// for one that is not the actor's to take, and fault.NotFound.
func MoveTo(ctx context.Context, tx *db.Tx, id uuid.UUID, version int, to State, outcome string) error {
	t, err := ByID(ctx, tx, id)
	if err != nil {
		return err
	}
	if !MayKeep(tx.Actor, t) && (t.OwnerID == nil || *t.OwnerID != tx.Actor.Person) {
		return fmt.Errorf("task %s to %s: %w", id, to, fault.Forbidden)
	}
	if t.State == to && (outcome == "" || t.Outcome == outcome) {
		return nil // the same form again
	}
	if t.Version != version {
		return fmt.Errorf("task %s: %w", id, fault.Stale)
	}
	if _, known := steps[step{t.State, to}]; !known {
		return fault.Explain(fault.Conflict, "task.error.step")
	}
	if !mayMove(tx.Actor, t, to) {
		return fmt.Errorf("task %s to %s: %w", id, to, fault.Forbidden)
	}
	f := fault.Fields{}
	f.Limit("outcome", outcome, MaxOutcome)
	if to.Finished() && outcome == "" {
		f.Add("outcome", "task.error.outcome")
	}
	if err := f.Err(); err != nil {
		return err
	}
	touched, err := tx.Exec(ctx, `
		UPDATE task SET state = $3, outcome = CASE WHEN $4 = '' THEN outcome ELSE $4 END
		WHERE id = $1 AND version = $2`, id, version, to, outcome)
	if err != nil {
		return fmt.Errorf("task %s to %s: %w", id, to, err)
	}
	if touched == 0 {
		return fmt.Errorf("task %s: %w", id, fault.Stale)
	}
	return nil
}
