package minutespage_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/link"
	"rundertisch/internal/testdb"
	"rundertisch/web/webtest"
)

// begun begins the minutes of the house and returns the page to write on.
func (h *house) begun(t *testing.T, office *webtest.Client) *goquery.Document {
	t.Helper()
	return webtest.Follow(t, office, office.Post(t, link.BeginMinutes(h.meeting), url.Values{"id": {h.id.String()}})).Doc()
}

// circulate sends the next version out.
func (h *house) circulate(t *testing.T, office *webtest.Client) {
	t.Helper()
	page := webtest.Says(t, office.Get(t, link.CirculateMinutes(h.id)), http.StatusOK)
	webtest.Follow(t, office, office.Post(t, link.CirculateMinutes(h.id), page.Hidden("/umlauf")))
}

// reopen begins the next version.
func (h *house) reopen(t *testing.T, office *webtest.Client) {
	t.Helper()
	page := webtest.Says(t, office.Get(t, link.Minutes(h.id)), http.StatusOK)
	webtest.Follow(t, office, office.Post(t, link.ReopenMinutes(h.id), page.Hidden("/ueberarbeiten")))
}

// add adds a passage at the end of an item.
func (h *house) add(t *testing.T, office *webtest.Client, item int, text string) uuid.UUID {
	t.Helper()
	id := uuid.New()
	form := office.Get(t, link.WriteMinutes(h.id)).Doc().Find("main section").Eq(item - 1).Find("form[action$='/absaetze']")
	webtest.Follow(t, office, office.Post(t, link.NewPassage(h.id), url.Values{
		"id": {id.String()}, "item": {form.Find("input[name=item]").AttrOr("value", "")}, "kind": {"text"}, "body": {text},
	}))
	return id
}

// TestTheButtonsOfAPassageSaveItsText: without a script too.
func TestTheButtonsOfAPassageSaveItsText(t *testing.T) {
	t.Parallel()
	h := open(t)
	office := h.enter(t, access.BodyOffice)
	h.begun(t, office)
	block, version := passage(t, office, h.id, 2)
	h.add(t, office, 2, "Danach.")

	answer := office.Post(t, link.MovePassage(h.id, block), url.Values{"body": {"Getippt."}, "version": {version}, "direction": {"down"}})
	if want := "#hoch-" + block.String(); !strings.HasSuffix(answer.Header.Get("Location"), want) { // down is no more
		t.Errorf("moved down: goes to %s, want %s", answer.Header.Get("Location"), want)
	}
	page := webtest.Follow(t, office, answer)
	if at := page.Doc().Find("#absatz-" + block.String()); at.Find("textarea").Text() != "Getippt." || at.Find(".app-block__number").Text() != "2.2" {
		t.Errorf("moved, the passage is %q", at.Text())
	}
	if got := page.Doc().Find(".app-flash").Text(); !strings.Contains(got, "Jetzt Absatz 2.2") {
		t.Errorf("the message is %q", got)
	}
	for selector, want := range map[string]int{"button[value=up]": 1, "button[value=down]": 0} {
		if n := page.Doc().Find("#absatz-" + block.String() + " " + selector).Length(); n != want {
			t.Errorf("the last passage has %d of %s, want %d", n, selector, want)
		}
	}
	names := map[string]bool{}
	page.Doc().Find("main label[for*=members]").Each(func(_ int, l *goquery.Selection) {
		if names[l.Text()] {
			t.Errorf("two boxes are called %q", l.Text())
		}
		names[l.Text()] = true
	})

	stale := url.Values{"body": {"Von gestern."}, "version": {version}, "direction": {"up"}}
	webtest.Says(t, office.Post(t, link.MovePassage(h.id, block), stale), http.StatusConflict, "nichts ist verloren", "Von gestern.", "<h2")
	_, version = passage(t, office, h.id, 2)
	other, _ := passage(t, office, h.id, 2)
	webtest.Follow(t, office, office.Post(t, link.RemovePassage(h.id, other), url.Values{"body": {"Zuletzt."}, "version": {version}}))
	webtest.Follow(t, office, office.Post(t, link.RestorePassage(h.id, other), url.Values{}), "Zuletzt.")
}

