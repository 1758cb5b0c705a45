package body_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/locale"
)

func TestObjectionDeadline(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		start string
		days  int
		unit  body.Unit
		want  string
	}{
		{"§ 187 (1) BGB: the day of the circulation is not counted", "2026-11-03", 14, body.CalendarDays, "2026-11-17"},
		{"§ 31 (3) VwVfG, § 193 BGB: Buß- und Bettag 2026", "2026-11-04", 14, body.CalendarDays, "2026-11-19"},
		{"§ 31 (3) VwVfG, § 193 BGB: Buß- und Bettag 2027", "2027-11-03", 14, body.CalendarDays, "2027-11-18"},
		{"§ 193 BGB: a Saturday", "2026-11-07", 14, body.CalendarDays, "2026-11-23"},
		{"§ 193 BGB: a Sunday", "2026-11-08", 14, body.CalendarDays, "2026-11-23"},
		{"§ 1 SächsSFG: Reformationstag on a Saturday", "2026-10-17", 14, body.CalendarDays, "2026-11-02"},
		{"§ 1 SächsSFG: Reformationstag on a Tuesday", "2028-10-17", 14, body.CalendarDays, "2028-11-01"},
		{"§ 1 SächsSFG: Christmas on a Friday", "2026-12-11", 14, body.CalendarDays, "2026-12-28"},
		{"§ 1 SächsSFG: New Year on a Friday", "2026-12-18", 14, body.CalendarDays, "2027-01-04"},
		{"§ 1 SächsSFG: Christmas Eve is a working day", "2026-12-10", 14, body.CalendarDays, "2026-12-24"},
		{"§ 188 (1) BGB: a leap day", "2028-02-15", 14, body.CalendarDays, "2028-02-29"},
		{"§ 188 (1) BGB: no leap day", "2027-02-15", 14, body.CalendarDays, "2027-03-01"},
		{"clocks go forward on 28.03.2027, Easter", "2027-03-14", 14, body.CalendarDays, "2027-03-30"},
		{"clocks go back on 31.10.2027, Reformationstag", "2027-10-17", 14, body.CalendarDays, "2027-11-01"},
		{"working days: two weeks", "2026-11-02", 10, body.WorkingDays, "2026-11-16"},
		{"working days: Buß- und Bettag does not count", "2026-11-04", 10, body.WorkingDays, "2026-11-19"},
		{"working days: from a Saturday", "2026-11-07", 1, body.WorkingDays, "2026-11-09"},
		{"working days: over Christmas and New Year", "2026-12-23", 5, body.WorkingDays, "2026-12-31"},
		{"working days: over New Year", "2026-12-23", 6, body.WorkingDays, "2027-01-04"},
	} {
		b := adopted(func(b *body.Bylaws) { b.ObjectionDays, b.ObjectionUnit = tc.days, tc.unit })
		if got := body.ObjectionDeadline(b, day(tc.start)).Day; got != day(tc.want) {
			t.Errorf("%s: from %s got %s, want %s", tc.name, tc.start, got, tc.want)
		}
	}
}

func TestOtherDeadlines(t *testing.T) {
	t.Parallel()
	plain := adopted(nil)
	for _, tc := range []struct {
		name string
		got  body.Deadline
		want string
	}{
		{"Ladungsfrist: 14 full days lie between", body.InvitationDeadline(plain, day("2026-11-20")), "2026-11-05"},
		{"Ladungsfrist: counted backwards it ends on a Sunday (no § 193 BGB)", body.InvitationDeadline(plain, day("2026-11-16")), "2026-11-01"},
		{"Ladungsfrist: over the clock change", body.InvitationDeadline(plain, day("2027-04-05")), "2027-03-21"},
		{
			"Ladungsfrist: working days without Buß- und Bettag",
			body.InvitationDeadline(adopted(func(b *body.Bylaws) { b.NoticeDays, b.NoticeUnit = 5, body.WorkingDays }), day("2026-11-20")), "2026-11-11",
		},
		{"Ladungsfrist: none", body.InvitationDeadline(adopted(func(b *body.Bylaws) { b.NoticeDays = 0 }), day("2026-11-20")), "2026-11-20"},
		{"agenda proposals: the 21st day before", body.ProposalDeadline(plain, day("2026-11-20")), "2026-10-30"},
		{"agenda proposals: until the sitting", body.ProposalDeadline(adopted(func(b *body.Bylaws) { b.ProposalDays = 0 }), day("2026-11-20")), "2026-11-20"},
		{"§ 188 (2) BGB: one month", body.MinutesDeadline(plain, day("2026-11-10")), "2026-12-10"},
		{"§ 188 (3) BGB: the month's last day, then § 193", body.MinutesDeadline(plain, day("2027-01-31")), "2027-03-01"},
		{"§ 188 (3) BGB: leap day", body.MinutesDeadline(plain, day("2028-01-31")), "2028-02-29"},
		{"§ 193 BGB: two months later is Reformationstag, a Saturday", body.MinutesDeadline(adopted(func(b *body.Bylaws) { b.MinutesMonths = 2 }), day("2026-08-31")), "2026-11-02"},
		{"no deadline for minutes", body.MinutesDeadline(adopted(func(b *body.Bylaws) { b.MinutesMonths = 0 }), day("2026-11-10")), ""},
		{"circular vote: § 193 BGB", body.CircularDeadline(plain, day("2026-11-04")), "2026-11-19"},
	} {
		if got := tc.got.Day.String(); got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.name, got, tc.want)
		}
	}
}

