package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/localpg"

	"github.com/chromedp/chromedp"
)

// The words of the story. What no guest may read begins with "Zzgeheim".
const (
	publicItem  = "Notaufnahme in der Nacht"
	secretItem  = "Zzgeheimpunkt Leitung der Geschäftsstelle"
	secretWords = "Zzgeheimtext: Frau Muster übernimmt die Leitung."
	secretMark  = "Zzgeheim"
	saidFirst   = "Die Notaufnahme bleibt nachts geöffnet."
	wished      = "Die Notaufnahme bleibt bis 24 Uhr geöffnet."
	saidThen    = "Die Notaufnahme bleibt bis 22 Uhr geöffnet."
	decidedWhy  = "So steht es im Mitschnitt, 22 Uhr."
)

// minutesStory is a sitting of the Nordsachsen conference and its minutes, seen
// by three persons.
type minutesStory struct {
	office, member, guest *tab

	sitting   string // its address
	minutes   string
	block     string // id of the passage to which the member objects
	objection string
	decision  string // its name: "Beschluss 2026/3"
}

// TestStoryMinutesThatMembersCanTrust: from the plan of a sitting to sealed
// minutes. It runs before the parallel tests: they walk through the pages of
// sittings too, and must not find one that is gone when they come back.
func TestStoryMinutesThatMembersCanTrust(t *testing.T) { //nolint:paralleltest // see above
	s := &minutesStory{
		office: openTab(t, as(t, "geschaeftsstelle@nordsachsen.example")),
		member: openTab(t, as(t, "mitglied@kvs.example")),
		guest:  openTab(t, as(t, "gast@sms.example")),
	}
	s.member.phone()
	for _, step := range []struct {
		name string
		do   func(t *testing.T)
	}{
		{"the office plans a sitting and invites at short notice", s.plan},
		{"the member answers the invitation", s.answerInvitation},
		{"the office opens, counts who is there, and a vote is taken", s.hold},
		{"the office writes the minutes and circulates them", s.write},
		{"the member finds both reviews and objects to one passage", s.object},
		{"the office accepts in part, and the next version shows just that", s.acceptInPart},
		{"the PDF is accessible and has a placeholder for the non-public part", s.printVersion},
		{"a later sitting approves the minutes", s.approve},
		{"nothing can be changed any more", s.sealed},
		{"the scan of the signed print lies beside the sealed version", s.scan},
		{"the invitation and the extract of the decision go on paper", s.printTheRest},
		{"what is wrong gets a note of its own", s.correct},
		{"the guest has never seen the non-public part", s.leaks},
	} {
		passed := t.Run(step.name, func(t *testing.T) {
			began := time.Now()
			windows := []*tab{s.office, s.member, s.guest}
			defer func() {
				for _, w := range windows {
					w.tb = w.owner
				}
			}()
			for _, w := range windows {
				w.tb = t // what fails now, fails this step
			}
			step.do(t)
			t.Logf("%.1f s", time.Since(began).Seconds())
		})
		if !passed {
			t.FailNow()
		}
	}
}

// go to a page that must be there.
func (t *tab) visit(address string) {
	t.tb.Helper()
	if status := t.open(address); status != http.StatusOK {
		t.tb.Fatalf("%s: status %d\nat %s", address, status, t.where())
	}
}

// send presses the button of a form whose address ends so, and returns the path
// of the next page, which must be there.
func (t *tab) send(action string, buttons ...string) string {
	t.tb.Helper()
	button := "button"
	if len(buttons) > 0 {
		button = buttons[0]
	}
	selector := fmt.Sprintf("main form[action$=%q] %s", action, button)
	if status := t.follow(selector); status != http.StatusOK {
		t.tb.Fatalf("%s: status %d\nat %s", selector, status, t.where())
	}
	return t.path()
}

