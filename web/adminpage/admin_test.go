package adminpage_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"rundertisch/internal/access"
	"rundertisch/internal/account"
	"rundertisch/internal/db"
	"rundertisch/internal/locale"
	"rundertisch/internal/testdb"
	"rundertisch/web/webtest"
)

func adminOf(t *testing.T, s *webtest.Site) *webtest.Client {
	t.Helper()
	return s.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.Admin))
}

func page(r access.Role) string {
	return "/verwaltung/konten/" + testdb.Saxony.Actor(r).Person.String()
}

func TestInvitingAPerson(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	admin := adminOf(t, s)
	form := admin.Get(t, "/verwaltung/konten/einladen")
	webtest.Says(t, form, http.StatusOK, "Person einladen", "Landkreis sachsen 1")
	fields := url.Values{
		"id": {form.Value("id")}, "name": {"Nora Neu"}, "email": {"nora@landkreis"}, "role": {"coordinator"}, "from": {"1.5.2024"}, "to": {"30.4.2024"},
	}
	p := admin.Post(t, "/verwaltung/konten/einladen", fields)
	webtest.Says(t, p, http.StatusUnprocessableEntity, "vollständige E-Mail-Adresse", "Bitte wählen Sie ihn aus", "Ende darf nicht vor dem Beginn")
	if p.Value("name") != "Nora Neu" || p.Value("email") != "nora@landkreis" || p.Value("from") != "1.5.2024" || p.Value("id") != form.Value("id") {
		t.Error("what was typed is lost")
	}
	if selected, _ := p.Doc().Find(`select[name="role"] option[selected]`).Attr("value"); selected != "coordinator" {
		t.Errorf("role = %q, want what was chosen", selected)
	}
	fields.Set("email", "Nora@Landkreis.example")
	fields.Set("district", testdb.Saxony.Districts[0].ID.String())
	fields.Set("to", "")
	person := webtest.Follow(t, admin, admin.Post(t, "/verwaltung/konten/einladen", fields))
	webtest.Says(t, person, http.StatusOK, "Nora Neu", "eingeladen", "nora@landkreis.example", "der Link gilt bis", "Koordination", "Landkreis sachsen 1", "01.05.2024")
	webtest.Says(t, webtest.Follow(t, admin, admin.Post(t, "/verwaltung/konten/einladen", fields)), http.StatusOK, "Nora Neu") // a double click
	webtest.Says(t, admin.Get(t, "/verwaltung?q=nora"), http.StatusOK, "1 Eintrag", "Koordination (Landkreis sachsen 1)", "eingeladen")
	resend, _ := person.Doc().Find(`form[action$="/einladung"]`).Attr("action")
	webtest.Says(t, webtest.Follow(t, admin, admin.Post(t, resend, nil)), http.StatusOK, "Nora Neu")
}

func TestRoles(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	admin := adminOf(t, s)
	lead := page(access.Lead)
	form := admin.Get(t, lead+"/rollen/neu")
	webtest.Says(t, form, http.StatusOK, "Test lead@sachsen.example")
	fields := url.Values{"id": {form.Value("id")}, "role": {"lead"}, "from": {"2024-06-01"}}
	webtest.Says(t, admin.Post(t, lead+"/rollen/neu", fields), http.StatusUnprocessableEntity, "diese Rolle in dieser Zeit schon")
	fields.Set("role", "case_officer")
	webtest.Says(t, webtest.Follow(t, admin, admin.Post(t, lead+"/rollen/neu", fields)), http.StatusOK, "Sachbearbeitung", "Leitung")

	person := admin.Get(t, lead)
	var end string
	person.Doc().Find(`a[href$="/beenden"]`).Each(func(_ int, a *goquery.Selection) {
		if strings.Contains(a.Text(), "Sachbearbeitung") {
			end, _ = a.Attr("href")
		}
	})
	webtest.Says(t, admin.Get(t, end), http.StatusOK, "seit dem 01.06.2024")
	p := admin.Post(t, end, url.Values{"to": {"31.05.2024"}})
	webtest.Says(t, p, http.StatusUnprocessableEntity, "nicht vor dem Beginn")
	if p.Value("to") != "31.05.2024" {
		t.Errorf("to = %q, want what was typed", p.Value("to"))
	}
	webtest.Says(t, admin.Post(t, end, url.Values{"to": {"32.05.2024"}}), http.StatusUnprocessableEntity, "Bitte geben Sie ein Datum ein")
	webtest.Says(t, webtest.Follow(t, admin, admin.Post(t, end, url.Values{"to": {"30.06.2024"}})), http.StatusOK, "30.06.2024", "beendet")
}

func TestAnAdminFindsNoWayToShutHimselfOut(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	admin := adminOf(t, s)
	own := admin.Get(t, page(access.Admin))
	if n := own.Doc().Find(`a[href$="/sperren"], a[href$="/beenden"]`).Length(); n != 0 {
		t.Errorf("the own page offers %d ways out", n)
	}
	webtest.Says(t, admin.Get(t, page(access.Admin)+"/sperren"), http.StatusConflict, "eigene Konto können Sie nicht sperren")
	webtest.Says(t, admin.Post(t, page(access.Admin)+"/sperren", nil), http.StatusConflict, "eigene Konto können Sie nicht sperren")
	var role string
	s.MustRead(t, testdb.Saxony.Actor(access.Admin), access.ManagePeople, func(ctx context.Context, tx *db.Tx) error {
		p, err := account.ReadPerson(ctx, tx, testdb.Saxony.Actor(access.Admin).Person)
		role = p.Roles[0].ID.String()
		return err
	})
	webtest.Says(t, admin.Post(t, page(access.Admin)+"/rollen/"+role+"/beenden", url.Values{"to": {"30.06.2030"}}),
		http.StatusUnprocessableEntity, "nur eine andere Person der Verwaltung")
}

