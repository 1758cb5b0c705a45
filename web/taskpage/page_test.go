package taskpage_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/inbox"
	"rundertisch/internal/job"
	"rundertisch/internal/mail"
	"rundertisch/internal/task"
	"rundertisch/internal/testdb"
	"rundertisch/web/handler"
	"rundertisch/web/taskpage"
	"rundertisch/web/webtest"
)

func TestMain(m *testing.M) { testdb.Main(m) }

var (
	home        = testdb.Saxony.Bodies[0]
	office      = testdb.Saxony.Actor(access.BodyOffice)
	chair       = testdb.Saxony.Actor(access.Chair)
	member      = testdb.Saxony.Actor(access.Member)
	guest       = testdb.Saxony.Actor(access.Guest)
	other       = testdb.Saxony.Elsewhere(access.BodyOffice)
	coordinator = testdb.Saxony.Actor(access.Coordinator)
	neighbour   = testdb.Saxony.Elsewhere(access.Coordinator)
	officer     = testdb.Saxony.Actor(access.CaseOfficer)
	stranger    = testdb.Musterland.Actor(access.BodyOffice)
	now         = time.Date(2031, 3, 3, 9, 0, 0, 0, time.UTC)
	today       = calendar.Of(now)
)

type site struct {
	*testdb.Instance
	http.Handler
}

func open(t *testing.T) *site {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	inst := testdb.DB(t, func(o *db.Options) { o.Now, o.Log = func() time.Time { return now }, log })
	queue, err := job.NewQueue(inst.Pool(), log)
	if err != nil {
		t.Fatal(err)
	}
	service := task.NewService(inbox.NewOffice(mail.NewOffice(queue, true), queue, &url.URL{Scheme: "http", Host: "localhost"}))
	router := chi.NewRouter()
	taskpage.New(inst.DB, service).Routes(handler.NewMux(router, log))
	return &site{Instance: inst, Handler: router}
}

// ask asks the pages as the actor (webtest.Ask).
func (s *site) ask(t *testing.T, a access.Actor, address string, fields url.Values, status int, texts ...string) string {
	t.Helper()
	return webtest.Ask(t, s, a, address, fields, status, texts...)
}

func fields(edit ...string) url.Values {
	v := url.Values{
		"id": {uuid.NewString()}, "place": {home.ID.String()}, "title": {"Zahlen zur Notaufnahme"}, "owner_id": {member.Person.String()},
		"owner": {""}, "due_on": {today.AddDays(10).String()},
	}
	for i := 0; i+1 < len(edit); i += 2 {
		v.Set(edit[i], edit[i+1])
	}
	return v
}

func (s *site) given(t *testing.T, a access.Actor, edit ...string) string {
	t.Helper()
	v := fields(edit...)
	s.ask(t, a, "/auftraege/neu", v, http.StatusSeeOther)
	return "/auftraege/" + v.Get("id")
}

func TestGiveAndReport(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.ask(t, office, "/auftraege", nil, http.StatusOK, "Zurzeit ist nichts zu tun", "Legen Sie einen Auftrag an")
	s.ask(t, office, "/auftraege/neu", nil, http.StatusOK, "Neuer Auftrag", member.Name+" (AOK PLUS)", `name="place" value="`+home.ID.String())
	v := fields()
	for range 2 {
		s.ask(t, office, "/auftraege/neu", v, http.StatusSeeOther)
	}
	page := "/auftraege/" + v.Get("id")
	for _, a := range []access.Actor{office, chair, member, guest} {
		s.ask(t, a, page, nil, http.StatusOK, "Zahlen zur Notaufnahme", "AOK PLUS", "13.03.2031", home.Name)
		s.ask(t, a, "/auftraege", nil, http.StatusOK, "Zahlen zur Notaufnahme", "1 Eintrag")
	}
	for _, a := range []access.Actor{other, coordinator, officer, stranger} {
		s.ask(t, a, page, nil, http.StatusNotFound)
	}
	s.ask(t, office, "/auftraege?format=csv", nil, http.StatusOK, "Zahlen zur Notaufnahme;;"+home.Name+";AOK PLUS;")
	s.ask(t, office, "/auftraege?format=xlsx", nil, http.StatusOK, "PK")
	s.ask(t, office, "/auftraege?ort="+uuid.NewString(), nil, http.StatusOK, "Keine Treffer", "anderes Gremium")

	s.ask(t, member, page+"/stand", nil, http.StatusOK, "Er ist in Arbeit", "Er ist erledigt")
	s.ask(t, member, page+"/stand", url.Values{"version": {"1"}, "to": {"done"}}, http.StatusUnprocessableEntity, "was herausgekommen ist")
	s.ask(t, member, page+"/stand", url.Values{"version": {"1"}, "to": {"x"}, "outcome": {"bleibt stehen"}}, http.StatusUnprocessableEntity, "bleibt stehen")
	s.ask(t, member, page+"/stand", url.Values{"version": {"1"}, "to": {"dropped"}, "outcome": {"nein"}}, http.StatusForbidden)
	for range 2 {
		s.ask(t, member, page+"/stand", url.Values{"version": {"1"}, "to": {"done"}, "outcome": {"Liegen vor."}}, http.StatusSeeOther)
	}
	s.ask(t, office, page+"/stand", url.Values{"version": {"1"}, "to": {"dropped"}, "outcome": {"Nicht mehr nötig."}}, http.StatusConflict, "Liegen vor.", "Nicht mehr nötig.", `name="version" value="2"`)
	s.ask(t, office, page+"/bearbeiten", fields("version", "2"), http.StatusConflict, "abgeschlossen")
	s.ask(t, guest, page, nil, http.StatusOK, "erledigt", "Liegen vor.")
	if body := s.ask(t, office, "/auftraege", nil, http.StatusOK); strings.Contains(body, "Zahlen zur Notaufnahme") {
		t.Error("a finished task stands among what is to be done")
	}
	s.ask(t, office, "/auftraege?stand=done", nil, http.StatusOK, "Zahlen zur Notaufnahme")
	s.ask(t, guest, page+"/stand", url.Values{"version": {"2"}, "to": {"open"}}, http.StatusForbidden)
	s.ask(t, guest, page+"/stand", nil, http.StatusForbidden)
}

