package activitypage

import (
	"context"

	"rundertisch/internal/activity"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/ui"
)

// activityRow is an entry of the list in words. The list is opened all day: its
// rows are made here and written without components, but for the badge.
type activityRow struct {
	Date, Title, URL string
	Simulated        string // the word, or ""
	Open             string // when the next step is due, or ""
	Type, Partners   string
	Duration         string
	Readers          ui.Mark
	District, Author string
}

func activityRows(ctx context.Context, items []activity.Item) []activityRow {
	readers := make(map[activity.Visibility]ui.Mark, 4)
	for _, v := range activity.Visibilities() {
		readers[v] = readersMark(ctx, v)
	}
	simulated := locale.T(ctx, "activity.simulated")
	rows := make([]activityRow, len(items))
	for i, a := range items {
		rows[i] = activityRow{
			Date: locale.Date(ctx, a.HappenedOn.Time()), Title: a.Title, URL: link.Activity(a.ID),
			Type: typeName(ctx, a.Type), Partners: partnersText(ctx, a.Partners), Duration: duration(ctx, a.Minutes),
			Readers: readers[a.Visibility], District: a.District, Author: a.Author,
		}
		if a.Simulated {
			rows[i].Simulated = simulated
		}
		if a.Open() {
			rows[i].Open = locale.T(ctx, "activity.list.open", "Date", locale.Date(ctx, a.FollowUpOn.Time()))
		}
	}
	return rows
}
