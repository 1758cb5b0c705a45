package meetingpage

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/meeting"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/sheet"
	"rundertisch/web/ui"
)

// maxCursor is how long a cursor may be; more is cut off.
const maxCursor = 100

// listView is a page of the list of sittings.
type listView struct {
	Frame  layout.Args
	Page   meeting.Page
	Query  meeting.Query
	Bodies []ui.Option
	Links  []ui.Link // to what waits for a sitting, by body
	Plans  []ui.Link // to plan a sitting, by body
	Bar    ui.Filters
	Paging ui.Paging
	Files  ui.Downloads
}

func readQuery(r *http.Request) meeting.Query {
	q := form.Query(r)
	query := meeting.Query{Body: q.ID("gremium"), From: q.Date("von"), To: q.Date("bis"), After: cut(q.Raw(ui.CursorAfter))}
	if s := meeting.State(q.Text("zustand")); s.Valid() {
		query.State = s
	}
	return query
}

func cut(s string) string {
	if len(s) > maxCursor {
		return s[:maxCursor]
	}
	return s
}

func (p *Pages) showList(w http.ResponseWriter, r *http.Request) error {
	query := readQuery(r)
	ctx := r.Context()
	if format := form.Query(r).Raw("format"); sheet.Known(format) {
		return p.sendList(w, r, query, format)
	}
	v := listView{Query: query}
	var bodies []body.Body
	var listed []meeting.Listed
	err := p.read(r, access.ReadSittings, func(tx *db.Tx) (err error) {
		if bodies, err = readable(ctx, tx); err != nil {
			return err
		}
		if listed, err = meeting.ListedBodies(ctx, tx); err != nil {
			return err
		}
		v.Page, err = meeting.List(ctx, tx, query)
		return err
	})
	if err != nil {
		return err
	}
	v.Bodies = listedOptions(listed, bodies, query.Body)
	bodyID := ""
	if label := labelOf(v.Bodies, query.Body.String()); label != "" {
		bodyID = query.Body.String()
	}
	address := link.With(link.Sittings(), "gremium", bodyID, "zustand", string(query.State), "von", query.From.String(), "bis", query.To.String())
	v.Bar = ui.Filters{Action: link.Sittings(), Chips: v.chips(ctx, address)}
	if len(v.Bar.Chips) > 0 {
		v.Bar.ResetURL = link.Sittings()
	}
	v.Paging, v.Files = ui.Paging{Count: -1}, ui.DownloadsOf(address)
	if query.After != "" {
		v.Paging.PrevURL = address
	}
	if v.Page.Next != "" {
		v.Paging.NextURL = link.With(address, ui.CursorAfter, v.Page.Next)
	}
	a := handler.Actor(r)
	v.Plans = linksFor(a, access.KeepSittings, bodies, func(b body.Body) ui.Link {
		return ui.Link{Label: locale.T(ctx, "meeting.plan.title"), URL: link.NewSitting(b.ID), Context: b.Name}
	})
	v.Links = append(v.Links, linksFor(a, access.ReplyToCall, bodies, func(b body.Body) ui.Link {
		return ui.Link{Label: locale.T(ctx, "meeting.backlog.link", "Body", b.Name), URL: link.Backlog(b.ID)}
	})...)
	v.Links = append(v.Links, linksFor(a, access.KeepSittings, bodies, func(b body.Body) ui.Link {
		return ui.Link{Label: locale.T(ctx, "meeting.backlog.link", "Body", b.Name), URL: link.Backlog(b.ID)}
	})...)
	v.Frame = handler.Frame(r).WithBreadcrumb(crumb(ctx))
	return handler.Render(w, r, listPage(v))
}

// listedOptions offers the bodies whose sittings the list has, and the one that
// was asked for although it has none.
func listedOptions(listed []meeting.Listed, readable []body.Body, asked uuid.UUID) []ui.Option {
	options := make([]ui.Option, 0, len(listed)+1)
	for _, b := range listed {
		options = append(options, ui.Option{Value: b.ID.String(), Label: b.Name})
		if b.ID == asked {
			asked = uuid.Nil
		}
	}
	for _, b := range readable {
		if b.ID == asked {
			options = append(options, ui.Option{Value: b.ID.String(), Label: b.Name})
		}
	}
	return options
}

func (v listView) chips(ctx context.Context, address string) []ui.Chip {
	var list []ui.Chip
	add := func(label, name string) {
		list = append(list, ui.Chip{Label: label, RemoveURL: link.With(address, name, "")})
	}
	if label := labelOf(v.Bodies, v.Query.Body.String()); label != "" {
		add(label, "gremium")
	}
	if v.Query.State != "" {
		add(locale.T(ctx, v.Query.State.NameKey()), "zustand")
	}
	if !v.Query.From.IsZero() {
		add(locale.T(ctx, "meeting.chip.from", "Day", locale.Date(ctx, v.Query.From.Time())), "von")
	}
	if !v.Query.To.IsZero() {
		add(locale.T(ctx, "meeting.chip.to", "Day", locale.Date(ctx, v.Query.To.Time())), "bis")
	}
	return list
}

// sendList sends all sittings that the filter leaves.
func (p *Pages) sendList(w http.ResponseWriter, r *http.Request, q meeting.Query, format string) error {
	ctx := r.Context()
	f := sheet.File{Name: locale.T(ctx, "meeting.list.file"), Sheet: locale.T(ctx, "nav.sittings"), Format: format, Day: calendar.Of(p.db.Now())}
	return sheet.Send(w, r, f, func(add func([]sheet.Cell) error) error {
		err := add(sheet.Head(locale.T(ctx, "meeting.label.day"), locale.T(ctx, "meeting.label.starts_at"), locale.T(ctx, "meeting.label.ends_at"),
			locale.T(ctx, "meeting.label.title"), locale.T(ctx, "meeting.label.body"), locale.T(ctx, "meeting.label.place"), locale.T(ctx, "meeting.label.state")))
		if err != nil {
			return err
		}
		return p.read(r, access.ReadSittings, func(tx *db.Tx) error {
			return meeting.Each(ctx, tx, q, func(m meeting.Meeting) error {
				return add([]sheet.Cell{
					sheet.Date(m.Day), sheet.Text(string(m.StartsAt)), sheet.Text(string(m.EndsAt)), sheet.Text(m.Title), sheet.Text(m.BodyName),
					sheet.Text(m.Place), sheet.Text(locale.T(ctx, m.State.NameKey())),
				})
			})
		})
	})
}
