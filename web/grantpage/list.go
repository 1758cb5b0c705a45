package grantpage

import (
	"context"
	"net/http"
	"strconv"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/grant"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/sheet"
	"rundertisch/web/ui"
)

type listView struct {
	Frame    layout.Args
	Query    grant.Query
	Page     grant.Page
	Schemes  []grant.Scheme
	Bar      ui.Filters
	Paging   ui.Paging
	Files    ui.Downloads
	MayRun   bool
	Ministry bool
	MayApply bool // a district, where a scheme takes applications
}

// readQuery reads the filter from the address. What makes no sense is left out.
func readQuery(r *http.Request) grant.Query {
	q := form.Query(r)
	query := grant.Query{Scheme: q.ID("regelung"), Mine: q.Has("mir"), Due: q.Has("wiedervorlage")}
	if year, err := strconv.Atoi(q.Raw("jahr")); err == nil && year >= 2000 && year <= 2100 {
		query.Year = year
	}
	if s := grant.State(q.Text("stand")); s.Valid() {
		query.State = s
	}
	return query
}

func address(q grant.Query) string {
	year := ""
	if q.Year > 0 {
		year = strconv.Itoa(q.Year)
	}
	return link.With(link.Grants(), "jahr", year, "stand", string(q.State), "regelung", form.IDText(q.Scheme), "mir", form.Tick(q.Mine), "wiedervorlage", form.Tick(q.Due))
}

func (p *Pages) showList(w http.ResponseWriter, r *http.Request) error {
	query, q := readQuery(r), form.Query(r)
	if format := q.Raw("format"); sheet.Known(format) {
		return p.sendList(w, r, query, format)
	}
	cursor := grant.ParseCursor(q.Text(ui.CursorAfter), false)
	if q.Has(ui.CursorBefore) {
		cursor = grant.ParseCursor(q.Text(ui.CursorBefore), true)
	}
	ctx, actor := r.Context(), handler.Actor(r)
	v := listView{Query: query, MayRun: actor.May(access.PrepareGrants), Ministry: actor.OfMinistry()}
	err := p.db.Read(ctx, access.ReadGrants, func(tx *db.Tx) (err error) {
		if v.Page, err = grant.List(ctx, tx, query, cursor); err != nil {
			return err
		}
		v.Schemes, err = grant.Schemes(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	v.MayApply = actor.May(access.ApplyForGrant) && len(openSchemes(v.Schemes, calendar.Of(p.db.Now()))) > 0
	here := address(query)
	v.Bar = ui.Filters{Action: link.Grants(), Chips: v.chips(ctx, here)}
	if len(v.Bar.Chips) > 0 {
		v.Bar.ResetURL = link.Grants()
	}
	v.Paging, v.Files = ui.Paging{Count: -1}, ui.DownloadsOf(here)
	if v.Page.Prev != "" {
		v.Paging.PrevURL = link.With(here, ui.CursorBefore, v.Page.Prev)
	}
	if v.Page.Next != "" {
		v.Paging.NextURL = link.With(here, ui.CursorAfter, v.Page.Next)
	}
	v.Frame = handler.Frame(r).WithBreadcrumb(crumb(ctx))
	return handler.Render(w, r, listPage(v))
}

func (v listView) chips(ctx context.Context, here string) []ui.Chip {
	var list []ui.Chip
	add := func(set bool, parameter, label string) {
		if set {
			list = append(list, ui.Chip{Label: label, RemoveURL: link.With(here, parameter, "")})
		}
	}
	add(v.Query.Year > 0, "jahr", strconv.Itoa(v.Query.Year))
	add(v.Query.State != "", "stand", locale.T(ctx, v.Query.State.NameKey()))
	for _, s := range v.Schemes {
		add(s.ID == v.Query.Scheme, "regelung", s.Name)
	}
	add(v.Query.Mine, "mir", locale.T(ctx, "grant.filter.mine"))
	add(v.Query.Due, "wiedervorlage", locale.T(ctx, "grant.filter.due"))
	return list
}

func (v listView) years() []ui.Option {
	list := make([]ui.Option, len(v.Page.Years))
	for i, y := range v.Page.Years {
		list[i] = ui.Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y)}
	}
	return list
}

func yearText(q grant.Query) string {
	if q.Year == 0 {
		return ""
	}
	return strconv.Itoa(q.Year)
}

func stateOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, s := range grant.States() {
		list = append(list, ui.Option{Value: string(s), Label: locale.T(ctx, s.NameKey())})
	}
	return list
}

func schemeOptions(list []grant.Scheme) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, s := range list {
		out[i] = ui.Option{Value: s.ID.String(), Label: s.Name}
	}
	return out
}

// sendList sends all cases that the filter leaves.
func (p *Pages) sendList(w http.ResponseWriter, r *http.Request, q grant.Query, format string) error {
	ctx := r.Context()
	f := sheet.File{Name: locale.T(ctx, "grant.list.file"), Sheet: locale.T(ctx, "nav.grants"), Format: format, Day: calendar.Of(p.db.Now())}
	return sheet.Send(w, r, f, func(add func([]sheet.Cell) error) error {
		err := add(sheet.Head(locale.T(ctx, "grant.label.file_ref"), "AGS", locale.T(ctx, "grant.label.recipient"), locale.T(ctx, "grant.label.scheme"),
			locale.T(ctx, "grant.label.from"), locale.T(ctx, "grant.label.to"), locale.T(ctx, "grant.label.state"), locale.T(ctx, "grant.label.amount"),
			locale.T(ctx, "grant.label.paid"), locale.T(ctx, "grant.label.officer"), locale.T(ctx, "grant.label.follow_up"), locale.T(ctx, "board.simulated")))
		if err != nil {
			return err
		}
		return p.db.Read(ctx, access.ReadGrants, func(tx *db.Tx) error {
			return grant.Each(ctx, tx, q, func(c grant.Case) error {
				if !tx.Actor.OfMinistry() {
					c.FollowUpOn = calendar.Date{} // when the officer looks again is the ministry's alone
				}
				return add([]sheet.Cell{
					sheet.Text(c.FileRef), sheet.Text(c.AGS), sheet.Text(c.DistrictName), sheet.Text(c.SchemeName), sheet.Date(c.Period.From),
					sheet.Date(c.Period.To.AddDays(-1)), sheet.Text(locale.T(ctx, c.State.NameKey())), sheet.Money(c.Amount), sheet.Money(c.Paid),
					sheet.Text(c.OfficerName), sheet.Date(c.FollowUpOn), sheet.Text(form.Tick(c.Simulated)),
				})
			})
		})
	})
}
