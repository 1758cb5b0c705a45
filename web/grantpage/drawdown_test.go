package grantpage_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/demo"
	"rundertisch/web/webtest"
)

// musterActor is somebody of the second demo programme.
func musterActor(email string) access.Actor {
	of := func(what string) uuid.UUID {
		return uuid.NewSHA1(uuid.NameSpaceURL, []byte("rundertisch/demo/"+what))
	}
	for _, a := range demo.Accounts() {
		if a.Email != email {
			continue
		}
		g := access.Grant{Role: a.Role}
		if a.AGS != "" {
			g.District = of("district/" + a.AGS)
		}
		return access.Actor{Programme: of("programme/musterland"), Account: of("account/" + email), Person: of("person/" + email), Name: a.Name, Grants: []access.Grant{g}, Request: "test"}
	}
	panic("no account " + email)
}

// aDistrictDrawsMoneyDown: the signatory asks, no more than is left, once a
// form; the officer may refuse with a reason.
func aDistrictDrawsMoneyDown(t *testing.T, b *bank) {
	t.Helper()
	signatory, coordinator, officer := musterActor("zeichnung@musterkreis.example"), musterActor("koordination@musterkreis.example"), musterActor("sachbearbeitung@musterland.example")
	ask := func(a access.Actor, address string, fields url.Values, status int, texts ...string) string {
		t.Helper()
		return webtest.Ask(t, b, a, address, fields, status, texts...)
	}
	one := func(sql string) (s string) {
		t.Helper()
		b.MustRead(t, access.System(officer.Programme, "test"), access.Seed, func(ctx context.Context, tx *db.Tx) error { return tx.QueryRow(ctx, sql).Scan(&s) })
		return s
	}
	page := "/foerderungen/" + one(`SELECT case_id::text FROM drawdown LIMIT 1`)
	ask(signatory, page, nil, http.StatusOK, "Mittelabrufe", "Abrufbar sind noch 13.000,00", "Gehalt der Koordination", "2 Monate nach Auszahlung", "Mittel abrufen")
	if text := ask(coordinator, page, nil, http.StatusOK, "Mittelabrufe"); strings.Contains(text, page+"/abruf") {
		t.Error("the coordinator is offered to draw down")
	}
	for _, a := range []access.Actor{coordinator, officer} {
		ask(a, page+"/abruf", nil, http.StatusForbidden)
		ask(a, page+"/abruf", url.Values{"id": {uuid.NewString()}, "amount": {"5.000,00"}, "purpose": {"x"}}, http.StatusForbidden)
	}
	ask(b.people[access.Signatory], page+"/abruf", nil, http.StatusNotFound)
	ask(b.people[access.Signatory], page+"/abruf", url.Values{"id": {uuid.NewString()}, "amount": {"5.000,00"}, "purpose": {"x"}}, http.StatusNotFound)
	ask(signatory, page+"/abruf", nil, http.StatusOK, "innerhalb von 2 Monaten", "Wofür brauchen Sie das Geld?")
	for _, bad := range []struct{ amount, purpose, text string }{
		{"13.000,01", "Miete", "nicht mehr abrufbar"},
		{"100,00", "Miete", "unter der kleinsten Rate"},
		{"1.234", "Miete", "auf zwei Arten"},
		{"-5", "Miete", "prüfen Sie den Betrag"},
		{"99999999999999", "Miete", "prüfen Sie den Betrag"},
		{"6.000,00", " ", "füllen Sie dieses Feld"},
	} {
		ask(signatory, page+"/abruf", url.Values{"id": {uuid.NewString()}, "amount": {bad.amount}, "purpose": {bad.purpose}}, http.StatusUnprocessableEntity, bad.text)
	}
	form := url.Values{"id": {uuid.NewString()}, "amount": {"13.000,00"}, "purpose": {"Honorare für die Konferenz"}}
	for range 2 {
		ask(signatory, page+"/abruf", form, http.StatusSeeOther)
	}
	ask(signatory, page, nil, http.StatusOK, "Abrufbar sind noch 0,00", "Honorare für die Konferenz")
	ask(officer, "/foerderungen/zahlungen", nil, http.StatusOK, "Stornieren")
	payment := one(`SELECT p.id::text FROM payment p JOIN drawdown d ON d.id = p.drawdown_id WHERE d.purpose LIKE 'Honorare%'`)
	refuse := url.Values{"id": {uuid.NewString()}, "payment": {payment}, "to": {"reversed"}, "reason": {""}}
	ask(officer, "/foerderungen/zahlungen", refuse, http.StatusUnprocessableEntity)
	refuse.Set("reason", "Bitte später abrufen")
	ask(officer, "/foerderungen/zahlungen", refuse, http.StatusSeeOther)
	ask(signatory, page, nil, http.StatusOK, "Abrufbar sind noch 13.000,00", "storniert")
}
