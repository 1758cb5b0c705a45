package minutespage_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/link"
	"rundertisch/internal/minutes"
	"rundertisch/internal/testdb"
	"rundertisch/web/webtest"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// house is the site with a sitting of the first conference that was held three
// days ago.
type house struct {
	*webtest.Site

	today   calendar.Date
	meeting uuid.UUID
	id      uuid.UUID // of the minutes
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{Site: webtest.New(t), today: calendar.Of(time.Now()), meeting: uuid.New(), id: uuid.New()}
	h.sit(t, h.meeting, h.today.AddDays(-3), "held")
	for i, title := range []string{"Begrüßung", "Notfallversorgung", "zzgeheim Personal"} {
		h.Owner(t, `INSERT INTO agenda_item (programme_id, id, body_id, meeting_id, day, ordinal, title, non_public) SELECT $1, $2, body_id, id, day, $4, $5, $6 FROM meeting WHERE id = $3`,
			testdb.Saxony.ID, uuid.New(), h.meeting, i+1, title, i == 2)
	}
	h.Owner(t, `ALTER TABLE bylaws DISABLE TRIGGER USER`)
	h.Owner(t, `UPDATE bylaws SET objections_decided_by = 'office'`)
	h.Owner(t, `ALTER TABLE bylaws ENABLE TRIGGER USER`)
	return h
}

func (h *house) sit(t *testing.T, id uuid.UUID, day calendar.Date, state string) {
	t.Helper()
	h.Owner(t, `WITH s AS (SELECT set_config('app.reach', 'system', true))
		INSERT INTO meeting (programme_id, id, body_id, day, starts_at, title, place, state) SELECT $1, $2, $3, $4, '10:00', 'Beratung', 'Torgau', $5 FROM s`,
		testdb.Saxony.ID, id, testdb.Saxony.Bodies[0].ID, day, state)
}

func (h *house) enter(t *testing.T, r access.Role) *webtest.Client {
	t.Helper()
	return h.SignIn(t, testdb.Saxony, testdb.Saxony.Email(r))
}

// passage reads from the page on which the office writes which passage is the
// first under an item, and the version that a form of it names.
func passage(t *testing.T, office *webtest.Client, id uuid.UUID, item int) (block uuid.UUID, version string) {
	t.Helper()
	first := webtest.Says(t, office.Get(t, link.WriteMinutes(id)), http.StatusOK).Doc().Find("main section").Eq(item - 1).Find(".app-block").First()
	block, err := uuid.Parse(strings.TrimPrefix(first.AttrOr("id", ""), "absatz-"))
	if err != nil {
		t.Fatalf("no passage under item %d: %v", item, err)
	}
	return block, first.Find("input[name=version]").AttrOr("value", "")
}

func without(t *testing.T, who string, p *webtest.Page, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(p.Body, text) {
			t.Errorf("%s reads %q", who, text)
		}
	}
}

