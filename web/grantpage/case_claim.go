package grantpage

import (
	"context"
	"strings"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/grant"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/handler"
	"rundertisch/web/ui"
)

// claimRoutes adds the pages of changes, hearings, revocations and repayments.
func (p *Pages) claimRoutes(m *handler.Mux) {
	m.Get(access.PrepareGrants, "/foerderungen/{id}/anhoerung", p.showHearing)
	m.Post(access.PrepareGrants, "/foerderungen/{id}/anhoerung", p.beginHearing)
	m.Get(access.AnswerHearing, "/foerderungen/{id}/anhoerung/antwort", p.showReply)
	m.Post(access.AnswerHearing, "/foerderungen/{id}/anhoerung/antwort", p.answerHearing)
	m.Get(access.DecideGrants, "/foerderungen/{id}/widerruf", p.showRevocation)
	m.Post(access.DecideGrants, "/foerderungen/{id}/widerruf", p.revoke)
	m.Get(access.DecideGrants, "/foerderungen/{id}/aenderung", p.showAmendment)
	m.Post(access.DecideGrants, "/foerderungen/{id}/aenderung", p.amend)
	m.Get(access.PrepareGrants, "/foerderungen/{id}/aenderung/bescheid", p.showChangeNotice)
	m.Post(access.PrepareGrants, "/foerderungen/{id}/aenderung/bescheid", p.giveChange)
	m.Get(access.ReadGrants, "/foerderungen/{id}/erstattung", p.showClaim)
	m.Get(access.BookRepayment, "/foerderungen/{id}/erstattung/eingang", p.showReceipt)
	m.Post(access.BookRepayment, "/foerderungen/{id}/erstattung/eingang", p.bookReceipt)
	m.Get(access.DecideGrants, "/foerderungen/{id}/erstattung/verzicht", p.showWaiver)
	m.Post(access.DecideGrants, "/foerderungen/{id}/erstattung/verzicht", p.waiveInterest)
	m.Post(access.BookRepayment, "/foerderungen/{id}/erstattung/abschluss", p.settleClaim)
}

// claimFile is what the file of a case holds of hearings and what follows them.
type claimFile struct {
	hearings  []grant.HearingRecord // newest first
	repayment *grant.Repayment      // nil: nothing is claimed
	notice    grant.NoticeKind      // that the case waits for; "": none
}

// readClaims reads them, where the trail says that there is something to read.
func readClaims(ctx context.Context, tx *db.Tx, c grant.Case, t grant.Terms, trail []grant.Event) (f claimFile, err error) {
	heard, claimed := false, false
	for _, e := range trail {
		heard, claimed = heard || e.Event == "heard", claimed || e.Event == "repayment_claimed"
	}
	if heard {
		if f.hearings, err = grant.Hearings(ctx, tx, c.ID); err != nil {
			return f, err
		}
	}
	if claimed {
		if f.repayment, err = grant.RepaymentOf(ctx, tx, c, t); err != nil {
			return f, err
		}
	}
	if tx.Actor.May(access.PrepareGrants) {
		f.notice, err = grant.NoticeDue(ctx, tx, c)
	}
	return f, err
}

type claimsView struct {
	Hearings []hearingView
	Alarm    ui.Notice
	Claim    []ui.Term
	Open     ui.Button
}

type hearingView struct {
	Title   string
	Facts   []ui.Term
	Replies []ui.Event
	Reply   ui.Button
}

