package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestStoryLanguageAndThemeKeepThePlace: the switches change the look of the
// page, not the page.
func TestStoryLanguageAndThemeKeepThePlace(t *testing.T) {
	t.Parallel()
	const place = "/aktivitaeten?art=meeting&landkreis=alle&q=Praxis"
	w := openTab(t, as(t, "sachbearbeitung@sms.example"))
	w.open(place)
	german := w.text("main h1")
	w.follow("header a[hreflang=en]")
	if got := w.path(); got != place {
		t.Errorf("the language switch led to %s", got)
	}
	if lang := eval[string](w, "document.documentElement.lang"); lang != "en" || w.text("main h1") == german {
		t.Errorf("lang %q, heading %q", lang, w.text("main h1"))
	}
	w.open("/landkreise")
	if lang := eval[string](w, "document.documentElement.lang"); lang != "en" {
		t.Errorf("the next page is in %q", lang)
	}
	w.follow("header a[hreflang=de]")

	w.open(place)
	for _, theme := range []string{"dark", "light"} {
		w.click("header details:has(a[href*='t=" + theme + "'], button[value=" + theme + "]) summary")
		w.follow("header a[href*='t=" + theme + "'], header button[value=" + theme + "]")
		if got := w.path(); got != place {
			t.Errorf("the theme switch led to %s", got)
		}
		if got := eval[string](w, `document.documentElement.dataset.kernTheme ?? ""`); got != theme {
			t.Errorf("theme %q, want %q", got, theme)
		}
		dark := eval[bool](w, `(() => { const [r, g, b] = getComputedStyle(document.body).color.match(/[0-9.]+/g).map(Number);
			return getComputedStyle(document.body).color.startsWith("rgb") ? r + g + b > 384 : r > 0.5; })()`)
		if dark != (theme == "dark") {
			t.Errorf("%s: text is %s", theme, eval[string](w, "getComputedStyle(document.body).color"))
		}
	}
}

// TestStoryBackAfterSignOutShowsNothing: what was signed in is gone, whatever
// the browser has kept.
func TestStoryBackAfterSignOutShowsNothing(t *testing.T) {
	t.Parallel()
	w := openTab(t, visitor(saxony))
	w.open("/anmelden")
	w.signIn("koordination@nordsachsen.example")
	if got := w.path(); got != "/start" {
		t.Fatalf("after the sign-in at %s", got)
	}
	name := w.text("header details[data-menu] .app-menu__label--name")
	if name == "" {
		t.Fatal("the header does not say who is signed in")
	}
	w.open("/aktivitaeten")
	secret := eval[string](w, `document.querySelector("main tbody a").innerText`)
	w.click("header details[data-menu]:has(form) summary")
	w.follow("header form[action='/abmelden'] button")
	if !strings.HasPrefix(w.path(), "/anmelden") {
		t.Errorf("after the sign-out at %s", w.path())
	}
	for range 2 {
		w.back()
		w.settle()
		if text := eval[string](w, "document.body.innerText"); strings.Contains(text, name) && !strings.HasPrefix(w.path(), "/anmelden") || strings.Contains(text, secret) {
			t.Errorf("Back shows what was signed in\nat %s", w.where())
		}
		if !strings.HasPrefix(w.path(), "/anmelden") {
			t.Errorf("Back leads to %s, want the sign-in", w.path())
		}
	}
}

// back presses the browser's Back and waits for the page.
func (t *tab) back() {
	t.tb.Helper()
	run(t, "back", chromedp.NavigateBack())
}
