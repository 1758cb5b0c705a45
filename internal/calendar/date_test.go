package calendar

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// day reads an ISO date in tests; "" is the zero Date.
func day(t testing.TB, s string) Date {
	t.Helper()
	var d Date
	if err := d.UnmarshalText([]byte(s)); err != nil {
		t.Fatalf("day(%q): %v", s, err)
	}
	return d
}

func TestParseGerman(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		in, want string
		err      error
	}{
		{in: "1.3.26", want: "2026-03-01"},
		{in: "01.03.2026", want: "2026-03-01"},
		{in: " 1. 3. 2026 ", want: "2026-03-01"},
		{in: "2026-03-01", want: "2026-03-01"},
		{in: "29.2.28", want: "2028-02-29"},
		{in: "31.12.69", want: "2069-12-31"},
		{in: "1.1.70", want: "1970-01-01"},
		{in: "29.2.2027", err: ErrNoSuchDay},
		{in: "31.4.2026", err: ErrNoSuchDay},
		{in: "0.4.2026", err: ErrNoSuchDay},
		{in: "1.13.2026", err: ErrNoSuchDay},
		{in: "1.1.0000", err: ErrNoSuchDay},
		{in: "2026-02-30", err: ErrNoSuchDay},
		{in: "", err: ErrSyntax},
		{in: "1.3", err: ErrSyntax},
		{in: "1.3.", err: ErrSyntax},
		{in: "1.3.2026.", err: ErrSyntax},
		{in: "1.3.026", err: ErrSyntax},
		{in: "001.3.2026", err: ErrSyntax},
		{in: "1.3.+026", err: ErrSyntax},
		{in: "-1.3.2026", err: ErrSyntax},
		{in: "1/3/2026", err: ErrSyntax},
		{in: "1.März.2026", err: ErrSyntax},
		{in: "١.٣.٢٠٢٦", err: ErrSyntax},
		{in: "2026-3-1", err: ErrSyntax},
		{in: "2026-03-01T00:00:00Z", err: ErrSyntax},
		{in: "1.3.20\x0026", err: ErrSyntax},
	} {
		got, err := ParseGerman(tc.in)
		if !errors.Is(err, tc.err) || got != day(t, tc.want) {
			t.Errorf("ParseGerman(%q) = %v, %v, want %q, %v", tc.in, got, err, tc.want, tc.err)
		}
	}
}

func TestParseTakesIsoAlone(t *testing.T) {
	t.Parallel()
	if _, err := Parse("01.03.2026"); !errors.Is(err, ErrSyntax) {
		t.Errorf("Parse(01.03.2026): err = %v, want ErrSyntax", err)
	}
}

func TestNewDatePanicsWithoutSuchDay(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("NewDate(2027, 2, 29) did not panic")
		}
	}()
	NewDate(2027, time.February, 29)
}

// Berlin is UTC+1 in winter, UTC+2 in summer; the changes of 2027 are on 28 March
// (02:30 does not exist) and 31 October (25 hours).
func TestDayBoundaries(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		day, start, end string
		hours           int
	}{
		{"2027-01-15", "2027-01-14T23:00:00Z", "2027-01-15T22:59:59.999999Z", 24},
		{"2027-03-27", "2027-03-26T23:00:00Z", "2027-03-27T22:59:59.999999Z", 24},
		{"2027-03-28", "2027-03-27T23:00:00Z", "2027-03-28T21:59:59.999999Z", 23},
		{"2027-07-01", "2027-06-30T22:00:00Z", "2027-07-01T21:59:59.999999Z", 24},
		{"2027-10-31", "2027-10-30T22:00:00Z", "2027-10-31T22:59:59.999999Z", 25},
		{"2024-04-30", "2024-04-29T22:00:00Z", "2024-04-30T21:59:59.999999Z", 24},
		{"2026-12-31", "2026-12-30T23:00:00Z", "2026-12-31T22:59:59.999999Z", 24},
	} {
		d := day(t, tc.day)
		start, end := d.StartOfDay(), d.EndOfDay()
		if got := start.UTC().Format(time.RFC3339Nano); got != tc.start {
			t.Errorf("%s starts %s, want %s", d, got, tc.start)
		}
		if got := end.UTC().Format(time.RFC3339Nano); got != tc.end {
			t.Errorf("%s ends %s, want %s", d, got, tc.end)
		}
		if got := end.Add(time.Microsecond).Sub(start); got != time.Duration(tc.hours)*time.Hour {
			t.Errorf("%s lasts %s, want %d h", d, got, tc.hours)
		}
	}
}

