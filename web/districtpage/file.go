package districtpage

import (
	"net/http"
	"strings"

	"rundertisch/internal/calendar"
	"rundertisch/internal/locale"
	"rundertisch/internal/report"
	"rundertisch/web/sheet"
	"rundertisch/web/ui"
)

// sendList sends the list of districts as it is shown.
func sendList(w http.ResponseWriter, r *http.Request, format string, b report.Board) error {
	ctx := r.Context()
	f := sheet.File{Name: "landkreise", Sheet: locale.T(ctx, "district.list.title"), Format: format, Day: b.AsOf.Valid}
	head := sheet.Head(locale.T(ctx, "district.ags"), locale.T(ctx, "board.district"), locale.T(ctx, "board.post"), locale.T(ctx, "board.since"),
		locale.T(ctx, "board.conference"), locale.T(ctx, "board.population"))
	rows := make([][]sheet.Cell, 0, len(b.Rows))
	for _, row := range b.Rows {
		people := sheet.Text("")
		if row.Population != nil {
			people = sheet.Number(*row.Population)
		}
		rows = append(rows, []sheet.Cell{
			sheet.Text(row.AGS), sheet.Text(row.Name), sheet.Text(ui.PostMark(ctx, string(row.PostState)).Label), sheet.Date(row.PostSince),
			sheet.Text(ui.ConferenceMark(ctx, string(row.ConferenceState)).Label), people,
		})
	}
	return sheet.Send(w, r, f, sheet.Rows(head, rows))
}

// sendPosts sends the list of posts as it is shown.
func (p *Pages) sendPosts(w http.ResponseWriter, r *http.Request, format string, posts []report.PostRow) error {
	ctx := r.Context()
	f := sheet.File{Name: "stellen", Sheet: locale.T(ctx, "district.posts.title"), Format: format, Day: calendar.Of(p.db.Now())}
	head := sheet.Head(locale.T(ctx, "district.ags"), locale.T(ctx, "board.district"), locale.T(ctx, "district.state"), locale.T(ctx, "board.since"),
		locale.T(ctx, "district.open_days"), locale.T(ctx, "district.rounds"), locale.T(ctx, "district.holders"))
	rows := make([][]sheet.Cell, 0, len(posts))
	for _, row := range posts {
		rows = append(rows, []sheet.Cell{
			sheet.Text(row.AGS), sheet.Text(row.Name), sheet.Text(ui.PostMark(ctx, string(row.State)).Label), sheet.Date(row.Since),
			sheet.Number(row.OpenDays), sheet.Number(row.Rounds), sheet.Text(strings.Join(row.Holders, "; ")),
		})
	}
	return sheet.Send(w, r, f, sheet.Rows(head, rows))
}
