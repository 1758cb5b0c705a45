package adminpage

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/google/uuid"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"rundertisch/internal/access"
	"rundertisch/internal/account"
	"rundertisch/internal/db"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

type trailView struct {
	Frame    layout.Args
	Action   string
	From, To string
	Person   string // id, kept when the filter is applied again
	Actions  []ui.Option
	Errors   form.Errors
	Filters  ui.Filters
	Rows     []trailRow
	Paging   ui.Paging
}

type trailRow struct {
	Time, Who, WhoURL, Action, What, Subject string
}

func (p *Pages) showTrail(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	q := form.Query(r)
	f := account.TrailFilter{
		Person: q.ID("person"), Action: access.Action(q.Text("vorgang")), From: q.Date("von"), To: q.Date("bis"),
		After: int64(q.Int(ui.CursorAfter)), Before: int64(q.Int(ui.CursorBefore)),
	}
	var page account.TrailPage
	var person account.Person
	err := p.db.Read(ctx, access.ReadTrail, func(tx *db.Tx) (err error) {
		if f.Person != uuid.Nil {
			if person, err = account.ReadPerson(ctx, tx, f.Person); err != nil {
				return err
			}
		}
		page, err = account.Trail(ctx, tx, f, pageSize)
		return err
	})
	if err != nil {
		return err
	}
	title := locale.T(ctx, "admin.trail.title")
	v := trailView{
		Frame: frame(r, ui.Link{Label: title, Current: true}), Action: string(f.Action), Actions: actions(ctx),
		From: q.Text("von"), To: q.Text("bis"), Errors: form.Say(ctx, q.Faults),
		Filters: trailFilters(r, f, person.Name), Paging: ui.Paging{Count: page.Count},
	}
	v.Frame.Wide = true
	if f.Person != uuid.Nil {
		v.Filters.Hidden = []ui.Hidden{{Name: "person", Value: f.Person.String()}}
	}
	for _, e := range page.Entries {
		v.Rows = append(v.Rows, trailRowOf(ctx, e))
	}
	if n := len(page.Entries); n > 0 {
		first, last := strconv.FormatInt(page.Entries[0].ID, 10), strconv.FormatInt(page.Entries[n-1].ID, 10)
		v.Paging.PrevURL, v.Paging.NextURL = around(r, first, last, page.More, q)
	}
	return handler.Render(w, r, trailPage(v))
}

func trailRowOf(ctx context.Context, e account.TrailEntry) trailRow {
	row := trailRow{
		Time: locale.DateTime(ctx, e.At), Who: e.Person, Subject: e.Subject,
		Action: word(ctx, "admin.action.", string(e.Action)),
		What:   word(ctx, "admin.relation.", e.Relation) + " " + locale.T(ctx, "admin.op."+e.Op),
	}
	if e.PersonID != nil && e.Person != "" {
		row.WhoURL = link.TrailOf(*e.PersonID)
	} else {
		row.Who = locale.T(ctx, "admin.trail.system")
	}
	return row
}

// word says in the reader's language what an identifier means; one without a
// text shows itself.
func word(ctx context.Context, prefix, id string) string {
	if locale.FromContext(ctx).Has(prefix + id) {
		return locale.FromContext(ctx).T(prefix + id)
	}
	return id
}

// actions are the choices of the filter: what leaves a trace, by its words.
func actions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for act := range access.Actions() {
		if key := "admin.action." + string(act); locale.FromContext(ctx).Has(key) {
			list = append(list, ui.Option{Value: string(act), Label: locale.FromContext(ctx).T(key)})
		}
	}
	order := collate.New(language.German)
	slices.SortFunc(list, func(a, b ui.Option) int { return order.CompareString(a.Label, b.Label) })
	return list
}

func trailFilters(r *http.Request, f account.TrailFilter, name string) ui.Filters {
	ctx := r.Context()
	address := link.With(r.URL.RequestURI(), ui.CursorAfter, "", ui.CursorBefore, "")
	out := ui.Filters{Action: link.Trail()}
	add := func(label, text, parameter string) {
		out.Chips = append(out.Chips, ui.Chip{Label: label + ": " + text, RemoveURL: link.With(address, parameter, "")})
	}
	if name != "" {
		add(locale.T(ctx, "admin.trail.who"), name, "person")
	}
	if f.Action != "" {
		add(locale.T(ctx, "admin.trail.action"), word(ctx, "admin.action.", string(f.Action)), "vorgang")
	}
	if !f.From.IsZero() {
		add(locale.T(ctx, "admin.trail.from"), locale.Date(ctx, f.From.Time()), "von")
	}
	if !f.To.IsZero() {
		add(locale.T(ctx, "admin.trail.to"), locale.Date(ctx, f.To.Time()), "bis")
	}
	if len(out.Chips) > 0 {
		out.ResetURL = link.Trail()
	}
	return out
}
