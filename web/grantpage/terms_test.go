package grantpage_test

import (
	"context"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/grant"
)

// filled are the fields of a page's form as a browser would send them.
func filled(t *testing.T, page, action string) url.Values {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	fields := url.Values{}
	doc.Find("form[action='" + action + "']").Find("input, textarea, select").Each(func(_ int, s *goquery.Selection) {
		name, value := s.AttrOr("name", ""), s.AttrOr("value", "")
		_, checked := s.Attr("checked")
		switch {
		case goquery.NodeName(s) == "textarea":
			value = s.Text()
		case goquery.NodeName(s) == "select":
			value = s.Find("option[selected]").AttrOr("value", "")
		case s.AttrOr("type", "") == "checkbox" && !checked:
			return
		}
		fields.Set(name, value)
	})
	return fields
}

// rulesByForm: new terms begin as the ones before and change what was changed,
// nothing else; a scheme and a base rate are added.
func rulesByForm(t *testing.T, b *bank) {
	t.Helper()
	id := b.one(t, `SELECT id::text FROM funding_scheme WHERE kind = 'lump_sum'`)
	on := func(day string) (terms grant.Terms) {
		t.Helper()
		d, err := calendar.Parse(day)
		if err != nil {
			t.Fatal(err)
		}
		b.MustRead(t, access.System(b.programme, "test"), access.Seed, func(ctx context.Context, tx *db.Tx) (err error) {
			terms, err = grant.TermsOn(ctx, tx, uuid.MustParse(id), d)
			return err
		})
		return terms
	}
	form := "/foerderungen/programme/" + id + "/fassung"
	b.ask(t, access.Lead, form, nil, http.StatusForbidden)
	b.ask(t, access.Signatory, form, nil, http.StatusForbidden)
	fields := filled(t, b.ask(t, access.CaseOfficer, form, nil, http.StatusOK, "Neue Fassung der Regeln"), form)
	fields.Set("valid_from", "2031-01-01")
	fields.Set("report_share", "7,5")
	fields.Set("cap", "95.000,00")
	for name, bad := range map[string]string{
		"cap": "-1", "rate": "101", "report_share": "7,55", "interest_margin": "5,001", "plan-share-1": "39", "proof_months": "0", "remedy": "", "small-up-to-2": "1,00", "valid_from": "",
	} {
		wrong := url.Values{}
		for k, v := range fields {
			wrong[k] = v
		}
		wrong.Set(name, bad)
		wrong.Set("id", uuid.NewString())
		if page := b.ask(t, access.CaseOfficer, form, wrong, http.StatusUnprocessableEntity); !strings.Contains(page, "Bitte prüfen Sie") {
			t.Errorf("%s = %q: nothing says what is wrong", name, bad)
		}
	}
	for range 2 { // pressed twice
		b.ask(t, access.CaseOfficer, form, fields, http.StatusSeeOther)
	}
	was, is := on("2030-01-01"), on("2031-01-01")
	if is.Cap != 95_000_00 {
		t.Errorf("cap = %s", is.Cap)
	}
	was.ID, was.ValidFrom, was.Cap = is.ID, is.ValidFrom, is.Cap
	if was.Conditions = strings.ReplaceAll(was.Conditions, "\r\n", "\n"); !reflect.DeepEqual(was, is) {
		t.Errorf("the form changed what it was not told:\n%+v\n%+v", was, is)
	}
	b.ask(t, access.Signatory, "/foerderungen/programme/"+id, nil, http.StatusOK, "95.000,00", "7,5")

	add := url.Values{"id": {uuid.NewString()}, "kind": {"application"}, "name": {"Neue Richtlinie"}, "prefix": {"neu"}}
	b.ask(t, access.CaseOfficer, "/foerderungen/programme/neu", add, http.StatusUnprocessableEntity, "Großbuchstaben")
	add.Set("prefix", "KOMP")
	b.ask(t, access.CaseOfficer, "/foerderungen/programme/neu", add, http.StatusUnprocessableEntity, "schon eine andere Regelung")
	add.Set("prefix", "NEU")
	for range 2 {
		b.ask(t, access.CaseOfficer, "/foerderungen/programme/neu", add, http.StatusSeeOther)
	}
	b.ask(t, access.CaseOfficer, "/foerderungen/programme/"+add.Get("id"), nil, http.StatusOK, "Noch keine Regeln")
	change := "/foerderungen/programme/" + add.Get("id") + "/aendern"
	end := filled(t, b.ask(t, access.CaseOfficer, change, nil, http.StatusOK), change)
	end.Set("ended", "2031-12-31")
	b.ask(t, access.CaseOfficer, change, end, http.StatusSeeOther)
	b.ask(t, access.CaseOfficer, change, end, http.StatusConflict) // an old form
	b.ask(t, access.Lead, "/foerderungen/programme/"+add.Get("id"), nil, http.StatusOK, "31.12.2031")

	rates := "/foerderungen/programme/basiszinssatz"
	rate := func(text string) url.Values {
		return url.Values{"id": {uuid.NewString()}, "from": {"2030-07-01"}, "rate": {text}}
	}
	b.ask(t, access.Lead, rates, rate("1,27"), http.StatusForbidden)
	b.ask(t, access.CaseOfficer, rates, rate("1,275"), http.StatusUnprocessableEntity, "Prozentsatz")
	b.ask(t, access.CaseOfficer, rates, rate("-0,88"), http.StatusSeeOther)
	b.ask(t, access.CaseOfficer, rates, rate("1,27"), http.StatusSeeOther)
	b.ask(t, access.Lead, rates, nil, http.StatusOK, "01.07.2030", "1,27", "ersetzt", "-0,88")
}
