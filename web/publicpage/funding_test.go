package publicpage_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/demo"
	"rundertisch/internal/testdb"
	"rundertisch/web/handler"
	"rundertisch/web/publicpage"
	"rundertisch/web/webtest"
)

// TestFundingList: everybody reads what the law opens, as page and as files, and
// nothing else.
func TestFundingList(t *testing.T) {
	t.Parallel()
	d := testdb.Empty(t)
	if err := demo.Seed(t.Context(), d.OwnerURL, d.DB); err != nil {
		t.Fatal(err)
	}
	router := chi.NewRouter()
	publicpage.New(d.DB).Routes(handler.NewMux(router, slog.New(slog.DiscardHandler)))
	public := func(slug string) access.Actor {
		return access.Public(uuid.NewSHA1(uuid.NameSpaceURL, []byte("rundertisch/demo/programme/"+slug)))
	}
	ask := func(slug, address string, status int, texts ...string) string {
		t.Helper()
		return webtest.Ask(t, router, public(slug), address, nil, status, texts...)
	}
	page := ask("sachsen", "/foerderung", http.StatusOK, "Bewilligte Zuwendungen", "SächsTranspG", "höchstens 5 Jahre", "Sächsische Aufbaubank", "Landkreis Görlitz", "90.000,00", "simuliert", "Steuermitteln")
	next := strconv.Itoa(calendar.Of(d.Now()).Year() + 1)
	for _, secret := range []string{"KOMP-", "GEM-", "Erika Muster", "Gesundheitslotsen", "01.01." + next, "/foerderungen", "Anhörung"} {
		if strings.Contains(page, secret) {
			t.Errorf("the page says %q", secret)
		}
	}
	ask("sachsen", "/foerderung?landkreis=14626", http.StatusOK, "Landkreis Görlitz")
	ask("sachsen", "/foerderung?landkreis=99001", http.StatusOK, "Keine Zuwendung")
	ask("sachsen", "/foerderung?jahr=1999&landkreis=%27%3B--&am=2019-01-01", http.StatusOK, "Keine Zuwendung")
	for _, bad := range []string{"/foerderung?am=31.02.2024", "/foerderung?bekannt=2999-01-01", "/foerderung.json?am=morgen"} {
		ask("sachsen", bad, http.StatusUnprocessableEntity)
	}
	csv := ask("sachsen", "/foerderung?format=csv", http.StatusOK, "Bescheid vom", "Projektförderung")
	if strings.Contains(csv, "KOMP-") {
		t.Error("the file names file numbers")
	}
	ask("sachsen", "/foerderung?format=xlsx", http.StatusOK)
	var twin struct {
		AsOf   string `json:"as_of"`
		Grants []struct {
			NoticeOn    string  `json:"notice_on"`
			AmountCents int64   `json:"amount_cents"`
			AGS         *string `json:"ags"`
			Recipient   *string `json:"recipient"`
		} `json:"grants"`
	}
	read := func(slug, query string) {
		t.Helper()
		twin.Grants = nil
		if err := json.Unmarshal([]byte(ask(slug, "/foerderung.json"+query, http.StatusOK)), &twin); err != nil {
			t.Fatal(err)
		}
	}
	read("sachsen", "")
	after := calendar.Of(d.Now()).AddYears(-5).String()
	for _, g := range twin.Grants {
		if g.NoticeOn <= after || g.AmountCents < 2_500_00 || (g.AmountCents < 10_000_00) != (g.AGS == nil) || (g.AGS == nil) != (g.Recipient == nil) {
			t.Errorf("grant = %+v", g)
		}
	}
	if len(twin.Grants) == 0 {
		t.Error("the list is empty")
	}
	// Under 25,000 euros Musterland names nobody, and no district finds them.
	read("musterland", "")
	unnamed := 0
	for _, g := range twin.Grants {
		if g.AmountCents < 25_000_00 != (g.Recipient == nil) {
			t.Errorf("grant of Musterland = %+v", g)
		}
		if g.Recipient == nil {
			unnamed++
		}
	}
	all := len(twin.Grants)
	found := 0
	for _, ags := range []string{"99001", "99002", "99003", "99004", "99005"} {
		read("musterland", "?landkreis="+ags)
		found += len(twin.Grants)
	}
	if found+unnamed != all {
		t.Errorf("%d by district and %d unnamed of %d", found, unnamed, all)
	}
}
