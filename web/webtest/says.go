package webtest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"rundertisch/internal/access"
)

// missingText is what a page shows for a key without a text: "[task.title]".
var missingText = regexp.MustCompile(`\[[a-z_]+\.[a-z_.]+\]`)

// Says checks the status and what the page says, as text or as HTML, and
// returns the page. A text that begins with "!" must not be there.
func Says(tb testing.TB, p *Page, status int, texts ...string) *Page {
	tb.Helper()
	p.says(tb, "the page", status, texts)
	return p
}

func (p *Page) says(tb testing.TB, what string, status int, texts []string) {
	tb.Helper()
	all := p.Text()
	if p.Status != status {
		tb.Errorf("%s: status %d, want %d: %.600s", what, p.Status, status, all)
	}
	for _, text := range texts {
		text, absent := strings.CutPrefix(text, "!")
		if (strings.Contains(all, text) || strings.Contains(p.Body, text)) == absent {
			tb.Errorf("%s says %q: %v: %.800s", what, text, absent, all)
		}
	}
	if found := missingText.FindString(p.Body); found != "" {
		tb.Errorf("%s: a text is missing: %s", what, found)
	}
}

// Follow opens the page to which a redirect leads, and checks what it says.
func Follow(tb testing.TB, c *Client, p *Page, texts ...string) *Page {
	tb.Helper()
	if p.Status != http.StatusSeeOther {
		tb.Fatalf("status %d, want a redirect: %.600s", p.Status, p.Text())
	}
	return Says(tb, c.Get(tb, p.Location()), http.StatusOK, texts...)
}

// Ask sends a GET, or a POST if there are fields, as the actor to the pages of
// one package, which need no session then. It checks the answer as Says does
// and returns its HTML.
func Ask(tb testing.TB, pages http.Handler, a access.Actor, address string, fields url.Values, status int, texts ...string) string {
	tb.Helper()
	r := httptest.NewRequestWithContext(tb.Context(), http.MethodGet, address, http.NoBody)
	if fields != nil {
		r = httptest.NewRequestWithContext(tb.Context(), http.MethodPost, address, strings.NewReader(fields.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return Send(tb, pages, a, r, status, texts...)
}

// Send sends a request of any make as the actor and returns the page; see Ask.
func Send(tb testing.TB, pages http.Handler, a access.Actor, r *http.Request, status int, texts ...string) string {
	tb.Helper()
	w := httptest.NewRecorder()
	pages.ServeHTTP(w, r.WithContext(access.NewContext(r.Context(), a)))
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		tb.Fatal(err)
	}
	p := &Page{Status: w.Code, Header: w.Header(), Body: string(body), tb: tb}
	p.says(tb, r.URL.Path+" as "+a.Name, status, texts)
	return p.Body
}
