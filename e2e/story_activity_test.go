package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"rundertisch/internal/demo"
)

const demoPassword = demo.Password

// rows is how often a text stands in the list of the window.
func (t *tab) rows(text string) int {
	t.tb.Helper()
	return eval[int](t, `[...document.querySelectorAll("main tbody tr")].filter(row => row.innerText.includes(`+quote(text)+`)).length`)
}

// TestStoryQuickEntryOnAPhone: a coordinator logs two activities on a screen of
// 360 px, one for the ministry and one for the district alone. The ministry
// finds the first everywhere and the second nowhere.
func TestStoryQuickEntryOnAPhone(t *testing.T) {
	t.Parallel()
	mark := "Quittenbaum" + time.Now().Format("150405")
	released, private := "Gespräch unter dem "+mark+" mit der Klinik", "Notiz unter dem "+mark+" für uns"

	w := openTab(t, visitor(saxony))
	w.phone()
	w.open("/aktivitaeten")
	w.signIn("koordination@goerlitz.example")
	began := time.Now()
	actions := w.quickEntry(released, "ministry")
	took := time.Since(began)
	t.Logf("quick entry: %d fields or buttons touched, %d characters typed, %.1f s in the browser; a person who types 3 characters a second and needs 2 s per field takes %.0f s",
		actions, len([]rune(released)), took.Seconds(), float64(len([]rune(released)))/3+float64(2*actions))
	if actions > 4 {
		t.Errorf("a quick entry takes %d touches, want at most 4", actions)
	}
	if flash := w.text(".app-flash"); !strings.Contains(flash, "eingetragen") {
		t.Errorf("the next page says %q, want that it is logged", flash)
	}
	if overflow := eval[string](w, wideElements); overflow != "" {
		t.Errorf("the list scrolls sideways at 360 px: %s", overflow)
	}
	w.quickEntry(private, "district")
	if n := w.rows(mark); n != 2 {
		t.Errorf("the coordinator sees %d of both entries", n)
	}

	for who, want := range map[string][2]bool{ // sees the released, the private one
		"leitung@sms.example":           {true, false},
		"sachbearbeitung@sms.example":   {true, false},
		"zeichnung@goerlitz.example":    {true, true},
		"koordination@bautzen.example":  {false, false},
		"koordination@goerlitz.example": {true, true},
	} {
		c := as(t, who)
		for _, address := range []string{
			"/aktivitaeten?landkreis=alle", "/aktivitaeten?landkreis=alle&q=" + mark,
			"/aktivitaeten?landkreis=alle&format=csv", "/aktivitaeten?landkreis=alle&format=csv&q=" + mark,
		} {
			a := c.get(t, address)
			if a.status != http.StatusOK {
				t.Errorf("%s as %s: status %d", address, who, a.status)
			}
			if got := [2]bool{strings.Contains(a.body, released), strings.Contains(a.body, private)}; got != want {
				t.Errorf("%s as %s: released and private are there: %v, want %v", address, who, got, want)
			}
		}
	}
	a := visitor(saxony).get(t, "/aktivitaeten?q="+mark)
	if a.status != http.StatusSeeOther || strings.Contains(a.body, private) {
		t.Errorf("the public: status %d", a.status)
	}
}

// quickEntry logs an activity with the short form and returns how many fields
// and buttons had to be touched.
func (t *tab) quickEntry(title, readers string) (actions int) {
	t.tb.Helper()
	t.fill("#schnell [name=title]", title)
	t.choose("#schnell [name=visibility]", readers)
	if status := t.follow("#schnell button"); status != http.StatusOK {
		t.tb.Fatalf("quick entry: status %d\nat %s", status, t.where())
	}
	return 3
}

// press sends keys to whatever has the focus.
func (t *tab) press(keys string, options ...chromedp.KeyOption) {
	t.tb.Helper()
	run(t, "press "+quote(keys), chromedp.KeyEvent(keys, options...))
}

// tabTo presses Tab until an element has the focus, as a person does who sees
// where it is: an element without a visible focus fails.
func (t *tab) tabTo(selector string) (presses int) {
	t.tb.Helper()
	for presses = range 120 {
		if eval[bool](t, "document.activeElement?.matches("+quote(selector)+") ?? false") {
			t.eventually(focusShows)
			return presses
		}
		t.press(kb.Tab)
	}
	t.tb.Fatalf("Tab never reaches %s\nat %s", selector, t.where())
	return 0
}

const focusShows = `(() => {
	const style = getComputedStyle(document.activeElement);
	return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== "none";
})()`

