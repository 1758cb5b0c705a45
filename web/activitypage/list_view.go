package activitypage

import (
	"context"

	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/ui"
)

// lead says what the list holds.
func (v listView) lead(ctx context.Context) string {
	if v.Released {
		return locale.T(ctx, "activity.list.lead_released")
	}
	return locale.T(ctx, "activity.list.lead")
}

// months is the address of the monthly summary with the list's filter.
func (v listView) months() string { return v.Filter.on(link.ActivitySummary()) }

func (v listView) columns(ctx context.Context) []ui.Column {
	columns := []ui.Column{
		{Label: locale.T(ctx, "activity.label.date")},
		{Label: locale.T(ctx, "activity.label.title_short")},
		{Label: locale.T(ctx, "activity.label.type")},
		{Label: locale.T(ctx, "activity.label.partner")},
		{Label: locale.T(ctx, "activity.label.minutes"), Numeric: true},
		{Label: locale.T(ctx, "activity.label.readers_short")},
	}
	if v.Places {
		columns = append(columns, ui.Column{Label: locale.T(ctx, "activity.label.district")})
	}
	return append(columns, ui.Column{Label: locale.T(ctx, "activity.label.author")})
}
