package activitypage

import (
	"context"
	"net/http"
	"strings"
	"time"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/locale"
	"rundertisch/web/handler"
	"rundertisch/web/sheet"
)

// exportLimit is how long a file may take to make.
const exportLimit = 50 * time.Second

// sendFile sends all entries that the filter leaves.
func (p *Pages) sendFile(w http.ResponseWriter, r *http.Request, n narrowing, format string) error {
	ctx, cancel := handler.Unhurried(r.Context(), exportLimit)
	defer cancel()
	f := sheet.File{
		Name: locale.T(ctx, "activity.export.file"), Sheet: locale.T(ctx, "nav.activities"), Format: format,
		Day: calendar.Of(p.db.Now()),
	}
	return sheet.Send(w, r.WithContext(ctx), f, func(add func([]sheet.Cell) error) error {
		if err := add(exportHead(ctx)); err != nil {
			return err
		}
		return p.db.Read(ctx, access.ReadActivities, func(tx *db.Tx) error {
			return activity.Each(ctx, tx, n.Filter, func(e activity.Export) error { return add(exportRow(ctx, e)) })
		})
	})
}

func exportHead(ctx context.Context) []sheet.Cell {
	return sheet.Head(
		locale.T(ctx, "activity.label.date"), locale.T(ctx, "activity.label.district"), locale.T(ctx, "activity.label.type"),
		locale.T(ctx, "activity.label.title_short"), locale.T(ctx, "activity.label.partners"), locale.T(ctx, "activity.export.minutes"),
		locale.T(ctx, "activity.label.field"), locale.T(ctx, "activity.label.text"), locale.T(ctx, "activity.label.result"),
		locale.T(ctx, "activity.label.next_step"), locale.T(ctx, "activity.export.follow_up"), locale.T(ctx, "activity.export.done"),
		locale.T(ctx, "activity.label.readers"), locale.T(ctx, "activity.label.author"), locale.T(ctx, "activity.export.simulated"))
}

func exportRow(ctx context.Context, e activity.Export) []sheet.Cell {
	minutes, done, simulated := sheet.Text(""), calendar.Date{}, ""
	if e.Minutes > 0 {
		minutes = sheet.Number(e.Minutes)
	}
	if e.FollowUpDoneAt != nil {
		done = calendar.Of(*e.FollowUpDoneAt)
	}
	if e.Simulated {
		simulated = locale.T(ctx, "activity.simulated")
	}
	return []sheet.Cell{
		sheet.Date(e.HappenedOn), sheet.Text(e.District), sheet.Text(typeName(ctx, e.Type)), sheet.Text(e.Title),
		sheet.Text(strings.Join(e.Partners, "; ")), minutes, sheet.Text(fieldName(ctx, e.Field)), sheet.Text(e.Body),
		sheet.Text(e.Result), sheet.Text(e.NextStep), sheet.Date(e.FollowUpOn), sheet.Date(done),
		sheet.Text(readers(ctx, e.Visibility)), sheet.Text(e.Author), sheet.Text(simulated),
	}
}
