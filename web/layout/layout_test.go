package layout

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"rundertisch/internal/locale"
	"rundertisch/web/static"
	"rundertisch/web/ui"
)

func sample() Args {
	return Args{
		Programme: Programme{
			Name:     "Regionale Gesundheitsversorgung Sachsen",
			Ministry: "Sächsisches Staatsministerium für Soziales und Gesellschaftlichen Zusammenhalt",
			Funding:  "Diese Maßnahme wird mitfinanziert durch Steuermittel auf der Grundlage des vom Sächsischen Landtag beschlossenen Haushaltes.",
		},
		Nav: []NavItem{
			{Label: "Schreibtisch", URL: "/start"},
			{Label: "Landkreise", URL: "/landkreise", Current: true},
			{Label: "Stellen", URL: "/stellen"},
			{Label: "Aktivitäten", URL: "/aktivitaeten"},
			{Label: "Partner", URL: "/partner"},
		},
		Account:    &Account{Name: "Erika Muster", Role: "Sachbearbeitung, Ministerium"},
		Path:       "/landkreise/14626?am=2024-04-30",
		Demo:       true,
		Unread:     3,
		Breadcrumb: []ui.Link{{Label: "Landkreise", URL: "/landkreise"}, {Label: "Görlitz"}},
		Flash:      []ui.FlashMessage{{Text: "Der Zustand der Stelle ist gespeichert."}},
	}
}

func render(t *testing.T, c templ.Component, lang string) *goquery.Document {
	t.Helper()
	if err := static.Check(); err != nil {
		t.Fatal(err)
	}
	ctx := locale.NewContext(context.Background(), locale.New(lang, nil))
	ctx = templ.WithChildren(ctx, ui.PageHead(ui.Head{Title: "Görlitz"}))
	var out bytes.Buffer
	if err := c.Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "<!doctype html>") {
		t.Errorf("the page begins with %.20q", out.String())
	}
	doc, err := goquery.NewDocumentFromReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestPageHasItsFrame(t *testing.T) {
	t.Parallel()
	doc := render(t, Page(sample(), "Görlitz"), "de")
	for selector, want := range map[string]int{
		"html[lang=de]:not([data-kern-theme])":                1,
		"body > a[href='#inhalt']:first-child":                1,
		"main#inhalt h1":                                      1,
		"header nav a[aria-current=page][href='/landkreise']": 2, // wide and small
		"form[method=post][action='/abmelden'] button":        1,
		"footer a[href='/barrierefreiheit']":                  1,
		"nav.app-breadcrumb li":                               3,
		"nav.app-breadcrumb [aria-current=page]":              1,
		".app-flash":                                          1,
		"header nav a[href='/mitteilungen'] .app-count-badge": 2,
		".app-demo":                           1,
		"a[hreflang=en][lang=en]":             1,
		"link[rel=stylesheet], script[defer]": 2,
		"script:not([src]), style, [style], [onclick], [required]": 0,
	} {
		if got := doc.Find(selector).Length(); got != want {
			t.Errorf("%s: %d matches, want %d", selector, got, want)
		}
	}
	if got, want := doc.Find("title").Text(), "Görlitz – Regionale Gesundheitsversorgung Sachsen"; got != want {
		t.Errorf("title = %q, want %q", got, want)
	}
	if got := doc.Find("footer").Text(); !strings.Contains(got, "mitfinanziert durch Steuermittel") {
		t.Error("the footer does not name the funding")
	}
	if got, want := doc.Find("a[hreflang=en]").AttrOr("href", ""), "/sprache?l=en&next=%2Flandkreise%2F14626%3Fam%3D2024-04-30"; got != want {
		t.Errorf("language switch = %q, want %q", got, want)
	}
}

func TestPageForNobodyOffersSignIn(t *testing.T) {
	t.Parallel()
	a := sample()
	a.Account, a.Demo, a.Nav, a.Breadcrumb, a.Flash = nil, false, nil, nil, nil
	doc := render(t, Page(a, ""), "en")
	if got := doc.Find("header a.kern-btn").AttrOr("href", ""); !strings.HasPrefix(got, "/anmelden?next=") {
		t.Errorf("sign-in = %q", got)
	}
	if n := doc.Find("header nav, nav.app-breadcrumb, .app-demo, form").Length(); n != 0 {
		t.Errorf("%d parts that belong to others", n)
	}
	if got := doc.Find("title").Text(); got != a.Programme.Name {
		t.Errorf("title = %q, want the programme alone", got)
	}
	if strings.Contains(doc.Text(), "[shell.") || doc.Find("html[lang=en]").Length() != 1 {
		t.Error("the English page is not complete")
	}
}

func TestErrorsAndThemeAreMarked(t *testing.T) {
	t.Parallel()
	a := sample().WithErrors(true)
	a.Theme = "dark"
	doc := render(t, Page(a, "Neu"), "de")
	if got := doc.Find("title").Text(); !strings.HasPrefix(got, "Fehler: Neu") {
		t.Errorf("title = %q, want it to begin with the error", got)
	}
	if doc.Find("html[data-kern-theme=dark]").Length() != 1 {
		t.Error("the chosen theme is not set")
	}
	a.Theme = `"><script>`
	if render(t, Page(a, ""), "de").Find("html[data-kern-theme]").Length() != 0 {
		t.Error("an unknown theme was taken over")
	}
}

func TestErrorPageShowsTheWayOutAndTheID(t *testing.T) {
	t.Parallel()
	doc := render(t, ErrorPage(sample(), ErrorArgs{Status: 503, Title: "Gerade nicht erreichbar", Text: "Bitte versuchen Sie es in einer Minute wieder.", RequestID: "r-42"}), "de")
	if got := doc.Find("main h1").First().Text(); got != "Gerade nicht erreichbar" {
		t.Errorf("h1 = %q", got)
	}
	if got := doc.Find("main code").Text(); got != "r-42" {
		t.Errorf("request id = %q", got)
	}
	if got := doc.Find("main a.kern-btn").AttrOr("href", ""); got != "/start" {
		t.Errorf("way out = %q, want the desk of a signed-in person", got)
	}
}

// TestArgsAreAValue: the frame of one page must not leak into another.
func TestArgsAreAValue(t *testing.T) {
	t.Parallel()
	a := sample()
	_ = a.WithErrors(true).WithBreadcrumb().WithWide()
	if a.Errors || a.Wide || len(a.Breadcrumb) != 2 {
		t.Error("a With method changed the original")
	}
}
