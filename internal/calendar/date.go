package calendar

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Errors that parsing and reading dates wrap.
var (
	// ErrSyntax says that a text is no date in any form we read.
	ErrSyntax = errors.New("not a date")
	// ErrNoSuchDay says that a text has the form of a date that does not exist, as 31.02.2026.
	ErrNoSuchDay = errors.New("no such day")
)

// Date is a civil date: a year, a month and a day, without time and zone.
// Dates can be compared with ==. The zero Date means "no date"; it is before all others.
type Date struct {
	year  int16
	month uint8
	day   uint8
}

// NewDate returns the date of the given year (1 to 9999), month and day.
// It panics if there is no such day: it is for dates known when the code is
// written. Dates from outside go through [Parse] or [ParseGerman].
func NewDate(year int, month time.Month, day int) Date {
	d, err := newDate(year, int(month), day)
	if err != nil {
		panic(err)
	}
	return d
}

func newDate(year, month, day int) (Date, error) {
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysIn(year, time.Month(month)) {
		return Date{}, fmt.Errorf("%04d-%02d-%02d: %w", year, month, day, ErrNoSuchDay)
	}
	return Date{int16(year), uint8(month), uint8(day)}, nil //nolint:gosec // checked above
}

// onClock returns the date that t's own clock shows. Arithmetic that leaves the
// years 1 to 9999 stops at their edge.
func onClock(t time.Time) Date {
	y, m, d := t.Date()
	switch {
	case y < 1:
		return Date{1, 1, 1}
	case y > 9999:
		return Date{9999, 12, 31}
	}
	return Date{int16(y), uint8(m), uint8(d)} //nolint:gosec // a time's month and day fit
}

// Of returns the date in Berlin at the instant t. The zero time gives the zero Date.
func Of(t time.Time) Date {
	if t.IsZero() {
		return Date{}
	}
	return onClock(t.In(Berlin()))
}

// Parse reads an ISO date as 2026-03-01. It returns ErrSyntax or ErrNoSuchDay.
func Parse(s string) (Date, error) {
	year, rest, ok1 := strings.Cut(s, "-")
	month, day, ok2 := strings.Cut(rest, "-")
	if !ok1 || !ok2 || len(year) != 4 || len(month) != 2 || len(day) != 2 {
		return Date{}, fmt.Errorf("%.40q: %w", s, ErrSyntax)
	}
	return fromParts(s, year, month, day)
}

// ParseGerman reads a date as people here type it: 1.3.26, 01.03.2026, 1. 3. 2026,
// and the ISO form that browsers send. Two-digit years mean 1970 to 2069.
// It returns ErrSyntax or ErrNoSuchDay.
func ParseGerman(s string) (Date, error) {
	s = strings.TrimSpace(s)
	parts := strings.Split(s, ".")
	if len(parts) == 1 {
		return Parse(s)
	}
	if len(parts) != 3 {
		return Date{}, fmt.Errorf("%.40q: %w", s, ErrSyntax)
	}
	day, month, year := parts[0], strings.TrimSpace(parts[1]), strings.TrimSpace(parts[2])
	switch {
	case day == "" || len(day) > 2 || month == "" || len(month) > 2:
		return Date{}, fmt.Errorf("%.40q: %w", s, ErrSyntax)
	case len(year) == 2 && year >= "70":
		year = "19" + year
	case len(year) == 2:
		year = "20" + year
	case len(year) != 4:
		return Date{}, fmt.Errorf("%.40q: %w", s, ErrSyntax)
	}
	return fromParts(s, year, month, day)
}

// fromParts makes a date of three texts that must be digits only; whole is for the message.
func fromParts(whole, year, month, day string) (Date, error) {
	for _, r := range year + month + day {
		if r < '0' || r > '9' {
			return Date{}, fmt.Errorf("%.40q: %w", whole, ErrSyntax)
		}
	}
	y, errY := strconv.Atoi(year)
	m, errM := strconv.Atoi(month)
	d, errD := strconv.Atoi(day)
	if errors.Join(errY, errM, errD) != nil {
		return Date{}, fmt.Errorf("%.40q: %w", whole, ErrSyntax)
	}
	return newDate(y, m, d)
}

// Year returns the year, 0 for the zero Date.
func (d Date) Year() int { return int(d.year) }

// Month returns the month, 0 for the zero Date.
func (d Date) Month() time.Month { return time.Month(d.month) }

// Day returns the day of the month, 0 for the zero Date.
func (d Date) Day() int { return int(d.day) }

// IsZero reports whether d is the zero Date, which means "no date".
func (d Date) IsZero() bool { return d == Date{} }

// Equal reports whether both are the same date, as == does.
func (d Date) Equal(other Date) bool { return d == other }

// Before reports whether d is earlier than other.
func (d Date) Before(other Date) bool { return d.Compare(other) < 0 }

// After reports whether d is later than other.
func (d Date) After(other Date) bool { return d.Compare(other) > 0 }

// Compare returns -1, 0 or +1 as d is before, equal to or after other.
func (d Date) Compare(other Date) int {
	return cmp.Or(cmp.Compare(d.year, other.year), cmp.Compare(d.month, other.month), cmp.Compare(d.day, other.day))
}

// String returns the ISO form 2026-03-01, and "" for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.day)
}

// Time returns midnight UTC of the date: the form in which drivers and
// spreadsheets carry dates. It is not the start of the day in Berlin.
func (d Date) Time() time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC)
}

// StartOfDay returns the instant at which the day begins in Berlin.
func (d Date) StartOfDay() time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, Berlin())
}

// EndOfDay returns the last instant of the day in Berlin that PostgreSQL can
// store, one microsecond before 24:00. So "recorded_at <= d.EndOfDay()" is
// everything up to and on d, and Of(d.EndOfDay()) is d.
func (d Date) EndOfDay() time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return time.Date(d.Year(), d.Month(), d.Day()+1, 0, 0, 0, 0, Berlin()).Add(-time.Microsecond)
}

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.Time().Weekday() }

// AddDays returns the date n days later, or earlier if n is negative.
// The zero Date stays zero.
func (d Date) AddDays(n int) Date {
	if d.IsZero() {
		return d
	}
	return onClock(d.Time().AddDate(0, 0, n))
}

// AddMonths returns the date n months later, or earlier if n is negative. Where
// that month has no such day, it is the last of that month (§ 188 (3) BGB).
// The zero Date stays zero.
func (d Date) AddMonths(n int) Date {
	if d.IsZero() {
		return d
	}
	first := time.Date(d.Year(), d.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	day := min(d.Day(), daysIn(first.Year(), first.Month()))
	return onClock(first.AddDate(0, 0, day-1))
}

// AddYears returns the date n years later, or earlier if n is negative; a
// 29 February becomes the 28th where there is none. The zero Date stays zero.
func (d Date) AddYears(n int) Date { return d.AddMonths(12 * n) }

// DaysUntil returns the number of days from d to other, negative if other is earlier.
// Neither may be zero.
func (d Date) DaysUntil(other Date) int {
	return int(other.Time().Sub(d.Time()) / (24 * time.Hour))
}

// daysIn returns how many days the month has.
func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
