package grant

import (
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
)

// Change reckons what an amendment makes of a grant. The amount is the new one.
type Change struct {
	Law     Law         `json:"law"`
	Granted money.Cents `json:"granted"`
	New     money.Cents `json:"new"`
}

func (Change) rule() Rule { return RuleChange }

func (c Change) reckon() (Result, error) {
	if c.New <= 0 || c.Granted <= 0 || c.New.Check() != nil || c.Granted.Check() != nil {
		return Result{}, fault.Field("amount", "grant.error.amount")
	}
	key, by := "lowered", c.Granted-c.New
	if by < 0 {
		key, by = "raised", -by
	}
	return Result{Amount: c.New, Steps: []Step{
		c.Law.step(), step(key, amount("Granted", c.Granted), amount("By", by), amount("Amount", c.New)),
	}}, nil
}

// Claim reckons what is to be repaid (§ 49a(1) VwVfG): what was paid above what a
// revocation left.
type Claim struct {
	Law  Law         `json:"law"`
	Left money.Cents `json:"left"`
	Paid []Receipt   `json:"paid"` // in order of time
}

func (Claim) rule() Rule { return RuleClaim }

func (c Claim) reckon() (Result, error) {
	paid := money.Cents(0)
	res := Result{Steps: []Step{c.Law.step()}}
	for _, p := range c.Paid {
		paid += p.Amount
		res.Steps = append(res.Steps, step("paid_on", day("Day", p.Day), amount("Amount", p.Amount)))
	}
	if c.Left < 0 || paid < 0 || paid.Check() != nil {
		return Result{}, fault.Field("left", "grant.error.amount")
	}
	res.Amount = max(paid-c.Left, 0)
	res.Steps = append(res.Steps, step("claim", amount("Paid", paid), amount("Left", c.Left), amount("Amount", res.Amount)))
	return res, nil
}

// rest takes from instalments what is on its way or paid, the first ones first:
// what remains of the plan of a new amount.
func rest(plan []Line, bound money.Cents) (left []Line) {
	for _, l := range plan {
		used := min(l.Amount, max(bound, 0))
		bound -= used
		if l.Amount -= used; l.Amount > 0 {
			left = append(left, l)
		}
	}
	return left
}
