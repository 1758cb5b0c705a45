package meetingpage_test

import (
	"bytes"
	"context"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/document"
	"rundertisch/internal/inbox"
	"rundertisch/internal/job"
	"rundertisch/internal/mail"
	"rundertisch/internal/meeting"
	"rundertisch/internal/testdb"
	"rundertisch/web/handler"
	"rundertisch/web/meetingpage"
	"rundertisch/web/webtest"
)

func TestMain(m *testing.M) { testdb.Main(m) }

var (
	home     = testdb.Saxony.Bodies[0]
	office   = testdb.Saxony.Actor(access.BodyOffice)
	chair    = testdb.Saxony.Actor(access.Chair)
	member   = testdb.Saxony.Actor(access.Member)
	guest    = testdb.Saxony.Actor(access.Guest)
	other    = testdb.Saxony.Elsewhere(access.BodyOffice)
	ministry = testdb.Saxony.Actor(access.CaseOfficer)
	stranger = testdb.Musterland.Actor(access.BodyOffice)
	morning  = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	body     = "/gremien/" + home.ID.String()
)

type site struct {
	*testdb.Instance
	http.Handler
	now time.Time
}

func open(t *testing.T) *site {
	t.Helper()
	return openWith(t, webtest.Renderer())
}

// openWith opens the pages with a renderer of PDFs; nil: none.
func openWith(t *testing.T, papers *document.Renderer) *site {
	t.Helper()
	s := &site{now: morning}
	log := slog.New(slog.DiscardHandler)
	s.Instance = testdb.DB(t, func(o *db.Options) { o.Log, o.Now = log, func() time.Time { return s.now } })
	queue, err := job.NewQueue(s.Pool(), log)
	if err != nil {
		t.Fatal(err)
	}
	base := &url.URL{Scheme: "http", Host: "localhost:8080"}
	post := mail.NewOffice(queue, true)
	files := document.MemoryStore()
	t.Cleanup(func() { _ = files.Close() })
	router := chi.NewRouter()
	meetingpage.New(s.DB, meeting.NewService(post, inbox.NewOffice(post, queue, base), base), files, papers).Routes(handler.NewMux(router, log))
	s.Handler = router
	return s
}

