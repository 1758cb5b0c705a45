package grant

import (
	"slices"
	"time"
	"unicode/utf8"

	"rundertisch/internal/calendar"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
)

// MostRows is how many instalments, steps of a table and owners the terms have
// at most.
const MostRows = 12

// check finds what makes no sense: what a notice needs and is not there, shares
// that do not add up, tables out of order.
func (t Terms) check(f fault.Fields) {
	if t.ValidFrom.IsZero() || t.ValidFrom.Before(calendar.NewDate(2000, 1, 1)) || t.ValidFrom.After(calendar.NewDate(2100, 1, 1)) {
		f.Add("valid_from", "field.date")
	}
	t.checkTexts(f)
	t.checkFigures(f)
	t.checkPlan(f)
	t.checkDeMinimis(f)
	t.checkOwners(f)
}

func (t Terms) checkTexts(f fault.Fields) {
	for _, one := range []struct {
		name, text string
		most       int
	}{
		{"name", t.Name, 160},
		{"paragraph", t.Paragraph, 120},
		{"granting_body", t.GrantingBody, 160},
		{"purpose", t.Purpose, 2000},
		{"eligible", t.Eligible, 2000},
		{"earmarking", t.Earmarking, 2000},
		{"conditions", t.Conditions, 4000},
		{"remedy", t.Remedy, 2000},
	} {
		f.Require(one.name, one.text, one.most)
	}
	f.Limit("link", t.Link, 300)
	f.Limit("budget_title", t.BudgetTitle, 40)
}

func (t Terms) checkFigures(f fault.Fields) {
	if t.Cap <= 0 {
		f.Add("cap", "grant.error.cap")
	}
	for name, c := range map[string]money.Cents{
		"cap": t.Cap, "min_partial": t.MinPartial, "interest_floor": t.InterestFloor, "report_amount": t.ReportAmount, "reduction_floor": t.ReductionFloor,
	} {
		if c < 0 || c.Check() != nil {
			f.Add(name, "grant.error.amount")
		}
	}
	for name, n := range map[string]int{"rate": t.Rate, "own_share": t.OwnShare, "report_share": t.ReportShare, "sampling": t.Sampling, "line_tolerance": orZero(t.LineTolerance)} {
		if n < 0 || n > 1000 {
			f.Add(name, "grant.error.rate")
		}
	}
	if t.Financing == Share && (t.Rate == 0 || t.Rate+t.OwnShare > 1000) {
		f.Add("rate", "grant.error.rate_and_own")
	}
	for name, n := range map[string][3]int{ // the figure, at least, at most
		"proof_months": {t.ProofMonths, 1, 60}, "check_months": {t.CheckMonths, 1, 12}, "interim_months": {t.InterimMonths, 0, 24},
		"interest_margin": {t.InterestMargin, 0, 2000}, "year_days": {t.YearDays, 360, 366}, "remedy_months": {t.RemedyMonths, 0, 12},
		"revocation_months": {t.RevocationMonths, 1, 60}, "hearing_weeks": {t.HearingWeeks, 1, 26}, "repayment_weeks": {t.RepaymentWeeks, 0, 52},
	} {
		if n[0] < n[1] || n[0] > n[2] {
			f.Add(name, "grant.error.between", "Least", n[1], "Most", n[2])
		}
	}
	if len(t.ReminderDays) > MostRows || slices.ContainsFunc(t.ReminderDays, func(d int) bool { return d < -365 || d > 365 }) {
		f.Add("reminder_days", "grant.error.reminder_days")
	}
	if len(t.AlarmMonths) > MostRows || slices.ContainsFunc(t.AlarmMonths, func(m int) bool { return m < 1 || m > 60 }) {
		f.Add("alarm_months", "grant.error.whole_numbers")
	}
	if !slices.Contains(Financings(), t.Financing) {
		f.Add("financing", "field.missing")
	}
	if !slices.Contains(ProRatas(), t.ProRata) {
		f.Add("pro_rata", "field.missing")
	}
}

func orZero(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

// checkPlan sees to it that the instalments are the whole grant, each with what
// makes it due.
func (t Terms) checkPlan(f fault.Fields) {
	sum := 0
	for _, s := range t.Plan {
		sum += s.Share
		if s.Share <= 0 || !slices.Contains(Triggers(), s.Trigger) {
			f.Add("plan", "grant.error.plan_part")
		}
		if s.Trigger == OnDay && !dayOfYear(s.Month, s.Day) {
			f.Add("plan", "grant.error.plan_day")
		}
	}
	if sum != 1000 || len(t.Plan) > MostRows {
		f.Add("plan", "grant.error.plan_sum", "Sum", sum)
	}
}

// dayOfYear says whether every year has the day.
func dayOfYear(month, day int) bool {
	d := time.Date(2023, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return int(d.Month()) == month && d.Day() == day
}

// checkDeMinimis wants a table that rises, with the rest in its last row.
func (t Terms) checkDeMinimis(f fault.Fields) {
	last := money.Cents(0)
	for i, s := range t.DeMinimis {
		rest := i == len(t.DeMinimis)-1
		if s.UpTo < 0 || s.Most < 0 || s.Share < 0 || s.Share > 1000 || !rest && s.UpTo <= last || rest && s.UpTo != 0 && s.UpTo <= last {
			f.Add("de_minimis", "grant.error.de_minimis")
		}
		last = s.UpTo
	}
	if len(t.DeMinimis) > MostRows {
		f.Add("de_minimis", "grant.error.de_minimis")
	}
}

// checkOwners wants the shares of a joint grant to add up.
func (t Terms) checkOwners(f fault.Fields) {
	sum := int64(0)
	for _, o := range t.Owners {
		sum += o.Share
		if o.Name == "" || utf8.RuneCountInString(o.Name) > 160 || o.Share <= 0 {
			f.Add("owners", "grant.error.owners", "Whole", t.OwnersWhole)
		}
	}
	if len(t.Owners) > MostRows || len(t.Owners) > 0 && sum != int64(t.OwnersWhole) {
		f.Add("owners", "grant.error.owners", "Whole", t.OwnersWhole)
	}
}
