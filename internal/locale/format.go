package locale

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"
	_ "time/tzdata" // the server may have no time zone files
)

const nbsp = "\u00a0"

var berlin = sync.OnceValue(func() *time.Location {
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err) // embedded above
	}
	return loc
})

var germanMonths = [...]string{
	"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August",
	"September", "Oktober", "November", "Dezember",
}

// Date writes a civil date: "30.04.2024", in English "30 Apr 2024". It reads
// year, month and day as they stand, in no time zone. The zero time is "".
func (p *Printer) Date(t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case p.lang == English:
		return t.Format("2 Jan 2006")
	default:
		return t.Format("02.01.2006")
	}
}

// DateLong writes a civil date with the month in words: "30. April 2024".
func (p *Printer) DateLong(t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case p.lang == English:
		return t.Format("2 January 2006")
	default:
		return fmt.Sprintf("%d.%s%s %d", t.Day(), nbsp, germanMonths[t.Month()-1], t.Year())
	}
}

// Month writes the month of a civil date: "April 2024".
func (p *Printer) Month(t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case p.lang == English:
		return t.Format("January 2006")
	default:
		return germanMonths[t.Month()-1] + " " + strconv.Itoa(t.Year())
	}
}

// DateTime writes a moment in Berlin time: "30.04.2024, 10:42 Uhr".
func (p *Printer) DateTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	local := t.In(berlin())
	return p.Date(local) + ", " + p.Time(local)
}

// Time writes the Berlin time of day of a moment: "10:42 Uhr".
func (p *Printer) Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	clock := t.In(berlin()).Format("15:04")
	if p.lang == English {
		return clock
	}
	return clock + nbsp + "Uhr"
}

// Number writes n grouped by thousands: "1.234", in English "1,234".
func (p *Printer) Number(n int) string { return p.group(int64(n)) }

func (p *Printer) group(n int64) string {
	separator := "."
	if p.lang == English {
		separator = ","
	}
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	out := ""
	for len(digits) > 3 {
		out = separator + digits[len(digits)-3:] + out
		digits = digits[:len(digits)-3]
	}
	return sign + digits + out
}

// Euro writes an amount of cents: "1.234,50 €" with a space that does not
// break, in English "€1,234.50".
func (p *Printer) Euro(cents int64) string {
	sign := ""
	rest := cents % 100
	if cents < 0 {
		sign, rest = "-", -rest
	}
	whole := p.group(cents / 100)
	if cents < 0 && cents > -100 {
		whole = "0"
	} else if cents < 0 {
		whole = whole[1:]
	}
	if p.lang == English {
		return fmt.Sprintf("%s€%s.%02d", sign, whole, rest)
	}
	return fmt.Sprintf("%s%s,%02d%s€", sign, whole, rest, nbsp)
}

// Duration writes minutes as hours and minutes: "1 Std. 30 Min.".
func (p *Printer) Duration(minutes int) string {
	hour, minute := "Std.", "Min."
	if p.lang == English {
		hour, minute = "hr", "min"
	}
	h, m := minutes/60, minutes%60
	switch {
	case h == 0:
		return strconv.Itoa(m) + nbsp + minute
	case m == 0:
		return p.Number(h) + nbsp + hour
	default:
		return p.Number(h) + nbsp + hour + " " + strconv.Itoa(m) + nbsp + minute
	}
}

// FileSize writes a number of bytes: "1,2 MB", "340 kB", in English "1.2 MB".
// A kB has 1,000 bytes, as file managers show it.
func (p *Printer) FileSize(bytes int64) string {
	switch {
	case bytes < 1_000:
		return p.group(bytes) + nbsp + "Byte"
	case bytes < 999_500:
		return p.group((bytes+500)/1_000) + nbsp + "kB"
	}
	comma := ","
	if p.lang == English {
		comma = "."
	}
	tenths := (bytes + 50_000) / 100_000
	return p.group(tenths/10) + comma + strconv.FormatInt(tenths%10, 10) + nbsp + "MB"
}

// Permille writes a share of thousand with at most one decimal as percent:
// 500 is "50 %", 125 is "12,5 %".
func (p *Printer) Permille(n int) string {
	comma, space := ",", nbsp
	if p.lang == English {
		comma, space = ".", ""
	}
	text := p.Number(n / 10)
	if rest := n % 10; rest != 0 {
		text += comma + strconv.Itoa(max(rest, -rest))
	}
	return text + space + "%"
}

// BasisPoints writes hundredths of a per cent: 627 is "6,27 %".
func (p *Printer) BasisPoints(n int) string {
	comma, space, sign := ",", nbsp, ""
	if p.lang == English {
		comma, space = ".", ""
	}
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%s%s%02d%s%%", sign, p.Number(n/100), comma, n%100, space)
}

// Date writes a civil date in the language of ctx: "30.04.2024".
func Date(ctx context.Context, t time.Time) string { return FromContext(ctx).Date(t) }

// DateLong writes a civil date in the language of ctx: "30. April 2024".
func DateLong(ctx context.Context, t time.Time) string { return FromContext(ctx).DateLong(t) }

// Month writes the month of a civil date in the language of ctx: "April 2024".
func Month(ctx context.Context, t time.Time) string { return FromContext(ctx).Month(t) }

// DateTime writes a moment in Berlin time: "30.04.2024, 10:42 Uhr".
func DateTime(ctx context.Context, t time.Time) string { return FromContext(ctx).DateTime(t) }

// Time writes the Berlin time of day of a moment: "10:42 Uhr".
func Time(ctx context.Context, t time.Time) string { return FromContext(ctx).Time(t) }

// Number writes n grouped by thousands.
func Number(ctx context.Context, n int) string { return FromContext(ctx).Number(n) }

// Euro writes an amount of cents: "1.234,50 €".
func Euro(ctx context.Context, cents int64) string { return FromContext(ctx).Euro(cents) }

// Duration writes minutes: "1 Std. 30 Min.".
func Duration(ctx context.Context, minutes int) string { return FromContext(ctx).Duration(minutes) }

// FileSize writes a number of bytes: "1,2 MB".
func FileSize(ctx context.Context, bytes int64) string { return FromContext(ctx).FileSize(bytes) }

// Permille writes a share of thousand as percent: "12,5 %".
func Permille(ctx context.Context, n int) string { return FromContext(ctx).Permille(n) }