// TestStoryKeyboardOnly: sign in and log an activity with Tab, letters and
// Enter. The first Tab shows a way past the navigation.
func TestStoryKeyboardOnly(t *testing.T) {
	t.Parallel()
	title := "Ohne Maus eingetragen " + time.Now().Format("150405")
	w := openTab(t, visitor(saxony))
	w.open("/anmelden?next=/aktivitaeten")
	w.press(kb.Tab)
	w.eventually(`document.activeElement.getAttribute("href") === "#inhalt"`)
	w.eventually(`document.activeElement.getBoundingClientRect().top >= 0`) // it slides in
	w.press(kb.Enter)
	if n := w.tabTo("#feld-email"); n > 3 {
		t.Errorf("from the skip link %d times Tab to the first field", n)
	}
	w.press("koordination@bautzen.example")
	w.tabTo("#feld-password")
	w.press(demoPassword)
	if status := w.leave("press Enter", chromedp.KeyEvent(kb.Enter)); status != http.StatusOK {
		t.Fatalf("sign in: status %d", status)
	}
	n := w.tabTo("#schnell [name=title]")
	w.press(title)
	n += w.tabTo("#schnell button")
	if status := w.leave("press Enter", chromedp.KeyEvent(kb.Enter)); status != http.StatusOK {
		t.Fatalf("log: status %d\nat %s", status, w.where())
	}
	if w.rows(title) != 1 {
		t.Errorf("the entry is not in the list\nat %s", w.where())
	}
	if !eval[bool](w, `document.activeElement.matches(".app-flash")`) {
		t.Error("the message has not the focus, so it may be missed")
	}
	t.Logf("%d times Tab from the page's start to the entry's end", n)

	w.press("z", chromedp.KeyModifiers(0)) // letters alone do nothing
	w.tabTo("header details:not(.app-nav__small):last-of-type summary, header [data-menu] summary")
	w.press(kb.Enter)
	w.eventually(`document.querySelector("header details[data-menu][open]")`)
	w.press(kb.Escape)
	w.eventually(`!document.querySelector("header details[data-menu][open]")`)
}

// TestStoryWithoutJavaScript: every task works without a script.
func TestStoryWithoutJavaScript(t *testing.T) {
	t.Parallel()
	title := "Ohne Skript eingetragen " + time.Now().Format("150405")
	w := openTab(t, visitor(saxony))
	call(w, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	w.open("/aktivitaeten")
	if eval[bool](w, `typeof htmx !== "undefined"`) {
		t.Fatal("a script has run")
	}
	w.signIn("koordination@meissen.example")
	w.fill("#schnell [name=title]", title)
	w.choose("#schnell [name=type]", "meeting")
	if status := w.follow("#schnell button"); status != http.StatusOK {
		t.Fatalf("log: status %d\nat %s", status, w.where())
	}
	if w.rows(title) != 1 {
		t.Errorf("the entry is not in the list")
	}
	if !strings.Contains(w.text(".app-flash"), "eingetragen") {
		t.Error("no message")
	}

	w.fill("form[method=get] [name=q]", title)
	w.choose("form[method=get] [name=art]", "meeting")
	w.follow("form[method=get] button")
	if q, _ := url.Parse(w.path()); q.Query().Get("q") != title || q.Query().Get("art") != "meeting" {
		t.Errorf("the filter is not in the address: %s", w.path())
	}
	if n := eval[int](w, `document.querySelectorAll("main tbody tr").length`); n != 1 || w.rows(title) != 1 {
		t.Errorf("the filter leaves %d rows, want the one entry", n)
	}

	w.click("header details[data-menu]:has(form) summary")
	if status := w.follow("header form[action='/abmelden'] button"); status != http.StatusOK {
		t.Fatalf("sign out: status %d", status)
	}
	w.open("/aktivitaeten")
	if !strings.HasPrefix(w.path(), "/anmelden") {
		t.Errorf("after the sign-out at %s", w.path())
	}
}

// TestStoryTwoWindowsEditOneEntry: the second to save sees both texts.
func TestStoryTwoWindowsEditOneEntry(t *testing.T) {
	t.Parallel()
	title := "Zweimal bearbeitet " + time.Now().Format("150405")
	c := as(t, "koordination@zwickau.example")
	first := openTab(t, c)
	first.open("/aktivitaeten")
	first.quickEntry(title, "district")
	entry := eval[string](first, `[...document.querySelectorAll("main tbody a")].find(a => a.innerText.includes(`+quote(title)+`)).getAttribute("href")`)
	second := openTab(t, c)
	first.open(entry + "/bearbeiten")
	second.open(entry + "/bearbeiten")
	first.fill("#feld-text", "Das hat das erste Fenster geschrieben.")
	second.fill("#feld-text", "Das hat das zweite Fenster geschrieben.")
	if status := first.follow("#taetigkeit button"); status != http.StatusOK {
		t.Fatalf("the first window: status %d", status)
	}
	second.expect("status of 409")
	if status := second.follow("#taetigkeit button"); status != http.StatusConflict {
		t.Fatalf("the second window: status %d, want 409", status)
	}
	both := second.text("main")
	for _, part := range []string{"Das hat das erste Fenster geschrieben.", "Das hat das zweite Fenster geschrieben."} {
		if !strings.Contains(strings.Join(strings.Fields(both), " "), part) {
			t.Errorf("the page does not show %q:\n%s", part, both)
		}
	}
	for _, f := range second.axe(allRules) {
		t.Error(f)
	}
	if status := second.follow("main form button"); status != http.StatusOK { // keep mine
		t.Fatalf("keep mine: status %d\nat %s", status, second.where())
	}
	if !strings.Contains(second.text("main"), "Das hat das zweite Fenster geschrieben.") {
		t.Errorf("what was kept is not there\nat %s", second.where())
	}
}
