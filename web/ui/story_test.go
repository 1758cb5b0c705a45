package ui

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"rundertisch/internal/locale"
)

// TestStoriesHoldNoInlineCode keeps every component fit for a policy without
// 'unsafe-inline'.
func TestStoriesHoldNoInlineCode(t *testing.T) {
	t.Parallel()
	doc := render(t, Stories())
	if n := doc.Find("script, style, [style], [required]").Length(); n > 0 {
		t.Errorf("%d elements with script, style or required", n)
	}
	doc.Find("body *").Each(func(_ int, s *goquery.Selection) {
		for _, a := range s.Nodes[0].Attr {
			if strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-") || strings.HasPrefix(strings.TrimSpace(a.Val), "javascript:") {
				t.Errorf("<%s %s=%q>: not allowed", s.Nodes[0].Data, a.Key, a.Val)
			}
		}
	})
}

func TestStoriesTieEverythingTogether(t *testing.T) {
	t.Parallel()
	doc := render(t, Stories())
	ids := map[string]int{}
	doc.Find("[id]").Each(func(_ int, s *goquery.Selection) { ids[s.AttrOr("id", "")]++ })
	for id, n := range ids {
		if n > 1 || strings.ContainsAny(id, " \t") || id == "" {
			t.Errorf("id %q stands there %d times", id, n)
		}
	}
	for _, name := range []string{"for", "aria-describedby", "aria-labelledby", "list", "form", "data-count"} {
		doc.Find("[" + name + "]").Each(func(_ int, s *goquery.Selection) {
			for id := range strings.FieldsSeq(s.AttrOr(name, "")) {
				if ids[id] != 1 {
					t.Errorf("%s points to %q, which does not exist", name, id)
				}
			}
		})
	}
	doc.Find("#fehler a").Each(func(_ int, s *goquery.Selection) {
		if id := strings.TrimPrefix(s.AttrOr("href", ""), "#"); ids[id] != 1 {
			t.Errorf("the error summary points to %q, which does not exist", id)
		}
	})
	doc.Find("input:not([type=hidden]), select, textarea").Each(func(_ int, s *goquery.Selection) {
		if id := s.AttrOr("id", ""); doc.Find("label[for='"+id+"']").Length() != 1 {
			t.Errorf("field %q has no label", id)
		}
	})
}

func TestStoriesAreWrittenInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, lang := range locale.Languages() {
		if text := render(t, Stories(), lang).Text(); strings.Contains(text, "[ui.") {
			t.Errorf("%s: a text is missing", lang)
		}
	}
}
