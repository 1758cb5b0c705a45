package partnerpage

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/partner"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/sheet"
	"rundertisch/web/ui"
)

// maxWords is how long a search may be, in characters; more is cut off.
const maxWords = 100

// listView is a page of the list.
type listView struct {
	Frame   layout.Args
	Page    partner.Page
	Query   partner.Query
	Bar     ui.Filters
	Paging  ui.Paging
	Files   ui.Downloads
	MayKeep bool
}

func (p *Pages) showList(w http.ResponseWriter, r *http.Request) error {
	q := form.Query(r)
	query := partner.Query{Words: cut(q.Text("q"), maxWords), After: cut(q.Text(ui.CursorAfter), partner.MaxName)}
	if c := partner.Category(q.Text("art")); c.Valid() {
		query.Category = c
	}
	if format := q.Raw("format"); sheet.Known(format) {
		return p.sendFile(w, r, query, format)
	}
	v := listView{Query: query, MayKeep: handler.Actor(r).May(access.KeepPartners)}
	err := p.db.Read(r.Context(), access.ReadPartners, func(tx *db.Tx) (err error) {
		v.Page, err = partner.List(r.Context(), tx, query)
		return err
	})
	if err != nil {
		return err
	}
	ctx := r.Context()
	address := link.With(link.Partners(), "q", query.Words, "art", string(query.Category))
	v.Bar = ui.Filters{Action: link.Partners(), Chips: chips(ctx, query, address)}
	if len(v.Bar.Chips) > 0 {
		v.Bar.ResetURL = link.Partners()
	}
	v.Paging, v.Files = ui.Paging{Count: -1}, ui.DownloadsOf(address)
	if query.After != "" { // names have no cheap way back: to the beginning
		v.Paging.PrevURL = address
	}
	if v.Page.Next != "" {
		v.Paging.NextURL = link.With(address, ui.CursorAfter, v.Page.Next)
	}
	v.Frame = handler.Frame(r).WithBreadcrumb(crumb(ctx))
	return handler.Render(w, r, listPage(v))
}

// sendFile sends all partners that the filter leaves.
func (p *Pages) sendFile(w http.ResponseWriter, r *http.Request, q partner.Query, format string) error {
	ctx := r.Context()
	f := sheet.File{
		Name: locale.T(ctx, "partner.list.file"), Sheet: locale.T(ctx, "nav.partners"), Format: format,
		Day: calendar.Of(p.db.Now()),
	}
	return sheet.Send(w, r, f, func(add func([]sheet.Cell) error) error {
		err := add(sheet.Head(locale.T(ctx, "partner.label.name"), locale.T(ctx, "partner.label.category"),
			locale.T(ctx, "partner.label.place"), locale.T(ctx, "partner.label.website")))
		if err != nil {
			return err
		}
		return p.db.Read(ctx, access.ReadPartners, func(tx *db.Tx) error {
			return partner.Each(ctx, tx, q, func(row partner.Partner) error {
				return add([]sheet.Cell{
					sheet.Text(row.Name), sheet.Text(categoryName(ctx, row.Category)), sheet.Text(row.Place), sheet.Text(row.Website),
				})
			})
		})
	})
}

func chips(ctx context.Context, q partner.Query, address string) []ui.Chip {
	var list []ui.Chip
	if q.Words != "" {
		list = append(list, ui.Chip{Label: locale.T(ctx, "partner.chip.words", "Value", q.Words), RemoveURL: link.With(address, "q", "")})
	}
	if q.Category != "" {
		list = append(list, ui.Chip{Label: categoryName(ctx, q.Category), RemoveURL: link.With(address, "art", "")})
	}
	return list
}

// suggest answers a field that names a partner: a list of options. The
// parameter is the field's own name.
func (p *Pages) suggest(w http.ResponseWriter, r *http.Request) error {
	q := form.Query(r)
	typed := ""
	for name := range r.URL.Query() {
		if name == "q" || name == "partner" || strings.HasPrefix(name, "partner-") {
			typed = cut(q.Text(name), partner.MaxName)
		}
	}
	var names []string
	err := p.db.Read(r.Context(), access.ReadPartners, func(tx *db.Tx) (err error) {
		names, err = partner.Suggest(r.Context(), tx, typed)
		return err
	})
	if err != nil {
		return err
	}
	return handler.Render(w, r, ui.Datalist("partner-vorschlaege", names))
}

func categoryName(ctx context.Context, c partner.Category) string {
	return locale.T(ctx, "partner.category."+string(c))
}

func categoryOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, c := range partner.Categories() {
		list = append(list, ui.Option{Value: string(c), Label: categoryName(ctx, c)})
	}
	return list
}

// crumb is the way to the list.
func crumb(ctx context.Context) ui.Link {
	return ui.Link{Label: locale.T(ctx, "nav.partners"), URL: link.Partners()}
}

// cut shortens a text to most characters.
func cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most])
}

// activities lists the activities with the partner.
func activities(p partner.Partner) string {
	return link.ActivitiesBy(url.Values{"partner": {p.ID.String()}})
}
