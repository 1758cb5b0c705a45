package demopage_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/testdb"
	"rundertisch/web/webtest"
)

func TestTheDemoShowsTheMailOfItsProgramme(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	anon := s.Anonymous(testdb.Saxony)
	if page := anon.Get(t, "/demo/post"); page.Status != http.StatusOK || !strings.Contains(page.Text(), "Noch keine E-Mails") {
		t.Errorf("without mail: %d, %s", page.Status, page.Text())
	}
	admin := s.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.Admin))
	admin.Post(t, "/verwaltung/konten/einladen", url.Values{
		"id": {uuid.NewString()}, "name": {"Nora Neu"}, "email": {"nora@landkreis.example"}, "role": {"lead"}, "from": {"2024-01-01"},
	})
	page := anon.Get(t, "/demo/post")
	if page.Status != http.StatusOK || !strings.Contains(page.Text(), "an nora@landkreis.example") {
		t.Errorf("after an invitation: %d, %s", page.Status, page.Text())
	}
	href, _ := page.Doc().Find(`a[href^="/einladung?token="]`).Attr("href")
	if got := anon.Get(t, href).Status; got != http.StatusOK {
		t.Errorf("the link %q in the mail: status = %d", href, got)
	}
	if other := s.Anonymous(testdb.Musterland).Get(t, "/demo/post"); strings.Contains(other.Text(), "nora@") {
		t.Error("another programme shows the mail")
	}
}

func TestTheDemoShowsEveryComponent(t *testing.T) {
	t.Parallel()
	page := webtest.New(t).Anonymous(testdb.Saxony).Get(t, "/demo/bausteine")
	if page.Status != http.StatusOK || !strings.Contains(page.Text(), "Meldungen") {
		t.Errorf("status = %d, %.200s", page.Status, page.Text())
	}
}