// TestStory goes from the held sitting to public minutes by forms alone.
func TestStory(t *testing.T) {
	t.Parallel()
	h := open(t)
	office, chair, member, guest := h.enter(t, access.BodyOffice), h.enter(t, access.Chair), h.enter(t, access.Member), h.enter(t, access.Guest)
	write, review := link.WriteMinutes(h.id), link.ReviewMinutes(h.id)

	webtest.Follow(t, office, office.Post(t, link.BeginMinutes(h.meeting), url.Values{"id": {h.id.String()}}), "Niederschrift schreiben", "Notfallversorgung")
	for item, text := range map[int]string{1: "Der Vorsitz begrüßt.", 2: "Die Notaufnahme bleibt nachts **geöffnet**.", 3: "zzgeheim Frau Muster geht."} {
		id, version := passage(t, office, h.id, item)
		webtest.Follow(t, office, office.Post(t, link.Passage(h.id, id), url.Values{"body": {text}, "version": {version}}))
	}
	webtest.Says(t, chair.Get(t, write), http.StatusOK, "Sie lesen den Entwurf", "geöffnet")
	for _, c := range []*webtest.Client{member, guest} {
		webtest.Says(t, c.Get(t, link.Minutes(h.id)), http.StatusNotFound)
		webtest.Says(t, c.Get(t, write), http.StatusNotFound)
	}

	page := webtest.Says(t, office.Get(t, link.CirculateMinutes(h.id)), http.StatusOK, "Fassung 1", "2 Personen bekommen eine Nachricht")
	webtest.Follow(t, office, office.Post(t, link.CirculateMinutes(h.id), page.Hidden("/umlauf")), "bei den Mitgliedern", "in Durchsicht")

	webtest.Says(t, member.Get(t, review), http.StatusOK, "Noch 1", "<strong>geöffnet</strong>", "zzgeheim")
	without(t, "a guest", webtest.Says(t, guest.Get(t, review), http.StatusOK, "geöffnet", "Teile für Gäste"), "zzgeheim")

	block, _ := passage(t, office, h.id, 2)
	objection := uuid.New()
	form := url.Values{"id": {objection.String()}, "no": {"1"}, "kind": {"wrong"}, "wish": {"Die Notaufnahme bleibt bis 24 Uhr geöffnet."}, "reason": {"so besprochen"}}
	webtest.Says(t, member.Get(t, link.NewObjection(h.id, block)), http.StatusOK, "Die Notaufnahme bleibt nachts")
	for range 2 {
		webtest.Follow(t, member, member.Post(t, link.NewObjection(h.id, block), form), "Einwendung 1", "in Prüfung")
	}
	webtest.Says(t, guest.Get(t, link.Objection(objection)), http.StatusNotFound)

	page = webtest.Says(t, office.Get(t, link.ResolveObjection(objection)), http.StatusOK, "Zum Teil folgen")
	answer := page.Hidden("/entscheiden")
	answer.Set("state", "partly")
	answer.Set("body", "Die Notaufnahme bleibt bis 22 Uhr geöffnet.")
	webtest.Says(t, office.Post(t, link.ResolveObjection(objection), answer), http.StatusUnprocessableEntity, "Bitte begründen Sie die Entscheidung", "bis 22 Uhr")
	answer.Set("answer", "22 Uhr nach dem Mitschnitt")
	webtest.Follow(t, office, office.Post(t, link.ResolveObjection(objection), answer), "zum Teil gefolgt", "22 Uhr nach dem Mitschnitt")

	page = webtest.Says(t, office.Get(t, link.CirculateMinutes(h.id)), http.StatusOK, "Fassung 2", "Einwendung 1")
	webtest.Follow(t, office, office.Post(t, link.CirculateMinutes(h.id), page.Hidden("/umlauf")))
	compare := webtest.Says(t, member.Get(t, link.CompareMinutes(h.id, 1, 2)), http.StatusOK, "gelöscht:", "eingefügt:", "Einwendung 1")
	if n := compare.Doc().Find("article.kern-card").Length(); n != 1 {
		t.Errorf("%d differences, want exactly the one", n)
	}

	webtest.Says(t, office.Get(t, link.ApproveMinutes(h.id)), http.StatusOK, "Die Genehmigung ist danach möglich")
	h.Owner(t, `UPDATE minutes SET deadline = $1`, h.today.AddDays(-1)) // the period is over
	decision := h.approving(t, office)
	page = webtest.Says(t, office.Get(t, link.ApproveMinutes(h.id)), http.StatusOK, "/1 vom")
	approve := page.Hidden("/genehmigung")
	approve.Set("decision", decision.String())
	webtest.Says(t, office.Get(t, link.Decision(decision)), http.StatusOK, link.VoidDecision(decision))
	webtest.Follow(t, office, office.Post(t, link.ApproveMinutes(h.id), approve), "Die Niederschrift ist genehmigt")
	webtest.Says(t, office.Get(t, link.Decision(decision)), http.StatusOK, "Damit genehmigt", "!"+link.VoidDecision(decision))
	webtest.Says(t, office.Post(t, link.VoidDecision(decision), url.Values{"why": {"verzählt"}}), http.StatusConflict, "kann nicht mehr aufgehoben werden")
	webtest.Follow(t, chair, chair.Post(t, link.SignMinutes(h.id), url.Values{}), "Vom Vorsitz unterzeichnet", "!Als Vorsitz unterzeichnen")
	webtest.Follow(t, office, office.Post(t, link.SignMinutes(h.id), url.Values{}), "unterzeichnet", "!Für die Protokollführung unterzeichnen")
	webtest.Says(t, office.Post(t, link.SignMinutes(h.id), url.Values{}), http.StatusConflict, "schon eingetragen")
	webtest.Says(t, member.Get(t, link.ProveMinutes(h.id)), http.StatusOK, "Alle Siegel stimmen")
	webtest.Says(t, office.Post(t, link.Passage(h.id, block), url.Values{"body": {"anders"}, "version": {"9"}}), http.StatusConflict)

	public := h.Anonymous(testdb.Saxony)
	webtest.Says(t, public.Get(t, link.PublicMinutes(h.id)), http.StatusNotFound)
	webtest.Follow(t, office, office.Post(t, link.ReleaseMinutes(h.id), url.Values{"block": {block.String()}}), "Die Auswahl ist gespeichert")
	without(t, "the public", webtest.Says(t, public.Get(t, link.PublicMinutes(h.id)), http.StatusOK, "bis 22 Uhr geöffnet"), "zzgeheim", "begrüßt")
	webtest.Says(t, public.Get(t, link.AllPublicMinutes()), http.StatusOK, "Konferenz 14626")
	webtest.Says(t, public.Get(t, link.Minutes(h.id)), http.StatusSeeOther)
}

