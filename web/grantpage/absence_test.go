package grantpage_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
)

// coverByForm: a second case officer covers, is shown so on both sides, and the
// absence ends by a button.
func coverByForm(t *testing.T, b *bank) {
	t.Helper()
	const page = "/foerderungen/vertretung"
	b.ask(t, access.Approver, page, nil, http.StatusForbidden)
	b.ask(t, access.Signatory, page, nil, http.StatusForbidden)
	b.ask(t, access.CaseOfficer, page, nil, http.StatusOK, "einzige Person in der Sachbearbeitung")
	b.Owner(t, `INSERT INTO role_assignment (programme_id, person_id, role, valid) VALUES ($1, $2, 'case_officer', '[2018-01-01,)')`, b.programme, b.people[access.PressOfficer].Person)
	press := b.people[access.PressOfficer]
	press.Grants = append(press.Grants, access.Grant{Role: access.CaseOfficer})
	today := calendar.Of(b.Now())
	fields := url.Values{"id": {uuid.NewString()}, "cover": {press.Person.String()}, "from": {today.String()}, "to": {today.AddDays(-1).String()}}
	b.ask(t, access.CaseOfficer, page, fields, http.StatusUnprocessableEntity, "Bitte prüfen Sie")
	fields.Set("to", today.AddDays(6).String())
	for range 2 { // pressed twice
		b.ask(t, access.CaseOfficer, page, fields, http.StatusSeeOther)
	}
	b.ask(t, access.CaseOfficer, page, nil, http.StatusOK, press.Name+" vertritt Sie", "heute", "Vertretung beenden")
	b.people[access.PressOfficer] = press
	b.ask(t, access.PressOfficer, page, nil, http.StatusOK, "Sie vertreten Erika Muster")
	end := page + "/" + fields.Get("id") + "/beenden"
	b.ask(t, access.PressOfficer, end, url.Values{}, http.StatusNotFound)
	b.ask(t, access.CaseOfficer, end, url.Values{}, http.StatusSeeOther)
	b.ask(t, access.CaseOfficer, page, nil, http.StatusOK, "zurückgenommen")
	b.Owner(t, `DELETE FROM role_assignment WHERE person_id = $1 AND role = 'case_officer'`, press.Person)
	press.Grants = press.Grants[:1]
	b.people[access.PressOfficer] = press
}
