package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/uuid"

	"rundertisch/internal/calendar"
	"rundertisch/internal/money"
)

// moneyStory is a program of its own: what happens to its posts and cases
// disturbs nobody else.
type moneyStory struct {
	program *program
	tokens  map[string]string
	year    int // this year
}

// TestStoryEveryEuro: a district applies, the year's notices are given, a post falls vacant, a proof of use is written, checked and
// settled, payments go out exactly once, a grant is claimed back in part with its
// interest, and the register adds up. Each part has cases of its own.
func TestStoryEveryEuro(t *testing.T) {
	t.Parallel()
	s := &moneyStory{tokens: map[string]string{}, year: today().Year()}
	var err error
	if s.program, err = startProgram(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.program.stop(); err != nil {
			t.Error(err)
		}
	})
	t.Run("application", s.application)
	t.Run("the year's notices", s.theYearsNotices)
	t.Run("a post falls vacant", s.postFallsVacant)
	t.Run("proof of use", s.proofOfUse)
	t.Run("cash office", s.cashOffice)
	t.Run("repayment", s.repayment)
	t.Run("register", s.register)
}

// as is a client with the session of a demo account in the story's program.
func (s *moneyStory) as(tb testing.TB, email string) *client {
	tb.Helper()
	if s.tokens[email] == "" {
		token, err := s.program.visitor(hostOf(email)).signIn(email)
		if err != nil {
			tb.Fatalf("sign in as %s: %v", email, err)
		}
		s.tokens[email] = token
	}
	return s.program.visitor(hostOf(email)).with("rt", s.tokens[email])
}

func (s *moneyStory) window(tb testing.TB, email string) *tab {
	tb.Helper()
	return openTab(tb, s.as(tb, email))
}

// file is the address of the case with a number in a year's list.
func (s *moneyStory) file(w *tab, year, no int) string {
	w.tb.Helper()
	w.visit(fmt.Sprintf("/foerderungen?jahr=%d", year))
	return eval[string](w, `[...document.querySelectorAll("main tbody a")].find(a => a.innerText.includes(`+
		quote(fileRef(year, no))+`))?.getAttribute("href") ?? ""`)
}

func fileRef(year, no int) string { return fmt.Sprintf("KOMP-%d-%04d", year, no) }

// postFallsVacant: a district records that its post is vacant from today. To the
// day, the case says what is at risk. The notices are given before.
func (s *moneyStory) postFallsVacant(t *testing.T) {
	officer := s.window(t, "sachbearbeitung@sms.example")
	if officer.visit("/foerderungen?jahr=" + strconv.Itoa(s.year)); !officer.has("main tbody a") {
		s.theYearsNotices(t)
	}

	const ags = "14522"
	signs := s.window(t, "zeichnung@mittelsachsen.example")
	signs.phone()
	signs.visit("/landkreise/" + ags)
	signs.step("/stelle/zustand")
	signs.choose("#feld-state", "vacant")
	signs.setDate("#feld-from", today().String())
	signs.send("/stelle/zustand")

	period := calendar.Range{From: calendar.NewDate(s.year, 1, 1), To: calendar.NewDate(s.year+1, 1, 1)}
	days, all := today().DaysUntil(period.To), period.From.DaysUntil(period.To)
	risk, err := money.Cents(90_000_00).Portion(int64(days), int64(all))
	if err != nil {
		t.Fatal(err)
	}
	signs.visit("/foerderungen?jahr=" + strconv.Itoa(s.year))
	signs.follow("main tbody a")
	for _, w := range []*tab{signs, officer} {
		if w == officer {
			w.visit(withoutQuery(signs.path()))
		}
		w.says(german(risk)+" € sind gefährdet", fmt.Sprintf("%d von %d Tagen", days, all), today().Time().Format("02.01.2006"))
	}
}

// german writes an amount as pages do.
func german(c money.Cents) string {
	whole := strconv.FormatInt(int64(c)/100, 10)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "." + whole[i:]
	}
	return fmt.Sprintf("%s,%02d", whole, int64(c)%100)
}

