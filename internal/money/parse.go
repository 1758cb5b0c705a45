package money

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// ErrSyntax says that a text is no amount.
var ErrSyntax = errors.New("not an amount")

// AmbiguousError says that a text can be read as two amounts, as "1.234": one
// thousand two hundred thirty-four, or one and something. Guess is what it most
// likely means; a form shows it and asks.
type AmbiguousError struct {
	Input string
	Guess Cents
}

// Error implements error.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%.40q can be read in two ways, perhaps %s", e.Input, e.Guess)
}

// Parse reads an amount in euros as people type or paste it: "1.234,50",
// "1234,5", "1 234,50 €", "12,-", "-3", and "1234.50" as machines write it. It
// returns ErrSyntax, ErrRange, or an *AmbiguousError for "1.234", "1,234" and
// "1,234.50".
func Parse(s string) (Cents, error) {
	t, negative := trim(s)
	r := readingOf(t)
	n, err := r.amount()
	if err != nil {
		return 0, fmt.Errorf("%.40q: %w", s, err)
	}
	if negative {
		n = -n
	}
	if r.doubtful {
		return 0, &AmbiguousError{Input: s, Guess: n}
	}
	return n, nil
}

// typography brings what word processors and copied tables put around digits to
// what is on the keyboard.
var typography = strings.NewReplacer(
	"\u00a0", " ", "\u202f", " ", "\u2009", " ", // no-break and thin spaces
	"\u2212", "-", "\u2013", "-", // minus sign, dash
)

// trim takes off spaces, currency and sign. What is too long or no text is no amount.
func trim(s string) (rest string, negative bool) {
	const longest = 64
	if len(s) > longest || !utf8.ValidString(s) {
		return "", false
	}
	rest = strings.TrimSpace(typography.Replace(s))
	for _, unit := range []string{"€", "EUR", "Euro"} {
		if cut, ok := strings.CutSuffix(rest, unit); ok {
			rest = strings.TrimSpace(cut)
			break
		}
	}
	for _, noCents := range []string{",--", ",-"} {
		if cut, ok := strings.CutSuffix(rest, noCents); ok {
			rest = cut + ",00"
			break
		}
	}
	if cut, ok := strings.CutPrefix(rest, "-"); ok {
		return strings.TrimSpace(cut), true
	}
	return strings.TrimPrefix(rest, "+"), false
}

// reading is one way to take an amount apart.
type reading struct {
	euros    string // digits, with mark between groups of three or without any
	mark     string
	cents    string // one or two digits
	doubtful bool   // another reading is as good
}

// readingOf tells the mark before the cents from the marks between thousands.
func readingOf(t string) reading {
	comma, point := strings.LastIndexByte(t, ','), strings.LastIndexByte(t, '.')
	last := max(comma, point)
	three := len(t)-last == 4 // digits after the last mark
	switch {
	case last < 0: // 1234, 1 234
		return reading{euros: t, mark: " ", cents: "00"}
	case comma >= 0 && point > comma: // 1,234.50
		return reading{euros: t[:point], mark: ",", cents: t[point+1:], doubtful: true}
	case point < 0 && three: // 1,234 and 1,234,567
		return reading{euros: t, mark: ",", cents: "00", doubtful: true}
	case comma < 0 && three: // 1.234, and 1.234.567 that has one reading only
		return reading{euros: t, mark: ".", cents: "00", doubtful: strings.Count(t, ".") == 1}
	case comma < 0 || strings.Contains(t, " "): // 1234.50, 1 234,50
		return reading{euros: t[:last], mark: " ", cents: t[last+1:]}
	default: // 1.234,50, 1234,5
		return reading{euros: t[:last], mark: ".", cents: t[last+1:]}
	}
}

// amount returns the cents of the reading, ErrSyntax or ErrRange.
func (r reading) amount() (Cents, error) {
	groups := strings.Split(r.euros, r.mark)
	for i, g := range groups {
		grouped := len(groups) > 1
		first := i == 0
		if g == "" || grouped && !first && len(g) != 3 || grouped && first && (len(g) > 3 || g[0] == '0') {
			return 0, ErrSyntax
		}
	}
	if len(r.cents) != 1 && len(r.cents) != 2 {
		return 0, ErrSyntax
	}
	return digits(strings.Join(groups, "") + (r.cents + "0")[:2])
}

// digits reads a row of ASCII digits, as many as there may be.
func digits(s string) (Cents, error) {
	var n Cents
	var err error
	for _, r := range s {
		if r < '0' || r > '9' {
			return 0, ErrSyntax
		}
		if n = n*10 + Cents(r-'0'); n > Max {
			n, err = 0, ErrRange
		}
	}
	return n, err
}
