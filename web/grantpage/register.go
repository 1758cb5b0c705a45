package grantpage

import (
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/grant"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/sheet"
	"rundertisch/web/ui"
)

type registerView struct {
	Frame    layout.Args
	Register grant.Register
	Budgets  []ui.Option
	Figures  []ui.Figure
	Files    ui.Downloads
	Borne    []grant.Line // who bears what of joint grants; none: there are none
	Lead     string
	Known    string
}

// showRegister shows the register of a title's year (VVK 9.2), as known on a day.
func (p *Pages) showRegister(w http.ResponseWriter, r *http.Request) error {
	ctx, q := r.Context(), form.Query(r)
	v := registerView{}
	var known time.Time
	if day := q.Date("bekannt"); !day.IsZero() && q.Faults.Err() == nil && day.Before(calendar.Of(p.db.Now())) {
		known, v.Known = day.EndOfDay(), day.String()
	}
	id := q.ID("titel")
	err := p.db.Read(ctx, access.ReadRegister, func(tx *db.Tx) (err error) {
		budgets, err := grant.Budgets(ctx, tx)
		if err != nil {
			return err
		}
		for _, b := range budgets {
			v.Budgets = append(v.Budgets, ui.Option{Value: b.ID.String(), Label: strconv.Itoa(b.Year) + " · " + b.Title})
			if id == uuid.Nil && b.Year == calendar.Of(tx.Now).Year() {
				id = b.ID
			}
		}
		if id == uuid.Nil {
			return nil
		}
		v.Register, err = grant.RegisterOf(ctx, tx, id, known)
		return err
	})
	if err != nil {
		return err
	}
	here := link.With(link.GrantRegister(id), "bekannt", v.Known)
	if format := q.Raw("format"); sheet.Known(format) && id != uuid.Nil {
		return sendRegister(w, r, format, calendar.Of(p.db.Now()), v.Register)
	}
	if v.Borne, err = v.Register.Borne(); err != nil {
		return err
	}
	b := v.Register.Budget
	v.Files = ui.DownloadsOf(here)
	v.Lead = locale.T(ctx, "grant.register.lead", "Known", locale.DateTime(ctx, v.Register.Known))
	v.Figures = []ui.Figure{
		{Money: true, Value: euro(ctx, b.Appropriation), Label: locale.T(ctx, "grant.label.appropriation")},
		{Money: true, Value: euro(ctx, v.Register.Committed), Label: locale.T(ctx, "grant.label.committed")},
		{Money: true, Value: euro(ctx, v.Register.Paid), Label: locale.T(ctx, "grant.label.paid")},
		{Money: true, Value: euro(ctx, v.Register.Proven), Label: locale.T(ctx, "grant.label.proven")},
		{Money: true, Value: euro(ctx, v.Register.Reclaimed), Label: locale.T(ctx, "grant.label.reclaimed"), Note: locale.T(ctx, "grant.register.returned", "Amount", euro(ctx, v.Register.Returned))},
		{Money: true, Value: euro(ctx, v.Register.Rest()), Label: locale.T(ctx, "grant.label.rest")},
	}
	if b.Authority > 0 || v.Register.Later > 0 {
		v.Figures = append(v.Figures, ui.Figure{Money: true, Value: euro(ctx, v.Register.Later), Label: locale.T(ctx, "grant.label.later"), Note: locale.T(ctx, "grant.register.authority", "Amount", euro(ctx, b.Authority))})
	}
	v.Frame = handler.Frame(r).WithWide().WithBreadcrumb(crumb(ctx), budgetCrumb(ctx), ui.Link{Label: locale.T(ctx, "grant.register.title"), URL: here})
	return handler.Render(w, r, registerPage(v))
}

func sendRegister(w http.ResponseWriter, r *http.Request, format string, day calendar.Date, reg grant.Register) error {
	ctx := r.Context()
	f := sheet.File{Name: locale.T(ctx, "grant.register.file"), Sheet: locale.T(ctx, "grant.register.title"), Format: format, Day: day}
	head := sheet.Head(locale.T(ctx, "grant.label.file_ref"), "AGS", locale.T(ctx, "grant.label.recipient"), locale.T(ctx, "grant.label.scheme"), locale.T(ctx, "grant.label.financing"),
		locale.T(ctx, "grant.label.purpose"), locale.T(ctx, "grant.label.from"), locale.T(ctx, "grant.label.to"), locale.T(ctx, "grant.label.state"), locale.T(ctx, "grant.label.committed"),
		locale.T(ctx, "grant.label.later"), locale.T(ctx, "grant.label.paid"), locale.T(ctx, "grant.label.proven"), locale.T(ctx, "grant.label.reclaimed"), locale.T(ctx, "grant.label.returned"),
		locale.T(ctx, "grant.label.proof_due"), locale.T(ctx, "grant.label.proof_on"), locale.T(ctx, "grant.label.checked_on"))
	rows := make([][]sheet.Cell, len(reg.Entries))
	for i, e := range reg.Entries {
		rows[i] = []sheet.Cell{
			sheet.Text(e.FileRef), sheet.Text(e.AGS), sheet.Text(e.Recipient), sheet.Text(e.Scheme), sheet.Text(locale.T(ctx, "grant.financing."+string(e.Financing))),
			sheet.Text(e.Purpose), sheet.Date(e.Period.From), sheet.Date(e.Period.To.AddDays(-1)), sheet.Text(locale.T(ctx, e.State.NameKey())),
			sheet.Money(e.Committed), sheet.Money(e.Later), sheet.Money(e.Paid), sheet.Money(e.Proven), sheet.Money(e.Reclaimed), sheet.Money(e.Returned), sheet.Date(e.ProofDue), sheet.Date(e.ProofOn), sheet.Date(e.CheckedOn),
		}
	}
	return sheet.Send(w, r, f, sheet.Rows(head, rows))
}
