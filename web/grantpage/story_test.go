package grantpage_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/demo"
	"rundertisch/internal/testdb"
	"rundertisch/web/grantpage"
	"rundertisch/web/handler"
	"rundertisch/web/webtest"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// bank is the pages with the demo behind them.
type bank struct {
	*testdb.Instance
	http.Handler
	programme uuid.UUID
	people    map[access.Role]access.Actor
}

func open(t *testing.T) *bank {
	t.Helper()
	d := testdb.Empty(t)
	if err := demo.Seed(t.Context(), d.OwnerURL, d.DB); err != nil {
		t.Fatal(err)
	}
	b := &bank{Instance: d, people: map[access.Role]access.Actor{}}
	log := slog.New(slog.DiscardHandler)
	router := chi.NewRouter()
	grantpage.New(d.DB, webtest.Renderer()).Routes(handler.NewMux(router, log))
	b.Handler = router
	b.programme = uuid.NewSHA1(uuid.NameSpaceURL, []byte("rundertisch/demo/programme/sachsen"))
	for _, a := range demo.Accounts() {
		if a.Programme != "sachsen" || a.AGS != "" && a.AGS != "14730" {
			continue
		}
		g := access.Grant{Role: a.Role}
		if a.AGS != "" {
			g.District = uuid.NewSHA1(uuid.NameSpaceURL, []byte("rundertisch/demo/district/"+a.AGS))
		}
		person := uuid.NewSHA1(uuid.NameSpaceURL, []byte("rundertisch/demo/person/"+a.Email))
		b.people[a.Role] = access.Actor{Programme: b.programme, Account: uuid.NewSHA1(uuid.NameSpaceURL, []byte("rundertisch/demo/account/"+a.Email)), Person: person, Name: a.Name, Grants: []access.Grant{g}, Request: "test"}
	}
	return b
}

func (b *bank) ask(t *testing.T, r access.Role, address string, fields url.Values, status int, texts ...string) string {
	t.Helper()
	return webtest.Ask(t, b, b.people[r], address, fields, status, texts...)
}

// one reads a value as the owner of the database.
func (b *bank) one(t *testing.T, sql string, args ...any) (s string) {
	t.Helper()
	b.MustRead(t, access.System(b.programme, "test"), access.Seed, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, sql, args...).Scan(&s)
	})
	return s
}

// TestFunding walks the pages with one demo behind them: to seed it takes longer
// than all the tests.
func TestFunding(t *testing.T) { //nolint:tparallel // the parts come one after the other
	t.Parallel()
	b := open(t)
	for _, part := range []struct {
		name string
		test func(*testing.T, *bank)
	}{
		{"each role sends its own forms", eachRoleSendsItsOwnForms},
		{"a district reads no notes of the ministry", aDistrictReadsNoNotesOfTheMinistry},
		{"the form of the budget", budgetForm},
		{"rules by form", rulesByForm},
		{"cover by form", coverByForm},
		{"payments by three hands", paymentsByThreeHands},
		{"the cash system answers", theCashSystemAnswers},
		{"a district draws money down", aDistrictDrawsMoneyDown},
		{"old cases are taken over", oldCasesAreTakenOver},
		{"the state's grant database", theGrantDatabase},
		{"the year's notices", theYearsNotices},
		{"a proof from the log to its settlement", aProofFromTheLogToItsSettlement},
		{"a revocation by its forms", aRevocationByItsForms},
		{"every line of the interest", everyLineOfTheInterest},
		{"an amendment by its forms", anAmendmentByItsForms},
		{"no input breaks a page", noInputBreaksAPage},
	} {
		t.Run(part.name, func(t *testing.T) { part.test(t, b) })
	}
}

