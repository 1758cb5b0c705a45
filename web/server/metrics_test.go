package server_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"rundertisch/internal/testdb"
	"rundertisch/web/webtest"
)

func TestMetricsNameRoutesAndNothingElse(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	public := site.Anonymous(testdb.Saxony)
	public.Get(t, "/stand?am=2024-04-30")
	public.Get(t, "/landkreise/14626")
	public.Get(t, "/no/such/page")
	w := httptest.NewRecorder()
	site.Server.Metrics().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", http.NoBody))
	body := w.Body.String()
	for _, want := range []string{
		`route="/stand",status="200"`, `route="/landkreise/{ags}",status="303"`, `status="404"`, "rundertisch_database_connections_in_use",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
	for _, never := range []string{"2024-04-30", "14626", "no/such"} {
		if strings.Contains(body, never) {
			t.Errorf("metrics hold %s", never)
		}
	}
	if page := public.Get(t, "/metrics"); page.Status != http.StatusNotFound {
		t.Errorf("the site answers /metrics with %d, want 404", page.Status)
	}
}
