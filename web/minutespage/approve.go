package minutespage

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/meeting"
	"rundertisch/internal/minutes"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// approveView records by which decision minutes were approved.
type approveView struct {
	Frame     layout.Args
	Minutes   minutes.Minutes
	Decisions []ui.Option
	Runs      bool      // the deadline is not over
	Open      int       // objections that wait for a decision
	Sittings  []ui.Link // to come: with the item, or that can take it
	Errors    form.Errors
}

func (p *Pages) showApprove(w http.ResponseWriter, r *http.Request) error {
	return p.approvePage(w, r, http.StatusOK, nil)
}

func (p *Pages) approvePage(w http.ResponseWriter, r *http.Request, status int, faults fault.Fields) error {
	v := approveView{Errors: form.Say(r.Context(), faults)}
	m, err := p.read(r, access.CirculateMinutes, func(ctx context.Context, tx *db.Tx, m minutes.Minutes) error {
		if !tx.Actor.MayAt(access.CirculateMinutes, m.BodyID) {
			return fault.NotFound
		}
		list, err := minutes.ApprovingDecisions(ctx, tx, m)
		if err != nil {
			return err
		}
		v.Decisions = decisionOptions(ctx, list)
		if v.Sittings, err = sittingsFor(ctx, tx, m); err != nil {
			return err
		}
		v.Runs = !m.Late(calendar.Of(tx.Now))
		objections, err := minutes.Objections(ctx, tx, m.ID)
		for _, o := range objections {
			if o.State.Open() {
				v.Open++
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	ctx := r.Context()
	v.Minutes = m
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumbs(ctx, m, ui.Link{Label: locale.T(ctx, "minutes.do.approve"), URL: link.ApproveMinutes(m.ID)})...)
	return handler.RenderStatus(w, r, status, approvePage(v))
}

// sittingsFor are the sittings on whose agenda the minutes stand, or else those
// that can still take the item.
func sittingsFor(ctx context.Context, tx *db.Tx, m minutes.Minutes) (list []ui.Link, err error) {
	planned, err := minutes.OnAgendas(ctx, tx, m)
	for _, s := range planned {
		label := locale.T(ctx, "minutes.approve.is_on", "Title", s.Title, "Day", locale.Date(ctx, s.Day.Time()))
		list = append(list, ui.Link{Label: label, URL: link.Sitting(s.MeetingID)})
	}
	if err != nil || len(list) > 0 {
		return list, err
	}
	upcoming, err := meeting.Upcoming(ctx, tx, m.BodyID)
	for _, s := range upcoming {
		if s.Day.After(m.Day) {
			label := locale.T(ctx, "minutes.approve.put_on", "Title", s.Title, "Day", locale.Date(ctx, s.Day.Time()))
			list = append(list, ui.Link{Label: label, URL: link.With(link.NewItem(s.ID), "niederschrift", m.ID.String())})
		}
	}
	return list, err
}

func (p *Pages) approve(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	decision, version := f.ID("decision"), f.Int("version")
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.CirculateMinutes, func(tx *db.Tx) error {
			return p.service.Approve(r.Context(), tx, id, decision, version)
		})
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.approvePage(w, r, http.StatusUnprocessableEntity, faults)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Minutes(id), "minutes.flash.approved")
}

func (p *Pages) sign(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, access.SignMinutes, link.Minutes, "minutes.flash.signed",
		func(ctx context.Context, tx *db.Tx, id uuid.UUID, _ *form.Values) error {
			return minutes.Sign(ctx, tx, id)
		})
}

// correctionView is the form of a correction note.
type correctionView struct {
	Frame   layout.Args
	Minutes minutes.Minutes
	ID      uuid.UUID
	Text    string
	Errors  form.Errors
}

func (p *Pages) showCorrection(w http.ResponseWriter, r *http.Request) error {
	return p.correctionPage(w, r, http.StatusOK, uuid.New(), "", nil)
}

func (p *Pages) correctionPage(w http.ResponseWriter, r *http.Request, status int, id uuid.UUID, text string, faults fault.Fields) error {
	m, err := p.read(r, access.CirculateMinutes, func(_ context.Context, tx *db.Tx, m minutes.Minutes) error {
		if !tx.Actor.MayAt(access.CirculateMinutes, m.BodyID) {
			return fault.NotFound
		}
		return nil
	})
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := correctionView{Minutes: m, ID: id, Text: text, Errors: form.Say(ctx, faults)}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumbs(ctx, m, ui.Link{Label: locale.T(ctx, "minutes.do.correct"), URL: link.CorrectMinutes(m.ID)})...)
	return handler.RenderStatus(w, r, status, correctionPage(v))
}

func (p *Pages) proposeCorrection(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	c := minutes.Correction{ID: f.NewID("id"), Text: f.Text("text"), NonPublic: f.Text("non_public") != ""}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.CirculateMinutes, func(tx *db.Tx) error {
			return minutes.ProposeCorrection(r.Context(), tx, id, c)
		})
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.correctionPage(w, r, http.StatusUnprocessableEntity, c.ID, c.Text, faults)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Minutes(id)+"#berichtigungen", "minutes.flash.correction")
}

func (p *Pages) decideCorrection(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	decision := f.ID("decision")
	if f.Text("approved") != "1" {
		decision = uuid.Nil
	}
	var minutesID uuid.UUID
	err = p.db.Write(r.Context(), access.CirculateMinutes, func(tx *db.Tx) (err error) {
		minutesID, err = minutes.DecideCorrection(r.Context(), tx, id, decision)
		return err
	})
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Minutes(minutesID)+"#berichtigungen", "minutes.flash.correction_decided")
}