// TestAScriptGetsNoPageToSignIn: it would stand where the text was.
func TestAScriptGetsNoPageToSignIn(t *testing.T) {
	t.Parallel()
	h := open(t)
	office, member, stranger := h.enter(t, access.BodyOffice), h.enter(t, access.Member), h.Anonymous(testdb.Saxony)
	h.begun(t, office)
	block, version := passage(t, office, h.id, 2)
	typed := url.Values{"body": {"Text"}, "version": {version}}
	stranger.HTMX, member.HTMX, office.HTMX = true, true, true
	for _, c := range []struct {
		who    *webtest.Client
		status int
		text   string
	}{{stranger, http.StatusUnauthorized, ""}, {member, http.StatusForbidden, "data-problem"}} {
		p := webtest.Says(t, c.who.Post(t, link.Passage(h.id, block), typed), c.status, "!<html", "!<main", c.text)
		if got := p.Header.Get("HX-Reswap"); got != "none" || p.Header.Get("Location") != "" {
			t.Errorf("status %d: HX-Reswap %q, Location %q", p.Status, got, p.Header.Get("Location"))
		}
	}
	webtest.Says(t, office.Post(t, link.Passage(h.id, block), typed), http.StatusOK, "data-stand", "Gespeichert um", "!<textarea", "!<main")
}

// TestAnUntouchedFormObjectsToNothing: it holds the passage to begin with.
func TestAnUntouchedFormObjectsToNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	office, member := h.enter(t, access.BodyOffice), h.enter(t, access.Member)
	h.begun(t, office)
	block, version := passage(t, office, h.id, 2)
	webtest.Follow(t, office, office.Post(t, link.Passage(h.id, block), url.Values{"body": {"Eins.\n\n| Haus | Betten |\n| --- | --- |\n| Torgau | 10 |"}, "version": {version}}))
	h.circulate(t, office)

	page := webtest.Says(t, member.Get(t, link.NewObjection(h.id, block)), http.StatusOK, "Das Zeichen | trennt die Zellen")
	form := page.Hidden("/einwenden/" + block.String())
	form.Set("kind", "wrong")
	form.Set("wish", page.Doc().Find("textarea[name=wish]").Text())
	webtest.Says(t, member.Post(t, link.NewObjection(h.id, block), form), http.StatusUnprocessableEntity, "Bitte schreiben Sie, wie der Absatz lauten soll")
	form.Set("wish", strings.Replace(form.Get("wish"), "10", "12", 1))
	objection := link.Objection(uuid.MustParse(form.Get("id")))
	wished := webtest.Follow(t, member, member.Post(t, link.NewObjection(h.id, block), form), "Gewünschter Wortlaut")
	if got := wished.Doc().Find("main td ins").Text(); !strings.Contains(got, "12") || strings.Contains(wished.Text(), "| Torgau") {
		t.Errorf("the wish is shown as %q", wished.Text())
	}
	table := wished.Doc().Find("main table").First()
	if table.Find("th[scope=row]").Text() != "Torgau" || !strings.Contains(table.Find("caption").Text(), "Tabelle 1, Absatz 2.1") {
		t.Errorf("the table is %q", table.Text())
	}

	webtest.Says(t, member.Get(t, link.ReviewMinutes(h.id)), http.StatusOK, "Sie haben 1 Einwendung erhoben", "!Keine Einwendungen", "!Klick")
	ask := webtest.Says(t, member.Get(t, objection+"/zuruecknehmen"), http.StatusOK, "Möchten Sie diese Einwendung zurücknehmen", "nicht rückgängig")
	webtest.Says(t, office.Get(t, objection+"/zuruecknehmen"), http.StatusForbidden)
	without(t, "the page of the objection", member.Get(t, objection), `<form action="`+objection+`/zuruecknehmen"`)
	webtest.Follow(t, member, member.Post(t, objection+"/zuruecknehmen", ask.Hidden("/zuruecknehmen")), "zurückgenommen")
	webtest.Says(t, member.Get(t, objection+"/zuruecknehmen"), http.StatusConflict)
	webtest.Says(t, member.Get(t, link.ReviewMinutes(h.id)), http.StatusOK, "Keine Einwendungen")
}

