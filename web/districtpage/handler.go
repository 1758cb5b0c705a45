// Package districtpage has the pages of the districts for the ministry and the
// districts' own people: the list, one district with both clocks, and the
// forms that set, hold, correct and note.
package districtpage

import (
	"fmt"
	"net/http"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/district"
	"rundertisch/internal/fault"
	"rundertisch/internal/post"
	"rundertisch/web/form"
	"rundertisch/web/handler"
)

// Pages are the district pages.
type Pages struct{ db *db.DB }

// New returns the pages.
func New(d *db.DB) *Pages { return &Pages{db: d} }

// Routes adds the pages.
func (p *Pages) Routes(m *handler.Mux) {
	m.Get(access.ReadDistrict, "/landkreise", p.showList)
	m.Get(access.ReadDistrict, "/landkreise/{ags}", p.showDistrict)
	m.Get(access.ReadPosts, "/stellen", p.showPosts)

	m.Get(access.SetPostState, "/landkreise/{ags}/stelle/zustand", p.showPostStateForm)
	m.Post(access.SetPostState, "/landkreise/{ags}/stelle/zustand", p.setPostState)
	m.Get(access.CorrectFact, "/landkreise/{ags}/stelle/zustand/{fact}/berichtigen", p.showPostCorrection)
	m.Post(access.CorrectFact, "/landkreise/{ags}/stelle/zustand/{fact}/berichtigen", p.correctPost)
	m.Get(access.HoldPost, "/landkreise/{ags}/stelle/besetzung", p.showHolderForm)
	m.Post(access.HoldPost, "/landkreise/{ags}/stelle/besetzung", p.addHolder)
	m.Get(access.HoldPost, "/landkreise/{ags}/stelle/besetzung/{holder}/beenden", p.showHolderEnd)
	m.Post(access.HoldPost, "/landkreise/{ags}/stelle/besetzung/{holder}/beenden", p.endHolder)

	m.Get(access.SetConference, "/landkreise/{ags}/konferenz/zustand", p.showConferenceForm)
	m.Post(access.SetConference, "/landkreise/{ags}/konferenz/zustand", p.setConference)
	m.Get(access.CorrectFact, "/landkreise/{ags}/konferenz/zustand/{fact}/berichtigen", p.showConferenceCorrection)
	m.Post(access.CorrectFact, "/landkreise/{ags}/konferenz/zustand/{fact}/berichtigen", p.correctConference)

	m.Get(access.NoteTalk, "/landkreise/{ags}/gespraeche/neu", p.showTalkForm)
	m.Post(access.NoteTalk, "/landkreise/{ags}/gespraeche/neu", p.noteTalk)
}

// place is the district of the address and its post.
type place struct {
	district district.District
	post     post.Post
}

// find reads the district of the address and its post. It returns
// fault.NotFound if the programme has no such district.
func find(r *http.Request, tx *db.Tx) (place, error) {
	d, err := district.ByAGS(r.Context(), tx, form.Path(r, "ags"))
	if err != nil {
		return place{}, err
	}
	p, err := post.OfDistrict(r.Context(), tx, d.ID)
	return place{district: d, post: p}, err
}

// findFor is find for a page that changes something: it returns
// fault.Forbidden if the actor has no say in this district.
func findFor(r *http.Request, tx *db.Tx, act access.Action) (place, error) {
	at, err := find(r, tx)
	if err == nil && !tx.Actor.MayIn(act, at.district.ID) {
		return place{}, fmt.Errorf("%s in %s: %w", act, at.district.AGS, fault.Forbidden)
	}
	return at, err
}
