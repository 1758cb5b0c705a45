package server_test

import (
	"net/http"
	"testing"

	"github.com/go-chi/chi/v5"

	"rundertisch/internal/access"
	"rundertisch/web/webtest"
)

// TestEveryRouteDeclaresAnAction walks the router: a route that was mounted
// past handler.Mux has no action, and nobody would be stopped.
func TestEveryRouteDeclaresAnAction(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	declared := map[string]access.Action{}
	for _, r := range site.Server.Routes() {
		declared[r.Method+" "+r.Pattern] = r.Action
	}
	known := access.Actions()
	walked := 0
	err := chi.Walk(site.Server.Router(), func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		walked++
		act, ok := declared[method+" "+pattern]
		if !ok {
			t.Errorf("%s %s declares no action", method, pattern)
		}
		if _, ok := known[act]; !ok {
			t.Errorf("%s %s declares %q, which the access table does not know", method, pattern, act)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if walked < 30 {
		t.Errorf("walked %d routes: the walk is wrong", walked)
	}
}
