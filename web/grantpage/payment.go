package grantpage

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
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
	"rundertisch/web/sheet"
	"rundertisch/web/ui"
)

type paymentsView struct {
	Frame     layout.Args
	Rows      []grant.Payment
	Sum       money.Cents
	State     grant.PaymentState
	Bar       ui.Filters
	Files     ui.Downloads
	Steps     []paymentStep
	Hidden    []ui.Hidden
	Errors    form.Errors
	Reason    string
	Papers    []fileRow
	mayStep   map[grant.PaymentState]bool // the states from which the reader may lead on
	MayAnswer bool
	Export    bool // the reader may hand ordered payments over, and there are some
}

// paymentStep is what the reader may do with the payments that he ticks.
type paymentStep struct {
	To       grant.PaymentState
	Label    string
	Reasoned bool
}

type fileRow struct {
	Link   ui.Link
	Made   string
	Count  string
	Total  string
	SHA256 string
}

// stepsOf are the steps that a role takes, in order.
var stepsOf = []struct {
	role access.Role
	to   grant.PaymentState
	from grant.PaymentState
	why  bool
}{
	{access.CaseOfficer, grant.Certified, grant.Planned, false},
	{access.CaseOfficer, grant.Certified, grant.Bounced, false},
	{access.CaseOfficer, grant.Reversed, grant.Planned, true},
	{access.BudgetOfficer, grant.Ordered, grant.Certified, false},
	{access.BudgetOfficer, grant.Planned, grant.Certified, true},
	{access.BudgetOfficer, grant.Planned, grant.Ordered, true},
	{access.Cashier, grant.Paid, grant.Exported, false},
	{access.Cashier, grant.Bounced, grant.Exported, true},
	{access.Cashier, grant.Bounced, grant.Paid, true},
}

func paymentsCrumb(ctx context.Context) ui.Link {
	return ui.Link{Label: locale.T(ctx, "grant.payments.title"), URL: link.Payments()}
}

func (p *Pages) showPayments(w http.ResponseWriter, r *http.Request) error {
	return p.drawPayments(w, r, form.From(nil), nil)
}

func (p *Pages) drawPayments(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	ctx, q, actor := r.Context(), form.Query(r), handler.Actor(r)
	v := paymentsView{Errors: form.Say(ctx, faults), Reason: f.Text("reason")}
	if s := grant.PaymentState(q.Text("stand")); s.Valid() {
		v.State = s
	}
	var files []grant.PaymentFile
	err := p.db.Read(ctx, access.ReadRegister, func(tx *db.Tx) (err error) {
		if v.Rows, err = grant.PaymentsIn(ctx, tx, v.State); err != nil {
			return err
		}
		files, err = grant.PaymentFiles(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	here := link.With(link.Payments(), "stand", string(v.State))
	if format := q.Raw("format"); sheet.Known(format) {
		return sendPayments(w, r, format, calendar.Of(p.db.Now()), v.Rows)
	}
	v.mayStep = map[grant.PaymentState]bool{}
	for _, s := range stepsOf {
		if actor.Has(s.role) {
			v.mayStep[s.from] = true
		}
	}
	if actor.May(access.ExportPayments) {
		v.mayStep[grant.Ordered] = true
	}
	if v.State == "" && len(v.mayStep) > 0 { // what waits for the reader
		v.Rows = slices.DeleteFunc(v.Rows, func(p grant.Payment) bool { return !v.mayStep[p.State] })
	}
	there := map[grant.PaymentState]bool{}
	for _, one := range v.Rows {
		v.Sum += one.Amount
		there[one.State] = true
	}
	offered := map[grant.PaymentState]bool{}
	for _, s := range stepsOf {
		if s.to == grant.Reversed && !slices.ContainsFunc(v.Rows, asked) {
			continue // only what a district may ask for anew is refused here
		}
		if actor.Has(s.role) && there[s.from] && !offered[s.to] && s.from != grant.Paid {
			offered[s.to] = true
			v.Steps = append(v.Steps, paymentStep{To: s.to, Label: locale.T(ctx, "grant.pay."+string(s.to)), Reasoned: s.why})
		}
	}
	v.MayAnswer = actor.May(access.BookAnswers)
	v.Export = actor.May(access.ExportPayments) && there[grant.Ordered]
	for _, x := range files {
		name := ui.Link{Label: locale.T(ctx, "grant.file.name", "No", x.No)}
		if actor.May(access.ExportPayments) {
			name.URL = link.PaymentFile(x.ID)
		}
		v.Papers = append(v.Papers, fileRow{
			Link: name,
			Made: recorded(ctx, x.CreatedAt, x.CreatedBy), Count: locale.Number(ctx, x.Payments), Total: euro(ctx, x.Total), SHA256: hex.EncodeToString(x.SHA256),
		})
	}
	formID := f.Raw("id")
	if formID == "" || faults == nil {
		formID = uuid.NewString()
	}
	v.Hidden = []ui.Hidden{{Name: "id", Value: formID}}
	v.Bar = ui.Filters{Action: link.Payments()}
	if v.State != "" {
		v.Bar.Chips = []ui.Chip{{Label: locale.T(ctx, v.State.NameKey()), RemoveURL: link.Payments()}}
		v.Bar.ResetURL = link.Payments()
	}
	v.Files = ui.DownloadsOf(here)
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx), paymentsCrumb(ctx))
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, paymentsPage(v))
	}
	return handler.Render(w, r, paymentsPage(v))
}

