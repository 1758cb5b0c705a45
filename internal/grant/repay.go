package grant

import (
	"slices"

	"rundertisch/internal/calendar"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
)

// DeMinimis reckons whether a difference is claimed (VVK 8.7): up to the limit
// for the size of the grant it is waived. The amount is what is claimed.
type DeMinimis struct {
	Law        Law             `json:"law"`
	Granted    money.Cents     `json:"granted"`
	Difference money.Cents     `json:"difference"`
	Table      []DeMinimisStep `json:"table"`
	Excluded   bool            `json:"excluded"` // unlawful notice, wrong statements, statutory rate: always claimed
}

func (DeMinimis) rule() Rule { return RuleDeMinimis }

func (d DeMinimis) reckon() (Result, error) {
	if d.Difference < 0 || d.Granted < 0 || d.Difference > d.Granted {
		return Result{}, fault.Field("difference", "grant.error.difference")
	}
	res := Result{Amount: d.Difference, Steps: []Step{d.Law.step()}}
	if d.Excluded {
		res.Steps = append(res.Steps, step("de_minimis_excluded", amount("Amount", d.Difference)))
		return res, nil
	}
	limit, err := d.limit()
	if err != nil {
		return Result{}, err
	}
	key := "claimed"
	if d.Difference <= limit {
		key, res.Amount = "waived", 0
	}
	res.Steps = append(res.Steps,
		step("de_minimis_limit", amount("Granted", d.Granted), amount("Limit", limit)),
		step(key, amount("Difference", d.Difference), amount("Limit", limit)))
	return res, nil
}

// limit is up to what a difference is waived.
func (d DeMinimis) limit() (money.Cents, error) {
	for _, s := range d.Table {
		if s.UpTo != 0 && d.Granted > s.UpTo {
			continue
		}
		if s.Share == 0 {
			return s.Most, nil
		}
		limit, err := d.Granted.Portion(int64(s.Share), 1000)
		if err == nil && s.Most > 0 {
			limit = min(limit, s.Most)
		}
		return limit, err
	}
	return 0, nil
}

// Interest reckons the interest on what is to be repaid (§ 49a VwVfG): the
// margin above the base rate of each half-year, day by day, on what is still
// owed. The first day counts, the day on which money comes does not count for
// that money. Each line is rounded to the cent, so that the lines add up.
type Interest struct {
	Law      Law            `json:"law"`
	Owed     money.Cents    `json:"owed"`
	Rises    []Receipt      `json:"rises,omitempty"` // what was paid out later and is owed too, in order of time
	Period   calendar.Range `json:"period"`          // from the day on which the notice became ineffective
	Rates    []BaseRate     `json:"rates"`           // in order of time
	Margin   int            `json:"margin"`          // basis points
	YearDays int            `json:"year_days"`
	Floor    money.Cents    `json:"floor"`    // claimed above it only
	Received []Receipt      `json:"received"` // in order of time
}

// BaseRate is the base rate (Basiszinssatz, § 247 BGB) from a day on.
type BaseRate struct {
	From calendar.Date `json:"from"`
	Rate int           `json:"rate"` // basis points; may be negative
}

// Receipt is money that came back, or went out.
type Receipt struct {
	Day    calendar.Date `json:"day"`
	Amount money.Cents   `json:"amount"`
}

func (Interest) rule() Rule { return RuleInterest }

func (in Interest) reckon() (Result, error) {
	if in.Owed < 0 || in.YearDays <= 0 || in.Period.From.IsZero() || in.Period.To.Before(in.Period.From) { // on one day: nothing
		return Result{}, fault.Field("period", "grant.error.period")
	}
	res := Result{Steps: []Step{in.Law.step()}}
	total := money.Cents(0)
	for from := in.Period.From; from.Before(in.Period.To); {
		owed := in.Owed + by(in.Rises, from) - by(in.Received, from)
		to := in.next(from)
		rate, known := in.rateOn(from)
		if !known {
			return Result{}, fault.Field("rates", "grant.error.no_rate", "Day", from.String())
		}
		days := from.DaysUntil(to)
		part := money.Cents(0)
		if owed > 0 && rate > 0 {
			var err error
			if part, err = owed.Portion(int64(rate)*int64(days), 10_000*int64(in.YearDays)); err != nil {
				return Result{}, err
			}
		}
		res.Lines = append(res.Lines, Line{Name: "interest", Day: from, Amount: part})
		res.Steps = append(res.Steps, step("interest", day("From", from), day("To", to.AddDays(-1)), number("Days", days),
			amount("Owed", max(owed, 0)), basis("Rate", rate), amount("Amount", part)))
		total += part
		from = to
	}
	if err := total.Check(); err != nil {
		return Result{}, err
	}
	if total <= in.Floor {
		res.Steps = append(res.Steps, step("interest_waived", amount("Amount", total), amount("Floor", in.Floor)))
		return res, nil
	}
	res.Amount = total
	res.Steps = append(res.Steps, step("interest_claimed", amount("Amount", total), amount("Floor", in.Floor)))
	return res, nil
}

// rateOn is the yearly rate on a day: the base rate of that day and the margin.
func (in Interest) rateOn(d calendar.Date) (rate int, known bool) {
	for _, r := range in.Rates {
		if !r.From.After(d) {
			rate, known = r.Rate+in.Margin, true
		}
	}
	return rate, known
}

// by is what of the money moved on the day or before it.
func by(list []Receipt, d calendar.Date) (sum money.Cents) {
	for _, r := range list {
		if !r.Day.After(d) {
			sum += r.Amount
		}
	}
	return sum
}

// next is the first day after from on which the rate or what is owed changes.
func (in Interest) next(from calendar.Date) calendar.Date {
	to := in.Period.To
	earlier := func(d calendar.Date) {
		if d.After(from) && d.Before(to) {
			to = d
		}
	}
	for _, r := range in.Rates {
		earlier(r.From)
	}
	for _, r := range slices.Concat(in.Rises, in.Received) {
		earlier(r.Day)
	}
	return to
}
