package meeting_test

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rundertisch/internal/calendar"
	"rundertisch/internal/meeting"
)

func event() meeting.Event {
	return meeting.Event{
		ID:        uuid.MustParse("0193a1b2-0000-7000-8000-000000000001"),
		Sequence:  3,
		Stamp:     time.Date(2026, time.November, 1, 9, 30, 0, 0, calendar.Berlin()),
		Start:     time.Date(2026, time.November, 20, 14, 0, 0, 0, calendar.Berlin()),
		End:       time.Date(2026, time.November, 20, 16, 30, 0, 0, calendar.Berlin()),
		Title:     "Sitzung der Regionalkonferenz Nordsachsen",
		Place:     "Kreistagssaal, Schloßstraße 27; Torgau",
		Text:      "Tagesordnung und Unterlagen:\nauf der Seite der Sitzung",
		URL:       "https://rundertisch.example/sitzungen/1?a=1;b=2",
		Organizer: meeting.Contact{Name: "Geschäftsstelle", Email: "konferenz@landkreis.example"},
	}
}

// unfolded returns the content lines as RFC 5545 (3.1) reads them.
func unfolded(t interface{ Errorf(string, ...any) }, file []byte) []string {
	text := string(file)
	if !strings.HasSuffix(text, "\r\n") || strings.Count(text, "\n") != strings.Count(text, "\r\n") || strings.Count(text, "\r") != strings.Count(text, "\r\n") {
		t.Errorf("lines must end in CRLF: %q", text)
	}
	for physical := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if len(physical) > 75 || !utf8.ValidString(physical) {
			t.Errorf("%d octets, valid %t: %q", len(physical), utf8.ValidString(physical), physical)
		}
	}
	return strings.Split(strings.TrimSuffix(strings.ReplaceAll(text, "\r\n ", ""), "\r\n"), "\r\n")
}