// theYearsNotices: six drafts for the six held posts, none above 90,000,
// checked against the title, signed off by a second person, out as PDF; the
// register adds up.
func theYearsNotices(t *testing.T, b *bank) {
	t.Helper()
	year := strconv.Itoa(calendar.Of(b.Now()).Year())
	scheme := b.one(t, `SELECT id::text FROM funding_scheme WHERE kind = 'lump_sum'`)
	budget := b.one(t, `SELECT id::text FROM budget_year WHERE year = $1::int`, calendar.Of(b.Now()).Year())
	run := uuid.NewString()
	form := url.Values{"id": {run}, "scheme": {scheme}, "year": {year}, "budget": {budget}}

	b.ask(t, access.Approver, "/foerderungen/laeufe/neu", nil, http.StatusForbidden)
	b.ask(t, access.CaseOfficer, "/foerderungen/laeufe/neu", nil, http.StatusOK, "Bescheide vorbereiten", "Pauschale für Regionalkoordination")
	wrong := url.Values{"id": {uuid.NewString()}, "scheme": {scheme}, "year": {"2005"}, "budget": {budget}}
	b.ask(t, access.CaseOfficer, "/foerderungen/laeufe/neu", wrong, http.StatusUnprocessableEntity, "keine Regeln")
	for range 2 { // pressed twice
		b.ask(t, access.CaseOfficer, "/foerderungen/laeufe/neu", form, http.StatusSeeOther)
	}
	page := "/foerderungen/laeufe/" + run
	text := b.ask(t, access.CaseOfficer, page, nil, http.StatusOK, "540.000,00", "1.170.000,00", "6 Vorgänge warten")
	if n := strings.Count(text, "KOMP-"+year+"-"); n < 6 {
		t.Errorf("%d file numbers on the page", n)
	}
	if most := b.one(t, `SELECT max(amount)::text FROM grant_case WHERE run_id = $1`, run); most != "9000000" {
		t.Errorf("the largest draft is %s cents", most)
	}
	step := func(r access.Role, event string, status int, texts ...string) {
		t.Helper()
		b.ask(t, r, page+"/alle", url.Values{"id": {uuid.NewString()}, "event": {event}}, status, texts...)
	}
	step(access.CaseOfficer, "recommended", http.StatusSeeOther)
	step(access.Approver, "approved", http.StatusConflict, "Haushalt hat die Mittel noch nicht bestätigt", "KOMP-"+year+"-0001")
	step(access.BudgetOfficer, "funds_checked", http.StatusSeeOther)
	step(access.CaseOfficer, "approved", http.StatusConflict, "schon in anderer Rolle")
	step(access.Approver, "approved", http.StatusSeeOther)
	step(access.CaseOfficer, "granted", http.StatusOK, "6 Bescheide über zusammen", "540.000,00") // asks first
	b.ask(t, access.CaseOfficer, page+"/alle", url.Values{"id": {uuid.NewString()}, "event": {"granted"}, "sure": {"1"}}, http.StatusSeeOther)

	id := b.one(t, `SELECT id::text FROM grant_case WHERE run_id = $1 AND district_id = (SELECT id FROM district WHERE ags = '14730')`, run)
	grant := "/foerderungen/" + id
	b.ask(t, access.Signatory, grant, nil, http.StatusOK, "bewilligt", "90.000,00", "365 von 365 Tagen besetzt", "36.000,00", "45.000,00", "9.000,00")
	pdf := b.ask(t, access.Signatory, grant+"/bescheide/1/bescheid.pdf", nil, http.StatusOK)
	words, info := webtest.PDF(t, pdf)
	for _, want := range []string{"Zuwendungsbescheid", "Landkreis Nordsachsen", "90.000,00", "Rechtsbehelfsbelehrung", "Nebenbestimmungen", "Zweckbindung", "36.000,00"} {
		if !strings.Contains(words, want) {
			t.Errorf("the notice does not say %q", want)
		}
	}
	if !strings.Contains(info, "Tagged") {
		t.Errorf("the notice is not tagged:\n%s", info)
	}
	other := b.one(t, `SELECT id::text FROM grant_case WHERE run_id = $1 AND district_id = (SELECT id FROM district WHERE ags = '14625')`, run)
	b.ask(t, access.Signatory, "/foerderungen/"+other, nil, http.StatusNotFound)
	b.ask(t, access.Signatory, page, nil, http.StatusForbidden)

	b.ask(t, access.CaseOfficer, grant+"/bescheide/1/zustellung", url.Values{"delivered": {"2031-01-01"}}, http.StatusUnprocessableEntity)
	b.ask(t, access.CaseOfficer, grant+"/bescheide/1/zustellung", url.Values{"delivered": {calendar.Of(b.Now()).String()}}, http.StatusSeeOther)
	if page := b.ask(t, access.CaseOfficer, grant, nil, http.StatusOK, "Bestandskräftig ab"); strings.Contains(page, "Bestandskraft feststellen") {
		t.Error("finality is offered before its day")
	}

	desk := url.Values{"version": {"1"}, "officer": {b.people[access.CaseOfficer].Person.String()}, "follow_up_on": {"2030-03-01"}, "follow_up": {"Beginn angezeigt?"}}
	b.ask(t, access.CaseOfficer, grant+"/bearbeitung", desk, http.StatusConflict) // an old form
	b.ask(t, access.CaseOfficer, grant+"/bearbeitung", nil, http.StatusOK, "Zuständigkeit und Wiedervorlage", "Erika Muster")
	desk.Set("version", b.one(t, `SELECT version::text FROM grant_case WHERE id = $1`, id))
	wrong = url.Values{"version": desk["version"], "officer": {b.people[access.Approver].Person.String()}}
	b.ask(t, access.CaseOfficer, grant+"/bearbeitung", wrong, http.StatusUnprocessableEntity, "schon in anderer Rolle")
	b.ask(t, access.Approver, grant+"/bearbeitung", desk, http.StatusForbidden)
	b.ask(t, access.CaseOfficer, grant+"/bearbeitung", desk, http.StatusSeeOther)
	b.ask(t, access.CaseOfficer, grant, nil, http.StatusOK, "01.03.2030", "Beginn angezeigt?")

	b.ask(t, access.Lead, "/foerderungen/register?titel="+budget, nil, http.StatusOK, "540.000,00", "630.000,00", "KOMP-"+year+"-0006")
	b.ask(t, access.Lead, "/foerderungen/register?titel="+budget+"&bekannt=2025-01-01", nil, http.StatusOK, "Nichts bewilligt")
	b.ask(t, access.Lead, "/foerderungen/register?format=csv&titel="+budget, nil, http.StatusOK, "90000,00")
	b.ask(t, access.Coordinator, "/foerderungen/register?titel="+budget, nil, http.StatusForbidden)
	b.ask(t, access.Lead, "/foerderungen?jahr="+year, nil, http.StatusOK, "KOMP-"+year+"-0006")
	b.ask(t, access.Lead, "/foerderungen?format=xlsx", nil, http.StatusOK, "PK")
}

