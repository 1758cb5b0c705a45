package calendar

import "time"

// Holiday is the stable name of a statutory holiday in Saxony, used as text key.
type Holiday string

// The holidays of § 1 SächsSFG that can fall on a weekday. Easter and Whit
// Sunday are Sundays and need no entry.
const (
	NewYear         Holiday = "new_year"
	GoodFriday      Holiday = "good_friday"
	EasterMonday    Holiday = "easter_monday"
	LabourDay       Holiday = "labour_day"
	AscensionDay    Holiday = "ascension_day"
	WhitMonday      Holiday = "whit_monday"
	UnityDay        Holiday = "unity_day"
	ReformationDay  Holiday = "reformation_day"
	RepentanceDay   Holiday = "repentance_day" // Buß- und Bettag, in Saxony alone
	ChristmasDay    Holiday = "christmas_day"
	SecondChristmas Holiday = "second_christmas_day"
)

// Holiday returns the Saxon holiday on that date, or "" if it is none.
func (d Date) Holiday() Holiday {
	switch {
	case d.on(time.January, 1):
		return NewYear
	case d.on(time.May, 1):
		return LabourDay
	case d.on(time.October, 3):
		return UnityDay
	case d.on(time.October, 31):
		return ReformationDay
	case d.on(time.December, 25):
		return ChristmasDay
	case d.on(time.December, 26):
		return SecondChristmas
	case d.IsZero():
		return ""
	case d == repentanceDay(d.Year()):
		return RepentanceDay
	}
	switch Easter(d.Year()).DaysUntil(d) {
	case -2:
		return GoodFriday
	case 1:
		return EasterMonday
	case 39:
		return AscensionDay
	case 50:
		return WhitMonday
	}
	return ""
}

func (d Date) on(m time.Month, day int) bool { return d.Month() == m && d.Day() == day }

// Easter returns Easter Sunday of a year (Gregorian calendar; Anonymous
// algorithm, as given by Meeus).
func Easter(year int) Date {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return NewDate(year, time.Month(n/31), n%31+1)
}

// repentanceDay is the Wednesday before 23 November: eleven days before the
// first Sunday in Advent.
func repentanceDay(year int) Date {
	d := NewDate(year, time.November, 22)
	return d.AddDays(-((int(d.Weekday()) - int(time.Wednesday) + 7) % 7))
}

// IsWorkingDay reports whether d is Monday to Friday and no Saxon holiday.
func (d Date) IsWorkingDay() bool {
	w := d.Weekday()
	return !d.IsZero() && w != time.Saturday && w != time.Sunday && d.Holiday() == ""
}

// NextWorkingDay returns d itself if it is a working day, else the first working
// day after it: the end of a period that must not end on a day off (§ 193 BGB).
// The zero Date stays zero.
func (d Date) NextWorkingDay() Date {
	for !d.IsZero() && !d.IsWorkingDay() {
		d = d.AddDays(1)
	}
	return d
}

// AddWorkingDays returns the n-th working day after d, or before d if n is
// negative; d itself is not counted. With n = 0 it returns d, working day or not.
// The zero Date stays zero.
func (d Date) AddWorkingDays(n int) Date {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 && !d.IsZero() {
		d = d.AddDays(step)
		if d.IsWorkingDay() {
			n--
		}
	}
	return d
}
