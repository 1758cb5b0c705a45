package grant

import (
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
)

// Reduction reckons what is left of a grant when eligible costs fell or income
// rose after the notice (ANBest-K 2): a share falls in proportion, a deficit by
// the whole difference, a fixed sum to what the costs were at most.
type Reduction struct {
	Law       Law         `json:"law"`
	Financing Financing   `json:"financing"`
	Granted   money.Cents `json:"granted"`
	Planned   money.Cents `json:"planned"` // eligible expenditure of the plan
	Actual    money.Cents `json:"actual"`
	Income    money.Cents `json:"income"` // more than planned from others
	Floor     money.Cents `json:"floor"`  // a change up to it changes nothing
}

func (Reduction) rule() Rule { return RuleReduction }

func (r Reduction) reckon() (Result, error) {
	if r.Planned <= 0 || r.Actual < 0 || r.Granted < 0 {
		return Result{}, fault.Field("actual", "grant.error.amount")
	}
	change := max(r.Planned-r.Actual, 0) + max(r.Income, 0)
	if err := change.Check(); err != nil {
		return Result{}, err
	}
	res := Result{Amount: r.Granted, Steps: []Step{
		r.Law.step(), step("change", amount("Planned", r.Planned), amount("Actual", r.Actual), amount("Income", r.Income), amount("Change", change)),
	}}
	if change <= r.Floor {
		res.Steps = append(res.Steps, step("below_floor", amount("Floor", r.Floor), amount("Amount", res.Amount)))
		return res, nil
	}
	var err error
	switch r.Financing {
	case Share:
		if res.Amount, err = r.Granted.Portion(int64(max(r.Planned-change, 0)), int64(r.Planned)); err != nil {
			return Result{}, err
		}
		res.Steps = append(res.Steps, step("reduced_share", amount("Granted", r.Granted), amount("Amount", res.Amount)))
	case Deficit:
		res.Amount = max(r.Granted-change, 0)
		res.Steps = append(res.Steps, step("reduced_deficit", amount("Granted", r.Granted), amount("Amount", res.Amount)))
	default:
		res.Amount = min(r.Granted, r.Actual)
		res.Steps = append(res.Steps, step("reduced_fixed", amount("Granted", r.Granted), amount("Actual", r.Actual), amount("Amount", res.Amount)))
	}
	return res, nil
}

// MustReport says whether the recipient must report at once that eligible costs
// fell from planned to actual (ANBest-K 5): by more than the share or the amount.
func (t Terms) MustReport(planned, actual money.Cents) bool {
	fell := planned - actual
	share, err := planned.Portion(int64(t.ReportShare), 1000)
	return fell > 0 && (err == nil && fell > share || fell > t.ReportAmount)
}