func TestDeadlineInTimeOnClockChange(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		last string
		at   string
		want bool
	}{
		{"the last second before the clocks go forward", "2027-03-27", "2027-03-27T23:59:59+01:00", true},
		{"the night itself is the next day", "2027-03-27", "2027-03-28T00:00:00+01:00", false},
		{"the short day ends in summer time", "2027-03-28", "2027-03-28T23:59:59+02:00", true},
		{"the long day ends in winter time", "2027-10-31", "2027-10-31T23:59:59+01:00", true},
		{"and not an hour later", "2027-10-31", "2027-11-01T00:00:00+01:00", false},
		{"the second 2:30 of the long night", "2027-10-31", "2027-10-31T02:30:00+01:00", true},
	} {
		at, err := time.Parse(time.RFC3339, tc.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := (body.Deadline{Day: day(tc.last)}).InTime(at); got != tc.want {
			t.Errorf("%s: got %t, want %t", tc.name, got, tc.want)
		}
	}
}

func TestDeadlineExplainsItself(t *testing.T) {
	t.Parallel()
	b := adopted(func(b *body.Bylaws) { b.Source = "§ 9 Abs. 2" })
	stored, err := json.Marshal(body.ObjectionDeadline(b, day("2026-11-04")))
	if err != nil {
		t.Fatal(err)
	}
	var d body.Deadline
	if err := json.Unmarshal(stored, &d); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(body.ObjectionDeadline(b, day("2026-11-04")), d); diff != "" {
		t.Errorf("stored and read (-want +got):\n%s", diff)
	}
	p := locale.New(locale.German, nil)
	got := []string{p.T(d.Rule)}
	for _, s := range d.Steps {
		got = append(got, s.Text(p))
	}
	want := []string{
		"Frist für Einwendungen",
		"Geschäftsordnung vom 4. Juni 2024, gültig seit 04.06.2024, § 9 Abs. 2",
		"Umlauf am 04.11.2026 + 14 Kalendertage = 18.11.2026",
		"18.11.2026 ist Buß- und Bettag",
		"Nächster Werktag: 19.11.2026 (§ 31 Abs. 3 VwVfG, § 193 BGB)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestDeadlinesAreSound draws rules and days: a forward period is never shorter
// than its count and ends on a working day, a backward one never longer.
func TestDeadlinesAreSound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := adopted(func(b *body.Bylaws) {
			b.ObjectionDays = rapid.IntRange(1, body.MaxPeriod).Draw(t, "objection")
			b.ObjectionUnit = rapid.SampledFrom(b.ObjectionUnit.Values()).Draw(t, "unit")
			b.ObjectionStart = rapid.SampledFrom(b.ObjectionStart.Values()).Draw(t, "start")
			b.NoticeDays = rapid.IntRange(0, body.MaxPeriod).Draw(t, "notice")
			b.NoticeUnit = rapid.SampledFrom(b.NoticeUnit.Values()).Draw(t, "notice unit")
		})
		start := calendar.NewDate(2024, time.January, 1).AddDays(rapid.IntRange(0, 4000).Draw(t, "day"))
		objection := body.ObjectionDeadline(b, start)
		if !objection.Day.IsWorkingDay() || start.DaysUntil(objection.Day) < b.ObjectionDays {
			t.Errorf("%d days from %s end on %s", b.ObjectionDays, start, objection.Day)
		}
		invitation := body.InvitationDeadline(b, start)
		if b.NoticeDays > 0 && invitation.Day.DaysUntil(start) <= b.NoticeDays {
			t.Errorf("%d days before %s: %s", b.NoticeDays, start, invitation.Day)
		}
		for _, lang := range locale.Languages() {
			p := locale.New(lang, nil)
			for _, s := range append(objection.Steps, invitation.Steps...) {
				if text := s.Text(p); strings.Contains(text, "[") || text == "" {
					t.Errorf("%s: step %v is written %q", lang, s, text)
				}
			}
		}
	})
}
