package activitypage

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// activityView is the page of one entry.
type activityView struct {
	Frame    layout.Args
	Activity activity.Activity
	MayLog   bool
	MayWrite bool
	MayGive  bool // a task may come of it
	Overdue  bool
	Releases []ui.Button // who else may read it
	Files    []activity.File
	FileID   string // of the next file
	Errors   form.Errors
}

func (p *Pages) showActivity(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	return p.activityWith(w, r, id, http.StatusOK, nil)
}

// activityWith shows the entry, with what is wrong with a file that was sent.
func (p *Pages) activityWith(w http.ResponseWriter, r *http.Request, id uuid.UUID, status int, faults fault.Fields) error {
	var a activity.Activity
	var files []activity.File
	var today calendar.Date
	err := p.db.Read(r.Context(), access.ReadActivities, func(tx *db.Tx) (err error) {
		today = calendar.Of(tx.Now)
		if a, err = activity.ByID(r.Context(), tx, id); err != nil {
			return err
		}
		files, err = activity.Files(r.Context(), tx, id)
		return err
	})
	if err != nil {
		return err
	}
	actor := handler.Actor(r)
	if a.Draft && actor.May(access.LogActivity) {
		return handler.SeeOther(w, r, link.ActivityDraft(id), "")
	}
	v := activityView{
		Activity: a, MayLog: actor.May(access.LogActivity), MayWrite: activity.MayChange(actor, a),
		Overdue: a.Open() && a.FollowUpOn.Before(today),
		Files:   files, FileID: uuid.NewString(), Errors: form.Say(r.Context(), faults),
	}
	v.MayGive = a.DeletedAt == nil && slices.Contains(actor.Districts(), a.DistrictID)
	if v.MayWrite && a.DeletedAt == nil {
		v.Releases = releases(r.Context(), actor, a)
	}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(r.Context()), ui.Link{Label: a.Title, URL: link.Activity(id)})
	return handler.RenderStatus(w, r, status, activityPage(v))
}

// releases are the buttons that set another circle of readers.
func releases(ctx context.Context, actor access.Actor, a activity.Activity) []ui.Button {
	var list []ui.Button
	for _, v := range activity.Visibilities() {
		if v == a.Visibility || v == activity.Own && a.AuthorID != actor.Person {
			continue
		}
		list = append(list, ui.Button{
			Label: locale.T(ctx, "activity.release."+string(v)), Kind: ui.Secondary,
			FormAction: link.ReleaseActivity(a.ID, string(v)),
		})
	}
	return list
}

// terms are the facts of the entry.
func (v activityView) terms(ctx context.Context) []ui.Term {
	a := v.Activity
	terms := []ui.Term{
		{Key: locale.T(ctx, "activity.label.date"), Text: locale.Date(ctx, a.HappenedOn.Time())},
		{Key: locale.T(ctx, "activity.label.minutes"), Text: duration(ctx, a.Minutes)},
		{Key: locale.T(ctx, "activity.label.type"), Text: typeName(ctx, a.Type)},
		{Key: locale.T(ctx, "activity.label.field"), Text: fieldName(ctx, a.Field)},
		{Key: locale.T(ctx, "activity.label.partners")},
		{Key: locale.T(ctx, "activity.label.readers"), Text: readers(ctx, a.Visibility)},
		{Key: locale.T(ctx, "activity.label.district"), Text: a.District},
		{Key: locale.T(ctx, "activity.label.author"), Text: a.Author},
		{Key: locale.T(ctx, "activity.label.changed"), Text: locale.DateTime(ctx, a.ChangedAt)},
	}
	if len(a.Partners) > 0 {
		terms[4].Body = partnerLinks(a.Partners)
	}
	if a.Version > 1 && a.Changer != "" {
		terms[8].Text = locale.T(ctx, "activity.changed", "When", locale.DateTime(ctx, a.ChangedAt), "Who", a.Changer)
	}
	return terms
}

