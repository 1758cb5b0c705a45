package grantpage

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/grant"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/sheet"
	"rundertisch/web/ui"
)

type claimView struct {
	Frame     layout.Args
	Case      grant.Case
	Buttons   []ui.Button
	Figures   []ui.Figure
	Facts     []ui.Term
	Receipts  [][]string
	Lines     [][]string
	Files     ui.Downloads
	Reckoning reckoning
	Credit    string // what came too much
	NoRate    string
	Settle    bool // all is back, and the reader may close it
	SettleURL string
	Hidden    []ui.Hidden
}

// repayment reads what is claimed back in the case that the address names.
func (p *Pages) repayment(r *http.Request, act access.Action) (c grant.Case, rep *grant.Repayment, err error) {
	id, err := form.PathID(r, "id")
	if err != nil {
		return c, nil, err
	}
	err = p.db.Read(r.Context(), act, func(tx *db.Tx) (err error) {
		var t grant.Terms
		if c, t, err = caseAndTerms(r.Context(), tx, id); err != nil {
			return err
		}
		rep, err = grant.RepaymentOf(r.Context(), tx, c, t)
		return err
	})
	if err == nil && rep == nil {
		err = fault.NotFound
	}
	return c, rep, err
}

// showClaim shows a repayment with every line of its interest.
func (p *Pages) showClaim(w http.ResponseWriter, r *http.Request) error {
	c, rep, err := p.repayment(r, access.ReadGrants)
	if err != nil {
		return err
	}
	ctx, actor, here := r.Context(), handler.Actor(r), link.GrantRepayment(c.ID)
	if format := form.Query(r).Raw("format"); sheet.Known(format) {
		return sendInterest(w, r, format, calendar.Of(p.db.Now()), c, rep.Interest)
	}
	v := claimView{Case: c, Files: ui.DownloadsOf(here), Facts: claimFacts(ctx, *rep), SettleURL: link.GrantSettled(c.ID), Hidden: []ui.Hidden{{Name: "id", Value: uuid.NewString()}}}
	figure := func(key, text string) {
		v.Figures = append(v.Figures, ui.Figure{Money: true, Value: text, Label: locale.T(ctx, "grant.label."+key)})
	}
	figure("principal", euro(ctx, rep.Principal))
	figure("interest_claimed", euro(ctx, rep.InterestClaimed()))
	figure("received", euro(ctx, rep.Received()))
	figure("open", euro(ctx, max(rep.Open(), 0)))
	if rep.Open() < 0 {
		v.Credit = locale.T(ctx, "grant.claim.credit", "Amount", euro(ctx, -rep.Open()))
	}
	if rep.NoRate.Key != "" {
		v.NoRate = locale.T(ctx, rep.NoRate.Key, rep.NoRate.Args...)
	}
	due := c.State == grant.RepaymentDue
	v.Settle = due && actor.May(access.BookRepayment) && rep.Open() <= 0 && (rep.NoRate.Key == "" || rep.Waived != "")
	if due && actor.May(access.BookRepayment) {
		v.Buttons = append(v.Buttons, ui.Button{Label: locale.T(ctx, "grant.claim.book"), Kind: ui.Primary, URL: link.GrantReceipt(c.ID)})
	}
	if due && actor.May(access.DecideGrants) && rep.Waived == "" {
		v.Buttons = append(v.Buttons, ui.Button{Label: locale.T(ctx, "grant.claim.waive"), Kind: ui.Secondary, URL: link.GrantWaiver(c.ID)})
	}
	for _, b := range rep.Bookings {
		what := b.Reference
		if b.Reason != "" {
			what += ": " + b.Reason
		}
		v.Receipts = append(v.Receipts, []string{dateText(ctx, b.ReceivedOn), euro(ctx, b.Amount), what, recorded(ctx, b.At, b.Person)})
	}
	for _, l := range rep.Interest.InterestLines() {
		v.Lines = append(v.Lines, []string{dateText(ctx, l.From), dateText(ctx, l.To), locale.Number(ctx, l.Days), euro(ctx, l.Owed), locale.FromContext(ctx).BasisPoints(l.Rate), euro(ctx, l.Amount)})
	}
	v.Reckoning = newReckoning(ctx, rep.Interest)
	v.Frame = handler.Frame(r).WithWide().WithBreadcrumb(crumb(ctx), ui.Link{Label: c.FileRef, URL: link.Grant(c.ID)}, ui.Link{Label: locale.T(ctx, "grant.claim.title"), URL: here})
	return handler.Render(w, r, claimPage(v))
}

func claimFacts(ctx context.Context, rep grant.Repayment) []ui.Term {
	term := func(name, text string) ui.Term { return ui.Term{Key: locale.T(ctx, "grant.label."+name), Text: text} }
	list := []ui.Term{term("claimed_on", dateText(ctx, rep.ClaimedOn)), term("due_on", dateText(ctx, rep.DueOn)), term("interest_from", dateText(ctx, rep.InterestFrom))}
	if rep.Waived != "" {
		list = append(list, ui.Term{Key: locale.T(ctx, "grant.label.interest_waived", "Who", rep.WaivedBy), Text: rep.Waived, Data: true})
	}
	return list
}

