package document

// Decision is the extract of one decision.
type Decision struct {
	Imprint

	Title   string      `json:"title"` // "Beschluss 2026/14"
	Number  string      `json:"number"`
	Body    string      `json:"body"`
	When    string      `json:"when"` // day of the decision
	Subject string      `json:"subject"`
	Wording []Paragraph `json:"wording"`
	Table   *Table      `json:"table"` // below the wording; nil: none
	Result  string      `json:"result"`
	Vote    string      `json:"vote"`  // "12 Ja, 1 Nein, 2 Enthaltungen"
	Notes   []Paragraph `json:"notes"` // below: what the extract rests on
}

func (Decision) template() string { return "decision" }
