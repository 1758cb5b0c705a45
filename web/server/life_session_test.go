package server

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/testdb"
	"rundertisch/web/handler"
)

func TestSignInMakesANewTokenAndSignOutEndsIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visitor(t)
	v.cookies["rt"] = "token-that-somebody-else-chose-for-the-victim"
	v.signIn(testdb.Saxony.Email(access.Admin), testdb.Password)
	first := v.session()
	if first == "token-that-somebody-else-chose-for-the-victim" || first == "" {
		t.Fatalf("token after sign-in = %q, want a new one", first)
	}
	v.signIn(testdb.Saxony.Email(access.CaseOfficer), testdb.Password)
	second := v.session()
	if second == first {
		t.Error("a second sign-in kept the token")
	}
	old := s.visitor(t)
	old.cookies["rt"] = first
	if old.isIn() {
		t.Error("the first session lives on after a second sign-in in the same browser")
	}
	res := v.post("/abmelden")
	status(t, res, http.StatusSeeOther)
	if got := res.Header.Get("Clear-Site-Data"); !strings.Contains(got, "cache") {
		t.Errorf("Clear-Site-Data = %q", got)
	}
	v.cookies["rt"] = second
	if v.isIn() {
		t.Error("the session lives on after sign-out")
	}
}

func TestTokenIsStoredAsHashAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.signedIn(t, access.Admin)
	s.db.Owner(t, `DO $$ BEGIN
		IF (SELECT count(*) FROM session) <> 1 OR EXISTS (SELECT FROM session x WHERE to_jsonb(x)::text LIKE '%`+v.session()+`%'
			OR position('`+v.session()+`'::bytea IN data) > 0) THEN
			RAISE EXCEPTION 'token in the clear';
		END IF; END $$`)
}

func TestIdleLimit(t *testing.T) {
	t.Parallel()
	for wait, want := range map[time.Duration]bool{29 * time.Minute: true, 31 * time.Minute: false} {
		s := newSite(t)
		v := s.signedIn(t, access.Admin)
		s.clock.pass(wait)
		if got := v.isIn(); got != want {
			t.Errorf("after %s without a request: signed in = %v, want %v", wait, got, want)
		}
	}
}

func TestAbsoluteLimitHoldsDespiteActivity(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.signedIn(t, access.Admin)
	for range 35 { // 35 x 20 min = 11 h 40 min
		s.clock.pass(20 * time.Minute)
		if !v.isIn() {
			t.Fatal("signed out before 12 hours with constant activity")
		}
	}
	s.clock.pass(19 * time.Minute)
	if !v.isIn() {
		t.Error("signed out after 11 h 59 min")
	}
	s.clock.pass(2 * time.Minute)
	if v.isIn() {
		t.Error("still signed in after 12 h 1 min")
	}
}

func TestReadingWritesTheSessionOnceAMinuteAtMost(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.signedIn(t, access.Admin)
	version := func() (row string) {
		err := s.db.Pool().QueryRow(t.Context(), `SELECT xmin::text || ' ' || last_seen FROM session`).Scan(&row)
		if err != nil {
			t.Fatal(err)
		}
		return row
	}
	before := version()
	for range 20 {
		s.clock.pass(2 * time.Second)
		if res := v.get("/konto"); len(res.Cookies()) > 0 {
			t.Fatalf("a read sets cookies: %v", res.Cookies())
		}
	}
	if after := version(); after != before {
		t.Errorf("session row = %s after 20 reads within a minute, want %s", after, before)
	}
	s.clock.pass(time.Minute)
	v.get("/konto")
	if after := version(); after == before {
		t.Error("the time of the last request was never written")
	}
}

func TestAPageOfASignedInPersonTakesFewTrips(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.signedIn(t, access.Admin)
	v.get("/verwaltung") // the programme's directory is read once
	for path, most := range map[string]int64{"/verwaltung": 3, "/verwaltung/aenderungen": 3, "/konto": 6} {
		var counts db.Counts
		r := newGet(path)
		v.do(r.WithContext(db.CountInto(r.Context(), &counts)))
		if trips, statements := counts.Trips.Load(), counts.Statements.Load(); trips > most || statements > 8 {
			t.Errorf("%s: trips, statements = %d, %d; want at most %d, 8", path, trips, statements, most)
		}
	}
}

