package grantpage

import (
	"net/http"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/grant"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/ui"
)

func (p *Pages) showRevocation(w http.ResponseWriter, r *http.Request) error {
	return p.drawRevocation(w, r, nil, nil)
}

// drawRevocation shows what the hearing brought and what its amount would give,
// before anybody decides.
func (p *Pages) drawRevocation(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := claimFormView{Title: locale.T(ctx, "grant.do.partly_revoked"), Lead: locale.T(ctx, "grant.revocation.lead"), Submit: locale.T(ctx, "grant.revocation.submit")}
	var t grant.Terms
	var all []grant.HearingRecord
	var paid calendar.Date
	err = p.db.Read(ctx, access.DecideGrants, func(tx *db.Tx) (err error) {
		if v.Case, t, err = caseAndTerms(ctx, tx, id); err != nil {
			return err
		}
		if all, err = grant.Hearings(ctx, tx, id); err != nil {
			return err
		}
		paid, err = grant.FirstPaid(ctx, tx, v.Case)
		return err
	})
	if err != nil {
		return err
	}
	if len(all) == 0 || v.Case.State != grant.Hearing {
		return fault.Explain(fault.Conflict, "grant.error.state")
	}
	h, today := all[0], calendar.Of(p.db.Now())
	v.Facts = append(hearingFacts(ctx, h, t), replyFacts(ctx, h)...)
	if alarm := hearingAlarm(ctx, h, t, today); alarm.Title != "" {
		v.Notes = append(v.Notes, alarm)
	}
	left := v.Case.Amount - min(h.Amount, v.Case.Amount)
	if f != nil && f.Faults["left"].Key == "" {
		left = amount(ctx, f, "left")
	}
	if calc, err := grant.Difference(v.Case, t, h.Ground, left); err == nil {
		one := newReckoning(ctx, calc)
		one.Title = locale.T(ctx, "grant.revocation.claimed")
		v.Reckonings = append(v.Reckonings, one)
		if calc.Amount == 0 {
			v.Notes = append(v.Notes, ui.Notice{Tone: ui.Warning, Title: locale.T(ctx, "grant.error.small_difference")})
		}
	}
	if paid.IsZero() {
		paid = today
	}
	in := &claimForm{ctx: ctx, values: f, errors: form.Say(ctx, faults)}
	in.money("left", euro(ctx, left), "left")
	in.add(asChoice, "taking", string(h.Ground.Taking()), func(one *ui.Field) { one.Options = choices(ctx, grant.Takings()) })
	in.add(asDate, "effective_on", paid.String(), in.hint("effective_on"))
	in.reason("", "decision_reason")
	return v.draw(w, r, in, link.GrantRevocation(id))
}

func (p *Pages) revoke(w http.ResponseWriter, r *http.Request) error {
	id, f, err := parsed(w, r)
	if err != nil {
		return err
	}
	d := grant.Decision{ID: f.NewID("id"), Taking: grant.Taking(f.Text("taking")), EffectiveOn: f.Date("effective_on"), Left: amount(r.Context(), f, "left"), Reason: f.Text("reason")}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.DecideGrants, func(tx *db.Tx) error { return grant.Revoke(r.Context(), tx, id, d) })
	}
	flash := "grant.done.partly_revoked"
	if d.Left == 0 {
		flash = "grant.done.revoked"
	}
	return sent(w, r, err, func(faults fault.Fields) error { return p.drawRevocation(w, r, f, faults) }, link.Grant(id), flash)
}
