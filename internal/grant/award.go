package grant

import (
	"strconv"
	"time"

	"rundertisch/internal/calendar"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
)

// Award reckons what a post gets for a period: the cap of each calendar year,
// in proportion to the time for which the post is held. Upon an application it
// is no more than was asked for, nor than the kind of financing allows for what
// is eligible.
type Award struct {
	Law     Law              `json:"law"`
	Cap     money.Cents      `json:"cap"` // per calendar year
	ProRata ProRata          `json:"pro_rata"`
	Period  calendar.Range   `json:"period"`
	Held    []calendar.Range `json:"held"`
	Asked   *Asked           `json:"asked,omitempty"` // nil: without an application
}

// Asked is what an application asks for.
type Asked struct {
	Amount    money.Cents `json:"amount"`
	Eligible  money.Cents `json:"eligible"` // expenditure that the officer recognises
	Others    money.Cents `json:"others"`   // third parties' money and other grants
	Own       money.Cents `json:"own"`
	Financing Financing   `json:"financing"`
	Rate      int         `json:"rate"` // permille, of Share
}

func (Award) rule() Rule { return RuleAward }

func (a Award) reckon() (Result, error) {
	if a.Period.From.IsZero() || a.Period.To.IsZero() || a.Period.IsEmpty() {
		return Result{}, fault.Field("period", "grant.error.period")
	}
	res := Result{Steps: []Step{a.Law.step(), step("cap", amount("Cap", a.Cap))}}
	var years []Line
	for year := a.Period.From.Year(); year <= a.Period.To.AddDays(-1).Year(); year++ {
		whole := yearOf(year)
		part, s, err := a.year(whole)
		if err != nil {
			return Result{}, err
		}
		res.Steps = append(res.Steps, s)
		if res.Amount, err = money.Sum(res.Amount, part); err != nil {
			return Result{}, err
		}
		years = append(years, Line{Name: "year", Day: whole.From, Amount: part})
	}
	res.Steps = append(res.Steps, step("sum", amount("Amount", res.Amount)))
	if a.Asked != nil {
		var err error
		if res, err = a.Asked.limit(res); err != nil {
			return Result{}, err
		}
	}
	return res.over(years)
}

// over spreads the amount over the years in proportion to their parts, where
// there are several: what falls into later years needs an authority.
func (r Result) over(years []Line) (Result, error) {
	if len(years) < 2 || r.Amount == 0 {
		return r, nil
	}
	shares := make([]int64, len(years))
	for i, y := range years {
		shares[i] = int64(y.Amount)
	}
	parts, err := money.Split(r.Amount, shares)
	if err != nil {
		return Result{}, err
	}
	for i := range years {
		years[i].Amount = parts[i]
	}
	r.Lines = years
	return r, nil
}

// limit lowers a result to what was asked for and what may be financed of what
// is eligible: a share at its rate, a deficit of what others and the district
// leave open, a fixed sum up to the costs (VVK 2.2).
func (a Asked) limit(res Result) (Result, error) {
	if a.Amount <= 0 || a.Eligible <= 0 || a.Others < 0 || a.Own < 0 {
		return Result{}, fault.Field("eligible", "grant.error.amount")
	}
	open := max(a.Eligible-a.Others, 0)
	key := "eligible_fixed"
	switch a.Financing {
	case Share:
		part, err := a.Eligible.Portion(int64(a.Rate), 1000)
		if err != nil {
			return Result{}, err
		}
		key, open = "eligible_share", min(part, open)
	case Deficit:
		key, open = "eligible_deficit", max(open-a.Own, 0)
	}
	res.Amount = min(res.Amount, a.Amount, open)
	res.Steps = append(res.Steps,
		step(key, amount("Eligible", a.Eligible), amount("Others", a.Others), amount("Own", a.Own), permille("Rate", a.Rate), amount("Amount", open)),
		step("asked", amount("Asked", a.Amount), amount("Amount", res.Amount)))
	return res, nil
}

// year reckons one calendar year.
func (a Award) year(whole calendar.Range) (money.Cents, Step, error) {
	year := text("Year", strconv.Itoa(whole.From.Year()))
	stretch := cut(a.Period, whole)
	days := heldDays(stretch, a.Held)
	switch {
	case days == 0:
		return 0, step("not_held", year), nil
	case a.ProRata == Whole:
		return a.Cap, step("whole", year, amount("Amount", a.Cap)), nil
	case a.ProRata == ByMonth:
		months := heldMonths(stretch, a.Held)
		part, err := a.Cap.Portion(int64(months), 12)
		return part, step("months", year, number("Months", months), amount("Cap", a.Cap), amount("Amount", part)), err
	}
	all := whole.From.DaysUntil(whole.To)
	part, err := a.Cap.Portion(int64(days), int64(all))
	return part, step("days", year, number("Days", days), number("All", all), amount("Cap", a.Cap), amount("Amount", part)), err
}

// Risk reckons what a post costs that is not held from a day on: its part of
// the grant up to the end of the period.
type Risk struct {
	Law     Law            `json:"law"`
	Granted money.Cents    `json:"granted"`
	Period  calendar.Range `json:"period"`
	Vacant  calendar.Range `json:"vacant"` // To zero: for an unknown time
}

func (Risk) rule() Rule { return RuleRisk }

func (r Risk) reckon() (Result, error) {
	if r.Period.From.IsZero() || r.Period.To.IsZero() || r.Period.IsEmpty() {
		return Result{}, fault.Field("period", "grant.error.period")
	}
	all := r.Period.From.DaysUntil(r.Period.To)
	days := heldDays(r.Period, []calendar.Range{r.Vacant})
	part, err := r.Granted.Portion(int64(days), int64(all))
	if err != nil {
		return Result{}, err
	}
	return Result{Amount: part, Steps: []Step{
		r.Law.step(),
		step("risk", amount("Granted", r.Granted), number("Days", days), number("All", all), day("From", r.Vacant.From), amount("Amount", part)),
	}}, nil
}

// yearOf is a calendar year.
func yearOf(year int) calendar.Range {
	return calendar.Range{From: calendar.NewDate(year, time.January, 1), To: calendar.NewDate(year+1, time.January, 1)}
}

// cut is what two ranges share; empty if nothing.
func cut(a, b calendar.Range) calendar.Range {
	if a.From.Before(b.From) {
		a.From = b.From
	}
	if !b.To.IsZero() && (a.To.IsZero() || b.To.Before(a.To)) {
		a.To = b.To
	}
	return a
}

// heldDays counts the days of the period that lie in one of the ranges; a day
// in two of them counts once.
func heldDays(period calendar.Range, held []calendar.Range) int {
	n := 0
	for d := period.From; d.Before(period.To); d = d.AddDays(1) {
		if contains(held, d) {
			n++
		}
	}
	return n
}

// heldMonths counts the months with such a day.
func heldMonths(period calendar.Range, held []calendar.Range) int {
	n, last := 0, time.Month(0)
	for d := period.From; d.Before(period.To); d = d.AddDays(1) {
		if d.Month() != last && contains(held, d) {
			n++
			last = d.Month()
		}
	}
	return n
}

func contains(ranges []calendar.Range, d calendar.Date) bool {
	for _, r := range ranges {
		if r.Contains(d) {
			return true
		}
	}
	return false
}
