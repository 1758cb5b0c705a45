// Package calendar knows civil dates, Berlin days and Saxon working days.
//
// A deadline is a [Date], not an instant: it ends at 24:00 in Europe/Berlin,
// whatever the clocks do that night. [Date.StartOfDay] and [Date.EndOfDay] turn
// a date into instants, [Of] turns an instant into the Berlin date it falls on.
//
// Month and year arithmetic follows § 188 (3) BGB: where the target month has no
// such day, the last day of that month counts (31 January + 1 month = 28 or 29
// February). Working days are Monday to Friday without Saxon holidays; moving a
// deadline to the next working day (§ 193 BGB) is [Date.NextWorkingDay].
// Fronleichnam, a holiday in a few Catholic parishes only, is a working day here.
//
// The package imports the standard library alone and carries its own time zone
// data, so it gives the same answers in a container without /usr/share/zoneinfo.
package calendar
