package e2e

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/google/uuid"
)

// newEntry logs an entry and returns its address.
func newEntry(tb testing.TB, c *client, title string) string {
	tb.Helper()
	entry := url.Values{
		"id": {uuid.NewString()}, "title": {title}, "type": {"meeting"}, "visibility": {"ministry"},
		"date": {time.Now().Add(-24 * time.Hour).Format(time.DateOnly)},
	}
	if a, err := c.send(http.MethodPost, "/aktivitaeten", entry, nil); err != nil || a.status != http.StatusSeeOther {
		tb.Fatalf("log: status %d, %v", a.status, err)
	}
	return "/aktivitaeten/" + entry.Get("id")
}

// TestStoryAFileOnAPhone: a coordinator attaches a file on a screen of 360 px
// without any script; the wrong one is refused on the same page. The ministry
// reads it, the neighbour finds nothing, and what was removed comes back.
func TestStoryAFileOnAPhone(t *testing.T) {
	t.Parallel()
	c := as(t, "koordination@goerlitz.example")
	address := newEntry(t, c, "Netzwerktreffen mit Unterlagen")
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "Einladung zum außerordentlichen Netzwerktreffen im Landkreis.pdf"), filepath.Join(dir, "Seite.pdf")
	for name, text := range map[string]string{good: "%PDF-1.7\nInhalt\n%%EOF\n", bad: "<html><script>alert(1)</script></html>"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w := openTab(t, c)
	w.expect("422") // the browser notes the status of the refusal
	call(w, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	w.phone()
	w.open(address)
	send := func(name string) int {
		t.Helper()
		run(w, "choose file", chromedp.SetUploadFiles(chromedp.CSS("#feld-file"), []string{name}))
		return w.followText("Datei anhängen")
	}
	if status := send(bad); status != http.StatusUnprocessableEntity || !strings.Contains(w.text("#feld-file-fehler"), "passt nicht zu ihrer Endung") {
		t.Errorf("a page as PDF: status %d\nat %s", status, w.where())
	}
	if status := send(good); status != http.StatusOK || !strings.Contains(w.text(".app-files"), "im Landkreis.pdf (PDF, 22") {
		t.Errorf("a PDF: status %d\nat %s", status, w.where())
	}
	if overflow := eval[string](w, wideElements); overflow != "" {
		t.Errorf("the page scrolls sideways at 360 px: %s", overflow)
	}
	file := eval[string](w, `document.querySelector(".app-files a").getAttribute("href")`)
	for who, want := range map[string]int{
		"koordination@goerlitz.example": http.StatusOK,
		"zeichnung@goerlitz.example":    http.StatusOK,
		"leitung@sms.example":           http.StatusOK,
		"koordination@bautzen.example":  http.StatusNotFound,
		"mitglied@kvs.example":          http.StatusForbidden,
	} {
		a := as(t, who).get(t, file)
		if a.status != want || (a.body == "%PDF-1.7\nInhalt\n%%EOF\n") != (want == http.StatusOK) {
			t.Errorf("%s: status %d, want %d", who, a.status, want)
		}
		if want == http.StatusOK && (a.header.Get("Content-Security-Policy") != "sandbox; default-src 'none'" || !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment")) {
			t.Errorf("%s: headers %v", who, a.header)
		}
	}

	w.follow(".app-files button")
	if w.has(".app-files") || c.get(t, file).status != http.StatusNotFound {
		t.Error("the removed file is still there")
	}
	w.follow(".app-flash__undo button, .app-flash form button")
	if !w.has(".app-files") || c.get(t, file).status != http.StatusOK {
		t.Errorf("the file did not come back\nat %s", w.where())
	}
}
