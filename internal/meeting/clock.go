package meeting

import (
	"regexp"
	"strconv"
	"time"

	"rundertisch/internal/calendar"
)

// Clock is a time of day in Berlin as "15:30"; "" is none.
type Clock string

var clockForm = regexp.MustCompile(`^([01]?\d|2[0-3])[:.]([0-5]\d)$`)

// ParseClock reads a time of day as people type it: 9:30, 09.30. ok is false
// for anything else.
func ParseClock(s string) (c Clock, ok bool) {
	m := clockForm.FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	if len(m[1]) == 1 {
		m[1] = "0" + m[1]
	}
	return Clock(m[1] + ":" + m[2]), true
}

// ClockOf returns the time of day that a clock in Berlin shows at the moment.
func ClockOf(t time.Time) Clock { return Clock(t.In(calendar.Berlin()).Format("15:04")) }

// On returns the moment at which the clock shows this time on the day. In the
// hour that summer time leaves out it is an hour later.
func (c Clock) On(day calendar.Date) time.Time {
	if len(c) != len("15:04") {
		return day.StartOfDay()
	}
	hour, errHour := strconv.Atoi(string(c[:2]))
	minute, errMinute := strconv.Atoi(string(c[3:]))
	if errHour != nil || errMinute != nil {
		return day.StartOfDay()
	}
	return time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, calendar.Berlin())
}
