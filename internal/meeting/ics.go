package meeting

import (
	"strings"
	"time"
	"unicode"

	ics "github.com/arran4/golang-ical"
	"github.com/google/uuid"
)

// Event is a sitting as a calendar file tells it.
type Event struct {
	ID        uuid.UUID // the sitting's, the same for ever: calendars find the entry by it
	Sequence  int       // rises with each change that is sent, the cancellation too
	Cancelled bool
	Stamp     time.Time // when the file was made
	Start     time.Time
	End       time.Time
	Title     string // neutral: calendars are shared, so no agenda and nothing non-public
	Place     string
	Text      string // how to reach the sitting's page
	URL       string // the sitting's page
	Organizer Contact
	Attendees []Contact
}

// Contact is a name with an address.
type Contact struct {
	Name  string
	Email string
}

// ICS returns the calendar file (RFC 5545) that invites to the sitting, changes
// it or cancels it (RFC 5546: REQUEST, CANCEL). Times are in UTC, so that no
// reader needs our time zone. Fields cannot break out of their line.
func ICS(e Event) []byte {
	cal := ics.NewCalendar()
	cal.SetProductId("-//Runder Tisch//Sitzungen//DE")
	cal.SetMethod(ics.MethodRequest)
	event := cal.AddEvent(e.ID.String())
	event.SetStatus(ics.ObjectStatusConfirmed)
	if e.Cancelled {
		cal.SetMethod(ics.MethodCancel)
		event.SetStatus(ics.ObjectStatusCancelled)
	}
	event.SetSequence(e.Sequence)
	event.SetDtStampTime(e.Stamp)
	event.SetStartAt(e.Start)
	event.SetEndAt(e.End)
	event.SetSummary(line(e.Title))
	for _, field := range []struct {
		text string
		set  func(string, ...ics.PropertyParameter)
	}{
		{line(e.Place), event.SetLocation},
		{printable(e.Text), event.SetDescription},
		{address(e.URL), event.SetURL},
	} {
		if field.text != "" {
			field.set(field.text)
		}
	}
	event.SetOrganizer(address(e.Organizer.Email), e.Organizer.params()...)
	for _, a := range e.Attendees {
		// People answer on the sitting's page, not to a mailbox that nobody reads.
		event.AddAttendee(address(a.Email), append(a.params(), ics.ParticipationRoleReqParticipant, ics.WithRSVP(false))...)
	}
	return []byte(cal.Serialize(ics.WithNewLine("\r\n")))
}

func (c Contact) params() []ics.PropertyParameter {
	// The library escapes these in a way that RFC 5545 does not know for
	// parameters, and calendars would show the backslashes.
	name := strings.NewReplacer(",", " ", ";", " ", ":", " ", `"`, "", `\`, "", "'", "’").Replace(line(c.Name))
	if name = strings.Join(strings.Fields(name), " "); name == "" {
		return nil
	}
	return []ics.PropertyParameter{ics.WithCN(name)}
}

// printable drops control characters but line breaks, which the library escapes.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// line returns s on one line.
func line(s string) string { return strings.Join(strings.Fields(printable(s)), " ") }

// address drops what no URL or e-mail address has and what could end a line.
func address(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, printable(s))
}
