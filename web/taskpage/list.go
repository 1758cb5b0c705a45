package taskpage

import (
	"context"
	"net/http"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
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

// maxCursor is how long a cursor may be; more is cut off.
const maxCursor = 100

// listView is a page of the list of tasks.
type listView struct {
	Frame   layout.Args
	Page    task.Page
	Query   task.Query
	Today   calendar.Date
	Bodies  []ui.Option
	Bar     ui.Filters
	Paging  ui.Paging
	Files   ui.Downloads
	MayKeep bool
}

func readQuery(r *http.Request) task.Query {
	q := form.Query(r)
	query := task.Query{Mine: q.Has("meine"), Body: q.ID("gremium"), After: q.Raw(ui.CursorAfter)}
	if len(query.After) > maxCursor {
		query.After = query.After[:maxCursor]
	}
	for _, look := range task.Looks() {
		if look == q.Text("zustand") {
			query.Look = look
		}
	}
	return query
}

func (p *Pages) showList(w http.ResponseWriter, r *http.Request) error {
	query := readQuery(r)
	ctx := r.Context()
	if format := form.Query(r).Raw("format"); sheet.Known(format) {
		return p.sendFile(w, r, query, format)
	}
	a := handler.Actor(r)
	v := listView{Query: query, Today: calendar.Of(p.db.Now()), MayKeep: a.May(access.KeepTasks)}
	err := p.db.Read(ctx, access.ReadTasks, func(tx *db.Tx) error {
		all, err := body.All(ctx, tx)
		if err != nil {
			return err
		}
		mine := map[string]bool{}
		for _, g := range a.InBodies() {
			mine[g.Body.String()] = true
		}
		for _, b := range all {
			if mine[b.ID.String()] {
				v.Bodies = append(v.Bodies, ui.Option{Value: b.ID.String(), Label: b.Name})
			}
		}
		v.Page, err = task.List(ctx, tx, query)
		return err
	})
	if err != nil {
		return err
	}
	address := v.address()
	v.Bar = ui.Filters{Action: link.Tasks(), Chips: v.chips(ctx, address)}
	if len(v.Bar.Chips) > 0 {
		v.Bar.ResetURL = link.Tasks()
	}
	v.Paging, v.Files = ui.Paging{Count: -1}, ui.DownloadsOf(address)
	if query.After != "" {
		v.Paging.PrevURL = address
	}
	if v.Page.Next != "" {
		v.Paging.NextURL = link.With(address, ui.CursorAfter, v.Page.Next)
	}
	v.Frame = handler.Frame(r).WithBreadcrumb(crumb(ctx))
	return handler.Render(w, r, listPage(v))
}

func (v listView) body() (label string) {
	for _, o := range v.Bodies {
		if o.Value == v.Query.Body.String() {
			return o.Label
		}
	}
	return ""
}

func (v listView) mine() string {
	if v.Query.Mine {
		return "1"
	}
	return ""
}

func (v listView) address() string {
	bodyID := ""
	if v.body() != "" {
		bodyID = v.Query.Body.String()
	}
	return link.With(link.Tasks(), "gremium", bodyID, "zustand", v.Query.Look, "meine", v.mine())
}

func (v listView) chips(ctx context.Context, address string) []ui.Chip {
	var list []ui.Chip
	if label := v.body(); label != "" {
		list = append(list, ui.Chip{Label: label, RemoveURL: link.With(address, "gremium", "")})
	}
	if v.Query.Look != "" {
		list = append(list, ui.Chip{Label: locale.T(ctx, "task.look."+v.Query.Look), RemoveURL: link.With(address, "zustand", "")})
	}
	if v.Query.Mine {
		list = append(list, ui.Chip{Label: locale.T(ctx, "task.filter.mine"), RemoveURL: link.With(address, "meine", "")})
	}
	return list
}

func lookOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, look := range task.Looks() {
		list = append(list, ui.Option{Value: look, Label: locale.T(ctx, "task.look."+look)})
	}
	return list
}

// sendFile sends all tasks that the filter leaves.
func (p *Pages) sendFile(w http.ResponseWriter, r *http.Request, q task.Query, format string) error {
	ctx := r.Context()
	f := sheet.File{Name: locale.T(ctx, "task.list.file"), Sheet: locale.T(ctx, "nav.tasks"), Format: format, Day: calendar.Of(p.db.Now())}
	return sheet.Send(w, r, f, func(add func([]sheet.Cell) error) error {
		var head []string
		for _, name := range []string{"title", "place", "owner", "owner_id", "day", "due_on", "state", "outcome"} {
			head = append(head, locale.T(ctx, "task.label."+name))
		}
		if err := add(sheet.Head(head...)); err != nil {
			return err
		}
		return p.db.Read(ctx, access.ReadTasks, func(tx *db.Tx) error {
			return task.Each(ctx, tx, q, func(t task.Task) error {
				return add([]sheet.Cell{
					sheet.Text(t.Title), sheet.Text(t.Place), sheet.Text(t.Owner), sheet.Text(t.OwnerName), sheet.Date(t.Day), sheet.Date(t.DueOn),
					sheet.Text(mark(ctx, t, calendar.Of(tx.Now)).Label), sheet.Text(t.Outcome),
				})
			})
		})
	})
}
