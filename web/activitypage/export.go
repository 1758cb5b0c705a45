package activitypage

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/locale"
)

// exportLimit is how long a file may take to make.
const exportLimit = 50 * time.Second

// sendFile sends all entries that the filter leaves.
func (p *Pages) sendFile(w http.ResponseWriter, r *http.Request, n narrowing, format string) error {
	ctx, cancel := unhurried(r.Context())
	defer cancel()
	f := file{
		Name: locale.T(ctx, "activity.export.file"), Sheet: locale.T(ctx, "nav.activities"), Format: format,
		Day: calendar.Of(p.db.Now()),
	}
	return send(w, r.WithContext(ctx), f, func(add func([]cell) error) error {
		if err := add(exportHead(ctx)); err != nil {
			return err
		}
		return p.db.Read(ctx, access.ReadActivities, func(tx *db.Tx) error {
			return activity.Each(ctx, tx, n.Filter, func(e activity.Export) error { return add(exportRow(ctx, e)) })
		})
	})
}

// unhurried gives a large file more time than a page has. It still ends when
// the reader goes away.
func unhurried(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithTimeout(context.WithoutCancel(ctx), exportLimit)
	stop := context.AfterFunc(ctx, func() {
		if deadline, ok := ctx.Deadline(); !ok || time.Now().Before(deadline) {
			cancel()
		}
	})
	return longer, func() { stop(); cancel() }
}

func exportHead(ctx context.Context) []cell {
	var head []cell
	for _, key := range []string{
		"activity.label.date", "activity.label.district", "activity.label.type", "activity.label.title_short",
		"activity.label.partners", "activity.export.minutes", "activity.label.field", "activity.label.text",
		"activity.label.result", "activity.label.next_step", "activity.export.follow_up", "activity.export.done",
		"activity.label.readers", "activity.label.author", "activity.export.simulated",
	} {
		head = append(head, cell{text: locale.T(ctx, key)})
	}
	return head
}

func exportRow(ctx context.Context, e activity.Export) []cell {
	minutes, done, simulated := "", calendar.Date{}, ""
	if e.Minutes > 0 {
		minutes = strconv.Itoa(e.Minutes)
	}
	if e.FollowUpDoneAt != nil {
		done = calendar.Of(*e.FollowUpDoneAt)
	}
	if e.Simulated {
		simulated = locale.T(ctx, "activity.simulated")
	}
	return []cell{
		{date: e.HappenedOn}, {text: e.District}, {text: typeName(ctx, e.Type)}, {text: e.Title},
		{text: strings.Join(e.Partners, "; ")}, {number: minutes}, {text: fieldName(ctx, e.Field)}, {text: e.Body},
		{text: e.Result}, {text: e.NextStep}, {date: e.FollowUpOn}, {date: done},
		{text: readers(ctx, e.Visibility)}, {text: e.Author}, {text: simulated},
	}
}
