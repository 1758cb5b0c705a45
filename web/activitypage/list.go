package activitypage

import (
	"context"
	"net/http"

	"github.com/google/uuid"

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

// listView is the list with its filter and the quick entry.
type listView struct {
	Frame    layout.Args
	Page     activity.Page
	Rows     []activityRow
	Filter   narrowing
	Bar      ui.Filters
	Paging   ui.Paging
	Files    ui.Downloads
	Quick    *entryView // nil: the actor logs nothing
	Released bool       // the actor sees released entries only
	Places   bool       // entries of several districts
	Empty    ui.Nothing
}

// showList shows the list, or sends it as a file for ?format.
func (p *Pages) showList(w http.ResponseWriter, r *http.Request) error {
	n, q := readFilter(r, link.Activities()), form.Query(r)
	if format := q.Raw("format"); sheet.Known(format) {
		return p.sendFile(w, r, n, format)
	}
	cursor := activity.ParseCursor(q.Raw(ui.CursorAfter), false)
	if q.Has(ui.CursorBefore) {
		cursor = activity.ParseCursor(q.Raw(ui.CursorBefore), true)
	}
	key := keyOf(handler.Actor(r), n.Filter)
	var page activity.Page
	var today calendar.Date
	err := p.db.Read(r.Context(), access.ReadActivities, func(tx *db.Tx) (err error) {
		today = calendar.Of(tx.Now)
		known := p.memo.recall(key, tx.Now)
		page, err = activity.ListWith(r.Context(), tx, n.Filter, cursor, known)
		if err == nil && (known == nil || page.Many != known.Many) {
			p.memo.keep(key, page.Lookups, tx.Now)
		}
		return err
	})
	if err != nil {
		return err
	}
	return handler.Render(w, r, listPage(p.list(r, n, page, today)))
}

// RenderList shows a page of the list that was read elsewhere: for the bench,
// which compares ways to read it.
func RenderList(w http.ResponseWriter, r *http.Request, page activity.Page, today calendar.Date) error {
	var p Pages
	return handler.Render(w, r, listPage(p.list(r, readFilter(r, link.Activities()), page, today)))
}

func (p *Pages) list(r *http.Request, n narrowing, page activity.Page, today calendar.Date) listView {
	ctx, actor := r.Context(), handler.Actor(r)
	v := listView{
		Page: page, Rows: activityRows(ctx, page.Items), Filter: n, Files: ui.DownloadsOf(n.address), Released: releasedOnly(actor),
		Places: n.District == uuid.Nil && n.AGS == "",
		Paging: ui.Paging{Count: -1, Label: locale.T(ctx, "activity.list.pages")},
		Bar:    ui.Filters{Action: link.Activities(), Chips: n.chips(ctx, page)},
	}
	if len(v.Bar.Chips) > 0 {
		v.Bar.ResetURL = link.Activities()
	}
	if !page.Prev.IsZero() {
		v.Paging.PrevURL = link.With(n.address, ui.CursorBefore, page.Prev.String())
	}
	if !page.Next.IsZero() {
		v.Paging.NextURL = link.With(n.address, ui.CursorAfter, page.Next.String())
	}
	if actor.May(access.LogActivity) {
		offer := activity.Offer{LastType: page.LastType, UsedOften: page.UsedOften}
		quick := p.newEntry(r, blank(offer, today), offer, today)
		quick.Typed.District = page.OwnDistrict.String()
		v.Quick = &quick
	}
	v.Empty = v.nothing(ctx)
	v.Frame = handler.Frame(r).WithWide().WithBreadcrumb(ui.Link{Label: locale.T(ctx, "nav.activities"), URL: link.Activities()})
	return v
}

// nothing says why the list is empty and what to do next.
func (v listView) nothing(ctx context.Context) ui.Nothing {
	switch {
	case len(v.Bar.Chips) > 0:
		return ui.Nothing{
			Kind: ui.NoHits, Title: locale.T(ctx, "activity.list.no_hits"), Text: locale.T(ctx, "activity.list.no_hits_text"),
			Action: ui.Button{Label: locale.T(ctx, "ui.filter.reset"), URL: link.Activities()},
		}
	case v.Quick != nil:
		return ui.Nothing{Title: locale.T(ctx, "activity.list.none"), Text: locale.T(ctx, "activity.list.none_text")}
	}
	return ui.Nothing{Title: locale.T(ctx, "activity.list.none"), Text: locale.T(ctx, "activity.list.none_released")}
}

// releasedOnly says whether the actor reads what was released and nothing else.
func releasedOnly(a access.Actor) bool { return len(a.Districts()) == 0 }

// partnersText names the first partners of an entry.
func partnersText(ctx context.Context, names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	return locale.T(ctx, "activity.list.partners", "Name", names[0], "N", len(names)-1)
}

func authorOptions(list []activity.Choice) []ui.Option {
	var options []ui.Option
	for _, c := range list {
		options = append(options, ui.Option{Value: c.ID.String(), Label: c.Name})
	}
	return options
}

func districtOptions(ctx context.Context, list []activity.Place) []ui.Option {
	options := []ui.Option{{Value: everywhere, Label: locale.T(ctx, "activity.filter.everywhere")}}
	for _, p := range list {
		options = append(options, ui.Option{Value: p.AGS, Label: p.Name})
	}
	return options
}