// TestASlowRequestDoesNotReviveASession signs out while another request of the
// session is under way and then writes the session.
func TestASlowRequestDoesNotReviveASession(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	entered, leave := make(chan struct{}), make(chan struct{})
	s.mux.Get(access.KeepAccount, "/test/langsam", func(w http.ResponseWriter, r *http.Request) error {
		close(entered)
		<-leave
		s.sessions.manager.Put(r.Context(), "note", "late")
		return handler.SeeOther(w, r, "/konto", "")
	})
	v := s.signedIn(t, access.Admin)
	token := v.session()
	slow, done := s.visitor(t), make(chan struct{})
	slow.cookies["rt"] = token
	go func() {
		defer close(done)
		slow.get("/test/langsam")
	}()
	<-entered
	v.post("/abmelden")
	close(leave)
	<-done
	v.cookies["rt"] = token
	if v.isIn() {
		t.Error("a slow request revived a session that was signed out")
	}
}

func TestASessionIsNothingOnAnotherProgrammesHost(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.signedIn(t, access.Admin)
	v.host = "musterland.localhost:8080"
	if v.isIn() {
		t.Error("a session of Saxony opens Musterland")
	}
	v.host = "localhost:8080"
	if !v.isIn() {
		t.Error("the visit to the other host ended the session at home")
	}
}

func TestDisablingAndEndingARoleActOnTheNextRequest(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	officer, admin := s.signedIn(t, access.CaseOfficer), s.signedIn(t, access.Admin)
	second := s.signedIn(t, access.Approver)
	person := testdb.Saxony.Actor(access.Approver).Person.String()
	if !officer.isIn() || !second.isIn() {
		t.Fatal("not signed in")
	}

	s.db.Owner(t, `UPDATE role_assignment SET valid = daterange(lower(valid), '2024-05-15')
		WHERE person_id = $1`, testdb.Saxony.Actor(access.CaseOfficer).Person)
	status(t, officer.get("/landkreise"), http.StatusForbidden)
	status(t, officer.get("/start"), http.StatusForbidden)
	status(t, officer.get("/"), http.StatusOK)
	if !officer.isIn() {
		t.Error("a person without a role cannot reach the own account")
	}
	status(t, officer.post("/abmelden"), http.StatusSeeOther)

	status(t, admin.post("/verwaltung/konten/"+person+"/sperren"), http.StatusSeeOther)
	if second.isIn() {
		t.Error("a disabled person is still signed in")
	}
	status(t, second.signIn(testdb.Saxony.Email(access.Approver), testdb.Password), http.StatusUnprocessableEntity)
	status(t, admin.post("/verwaltung/konten/"+person+"/entsperren"), http.StatusSeeOther)
	if second.isIn() {
		t.Error("enabling a person brought an old session back")
	}
	status(t, second.signIn(testdb.Saxony.Email(access.Approver), testdb.Password), http.StatusSeeOther)
}

func TestCookieAttributes(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]func(*Options){"rt": func(*Options) {}, "__Host-rt": onHTTPS} {
		s := newSite(t, set)
		res := s.visitor(t).signIn(testdb.Saxony.Email(access.Admin), testdb.Password)
		var found *http.Cookie
		for _, c := range res.Cookies() {
			if c.Name == name {
				found = c
			}
		}
		if found == nil {
			t.Fatalf("no cookie %s in %v", name, res.Cookies())
		}
		secure := name == "__Host-rt"
		if found.Secure != secure || !found.HttpOnly || found.SameSite != http.SameSiteLaxMode || found.Path != "/" ||
			found.Domain != "" || found.MaxAge != 0 || !found.Expires.IsZero() || len(found.Raw) > 1000 {
			t.Errorf("cookie = %s", found.Raw)
		}
	}
}

func TestPublicPagesSetNoCookie(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, path := range []string{"/", "/anmelden", "/passwort-vergessen", "/einladung?token=x", "/gibt-es-nicht"} {
		if res := s.visitor(t).get(path); len(res.Header.Values("Set-Cookie")) > 0 {
			t.Errorf("%s sets %v", path, res.Header.Values("Set-Cookie"))
		}
	}
}

func TestTheStoreGivesUpInsteadOfHanging(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.signedIn(t, access.Admin)
	var held []interface{ Release() }
	for range 4 { // all that the test's pool has
		c, err := s.db.Pool().Acquire(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, c)
	}
	start := time.Now()
	status(t, v.get("/konto"), http.StatusServiceUnavailable)
	if took := time.Since(start); took > 6*time.Second {
		t.Errorf("an exhausted pool was noticed after %s", took)
	}
	for _, c := range held {
		c.Release()
	}
	if !v.isIn() {
		t.Error("the session did not outlive an exhausted pool")
	}
}
