package adminpage_test

import (
	"net/http"
	"strings"
	"testing"

	"rundertisch/internal/access"
	"rundertisch/internal/testdb"
	"rundertisch/web/webtest"
)

func TestPeopleAsFileHoldAllPages(t *testing.T) {
	t.Parallel()
	site := webtest.New(t)
	site.Owner(t, `INSERT INTO person (programme_id, name) SELECT $1, 'Person ' || n FROM generate_series(1, 300) AS n`, testdb.Saxony.ID)
	admin := site.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.Admin))
	page := admin.Get(t, "/verwaltung?format=csv&q=Person")
	if n := strings.Count(page.Body, "\r\n"); page.Status != http.StatusOK || n != 301 {
		t.Errorf("people as CSV: status %d, %d lines; want 300 and a head", page.Status, n)
	}
	officer := site.SignIn(t, testdb.Saxony, testdb.Saxony.Email(access.CaseOfficer))
	if page := officer.Get(t, "/verwaltung?format=csv"); page.Status != http.StatusForbidden {
		t.Errorf("an officer gets the people: status %d, want 403", page.Status)
	}
}