func sendInterest(w http.ResponseWriter, r *http.Request, format string, day calendar.Date, c grant.Case, interest grant.Calculation) error {
	ctx := r.Context()
	f := sheet.File{Name: locale.T(ctx, "grant.claim.file") + "-" + strings.ToLower(c.FileRef), Sheet: locale.T(ctx, "grant.claim.interest"), Format: format, Day: day}
	var head []string
	for _, name := range []string{"file_ref", "from", "to", "days", "owed", "rate_year", "amount"} {
		head = append(head, locale.T(ctx, "grant.label."+name))
	}
	var rows [][]sheet.Cell
	for _, l := range interest.InterestLines() {
		rows = append(rows, []sheet.Cell{
			sheet.Text(c.FileRef), sheet.Date(l.From), sheet.Date(l.To), sheet.Number(l.Days), sheet.Money(l.Owed), sheet.Text(locale.FromContext(ctx).BasisPoints(l.Rate)), sheet.Money(l.Amount),
		})
	}
	return sheet.Send(w, r, f, sheet.Rows(sheet.Head(head...), rows))
}

func (p *Pages) showReceipt(w http.ResponseWriter, r *http.Request) error {
	return p.drawReceipt(w, r, nil, nil)
}

func (p *Pages) drawReceipt(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	c, rep, err := p.repayment(r, access.BookRepayment)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := claimFormView{Case: c, Title: locale.T(ctx, "grant.claim.book"), Lead: locale.T(ctx, "grant.claim.book_lead", "Open", euro(ctx, max(rep.Open(), 0))), Submit: locale.T(ctx, "grant.claim.book"), Back: link.GrantRepayment(c.ID)}
	in := &claimForm{ctx: ctx, values: f, errors: form.Say(ctx, faults)}
	in.add(asDate, "received_on", calendar.Of(p.db.Now()).String(), nil)
	in.money("amount", euro(ctx, max(rep.Open(), 0)), "receipt_amount")
	in.add(asText, "reference", "", func(one *ui.Field) {
		one.Autocomplete, one.Hint = "off", locale.T(ctx, "grant.hint.reference")
	})
	in.add(asText, "reason", "", func(one *ui.Field) {
		one.Optional, one.Autocomplete, one.Hint = true, "off", locale.T(ctx, "grant.hint.set_off")
	})
	return v.draw(w, r, in, link.GrantReceipt(c.ID))
}

func (p *Pages) bookReceipt(w http.ResponseWriter, r *http.Request) error {
	id, f, err := parsed(w, r)
	if err != nil {
		return err
	}
	k := grant.Booking{ID: f.NewID("id"), ReceivedOn: f.Date("received_on"), Amount: amount(r.Context(), f, "amount"), Reference: f.Text("reference"), Reason: f.Text("reason")}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.BookRepayment, func(tx *db.Tx) error { return grant.Book(r.Context(), tx, id, k) })
	}
	return sent(w, r, err, func(faults fault.Fields) error { return p.drawReceipt(w, r, f, faults) }, link.GrantRepayment(id), "grant.claim.booked")
}

func (p *Pages) showWaiver(w http.ResponseWriter, r *http.Request) error {
	return p.drawWaiver(w, r, nil, nil)
}

func (p *Pages) drawWaiver(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	c, rep, err := p.repayment(r, access.DecideGrants)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := claimFormView{Case: c, Title: locale.T(ctx, "grant.claim.waive"), Lead: locale.T(ctx, "grant.claim.waive_lead", "Amount", euro(ctx, rep.Interest.Amount)), Submit: locale.T(ctx, "grant.claim.waive"), Back: link.GrantRepayment(c.ID)}
	in := &claimForm{ctx: ctx, values: f, errors: form.Say(ctx, faults)}
	in.reason("", "waiver")
	return v.draw(w, r, in, link.GrantWaiver(c.ID))
}

func (p *Pages) waiveInterest(w http.ResponseWriter, r *http.Request) error {
	id, f, err := parsed(w, r)
	if err != nil {
		return err
	}
	err = p.db.Write(r.Context(), access.DecideGrants, func(tx *db.Tx) error {
		return grant.WaiveInterest(r.Context(), tx, id, f.Text("reason"))
	})
	return sent(w, r, err, func(faults fault.Fields) error { return p.drawWaiver(w, r, f, faults) }, link.GrantRepayment(id), "grant.claim.waived")
}

func (p *Pages) settleClaim(w http.ResponseWriter, r *http.Request) error {
	id, f, err := parsed(w, r)
	if err != nil {
		return err
	}
	a := grant.Act{ID: f.NewID("id")}
	if err := f.Faults.Err(); err != nil {
		return err
	}
	err = p.db.Write(r.Context(), access.BookRepayment, func(tx *db.Tx) error { return grant.Settle(r.Context(), tx, id, a) })
	return sent(w, r, err, func(fault.Fields) error { return err }, link.GrantRepayment(id), "grant.done.repaid")
}
