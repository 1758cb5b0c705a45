package accountpage_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/mail"
	"rundertisch/internal/testdb"
	"rundertisch/web/webtest"
)

const good = "vier lange Worte Zebra"

// follow opens the page that a redirect leads to.
func follow(t *testing.T, c *webtest.Client, p *webtest.Page, location string) *webtest.Page {
	t.Helper()
	if p.Status != http.StatusSeeOther || p.Header.Get("Location") != location {
		t.Fatalf("status, Location = %d, %q; want 303, %q: %.400s", p.Status, p.Header.Get("Location"), location, p.Text())
	}
	return c.Get(t, location)
}

var linkIn = regexp.MustCompile(`http://localhost:8080(/\S+token=\S+)`)

// linkFromMail returns the path of the newest mail's link.
func linkFromMail(t *testing.T, s *webtest.Site) string {
	t.Helper()
	var list []mail.Stored
	s.MustRead(t, testdb.Saxony.System(), access.DeliverMail, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = mail.Newest(ctx, tx, 1)
		return err
	})
	if len(list) == 0 {
		t.Fatal("no mail")
	}
	found := linkIn.FindStringSubmatch(list[0].Body)
	if found == nil {
		t.Fatalf("no link in %q", list[0].Body)
	}
	return found[1]
}

func invite(t *testing.T, s *webtest.Site, email string) string {
	t.Helper()
	admin := s.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.Admin))
	p := admin.Post(t, "/verwaltung/konten/einladen", url.Values{
		"id": {uuid.NewString()}, "name": {"Nora Neu"}, "email": {email}, "role": {"lead"}, "from": {"01.01.2024"},
	})
	if p.Status != http.StatusSeeOther {
		t.Fatalf("invite: status %d: %s", p.Status, p.Text())
	}
	return linkFromMail(t, s)
}

func TestAcceptingAnInvitation(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	path := invite(t, s, "nora@landkreis.example")
	token := strings.TrimPrefix(path, "/einladung?token=")
	c := s.Anonymous(testdb.Saxony)
	for range 2 {
		page := c.Get(t, path)
		webtest.Says(t, page, http.StatusOK, "Guten Tag, Nora Neu", "Neues Kennwort")
		if page.Value("token") != token || page.Value("email") != "nora@landkreis.example" || page.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("token, email, Cache-Control = %q, %q, %q", page.Value("token"), page.Value("email"), page.Header.Get("Cache-Control"))
		}
		if barrier, _ := page.Doc().Find(`a[href^="/barrierefreiheit/melden"]`).Attr("href"); strings.Contains(barrier, token) {
			t.Errorf("the report of a barrier carries the token: %s", barrier)
		}
	}
	page := c.Post(t, "/einladung", url.Values{"token": {token}, "password": {"Sachsen2026!!"}, "repeat": {"Sachsen2026!!"}})
	webtest.Says(t, page, http.StatusUnprocessableEntity, "zu leicht zu erraten")
	if strings.Contains(page.Body, "Sachsen2026!!") || page.Value("token") != token {
		t.Error("the page repeats the password or lost the token")
	}
	p := c.Post(t, "/einladung", url.Values{"token": {token}, "password": {good}, "repeat": {good}})
	follow(t, c, p, "/start")
	webtest.Says(t, c.Get(t, "/konto"), http.StatusOK, "Nora Neu", "Leitung", "01.01.2024", "Dieses Gerät")

	other := s.Anonymous(testdb.Saxony)
	dead := []string{
		other.Get(t, path).Text(), other.Get(t, "/einladung?token=unbekannt").Text(), other.Get(t, "/einladung").Text(),
		other.Post(t, "/einladung", url.Values{"token": {token}, "password": {good}, "repeat": {good}}).Text(),
	}
	for _, text := range dead {
		if text != dead[0] || !strings.Contains(text, "Dieser Link gilt nicht mehr") {
			t.Errorf("a dead link says %q, want one and the same page %q", text, dead[0])
		}
	}
}

func TestAcceptingWithAnAccountElsewhere(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	path := invite(t, s, testdb.Musterland.Email(access.Lead))
	c := s.Anonymous(testdb.Saxony)
	page := c.Get(t, path)
	webtest.Says(t, page, http.StatusOK, "gibt es schon ein Konto")
	if page.Doc().Find(`[name="repeat"]`).Length() != 0 {
		t.Error("the page asks for a new password")
	}
	webtest.Says(t, c.Post(t, "/einladung", url.Values{"token": {page.Value("token")}, "password": {good}}), http.StatusUnprocessableEntity, "Kennwort stimmt nicht")
	follow(t, c, c.Post(t, "/einladung", url.Values{"token": {page.Value("token")}, "password": {testdb.Password}}), "/start")
}

