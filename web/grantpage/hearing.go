package grantpage

import (
	"context"
	"net/http"

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
	"rundertisch/web/ui"
)

func (p *Pages) showHearing(w http.ResponseWriter, r *http.Request) error {
	return p.drawHearing(w, r, nil, nil)
}

// drawHearing proposes what the vacancy of the post or fallen costs give.
func (p *Pages) drawHearing(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := claimFormView{Title: locale.T(ctx, "grant.do.heard"), Lead: locale.T(ctx, "grant.hearing.lead"), Submit: locale.T(ctx, "grant.hearing.submit")}
	var t grant.Terms
	var award *grant.Award
	var short grant.Calculation
	var today calendar.Date
	err = p.db.Read(ctx, access.PrepareGrants, func(tx *db.Tx) (err error) {
		today = calendar.Of(tx.Now)
		if v.Case, t, err = caseAndTerms(ctx, tx, id); err != nil {
			return err
		}
		award, short, err = grant.Shortfall(ctx, tx, v.Case, t)
		return err
	})
	if err != nil {
		return err
	}
	proposed := ""
	if award != nil {
		v.Notes = append(v.Notes, ui.Notice{Tone: ui.Info, Title: locale.T(ctx, "grant.hearing.shortfall", "Amount", euro(ctx, v.Case.Amount-short.Amount)), Text: locale.T(ctx, "grant.hearing.shortfall_text")})
		v.Reckonings = append(v.Reckonings, newReckoning(ctx, short))
		proposed = euro(ctx, v.Case.Amount-short.Amount)
	}
	if calc := v.reckonReduction(r, t, link.GrantHearing(id), f); calc != nil {
		proposed = euro(ctx, v.Case.Amount-calc.Amount)
	}
	in := &claimForm{ctx: ctx, values: f, errors: form.Say(ctx, faults)}
	in.add(asChoice, "ground", "", func(one *ui.Field) {
		one.Options, one.Empty = choices(ctx, grant.Grounds()), locale.T(ctx, "grant.hearing.choose")
	})
	in.money("amount", proposed, "hearing_amount")
	in.fields[1].Label = locale.T(ctx, "grant.label.in_question")
	in.add(asDate, "facts_known_on", today.String(), in.hint("facts_known_on"))
	in.add(asDate, "reply_due_on", today.AddDays(7*t.HearingWeeks).String(), nil)
	in.reason("", "hearing_reason")
	return v.draw(w, r, in, link.GrantHearing(id))
}

func (p *Pages) beginHearing(w http.ResponseWriter, r *http.Request) error {
	id, f, err := parsed(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	n := grant.NewHearing{
		ID: f.NewID("id"), Ground: grant.Ground(f.Text("ground")), FactsKnownOn: f.Date("facts_known_on"), ReplyDueOn: f.Date("reply_due_on"),
		Amount: amount(ctx, f, "amount"), Reason: f.Text("reason"),
	}
	missing(f, "reason")
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(ctx, access.PrepareGrants, func(tx *db.Tx) error {
			c, t, err := caseAndTerms(ctx, tx, id)
			if err != nil {
				return err
			}
			if in := reduction(ctx, f, c, t); in != nil {
				n.Basis = in
			}
			if err := f.Faults.Err(); err != nil {
				return err
			}
			return grant.BeginHearing(ctx, tx, id, n)
		})
	}
	return sent(w, r, err, func(faults fault.Fields) error { return p.drawHearing(w, r, f, faults) }, link.Grant(id), "grant.done.heard")
}

func (p *Pages) showReply(w http.ResponseWriter, r *http.Request) error {
	return p.drawReply(w, r, nil, nil)
}

