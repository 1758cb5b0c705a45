package publicpage_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/link"
	"rundertisch/internal/sample"
	"rundertisch/internal/testdb"
	"rundertisch/web/webtest"
)

func newSite(t *testing.T) *webtest.Site {
	t.Helper()
	site := webtest.New(t)
	for _, p := range []testdb.Programme{testdb.Saxony, testdb.Musterland} {
		for _, d := range p.Districts {
			sample.Post(t, site.Instance, p, d)
		}
	}
	return site
}

func stand(t *testing.T, c *webtest.Client, query string) map[string]any {
	t.Helper()
	page := c.Get(t, "/stand.json"+query)
	if page.Status != http.StatusOK {
		t.Fatalf("stand.json%s: status %d: %s", query, page.Status, page.Body)
	}
	var figures map[string]any
	if err := json.Unmarshal([]byte(page.Body), &figures); err != nil {
		t.Fatal(err)
	}
	return figures
}

// TestPermanentAddressNeverChanges: what the board said once stays, although a
// later entry changes the same day.
func TestPermanentAddressNeverChanges(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	public := site.Anonymous(testdb.Saxony)
	page := public.Get(t, "/stand?am=2025-07-01")
	permanent, _ := page.Doc().Find(`a[href*="bekannt="]`).First().Attr("href")
	if !strings.HasPrefix(permanent, "/stand?am=2025-07-01&bekannt=") {
		t.Fatalf("permanent address = %q", permanent)
	}
	query := strings.TrimPrefix(permanent, "/stand")
	before := stand(t, public, query)
	officer := site.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.CaseOfficer))
	for _, f := range []url.Values{
		{"id": {uuid.NewString()}, "state": {"interest"}, "from": {"2025-03-10"}},
		{"id": {uuid.NewString()}, "state": {"planned"}, "from": {"2025-06-01"}},
	} {
		if page := officer.Post(t, link.NewPostState("14626"), f); page.Status != http.StatusSeeOther {
			t.Fatalf("set state: %d", page.Status)
		}
	}
	if now := stand(t, public, "?am=2025-07-01"); now["posts_planned"] != 1.0 {
		t.Errorf("as known now: planned = %v, want 1", now["posts_planned"])
	}
	if after := stand(t, public, query); after["posts_planned"] != before["posts_planned"] || before["posts_planned"] != 0.0 {
		t.Errorf("the permanent address said %v and now says %v", before["posts_planned"], after["posts_planned"])
	}
	sum := 0.0
	figures := stand(t, public, "")
	for _, key := range []string{"posts_active", "posts_planned", "posts_vacant", "posts_other"} {
		n, ok := figures[key].(float64)
		if !ok {
			t.Errorf("%s is no number", key)
		}
		sum += n
	}
	if sum != figures["districts_total"] {
		t.Errorf("the four add up to %v, want %v", sum, figures["districts_total"])
	}
}

func TestBoardSaysWhatItCannotRead(t *testing.T) {
	t.Parallel()
	public := newSite(t).Anonymous(testdb.Saxony)
	for query, field := range map[string]string{
		"?am=gestern": "am", "?am=2099-01-01": "am", "?am=31.02.2024": "am", "?am=0001-01-01": "am",
		"?bekannt=nie": "bekannt", "?bekannt=2099-01-01": "bekannt", "?bekannt=2099-01-01T00:00:00Z": "bekannt",
	} {
		page := public.Get(t, "/stand"+query)
		if page.Status != http.StatusUnprocessableEntity || page.Doc().Find(`[name="`+field+`"][aria-invalid="true"]`).Length() != 1 {
			t.Errorf("/stand%s: status %d, want 422 and an error at %s", query, page.Status, field)
		}
		if page := public.Get(t, "/stand.json"+query); page.Status != http.StatusUnprocessableEntity {
			t.Errorf("/stand.json%s: status %d, want 422", query, page.Status)
		}
	}
	for _, query := range []string{"?am=30.04.2024", "?am=2024-04-30&bekannt=2024-05-01", "?am=2024-02-29"} {
		if page := public.Get(t, "/stand"+query); page.Status != http.StatusOK {
			t.Errorf("/stand%s: status %d, want 200", query, page.Status)
		}
	}
}

func TestEachProgrammeHasItsOwnBoard(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	page := site.Anonymous(testdb.Musterland).Get(t, "/stand.csv")
	if !strings.Contains(page.Body, "99001") || strings.Contains(page.Body, "146") {
		t.Errorf("Musterland's table:\n%s", page.Body)
	}
	if page.Header.Get("Set-Cookie") != "" || page.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("headers of open data: %v", page.Header)
	}
	if got, _, _ := strings.Cut(page.Body, "\n"); got != "ags,name,post_state,post_since,conference_state,population" {
		t.Errorf("columns = %s", got)
	}
}

