package demo

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/grant"
	"rundertisch/internal/money"
)

// proofStep takes a step of a proof by what it is about: a sealed proof, what it
// lacks, the officer's note. false: the step needs nothing of that kind.
func (b *bookkeeper) proofStep(ctx context.Context, tx *db.Tx, c grantCase, caseID, step uuid.UUID, on calendar.Date, event string) (bool, error) {
	switch event {
	case "started":
		return false, b.plan(ctx, tx, c, caseID)
	case "proof_submitted", "proof_supplemented":
		return true, b.prove(ctx, tx, c, caseID, step, on, calendar.Date{})
	case "proof_incomplete":
		return true, grant.ReturnProof(ctx, tx, caseID, grant.ProofReturn{
			ID: step, Missing: []grant.Gap{{Part: grant.NarrativePart, Note: "Bitte beschreiben Sie, was die Gespräche mit den Gemeinden ergeben haben."}}, DueOn: calendar.Of(tx.Now).AddDays(20), Day: on,
		})
	case "settled":
		return false, b.note(ctx, tx, c, caseID, step)
	}
	return false, nil
}

// plan gives an application its financing plan if it has none.
func (b *bookkeeper) plan(ctx context.Context, tx *db.Tx, c grantCase, caseID uuid.UUID) error {
	if c.regime.kind != grant.Application {
		return nil
	}
	plans, err := grant.Plans(ctx, tx, caseID)
	if err != nil || len(plans) > 0 {
		return err
	}
	one, err := grant.ByID(ctx, tx, caseID)
	if err != nil || one.Amount == 0 || one.State != grant.Final {
		return err
	}
	own := one.Amount/9 + 1
	lines := spending(one.Amount + own)
	lines = append(lines, grant.PlanLine{Kind: grant.OwnMoney, Amount: own}, grant.PlanLine{Kind: grant.TheGrant, Amount: one.Amount})
	return grant.ChangePlan(ctx, tx, caseID, grant.NewPlan{ID: id("plan/" + caseID.String()), No: 1, Reason: "Finanzierungsplan des Antrags", Lines: lines})
}

// spending splits a sum over the lines.
func spending(sum money.Cents) grant.PlanLines {
	travel, events, material := sum*4/100, sum*6/100, sum*5/100
	return grant.PlanLines{
		{Kind: grant.Staff, Amount: sum - travel - events - material, Note: "Koordinierungsstelle"},
		{Kind: grant.Material, Amount: material},
		{Kind: grant.Travel, Amount: travel},
		{Kind: grant.Events, Amount: events, Note: "Regionalkonferenz und Netzwerktreffen"},
	}
}

// draft writes what the district proves: the narrative from its log, all of the
// money, a little more in one line than in another.
func (b *bookkeeper) draft(ctx context.Context, tx *db.Tx, one grant.Case, s grant.Span) (grant.ProofDraft, error) {
	log := grant.LogOf(one, s)
	sums, err := activity.Sums(ctx, tx, log)
	if err != nil {
		return grant.ProofDraft{}, err
	}
	chosen, err := activity.ToTell(ctx, tx, log, 6)
	if err != nil {
		return grant.ProofDraft{}, err
	}
	var d grant.ProofDraft
	if len(sums) > 0 {
		d.Narrative = append(grant.Tally(s, sums), grant.Tell(chosen)...)
	}
	d.Narrative = append(d.Narrative, grant.Sentence{
		ID: id(fmt.Sprintf("sentence/%s/%s", one.ID, s.Period)), Kind: grant.OwnWords,
		Text: "Die Koordinierungsstelle hat Kommunen, Praxen und Kliniken an einen Tisch gebracht und wird diese Arbeit fortsetzen.",
	})
	spent := one.Amount
	if s.Kind == grant.InterimProof {
		spent /= 4
	}
	own := money.Cents(0)
	if plans, err := grant.Plans(ctx, tx, one.ID); err != nil {
		return d, err
	} else if len(plans) > 0 {
		own = plans[0].Lines.Of(grant.OwnMoney)
		spent = plans[0].Lines.Expenditure()
	}
	d.Actual = spending(spent)
	d.Actual[0].Amount -= spent / 200
	d.Actual[3].Amount += spent / 200
	if own > 0 {
		d.Actual = append(d.Actual, grant.PlanLine{Kind: grant.OwnMoney, Amount: own})
	}
	terms, err := grant.TermsByID(ctx, tx, one.TermsID)
	if err != nil || !terms.Receipts {
		return d, err
	}
	for _, l := range d.Actual {
		if l.Amount > 0 && !l.Kind.Income() {
			d.Vouchers = append(d.Vouchers, vouchers(l, s)...)
		}
	}
	return d, nil
}

// vouchers list the payments of a line: two, at either end of the time.
func vouchers(l grant.PlanLine, s grant.Span) []grant.Voucher {
	who, why := "Druckerei Muster", "Rechnungen"
	if l.Kind == grant.Staff {
		who, why = "Bezügestelle des Landkreises", "Entgelt der Koordinierungsstelle"
	}
	half := l.Amount / 2
	list := []grant.Voucher{{PaidOn: s.Period.To.AddDays(-2), Payee: who, Reason: why, Kind: l.Kind, Amount: l.Amount - half}}
	if half > 0 {
		list = append([]grant.Voucher{{PaidOn: s.Period.From.AddDays(28), Payee: who, Reason: why, Kind: l.Kind, Amount: half}}, list...)
	}
	return list
}

