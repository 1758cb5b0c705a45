// Package deskpage has the desk of a signed-in person: what waits, what is new.
package deskpage

import (
	"context"
	"net/http"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/report"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// Pages are the desk.
type Pages struct{ db *db.DB }

// New returns the desk.
func New(d *db.DB) *Pages { return &Pages{db: d} }

// Routes adds the desk.
func (p *Pages) Routes(m *handler.Mux) { m.Get(access.UseDesk, "/start", p.showDesk) }

type deskView struct {
	Frame     layout.Args
	Name      string
	Log       bool // the person logs activities
	District  bool
	Ministry  bool
	Seated    bool // the person is a part of a body
	Waiting   []ui.Task
	Nothing   string // what happens next, when nothing waits
	Next      []ui.Task
	FollowUps []ui.Task
	Drafts    []ui.Task
	Newest    []ui.Task
	Silent    []ui.Task
	Open      []ui.Task
}

func (p *Pages) showDesk(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	var desk report.Desk
	var today calendar.Date
	err := p.db.Read(ctx, access.UseDesk, func(tx *db.Tx) (err error) {
		today = calendar.Of(tx.Now)
		desk, err = report.DeskOf(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	actor := handler.Actor(r)
	v := deskView{
		Frame: handler.Frame(r), Name: actor.Name, Log: actor.May(access.LogActivity),
		District: len(actor.Districts()) > 0, Ministry: actor.OfMinistry(),
	}
	for _, g := range actor.InBodies() {
		v.Seated = v.Seated || g.Role.Acts()
	}
	for _, row := range desk.Waiting {
		v.Waiting = append(v.Waiting, waitTask(ctx, row, today))
	}
	for _, n := range desk.Next {
		v.Next = append(v.Next, nextTask(ctx, n))
	}
	v.Nothing = nothingText(ctx, desk.Next, v.Seated)
	v.add(ctx, desk, today)
	return handler.Render(w, r, deskPage(v))
}

// add fills in what districts and the ministry see.
func (v *deskView) add(ctx context.Context, desk report.Desk, today calendar.Date) {
	for _, f := range desk.FollowUps {
		v.FollowUps = append(v.FollowUps, followUpTask(ctx, f, today))
	}
	for _, d := range desk.Drafts {
		t := ui.Task{
			Subject: d.Title, URL: link.ActivityDraft(d.ID),
			Text: locale.T(ctx, "desk.draft.changed", "Time", locale.DateTime(ctx, d.ChangedAt)),
		}
		if d.Title == "" {
			t.Title = locale.T(ctx, "desk.draft.untitled")
		}
		v.Drafts = append(v.Drafts, t)
	}
	for _, i := range desk.Newest {
		v.Newest = append(v.Newest, ui.Task{Subject: i.Title, URL: link.Activity(i.ID), Text: locale.Date(ctx, i.HappenedOn.Time()) + " · " + i.Author})
	}
	for _, s := range desk.Silent {
		v.Silent = append(v.Silent, silenceTask(ctx, s))
	}
	for _, o := range desk.Open {
		v.Open = append(v.Open, ui.Task{
			Subject: o.Name, URL: link.District(o.AGS), Text: locale.N(ctx, "desk.open.days", o.OpenDays), State: ui.PostMark(ctx, string(o.State)),
		})
	}
}

func followUpTask(ctx context.Context, f activity.FollowUp, today calendar.Date) ui.Task {
	t := ui.Task{Subject: f.Title, URL: link.Activity(f.ID), Text: locale.T(ctx, "desk.due", "Date", locale.Date(ctx, f.Due.Time()))}
	if f.NextStep != "" {
		t.Subject = f.NextStep + ": " + f.Title
	}
	if f.Due.Before(today) {
		t.State = ui.Mark{Tone: ui.Warning, Label: locale.T(ctx, "desk.overdue"), Small: true}
	}
	return t
}

func silenceTask(ctx context.Context, s report.Silence) ui.Task {
	t := ui.Task{Subject: s.Name, URL: link.District(s.AGS), Text: locale.T(ctx, "desk.silent.never")}
	if !s.Last.IsZero() {
		t.Text = locale.N(ctx, "desk.silent.days", s.Days, "Date", locale.Date(ctx, s.Last.Time()))
	}
	return t
}