func TestPublicPagesAnswer(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	public := site.Anonymous(testdb.Saxony)
	for _, path := range []string{
		"/", "/stand", "/stand/veraenderungen", "/stand/veraenderungen?von=2024-01-01&bis=2025-01-01", "/ansprechpartner", "/konferenzen",
		"/landesgremium", "/foerderung", "/kontakt", "/aktuelles", "/offene-daten", "/barrierefreiheit", "/datenschutz", "/impressum", "/leichte-sprache",
	} {
		page := public.Get(t, path)
		if page.Status != http.StatusOK || page.Doc().Find("h1").Length() != 1 {
			t.Errorf("%s: status %d, %d h1", path, page.Status, page.Doc().Find("h1").Length())
		}
		if page.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s sets a cookie", path)
		}
		if c := site.Counts(); c.Trips.Load() > 4 || c.Statements.Load() > 8 {
			t.Errorf("%s: %d trips, %d statements", path, c.Trips.Load(), c.Statements.Load())
		}
	}
}

// TestMapLinksLieOnTop: no neighbour covers the frame of the focused district.
func TestMapLinksLieOnTop(t *testing.T) {
	t.Parallel()
	doc := newSite(t).Anonymous(testdb.Saxony).Get(t, "/").Doc()
	links := doc.Find(".app-map__svg a use.app-map__frame")
	if links.Length() == 0 || doc.Find(".app-map__svg a ~ g use.app-map__shape, .app-map__svg a .app-map__shape").Length() != 0 {
		t.Errorf("%d links on the map, or an area lies above one", links.Length())
	}
	for _, u := range links.EachIter() {
		if to, _ := u.Attr("href"); doc.Find("defs path"+to).Length() != 1 {
			t.Errorf("no outline %s", to)
		}
	}
}

func TestDirectoryShowsOfficesAndNoPersons(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	signatory := site.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.Signatory))
	officer := site.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.CaseOfficer))
	set := func(c *webtest.Client, fields url.Values) {
		t.Helper()
		fields.Set("id", uuid.NewString())
		if page := c.Post(t, link.NewPostState("14626"), fields); page.Status != http.StatusSeeOther {
			t.Fatalf("set %v: %d %s", fields, page.Status, page.Text())
		}
	}
	set(officer, url.Values{"state": {"interest"}, "from": {"2024-01-01"}})
	set(signatory, url.Values{"state": {"planned"}, "from": {"2024-02-01"}})
	set(signatory, url.Values{"state": {"advertised"}, "from": {"2024-03-01"}})
	set(signatory, url.Values{
		"state": {"filled"}, "from": {"2024-06-01"}, "holder_name": {"Erika Geheim"}, "fte": {"62,5"}, "office_email": {"buero@kreis.example"},
	})
	public := site.Anonymous(testdb.Saxony)
	body := public.Get(t, "/ansprechpartner").Body
	if !strings.Contains(body, "buero@kreis.example") || strings.Contains(body, "Erika Geheim") {
		t.Error("the directory must show the office and not the person who did not agree")
	}
	set(signatory, url.Values{"state": {"vacant"}, "from": {"2024-09-01"}})
	if strings.Contains(public.Get(t, "/ansprechpartner").Body, "buero@kreis.example") {
		t.Error("a vacant post still shows an address")
	}
}

func TestConferencesShowInstitutionsAndNoPersons(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	sample.Post(t, site.Instance, testdb.Saxony, testdb.Saxony.Districts[0])
	site.Owner(t, `UPDATE body SET priorities = 'Notfallversorgung' WHERE id = $1`, testdb.Saxony.Bodies[0].ID)
	public := site.Anonymous(testdb.Saxony)
	if text := public.Get(t, link.Conferences()).Text(); strings.Contains(text, testdb.Saxony.Bodies[0].Name) {
		t.Error("a conference shows before anybody is interested")
	}
	officer := site.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.CaseOfficer))
	fields := url.Values{"id": {uuid.NewString()}, "state": {"interest"}, "from": {"2024-01-01"}}
	if page := officer.Post(t, link.NewConferenceState("14626"), fields); page.Status != http.StatusSeeOther {
		t.Fatalf("set: %d %s", page.Status, page.Text())
	}
	page := public.Get(t, link.Conferences())
	text := page.Text()
	for _, want := range []string{"Konferenz 14626", "Notfallversorgung", "AOK PLUS", "1 Stimme", "Geschäftsordnung, gültig seit 01.01.2019", "Einwendungen sind 14 Kalendertage"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, never := range []string{"Test ", "@sachsen.example", "Konferenz 14524", "Konferenz 99001", "[body"} {
		if strings.Contains(page.Body, never) {
			t.Errorf("the page shows %q", never)
		}
	}
}
