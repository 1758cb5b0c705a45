// Package grantpage has the pages of the funding: cases and their steps, runs
// that prepare many, notices, schemes with their rules, budget and register.
package grantpage

import (
	"context"
	"strings"
	"time"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/document"
	"rundertisch/internal/grant"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/money"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/ui"
)

// Pages are the pages of the funding.
type Pages struct {
	db     *db.DB
	papers *document.Renderer
}

// New returns the pages.
func New(d *db.DB, papers *document.Renderer) *Pages { return &Pages{db: d, papers: papers} }

// Routes adds the pages.
func (p *Pages) Routes(m *handler.Mux) {
	m.Get(access.ReadGrants, "/foerderungen", p.showList)
	m.Get(access.PrepareGrants, "/foerderungen/laeufe/neu", p.showNewRun)
	m.Post(access.PrepareGrants, "/foerderungen/laeufe/neu", p.beginRun)
	m.Get(access.ReadRegister, "/foerderungen/laeufe/{run}", p.showRun)
	m.Post(access.PrepareGrants, "/foerderungen/laeufe/{run}/fortsetzen", p.continueRun)
	m.Post(access.StepGrant, "/foerderungen/laeufe/{run}/alle", p.stepAll)
	m.Get(access.ReadGrants, "/foerderungen/programme", p.showSchemes)
	m.Get(access.KeepSchemes, "/foerderungen/programme/neu", p.askScheme)
	m.Post(access.KeepSchemes, "/foerderungen/programme/neu", p.addScheme)
	m.Get(access.ReadRegister, "/foerderungen/programme/basiszinssatz", p.showRates)
	m.Post(access.KeepSchemes, "/foerderungen/programme/basiszinssatz", p.recordRate)
	m.Get(access.ReadRegister, "/foerderungen/programme/veroeffentlichung", p.showPublicRules)
	m.Post(access.KeepSchemes, "/foerderungen/programme/veroeffentlichung", p.adoptPublicRule)
	m.Get(access.ReadGrants, "/foerderungen/programme/{scheme}", p.showScheme)
	m.Get(access.KeepSchemes, "/foerderungen/programme/{scheme}/aendern", p.showSchemeForm)
	m.Post(access.KeepSchemes, "/foerderungen/programme/{scheme}/aendern", p.changeScheme)
	m.Get(access.KeepSchemes, "/foerderungen/programme/{scheme}/fassung", p.showTermsForm)
	m.Post(access.KeepSchemes, "/foerderungen/programme/{scheme}/fassung", p.adoptTerms)
	m.Get(access.ReadRegister, "/foerderungen/haushalt", p.showBudget)
	m.Post(access.KeepBudget, "/foerderungen/haushalt", p.addBudget)
	m.Get(access.KeepBudget, "/foerderungen/haushalt/{budget}", p.showBudgetForm)
	m.Post(access.KeepBudget, "/foerderungen/haushalt/{budget}", p.changeBudget)
	m.Get(access.ReadRegister, "/foerderungen/register", p.showRegister)
	m.Get(access.ReadRegister, "/foerderungen/zahlungen", p.showPayments)
	m.Post(access.StepPayment, "/foerderungen/zahlungen", p.stepPayments)
	m.Post(access.ExportPayments, "/foerderungen/zahlungen/uebergabe", p.exportPayments)
	m.Get(access.ExportPayments, "/foerderungen/zahlungen/dateien/{file}", p.sendPaymentFile)
	m.Get(access.PrepareGrants, "/foerderungen/vertretung", p.showAbsences)
	m.Post(access.PrepareGrants, "/foerderungen/vertretung", p.enterAbsence)
	m.Post(access.PrepareGrants, "/foerderungen/vertretung/{absence}/beenden", p.endAbsence)
	m.Get(access.ApplyForGrant, "/foerderungen/antrag/neu", p.askApplication)
	m.Post(access.ApplyForGrant, "/foerderungen/antrag/neu", p.beginApplication)
	p.registerRoutes(m)
	p.proofRoutes(m)
	m.Get(access.ReadGrants, "/foerderungen/{id}", p.showCase)
	m.Get(access.ReadGrants, "/foerderungen/{id}/antrag", p.showApplication)
	m.Post(access.ApplyForGrant, "/foerderungen/{id}/antrag", p.saveApplication)
	m.Get(access.ApplyForGrant, "/foerderungen/{id}/antrag/einreichen", p.askSend)
	m.Post(access.StepGrant, "/foerderungen/{id}/antrag/einreichen", p.sendApplication)
	m.Get(access.ReadGrants, "/foerderungen/{id}/antrag/eingang/{no}", p.showReceived)
	m.Get(access.PrepareGrants, "/foerderungen/{id}/antrag/nachforderung", p.askReturn)
	m.Post(access.PrepareGrants, "/foerderungen/{id}/antrag/nachforderung", p.returnApplication)
	m.Get(access.PrepareGrants, "/foerderungen/{id}/antrag/berechnung", p.showRecognise)
	m.Post(access.PrepareGrants, "/foerderungen/{id}/antrag/berechnung", p.recognise)
	m.Get(access.ReadGrants, "/foerderungen/{id}/finanzierungsplan", p.showPlan)
	m.Post(access.ApplyForGrant, "/foerderungen/{id}/finanzierungsplan", p.changePlan)
	m.Get(access.PrepareGrants, "/foerderungen/{id}/bearbeitung", p.showDesk)
	m.Post(access.PrepareGrants, "/foerderungen/{id}/bearbeitung", p.keepDesk)
	m.Get(access.StepGrant, "/foerderungen/{id}/schritt", p.askStep)
	m.Post(access.StepGrant, "/foerderungen/{id}/schritt", p.step)
	m.Get(access.ReadGrants, "/foerderungen/{id}/bescheide/{no}/bescheid.pdf", p.sendNotice)
	m.Get(access.PrepareGrants, "/foerderungen/{id}/bescheide/{no}/zustellung", p.showDelivery)
	m.Post(access.PrepareGrants, "/foerderungen/{id}/bescheide/{no}/zustellung", p.recordDelivery)
	p.claimRoutes(m)
}

