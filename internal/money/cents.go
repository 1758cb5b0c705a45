package money

import (
	"errors"
	"fmt"
	"math/bits"
)

// Cents is an amount in euro cents. The database holds it as bigint.
type Cents int64

// Max is the largest amount, and its negative the smallest: one thousand million
// euros, as the database's domain "cents" has it.
const Max Cents = 100_000_000_000

// ErrRange says that an amount lies beyond ±Max.
var ErrRange = errors.New("amount out of range")

// Check returns ErrRange if c lies beyond ±Max.
func (c Cents) Check() error {
	if c > Max || c < -Max {
		return fmt.Errorf("%d cents: %w", int64(c), ErrRange)
	}
	return nil
}

// String returns euros and cents with a point and nothing else, as "-1234.50":
// for logs, CSV and tests. Pages use locale.
func (c Cents) String() string {
	sign := ""
	if c < 0 {
		sign = "-"
	}
	abs := magnitude(int64(c))
	return fmt.Sprintf("%s%d.%02d", sign, abs/100, abs%100)
}

// Sum adds amounts. It returns ErrRange if one of them or the result lies beyond ±Max.
func Sum(amounts ...Cents) (Cents, error) {
	const far = 1 << 62 // on the way the sum may pass Max, but never wrap
	var total Cents
	for _, a := range amounts {
		if err := a.Check(); err != nil {
			return 0, err
		}
		if total += a; total > far || total < -far {
			return 0, ErrRange
		}
	}
	if err := total.Check(); err != nil {
		return 0, err
	}
	return total, nil
}

// Sub returns c - other, or ErrRange.
func (c Cents) Sub(other Cents) (Cents, error) {
	if err := other.Check(); err != nil {
		return 0, err
	}
	return Sum(c, -other)
}

// Times returns c · n, or ErrRange.
func (c Cents) Times(n int64) (Cents, error) { return c.Portion(n, 1) }

// Portion returns c · num / den, rounded to the nearest cent and half a cent away
// from zero (kaufmännisch). It returns ErrRange if the result lies beyond ±Max.
// A den of zero panics, as any division by zero does. Portions of one total do
// not add up to it: that is what [Split] is for.
func (c Cents) Portion(num, den int64) (Cents, error) {
	hi, lo := bits.Mul64(magnitude(int64(c)), magnitude(num))
	divisor := magnitude(den)
	if hi >= divisor && divisor != 0 { // the quotient would not fit into 64 bits
		return 0, fmt.Errorf("%s · %d / %d: %w", c, num, den, ErrRange)
	}
	abs, rest := bits.Div64(hi, lo, divisor)
	if abs > uint64(Max) {
		return 0, fmt.Errorf("%s · %d / %d: %w", c, num, den, ErrRange)
	}
	if rest >= divisor-rest {
		abs++
	}
	result := Cents(abs)
	if (c < 0) != (num < 0) != (den < 0) {
		result = -result
	}
	return result, result.Check()
}

// magnitude is |n|, right for the smallest int64 too.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n) //nolint:gosec // wraps to the magnitude, by design
	}
	return uint64(n)
}