// proofOfUse: the coordinator's log writes the narrative, the signatory submits,
// the officer sends it back once, draws the sample and notes the audit, and the
// approver settles.
func (s *moneyStory) proofOfUse(t *testing.T) {
	year := s.year - 2
	writer := s.window(t, "koordination@erzgebirgskreis.example")
	file := s.file(writer, year, 1)
	proof := file + "/nachweis"
	writer.visit(proof + "/sachbericht")
	writer.says("Tätigkeiten", "Ihr Satz blieb, wie er war.", "Nachtrag: Zwei weitere Praxen beteiligen sich.")
	writer.send("/sachbericht", "button[name=take]")
	if strings.Contains(writer.text("main"), "Ihr Satz blieb, wie er war.") {
		t.Error("the changed entry is still flagged")
	}
	writer.visit(proof + "/taetigkeiten")
	told := eval[string](writer, `document.querySelector("label[for=\"" + document.querySelector("[name=activity]").id + "\"]").innerText.split(": ").slice(1).join(": ").trim()`)
	writer.click("[name=activity]")
	writer.followText("Sätze hinzufügen")
	writer.says("Der Bericht ist um die Sätze ergänzt.")
	if !strings.Contains(eval[string](writer, `[...document.querySelectorAll("main textarea")].map(a => a.value).join("\n")`), told) {
		t.Errorf("the narrative does not tell of %q", told)
	}
	writer.visit(proof + "/zahlen")
	for name, sum := range map[string]string{"staff": "78.000,00", "travel": "3.400,50", "events": "8.599,50", "material": "0,00"} {
		writer.fill("[name=amount-"+name+"]", sum)
	}
	writer.send("/zahlen")
	writer.says("90.000,00")

	signs := s.window(t, "zeichnung@erzgebirgskreis.example")
	signs.phone()
	first := signs.submitProof(proof)
	signs.says("Der Nachweis ist eingereicht.", fileRef(year, 1), "Fassung 1", "3.400,50", told)
	hash := regexp.MustCompile(`\b[0-9a-f]{64}\b`).FindString(signs.text("main"))
	if hash == "" {
		t.Errorf("the receipt shows no hash\nat %s", signs.where())
	}
	pdf := pdfText(t, s.as(t, "zeichnung@erzgebirgskreis.example"), first+"/nachweis.pdf")
	for _, part := range []string{fileRef(year, 1), "3.400,50", hash[:min(len(hash), 16)]} {
		if !strings.Contains(pdf, part) {
			t.Errorf("the proof on paper does not say %q:\n%.600s", part, pdf)
		}
	}

	officer := s.window(t, "sachbearbeitung@sms.example")
	officer.visit(first)
	officer.step("/nachweis/pruefung")
	officer.click("[name=missing-statement]")
	officer.fill("[name=note-statement]", "Bitte die Reisekosten erläutern.")
	officer.send("/pruefung", "button[value=incomplete]")
	officer.says("als unvollständig zurückgegeben")

	writer.visit(proof + "/zahlen")
	writer.says("Bitte die Reisekosten erläutern.")
	writer.fill("[name=amount-travel]", "3.300,50")
	writer.fill("[name=note-travel]", "Fahrten zu den Kommunen")
	writer.send("/zahlen")
	second := signs.submitProof(proof)
	officer.visit(second)
	officer.says("Was sich gegenüber der vorigen Fassung geändert hat", "3.400,50", "3.300,50", "Fahrten zu den Kommunen")
	officer.step("/nachweis/pruefung")
	officer.send("/pruefung", "button[value=complete]")
	officer.says("Vollständigkeit festgestellt")

	officer.visit("/foerderungen/stichprobe")
	officer.send("/stichprobe")
	officer.says("Die Stichprobe ist gezogen.", "Startzahl", fileRef(year, 1), "wird geprüft")
	officer.visit(file)
	officer.step("/vermerk")
	officer.fill("[name=findings]", "Sachbericht und Zahlen sind schlüssig.")
	officer.send("/vermerk")
	officer.says("Der Vermerk ist gespeichert.", "89.900,00", "Gefordert werden 0,00")
	officer.visit(file)
	if officer.has("main a[href*='was=settled']") {
		t.Error("the officer is offered to settle what the officer audited")
	}

	approver := s.window(t, "mitzeichnung@sms.example")
	approver.visit(file)
	approver.step("was=settled")
	approver.fill("[name=reason]", "Prüfungsvermerk geteilt.")
	approver.send("/schritt")
	approver.says("Prüfung abgeschlossen", "abgerechnet")
	signs.visit(file)
	if strings.Contains(signs.text("main"), "Sachbericht und Zahlen sind schlüssig.") {
		t.Error("the district reads the ministry's note")
	}
}

// submitProof submits what is drafted and returns the address of the receipt.
func (t *tab) submitProof(proof string) string {
	t.tb.Helper()
	t.visit(proof)
	t.step("/nachweis/einreichen")
	for _, name := range []string{"books", "necessary", "publicity"} {
		t.click("[name=confirm-" + name + "]")
	}
	return withoutQuery(t.send("/einreichen"))
}