func crumb(ctx context.Context) ui.Link {
	return ui.Link{Label: locale.T(ctx, "nav.grants"), URL: link.Grants()}
}

// mainFirst is the kind of the i-th button of a page whose first is the main one.
func mainFirst(i int) string {
	if i == 0 {
		return ui.Primary
	}
	return ui.Secondary
}

func euro(ctx context.Context, c money.Cents) string { return locale.FromContext(ctx).Euro(int64(c)) }

func dateText(ctx context.Context, d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return locale.Date(ctx, d.Time())
}

// recorded says when something was entered, and by whom; nobody is the seed.
func recorded(ctx context.Context, at time.Time, who string) string {
	if who == "" {
		who = locale.T(ctx, "fact.by_system")
	}
	return locale.T(ctx, "fact.recorded", "Time", locale.DateTime(ctx, at), "Who", who)
}

// labelled puts the label of its field before each message of a summary.
func labelled(list []ui.FieldError, labels map[string]string) []ui.FieldError {
	for i, e := range list {
		if label := labels[e.Field]; label != "" {
			list[i].Message = strings.TrimSuffix(label, ":") + ": " + e.Message
		}
	}
	return list
}

// missing records a fault of each field that is empty, so that one answer names
// all that lacks.
func missing(f *form.Values, names ...string) {
	for _, name := range names {
		if f.Text(name) == "" {
			f.Faults.Add(name, "field.missing")
		}
	}
}

// period writes a range of days with the last day that is in it.
func period(ctx context.Context, r calendar.Range) string {
	return locale.T(ctx, "grant.from_to", "From", dateText(ctx, r.From), "To", dateText(ctx, r.To.AddDays(-1)))
}

func stateMark(ctx context.Context, s grant.State) ui.Mark {
	tone := ui.Info
	switch s {
	case grant.Closed, grant.Settled, grant.Running, grant.Final, grant.Granted:
		tone = ui.Success
	case grant.Hearing, grant.Returned, grant.ProofIncomplete, grant.RepaymentDue:
		tone = ui.Warning
	case grant.Rejected, grant.Revoked, grant.PartlyRevoked:
		tone = ui.Error
	case grant.Withdrawn, grant.Draft:
		tone = ui.Neutral
	}
	return ui.Mark{Tone: tone, Label: locale.T(ctx, s.NameKey()), Small: true, Plain: true}
}

// amount reads an amount in euros; what can be read in two ways is asked back
// with the reading that was guessed.
func amount(ctx context.Context, f *form.Values, name string) money.Cents {
	c, err := money.Parse(f.Text(name))
	if guess, ok := ambiguous(err); ok {
		f.Faults.Add(name, "grant.error.ambiguous", "Guess", euro(ctx, guess))
	} else if err != nil {
		f.Faults.Add(name, "grant.error.amount")
	}
	return c
}

// amountOrZero is amount, where an empty field means nothing.
func amountOrZero(ctx context.Context, f *form.Values, name string) money.Cents {
	if !f.Has(name) {
		return 0
	}
	return amount(ctx, f, name)
}
