package activitypage

import (
	"errors"
	"net/http"

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

// draftsView lists the actor's drafts.
type draftsView struct {
	Frame  layout.Args
	Drafts []activity.Draft
}

func (p *Pages) showDrafts(w http.ResponseWriter, r *http.Request) error {
	var v draftsView
	err := p.db.Read(r.Context(), access.LogActivity, func(tx *db.Tx) (err error) {
		v.Drafts, err = activity.Drafts(r.Context(), tx, 100)
		return err
	})
	if err != nil {
		return err
	}
	ctx := r.Context()
	v.Frame = handler.Frame(r).WithBreadcrumb(crumb(ctx), ui.Link{Label: locale.T(ctx, "activity.draft.title"), URL: link.ActivityDrafts()})
	return handler.Render(w, r, draftsPage(v))
}

// saveDraft keeps what was typed so far. While somebody types, htmx asks for
// it and gets a line of status; the button leads to the list of drafts, or to
// the full form.
func (p *Pages) saveDraft(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	t, in := readTyped(f)
	var at string
	err = p.db.Write(r.Context(), access.LogActivity, func(tx *db.Tx) error {
		at = locale.Time(r.Context(), tx.Now)
		return activity.SaveDraft(r.Context(), tx, in)
	})
	faults, invalid := fault.AsFields(err)
	switch {
	case handler.IsFragment(r):
		return p.draftStatus(w, r, at, err)
	case invalid:
		return p.showTyped(w, r, t, f.Has("quick"), faults)
	case errors.Is(err, fault.Stale): // it was logged already
		return handler.SeeOther(w, r, link.Activity(in.ID), "")
	case err != nil:
		return err
	case f.Raw("to") == "form":
		return handler.SeeOther(w, r, link.ActivityDraft(in.ID), "")
	}
	return handler.SeeOther(w, r, link.ActivityDrafts(), "activity.flash.draft")
}

// draftStatus answers htmx: a sentence, whatever happened, since the form is
// still there.
func (p *Pages) draftStatus(w http.ResponseWriter, r *http.Request, at string, err error) error {
	ctx := r.Context()
	switch _, invalid := fault.AsFields(err); {
	case err == nil:
		return handler.Render(w, r, draftStatus(locale.T(ctx, "activity.draft.saved_at", "Time", at)))
	case invalid, errors.Is(err, fault.Stale):
		return handler.Render(w, r, draftStatus(""))
	}
	return handler.RenderStatus(w, r, handler.Status(err), draftStatus(locale.T(ctx, "activity.draft.not_saved")))
}

func (p *Pages) showDraft(w http.ResponseWriter, r *http.Request) error {
	a, offer, today, err := p.draft(r)
	if err != nil {
		return err
	}
	if !a.Draft {
		return handler.SeeOther(w, r, link.Activity(a.ID), "")
	}
	v := p.newEntry(r, typedOf(a.Input()), offer, today)
	v.Title = locale.T(r.Context(), "activity.draft.finish")
	v.Lead = locale.T(r.Context(), "activity.draft.lead", "When", locale.DateTime(r.Context(), a.ChangedAt))
	v.CancelURL = link.ActivityDrafts()
	return handler.Render(w, r, entryPage(v))
}

func (p *Pages) draft(r *http.Request) (a activity.Activity, offer activity.Offer, today calendar.Date, err error) {
	id, err := form.PathID(r, "id")
	if err != nil {
		return a, offer, today, err
	}
	err = p.db.Read(r.Context(), access.LogActivity, func(tx *db.Tx) (err error) {
		today = calendar.Of(tx.Now)
		if a, err = activity.ByID(r.Context(), tx, id); err != nil {
			return err
		}
		offer, err = activity.Offers(r.Context(), tx)
		return err
	})
	return a, offer, today, err
}

// discardView asks before a draft goes for good.
type discardView struct {
	Frame   layout.Args
	Confirm ui.Confirmation
}

func (p *Pages) askDiscard(w http.ResponseWriter, r *http.Request) error {
	a, _, _, err := p.draft(r)
	if err != nil {
		return err
	}
	if !a.Draft {
		return fault.NotFound
	}
	ctx := r.Context()
	title := locale.T(ctx, "activity.draft.discard")
	return handler.Render(w, r, discardPage(discardView{
		Frame: handler.Frame(r).WithBreadcrumb(crumb(ctx), ui.Link{Label: locale.T(ctx, "activity.draft.title"), URL: link.ActivityDrafts()},
			ui.Link{Label: title, URL: link.DiscardDraft(a.ID)}),
		Confirm: ui.Confirmation{
			Text:   locale.T(ctx, "activity.draft.discard_text", "Title", draftTitle(ctx, a.Title)),
			Action: link.DiscardDraft(a.ID), Submit: title, CancelURL: link.ActivityDrafts(), Danger: true,
		},
	}))
}

func (p *Pages) discardDraft(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.act(r, activity.Discard); err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.ActivityDrafts(), "activity.flash.discarded")
}
