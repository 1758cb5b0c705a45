package grantpage

import (
	"context"
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

func (p *Pages) showAmendment(w http.ResponseWriter, r *http.Request) error {
	return p.drawAmendment(w, r, nil, nil)
}

func (p *Pages) drawAmendment(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := claimFormView{Title: locale.T(ctx, "grant.do.amended"), Lead: locale.T(ctx, "grant.amendment.lead"), Submit: locale.T(ctx, "grant.amendment.submit")}
	var t grant.Terms
	var award *grant.Award
	var short grant.Calculation
	err = p.db.Read(ctx, access.DecideGrants, func(tx *db.Tx) (err error) {
		if v.Case, t, err = caseAndTerms(ctx, tx, id); err != nil {
			return err
		}
		award, short, err = grant.Shortfall(ctx, tx, v.Case, t)
		return err
	})
	if err != nil {
		return err
	}
	if v.Case.State != grant.Running {
		return fault.Explain(fault.Conflict, "grant.error.state")
	}
	v.Facts = []ui.Term{{Key: locale.T(ctx, "grant.label.granted"), Text: euro(ctx, v.Case.Amount)}, {Key: locale.T(ctx, "grant.label.paid"), Text: euro(ctx, v.Case.Paid)}}
	proposed := ""
	if award != nil {
		v.Reckonings, proposed = append(v.Reckonings, newReckoning(ctx, short)), euro(ctx, short.Amount)
	}
	if calc := v.reckonReduction(r, t, link.GrantAmendment(id), f); calc != nil {
		proposed = euro(ctx, calc.Amount)
	}
	in := &claimForm{ctx: ctx, values: f, errors: form.Say(ctx, faults)}
	in.money("amount", proposed, "new_amount")
	in.reason("", "decision_reason")
	return v.draw(w, r, in, link.GrantAmendment(id))
}

func (p *Pages) amend(w http.ResponseWriter, r *http.Request) error {
	id, f, err := parsed(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	a := grant.Amending{ID: f.NewID("id"), Amount: amount(ctx, f, "amount"), Reason: f.Text("reason")}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(ctx, access.DecideGrants, func(tx *db.Tx) error {
			c, t, err := caseAndTerms(ctx, tx, id)
			if err != nil {
				return err
			}
			if in := reduction(ctx, f, c, t); in != nil {
				a.Basis = in
			}
			if err := f.Faults.Err(); err != nil {
				return err
			}
			return grant.Amend(ctx, tx, id, a)
		})
	}
	return sent(w, r, err, func(faults fault.Fields) error { return p.drawAmendment(w, r, f, faults) }, link.Grant(id), "grant.done.amended")
}

func (p *Pages) showChangeNotice(w http.ResponseWriter, r *http.Request) error {
	return p.drawChangeNotice(w, r, nil, nil)
}

// drawChangeNotice shows what the notice will say before the officer gives it.
func (p *Pages) drawChangeNotice(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx, today := r.Context(), calendar.Of(p.db.Now())
	var v claimFormView
	var t grant.Terms
	var d grant.ChangeDraft
	err = p.db.Read(ctx, access.PrepareGrants, func(tx *db.Tx) (err error) {
		if v.Case, t, err = caseAndTerms(ctx, tx, id); err != nil {
			return err
		}
		d, err = grant.ComposeChange(ctx, tx, v.Case, t, grant.Giving{DueOn: today.AddDays(7 * t.RepaymentWeeks)})
		return err
	})
	if err != nil {
		return err
	}
	v.Title = locale.T(ctx, "grant.notice.give."+string(d.Content.Change.Kind))
	v.Lead, v.Submit = locale.T(ctx, "grant.notice.give_lead"), v.Title
	v.Facts = changeFacts(ctx, d.Content)
	for _, name := range d.Content.Missing() {
		v.Lacks = append(v.Lacks, locale.T(ctx, "grant.notice.lacks."+name))
	}
	if d.Content.Change.Kind == grant.Revocation {
		if alarm := hearingAlarm(ctx, d.Hearing, t, today); alarm.Title != "" {
			v.Notes = append(v.Notes, alarm)
		}
	}
	if len(d.Content.Steps) > 0 {
		v.Reckonings = []reckoning{{Title: locale.T(ctx, "grant.label.amount"), Amount: euro(ctx, d.Content.Amount), Steps: steps(ctx, d.Content.Steps)}}
	}
	in := &claimForm{ctx: ctx, values: f, errors: form.Say(ctx, faults)}
	in.reason(joined(d.Content.Change.Reasons), "notice_reason")
	if d.Content.Change.Claim != nil {
		in.add(asDate, "due_on", dayText(d.Content.Change.Claim.DueOn), nil)
	}
	return v.draw(w, r, in, link.GrantChangeNotice(id))
}

func (p *Pages) giveChange(w http.ResponseWriter, r *http.Request) error {
	id, f, err := parsed(w, r)
	if err != nil {
		return err
	}
	g := grant.Giving{ID: f.NewID("id"), Reason: f.Text("reason"), DueOn: f.Date("due_on")}
	if g.Reason == "" {
		f.Faults.Add("reason", "field.missing")
	}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.PrepareGrants, func(tx *db.Tx) error { return grant.GiveChange(r.Context(), tx, id, g) })
	}
	return sent(w, r, err, func(faults fault.Fields) error { return p.drawChangeNotice(w, r, f, faults) }, link.Grant(id)+"#bescheide", "grant.done.granted")
}

// changeFacts are the amounts and days of a notice that changes a grant.
func changeFacts(ctx context.Context, c grant.Content) []ui.Term {
	var list []ui.Term
	add := func(name, text string) {
		if text != "" {
			list = append(list, ui.Term{Key: locale.T(ctx, "grant.label."+name), Text: text})
		}
	}
	ch := c.Change
	if ch.Kind == grant.Rejection {
		add("applied_for", euro(ctx, ch.Before))
		return list
	}
	add("granted", euro(ctx, ch.Before))
	add("new_amount", euro(ctx, c.Amount))
	if ch.Kind == grant.Revocation {
		add("ground", locale.T(ctx, ch.Ground.NameKey()))
		add("taking", locale.T(ctx, ch.Taking.NameKey()))
		add("effective_on", dateText(ctx, ch.EffectiveOn))
	}
	if claim := ch.Claim; claim != nil {
		add("paid", euro(ctx, claim.Paid))
		add("principal", euro(ctx, claim.Principal))
		add("due_on", dateText(ctx, claim.DueOn))
		add("interest_from", dateText(ctx, claim.InterestFrom))
	}
	return list
}