// approving lets a later sitting take the item with one press and makes its
// decision on it.
func (h *house) approving(t *testing.T, office *webtest.Client) uuid.UUID {
	t.Helper()
	meeting, id := uuid.New(), uuid.New()
	h.sit(t, meeting, h.today, "in_session")
	webtest.Says(t, office.Get(t, link.ApproveMinutes(h.id)), http.StatusOK, "Noch kein passender Beschluss", "Auf die Tagesordnung setzen: Beratung", h.id.String())
	webtest.Says(t, office.Get(t, link.With(link.NewItem(meeting), "niederschrift", h.id.String())), http.StatusOK,
		`value="Genehmigung der Niederschrift vom `, `<option value="`+h.id.String()+`" selected`)
	webtest.Says(t, office.Post(t, link.NewItem(meeting), url.Values{"id": {uuid.NewString()}, "kind": {"approval"}, "title": {"Genehmigung"}}),
		http.StatusUnprocessableEntity, "Bitte wählen Sie die Niederschrift")
	page := webtest.Says(t, office.Get(t, link.Sitting(meeting)), http.StatusOK, "Genehmigung der Niederschrift vom", "aufnehmen")
	tap := page.Hidden("/punkte/neu")
	webtest.Follow(t, office, office.Post(t, link.NewItem(meeting), tap), "1. Genehmigung der Niederschrift vom", "Niederschrift lesen", "!aufnehmen")
	webtest.Says(t, office.Get(t, link.ApproveMinutes(h.id)), http.StatusOK, "Steht auf der Tagesordnung: Beratung", "!Auf die Tagesordnung setzen")
	h.Owner(t, `INSERT INTO decision (programme_id, id, body_id, meeting_id, agenda_item_id, day, type, title, wording, method, majority, seats, present,
			quorum_needed, quorum_met, yes, no, abstain, result, year, number, decided_at)
		VALUES ($1, $2, $3, $4, $7, $5, 'procedural', 'Genehmigung', 'Die Niederschrift wird genehmigt.', 'hand', 'simple', 4, 4, 2, true, 4, 0, 0,
			'adopted', $6, 1, now())`, testdb.Saxony.ID, id, testdb.Saxony.Bodies[0].ID, meeting, h.today, h.today.Year(), tap.Get("id"))
	return id
}

// TestConflictShowsBothTexts: two offices edit one passage.
func TestConflictShowsBothTexts(t *testing.T) {
	t.Parallel()
	h := open(t)
	office := h.enter(t, access.BodyOffice)
	webtest.Follow(t, office, office.Post(t, link.BeginMinutes(h.meeting), url.Values{"id": {h.id.String()}}))
	id, version := passage(t, office, h.id, 2)
	webtest.Follow(t, office, office.Post(t, link.Passage(h.id, id), url.Values{"body": {"Das Klinikum bleibt offen."}, "version": {version}}))
	mine := url.Values{"body": {"Das Klinikum schließt nachts."}, "version": {version}}
	webtest.Says(t, office.Post(t, link.Passage(h.id, id), mine), http.StatusConflict, "nichts ist verloren", "Das Klinikum schließt nachts.", "gelöscht:", "bleibt offen")
	office.HTMX = true
	webtest.Says(t, office.Post(t, link.Passage(h.id, id), mine), http.StatusConflict, "schließt nachts", "data-conflict", `name="version" value="2"`, "!<html", "!<textarea")
	long := url.Values{"body": {strings.Repeat("x", minutes.MaxPassage+1)}, "version": {"2"}}
	webtest.Says(t, office.Post(t, link.Passage(h.id, id), long), http.StatusUnprocessableEntity, "teilen Sie ihn")
}

// TestMarkupIsText: raw HTML and scripts stand there as they were typed.
func TestMarkupIsText(t *testing.T) {
	t.Parallel()
	h := open(t)
	office := h.enter(t, access.BodyOffice)
	webtest.Follow(t, office, office.Post(t, link.BeginMinutes(h.meeting), url.Values{"id": {h.id.String()}}))
	id, version := passage(t, office, h.id, 2)
	evil := `<script>alert(1)</script> [klick](javascript:alert(1)) <img src=x onerror=alert(1)>`
	webtest.Follow(t, office, office.Post(t, link.Passage(h.id, id), url.Values{"body": {evil}, "version": {version}}))
	page := webtest.Says(t, office.Get(t, link.CirculateMinutes(h.id)), http.StatusOK)
	webtest.Follow(t, office, office.Post(t, link.CirculateMinutes(h.id), page.Hidden("/umlauf")))
	doc := webtest.Says(t, office.Get(t, link.ReviewMinutes(h.id)), http.StatusOK, "&lt;script&gt;").Doc()
	if doc.Find("main script, main img, main a[href^=javascript]").Length() > 0 {
		t.Error("typed markup became markup")
	}
}
