package minutespage_test

import (
	"net/http"
	"strings"
	"testing"

	"rundertisch/internal/access"
	"rundertisch/internal/link"
	"rundertisch/web/webtest"
)

// TestFootOfThePaper: it names the version once, and whose copy it is.
func TestFootOfThePaper(t *testing.T) {
	t.Parallel()
	h := open(t)
	office := h.enter(t, access.BodyOffice)
	h.sealed(t, office)
	text, _ := webtest.PDF(t, webtest.Says(t, office.Get(t, link.MinutesPaper(h.id, 1)), http.StatusOK).Body)
	if !strings.Contains(text, "Fassung 1 · Exemplar für Mitglieder") || strings.Contains(text, "Fassung Fassung") {
		t.Errorf("the foot of the paper:\n%s", text)
	}
}
