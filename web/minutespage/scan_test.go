package minutespage_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/link"
	"rundertisch/web/webtest"
)

const signed = "%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n0\n%%EOF\n"

// sealed brings the minutes of the house to their approval.
func (h *house) sealed(t *testing.T, office *webtest.Client) {
	t.Helper()
	webtest.Follow(t, office, office.Post(t, link.BeginMinutes(h.meeting), url.Values{"id": {h.id.String()}}))
	page := webtest.Says(t, office.Get(t, link.CirculateMinutes(h.id)), http.StatusOK)
	webtest.Follow(t, office, office.Post(t, link.CirculateMinutes(h.id), page.Hidden("/umlauf")))
	h.Owner(t, `UPDATE minutes SET state = 'approved', approved_at = now(), approved_how = 'silence' WHERE id = $1`, h.id)
}

// upload sends a file through the form of the proof.
func (h *house) upload(t *testing.T, c *webtest.Client, name, content string) *webtest.Page {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, link.ProveMinutes(h.id), &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.Do(t, r)
}

func TestScanOfTheSignedPrint(t *testing.T) {
	t.Parallel()
	h := open(t)
	office, chair, member, guest := h.enter(t, access.BodyOffice), h.enter(t, access.Chair), h.enter(t, access.Member), h.enter(t, access.Guest)
	h.sealed(t, office)
	prove := link.ProveMinutes(h.id)

	webtest.Says(t, office.Get(t, link.Minutes(h.id)), http.StatusOK, link.ScanOfMinutes(h.id))
	webtest.Says(t, office.Get(t, prove), http.StatusOK, "Noch kein Scan", "Hochladen", `accept=".pdf"`)
	webtest.Says(t, chair.Get(t, prove), http.StatusOK, "Noch kein Scan", "!Hochladen</")
	webtest.Says(t, h.upload(t, office, "scan.pdf", "<html></html>"), http.StatusUnprocessableEntity, "passt nicht zu ihrer Endung", `href="#feld-file"`, "Alle Siegel stimmen")
	webtest.Says(t, h.upload(t, office, "scan.txt", "Text"), http.StatusUnprocessableEntity, "Art PDF")
	webtest.Says(t, h.upload(t, office, "", ""), http.StatusUnprocessableEntity, "Bitte wählen Sie eine Datei aus")
	for _, c := range []*webtest.Client{chair, member, guest} {
		webtest.Says(t, h.upload(t, c, "scan.pdf", signed), http.StatusForbidden)
	}
	webtest.Follow(t, office, h.upload(t, office, "Erster Scan.pdf", signed), "Der Scan ist gespeichert", "Erster Scan.pdf", "aktuell")
	page := webtest.Follow(t, office, h.upload(t, office, "Zweiter Scan.pdf", signed+"\n"), "früher")
	if first, second := strings.Index(page.Body, "Zweiter Scan.pdf"), strings.Index(page.Body, "Erster Scan.pdf"); first < 0 || second < first {
		t.Error("the newest scan is not the first")
	}
	hash := page.Doc().Find("#scans code").Last().Text() // of the first
	webtest.Says(t, office.Get(t, link.With(prove, "pruefsumme", hash)), http.StatusOK, "Das ist die Prüfsumme der Datei „Erster Scan.pdf“")

	file := page.Doc().Find("#scans tbody th a").First().AttrOr("href", "")
	for _, c := range []*webtest.Client{office, chair} {
		got := webtest.Says(t, c.Get(t, file), http.StatusOK)
		if got.Body != signed+"\n" || got.Header.Get("Content-Type") != "application/pdf" ||
			!strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment") || got.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("the scan comes as %v, %q", got.Header, got.Body)
		}
	}
	for _, c := range []*webtest.Client{member, guest} { // the rules give members no closed parts on paper
		webtest.Says(t, c.Get(t, file), http.StatusNotFound)
		without(t, "a member or guest", webtest.Says(t, c.Get(t, prove), http.StatusOK), "Scan.pdf", "Unterschriebene Niederschrift")
	}
	h.Owner(t, `ALTER TABLE bylaws DISABLE TRIGGER USER; UPDATE bylaws SET non_public_copy = 'full'; ALTER TABLE bylaws ENABLE TRIGGER USER`)
	webtest.Says(t, member.Get(t, prove), http.StatusOK, "Zweiter Scan.pdf", "!Zurücknehmen")
	webtest.Says(t, member.Get(t, file), http.StatusOK)
	webtest.Says(t, guest.Get(t, file), http.StatusNotFound)
	webtest.Says(t, member.Get(t, link.Minutes(h.id)), http.StatusOK, "Scan der unterschriebenen Niederschrift hochgeladen")
	without(t, "a guest", guest.Get(t, link.Minutes(h.id)), "unterschriebenen")

	withdraw := file + "/zuruecknehmen"
	for _, c := range []*webtest.Client{chair, member, guest} {
		webtest.Says(t, c.Get(t, withdraw), http.StatusForbidden)
		webtest.Says(t, c.Post(t, withdraw, url.Values{"why": {"x"}}), http.StatusForbidden)
	}
	webtest.Says(t, office.Get(t, withdraw), http.StatusOK, "Zweiter Scan.pdf", "Grund")
	webtest.Says(t, office.Post(t, withdraw, url.Values{}), http.StatusUnprocessableEntity, `href="#feld-why"`)
	for range 2 {
		webtest.Follow(t, office, office.Post(t, withdraw, url.Values{"why": {"falsche Datei"}}), "zurückgenommen", "falsche Datei")
	}
	webtest.Says(t, office.Get(t, file), http.StatusNotFound)
	webtest.Says(t, chair.Get(t, prove), http.StatusOK, "Erster Scan.pdf", "aktuell", "!Zweiter")
	webtest.Says(t, chair.Get(t, link.Minutes(h.id)), http.StatusOK, "zurückgenommen", "falsche Datei")
	without(t, "a member", member.Get(t, link.Minutes(h.id)), "falsche Datei")
	webtest.Says(t, office.Get(t, link.Scan(h.id, uuid.New())), http.StatusNotFound)
}

// TestNoScanBeforeTheApproval: there is no form, and what is sent is refused.
func TestNoScanBeforeTheApproval(t *testing.T) {
	t.Parallel()
	h := open(t)
	office := h.enter(t, access.BodyOffice)
	h.sealed(t, office)
	h.Owner(t, `ALTER TABLE minutes DISABLE TRIGGER USER; UPDATE minutes SET state = 'circulated', approved_at = NULL, approved_how = NULL; ALTER TABLE minutes ENABLE TRIGGER USER`)
	webtest.Says(t, office.Get(t, link.ProveMinutes(h.id)), http.StatusOK, "!Unterschriebene Niederschrift")
	webtest.Says(t, h.upload(t, office, "scan.pdf", signed), http.StatusConflict)
}
