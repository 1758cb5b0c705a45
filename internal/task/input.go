package task

import (
	"github.com/google/uuid"

	"rundertisch/internal/calendar"
	"rundertisch/internal/fault"
)

// The longest texts of a task, in characters.
const (
	MaxTitle       = 200
	MaxDescription = 4000
	MaxOwner       = 160
	MaxOutcome     = 4000
)

// Input is what a form says of a task.
type Input struct {
	ID          uuid.UUID // of the new task
	Place       Place     // of a new task; it stays
	Title       string
	Description string
	Owner       string    // institution; "": that of the person
	OwnerID     uuid.UUID // person; zero: nobody in particular
	DueOn       calendar.Date
	NonPublic   bool // of a new task; it stays
	Source      Source
	SourceID    uuid.UUID
}

// Input returns what a form that changes the task shows.
func (t Task) Input() Input {
	in := Input{
		ID: t.ID, Place: t.Place(), Title: t.Title, Description: t.Description, Owner: t.Owner, DueOn: t.DueOn,
		NonPublic: t.NonPublic, Source: t.Source,
	}
	if t.OwnerID != nil {
		in.OwnerID = *t.OwnerID
	}
	if t.SourceID != nil {
		in.SourceID = *t.SourceID
	}
	return in
}

// complete checks the input against who may own a task here, and returns it
// with the person's institution where none was typed.
func (in Input) complete(day calendar.Date, people []Candidate) (Input, error) {
	f := fault.Fields{}
	if in.OwnerID != uuid.Nil {
		known := false
		for _, c := range people {
			if c.PersonID != in.OwnerID || c.Place != in.Place {
				continue
			}
			known = true
			if in.Owner == "" {
				in.Owner = c.Institution
			}
		}
		if !known {
			f.Add("owner_id", "task.error.person")
		}
	}
	f.Require("title", in.Title, MaxTitle)
	f.Limit("description", in.Description, MaxDescription)
	f.Require("owner", in.Owner, MaxOwner)
	if !in.DueOn.IsZero() && in.DueOn.Before(day) {
		f.Add("due_on", "task.error.due")
	}
	if !in.DueOn.IsZero() && in.DueOn.Year() > 2100 {
		f.Add("due_on", "field.date")
	}
	return in, f.Err()
}

// person is the owner as the database keeps it.
func (in Input) person() *uuid.UUID {
	if in.OwnerID == uuid.Nil {
		return nil
	}
	return &in.OwnerID
}
