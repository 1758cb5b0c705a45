package taskpage_test

import (
	"context"
	"io"
	"log/slog"
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
	"rundertisch/internal/testdb"
	"rundertisch/web/handler"
	"rundertisch/web/taskpage"
)

func TestMain(m *testing.M) { testdb.Main(m) }

var (
	home        = testdb.Saxony.Bodies[0]
	office      = testdb.Saxony.Actor(access.BodyOffice)
	member      = testdb.Saxony.Actor(access.Member)
	guest       = testdb.Saxony.Actor(access.Guest)
	other       = testdb.Saxony.Elsewhere(access.BodyOffice)
	coordinator = testdb.Saxony.Actor(access.Coordinator)
	stranger    = testdb.Musterland.Actor(access.BodyOffice)
)

type site struct {
	*testdb.Instance
	http.Handler
	now time.Time
}

func open(t *testing.T) *site {
	t.Helper()
	s := &site{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	log := slog.New(slog.DiscardHandler)
	s.Instance = testdb.DB(t, func(o *db.Options) { o.Log, o.Now = log, func() time.Time { return s.now } })
	router := chi.NewRouter()
	taskpage.New(s.DB).Routes(handler.NewMux(router, log))
	s.Handler = router
	return s
}

var missingText = regexp.MustCompile(`\[[a-z_]+\.[a-z_.]+\]`)

// ask sends a GET, or a POST if there are fields, and checks the status and
// what the page says; a text that begins with "!" must not be there.
func (s *site) ask(t *testing.T, a access.Actor, address string, fields url.Values, status int, texts ...string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, address, http.NoBody)
	if fields != nil {
		r = httptest.NewRequest(http.MethodPost, address, strings.NewReader(fields.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r.WithContext(access.NewContext(r.Context(), a)))
	page, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	if w.Code != status {
		t.Errorf("%s as %s: status %d, want %d", address, a.Name, w.Code, status)
	}
	for _, text := range texts {
		text, absent := strings.CutPrefix(text, "!")
		if strings.Contains(string(page), text) == absent {
			t.Errorf("%s as %s: the page says %q: %v", address, a.Name, text, absent)
		}
	}
	if found := missingText.FindString(string(page)); found != "" {
		t.Errorf("%s: a text is missing: %s", address, found)
	}
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func TestGiveChangeAndFinish(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.ask(t, office, "/auftraege", nil, http.StatusOK, "Noch keine Aufträge", "/auftraege/neu")
	s.ask(t, member, "/auftraege", nil, http.StatusOK, "!/auftraege/neu")
	s.ask(t, member, "/auftraege/neu", nil, http.StatusForbidden)
	s.ask(t, office, "/auftraege/neu", nil, http.StatusOK, "body:"+home.ID.String(), member.Name)
	v := form("id", uuid.NewString(), "place", "body:"+home.ID.String(), "title", "Zahlen liefern", "owner", "AOK PLUS", "owner_id", member.Person.String(), "due_on", "10.03.2026")
	for range 2 {
		s.ask(t, office, "/auftraege/neu", v, http.StatusSeeOther)
	}
	s.ask(t, office, "/auftraege/neu", form("id", uuid.NewString(), "place", "body:"+home.ID.String(), "owner", "bleibt"), http.StatusUnprocessableEntity, "bleibt", "Auftrag:")
	s.ask(t, other, "/auftraege/neu", v, http.StatusForbidden)
	one := "/auftraege/" + v.Get("id")
	for _, a := range []access.Actor{office, member, guest} {
		s.ask(t, a, one, nil, http.StatusOK, "Zahlen liefern", "AOK PLUS", "10.03.2026", "offen")
		s.ask(t, a, "/auftraege?gremium="+home.ID.String()+"&zustand=offen", nil, http.StatusOK, "Zahlen liefern", "1 Eintrag")
	}
	for _, a := range []access.Actor{other, coordinator, stranger} {
		s.ask(t, a, one, nil, http.StatusNotFound)
		s.ask(t, a, "/auftraege?format=csv", nil, http.StatusOK, "!Zahlen liefern")
		s.ask(t, a, one+"/zustand", form("state", "done"), http.StatusNotFound)
	}
	s.ask(t, member, "/auftraege?meine=1", nil, http.StatusOK, "Zahlen liefern")
	s.ask(t, guest, "/auftraege?meine=1", nil, http.StatusOK, "Keine Treffer")
	s.ask(t, member, one, nil, http.StatusOK, "!"+one+"/zustand")
	s.ask(t, member, one+"/zustand", form("state", "done"), http.StatusForbidden)
	s.now = s.now.AddDate(0, 0, 10)
	s.ask(t, member, "/auftraege?zustand=ueberfaellig", nil, http.StatusOK, "Zahlen liefern", "überfällig")
	s.ask(t, office, one+"/bearbeiten", nil, http.StatusOK, `value="Zahlen liefern"`)
	change := form("version", "1", "title", "Neue Zahlen", "owner", "AOK PLUS", "due_on", "2026-03-20")
	s.ask(t, office, one+"/bearbeiten", change, http.StatusSeeOther)
	change.Set("title", "Meine Fassung")
	s.ask(t, office, one+"/bearbeiten", change, http.StatusConflict, "Meine Fassung", "Neue Zahlen", `name="version" value="2"`)
	s.ask(t, office, one+"/zustand", form("version", "2", "state", "done"), http.StatusUnprocessableEntity, "was daraus wurde")
	s.ask(t, office, one+"/zustand", form("version", "2", "state", "done", "outcome", "liegen vor"), http.StatusSeeOther)
	s.ask(t, guest, one, nil, http.StatusOK, "erledigt", "liegen vor")
	s.ask(t, office, "/auftraege?format=csv", nil, http.StatusOK, "Neue Zahlen;"+home.Name+";AOK PLUS;;02.03.2026;20.03.2026;erledigt;liegen vor")
	s.ask(t, office, "/auftraege?format=xlsx", nil, http.StatusOK, "PK")
}

func TestTaskOfADecision(t *testing.T) {
	t.Parallel()
	s := open(t)
	sitting, decision := uuid.New(), uuid.New()
	s.MustWrite(t, testdb.Saxony.System(), access.Seed, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO meeting (id, body_id, day, starts_at, title, state) VALUES ($1, $2, '2026-03-02', '10:00', 'Sitzung', 'held')`, sitting, home.ID)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO decision (id, body_id, meeting_id, day, non_public, type, title, wording, method, majority, seats, present, quorum_needed,
				quorum_met, yes, no, abstain, result, year, number, decided_at)
			VALUES ($1, $2, $3, '2026-03-02', true, 'task', 'Auftrag', 'Die AOK liefert Zahlen.', 'hand', 'simple', 4, 2, 2, true, 2, 0, 0, 'adopted', 2026, 1, now())`,
			decision, home.ID, sitting)
		return err
	})
	address := "/auftraege/neu?beschluss=" + decision.String()
	s.ask(t, office, address, nil, http.StatusOK, "Die AOK liefert Zahlen.", decision.String())
	s.ask(t, other, address, nil, http.StatusNotFound, "!Die AOK liefert Zahlen.")
	v := form("id", uuid.NewString(), "decision", decision.String(), "place", "body:"+home.ID.String(), "title", "Zahlen", "owner", "AOK PLUS")
	s.ask(t, office, "/auftraege/neu", v, http.StatusSeeOther)
	s.ask(t, member, "/auftraege/"+v.Get("id"), nil, http.StatusOK, "/beschluesse/"+decision.String(), "nichtöffentlich")
	s.ask(t, guest, "/auftraege/"+v.Get("id"), nil, http.StatusNotFound) // what follows from a non-public decision is not public
}

func TestTaskOfADistrict(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.ask(t, coordinator, "/auftraege/neu", nil, http.StatusOK, "district:"+testdb.Saxony.Districts[0].ID.String(), "!body:")
	v := form("id", uuid.NewString(), "place", "district:"+testdb.Saxony.Districts[0].ID.String(), "title", "Flyer", "owner", "Landkreis")
	s.ask(t, coordinator, "/auftraege/neu", v, http.StatusSeeOther)
	s.ask(t, testdb.Saxony.Actor(access.Signatory), "/auftraege/"+v.Get("id"), nil, http.StatusOK, "Flyer")
	s.ask(t, testdb.Saxony.Elsewhere(access.Coordinator), "/auftraege/"+v.Get("id"), nil, http.StatusNotFound)
}
