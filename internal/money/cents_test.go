package money

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestString(t *testing.T) {
	t.Parallel()
	for c, want := range map[Cents]string{
		0: "0.00", 5: "0.05", -5: "-0.05", 100: "1.00", 123450: "1234.50", -99999: "-999.99",
		Max: "1000000000.00", math.MinInt64: "-92233720368547758.08",
	} {
		if got := c.String(); got != want {
			t.Errorf("Cents(%d).String() = %q, want %q", int64(c), got, want)
		}
	}
}

func TestSum(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		in   []Cents
		want Cents
		err  error
	}{
		{in: nil},
		{in: []Cents{1, 2, -4}, want: -1},
		{in: []Cents{Max, Max, -Max}, want: Max},
		{in: []Cents{Max, 1}, err: ErrRange},
		{in: []Cents{-Max, -1}, err: ErrRange},
		{in: []Cents{Max + 1, -2}, err: ErrRange},
		{in: []Cents{math.MaxInt64, math.MaxInt64}, err: ErrRange},
		{in: []Cents{math.MinInt64}, err: ErrRange},
	} {
		if got, err := Sum(tc.in...); got != tc.want || !errors.Is(err, tc.err) {
			t.Errorf("Sum(%v) = %v, %v, want %v, %v", tc.in, got, err, tc.want, tc.err)
		}
	}
}

func TestSub(t *testing.T) {
	t.Parallel()
	if got, err := Cents(100).Sub(250); got != -150 || err != nil {
		t.Errorf("1.00 - 2.50 = %v, %v, want -1.50", got, err)
	}
	if _, err := (-Max).Sub(1); !errors.Is(err, ErrRange) {
		t.Errorf("-Max - 1: err = %v, want ErrRange", err)
	}
	if _, err := Cents(0).Sub(math.MinInt64); !errors.Is(err, ErrRange) {
		t.Errorf("0 - smallest: err = %v, want ErrRange", err)
	}
}

func TestPortion(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		c        Cents
		num, den int64
		want     Cents
		err      error
	}{
		{c: 9_000_000, num: 4, den: 10, want: 3_600_000}, // 40 % of 90,000.00
		{c: 9_000_000, num: 7, den: 12, want: 5_250_000}, // seven months
		{c: 100, num: 1, den: 3, want: 33},
		{c: 100, num: 2, den: 3, want: 67},
		{c: 1, num: 1, den: 2, want: 1},
		{c: -1, num: 1, den: 2, want: -1},
		{c: 1, num: -1, den: 2, want: -1},
		{c: -1, num: -1, den: 2, want: 1},
		{c: 1, num: 1, den: -2, want: -1},
		{c: 1, num: 49, den: 100, want: 0},
		{c: Max, num: math.MaxInt64, den: math.MaxInt64, want: Max},
		{c: Max, num: math.MaxInt64, den: 1, err: ErrRange},
		{c: Max, num: math.MinInt64, den: math.MinInt64, want: Max},
		{c: Max, num: 2, den: 1, err: ErrRange},
	} {
		if got, err := tc.c.Portion(tc.num, tc.den); !errors.Is(err, tc.err) || err == nil && got != tc.want {
			t.Errorf("%v · %d / %d = %v, %v, want %v, %v", tc.c, tc.num, tc.den, got, err, tc.want, tc.err)
		}
	}
	if got, err := Cents(-250).Times(3); got != -750 || err != nil {
		t.Errorf("-2.50 · 3 = %v, %v, want -7.50", got, err)
	}
}

// Portion against arithmetic without limits.
func TestPortionProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.Int64Range(-int64(Max), int64(Max)).Draw(t, "cents")
		num := rapid.Int64().Draw(t, "num")
		den := rapid.Int64().Filter(func(n int64) bool { return n != 0 }).Draw(t, "den")

		exact := new(big.Rat).Mul(new(big.Rat).SetInt64(c), new(big.Rat).Mul(new(big.Rat).SetInt64(num), new(big.Rat).Inv(new(big.Rat).SetInt64(den))))
		half := big.NewRat(1, 2)
		if exact.Sign() < 0 {
			half.Neg(half)
		}
		rounded := new(big.Rat).Add(exact, half)
		want := new(big.Int).Quo(rounded.Num(), rounded.Denom())

		got, err := Cents(c).Portion(num, den)
		fits := new(big.Int).Abs(want).Cmp(big.NewInt(int64(Max))) <= 0
		if fits != (err == nil) || fits && want.Int64() != int64(got) {
			t.Fatalf("%d · %d / %d = %v, %v, want %v", c, num, den, got, err, want)
		}
	})
}
