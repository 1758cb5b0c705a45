package grantpage

import (
	"context"
	"net/http"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/grant"
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
	proofs   grant.Standing
	risk     *grant.Calculation // nil: nothing is at risk
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
	for _, m := range f.moves {
		label := locale.T(ctx, m.NameKey())
		switch {
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
		buttons = append(buttons, ui.Button{Label: label, Kind: kind, URL: stepURL(f.ID, m)})
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
	return true
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
