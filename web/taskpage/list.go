package taskpage

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/task"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/sheet"
	"rundertisch/web/ui"
)

// listView is a page of the list.
type listView struct {
	Frame   layout.Args
	Page    task.Page
	Query   task.Query
	Today   calendar.Date
	Bar     ui.Filters
	Paging  ui.Paging
	Files   ui.Downloads
	MayKeep bool
}

// readQuery reads the filter from the address. What makes no sense is left
// out: a list shows what it can.
func readQuery(r *http.Request) task.Query {
	q := form.Query(r)
	query := task.Query{Mine: q.Has("mir"), Overdue: q.Has("ueberfaellig"), At: q.ID("ort")}
	if s := task.State(q.Text("stand")); s.Valid() || s == task.AnyState {
		query.State = s
	}
	return query
}

func address(q task.Query) string {
	return link.With(link.Tasks(), "mir", form.Tick(q.Mine), "ueberfaellig", form.Tick(q.Overdue), "ort", form.IDText(q.At), "stand", string(q.State))
}

func (p *Pages) showList(w http.ResponseWriter, r *http.Request) error {
	query, q := readQuery(r), form.Query(r)
	if format := q.Raw("format"); sheet.Known(format) {
		return p.sendFile(w, r, query, format)
	}
	cursor := task.ParseCursor(q.Text(ui.CursorAfter), false)
	if q.Has(ui.CursorBefore) {
		cursor = task.ParseCursor(q.Text(ui.CursorBefore), true)
	}
	v := listView{Query: query, MayKeep: handler.Actor(r).May(access.KeepTasks)}
	err := p.db.Read(r.Context(), access.ReadTasks, func(tx *db.Tx) (err error) {
		v.Today = calendar.Of(tx.Now)
		v.Page, err = task.List(r.Context(), tx, query, cursor)
		return err
	})
	if err != nil {
		return err
	}
	ctx := r.Context()
	here := address(query)
	v.Bar = ui.Filters{Action: link.Tasks(), Chips: v.chips(ctx, here)}
	if len(v.Bar.Chips) > 0 {
		v.Bar.ResetURL = link.Tasks()
	}
	v.Paging, v.Files = ui.Paging{Count: -1}, ui.DownloadsOf(here)
	if !v.Page.Prev.IsZero() {
		v.Paging.PrevURL = link.With(here, ui.CursorBefore, v.Page.Prev.String())
	}
	if !v.Page.Next.IsZero() {
		v.Paging.NextURL = link.With(here, ui.CursorAfter, v.Page.Next.String())
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
	add(v.Query.Mine, "mir", locale.T(ctx, "task.filter.mine"))
	add(v.Query.Overdue, "ueberfaellig", locale.T(ctx, "task.filter.overdue"))
	if v.Query.At != uuid.Nil {
		add(true, "ort", v.placeName(ctx))
	}
	if v.Query.State != "" {
		add(true, "stand", locale.T(ctx, v.Query.State.NameKey()))
	}
	return list
}

// placeName is the name of the filter's place. A place of which the actor is no
// part has no name here.
func (v listView) placeName(ctx context.Context) string {
	for _, n := range v.Page.Places {
		if n.ID() == v.Query.At {
			return n.Name
		}
	}
	return locale.T(ctx, "task.filter.elsewhere")
}

func (v listView) places() []ui.Option { return placeOptions(v.Page.Places) }

func (v listView) states(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, s := range append(task.States(), task.AnyState) {
		list = append(list, ui.Option{Value: string(s), Label: locale.T(ctx, s.NameKey())})
	}
	return list
}

// sendFile sends all tasks that the filter leaves.
func (p *Pages) sendFile(w http.ResponseWriter, r *http.Request, q task.Query, format string) error {
	ctx := r.Context()
	f := sheet.File{
		Name: locale.T(ctx, "task.list.file"), Sheet: locale.T(ctx, "nav.tasks"), Format: format, Day: calendar.Of(p.db.Now()),
	}
	return sheet.Send(w, r, f, func(add func([]sheet.Cell) error) error {
		err := add(sheet.Head(locale.T(ctx, "task.label.title"), locale.T(ctx, "task.label.description"), locale.T(ctx, "task.label.place"),
			locale.T(ctx, "task.label.owner"), locale.T(ctx, "task.label.person"), locale.T(ctx, "task.label.since"),
			locale.T(ctx, "task.label.due"), locale.T(ctx, "task.label.state"), locale.T(ctx, "task.label.outcome"),
			locale.T(ctx, "task.label.readers"), locale.T(ctx, "task.label.simulated")))
		if err != nil {
			return err
		}
		return p.db.Read(ctx, access.ReadTasks, func(tx *db.Tx) error {
			return task.Each(ctx, tx, q, func(t task.Task) error { return add(exportRow(ctx, t)) })
		})
	})
}

func exportRow(ctx context.Context, t task.Task) []sheet.Cell {
	simulated := ""
	if t.Simulated {
		simulated = locale.T(ctx, "task.simulated")
	}
	return []sheet.Cell{
		sheet.Text(t.Title), sheet.Text(t.Description), sheet.Text(t.PlaceName), sheet.Text(t.Owner), sheet.Text(t.OwnerName),
		sheet.Date(t.Day), sheet.Date(t.DueOn), sheet.Text(locale.T(ctx, t.State.NameKey())), sheet.Text(t.Outcome),
		sheet.Text(readers(ctx, t)), sheet.Text(simulated),
	}
}

// crumb is the way to the list.
func crumb(ctx context.Context) ui.Link {
	return ui.Link{Label: locale.T(ctx, "nav.tasks"), URL: link.Tasks()}
}

// noneText says what to do next where there is no task.
func (v listView) noneText(ctx context.Context) string {
	if v.MayKeep {
		return locale.T(ctx, "task.list.none_keep")
	}
	return locale.T(ctx, "task.list.none_read")
}