// TestReasonsAreSavedTogether: what changed is counted, an empty new passage is
// no change, and one button saves all reasons.
func TestReasonsAreSavedTogether(t *testing.T) {
	t.Parallel()
	h := open(t)
	office, member := h.enter(t, access.BodyOffice), h.enter(t, access.Member)
	h.begun(t, office)
	empty, _ := passage(t, office, h.id, 1)
	first := webtest.Says(t, office.Get(t, link.CirculateMinutes(h.id)), http.StatusOK, "3 Absätze sind leer", "Absatz 1.1")
	if n := first.Doc().Find("main a[href='" + link.WriteMinutes(h.id) + "#feld-body-" + empty.String() + "']").Length(); n != 1 {
		t.Errorf("%d links to the empty passage", n)
	}
	h.circulate(t, office)
	text := webtest.Says(t, member.Get(t, link.Minutes(h.id)), http.StatusOK, "ohne Text").Doc()
	if n := text.Find("main h3.app-chapter").Length(); n != 3 || text.Find("main h2.app-chapter").Length() != 0 {
		t.Errorf("%d items are headings of the third level, want 3", n)
	}
	h.reopen(t, office)
	h.add(t, office, 1, "")
	var blocks []uuid.UUID
	for _, item := range []int{2, 3} {
		block, version := passage(t, office, h.id, item)
		webtest.Follow(t, office, office.Post(t, link.Passage(h.id, block), url.Values{"body": {"Neu."}, "version": {version}}))
		blocks = append(blocks, block)
	}
	page := webtest.Says(t, office.Get(t, link.CirculateMinutes(h.id)), http.StatusOK, "2 Änderungen haben noch keinen Grund", "Absatz 2.1", "!Absatz 1.2 ist geändert")
	if n := page.Doc().Find("main input[name^=reason]").Length(); n != 2 {
		t.Errorf("%d reasons are asked for, want 2", n)
	}
	together := link.Minutes(h.id) + "/begruendungen"
	field := func(i int) string { return "reason-" + blocks[i].String() }
	webtest.Says(t, office.Post(t, together, url.Values{}), http.StatusUnprocessableEntity, "Bitte nennen Sie den Grund", `href="#feld-`+field(0)+`"`)
	webtest.Says(t, office.Post(t, together, url.Values{field(0): {strings.Repeat("x", 1001)}, field(1): {"bleibt stehen"}}), http.StatusUnprocessableEntity, "bleibt stehen")
	webtest.Says(t, member.Post(t, together, url.Values{field(0): {"x"}}), http.StatusForbidden)
	webtest.Follow(t, office, office.Post(t, together, url.Values{field(0): {"Kürzer."}}), "Kürzer.", "Eine Änderung hat noch keinen Grund")
	webtest.Follow(t, office, office.Post(t, together, url.Values{field(1): {"Genauer."}}), "Genauer.", "Möchten Sie die Niederschrift jetzt")
	h.circulate(t, office)
	webtest.Says(t, member.Get(t, link.CompareMinutes(h.id, 1, 2)), http.StatusOK, "Kürzer.", "Genauer.", "!Absatz 1.2")
}

// TestCopyToSign: the print that is signed is complete, whatever the members'
// copies leave out, and nobody else gets it.
func TestCopyToSign(t *testing.T) {
	t.Parallel()
	h := open(t)
	office, chair := h.enter(t, access.BodyOffice), h.enter(t, access.Chair)
	print := "/protokolle/" + h.id.String() + "/ausfertigung.pdf"
	h.begun(t, office)
	block, version := passage(t, office, h.id, 3)
	webtest.Follow(t, office, office.Post(t, link.Passage(h.id, block), url.Values{"body": {"zzgeheim Frau Muster geht."}, "version": {version}}))
	webtest.Says(t, office.Get(t, print), http.StatusNotFound)
	h.circulate(t, office)
	webtest.Says(t, office.Get(t, print), http.StatusNotFound)
	h.Owner(t, `UPDATE minutes SET state = 'approved', approved_at = now(), approved_how = 'silence' WHERE id = $1`, h.id)
	for _, c := range []*webtest.Client{office, chair} {
		webtest.Says(t, c.Get(t, link.ProveMinutes(h.id)), http.StatusOK, "Ausfertigung zur Unterschrift", print)
		webtest.Says(t, c.Get(t, link.Minutes(h.id)), http.StatusOK, print)
		text, _ := webtest.PDF(t, webtest.Says(t, c.Get(t, print), http.StatusOK).Body)
		for _, want := range []string{"zzgeheim Frau Muster geht.", "zzgeheim Personal", "Ausfertigung zur Unterschrift", "Unterschriften", "ohne Text"} {
			if !strings.Contains(text, want) {
				t.Errorf("the copy does not say %q:\n%s", want, text)
			}
		}
		if strings.Contains(text, "Nichtöffentlich") && strings.Contains(text, "Mitglieder lesen ihn") {
			t.Errorf("the copy has a placeholder:\n%s", text)
		}
	}
	for _, role := range access.Roles() {
		if role == access.BodyOffice || role == access.Chair {
			continue
		}
		c := h.enter(t, role)
		if p := c.Get(t, print); p.Status != http.StatusNotFound && p.Status != http.StatusForbidden {
			t.Errorf("%s gets the copy to sign: status %d", role, p.Status)
		}
		if role == access.Member || role == access.Guest {
			webtest.Says(t, c.Get(t, print), http.StatusNotFound)
			without(t, string(role), c.Get(t, link.ProveMinutes(h.id)), print)
			without(t, string(role), c.Get(t, link.Minutes(h.id)), print)
		}
	}
	elsewhere := h.SignIn(t, testdb.Saxony, testdb.Saxony.EmailElsewhere(access.BodyOffice))
	webtest.Says(t, elsewhere.Get(t, print), http.StatusNotFound)
	webtest.Says(t, h.Anonymous(testdb.Saxony).Get(t, print), http.StatusSeeOther)
}
