package inboxpage_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/inbox"
	"rundertisch/internal/link"
	"rundertisch/internal/mail"
	"rundertisch/internal/testdb"
	"rundertisch/web/webtest"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// tell puts n notices into the member's inbox, the newest last.
func tell(t *testing.T, site *webtest.Site, n int, k inbox.Kind) {
	t.Helper()
	base, err := url.Parse("http://localhost")
	if err != nil {
		t.Fatal(err)
	}
	office := inbox.NewOffice(mail.NewOffice(nil, true), nil, base)
	site.MustWrite(t, testdb.Saxony.Actor(access.BodyOffice), access.KeepSittings, func(ctx context.Context, tx *db.Tx) error {
		for i := range n {
			tx.Now = tx.Now.Add(time.Microsecond)
			err := office.Tell(ctx, tx, inbox.Message{
				Kind: k, People: []uuid.UUID{testdb.Saxony.Actor(access.Member).Person}, Place: testdb.Saxony.Bodies[0].Name,
				DueOn: calendar.NewDate(2026, 1, 1).AddDays(i), Address: link.Body(testdb.Saxony.Bodies[0].ID),
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func openings(page *webtest.Page) []string {
	var list []string
	for _, n := range page.Doc().Find(`form[action$="/gelesen"]`).EachIter() {
		if action, _ := n.Attr("action"); action != link.ReadMessages() {
			list = append(list, action)
		}
	}
	return list
}

func TestNoticesAreListedOpenedAndRead(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	member := site.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.Member))
	webtest.Says(t, member.Get(t, link.Messages()), http.StatusOK, "Keine Mitteilungen")
	tell(t, site, 2, inbox.TaskGiven)
	page := webtest.Says(t, member.Get(t, link.Messages()), http.StatusOK, "Neuer Auftrag", "Konferenz 14626", "02.01.2026", "neu", "2 neue Mitteilungen zeigen")
	badge := page.Doc().Find(".app-count-badge").First().Text()
	if !strings.HasPrefix(strings.TrimSpace(badge), "2") {
		t.Errorf("the frame counts %q, want 2", badge)
	}
	forms := openings(page)
	if len(forms) != 2 {
		t.Fatalf("%d notices can be opened, want 2", len(forms))
	}
	if to := member.Post(t, forms[0], nil); to.Status != http.StatusSeeOther || to.Header.Get("Location") != link.Body(testdb.Saxony.Bodies[0].ID) {
		t.Errorf("open: %d to %s", to.Status, to.Header.Get("Location"))
	}
	webtest.Says(t, member.Get(t, link.UnreadMessages()), http.StatusOK, "01.01.2026", "Alle Mitteilungen zeigen")
	chair := site.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.Chair))
	webtest.Says(t, chair.Get(t, link.Messages()), http.StatusOK, "Keine Mitteilungen")
	webtest.Says(t, chair.Post(t, forms[1], nil), http.StatusNotFound)

	until := member.Get(t, link.Messages()).Value("until")
	tell(t, site, 1, inbox.TaskGiven) // meanwhile
	webtest.Says(t, member.Post(t, link.ReadMessages(), url.Values{"until": {until}}), http.StatusSeeOther)
	webtest.Says(t, member.Get(t, link.Messages()), http.StatusOK, "1 neue Mitteilung zeigen")
	if page := site.Anonymous(testdb.Saxony).Get(t, link.Messages()); page.Status != http.StatusSeeOther {
		t.Errorf("the public: status %d", page.Status)
	}
}

// TestNoticesAreTold: each button has a name of its own, and what is over asks
// for nothing.
func TestNoticesAreTold(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	member := site.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.Member))
	home := testdb.Saxony.Bodies[0]
	site.Owner(t, `ALTER TABLE task DISABLE TRIGGER USER`)
	var address []string
	for _, title := range []string{"Zahlen liefern", "Raum suchen"} {
		id := uuid.New()
		site.Owner(t, `INSERT INTO task (programme_id, id, body_id, day, title, owner, owner_id) VALUES ($1, $2, $3, '2020-01-01', $4, 'AOK', $5)`,
			testdb.Saxony.ID, id, home.ID, title, testdb.Saxony.Actor(access.Member).Person)
		address = append(address, link.Task(id))
	}
	site.Owner(t, `ALTER TABLE task ENABLE TRIGGER USER`)
	for i, kind := range []string{"task_given", "task_given", "circular_started"} {
		to, due := link.Circular(uuid.New()), "2020-01-01"
		if i < len(address) {
			to, due = address[i], "2999-01-01"
		}
		site.Owner(t, `INSERT INTO notification (programme_id, person_id, kind, place, due_on, address) VALUES ($1, $2, $3, $4, $5, $6)`,
			testdb.Saxony.ID, testdb.Saxony.Actor(access.Member).Person, kind, home.Name, due, to)
	}
	page := webtest.Says(t, member.Get(t, link.Messages()), http.StatusOK, "Neuer Auftrag: Zahlen liefern", "Neuer Auftrag: Raum suchen", "Frist: 01.01.2999",
		"Die Frist zur Abstimmung ist vorbei", "Frist vorbei", "!Bitte stimmen Sie ab")
	names := map[string]bool{}
	for _, b := range page.Doc().Find("main tbody button").EachIter() {
		names[b.Text()] = true
	}
	if len(names) != 3 {
		t.Errorf("%d names of 3 buttons: %v", len(names), names)
	}
	nav := page.Doc().Find("header nav a[href='/mitteilungen'][aria-current=page]")
	if nav.Length() != 2 || !strings.Contains(nav.First().Text(), "3") {
		t.Errorf("the navigation says %q", nav.Text())
	}
	english := webtest.Says(t, member.Get(t, "/sprache?l=en&next=/mitteilungen"), http.StatusSeeOther)
	if page := member.Get(t, english.Header.Get("Location")); page.Doc().Find("main tbody button span[lang=de]").Length() == 0 {
		t.Error("the English page does not say that the names are German")
	}
}

