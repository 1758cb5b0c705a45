package money

import (
	"errors"
	"math"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSplit(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		total  Cents
		shares []int64
		want   []Cents
	}{
		{100, []int64{1, 1, 1}, []Cents{34, 33, 33}},       // ties go to the first
		{-100, []int64{1, 1, 1}, []Cents{-34, -33, -33}},   // a reversal mirrors its booking
		{101, []int64{1, 1, 1}, []Cents{34, 34, 33}},       //
		{100, []int64{333, 333, 334}, []Cents{33, 33, 34}}, // the largest remainder wins
		{1, []int64{1, 2}, []Cents{0, 1}},
		{0, []int64{1, 2}, []Cents{0, 0}},
		{100, []int64{0, 1, 0}, []Cents{0, 100, 0}},
		{9_000_000, []int64{40, 50, 10}, []Cents{3_600_000, 4_500_000, 900_000}},
		{117_000_000, []int64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, slices.Repeat([]Cents{9_000_000}, 13)},
		{Max, []int64{math.MaxInt64}, []Cents{Max}},
		{Max, []int64{math.MaxInt64 - 1, 1}, []Cents{Max, 0}},
		{2, []int64{1, 1, 1, 1}, []Cents{1, 1, 0, 0}},
	} {
		if got, err := Split(tc.total, tc.shares); err != nil || !slices.Equal(got, tc.want) {
			t.Errorf("Split(%v, %v) = %v, %v, want %v", tc.total, tc.shares, got, err, tc.want)
		}
	}
}

func TestSplitRefuses(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		total  Cents
		shares []int64
		want   error
	}{
		"no shares":       {100, nil, ErrShares},
		"nothing":         {100, []int64{0, 0}, ErrShares},
		"negative":        {100, []int64{2, -1}, ErrShares},
		"too many":        {100, []int64{math.MaxInt64, 1}, ErrShares},
		"wraps twice":     {100, []int64{math.MaxInt64, math.MaxInt64, 3}, ErrShares},
		"total too large": {Max + 1, []int64{1}, ErrRange},
		"total too small": {math.MinInt64, []int64{1}, ErrRange},
	} {
		if got, err := Split(tc.total, tc.shares); !errors.Is(err, tc.want) || got != nil {
			t.Errorf("%s: Split = %v, %v, want %v", name, got, err, tc.want)
		}
	}
}

func TestSplitProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64Range(-int64(Max), int64(Max)).Draw(t, "total")
		shares := rapid.SliceOfN(rapid.Int64Range(0, math.MaxInt64/20), 1, 20).Draw(t, "shares")
		if rapid.Bool().Draw(t, "small") { // small shares make ties
			for i := range shares {
				shares[i] %= 5
			}
		}
		whole := int64(0)
		for _, s := range shares {
			whole += s
		}
		parts, err := Split(Cents(total), shares)
		if whole == 0 {
			if !errors.Is(err, ErrShares) {
				t.Fatalf("shares of nothing: err = %v, want ErrShares", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}

		sum := Cents(0)
		for i, part := range parts {
			sum += part
			// |part · whole - total · share| < whole: within one cent of the exact part.
			diff := new(big.Int).Mul(big.NewInt(int64(part)), big.NewInt(whole))
			diff.Sub(diff, new(big.Int).Mul(big.NewInt(total), big.NewInt(shares[i])))
			if diff.CmpAbs(big.NewInt(whole)) >= 0 {
				t.Fatalf("part %d is %v: a cent or more from exact", i, part)
			}
			if int64(part) != 0 && (part < 0) != (total < 0) {
				t.Fatalf("part %d is %v of %v: wrong sign", i, part, Cents(total))
			}
			if shares[i] == 0 && part != 0 {
				t.Fatalf("part %d is %v for no share", i, part)
			}
			for j := range i { // equal shares: never less for the earlier one
				if shares[j] == shares[i] && magnitude(int64(parts[j])) < magnitude(int64(part)) {
					t.Fatalf("parts %d and %d of equal shares: %v < %v", j, i, parts[j], part)
				}
			}
		}
		if sum != Cents(total) {
			t.Fatalf("parts add up to %v, want %v", sum, Cents(total))
		}
		mirror, err := Split(-Cents(total), shares)
		if err != nil {
			t.Fatal(err)
		}
		for i := range parts {
			if mirror[i] != -parts[i] {
				t.Fatalf("part %d of the negative total is %v, want %v", i, mirror[i], -parts[i])
			}
		}
	})
}