// pdfText is what a document says.
func pdfText(tb testing.TB, c *client, address string) string {
	tb.Helper()
	pdf := c.get(tb, address)
	if !strings.HasPrefix(pdf.body, "%PDF-") {
		tb.Fatalf("%s is no PDF: status %d", address, pdf.status)
	}
	name := filepath.Join(tb.TempDir(), "document.pdf")
	if err := os.WriteFile(name, []byte(pdf.body), 0o600); err != nil {
		tb.Fatal(err)
	}
	text, err := exec.CommandContext(tb.Context(), "pdftotext", "-layout", name, "-").Output()
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

// cashOffice: one certifies, another orders, the cash office hands over, once
// however often it presses, and books what the cash system answers.
func (s *moneyStory) cashOffice(t *testing.T) {
	const list = "/foerderungen/zahlungen"
	year := s.year - 1
	payment := fileRef(year, 1) + "/1"
	officer := s.window(t, "sachbearbeitung@sms.example")
	officer.visit(list)
	officer.tick(payment)
	officer.send("/zahlungen", "button[value=certified]")
	officer.says("Die Zahlungen sind festgestellt.")

	treasurer := s.window(t, "haushalt@sms.example")
	treasurer.visit(list)
	treasurer.tick(payment)
	treasurer.send("/zahlungen", "button[value=ordered]")
	treasurer.says("Die Zahlungen sind angeordnet.")

	cash := s.window(t, "kasse@sms.example")
	cash.visit(list)
	before := cash.rowsOf("#kassendateien")
	pressed := url.Values{"id": {eval[string](cash, `document.querySelector("form[action$='/uebergabe'] [name=id]").value`)}}
	cash.send("/uebergabe")
	cash.says("Die Datei für die Kasse ist erstellt.")
	c := s.as(t, "kasse@sms.example")
	if again := c.post(t, list+"/uebergabe", pressed); again.status != http.StatusSeeOther {
		t.Errorf("the same form again: status %d", again.status)
	}
	cash.visit(list)
	if got := cash.rowsOf("#kassendateien"); got != before+1 {
		t.Errorf("%d files for the cash system after two presses, before %d", got, before)
	}
	if again := c.post(t, list+"/uebergabe", url.Values{"id": {uuid.NewString()}}); again.status != http.StatusConflict {
		t.Errorf("another form finds nothing to hand over: status %d", again.status)
	}
	address := eval[string](cash, `document.querySelector("#kassendateien tbody a, #kassendateien a").getAttribute("href")`)
	line := regexp.MustCompile(`(?m)^(\d+);` + regexp.QuoteMeta(payment) + `;.*;3600000;EUR;`).FindStringSubmatch(c.get(t, address).body)
	if line == nil {
		t.Fatalf("the newest file has no line for %s:\n%s", payment, c.get(t, address).body)
	}

	answer := filepath.Join(t.TempDir(), "antwort.csv")
	text := fmt.Sprintf("datei;referenz;betrag_cent;waehrung;ergebnis;tag\r\n%s;%s;3600000;EUR;bezahlt;%s\r\n1;UNBEKANNT/1;100;EUR;bezahlt;%[3]s\r\n", line[1], payment, today())
	if err := os.WriteFile(answer, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cash.visit(list + "/rueckmeldung")
	run(cash, "choose file", chromedp.SetUploadFiles(chromedp.CSS("#feld-file"), []string{answer}))
	cash.send("/rueckmeldung")
	cash.says(payment, "36.000,00", "UNBEKANNT/1")
	cash.send("/buchen")
	cash.visit(list + "?stand=paid")
	cash.says(payment)
}

// tick ticks a payment of the list.
func (t *tab) tick(payment string) {
	t.tb.Helper()
	found := eval[bool](t, `(() => {
		const row = [...document.querySelectorAll("#zahlungen tbody tr, #zahlungen tr")].find(row => row.innerText.includes(`+quote(payment)+`));
		row?.querySelector("input")?.setAttribute("data-e2e-tick", "");
		return Boolean(row?.querySelector("input"));
	})()`)
	if !found {
		t.tb.Fatalf("no payment %s to tick\nat %s", payment, t.where())
	}
	t.click("[data-e2e-tick]")
}

// repayment: the district answers a hearing, the approver revokes in part, the
// officer gives the notice, and the cash office books what comes back, with the
// keyboard alone, until nothing is owed.
func (s *moneyStory) repayment(t *testing.T) {
	year := s.year - 2
	signs := s.window(t, "zeichnung@meissen.example")
	file := s.file(signs, year, 5)
	signs.visit(file)
	signs.step("/anhoerung/antwort")
	signs.fill("[name=text]", "Die Stelle war ein halbes Jahr nicht zu besetzen.")
	signs.send("/antwort")
	signs.says("Die Antwort ist gespeichert.")

	approver := s.window(t, "mitzeichnung@sms.example")
	approver.visit(file)
	approver.step("/widerruf")
	approver.says("Die Stelle war ein halbes Jahr nicht zu besetzen.", "Davon wird gefordert")
	approver.fill("[name=left]", "18.000,00")
	approver.fill("[name=reason]", "Die Stelle war zu lange nicht besetzt.")
	approver.send("/widerruf")
	approver.says("teilweise widerrufen")

	officer := s.window(t, "sachbearbeitung@sms.example")
	officer.visit(file)
	officer.step("/aenderung/bescheid")
	officer.send("/bescheid")
	officer.says("Erstattung fällig")
	letter := pdfText(t, s.as(t, "zeichnung@meissen.example"), file+"/bescheide/2/bescheid.pdf")
	for _, part := range []string{"Die Stelle war zu lange nicht besetzt.", "18.000,00", "Rechtsbehelf"} {
		if !strings.Contains(letter, part) {
			t.Errorf("the notice does not say %q:\n%.1500s", part, letter)
		}
	}

	cash := s.window(t, "kasse@sms.example")
	cash.visit(file + "/erstattung")
	interest := cash.sumOf("zinsliste", 1)
	if interest <= 250_00 {
		t.Errorf("interest of %s, want more than the floor", german(interest))
	}
	cash.says("18.000,00", german(interest))
	cash.bookByKeyboard(file, "Kontoauszug 17")
	cash.says("Der Eingang ist gebucht.", "Kontoauszug 17", "Alles ist eingegangen.")
	if got, want := cash.sumOf("eingangsliste", 1), 18_000_00+interest; got != want {
		t.Errorf("received %s, want %s", german(got), german(want))
	}
	cash.send("/abschluss")
	cash.says("Die Erstattung ist gebucht")
	officer.visit(file)
	officer.step("was=closed")
	officer.send("/schritt")
	officer.says("abgeschlossen")
}

// bookByKeyboard books what is open as received: Tab from field to field, Enter
// in a field sends the form.
func (t *tab) bookByKeyboard(file, reference string) {
	t.tb.Helper()
	t.visit(file + "/erstattung/eingang")
	for _, field := range []string{"#feld-received_on", "#feld-amount", "#feld-reference"} {
		t.tabTo(field)
	}
	t.press(reference)
	t.press(kb.Tab, chromedp.KeyModifiers(kb.ModifierShift))
	if !eval[bool](t, `document.activeElement.matches("#feld-amount")`) {
		t.tb.Error("Shift and Tab do not lead back to the amount")
	}
	t.tabTo("#feld-reason")
	if status := t.leave("press Enter", chromedp.KeyEvent(kb.Enter)); status != http.StatusOK {
		t.tb.Fatalf("book by keyboard: status %d\nat %s", status, t.where())
	}
}

// sumOf adds up the amounts of a column of a table, without its sums.
func (t *tab) sumOf(table string, column int) (sum money.Cents) {
	t.tb.Helper()
	cells := eval[[]string](t, fmt.Sprintf(`[...document.querySelectorAll("#%s tr")].filter(r => !r.closest("thead, tfoot")).map(r => r.cells[%d].innerText)`, table, column))
	for _, text := range cells {
		sum += t.amountIn(text)
	}
	return sum
}

var amountText = regexp.MustCompile(`-?[\d.]+,\d\d`)

// amountIn is the one amount that a text names.
func (t *tab) amountIn(text string) money.Cents {
	t.tb.Helper()
	c, err := money.Parse(amountText.FindString(text))
	if err != nil {
		t.tb.Fatalf("%q is no amount: %v\nat %s", text, err, t.where())
	}
	return c
}

// register: of each year, what stands at the foot is the sum of the rows, and
// the figures above say the same.
func (s *moneyStory) register(t *testing.T) {
	reads := s.window(t, "leitung@sms.example")
	reads.visit("/foerderungen/register")
	for _, year := range []int{s.year - 2, s.year - 1} {
		title := eval[string](reads, `[...document.querySelectorAll("[name=titel] option")].find(o => o.innerText.startsWith(`+quote(strconv.Itoa(year))+`)).value`)
		reads.visit("/foerderungen/register?titel=" + title)
		foot := eval[[]string](reads, `[...document.querySelectorAll("#register tfoot td")].map(c => c.innerText)`)
		committed, paid := reads.sumOf("register", 4), reads.sumOf("register", 5)
		if committed == 0 || paid == 0 {
			t.Errorf("%d: nothing committed or paid", year)
		}
		if got := reads.amountIn(foot[0]); got != committed {
			t.Errorf("%d: committed %s, the rows add up to %s", year, german(got), german(committed))
		}
		if got := reads.amountIn(foot[1]); got != paid {
			t.Errorf("%d: paid %s, the rows add up to %s", year, german(got), german(paid))
		}
		reads.says(german(committed), german(paid), german(1_170_000_00-committed))
	}
}
