package money

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Cents{
		"1.234,50":         123450,
		"1234,5":           123450,
		"1234,50":          123450,
		"1234.50":          123450,
		"1234.5":           123450,
		"1234":             123400,
		"0":                0,
		"0,05":             5,
		"00,5":             50,
		"-0,05":            -5,
		"- 3":              -300,
		"\u22123,10":       -310,
		"+7":               700,
		"90.000,00":        9000000,
		"90.000,00 €":      9000000,
		"90.000,00\u00a0€": 9000000,
		"90000 EUR":        9000000,
		"12 Euro":          1200,
		"12,-":             1200,
		"12,-- €":          1200,
		"12,\u2013 €":      1200,
		" 1.170.000 ":      117000000,
		"1.234.567,8":      123456780,
		"1 234,50":         123450,
		"1\u202f234,5":     123450,
		"1 234 567":        123456700,
		"1 234.50":         123450,
		"1.000.000.000,00": Max,
		"-1.000.000.000":   -Max,
		"0000000000001,00": 100,
	} {
		if got, err := Parse(in); err != nil || got != want {
			t.Errorf("Parse(%q) = %v, %v, want %v", in, got, err, want)
		}
	}
}

func TestParseAmbiguous(t *testing.T) {
	t.Parallel()
	for in, guess := range map[string]Cents{
		"1.234":        123400,
		"-1.234":       -123400,
		"90.000":       9000000,
		"90.000 €":     9000000,
		"1,234":        123400,
		"1,234,567":    123456700,
		"1,234.50":     123450,
		"1,234,567.8":  123456780,
		"-1,234.50":    -123450,
		"999.999 Euro": 99999900,
	} {
		_, err := Parse(in)
		ambiguous, ok := errors.AsType[*AmbiguousError](err)
		if !ok || ambiguous.Guess != guess || ambiguous.Input != in {
			t.Errorf("Parse(%q): err = %v, want AmbiguousError with guess %v", in, err, guess)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]error{
		"":                               ErrSyntax,
		" ":                              ErrSyntax,
		"€":                              ErrSyntax,
		"-":                              ErrSyntax,
		",-":                             ErrSyntax,
		"--3":                            ErrSyntax,
		"3-":                             ErrSyntax,
		",50":                            ErrSyntax,
		".50":                            ErrSyntax,
		"12,":                            ErrSyntax,
		"12.":                            ErrSyntax,
		"1.234,567":                      ErrSyntax,
		"0.234":                          ErrSyntax,
		"0,234":                          ErrSyntax,
		"1234.567":                       ErrSyntax,
		"1.2345":                         ErrSyntax,
		"12.34,50":                       ErrSyntax,
		"1.23.456":                       ErrSyntax,
		"1.234.56":                       ErrSyntax,
		"1..234,00":                      ErrSyntax,
		"1,2,3":                          ErrSyntax,
		"1.234 567,00":                   ErrSyntax,
		"1 23":                           ErrSyntax,
		"1  234":                         ErrSyntax,
		"1\u202f234\u202f5":              ErrSyntax,
		"1e9":                            ErrSyntax,
		"0x10":                           ErrSyntax,
		"1_000":                          ErrSyntax,
		"1'234.50":                       ErrSyntax,
		"zwölf":                          ErrSyntax,
		"12 $":                           ErrSyntax,
		"12 € €":                         ErrSyntax,
		"NaN":                            ErrSyntax,
		"Inf":                            ErrSyntax,
		"١٢":                             ErrSyntax,
		"１２":                             ErrSyntax,
		"1\x002":                         ErrSyntax,
		"1\xff2":                         ErrSyntax,
		"=1+1":                           ErrSyntax,
		"1.000.000.000,01":               ErrRange,
		"-1.000.000.000,01":              ErrRange,
		"100000000000000000000":          ErrRange,
		"9223372036854775808":            ErrRange,
		"18446744073709551617":           ErrRange,
		"-92233720368547758,09":          ErrRange,
		strings.Repeat("9", 64):          ErrRange,
		strings.Repeat("9", 65):          ErrSyntax,
		"9.999.999.999.999.999.999,99 €": ErrRange,
	} {
		if got, err := Parse(in); !errors.Is(err, want) || got != 0 {
			t.Errorf("Parse(%q) = %v, %v, want %v", in, got, err, want)
		}
	}
}

// german writes an amount as a person would, with or without points.
func german(c Cents, points bool) string {
	euros, cents, _ := strings.Cut(c.String(), ".")
	digits := strings.TrimPrefix(euros, "-")
	sign := strings.TrimSuffix(euros, digits)
	for i := len(digits) - 3; points && i > 0; i -= 3 {
		digits = digits[:i] + "." + digits[i:]
	}
	return sign + digits + "," + cents
}

func TestParseProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := Cents(rapid.Int64Range(-int64(Max), int64(Max)).Draw(t, "cents"))
		for _, text := range []string{c.String(), german(c, true), german(c, false), german(c, true) + "\u00a0€"} {
			if got, err := Parse(text); err != nil || got != c {
				t.Fatalf("Parse(%q) = %v, %v, want %v", text, got, err, c)
			}
		}
	})
}

// Whatever is typed: an amount within the limits or one of the three errors.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"1.234,50", "1.234", "1e9", "-", "12,-", "1 234", "1,234.50", "\u00a0€"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := Parse(s)
		_, ambiguous := errors.AsType[*AmbiguousError](err)
		switch {
		case err == nil && got.Check() != nil:
			t.Errorf("Parse(%q) = %v, out of range", s, got)
		case err != nil && (got != 0 || !ambiguous && !errors.Is(err, ErrSyntax) && !errors.Is(err, ErrRange)):
			t.Errorf("Parse(%q) = %v, %v", s, got, err)
		}
	})
}
