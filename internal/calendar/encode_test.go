package calendar_test

import (
	"database/sql/driver"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"rundertisch/internal/calendar"
)

// The package knows database/sql's interfaces alone; these tests show that pgx,
// with its binary forms, is content with them.

func TestDateThroughPgx(t *testing.T) {
	t.Parallel()
	m := pgtype.NewMap()
	for _, want := range []calendar.Date{
		calendar.NewDate(2026, time.March, 1), calendar.NewDate(1999, time.December, 31),
		calendar.NewDate(2028, time.February, 29), calendar.NewDate(1, time.January, 1),
	} {
		for _, format := range []int16{pgtype.BinaryFormatCode, pgtype.TextFormatCode} {
			b, err := m.Encode(pgtype.DateOID, format, want, nil)
			if err != nil {
				t.Fatalf("encode %s in format %d: %v", want, format, err)
			}
			var got calendar.Date
			if err := m.Scan(pgtype.DateOID, format, b, &got); err != nil || got != want {
				t.Errorf("format %d: %s came back as %s, %v", format, want, got, err)
			}
		}
	}
}

func TestZeroDateIsNull(t *testing.T) {
	t.Parallel()
	m := pgtype.NewMap()
	b, err := m.Encode(pgtype.DateOID, pgtype.BinaryFormatCode, calendar.Date{}, nil)
	if err != nil || b != nil {
		t.Fatalf("encode zero = %v, %v, want NULL", b, err)
	}
	got := calendar.NewDate(2026, time.March, 1)
	if err := m.Scan(pgtype.DateOID, pgtype.BinaryFormatCode, nil, &got); err != nil || !got.IsZero() {
		t.Errorf("scan NULL = %s, %v, want zero", got, err)
	}
}

func TestDatesThroughPgx(t *testing.T) {
	t.Parallel()
	m := pgtype.NewMap()
	want := []calendar.Date{calendar.NewDate(2026, time.March, 1), calendar.NewDate(2027, time.October, 31)}
	b, err := m.Encode(pgtype.DateArrayOID, pgtype.BinaryFormatCode, want, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []calendar.Date
	if err := m.Scan(pgtype.DateArrayOID, pgtype.BinaryFormatCode, b, &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("date[] came back as %v, want %v", got, want)
	}
}

func TestRangeThroughPgx(t *testing.T) {
	t.Parallel()
	m := pgtype.NewMap()
	from, to := calendar.NewDate(2026, time.January, 1), calendar.NewDate(2026, time.February, 1)
	for _, want := range []calendar.Range{{From: from, To: to}, {From: from}, {To: to}, {}} {
		// A query sends ranges as text (pgx falls back to it) and gets them in binary form.
		text, err := m.Encode(pgtype.DaterangeOID, pgtype.TextFormatCode, want, nil)
		if err != nil {
			t.Fatalf("encode %s: %v", want, err)
		}
		var native pgtype.Range[pgtype.Date]
		if err := m.Scan(pgtype.DaterangeOID, pgtype.TextFormatCode, text, &native); err != nil {
			t.Fatalf("pgx reads our text of %s: %v", want, err)
		}
		binary, err := m.Encode(pgtype.DaterangeOID, pgtype.BinaryFormatCode, native, nil)
		if err != nil {
			t.Fatalf("binary form of %s: %v", want, err)
		}
		for format, b := range map[int16][]byte{pgtype.TextFormatCode: text, pgtype.BinaryFormatCode: binary} {
			var got calendar.Range
			if err := m.Scan(pgtype.DaterangeOID, format, b, &got); err != nil || got != want {
				t.Errorf("format %d: %s came back as %s, %v", format, want, got, err)
			}
		}
	}
}

func TestScanRefuses(t *testing.T) {
	t.Parallel()
	berlin := calendar.Berlin()
	for name, src := range map[string]any{
		"time of day":     time.Date(2026, time.March, 1, 10, 0, 0, 0, time.UTC),
		"Berlin midnight": time.Date(2026, time.March, 1, 0, 0, 0, 0, berlin),
		"number":          int64(20260301),
		"infinity":        "infinity",
	} {
		var d calendar.Date
		if err := d.Scan(src); !errors.Is(err, calendar.ErrSyntax) {
			t.Errorf("Scan of %s: err = %v, want ErrSyntax", name, err)
		}
	}
	for name, src := range map[string]any{
		"NULL": nil, "number": int64(1), "short": []byte{2}, "long": append([]byte{0x18}, 0, 0, 0, 4), "no bytes": []byte{},
	} {
		var r calendar.Range
		if err := r.Scan(src); !errors.Is(err, calendar.ErrSyntax) {
			t.Errorf("Range.Scan of %s: err = %v, want ErrSyntax", name, err)
		}
	}
	for name, src := range map[string]any{"binary": []byte{1}, "text": "empty"} {
		var r calendar.Range
		if err := r.Scan(src); !errors.Is(err, calendar.ErrEmptyRange) {
			t.Errorf("Range.Scan of empty (%s): err = %v, want ErrEmptyRange", name, err)
		}
	}
}

func TestEmptyRangeHasNoValue(t *testing.T) {
	t.Parallel()
	d := calendar.NewDate(2026, time.March, 1)
	var valuer driver.Valuer = calendar.Range{From: d, To: d}
	if _, err := valuer.Value(); !errors.Is(err, calendar.ErrEmptyRange) {
		t.Errorf("Value of an empty range: err = %v, want ErrEmptyRange", err)
	}
}
