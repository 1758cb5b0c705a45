package e2e

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// theYearsNotices: the officer drafts the year's notices in one run,
// the budget officer confirms the funds, the approver signs off, the notices go
// out, and the district reads how its amount came about.
func (s *moneyStory) theYearsNotices(t *testing.T) {
	year := strconv.Itoa(s.year)
	officer := s.window(t, "sachbearbeitung@sms.example")
	officer.visit("/foerderungen")
	officer.step("/laeufe/neu")
	run := withoutQuery(officer.send("/laeufe/neu"))
	officer.says("Die Entwürfe sind angelegt", "540.000,00", "KOMP-"+year+"-0001", "KOMP-"+year+"-0006")
	officer.send("/alle")
	officer.says("zur Mitzeichnung gegeben")
	if officer.has("main form[action$='/alle']") {
		t.Error("the officer is offered another step")
	}

	treasurer := s.window(t, "haushalt@sms.example")
	treasurer.visit(run)
	treasurer.says("6 Vorgänge warten")
	treasurer.send("/alle")
	treasurer.says("Die Mittel sind bestätigt")

	approver := s.window(t, "mitzeichnung@sms.example")
	approver.visit(run)
	approver.send("/alle")
	approver.says("schlussgezeichnet")

	officer.visit(run)
	officer.send("/alle")
	officer.says("Bescheide über zusammen")
	officer.send("/alle")
	officer.says("Die Bescheide sind erlassen", "bewilligt")

	district := s.window(t, "zeichnung@nordsachsen.example")
	district.phone()
	district.visit("/foerderungen?jahr=" + year)
	if status := district.follow("main tbody a"); status != http.StatusOK {
		t.Fatalf("the case: status %d", status)
	}
	district.says("Landkreis Nordsachsen", "90.000,00", "Tagen besetzt", "36.000,00", "9.000,00")
	pdf := s.as(t, "zeichnung@nordsachsen.example").get(t, strings.TrimSuffix(withoutQuery(district.path()), "/")+"/bescheide/1/bescheid.pdf")
	if !strings.HasPrefix(pdf.body, "%PDF-") {
		t.Errorf("the notice is no PDF: status %d", pdf.status)
	}

	cash := s.window(t, "kasse@sms.example")
	cash.visit("/foerderungen/zahlungen?stand=exported")
	cash.says("an die Kasse übergeben")
}
