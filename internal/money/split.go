package money

import (
	"cmp"
	"errors"
	"fmt"
	"math/bits"
	"slices"
)

// ErrShares says that a total cannot be split: no shares, a negative one, or
// shares that add up to nothing or to more than an int64 holds.
var ErrShares = errors.New("unusable shares")

// Split divides total in proportion to shares so that the parts add up to total
// to the cent. Each part is the exact one rounded down; the cents left over go to
// the largest remainders, among equal ones to the first. Callers order the shares
// by id, so that the same input always gives the same parts. A negative total is
// split as its positive twin. It returns ErrShares or ErrRange.
//
// Whether shares add up to 100 % is for the caller to check: here 99 shares of 1
// are as good as any.
func Split(total Cents, shares []int64) ([]Cents, error) {
	if err := total.Check(); err != nil {
		return nil, err
	}
	whole, err := sumShares(shares)
	if err != nil {
		return nil, err
	}

	type rest struct {
		index int
		left  uint64
	}
	amount := magnitude(int64(total))
	parts, rests := make([]Cents, len(shares)), make([]rest, len(shares))
	given := uint64(0)
	for i, share := range shares {
		hi, lo := bits.Mul64(amount, magnitude(share))
		part, left := bits.Div64(hi, lo, whole)         // share <= whole, so part <= amount
		parts[i], rests[i] = Cents(part), rest{i, left} //nolint:gosec // part <= Max
		given += part
	}

	slices.SortStableFunc(rests, func(a, b rest) int { return cmp.Compare(b.left, a.left) })
	for _, r := range rests[:amount-given] { // fewer than len(shares)
		parts[r.index]++
	}
	if total < 0 {
		for i := range parts {
			parts[i] = -parts[i]
		}
	}
	return parts, nil
}

func sumShares(shares []int64) (uint64, error) {
	whole := uint64(0)
	for i, share := range shares {
		if share < 0 {
			return 0, fmt.Errorf("share %d is %d: %w", i, share, ErrShares)
		}
		whole += magnitude(share) // two int64 always fit into a uint64
		if whole > 1<<63-1 {
			return 0, fmt.Errorf("sum of %d shares: %w", len(shares), ErrShares)
		}
	}
	if whole == 0 {
		return 0, fmt.Errorf("%d shares add up to 0: %w", len(shares), ErrShares)
	}
	return whole, nil
}