func TestOf(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ instant, want string }{
		{"2024-04-30T21:59:59Z", "2024-04-30"},
		{"2024-04-30T22:00:00Z", "2024-05-01"},
		{"2026-12-31T22:59:59Z", "2026-12-31"},
		{"2026-12-31T23:00:00Z", "2027-01-01"},
		{"2027-10-31T22:30:00Z", "2027-10-31"},
		{"2026-03-01T00:30:00+14:00", "2026-02-28"},
	} {
		at, err := time.Parse(time.RFC3339, tc.instant)
		if err != nil {
			t.Fatal(err)
		}
		if got := Of(at); got.String() != tc.want {
			t.Errorf("Of(%s) = %s, want %s", tc.instant, got, tc.want)
		}
	}
	if got := Of(time.Time{}); !got.IsZero() {
		t.Errorf("Of(zero time) = %s, want zero", got)
	}
}

// § 188 (3) BGB: the last day of the month where the day is missing.
func TestAddMonths(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		from   string
		months int
		want   string
	}{
		{"2027-01-31", 1, "2027-02-28"},
		{"2028-01-31", 1, "2028-02-29"},
		{"2027-01-30", 1, "2027-02-28"},
		{"2027-01-28", 1, "2027-02-28"},
		{"2027-01-31", 2, "2027-03-31"},
		{"2027-03-31", 1, "2027-04-30"},
		{"2027-03-31", -1, "2027-02-28"},
		{"2027-05-31", -3, "2027-02-28"},
		{"2027-08-31", 6, "2028-02-29"},
		{"2027-10-31", 1, "2027-11-30"},
		{"2027-12-31", 2, "2028-02-29"},
		{"2027-11-15", 2, "2028-01-15"},
		{"2027-01-15", -1, "2026-12-15"},
		{"2027-01-15", -13, "2025-12-15"},
		{"2028-02-29", 12, "2029-02-28"},
		{"2028-02-29", 48, "2032-02-29"},
		{"2028-02-29", -12, "2027-02-28"},
		{"2027-02-28", 12, "2028-02-28"},
		{"2027-06-15", 0, "2027-06-15"},
	} {
		if got := day(t, tc.from).AddMonths(tc.months); got.String() != tc.want {
			t.Errorf("%s + %d months = %s, want %s", tc.from, tc.months, got, tc.want)
		}
	}
	if got := day(t, "2028-02-29").AddYears(1); got.String() != "2029-02-28" {
		t.Errorf("2028-02-29 + 1 year = %s, want 2029-02-28", got)
	}
	if got := day(t, "2028-02-29").AddYears(4); got.String() != "2032-02-29" {
		t.Errorf("2028-02-29 + 4 years = %s, want 2032-02-29", got)
	}
}

func TestAddDays(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		from string
		days int
		want string
	}{
		{"2027-02-28", 1, "2027-03-01"},
		{"2028-02-28", 1, "2028-02-29"},
		{"2027-03-27", 1, "2027-03-28"},
		{"2027-03-28", 1, "2027-03-29"},
		{"2027-10-30", 2, "2027-11-01"},
		{"2027-01-01", -1, "2026-12-31"},
		{"2026-03-01", 28, "2026-03-29"},
		{"2024-01-01", 366, "2025-01-01"},
	} {
		got := day(t, tc.from).AddDays(tc.days)
		if got.String() != tc.want {
			t.Errorf("%s + %d days = %s, want %s", tc.from, tc.days, got, tc.want)
		}
		if n := day(t, tc.from).DaysUntil(got); n != tc.days {
			t.Errorf("days from %s until %s = %d, want %d", tc.from, got, n, tc.days)
		}
	}
}

