package e2e

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// board is the machine twin of the board.
type board struct {
	Total       int    `json:"districts_total"`
	Active      int    `json:"posts_active"`
	Planned     int    `json:"posts_planned"`
	Vacant      int    `json:"posts_vacant"`
	Other       int    `json:"posts_other"`
	Formed      int    `json:"conferences_formed"`
	Interested  int    `json:"conferences_interested"`
	Models      int    `json:"model_regions"`
	Groups      int    `json:"working_groups"`
	Members     int    `json:"committee_members"`
	PatientReps int    `json:"committee_patient_representatives"`
	AsOf        string `json:"as_of"`
	KnownOn     string `json:"known_on"`
}

func boardOn(t *testing.T, c *client, query string) board {
	t.Helper()
	a := c.get(t, "/stand.json?"+query)
	var b board
	if err := json.Unmarshal([]byte(a.body), &b); a.status != http.StatusOK || err != nil {
		t.Fatalf("/stand.json?%s: status %d, %v", query, a.status, err)
	}
	return b
}

// districtRow is a row of the board's table, its cells parted by "|".
func (t *tab) districtRow(name string) string {
	t.tb.Helper()
	row := eval[string](t, `[...document.querySelectorAll("main tr")].map(row => [...row.cells].map(c => c.innerText.trim()).join("|")).find(row => row.includes(`+quote(name)+`)) ?? ""`)
	return strings.Join(strings.Fields(row), " ")
}

// TestStoryTheBoardOfAnyDay: the press reads the state of a day, the figures
// are those that were published, and the address keeps them.
func TestStoryTheBoardOfAnyDay(t *testing.T) {
	t.Parallel()
	want := board{Total: 13, Active: 6, Planned: 2, Other: 5, Formed: 1, Interested: 1}
	got := boardOn(t, visitor(saxony), "am=2024-04-30")
	if got.Total != want.Total || got.Active != want.Active || got.Planned != want.Planned || got.Vacant != want.Vacant ||
		got.Other != want.Other || got.Formed != want.Formed || got.Interested != want.Interested {
		t.Errorf("2024-04-30: %+v, want %+v", got, want)
	}
	if first := boardOn(t, visitor(saxony), "am=2018-08-24"); first.Models != 2 || first.Groups != 7 || first.Members != 13 || first.PatientReps != 2 {
		t.Errorf("2018-08-24: %+v, want 2 model regions, 7 working groups, 13 members and 2 patient representatives", first)
	}

	w := openTab(t, visitor(saxony))
	w.open("/")
	if !w.has("svg a[href]") {
		t.Error("the districts of the map are no links")
	}
	w.setDate("#feld-am", "2024-04-30")
	if status := w.followText("Stand anzeigen"); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	figures := strings.Join(strings.Fields(w.text("main")), " ")
	for _, part := range []string{"30. April 2024", "6 von 13", "2 von 13", "0 von 13", "5 von 13"} {
		if !strings.Contains(figures, part) {
			t.Errorf("the page does not say %q", part)
		}
	}
	if row := w.districtRow("Nordsachsen"); !strings.Contains(row, "besetzt") || !strings.Contains(row, "199.688") {
		t.Errorf("Nordsachsen: %q, want besetzt and the population of that time", row)
	}

	permanent := eval[string](w, `[...document.querySelectorAll("main a")].map(a => a.getAttribute("href")).find(h => h.includes("bekannt=")) ?? ""`)
	if !regexp.MustCompile(`^/stand\?am=2024-04-30&bekannt=`).MatchString(permanent) {
		t.Fatalf("permanent address %q", permanent)
	}
	before := w.districtRow("Görlitz")
	w.open(permanent)
	if got := w.districtRow("Görlitz"); got != before {
		t.Errorf("at its permanent address the board says %q, before %q", got, before)
	}
	if again := w.path(); again != permanent {
		t.Errorf("the permanent address led to %q", again)
	}
}

