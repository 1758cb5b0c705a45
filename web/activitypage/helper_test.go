package activitypage_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/document"
	"rundertisch/internal/testdb"
	"rundertisch/web/activitypage"
	"rundertisch/web/handler"
)

func TestMain(m *testing.M) { testdb.Main(m) }

var (
	now   = time.Date(2024, time.May, 6, 9, 30, 0, 0, time.UTC)
	today = calendar.Of(now)

	coordinator = testdb.Saxony.Actor(access.Coordinator)
	signatory   = testdb.Saxony.Actor(access.Signatory)
	neighbour   = testdb.Saxony.Elsewhere(access.Coordinator)
	officer     = testdb.Saxony.Actor(access.CaseOfficer)
	stranger    = testdb.Musterland.Actor(access.Coordinator)
)

// site is the pages on a database of their own. Who acts stands in the
// context: the session is the server's business.
type site struct {
	*testdb.Instance
	handler http.Handler
	files   *document.Store
}

func open(t testing.TB) *site {
	t.Helper()
	inst := testdb.DB(t, func(o *db.Options) {
		o.Now = func() time.Time { return now }
		o.Log = slog.New(slog.DiscardHandler)
	})
	router := chi.NewRouter()
	mux := handler.NewMux(router, slog.New(slog.DiscardHandler))
	files := document.MemoryStore()
	t.Cleanup(func() { _ = files.Close() })
	activitypage.New(inst.DB, files).Routes(mux)
	return &site{Instance: inst, handler: router, files: files}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// flash is the cookie that carries the next page's message.
func (a answer) flash() string { return a.header.Get("Set-Cookie") }

func (s *site) get(t testing.TB, a access.Actor, address string) answer {
	t.Helper()
	return s.do(t, a, httptest.NewRequest(http.MethodGet, address, http.NoBody))
}

func (s *site) post(t testing.TB, a access.Actor, address string, fields url.Values) answer {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(t, a, r)
}

func (s *site) do(t testing.TB, a access.Actor, r *http.Request) answer {
	t.Helper()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r.WithContext(access.NewContext(r.Context(), a)))
	res := w.Result()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(body), "[activity.") || strings.Contains(string(body), "[partner.") {
		t.Errorf("%s %s: a text is missing", r.Method, r.URL)
	}
	return answer{status: res.StatusCode, header: res.Header, body: string(body)}
}

// entry are the fields of a form that logs.
func entry(edit ...func(url.Values)) url.Values {
	v := url.Values{
		"id": {uuid.NewString()}, "type": {"meeting"}, "date": {today.String()}, "minutes": {"45"},
		"title": {"Gespräch mit der Klinik"}, "partner-1": {"Klinikum Görlitz"}, "visibility": {"district"},
	}
	for _, e := range edit {
		e(v)
	}
	return v
}

func set(name, value string) func(url.Values) { return func(v url.Values) { v.Set(name, value) } }

// logged logs an entry as the actor and returns its id.
func (s *site) logged(t testing.TB, a access.Actor, edit ...func(url.Values)) string {
	t.Helper()
	v := entry(edit...)
	if got := s.post(t, a, "/aktivitaeten", v); got.status != http.StatusSeeOther {
		t.Fatalf("log: status %d\n%s", got.status, got.body)
	}
	return v.Get("id")
}

// count is how many entries and drafts there are, whoever may see them.
func (s *site) count(t testing.TB) (n int) {
	t.Helper()
	s.MustRead(t, testdb.Saxony.System(), access.Housekeep, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT count(*) FROM activity`).Scan(&n)
	})
	return n
}

// stored reads an entry as the actor.
func (s *site) stored(t testing.TB, a access.Actor, id string) (got activity.Activity) {
	t.Helper()
	s.MustRead(t, a, access.ReadActivities, func(ctx context.Context, tx *db.Tx) (err error) {
		got, err = activity.ByID(ctx, tx, uuid.MustParse(id))
		return err
	})
	return got
}

func wantStatus(t testing.TB, what string, got answer, want int) {
	t.Helper()
	if got.status != want {
		t.Errorf("%s: status %d, want %d", what, got.status, want)
	}
}

func wantText(t testing.TB, what string, got answer, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(got.body, text) {
			t.Errorf("%s: the page does not say %q", what, text)
		}
	}
}

func wantNoText(t testing.TB, what string, got answer, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(got.body, text) {
			t.Errorf("%s: the page says %q", what, text)
		}
	}
}
