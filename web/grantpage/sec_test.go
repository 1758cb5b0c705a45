package grantpage_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/testdb"
)

// noInputBreaksAPage: whatever a form or an address says, the answer is
// never a 500, and nothing odd is repeated to the next page.
func noInputBreaksAPage(t *testing.T, b *bank) {
	t.Helper()
	id := b.one(t, `SELECT id::text FROM grant_case WHERE state = 'recommended' LIMIT 1`)
	scheme := b.one(t, `SELECT id::text FROM funding_scheme WHERE kind = 'lump_sum'`)
	budget := b.one(t, `SELECT id::text FROM budget_year LIMIT 1`)
	run := b.one(t, `SELECT id::text FROM grant_run LIMIT 1`)
	open := map[string]string{}
	for _, state := range []string{"running", "hearing", "partly_revoked", "repayment_due"} {
		open[state] = b.one(t, `SELECT id::text FROM grant_case ORDER BY state <> $1, id LIMIT 1`, state)
	}
	own := b.one(t, `SELECT id::text FROM grant_case WHERE district_id = (SELECT id FROM district WHERE ags = '14730') ORDER BY period DESC LIMIT 1`)
	checked := b.one(t, `SELECT id::text FROM grant_case WHERE state = 'proof_submitted' LIMIT 1`)
	audited := b.one(t, `SELECT id::text FROM grant_case WHERE state = 'proof_in_audit' LIMIT 1`)
	odd := []string{"", "0", "-1", "9999", "10000", "2147483648", "99999999999", "999999999999999999999999", "1e9", "0x10", "granted\x00", "../../x", "\u202eevil", "<b>", "%00", "'; DROP TABLE grant_case; --", strings.Repeat("x", 5000), "0000-00-00", "2026-02-30", "31.02.2026", "9999-12-31"}
	for _, one := range []struct {
		role   access.Role
		path   string
		fields url.Values
		vary   []string
	}{
		{access.CaseOfficer, "/foerderungen/laeufe/neu", url.Values{"id": {uuid.NewString()}, "scheme": {scheme}, "budget": {budget}, "year": {"2026"}}, []string{"id", "scheme", "year", "budget"}},
		{access.CaseOfficer, "/foerderungen/laeufe/" + run + "/alle", url.Values{"id": {uuid.NewString()}, "event": {"recommended"}}, []string{"id", "event"}},
		{access.Approver, "/foerderungen/" + id + "/schritt", url.Values{"id": {uuid.NewString()}, "event": {"sent_back"}, "to": {"draft"}, "day": {"2020-01-01"}, "reason": {"x"}}, []string{"id", "event", "to", "day", "reason"}},
		{access.BudgetOfficer, "/foerderungen/haushalt", url.Values{"id": {uuid.NewString()}, "title": {"T"}, "name": {"N"}, "year": {"1990"}, "appropriation": {"1"}}, []string{"id", "title", "name", "year", "appropriation"}},
		{access.BudgetOfficer, "/foerderungen/haushalt/" + budget, url.Values{"version": {"77"}, "appropriation": {"1,00"}}, []string{"version", "appropriation"}},
		{access.CaseOfficer, "/foerderungen/" + id + "/bescheide/1/zustellung", url.Values{"delivered": {"2031-01-01"}, "waived": {""}}, []string{"delivered", "waived"}},
		{access.CaseOfficer, "/foerderungen/" + open["running"] + "/anhoerung", url.Values{"id": {uuid.NewString()}, "ground": {"misuse"}, "amount": {"1,00"}, "facts_known_on": {"2031-01-01"}, "reply_due_on": {"2031-01-01"}, "reason": {"x"}, "planned": {""}, "actual": {""}, "income": {""}}, []string{"id", "ground", "amount", "facts_known_on", "reply_due_on", "reason", "planned", "actual", "income"}},
		{access.CaseOfficer, "/foerderungen/" + open["hearing"] + "/anhoerung/antwort", url.Values{"id": {uuid.NewString()}, "text": {"x"}, "source": {"letter"}, "received_on": {"2031-01-01"}}, []string{"id", "text", "source", "received_on"}},
		{access.Approver, "/foerderungen/" + open["hearing"] + "/widerruf", url.Values{"id": {uuid.NewString()}, "left": {"1,00"}, "taking": {"revoked"}, "effective_on": {"2031-01-01"}, "reason": {"x"}}, []string{"id", "left", "taking", "effective_on", "reason"}},
		{access.Approver, "/foerderungen/" + open["running"] + "/aenderung", url.Values{"id": {uuid.NewString()}, "amount": {"0,01"}, "reason": {"x"}, "planned": {""}}, []string{"id", "amount", "reason", "planned"}},
		{access.CaseOfficer, "/foerderungen/" + open["partly_revoked"] + "/aenderung/bescheid", url.Values{"id": {uuid.NewString()}, "reason": {""}, "due_on": {"2000-01-01"}}, []string{"id", "reason", "due_on"}},
		{access.Cashier, "/foerderungen/" + open["repayment_due"] + "/erstattung/eingang", url.Values{"id": {uuid.NewString()}, "amount": {"1,00"}, "received_on": {"2031-01-01"}, "reference": {"x"}, "reason": {""}}, []string{"id", "amount", "received_on", "reference", "reason"}},
		{access.Cashier, "/foerderungen/" + open["repayment_due"] + "/erstattung/abschluss", url.Values{"id": {uuid.NewString()}}, []string{"id"}},
		{access.Coordinator, "/foerderungen/" + own + "/nachweis/taetigkeiten", url.Values{"id": {uuid.NewString()}, "version": {"1"}, "activity": {uuid.NewString()}}, []string{"id", "version", "activity"}},
		{access.Coordinator, "/foerderungen/" + own + "/nachweis/sachbericht", url.Values{"id": {uuid.NewString()}, "version": {"1"}, "own": {"x"}, "take": {uuid.NewString()}}, []string{"id", "version", "own", "take"}},
		{access.Coordinator, "/foerderungen/" + own + "/nachweis/zahlen", url.Values{"id": {uuid.NewString()}, "version": {"1"}, "amount-staff": {"1"}, "note-staff": {"x"}}, []string{"id", "version", "amount-staff", "note-staff"}},
		{access.Coordinator, "/foerderungen/" + own + "/nachweis/belege", url.Values{"id": {uuid.NewString()}, "version": {"1"}, "paid_on": {"2026-01-01"}, "payee": {"x"}, "for": {"x"}, "kind": {"staff"}, "amount": {"1"}}, []string{"id", "version", "paid_on", "payee", "for", "kind", "amount", "remove"}},
		{access.Signatory, "/foerderungen/" + own + "/nachweis/einreichen", url.Values{"id": {uuid.NewString()}, "version": {"1"}}, []string{"id", "version", "confirm-books"}},
		{access.CaseOfficer, "/foerderungen/" + checked + "/nachweis/pruefung", url.Values{"id": {uuid.NewString()}, "do": {"incomplete"}, "missing-narrative": {"1"}, "note-narrative": {"x"}, "due": {"2020-01-01"}}, []string{"id", "do", "note-narrative", "due"}},
		{access.CaseOfficer, "/foerderungen/" + audited + "/vermerk", url.Values{"id": {uuid.NewString()}, "no": {"9"}, "papers": {"x"}, "findings": {"x"}, "amount-staff": {"1"}}, []string{"id", "no", "papers", "findings", "amount-staff"}},
		{access.CaseOfficer, "/foerderungen/stichprobe", url.Values{"id": {uuid.NewString()}, "scheme": {scheme}, "year": {"2001"}, "amount": {"1"}, "rate": {"1"}}, []string{"id", "scheme", "year", "amount", "rate"}},
		{access.Cashier, "/foerderungen/zahlungen", url.Values{"id": {uuid.NewString()}, "to": {"paid"}, "payment": {uuid.NewString()}, "reason": {"x"}}, []string{"id", "to", "payment", "reason"}},
		{access.Cashier, "/foerderungen/zahlungen/uebergabe", url.Values{"id": {uuid.NewString()}}, []string{"id"}},
	} {
		for _, field := range one.vary {
			for _, value := range odd {
				form := url.Values{}
				for k, v := range one.fields {
					form[k] = v
				}
				form.Set(field, value)
				b.never500(t, one.role, http.MethodPost, one.path, form.Encode(), field+"="+value)
			}
		}
	}
	for _, value := range odd {
		v := url.QueryEscape(value)
		for _, path := range []string{
			"/foerderungen?jahr=" + v, "/foerderungen?stand=" + v, "/foerderungen?vor=" + v, "/foerderungen?nach=" + v, "/foerderungen?programm=" + v, "/foerderungen?format=" + v,
			"/foerderungen/" + id + "/schritt?was=" + v + "&nach=draft", "/foerderungen/" + id + "/schritt?was=sent_back&nach=" + v,
			"/foerderungen/" + open["running"] + "/anhoerung?planned=" + v + "&actual=" + v + "&income=" + v, "/foerderungen/" + open["repayment_due"] + "/erstattung?format=" + v,
			"/foerderungen/" + id + "/bescheide/" + url.PathEscape(value) + "/zustellung", "/foerderungen/" + id + "/bescheide/" + url.PathEscape(value) + ".pdf",
			"/foerderungen/" + own + "/nachweis?zeitraum=" + v, "/foerderungen/" + own + "/nachweis/" + url.PathEscape(value), "/foerderungen/register?titel=" + v, "/foerderungen/register?bekannt=" + v, "/foerderungen/zahlungen?stand=" + v, "/foerderungen/" + url.PathEscape(value),
		} {
			b.never500(t, access.CaseOfficer, http.MethodGet, path, "", path)
		}
	}
}

