package minutespage_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/link"
	"rundertisch/web/webtest"
)

// TestAnObjectionThatChangedNothingStopsTheVersion: the chair follows it, the
// office is told which one, and links another passage to it.
func TestAnObjectionThatChangedNothingStopsTheVersion(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.Owner(t, `ALTER TABLE bylaws DISABLE TRIGGER USER`)
	h.Owner(t, `UPDATE bylaws SET objections_decided_by = 'chair'`)
	office, chair, member := h.enter(t, access.BodyOffice), h.enter(t, access.Chair), h.enter(t, access.Member)
	webtest.Follow(t, office, office.Post(t, link.BeginMinutes(h.meeting), url.Values{"id": {h.id.String()}}))
	page := webtest.Says(t, office.Get(t, link.CirculateMinutes(h.id)), http.StatusOK)
	webtest.Follow(t, office, office.Post(t, link.CirculateMinutes(h.id), page.Hidden("/umlauf")))
	block, _ := passage(t, office, h.id, 2)
	objection := uuid.New()
	form := url.Values{"id": {objection.String()}, "no": {"1"}, "kind": {"missing"}, "reason": {"ein Satz fehlt"}}
	webtest.Follow(t, member, member.Post(t, link.NewObjection(h.id, block), form), "Einwendung 1")

	page = webtest.Says(t, chair.Get(t, link.ResolveObjection(objection)), http.StatusOK, "schreibt die Geschäftsstelle", `!name="body"`)
	answer := page.Hidden("/entscheiden")
	answer.Set("state", "accepted")
	webtest.Follow(t, chair, chair.Post(t, link.ResolveObjection(objection), answer), "Neu entscheiden")

	webtest.Says(t, office.Get(t, link.CirculateMinutes(h.id)), http.StatusOK, "Einwendungen ohne Änderung", "Einwendung 1, AOK PLUS, Absatz 2.1", `!action="`+link.CirculateMinutes(h.id)+`"`)
	version := url.Values{"version": {"3"}} // circulated and opened again
	webtest.Says(t, office.Post(t, link.CirculateMinutes(h.id), version), http.StatusConflict, "Der Einwendung 1 wird gefolgt")

	other, at := passage(t, office, h.id, 1)
	webtest.Follow(t, office, office.Post(t, link.Passage(h.id, other), url.Values{"body": {"Das ist der Satz."}, "version": {at}}))
	webtest.Says(t, office.Get(t, link.CirculateMinutes(h.id)), http.StatusOK, "ist geändert wegen", "noch ohne Grund")
	linking := url.Values{"objection": {objection.String()}, "next": {"umlauf"}}
	webtest.Follow(t, office, office.Post(t, link.ExplainPassage(h.id, other), linking), "!Einwendungen ohne Änderung", "Fassung 2")
	webtest.Follow(t, office, office.Post(t, link.CirculateMinutes(h.id), version), "Fassung 2")
	webtest.Says(t, chair.Get(t, link.Objection(objection)), http.StatusOK, "!Neu entscheiden")
	webtest.Says(t, chair.Get(t, link.ResolveObjection(objection)), http.StatusForbidden)
}
