package document

// Invitation invites to a meeting.
type Invitation struct {
	Imprint

	Title  string       `json:"title"` // "Einladung zur 3. Sitzung der Regionalkonferenz Görlitz"
	Body   string       `json:"body"`
	When   string       `json:"when"`
	Place  string       `json:"place"`
	Online string       `json:"online"` // address of the video conference, "" none
	Intro  []Paragraph  `json:"intro"`
	Agenda []AgendaItem `json:"agenda"`
	Notice []Paragraph  `json:"notice"` // deadlines for motions and apologies
	Office Contact      `json:"office"`
}

// AgendaItem is a line of the agenda.
type AgendaItem struct {
	Number    string `json:"number"`
	Title     string `json:"title"`
	Duration  string `json:"duration"` // "20 Min."
	Presenter string `json:"presenter"`
	NonPublic bool   `json:"non_public"`
}

// Contact is an office that answers questions.
type Contact struct {
	Name    string   `json:"name"`
	Address []string `json:"address"` // lines
	Phone   string   `json:"phone"`
	Email   string   `json:"email"`
}

func (Invitation) template() string { return "invitation" }

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
	Vote    string      `json:"vote"` // "12 Ja, 1 Nein, 2 Enthaltungen"
}

func (Decision) template() string { return "decision" }