// step follows a link of the page's content, which must lead to a page.
func (t *tab) step(part string) {
	t.tb.Helper()
	selector := fmt.Sprintf("main a[href*=%q]", part)
	if status := t.follow(selector); status != http.StatusOK {
		t.tb.Fatalf("%s: status %d\nat %s", selector, status, t.where())
	}
}

// says checks what the page's message and content tell.
func (t *tab) says(parts ...string) {
	t.tb.Helper()
	text := strings.Join(strings.Fields(t.text(".app-flash, main")), " ")
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.tb.Errorf("the page does not say %q\nat %s", part, t.where())
		}
	}
}

// owner runs a statement in the program's database past all rules.
func owner(tb testing.TB, statements ...string) {
	tb.Helper()
	cluster, err := localpg.Attach(tb.Context(), filepath.Join(site.dir, "data", "pg"))
	if err != nil {
		tb.Fatal(err)
	}
	conn, err := pgx.Connect(tb.Context(), cluster.URL(localpg.Superuser, localpg.Database))
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = conn.Close(tb.Context()) }()
	if _, err := conn.Exec(tb.Context(), strings.Join(statements, ";\n")); err != nil {
		tb.Fatalf("as the owner: %v", err)
	}
}

func today() calendar.Date { return calendar.Of(time.Now()) }

// lastPart is the id at the end of an address.
func lastPart(address string) string { return address[strings.LastIndex(address, "/")+1:] }

// withoutQuery cuts query and fragment off.
func withoutQuery(address string) string {
	address, _, _ = strings.Cut(address, "?")
	address, _, _ = strings.Cut(address, "#")
	return address
}

// planToday plans a sitting for today and returns its address.
func (s *minutesStory) planToday(title string) string {
	w := s.office
	w.tb.Helper()
	w.visit("/sitzungen")
	if status := w.follow("main .app-page-head a[href$='/sitzungen/neu']"); status != http.StatusOK {
		w.tb.Fatalf("plan: status %d", status)
	}
	w.fill("#feld-title", title)
	w.setDate("#feld-day", today().String())
	w.fill("#feld-place", "Landratsamt Torgau")
	return withoutQuery(w.send("/sitzungen/neu"))
}

func (s *minutesStory) addItem(sitting, title string, nonPublic bool) {
	w := s.office
	w.tb.Helper()
	w.visit(sitting)
	w.step("/punkte/neu")
	w.fill("#feld-title", title)
	if nonPublic {
		w.click("#feld-non_public")
	}
	w.send("/punkte/neu")
	w.says(title)
}

// inviteLate invites to a sitting of today, which needs a reason.
func (s *minutesStory) inviteLate(sitting string) {
	w := s.office
	w.tb.Helper()
	w.visit(sitting)
	w.step("/einladen")
	w.says("Die Frist ist vorbei", "Wer eingeladen wird")
	w.expect("status of 422")
	if status := w.follow("main form[action$='/einladen'] button"); status != http.StatusUnprocessableEntity {
		w.tb.Errorf("invited late without a reason: status %d", status)
	}
	w.fill("#feld-why", "Die Notaufnahme ist ab morgen gefährdet.")
	w.send("/einladen")
}

func (s *minutesStory) plan(t *testing.T) {
	t.Helper()
	s.sitting = s.planToday("Sondersitzung Notaufnahme")
	s.addItem(s.sitting, publicItem, false)
	s.addItem(s.sitting, secretItem, true)
	s.inviteLate(s.sitting)
	s.office.says("eingeladen", "Die Notaufnahme ist ab morgen gefährdet.", "noch keine Antwort")
	if n := s.office.rowsOf("#mitteilungen"); n < 8 { // 8 seats, some with a deputy
		t.Errorf("%d invitations, want one for each holder and deputy", n)
	}
}

// rowsOf counts the rows of a table.
func (t *tab) rowsOf(table string) int {
	t.tb.Helper()
	return eval[int](t, "document.querySelectorAll("+quote(table+" tbody tr")+").length")
}

