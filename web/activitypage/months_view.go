package activitypage

import (
	"context"

	"rundertisch/internal/activity"
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
		{Name: "q", Value: v.Filter.Words}, {Name: "sichtbar", Value: string(v.Filter.Visibility)},
		{Name: "verfasst", Value: idText(v.Filter.Author)}, {Name: "partner", Value: v.Filter.values.Partner},
	} {
		if h.Value != "" {
			list = append(list, h)
		}
	}
	return list
}

// first says whether a month begins at the i-th sum.
func (v monthsView) first(i int) bool { return i == 0 || v.Sums[i-1].Month != v.Sums[i].Month }

// month adds up the month that begins at the i-th sum.
func (v monthsView) month(i int) (sum activity.MonthSum) {
	for _, s := range v.Sums[i:] {
		if s.Month != v.Sums[i].Month {
			break
		}
		sum.Entries += s.Entries
		sum.Minutes += s.Minutes
	}
	return sum
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
