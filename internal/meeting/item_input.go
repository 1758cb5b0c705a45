package meeting

import (
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
	return f.Err()
}