func (s *minutesStory) answerInvitation(t *testing.T) {
	t.Helper()
	w := s.member
	w.visit("/start")
	w.says("Einladung zur Sitzung am " + today().Time().Format("02.01.2006") + " beantworten")
	w.step(s.sitting)
	w.says(publicItem, secretItem)
	w.step("/antwort")
	w.click("input[name=reply][value=comes]")
	w.send("/antwort")
	w.says("Ich komme")
	if overflow := eval[string](w, wideElements); overflow != "" {
		t.Errorf("the sitting scrolls sideways at 360 px: %s", overflow)
	}
	s.office.visit(s.sitting)
	if got := s.office.text("#alle-antworten"); !strings.Contains(got, "Ich komme") {
		t.Errorf("the office does not see the answer: %s", got)
	}
	s.guestReads(s.sitting, publicItem)
}

// openAndCome opens a sitting and records who is there: who said so, and
// as many more as decide.
func (s *minutesStory) openAndCome(sitting string) {
	w := s.office
	w.tb.Helper()
	w.visit(sitting)
	w.send("/eroeffnen")
	w.says("Das Gremium ist nicht beschlussfähig")
	if w.has("main button[value=replies]") {
		w.send("/anwesenheit", "button[value=replies]")
	}
	const quorate = "Das Gremium ist beschlussfähig"
	for range 8 {
		if strings.Contains(w.text("main"), quorate) {
			return
		}
		w.send("/anwesenheit", "button[value=arrive]")
	}
	w.tb.Fatalf("nobody comes\nat %s", w.where())
}

// vote records a vote on the first item with such a title and returns the name of the decision.
func (s *minutesStory) vote(sitting, item, wording string) string {
	w := s.office
	w.tb.Helper()
	w.visit(sitting)
	address := eval[string](w, `[...document.querySelectorAll("main a[href$='/beschluss']")].find(a => a.closest("[id^=punkt-]").innerText.includes(`+quote(item)+`)).getAttribute("href")`)
	w.step(address)
	w.fill("#feld-wording", wording)
	w.fill("#feld-yes", "9")
	w.expect("status of 422")
	if status := w.follow("main form[action$='/beschluss'] button"); status != http.StatusUnprocessableEntity {
		w.tb.Errorf("more votes than seats: status %d", status)
	}
	w.fill("#feld-yes", "4")
	w.send("/beschluss")
	w.says("angenommen") // back on the agenda, at the item
	w.step(eval[string](w, `[...document.querySelectorAll("main [id^=punkt-] a[href^='/beschluesse/']")].findLast(a => a.closest("[id^=punkt-]").innerText.includes(`+quote(item)+`)).getAttribute("href")`))
	w.says("angenommen", wording)
	name := regexp.MustCompile(`Beschluss \d{4}/\d+`).FindString(w.text("main"))
	if name == "" {
		w.tb.Fatalf("the decision has no number\nat %s", w.where())
	}
	return name
}

func (s *minutesStory) hold(t *testing.T) {
	t.Helper()
	s.openAndCome(s.sitting)
	s.decision = s.vote(s.sitting, publicItem, "Der Träger hält die Notaufnahme offen.")
	s.guestReads(s.sitting, s.decision, "läuft")
	s.office.visit(s.sitting)
	s.office.step("/schliessen")
	s.office.send("/schliessen")
	s.office.says("durchgeführt", s.decision)

	s.guestReads(s.sitting, s.decision, "durchgeführt")
	s.member.visit(s.sitting)
	s.member.says(s.decision, "anwesend")
	if a := as(t, "mitglied@kvs.example").post(t, s.sitting+"/anwesenheit", url.Values{"do": {"replies"}}); a.status != http.StatusForbidden {
		t.Errorf("a member records attendance: status %d", a.status)
	}
	// Three days go by: the demo has no clock to move, and the day of a sitting
	// that was opened is fixed, so the owner of the database moves it.
	id := lastPart(s.sitting)
	owner(t, `BEGIN`,
		`ALTER TABLE meeting DISABLE TRIGGER day_fixed`,
		`UPDATE meeting SET day = day - 3, opened_at = opened_at - interval '3 days', closed_at = closed_at - interval '3 days' WHERE id = '`+id+`'`,
		`ALTER TABLE meeting ENABLE TRIGGER day_fixed`,
		`UPDATE attendance SET from_at = from_at - interval '3 days', to_at = to_at - interval '3 days' WHERE meeting_id = '`+id+`'`,
		`COMMIT`)
}

