package grantpage_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/web/webtest"
)

// aProofFromTheLogToItsSettlement: the coordinator has the log write the report,
// the signatory submits, the officer returns it once, draws and notes, and the
// approver settles.
func aProofFromTheLogToItsSettlement(t *testing.T, b *bank) {
	t.Helper()
	// Last year's case of the district, led back to where its period is over.
	id := b.one(t, `SELECT id::text FROM grant_case WHERE district_id = (SELECT id FROM district WHERE ags = '14730') AND upper(period) <= current_date ORDER BY period DESC LIMIT 1`)
	for _, table := range []string{"audit_note", "proof_check", "sample_row", "grant_proof", "proof_draft", "case_duty"} {
		b.Owner(t, `ALTER TABLE `+table+` DISABLE TRIGGER USER`)
		b.Owner(t, `DELETE FROM `+table+` WHERE case_id = $1`, id)
		b.Owner(t, `ALTER TABLE `+table+` ENABLE TRIGGER USER`)
	}
	b.Owner(t, `ALTER TABLE case_event DISABLE TRIGGER USER`)
	b.Owner(t, `DELETE FROM case_event WHERE case_id = $1 AND at > (SELECT at FROM case_event WHERE case_id = $1 AND event = 'started')`, id)
	b.Owner(t, `ALTER TABLE case_event ENABLE TRIGGER USER`)
	b.Owner(t, `UPDATE grant_case SET state = 'completed', paid = 0 WHERE id = $1`, id)
	page := "/foerderungen/" + id + "/nachweis"
	version := func() string {
		return b.one(t, `SELECT coalesce(max(version), 0)::text FROM proof_draft WHERE case_id = $1`, id)
	}
	fields := func(pairs ...string) url.Values {
		v := url.Values{"id": {uuid.NewString()}, "version": {version()}}
		for i := 0; i < len(pairs); i += 2 {
			v.Add(pairs[i], pairs[i+1])
		}
		return v
	}

	b.ask(t, access.Coordinator, "/foerderungen/"+id, nil, http.StatusOK, "Verwendungsnachweis", "Nachweis einzureichen bis")
	b.ask(t, access.Coordinator, page, nil, http.StatusOK, "Nur Ihr Landkreis sieht den Entwurf", "Einreichen kann, wer für den Landkreis zeichnet", "Noch nichts eingereicht")
	b.ask(t, access.CaseOfficer, page+"/sachbericht", nil, http.StatusForbidden)

	// The counts are those of the list to which they lead.
	choose := b.ask(t, access.Coordinator, page+"/taetigkeiten", nil, http.StatusOK, "Tätigkeiten auswählen", "Gezählt")
	log := regexp.MustCompile(`href="(/aktivitaeten\?[^"]*)"[^>]*>([\d.]+) Tätigkeiten`).FindStringSubmatch(choose)
	if log == nil {
		t.Fatal("the number of activities leads nowhere")
	}
	counted, _ := strconv.Atoi(strings.ReplaceAll(log[2], ".", ""))
	from, until := b.one(t, `SELECT lower(period)::text FROM grant_case WHERE id = $1`, id), b.one(t, `SELECT (upper(period) - 1)::text FROM grant_case WHERE id = $1`, id)
	if n := b.one(t, `SELECT count(*)::text FROM activity WHERE district_id = (SELECT id FROM district WHERE ags = '14730') AND happened_on BETWEEN $1::text::date AND $2::text::date AND visibility <> 'own' AND NOT draft AND deleted_at IS NULL`, from, until); n != strconv.Itoa(counted) {
		t.Errorf("%d counted, want %s", counted, n)
	}
	ticks := regexp.MustCompile(`name="activity" id="[^"]*" value="([^"]*)"`).FindAllStringSubmatch(choose, -1)
	if len(ticks) < 3 {
		t.Fatalf("%d activities offered", len(ticks))
	}
	form := fields("activity", ticks[0][1], "activity", ticks[1][1])
	for range 2 { // pressed twice
		b.ask(t, access.Coordinator, page+"/taetigkeiten", form, http.StatusSeeOther)
	}
	b.ask(t, access.Coordinator, page+"/taetigkeiten", url.Values{"id": {uuid.NewString()}, "version": {"0"}, "activity": {ticks[2][1]}}, http.StatusConflict)
	b.ask(t, access.Coordinator, page+"/sachbericht", nil, http.StatusOK, "Vom ", "Nach Art:", "Nach Handlungsfeldern:", "/aktivitaeten/"+ticks[0][1])

	// An entry is changed: flagged beside its sentence, taken over by hand.
	b.MustWrite(t, access.System(b.programme, "test"), access.Seed, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE activity SET result = 'Nun doch zugesagt.' WHERE id = $1`, ticks[0][1])
		return err
	})
	text := b.ask(t, access.Coordinator, page+"/sachbericht", nil, http.StatusOK, "Ihr Satz blieb, wie er war", "Nun doch zugesagt", "Neuen Text übernehmen")
	take := regexp.MustCompile(`name="take" value="([^"]*)"`).FindStringSubmatch(text)
	if strings.Contains(b.one(t, `SELECT content::text FROM proof_draft WHERE case_id = $1`, id), "Nun doch zugesagt") {
		t.Error("the edit was taken over silently")
	}
	b.ask(t, access.Coordinator, page+"/sachbericht", fields("take", take[1]), http.StatusSeeOther)
	if !strings.Contains(b.one(t, `SELECT content::text FROM proof_draft WHERE case_id = $1`, id), "Nun doch zugesagt") {
		t.Error("the edit was not taken over")
	}
	b.ask(t, access.Coordinator, page+"/sachbericht", fields("text-"+take[1], ""), http.StatusUnprocessableEntity, "Bitte füllen Sie")
	b.ask(t, access.Coordinator, page+"/sachbericht", fields("own", "Wir machen weiter."), http.StatusSeeOther)

	b.ask(t, access.Coordinator, page+"/zahlen", fields("amount-staff", "1.234"), http.StatusUnprocessableEntity, "auf zwei Arten")
	b.ask(t, access.Signatory, page+"/einreichen", nil, http.StatusOK, "Das fehlt noch", "noch keine Ausgaben")
	b.ask(t, access.Coordinator, page+"/zahlen", fields("amount-staff", "80.000,00", "amount-travel", "1.500,50"), http.StatusSeeOther)
	b.ask(t, access.Coordinator, page, nil, http.StatusOK, "81.500,50", "unverzüglich mitzuteilen", "Zuwendung nach dem Nachweis")
	b.ask(t, access.Coordinator, page+"/belege", nil, http.StatusNotFound) // a lump sum needs none
	b.receiptsFromAList(t, id, page+"/belege", version)

	// Nobody else reads the draft, and nobody submits it but the signatory.
	for _, role := range []access.Role{access.CaseOfficer, access.Approver, access.Lead} {
		if text := b.ask(t, role, page, nil, http.StatusOK, "Noch nichts eingereicht"); strings.Contains(text, "Wir machen weiter") || strings.Contains(text, "81.500,50") {
			t.Errorf("%s reads the draft", role)
		}
	}
	other := b.one(t, `SELECT id::text FROM grant_case WHERE district_id = (SELECT id FROM district WHERE ags = '14625') AND state = 'closed' LIMIT 1`)
	for _, path := range []string{"", "/sachbericht", "/zahlen", "/taetigkeiten", "/1", "/1/nachweis.pdf"} {
		b.ask(t, access.Coordinator, "/foerderungen/"+other+"/nachweis"+path, nil, http.StatusNotFound)
	}
	all := []string{"confirm-books", "1", "confirm-necessary", "1", "confirm-publicity", "1"}
	b.ask(t, access.Coordinator, page+"/einreichen", fields(all...), http.StatusForbidden)
	b.ask(t, access.Signatory, page+"/einreichen", fields(all[:4]...), http.StatusUnprocessableEntity, "Bitte bestätigen Sie das")
	form = fields(all...)
	for range 2 {
		b.ask(t, access.Signatory, page+"/einreichen", form, http.StatusSeeOther)
	}
	hash := b.one(t, `SELECT encode(sha256(content), 'hex') FROM grant_proof WHERE case_id = $1`, id)
	b.ask(t, access.Signatory, page+"/1", nil, http.StatusOK, hash, "Wir machen weiter.", "81.500,50", "Die Angaben stimmen mit den Büchern")
	b.ask(t, access.CaseOfficer, page+"/1", nil, http.StatusOK, hash, "Nun doch zugesagt", "Vollständigkeit prüfen")
	pdf := b.ask(t, access.CaseOfficer, page+"/1/nachweis.pdf", nil, http.StatusOK)
	words, info := webtest.PDF(t, pdf)
	for _, want := range []string{"Verwendungsnachweis", "Sachbericht", "Nun doch zugesagt", "81.500,50", "wirtschaftlich und sparsam"} {
		if !strings.Contains(words, want) {
			t.Errorf("the PDF does not say %q", want)
		}
	}
	if !strings.Contains(info, "Tagged") {
		t.Errorf("the PDF is not tagged:\n%s", info)
	}

	// Returned with what is missing, supplemented, complete.
	check := page + "/pruefung"
	day := calendar.Of(b.Now()).AddDays(10).String()
	b.ask(t, access.CaseOfficer, check, url.Values{"id": {uuid.NewString()}, "do": {"incomplete"}, "due": {day}}, http.StatusUnprocessableEntity, "kreuzen Sie an, was fehlt")
	missing := url.Values{"id": {uuid.NewString()}, "do": {"complete"}, "missing-statement": {"1"}, "note-statement": {"Sachausgaben fehlen."}, "due": {day}}
	b.ask(t, access.CaseOfficer, check, missing, http.StatusUnprocessableEntity, "nehmen Sie die Kreuze weg", "Sachausgaben fehlen.")
	missing.Set("do", "incomplete")
	for range 2 {
		b.ask(t, access.CaseOfficer, check, missing, http.StatusSeeOther)
	}
	b.ask(t, access.Coordinator, page, nil, http.StatusOK, "Der Nachweis ist unvollständig", "Sachausgaben fehlen.", "noch 10 Tage")
	b.ask(t, access.Coordinator, page+"/zahlen", fields("amount-staff", "80.000,00", "amount-travel", "1.500,50", "amount-material", "8.499,50"), http.StatusSeeOther)
	b.ask(t, access.Signatory, page+"/einreichen", fields(all...), http.StatusSeeOther)
	b.ask(t, access.CaseOfficer, page+"/2", nil, http.StatusOK, "Was sich gegenüber der vorigen Fassung geändert hat", "8.499,50")
	b.ask(t, access.CaseOfficer, page+"/1", nil, http.StatusOK, "Sachausgaben fehlen.")
	b.ask(t, access.CaseOfficer, check, url.Values{"id": {uuid.NewString()}, "do": {"complete"}}, http.StatusSeeOther)
	b.ask(t, access.CaseOfficer, "/foerderungen/"+id, nil, http.StatusOK, "/foerderungen/stichprobe")
	step := url.Values{"id": {uuid.NewString()}, "event": {"not_sampled"}, "to": {"proof_not_sampled"}, "day": {calendar.Of(b.Now()).String()}}
	b.ask(t, access.CaseOfficer, "/foerderungen/"+id+"/schritt", step, http.StatusConflict, "nur durch die Ziehung")

	// Drawn: every proof of at least 80,000 is at risk.
	scheme, year := b.one(t, `SELECT scheme_id::text FROM grant_case WHERE id = $1`, id), strconv.Itoa(calendar.Of(b.Now()).Year())
	draw := url.Values{"id": {uuid.NewString()}, "scheme": {scheme}, "year": {year}, "amount": {"80.000"}, "hints": {"1"}}
	b.ask(t, access.CaseOfficer, "/foerderungen/stichprobe", draw, http.StatusUnprocessableEntity, "auf zwei Arten")
	draw.Set("amount", "80.000,00")
	b.ask(t, access.Approver, "/foerderungen/stichprobe", draw, http.StatusForbidden)
	for range 2 {
		b.ask(t, access.CaseOfficer, "/foerderungen/stichprobe", draw, http.StatusSeeOther)
	}
	b.ask(t, access.Lead, "/foerderungen/stichprobe", nil, http.StatusOK, "wird geprüft", "Höhe der Zuwendung", "Startzahl")
	b.ask(t, access.Coordinator, "/foerderungen/stichprobe", nil, http.StatusForbidden)

	note := "/foerderungen/" + id + "/vermerk"
	b.ask(t, access.Coordinator, note, nil, http.StatusForbidden)
	settle := url.Values{"id": {uuid.NewString()}, "event": {"settled"}, "to": {"settled"}, "day": {calendar.Of(b.Now()).String()}, "reason": {"Schlüssig."}}
	b.ask(t, access.Approver, "/foerderungen/"+id+"/schritt", settle, http.StatusConflict, "Prüfungsvermerk")
	written := url.Values{"id": {uuid.NewString()}, "no": {"1"}, "papers": {"Nachweis"}, "findings": {"Schlüssig."}, "amount-staff": {"80.000,00"}, "amount-travel": {"0,00"}, "amount-material": {"8.499,50"}}
	b.ask(t, access.CaseOfficer, note, written, http.StatusUnprocessableEntity, "Bitte füllen Sie")
	written.Set("note-travel", "Keine Belege.")
	for range 2 {
		b.ask(t, access.CaseOfficer, note, written, http.StatusSeeOther)
	}
	b.ask(t, access.Approver, note, nil, http.StatusOK, "Keine Belege.", "88.499,50", "1.500,50")
	b.ask(t, access.Approver, "/foerderungen/"+id+"/schritt", settle, http.StatusSeeOther)
	if s := b.one(t, `SELECT state FROM grant_case WHERE id = $1`, id); s != "settled" {
		t.Errorf("the case is %s", s)
	}
}