func TestAskingForAResetSaysTheSameToEverybody(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c := s.Anonymous(testdb.Saxony)
	var first string
	for _, email := range []string{testdb.Saxony.Email(access.Lead), "niemand@example.org", testdb.Musterland.Email(access.Lead)} {
		for range 4 { // the fourth one sends nothing and says the same
			p := c.Post(t, "/passwort-vergessen", url.Values{"email": {email}})
			text := follow(t, c, p, "/passwort-vergessen?gesendet=1").Text()
			if first == "" {
				first = text
			}
			if text != first || !strings.Contains(text, "Falls es das Konto gibt") {
				t.Errorf("%s: %q, want %q", email, text, first)
			}
		}
	}
	p := c.Post(t, "/passwort-vergessen", url.Values{"email": {"nora@"}})
	webtest.Says(t, p, http.StatusUnprocessableEntity, "vollständige E-Mail-Adresse")
	if p.Value("email") != "nora@" {
		t.Errorf("email = %q, want what was typed", p.Value("email"))
	}
	webtest.Says(t, c.Get(t, "/passwort-neu?token=x"), http.StatusNotFound, "Dieser Link gilt nicht mehr", "fordern Sie einen neuen an")
}

func TestChangingThePassword(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	email := testdb.Saxony.Email(access.Lead)
	c, elsewhere := s.SignIn(t, testdb.Saxony, email), s.SignIn(t, testdb.Saxony, email)
	p := c.Post(t, "/konto/passwort", url.Values{"present": {"falsch falsch"}, "password": {good}, "repeat": {good}})
	webtest.Says(t, p, http.StatusUnprocessableEntity, "Das Kennwort stimmt nicht")
	if strings.Contains(p.Body, good) || strings.Contains(p.Body, "falsch falsch") {
		t.Error("the page repeats a password")
	}
	p = c.Post(t, "/konto/passwort", url.Values{"present": {testdb.Password}, "password": {good}, "repeat": {good}})
	page := follow(t, c, p, "/konto")
	if !strings.Contains(page.Doc().Find(".app-flash").Text(), "Kennwort ist geändert") {
		t.Error("no message after the change")
	}
	if got := elsewhere.Get(t, "/konto").Status; got != http.StatusSeeOther {
		t.Errorf("the other device: status = %d, want it signed out", got)
	}
	if got := s.Anonymous(testdb.Saxony).Post(t, "/anmelden", url.Values{"email": {email}, "password": {good}}).Status; got != http.StatusSeeOther {
		t.Errorf("signing in with the new password: status = %d", got)
	}
}

func TestOwnSessions(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	email := testdb.Saxony.Email(access.Lead)
	c, second, third := s.SignIn(t, testdb.Saxony, email), s.SignIn(t, testdb.Saxony, email), s.SignIn(t, testdb.Saxony, email)
	page := c.Get(t, "/konto")
	forms := page.Doc().Find(`#sitzungen-tabelle form`)
	if forms.Length() != 2 || page.Doc().Find("#sitzungen-tabelle tbody tr").Length() != 3 {
		t.Fatalf("%d sessions can be ended, want 2 of 3", forms.Length())
	}
	action, _ := forms.First().Attr("action")
	stranger := s.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.Admin))
	if got := stranger.Post(t, action, nil).Status; got != http.StatusNotFound {
		t.Errorf("somebody else ends the session: status = %d, want 404", got)
	}
	follow(t, c, c.Post(t, action, nil), "/konto")
	if second.Get(t, "/konto").Status == third.Get(t, "/konto").Status {
		t.Error("not exactly one of the two others was signed out")
	}
	page = follow(t, c, c.Post(t, "/konto/sitzungen/abmelden", nil), "/konto")
	if page.Doc().Find("#sitzungen-tabelle tbody tr").Length() != 1 || second.Get(t, "/konto").Status != http.StatusSeeOther || third.Get(t, "/konto").Status != http.StatusSeeOther {
		t.Error("others are still signed in")
	}
}

func TestStrangersAreSentToSignIn(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c := s.Anonymous(testdb.Saxony)
	for _, path := range []string{"/konto", "/konto/passwort"} {
		if p := c.Get(t, path); p.Status != http.StatusSeeOther || !strings.HasPrefix(p.Header.Get("Location"), "/anmelden?next=") {
			t.Errorf("%s: %d, %q", path, p.Status, p.Header.Get("Location"))
		}
	}
}
