package deskpage_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/testdb"
	"rundertisch/web/webtest"
)

var (
	home  = testdb.Saxony.Bodies[0]
	today = calendar.Of(time.Now()) // a session lives by the real clock
)

// on writes a day as the desk does.
func on(d calendar.Date) string { return d.Time().Format("02.01.2006") }

func open(t *testing.T) *webtest.Site {
	t.Helper()
	return webtest.New(t, func(o *db.Options) { o.Log = slog.New(slog.DiscardHandler) })
}

// invited puts an invitation for a day into a body, past the state machine.
func invited(t *testing.T, s *webtest.Site, body uuid.UUID, title string, day calendar.Date) string {
	t.Helper()
	id := uuid.NewString()
	s.Owner(t, `ALTER TABLE meeting DISABLE TRIGGER USER`)
	s.Owner(t, `INSERT INTO meeting (programme_id, id, body_id, day, starts_at, title, place, state) VALUES ($1, $2, $3, $4, '10:00', $5, 'Torgau', 'invited')`,
		testdb.Saxony.ID, id, body, day, title)
	s.Owner(t, `ALTER TABLE meeting ENABLE TRIGGER USER`)
	return id
}

func task(t *testing.T, s *webtest.Site, owner uuid.UUID, title string, due calendar.Date) {
	t.Helper()
	s.Owner(t, `ALTER TABLE task DISABLE TRIGGER USER`)
	s.Owner(t, `INSERT INTO task (programme_id, id, body_id, day, title, owner, owner_id, due_on) VALUES ($1, gen_random_uuid(), $2, '2020-01-01', $3, 'AOK', $4, $5)`,
		testdb.Saxony.ID, home.ID, title, owner, due)
	s.Owner(t, `ALTER TABLE task ENABLE TRIGGER USER`)
}

func TestTheDeskOfAMember(t *testing.T) {
	t.Parallel()
	s := open(t)
	soon := invited(t, s, home.ID, "3. Sitzung", today.AddDays(2))
	invited(t, s, testdb.Saxony.Bodies[1].ID, "zzfremd", today.AddDays(4))
	task(t, s, testdb.Saxony.Actor(access.Member).Person, "Zahlen beschaffen", today.AddDays(-1))
	task(t, s, testdb.Saxony.Actor(access.Chair).Person, "Sache des Vorsitzes", today)
	c := s.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.Member))
	page := c.Get(t, "/start")
	text := page.Text()
	for _, want := range []string{
		"Was wartet auf mich", "Auftrag: Zahlen beschaffen", "überfällig", "Einladung zur Sitzung am " + on(today.AddDays(2)) + " beantworten",
		home.Name + " · AOK PLUS · bis " + on(today.AddDays(2)), "noch 2 Tage", "Nächste Sitzungen", "3. Sitzung", "Torgau · " + on(today.AddDays(2)) + ", 10:00 Uhr", "eingeladen",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the desk does not say %q", want)
		}
	}
	for _, foreign := range []string{"zzfremd", "Sache des Vorsitzes", testdb.Saxony.Bodies[1].Name} {
		if strings.Contains(text, foreign) {
			t.Errorf("the desk shows %q, which is another's", foreign)
		}
	}
	if strings.Index(text, "Zahlen beschaffen") > strings.Index(text, "Einladung zur Sitzung") {
		t.Error("what is overdue does not come first")
	}
	if n := page.Doc().Find(`a[href="/sitzungen/` + soon + `"]`).Length(); n != 2 {
		t.Errorf("%d links lead to the sitting, want one from the invitation and one from the next sittings", n)
	}
	if n := s.Counts(); n.Trips.Load() > 3 {
		t.Errorf("the desk takes %d trips, want at most 3", n.Trips.Load())
	}
}

func TestNothingWaits(t *testing.T) {
	t.Parallel()
	s := open(t)
	for role, want := range map[access.Role]string{
		access.Member:      "Sobald Sie eingeladen werden",
		access.BodyOffice:  "Es ist noch keine Sitzung geplant",
		access.Admin:       "Sobald etwas für Sie ansteht",
		access.Coordinator: "In den nächsten sieben Tagen ist nichts fällig",
		access.Lead:        "Keine Stelle ist so lange offen",
	} {
		page := s.SignIn(t, testdb.Saxony, testdb.Saxony.Email(role)).Get(t, "/start")
		if page.Status != http.StatusOK || !strings.Contains(page.Text(), want) || strings.Contains(page.Body, "[desk.") {
			t.Errorf("%s: status %d, or the desk does not say %q", role, page.Status, want)
		}
	}
	invited(t, s, home.ID, "3. Sitzung", today.AddDays(20))
	page := s.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.BodyOffice)).Get(t, "/start")
	if want := "Als Nächstes tagt „" + home.Name + "“ am " + on(today.AddDays(20)) + "."; !strings.Contains(page.Text(), want) {
		t.Errorf("the desk does not say %q", want)
	}
}

// TestTasksShowOnEveryDesk: who is of a district has tasks, too.
func TestTasksShowOnEveryDesk(t *testing.T) {
	t.Parallel()
	s := open(t)
	task(t, s, testdb.Saxony.Actor(access.Coordinator).Person, "Gespräch führen", today)
	page := s.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.Coordinator)).Get(t, "/start")
	if text := page.Text(); !strings.Contains(text, "Auftrag: Gespräch führen") || !strings.Contains(text, "heute") || strings.Contains(text, "Nächste Sitzungen") {
		t.Errorf("the desk says\n%s", text)
	}
}