// passage returns the id of the first passage under an item on the page on
// which the office writes.
func (s *minutesStory) passage(item string) string {
	s.office.tb.Helper()
	return eval[string](s.office, `[...document.querySelectorAll("main section")].find(s => s.querySelector("h2")?.innerText.includes(`+quote(item)+`))
		.querySelector(".app-block").id.replace("absatz-", "")`)
}

func (s *minutesStory) write(t *testing.T) {
	t.Helper()
	w := s.office
	w.visit(s.sitting)
	s.minutes = strings.TrimSuffix(withoutQuery(w.send("/niederschrift")), "/schreiben")
	w.says("Anwesenheit und Beschlüsse sind übernommen", "Der Träger hält die Notaufnahme offen.", "aus der Sitzung übernommen")

	s.block = s.passage(publicItem)
	w.fill("#absatz-"+s.block+" textarea", saidFirst)
	w.eventually(`document.querySelector("#absatz-` + s.block + ` [data-stand]").innerText.includes("Gespeichert um")`) // by itself
	s.chairSees(t, s.block)
	secret := s.passage(secretItem)
	w.fill("#absatz-"+secret+" textarea", secretWords)
	s.chairSees(t, secret)
	w.send("/absaetze/"+secret, "button")
	w.says("Der Absatz ist gespeichert")
	if got := w.text("#absatz-" + s.block + " textarea"); eval[string](w, `document.querySelector("#absatz-`+s.block+` textarea").value`) != saidFirst {
		t.Errorf("what was saved by itself is %q", got)
	}
	for _, who := range []string{"mitglied@kvs.example", "gast@sms.example"} {
		for _, address := range []string{s.minutes, s.minutes + "/schreiben", s.minutes + "/durchsicht"} {
			if a := as(t, who).get(t, address); a.status != http.StatusNotFound {
				t.Errorf("%s reads the draft at %s: status %d", who, address, a.status)
			}
		}
	}
	w.step("/umlauf")
	w.says("Fassung 1")
	w.send("/umlauf")
	w.says("Die Niederschrift ist bei den Mitgliedern", "in Durchsicht")
}

// chairSees waits until the chair reads that somebody edits the passage, and no
// other.
func (s *minutesStory) chairSees(t *testing.T, block string) {
	t.Helper()
	chair := as(t, "vorsitz@nordsachsen.example")
	var edited []string
	for range 50 {
		edited = nil
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(chair.get(t, s.minutes+"/schreiben").body))
		if err != nil {
			t.Fatal(err)
		}
		doc.Find("main .app-block").Each(func(_ int, b *goquery.Selection) {
			if strings.Contains(b.Text(), "wird von") {
				edited = append(edited, b.AttrOr("id", ""))
			}
		})
		if slices.Equal(edited, []string{"absatz-" + block}) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Errorf("the chair sees that %q are edited, want just %s", edited, block)
}

