package adminpage

import (
	"net/http"

	"rundertisch/internal/access"
	"rundertisch/internal/account"
	"rundertisch/internal/db"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/sheet"
	"rundertisch/web/ui"
)

type peopleView struct {
	Frame   layout.Args
	Search  string
	State   string
	States  []ui.Option
	Filters ui.Filters
	Rows    []personRow
	Paging  ui.Paging
	Files   ui.Downloads
}

type personRow struct {
	Name, URL, Email, Roles string
	State                   ui.Mark
}

func (p *Pages) listPeople(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	q := form.Query(r)
	f := account.Filter{
		Search: q.Text("q"), State: account.State(q.Text("zustand")),
		After: q.ID(ui.CursorAfter), Before: q.ID(ui.CursorBefore),
	}
	if format := q.Raw("format"); sheet.Known(format) {
		return p.sendPeople(w, r, f, format)
	}
	var page account.Page
	err := p.db.Read(ctx, access.ManagePeople, func(tx *db.Tx) (err error) {
		page, err = account.People(ctx, tx, f, pageSize)
		return err
	})
	if err != nil {
		return err
	}
	v := peopleView{Frame: frame(r), Search: f.Search, State: string(f.State)}
	v.Frame.Wide = true
	for _, s := range account.States() {
		v.States = append(v.States, ui.Option{Value: string(s), Label: locale.T(ctx, "admin.state."+string(s))})
	}
	v.Filters = peopleFilters(r, f)
	v.Files = ui.DownloadsOf(r.URL.RequestURI())
	v.Paging = ui.Paging{Count: page.Count}
	for _, e := range page.Entries {
		v.Rows = append(v.Rows, personRow{
			Name: e.Name, URL: link.AdminAccount(e.ID), Email: e.Email,
			Roles: roleText(ctx, e.Roles, e.Places), State: stateMark(ctx, e.State),
		})
	}
	if n := len(page.Entries); n > 0 {
		first, last := page.Entries[0].ID.String(), page.Entries[n-1].ID.String()
		v.Paging.PrevURL, v.Paging.NextURL = around(r, first, last, page.More, q)
	}
	return handler.Render(w, r, peoplePage(v))
}

// around returns the addresses of the neighbouring pages: the one in the
// direction of reading exists if there is more, the other one if this page did
// not begin at the start.
func around(r *http.Request, first, last string, more bool, q *form.Values) (prev, next string) {
	address := r.URL.RequestURI()
	back := q.Has(ui.CursorBefore)
	if back && more || q.Has(ui.CursorAfter) {
		prev = link.With(address, ui.CursorBefore, first, ui.CursorAfter, "")
	}
	if !back && more || back {
		next = link.With(address, ui.CursorAfter, last, ui.CursorBefore, "")
	}
	return prev, next
}

func peopleFilters(r *http.Request, f account.Filter) ui.Filters {
	ctx := r.Context()
	address := link.With(r.URL.RequestURI(), ui.CursorAfter, "", ui.CursorBefore, "")
	out := ui.Filters{Action: link.Admin()}
	if f.Search != "" {
		label := locale.T(ctx, "admin.people.search") + ": " + f.Search
		out.Chips = append(out.Chips, ui.Chip{Label: label, RemoveURL: link.With(address, "q", "")})
	}
	if f.State != "" && locale.FromContext(ctx).Has("admin.state."+string(f.State)) {
		label := locale.T(ctx, "account.role.state") + ": " + locale.T(ctx, "admin.state."+string(f.State))
		out.Chips = append(out.Chips, ui.Chip{Label: label, RemoveURL: link.With(address, "zustand", "")})
	}
	if len(out.Chips) > 0 {
		out.ResetURL = link.Admin()
	}
	return out
}
