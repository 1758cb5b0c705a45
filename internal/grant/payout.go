package grant

import (
	"time"

	"rundertisch/internal/calendar"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
)

// Payout reckons the instalments of a grant (VVK 7): the plan's shares, which
// add up to the cent. One that is too small goes with the next.
type Payout struct {
	Law          Law         `json:"law"`
	Granted      money.Cents `json:"granted"`
	Plan         []PlanStep  `json:"plan"`
	MinPartial   money.Cents `json:"min_partial"`
	MinBindsLast bool        `json:"min_binds_last"`
	Year         int         `json:"year"` // of the days of OnDay
}

func (Payout) rule() Rule { return RulePayout }

func (p Payout) reckon() (Result, error) {
	shares := make([]int64, len(p.Plan))
	for i, s := range p.Plan {
		shares[i] = int64(s.Share)
	}
	parts, err := money.Split(p.Granted, shares)
	if err != nil {
		return Result{}, fault.Field("plan", "grant.error.plan")
	}
	res := Result{Amount: p.Granted, Steps: []Step{p.Law.step()}}
	carried := money.Cents(0)
	for i, part := range parts {
		s := p.Plan[i]
		res.Steps = append(res.Steps, step("instalment", number("Number", i+1), permille("Share", s.Share),
			amount("Granted", p.Granted), amount("Amount", part), word("Trigger", "grant.trigger."+string(s.Trigger))))
		part += carried
		last := i == len(parts)-1
		if part < p.MinPartial && !last {
			carried = part
			res.Steps = append(res.Steps, step("too_small", number("Number", i+1), amount("Amount", part), amount("Least", p.MinPartial)))
			continue
		}
		carried = 0
		if last && part < p.MinPartial && p.MinBindsLast && len(res.Lines) > 0 {
			before := &res.Lines[len(res.Lines)-1]
			before.Amount += part
			res.Steps = append(res.Steps, step("last_too_small", amount("Amount", part), amount("Least", p.MinPartial)))
			continue
		}
		if part > 0 {
			res.Lines = append(res.Lines, Line{Name: string(s.Trigger), Day: s.on(p.Year), Amount: part})
		}
	}
	return res, nil
}

// on is the day of an instalment that has one.
func (s PlanStep) on(year int) calendar.Date {
	if s.Trigger != OnDay {
		return calendar.Date{}
	}
	return calendar.NewDate(year, time.Month(s.Month), s.Day)
}
