package e2e

import (
	"strings"
	"testing"
)

// TestBrowserComplaintsAreNoticed: without this, a silent listener would let
// every other test pass.
func TestBrowserComplaintsAreNoticed(t *testing.T) {
	t.Parallel()
	w := openTab(t, visitor(saxony))
	w.open("/anmelden")
	if got := w.complaints(); len(got) > 0 {
		t.Fatalf("complaints about an innocent page: %q", got)
	}
	eval[bool](w, `(() => {
		console.error("planted error");
		setTimeout(() => { throw new Error("planted exception"); }, 0);
		document.head.append(Object.assign(document.createElement("style"), {textContent: "b{}"}));
		document.head.append(Object.assign(document.createElement("link"), {rel: "icon", href: "https://planted.example/x"}));
		return fetch("/planted").then(() => true);
	})()`)
	for _, want := range []string{"planted error", "planted exception", "style-src", "status of 404"} {
		found := func() bool { return strings.Contains(strings.Join(w.complaints(), "\n"), want) }
		for range 50 {
			if found() {
				break
			}
			eval[bool](w, "new Promise(done => setTimeout(() => done(true), 20))")
		}
		if !found() {
			t.Errorf("%q was not noticed; noticed: %q", want, w.complaints())
		}
		w.expect(want)
	}
	w.expect("planted.example")
}
