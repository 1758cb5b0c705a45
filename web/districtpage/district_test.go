package districtpage_test

import (
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

// newSite has a post in each of Saxony's districts.
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

const (
	own   = "14626" // the first district of the test world
	other = "14524"
)

func stateForm(state, from string) url.Values {
	return url.Values{"id": {uuid.NewString()}, "state": {state}, "from": {from}}
}

func TestBackdatedStateMovesTheBoard(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	officer := site.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.CaseOfficer))
	for _, f := range []url.Values{stateForm("interest", "10.03.2025"), stateForm("planned", "2025-06-01")} {
		if page := officer.Post(t, link.NewPostState(own), f); page.Status != http.StatusSeeOther || page.Header.Get("Location") != link.District(own) {
			t.Fatalf("set state: status %d to %q: %s", page.Status, page.Header.Get("Location"), page.Text())
		}
	}
	public := site.Anonymous(testdb.Saxony)
	for day, want := range map[string]string{"2025-05-31": `"posts_planned": 0`, "2025-06-01": `"posts_planned": 1`} {
		if page := public.Get(t, "/stand.json?am="+day); !strings.Contains(page.Body, want) {
			t.Errorf("board on %s lacks %s: %s", day, want, page.Body)
		}
	}
	text := officer.Get(t, link.District(own)).Text()
	for _, want := range []string{"gilt ab 01.06.2025", "gilt ab 10.03.2025", "erfasst am"} {
		if !strings.Contains(text, want) {
			t.Errorf("the district page lacks %q", want)
		}
	}
}

func TestStateFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	officer := site.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.CaseOfficer))
	tests := []struct{ name, state, from, field string }{
		{"an unreadable day", "interest", "32.13.2025", "from"},
		{"a day to come", "interest", "2099-01-01", "from"},
		{"a step that is not allowed", "planned", "2025-01-01", "state"},
		{"no state", "", "2025-01-01", "state"},
	}
	for _, tt := range tests {
		f := stateForm(tt.state, tt.from)
		f.Set("note", "Beschluss steht <b>aus</b>")
		page := officer.Post(t, link.NewPostState(own), f)
		doc := page.Doc()
		if page.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d, want 422", tt.name, page.Status)
		}
		if doc.Find(`[name="`+tt.field+`"][aria-invalid="true"]`).Length() != 1 || doc.Find("#fehler a").Length() == 0 {
			t.Errorf("%s: no error at %s", tt.name, tt.field)
		}
		if got := doc.Find(`[name="note"]`).Text(); got != "Beschluss steht <b>aus</b>" {
			t.Errorf("%s: the note became %q", tt.name, got)
		}
		if page.Value("id") != f.Get("id") {
			t.Errorf("%s: the form lost its id", tt.name)
		}
	}
}

func TestDistrictPagesAnswerByRole(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	signIn := func(p testdb.Programme, email string) *webtest.Client { return site.SignIn(t, p, email) }
	officer := signIn(testdb.Saxony, testdb.Saxony.Email(access.CaseOfficer))
	signatory := signIn(testdb.Saxony, testdb.Saxony.Email(access.Signatory))
	tests := []struct {
		name   string
		client *webtest.Client
		path   string
		want   int
	}{
		{"a stranger is asked to sign in", site.Anonymous(testdb.Saxony), link.District(own), http.StatusSeeOther},
		{"a member has no district pages", signIn(testdb.Saxony, testdb.Saxony.Email(access.Member)), link.District(own), http.StatusForbidden},
		{"an officer reads any district", officer, link.District(other), http.StatusOK},
		{"a signatory reads the neighbour", signatory, link.District(other), http.StatusOK},
		{"a signatory changes his own", signatory, link.NewPostState(own), http.StatusOK},
		{"and not the neighbour's", signatory, link.NewPostState(other), http.StatusForbidden},
		{"nor notes talks", signatory, link.NewTalk(own), http.StatusForbidden},
		{"the other programme's district is not there", officer, link.District("99001"), http.StatusNotFound},
		{"no more than one that never was", officer, link.District("00000"), http.StatusNotFound},
		{"a fact of nobody", officer, link.CorrectPostState(own, uuid.New()), http.StatusNotFound},
		{"a wrong address", officer, "/landkreise/" + own + "/stelle/zustand/x/berichtigen", http.StatusNotFound},
	}
	for _, tt := range tests {
		if page := tt.client.Get(t, tt.path); page.Status != tt.want {
			t.Errorf("%s: GET %s = %d, want %d", tt.name, tt.path, page.Status, tt.want)
		}
	}
}

