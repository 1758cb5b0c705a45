package calendar

import "testing"

// Dates as printed in Saxon calendars.
func TestEaster(t *testing.T) {
	t.Parallel()
	for _, want := range []string{
		"1954-04-18", "1981-04-19", "2000-04-23", "2008-03-23", "2013-03-31", "2014-04-20", "2015-04-05",
		"2016-03-27", "2017-04-16", "2018-04-01", "2019-04-21", "2020-04-12", "2021-04-04", "2022-04-17",
		"2023-04-09", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16", "2029-04-01",
		"2030-04-21", "2031-04-13", "2032-03-28", "2035-03-25", "2038-04-25", "2049-04-18", "2076-04-19",
	} {
		if got := Easter(day(t, want).Year()); got.String() != want {
			t.Errorf("Easter = %s, want %s", got, want)
		}
	}
}

func TestHoliday(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		day  string
		want Holiday
	}{
		// the whole year 2026
		{"2026-01-01", NewYear},
		{"2026-01-06", ""}, // Epiphany: not in Saxony
		{"2026-03-08", ""}, // Women's Day: Berlin
		{"2026-04-03", GoodFriday},
		{"2026-04-04", ""},
		{"2026-04-05", ""}, // Easter Sunday is a Sunday anyway
		{"2026-04-06", EasterMonday},
		{"2026-04-07", ""},
		{"2026-05-01", LabourDay},
		{"2026-05-14", AscensionDay},
		{"2026-05-25", WhitMonday},
		{"2026-06-04", ""}, // Fronleichnam: a few parishes only
		{"2026-08-15", ""},
		{"2026-10-03", UnityDay},
		{"2026-10-31", ReformationDay},
		{"2026-11-01", ""},
		{"2026-11-11", ""},
		{"2026-11-18", RepentanceDay},
		{"2026-11-25", ""},
		{"2026-12-24", ""},
		{"2026-12-25", ChristmasDay},
		{"2026-12-26", SecondChristmas},
		{"2026-12-31", ""},
		// Buß- und Bettag: the Wednesday between 16 and 22 November
		{"2018-11-21", RepentanceDay},
		{"2019-11-20", RepentanceDay},
		{"2020-11-18", RepentanceDay},
		{"2021-11-17", RepentanceDay},
		{"2022-11-16", RepentanceDay},
		{"2023-11-22", RepentanceDay},
		{"2024-11-20", RepentanceDay},
		{"2025-11-19", RepentanceDay},
		{"2027-11-17", RepentanceDay},
		{"2028-11-22", RepentanceDay},
		{"2029-11-21", RepentanceDay},
		{"2030-11-20", RepentanceDay},
		{"2023-11-15", ""},
		{"2022-11-23", ""},
		// movable ones in other years
		{"2024-03-29", GoodFriday},
		{"2024-04-01", EasterMonday},
		{"2024-05-09", AscensionDay},
		{"2024-05-20", WhitMonday},
		{"2025-04-18", GoodFriday},
		{"2025-05-29", AscensionDay},
		{"2025-06-09", WhitMonday},
		{"2027-03-26", GoodFriday},
		{"2027-03-29", EasterMonday},
		{"2027-05-06", AscensionDay},
		{"2027-05-17", WhitMonday},
		{"2027-10-31", ReformationDay}, // Sunday, 25 hours long
		{"2028-05-25", AscensionDay},
		{"2028-06-05", WhitMonday},
		{"2008-05-01", LabourDay}, // Ascension Day as well
	} {
		if got := day(t, tc.day).Holiday(); got != tc.want {
			t.Errorf("%s is %q, want %q", tc.day, got, tc.want)
		}
	}
}

func TestEveryYearHasElevenHolidays(t *testing.T) {
	t.Parallel()
	for year := 1995; year <= 2100; year++ {
		seen := map[Holiday]bool{}
		for d := NewDate(year, 1, 1); d.Year() == year; d = d.AddDays(1) {
			if h := d.Holiday(); h != "" {
				seen[h] = true
			}
		}
		want := 11
		if Easter(year) == NewDate(year, 3, 23) { // Ascension Day on 1 May
			want = 10
		}
		if len(seen) != want {
			t.Errorf("%d has %d holidays, want %d: %v", year, len(seen), want, seen)
		}
	}
}

