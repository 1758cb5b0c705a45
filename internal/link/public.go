package link

import "time"

// Home is the public board.
func Home() string { return "/" }

// State is the permanent address of the board: true on am, as known on
// bekannt. A zero time leaves the parameter out. A civil date is written as a
// date, any other moment exactly.
func State(am, bekannt time.Time) string {
	return With("/stand", "am", date(am), "bekannt", moment(bekannt))
}

// StateJSON is the machine twin of State.
func StateJSON(am, bekannt time.Time) string {
	return With("/stand.json", "am", date(am), "bekannt", moment(bekannt))
}

// StateCSV is the table of State, a row per district.
func StateCSV(am, bekannt time.Time) string {
	return With("/stand.csv", "am", date(am), "bekannt", moment(bekannt))
}

// StateChanges lists what changed between two days.
func StateChanges(from, to time.Time) string {
	return With("/stand/veraenderungen", "von", date(from), "bis", date(to))
}

// Directory lists the coordinators with their public contact.
func Directory() string { return "/ansprechpartner" }

// Conferences lists the regional conferences.
func Conferences() string { return "/konferenzen" }

// Committee describes the joint state committee.
func Committee() string { return "/landesgremium" }

// Funding explains the funding of the programme and lists the grants.
func Funding() string { return "/foerderung" }

// FundingJSON is the machine twin of the list of grants.
func FundingJSON() string { return "/foerderung.json" }

// Contact is the programme's contact page.
func Contact() string { return "/kontakt" }

// News lists what is new.
func News() string { return "/aktuelles" }

// OpenData describes the data to download.
func OpenData() string { return "/offene-daten" }

// Accessibility is the accessibility statement.
func Accessibility() string { return "/barrierefreiheit" }

// ReportBarrier is the form by which a barrier is reported; page is the
// address where it was met.
func ReportBarrier(page string) string { return With("/barrierefreiheit/melden", "seite", page) }

// Privacy is the data protection statement.
func Privacy() string { return "/datenschutz" }

// Imprint is the imprint.
func Imprint() string { return "/impressum" }

// EasyLanguage is the page in Leichte Sprache.
func EasyLanguage() string { return "/leichte-sprache" }

// Language switches the language of the interface and returns to next.
func Language(lang, next string) string { return With("/sprache", "l", lang, "next", next) }

// Theme switches between "light", "dark" and "system" and returns to next.
func Theme(theme, next string) string { return With("/darstellung", "t", theme, "next", next) }

// DemoComponents shows every component in every state (demo only).
func DemoComponents() string { return "/demo/bausteine" }

// DemoMail shows the mail that a demo does not send.
func DemoMail() string { return "/demo/post" }

// Health says that the process lives.
func Health() string { return "/healthz" }

// Ready says that database and migrations are as expected.
func Ready() string { return "/readyz" }