func TestTalksStayWithTheMinistry(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	officer := site.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.CaseOfficer))
	f := url.Values{"id": {uuid.NewString()}, "held_on": {"2025-03-04"}, "channel": {"phone"}, "with_whom": {"Dezernat"}, "summary": {"zzvertraulich"}}
	for range 2 { // a double click notes one talk
		if page := officer.Post(t, link.NewTalk(own), f); page.Status != http.StatusSeeOther {
			t.Fatalf("note talk: status %d", page.Status)
		}
	}
	if n := strings.Count(officer.Get(t, link.District(own)).Body, "zzvertraulich"); n != 1 {
		t.Errorf("the officer sees the talk %d times, want once", n)
	}
	lead := site.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.Lead))
	if !strings.Contains(lead.Get(t, link.District(own)).Body, "zzvertraulich") {
		t.Error("the ministry's lead does not see the talk")
	}
	signatory := site.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.Signatory))
	if strings.Contains(signatory.Get(t, link.District(own)).Body, "zzvertraulich") {
		t.Error("the district sees the ministry's talk")
	}
}

func TestCorrectionKeepsTheOldEntryVisible(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	officer := site.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.CaseOfficer))
	f := stateForm("interest", "2025-03-10")
	officer.Post(t, link.NewPostState(own), f)
	form := url.Values{"id": {uuid.NewString()}, "state": {"planned"}, "from": {"2025-02-01"}, "why": {"falscher Monat"}}
	address := link.CorrectPostState(own, uuid.MustParse(f.Get("id")))
	if page := officer.Post(t, address, form); page.Status != http.StatusSeeOther {
		t.Fatalf("correct: status %d: %s", page.Status, page.Text())
	}
	text := officer.Get(t, link.District(own)).Text()
	for _, want := range []string{"gilt ab 10.03.2025", "berichtigt am", "falscher Monat", "gilt ab 01.02.2025", "Berichtigung: falscher Monat"} {
		if !strings.Contains(text, want) {
			t.Errorf("the district page lacks %q", want)
		}
	}
	form.Set("id", uuid.NewString())
	if page := officer.Post(t, address, form); page.Status != http.StatusConflict {
		t.Errorf("a second correction of the same entry: status %d, want 409", page.Status)
	}
	if page := officer.Post(t, link.CorrectPostState(other, uuid.MustParse(f.Get("id"))), form); page.Status != http.StatusNotFound {
		t.Errorf("the entry under another district's address: status %d, want 404", page.Status)
	}
}

func TestDistrictListIsCheap(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	officer := site.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.CaseOfficer))
	for _, path := range []string{link.Districts(), link.Posts()} {
		if page := officer.Get(t, path); page.Status != http.StatusOK {
			t.Fatalf("%s: status %d", path, page.Status)
		}
		if c := site.Counts(); c.Trips.Load() > 3 || c.Statements.Load() > 8 {
			t.Errorf("%s: %d trips, %d statements; want at most 3 and 8", path, c.Trips.Load(), c.Statements.Load())
		}
	}
}

func TestListsAsFiles(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	officer := site.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.CaseOfficer))
	for _, path := range []string{link.Districts(), link.Posts()} {
		page := officer.Get(t, path+"?format=csv")
		if page.Status != http.StatusOK || !strings.Contains(page.Body, own) || strings.Contains(page.Body, "99001") || !strings.HasPrefix(page.Body, "\ufeff") {
			t.Errorf("%s as CSV: status %d, %q", path, page.Status, page.Body)
		}
		if page := officer.Get(t, path+"?format=xlsx"); page.Status != http.StatusOK || !strings.HasPrefix(page.Body, "PK") {
			t.Errorf("%s as XLSX: status %d", path, page.Status)
		}
	}
}