// The deadline moves only if it ends on a day off (§ 193 BGB).
func TestNextWorkingDay(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ from, want string }{
		{"2026-11-23", "2026-11-23"}, // Monday
		{"2026-11-21", "2026-11-23"}, // Saturday
		{"2026-11-22", "2026-11-23"}, // Sunday
		{"2026-11-18", "2026-11-19"}, // Buß- und Bettag
		{"2026-10-31", "2026-11-02"}, // Reformation Day on a Saturday
		{"2027-10-31", "2027-11-01"}, // Reformation Day on a Sunday; 1 November is a working day
		{"2025-10-31", "2025-11-03"}, // Reformation Day on a Friday
		{"2026-04-03", "2026-04-07"}, // Good Friday to Tuesday after Easter
		{"2026-04-06", "2026-04-07"},
		{"2026-05-01", "2026-05-04"}, // Friday
		{"2026-05-14", "2026-05-15"}, // the Friday after Ascension Day is a working day
		{"2026-10-03", "2026-10-05"}, // Saturday
		{"2026-12-24", "2026-12-24"}, // no holiday
		{"2026-12-25", "2026-12-28"}, // Friday, Saturday, Sunday
		{"2026-12-31", "2026-12-31"},
		{"2027-01-01", "2027-01-04"},
		{"2027-03-26", "2027-03-30"},
		{"2027-03-28", "2027-03-30"}, // Easter Sunday, clocks change
		{"2027-11-17", "2027-11-18"},
		{"2027-12-25", "2027-12-27"},
		{"2028-12-24", "2028-12-27"}, // Sunday, then two holidays
		{"2028-02-29", "2028-02-29"},
	} {
		if got := day(t, tc.from).NextWorkingDay(); got.String() != tc.want {
			t.Errorf("next working day from %s = %s, want %s", tc.from, got, tc.want)
		}
	}
}

func TestAddWorkingDays(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-11-16", 1, "2026-11-17"},
		{"2026-11-16", 2, "2026-11-19"},  // over Buß- und Bettag
		{"2026-11-20", 1, "2026-11-23"},  // over a weekend
		{"2026-11-21", 1, "2026-11-23"},  // from a Saturday
		{"2026-11-21", 0, "2026-11-21"},  // none: unchanged
		{"2026-04-02", 1, "2026-04-07"},  // over Easter
		{"2026-04-02", 5, "2026-04-13"},  // 7, 8, 9, 10, 13 April
		{"2026-12-23", 5, "2026-12-31"},  // 24, 28, 29, 30, 31
		{"2026-12-23", 6, "2027-01-04"},  // then New Year and a weekend
		{"2027-10-29", 1, "2027-11-01"},  // Reformation Day is the Sunday
		{"2025-10-30", 1, "2025-11-03"},  // Reformation Day is the Friday
		{"2026-11-19", -1, "2026-11-17"}, // backwards over Buß- und Bettag
		{"2026-11-23", -1, "2026-11-20"},
		{"2026-11-22", -1, "2026-11-20"},
		{"2026-04-07", -1, "2026-04-02"},
		{"2027-01-04", -1, "2026-12-31"},
		{"2026-12-01", -10, "2026-11-16"}, // ten working days' notice for 1 December
		{"2026-05-29", -14, "2026-05-07"}, // over Ascension Day and Whit Monday
		{"2026-06-01", 20, "2026-06-29"},
		{"2026-06-01", 260, "2027-06-09"}, // counted by a second program,
	} {
		if got := day(t, tc.from).AddWorkingDays(tc.n); got.String() != tc.want {
			t.Errorf("%s + %d working days = %s, want %s", tc.from, tc.n, got, tc.want)
		}
	}
}

// Deadlines as the rules of procedure state them: period, then the next working day.
func TestDeadlines(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		from         string
		months, days int
		want         string
	}{
		{"2026-02-01", 0, 28, "2026-03-02"}, // 1 March is a Sunday
		{"2026-03-01", 0, 28, "2026-03-30"}, // 29 March is a Sunday
		{"2027-03-01", 0, 28, "2027-03-30"}, // 29 March is Easter Monday
		{"2026-01-31", 1, 0, "2026-03-02"},  // 28 February is a Saturday
		{"2027-01-31", 1, 0, "2027-03-01"},  // 28 February is a Sunday
		{"2028-01-31", 1, 0, "2028-02-29"},  // Tuesday in a leap year
		{"2028-02-29", 12, 0, "2029-02-28"}, // Wednesday
		{"2026-09-30", 1, 0, "2026-10-30"},  // Friday
		{"2026-09-30", 0, 31, "2026-11-02"}, // Reformation Day on a Saturday
		{"2027-09-30", 0, 31, "2027-11-01"}, // Reformation Day on a Sunday
		{"2026-10-18", 1, 0, "2026-11-19"},  // Buß- und Bettag
		{"2027-10-17", 1, 0, "2027-11-18"},  // Buß- und Bettag
		{"2026-03-03", 1, 0, "2026-04-07"},  // Good Friday
		{"2026-11-25", 1, 0, "2026-12-28"},  // Christmas Day on a Friday
		{"2026-11-26", 1, 0, "2026-12-28"},
		{"2026-12-01", 1, 0, "2027-01-04"}, // New Year on a Friday
		{"2026-06-30", 6, 0, "2026-12-30"},
		{"2025-12-31", 6, 0, "2026-06-30"},
		{"2026-08-31", 6, 0, "2027-03-01"}, // 28 February 2027 is a Sunday
	} {
		got := day(t, tc.from).AddMonths(tc.months).AddDays(tc.days).NextWorkingDay()
		if got.String() != tc.want {
			t.Errorf("%s + %d months + %d days = %s, want %s", tc.from, tc.months, tc.days, got, tc.want)
		}
	}
}