func (s *minutesStory) object(t *testing.T) {
	t.Helper()
	w := s.member
	w.visit("/mitteilungen")
	w.says("Niederschrift liegt zur Durchsicht vor")
	w.visit("/start")
	reviews := eval[[]string](w, `[...document.querySelectorAll("main a[href$='/durchsicht']")].map(a => a.closest("li").innerText)`)
	for _, conference := range []string{"Regionalkonferenz Nordsachsen", "Regionalkonferenz Sächsische Schweiz-Osterzgebirge"} {
		if !strings.Contains(strings.Join(reviews, "\n"), conference) {
			t.Errorf("no review of %s among %q", conference, reviews)
		}
	}
	w.step(s.minutes + "/durchsicht")
	w.says(saidFirst, secretWords, "Keine Einwendungen")
	if overflow := eval[string](w, wideElements); overflow != "" {
		t.Errorf("the review scrolls sideways at 360 px: %s", overflow)
	}
	w.step("/einwenden/" + s.block)
	w.says(saidFirst)
	w.click("input[name=kind][value=wrong]")
	w.fill("#feld-wish", wished)
	w.fill("#feld-reason", "Darüber wurde so gesprochen.")
	s.objection = withoutQuery(w.send("/einwenden/"+s.block, "button:not([name])"))
	w.says("Diese Seite ist Ihr Beleg", "in Prüfung", "Darüber wurde so gesprochen.")

	if a := as(t, "gast@sms.example").get(t, s.objection); a.status != http.StatusNotFound {
		t.Errorf("a guest reads the objection: status %d", a.status)
	}
	s.guestReads(s.minutes+"/durchsicht", saidFirst, "Nichtöffentliche Teile sind nicht enthalten")
}

func (s *minutesStory) acceptInPart(t *testing.T) {
	t.Helper()
	w := s.office
	w.visit(s.minutes)
	w.step(s.objection)
	w.says("Kassenärztliche Vereinigung", "Darüber wurde so gesprochen.")
	w.step("/entscheiden")
	w.click("input[name=state][value=partly]")
	w.fill("#feld-body", saidThen)
	w.fill("#feld-answer", decidedWhy)
	w.send("/entscheiden")
	w.says("zum Teil gefolgt", decidedWhy)
	number := regexp.MustCompile(`Einwendung \d+`).FindString(w.text("main h1"))
	w.visit(s.minutes)
	w.step("/umlauf")
	w.says("Fassung 2", number)
	w.send("/umlauf")

	m := s.member
	m.visit(s.objection)
	m.says("zum Teil gefolgt", decidedWhy)
	m.visit(s.minutes)
	m.step("/vergleich")
	if n := eval[int](m, `document.querySelectorAll("main article.kern-card").length`); n != 1 {
		t.Errorf("%d differences between the versions, want just the one", n)
	}
	if gone, came := m.text("main del"), m.text("main ins"); !strings.Contains(gone, "nachts") || !strings.Contains(came, "bis 22 Uhr") {
		t.Errorf("the difference is -%q +%q", gone, came)
	}
	m.says(number)
	m.step(s.objection)
	m.visit(s.minutes + "/durchsicht")
	m.says(saidThen, "Geändert seit Fassung 1")
}

// paper fetches a PDF and returns its text and what a checker says of it.
func paper(tb testing.TB, who, address string) (text, facts string) {
	tb.Helper()
	a := as(tb, who).get(tb, address)
	if a.status != http.StatusOK || !strings.HasPrefix(a.body, "%PDF-") {
		tb.Fatalf("%s as %s: status %d, %.40q", address, who, a.status, a.body)
	}
	file := filepath.Join(tb.TempDir(), "paper.pdf")
	if err := os.WriteFile(file, []byte(a.body), 0o600); err != nil {
		tb.Fatal(err)
	}
	ask := func(command string, args ...string) string {
		out, err := exec.CommandContext(tb.Context(), command, args...).CombinedOutput()
		if err != nil {
			tb.Fatalf("%s: %v\n%s", command, err, out)
		}
		return string(out)
	}
	text = strings.Join(strings.Fields(ask("pdftotext", "-raw", file, "-")), " ")
	return text, ask("pdfinfo", file) + ask("pdfinfo", "-meta", file)
}

