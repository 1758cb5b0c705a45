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
