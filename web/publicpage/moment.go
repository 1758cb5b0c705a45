package publicpage

import (
	"net/http"
	"time"

	"rundertisch/internal/calendar"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/web/form"
)

// moment is what the address says about the two clocks.
type moment struct {
	fact.AsOf
	day    calendar.Date // the second clock was given as a day; zero: an instant or nothing
	given  bool          // the address names a day
	faults fault.Fields
}

// earliest is before anything that the programmes know.
var earliest = calendar.NewDate(1990, time.January, 1)

// parseMoment reads ?am= and ?bekannt=. What cannot be read or is not yet is a
// fault at the field, and today is shown.
func parseMoment(r *http.Request, now time.Time) moment {
	q := form.Query(r)
	m := moment{AsOf: fact.Today(now), faults: q.Faults}
	if q.Has("am") {
		m.given = true
		if d := q.Date("am"); checkDay(q.Faults, "am", d, m.Valid) {
			m.Valid = d
		}
	}
	m.parseKnown(q, now)
	return m
}

// parseKnown reads the second clock: a day means its end in Berlin.
func (m *moment) parseKnown(q *form.Values, now time.Time) {
	text := q.Text("bekannt")
	if text == "" {
		return
	}
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		if t.After(now) {
			q.Faults.Add("bekannt", "field.future")
			return
		}
		m.Known = t
		return
	}
	if d := q.Date("bekannt"); checkDay(q.Faults, "bekannt", d, calendar.Of(now)) {
		m.day, m.Known = d, d.EndOfDay()
	}
}

func checkDay(f fault.Fields, name string, d, today calendar.Date) bool {
	switch {
	case d.IsZero():
		return false // reported by the parser
	case d.After(today):
		f.Add(name, "field.future")
		return false
	case d.Before(earliest):
		f.Add(name, "field.date")
		return false
	}
	return true
}

// knownText is the second clock as the address writes it: a day where one was
// given, else the instant.
func (m *moment) knownText(known time.Time) string {
	if !m.day.IsZero() {
		return m.day.String()
	}
	return known.UTC().Format("2006-01-02T15:04:05.999999Z07:00")
}

// knownTime is what link.State writes: a civil date or the instant.
func (m *moment) knownTime(known time.Time) time.Time {
	if !m.day.IsZero() {
		return m.day.Time()
	}
	return known
}
