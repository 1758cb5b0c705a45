// Package webtest drives the whole site in tests: the real server on a clone of
// the test database, with clients that sign in as people do.
package webtest

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"rundertisch/internal/account"
	"rundertisch/internal/db"
	"rundertisch/internal/document"
	"rundertisch/internal/inbox"
	"rundertisch/internal/job"
	"rundertisch/internal/mail"
	"rundertisch/internal/meeting"
	"rundertisch/internal/minutes"
	"rundertisch/internal/task"
	"rundertisch/internal/testdb"
	"rundertisch/migrations"
	"rundertisch/web/server"
)

// Site is the whole site on a test's own database.
type Site struct {
	*testdb.Instance
	Server  *server.Server
	Handler http.Handler
	Counts  func() *db.Counts // of the newest request
	Files   *document.Store   // in memory
	tb      testing.TB
}

// New starts nothing but puts the site together.
func New(tb testing.TB, options ...func(*db.Options)) *Site {
	tb.Helper()
	inst := testdb.DB(tb, options...)
	base, err := url.Parse("http://localhost:8080")
	if err != nil {
		tb.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	queue, err := job.NewQueue(inst.Pool(), log)
	if err != nil {
		tb.Fatal(err)
	}
	office := mail.NewOffice(queue, true)
	files := document.MemoryStore()
	tb.Cleanup(func() { _ = files.Close() })
	s := server.New(inst.DB, server.Options{BaseURL: base, Demo: true, Migrations: migrations.Files, Log: log},
		server.Parts{
			Mail: office, Accounts: account.NewService(office, queue, base), Files: files,
			Minutes:  minutes.NewService(office, inbox.NewOffice(office, queue, base), base),
			Meetings: meeting.NewService(office, inbox.NewOffice(office, queue, base), base),
			Papers:   Renderer(),
			Tasks:    task.NewService(inbox.NewOffice(office, queue, base)),
		})
	site := &Site{Instance: inst, Server: s, Files: files, tb: tb}
	newest := &db.Counts{}
	inner := s.Handler()
	site.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		newest = &db.Counts{}
		inner.ServeHTTP(w, r.WithContext(db.CountInto(r.Context(), newest)))
	})
	site.Counts = func() *db.Counts { return newest }
	return site
}

// modules is the node_modules of the repository: tests run in the folder of
// their package.
func modules() string {
	_, file, _, _ := runtime.Caller(0) //nolint:dogsled // the file is what is wanted
	return filepath.Join(filepath.Dir(file), "..", "..", "node_modules")
}

// Client is a browser without a screen: it keeps cookies and follows no
// redirect.
type Client struct {
	HTMX bool // asks for parts of pages
	Deaf bool // forgets the messages that an answer leaves for the next page

	site *Site
	host string
	jar  http.CookieJar
}

// Page is an answer.
type Page struct {
	Status int
	Header http.Header
	Body   string
	tb     testing.TB
}

// Anonymous returns a client that is not signed in to the programme.
func (s *Site) Anonymous(p testdb.Programme) *Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.tb.Fatal(err)
	}
	return &Client{site: s, host: p.Host + ":8080", jar: jar}
}

// SignIn returns a client that signed in with the address.
func (s *Site) SignIn(tb testing.TB, p testdb.Programme, email string) *Client {
	tb.Helper()
	c := s.Anonymous(p)
	if page := c.Post(tb, "/anmelden", url.Values{"email": {email}, "password": {testdb.Password}}); page.Status != http.StatusSeeOther {
		tb.Fatalf("sign in as %s: status %d", email, page.Status)
	}
	return c
}

// Get fetches a page.
func (c *Client) Get(tb testing.TB, path string) *Page {
	tb.Helper()
	return c.Do(tb, httptest.NewRequestWithContext(tb.Context(), http.MethodGet, path, http.NoBody))
}

// Post sends a form as the browser does from our own page.
func (c *Client) Post(tb testing.TB, path string, fields url.Values) *Page {
	tb.Helper()
	r := httptest.NewRequestWithContext(tb.Context(), http.MethodPost, path, strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.Do(tb, r)
}

// Do sends any request with the client's cookies.
func (c *Client) Do(tb testing.TB, r *http.Request) *Page {
	tb.Helper()
	r.Host = c.host
	if c.HTMX {
		r.Header.Set("HX-Request", "true")
	}
	r.URL.Host = ""
	at := &url.URL{Scheme: "http", Host: c.host, Path: "/"}
	for _, cookie := range c.jar.Cookies(at) {
		if !c.Deaf || cookie.Name != "rt-flash" {
			r.AddCookie(cookie)
		}
	}
	w := httptest.NewRecorder()
	c.site.Handler.ServeHTTP(w, r)
	res := w.Result()
	defer func() { _ = res.Body.Close() }()
	c.jar.SetCookies(at, res.Cookies())
	body, err := io.ReadAll(res.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return &Page{Status: res.StatusCode, Header: res.Header, Body: string(body), tb: tb}
}

// Location is where a redirect leads, without the part of the page.
func (p *Page) Location() string {
	path, _, _ := strings.Cut(p.Header.Get("Location"), "#")
	return path
}

// Hidden returns the hidden fields of the form that sends to an address ending
// in action.
func (p *Page) Hidden(action string) url.Values {
	p.tb.Helper()
	form := p.Doc().Find(`form[action$="` + action + `"]`)
	if form.Length() == 0 {
		p.tb.Fatalf("no form that sends to %s:\n%s", action, p.Text())
	}
	fields := url.Values{}
	form.First().Find("input[type=hidden]").Each(func(_ int, input *goquery.Selection) {
		fields.Set(input.AttrOr("name", ""), input.AttrOr("value", ""))
	})
	return fields
}

// Doc parses the page.
func (p *Page) Doc() *goquery.Document {
	p.tb.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(p.Body))
	if err != nil {
		p.tb.Fatal(err)
	}
	return doc
}

// Text returns the page's text without tags, blanks folded.
func (p *Page) Text() string {
	p.tb.Helper()
	return strings.Join(strings.Fields(p.Doc().Find("main").Text()), " ")
}

// Value returns what a field of the page's form holds.
func (p *Page) Value(name string) string {
	p.tb.Helper()
	value, _ := p.Doc().Find(`[name="` + name + `"]`).First().Attr("value")
	return value
}
