package locale

import (
	"context"
	"strings"
	"testing"
	"time"
)

func contextIn(lang string) context.Context {
	return NewContext(context.Background(), New(lang, nil))
}

func TestTextFollowsTheLanguageOfTheContext(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{German: "Abbrechen", English: "Cancel", "fr": "Abbrechen"} {
		if got := T(contextIn(lang), "ui.cancel"); got != want {
			t.Errorf("T in %s = %q, want %q", lang, got, want)
		}
	}
	if got := T(context.Background(), "ui.cancel"); got != "Abbrechen" {
		t.Errorf("T without a printer = %q, want German", got)
	}
	if got := FromContext(contextIn(English)).Lang(); got != English {
		t.Errorf("Lang = %q, want en", got)
	}
}

func TestPlaceholdersAndPlurals(t *testing.T) {
	t.Parallel()
	ctx := contextIn(German)
	if got, want := T(ctx, "ui.count.max", "Max", Number(ctx, 2000)), "Höchstens 2.000 Zeichen."; got != want {
		t.Errorf("T = %q, want %q", got, want)
	}
	for n, want := range map[int]string{0: "0 Einträge", 1: "1 Eintrag", 2: "2 Einträge", 1234: "1.234 Einträge"} {
		if got := N(ctx, "ui.pager.count", n); got != want {
			t.Errorf("N(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestMissingTextsAreShownAndCounted(t *testing.T) {
	t.Parallel()
	ctx := contextIn(German)
	if got := T(ctx, "test.no_such_key"); got != "[test.no_such_key]" {
		t.Errorf("T of an unknown key = %q, want it in brackets", got)
	}
	if got := T(ctx, "ui.count.max"); got != "[ui.count.max]" {
		t.Errorf("T without its placeholder = %q, want the key in brackets", got)
	}
	if Missing()["test.no_such_key"] == 0 || Missing()["ui.count.max"] == 0 {
		t.Errorf("Missing = %v, want both keys counted", Missing())
	}
	if FromContext(ctx).Has("test.no_such_key") || !FromContext(ctx).Has("ui.cancel") {
		t.Error("Has: wrong answer")
	}
}

func TestAProgrammeHasItsOwnWords(t *testing.T) {
	t.Parallel()
	p := New(German, map[string]string{
		"ui.cancel":          "Zurück zum Kreis",
		"ui.pager.count":     "{{.Count}} Zeilen",
		"ui.pager.count.one": "eine Zeile",
		"ui.undo":            "{{.Evil}}",        // no such placeholder: refused
		"ui.none":            `{{call .Secret}}`, // no placeholder at all: refused
		"test.no_such_key":   "x",
	})
	for got, want := range map[string]string{
		p.T("ui.cancel"):         "Zurück zum Kreis",
		p.N("ui.pager.count", 1): "eine Zeile",
		p.N("ui.pager.count", 7): "7 Zeilen",
		p.T("ui.undo"):           "Rückgängig machen",
		p.T("ui.none"):           "keine Angabe",
		p.T("ui.pager.next"):     "Weiter",
	} {
		if got != want {
			t.Errorf("override: got %q, want %q", got, want)
		}
	}
	if got := New(German, nil).T("ui.cancel"); got != "Abbrechen" {
		t.Errorf("the other programme says %q: overrides leak", got)
	}
	if err := CheckOverride("ui.cancel", " "); err == nil {
		t.Error("CheckOverride of an empty text: got nil")
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ accept, cookie, want string }{
		{"", "", German},
		{"en-GB,en;q=0.9,de;q=0.8", "", English},
		{"de-AT,de;q=0.9,en;q=0.8", "", German},
		{"fr-FR,fr;q=0.9", "", German},
		{"hsb,en;q=0.5", "", English},
		{"en", "de", German},
		{"de", "en", English},
		{"en", "<script>", English},
		{";;;q=x", "", German},
		{strings.Repeat("a-b,", 5000), "", German},
	} {
		if got := Match(c.accept, c.cookie); got != c.want {
			t.Errorf("Match(%.20q, %q) = %q, want %q", c.accept, c.cookie, got, c.want)
		}
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	de, en := contextIn(German), contextIn(English)
	day := time.Date(2024, 4, 30, 0, 0, 0, 0, time.UTC)
	moment := time.Date(2024, 4, 30, 8, 42, 0, 0, time.UTC)
	winter := time.Date(2023, 12, 31, 23, 30, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{Date(de, day), "30.04.2024"},
		{Date(en, day), "30 Apr 2024"},
		{Date(de, time.Time{}), ""},
		{DateLong(de, day), "30.\u00a0April 2024"},
		{DateLong(en, day), "30 April 2024"},
		{Month(de, day), "April 2024"},
		{Month(en, winter), "December 2023"},
		{DateTime(de, moment), "30.04.2024, 10:42\u00a0Uhr"},
		{DateTime(en, moment), "30 Apr 2024, 10:42"},
		{DateTime(de, winter), "01.01.2024, 00:30\u00a0Uhr"},
		{Time(de, moment), "10:42\u00a0Uhr"},
		{DateTime(de, time.Time{}), ""},
		{Number(de, 0), "0"},
		{Number(de, 999), "999"},
		{Number(de, 1234), "1.234"},
		{Number(en, -1234567), "-1,234,567"},
		{Euro(de, 123450), "1.234,50\u00a0€"},
		{Euro(en, 123450), "€1,234.50"},
		{Euro(de, 0), "0,00\u00a0€"},
		{Euro(de, -5), "-0,05\u00a0€"},
		{Euro(de, -123456), "-1.234,56\u00a0€"},
		{Euro(de, 117000000), "1.170.000,00\u00a0€"},
		{Euro(de, -9223372036854775808), "-92.233.720.368.547.758,08\u00a0€"},
		{Duration(de, 90), "1\u00a0Std. 30\u00a0Min."},
		{Duration(de, 45), "45\u00a0Min."},
		{Duration(en, 120), "2\u00a0hr"},
		{Duration(de, 0), "0\u00a0Min."},
		{Permille(de, 500), "50\u00a0%"},
		{Permille(de, 125), "12,5\u00a0%"},
		{Permille(en, 1000), "100%"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func BenchmarkPlainText(b *testing.B) {
	ctx := contextIn(German)
	for b.Loop() {
		_ = T(ctx, "ui.cancel")
	}
}

func BenchmarkTextWithPlaceholder(b *testing.B) {
	ctx := contextIn(German)
	for b.Loop() {
		_ = T(ctx, "ui.count.max", "Max", "200")
	}
}
