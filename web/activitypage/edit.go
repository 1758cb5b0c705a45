package activitypage

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
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

func (p *Pages) showEdit(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	a, offer, today, err := p.editable(r, id)
	if err != nil {
		return err
	}
	t := typedOf(a.Input())
	t.Version = strconv.Itoa(a.Version)
	return handler.Render(w, r, entryPage(p.edit(r, a, t, offer, today)))
}

// editable reads an entry that the actor may change and what the form offers.
func (p *Pages) editable(r *http.Request, id uuid.UUID) (a activity.Activity, offer activity.Offer, today calendar.Date, err error) {
	err = p.db.Read(r.Context(), access.LogActivity, func(tx *db.Tx) (err error) {
		today = calendar.Of(tx.Now)
		if a, err = activity.ByID(r.Context(), tx, id); err != nil {
			return err
		}
		if a.Draft || a.DeletedAt != nil {
			return fmt.Errorf("edit activity %s: %w", id, fault.NotFound)
		}
		if !activity.MayChange(tx.Actor, a) {
			return fmt.Errorf("edit activity %s: %w", id, fault.Forbidden)
		}
		offer, err = activity.Offers(r.Context(), tx)
		return err
	})
	return a, offer, today, err
}

func (p *Pages) edit(r *http.Request, a activity.Activity, t typed, offer activity.Offer, today calendar.Date) entryView {
	ctx := r.Context()
	offer.Districts = nil // an entry stays where it is
	v := p.newEntry(r, t, offer, today)
	v.Title, v.Lead = locale.T(ctx, "activity.edit.title"), ""
	v.Action, v.Submit, v.CancelURL, v.Keep = link.EditActivity(a.ID), locale.T(ctx, "activity.edit.submit"), link.Activity(a.ID), false
	v.Frame = handler.Frame(r).WithBreadcrumb(crumb(ctx), ui.Link{Label: a.Title, URL: link.Activity(a.ID)},
		ui.Link{Label: v.Title, URL: link.EditActivity(a.ID)})
	return v
}

func (p *Pages) changeActivity(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	t, in := readTyped(f)
	version := f.Int("version")
	err = readable(f, in, calendar.Of(p.db.Now()))
	if err == nil {
		err = p.db.Write(r.Context(), access.LogActivity, func(tx *db.Tx) error {
			_, err := activity.Change(r.Context(), tx, id, version, in)
			return err
		})
	}
	if faults, ok := fault.AsFields(err); ok {
		a, offer, today, err := p.editable(r, id)
		if err != nil {
			return err
		}
		v := p.edit(r, a, t, offer, today)
		v.Errors = form.Say(r.Context(), faults)
		v.Frame = v.Frame.WithErrors(true)
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, entryPage(v))
	}
	if errors.Is(err, fault.Stale) {
		return p.showStale(w, r, id, t)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Activity(id), "activity.flash.changed")
}

// staleView shows what somebody else saved beside what was typed.
type staleView struct {
	Frame   layout.Args
	ID      uuid.UUID
	Who     string
	When    string
	Deleted bool
	Compare ui.Comparison
	Mine    []ui.Hidden // sends what was typed over what is saved
}

// showStale answers 409: both texts, and the way to keep either.
func (p *Pages) showStale(w http.ResponseWriter, r *http.Request, id uuid.UUID, t typed) error {
	var a activity.Activity
	err := p.db.Read(r.Context(), access.LogActivity, func(tx *db.Tx) (err error) {
		a, err = activity.ByID(r.Context(), tx, id)
		return err
	})
	if err != nil {
		return err
	}
	ctx := r.Context()
	saved := typedOf(a.Input())
	t.Version = strconv.Itoa(a.Version)
	v := staleView{
		ID: id, Who: a.Changer, When: locale.DateTime(ctx, a.ChangedAt), Deleted: a.DeletedAt != nil, Mine: t.hidden(),
		Compare: ui.Comparison{Left: locale.T(ctx, "activity.stale.saved"), Right: locale.T(ctx, "activity.stale.mine"), Rows: compare(ctx, saved, t)},
	}
	v.Frame = handler.Frame(r).WithErrors(true).
		WithBreadcrumb(crumb(ctx), ui.Link{Label: a.Title, URL: link.Activity(id)})
	return handler.RenderStatus(w, r, http.StatusConflict, stalePage(v))
}

