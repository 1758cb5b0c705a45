package server

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"rundertisch/internal/access"
	"rundertisch/internal/testdb"
)

func urlEscape(s string) string { return url.QueryEscape(s) }

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.signedIn(t, access.Admin)
	tests := map[string]http.Header{
		"cross-site":     {"Sec-Fetch-Site": {"cross-site"}},
		"same-site":      {"Sec-Fetch-Site": {"same-site"}},
		"foreign origin": {"Origin": {"https://evil.example"}},
		"null origin":    {"Origin": {"null"}},
	}
	for _, route := range s.Routes() {
		if route.Method != http.MethodPost || strings.Contains(route.Pattern, "{") {
			continue
		}
		for name, header := range tests {
			r := httptest.NewRequest(http.MethodPost, route.Pattern, strings.NewReader(""))
			r.Header = header.Clone()
			if res := v.do(r); res.StatusCode != http.StatusForbidden {
				t.Errorf("%s, %s: status = %d, want 403", route.Pattern, name, res.StatusCode)
			}
		}
	}
	if !v.isIn() {
		t.Error("a foreign form signed out")
	}
}

// TestHeadersOnEveryKindOfPage has the table of headers on pages of all kinds
// of status.
func TestHeadersOnEveryKindOfPage(t *testing.T) {
	t.Parallel()
	s := newSite(t, onHTTPS)
	s.mux.Get(access.ReadBoard, "/test/kaputt", func(http.ResponseWriter, *http.Request) error { return errors.New("secret detail") })
	s.mux.Get(access.ReadBoard, "/test/panik", func(http.ResponseWriter, *http.Request) error { panic("secret detail") })
	anon, admin := s.visitor(t), s.visitor(t)
	admin.signIn(testdb.Saxony.Email(access.Admin), testdb.Password)
	foreign := newGet("/")
	foreign.Host = "evil.example"
	trace := httptest.NewRequest(http.MethodTrace, "/", http.NoBody)
	put := httptest.NewRequest(http.MethodPut, "/konto", http.NoBody)
	crossed := httptest.NewRequest(http.MethodPost, "/abmelden", http.NoBody)
	crossed.Header.Set("Sec-Fetch-Site", "cross-site")
	pages := []struct {
		name string
		res  *http.Response
		want int
	}{
		{"public page", anon.get("/anmelden"), 200},
		{"own page", admin.get("/konto"), 200},
		{"redirect", anon.get("/konto"), 303},
		{"missing", anon.get("/gibt/es/nicht"), 404},
		{"missing when signed in", admin.get("/start/x.css"), 404},
		{"not allowed to", admin.get("/landkreise"), 403},
		{"foreign form", anon.do(crossed), 403},
		{"method without route", anon.do(put), 405},
		{"trace", anon.do(trace), 405},
		{"too large", anon.post("/anmelden", "email", strings.Repeat("a", 1<<20)), 413},
		{"foreign host", anon.do(foreign), 421},
		{"bad input", anon.post("/passwort-vergessen", "email", "x"), 422},
		{"broken", anon.get("/test/kaputt"), 500},
		{"panic", anon.get("/test/panik"), 500},
		{"static", anon.get("/static/gibt-es-nicht.css"), 404},
		{"cleaned path", anon.get("//konto"), 307},
		{"health", anon.get("/healthz"), 200},
		{"readiness", anon.get("/readyz"), 200},
	}
	want := map[string]string{
		"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		"Strict-Transport-Security": "max-age=31536000; includeSubDomains",
		"Permissions-Policy":        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
	}
	for _, p := range pages {
		if p.res.StatusCode != p.want {
			t.Errorf("%s: status = %d, want %d", p.name, p.res.StatusCode, p.want)
		}
		for name, value := range want {
			if got := p.res.Header.Get(name); got != value {
				t.Errorf("%s: %s = %q, want %q", p.name, name, got, value)
			}
		}
		for _, name := range []string{"Server", "X-Powered-By", "Access-Control-Allow-Origin"} {
			if p.res.Header.Get(name) != "" {
				t.Errorf("%s: has %s", p.name, name)
			}
		}
		if text := body(t, p.res); strings.Contains(text, "secret detail") || p.want == 500 && !strings.Contains(text, p.res.Header.Get("X-Request-Id")) {
			t.Errorf("%s: shows the error or no request id", p.name)
		}
		if p.want != 303 && !slices.Contains([]string{"static", "health", "readiness"}, p.name) && !strings.HasPrefix(p.res.Header.Get("Content-Type"), "text/html; charset=utf-8") {
			t.Errorf("%s: Content-Type = %q", p.name, p.res.Header.Get("Content-Type"))
		}
	}
	for _, path := range []string{"/konto", "/verwaltung", "/gibt/es/nicht", "/einladung?token=x"} {
		if got := admin.get(path).Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("signed in, %s: Cache-Control = %q, want no-store", path, got)
		}
	}
}

func TestUndoOfAForeignCookieIsNoForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for action, want := range map[string]bool{"/abmelden": true, "javascript:alert(1)": false, "https://evil.example/": false, "//evil.example/": false} {
		v := s.visitor(t)
		v.cookies["rt-flash"] = base64.RawURLEncoding.EncodeToString([]byte(`{"k":"session.signed_out","u":"` + action + `"}`))
		if got := strings.Contains(body(t, v.get("/anmelden")), "app-flash__undo"); got != want {
			t.Errorf("undo at %s: form = %v, want %v", action, got, want)
		}
	}
}

func TestHostsThatAreNotOursGet421(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for host, want := range map[string]int{
		"localhost:8080": 200, "LOCALHOST": 200, "127.0.0.1:8080": 200, "[::1]:8080": 200, "musterland.localhost": 200,
		"evil.example": 421, "localhost.evil.example": 421, "": 421, "192.0.2.1": 421,
	} {
		r := newGet("/anmelden")
		r.Host = host
		w := httptest.NewRecorder()
		s.http.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("host %q: status = %d, want %d", host, w.Code, want)
		}
	}
	r := newGet("http://evil.example/anmelden") // an absolute request URI
	r.Host = "localhost"
	w := httptest.NewRecorder()
	s.http.ServeHTTP(w, r)
	if w.Code != http.StatusMisdirectedRequest {
		t.Errorf("absolute URI: status = %d, want 421", w.Code)
	}
}

func TestOutsideTheDemoItsPagesDoNotExist(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, path := range []string{"/demo/post", "/demo/bausteine"} {
		status(t, s.visitor(t).get(path), http.StatusNotFound)
	}
}

// TestSecurityEventsAreLogged does everything once that has an event, and
// looks for secrets and addresses in the log.
func TestSecurityEventsAreLogged(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	anon := s.visitor(t)
	for range 6 {
		anon.signIn(testdb.Saxony.Email(access.Lead), "falsches Kennwort")
	}
	admin := s.signedIn(t, access.Admin)
	second := s.signedIn(t, access.Admin)
	person := "/verwaltung/konten/" + testdb.Saxony.Actor(access.Cashier).Person.String()
	admin.post(person+"/rollen/neu", "role", "lead", "from", "2024-06-01")
	admin.post(person + "/sperren")
	admin.post(person + "/entsperren")
	admin.post("/verwaltung/konten/einladen", "name", "Nora Neu", "email", "nora.neu@example.org", "role", "lead", "from", "2024-06-01")
	admin.post("/konto/passwort", "present", testdb.Password, "password", "vier lange Worte Zebra", "repeat", "vier lange Worte Zebra")
	admin.post("/konto/sitzungen/abmelden")
	anon.post("/passwort-vergessen", "email", testdb.Saxony.Email(access.Chair))
	crossed := httptest.NewRequest(http.MethodPost, "/abmelden", http.NoBody)
	crossed.Header.Set("Sec-Fetch-Site", "cross-site")
	anon.do(crossed)
	status(t, admin.get("/landkreise"), http.StatusForbidden)
	admin.post("/abmelden")

	found := map[string]bool{}
	for line := range strings.SplitSeq(strings.TrimSpace(s.log.String()), "\n") {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("log line %q: %v", line, err)
		}
		event, ok := entry["event"].(string)
		if !ok {
			continue
		}
		found[event] = true
		if entry["request"] == "" || entry["programme"] == "" {
			t.Errorf("%s without request or programme: %s", event, line)
		}
	}
	for _, want := range []string{
		"sign_in.ok", "sign_in.failed", "sign_out", "rate_limit", "session.ended", "password.changed", "password.reset_requested",
		"invitation.sent", "role.given", "account.disabled", "account.enabled", "request.cross_origin",
	} {
		if !found[want] {
			t.Errorf("no event %s; found %v", want, found)
		}
	}
	secrets := []string{testdb.Password, "falsches Kennwort", "vier lange Worte", "@", "Nora", admin.session(), second.session(), "192.0.2.1"}
	for _, secret := range slices.DeleteFunc(secrets, func(s string) bool { return s == "" }) {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}
