package server

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"rundertisch/internal/access"
	"rundertisch/internal/account"
	"rundertisch/internal/db"
	"rundertisch/internal/job"
	"rundertisch/internal/mail"
	"rundertisch/internal/testdb"
	"rundertisch/migrations"
)

// clock is moved by hand. It starts in the past, so that no limit that the
// real clock keeps can help.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// site is the whole server on a database of its own.
type site struct {
	*Server
	http  http.Handler
	db    *testdb.Instance
	clock *clock
	log   *logBuffer
}

type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func newSite(t *testing.T, set ...func(*Options)) *site {
	t.Helper()
	c := &clock{now: time.Date(2024, 5, 15, 8, 0, 0, 0, time.UTC)}
	d := testdb.DB(t, func(o *db.Options) { o.Now = c.Now })
	buf := &logBuffer{}
	log := slog.New(slog.NewJSONHandler(buf, &slog.HandlerOptions{Level: slog.LevelDebug}))
	q, err := job.NewQueue(d.Pool(), log)
	if err != nil {
		t.Fatal(err)
	}
	base, _ := url.Parse("http://localhost:8080")
	o := Options{BaseURL: base, Migrations: migrations.Files, Log: log}
	for _, f := range set {
		f(&o)
	}
	office := mail.NewOffice(q, true)
	s := New(d.DB, o, Parts{Mail: office, Accounts: account.NewService(office, q, o.BaseURL)})
	return &site{Server: s, http: s.Handler(), db: d, clock: c, log: buf}
}

func onHTTPS(o *Options) { o.BaseURL, _ = url.Parse("https://rundertisch.example") }

// visitor is a browser with its cookies.
type visitor struct {
	t       *testing.T
	site    *site
	host    string
	ip      string
	cookies map[string]string
}

func (s *site) visitor(t *testing.T) *visitor {
	t.Helper()
	return &visitor{t: t, site: s, host: s.options.BaseURL.Host, ip: "192.0.2.1", cookies: map[string]string{}}
}

// signedIn is a visitor who signed in as Saxony's person with the role.
func (s *site) signedIn(t *testing.T, r access.Role) *visitor {
	t.Helper()
	v := s.visitor(t)
	if res := v.signIn(testdb.Saxony.Email(r), testdb.Password); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("sign-in as %s: status = %d", r, res.StatusCode)
	}
	return v
}

func (v *visitor) signIn(email, password string) *http.Response {
	return v.post("/anmelden", "email", email, "password", password)
}

func (v *visitor) get(path string) *http.Response {
	return v.do(httptest.NewRequest(http.MethodGet, path, http.NoBody))
}

func (v *visitor) post(path string, pairs ...string) *http.Response {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.do(r)
}

func (v *visitor) do(r *http.Request) *http.Response {
	v.t.Helper()
	if r.Host == "example.com" { // httptest's own
		r.Host = v.host
	}
	r.RemoteAddr = netip.AddrPortFrom(netip.MustParseAddr(v.ip), 4711).String()
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	v.site.http.ServeHTTP(w, r)
	res := w.Result()
	for _, c := range res.Cookies() {
		if c.MaxAge < 0 || c.Value == "" {
			delete(v.cookies, c.Name)
		} else {
			v.cookies[c.Name] = c.Value
		}
	}
	return res
}

func (v *visitor) session() string {
	if token := v.cookies["__Host-rt"]; token != "" {
		return token
	}
	return v.cookies["rt"]
}

// isIn says whether the visitor is signed in: his own account opens.
func (v *visitor) isIn() bool {
	v.t.Helper()
	res := v.get("/konto")
	switch res.StatusCode {
	case http.StatusOK:
		return true
	case http.StatusSeeOther:
		return false
	}
	v.t.Fatalf("GET /konto: status = %d", res.StatusCode)
	return false
}

func body(t *testing.T, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func status(t *testing.T, res *http.Response, want int) {
	t.Helper()
	if res.StatusCode != want {
		t.Errorf("status = %d, want %d; body: %.300s", res.StatusCode, want, body(t, res))
	}
}
