package ui

import "github.com/a-h/templ"

// Kinds of button. A page has one primary button.
const (
	Primary   = "primary"
	Secondary = "secondary"
	Tertiary  = "tertiary"
	Danger    = "danger"
)

// Button describes a button or, with URL, a link that looks like one.
type Button struct {
	Label   string // a verb: "Speichern"
	Kind    string // Primary, Secondary (default), Tertiary, Danger
	Icon    string // name of a KERN icon, before the label
	Context string // for screen readers, after the label: "Gespräch vom 30.04.2024"
	URL     string // ButtonLink only

	ID          string // where a page comes back to it
	Name, Value string // sent when this button is used
	FormAction  string // another address for the same form
	Form        string // id of the form when the button stands outside
	Small       bool   // for rows of a table
	Block       bool   // as wide as its container
	Download    bool   // ButtonLink: the address is a file

	Attrs templ.Attributes
}

func (b Button) class() string {
	class := "kern-btn kern-btn--secondary"
	switch b.Kind {
	case Primary:
		class = "kern-btn kern-btn--primary"
	case Tertiary:
		class = "kern-btn kern-btn--tertiary"
	case Danger:
		class = "kern-btn kern-btn--primary app-btn--danger"
	}
	if b.Small {
		class += " kern-btn--x-small app-btn--small"
	}
	if b.Block {
		class += " kern-btn--block"
	}
	return class
}
