package e2e

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// writer is an account whose minutes are being written and that no other test
// writes.
const writer = "geschaeftsstelle@saechsische-schweiz-osterzgebirge.example"

// desk is the page on which the office writes, with the first passage that it
// types itself.
type desk struct {
	*tab

	address string
	area    string // selector of its textarea
	block   string // its id
}

// openDesk opens the page in a session of its own, which a test may end.
func openDesk(t *testing.T) *desk {
	t.Helper()
	token, err := visitor(saxony).signIn(writer)
	if err != nil {
		t.Fatal(err)
	}
	c := visitor(saxony).with("rt", token)
	d := &desk{tab: openTab(t, c)}
	d.visit("/protokolle?zustand=drafting")
	d.step("/protokolle/")
	d.address = d.path() + "/schreiben"
	d.visit(d.address)
	d.block = eval[string](d.tab, `document.querySelector("main textarea").closest(".app-block").id.replace("absatz-", "")`)
	d.area = "#absatz-" + d.block + " textarea"
	return d
}

// put types over a passage's text as a person does.
func (d *desk) put(text string) {
	d.tb.Helper()
	d.fill(d.area, text)
}

// saved fetches what the server holds.
func (d *desk) saved() string {
	d.tb.Helper()
	return eval[string](d.tab, fmt.Sprintf(`fetch(%q).then(r => r.text()).then(t => new DOMParser().parseFromString(t, "text/html").querySelector(%q).value)`, d.address, d.area))
}

func (d *desk) typed() string {
	d.tb.Helper()
	return eval[string](d.tab, "document.querySelector("+quote(d.area)+").value")
}

// holdFetch lets requests of the page wait until letGo.
func (d *desk) holdFetch() {
	d.tb.Helper()
	eval[bool](d.tab, `(() => {
		const real = window.fetch;
		window.held = 0;
		const gate = new Promise(done => { window.letGo = done; });
		window.fetch = async (...args) => { if (String(args[0]).endsWith("/bearbeiten")) return real(...args); window.held++; const answer = await real(...args); await gate; return answer; };
		return true;
	})()`)
}

// cut lets requests of the page fail as without a connection.
func (d *desk) cut() {
	d.tb.Helper()
	eval[bool](d.tab, `(() => { window.realFetch = window.fetch; window.fetch = () => Promise.reject(new TypeError("Failed to fetch")); return true; })()`)
}

// TestStoryMinutesWhileWriting: the page on which minutes are written loses no
// word, and says where it is. All write in the same minutes, one after the other.
func TestStoryMinutesWhileWriting(t *testing.T) { //nolint:paralleltest // see above
	t.Run("typed while saving", textTypedWhileSavingStays)
	t.Run("without a session", nothingIsLostWithoutASession)
	t.Run("without a connection", aFailedSaveIsSaid)
	t.Run("leaving", buttonsAndLinksKeepWhatWasTyped)
	t.Run("focus", focusFollowsWhatWasDone)
}

// textTypedWhileSavingStays: the answer to a save must not touch what was
// typed since.
func textTypedWhileSavingStays(t *testing.T) {
	d := openDesk(t)
	d.holdFetch()
	d.put("Eins.")
	d.eventually("window.held > 0")
	run(d.tab, "type on", chromedp.SendKeys(chromedp.CSS(d.area), kb.End+" Zwei."))
	eval[bool](d.tab, `(window.letGo(), true)`)
	d.eventually(`document.querySelector("#absatz-` + d.block + `").innerText.includes("Gespeichert um")`)
	if got := d.typed(); got != "Eins. Zwei." {
		t.Errorf("typed while saving: the field holds %q", got)
	}
	if got := eval[string](d.tab, "document.activeElement.tagName"); got != "TEXTAREA" {
		t.Errorf("the focus is on %s", got)
	}
	if got := d.saved(); got != "Eins. Zwei." {
		t.Errorf("saved is %q", got)
	}
	if n := eval[int](d.tab, `document.querySelectorAll("main [role=status]").length`); n != 0 {
		t.Errorf("%d live regions within the page", n)
	}
	if got := eval[string](d.tab, `document.getElementById("meldung").textContent`); !strings.Contains(got, "Absatz ") || !strings.Contains(got, "Gespeichert um") {
		t.Errorf("announced is %q", got)
	}
	run(d.tab, "type on", chromedp.SendKeys(chromedp.CSS(d.area), kb.End+" Drei."))
	if got := d.text("#absatz-" + d.block); strings.Contains(got, "Gespeichert um") {
		t.Error("the page still says when it saved, with unsaved text in the field")
	}
	d.eventually(`document.querySelector("#absatz-` + d.block + `").innerText.includes("Gespeichert um")`)
}