func budgetForm(t *testing.T, b *bank) {
	t.Helper()
	form := func(amount string) url.Values {
		return url.Values{"id": {uuid.NewString()}, "title": {"08 05 633 60"}, "name": {"Versuch"}, "year": {"2030"}, "appropriation": {amount}}
	}
	b.ask(t, access.CaseOfficer, "/foerderungen/haushalt", form("1"), http.StatusForbidden)
	b.ask(t, access.BudgetOfficer, "/foerderungen/haushalt", form("1.234"), http.StatusUnprocessableEntity, "auf zwei Arten", "1.234,00")
	b.ask(t, access.BudgetOfficer, "/foerderungen/haushalt", form("-5"), http.StatusUnprocessableEntity, "prüfen Sie den Betrag")
	b.ask(t, access.BudgetOfficer, "/foerderungen/haushalt", form("99999999999999999999"), http.StatusUnprocessableEntity, "prüfen Sie den Betrag")
	b.ask(t, access.BudgetOfficer, "/foerderungen/haushalt", form("90.000,00"), http.StatusSeeOther)
	id := b.one(t, `SELECT id::text FROM budget_year WHERE year = 2030`)
	b.ask(t, access.BudgetOfficer, "/foerderungen/haushalt/"+id, nil, http.StatusOK, "90.000,00")
	b.ask(t, access.BudgetOfficer, "/foerderungen/haushalt/"+id, url.Values{"version": {"7"}, "appropriation": {"1,00"}}, http.StatusConflict)
	b.ask(t, access.BudgetOfficer, "/foerderungen/haushalt/"+id, url.Values{"version": {"1"}, "appropriation": {"100.000,00"}}, http.StatusSeeOther)
	b.ask(t, access.Lead, "/foerderungen/haushalt", nil, http.StatusOK, "100.000,00", "08 05 633 60")
}

