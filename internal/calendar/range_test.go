package calendar

import (
	"errors"
	"testing"

	"pgregory.net/rapid"
)

func period(t testing.TB, from, to string) Range {
	t.Helper()
	return Range{From: day(t, from), To: day(t, to)}
}

func TestRangeContains(t *testing.T) {
	t.Parallel()
	closed, open := period(t, "2026-01-01", "2026-02-01"), period(t, "2026-01-01", "")
	for _, tc := range []struct {
		r    Range
		day  string
		want bool
	}{
		{closed, "2025-12-31", false},
		{closed, "2026-01-01", true},
		{closed, "2026-01-31", true},
		{closed, "2026-02-01", false},
		{open, "2026-02-01", true},
		{open, "2125-02-01", true},
		{open, "2025-12-31", false},
		{Range{}, "2026-01-01", true},
		{Range{}, "", false},
		{period(t, "2026-01-01", "2026-01-01"), "2026-01-01", false},
	} {
		if got := tc.r.Contains(day(t, tc.day)); got != tc.want {
			t.Errorf("%s contains %s = %t, want %t", tc.r, tc.day, got, tc.want)
		}
	}
}

func TestRangeOverlaps(t *testing.T) {
	t.Parallel()
	january := period(t, "2026-01-01", "2026-02-01")
	for _, tc := range []struct {
		other Range
		want  bool
	}{
		{period(t, "2026-02-01", "2026-03-01"), false},
		{period(t, "2026-01-31", "2026-03-01"), true},
		{period(t, "2025-12-01", "2026-01-01"), false},
		{period(t, "2025-12-01", "2026-01-02"), true},
		{period(t, "2026-01-10", "2026-01-20"), true},
		{period(t, "2025-01-01", ""), true},
		{period(t, "2026-02-01", ""), false},
		{period(t, "", "2026-01-01"), false},
		{period(t, "", "2026-01-02"), true},
		{Range{}, true},
		{period(t, "2026-01-10", "2026-01-10"), false},
	} {
		if got := january.Overlaps(tc.other); got != tc.want {
			t.Errorf("%s overlaps %s = %t, want %t", january, tc.other, got, tc.want)
		}
		if got := tc.other.Overlaps(january); got != tc.want {
			t.Errorf("%s overlaps %s = %t, want %t", tc.other, january, got, tc.want)
		}
	}
}

func TestParseRange(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		in, want string
		err      error
	}{
		{in: "[2026-01-01,2026-02-01)", want: "[2026-01-01,2026-02-01)"},
		{in: "[2026-01-01,)", want: "[2026-01-01,)"},
		{in: "(,2026-02-01)", want: "(,2026-02-01)"},
		{in: "(,)", want: "(,)"},
		{in: "[2026-01-01,2026-01-31]", want: "[2026-01-01,2026-02-01)"},
		{in: "(2025-12-31,2026-01-31]", want: "[2026-01-01,2026-02-01)"},
		{in: "empty", err: ErrEmptyRange},
		{in: "[2026-01-01,2026-01-01)", err: ErrEmptyRange},
		{in: "[2026-02-01,2026-01-01)", err: ErrEmptyRange},
		{in: "", err: ErrSyntax},
		{in: "()", err: ErrSyntax},
		{in: "[2026-01-01)", err: ErrSyntax},
		{in: "[2026-01-01,infinity)", err: ErrSyntax},
		{in: "2026-01-01,2026-02-01", err: ErrSyntax},
		{in: "[2026-02-30,)", err: ErrNoSuchDay},
	} {
		got, err := ParseRange(tc.in)
		if !errors.Is(err, tc.err) {
			t.Errorf("ParseRange(%q): err = %v, want %v", tc.in, err, tc.err)
		}
		if err == nil && got.String() != tc.want {
			t.Errorf("ParseRange(%q) = %s, want %s", tc.in, got, tc.want)
		}
	}
}

func TestRangeProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) Range {
			r := Range{From: anyDate(t, label+" from")}
			if rapid.Bool().Draw(t, label+" ends") {
				r.To = r.From.AddDays(rapid.IntRange(1, 4000).Draw(t, label+" days"))
			}
			return r
		}
		a, b, d := draw("a"), draw("b"), anyDate(t, "d")
		if back, err := ParseRange(a.String()); err != nil || back != a {
			t.Fatalf("ParseRange(%s) = %s, %v", a, back, err)
		}
		if a.Contains(d) && b.Contains(d) && !a.Overlaps(b) {
			t.Fatalf("%s is in %s and in %s, which do not overlap", d, a, b)
		}
		if a.Overlaps(b) && !a.Contains(b.From) && !b.Contains(a.From) {
			t.Fatalf("%s and %s overlap without a common first day", a, b)
		}
	})
}
