package server

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"rundertisch/internal/access"
	"rundertisch/internal/testdb"
)

func newGet(path string) *http.Request { return httptest.NewRequest(http.MethodGet, path, http.NoBody) }

var requestIDs = regexp.MustCompile(`[a-z2-7]{12}`)

// TestRefusalsLookTheSame compares status, headers and page for a wrong
// password, an unknown address, a disabled person with the right password and
// a person of another programme.
func TestRefusalsLookTheSame(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.db.Owner(t, `UPDATE person SET disabled_at = now() WHERE id = $1`, testdb.Saxony.Actor(access.Cashier).Person)
	tries := map[string][2]string{
		"wrong":    {testdb.Saxony.Email(access.Admin), "falsches Kennwort"},
		"unknown":  {"niemand@example.org", testdb.Password},
		"disabled": {testdb.Saxony.Email(access.Cashier), testdb.Password},
		"stranger": {testdb.Musterland.Email(access.Admin), testdb.Password},
	}
	seen := map[string]string{}
	for name, try := range tries {
		res := s.visitor(t).signIn(try[0], try[1])
		page := strings.ReplaceAll(body(t, res), try[0], "ADDRESS")
		head := maps.Clone(res.Header)
		head.Del("X-Request-Id")
		head.Del("Content-Length") // the page repeats the address
		seen[name] = fmt.Sprint(res.StatusCode, head) + requestIDs.ReplaceAllString(page, "ID")
	}
	for name, got := range seen {
		if got != seen["wrong"] {
			t.Errorf("%s differs from a wrong password:\n%s\n%s", name, got, seen["wrong"])
		}
	}
	if !strings.HasPrefix(seen["wrong"], "422") || !strings.Contains(seen["wrong"], "stimmen nicht") {
		t.Errorf("a wrong password: %.200s", seen["wrong"])
	}
}

func TestThrottlePerAccount(t *testing.T) {
	t.Parallel()
	for _, email := range []string{testdb.Saxony.Email(access.Admin), "niemand@example.org"} {
		s := newSite(t)
		v := s.visitor(t)
		for range 5 {
			status(t, v.signIn(email, "falsches Kennwort"), http.StatusUnprocessableEntity)
		}
		v.ip = "198.51.100.7" // another network does not help
		res := v.signIn(email, testdb.Password)
		status(t, res, http.StatusTooManyRequests)
		seconds, err := strconv.Atoi(res.Header.Get("Retry-After"))
		if err != nil || seconds < 1 || seconds > 2 {
			t.Errorf("Retry-After = %q, want 1 or 2", res.Header.Get("Retry-After"))
		}
		s.clock.pass(time.Duration(seconds) * time.Second)
		want := http.StatusUnprocessableEntity
		if strings.HasPrefix(email, "admin") {
			want = http.StatusSeeOther
		}
		status(t, v.signIn(email, testdb.Password), want)
		if want == http.StatusSeeOther { // success forgets the failures
			status(t, v.signIn(email, "falsches Kennwort"), http.StatusUnprocessableEntity)
		}
	}
}

func TestThrottlePerNetwork(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visitor(t)
	for i := range 30 {
		v.ip = fmt.Sprintf("192.0.2.%d", i+1) // one /24
		status(t, v.signIn(fmt.Sprintf("niemand%d@example.org", i), "falsches Kennwort"), http.StatusUnprocessableEntity)
	}
	v.ip = "192.0.2.200"
	status(t, v.signIn(testdb.Saxony.Email(access.Admin), testdb.Password), http.StatusTooManyRequests)
	v.ip = "198.51.100.7"
	status(t, v.signIn(testdb.Saxony.Email(access.Admin), testdb.Password), http.StatusSeeOther)
	s.clock.pass(16 * time.Minute)
	v.ip = "192.0.2.200"
	status(t, v.signIn(testdb.Saxony.Email(access.Lead), testdb.Password), http.StatusSeeOther)
}

func TestAHugePasswordIsRefusedWithoutHashing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.signedIn(t, access.Admin)
	for size, want := range map[int]int{900_000: http.StatusUnprocessableEntity, 1 << 20: http.StatusRequestEntityTooLarge} {
		start := time.Now()
		status(t, s.visitor(t).signIn(testdb.Saxony.Email(access.Lead), strings.Repeat("a", size)), want)
		status(t, v.post("/konto/passwort", "present", strings.Repeat("a", size)), want)
		if took := time.Since(start); took > 700*time.Millisecond {
			t.Errorf("%d bytes took %s", size, took)
		}
	}
}

func TestNextLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visitor(t)
	for _, next := range []string{
		"https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "http:evil.example",
		"javascript:alert(1)", "data:text/html,x", "/\t/evil.example", "/\n/evil.example", " //evil.example", "evil.example", "%2f%2fevil.example",
		"/%09/evil.example\x00", "https:/evil.example", "//evil.example@localhost", "/\r\nSet-Cookie: a=b", "?x", "#x", "",
	} {
		res := v.post("/anmelden", "email", testdb.Saxony.Email(access.Admin), "password", testdb.Password, "next", next)
		if got := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || got != "/start" {
			t.Errorf("next %q: status, Location = %d, %q; want 303, /start", next, res.StatusCode, got)
		}
		if got := v.get("/sprache?l=de&next=" + strings.ReplaceAll(urlEscape(next), "+", "%20")).Header.Get("Location"); got != "/" {
			t.Errorf("language switch, next %q: Location = %q, want /", next, got)
		}
	}
	res := v.post("/anmelden", "email", testdb.Saxony.Email(access.Admin), "password", testdb.Password, "next", "/konto?a=b")
	if got := res.Header.Get("Location"); got != "/konto?a=b" {
		t.Errorf("Location = %q, want the page that was asked for", got)
	}
}

func TestForwardedAddressesCountFromTrustedProxiesAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *Options) { o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} })
	tests := []struct{ remote, forwarded, want string }{
		{"192.0.2.1", "203.0.113.9", "192.0.2.1"},
		{"10.0.0.1", "203.0.113.9", "203.0.113.9"},
		{"10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"},
		{"10.0.0.1", "1.1.1.1, 203.0.113.9, 10.9.9.9", "203.0.113.9"},
		{"10.0.0.1", "nonsense", "10.0.0.1"},
		{"10.0.0.1", "", "10.0.0.1"},
		{"10.0.0.1", "2001:db8::1", "2001:db8::1"},
	}
	for _, c := range tests {
		r := newGet("/")
		r.RemoteAddr = c.remote + ":1"
		r.Header.Set("X-Forwarded-For", c.forwarded)
		if got := s.sessions.Network(r).String(); got != c.want {
			t.Errorf("from %s for %q: %s, want %s", c.remote, c.forwarded, got, c.want)
		}
	}
	r := newGet("/")
	r.RemoteAddr = "10.0.0.1:1"
	r.Header["X-Forwarded-For"] = []string{"1.1.1.1", "203.0.113.9"} // the client's line, then the proxy's
	if got := s.sessions.Network(r).String(); got != "203.0.113.9" {
		t.Errorf("of two lines: %s, want what the proxy wrote", got)
	}
}
