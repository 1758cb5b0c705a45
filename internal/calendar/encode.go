package calendar

import (
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"time"
)

// MarshalText writes the ISO form, and nothing for the zero Date; JSON uses it.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the ISO form; an empty text gives the zero Date.
// It returns ErrSyntax or ErrNoSuchDay.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := Parse(string(b))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// Value hands the date to a database driver: midnight UTC, or NULL for the zero Date.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil //nolint:nilnil // nil is how a driver writes NULL
	}
	return d.Time(), nil
}

// Scan reads a column of type date; NULL gives the zero Date. A timestamp that is
// not midnight UTC is refused: which day it falls on is the caller's question,
// and [Of] answers it.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
		return nil
	case time.Time:
		_, offset := v.Zone()
		if offset != 0 || !v.Truncate(24*time.Hour).Equal(v) || v.Year() < 1 || v.Year() > 9999 {
			return fmt.Errorf("scan %s into a date: %w", v, ErrSyntax)
		}
		*d = onClock(v)
		return nil
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	}
	return fmt.Errorf("scan %T into a date: %w", src, ErrSyntax)
}

// Value hands the range to a database driver as daterange text.
// It returns ErrEmptyRange for a range without a day.
func (r Range) Value() (driver.Value, error) {
	if r.IsEmpty() {
		return nil, ErrEmptyRange
	}
	return r.String(), nil
}

// Scan reads a column of type daterange, as text or in PostgreSQL's binary form.
// It returns ErrEmptyRange for 'empty'; NULL is refused, since "no range" and
// "always" are different things.
func (r *Range) Scan(src any) error {
	var (
		parsed Range
		err    error
	)
	switch v := src.(type) {
	case string:
		parsed, err = ParseRange(v)
	case []byte:
		if len(v) > 0 && v[0] < ' ' {
			parsed, err = parseBinaryRange(v)
		} else {
			parsed, err = ParseRange(string(v))
		}
	default:
		err = fmt.Errorf("scan %T into a range: %w", src, ErrSyntax)
	}
	if err != nil {
		return err
	}
	*r = parsed
	return nil
}

// Flags of PostgreSQL's binary range form (rangetypes.h). The text form starts
// with a printable character, these values all lie below the space.
const (
	rangeEmpty   = 0x01
	rangeLowerIn = 0x02
	rangeUpperIn = 0x04
	rangeNoLower = 0x08
	rangeNoUpper = 0x10
)

// parseBinaryRange reads a flag byte and, for each bound that exists, a length
// and the days since 1 January 2000.
func parseBinaryRange(b []byte) (Range, error) {
	flags, rest := b[0], b[1:]
	if flags&rangeEmpty != 0 {
		return Range{}, ErrEmptyRange
	}
	var r Range
	for _, bound := range []struct {
		missing byte
		date    *Date
	}{{rangeNoLower, &r.From}, {rangeNoUpper, &r.To}} {
		if flags&bound.missing != 0 {
			continue
		}
		if len(rest) < 8 || binary.BigEndian.Uint32(rest) != 4 {
			return Range{}, fmt.Errorf("binary range %x: %w", b, ErrSyntax)
		}
		days := int32(binary.BigEndian.Uint32(rest[4:])) //nolint:gosec // two's complement on the wire
		at := time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(days))
		if at.Year() < 1 || at.Year() > 9999 {
			return Range{}, fmt.Errorf("binary range %x: %w", b, ErrNoSuchDay)
		}
		*bound.date, rest = onClock(at), rest[8:]
	}
	if len(rest) != 0 {
		return Range{}, fmt.Errorf("binary range %x: %w", b, ErrSyntax)
	}
	return r.halfOpen(flags&rangeLowerIn != 0, flags&rangeUpperIn != 0)
}
