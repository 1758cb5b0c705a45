package grantpage

import (
	"context"
	"errors"
	"net/http"
	"strconv"

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
	"rundertisch/web/ui"
)

// applicationFile is everything about an application that the reader may know.
type applicationFile struct {
	grant.Case

	terms    grant.Terms
	draft    *grant.ApplicationDraft // nil: not of the district
	receipts []grant.ReceiptOfApplication
	returns  []grant.Return
	moves    []grant.Move
}

func (p *Pages) readApplication(r *http.Request, act access.Action) (f applicationFile, err error) {
	id, err := form.PathID(r, "id")
	if err != nil {
		return f, err
	}
	ctx := r.Context()
	err = p.db.Read(ctx, act, func(tx *db.Tx) (err error) {
		if f.Case, err = grant.ByID(ctx, tx, id); err != nil {
			return err
		}
		if f.terms, err = grant.TermsByID(ctx, tx, f.TermsID); err != nil {
			return err
		}
		if f.moves, err = grant.Moves(ctx, tx, f.Case); err != nil {
			return err
		}
		if f.receipts, err = grant.ReceiptsOfApplication(ctx, tx, id); err != nil {
			return err
		}
		if f.returns, err = grant.Returns(ctx, tx, id); err != nil {
			return err
		}
		f.draft, err = grant.ApplicationOf(ctx, tx, id)
		return err
	})
	return f, err
}

// writing says whether the reader may write the application now.
func (f applicationFile) writing(a access.Actor) bool {
	return f.draft != nil && a.MayIn(access.ApplyForGrant, f.DistrictID) && (f.State == grant.Draft || f.State == grant.Returned)
}

// asked is what the application was last sent back for; the zero value if it
// was not, or was sent in since.
func (f applicationFile) asked() grant.Return {
	if f.State == grant.Returned && len(f.returns) > 0 {
		return f.returns[0]
	}
	return grant.Return{}
}

type applicationView struct {
	Frame    layout.Args
	Case     grant.Case
	Asked    grant.Return
	Texts    []textField
	Spent    []lineFields
	Taken    []lineFields
	Sums     []ui.Figure
	Start    ui.Field
	VAT      ui.Field
	Hidden   []ui.Hidden
	Errors   []ui.FieldError
	Saved    string // who saved when
	Stale    bool
	Compare  ui.Comparison
	PlanNote string // what the return says about the plan
	SaidNote string // and about the declarations
}

// textField is a part that is running text, with what the return says about it.
type textField struct {
	Field ui.Field
	Note  string
}

// showApplication shows the district its form, and everybody else what was
// received last.
func (p *Pages) showApplication(w http.ResponseWriter, r *http.Request) error {
	f, err := p.readApplication(r, access.ReadGrants)
	if err != nil {
		return err
	}
	if f.writing(handler.Actor(r)) {
		var faults fault.Fields
		if form.Query(r).Has("pruefen") {
			faults = grant.Lacks(r.Context(), f.draft.Content, f.terms, f.Period)
		}
		return p.drawApplication(w, r, f, nil, faults, http.StatusOK)
	}
	if len(f.receipts) == 0 {
		return fault.NotFound
	}
	return p.drawReceived(w, r, f, f.receipts[0].No, locale.T(r.Context(), "grant.application.title"))
}

func (p *Pages) drawApplication(w http.ResponseWriter, r *http.Request, file applicationFile, f *form.Values, faults fault.Fields, status int) error {
	ctx := r.Context()
	errs, content, asked := form.Say(ctx, faults), file.draft.Content, file.asked()
	v := applicationView{Case: file.Case, Asked: asked, Stale: status == http.StatusConflict, PlanNote: asked.Note(grant.PlanSection), SaidNote: asked.Note(grant.Declarations)}
	var order, labels []string
	for _, s := range grant.Sections() {
		if !s.Written() {
			continue
		}
		name := grant.TextField(s)
		field := ui.Field{Name: name, Label: locale.T(ctx, s.NameKey()), Hint: locale.T(ctx, "grant.section_hint."+string(s)), Value: content.Texts[s], Error: errs.Of(name), MaxLength: 4000, Rows: 6}
		if f != nil {
			field.Value = f.Text(name)
		}
		v.Texts = append(v.Texts, textField{field, asked.Note(s)})
		order, labels = append(order, name), append(labels, name, s.NameKey())
	}
	v.Spent = planFields(ctx, grant.ExpenditureKinds(), f, content.Lines, errs)
	v.Taken = planFields(ctx, grant.IncomeKinds(), f, content.Lines, errs)
	v.Sums = planSums(ctx, content.Lines)
	planNames, planLabels := planOrder()
	order, labels = append(append(order, planNames...), "not_started", "vat"), append(append(labels, planLabels...), "not_started", "grant.section.declarations", "vat", "grant.label.vat")
	v.Start = ui.Field{Name: "not_started", Label: locale.T(ctx, "grant.label.not_started"), Value: form.Tick(content.NotStarted), Error: errs.Of("not_started")}
	v.VAT = ui.Field{Name: "vat", Label: locale.T(ctx, "grant.label.vat"), Hint: locale.T(ctx, "grant.hint.vat"), Value: string(content.VAT), Error: errs.Of("vat"), Options: []ui.Option{
		{Value: string(grant.DeductsNoVAT), Label: locale.T(ctx, "grant.vat.no")}, {Value: string(grant.DeductsVAT), Label: locale.T(ctx, "grant.vat.yes")},
	}}
	if f != nil {
		v.Start.Value, v.VAT.Value = f.Raw("not_started"), f.Raw("vat")
	}
	v.Hidden = []ui.Hidden{{Name: "version", Value: versionOf(file, f, v.Stale)}}
	v.Errors = ui.Named(ctx, errs.Summary(order...), labels...)
	who := file.draft.UpdatedBy
	if who == "" {
		who = locale.T(ctx, "fact.by_system")
	}
	v.Saved = locale.T(ctx, "grant.application.saved_by", "Who", who, "When", locale.DateTime(ctx, file.draft.UpdatedAt))
	if v.Stale {
		v.Compare = compareApplications(ctx, content, typedApplication(ctx, f))
		v.Compare.Left, v.Compare.Right = locale.T(ctx, "grant.application.saved_now"), locale.T(ctx, "grant.application.mine")
	}
	v.Frame = handler.Frame(r).WithErrors(errs.Any() || v.Stale).WithBreadcrumb(crumb(ctx), ui.Link{Label: file.FileRef, URL: link.Grant(file.ID)},
		ui.Link{Label: locale.T(ctx, "grant.application.title"), URL: link.GrantApplication(file.ID)})
	return handler.RenderStatus(w, r, status, applicationPage(v))
}