// nothingIsLostWithoutASession: the text stays, and the page says what to
// do; once signed in elsewhere it saves by itself.
func nothingIsLostWithoutASession(t *testing.T) {
	d := openDesk(t)
	d.expect("status of 401")
	d.expect("htmx:response:error")
	cookies := run(d.tab, "cookies", func(ctx context.Context, target *chromedp.Target) (network.GetCookiesResult, error) {
		return cdp.Call(ctx, target, network.GetCookies, network.GetCookiesParams{})
	})
	call(d.tab, network.ClearBrowserCookies, cdp.Empty{})
	d.put("Ohne Sitzung geschrieben.")
	d.eventually(`document.querySelector("#absatz-` + d.block + ` a[target=_blank][href^='/anmelden']")`)
	if got := d.typed(); got != "Ohne Sitzung geschrieben." {
		t.Errorf("the field holds %q", got)
	}
	if got := d.text("#meldung"); !strings.Contains(got, "Nicht gespeichert") {
		t.Errorf("announced is %q", got)
	}
	for _, c := range cookies.Cookies {
		call(d.tab, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: "http://" + d.host + ":" + site.port + "/", Path: "/"})
	}
	eval[bool](d.tab, `window.dispatchEvent(new Event("focus"))`)
	d.eventually(`document.querySelector("#absatz-` + d.block + `").innerText.includes("Gespeichert um")`)
	if got := d.saved(); got != "Ohne Sitzung geschrieben." {
		t.Errorf("saved is %q", got)
	}
}

// aFailedSaveIsSaid: without a connection, and when the server fails.
func aFailedSaveIsSaid(t *testing.T) {
	d := openDesk(t)
	d.expect("htmx:error") // who edits is told in vain too
	d.cut()
	d.put("Ohne Netz geschrieben.")
	d.eventually(`document.querySelector("#absatz-` + d.block + `").innerText.includes("Nicht gespeichert – keine Verbindung")`)
	if got := d.text("#meldung"); !strings.Contains(got, "Nicht gespeichert – keine Verbindung") {
		t.Errorf("announced is %q", got)
	}
	eval[bool](d.tab, `(() => { window.fetch = async () => new Response("<!doctype html><main><h1>Bad gateway</h1></main>", {status: 502, headers: {"Content-Type": "text/html"}}); return true; })()`)
	run(d.tab, "type on", chromedp.SendKeys(chromedp.CSS(d.area), kb.End+" Mehr."))
	d.eventually(`document.querySelector("#absatz-` + d.block + `").innerText.includes("Nicht gespeichert") && !document.body.innerText.includes("keine Verbindung")`)
	if got := d.typed(); got != "Ohne Netz geschrieben. Mehr." || d.has("main h1 ~ h1") {
		t.Errorf("the field holds %q", got)
	}
	eval[bool](d.tab, `(window.fetch = window.realFetch, window.dispatchEvent(new Event("online")))`)
	d.eventually(`document.querySelector("#absatz-` + d.block + `").innerText.includes("Gespeichert um")`)
}

