package body

import (
	"strconv"
	"strings"
	"time"

	"rundertisch/internal/calendar"
)

// Deadline is the last day on which something is in time, with the rule and the
// arithmetic behind it, as pages, papers and frozen minutes show them.
type Deadline struct {
	Day   calendar.Date `json:"day"`  // zero: the rules set no deadline
	Rule  string        `json:"rule"` // locale key of the rule's name
	Steps []Step        `json:"steps"`
}

// InTime reports whether t is on or before the last day, which ends at 24:00 in
// Berlin whatever the clocks do that night. Without a deadline all is in time.
func (d Deadline) InTime(t time.Time) bool {
	return d.Day.IsZero() || !calendar.Of(t).After(d.Day)
}

// ObjectionDeadline returns the last day for objections to minutes that were
// circulated, or delivered, on the day start.
func ObjectionDeadline(b Bylaws, start calendar.Date) Deadline {
	d := b.reckon("body.rule.objection")
	if b.ObjectionUnit == WorkingDays {
		d.addWorkingDays(string(b.ObjectionStart), start, b.ObjectionDays)
		return d.Deadline
	}
	d.addDays(string(b.ObjectionStart), start, b.ObjectionDays)
	return d.Deadline
}

// CircularDeadline returns the last day for answers to a circular vote that was
// sent on the day start.
func CircularDeadline(b Bylaws, start calendar.Date) Deadline {
	d := b.reckon("body.rule.circular")
	d.addDays("sent", start, b.CircularDays)
	return d.Deadline
}

// MinutesDeadline returns the day by which the minutes of a sitting should be
// circulated.
func MinutesDeadline(b Bylaws, sitting calendar.Date) Deadline {
	d := b.reckon("body.rule.minutes")
	if b.MinutesMonths == 0 {
		d.note("body.step.no_period")
		return d.Deadline
	}
	// § 188 (2) and (3) BGB: the day with the same number, else the month's last.
	end := sitting.AddMonths(b.MinutesMonths)
	d.note("body.step.months", "Event", "sitting", "Start", sitting.String(), "Count", strconv.Itoa(b.MinutesMonths), "End", end.String())
	d.endOnWorkingDay(end)
	return d.Deadline
}

// InvitationDeadline returns the last day on which an invitation to a sitting
// is in time. Neither the day of the invitation nor that of the sitting counts
// (§ 187 (1) BGB, counted backwards).
func InvitationDeadline(b Bylaws, sitting calendar.Date) Deadline {
	d := b.reckon("body.rule.invitation")
	switch {
	case b.NoticeDays == 0:
		d.Day = sitting
		d.note("body.step.no_period")
		return d.Deadline
	case b.NoticeUnit == WorkingDays:
		d.Day = sitting.AddWorkingDays(-b.NoticeDays).AddDays(-1)
		d.note("body.step.notice_working", "Start", sitting.String(), "Count", strconv.Itoa(b.NoticeDays), "End", d.Day.String())
		d.skipped(d.Day, sitting)
	default:
		d.Day = sitting.AddDays(-b.NoticeDays - 1)
		d.note("body.step.notice_calendar", "Start", sitting.String(), "Count", strconv.Itoa(b.NoticeDays), "End", d.Day.String())
	}
	d.note("body.step.no_shift")
	return d.Deadline
}

// ProposalDeadline returns the last day on which members may propose agenda
// items for a sitting: the n-th day before it.
func ProposalDeadline(b Bylaws, sitting calendar.Date) Deadline {
	d := b.reckon("body.rule.proposal")
	d.Day = sitting.AddDays(-b.ProposalDays)
	if b.ProposalDays == 0 {
		d.note("body.step.no_period")
		return d.Deadline
	}
	d.note("body.step.before", "Start", sitting.String(), "Count", strconv.Itoa(b.ProposalDays), "End", d.Day.String())
	d.note("body.step.no_shift")
	return d.Deadline
}

// reckoning is a deadline in the making.
type reckoning struct{ Deadline }

// reckon starts the explanation with the version of the rules.
func (b Bylaws) reckon(rule string) *reckoning {
	d := &reckoning{Deadline{Rule: rule}}
	switch {
	case b.Name == "":
		d.note("body.step.default")
	case b.Source == "":
		d.note("body.step.version", "Rules", b.Name, "Since", b.ValidFrom.String())
	default:
		d.note("body.step.version_source", "Rules", b.Name, "Since", b.ValidFrom.String(), "Source", b.Source)
	}
	return d
}

func (d *reckoning) note(key string, args ...any) {
	d.Steps = append(d.Steps, Step{Key: key, Args: args})
}

// addDays counts calendar days forward; the day of the event is not counted
// (§ 187 (1) BGB).
func (d *reckoning) addDays(event string, start calendar.Date, n int) {
	end := start.AddDays(n)
	d.note("body.step.calendar", "Event", event, "Start", start.String(), "Count", strconv.Itoa(n), "End", end.String())
	d.endOnWorkingDay(end)
}

// addWorkingDays counts working days forward; it ends on one by itself.
func (d *reckoning) addWorkingDays(event string, start calendar.Date, n int) {
	d.Day = start.AddWorkingDays(n)
	d.note("body.step.working", "Event", event, "Start", start.String(), "Count", strconv.Itoa(n), "End", d.Day.String())
	d.skipped(start, d.Day)
}

// endOnWorkingDay moves the end of a period that runs forward to the next
// working day (§ 31 (3) VwVfG, § 193 BGB), naming each day that it passes.
//
// Periods that run backwards from a sitting stay where they are: the move gives
// more time to whoever must act, while here it would shorten the time of those
// whom the period protects (§ 121 (7) AktG says so for general meetings).
func (d *reckoning) endOnWorkingDay(end calendar.Date) {
	d.Day = end.NextWorkingDay()
	if d.Day == end {
		d.note("body.step.is_working_day", "Day", end.String())
		return
	}
	for off := end; off.Before(d.Day); off = off.AddDays(1) {
		if h := off.Holiday(); h != "" {
			d.note("body.step.is_holiday", "Day", off.String(), "Holiday", string(h))
			continue
		}
		d.note("body.step.is_weekend", "Day", off.String(), "Weekday", strings.ToLower(off.Weekday().String()))
	}
	d.note("body.step.next_working_day", "Day", d.Day.String())
}

// skipped names the holidays between two days that a count of working days
// passed over; weekends go without saying.
func (d *reckoning) skipped(from, to calendar.Date) {
	for off := from.AddDays(1); off.Before(to); off = off.AddDays(1) {
		w := off.Weekday()
		if h := off.Holiday(); h != "" && w != time.Saturday && w != time.Sunday {
			d.note("body.step.not_counted", "Day", off.String(), "Holiday", string(h))
		}
	}
}
