package activitypage_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/testdb"
	"rundertisch/web/webtest"
)

// TestListOfTheWholeSiteStaysWithinItsTrips counts what a page asks of the
// database in the real server, the session look-up included.
func TestListOfTheWholeSiteStaysWithinItsTrips(t *testing.T) {
	t.Parallel()
	s := webtest.New(t, func(o *db.Options) { o.Log = slog.New(slog.DiscardHandler) })
	c := s.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.Coordinator))
	date := set("date", time.Now().AddDate(0, 0, -1).Format(time.DateOnly))
	if page := c.Post(t, "/aktivitaeten", entry(date)); page.Status != http.StatusSeeOther {
		t.Fatalf("log: status %d\n%s", page.Status, page.Body)
	}
	for _, query := range []string{"", "?q=Klinik", "?q=Klinik&partner=Klinikum&art=meeting&landkreis=alle", "?landkreis=14626"} {
		page := c.Get(t, "/aktivitaeten"+query)
		if page.Status != http.StatusOK || query != "?q=Klinik&partner=Klinikum&art=meeting&landkreis=alle" && !strings.Contains(page.Body, "Gespräch mit der Klinik") {
			t.Errorf("%q: status %d, or the entry is missing", query, page.Status)
		}
		if n := s.Counts(); n.Trips.Load() > 3 || n.Statements.Load() > 8 {
			t.Errorf("%q: trips, statements = %d, %d; want at most 3, 8", query, n.Trips.Load(), n.Statements.Load())
		}
	}
	if page := c.Post(t, "/aktivitaeten", entry(date)); page.Status != http.StatusSeeOther || s.Counts().Trips.Load() > 3 {
		t.Errorf("an entry takes %d trips, want at most 3", s.Counts().Trips.Load())
	}
	reader := s.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.CaseOfficer))
	for path, want := range map[string]int{"/aktivitaeten": 200, "/aktivitaeten/monate": 200, "/aktivitaeten/neu": 403, "/aktivitaeten/einlesen": 403, "/partner": 200, "/partner/neu": 403} {
		if page := reader.Get(t, path); page.Status != want {
			t.Errorf("the ministry at %s: status %d, want %d", path, page.Status, want)
		}
	}
}