// ask asks the pages as the actor (webtest.Ask).
func (s *site) ask(t *testing.T, a access.Actor, address string, fields url.Values, status int, texts ...string) string {
	t.Helper()
	return webtest.Ask(t, s, a, address, fields, status, texts...)
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// plan plans a sitting through its form and returns its address.
func (s *site) plan(t *testing.T, pairs ...string) string {
	t.Helper()
	v := form(append([]string{
		"id", uuid.NewString(), "day", "01.04.2026", "starts_at", "10.00", "ends_at", "12:30", "title", "3. Sitzung", "place", "Kreistag",
	}, pairs...)...)
	s.ask(t, office, body+"/sitzungen/neu", v, http.StatusSeeOther)
	return "/sitzungen/" + v.Get("id")
}

// item adds an item through its form and returns its address.
func (s *site) item(t *testing.T, sitting string, pairs ...string) string {
	t.Helper()
	v := form(append([]string{"id", uuid.NewString(), "kind", "topic", "title", "Notdienst"}, pairs...)...)
	s.ask(t, office, sitting+"/punkte/neu", v, http.StatusSeeOther)
	return "/tagesordnung/" + v.Get("id")
}

func TestPlanAndChange(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.ask(t, office, "/sitzungen", nil, http.StatusOK, "Noch keine Sitzungen", body+"/sitzungen/neu")
	s.ask(t, member, "/sitzungen", nil, http.StatusOK, "!"+body+"/sitzungen/neu", body+"/themen")
	if list := s.ask(t, office, "/sitzungen", nil, http.StatusOK); strings.Index(list, body+"/sitzungen/neu") > strings.Index(list, "app-filter") {
		t.Error("to plan a sitting does not stand in the head of the page")
	}
	s.ask(t, office, body+"/sitzungen/neu", nil, http.StatusOK, `href="/gremien">Gremien</a>`)
	s.ask(t, office, body+"/sitzungen/neu", nil, http.StatusOK, "1. Sitzung", "Weitere Sitzungen")
	s.ask(t, office, body+"/sitzungen/neu", form("id", uuid.NewString(), "day", "irgendwann", "place", "bleibt stehen"), http.StatusUnprocessableEntity,
		"bleibt stehen", "Bitte geben Sie ein Datum ein", `href="#feld-day"`)
	page := s.plan(t, "note", "Parken im Hof", "online_url", "https://raum.example/1")
	for _, a := range []access.Actor{office, chair, member, guest} {
		s.ask(t, a, page, nil, http.StatusOK, "3. Sitzung", "01.04.2026, 10:00 bis 12:30 Uhr", "Parken im Hof", "https://raum.example/1", "geplant")
		s.ask(t, a, "/sitzungen?gremium="+home.ID.String()+"&zustand=planned&von=2026-03-01", nil, http.StatusOK, "3. Sitzung", "1 Eintrag", "ab 01.03.2026")
	}
	s.ask(t, member, "/sitzungen?zustand=closed", nil, http.StatusOK, "Keine Treffer")
	s.ask(t, member, "/sitzungen?format=csv", nil, http.StatusOK, "01.04.2026;10:00;12:30;3. Sitzung;"+home.Name+";Kreistag;geplant")
	s.ask(t, member, "/sitzungen?format=xlsx", nil, http.StatusOK, "PK")
	for _, a := range []access.Actor{other, ministry, stranger} {
		s.ask(t, a, page, nil, http.StatusNotFound)
		s.ask(t, a, "/sitzungen?format=csv", nil, http.StatusOK, "!3. Sitzung")
	}
	s.ask(t, member, page, nil, http.StatusOK, "!"+page+"/bearbeiten", "Vorschläge zur Tagesordnung: bis 11.03.2026", "21 Tage vor der Sitzung")
	s.ask(t, member, page+"/bearbeiten", nil, http.StatusForbidden)
	s.ask(t, chair, page+"/bearbeiten", nil, http.StatusForbidden)
	s.ask(t, other, page+"/bearbeiten", nil, http.StatusNotFound)

	v := form("version", "1", "day", "2026-04-08", "starts_at", "9:00", "title", "Dritte Sitzung")
	s.ask(t, office, page+"/bearbeiten", nil, http.StatusOK, `name="version" value="1"`)
	s.ask(t, office, page+"/bearbeiten", v, http.StatusSeeOther)
	v.Set("title", "Meine Fassung")
	s.ask(t, office, page+"/bearbeiten", v, http.StatusConflict, "Meine Fassung", "Dritte Sitzung", `name="version" value="2"`)
	v.Set("version", "2")
	v.Set("starts_at", "25:00")
	s.ask(t, office, page+"/bearbeiten", v, http.StatusUnprocessableEntity, "Uhrzeit", "Meine Fassung")
	s.ask(t, member, page+"/kalender.ics", nil, http.StatusOK, "BEGIN:VCALENDAR", "DTSTART:20260408T070000Z")
	s.ask(t, other, page+"/kalender.ics", nil, http.StatusNotFound)
}

func TestAgendaPages(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.plan(t)
	first := s.item(t, page, "description", "Zeile 1\nZeile 2", "minutes", "90", "presenter", "Frau Muster")
	secret := s.item(t, page, "title", "zzGeheim", "non_public", "1")
	s.ask(t, office, page+"/punkte/neu?art=tasks", nil, http.StatusOK, `value="Kontrolle der Festlegungen"`)
	s.ask(t, office, page+"/punkte/neu", form("id", uuid.NewString(), "kind", "topic", "minutes", "viele"), http.StatusUnprocessableEntity, "ganze Zahl")
	s.ask(t, member, page, nil, http.StatusOK, "1. Notdienst", "2. zzGeheim", "Frau Muster, 1", "nichtöffentlich", "!"+first+"/ordnen")
	s.ask(t, guest, page, nil, http.StatusOK, "1. Notdienst", "!zzGeheim", "!nichtöffentlich")
	s.ask(t, office, secret+"/ordnen", form("direction", "up"), http.StatusSeeOther)
	s.ask(t, member, page, nil, http.StatusOK, "1. zzGeheim", "2. Notdienst")
	for _, path := range []string{"/ordnen", "/zurueckstellen", "/abschliessen", "/bearbeiten"} {
		s.ask(t, chair, first+path, form("direction", "up", "state", "treated", "title", "x", "kind", "topic", "version", "1"),
			map[bool]int{true: http.StatusConflict, false: http.StatusForbidden}[path == "/abschliessen"])
		s.ask(t, member, first+path, form("title", "x"), http.StatusForbidden)
		s.ask(t, other, first+path, form("title", "x"), http.StatusNotFound)
	}
	s.ask(t, office, first+"/bearbeiten", nil, http.StatusOK, "Notdienst", `value="90"`)
	v := form("version", "2", "kind", "topic", "title", "Notfalldienst") // moving made it version 2
	s.ask(t, office, first+"/bearbeiten", v, http.StatusSeeOther)
	v.Set("title", "Meine Fassung")
	s.ask(t, office, first+"/bearbeiten", v, http.StatusConflict, "Meine Fassung", "Notfalldienst")
	s.ask(t, office, first+"/zurueckstellen", form(), http.StatusSeeOther)
	s.ask(t, member, body+"/themen", nil, http.StatusOK, "Notfalldienst", "wartet", "Nächste Sitzung")
	s.ask(t, office, first+"/streichen", nil, http.StatusOK, "Punkt streichen")
	s.ask(t, office, first+"/streichen", form(), http.StatusSeeOther)
	s.ask(t, member, body+"/themen", nil, http.StatusOK, "Nichts wartet")
	s.ask(t, other, body+"/themen", nil, http.StatusNotFound)
	s.ask(t, stranger, body+"/themen", nil, http.StatusNotFound)
}

func TestProposalPages(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.plan(t, "day", "10.03.2026")
	s.ask(t, member, body+"/themen/vorschlagen", nil, http.StatusOK, "Thema vorschlagen", home.Seats[access.Member].String(), "Die Frist ist seit dem 17.02.2026 vorbei")
	v := form("id", uuid.NewString(), "seat", home.Seats[access.Member].String(), "title", "Fahrdienst")
	for range 2 {
		s.ask(t, member, body+"/themen/vorschlagen", v, http.StatusSeeOther)
	}
	for _, a := range []access.Actor{guest, other} {
		s.ask(t, a, body+"/themen/vorschlagen", nil, http.StatusForbidden)
	}
	s.ask(t, office, body+"/themen", nil, http.StatusOK, "Fahrdienst", "Vorgeschlagen von AOK PLUS", "nach der Frist", "Auf die Tagesordnung setzen")
	item := "/tagesordnung/" + v.Get("id")
	s.ask(t, office, item+"/ablehnen", form("why", ""), http.StatusUnprocessableEntity, "Grund")
	s.ask(t, member, item+"/ablehnen", form("why", "x"), http.StatusForbidden)
	s.ask(t, office, item+"/einplanen", form("sitting-"+v.Get("id"), strings.TrimPrefix(page, "/sitzungen/")), http.StatusSeeOther)
	s.ask(t, guest, page, nil, http.StatusOK, "1. Fahrdienst", "Vorgeschlagen von AOK PLUS")
	s.ask(t, office, item+"/ablehnen", form("why", "zu spät"), http.StatusConflict)

	second := form("id", uuid.NewString(), "seat", home.Seats[access.Member].String(), "title", "Parkplätze")
	s.ask(t, member, body+"/themen/vorschlagen", second, http.StatusSeeOther)
	s.ask(t, office, "/tagesordnung/"+second.Get("id")+"/ablehnen", form("why", "gehört nicht hierher"), http.StatusSeeOther)
	s.ask(t, member, body+"/themen", nil, http.StatusOK, "Abgelehnte Vorschläge", "gehört nicht hierher")
}

func TestInvitationPages(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.Owner(t, `UPDATE person SET email = NULL WHERE id = $1`, guest.Person)
	page := s.plan(t, "day", "10.03.2026")
	s.ask(t, office, page+"/einladen", nil, http.StatusOK, "Die Frist ist vorbei", "23.02.2026", "per Brief", "Die Tagesordnung ist leer", "Klinikum", member.Name)
	s.item(t, page)
	s.ask(t, chair, page+"/einladen", nil, http.StatusForbidden)
	s.ask(t, office, page+"/einladen", form("sequence", "0"), http.StatusUnprocessableEntity, "Grund für die verkürzte Frist")
	for range 2 {
		s.ask(t, office, page+"/einladen", form("sequence", "0", "why", "eilt sehr"), http.StatusSeeOther)
	}
	s.ask(t, office, page, nil, http.StatusOK, "eingeladen", "liegt zum Versand bereit", "per Brief", "eilt sehr", "noch keine Antwort")
	s.ask(t, member, page, nil, http.StatusOK, "Ihre Antwort", "!liegt zum Versand bereit", page+"/antwort")
	seat := home.Seats[access.Member].String()
	s.ask(t, member, page+"/antwort", nil, http.StatusOK, "Ich komme", seat)
	s.ask(t, member, page+"/antwort", form("seat", seat), http.StatusUnprocessableEntity, "Bitte wählen Sie eine Antwort")
	s.ask(t, member, page+"/antwort", form("seat", seat, "reply", "deputy", "note", "Urlaub"), http.StatusSeeOther)
	s.ask(t, member, page+"/antwort", form("seat", home.Seats[access.Chair].String(), "reply", "comes"), http.StatusForbidden)
	s.ask(t, member, page, nil, http.StatusOK, "Die Vertretung kommt", "Urlaub")
	s.ask(t, guest, page, nil, http.StatusOK, "!Urlaub")
	s.ask(t, office, page+"/antwort/eintragen", nil, http.StatusOK, "Eingegangen am", "Klinikum")
	v := form("seat", home.Empty[0].String(), "reply", "comes", "received_on", "2026-03-01", "source", "phone")
	s.ask(t, office, page+"/antwort/eintragen", v, http.StatusSeeOther)
	s.ask(t, chair, page, nil, http.StatusOK, "Eingegangen am 01.03.2026 (Telefon)", "!Antwort eintragen")
	s.ask(t, office, page+"/mitteilen", nil, http.StatusOK, `name="sequence" value="1"`)
	s.ask(t, office, page+"/mitteilen", form("sequence", "1"), http.StatusSeeOther)
	s.ask(t, office, page+"/verschieben", form(), http.StatusUnprocessableEntity)
	s.ask(t, office, page+"/verschieben", form("why", "Hochwasser"), http.StatusSeeOther)
	s.ask(t, member, page, nil, http.StatusOK, "verschoben", "Hochwasser")
	s.ask(t, member, page+"/antwort", nil, http.StatusConflict)
	s.ask(t, office, page+"/absagen", nil, http.StatusOK, "Sitzung absagen", "lässt sich nicht zurücknehmen")
	s.ask(t, office, page+"/absagen", form("why", "entfällt"), http.StatusSeeOther)
	s.ask(t, guest, page, nil, http.StatusOK, "abgesagt", "entfällt")
	s.ask(t, office, page+"/einladen", form("sequence", "3", "why", "x"), http.StatusConflict)
}

// hold opens a sitting today with one item and two of four votes there.
func (s *site) hold(t *testing.T, pairs ...string) (page, item string) {
	t.Helper()
	page = s.plan(t, "day", "02.03.2026")
	item = s.item(t, page, pairs...)
	s.ask(t, office, page+"/einladen", form("sequence", "0", "why", "eilt"), http.StatusSeeOther)
	s.ask(t, chair, page, nil, http.StatusOK, page+"/eroeffnen")
	s.ask(t, member, page+"/eroeffnen", form(), http.StatusForbidden)
	s.ask(t, chair, page+"/eroeffnen", form(), http.StatusSeeOther)
	for _, r := range []access.Role{access.Chair, access.Member} {
		s.come(t, page, r)
	}
	return page, item
}

func (s *site) come(t *testing.T, page string, r access.Role) {
	t.Helper()
	seat := home.Seats[r].String()
	s.ask(t, office, page+"/anwesenheit", form("do", "arrive", "id", uuid.NewString(), "seat", seat, "person-"+seat, testdb.Saxony.Actor(r).Person.String()), http.StatusSeeOther)
}

func TestSessionPages(t *testing.T) {
	t.Parallel()
	s := open(t)
	page, item := s.hold(t)
	seat := home.Seats[access.Member].String()
	s.ask(t, chair, page+"/anwesenheit", nil, http.StatusOK, "von 4", "Das Gremium ist beschlussfähig", member.Name, "Ist da", "Geht")
	s.ask(t, member, page+"/anwesenheit", nil, http.StatusForbidden)
	s.ask(t, other, page+"/anwesenheit", nil, http.StatusNotFound)
	s.ask(t, guest, page, nil, http.StatusOK, "Das Gremium ist beschlussfähig", "seit 10:00")
	s.ask(t, chair, page+"/anwesenheit", form("do", "arrive", "id", uuid.NewString(), "seat", seat, "person-"+seat, member.Person.String()), http.StatusUnprocessableEntity,
		"sitzt schon jemand")
	s.ask(t, chair, page+"/anwesenheit", form("do", "excused", "seat", home.Empty[0].String(), "reason-"+home.Empty[0].String(), "krank"), http.StatusSeeOther)
	s.now = s.now.Add(time.Hour)
	s.ask(t, chair, page+"/anwesenheit", form("do", "leave", "seat", seat, "at-"+seat, "10.30"), http.StatusSeeOther)
	s.ask(t, member, page, nil, http.StatusOK, "nicht beschlussfähig", "10:00", "10:30", "krank")
	v := form("id", uuid.NewString(), "title", "Notdienst", "wording", "Wir empfehlen …", "type", "strategy", "method", "hand", "yes", "1")
	s.ask(t, chair, item+"/beschluss", v, http.StatusUnprocessableEntity, "1 von 4 Stimmen sind anwesend", "Wir empfehlen …")
	s.come(t, page, access.Member)
	s.now = s.now.Add(time.Minute)
	v.Set("yes", "3")
	s.ask(t, chair, item+"/beschluss", v, http.StatusUnprocessableEntity, "Es sind 3 Stimmen gezählt")
	v.Set("yes", "2")
	for range 2 {
		s.ask(t, chair, item+"/beschluss", v, http.StatusSeeOther)
	}
	s.ask(t, member, item+"/beschluss", v, http.StatusForbidden)
	s.ask(t, guest, page, nil, http.StatusOK, "Beschluss 2026/1: Notdienst (angenommen)")
	s.ask(t, chair, item+"/befangenheit", nil, http.StatusOK, "AOK PLUS")
	s.ask(t, chair, item+"/befangenheit", form("seat-"+seat, "1"), http.StatusSeeOther)
	s.ask(t, chair, item+"/beschluss", nil, http.StatusOK, "nicht beschlussfähig")
	s.ask(t, chair, item+"/befangenheit", form(), http.StatusSeeOther)
	named := form("id", uuid.NewString(), "title", "Zweiter", "wording", "…", "type", "other", "method", "by_name", "choice-"+home.Seats[access.Chair].String(), "yes")
	s.ask(t, chair, item+"/beschluss", named, http.StatusUnprocessableEntity, "AOK PLUS")
	named.Set("choice-"+seat, "no")
	s.ask(t, chair, item+"/beschluss", named, http.StatusSeeOther)
	s.ask(t, member, "/beschluesse/"+named.Get("id"), nil, http.StatusOK, "abgelehnt", "Namentliche Abstimmung", "1 Ja, 1 Nein")
	s.ask(t, guest, "/beschluesse/"+named.Get("id"), nil, http.StatusOK, "!Namentliche Abstimmung")
	s.ask(t, chair, item+"/abschliessen", form("state", "treated"), http.StatusSeeOther)
	s.ask(t, member, page, nil, http.StatusOK, "behandelt")
	s.ask(t, chair, page+"/schliessen", nil, http.StatusOK, "Kein Punkt der Tagesordnung ist noch offen")
	s.ask(t, chair, page+"/schliessen", form(), http.StatusSeeOther)
	s.ask(t, member, page, nil, http.StatusOK, "durchgeführt", "Geschlossen", "!Niederschrift beginnen")
	s.ask(t, office, page, nil, http.StatusOK, page+"/niederschrift", "Niederschrift beginnen")
	s.ask(t, chair, page+"/anwesenheit", nil, http.StatusConflict)
}

func TestAttendanceFaultStandsAtItsSeat(t *testing.T) {
	t.Parallel()
	s := open(t)
	page, _ := s.hold(t)
	seat, empty := home.Seats[access.Member].String(), home.Empty[0].String()
	for at, message := range map[string]string{"99:99": "Uhrzeit", "23:59": "Die Uhrzeit liegt in der Zukunft", "08:00": "eröffnet"} {
		s.ask(t, chair, page+"/anwesenheit", form("do", "leave", "seat", seat, "at-"+seat, at), http.StatusUnprocessableEntity,
			`href="#feld-at-`+seat+`"`, "AOK PLUS, Uhrzeit: ", message, `name="at-`+seat+`" type="text" value="`+at+`" aria-invalid="true"`,
			`id="feld-at-`+seat+`-fehler"`)
	}
	long := strings.Repeat("x", 301)
	s.ask(t, chair, page+"/anwesenheit", form("do", "excused", "seat", empty, "reason-"+empty, long), http.StatusUnprocessableEntity,
		`href="#feld-reason-`+empty+`"`, "Klinikum", `value="`+long+`"`)
	s.ask(t, chair, page+"/anwesenheit", form("do", "tanzt", "seat", seat), http.StatusUnprocessableEntity, "!#feld-")
}

func TestClosingAsksForEachOpenItem(t *testing.T) {
	t.Parallel()
	s := open(t)
	page, voted := s.hold(t)
	id := func(item string) string { return strings.TrimPrefix(item, "/tagesordnung/") }
	talked, missed := s.item(t, page, "title", "Besprochenes"), s.item(t, page, "title", "Unerreichtes")
	v := form("id", uuid.NewString(), "title", "Notdienst", "wording", "Wir empfehlen …", "type", "strategy", "method", "hand", "yes", "2")
	s.ask(t, chair, voted+"/beschluss", nil, http.StatusOK, "<legend class=\"kern-label kern-label--large\">Offene Abstimmung", "Namentliche Abstimmung</legend>", "!optional\">freiwillig</span></label><div class=\"kern-form-input__select")
	if got := s.to(t, chair, voted+"/beschluss", v); got != page+"#punkt-"+id(voted) {
		t.Errorf("after the vote: %s", got)
	}
	checked := func(item, state string) string {
		return `name="outcome-` + id(item) + `" value="` + state + `" checked`
	}
	s.ask(t, chair, page+"/schliessen", nil, http.StatusOK, "1. Notdienst", "Darüber ist abgestimmt", "2. Besprochenes", "3. Unerreichtes",
		checked(voted, "treated"), checked(talked, "carried"), checked(missed, "carried"))
	s.ask(t, chair, page+"/schliessen", form("outcome-"+id(talked), "gelöscht"), http.StatusUnprocessableEntity, `href="#feld-outcome-`+id(talked)+`"`, "2. Besprochenes:")
	s.ask(t, member, page+"/schliessen", form(), http.StatusForbidden)
	s.ask(t, other, page+"/schliessen", form(), http.StatusNotFound)
	s.ask(t, chair, page+"/schliessen", form("outcome-"+id(talked), "treated"), http.StatusSeeOther)
	s.ask(t, member, body+"/themen", nil, http.StatusOK, "Unerreichtes", "!Besprochenes", "!Notdienst")
}

// to posts a form and returns where it leads.
func (s *site) to(t *testing.T, a access.Actor, address string, fields url.Values) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r.WithContext(access.NewContext(r.Context(), a)))
	return w.Header().Get("Location")
}

