package grantpage_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/web/webtest"
)

// upload sends a file in a form and returns where the answer leads, or its text.
func (b *bank) upload(t *testing.T, r access.Role, address, id, name, data string, status int, texts ...string) string {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("id", id)
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write([]byte(data))
	_ = form.Close()
	request := httptest.NewRequest(http.MethodPost, address, &body)
	request.Header.Set("Content-Type", form.FormDataContentType())
	return webtest.Send(t, b, b.people[r], request, status, texts...)
}

// theCashSystemAnswers: a file is looked at, booked once and shown later; what
// is wrong in it is named line by line.
func theCashSystemAnswers(t *testing.T, b *bank) {
	t.Helper()
	const page = "/foerderungen/zahlungen/rueckmeldung"
	sql := ` FROM payment p JOIN grant_case c USING (programme_id) WHERE c.id = p.case_id AND p.state = 'exported' ORDER BY c.file_ref LIMIT 1`
	ref := b.one(t, `SELECT c.file_ref || '/' || p.ordinal`+sql)
	cents := b.one(t, `SELECT p.amount::text`+sql)
	paymentID := b.one(t, `SELECT p.id::text`+sql)
	today := calendar.Of(b.Now()).String()
	good := "referenz;betrag_cent;ergebnis;tag\n" + ref + ";" + cents + ";bezahlt;" + today + "\nNIEMAND/1;5;bezahlt;" + today + "\n" + ref + ";1.234;bezahlt;heute\n"

	for _, r := range []access.Role{access.CaseOfficer, access.BudgetOfficer, access.Approver, access.Coordinator, access.Signatory} {
		b.ask(t, r, page, nil, http.StatusForbidden)
		b.upload(t, r, page, uuid.NewString(), "a.csv", good, http.StatusForbidden)
	}
	b.ask(t, access.Cashier, "/foerderungen/zahlungen", nil, http.StatusOK, "Rückmeldung der Kasse")
	b.ask(t, access.Cashier, page, nil, http.StatusOK, "multipart/form-data", "Hochladen und prüfen", "kasse-rueckmeldung-0001.csv")
	b.upload(t, access.Cashier, page, uuid.NewString(), "a.csv", "a;b\n1;2\n", http.StatusUnprocessableEntity, "fehlen Spalten: referenz, ergebnis, tag, betrag_cent")
	b.upload(t, access.Cashier, page, uuid.NewString(), "a.pdf", "%PDF-1.7", http.StatusUnprocessableEntity, "Excel-Datei (.xlsx) oder eine CSV-Datei")
	b.upload(t, access.Cashier, page, uuid.NewString(), "", "", http.StatusUnprocessableEntity, "Bitte wählen Sie eine Datei aus")

	id := uuid.NewString()
	for range 2 {
		b.upload(t, access.Cashier, page, id, "antwort.csv", good, http.StatusSeeOther)
	}
	here := page + "/" + id
	text := b.ask(t, access.Cashier, here, nil, http.StatusOK, "Noch ist nichts gebucht", "Eine Zeile buchen", "keine Zahlung mit dieser Referenz", "Bitte geben Sie ganze Cent", "betrag_cent „1.234“", "Wird als bezahlt gebucht", ref)
	if state := b.one(t, `SELECT state FROM payment WHERE id = $1`, paymentID); state != "exported" {
		t.Errorf("before the confirmation the payment is %s", state)
	}
	if officer := b.ask(t, access.CaseOfficer, here, nil, http.StatusOK, "antwort.csv"); strings.Contains(officer, "/buchen") {
		t.Error("the officer is offered to book")
	}
	b.ask(t, access.Signatory, here, nil, http.StatusForbidden)
	_, seal, _ := strings.Cut(text, `name="seal" value="`)
	seal, _, _ = strings.Cut(seal, `"`)
	b.ask(t, access.CaseOfficer, here+"/buchen", url.Values{"seal": {seal}}, http.StatusForbidden)
	b.ask(t, access.Cashier, here+"/buchen", url.Values{"seal": {"alt"}}, http.StatusConflict, "Es ist nichts gebucht")
	b.ask(t, access.Cashier, page+"/"+uuid.NewString()+"/buchen", url.Values{"seal": {seal}}, http.StatusNotFound)
	for range 2 { // pressed twice
		b.ask(t, access.Cashier, here+"/buchen", url.Values{"seal": {seal}}, http.StatusSeeOther)
	}
	if state := b.one(t, `SELECT state FROM payment WHERE id = $1`, paymentID); state != "paid" {
		t.Errorf("booked, the payment is %s", state)
	}
	b.ask(t, access.Lead, here, nil, http.StatusOK, "ist gebucht", "Als bezahlt gebucht.", "unbekannt")
	if sent := b.ask(t, access.Cashier, here+"/datei", nil, http.StatusOK); sent != good {
		t.Errorf("the file as it came = %q", sent)
	}
	b.upload(t, access.Cashier, page, uuid.NewString(), "nochmal.csv", good, http.StatusUnprocessableEntity, "schon gebucht")
}
