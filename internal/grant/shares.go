package grant

import (
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
)

// Shares reckons who bears which part of a joint grant (VVK 1.4). The parts add
// up to the cent, by the largest remainder.
type Shares struct {
	Law    Law         `json:"law"`
	Total  money.Cents `json:"total"`
	Whole  int64       `json:"whole"` // what the shares add up to: 3 for thirds
	Owners []Owner     `json:"owners"`
}

// Owner bears a share.
type Owner struct {
	Name  string `json:"name"`
	Share int64  `json:"share"` // of Whole
}

func (Shares) rule() Rule { return RuleShares }

func (s Shares) reckon() (Result, error) {
	sum := int64(0)
	shares := make([]int64, len(s.Owners))
	for i, o := range s.Owners {
		if o.Share <= 0 || o.Share > s.Whole {
			return Result{}, fault.Field("shares", "grant.error.share", "Name", o.Name)
		}
		shares[i] = o.Share
		sum += o.Share
	}
	if sum != s.Whole || len(shares) == 0 {
		return Result{}, fault.Field("shares", "grant.error.shares", "Sum", sum, "Whole", s.Whole)
	}
	parts, err := money.Split(s.Total, shares)
	if err != nil {
		return Result{}, err
	}
	res := Result{Amount: s.Total, Steps: []Step{s.Law.step()}}
	for i, o := range s.Owners {
		res.Lines = append(res.Lines, Line{Name: o.Name, Amount: parts[i]})
		res.Steps = append(res.Steps, step("share", text("Name", o.Name), number("Share", int(o.Share)), number("Whole", int(s.Whole)), amount("Amount", parts[i])))
	}
	return res, nil
}
