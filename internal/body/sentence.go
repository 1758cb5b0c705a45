package body

import (
	"github.com/google/uuid"

	"rundertisch/internal/calendar"
	"rundertisch/internal/locale"
)

// IsDefault says whether these are no rules of the body's own.
func (b Bylaws) IsDefault() bool { return b.ID == uuid.Nil }

// Sentence is one rule in words.
type Sentence struct {
	Field string // name of the column
	Label string
	Text  string
}

// Sentences writes every rule in the language of the printer, in the order in
// which a sitting goes by.
func (b Bylaws) Sentences(p *locale.Printer) []Sentence {
	var list []Sentence
	say := func(field, text string) {
		list = append(list, Sentence{Field: field, Label: p.T("body.label." + field), Text: text})
	}
	choice := func(field, value string) { say(field, p.T("body.rule."+field+"."+value)) }
	say("public", b.yes(p, "public", b.Public))
	say("notice_days", p.N("body.sentence.notice_days", b.NoticeDays, "Unit", b.NoticeUnit.days(p, b.NoticeDays)))
	say("proposal_days", p.N("body.sentence.proposal_days", b.ProposalDays))
	choice("quorum", string(b.Quorum))
	if b.QuorumSecond > 0 {
		say("quorum_second", p.N("body.sentence.quorum_second", b.QuorumSecond))
	}
	choice("majority", string(b.Majority))
	say("circular", b.yes(p, "circular", b.Circular))
	if b.Circular {
		say("circular_days", p.N("body.sentence.circular_days", b.CircularDays))
		choice("circular_silence", string(b.CircularSilence))
	}
	if b.MinutesMonths > 0 {
		say("minutes_months", p.N("body.sentence.minutes_months", b.MinutesMonths))
	}
	say("objection_days", p.N("body.sentence.objection_days", b.ObjectionDays, "Unit", b.ObjectionUnit.days(p, b.ObjectionDays)))
	choice("objection_start", string(b.ObjectionStart))
	say("restart_clock", b.yes(p, "restart_clock", b.RestartClock))
	choice("late_objections", string(b.LateObjections))
	choice("objections_open", string(b.ObjectionsOpen))
	choice("objections_decided_by", string(b.ObjectionsDecidedBy))
	say("silence_approves", b.yes(p, "silence_approves", b.SilenceApproves))
	choice("successor_reads", string(b.SuccessorReads))
	choice("non_public_copy", string(b.NonPublicCopy))
	return list
}

func (Bylaws) yes(p *locale.Printer, field string, on bool) string {
	if on {
		return p.T("body.rule." + field + ".yes")
	}
	return p.T("body.rule." + field + ".no")
}

// days names n days of the unit.
func (u Unit) days(p *locale.Printer, n int) string {
	if u == WorkingDays {
		return p.N("body.days.working", n)
	}
	return p.N("body.days.calendar", n)
}

// DormantProposal says whether the ministry may want to let a conference rest:
// it is active and has not sat for twelve months. last is its last sitting, or
// the day since when it is active.
func DormantProposal(state ConferenceState, last, today calendar.Date) bool {
	return state == Active && !last.IsZero() && last.AddMonths(12).Before(today)
}
