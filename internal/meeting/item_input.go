package meeting

import (
	"unicode/utf8"

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
	required(f, "title", n.Title, MaxItemTitle)
	tooLong(f, "description", n.Description, MaxItemDescription)
	tooLong(f, "presenter", n.Presenter, MaxPresenter)
	if n.Minutes < 0 || n.Minutes > MaxItemMinutes {
		f.Add("minutes", "meeting.error.minutes", "Max", MaxItemMinutes)
	}
	if !n.Kind.Valid() {
		f.Add("kind", "field.choice")
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
