package grantpage

import (
	"context"
	"errors"
	"net/http"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/grant"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/money"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// drawPart is what the page of a case says of draw-downs.
type drawPart struct {
	Shown bool // the terms pay on demand, and there is a grant
	Rest  string
	Rows  []drawRow
	Ask   ui.Button // without an address: the reader may not, or nothing is left
}

type drawRow struct {
	No, Asked, Amount, Purpose, SpendBy string
	State                               ui.Mark
}

func newDrawPart(ctx context.Context, f caseFile, actor access.Actor) drawPart {
	if _, draws := f.terms.Draws(); !draws || !f.State.Binding() {
		return drawPart{}
	}
	rest := f.Undrawn(f.payments)
	v := drawPart{Shown: true, Rest: locale.T(ctx, "grant.draw.rest", "Rest", euro(ctx, rest))}
	for _, d := range f.draws {
		row := drawRow{
			No: locale.Number(ctx, d.Ordinal), Asked: dateText(ctx, d.AskedOn), Amount: euro(ctx, d.Amount), Purpose: d.Purpose, SpendBy: dateText(ctx, d.SpendBy()),
			State: paymentMark(ctx, grant.Payment{State: d.State}),
		}
		if row.SpendBy == "" && d.SpendMonths != nil {
			row.SpendBy = locale.N(ctx, "grant.draw.spend_after", *d.SpendMonths)
		}
		v.Rows = append(v.Rows, row)
	}
	if rest > 0 && f.State.PaysOut() && actor.MayIn(access.DrawFunds, f.DistrictID) {
		v.Ask = ui.Button{Label: locale.T(ctx, "grant.draw.submit"), Kind: ui.Primary, URL: link.GrantDrawdown(f.ID)}
	}
	return v
}

type drawView struct {
	Frame   layout.Args
	Case    grant.Case
	Lead    string
	Notes   []string
	Hidden  []ui.Hidden
	Errors  form.Errors
	Amount  string
	Purpose string
}

// askDraw is the form by which a district asks for a part of its grant.
func (p *Pages) askDraw(w http.ResponseWriter, r *http.Request) error {
	return p.drawDraw(w, r, form.From(nil), nil)
}

func (p *Pages) drawDraw(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := drawView{Errors: form.Say(ctx, faults), Amount: f.Text("amount"), Purpose: f.Text("purpose")}
	var terms grant.Terms
	var rest money.Cents
	err = p.db.Read(ctx, access.DrawFunds, func(tx *db.Tx) (err error) {
		if v.Case, err = grant.ByID(ctx, tx, id); err != nil {
			return err
		}
		if terms, err = grant.TermsByID(ctx, tx, v.Case.TermsID); err != nil {
			return err
		}
		payments, err := grant.PaymentsOf(ctx, tx, id)
		rest = v.Case.Undrawn(payments)
		return err
	})
	if err != nil {
		return err
	}
	within, draws := terms.Draws()
	if !draws || !v.Case.State.PaysOut() {
		return fault.NotFound
	}
	v.Lead = locale.T(ctx, "grant.draw.lead", "Rest", euro(ctx, rest))
	if within > 0 {
		v.Notes = append(v.Notes, locale.N(ctx, "grant.draw.spend", within))
	}
	if terms.MinPartial > 0 {
		v.Notes = append(v.Notes, locale.T(ctx, "grant.draw.least", "Least", euro(ctx, terms.MinPartial)))
	}
	formID := f.Raw("id")
	if formID == "" {
		formID = uuid.NewString()
	}
	v.Hidden = []ui.Hidden{{Name: "id", Value: formID}}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx),
		ui.Link{Label: v.Case.FileRef, URL: link.Grant(id)}, ui.Link{Label: locale.T(ctx, "grant.draw.submit"), URL: link.GrantDrawdown(id)})
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, drawPage(v))
	}
	return handler.Render(w, r, drawPage(v))
}

// draw asks for a part of a grant.
func (p *Pages) draw(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	n := grant.NewDrawdown{ID: f.NewID("id"), Amount: amount(ctx, f, "amount"), Purpose: f.Text("purpose")}
	missing(f, "purpose")
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(ctx, access.DrawFunds, func(tx *db.Tx) error { return grant.Draw(ctx, tx, id, n) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawDraw(w, r, f, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.Grant(id)+"#abrufe", "grant.draw.done")
}