// send uploads a file through the form.
func (s *site) send(t *testing.T, a access.Actor, address, name, content string, status int, pairs ...string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := w.WriteField(pairs[i], pairs[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, address, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	answer := httptest.NewRecorder()
	s.ServeHTTP(answer, r.WithContext(access.NewContext(r.Context(), a)))
	if answer.Code != status {
		t.Errorf("upload %s as %s: status %d, want %d", name, a.Name, answer.Code, status)
	}
}

func TestPapers(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.plan(t)
	open, secret := s.item(t, page), s.item(t, page, "title", "zzGeheim", "non_public", "1")
	id := func(item string) string { return strings.TrimPrefix(item, "/tagesordnung/") }
	s.ask(t, office, page+"/unterlagen", nil, http.StatusOK, "multipart/form-data", "zzGeheim")
	for range 2 { // the same file twice is one paper
		s.send(t, office, page+"/unterlagen", "../Anlage.txt", "offen", http.StatusSeeOther, "item", id(open))
	}
	s.send(t, office, page+"/unterlagen", "zzGeheim.txt", "vertraulich", http.StatusSeeOther, "item", id(secret))
	s.send(t, office, page+"/unterlagen", "böse.html", "<html></html>", http.StatusUnprocessableEntity)
	s.send(t, office, page+"/unterlagen", "falsch.pdf", "kein PDF", http.StatusUnprocessableEntity)
	s.send(t, office, page+"/unterlagen", "fremd.txt", "x", http.StatusUnprocessableEntity, "item", uuid.NewString())
	s.send(t, chair, page+"/unterlagen", "a.txt", "x", http.StatusForbidden)
	s.send(t, other, page+"/unterlagen", "a.txt", "x", http.StatusNotFound)
	s.ask(t, guest, page, nil, http.StatusOK, "Anlage.txt", "!zzGeheim", "!unterlagen.zip")
	body := s.ask(t, member, page, nil, http.StatusOK, "Anlage.txt", "zzGeheim.txt", "unterlagen.zip", "!Entfernen")
	links := regexp.MustCompile(`"(/sitzungen/[^"]+/unterlagen/[^"/]+)"`).FindAllStringSubmatch(body, -1)
	if len(links) != 2 {
		t.Fatalf("%d papers, want 2", len(links))
	}
	first, hidden := links[0][1], links[1][1]
	for _, a := range []access.Actor{office, chair, member, guest} {
		if got := s.ask(t, a, first, nil, http.StatusOK); got != "offen" {
			t.Errorf("%s downloads %q", a.Name, got)
		}
	}
	s.ask(t, member, hidden, nil, http.StatusOK, "vertraulich")
	for _, a := range []access.Actor{guest, other, ministry, stranger} {
		s.ask(t, a, hidden, nil, http.StatusNotFound, "!vertraulich")
	}
	s.ask(t, other, page+"/unterlagen.zip", nil, http.StatusNotFound)
	s.ask(t, member, page+"/unterlagen.zip", nil, http.StatusOK, "Anlage.txt", "zzGeheim.txt")
	s.ask(t, guest, page+"/unterlagen.zip", nil, http.StatusOK, "Anlage.txt", "!zzGeheim.txt")
	closing := form("version", "1", "kind", "topic", "title", "Notdienst", "non_public", "1")
	s.ask(t, office, open+"/bearbeiten", closing, http.StatusSeeOther) // what becomes non-public takes its papers along
	s.ask(t, guest, first, nil, http.StatusNotFound)
	s.ask(t, guest, page, nil, http.StatusOK, "!Anlage.txt")
	s.ask(t, member, first, nil, http.StatusOK, "offen")
	s.ask(t, office, first+"/entfernen", nil, http.StatusOK, "Anlage.txt")
	s.ask(t, chair, first+"/entfernen", url.Values{}, http.StatusForbidden)
	s.ask(t, office, first+"/entfernen", url.Values{}, http.StatusSeeOther)
	s.ask(t, member, first, nil, http.StatusNotFound)
	s.ask(t, guest, page+"/unterlagen.zip", nil, http.StatusNotFound)
}

func TestOpenTasksStandOnTheAgenda(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.plan(t)
	add := func(title string, hidden bool) {
		s.MustWrite(t, office, access.KeepTasks, func(ctx context.Context, tx *db.Tx) error {
			return tx.ExecOne(ctx, `INSERT INTO task (id, body_id, day, title, owner, non_public) VALUES ($1, $2, '2026-03-02', $3, 'AOK PLUS', $4)`,
				uuid.New(), home.ID, title, hidden)
		})
	}
	add("Zahlen liefern", false)
	add("zzGeheim", true)
	s.ask(t, member, page, nil, http.StatusOK, "!Zahlen liefern")
	s.item(t, page, "kind", "tasks", "title", "Kontrolle der Festlegungen")
	s.ask(t, member, page, nil, http.StatusOK, "Zahlen liefern, AOK PLUS", "zzGeheim")
	s.ask(t, guest, page, nil, http.StatusOK, "Zahlen liefern, AOK PLUS", "!zzGeheim")
}

func TestElectionPage(t *testing.T) {
	t.Parallel()
	s := open(t)
	_, item := s.hold(t, "kind", "election", "title", "Wahl der Leitung")
	s.ask(t, chair, item+"/beschluss", nil, http.StatusOK, "Person 1", "Stimmen für Person 1")
	v := form("id", uuid.NewString(), "title", "Wahl", "wording", "Leitung der AG", "type", "election", "method", "hand",
		"candidate-1", "Erika Muster", "votes-1", "2", "candidate-2", "Max Muster", "votes-2", "0")
	s.ask(t, chair, item+"/beschluss", v, http.StatusSeeOther)
	s.ask(t, member, "/beschluesse/"+v.Get("id"), nil, http.StatusOK, "Erika Muster", "gewählt", "Beschluss 2026/1")
	s.ask(t, guest, "/beschluesse/"+v.Get("id"), nil, http.StatusOK, "!Erika Muster")
}

func TestDecisionPages(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.ask(t, member, "/beschluesse", nil, http.StatusOK, "Noch keine Beschlüsse")
	page, item := s.hold(t, "non_public", "1", "title", "zzGeheim")
	v := form("id", uuid.NewString(), "title", "zzGeheim", "wording", "zzWortlaut", "type", "proposal_to_ministry", "method", "hand", "yes", "2")
	s.ask(t, office, item+"/beschluss", v, http.StatusSeeOther)
	one := "/beschluesse/" + v.Get("id")
	s.ask(t, member, one, nil, http.StatusOK, "zzWortlaut", "Beschluss 2026/1", "Beschlussfähig", page)
	for _, a := range []access.Actor{guest, other, ministry, stranger} {
		s.ask(t, a, one, nil, http.StatusNotFound, "!zzWortlaut")
		s.ask(t, a, "/beschluesse", nil, http.StatusOK, "!zzGeheim")
		s.ask(t, a, "/beschluesse?format=csv", nil, http.StatusOK, "!zzGeheim")
	}
	s.ask(t, member, "/beschluesse?gremium="+home.ID.String()+"&jahr=2026&art=proposal_to_ministry&zustand=in_force", nil, http.StatusOK, "zzGeheim", "2026/1", "1 Eintrag")
	s.ask(t, member, "/beschluesse?jahr=2025", nil, http.StatusOK, "Keine Treffer")
	s.ask(t, member, "/beschluesse?format=csv", nil, http.StatusOK, "2026/1;02.03.2026;"+home.Name+";zzGeheim;zzWortlaut")
	s.ask(t, chair, one+"/empfehlung", nil, http.StatusForbidden)
	s.ask(t, office, one+"/empfehlung", form("id", uuid.NewString(), "sent_on", "2026-03-09"), http.StatusUnprocessableEntity, "Empfänger:", "Zukunft")
	sent := form("id", uuid.NewString(), "addressee", "Staatsministerium", "ministry", "1", "sent_on", "2026-03-02")
	s.ask(t, office, one+"/empfehlung", sent, http.StatusSeeOther)
	s.ask(t, ministry, one, nil, http.StatusOK, "zzWortlaut", "Staatsministerium", "!"+page)
	s.ask(t, ministry, "/beschluesse?zustand=unanswered", nil, http.StatusOK, "zzGeheim")
	s.now = s.now.AddDate(0, 0, 5)
	s.ask(t, member, one, nil, http.StatusOK, "5 Tage")
	answer := "/empfehlungen/" + sent.Get("id") + "/antwort"
	s.ask(t, office, answer, nil, http.StatusOK, "Staatsministerium")
	s.ask(t, member, answer, nil, http.StatusForbidden)
	s.ask(t, other, answer, nil, http.StatusNotFound)
	s.ask(t, office, answer, form("version", "1", "answered_on", "2026-03-04", "answer", "wird geprüft", "effect", "partly"), http.StatusSeeOther)
	s.ask(t, ministry, one, nil, http.StatusOK, "wird geprüft", "teilweise umgesetzt", "2 Tage")
	s.ask(t, office, one+"/aufheben", form(), http.StatusUnprocessableEntity)
	s.ask(t, member, one+"/aufheben", form("why", "x"), http.StatusForbidden)
	s.ask(t, chair, one+"/aufheben", form("why", "falsch gezählt"), http.StatusSeeOther)
	s.ask(t, member, one, nil, http.StatusOK, "aufgehoben", "falsch gezählt", "Beschluss 2026/1")
}

func TestCircularPages(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.ask(t, office, "/umlauf", nil, http.StatusOK, "Keine Umlaufbeschlüsse", body+"/umlauf/neu")
	s.ask(t, office, body+"/umlauf/neu", nil, http.StatusOK, "Frist: 16.03.2026", "14 Kalendertage")
	s.ask(t, chair, body+"/umlauf/neu", nil, http.StatusForbidden)
	s.ask(t, office, body+"/umlauf/neu", form("id", uuid.NewString(), "type", "other", "reason", "bleibt"), http.StatusUnprocessableEntity, "bleibt")
	v := form("id", uuid.NewString(), "title", "AG-Termin", "wording", "Die AG tagt im Mai.", "type", "procedural")
	for range 2 {
		s.ask(t, office, body+"/umlauf/neu", v, http.StatusSeeOther)
	}
	one := "/umlauf/" + v.Get("id")
	seat := home.Seats[access.Member].String()
	s.ask(t, member, one, nil, http.StatusOK, "Die AG tagt im Mai.", "Abstimmen für AOK PLUS")
	s.ask(t, guest, one, nil, http.StatusOK, "!Abstimmen für")
	s.ask(t, other, one, nil, http.StatusNotFound)
	final := one + "/stimme?sitz=" + seat + "&stimme=yes" // a vote cannot be changed: a page asks first
	s.ask(t, member, one, nil, http.StatusOK, `href="`+strings.ReplaceAll(final, "&", "&amp;")+`"`, `!<form action="`+one+`"`)
	s.ask(t, member, final, nil, http.StatusOK, "für AOK PLUS mit „Ja“ stimmen?", "Eine Stimme lässt sich nicht ändern", `name="choice" value="yes"`)
	s.ask(t, member, one+"/stimme?sitz="+seat+"&stimme=perhaps", nil, http.StatusNotFound)
	s.ask(t, member, one+"/stimme?sitz="+home.Empty[0].String()+"&stimme=yes", nil, http.StatusNotFound)
	s.ask(t, guest, final, nil, http.StatusForbidden)
	s.ask(t, other, final, nil, http.StatusForbidden)
	s.ask(t, member, one, form("seat", seat), http.StatusUnprocessableEntity, "Bitte wählen Sie Ja")
	s.ask(t, member, one, form("seat", seat, "choice", "yes"), http.StatusSeeOther)
	s.ask(t, member, one, form("seat", seat, "choice", "no"), http.StatusConflict)
	s.ask(t, member, final, nil, http.StatusConflict)
	s.ask(t, guest, one, form("seat", seat, "choice", "no"), http.StatusForbidden)
	s.ask(t, member, one, nil, http.StatusOK, "!Abstimmen für", "Abgegebene Stimmen")
	s.ask(t, office, one+"/eintragen", nil, http.StatusOK, "Klinikum", "!Ministerium")
	s.ask(t, office, one+"/eintragen", form("seat", home.Empty[0].String(), "choice", "yes", "received_on", "2026-03-02", "source", "letter"), http.StatusSeeOther)
	s.ask(t, office, one+"/auszaehlen", form(), http.StatusConflict)
	s.now = s.now.AddDate(0, 0, 15)
	s.ask(t, office, one, nil, http.StatusOK, "Auszählen")
	s.ask(t, member, one+"/auszaehlen", form(), http.StatusForbidden)
	s.ask(t, office, one+"/auszaehlen", form(), http.StatusSeeOther)
	s.ask(t, member, one, nil, http.StatusOK, "angenommen", "Zum Ergebnis")
	s.ask(t, member, "/beschluesse", nil, http.StatusOK, "AG-Termin", "2026/1")

	second := form("id", uuid.NewString(), "title", "Zweiter", "wording", "…", "type", "other")
	s.ask(t, office, body+"/umlauf/neu", second, http.StatusSeeOther)
	s.ask(t, office, "/umlauf/"+second.Get("id")+"/zuruecknehmen", nil, http.StatusOK, "ohne Ergebnis")
	s.ask(t, office, "/umlauf/"+second.Get("id")+"/zuruecknehmen", form(), http.StatusSeeOther)
	s.ask(t, member, "/umlauf/"+second.Get("id"), form("seat", seat, "choice", "yes"), http.StatusConflict)
}

func TestFormerMemberReadsHisTimeAndActsNoMore(t *testing.T) {
	t.Parallel()
	s := open(t)
	page, item := s.hold(t)
	late := member
	late.Grants = []access.Grant{{Role: access.FormerMember, Body: home.ID, Seat: home.Seats[access.Member], Reads: "[2019-01-01,2026-03-03)"}}
	next := s.plan(t)
	s.ask(t, late, page, nil, http.StatusOK, "3. Sitzung")
	s.ask(t, late, next, nil, http.StatusNotFound)
	for _, path := range []string{page + "/antwort", body + "/themen/vorschlagen", item + "/beschluss", page + "/anwesenheit"} {
		s.ask(t, late, path, form(), http.StatusForbidden)
	}
	s.ask(t, late, body+"/themen", nil, http.StatusNotFound)
}
