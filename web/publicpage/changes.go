package publicpage

import (
	"context"
	"net/http"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/report"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

type changesView struct {
	Frame    layout.Args
	Lead     string
	From, To string
	Today    string
	Errors   form.Errors
	Rows     []changeRow
}

type changeRow struct {
	Name             string
	Before, After    ui.Mark
	Earlier, Later   ui.Mark
	Post, Conference bool
}

// showChanges lists the districts whose state differs between two days, as
// known now. The second day defaults to today, the first to a year before.
// The date form of the board sends its own day as the later one.
func (p *Pages) showChanges(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	today := calendar.Of(p.db.Now())
	from, to, errors := parsePeriod(r, today)
	var earlier, later report.Board
	err := p.db.Read(ctx, access.ReadBoard, func(tx *db.Tx) (err error) {
		if earlier, err = report.BoardAsOf(ctx, tx, fact.AsOf{Valid: from}); err != nil {
			return err
		}
		later, err = report.BoardAsOf(ctx, tx, fact.AsOf{Valid: to})
		return err
	})
	if err != nil {
		return err
	}
	title := locale.T(ctx, "board.changes.title")
	v := changesView{
		Frame: handler.Frame(r).WithErrors(errors.Any()).
			WithBreadcrumb(ui.Link{Label: locale.T(ctx, "board.title"), URL: link.Home()}, ui.Link{Label: title, URL: r.URL.RequestURI()}),
		Lead: locale.T(ctx, "board.changes.lead", "From", locale.DateLong(ctx, from.Time()), "To", locale.DateLong(ctx, to.Time())),
		From: from.String(), To: to.String(), Today: today.String(), Errors: errors,
		Rows: changeRows(ctx, report.Changes(earlier, later)),
	}
	status := http.StatusOK
	if errors.Any() {
		status = http.StatusUnprocessableEntity
	}
	return handler.RenderStatus(w, r, status, changesPage(v))
}

func parsePeriod(r *http.Request, today calendar.Date) (from, to calendar.Date, errors form.Errors) {
	q := form.Query(r)
	last := "bis"
	if q.Has("am") && !q.Has("bis") {
		last = "am"
	}
	from, to = q.Date("von"), q.Date(last)
	if !checkDay(q.Faults, last, to, today) {
		to = today
	}
	if !checkDay(q.Faults, "von", from, today) {
		from = to.AddYears(-1)
	}
	if to.Before(from) {
		from, to = to, from
	}
	return from, to, form.Say(r.Context(), q.Faults)
}

func changeRows(ctx context.Context, changes []report.Change) []changeRow {
	var rows []changeRow
	for _, c := range changes {
		rows = append(rows, changeRow{
			Name:   c.Name,
			Before: ui.PostMark(ctx, string(c.PostFrom)), After: ui.PostMark(ctx, string(c.PostTo)), Post: c.PostChanged(),
			Earlier: ui.ConferenceMark(ctx, string(c.ConferenceFrom)), Later: ui.ConferenceMark(ctx, string(c.ConferenceTo)),
			Conference: c.ConferenceChanged(),
		})
	}
	return rows
}
