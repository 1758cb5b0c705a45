package taskpage

import (
	"context"
	"errors"
	"net/http"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/task"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// taskView is the page of one task.
type taskView struct {
	Frame     layout.Args
	Task      task.Task
	Today     calendar.Date
	Source    string // title of what it comes from; "": not to be seen
	MayKeep   bool
	MayReport bool
}

func (p *Pages) showTask(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	var v taskView
	err = p.db.Read(r.Context(), access.ReadTasks, func(tx *db.Tx) (err error) {
		v.Today = calendar.Of(tx.Now)
		if v.Task, err = task.ByID(r.Context(), tx, id); err != nil || v.Task.Source == task.FromNothing {
			return err
		}
		v.Source, err = task.SourceTitle(r.Context(), tx, v.Task)
		if errors.Is(err, fault.NotFound) || errors.Is(err, fault.Conflict) {
			return nil // the reader does not see it, or it is struck
		}
		return err
	})
	if err != nil {
		return err
	}
	actor := handler.Actor(r)
	v.MayKeep = task.MayKeep(actor, v.Task) && !v.Task.State.Finished()
	v.MayReport = len(task.NextFor(actor, v.Task)) > 0
	v.Frame = handler.Frame(r).WithBreadcrumb(crumb(r.Context()), ui.Link{Label: v.Task.Title, URL: link.Task(id)})
	return handler.Render(w, r, taskPage(v))
}

// find reads the task of the address.
func (p *Pages) find(r *http.Request, act access.Action) (found task.Task, err error) {
	id, err := form.PathID(r, "id")
	if err != nil {
		return found, err
	}
	err = p.db.Read(r.Context(), act, func(tx *db.Tx) (err error) {
		found, err = task.ByID(r.Context(), tx, id)
		return err
	})
	return found, err
}

// terms are the facts of the task.
func (v taskView) terms(ctx context.Context) []ui.Term {
	t := v.Task
	terms := []ui.Term{
		{Key: locale.T(ctx, "task.label.owner"), Text: t.Owner},
		{Key: locale.T(ctx, "task.label.person"), Text: t.OwnerName},
		{Key: locale.T(ctx, "task.label.due"), Text: dueText(ctx, t)},
		{Key: locale.T(ctx, "task.label.place"), Text: t.PlaceName},
		{Key: locale.T(ctx, "task.label.since"), Text: locale.Date(ctx, t.Day.Time())},
	}
	if v.Source != "" {
		terms = append(terms, ui.Term{Key: locale.T(ctx, "task.label.source"), Body: ui.TextLink(ui.Link{Label: v.Source, URL: sourceURL(t)})})
	}
	terms = append(terms,
		ui.Term{Key: locale.T(ctx, "task.label.readers"), Text: readers(ctx, t)},
		ui.Term{Key: locale.T(ctx, "task.label.created"), Text: byWhom(ctx, locale.DateTime(ctx, t.CreatedAt), t.Creator)})
	if t.Version > 1 {
		terms = append(terms, ui.Term{Key: locale.T(ctx, "task.label.changed"), Text: byWhom(ctx, locale.DateTime(ctx, t.ChangedAt), t.Changer)})
	}
	return terms
}

func byWhom(ctx context.Context, when, who string) string {
	if who == "" {
		return when
	}
	return locale.T(ctx, "task.by", "When", when, "Who", who)
}

func dueText(ctx context.Context, t task.Task) string {
	if t.DueOn.IsZero() {
		return locale.T(ctx, "task.no_date")
	}
	return locale.Date(ctx, t.DueOn.Time())
}

// readers says in words who reads the task.
func readers(ctx context.Context, t task.Task) string {
	switch {
	case t.DistrictID != nil:
		return locale.T(ctx, "task.readers.district")
	case t.NonPublic:
		return locale.T(ctx, "task.readers.members")
	}
	return locale.T(ctx, "task.readers.body")
}

func sourceURL(t task.Task) string {
	if t.Source == task.FromDecision {
		return link.Decision(*t.SourceID)
	}
	return link.Activity(*t.SourceID)
}

// stateMark is the badge of a task's state; overdue is more urgent than any.
func stateMark(ctx context.Context, t task.Task, today calendar.Date) ui.Mark {
	m := ui.Mark{Label: locale.T(ctx, t.State.NameKey()), Small: true, Plain: true}
	switch t.State {
	case task.InProgress:
		m.Tone = ui.Info
	case task.Done:
		m.Tone = ui.Success
	case task.Open, task.Dropped, task.AnyState:
	}
	if t.Overdue(today) {
		m.Tone, m.Label = ui.Error, locale.T(ctx, "task.overdue", "State", m.Label)
	}
	return m
}
