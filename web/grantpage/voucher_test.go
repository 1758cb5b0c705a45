package grantpage_test

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
)

// receiptsFromAList: under terms that ask for receipts, the coordinator reads a
// table into the draft: all of it or nothing, once, and never over what somebody
// else kept meanwhile.
func (b *bank) receiptsFromAList(t *testing.T, id, page string, version func() string) {
	t.Helper()
	asked := func(yes bool) {
		b.Owner(t, `ALTER TABLE scheme_terms DISABLE TRIGGER USER`)
		b.Owner(t, `UPDATE scheme_terms SET receipts = $2 WHERE id = (SELECT terms_id FROM grant_case WHERE id = $1)`, id, yes)
		b.Owner(t, `ALTER TABLE scheme_terms ENABLE TRIGGER USER`)
	}
	asked(true)
	listed := func() string {
		return b.one(t, `SELECT jsonb_array_length(coalesce(nullif(content -> 'receipts', 'null'), '[]'))::text FROM proof_draft WHERE case_id = $1`, id)
	}
	day := b.one(t, `SELECT to_char(lower(period) + 40, 'DD.MM.YYYY') FROM grant_case WHERE id = $1`, id)
	const head = "Bezahlt am;Empfänger;Wofür;Position;Betrag\n"
	good := head + day + ";Bezügestelle;Entgelt;Personalausgaben;80.000,00\n" + day + ";Bahn & Bus;Fahrten;Reisekosten;1.500,50\n"
	upload := func(data string, status int, texts ...string) string {
		t.Helper()
		return b.upload(t, access.Coordinator, page+"/einlesen", uuid.NewString(), "belege.csv", data, status, texts...)
	}

	b.ask(t, access.Coordinator, page, nil, http.StatusOK, "Belegliste einlesen")
	b.ask(t, access.Coordinator, page+"/einlesen", nil, http.StatusOK, "multipart/form-data", "zahltag, empfaenger, grund, position, betrag")
	b.ask(t, access.CaseOfficer, page+"/einlesen", nil, http.StatusForbidden)
	text := upload(good+day+";X;Y;Reisekosten;1.234\n"+day+";X;Y;Eigenmittel;5,00\n", http.StatusUnprocessableEntity,
		"2 Zeilen lassen sich nicht lesen", "vielleicht als 1.234,00", "position „Eigenmittel“", ">4<", ">5<")
	if strings.Contains(text, `name="receipts"`) || listed() != "0" {
		t.Error("a list with faults is offered to be taken over")
	}
	upload("Zahltag;Betrag\n"+day+";5,00\n", http.StatusUnprocessableEntity, "fehlen Spalten: empfaenger, grund, position")
	upload("", http.StatusUnprocessableEntity)

	text = upload(good, http.StatusOK, "Was gelesen wurde", "2 Belege übernehmen", "80.000,00", "1.500,50", "Bahn &amp; Bus")
	if listed() != "0" {
		t.Error("the preview kept something")
	}
	raw := html.UnescapeString(regexp.MustCompile(`name="receipts" value="([^"]*)"`).FindStringSubmatch(text)[1])
	take := func(what, version, list string) url.Values {
		return url.Values{"id": {uuid.NewString()}, "version": {version}, "receipts": {list}, "do": {what}}
	}
	before := version()
	form := take("add", before, raw)
	b.ask(t, access.Coordinator, page, form, http.StatusSeeOther)
	b.ask(t, access.Coordinator, page, form, http.StatusSeeOther) // pressed twice
	if got := listed(); got != "2" {
		t.Errorf("%s receipts after the list was taken over twice, want 2", got)
	}
	b.ask(t, access.Coordinator, page, nil, http.StatusOK, "stimmt überein", "Bahn &amp; Bus")
	b.ask(t, access.Coordinator, page, take("add", before, raw), http.StatusConflict) // somebody kept another draft
	var list []map[string]any
	if err := json.Unmarshal([]byte(raw), &list); err != nil {
		t.Fatal(err)
	}
	list[1]["amount"] = -5
	forged, _ := json.Marshal(list)
	b.ask(t, access.Coordinator, page, take("add", version(), string(forged)), http.StatusUnprocessableEntity)
	b.ask(t, access.Coordinator, page, take("add", version(), "[]"), http.StatusUnprocessableEntity)
	b.ask(t, access.Coordinator, page, take("add", version(), "{"), http.StatusUnprocessableEntity)
	if got := listed(); got != "2" {
		t.Errorf("%s receipts after forged lists, want 2", got)
	}
	b.ask(t, access.Coordinator, page, take("replace", version(), raw), http.StatusSeeOther)
	if got := listed(); got != "2" {
		t.Errorf("%s receipts after the list was replaced, want 2", got)
	}

	asked(false)
	b.Owner(t, `UPDATE proof_draft SET content = content || '{"receipts": null}' WHERE case_id = $1`, id)
}
