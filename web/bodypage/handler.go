// Package bodypage has the pages of the bodies: the list, one body with its
// roster and its rules of procedure, one seat with everybody who held it, and
// the forms with which the ministry and a body's office keep them.
package bodypage

import (
	"context"
	"fmt"
	"net/http"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/ui"
)

// Pages are the pages of the bodies.
type Pages struct{ db *db.DB }

// New returns the pages.
func New(d *db.DB) *Pages { return &Pages{db: d} }

// Routes adds the pages.
func (p *Pages) Routes(m *handler.Mux) {
	m.Get(access.ReadBodies, "/gremien", p.showList)
	m.Get(access.AddBody, "/gremien/neu", p.showNew)
	m.Post(access.AddBody, "/gremien/neu", p.addBody)
	m.Get(access.ReadBodies, "/gremien/{id}", p.showBody)
	m.Get(access.ReadBodies, "/gremien/{id}/sitze/{seat}", p.showSeat)
	m.Get(access.ReadBodies, "/gremien/{id}/regeln", p.showBylaws)
	for _, at := range []struct {
		pattern string
		errand
	}{
		{"/gremien/{id}/bearbeiten", changeBody},
		{"/gremien/{id}/bestand", keepTerm},
		{"/gremien/{id}/sitze/neu", addSeat},
		{"/gremien/{id}/sitze/{seat}/bearbeiten", changeSeat},
		{"/gremien/{id}/sitze/{seat}/beenden", endSeat},
		{"/gremien/{id}/sitze/{seat}/fortsetzen", reopenSeat},
		{"/gremien/{id}/sitze/{seat}/besetzung", holdSeat},
		{"/gremien/{id}/sitze/{seat}/vorsitz", chairSeat},
		{"/gremien/{id}/besetzung/{holder}/beenden", endHolding},
		{"/gremien/{id}/besetzung/{holder}/berichtigen", correctHolding},
		{"/gremien/{id}/geschaeftsstelle/neu", appointOfficer},
		{"/gremien/{id}/geschaeftsstelle/{officer}/beenden", endOfficer},
		{"/gremien/{id}/regeln/neu", adoptBylaws},
		{"/gremien/{id}/regeln/{bylaws}/berichtigen", correctBylaws},
	} {
		m.Get(at.act, at.pattern, p.show(at.errand))
		m.Post(at.act, at.pattern, p.send(at.errand))
	}
}

// place is what the address names: a body and perhaps something of it.
type place struct {
	body    body.Body
	seat    body.Seat    // {seat}, or the one of {holder}
	holding body.Holding // {holder}
	officer body.Officer // {officer}
	version body.Version // {bylaws}
	term    body.Term    // of a body above the districts
	rules   body.Bylaws  // in force today, for forms of the rules
	today   calendar.Date
}

// find reads what the address names. It returns fault.NotFound for what the
// programme, or the body, does not have.
func find(ctx context.Context, r *http.Request, tx *db.Tx) (at place, err error) {
	id, err := form.PathID(r, "id")
	if err != nil {
		return at, err
	}
	at.today = calendar.Of(tx.Now)
	if at.body, err = body.ByID(ctx, tx, id); err != nil {
		return at, err
	}
	if at.body.Kind != body.Conference {
		if at.term, err = body.TermOf(ctx, tx, id); err != nil {
			return at, err
		}
	}
	switch {
	case form.Path(r, "seat") != "":
		err = findSeat(ctx, r, tx, &at)
	case form.Path(r, "holder") != "":
		err = findHolding(ctx, r, tx, &at)
	case form.Path(r, "officer") != "":
		err = findOfficer(ctx, r, tx, &at)
	case form.Path(r, "bylaws") != "":
		err = findVersion(ctx, r, tx, &at)
	}
	return at, err
}

func findSeat(ctx context.Context, r *http.Request, tx *db.Tx, at *place) error {
	id, err := form.PathID(r, "seat")
	if err == nil {
		at.seat, err = body.SeatByID(ctx, tx, at.body.ID, id)
	}
	return err
}

func findHolding(ctx context.Context, r *http.Request, tx *db.Tx, at *place) error {
	id, err := form.PathID(r, "holder")
	if err != nil {
		return err
	}
	if at.holding, err = body.HoldingByID(ctx, tx, at.body.ID, id); err != nil {
		return err
	}
	at.seat, err = body.SeatByID(ctx, tx, at.body.ID, at.holding.SeatID)
	return err
}

func findOfficer(ctx context.Context, r *http.Request, tx *db.Tx, at *place) error {
	id, err := form.PathID(r, "officer")
	if err != nil {
		return err
	}
	all, err := body.Officers(ctx, tx, at.body.ID)
	for _, o := range all {
		if o.ID == id {
			at.officer = o
			return nil
		}
	}
	if err == nil {
		err = fault.NotFound
	}
	return err
}

func findVersion(ctx context.Context, r *http.Request, tx *db.Tx, at *place) error {
	id, err := form.PathID(r, "bylaws")
	if err != nil {
		return err
	}
	all, err := body.Versions(ctx, tx, at.body.ID)
	for _, v := range all {
		if v.ID == id && !v.Withdrawn() {
			at.version = v
			return nil
		}
	}
	if err == nil {
		err = fault.NotFound
	}
	return err
}

// findFor is find for a page that changes something: it returns
// fault.Forbidden if the actor has no say in this body.
func findFor(ctx context.Context, r *http.Request, tx *db.Tx, act access.Action) (place, error) {
	at, err := find(ctx, r, tx)
	if err == nil && !tx.Actor.MayFor(act, at.body.ID) {
		return place{}, fmt.Errorf("%s in %s: %w", act, at.body.ID, fault.Forbidden)
	}
	return at, err
}

// crumbs is the way to a body and, if it has a label, to a page below it.
func crumbs(ctx context.Context, b body.Body, pages ...ui.Link) []ui.Link {
	return append([]ui.Link{
		{Label: locale.T(ctx, "nav.bodies"), URL: link.Bodies()}, {Label: b.Name, URL: link.Body(b.ID)},
	}, pages...)
}

func dateText(ctx context.Context, d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return locale.Date(ctx, d.Time())
}

// period writes a range of days with the last day that is in it.
func period(ctx context.Context, r calendar.Range) string {
	if r.To.IsZero() {
		return locale.T(ctx, "body.since", "Day", dateText(ctx, r.From))
	}
	return locale.T(ctx, "body.from_to", "From", dateText(ctx, r.From), "To", dateText(ctx, r.To.AddDays(-1)))
}

func who(ctx context.Context, name *string) string {
	if name == nil {
		return locale.T(ctx, "fact.by_system")
	}
	return *name
}

func recorded(ctx context.Context, r fact.Record) string {
	text := locale.T(ctx, "fact.recorded", "Time", locale.DateTime(ctx, r.RecordedAt), "Who", who(ctx, r.Recorder))
	if r.Simulated {
		text += " · " + locale.T(ctx, "board.simulated")
	}
	return text
}

func withdrawn(ctx context.Context, r fact.Record) string {
	if !r.Withdrawn() {
		return ""
	}
	why := ""
	if r.WithdrawnWhy != nil {
		why = *r.WithdrawnWhy
	}
	return locale.T(ctx, "fact.withdrawn", "Time", locale.DateTime(ctx, *r.WithdrawnAt), "Who", who(ctx, r.Withdrawer), "Why", why)
}
