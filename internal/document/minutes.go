package document

// Minutes are the record of a meeting.
type Minutes struct {
	Imprint

	Title       string        `json:"title"` // "Protokoll der 3. Sitzung"
	Body        string        `json:"body"`
	When        string        `json:"when"`
	Place       string        `json:"place"`
	Chair       string        `json:"chair"`
	MinuteTaker string        `json:"minute_taker"`
	Attendance  []Attendance  `json:"attendance"`
	Items       []MinutesItem `json:"items"`
	Signatures  bool          `json:"signatures"` // fields for chair and minute-taker at the end
}

// Attendance says who was there.
type Attendance struct {
	Institution string `json:"institution"`
	Person      string `json:"person"`
	Status      string `json:"status"`  // "anwesend", "entschuldigt"
	FromTo      string `json:"from_to"` // "14:00–15:30 Uhr", "" the whole time
}

// MinutesItem is what was said and decided on one item of the agenda.
type MinutesItem struct {
	Number string  `json:"number"`
	Title  string  `json:"title"`
	Blocks []Block `json:"blocks"`
}

// Block is a numbered passage.
type Block struct {
	Number     string      `json:"number"` // "3.2"
	Kind       string      `json:"kind"`   // label: "Beschluss", "Aufgabe"; "" for a plain text
	Paragraphs []Paragraph `json:"paragraphs"`
	Table      *Table      `json:"table"` // nil: none
	Vote       string      `json:"vote"`  // "Einstimmig angenommen (12 Ja)"; "" none
	// Placeholder stands where the passage is not for these readers; the
	// other fields are empty then.
	Placeholder string `json:"placeholder"`
}

func (Minutes) template() string { return "minutes" }
