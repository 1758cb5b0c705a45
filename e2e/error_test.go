package e2e

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestErrorPagesHelp: each says in both languages what happened, shows the id
// of the request, and leads on.
func TestErrorPagesHelp(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		status int
		send   func(c *client) (answer, error)
	}{
		{"403", http.StatusForbidden, func(c *client) (answer, error) {
			return c.send(http.MethodPost, "/anmelden", url.Values{}, http.Header{"Sec-Fetch-Site": {"cross-site"}})
		}},
		{"404", http.StatusNotFound, func(c *client) (answer, error) {
			return c.send(http.MethodGet, "/gibt-es-nicht", nil, nil)
		}},
		{"405", http.StatusMethodNotAllowed, func(c *client) (answer, error) {
			return c.send(http.MethodDelete, "/", nil, nil)
		}},
		{"405 known path", http.StatusMethodNotAllowed, func(c *client) (answer, error) {
			return c.send(http.MethodPost, "/stand", url.Values{}, nil)
		}},
		{"413", http.StatusRequestEntityTooLarge, func(c *client) (answer, error) {
			return c.send(http.MethodPost, "/anmelden", url.Values{"email": {strings.Repeat("x", 4<<20)}}, nil)
		}},
	}
	for _, c := range cases {
		for _, lang := range []string{"de", "en"} {
			t.Run(c.name+" "+lang, func(t *testing.T) {
				t.Parallel()
				a, err := c.send(visitor(saxony).with("rt-lang", lang))
				if err != nil {
					t.Fatal(err)
				}
				checkErrorPage(t, a, c.status, lang)
			})
		}
	}
}

var requestIDForm = regexp.MustCompile(`^[a-z2-7]{12}$`)

func checkErrorPage(t *testing.T, a answer, status int, lang string) {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d", a.status, status)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	id := doc.Find("main code").Text()
	if !requestIDForm.MatchString(id) || id != a.header.Get("X-Request-Id") {
		t.Errorf("request id on the page %q, in the header %q", id, a.header.Get("X-Request-Id"))
	}
	p := page{lang: lang, html: a.body, doc: doc}
	for _, problem := range p.check() {
		t.Error(problem)
	}
	if doc.Find("main a.kern-btn[href]").Length() == 0 {
		t.Error("no way out")
	}
	if text := doc.Find("main h1").Text(); len(text) < 5 {
		t.Errorf("h1 %q says too little", text)
	}
}

// TestWrongPasswordKeepsTheAddress: what was typed stays, but not the password.
func TestWrongPasswordKeepsTheAddress(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"de", "en"} {
		a := visitor(saxony).with("rt-lang", lang).post(t, "/anmelden", url.Values{"email": {"verschrieben-" + lang + "@sms.example"}, "password": {"falsch"}})
		if a.status != http.StatusUnprocessableEntity {
			t.Fatalf("status %d, want 422", a.status)
		}
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
		if err != nil {
			t.Fatal(err)
		}
		if got := doc.Find("input[name=email]").AttrOr("value", ""); got != "verschrieben-"+lang+"@sms.example" {
			t.Errorf("address %q was not kept", got)
		}
		if got := doc.Find("input[name=password]").AttrOr("value", ""); got != "" || strings.Contains(a.body, "falsch\"") {
			t.Errorf("password %q stands on the page", got)
		}
		for _, problem := range (page{lang: lang, html: a.body, doc: doc}).check() {
			t.Error(problem)
		}
	}
}

// TestGuessingHasToWait: some wrong passwords are free; then the form says in
// how many seconds it can be tried again.
func TestGuessingHasToWait(t *testing.T) {
	t.Parallel()
	for lang, unit := range map[string]string{"de": " Sekunden", "en": " seconds"} {
		c := visitor(saxony).with("rt-lang", lang)
		wrong := url.Values{"email": {"niemand-" + lang + "@sms.example"}, "password": {"falsch"}}
		a := c.post(t, "/anmelden", wrong)
		for i := 0; i < 11 && a.status == http.StatusUnprocessableEntity; i++ {
			a = c.post(t, "/anmelden", wrong)
		}
		if a.status != http.StatusTooManyRequests {
			t.Fatalf("status %d after twelve wrong passwords, want 429", a.status)
		}
		if a.header.Get("Retry-After") == "" || a.header.Get("X-Request-Id") == "" {
			t.Errorf("headers %v, want Retry-After and X-Request-Id", a.header)
		}
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
		if err != nil {
			t.Fatal(err)
		}
		if text := doc.Find("main #fehler").Text(); !regexp.MustCompile(`[0-9]` + unit).MatchString(text) {
			t.Errorf("%s: the error summary says %q, want how long to wait", lang, text)
		}
		for _, problem := range (page{lang: lang, html: a.body, doc: doc}).check() {
			t.Error(problem)
		}
	}
}