func (s *minutesStory) printVersion(t *testing.T) {
	t.Helper()
	w := s.member
	w.visit(s.minutes)
	pdf := eval[string](w, `document.querySelector("main a[href$='/fassungen/2/niederschrift.pdf']").getAttribute("href")`)
	text, facts := paper(t, "mitglied@kvs.example", pdf)
	for _, want := range []string{"Tagged:          yes", "Title:           Niederschrift vom ", "<rdf:li>de</rdf:li>"} {
		if !strings.Contains(facts, want) {
			t.Errorf("the PDF lacks %q:\n%s", want, facts)
		}
	}
	for _, want := range []string{saidThen, s.decision, "Nichtöffentlicher Teil", "Exemplar für Mitglieder", "Kassenärztliche Vereinigung"} {
		if !strings.Contains(text, want) {
			t.Errorf("the PDF does not say %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, secretMark) { // the rules of the conference: a placeholder
		t.Errorf("the member copy has the non-public text:\n%s", text)
	}
	text, _ = paper(t, "gast@sms.example", pdf)
	if strings.Contains(text, secretMark) || !strings.Contains(text, saidThen) {
		t.Errorf("the guest's copy:\n%s", text)
	}
}

func (s *minutesStory) approve(t *testing.T) {
	t.Helper()
	w := s.office
	w.visit(s.minutes)
	w.step("/genehmigung")
	w.says("Die Genehmigung ist danach möglich")
	// The period for objections goes by. There is no clock to move, so the owner
	// of the database moves the deadline.
	owner(t, `UPDATE minutes SET deadline = '`+today().AddDays(-1).String()+`' WHERE id = '`+lastPart(s.minutes)+`'`)

	later := s.planToday("Sitzung danach")
	w.visit(later)
	w.step("/punkte/neu")
	w.step("niederschrift=" + lastPart(s.minutes))
	w.send("/punkte/neu")
	s.inviteLate(later)
	s.openAndCome(later)
	approval := s.vote(later, "Genehmigung der Niederschrift", "Die Niederschrift der Sondersitzung wird genehmigt.")

	w.visit(s.minutes + "/genehmigung")
	number := strings.TrimPrefix(approval, "Beschluss ")
	if chosen := eval[string](w, `document.querySelector("#feld-decision").selectedOptions[0].text`); !strings.HasPrefix(chosen, number+" ") {
		t.Errorf("the page has chosen %q, want %s", chosen, number)
	}
	w.send("/genehmigung")
	w.says("Die Niederschrift ist genehmigt", "durch Beschluss einer späteren Sitzung")
	w.visit(later)
	w.step(eval[string](w, `document.querySelector("main a[href^='/beschluesse/']").getAttribute("href")`))
	w.says("Damit genehmigt", "Niederschrift vom")
	if w.has("main a[href$='/aufheben']") {
		t.Error("a decision that approved minutes can be struck")
	}

	s.member.visit(s.minutes)
	s.member.says("genehmigt", saidThen)
	s.member.visit("/start")
	if s.member.has("main a[href='" + s.minutes + "/durchsicht']") {
		t.Error("the desk still asks for a review of approved minutes")
	}
	w.visit(later)
	w.step("/schliessen")
	w.send("/schliessen")
}

func (s *minutesStory) sealed(t *testing.T) {
	t.Helper()
	office, member := as(t, "geschaeftsstelle@nordsachsen.example"), as(t, "mitglied@kvs.example")
	s.office.visit(s.minutes)
	for _, gone := range []string{"a[href$='/schreiben']", "a[href$='/umlauf']", "a[href$='/genehmigung']", "form[action$='/ueberarbeiten']", "a[href*='/einwenden/']"} {
		if s.office.has("main " + gone) {
			t.Errorf("the page of approved minutes offers %s", gone)
		}
	}
	s.office.visit(s.minutes + "/schreiben")
	if s.office.has("main form") {
		t.Error("approved minutes can still be written")
	}
	for address, form := range map[string]url.Values{
		s.minutes + "/absaetze/" + s.block:                  {"body": {"anders"}, "version": {"9"}},
		s.minutes + "/absaetze/" + s.block + "/entfernen":   {},
		s.minutes + "/absaetze/" + s.block + "/verschieben": {"direction": {"up"}},
		s.minutes + "/absaetze/" + s.block + "/begruenden":  {"reason": {"anders"}},
		s.minutes + "/absaetze":                             {"id": {lastPart(s.minutes)}, "kind": {"text"}},
		s.minutes + "/ueberarbeiten":                        {"version": {"9"}},
		s.minutes + "/umlauf":                               {"version": {"9"}},
		s.minutes + "/genehmigung":                          {"version": {"9"}, "decision": {lastPart(s.minutes)}},
		s.objection + "/entscheiden":                        {"state": {"accepted"}, "body": {"anders"}, "version": {"2"}},
	} {
		if a := office.post(t, address, form); a.status != http.StatusConflict {
			t.Errorf("the office posts to %s: status %d, want 409", address, a.status)
		}
	}
	late := url.Values{"id": {lastPart(s.minutes)}, "no": {"2"}, "kind": {"wrong"}, "wish": {"anders"}}
	if a := member.post(t, s.minutes+"/einwenden/"+s.block, late); a.status != http.StatusConflict {
		t.Errorf("a member objects to approved minutes: status %d, want 409", a.status)
	}
	if a := member.post(t, s.minutes+"/keine-einwendungen", url.Values{"no": {"2"}}); a.status != http.StatusConflict {
		t.Errorf("a member answers a closed review: status %d, want 409", a.status)
	}
	s.member.visit(s.minutes)
	s.member.step("/nachweis")
	s.member.says("Alle Siegel stimmen")
}

func (s *minutesStory) scan(t *testing.T) {
	t.Helper()
	w := s.office
	w.expect("422") // the browser notes the status of the refusal
	w.visit(s.minutes)
	w.step("/nachweis#unterschrieben")
	dir := t.TempDir()
	choose := func(name, content string) {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		run(w, "choose file", chromedp.SetUploadFiles(chromedp.CSS("#feld-file"), []string{file}))
	}
	choose("Notiz.txt", "Text")
	if status := w.follow("main form[enctype] button"); status != http.StatusUnprocessableEntity || !strings.Contains(w.text("#feld-file-fehler"), "Art PDF") {
		t.Errorf("a text as scan: status %d\nat %s", status, w.where())
	}
	choose("Unterschrieben.pdf", signedPrint)
	if status := w.follow("main form[enctype] button"); status != http.StatusOK {
		t.Fatalf("the scan: status %d\nat %s", status, w.where())
	}
	w.says("Der Scan ist gespeichert", "Unterschrieben.pdf", "aktuell", "Alle Siegel stimmen")
	file := eval[string](w, `document.querySelector("#scans a").getAttribute("href")`)
	for who, want := range map[string]int{
		"geschaeftsstelle@nordsachsen.example": http.StatusOK,
		"mitglied@kvs.example":                 http.StatusNotFound, // the rules of the conference
		"gast@sms.example":                     http.StatusNotFound,
		"sachbearbeitung@sms.example":          http.StatusNotFound,
	} {
		a := as(t, who).get(t, file)
		if a.status != want || (a.body == signedPrint) != (want == http.StatusOK) {
			t.Errorf("the scan as %s: status %d, want %d", who, a.status, want)
		}
	}
}

const signedPrint = "%PDF-1.7\nunterschrieben\n%%EOF\n"

// printTheRest prints what else goes by letter: nobody finds a closed title on
// it, and the extract names the seal.
func (s *minutesStory) printTheRest(t *testing.T) {
	t.Helper()
	invitation := s.sitting + "/einladung.pdf"
	for _, who := range []string{"geschaeftsstelle@nordsachsen.example", "mitglied@kvs.example", "gast@sms.example"} {
		text, facts := paper(t, who, invitation)
		if !strings.Contains(text, publicItem) || strings.Contains(text, secretMark) || !strings.Contains(facts, "Tagged:          yes") {
			t.Errorf("the invitation as %s:\n%s\n%s", who, text, facts)
		}
	}
	w := s.guest
	w.visit(s.sitting)
	w.step("/beschluesse/")
	extract := eval[string](w, `document.querySelector("main a[href$='/auszug.pdf']").getAttribute("href")`)
	text, _ := paper(t, "gast@sms.example", extract)
	w.visit(s.minutes)
	sum := eval[string](w, `document.querySelector("main dl").innerText.match(/[0-9a-f]{64}/)[0]`)
	for _, want := range []string{s.decision, "genehmigten Niederschrift", "SHA-256: " + sum} {
		if !strings.Contains(text, want) {
			t.Errorf("the extract does not say %q:\n%s", want, text)
		}
	}
}

func (s *minutesStory) correct(t *testing.T) {
	t.Helper()
	const note = "Der Träger heißt richtig: Klinikum Musterstadt gGmbH."
	s.office.visit(s.minutes)
	s.office.step("/berichtigung")
	s.office.fill("#feld-text", note)
	s.office.send("/berichtigung")
	s.office.says("Berichtigungsvermerk vom", "vorgeschlagen", note, saidThen)
	if a := as(t, "mitglied@kvs.example").get(t, s.minutes); strings.Contains(a.body, note) {
		t.Error("a member reads a note that nobody has decided on")
	}
}

// leaks looks at every page of the story as the guest, and at the mails that
// the demo shows to everybody.
func (s *minutesStory) leaks(t *testing.T) {
	t.Helper()
	for address, want := range map[string]int{
		"/start": http.StatusOK, "/mitteilungen": http.StatusOK, "/sitzungen": http.StatusOK, "/beschluesse": http.StatusOK,
		"/protokolle": http.StatusOK, "/sitzungen?format=csv": http.StatusOK, "/beschluesse?format=csv": http.StatusOK, "/demo/post": http.StatusOK,
		s.sitting: http.StatusOK, s.sitting + "/kalender.ics": http.StatusOK,
		s.minutes: http.StatusOK, s.minutes + "/durchsicht": http.StatusOK, s.minutes + "/nachweis": http.StatusOK,
		s.minutes + "/fassungen/1": http.StatusOK, s.minutes + "/fassungen/2": http.StatusOK, s.minutes + "/vergleich?von=1&bis=2": http.StatusOK,
		s.minutes + "/fassungen/2/siegel.json": http.StatusNotFound, s.minutes + "/schreiben": http.StatusNotFound,
		s.objection: http.StatusNotFound, s.objection + "/entscheiden": http.StatusForbidden,
		"/veroeffentlichungen/" + lastPart(s.minutes): http.StatusNotFound,
	} {
		for _, lang := range []string{"de", "en"} {
			a := as(t, "gast@sms.example").with("rt-lang", lang).get(t, address)
			if a.status != want {
				t.Errorf("%s as the guest: status %d, want %d", address, a.status, want)
			}
			if strings.Contains(a.body, secretMark) {
				t.Errorf("%s (%s) shows the guest the non-public part", address, lang)
			}
		}
	}
	s.guestReads(s.minutes, saidThen, s.decision, "Nichtöffentliche Teile sind nicht enthalten")
}

// guestReads opens a page as the guest, who reads the parts and nothing that is
// not public.
func (s *minutesStory) guestReads(address string, parts ...string) {
	s.guest.tb.Helper()
	s.guest.visit(address)
	s.guest.says(parts...)
	if eval[bool](s.guest, "document.documentElement.outerHTML.includes("+quote(secretMark)+")") {
		s.guest.tb.Errorf("the guest reads the non-public part\nat %s", s.guest.where())
	}
}