// stepPayments takes a step with the payments that were ticked.
func (p *Pages) stepPayments(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	a := grant.PaymentAct{ID: f.NewID("id"), To: grant.PaymentState(f.Text("to")), Reason: f.Text("reason")}
	f.Faults.Limit("reason", a.Reason, 1000)
	for _, text := range f.List("payment") {
		id, err := uuid.Parse(text)
		if err != nil {
			f.Faults.Add("payment", "field.choice")
		}
		a.Payments = append(a.Payments, id)
	}
	if len(a.Payments) == 0 {
		f.Faults.Add("payment", "grant.error.tick")
	}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.StepPayment, func(tx *db.Tx) error { return grant.Pay(r.Context(), tx, a) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawPayments(w, r, f, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.Payments(), "grant.pay_done."+string(a.To))
}

// exportPayments hands every ordered payment to the cash system, each once.
func (p *Pages) exportPayments(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	id := f.NewID("id")
	if err := f.Faults.Err(); err != nil {
		return err
	}
	err = p.db.Write(r.Context(), access.ExportPayments, func(tx *db.Tx) error { return grant.Export(r.Context(), tx, id) })
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.Payments(), "grant.pay_done.exported")
}

// sendPaymentFile sends a file as it was made, as often as one likes.
func (p *Pages) sendPaymentFile(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "file")
	if err != nil {
		return err
	}
	var no int
	var file []byte
	err = p.db.Read(r.Context(), access.ExportPayments, func(tx *db.Tx) (err error) {
		no, file, err = grant.FileBytes(r.Context(), tx, id)
		return err
	})
	if err != nil {
		return err
	}
	return handler.SendFile(w, r, handler.Download{
		Name: fmt.Sprintf("zahlungen-%04d.csv", no), ContentType: "text/csv; charset=utf-8", Size: int64(len(file)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(file)), nil },
	})
}

func sendPayments(w http.ResponseWriter, r *http.Request, format string, day calendar.Date, list []grant.Payment) error {
	ctx := r.Context()
	f := sheet.File{Name: locale.T(ctx, "grant.payments.file"), Sheet: locale.T(ctx, "grant.payments.title"), Format: format, Day: day}
	head := sheet.Head(locale.T(ctx, "grant.label.reference"), "AGS", locale.T(ctx, "grant.label.recipient"), locale.T(ctx, "grant.label.when"), locale.T(ctx, "grant.label.amount"), locale.T(ctx, "grant.label.state"))
	rows := make([][]sheet.Cell, len(list))
	for i, p := range list {
		rows[i] = []sheet.Cell{
			sheet.Text(p.Reference()), sheet.Text(p.AGS), sheet.Text(p.DistrictName), sheet.Text(whenText(ctx, p)), sheet.Money(p.Amount), sheet.Text(locale.T(ctx, p.State.NameKey())),
		}
	}
	return sheet.Send(w, r, f, sheet.Rows(head, rows))
}

// asked says whether a payment waits that a district asked for.
func asked(p grant.Payment) bool { return p.When == grant.OnDrawdown && p.State == grant.Planned }

func whenText(ctx context.Context, p grant.Payment) string {
	if !p.DueOn.IsZero() {
		return dateText(ctx, p.DueOn)
	}
	return locale.T(ctx, "grant.trigger."+string(p.When))
}

func paymentMark(ctx context.Context, p grant.Payment) ui.Mark {
	tone := ui.Info
	switch p.State {
	case grant.Paid:
		tone = ui.Success
	case grant.Bounced:
		tone = ui.Warning
	case grant.Reversed:
		tone = ui.Neutral
	case grant.Planned:
		tone = ui.Neutral
		if p.Due {
			return ui.Mark{Tone: ui.Info, Label: locale.T(ctx, "grant.payment.due"), Small: true, Plain: true}
		}
	}
	return ui.Mark{Tone: tone, Label: locale.T(ctx, p.State.NameKey()), Small: true, Plain: true}
}

func paymentStates(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, s := range grant.PaymentStates() {
		list = append(list, ui.Option{Value: string(s), Label: locale.T(ctx, s.NameKey())})
	}
	return list
}