// paymentsByThreeHands: certified, ordered and handed over, each by its own
// role; the file is made once and fetched as often as one likes.
func paymentsByThreeHands(t *testing.T, b *bank) {
	t.Helper()
	ask := func(r access.Role, fields url.Values, status int, texts ...string) {
		t.Helper()
		fields.Set("id", uuid.NewString())
		b.ask(t, r, "/foerderungen/zahlungen", fields, status, texts...)
	}
	due := b.one(t, `SELECT p.id::text FROM payment p JOIN grant_case c ON c.id = p.case_id WHERE p.state = 'planned' AND payment_is_due(p.due_when, p.due_on, c.state) LIMIT 1`)
	early := b.one(t, `SELECT p.id::text FROM payment p JOIN grant_case c ON c.id = p.case_id WHERE p.state = 'planned' AND NOT payment_is_due(p.due_when, p.due_on, c.state) LIMIT 1`)
	b.ask(t, access.Coordinator, "/foerderungen/zahlungen", nil, http.StatusForbidden)
	if page := b.ask(t, access.CaseOfficer, "/foerderungen/zahlungen", nil, http.StatusOK, "Sachlich und rechnerisch feststellen", due); strings.Contains(page, `name="reason"`) {
		t.Error("a reason is asked for where no step takes one")
	}
	ask(access.CaseOfficer, url.Values{"to": {"certified"}}, http.StatusUnprocessableEntity, "mindestens eine Zahlung")
	ask(access.CaseOfficer, url.Values{"to": {"certified"}, "payment": {early}}, http.StatusConflict, "noch nicht fällig")
	ask(access.CaseOfficer, url.Values{"to": {"certified"}, "payment": {due, uuid.NewString()}}, http.StatusNotFound)
	ask(access.CaseOfficer, url.Values{"to": {"ordered"}, "payment": {due}}, http.StatusConflict)
	ask(access.CaseOfficer, url.Values{"to": {"certified"}, "payment": {due}}, http.StatusSeeOther)
	ask(access.BudgetOfficer, url.Values{"to": {"planned"}, "payment": {due}}, http.StatusUnprocessableEntity, "Begründung")
	ask(access.BudgetOfficer, url.Values{"to": {"ordered"}, "payment": {due}}, http.StatusSeeOther)
	b.ask(t, access.CaseOfficer, "/foerderungen/zahlungen/uebergabe", url.Values{"id": {uuid.NewString()}}, http.StatusForbidden)
	b.ask(t, access.Cashier, "/foerderungen/zahlungen", nil, http.StatusOK, "Datei für die Kasse erstellen")
	form := url.Values{"id": {uuid.NewString()}}
	for range 2 {
		b.ask(t, access.Cashier, "/foerderungen/zahlungen/uebergabe", form, http.StatusSeeOther)
	}
	b.ask(t, access.Cashier, "/foerderungen/zahlungen/uebergabe", url.Values{"id": {uuid.NewString()}}, http.StatusConflict, "keine Zahlung angeordnet")
	file := "/foerderungen/zahlungen/dateien/" + form.Get("id")
	for range 2 {
		b.ask(t, access.Cashier, file, nil, http.StatusOK, "datei;referenz;empfaenger_ags;", ";EUR;Zuwendung ")
	}
	b.ask(t, access.CaseOfficer, file, nil, http.StatusForbidden)
	ask(access.Cashier, url.Values{"to": {"returned"}, "payment": {due}}, http.StatusUnprocessableEntity, "Begründung")
	ask(access.Cashier, url.Values{"to": {"paid"}, "payment": {due}}, http.StatusSeeOther)
	b.ask(t, access.Lead, "/foerderungen/zahlungen?stand=paid", nil, http.StatusOK, "bezahlt")
	b.ask(t, access.Lead, "/foerderungen/zahlungen?format=csv", nil, http.StatusOK, "45000,00")
}