// hasTexts says whether there is more than facts.
func (v activityView) hasTexts() bool {
	a := v.Activity
	return a.Body != "" || a.Result != "" || a.NextStep != "" || !a.FollowUpOn.IsZero()
}

// mark is the entry's state beside its title.
func (v activityView) mark(ctx context.Context) ui.Mark {
	if v.Activity.DeletedAt != nil {
		return ui.Mark{Label: locale.T(ctx, "activity.deleted"), Tone: ui.Warning}
	}
	return readersMark(ctx, v.Activity.Visibility)
}

// followUp says when the next step is due or was done.
func (v activityView) followUp(ctx context.Context) ui.Mark {
	a := v.Activity
	switch {
	case a.FollowUpDoneAt != nil:
		return ui.Mark{Label: locale.T(ctx, "activity.follow_up.done", "Date", day(ctx, *a.FollowUpDoneAt)), Tone: ui.Success}
	case a.FollowUpOn.IsZero():
		return ui.Mark{}
	case v.Overdue:
		return ui.Mark{Label: locale.T(ctx, "activity.follow_up.overdue", "Date", locale.Date(ctx, a.FollowUpOn.Time())), Tone: ui.Error}
	}
	return ui.Mark{Label: locale.T(ctx, "activity.follow_up.due", "Date", locale.Date(ctx, a.FollowUpOn.Time())), Tone: ui.Warning}
}

// day writes the Berlin day of a moment.
func day(ctx context.Context, t time.Time) string { return locale.Date(ctx, calendar.Of(t).Time()) }

// act runs a change of the entry that the address names.
func (p *Pages) act(r *http.Request, fn func(context.Context, *db.Tx, uuid.UUID) error) (uuid.UUID, error) {
	id, err := form.PathID(r, "id")
	if err != nil {
		return uuid.Nil, err
	}
	return id, p.db.Write(r.Context(), access.LogActivity, func(tx *db.Tx) error { return fn(r.Context(), tx, id) })
}

func (p *Pages) deleteActivity(w http.ResponseWriter, r *http.Request) error {
	id, err := p.act(r, activity.Delete)
	if err != nil {
		return err
	}
	handler.SetFlash(w, r, handler.Flash{Key: "activity.flash.deleted", Undo: link.RestoreActivity(id)})
	return handler.SeeOther(w, r, link.Activities(), "")
}

func (p *Pages) restoreActivity(w http.ResponseWriter, r *http.Request) error {
	id, err := p.act(r, activity.Restore)
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Activity(id), "activity.flash.restored")
}

func (p *Pages) followUpDone(w http.ResponseWriter, r *http.Request) error {
	id, err := p.act(r, activity.FollowUpDone)
	if err != nil {
		return err
	}
	handler.SetFlash(w, r, handler.Flash{Key: "activity.flash.done", Undo: link.FollowUpOpen(id)})
	return handler.SeeOther(w, r, link.Local(form.Query(r).Raw("next"), link.Activity(id)), "")
}

func (p *Pages) followUpOpen(w http.ResponseWriter, r *http.Request) error {
	id, err := p.act(r, activity.FollowUpOpen)
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Activity(id), "activity.flash.open")
}

func (p *Pages) releaseActivity(w http.ResponseWriter, r *http.Request) error {
	v := activity.Visibility(form.Query(r).Raw("sichtbar"))
	if !v.Valid() {
		return fault.NotFound
	}
	var before activity.Visibility
	id, err := p.act(r, func(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
		a, err := activity.ByID(ctx, tx, id)
		if err != nil {
			return err
		}
		before = a.Visibility
		return activity.Release(ctx, tx, id, v)
	})
	if err != nil {
		return err
	}
	handler.SetFlash(w, r, handler.Flash{Key: "activity.flash." + string(v), Undo: link.ReleaseActivity(id, string(before))})
	return handler.SeeOther(w, r, link.Activity(id), "")
}