// versionOf is the version over which the form saves: the one that it was opened
// with, or after a clash the one that it now shows.
func versionOf(file applicationFile, f *form.Values, stale bool) string {
	if f != nil && !stale {
		return f.Raw("version")
	}
	return strconv.Itoa(file.draft.Version)
}

// typedApplication reads the form; faults stay in f.
func typedApplication(ctx context.Context, f *form.Values) grant.ApplicationContent {
	a := grant.ApplicationContent{Texts: map[grant.Section]string{}, Lines: planLines(ctx, f), NotStarted: f.Has("not_started"), VAT: grant.VAT(f.Raw("vat"))}
	for _, s := range grant.Sections() {
		if s.Written() {
			a.Texts[s] = f.Text(grant.TextField(s))
		}
	}
	return a
}

// saveApplication keeps what was typed, whole or not, and goes on to the check
// before it is sent in if that was asked for.
func (p *Pages) saveApplication(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	file, err := p.readApplication(r, access.ApplyForGrant)
	if err != nil {
		return err
	}
	if !file.writing(handler.Actor(r)) {
		return fault.Explain(fault.Conflict, "grant.error.sent_in")
	}
	ctx := r.Context()
	content, version := typedApplication(ctx, f), f.Int("version")
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(ctx, access.ApplyForGrant, func(tx *db.Tx) error { return grant.SaveApplication(ctx, tx, file.ID, version, content) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawApplication(w, r, file, f, faults, http.StatusUnprocessableEntity)
	}
	if errors.Is(err, fault.Stale) {
		return p.drawApplication(w, r, file, f, nil, http.StatusConflict)
	}
	if err != nil {
		return err
	}
	if f.Raw("then") != "check" {
		return handler.SeeOther(w, r, link.GrantApplication(file.ID), "grant.application.saved")
	}
	if len(grant.Lacks(ctx, content, file.terms, file.Period)) > 0 {
		return handler.SeeOther(w, r, link.With(link.GrantApplication(file.ID), "pruefen", "1"), "")
	}
	return handler.SeeOther(w, r, link.SendApplication(file.ID), "")
}

// planSums says whether a plan balances.
func planSums(ctx context.Context, l grant.PlanLines) []ui.Figure {
	return []ui.Figure{
		{Label: locale.T(ctx, "grant.plan.spent"), Value: euro(ctx, l.Expenditure()), Money: true},
		{Label: locale.T(ctx, "grant.plan.taken"), Value: euro(ctx, l.Income()), Money: true},
		{Label: locale.T(ctx, "grant.plan.difference"), Value: euro(ctx, l.Expenditure()-l.Income()), Money: true},
	}
}

// compareApplications lists the parts in which two applications differ.
func compareApplications(ctx context.Context, was, is grant.ApplicationContent) ui.Comparison {
	c := ui.Comparison{Left: locale.T(ctx, "grant.application.before"), Right: locale.T(ctx, "grant.application.now")}
	for _, s := range was.Differs(is) {
		switch s {
		case grant.PlanSection:
			for _, k := range append(grant.ExpenditureKinds(), grant.IncomeKinds()...) {
				row := ui.DiffRow{Label: locale.T(ctx, k.NameKey()), Left: lineText(ctx, was.Lines, k), Right: lineText(ctx, is.Lines, k)}
				if row.Changed() {
					c.Rows = append(c.Rows, row)
				}
			}
		case grant.Declarations:
			c.Rows = append(c.Rows, ui.DiffRow{Label: locale.T(ctx, s.NameKey()), Left: declarations(ctx, was), Right: declarations(ctx, is)})
		default:
			c.Rows = append(c.Rows, ui.DiffRow{Label: locale.T(ctx, s.NameKey()), Left: was.Texts[s], Right: is.Texts[s]})
		}
	}
	return c
}

func lineText(ctx context.Context, l grant.PlanLines, k grant.LineKind) string {
	text := euro(ctx, l.Of(k))
	if note := l.Note(k); note != "" {
		text += " (" + note + ")"
	}
	return text
}

func declarations(ctx context.Context, a grant.ApplicationContent) string {
	text := locale.T(ctx, "grant.application.started")
	if a.NotStarted {
		text = locale.T(ctx, "grant.label.not_started")
	}
	if a.VAT != "" {
		text += " " + locale.T(ctx, "grant.label.vat") + ": " + locale.T(ctx, "grant.vat."+string(a.VAT))
	}
	return text
}

// returnDue says until when the district answers a return.
func returnDue(ctx context.Context, d calendar.Date) string {
	return locale.T(ctx, "grant.application.due", "Day", dateText(ctx, d))
}