func TestICSRequest(t *testing.T) {
	t.Parallel()
	e := event()
	e.Attendees = []meeting.Contact{{Name: `Dr. O'Neill, "KV"; a:b\c`, Email: "mitglied@kvs.example"}, {Email: "gast@land.example"}}
	want := []string{
		"BEGIN:VCALENDAR",
		"VERSION:2.0",
		"PRODID:-//Runder Tisch//Sitzungen//DE",
		"METHOD:REQUEST",
		"BEGIN:VEVENT",
		"UID:0193a1b2-0000-7000-8000-000000000001",
		"STATUS:CONFIRMED",
		"SEQUENCE:3",
		"DTSTAMP:20261101T083000Z",
		"DTSTART:20261120T130000Z",
		"DTEND:20261120T153000Z",
		"SUMMARY:Sitzung der Regionalkonferenz Nordsachsen",
		`LOCATION:Kreistagssaal\, Schloßstraße 27\; Torgau`,
		`DESCRIPTION:Tagesordnung und Unterlagen:\nauf der Seite der Sitzung`,
		"URL:https://rundertisch.example/sitzungen/1?a=1;b=2",
		"ORGANIZER;CN=Geschäftsstelle:mailto:konferenz@landkreis.example",
		"ATTENDEE;CN=Dr. O’Neill KV a bc;ROLE=REQ-PARTICIPANT;RSVP=false:mailto:mitglied@kvs.example",
		"ATTENDEE;ROLE=REQ-PARTICIPANT;RSVP=false:mailto:gast@land.example",
		"END:VEVENT",
		"END:VCALENDAR",
	}
	if diff := cmp.Diff(want, unfolded(t, meeting.ICS(e))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestICSCancel(t *testing.T) {
	t.Parallel()
	e := event()
	e.Cancelled, e.Sequence = true, 4
	file := meeting.ICS(e)
	for _, want := range []string{"METHOD:CANCEL\r\n", "STATUS:CANCELLED\r\n", "SEQUENCE:4\r\n", "UID:0193a1b2-0000-7000-8000-000000000001\r\n"} {
		if !bytes.Contains(file, []byte(want)) {
			t.Errorf("no %q in\n%s", want, file)
		}
	}
	if bytes.Contains(file, []byte("REQUEST")) || bytes.Contains(file, []byte("CONFIRMED")) {
		t.Errorf("both methods in\n%s", file)
	}
}

// TestICSLeavesOutTheEmpty keeps empty lines out of people's calendars.
func TestICSLeavesOutTheEmpty(t *testing.T) {
	t.Parallel()
	e := event()
	e.Place, e.Text, e.URL = "", "", ""
	file := string(meeting.ICS(e))
	for _, name := range []string{"LOCATION", "DESCRIPTION", "URL", "ATTENDEE"} {
		if strings.Contains(file, name) {
			t.Errorf("%s in\n%s", name, file)
		}
	}
}

func TestICSOnClockChangeDays(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		start time.Time
		want  string
	}{
		{"before the clocks go forward", time.Date(2027, time.March, 28, 1, 30, 0, 0, calendar.Berlin()), "DTSTART:20270328T003000Z"},
		{"after", time.Date(2027, time.March, 28, 10, 0, 0, 0, calendar.Berlin()), "DTSTART:20270328T080000Z"},
		{"before the clocks go back", time.Date(2027, time.October, 30, 10, 0, 0, 0, calendar.Berlin()), "DTSTART:20271030T080000Z"},
		{"after they went back", time.Date(2027, time.October, 31, 10, 0, 0, 0, calendar.Berlin()), "DTSTART:20271031T090000Z"},
	} {
		e := event()
		e.Start = tc.start
		if file := meeting.ICS(e); !bytes.Contains(file, []byte(tc.want+"\r\n")) {
			t.Errorf("%s: no %s in\n%s", tc.name, tc.want, file)
		}
	}
}

func TestICSFoldsUmlauts(t *testing.T) {
	t.Parallel()
	e := event()
	for n := range 80 {
		e.Title = strings.Repeat("a", n) + strings.Repeat("ä€𝄞", 30) + strings.Repeat(" ä b", 30)
		lines := unfolded(t, meeting.ICS(e))
		if lines[11] != "SUMMARY:"+e.Title {
			t.Fatalf("%d: %q", n, lines[11])
		}
	}
}

// TestICSInjection writes line breaks and properties into every field.
func TestICSInjection(t *testing.T) {
	t.Parallel()
	plain := event()
	plain.Attendees = []meeting.Contact{{Name: "x", Email: "y@z.example"}}
	want := names(unfolded(t, meeting.ICS(plain)))
	rapid.Check(t, func(t *rapid.T) {
		bad := rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{
			"\r", "\n", "\r\n", "\r\n ", "\u0085", "\u2028", "\x00", "\t", ";", ":", ",", `"`, `\`, "ä", "\xff", "BEGIN:VALARM", "ATTENDEE:mailto:a@b", "METHOD:PUBLISH", "x",
		}), 1, 30), func(s []string) string { return "x" + strings.Join(s, "") + "y" })
		e := plain
		e.Title, e.Place, e.Text = bad.Draw(t, "title"), bad.Draw(t, "place"), bad.Draw(t, "text")
		e.URL = bad.Draw(t, "url")
		e.Organizer = meeting.Contact{Name: bad.Draw(t, "name"), Email: bad.Draw(t, "email")}
		e.Attendees = []meeting.Contact{{Name: bad.Draw(t, "name"), Email: bad.Draw(t, "email")}}
		file := meeting.ICS(e)
		if diff := cmp.Diff(want, names(unfolded(t, file))); diff != "" {
			t.Errorf("other lines (-want +got):\n%s", diff)
		}
		if _, err := ics.ParseCalendar(bytes.NewReader(file)); err != nil {
			t.Errorf("cannot be read: %v\n%s", err, file)
		}
	})
}

// names returns the names of the properties.
func names(lines []string) []string {
	var list []string
	for _, l := range lines {
		list = append(list, l[:strings.IndexAny(l+":", ":;")])
	}
	return list
}
