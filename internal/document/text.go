package document

import (
	"encoding/json"
	"net/url"
)

// Span is a run of text in one style.
type Span struct {
	Text   string `json:"text"`
	Bold   bool   `json:"bold"`
	Italic bool   `json:"italic"`
	URL    string `json:"url"` // http, https or mailto; others are not linked
}

// MarshalJSON leaves out addresses that nobody should follow from a PDF.
func (s Span) MarshalJSON() ([]byte, error) {
	type plain Span
	s.URL = followable(s.URL)
	return json.Marshal(plain(s))
}

// followable returns the address if it is one of the web or of a mailbox, else "".
func followable(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	switch {
	case (u.Scheme == "http" || u.Scheme == "https") && u.Host != "":
		return u.String()
	case u.Scheme == "mailto" && u.Opaque != "":
		return u.String()
	}
	return ""
}

// The kinds of paragraphs.
const (
	Plain    = "p"   // a paragraph
	Bullet   = "li"  // an item of a list
	Numbered = "oli" // an item of a numbered list
)

// Paragraph is a paragraph or an item of a list; items that follow each other
// are one list.
type Paragraph struct {
	Kind  string `json:"kind"` // Plain, Bullet or Numbered
	Spans []Span `json:"spans"`
}

// Text returns a paragraph in plain style.
func Text(s string) Paragraph { return Paragraph{Kind: Plain, Spans: []Span{{Text: s}}} }

// Table is a table in a text. Rows shorter than the head are filled up.
type Table struct {
	Head []string   `json:"head"`
	Rows [][]string `json:"rows"`
}
