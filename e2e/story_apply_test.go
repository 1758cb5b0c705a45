package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// application: a coordinator writes an application, the signatory sends
// it in, the officer wants figures, reads old beside new, and reckons.
func (s *moneyStory) application(t *testing.T) {
	who := s.as(t, "koordination@musterkreis.example")
	writer := openTab(t, who)
	writer.visit("/foerderungen")
	writer.step("/antrag/neu")
	form := withoutQuery(writer.send("/antrag/neu"))
	writer.says("Der Antrag ist angelegt", "Entwurf")
	writer.fill("[name=text-need]", "Es fehlen Hausärzte.")
	writer.fill("[name=amount-staff]", "48.766")
	writer.expect("422")
	writer.follow("button[value=save]")
	writer.says("auf zwei Arten lesen", "48.766,00")
	writer.fill("[name=amount-staff]", "48.766,00")
	writer.follow("button[value=check]")
	writer.says("Ziele: Bitte füllen Sie dieses Feld aus.", "müssen gleich hoch sein")
	for _, name := range []string{"goals", "measures", "involved", "contact"} {
		writer.fill("[name=text-"+name+"]", "Wird getan.")
	}
	writer.fill("[name=amount-travel]", "1.234,00")
	writer.fill("[name=amount-own_share]", "5.000,00")
	writer.fill("[name=amount-grant]", "45.000,00")
	writer.click("[name=not_started]")
	writer.click("[name=vat][value=no]")
	writer.follow("button[value=check]")
	writer.says("Antrag einreichen", "50.000,00", "zeichnungsberechtigte Person")
	if writer.has("main form[action$='/einreichen']") {
		t.Error("the coordinator may send it in")
	}
	// A form of before the last save: nothing is lost, nothing overwritten.
	stale, err := who.send(http.MethodPost, form, url.Values{"version": {"1"}, "text-need": {"Veralteter Stand"}}, nil)
	if err != nil || stale.status != http.StatusConflict || !strings.Contains(stale.body, "Veralteter Stand") || !strings.Contains(stale.body, "Es fehlen Hausärzte.") {
		t.Errorf("a stale form: status %d, %v", stale.status, err)
	}

	signs := s.window(t, "zeichnung@musterkreis.example")
	signs.phone()
	signs.visit(form)
	signs.follow("button[value=check]")
	signs.send("/einreichen")
	signs.says("So ist der Antrag eingegangen", "Prüfsumme", "Marek Vorlage", "45.000,00")
	again, err := s.as(t, "zeichnung@musterkreis.example").send(http.MethodPost, form+"/einreichen", url.Values{"id": {uuid.NewString()}, "version": {"9"}}, nil)
	if err != nil || again.status != http.StatusConflict {
		t.Errorf("sent in twice: status %d, %v", again.status, err)
	}

	officer := s.window(t, "sachbearbeitung@musterland.example")
	officer.visit(form)
	officer.says("Es fehlen Hausärzte.")
	officer.step("/antrag/nachforderung")
	officer.click("[name=mark-goals]")
	officer.fill("[name=text-goals]", "Bitte mit Zahlen.")
	officer.setDate("[name=due]", "2099-12-31")
	officer.fill("[name=reason]", "Bitte ergänzen.")
	officer.send("/nachforderung")
	officer.says("zur Nachbesserung zurückgegeben")

	signs.visit(form)
	signs.says("Bitte mit Zahlen.", "31.12.2099")
	signs.fill("[name=text-goals]", "Zwei neue Praxen.")
	signs.follow("button[value=check]")
	signs.says("Gegenüber dem vorigen Eingang geändert", "Zwei neue Praxen.")
	signs.send("/einreichen")

	officer.visit(form)
	officer.says("Nachgefordert war", "Wird getan.", "Zwei neue Praxen.")
	officer.visit(strings.TrimSuffix(form, "/antrag") + "/schritt?was=review_begun&nach=in_review")
	officer.send("/schritt")
	officer.visit(form + "/berechnung")
	officer.fill("[name=eligible]", "40.000,00")
	officer.follow("button[value=look]")
	officer.says("Anerkannt sind 40.000,00")
	officer.follow("button[value=take]")
	officer.says("Die Zuwendung ist berechnet", "36.000,00")
	officer.visit(strings.TrimSuffix(form, "/antrag") + "/schritt?was=recommended&nach=recommended")
	officer.says("Prüfvermerk")
	officer.send("/schritt")

	signs.visit(strings.TrimSuffix(form, "/antrag"))
	signs.says("in Prüfung")
	if strings.Contains(signs.text("main"), "Mitzeichnung") {
		t.Error("the district learns of the recommendation")
	}
}