func (p *Pages) drawReply(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	officer := handler.Actor(r).May(access.PrepareGrants)
	v := claimFormView{Title: locale.T(ctx, "grant.reply.title"), Lead: locale.T(ctx, "grant.reply.lead"), Submit: locale.T(ctx, "grant.reply.submit")}
	if officer {
		v.Title, v.Lead, v.Submit = locale.T(ctx, "grant.reply.note"), locale.T(ctx, "grant.reply.note_lead"), locale.T(ctx, "grant.reply.note_submit")
	}
	var all []grant.HearingRecord
	var t grant.Terms
	err = p.db.Read(ctx, access.AnswerHearing, func(tx *db.Tx) (err error) {
		if v.Case, t, err = caseAndTerms(ctx, tx, id); err != nil {
			return err
		}
		all, err = grant.Hearings(ctx, tx, id)
		return err
	})
	if err != nil {
		return err
	}
	if len(all) == 0 || v.Case.State != grant.Hearing {
		return fault.Explain(fault.Conflict, "grant.error.state")
	}
	v.Facts = hearingFacts(ctx, all[0], t)
	in := &claimForm{ctx: ctx, values: f, errors: form.Say(ctx, faults)}
	if officer {
		in.add(asDate, "received_on", calendar.Of(p.db.Now()).String(), nil)
		in.add(asChoice, "source", string(grant.ByLetter), func(one *ui.Field) { one.Options = choices(ctx, grant.Sources()) })
	}
	in.add(asArea, "text", "", func(one *ui.Field) { one.MaxLength, one.Rows = grant.MaxReply, 10 })
	return v.draw(w, r, in, link.GrantReply(id))
}

func (p *Pages) answerHearing(w http.ResponseWriter, r *http.Request) error {
	id, f, err := parsed(w, r)
	if err != nil {
		return err
	}
	reply := grant.Reply{ID: f.NewID("id"), Source: grant.Online, Text: f.Text("text")}
	if handler.Actor(r).May(access.PrepareGrants) {
		reply.Source, reply.ReceivedOn = grant.Source(f.Text("source")), f.Date("received_on")
		if reply.Source == grant.Online {
			f.Faults.Add("source", "field.choice")
		}
	}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.AnswerHearing, func(tx *db.Tx) error { return grant.AnswerHearing(r.Context(), tx, id, reply) })
	}
	return sent(w, r, err, func(faults fault.Fields) error { return p.drawReply(w, r, f, faults) }, link.Grant(id)+"#anhoerung", "grant.reply.done")
}

func caseAndTerms(ctx context.Context, tx *db.Tx, id uuid.UUID) (c grant.Case, t grant.Terms, err error) {
	if c, err = grant.ByID(ctx, tx, id); err != nil {
		return c, t, err
	}
	t, err = grant.TermsByID(ctx, tx, c.TermsID)
	return c, t, err
}

// replyFacts are the replies in full, for whoever decides.
func replyFacts(ctx context.Context, h grant.HearingRecord) []ui.Term {
	list := []ui.Term{{Key: locale.T(ctx, "grant.label.replies"), Text: locale.N(ctx, "grant.hearing.replies", len(h.Replies))}}
	for _, r := range h.Replies {
		list = append(list, ui.Term{Key: dateText(ctx, r.ReceivedOn) + ", " + locale.T(ctx, r.Source.NameKey()), Text: r.Text, Data: true})
	}
	return list
}

// hearingFacts says what a hearing is about and until when.
func hearingFacts(ctx context.Context, h grant.HearingRecord, t grant.Terms) []ui.Term {
	term := func(name, text string) ui.Term { return ui.Term{Key: locale.T(ctx, "grant.label."+name), Text: text} }
	return []ui.Term{
		term("ground", locale.T(ctx, h.Ground.NameKey())), term("in_question", euro(ctx, h.Amount)), term("begun_on", dateText(ctx, h.BegunOn)),
		term("facts_known_on", dateText(ctx, h.FactsKnownOn)), term("reply_due_on", dateText(ctx, h.ReplyDueOn)), term("last_day", dateText(ctx, h.LastDay(t))),
		{Key: locale.T(ctx, "grant.label.reason"), Text: h.Reason, Data: true},
	}
}
