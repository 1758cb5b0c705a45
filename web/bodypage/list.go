package bodypage

import (
	"context"
	"net/http"
	"strings"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/sheet"
	"rundertisch/web/ui"
)

type listView struct {
	Frame  layout.Args
	Mine   []partRow
	Groups []kindGroup
	Files  ui.Downloads
	MayAdd bool
}

type partRow struct {
	Body     ui.Link
	As, When string
	Present  bool
}

// kindGroup are the bodies of one kind.
type kindGroup struct {
	ID, Title  string
	Conference bool
	Rows       []entryRow
}

type entryRow struct {
	Body                 ui.Link
	Where, Chair, Voting string
	State                ui.Mark
	Simulated            bool
}

// showList lists the bodies; those in which the reader sits come first.
func (p *Pages) showList(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	var parts []body.Part
	var all []body.Entry
	var today calendar.Date
	err := p.db.Read(ctx, access.ReadBodies, func(tx *db.Tx) (err error) {
		today = calendar.Of(tx.Now)
		if parts, err = body.Mine(ctx, tx, today); err != nil {
			return err
		}
		all, err = body.List(ctx, tx, today)
		return err
	})
	if err != nil {
		return err
	}
	if format := form.Query(r).Raw("format"); sheet.Known(format) {
		return sendList(w, r, format, today, all)
	}
	v := listView{
		Files: ui.DownloadsOf(link.Bodies()), MayAdd: handler.Actor(r).May(access.AddBody),
		Frame: handler.Frame(r).WithBreadcrumb(ui.Link{Label: locale.T(ctx, "nav.bodies"), URL: link.Bodies()}),
	}
	for _, part := range parts {
		v.Mine = append(v.Mine, partRow{
			Body: ui.Link{Label: part.BodyName, URL: link.Body(part.BodyID), Data: true}, As: partName(ctx, part),
			When: period(ctx, part.Valid), Present: part.Valid.Contains(today),
		})
	}
	for _, k := range body.Kinds() {
		if g := newKindGroup(ctx, k, all); len(g.Rows) > 0 {
			v.Groups = append(v.Groups, g)
		}
	}
	return handler.Render(w, r, listPage(v))
}

func newKindGroup(ctx context.Context, k body.Kind, all []body.Entry) kindGroup {
	g := kindGroup{ID: string(k), Title: locale.T(ctx, "body.kinds."+string(k)), Conference: k == body.Conference}
	for _, e := range all {
		if e.Kind != k {
			continue
		}
		row := entryRow{
			Body: ui.Link{Label: e.Name, URL: link.Body(e.ID), Data: true}, Where: where(e.Body), Chair: e.Chair, Simulated: e.Simulated,
			Voting: locale.T(ctx, "body.votes_of_seats", "Votes", locale.Number(ctx, e.Voting), "Seats", locale.Number(ctx, e.Seats)),
		}
		if e.Seats == 0 {
			row.Voting = locale.T(ctx, "body.without_seats")
		}
		if g.Conference && e.State != "" {
			row.State = ui.ConferenceMark(ctx, string(e.State))
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

// where is what a body belongs to: its districts or the body above.
func where(b body.Body) string {
	if b.ParentName != "" {
		return b.ParentName
	}
	return strings.Join(b.Districts, ", ")
}

// partName says what somebody is in a body.
func partName(ctx context.Context, p body.Part) string {
	switch {
	case p.Office:
		return locale.T(ctx, "role.body_office")
	case p.Chair && p.Slot == body.SlotHolder:
		return locale.T(ctx, "body.part", "Institution", p.Institution, "As", locale.T(ctx, "role.chair"))
	}
	return locale.T(ctx, "body.part", "Institution", p.Institution, "As", slotName(ctx, p.Group, p.Slot))
}

func sendList(w http.ResponseWriter, r *http.Request, format string, today calendar.Date, all []body.Entry) error {
	ctx := r.Context()
	head := sheet.Head(
		locale.T(ctx, "body.label.name"), locale.T(ctx, "body.label.kind"), locale.T(ctx, "body.belongs_to"), locale.T(ctx, "body.state"),
		locale.T(ctx, "body.chair"), locale.T(ctx, "body.seats"), locale.T(ctx, "body.votes"))
	rows := make([][]sheet.Cell, len(all))
	for i, e := range all {
		state := ""
		if e.State != "" {
			state = locale.T(ctx, "conference.state."+string(e.State))
		}
		rows[i] = []sheet.Cell{
			sheet.Text(e.Name), sheet.Text(locale.T(ctx, e.Kind.NameKey())), sheet.Text(where(e.Body)), sheet.Text(state),
			sheet.Text(e.Chair), sheet.Number(e.Seats), sheet.Number(e.Voting),
		}
	}
	f := sheet.File{Name: locale.T(ctx, "nav.bodies"), Sheet: locale.T(ctx, "nav.bodies"), Format: format, Day: today}
	return sheet.Send(w, r, f, sheet.Rows(head, rows))
}