func TestNoticesComeInPages(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	tell(t, site, 120, inbox.TaskGiven)
	member := site.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.Member))
	seen := map[string]bool{}
	address := link.Messages()
	for pages := 0; address != ""; pages++ {
		if pages == 3 {
			t.Fatalf("a fourth page: %s", address)
		}
		page := webtest.Says(t, member.Get(t, address), http.StatusOK)
		for _, action := range openings(page) {
			if seen[action] {
				t.Errorf("%s stands on two pages", action)
			}
			seen[action] = true
		}
		address, _ = page.Doc().Find(`a[rel="next"]`).Attr("href")
	}
	if len(seen) != 120 {
		t.Errorf("%d notices on all pages, want 120", len(seen))
	}
	webtest.Says(t, member.Get(t, link.Messages()+"?nach=unsinn"), http.StatusOK, "Neuer Auftrag")
}

func TestWishes(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	member := site.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.Member))
	page := webtest.Says(t, member.Get(t, link.MessageWishes()), http.StatusOK, "lassen sich nicht abschalten", "Einladung zur Sitzung", "keine E-Mail")
	if page.Doc().Find(`[name="sitting_called"]`).Length() != 0 {
		t.Error("a duty kind can be chosen")
	}
	webtest.Says(t, member.Post(t, link.MessageWishes(), url.Values{"task_given": {"weekly"}, "minutes_approved": {"none"}}), http.StatusSeeOther)
	page = member.Get(t, link.MessageWishes())
	for name, want := range map[string]string{"task_given": "weekly", "minutes_approved": "none", "objection_resolved": "now"} {
		if got, _ := page.Doc().Find(`[name="` + name + `"] option[selected]`).Attr("value"); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	webtest.Says(t, member.Post(t, link.MessageWishes(), url.Values{"sitting_called": {"none"}}), http.StatusUnprocessableEntity, "kommen immer sofort")
	webtest.Says(t, member.Post(t, link.MessageWishes(), url.Values{"task_given": {"hourly"}}), http.StatusUnprocessableEntity, "angebotenen Werte")
}
