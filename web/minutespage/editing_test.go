package minutespage_test

import (
	"net/http"
	"net/url"
	"testing"

	"rundertisch/internal/access"
	"rundertisch/internal/link"
	"rundertisch/internal/testdb"
	"rundertisch/web/webtest"
)

// TestWhoEditsIsSeenByTheOtherOffice: two people run the office; the second sees
// that the first has a passage open.
func TestWhoEditsIsSeenByTheOtherOffice(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.Owner(t, `SELECT set_config('app.programme', $1, false)`, testdb.Saxony.ID.String())
	h.Owner(t, `WITH s AS (SELECT set_config('app.programme', $1::text, true))
		INSERT INTO body_office (programme_id, body_id, person_id, valid, recorded_at) SELECT $2, $3, $4, '[2019-01-01,)', now() FROM s`,
		testdb.Saxony.ID.String(), testdb.Saxony.ID, testdb.Saxony.Bodies[0].ID, testdb.Saxony.Actor(access.Lead).Person)
	first, second, member := h.enter(t, access.BodyOffice), h.enter(t, access.Lead), h.enter(t, access.Member)
	webtest.Follow(t, first, first.Post(t, link.BeginMinutes(h.meeting), url.Values{"id": {h.id.String()}}))
	block, version := passage(t, first, h.id, 2)
	beat := link.EditPassage(h.id, block)
	name := "wird von " + testdb.Saxony.Actor(access.BodyOffice).Name + " bearbeitet"

	webtest.Says(t, second.Get(t, link.WriteMinutes(h.id)), http.StatusOK, `data-hx-post="`+beat+`"`, "!wird von")
	webtest.Says(t, first.Post(t, beat, url.Values{}), http.StatusOK, "!wird von", "!<html")
	webtest.Says(t, second.Get(t, link.WriteMinutes(h.id)), http.StatusOK, name)
	webtest.Says(t, second.Post(t, beat, url.Values{}), http.StatusOK, name, "!<html")
	webtest.Says(t, first.Post(t, beat, url.Values{"left": {"1"}}), http.StatusOK, "!wird von")
	webtest.Says(t, second.Get(t, link.WriteMinutes(h.id)), http.StatusOK, "!wird von")
	webtest.Says(t, member.Post(t, beat, url.Values{}), http.StatusForbidden)

	// Without a script, saving says it; it keeps nobody from saving.
	webtest.Follow(t, first, first.Post(t, link.Passage(h.id, block), url.Values{"body": {"Eins."}, "version": {version}}))
	_, version = passage(t, second, h.id, 2)
	webtest.Says(t, second.Get(t, link.WriteMinutes(h.id)), http.StatusOK, name)
	webtest.Follow(t, second, second.Post(t, link.Passage(h.id, block), url.Values{"body": {"Zwei."}, "version": {version}}))
}
