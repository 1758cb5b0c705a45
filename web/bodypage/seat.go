package bodypage

import (
	"context"
	"net/http"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/db"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

type seatView struct {
	Frame       layout.Args
	Body        body.Body
	Seat        body.Seat
	Head        ui.Head
	Facts       []ui.Term
	Actions     []ui.Button
	Holdings    []holdingRow
	ShowsPeople bool
	Hold        string // address of the form that puts a person on the seat
}

type holdingRow struct {
	Name, As, When      string
	Recorded, Withdrawn string
	Links               []ui.Link
}

// showSeat shows a seat and everybody who ever held it.
func (p *Pages) showSeat(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	var at place
	var holdings []body.Holding
	err := p.db.Read(ctx, access.ReadBodies, func(tx *db.Tx) (err error) {
		if at, err = find(ctx, r, tx); err != nil {
			return err
		}
		holdings, err = body.Holdings(ctx, tx, at.seat.ID)
		return err
	})
	if err != nil {
		return err
	}
	actor := handler.Actor(r)
	keeps := actor.MayFor(access.KeepSeats, at.body.ID)
	v := seatView{
		Body: at.body, Seat: at.seat, Head: ui.Head{Title: at.seat.Institution, Preline: at.body.Name, Data: true, DataPreline: true},
		ShowsPeople: showsPeople(actor, at.body), Facts: seatFacts(ctx, at.seat),
		Frame: handler.Frame(r).WithBreadcrumb(crumbs(ctx, at.body, ui.Link{Label: at.seat.Institution, URL: link.Seat(at.body.ID, at.seat.ID)})...),
	}
	if at.seat.Chair {
		v.Head.Badge = ui.Mark{Label: locale.T(ctx, "role.chair"), Tone: ui.Info, Small: true}
	}
	if keeps {
		v.Hold = link.HoldSeat(at.body.ID, at.seat.ID)
		v.Actions = []ui.Button{
			{Label: locale.T(ctx, "body.action.edit_seat"), Kind: ui.Secondary, Icon: "edit", URL: link.EditSeat(at.body.ID, at.seat.ID)},
			{Label: locale.T(ctx, "body.form.chair.title"), Kind: ui.Secondary, URL: link.ChairSeat(at.body.ID, at.seat.ID)},
			{Label: locale.T(ctx, "body.form.seat_end.title"), Kind: ui.Secondary, URL: link.EndSeat(at.body.ID, at.seat.ID)},
		}
		if !at.seat.Valid.To.IsZero() {
			v.Actions = append(v.Actions, ui.Button{Label: locale.T(ctx, "body.form.seat_reopen.title"), Kind: ui.Secondary, URL: link.ReopenSeat(at.body.ID, at.seat.ID)})
		}
	}
	for _, h := range holdings {
		v.Holdings = append(v.Holdings, newHoldingRow(ctx, at, h, keeps))
	}
	return handler.Render(w, r, seatPage(v))
}

func seatFacts(ctx context.Context, s body.Seat) []ui.Term {
	terms := []ui.Term{
		{Key: locale.T(ctx, "body.label.group"), Text: locale.T(ctx, s.Group.NameKey())},
		{Key: locale.T(ctx, "body.label.vote"), Text: voteName(ctx, s.Voting)},
		{Key: locale.T(ctx, "body.time"), Text: period(ctx, s.Valid)},
	}
	if s.Reopened != "" && s.Valid.To.IsZero() {
		terms = append(terms, ui.Term{Key: locale.T(ctx, "body.label.reopened"), Text: s.Reopened, Data: true})
	}
	return terms
}

func newHoldingRow(ctx context.Context, at place, h body.Holding, keeps bool) holdingRow {
	row := holdingRow{
		Name: h.Name, As: slotName(ctx, at.seat.Group, h.Slot), When: period(ctx, h.Valid), Recorded: recorded(ctx, h.Record), Withdrawn: withdrawn(ctx, h.Record),
	}
	if !keeps || h.Withdrawn() {
		return row
	}
	if h.Valid.To.IsZero() || h.Valid.To.After(at.today) {
		row.Links = append(row.Links, ui.Link{Label: locale.T(ctx, "body.action.end"), URL: link.EndHolding(at.body.ID, h.ID), Context: h.Name})
	}
	row.Links = append(row.Links, ui.Link{Label: locale.T(ctx, "fact.correct"), URL: link.CorrectHolding(at.body.ID, h.ID), Context: h.Name})
	return row
}