// claims shows the hearings, the newest first, and what is to be repaid.
func (f caseFile) claims(ctx context.Context, actor access.Actor) (v claimsView) {
	for i, h := range f.claim.hearings {
		one := hearingView{Title: locale.T(ctx, "grant.hearing.of", "Day", dateText(ctx, h.BegunOn)), Facts: hearingFacts(ctx, h, f.terms)}
		for _, r := range h.Replies {
			one.Replies = append(one.Replies, ui.Event{
				When: dateText(ctx, r.ReceivedOn), Title: locale.T(ctx, r.Source.NameKey()), Text: r.Text,
				Recorded: recorded(ctx, r.At, r.Person),
			})
		}
		if i == 0 && f.State == grant.Hearing {
			v.Alarm = hearingAlarm(ctx, h, f.terms, f.today)
			switch {
			case actor.May(access.PrepareGrants):
				one.Reply = ui.Button{Label: locale.T(ctx, "grant.reply.note"), Kind: ui.Secondary, URL: link.GrantReply(f.ID)}
			case actor.MayIn(access.AnswerHearing, f.DistrictID):
				one.Reply = ui.Button{Label: locale.T(ctx, "grant.reply.title"), Kind: ui.Primary, URL: link.GrantReply(f.ID)}
			}
			if !actor.OfMinistry() {
				v.Alarm = ui.Notice{}
			}
		}
		v.Hearings = append(v.Hearings, one)
	}
	if r := f.claim.repayment; r != nil {
		term := func(name, text string) {
			v.Claim = append(v.Claim, ui.Term{Key: locale.T(ctx, "grant.label."+name), Text: text})
		}
		term("principal", euro(ctx, r.Principal))
		term("interest_claimed", euro(ctx, r.InterestClaimed()))
		term("received", euro(ctx, r.Received()))
		term("open", euro(ctx, max(r.Open(), 0)))
		term("due_on", dateText(ctx, r.DueOn))
		v.Open = ui.Button{Label: locale.T(ctx, "grant.claim.open"), Kind: ui.Secondary, URL: link.GrantRepayment(f.ID)}
	}
	return v
}

// hearingAlarm says that the time to revoke runs out or is over.
func hearingAlarm(ctx context.Context, h grant.HearingRecord, t grant.Terms, today calendar.Date) ui.Notice {
	last, months := h.LastDay(t), h.Alarm(t, today)
	switch {
	case last.Before(today):
		return ui.Notice{Tone: ui.Error, Title: locale.T(ctx, "grant.hearing.over", "Day", dateText(ctx, last)), Text: locale.T(ctx, "grant.hearing.over_text")}
	case months > 0:
		tone := ui.Warning
		if months == maxOf(t.AlarmMonths) {
			tone = ui.Error
		}
		return ui.Notice{Tone: tone, Title: locale.T(ctx, "grant.hearing.alarm", "Day", dateText(ctx, last)), Text: locale.N(ctx, "grant.hearing.alarm_text", months)}
	}
	return ui.Notice{}
}

func maxOf(list []int) (most int) {
	for _, n := range list {
		most = max(most, n)
	}
	return most
}

// ownForm is the form of a step that asks for more than a reason; hidden: the
// step has no button, another form takes it too.
func ownForm(c grant.Case, m grant.Move) (url string, hidden bool) {
	switch m.Event {
	case "submitted", "resubmitted":
		return link.SendApplication(c.ID), false
	case "returned":
		return link.ReturnApplication(c.ID), false
	case "proof_submitted", "proof_supplemented":
		return link.SubmitProof(c.ID, ""), false
	case "proof_complete":
		return link.CheckProof(c.ID), false
	case "sampled":
		return link.Sample(), false
	case "heard":
		return link.GrantHearing(c.ID), false
	case "partly_revoked":
		return link.GrantRevocation(c.ID), false
	case "amended":
		return link.GrantAmendment(c.ID), false
	case "revoked", "repayment_claimed", "repaid":
		return link.Grant(c.ID), true
	}
	return "", false
}

// claimRipe says whether the time of a step after a hearing has come.
func (f caseFile) claimRipe(m grant.Move) bool {
	switch m.Event {
	case "partly_revoked":
		return len(f.claim.hearings) > 0 && !f.claim.hearings[0].LastDay(f.terms).Before(f.today)
	case "resumed":
		return m.To == cameFrom(f.trail) && f.claim.notice == "" && f.Paid <= f.Amount
	case "closed":
		return f.State != grant.Revoked || f.claim.notice == "" && f.Paid == 0
	case "amended":
		return f.claim.notice == ""
	}
	return true
}

// noticeOffer is the button that gives the notice that the case waits for.
func (f caseFile) noticeOffer(ctx context.Context) []ui.Button {
	if f.claim.notice == "" {
		return nil
	}
	return []ui.Button{{Label: locale.T(ctx, "grant.notice.give."+string(f.claim.notice)), Kind: ui.Primary, URL: link.GrantChangeNotice(f.ID)}}
}

func joined(lines []string) string { return strings.Join(lines, "\n") }
