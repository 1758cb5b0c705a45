package grantpage

import (
	"context"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/grant"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

type receivedView struct {
	Frame    layout.Args
	Case     grant.Case
	Title    string
	Lead     string
	Facts    []ui.Term
	Texts    []ui.Term
	Plan     grant.PlanLines
	Said     string
	Compare  ui.Comparison
	Marks    []ui.Term // why the one before was sent back
	Others   []ui.Link // the other receipts
	Buttons  []ui.Button
	Send     []ui.Hidden // of the form that sends it in; none: not the reader's
	SendName string
}

// texts are the parts of an application to read.
func texts(ctx context.Context, a grant.ApplicationContent) []ui.Term {
	var list []ui.Term
	for _, s := range grant.Sections() {
		if s.Written() {
			list = append(list, ui.Term{Key: locale.T(ctx, s.NameKey()), Text: a.Texts[s], Data: true})
		}
	}
	return list
}

// showReceived shows an application as it was received.
func (p *Pages) showReceived(w http.ResponseWriter, r *http.Request) error {
	f, err := p.readApplication(r, access.ReadGrants)
	if err != nil {
		return err
	}
	no, err := strconv.Atoi(form.Path(r, "no"))
	if err != nil {
		return fault.NotFound
	}
	return p.drawReceived(w, r, f, no, "")
}

// drawReceived shows a receipt; without a title of its own it is that of its
// number.
func (p *Pages) drawReceived(w http.ResponseWriter, r *http.Request, f applicationFile, no int, title string) error {
	if no < 1 || no > len(f.receipts) {
		return fault.NotFound
	}
	ctx, actor := r.Context(), handler.Actor(r)
	at := len(f.receipts) - no
	got := f.receipts[at]
	if title == "" {
		title = locale.T(ctx, "grant.application.received_no", "No", no)
	}
	v := receivedView{
		Case: f.Case, Title: title, Lead: locale.T(ctx, "grant.application.received_lead"),
		Texts: texts(ctx, got.Content.Application), Plan: got.Content.Application.Lines, Said: declarations(ctx, got.Content.Application),
		Facts: receiptFacts(ctx, f.receipts, got),
	}
	if at+1 < len(f.receipts) {
		v.Compare = compareApplications(ctx, f.receipts[at+1].Content.Application, got.Content.Application)
		for _, m := range returnBetween(f.returns, f.receipts[at+1], got).Marks {
			v.Marks = append(v.Marks, ui.Term{Key: locale.T(ctx, m.Section.NameKey()), Text: m.Note, Data: true})
		}
	}
	for _, one := range f.receipts {
		if one.No != no {
			v.Others = append(v.Others, ui.Link{Label: locale.T(ctx, "grant.application.received_no", "No", one.No), URL: link.ReceivedApplication(f.ID, one.No)})
		}
	}
	if at == 0 && actor.May(access.PrepareGrants) {
		v.Buttons = officerButtons(ctx, f)
	}
	v.Frame = handler.Frame(r).WithBreadcrumb(crumb(ctx), ui.Link{Label: f.FileRef, URL: link.Grant(f.ID)}, ui.Link{Label: v.Title, URL: link.ReceivedApplication(f.ID, no)})
	return handler.Render(w, r, receivedPage(v))
}

// receiptFacts say when an application was received, and when the first one was,
// which is its legal day.
func receiptFacts(ctx context.Context, all []grant.ReceiptOfApplication, got grant.ReceiptOfApplication) []ui.Term {
	first := all[len(all)-1]
	return []ui.Term{
		{Key: locale.T(ctx, "grant.label.file_ref"), Text: got.Content.FileRef},
		{Key: locale.T(ctx, "grant.label.scheme"), Text: got.Content.Scheme},
		{Key: locale.T(ctx, "grant.label.period"), Text: period(ctx, got.Content.Period)},
		{Key: locale.T(ctx, "grant.label.asked"), Text: euro(ctx, got.Content.Application.Lines.Of(grant.TheGrant))},
		{Key: locale.T(ctx, "grant.label.received"), Text: locale.DateTime(ctx, got.At)},
		{Key: locale.T(ctx, "grant.label.first_received"), Text: locale.DateTime(ctx, first.At)},
		{Key: locale.T(ctx, "grant.label.sent_by"), Text: got.By},
		{Key: locale.T(ctx, "grant.label.hash"), Text: hex.EncodeToString(got.SHA256)},
	}
}

// officerButtons lead to what the officer may do with the newest receipt.
func officerButtons(ctx context.Context, f applicationFile) (list []ui.Button) {
	for _, m := range f.moves {
		if m.Event == "returned" && m.Blocked == "" {
			list = append(list, ui.Button{Label: locale.T(ctx, m.NameKey()), Kind: ui.Secondary, URL: link.ReturnApplication(f.ID)})
		}
	}
	if f.State == grant.InReview {
		list = append(list, ui.Button{Label: locale.T(ctx, "grant.recognise.title"), Kind: ui.Primary, URL: link.RecogniseApplication(f.ID)})
	}
	return list
}

// returnBetween is the return that lies between two receipts.
func returnBetween(list []grant.Return, earlier, later grant.ReceiptOfApplication) grant.Return {
	for _, one := range list {
		if one.At.After(earlier.At) && one.At.Before(later.At) {
			return one
		}
	}
	return grant.Return{}
}

// askSend shows the whole application before it is sent in. What lacks leads
// back to the form.
func (p *Pages) askSend(w http.ResponseWriter, r *http.Request) error {
	f, err := p.readApplication(r, access.ApplyForGrant)
	if err != nil {
		return err
	}
	if !f.writing(handler.Actor(r)) {
		return fault.NotFound
	}
	ctx := r.Context()
	if len(grant.Lacks(ctx, f.draft.Content, f.terms, f.Period)) > 0 {
		return handler.SeeOther(w, r, link.With(link.GrantApplication(f.ID), "pruefen", "1"), "")
	}
	v := receivedView{
		Case: f.Case, Title: locale.T(ctx, "grant.application.send"), Lead: locale.T(ctx, "grant.application.send_lead"),
		Texts: texts(ctx, f.draft.Content), Plan: f.draft.Content.Lines, Said: declarations(ctx, f.draft.Content),
		Facts: []ui.Term{
			{Key: locale.T(ctx, "grant.label.scheme"), Text: f.SchemeName},
			{Key: locale.T(ctx, "grant.label.period"), Text: period(ctx, f.Period)},
			{Key: locale.T(ctx, "grant.label.asked"), Text: euro(ctx, f.draft.Content.Lines.Of(grant.TheGrant))},
		},
		Buttons: []ui.Button{{Label: locale.T(ctx, "grant.application.edit"), Kind: ui.Secondary, Icon: "edit", URL: link.GrantApplication(f.ID)}},
	}
	if len(f.receipts) > 0 {
		v.Compare = compareApplications(ctx, f.receipts[0].Content.Application, f.draft.Content)
	}
	for _, m := range f.moves {
		if m.Event == "submitted" || m.Event == "resubmitted" {
			v.SendName = locale.T(ctx, m.NameKey())
			v.Send = []ui.Hidden{{Name: "id", Value: uuid.NewString()}, {Name: "version", Value: strconv.Itoa(f.draft.Version)}}
		}
	}
	v.Frame = handler.Frame(r).WithBreadcrumb(crumb(ctx), ui.Link{Label: f.FileRef, URL: link.Grant(f.ID)}, ui.Link{Label: v.Title, URL: link.SendApplication(f.ID)})
	return handler.Render(w, r, receivedPage(v))
}

// sendApplication sends in what the form showed, and nothing that was changed
// since.
func (p *Pages) sendApplication(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	file, err := p.readApplication(r, access.StepGrant)
	if err != nil {
		return err
	}
	act := grant.Act{ID: f.NewID("id"), Event: "submitted", To: grant.Submitted}
	if file.State == grant.Returned {
		act.Event = "resubmitted"
	}
	ctx := r.Context()
	err = p.db.Write(ctx, access.StepGrant, func(tx *db.Tx) error { return grant.Send(ctx, tx, file.ID, f.Int("version"), act) })
	if _, lacks := fault.AsFields(err); lacks {
		return handler.SeeOther(w, r, link.With(link.GrantApplication(file.ID), "pruefen", "1"), "")
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.GrantApplication(file.ID), "grant.done."+act.Event)
}
