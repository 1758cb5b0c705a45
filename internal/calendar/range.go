package calendar

import (
	"errors"
	"fmt"
	"strings"
)

// ErrEmptyRange says that a range contains no day, which no fact of ours may.
var ErrEmptyRange = errors.New("range without a day")

// Range is a period of days, half-open: From is in it, To is not. A zero To means
// that it has not ended, a zero From that it always was.
type Range struct {
	From Date
	To   Date
}

// IsEmpty reports whether no day is in the range.
func (r Range) IsEmpty() bool { return !r.To.IsZero() && !r.From.Before(r.To) }

// Contains reports whether d is in the range. The zero Date never is.
func (r Range) Contains(d Date) bool {
	return !d.IsZero() && !d.Before(r.From) && (r.To.IsZero() || d.Before(r.To))
}

// Overlaps reports whether some day is in both ranges.
func (r Range) Overlaps(other Range) bool {
	if r.IsEmpty() || other.IsEmpty() {
		return false
	}
	return (other.To.IsZero() || r.From.Before(other.To)) && (r.To.IsZero() || other.From.Before(r.To))
}

// String returns the range as PostgreSQL writes a daterange:
// "[2026-01-01,2026-02-01)", "[2026-01-01,)", "(,2026-02-01)", "(,)" or "empty".
func (r Range) String() string {
	if r.IsEmpty() {
		return "empty"
	}
	open := "["
	if r.From.IsZero() {
		open = "("
	}
	return open + r.From.String() + "," + r.To.String() + ")"
}

// ParseRange reads a PostgreSQL daterange text; bounds of the other kind
// ("(2025-12-31,2026-01-31]") are brought to the half-open form.
// It returns ErrSyntax, ErrNoSuchDay or ErrEmptyRange.
func ParseRange(s string) (Range, error) {
	if s == "empty" {
		return Range{}, ErrEmptyRange
	}
	if len(s) < 3 || strings.IndexByte("[(", s[0]) < 0 || strings.IndexByte("])", s[len(s)-1]) < 0 {
		return Range{}, fmt.Errorf("range %.60q: %w", s, ErrSyntax)
	}
	lower, upper, ok := strings.Cut(s[1:len(s)-1], ",")
	if !ok {
		return Range{}, fmt.Errorf("range %.60q: %w", s, ErrSyntax)
	}
	var r Range
	if err := errors.Join(r.From.UnmarshalText([]byte(lower)), r.To.UnmarshalText([]byte(upper))); err != nil {
		return Range{}, fmt.Errorf("range %.60q: %w", s, err)
	}
	return r.halfOpen(s[0] == '[', s[len(s)-1] == ']')
}

// halfOpen turns bounds as read into ours: lower in, upper out.
func (r Range) halfOpen(lowerIn, upperIn bool) (Range, error) {
	if !lowerIn {
		r.From = r.From.AddDays(1)
	}
	if upperIn {
		r.To = r.To.AddDays(1)
	}
	if r.IsEmpty() {
		return Range{}, ErrEmptyRange
	}
	return r, nil
}
