package grantpage

import (
	"context"
	"net/http"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/grant"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/ui"
)

// caseFile is everything that the reader may know of a case.
type caseFile struct {
	grant.Case

	terms    grant.Terms
	moves    []grant.Move
	trail    []grant.Event // newest first
	calcs    []grant.Calculation
	notices  []grant.Notice // newest first
	payments []grant.Payment
	draws    []grant.Drawdown
	origin   *grant.Origin // nil: the case began here
	proofs   grant.Standing
	risk     *grant.Calculation // nil: nothing is at risk
	plans    []grant.Plan       // newest first
	claim    claimFile
	today    calendar.Date
}

func (p *Pages) readCase(r *http.Request) (f caseFile, err error) {
	id, err := form.PathID(r, "id")
	if err != nil {
		return f, err
	}
	ctx := r.Context()
	err = p.db.Read(ctx, access.ReadGrants, func(tx *db.Tx) (err error) {
		f.today = calendar.Of(tx.Now)
		if f.Case, err = grant.ByID(ctx, tx, id); err != nil {
			return err
		}
		if f.terms, err = grant.TermsByID(ctx, tx, f.TermsID); err != nil {
			return err
		}
		if f.moves, err = grant.Moves(ctx, tx, f.Case); err != nil {
			return err
		}
		if f.trail, err = grant.Trail(ctx, tx, id); err != nil {
			return err
		}
		if f.calcs, err = grant.Calculations(ctx, tx, id); err != nil {
			return err
		}
		if f.notices, err = grant.Notices(ctx, tx, id); err != nil {
			return err
		}
		if f.risk, err = grant.AtRisk(ctx, tx, f.Case, f.terms); err != nil {
			return err
		}
		if n := len(f.trail); n > 0 && f.trail[n-1].Event == "imported" {
			origin, err := grant.OriginOf(ctx, tx, id)
			if err != nil {
				return err
			}
			f.origin = &origin
		}
		if _, draws := f.terms.Draws(); draws {
			if f.draws, err = grant.Drawdowns(ctx, tx, id); err != nil {
				return err
			}
		}
		if f.plans, err = grant.Plans(ctx, tx, id); err != nil {
			return err
		}
		if f.claim, err = readClaims(ctx, tx, f.Case, f.terms, f.trail); err != nil {
			return err
		}
		if f.proofs, err = grant.StandingOf(ctx, tx, id); err != nil {
			return err
		}
		f.payments, err = grant.PaymentsOf(ctx, tx, id)
		return err
	})
	return f, err
}

// offers are the buttons of the steps that the reader may take now, and in words
// those that another duty forbids. The first without a reason is the main one.
func (f caseFile) offers(ctx context.Context) (buttons []ui.Button, blocked []string) {
	buttons = f.noticeOffer(ctx)
	for _, m := range f.moves {
		label := locale.T(ctx, m.NameKey())
		url, hidden := ownForm(f.Case, m)
		if url == "" {
			url = link.GrantStep(f.ID, m.Event, string(m.To))
		}
		switch {
		case hidden:
			continue
		case m.Blocked != "":
			blocked = append(blocked, locale.T(ctx, "grant.blocked", "Step", label, "Duty", locale.T(ctx, "grant.duty."+string(m.Blocked))))
			continue
		case !f.ripe(m):
			continue
		}
		kind := ui.Secondary
		if !m.Reasoned && len(buttons) == 0 {
			kind = ui.Primary
		}
		buttons = append(buttons, ui.Button{Label: label, Kind: kind, URL: url})
	}
	return buttons, blocked
}

// ripe says whether the time of a step has come: funds are checked once and
// before the approval, a notice is final on its day, and a hearing that is
// dropped leads back to where it began. The database asks the same.
func (f caseFile) ripe(m grant.Move) bool {
	switch m.Event {
	case "funds_checked":
		return f.FundsOn.IsZero()
	case "approved":
		return !f.FundsOn.IsZero()
	case "final":
		return finalBy(f.notices, f.terms, f.today)
	case "hearing_dropped":
		return m.To == cameFrom(f.trail)
	case "settled":
		return f.State != grant.ProofInAudit || f.proofs.Noted
	case "proof_incomplete", "not_sampled": // on the same page as "proof_complete", "sampled"
		return false
	}
	return f.claimRipe(m)
}

// finalBy says whether the newest notice is final on the day.
func finalBy(notices []grant.Notice, t grant.Terms, day calendar.Date) bool {
	if len(notices) == 0 {
		return false
	}
	from := t.FinalFrom(notices[0].DeliveredOn, notices[0].RemedyWaivedOn)
	return !from.IsZero() && !from.After(day)
}

// cameFrom is the state before the hearing.
func cameFrom(trail []grant.Event) grant.State {
	for _, e := range trail { // newest first
		if e.Event == "heard" {
			return e.From
		}
	}
	return ""
}

// papers are what belongs to the case and has a page of its own.
func (f caseFile) papers(ctx context.Context, a access.Actor) (list []ui.Link) {
	writes := a.MayIn(access.ApplyForGrant, f.DistrictID)
	add := func(show bool, key, url string) {
		if show {
			list = append(list, ui.Link{Label: locale.T(ctx, key), URL: url})
		}
	}
	writing := writes && (f.State == grant.Draft || f.State == grant.Returned)
	add(f.Regime == grant.Application && writing, "grant.application.edit", link.GrantApplication(f.ID))
	add(f.Regime == grant.Application && !writing && len(f.plans) > 0, "grant.application.read", link.GrantApplication(f.ID))
	add(len(f.plans) > 0 || writes && f.PlanOpen(), "grant.plan.title", link.GrantPlan(f.ID))
	return list
}
