package minutespage

import (
	"context"
	"net/http"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/minutes"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/sheet"
	"rundertisch/web/ui"
)

type listView struct {
	Frame  layout.Args
	Page   minutes.Page
	Query  minutes.Query
	Bodies []ui.Option
	Bar    ui.Filters
	Paging ui.Paging
	Files  ui.Downloads
}

func (p *Pages) showList(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	q := form.Query(r)
	v := listView{Query: minutes.Query{Body: q.ID("gremium"), After: q.Text(ui.CursorAfter)}}
	if s := minutes.State(q.Text("zustand")); s.Valid() {
		v.Query.State = s
	}
	if format := q.Raw("format"); sheet.Known(format) {
		return p.sendList(w, r, v.Query, format)
	}
	var bodies []body.Body
	err := p.db.Read(ctx, access.ReadMinutes, func(tx *db.Tx) (err error) {
		if bodies, err = body.All(ctx, tx); err != nil {
			return err
		}
		v.Page, err = minutes.List(ctx, tx, v.Query)
		return err
	})
	if err != nil {
		return err
	}
	for _, b := range bodies {
		if handler.Actor(r).OfMinistry() || handler.Actor(r).LevelIn(b.ID) > 0 {
			v.Bodies = append(v.Bodies, ui.Option{Value: b.ID.String(), Label: b.Name})
		}
	}
	address := link.With(link.AllMinutes(), "gremium", form.IDText(v.Query.Body), "zustand", string(v.Query.State))
	v.Bar = ui.Filters{Action: link.AllMinutes()}
	if address != link.AllMinutes() {
		v.Bar.ResetURL = link.AllMinutes()
	}
	v.Paging = ui.Paging{Count: -1}
	if v.Query.After != "" {
		v.Paging.PrevURL = address
	}
	if v.Page.Next != "" {
		v.Paging.NextURL = link.With(address, ui.CursorAfter, v.Page.Next)
	}
	v.Files = ui.DownloadsOf(address)
	v.Frame = handler.Frame(r).WithBreadcrumb(ui.Link{Label: locale.T(ctx, "nav.minutes"), URL: link.AllMinutes()})
	return handler.Render(w, r, listPage(v))
}

// sendList sends all minutes that the filter leaves.
func (p *Pages) sendList(w http.ResponseWriter, r *http.Request, q minutes.Query, format string) error {
	ctx := r.Context()
	f := sheet.File{Name: locale.T(ctx, "minutes.list.file"), Sheet: locale.T(ctx, "nav.minutes"), Format: format, Day: calendar.Of(p.db.Now())}
	return sheet.Send(w, r, f, func(add func([]sheet.Cell) error) error {
		err := add(sheet.Head(locale.T(ctx, "minutes.label.body"), locale.T(ctx, "minutes.label.day"), locale.T(ctx, "minutes.label.state"),
			locale.T(ctx, "minutes.label.version"), locale.T(ctx, "minutes.label.deadline")))
		if err != nil {
			return err
		}
		return p.db.Read(ctx, access.ReadMinutes, func(tx *db.Tx) error {
			return minutes.Each(ctx, tx, q, func(m minutes.Minutes) error {
				return add([]sheet.Cell{
					sheet.Text(m.BodyName), sheet.Date(m.Day), sheet.Text(stateMark(ctx, m.State).Label), sheet.Number(m.No), sheet.Date(m.Deadline),
				})
			})
		})
	})
}

func stateOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, s := range minutes.States() {
		list = append(list, ui.Option{Value: string(s), Label: stateMark(ctx, s).Label})
	}
	return list
}
