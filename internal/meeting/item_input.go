package meeting

import (
	"errors"

	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// The longest texts of an item, in characters, as the table says too.
const (
	MaxItemTitle       = 200
	MaxItemDescription = 8000
	MaxPresenter       = 160
	MaxItemMinutes     = 600
	MaxWhy             = 500 // reasons
)

func (n NewItem) validate() error {
	f := fault.Fields{}
	f.Require("title", n.Title, MaxItemTitle)
	f.Limit("description", n.Description, MaxItemDescription)
	f.Limit("presenter", n.Presenter, MaxPresenter)
	if n.Minutes < 0 || n.Minutes > MaxItemMinutes {
		f.Add("minutes", "meeting.error.minutes", "Max", MaxItemMinutes)
	}
	if !n.Kind.Valid() {
		f.Add("kind", "field.choice")
	}
	if n.Kind == Approval && n.SubjectID == nil {
		f.Add("subject", "meeting.error.subject_missing")
	}
	return f.Err()
}

// saySubject says to the form what the database found wrong with the minutes
// that an item names.
func saySubject(err error) error {
	switch db.Constraint(err) {
	case "item_names_minutes":
		return errors.Join(fault.Field("subject", "meeting.error.subject"), err)
	case "item_decided":
		return errors.Join(fault.Field("subject", "meeting.error.subject_decided"), err)
	}
	return err
}