func TestArithmeticStopsAtTheEdges(t *testing.T) {
	t.Parallel()
	if got := day(t, "9999-12-01").AddMonths(5); got.String() != "9999-12-31" {
		t.Errorf("past the last year: %s, want 9999-12-31", got)
	}
	if got := day(t, "0001-01-01").AddDays(-1); got.String() != "0001-01-01" {
		t.Errorf("before the first year: %s, want 0001-01-01", got)
	}
}

func TestZeroDateStaysZero(t *testing.T) {
	t.Parallel()
	var zero Date
	for name, got := range map[string]Date{
		"AddDays":        zero.AddDays(5),
		"AddMonths":      zero.AddMonths(5),
		"AddYears":       zero.AddYears(5),
		"NextWorkingDay": zero.NextWorkingDay(),
		"AddWorkingDays": zero.AddWorkingDays(5),
	} {
		if !got.IsZero() {
			t.Errorf("%s of the zero date = %s, want zero", name, got)
		}
	}
	if zero.String() != "" || !zero.Time().IsZero() || !zero.StartOfDay().IsZero() || !zero.EndOfDay().IsZero() {
		t.Error("the zero date has a text or an instant")
	}
	if zero.IsWorkingDay() || zero.Holiday() != "" {
		t.Error("the zero date is a working day or a holiday")
	}
	if !zero.Before(NewDate(1, time.January, 1)) || NewDate(1, time.January, 1).Before(zero) {
		t.Error("the zero date is not before all others")
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	type row struct{ From, To Date }
	b, err := json.Marshal(row{From: NewDate(2026, time.March, 1)})
	if err != nil || string(b) != `{"From":"2026-03-01","To":""}` {
		t.Fatalf("Marshal = %s, %v", b, err)
	}
	var back row
	if err := json.Unmarshal(b, &back); err != nil || back.From != NewDate(2026, time.March, 1) || !back.To.IsZero() {
		t.Errorf("Unmarshal = %+v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`{"From":"2026-02-30"}`), &back); !errors.Is(err, ErrNoSuchDay) {
		t.Errorf("Unmarshal of 30 February: err = %v, want ErrNoSuchDay", err)
	}
}

func anyDate(t *rapid.T, label string) Date {
	first := NewDate(1990, time.January, 1)
	return first.AddDays(rapid.IntRange(0, 40_000).Draw(t, label))
}

func TestDateProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d, other := anyDate(t, "d"), anyDate(t, "other")
		if back, err := Parse(d.String()); err != nil || back != d {
			t.Fatalf("Parse(%s) = %s, %v", d, back, err)
		}
		if Of(d.StartOfDay()) != d || Of(d.EndOfDay()) != d {
			t.Fatalf("%s: its start or end lies on another day", d)
		}
		if d.EndOfDay().Add(time.Microsecond) != d.AddDays(1).StartOfDay() {
			t.Fatalf("%s: a gap to the next day", d)
		}
		if d.Before(other) != d.Time().Before(other.Time()) || d.After(other) != other.Before(d) {
			t.Fatalf("%s and %s: order differs from time's", d, other)
		}
		n := rapid.IntRange(-600, 600).Draw(t, "months")
		if got := d.AddMonths(n); got.Day() > d.Day() || (got.Day() < d.Day() && got.AddDays(1).Day() != 1) {
			t.Fatalf("%s + %d months = %s: neither the same day nor the last", d, n, got)
		}
		w := d.NextWorkingDay()
		if !w.IsWorkingDay() || d.DaysUntil(w) < 0 || d.DaysUntil(w) > 5 {
			t.Fatalf("next working day from %s = %s", d, w)
		}
		k := rapid.IntRange(1, 60).Draw(t, "working days")
		if got := w.AddWorkingDays(k).AddWorkingDays(-k); got != w {
			t.Fatalf("%s + %d - %d working days = %s", w, k, k, got)
		}
	})
}
