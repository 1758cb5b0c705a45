package activitypage

import (
	"context"
	"net/http"
	"slices"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/sheet"
	"rundertisch/web/ui"
)

// monthsView is the monthly summary by type.
type monthsView struct {
	Frame    layout.Args
	Filter   narrowing
	Page     activity.Page // names for the chips
	Bar      ui.Filters
	Files    ui.Downloads
	Sums     []activity.MonthSum
	Chart    ui.Chart
	Entries  int
	Minutes  int
	Released bool
}

// showMonths counts entries by month and type, of the last twelve months
// unless the filter names a period.
func (p *Pages) showMonths(w http.ResponseWriter, r *http.Request) error {
	n := readFilter(r, link.ActivitySummary())
	asked := n
	q := form.Query(r)
	v := monthsView{Released: releasedOnly(handler.Actor(r))}
	err := p.db.Read(r.Context(), access.ReadActivities, func(tx *db.Tx) (err error) {
		n.Filter = lastYear(n.Filter, calendar.Of(tx.Now))
		if v.Sums, err = activity.Summary(r.Context(), tx, n.Filter); err != nil {
			return err
		}
		v.Page, err = activity.Names(r.Context(), tx, n.Filter)
		return err
	})
	if err != nil {
		return err
	}
	v.Filter = n
	if format := q.Raw("format"); sheet.Known(format) {
		return sendMonths(w, r, v, format)
	}
	ctx := r.Context()
	v.Bar = ui.Filters{Action: link.ActivitySummary(), Chips: asked.chips(ctx, v.Page)}
	if n.address != link.ActivitySummary() {
		v.Bar.ResetURL = link.ActivitySummary()
	}
	v.Files = ui.DownloadsOf(n.address)
	v.Chart = v.bars(ctx)
	for _, s := range v.Sums {
		v.Entries += s.Entries
		v.Minutes += s.Minutes
	}
	v.Frame = handler.Frame(r).WithWide().WithBreadcrumb(crumb(ctx), ui.Link{Label: locale.T(ctx, "activity.months.title"), URL: link.ActivitySummary()})
	return handler.Render(w, r, monthsPage(v))
}

// lastYear sets the period of the last twelve months if none is named.
func lastYear(f activity.Filter, today calendar.Date) activity.Filter {
	if f.From.IsZero() && f.Until.IsZero() {
		f.From = calendar.NewDate(today.Year(), today.Month(), 1).AddMonths(-11)
		f.Until = today
	}
	return f
}

// bars sums the months by type, the most frequent first.
func (v monthsView) bars(ctx context.Context) ui.Chart {
	sums := map[activity.Type]int{}
	for _, s := range v.Sums {
		sums[s.Type] += s.Entries
	}
	c := ui.Chart{Label: locale.T(ctx, "activity.months.chart")}
	for _, t := range activity.Types() {
		if sums[t] > 0 {
			c.Rows = append(c.Rows, ui.BarRow{Label: typeName(ctx, t), Text: locale.Number(ctx, sums[t]), Value: sums[t]})
		}
	}
	slices.SortStableFunc(c.Rows, func(a, b ui.BarRow) int { return b.Value - a.Value })
	return c
}

// sendMonths sends the summary as a file: a line for a month and a type.
func sendMonths(w http.ResponseWriter, r *http.Request, v monthsView, format string) error {
	ctx := r.Context()
	f := sheet.File{
		Name: locale.T(ctx, "activity.months.file"), Sheet: locale.T(ctx, "activity.months.title"), Format: format,
		Day: v.Filter.Until,
	}
	return sheet.Send(w, r, f, func(add func([]sheet.Cell) error) error {
		err := add(sheet.Head(locale.T(ctx, "activity.months.month"), locale.T(ctx, "activity.label.type"),
			locale.T(ctx, "activity.months.entries"), locale.T(ctx, "activity.export.minutes")))
		for _, s := range v.Sums {
			if err != nil {
				return err
			}
			err = add([]sheet.Cell{sheet.Date(s.Month), sheet.Text(typeName(ctx, s.Type)), sheet.Number(s.Entries), sheet.Number(s.Minutes)})
		}
		return err
	})
}
