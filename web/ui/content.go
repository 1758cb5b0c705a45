package ui

import (
	"strconv"

	"github.com/a-h/templ"
)

// Head describes the top of a page: the one h1, what stands above it and a
// sentence below. Children of PageHead are its buttons.
type Head struct {
	Title   string
	Preline string // above, small: the kind of thing, "Landkreis"
	Lead    string // below: what this page is for
	Badge   Mark   // state of the thing; shown when it has a label

	Data        bool // the title is what people wrote
	DataPreline bool
}

// Panel describes a Card.
type Panel struct {
	Title   string
	Preline string
	Subline string
	URL     string // makes the whole card a link
	ID      string
	Level   int // of its heading, default 2
	Small   bool
	Data    bool // title and subline are what people wrote
}

func (p Panel) class() string {
	class := "kern-card kern-card--hug app-card"
	if p.Small {
		class += " kern-card--small"
	}
	if p.URL != "" {
		class += " kern-card--interactive"
	}
	return class
}

// Term is one line of a DescriptionList: Text, or Body for anything richer.
type Term struct {
	Key  string
	Text string
	Body templ.Component
	Edit Link // "Bearbeiten" at the end of the line
	Data bool // the text is what people wrote
}

// Event is one entry of a Timeline, newest first. When is the day from which
// it is true, Recorded when the system learnt of it.
type Event struct {
	When      string
	Title     string
	Text      string
	Badge     Mark
	Recorded  string // "erfasst am 02.05.2024, 10:42 Uhr von Erika Muster"
	Withdrawn string // "berichtigt am …": shown struck out but readable
	Links     []Link
}

// Task is one entry of a TaskList.
type Task struct {
	Title   string // what to do; may be empty before a subject
	Subject string // with what, as people wrote it
	URL     string
	Place   string // where, as people wrote it
	Text    string // e.g. "fällig am 30.04.2024"
	State   Mark
}

// Figure describes a Stat: one big number.
type Figure struct {
	Value string
	Of    string // "von 13"
	Label string
	Note  string
	URL   string
	Tone  string // Neutral, Info, Success, Warning, Error: the edge
	Money bool   // an amount: smaller, and never broken
}

func (f Figure) class() string {
	class := "app-stat"
	if f.Money {
		class += " app-stat--money"
	}
	if f.Tone != "" {
		class += " app-stat--" + f.Tone
	}
	return class
}

// BarRow is one line of a Bar chart: a text, its number and the bar.
type BarRow struct {
	Label string
	Text  string // the number as written
	Value int
	Tone  string
}

// Chart describes Bars. Max is the value of the full width; 0 takes the
// largest row.
type Chart struct {
	Label string
	Rows  []BarRow
	Max   int
}

func (c Chart) max() int {
	top := c.Max
	for _, r := range c.Rows {
		top = max(top, r.Value)
	}
	return max(top, 1)
}

// width is the length of a bar as a share of 1000.
func (c Chart) width(value int) string {
	return strconv.Itoa(max(value, 0) * 1000 / c.max())
}

// DiffRow is one field of a Diff: what the other person saved and what you
// typed.
type DiffRow struct {
	Label string
	Left  string
	Right string
}

// Changed says whether the two texts differ.
func (r DiffRow) Changed() bool { return r.Left != r.Right }

// Comparison describes a Diff of two versions.
type Comparison struct {
	Left  string // heading of the saved text
	Right string // heading of your text
	Rows  []DiffRow
}

// Confirmation describes the body of a confirm page for what cannot be undone.
type Confirmation struct {
	Text         string
	Consequences []string
	Action       string // POST
	Submit       string // the verb again: "Konto sperren"
	CancelURL    string
	Hidden       []Hidden
	Danger       bool
}

// Section describes a Details block.
type Section struct {
	Title   string
	Context string // for screen readers, after the title: "Absatz 2.1"
	Open    bool
	Group   string // blocks with the same group close each other
	ID      string
}