// prove drafts a proof as the coordinator and submits it as the signatory; from:
// where a stretch begins of which it is, zero: of the whole period.
func (b *bookkeeper) prove(ctx context.Context, tx *db.Tx, c grantCase, caseID, form uuid.UUID, on, from calendar.Date) error {
	one, err := grant.ByID(ctx, tx, caseID)
	if err != nil {
		return err
	}
	span, err := grant.SpanFrom(one, c.regime.terms, from)
	if err != nil {
		return err
	}
	old, err := grant.DraftOf(ctx, tx, caseID, span)
	if err != nil {
		return err
	}
	d, err := b.draft(ctx, tx, one, span)
	if err != nil {
		return err
	}
	if old.Version > 0 { // a supplement says more
		d.Narrative = append(d.Narrative, grant.Sentence{ID: id("more/" + form.String()), Kind: grant.OwnWords, Text: "Aus den Gesprächen mit den Gemeinden gingen drei gemeinsame Sprechtage hervor."})
	}
	if err := b.as(ctx, tx, b.person(access.Coordinator, c.place)); err != nil {
		return err
	}
	if err := grant.KeepDraft(ctx, tx, one, span, id("draft/"+form.String()), old.Version, d); err != nil {
		return err
	}
	if err := b.as(ctx, tx, b.person(access.Signatory, c.place)); err != nil {
		return err
	}
	return grant.SubmitProof(ctx, tx, caseID, grant.Submission{ID: form, Span: span, Version: old.Version + 1, Confirmed: c.regime.terms.Confirmations(), Day: on})
}

// note records the officer's note before somebody else settles.
func (b *bookkeeper) note(ctx context.Context, tx *db.Tx, c grantCase, caseID, step uuid.UUID) error {
	proofs, err := grant.Proofs(ctx, tx, caseID)
	if err != nil {
		return err
	}
	last := grant.Last(proofs, grant.FinalProof)
	if last.No == 0 {
		return nil
	}
	if err := b.as(ctx, tx, b.person(access.CaseOfficer, c.place)); err != nil {
		return err
	}
	n := grant.NewAuditNote{
		ID: id("note/" + step.String()), No: 1, Papers: fmt.Sprintf("Verwendungsnachweis, eingegangen am %s.", last.OnDay.Time().Format("02.01.2006")),
		Findings: "Sachbericht und Zahlen sind schlüssig und passen zum Zweck.", Recognised: grant.AllRecognised(last.Content),
	}
	if err := grant.NoteAudit(ctx, tx, caseID, n); err != nil {
		return err
	}
	return b.as(ctx, tx, b.person(access.Approver, c.place))
}

// seedProgress gives a place of Musterland a grant of two years with a progress
// report each half-year: the newest that is due is still to be written.
func (t tenant) seedProgress(ctx context.Context, tx *db.Tx, this int) error {
	b := &bookkeeper{t: t}
	from := calendar.NewDate(this-1, 1, 1)
	c := grantCase{t.regimes[1], t.places[0], calendar.Range{From: from, To: from.AddMonths(18)}, grant.Running, nil}
	if err := b.enter(ctx, tx, c); err != nil {
		return err
	}
	caseID := id("case/" + c.regime.slug + "/" + c.place.ags + "/" + c.period.From.String())
	var due []calendar.Range
	for _, p := range c.regime.terms.InterimPeriods(c.period) {
		if !p.To.After(calendar.Of(tx.Now)) {
			due = append(due, p)
		}
	}
	for i, p := range due[:max(len(due)-1, 0)] {
		if err := b.prove(ctx, tx, c, caseID, id(fmt.Sprintf("interim/%s/%d", caseID, i)), p.To.AddDays(10), p.From); err != nil {
			return fmt.Errorf("progress report of %s: %w", p, err)
		}
	}
	return b.as(ctx, tx, uuid.Nil)
}

// seedDraftProof begins the proofs that are due, and changes an entry of which
// one of them tells, so that it is seen to be flagged.
func (t tenant) seedDraftProof(ctx context.Context, tx *db.Tx) error {
	b := &bookkeeper{t: t}
	var list []grant.Case
	err := grant.Each(ctx, tx, grant.Query{State: grant.Completed}, func(c grant.Case) error {
		list = append(list, c)
		return nil
	})
	if err != nil {
		return err
	}
	for _, one := range list {
		span := grant.Span{Kind: grant.FinalProof, Period: one.Period}
		d, err := b.draft(ctx, tx, one, span)
		if err != nil {
			return err
		}
		d.Actual = d.Actual[:2]
		d.Vouchers = nil
		if err := b.as(ctx, tx, b.person(access.Coordinator, place{ags: one.AGS})); err != nil {
			return err
		}
		if err := grant.KeepDraft(ctx, tx, one, span, id("draft/"+one.ID.String()), 0, d); err != nil {
			return err
		}
		for _, s := range d.Narrative {
			if s.Kind == grant.Highlight {
				if _, err := tx.Exec(ctx, `UPDATE activity SET result = 'Nachtrag: Zwei weitere Praxen beteiligen sich.' WHERE id = $1`, s.Sources[0].Activity); err != nil {
					return fmt.Errorf("change an entry: %w", err)
				}
				break
			}
		}
	}
	return b.as(ctx, tx, uuid.Nil)
}
