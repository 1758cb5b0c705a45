package deskpage

import (
	"context"
	"strings"

	"rundertisch/internal/calendar"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/meeting"
	"rundertisch/internal/report"
	"rundertisch/web/ui"
)

// soonDays is how many days before its deadline a row says so in a badge.
const soonDays = 3

// proofDays is the same for a proof of use, which takes weeks to write.
const (
	proofDays = 800
	proofWarn = 60 // from here on it is near
)

// waitTask is a row of what waits: what is to be done, for whom, until when.
func waitTask(ctx context.Context, w report.Wait, today calendar.Date) ui.Task {
	t := ui.Task{Title: waitTitle(ctx, w), Subject: w.Title, URL: waitURL(w), Place: w.Place}
	if w.Institution != "" {
		t.Place += " · " + w.Institution
	}
	var parts []string
	if w.Draft {
		parts = append(parts, locale.T(ctx, "desk.wait.draft"))
	}
	if !w.Deadline.IsZero() {
		parts = append(parts, locale.T(ctx, "desk.wait.until", "Date", locale.Date(ctx, w.Deadline.Time())))
	}
	t.Text = strings.Join(parts, " · ")
	t.State = deadlineMark(ctx, w, today)
	return t
}

func waitTitle(ctx context.Context, w report.Wait) string {
	switch w.Kind {
	case report.Objections:
		return locale.N(ctx, "desk.wait.objections", w.Count, "Date", locale.Date(ctx, w.Day.Time()))
	case report.Vote, report.Do, report.Decide, report.Apply, report.Mend, report.Prove, report.Supplement, report.Progress, report.CheckProof:
		return locale.T(ctx, "desk.wait."+string(w.Kind))
	default:
		return locale.T(ctx, "desk.wait."+string(w.Kind), "Date", locale.Date(ctx, w.Day.Time()))
	}
}

func waitURL(w report.Wait) string {
	switch w.Kind {
	case report.Review:
		return link.ReviewMinutes(w.ID)
	case report.Reply, report.Begin:
		return link.Sitting(w.ID)
	case report.Vote:
		return link.Circular(w.ID)
	case report.Do:
		return link.Task(w.ID)
	case report.Apply, report.Mend:
		return link.GrantApplication(w.ID)
	case report.Decide:
		return link.Grant(w.ID) + "#anhoerung"
	case report.Prove, report.Supplement:
		return link.GrantProof(w.ID)
	case report.Progress:
		return link.InterimProof(w.ID, w.Day.String())
	case report.CheckProof:
		return link.CheckProof(w.ID)
	case report.Write, report.Check:
		return link.WriteMinutes(w.ID)
	default:
		return link.Minutes(w.ID)
	}
}

// deadlineMark says in a word that a deadline is over or near.
func deadlineMark(ctx context.Context, w report.Wait, today calendar.Date) ui.Mark {
	left, soon := today.DaysUntil(w.Deadline), soonDays
	switch w.Kind {
	case report.Prove, report.Supplement, report.Progress, report.CheckProof:
		soon = proofDays
	}
	switch {
	case w.Deadline.IsZero() || left > soon:
		return ui.Mark{}
	case left < 0:
		return ui.Mark{Tone: ui.Error, Label: locale.T(ctx, "desk.overdue"), Small: true}
	case left == 0:
		return ui.Mark{Tone: ui.Warning, Label: locale.T(ctx, "desk.wait.today"), Small: true}
	}
	tone := ui.Warning
	if left > proofWarn {
		tone = ui.Info
	}
	return ui.Mark{Tone: tone, Label: locale.N(ctx, "desk.wait.days", left), Small: true}
}

func nextTask(ctx context.Context, n meeting.Next) ui.Task {
	t := ui.Task{
		Subject: n.Title, URL: link.Sitting(n.ID), Place: n.BodyName,
		Text: locale.T(ctx, "desk.next.when", "Date", locale.Date(ctx, n.Day.Time()), "Time", string(n.StartsAt)),
	}
	if n.Place != "" {
		t.Place += " · " + n.Place
	}
	t.State = ui.Mark{Label: locale.T(ctx, n.State.NameKey()), Small: true, Plain: true}
	return t
}

// nothingText says what happens next when nothing waits.
func nothingText(ctx context.Context, next []meeting.Next, seated bool) string {
	switch {
	case len(next) > 0:
		return locale.T(ctx, "desk.waiting.none_next", "Body", next[0].BodyName, "Date", locale.Date(ctx, next[0].Day.Time()))
	case seated:
		return locale.T(ctx, "desk.waiting.none_seated")
	}
	return locale.T(ctx, "desk.waiting.none")
}
