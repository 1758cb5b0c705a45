package partnerpage_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/testdb"
	"rundertisch/web/handler"
	"rundertisch/web/partnerpage"
	"rundertisch/web/webtest"
)

func TestMain(m *testing.M) { testdb.Main(m) }

var (
	coordinator = testdb.Saxony.Actor(access.Coordinator)
	signatory   = testdb.Saxony.Actor(access.Signatory)
	neighbour   = testdb.Saxony.Elsewhere(access.Coordinator)
	officer     = testdb.Saxony.Actor(access.CaseOfficer)
	stranger    = testdb.Musterland.Actor(access.Coordinator)
)

type site struct {
	*testdb.Instance
	http.Handler
}

func open(t *testing.T) *site {
	t.Helper()
	inst := testdb.DB(t, func(o *db.Options) { o.Log = slog.New(slog.DiscardHandler) })
	router := chi.NewRouter()
	partnerpage.New(inst.DB).Routes(handler.NewMux(router, slog.New(slog.DiscardHandler)))
	return &site{Instance: inst, Handler: router}
}

// ask asks the pages as the actor (webtest.Ask).
func (s *site) ask(t *testing.T, a access.Actor, address string, fields url.Values, status int, texts ...string) string {
	t.Helper()
	return webtest.Ask(t, s, a, address, fields, status, texts...)
}

func fields(edit ...string) url.Values {
	v := url.Values{"id": {uuid.NewString()}, "name": {"AOK PLUS"}, "category": {"insurer"}, "place": {"Dresden"}, "website": {"www.aok.de"}}
	for i := 0; i+1 < len(edit); i += 2 {
		v.Set(edit[i], edit[i+1])
	}
	return v
}

func TestAddChangeAndList(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.ask(t, coordinator, "/partner", nil, http.StatusOK, "Noch keine Partner")
	v := fields()
	for range 2 {
		s.ask(t, coordinator, "/partner/neu", v, http.StatusSeeOther)
	}
	page := "/partner/" + v.Get("id")
	for _, a := range []access.Actor{coordinator, neighbour, officer} {
		s.ask(t, a, page, nil, http.StatusOK, "AOK PLUS", "Krankenkasse", "https://www.aok.de")
		s.ask(t, a, "/partner?q=aok&art=insurer", nil, http.StatusOK, "AOK PLUS", "1 Eintrag")
	}
	s.ask(t, stranger, page, nil, http.StatusNotFound)
	s.ask(t, coordinator, "/partner?q=xyz", nil, http.StatusOK, "Keine Treffer")
	s.ask(t, coordinator, "/partner?format=csv", nil, http.StatusOK, "\ufeffName;Art;Ort;Internetseite\r\nAOK PLUS;Krankenkasse;Dresden;https://www.aok.de\r\n")
	s.ask(t, coordinator, "/partner?format=xlsx", nil, http.StatusOK, "PK")

	s.ask(t, coordinator, "/partner/neu", fields("name", "aok plus"), http.StatusUnprocessableEntity, "gibt es schon")
	s.ask(t, coordinator, "/partner/neu", fields("name", "", "place", "bleibt stehen"), http.StatusUnprocessableEntity, "bleibt stehen")
	s.ask(t, coordinator, "/partner/neu", fields("name", "KVS", "website", "unsinn"), http.StatusUnprocessableEntity, "Internetadresse")

	v.Set("version", "1")
	v.Set("name", "AOK Plus")
	s.ask(t, neighbour, page+"/bearbeiten", v, http.StatusSeeOther)
	v.Set("name", "Meine Schreibweise der AOK")
	s.ask(t, coordinator, page+"/bearbeiten", v, http.StatusConflict, "Meine Schreibweise der AOK", "AOK Plus", `name="version" value="2"`)
	s.ask(t, stranger, page+"/bearbeiten", v, http.StatusNotFound)
	v.Set("version", "2")
	v.Set("category", "x")
	s.ask(t, coordinator, page+"/bearbeiten", v, http.StatusUnprocessableEntity, "angebotenen Werte")
}

func TestTheMinistryReadsAndChangesNothing(t *testing.T) {
	t.Parallel()
	s := open(t)
	v := fields()
	s.ask(t, coordinator, "/partner/neu", v, http.StatusSeeOther)
	page := "/partner/" + v.Get("id")
	if body := s.ask(t, officer, page, nil, http.StatusOK); strings.Contains(body, "Notiz") || strings.Contains(body, "/bearbeiten") {
		t.Error("the ministry is offered a note or a change")
	}
	for _, address := range []string{"/partner/neu", page + "/bearbeiten", page + "/notiz"} {
		s.ask(t, officer, address, nil, http.StatusForbidden)
		s.ask(t, officer, address, v, http.StatusForbidden)
	}
	s.ask(t, testdb.Saxony.Actor(access.Member), "/partner", nil, http.StatusForbidden)
	s.ask(t, testdb.Saxony.Public(), "/partner", nil, http.StatusSeeOther)
}

func TestNoteIsTheDistrictsOwn(t *testing.T) {
	t.Parallel()
	s := open(t)
	v := fields()
	s.ask(t, coordinator, "/partner/neu", v, http.StatusSeeOther)
	page := "/partner/" + v.Get("id")
	note := url.Values{"contact_name": {"Erika Muster"}, "contact_email": {"erika@aok.example"}, "note": {"ruft gern zurück"}, "version": {"0"}}
	s.ask(t, coordinator, page+"/notiz", note, http.StatusSeeOther)
	s.ask(t, signatory, page, nil, http.StatusOK, "Erika Muster", "ruft gern zurück", "mailto:erika@aok.example")
	for _, a := range []access.Actor{neighbour, officer} {
		if body := s.ask(t, a, page, nil, http.StatusOK); strings.Contains(body, "Erika Muster") || strings.Contains(body, "ruft gern") {
			t.Errorf("%s reads the note", a.Name)
		}
	}
	note.Set("note", "zu spät geschrieben")
	s.ask(t, signatory, page+"/notiz", note, http.StatusConflict, "zu spät geschrieben", "ruft gern zurück")
	note.Set("version", "1")
	note.Set("contact_email", "keine")
	s.ask(t, signatory, page+"/notiz", note, http.StatusUnprocessableEntity, "E-Mail-Adresse", "zu spät geschrieben")
	s.ask(t, coordinator, "/partner/"+uuid.NewString()+"/notiz", note, http.StatusNotFound)
	s.ask(t, stranger, page+"/notiz", note, http.StatusNotFound)
}

func TestSuggestions(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.ask(t, coordinator, "/partner/neu", fields(), http.StatusSeeOther)
	for _, parameter := range []string{"q", "partner", "partner-1", "partner-12"} {
		s.ask(t, coordinator, "/partner/vorschlaege?"+parameter+"=aok", nil, http.StatusOK, `<option value="AOK PLUS">`)
	}
	if body := s.ask(t, stranger, "/partner/vorschlaege?q=aok", nil, http.StatusOK); strings.Contains(body, "AOK") {
		t.Error("the other programme is offered the partner")
	}
}
