package task

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/meeting"
)

// Origin is what a task comes from, and what it brings along.
type Origin struct {
	Place Place
	Day   calendar.Date // since when the task exists: rights hang on it
	Title string        // of the decision or the activity
	Input Input         // with which the form begins
}

// OriginOf returns what a new task from the source begins with. It returns
// fault.NotFound for a source that the actor does not see, fault.Forbidden if
// the actor may add no task there, and fault.Conflict for a decision that is
// not in force.
func OriginOf(ctx context.Context, tx *db.Tx, source Source, id uuid.UUID) (Origin, error) {
	var o Origin
	var err error
	switch source {
	case FromNothing:
		return Origin{Day: calendar.Of(tx.Now)}, nil
	case FromDecision:
		o, err = ofDecision(ctx, tx, id)
	case FromActivity:
		o, err = ofActivity(ctx, tx, id)
	case FromInquiry:
		err = fault.NotFound // inquiries are not built yet
	default:
		err = fault.NotFound
	}
	if err != nil {
		return Origin{}, fmt.Errorf("task from %s %s: %w", source, id, err)
	}
	if !o.Place.mayKeep(tx.Actor) {
		return Origin{}, fmt.Errorf("task from %s %s: %w", source, id, fault.Forbidden)
	}
	o.Input.Place, o.Input.Source, o.Input.SourceID = o.Place, source, id
	return o, nil
}

func ofDecision(ctx context.Context, tx *db.Tx, id uuid.UUID) (Origin, error) {
	d, err := meeting.DecisionByID(ctx, tx, id)
	if err != nil {
		return Origin{}, err
	}
	if !d.InForce() {
		return Origin{}, fault.Explain(fault.Conflict, "task.error.decision")
	}
	title := d.Title
	if d.Label() != "" {
		title = d.Label() + " " + d.Title
	}
	return Origin{
		Place: Place{Body: d.BodyID}, Day: d.Day, Title: title,
		Input: Input{Title: d.Title, Description: cut(d.Wording, MaxDescription), NonPublic: d.NonPublic},
	}, nil
}

// SourceTitle returns the title of what the task comes from. It returns
// fault.NotFound if it comes from nothing or from something that the actor does
// not see.
func SourceTitle(ctx context.Context, tx *db.Tx, t Task) (string, error) {
	if t.SourceID == nil {
		return "", fault.NotFound
	}
	switch t.Source {
	case FromDecision:
		o, err := ofDecision(ctx, tx, *t.SourceID)
		return o.Title, err
	case FromActivity:
		o, err := ofActivity(ctx, tx, *t.SourceID)
		return o.Title, err
	default:
		return "", fault.NotFound
	}
}

// ofActivity begins with the next step, if the entry names one.
func ofActivity(ctx context.Context, tx *db.Tx, id uuid.UUID) (Origin, error) {
	a, err := activity.ByID(ctx, tx, id)
	if err != nil {
		return Origin{}, err
	}
	if a.Draft || a.DeletedAt != nil {
		return Origin{}, fault.NotFound
	}
	in := Input{Title: cut(a.Title, MaxTitle)}
	if a.NextStep != "" {
		in.Title = cut(a.NextStep, MaxTitle)
	}
	if today := calendar.Of(tx.Now); !a.FollowUpOn.Before(today) {
		in.DueOn = a.FollowUpOn
	}
	return Origin{Place: Place{District: a.DistrictID}, Day: calendar.Of(tx.Now), Title: a.Title, Input: in}, nil
}

// cut shortens a text to most characters.
func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// Add adds a task and tells its owner. A second submit of the same form adds
// and tells nothing. What comes from a decision that is not public is not
// public either. It returns fault.Fields for bad input, fault.Forbidden to all
// but the office and the chair of the body or the people of the district, and
// what OriginOf returns for the source.
func (s *Service) Add(ctx context.Context, tx *db.Tx, in Input) error {
	o, err := OriginOf(ctx, tx, in.Source, in.SourceID)
	if err != nil {
		return err
	}
	if in.Source != FromNothing {
		in.Place, in.NonPublic = o.Place, in.NonPublic || o.Input.NonPublic
	}
	if in.Place == (Place{}) {
		return fault.Field("place", "field.choice")
	}
	if !in.Place.mayKeep(tx.Actor) {
		return fmt.Errorf("%s: %w", access.KeepTasks, fault.Forbidden)
	}
	people, err := Candidates(ctx, tx, in.Place)
	if err != nil {
		return err
	}
	if in, err = in.complete(calendar.Of(tx.Now), people); err != nil {
		return err
	}
	added, err := insert(ctx, tx, in, o.Day)
	if err != nil || !added {
		return err
	}
	return s.tellOwner(ctx, tx, in)
}

func insert(ctx context.Context, tx *db.Tx, in Input, day calendar.Date) (added bool, err error) {
	var body, district, source *uuid.UUID
	if in.Place.Body != uuid.Nil {
		body = &in.Place.Body
	} else {
		district = &in.Place.District
	}
	if in.Source != FromNothing {
		source = &in.SourceID
	}
	n, err := tx.Exec(ctx, `
		INSERT INTO task (id, body_id, district_id, day, title, description, owner, owner_id, due_on, source, source_id, non_public)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT DO NOTHING`,
		in.ID, body, district, day, in.Title, in.Description, in.Owner, in.person(), in.DueOn, in.Source, source, in.NonPublic)
	if err != nil {
		return false, fmt.Errorf("add task %s: %w", in.ID, err)
	}
	return n == 1, nil
}
