package grantpage_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
)

// theGrantDatabase gets all notices and payments of a year, to the cent, and
// nothing as known before they were.
func theGrantDatabase(t *testing.T, b *bank) {
	t.Helper()
	const page = "/foerderungen/register/foerderdatenbank"
	for _, r := range []access.Role{access.Coordinator, access.Signatory} {
		b.ask(t, r, page+"?format=csv", nil, http.StatusForbidden)
	}
	year := strconv.Itoa(calendar.Of(b.Now()).Year())
	b.ask(t, access.CaseOfficer, "/foerderungen/register", nil, http.StatusOK, "Ausgabe für die Förderdatenbank")
	b.ask(t, access.Lead, page, nil, http.StatusOK, "betrag_cent", "SächsFöDaG")
	b.ask(t, access.Lead, page+"?jahr=quatsch&bekannt=gestern", nil, http.StatusOK)
	csv := b.ask(t, access.Lead, page+"?format=csv&jahr="+year, nil, http.StatusOK, "art;vorgang;nummer;tag;betrag_cent")
	b.ask(t, access.Lead, page+"?format=xlsx&jahr="+year, nil, http.StatusOK)
	var twin struct {
		Zeilen []struct {
			Art   string `json:"art"`
			Cents int64  `json:"betrag_cent"`
			Tag   string `json:"tag"`
			Was   string `json:"ereignis"`
		} `json:"zeilen"`
	}
	read := func(query string) {
		t.Helper()
		twin.Zeilen = nil
		if err := json.Unmarshal([]byte(b.ask(t, access.Lead, page+"?format=json&jahr="+year+query, nil, http.StatusOK)), &twin); err != nil {
			t.Fatal(err)
		}
	}
	read("")
	if n := strings.Count(strings.TrimSpace(csv), "\n"); n != len(twin.Zeilen) || n == 0 {
		t.Errorf("%d lines as CSV, %d as JSON", n, len(twin.Zeilen))
	}
	var paid int64
	for _, z := range twin.Zeilen {
		if !strings.HasPrefix(z.Tag, year) {
			t.Errorf("a line of %s", z.Tag)
		}
		if z.Art == "payment" {
			paid += z.Cents
		}
	}
	want := b.one(t, `SELECT coalesce(sum(CASE e.to_state WHEN 'paid' THEN p.amount WHEN 'returned' THEN -p.amount END), 0)::text
		FROM payment_event e JOIN payment p ON p.id = e.payment_id AND p.programme_id = e.programme_id
		WHERE (e.to_state = 'paid' OR e.from_state = 'paid') AND extract(year FROM e.on_day) = $1::int`, year)
	if strconv.FormatInt(paid, 10) != want {
		t.Errorf("payments add up to %d cents, want %s", paid, want)
	}
	read("&bekannt=2020-01-01")
	if len(twin.Zeilen) != 0 {
		t.Errorf("as known in 2020: %d lines", len(twin.Zeilen))
	}
}