// buttonsAndLinksKeepWhatWasTyped: each leads away before the text has
// saved itself.
func buttonsAndLinksKeepWhatWasTyped(t *testing.T) {
	d := openDesk(t)
	for i, leave := range []string{
		"main form[action$='/absaetze'] button[value=text]",
		"#absatz-" + d.block + " button[value=down]",
		"#absatz-" + d.block + " button[value=up]",
		"main a[href$='/umlauf']",
	} {
		text := fmt.Sprintf("Ungesichert %d.", i)
		d.put(text)
		eval[bool](d.tab, "(window.here = true)")
		d.click(leave)
		d.eventually("!window.here && document.readyState === 'complete'")
		d.visit(d.address)
		if got := d.typed(); got != text {
			t.Errorf("after %s the passage is %q, want %q", leave, got, text)
		}
	}
	d.put("Wird entfernt.")
	d.follow("#absatz-" + d.block + " button[formaction$=entfernen]")
	d.eventually(`document.querySelector(".app-flash button")`)
	d.click(".app-flash button")
	d.eventually(`document.querySelector(` + quote(d.area) + `)?.value === "Wird entfernt."`)

	// What cannot be saved is not left without a question.
	d.cut()
	d.put("Nicht zu sichern.")
	asked := make(chan struct{}, 1)
	err := chromedp.Listen(d.ctx, func(ev any) {
		if e, ok := ev.(*cdppage.EventJavascriptDialogOpening); ok && e.Type == cdppage.DialogTypeBeforeunload {
			asked <- struct{}{}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	eval[bool](d.tab, `(setTimeout(() => document.querySelector("main a[href$='/umlauf']").click(), 0), true)`)
	select {
	case <-asked:
	case <-time.After(stepLimit):
		t.Error("the page is left without a question")
	}
	call(d.tab, cdppage.HandleJavaScriptDialog, cdppage.HandleJavaScriptDialogParams{Accept: true})
}

// focusFollowsWhatWasDone: on the page of the minutes and on the agenda.
func focusFollowsWhatWasDone(t *testing.T) {
	d := openDesk(t)
	focus := func(want string) {
		t.Helper()
		d.eventually(`document.activeElement.matches(` + quote(want) + `)`)
	}
	spoken := func(want string) {
		t.Helper()
		d.eventually(`document.getElementById("meldung").textContent.includes(` + quote(want) + `)`)
	}
	d.follow("main form[action$='/absaetze'] button[value=text]")
	focus("textarea")
	added := eval[string](d.tab, `document.activeElement.closest(".app-block").id`)
	spoken("angefügt")
	if d.has("#" + added + " button[value=down]") {
		t.Error("the last passage can go down")
	}
	d.follow("#" + added + " button[value=up]")
	d.eventually(`document.activeElement.closest("#` + added + `")`)
	focus("button[name=direction]")
	spoken("Jetzt Absatz ")
	for d.has("#" + added + " button[value=up]") {
		d.follow("#" + added + " button[value=up]")
	}
	focus("button[value=down]") // at the top there is no other
	d.follow("#" + added + " button[formaction$=entfernen]")
	focus("[data-focus]")

	w := openTab(t, as(t, "geschaeftsstelle@nordsachsen.example"))
	w.visit("/sitzungen?zustand=planned")
	if status := w.follow("main tbody a[href^='/sitzungen/']"); status != http.StatusOK {
		t.Fatalf("a planned sitting: status %d", status)
	}
	for _, title := range []string{"Zu ordnen eins", "Zu ordnen zwei"} {
		w.step("/punkte/neu")
		w.fill("#feld-title", title)
		w.send("/punkte/neu")
		w.eventually(`document.getElementById("meldung").textContent.includes("aufgenommen")`)
		w.eventually(`document.activeElement.id === "tagesordnung"`)
	}
	item := "[id^=punkt-]:has([id^=runter-])"
	if w.has("[id^=punkt-]:last-of-type [id^=runter-]") {
		t.Error("the last item can go down")
	}
	w.follow("[id^=punkt-]:last-of-type [id^=hoch-]")
	w.eventually(`document.activeElement.id.startsWith("hoch-") || document.activeElement.id.startsWith("runter-")`)
	w.eventually(`document.getElementById("meldung").textContent.includes("Jetzt Punkt ")`)
	if !w.has(item) {
		t.Error("no item can go down")
	}
}