func (b *bank) never500(t *testing.T, role access.Role, method, path, body, what string) {
	t.Helper()
	r := httptest.NewRequestWithContext(testdb.As(t.Context(), b.people[role]), method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	defer func() {
		if p := recover(); p != nil {
			t.Errorf("%s %s: panic: %v", path, what, p)
		}
	}()
	b.ServeHTTP(w, r)
	if w.Code >= http.StatusInternalServerError && w.Code != http.StatusServiceUnavailable {
		t.Errorf("%s %.80q: %d", path, what, w.Code)
	}
}

// eachRoleSendsItsOwnForms and no other's.
func eachRoleSendsItsOwnForms(t *testing.T, b *bank) {
	t.Helper()
	id := b.one(t, `SELECT id::text FROM grant_case WHERE state = 'running' LIMIT 1`)
	budget := b.one(t, `SELECT id::text FROM budget_year LIMIT 1`)
	run := b.one(t, `SELECT id::text FROM grant_run LIMIT 1`)
	may := map[string][]access.Role{
		"/foerderungen/laeufe/neu":                        {access.CaseOfficer},
		"/foerderungen/laeufe/" + run + "/fortsetzen":     {access.CaseOfficer},
		"/foerderungen/laeufe/" + run + "/alle":           {access.CaseOfficer, access.Approver, access.BudgetOfficer, access.Cashier, access.Coordinator, access.Signatory},
		"/foerderungen/stichprobe":                        {access.CaseOfficer},
		"/foerderungen/" + id + "/vermerk":                {access.CaseOfficer},
		"/foerderungen/" + id + "/nachweis/pruefung":      {access.CaseOfficer},
		"/foerderungen/" + id + "/nachweis/sachbericht":   {access.Coordinator, access.Signatory},
		"/foerderungen/haushalt":                          {access.BudgetOfficer},
		"/foerderungen/haushalt/" + budget:                {access.BudgetOfficer},
		"/foerderungen/zahlungen":                         {access.CaseOfficer, access.BudgetOfficer, access.Cashier},
		"/foerderungen/zahlungen/uebergabe":               {access.Cashier},
		"/foerderungen/" + id + "/schritt":                {access.CaseOfficer, access.Approver, access.BudgetOfficer, access.Cashier, access.Coordinator, access.Signatory},
		"/foerderungen/" + id + "/bescheide/1/zustellung": {access.CaseOfficer},
		"/foerderungen/" + id + "/anhoerung":              {access.CaseOfficer},
		"/foerderungen/" + id + "/anhoerung/antwort":      {access.CaseOfficer, access.Signatory},
		"/foerderungen/" + id + "/widerruf":               {access.Approver},
		"/foerderungen/" + id + "/aenderung":              {access.Approver},
		"/foerderungen/" + id + "/aenderung/bescheid":     {access.CaseOfficer},
		"/foerderungen/" + id + "/erstattung/eingang":     {access.Cashier},
		"/foerderungen/" + id + "/erstattung/verzicht":    {access.Approver},
		"/foerderungen/" + id + "/erstattung/abschluss":   {access.Cashier},
	}
	for path, roles := range may {
		for role, actor := range b.people {
			r := httptest.NewRequestWithContext(testdb.As(t.Context(), actor), http.MethodPost, path, strings.NewReader("id=x"))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			w := httptest.NewRecorder()
			b.ServeHTTP(w, r)
			allowed := false
			for _, one := range roles {
				allowed = allowed || one == role
			}
			if forbidden := w.Code == http.StatusForbidden; forbidden == allowed {
				t.Errorf("%s posts to %s: %d, may: %t", role, path, w.Code, allowed)
			}
		}
	}
}

// aDistrictReadsNoNotesOfTheMinistry on the page of its own case.
func aDistrictReadsNoNotesOfTheMinistry(t *testing.T, b *bank) {
	t.Helper()
	id := b.one(t, `SELECT id::text FROM grant_case WHERE district_id = (SELECT id FROM district WHERE ags = '14730') AND state = 'closed' LIMIT 1`)
	b.Owner(t, `UPDATE grant_case SET follow_up = 'Anhörung vorbereiten', follow_up_on = '2026-01-01' WHERE id = $1`, id)
	b.ask(t, access.CaseOfficer, "/foerderungen/"+id, nil, http.StatusOK, "Anhörung vorbereiten")
	if page := b.ask(t, access.Signatory, "/foerderungen/"+id, nil, http.StatusOK); strings.Contains(page, "Anhörung vorbereiten") {
		t.Error("the district reads the ministry's note")
	}
}
