package grantpage_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/web/webtest"
)

// fields are the fields of a form with an id of its own.
func fields(pairs ...string) url.Values {
	f := url.Values{"id": {uuid.NewString()}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	return f
}

// wholeCase leads a running case of the district through its proof and pays all of
// it; what is earlier than the test lies in the past.
func (b *bank) wholeCase(t *testing.T) (id, page string) {
	t.Helper()
	id = b.one(t, `SELECT c.id::text FROM grant_case c JOIN payment p ON p.case_id = c.id WHERE c.state = 'settled' AND c.amount = 9000000 GROUP BY c.id ORDER BY c.id LIMIT 1`)
	pay := func(r access.Role, to, from string) {
		t.Helper()
		f := fields("to", to)
		for one := range strings.SplitSeq(b.one(t, `SELECT coalesce(string_agg(id::text, ','), '') FROM payment WHERE case_id = $1 AND state = $2`, id, from), ",") {
			if one != "" {
				f.Add("payment", one)
			}
		}
		if f.Has("payment") {
			b.ask(t, r, "/foerderungen/zahlungen", f, http.StatusSeeOther)
		}
	}
	pay(access.CaseOfficer, "certified", "planned")
	pay(access.BudgetOfficer, "ordered", "certified")
	if b.one(t, `SELECT count(*)::text FROM payment WHERE case_id = $1 AND state = 'ordered'`, id) != "0" {
		b.ask(t, access.Cashier, "/foerderungen/zahlungen/uebergabe", fields(), http.StatusSeeOther)
	}
	pay(access.Cashier, "paid", "exported")
	if paid := b.one(t, `SELECT coalesce(sum(amount), 0)::text FROM payment WHERE case_id = $1 AND state = 'paid'`, id); paid != "9000000" {
		t.Fatalf("%s cents paid of 90,000.00", paid)
	}
	return id, "/foerderungen/" + id
}

// aRevocationByItsForms: of 90,000.00 a difference of 1,500.00 is waived and one
// of 1,500.01 claimed; the interest up to 250.00 is not.
func aRevocationByItsForms(t *testing.T, b *bank) {
	t.Helper()
	id, page := b.wholeCase(t)
	today := calendar.Of(b.Now())
	b.ask(t, access.CaseOfficer, page+"/schritt?was=heard&nach=hearing", nil, http.StatusSeeOther)
	b.ask(t, access.Approver, page+"/anhoerung", nil, http.StatusForbidden)
	b.ask(t, access.CaseOfficer, page+"/anhoerung", nil, http.StatusOK, "Anhörung beginnen", today.AddDays(28).String())
	b.ask(t, access.CaseOfficer, page+"/anhoerung?planned=100.000,00&actual=88.499,99", nil, http.StatusOK, "unverzüglich mitteilen", "1.500,01")
	b.ask(t, access.CaseOfficer, page+"/anhoerung?planned=abc&actual=1", nil, http.StatusOK, "prüfen Sie den Betrag")
	hearing := func(amount, known string) url.Values {
		return fields("ground", "condition", "amount", amount, "facts_known_on", known, "reply_due_on", today.AddDays(28).String(), "reason", "Weniger ausgegeben", "planned", "100.000,00", "actual", "88.499,99")
	}
	b.ask(t, access.CaseOfficer, page+"/anhoerung", hearing("90.000,01", today.String()), http.StatusUnprocessableEntity, "höchstens den bewilligten")
	b.ask(t, access.CaseOfficer, page+"/anhoerung", hearing("1.500,01", today.AddMonths(-13).String()), http.StatusUnprocessableEntity, "abgelaufen")
	b.ask(t, access.CaseOfficer, page+"/anhoerung", hearing("1.234", today.String()), http.StatusUnprocessableEntity, "auf zwei Arten")
	form := hearing("1.500,01", today.AddMonths(-10).String())
	for range 2 {
		b.ask(t, access.CaseOfficer, page+"/anhoerung", form, http.StatusSeeOther)
	}
	b.ask(t, access.CaseOfficer, page+"/anhoerung", hearing("1.500,01", today.String()), http.StatusConflict)
	b.ask(t, access.CaseOfficer, page, nil, http.StatusOK, "Anhörung vom", "nur bis zum", "9 Monaten")
	b.ask(t, access.Approver, page+"/widerruf", nil, http.StatusOK, "1.500,01", "liegen über")
	decide := func(left string) url.Values {
		return fields("left", left, "taking", "revoked", "effective_on", today.String(), "reason", "Die Ausgaben sind gesunken.")
	}
	b.ask(t, access.CaseOfficer, page+"/widerruf", decide("88.499,99"), http.StatusForbidden)
	b.ask(t, access.Approver, page+"/widerruf", decide("88.500,00"), http.StatusUnprocessableEntity, "Bagatellgrenze")
	b.ask(t, access.Approver, page+"/widerruf", decide("90.000,00"), http.StatusUnprocessableEntity, "unter dem bewilligten")
	form = decide("88.499,99")
	for range 2 {
		b.ask(t, access.Approver, page+"/widerruf", form, http.StatusSeeOther)
	}
	b.ask(t, access.Approver, page+"/widerruf", nil, http.StatusConflict)
	b.ask(t, access.Approver, page+"/aenderung/bescheid", nil, http.StatusForbidden)
	b.ask(t, access.CaseOfficer, page, nil, http.StatusOK, "Widerrufsbescheid erlassen")
	b.ask(t, access.CaseOfficer, page+"/aenderung/bescheid", nil, http.StatusOK, "88.499,99", "1.500,01", "Die Ausgaben sind gesunken.")
	b.ask(t, access.CaseOfficer, page+"/aenderung/bescheid", fields("reason", "x", "due_on", "2020-01-01"), http.StatusUnprocessableEntity, "ab heute")
	form = fields("reason", "Die Ausgaben sind gesunken.\nDie Bedingung ist eingetreten.", "due_on", today.AddDays(28).String())
	for range 2 {
		b.ask(t, access.CaseOfficer, page+"/aenderung/bescheid", form, http.StatusSeeOther)
	}
	if got := b.one(t, `SELECT state || ' ' || amount FROM grant_case WHERE id = $1`, id); got != "repayment_due 8849999" {
		t.Errorf("after the notice: %s", got)
	}
	words, _ := webtest.PDF(t, b.ask(t, access.CaseOfficer, page+"/bescheide/2/bescheid.pdf", nil, http.StatusOK))
	for _, want := range []string{"Widerrufsbescheid", "88.499,99", "1.500,01", "Die Bedingung ist eingetreten.", "Basiszinssatz", "Rechtsbehelfsbelehrung", "§ 49a"} {
		if !strings.Contains(words, want) {
			t.Errorf("the notice does not say %q", want)
		}
	}
	claim := page + "/erstattung"
	b.ask(t, access.CaseOfficer, claim, nil, http.StatusOK, "1.500,01", "Bisher ist nichts eingegangen", "Erstattung")
	b.ask(t, access.CaseOfficer, claim+"/eingang", nil, http.StatusForbidden)
	receipt := func(amount, day string) url.Values {
		return fields("amount", amount, "received_on", day, "reference", "Kassenzeichen 1", "reason", "")
	}
	b.ask(t, access.Cashier, claim+"/eingang", receipt("1", today.AddDays(1).String()), http.StatusUnprocessableEntity)
	b.ask(t, access.Cashier, claim+"/eingang", receipt("-1,00", today.String()), http.StatusUnprocessableEntity, "Begründung")
	form = receipt("1.500,00", today.String())
	for range 2 {
		b.ask(t, access.Cashier, claim+"/eingang", form, http.StatusSeeOther)
	}
	b.ask(t, access.Cashier, claim+"/abschluss", fields(), http.StatusConflict, "0,01")
	b.ask(t, access.Cashier, claim+"/eingang", receipt("0,01", today.String()), http.StatusSeeOther)
	b.ask(t, access.Cashier, claim, nil, http.StatusOK, "Alles ist eingegangen")
	form = fields()
	for range 2 {
		b.ask(t, access.Cashier, claim+"/abschluss", form, http.StatusSeeOther)
	}
	b.ask(t, access.CaseOfficer, page+"/schritt", fields("event", "closed", "to", "closed", "day", today.String()), http.StatusSeeOther)
	b.ask(t, access.Lead, page, nil, http.StatusOK, "abgeschlossen", "Änderung", "88.499,99")
}

// everyLineOfTheInterest stands on the page and in the file, and a reason is
// needed to waive it.
func everyLineOfTheInterest(t *testing.T, b *bank) {
	t.Helper()
	id := b.one(t, `SELECT id::text FROM grant_case WHERE state = 'repayment_due' ORDER BY file_ref LIMIT 1`)
	claim := "/foerderungen/" + id + "/erstattung"
	b.ask(t, access.Lead, claim, nil, http.StatusOK, "Zinssatz", "6,27")
	b.ask(t, access.Lead, claim+"?format=csv", nil, http.StatusOK, "Zinssatz", "6,27")
	b.ask(t, access.Cashier, claim+"/verzicht", nil, http.StatusForbidden)
	b.ask(t, access.Approver, claim+"/verzicht", fields("reason", " "), http.StatusUnprocessableEntity)
	b.ask(t, access.Approver, claim+"/verzicht", fields("reason", "Nicht zu vertreten."), http.StatusSeeOther)
	b.ask(t, access.Lead, claim, nil, http.StatusOK, "Nicht zu vertreten.")
	other := b.one(t, `SELECT c.id::text FROM grant_case c JOIN district d ON d.id = c.district_id WHERE c.state IN ('repayment_due', 'repaid') AND d.ags <> '14730' ORDER BY c.id LIMIT 1`)
	b.ask(t, access.Signatory, "/foerderungen/"+other+"/erstattung", nil, http.StatusNotFound)
	none := b.one(t, `SELECT id::text FROM grant_case WHERE state = 'running' LIMIT 1`)
	b.ask(t, access.Lead, "/foerderungen/"+none+"/erstattung", nil, http.StatusNotFound)
}

// anAmendmentByItsForms, and a reply of the district to a hearing.
func anAmendmentByItsForms(t *testing.T, b *bank) {
	t.Helper()
	id := b.one(t, `SELECT c.id::text FROM grant_case c WHERE c.state = 'running' AND c.amount > 5000000 ORDER BY c.id LIMIT 1`)
	page := "/foerderungen/" + id
	b.ask(t, access.CaseOfficer, page+"/aenderung", nil, http.StatusForbidden)
	b.ask(t, access.Approver, page+"/aenderung", nil, http.StatusOK, "Über eine Änderung entscheiden")
	b.ask(t, access.Approver, page+"/aenderung?planned=90.000,00&actual=50.000,00", nil, http.StatusOK, "unverzüglich mitteilen", "50.000,00")
	b.ask(t, access.Approver, page+"/aenderung", fields("amount", "1,00", "reason", "x"), http.StatusUnprocessableEntity, "nur mit einem Widerruf")
	b.ask(t, access.Approver, page+"/aenderung", fields("amount", "50.000,00", "reason", ""), http.StatusUnprocessableEntity)
	twice := fields("amount", "50.000,00", "reason", "Weniger Ausgaben", "planned", "90.000,00", "actual", "50.000,00")
	for range 2 {
		b.ask(t, access.Approver, page+"/aenderung", twice, http.StatusSeeOther)
	}
	b.ask(t, access.CaseOfficer, page, nil, http.StatusOK, "Änderungsbescheid erlassen")
	b.ask(t, access.CaseOfficer, page+"/aenderung/bescheid", nil, http.StatusOK, "50.000,00", "Weniger Ausgaben")
	b.ask(t, access.CaseOfficer, page+"/aenderung/bescheid", fields("reason", "Weniger Ausgaben"), http.StatusSeeOther)
	words, _ := webtest.PDF(t, b.ask(t, access.Lead, page+"/bescheide/2/bescheid.pdf", nil, http.StatusOK))
	if !strings.Contains(words, "Änderungsbescheid") || !strings.Contains(words, "50.000,00") {
		t.Errorf("the notice says %.300q", words)
	}
	if got := b.one(t, `SELECT sum(amount)::text FROM payment WHERE case_id = $1 AND state <> 'reversed'`, id); got != "5000000" {
		t.Errorf("%s cents planned", got)
	}
	today := calendar.Of(b.Now())
	own := b.one(t, `SELECT c.id::text FROM grant_case c JOIN district d ON d.id = c.district_id WHERE d.ags = '14730' AND c.state NOT IN ('closed', 'hearing', 'partly_revoked', 'revoked', 'repayment_due', 'repaid', 'draft', 'recommended', 'approved') ORDER BY c.id LIMIT 1`)
	page = "/foerderungen/" + own
	b.ask(t, access.CaseOfficer, page+"/anhoerung", fields("ground", "late_proof", "amount", "10,00", "facts_known_on", today.String(), "reply_due_on", today.AddDays(9).String(), "reason", "Kein Nachweis"), http.StatusSeeOther)
	b.ask(t, access.Signatory, page, nil, http.StatusOK, "Zur Anhörung äußern", "Kein Nachweis")
	b.ask(t, access.Signatory, page+"/anhoerung/antwort", nil, http.StatusOK, "Antwort absenden")
	b.ask(t, access.Signatory, page+"/anhoerung/antwort", fields("text", ""), http.StatusUnprocessableEntity)
	form := fields("text", "Der Nachweis ist unterwegs.")
	for range 2 {
		b.ask(t, access.Signatory, page+"/anhoerung/antwort", form, http.StatusSeeOther)
	}
	b.ask(t, access.CaseOfficer, page+"/anhoerung/antwort", fields("text", "Brief", "source", "online", "received_on", today.String()), http.StatusUnprocessableEntity)
	b.ask(t, access.CaseOfficer, page+"/anhoerung/antwort", fields("text", "Brief", "source", "letter", "received_on", today.String()), http.StatusSeeOther)
	b.ask(t, access.CaseOfficer, page, nil, http.StatusOK, "Der Nachweis ist unterwegs.", "Brief")
}