func TestDisablingAsksFirst(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	admin := adminOf(t, s)
	chair := s.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.Chair))
	webtest.Says(t, admin.Get(t, page(access.Chair)+"/sperren"), http.StatusOK, "Möchten Sie das Konto von Test chair@sachsen.example sperren?", "sofort abgemeldet")
	if got := chair.Get(t, "/konto").Status; got != http.StatusOK {
		t.Errorf("asking alone: status = %d, want the person still in", got)
	}
	webtest.Says(t, webtest.Follow(t, admin, admin.Post(t, page(access.Chair)+"/sperren", nil)), http.StatusOK, "gesperrt", "Konto entsperren")
	if got := chair.Get(t, "/konto").Status; got != http.StatusSeeOther {
		t.Errorf("the next request of a disabled person: status = %d", got)
	}
	webtest.Says(t, admin.Post(t, page(access.Chair)+"/sperren", nil), http.StatusNotFound)
	webtest.Says(t, admin.Get(t, "/verwaltung?zustand=disabled"), http.StatusOK, "1 Eintrag", "Test chair")
	webtest.Says(t, webtest.Follow(t, admin, admin.Post(t, page(access.Chair)+"/entsperren", nil)), http.StatusOK, "aktiv")
}

func TestTheTrailSpeaksGerman(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	admin := adminOf(t, s)
	webtest.Follow(t, admin, admin.Post(t, page(access.Chair)+"/sperren", nil))
	own := testdb.Saxony.Actor(access.Admin).Person.String()
	webtest.Says(t, admin.Get(t, "/verwaltung/aenderungen?person="+own), http.StatusOK,
		"1 Eintrag", "Test admin@sachsen.example", "Personen verwaltet", "Person geändert", "Test chair@sachsen.example")
	webtest.Says(t, admin.Get(t, "/verwaltung/aenderungen?vorgang=activity.log"), http.StatusOK, "Keine Änderungen gefunden")
	webtest.Says(t, admin.Get(t, "/verwaltung/aenderungen?von=unsinn&nach=x&vorgang=%00"), http.StatusOK, "Änderungen")
	webtest.Says(t, admin.Get(t, "/verwaltung/aenderungen?person="+testdb.Musterland.Actor(access.Admin).Person.String()), http.StatusNotFound)
}

// TestEveryActionAndTableHasAWord: add the words to admin.de.json and
// admin.en.json when this fails.
func TestEveryActionAndTableHasAWord(t *testing.T) {
	t.Parallel()
	p := locale.New(locale.German, nil)
	rows, err := testdb.DB(t).Pool().Query(t.Context(), `
		SELECT c.relname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname = 'audit'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var tables []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	if len(tables) < 15 {
		t.Fatalf("tables = %v", tables)
	}
	for _, name := range tables {
		if !p.Has("admin.relation." + name) {
			t.Errorf("no text admin.relation.%s", name)
		}
	}
	for act := range access.Actions() {
		reads := strings.Contains(string(act), ".read") || act == access.SignIn || act == access.UseDesk || act == access.Housekeep
		if !reads && !p.Has("admin.action."+string(act)) {
			t.Errorf("no text admin.action.%s", act)
		}
	}
}

func TestOthersDoNotEnterTheAdministration(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c := s.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.Lead))
	for _, path := range []string{"/verwaltung", "/verwaltung/konten/einladen", page(access.Chair), page(access.Chair) + "/sperren", "/verwaltung/aenderungen"} {
		webtest.Says(t, c.Get(t, path), http.StatusForbidden)
	}
	admin := adminOf(t, s)
	stranger := "/verwaltung/konten/" + testdb.Musterland.Actor(access.Chair).Person.String()
	for _, path := range []string{stranger, stranger + "/sperren", stranger + "/rollen/neu", "/verwaltung/konten/kaputt"} {
		webtest.Says(t, admin.Get(t, path), http.StatusNotFound)
	}
	webtest.Says(t, admin.Post(t, stranger+"/sperren", nil), http.StatusNotFound)
}

func TestTheAdministrationIsThereInEnglish(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	admin := adminOf(t, s)
	admin.Get(t, "/sprache?l=en&next=/verwaltung")
	for _, path := range []string{"/verwaltung", "/verwaltung/konten/einladen", page(access.Chair), page(access.Chair) + "/sperren", "/verwaltung/aenderungen", "/konto", "/konto/passwort"} {
		p := admin.Get(t, path)
		if lang, _ := p.Doc().Find("html").Attr("lang"); p.Status != http.StatusOK || lang != "en" || strings.Contains(p.Text(), "Kennwort") {
			t.Errorf("%s: status %d, lang %q", path, p.Status, lang)
		}
	}
}
