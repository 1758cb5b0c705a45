package bodypage_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/link"
	"rundertisch/internal/sample"
	"rundertisch/internal/testdb"
	"rundertisch/web/webtest"
)

func TestMain(m *testing.M) { testdb.Main(m) }

var home, away = testdb.Saxony.Bodies[0], testdb.Saxony.Bodies[1]

// people signs in one client for each role.
type people struct {
	*webtest.Site
	t *testing.T
}

func open(t *testing.T) people {
	t.Helper()
	return people{webtest.New(t), t}
}

func (p people) as(r access.Role) *webtest.Client {
	p.t.Helper()
	return p.SignIn(p.t, testdb.Saxony, testdb.Saxony.Email(r))
}

func (p people) elsewhere(r access.Role) *webtest.Client {
	p.t.Helper()
	return p.SignIn(p.t, testdb.Saxony, testdb.Saxony.EmailElsewhere(r))
}

func silent(t *testing.T, page *webtest.Page, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(page.Body, text) {
			t.Errorf("the page says %q", text)
		}
	}
}

func fields(pairs ...string) url.Values {
	v := url.Values{"id": {uuid.NewString()}}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func TestListShowsOwnBodiesFirst(t *testing.T) {
	t.Parallel()
	site := open(t)
	webtest.Says(t, site.as(access.Guest).Get(t, link.Bodies()), http.StatusOK, ": Gast", "!: Mitglied")
	member := site.as(access.Member)
	webtest.Says(t, member.Get(t, link.Bodies()), http.StatusOK, "Meine Gremien", "AOK PLUS: Mitglied", "seit 01.01.2019", away.Name, "4 Stimmen bei 5 Sitzen")
	office := webtest.Says(t, site.as(access.BodyOffice).Get(t, link.Bodies()), http.StatusOK, "Geschäftsstelle")
	silent(t, office, link.NewBody())
	officer := site.as(access.CaseOfficer)
	page := webtest.Says(t, officer.Get(t, link.Bodies()), http.StatusOK, "Gremium anlegen")
	silent(t, page, "Meine Gremien")
	csv := officer.Get(t, link.Bodies()+"?format=csv")
	if !strings.Contains(csv.Body, "Konferenz 14626;Regionalkonferenz;Landkreis sachsen 1;;Landkreis;5;4") {
		t.Errorf("CSV: %s", csv.Body)
	}
	if xlsx := officer.Get(t, link.Bodies()+"?format=xlsx"); xlsx.Status != http.StatusOK || !strings.HasPrefix(xlsx.Body, "PK") {
		t.Errorf("XLSX: status %d", xlsx.Status)
	}
	if public := site.Anonymous(testdb.Saxony).Get(t, link.Bodies()); public.Status != http.StatusSeeOther {
		t.Errorf("the public: status %d", public.Status)
	}
}

func TestBodyPageShowsRosterRulesAndGaps(t *testing.T) {
	t.Parallel()
	site := open(t)
	page := webtest.Says(t, site.as(access.Member).Get(t, link.Body(home.ID)), http.StatusOK,
		"AOK PLUS", "Test member@sachsen.example", "Das fehlt noch", "Ein Sitz der Gruppe Krankenhausträger ist nicht besetzt.",
		"Geschäftsordnung, gültig seit 01.01.2019", "Einwendungen sind 14 Kalendertage lang möglich.", "Ministerium beteiligt am", "01.01.2019")
	silent(t, page, link.NewSeat(home.ID), link.NewBylaws(home.ID), "Vorgabe")
	webtest.Says(t, site.as(access.CaseOfficer).Get(t, link.Body(home.ID)), http.StatusOK, "Test chair@sachsen.example", "Zustand der Konferenz ändern")

	// Who has no part in the body sees institutions, not persons.
	for _, c := range []*webtest.Client{site.elsewhere(access.Member), site.as(access.Coordinator)} {
		page := webtest.Says(t, c.Get(t, link.Body(home.ID)), http.StatusOK, "AOK PLUS", "sehen die Mitglieder")
		silent(t, page, "Test member@sachsen.example", "Das fehlt noch", testdb.Saxony.Email(access.Member))
		silent(t, webtest.Says(t, c.Get(t, link.Seat(home.ID, home.Seats[access.Member])), http.StatusOK, "AOK PLUS"), "Test member@sachsen")
	}
	webtest.Says(t, site.as(access.Member).Get(t, link.BodyOn(home.ID, calendar.NewDate(2018, 12, 31).Time())), http.StatusOK, "Sitze am 31.12.2018", "Noch keine Sitze", "Vorgabe")
	stranger := site.SignIn(t, testdb.Musterland, testdb.Musterland.Email(access.BodyOffice))
	webtest.Says(t, stranger.Get(t, link.Body(home.ID)), http.StatusNotFound)
	webtest.Says(t, site.as(access.Member).Get(t, link.Body(uuid.New())), http.StatusNotFound)
	webtest.Says(t, site.as(access.Member).Get(t, link.Seat(home.ID, away.Empty[0])), http.StatusNotFound)
}

func TestCaseOfficerAddsABody(t *testing.T) {
	t.Parallel()
	site := open(t)
	id := uuid.New()
	site.Owner(t, `INSERT INTO district (programme_id, id, ags, name, short_name, kind, valid) VALUES ($1, $2, '14730', 'Landkreis Nordsachsen', 'Nordsachsen', 'rural_district', '[2008-08-01,)')`,
		testdb.Saxony.ID, id)
	officer := site.as(access.CaseOfficer)
	webtest.Says(t, officer.Get(t, link.NewBody()), http.StatusOK, "Landkreis Nordsachsen", "Lenkungsgruppe")
	webtest.Says(t, officer.Post(t, link.NewBody(), fields("kind", "conference", "name", "RK Nord")), http.StatusUnprocessableEntity, "mindestens einen Landkreis")
	f := fields("kind", "conference", "name", "RK Nord", "districts", id.String(), "priorities", "Notfallversorgung")
	for range 2 {
		if page := officer.Post(t, link.NewBody(), f); page.Status != http.StatusSeeOther || page.Header.Get("Location") != link.Bodies()+"/"+f.Get("id") {
			t.Fatalf("add: status %d: %s", page.Status, page.Text())
		}
	}
	webtest.Says(t, officer.Get(t, link.Bodies()+"/"+f.Get("id")), http.StatusOK, "RK Nord", "Landkreis Nordsachsen", "Notfallversorgung", "Vorgabe",
		"Damit die Konferenz konstituiert werden kann, fehlt noch", "Kein gesetzliches Mitglied hat den Vorsitz (§ 8 Abs. 4 SächsKHG).")
	webtest.Says(t, site.as(access.BodyOffice).Get(t, link.NewBody()), http.StatusForbidden)
	webtest.Says(t, site.as(access.BodyOffice).Post(t, link.NewBody(), f), http.StatusForbidden)
}

func TestConstitutedIsRefusedInWords(t *testing.T) {
	t.Parallel()
	site := open(t)
	sample.Post(t, site.Instance, testdb.Saxony, testdb.Saxony.Districts[0])
	site.Owner(t, `UPDATE body SET consulted_on = NULL WHERE id = $1`, home.ID)
	officer := site.as(access.CaseOfficer)
	form := link.NewConferenceState(testdb.Saxony.Districts[0].AGS)
	for _, state := range []string{"interest", "forming"} {
		if page := officer.Post(t, form, fields("state", state, "from", "01.02.2024")); page.Status != http.StatusSeeOther {
			t.Fatalf("%s: status %d: %s", state, page.Status, page.Text())
		}
	}
	webtest.Says(t, officer.Get(t, link.Body(home.ID)), http.StatusOK, "fehlt noch", "Das Ministerium wurde bis zu diesem Tag nicht beteiligt")
	webtest.Says(t, officer.Post(t, form, fields("state", "constituted", "from", "01.03.2024")), http.StatusUnprocessableEntity,
		"Die Konferenz kann noch nicht konstituiert werden. Das Ministerium wurde bis zu diesem Tag nicht beteiligt (§ 8 Abs. 2 SächsKHG).")
}

func TestTheOfficeKeepsSeats(t *testing.T) {
	t.Parallel()
	site := open(t)
	office := site.as(access.BodyOffice)
	add := fields("institution", "vdek", "group", "insurer", "vote", "", "from", "01.01.2024")
	webtest.Says(t, office.Get(t, link.NewSeat(home.ID)), http.StatusOK, "wie in dieser Gruppe üblich")
	webtest.Says(t, office.Post(t, link.NewSeat(home.ID), fields("institution", "", "group", "insurer", "from", "01.01.2024")), http.StatusUnprocessableEntity, "Einrichtung: Bitte füllen Sie dieses Feld aus.")
	for range 2 {
		webtest.Says(t, office.Post(t, link.NewSeat(home.ID), add), http.StatusSeeOther)
	}
	seat := uuid.MustParse(add.Get("id"))
	webtest.Says(t, office.Get(t, link.Seat(home.ID, seat)), http.StatusOK, "vdek", "mit Stimme", "Diesen Sitz hat noch niemand besetzt.")
	hold := fields("slot", "0", "person_email", "eva@vdek.example", "from", "01.02.2024")
	webtest.Says(t, office.Post(t, link.HoldSeat(home.ID, seat), hold), http.StatusUnprocessableEntity, "noch nicht bekannt", "Name der Person")
	hold.Set("person_name", "Eva Ersatz")
	webtest.Says(t, office.Post(t, link.HoldSeat(home.ID, seat), hold), http.StatusSeeOther)
	webtest.Says(t, office.Get(t, link.Seat(home.ID, seat)), http.StatusOK, "Eva Ersatz", "seit 01.02.2024", "erfasst am")
	webtest.Says(t, office.Post(t, link.HoldSeat(home.ID, seat), fields("slot", "0", "person_name", "Zweiter", "from", "01.03.2024")), http.StatusUnprocessableEntity, "der Platz schon besetzt")

	holding := uuid.MustParse(hold.Get("id"))
	webtest.Says(t, office.Get(t, link.EndHolding(home.ID, holding)), http.StatusOK, "Eva Ersatz")
	webtest.Says(t, office.Post(t, link.CorrectHolding(home.ID, holding), fields("from", "15.01.2024", "why", "Beginn verwechselt")), http.StatusSeeOther)
	webtest.Says(t, office.Get(t, link.Seat(home.ID, seat)), http.StatusOK, "seit 15.01.2024", "Beginn verwechselt")
	webtest.Says(t, office.Get(t, link.EndHolding(home.ID, holding)), http.StatusNotFound)

	webtest.Says(t, office.Post(t, link.ChairSeat(home.ID, home.Seats[access.Guest]), fields("from", "01.03.2024")), http.StatusUnprocessableEntity, "§ 8 Abs. 4 SächsKHG")
	webtest.Says(t, office.Post(t, link.ChairSeat(home.ID, seat), fields("from", "01.03.2024")), http.StatusSeeOther)
	webtest.Says(t, office.Post(t, link.EndSeat(home.ID, seat), fields("to", "30.06.2024")), http.StatusSeeOther)
	webtest.Says(t, office.Get(t, link.Seat(home.ID, seat)), http.StatusOK, "01.01.2024 bis 30.06.2024", link.ReopenSeat(home.ID, seat))
	webtest.Says(t, office.Get(t, link.ReopenSeat(home.ID, seat)), http.StatusOK, "kommt damit nicht zurück")
	webtest.Says(t, office.Post(t, link.ReopenSeat(home.ID, seat), fields("why", "")), http.StatusUnprocessableEntity, "Grund der Berichtigung")
	webtest.Says(t, office.Post(t, link.ReopenSeat(home.ID, seat), fields("why", "Sitz verwechselt")), http.StatusSeeOther)
	silent(t, webtest.Says(t, office.Get(t, link.Seat(home.ID, seat)), http.StatusOK, "seit 01.01.2024", "Sitz verwechselt"), link.ReopenSeat(home.ID, seat))
	webtest.Says(t, office.Post(t, link.ReopenSeat(home.ID, seat), fields("why", "noch einmal")), http.StatusConflict)

	webtest.Says(t, office.Get(t, link.EditSeat(home.ID, home.Empty[0])), http.StatusOK, "Klinikum")
	edit := fields("institution", "Klinikum Nord", "voting", "1", "version", "1")
	webtest.Says(t, office.Post(t, link.EditSeat(home.ID, home.Empty[0]), edit), http.StatusSeeOther)
	edit.Set("institution", "Klinikum Süd")
	webtest.Says(t, office.Post(t, link.EditSeat(home.ID, home.Empty[0]), edit), http.StatusConflict, "Klinikum Nord", "Klinikum Süd")
}

func TestOthersKeepNothing(t *testing.T) {
	t.Parallel()
	site := open(t)
	forms := map[string]url.Values{
		link.EditBody(home.ID):                              fields("name", "Übernommen", "version", "1"),
		link.NewSeat(home.ID):                               fields("institution", "Spion", "group", "insurer", "from", "01.01.2024"),
		link.HoldSeat(home.ID, home.Empty[0]):               fields("slot", "0", "person_name", "Spion", "from", "01.01.2024"),
		link.ChairSeat(home.ID, home.Seats[access.Member]):  fields("from", "01.01.2024"),
		link.EndSeat(home.ID, home.Seats[access.Member]):    fields("to", "01.01.2024"),
		link.ReopenSeat(home.ID, home.Seats[access.Member]): fields("why", "x"),
		link.EditSeat(home.ID, home.Seats[access.Member]):   fields("institution", "x", "version", "1"),
		link.NewOfficer(home.ID):                            fields("person_name", "Spion", "from", "01.01.2024"),
		link.NewBylaws(home.ID):                             bylaws(),
	}
	for name, c := range map[string]*webtest.Client{
		"another office": site.elsewhere(access.BodyOffice), "a member": site.as(access.Member), "a guest": site.as(access.Guest),
		"an admin": site.as(access.Admin),
	} {
		for address, f := range forms {
			for _, page := range []*webtest.Page{c.Get(t, address), c.Post(t, address, f)} {
				if page.Status != http.StatusForbidden {
					t.Errorf("%s at %s: status %d, want 403", name, address, page.Status)
				}
			}
		}
	}
	stranger := site.SignIn(t, testdb.Musterland, testdb.Musterland.Email(access.BodyOffice))
	for address, f := range forms {
		if page := stranger.Post(t, address, f); page.Status != http.StatusNotFound {
			t.Errorf("the other programme's office at %s: status %d, want 404", address, page.Status)
		}
	}
}

func bylaws() url.Values {
	return fields("valid_from", "01.01.2024", "name", "GO 2024", "source", "1. Sitzung", "notice_days", "10", "notice_unit", "working", "proposal_days", "21",
		"quorum", "majority", "quorum_second", "0", "majority", "per_group", "circular_days", "0", "circular_silence", "reject",
		"minutes_months", "2", "objection_days", "7", "objection_unit", "working", "objection_start", "delivery", "late_objections", "refuse",
		"objections_open", "never", "objections_decided_by", "chair", "successor_reads", "own_time", "non_public_copy", "full")
}

func TestRulesOfProcedureInVersions(t *testing.T) {
	t.Parallel()
	site := open(t)
	office := site.as(access.BodyOffice)
	fresh := webtest.Says(t, office.Get(t, link.NewBylaws(home.ID)), http.StatusOK, "Bei 12 Stimmen genügen 6.", "Im Landesgremium sind das 9 von 13")
	if got := fresh.Value("objection_days"); got != "14" {
		t.Errorf("objection_days is prefilled with %q, want what is in force", got)
	}
	bad := bylaws()
	bad.Set("objection_days", "0")
	bad.Set("majority", "loudest")
	webtest.Says(t, office.Post(t, link.NewBylaws(home.ID), bad), http.StatusUnprocessableEntity, "Zahl von 1 bis 90", "eine der Möglichkeiten")
	f := bylaws()
	webtest.Says(t, office.Post(t, link.NewBylaws(home.ID), f), http.StatusSeeOther)
	webtest.Says(t, office.Get(t, link.Bylaws(home.ID)), http.StatusOK, "GO 2024, gültig seit 01.01.2024", "1. Sitzung", "in Kraft", "galt früher",
		"Zwischen Einladung und Sitzung liegen mindestens 10 volle Arbeitstage.", "Jede Gruppe hat eine Stimme", "Einwendungen sind 7 Arbeitstage lang möglich.")
	wrong := uuid.MustParse(f.Get("id"))
	webtest.Says(t, office.Get(t, link.CorrectBylaws(home.ID, wrong)), http.StatusOK, "GO 2024", "Grund der Berichtigung")
	right := bylaws()
	right.Set("objection_days", "8")
	webtest.Says(t, office.Post(t, link.CorrectBylaws(home.ID, wrong), right), http.StatusUnprocessableEntity, "Grund der Berichtigung: Bitte füllen Sie dieses Feld aus.")
	right.Set("why", "Zahlendreher")
	webtest.Says(t, office.Post(t, link.CorrectBylaws(home.ID, wrong), right), http.StatusSeeOther)
	webtest.Says(t, site.as(access.Member).Get(t, link.Bylaws(home.ID)), http.StatusOK, "8 Arbeitstage", "Zahlendreher", "berichtigt")
}

func TestOfficePersons(t *testing.T) {
	t.Parallel()
	site := open(t)
	officer, office := site.as(access.CaseOfficer), site.as(access.BodyOffice)
	f := fields("person_name", "Zweite Kraft", "person_email", "zweite@kreis.example", "from", "01.01.2024")
	webtest.Says(t, officer.Post(t, link.NewOfficer(home.ID), f), http.StatusSeeOther)
	webtest.Says(t, office.Get(t, link.Body(home.ID)), http.StatusOK, "Zweite Kraft", "zweite@kreis.example")
	webtest.Says(t, office.Post(t, link.EndOfficer(home.ID, uuid.MustParse(f.Get("id"))), fields("to", "31.03.2024")), http.StatusSeeOther)
	webtest.Says(t, office.Get(t, link.Body(home.ID)), http.StatusOK, "01.01.2024 bis 31.03.2024")
	webtest.Says(t, office.Get(t, link.EndOfficer(away.ID, uuid.MustParse(f.Get("id")))), http.StatusNotFound)
}

// A holder whose seat ended yesterday signs in: he keeps his place in the list,
// and no longer sees who sits there.
func TestAFormerMemberIsOneAtTheNextRequest(t *testing.T) {
	t.Parallel()
	site := open(t)
	member, office := site.as(access.Member), site.as(access.BodyOffice)
	webtest.Says(t, member.Get(t, link.Body(home.ID)), http.StatusOK, "Test chair@sachsen.example")
	var holding string
	page := office.Get(t, link.Seat(home.ID, home.Seats[access.Member]))
	page.Doc().Find(`a[href$="/beenden"]`).Each(func(_ int, s *goquery.Selection) {
		if href, _ := s.Attr("href"); strings.Contains(href, "/besetzung/") {
			holding = href
		}
	})
	yesterday := calendar.Of(site.Now()).AddDays(-1)
	webtest.Says(t, office.Post(t, holding, fields("to", yesterday.String())), http.StatusSeeOther)
	webtest.Says(t, member.Get(t, link.Bodies()), http.StatusOK, "Meine Gremien", "nicht heute")
	silent(t, webtest.Says(t, member.Get(t, link.Body(home.ID)), http.StatusOK, "sehen die Mitglieder"), "Test chair@sachsen.example")
	webtest.Says(t, office.Post(t, link.HoldSeat(home.ID, home.Seats[access.Member]),
		fields("slot", "0", "person_email", testdb.Saxony.Email(access.Coordinator), "from", calendar.Of(site.Now()).String())), http.StatusSeeOther)
	webtest.Says(t, site.as(access.Coordinator).Get(t, link.Body(home.ID)), http.StatusOK, "Test chair@sachsen.example")
}
