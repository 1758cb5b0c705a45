package document

// Letter is an official letter: a notice, a demand, a certificate. Its facts
// and parts are written in words by the capability that sends it.
type Letter struct {
	Imprint

	Title     string       `json:"title"`
	Recipient []string     `json:"recipient"` // lines of the address field
	Facts     []Fact       `json:"facts"`
	Parts     []LetterPart `json:"parts"`
	Signature string       `json:"signature"` // below the line; "": none
}

// Fact is a word and its value.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// LetterPart is a section of a letter.
type LetterPart struct {
	Title string      `json:"title"`
	Text  []Paragraph `json:"text"`
	Table *Table      `json:"table"` // below the text; nil: none
}

func (Letter) template() string { return "letter" }
