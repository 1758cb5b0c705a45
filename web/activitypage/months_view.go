package activitypage

import (
	"context"
	"slices"

	"rundertisch/web/form"

	"rundertisch/internal/activity"
	"rundertisch/internal/calendar"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/ui"
)

func (v monthsView) lead(ctx context.Context) string {
	if v.Released {
		return locale.T(ctx, "activity.months.lead_released")
	}
	return locale.T(ctx, "activity.months.lead")
}

func (v monthsView) figures(ctx context.Context) []ui.Figure {
	note := ""
	if v.Released {
		note = locale.T(ctx, "activity.released_only")
	}
	return []ui.Figure{
		{Value: locale.Number(ctx, v.Entries), Label: locale.N(ctx, "activity.months.figure", v.Entries), Note: note},
		{Value: locale.Number(ctx, (v.Minutes+30)/60), Label: locale.N(ctx, "activity.months.hours", (v.Minutes+30)/60), Note: note},
	}
}

// carried are filters of the list that the bar of this page does not show.
func (v monthsView) carried() []ui.Hidden {
	var list []ui.Hidden
	for _, h := range []ui.Hidden{
		{Name: "q", Value: v.Filter.Words},
		{Name: "sichtbar", Value: string(v.Filter.Visibility)},
		{Name: "verfasst", Value: form.IDText(v.Filter.Author)},
		{Name: "partner", Value: v.Filter.values.Partner},
	} {
		if h.Value != "" {
			list = append(list, h)
		}
	}
	return list
}

// typeRow is one type over all months, as the columns stand.
type typeRow struct {
	Type   activity.Type
	Sum    int
	Months []activity.MonthSum
}

// months are the months with entries, the newest first.
func (v monthsView) months() []calendar.Date {
	var months []calendar.Date
	for _, s := range v.Sums {
		if len(months) == 0 || months[len(months)-1] != s.Month {
			months = append(months, s.Month)
		}
	}
	return months
}

func (v monthsView) columns(ctx context.Context) []ui.Column {
	columns := []ui.Column{{Label: locale.T(ctx, "activity.label.type")}, {Label: locale.T(ctx, "activity.months.total"), Numeric: true}}
	for _, m := range v.months() {
		columns = append(columns, ui.Column{Label: m.Time().Format("01/06"), Numeric: true})
	}
	return columns
}

// rows are the types with entries in the order of the form.
func (v monthsView) rows() []typeRow {
	months, rows := v.months(), map[activity.Type]*typeRow{}
	for _, s := range v.Sums {
		row := rows[s.Type]
		if row == nil {
			row = &typeRow{Type: s.Type, Months: make([]activity.MonthSum, len(months))}
			rows[s.Type] = row
		}
		row.Months[slices.Index(months, s.Month)] = s
		row.Sum += s.Entries
	}
	var list []typeRow
	for _, t := range activity.Types() {
		if row := rows[t]; row != nil {
			list = append(list, *row)
		}
	}
	return list
}

// totals are the entries of all types, altogether and by month.
func (v monthsView) totals(ctx context.Context) []string {
	return v.sums(func(s activity.MonthSum) int { return s.Entries }, func(n int) string { return locale.Number(ctx, n) })
}

// hours is the time of all types, altogether and by month.
func (v monthsView) hours(ctx context.Context) []string {
	return v.sums(func(s activity.MonthSum) int { return s.Minutes }, func(n int) string { return locale.Number(ctx, (n+30)/60) })
}

func (v monthsView) sums(of func(activity.MonthSum) int, write func(int) string) []string {
	months, all := v.months(), 0
	by := make([]int, len(months))
	for _, s := range v.Sums {
		all += of(s)
		by[slices.Index(months, s.Month)] += of(s)
	}
	texts := []string{write(all)}
	for _, n := range by {
		texts = append(texts, write(n))
	}
	return texts
}

// entries is the list of the entries behind a sum.
func (v monthsView) entries(s activity.MonthSum) string {
	from, until := s.Month, s.Month.AddMonths(1).AddDays(-1)
	if from.Before(v.Filter.From) {
		from = v.Filter.From
	}
	if !v.Filter.Until.IsZero() && until.After(v.Filter.Until) {
		until = v.Filter.Until
	}
	return link.With(v.Filter.on(link.Activities()), "von", from.String(), "bis", until.String(), "art", string(s.Type))
}
