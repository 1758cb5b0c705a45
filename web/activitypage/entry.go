package activitypage

import (
	"errors"
	"net/http"
	"strings"

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

// quickMinutes is the duration that the forms begin with.
const quickMinutes = 30

// entryView is the form of an activity, short or full.
type entryView struct {
	Frame     layout.Args
	Title     string
	Lead      string
	Action    string // where the form posts to
	Submit    string
	CancelURL string
	Typed     typed
	Rows      int // fields for partners
	Offer     activity.Offer
	Today     string // the last day that may be chosen
	Errors    form.Errors
	Keep      bool // offers to keep a draft
	SavedAt   string
}

// showEntry shows the full form, or the short one for ?kurz.
func (p *Pages) showEntry(w http.ResponseWriter, r *http.Request) error {
	var offer activity.Offer
	var today calendar.Date
	err := p.db.Read(r.Context(), access.LogActivity, func(tx *db.Tx) (err error) {
		today = calendar.Of(tx.Now)
		offer, err = activity.Offers(r.Context(), tx)
		return err
	})
	if err != nil {
		return err
	}
	v := p.newEntry(r, blank(offer, today), offer, today)
	if form.Query(r).Has("kurz") {
		return handler.Render(w, r, quickPage(v))
	}
	return handler.Render(w, r, entryPage(v))
}

// blank is what a new entry begins with.
func blank(offer activity.Offer, today calendar.Date) typed {
	in := activity.Input{ID: uuid.New(), Type: offer.LastType, HappenedOn: today, Minutes: quickMinutes, Visibility: activity.District}
	if len(offer.Districts) > 0 {
		in.District = offer.Districts[0].ID
	}
	return typedOf(in)
}

func (p *Pages) newEntry(r *http.Request, t typed, offer activity.Offer, today calendar.Date) entryView {
	ctx := r.Context()
	v := entryView{
		Title: locale.T(ctx, "activity.new.title"), Lead: locale.T(ctx, "activity.new.lead"),
		Action: link.Activities(), Submit: locale.T(ctx, "activity.new.submit"), CancelURL: link.Activities(),
		Typed: t, Rows: partnerRows(t), Offer: offer, Today: today.String(), Keep: true,
	}
	v.Frame = handler.Frame(r).WithBreadcrumb(crumb(ctx), ui.Link{Label: v.Title, URL: link.NewActivity()})
	return v
}

// partnerRows is how many fields for partners the form shows: three, or one
// more than are filled.
func partnerRows(t typed) int { return min(max(3, len(t.Partners)+1), activity.MaxPartners) }

// logActivity takes the short and the full form.
func (p *Pages) logActivity(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	t, in := readTyped(f)
	var added []string
	err = readable(f, in, calendar.Of(p.db.Now()))
	if err == nil {
		err = p.db.Write(r.Context(), access.LogActivity, func(tx *db.Tx) (err error) {
			added, err = activity.Log(r.Context(), tx, in)
			return err
		})
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.showTyped(w, r, t, f.Has("quick"), faults)
	}
	if errors.Is(err, fault.Stale) {
		return p.showStale(w, r, in.ID, t)
	}
	if err != nil {
		return err
	}
	flash := handler.Flash{Key: "activity.flash.logged", Undo: link.DeleteActivity(in.ID)}
	if len(added) > 0 {
		flash.Key, flash.Args = "activity.flash.logged_with", []string{"Partners", strings.Join(added, ", ")}
	}
	handler.SetFlash(w, r, flash)
	to := link.Activity(in.ID)
	if f.Has("quick") {
		to = link.Activities()
	}
	return handler.SeeOther(w, r, to, "")
}

// showTyped shows the form again with what was typed.
func (p *Pages) showTyped(w http.ResponseWriter, r *http.Request, t typed, quick bool, faults fault.Fields) error {
	var offer activity.Offer
	var today calendar.Date
	err := p.db.Read(r.Context(), access.LogActivity, func(tx *db.Tx) (err error) {
		today = calendar.Of(tx.Now)
		offer, err = activity.Offers(r.Context(), tx)
		return err
	})
	if err != nil {
		return err
	}
	v := p.newEntry(r, t, offer, today)
	v.Errors = form.Say(r.Context(), faults)
	v.Frame = v.Frame.WithErrors(v.Errors.Any())
	if quick {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, quickPage(v))
	}
	return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, entryPage(v))
}

// showCopy shows the form of a new entry that repeats an earlier one.
func (p *Pages) showCopy(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	var a activity.Activity
	var offer activity.Offer
	var today calendar.Date
	err = p.db.Read(r.Context(), access.LogActivity, func(tx *db.Tx) (err error) {
		today = calendar.Of(tx.Now)
		if a, err = activity.ByID(r.Context(), tx, id); err != nil {
			return err
		}
		offer, err = activity.Offers(r.Context(), tx)
		return err
	})
	if err != nil {
		return err
	}
	in := a.Copy(uuid.New(), today)
	if len(offer.Districts) > 0 {
		in.District = offer.Districts[0].ID
	}
	v := p.newEntry(r, typedOf(in), offer, today)
	v.Title = locale.T(r.Context(), "activity.copy.title")
	v.Lead = locale.T(r.Context(), "activity.copy.lead", "Title", a.Title)
	v.CancelURL = link.Activity(id)
	return handler.Render(w, r, entryPage(v))
}