func TestChange(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.given(t, office)
	s.ask(t, chair, page+"/bearbeiten", nil, http.StatusOK, `value="Zahlen zur Notaufnahme"`, `name="version" value="1"`)
	s.ask(t, chair, page+"/bearbeiten", fields("version", "1", "title", "Der erste Titel"), http.StatusSeeOther)
	s.ask(t, office, page+"/bearbeiten", fields("version", "1", "title", "Der zweite Titel", "owner_id", chair.Person.String()),
		http.StatusConflict, "Der erste Titel", "Der zweite Titel", chair.Name, `name="version" value="2"`)
	s.ask(t, office, page+"/bearbeiten", fields("version", "2", "due_on", "31.02.2031", "title", "bleibt stehen"),
		http.StatusUnprocessableEntity, "bleibt stehen", "31.02.2031", "Bitte geben Sie ein Datum ein")
	s.ask(t, office, page+"/bearbeiten", fields("version", "2", "owner_id", uuid.NewString()), http.StatusUnprocessableEntity, "gehört nicht dazu")
	for a, want := range map[string]struct {
		access.Actor
		status int
	}{
		"member": {member, 403}, "guest": {guest, 403}, "officer": {officer, 403}, "other office": {other, 404},
		"neighbour": {neighbour, 404}, "stranger": {stranger, 404},
	} {
		t.Log(a)
		s.ask(t, want.Actor, page+"/bearbeiten", nil, want.status)
		s.ask(t, want.Actor, page+"/bearbeiten", fields("version", "2"), want.status)
	}
}

func TestNonPublicTasksStayWithTheMembers(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.given(t, office, "non_public", "1", "title", "zzgeheim")
	s.ask(t, member, page, nil, http.StatusOK, "nicht öffentlich", "keine Gäste")
	s.ask(t, guest, page, nil, http.StatusNotFound)
	for _, address := range []string{"/auftraege", "/auftraege?stand=all", "/auftraege?format=csv"} {
		if body := s.ask(t, guest, address, nil, http.StatusOK); strings.Contains(body, "zzgeheim") {
			t.Errorf("%s shows a guest what is not public", address)
		}
	}
}

func TestOfADistrict(t *testing.T) {
	t.Parallel()
	s := open(t)
	district := testdb.Saxony.Districts[0].ID.String()
	s.ask(t, coordinator, "/auftraege/neu", nil, http.StatusOK, coordinator.Name)
	if body := s.ask(t, coordinator, "/auftraege/neu", nil, http.StatusOK); strings.Contains(body, "non_public") {
		t.Error("a district is asked about guests, which it has not")
	}
	page := s.given(t, coordinator, "place", district, "owner_id", coordinator.Person.String())
	s.ask(t, coordinator, page, nil, http.StatusOK, "Personen des Landkreises")
	s.ask(t, neighbour, page, nil, http.StatusNotFound)
	s.ask(t, coordinator, "/auftraege/neu", fields("place", home.ID.String()), http.StatusUnprocessableEntity)
	s.ask(t, coordinator, "/auftraege?mir=1&ort="+district, nil, http.StatusOK, "Zahlen zur Notaufnahme")

	both := office
	both.Grants = append(both.Grants, other.Grants...)
	s.ask(t, both, "/auftraege/neu", nil, http.StatusOK, `<optgroup label="`+home.Name+`">`, testdb.Saxony.Bodies[1].Name)
	s.ask(t, both, "/auftraege/neu", fields("place", ""), http.StatusUnprocessableEntity, "Bitte wählen")
	s.ask(t, both, "/auftraege/neu", fields("place", testdb.Saxony.Bodies[1].ID.String()), http.StatusUnprocessableEntity, "gehört nicht dazu")
}

func TestFromAnActivity(t *testing.T) {
	t.Parallel()
	s := open(t)
	entry := uuid.NewString()
	s.Owner(t, `INSERT INTO activity (programme_id, id, district_id, author_id, type, happened_on, title, next_step, visibility)
		VALUES ($1, $2, $3, $4, 'meeting', $5, 'Gespräch', 'Angebot einholen', 'district')`,
		testdb.Saxony.ID, entry, testdb.Saxony.Districts[0].ID, coordinator.Person, today)
	address := "/auftraege/neu?taetigkeit=" + entry
	s.ask(t, coordinator, address, nil, http.StatusOK, `value="Angebot einholen"`, "Aus „Gespräch“.", `name="taetigkeit" value="`+entry)
	s.ask(t, neighbour, address, nil, http.StatusNotFound)
	page := s.given(t, coordinator, "taetigkeit", entry, "owner_id", coordinator.Person.String())
	s.ask(t, coordinator, page, nil, http.StatusOK, "Kommt von", `href="/aktivitaeten/`+entry)
	s.ask(t, coordinator, "/auftraege/neu?taetigkeit="+uuid.NewString(), nil, http.StatusNotFound)
}
