package districtpage

import (
	"context"
	"net/http"
	"slices"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/report"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/sheet"
	"rundertisch/web/ui"
)

type listView struct {
	Frame layout.Args
	Files ui.Downloads
	Own   []listRow
	Rows  []listRow
}

type listRow struct {
	Name, URL         string
	Post, Conference  ui.Mark
	Since, Population string
}

// showList lists the programme's districts; those of the reader come first.
func (p *Pages) showList(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	var b report.Board
	err := p.db.Read(ctx, access.ReadDistrict, func(tx *db.Tx) (err error) {
		b, err = report.BoardAsOf(ctx, tx, fact.Today(tx.Now))
		return err
	})
	if err != nil {
		return err
	}
	if format := form.Query(r).Raw("format"); sheet.Known(format) {
		return sendList(w, r, format, b)
	}
	v := listView{Files: ui.DownloadsOf(link.Districts()), Frame: handler.Frame(r).WithBreadcrumb(ui.Link{Label: locale.T(ctx, "district.list.title"), URL: link.Districts()})}
	own := handler.Actor(r).Districts()
	for _, row := range b.Rows {
		shown := newListRow(ctx, row)
		if slices.Contains(own, row.DistrictID) {
			v.Own = append(v.Own, shown)
		}
		v.Rows = append(v.Rows, shown)
	}
	return handler.Render(w, r, listPage(v))
}

func newListRow(ctx context.Context, row report.Row) listRow {
	out := listRow{
		Name: row.Name, URL: link.District(row.AGS),
		Post: ui.PostMark(ctx, string(row.PostState)), Conference: ui.ConferenceMark(ctx, string(row.ConferenceState)),
		Since: dateText(ctx, row.PostSince),
	}
	if row.Population != nil {
		out.Population = locale.Number(ctx, *row.Population)
	}
	return out
}

func dateText(ctx context.Context, d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return locale.Date(ctx, d.Time())
}

type postsView struct {
	Frame layout.Args
	Files ui.Downloads
	Rows  []postRow
}

type postRow struct {
	Name, URL string
	State     ui.Mark
	Since     string
	Days      string // in advertised or vacant; empty otherwise
	Rounds    string
	Holders   []string
}

// showPosts lists the posts with how long they have been open.
func (p *Pages) showPosts(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	var posts []report.PostRow
	err := p.db.Read(ctx, access.ReadPosts, func(tx *db.Tx) (err error) {
		posts, err = report.Posts(ctx, tx, calendar.Of(tx.Now))
		return err
	})
	if err != nil {
		return err
	}
	if format := form.Query(r).Raw("format"); sheet.Known(format) {
		return p.sendPosts(w, r, format, posts)
	}
	v := postsView{Files: ui.DownloadsOf(link.Posts()), Frame: handler.Frame(r).WithBreadcrumb(ui.Link{Label: locale.T(ctx, "district.posts.title"), URL: link.Posts()})}
	for _, row := range posts {
		shown := postRow{
			Name: row.Name, URL: link.District(row.AGS), State: ui.PostMark(ctx, string(row.State)),
			Since: dateText(ctx, row.Since), Rounds: locale.Number(ctx, row.Rounds), Holders: row.Holders,
		}
		if row.OpenDays > 0 {
			shown.Days = locale.N(ctx, "district.days", row.OpenDays)
		}
		v.Rows = append(v.Rows, shown)
	}
	return handler.Render(w, r, postsPage(v))
}
