package grantpage_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
)

// oldCasesAreTakenOver: a list is looked at, mended, taken over once and whole.
func oldCasesAreTakenOver(t *testing.T, b *bank) {
	t.Helper()
	const page = "/foerderungen/import"
	for _, r := range []access.Role{access.Cashier, access.BudgetOfficer, access.Approver, access.Lead, access.Signatory} {
		b.ask(t, r, page, nil, http.StatusForbidden)
		b.upload(t, r, page, uuid.NewString(), "a.csv", "x", http.StatusForbidden)
	}
	b.ask(t, access.CaseOfficer, "/foerderungen", nil, http.StatusOK, "Alte Vorgänge übernehmen")
	b.ask(t, access.CaseOfficer, page, nil, http.StatusOK, "Vorlage", "altes_az", "multipart/form-data")
	template := b.ask(t, access.CaseOfficer, page+"?format=csv", nil, http.StatusOK)
	if !strings.Contains(template, "ags;regelung;von;bis;betrag;stand;altes_az") {
		t.Errorf("template = %q", template)
	}
	b.upload(t, access.CaseOfficer, page, uuid.NewString(), "vorlage.csv", template, http.StatusSeeOther)

	year := strconv.Itoa(calendar.Of(b.Now()).Year() - 8)
	ags := b.one(t, `SELECT d.ags FROM district d JOIN post p ON p.district_id = d.id
		WHERE NOT EXISTS (SELECT FROM grant_case c WHERE c.post_id = p.id AND c.period && daterange($1::date, $2::date)) ORDER BY 1 LIMIT 1`, year+"-09-01", year+"-12-31")
	head := "ags;regelung;von;bis;betrag;stand;altes_az;bescheid_am;ausgezahlt;ausgezahlt_am\n"
	good := ags + ";GEM;" + year + "-09-01;" + year + "-12-31;30.000,00;closed;K-17;" + year + "-08-27;30.000,00;" + year + "-10-01\n"
	bad := uuid.NewString()
	b.upload(t, access.CaseOfficer, page, bad, "alt.csv", head+good+"99999;GEM;heute;"+year+"-12-31;1.234;offen;K-18;"+year+"-08-27;;\n", http.StatusSeeOther)
	text := b.ask(t, access.CaseOfficer, page+"/"+bad, nil, http.StatusOK, "Zeilen mit Fehlern", "auf zwei Arten lesen", "kennen diesen Stand", "99999")
	if strings.Contains(text, "/uebernehmen") {
		t.Error("a list with faults is offered to be taken over")
	}
	b.ask(t, access.CaseOfficer, page+"/"+bad+"/uebernehmen", url.Values{}, http.StatusConflict, "Zeilen mit Fehlern")

	id := uuid.NewString()
	b.upload(t, access.CaseOfficer, page, id, "alt.csv", head+good, http.StatusSeeOther)
	b.ask(t, access.CaseOfficer, page+"/"+id, nil, http.StatusOK, "K-17", "30.000,00", "Einen Vorgang übernehmen")
	for range 2 { // pressed twice
		b.ask(t, access.CaseOfficer, page+"/"+id+"/uebernehmen", url.Values{}, http.StatusSeeOther)
	}
	b.ask(t, access.Approver, page+"/"+id, nil, http.StatusForbidden)
	b.ask(t, access.CaseOfficer, page+"/"+id, nil, http.StatusOK, "ist übernommen", "GEM-"+year)
	caseID := b.one(t, `SELECT case_id::text FROM old_case WHERE old_ref = 'K-17'`)
	b.ask(t, access.CaseOfficer, "/foerderungen/"+caseID, nil, http.StatusOK, "Aktenzeichen K-17", "Aus dem alten System übernommen", "30.000,00")
	b.upload(t, access.CaseOfficer, page, uuid.NewString(), "nochmal.csv", head+good, http.StatusUnprocessableEntity, "schon übernommen")
	if text := b.ask(t, access.Signatory, "/foerderungen/"+caseID, nil, http.StatusNotFound); strings.Contains(text, "K-17") {
		t.Error("another district reads it")
	}
}