// hidden are the fields as hidden inputs.
func (t typed) hidden() []ui.Hidden {
	list := []ui.Hidden{
		{Name: "id", Value: t.ID},
		{Name: "version", Value: t.Version},
		{Name: "date", Value: t.Date},
		{Name: "type", Value: t.Type},
		{Name: "minutes", Value: t.Minutes},
		{Name: "title", Value: t.Title},
		{Name: "text", Value: t.Text},
		{Name: "field", Value: t.Field},
		{Name: "result", Value: t.Result},
		{Name: "next_step", Value: t.NextStep},
		{Name: "follow_up_on", Value: t.FollowUpOn},
		{Name: "visibility", Value: t.Visibility},
	}
	for i, name := range t.Partners {
		list = append(list, ui.Hidden{Name: activity.PartnerField(i), Value: name})
	}
	return list
}

// readableDate writes a typed date as dates are written, or as it was typed.
func readableDate(ctx context.Context, typed string) string {
	d, err := calendar.ParseGerman(typed)
	if err != nil {
		return typed
	}
	return locale.Date(ctx, d.Time())
}

// compare lists the fields of both versions, first those that differ.
func compare(ctx context.Context, saved, mine typed) []ui.DiffRow {
	rows := []ui.DiffRow{
		{Label: locale.T(ctx, "activity.label.date"), Left: readableDate(ctx, saved.Date), Right: readableDate(ctx, mine.Date)},
		{Label: locale.T(ctx, "activity.label.type"), Left: typeName(ctx, activity.Type(saved.Type)), Right: typeName(ctx, activity.Type(mine.Type))},
		{Label: locale.T(ctx, "activity.label.minutes"), Left: saved.Minutes, Right: mine.Minutes},
		{Label: locale.T(ctx, "activity.label.title"), Left: saved.Title, Right: mine.Title},
		{Label: locale.T(ctx, "activity.label.partners"), Left: strings.Join(saved.Partners, "; "), Right: strings.Join(mine.Partners, "; ")},
		{Label: locale.T(ctx, "activity.label.text"), Left: saved.Text, Right: mine.Text},
		{Label: locale.T(ctx, "activity.label.field"), Left: fieldName(ctx, activity.Field(saved.Field)), Right: fieldName(ctx, activity.Field(mine.Field))},
		{Label: locale.T(ctx, "activity.label.result"), Left: saved.Result, Right: mine.Result},
		{Label: locale.T(ctx, "activity.label.next_step"), Left: saved.NextStep, Right: mine.NextStep},
		{Label: locale.T(ctx, "activity.label.follow_up_on"), Left: readableDate(ctx, saved.FollowUpOn), Right: readableDate(ctx, mine.FollowUpOn)},
		{Label: locale.T(ctx, "activity.label.readers"), Left: readers(ctx, activity.Visibility(saved.Visibility)), Right: readers(ctx, activity.Visibility(mine.Visibility))},
	}
	var changed, same []ui.DiffRow
	for _, row := range rows {
		switch {
		case row.Changed():
			changed = append(changed, row)
		case row.Left != "":
			same = append(same, row)
		}
	}
	return append(changed, same...)
}

// lead says who was faster.
func (v staleView) lead(ctx context.Context) string {
	if v.Deleted {
		return locale.T(ctx, "activity.stale.deleted", "Who", v.Who, "When", v.When)
	}
	return locale.T(ctx, "activity.stale.lead", "Who", v.Who, "When", v.When)
}