// TestStoryAPostBecomesPlanned: the case officer signs in and sets the state of
// a district that is interested, from a day in the past. The board changes for
// that day and not for the day before, and both clocks are told.
func TestStoryAPostBecomesPlanned(t *testing.T) {
	t.Parallel()
	const ags, name = "14729", "Landkreis Leipzig"
	from := time.Now().AddDate(0, 0, -30)
	day, before := from.Format(time.DateOnly), from.AddDate(0, 0, -1).Format(time.DateOnly)
	public := visitor(saxony)
	known := time.Now().UTC().Format("2006-01-02T15:04:05Z")
	oldDay, oldBefore := boardOn(t, public, "am="+day), boardOn(t, public, "am="+before)

	w := openTab(t, public)
	w.open("/landkreise/" + ags)
	w.signIn("sachbearbeitung@sms.example")
	if got := w.path(); got != "/landkreise/"+ags {
		t.Fatalf("after the sign-in at %s, want the district that was asked for", got)
	}
	if head := w.text("main h1, main .kern-badge"); !strings.Contains(head, "Interesse bekundet") {
		t.Fatalf("the district says %q, want Interesse bekundet", head)
	}
	w.follow("a[href='/landkreise/" + ags + "/stelle/zustand']")
	w.choose("#feld-state", "planned")
	w.setDate("#feld-from", "2025-03-09")
	if status := w.follow("main form button[type=submit], main form button:not([type])"); status != http.StatusUnprocessableEntity {
		t.Errorf("a state from before the interest: status %d, want 422", status)
	}
	w.expect("status of 422")
	if w.text("#feld-state-fehler, #feld-from-fehler") == "" {
		t.Errorf("no message at a field\nat %s", w.where())
	}
	if typed := eval[[]string](w, `["state", "from"].map(name => document.getElementById("feld-" + name).value)`); typed[0] != "planned" || typed[1] != "2025-03-09" {
		t.Errorf("what was typed is now %q", typed)
	}
	w.setDate("#feld-from", day)
	if status := w.follow("main form button[type=submit], main form button:not([type])"); status != http.StatusOK {
		t.Fatalf("status %d\nat %s", status, w.where())
	}
	german := from.Format("02.01.2006")
	history := strings.Join(strings.Fields(w.text("main")), " ")
	for _, part := range []string{"gilt ab " + german, "gilt ab 10.03.2025", "erfasst am " + today().Time().Format("02.01.2006"), "Erika Muster"} {
		if !strings.Contains(history, part) {
			t.Errorf("the district's history does not say %q:\n%s", part, history)
		}
	}

	newDay, newBefore := boardOn(t, public, "am="+day), boardOn(t, public, "am="+before)
	if newDay.Planned != oldDay.Planned+1 || newDay.Other != oldDay.Other-1 {
		t.Errorf("board of %s: %+v, before %+v; want one more planned", day, newDay, oldDay)
	}
	if newBefore.Planned != oldBefore.Planned || newBefore.Other != oldBefore.Other {
		t.Errorf("board of the day before: %+v, before %+v; want no change", newBefore, oldBefore)
	}
	if then := boardOn(t, public, "am="+day+"&bekannt="+known); then.Planned != oldDay.Planned {
		t.Errorf("board of %s as known before: %+v, want what it said then", day, then)
	}
	w.open("/stand?am=" + day)
	if row := w.districtRow(name); !strings.Contains(row, "geplant") {
		t.Errorf("on %s the board says %q, want geplant", day, row)
	}
	w.open("/stand?am=" + before)
	if row := w.districtRow(name); strings.Contains(row, "geplant") {
		t.Errorf("on %s the board says %q", before, row)
	}
}

// signIn fills in the form that the window shows.
func (t *tab) signIn(email string) {
	t.tb.Helper()
	t.fill("#feld-email", email)
	t.fill("#feld-password", demoPassword)
	if status := t.follow("main form button"); status != http.StatusOK {
		t.tb.Fatalf("sign in: status %d\nat %s", status, t.where())
	}
}
