package locale

import (
	"bytes"
	"encoding/json"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

func TestEveryFileHasItsTwin(t *testing.T) {
	t.Parallel()
	entries, err := textFiles.ReadDir("texts")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	for _, name := range names {
		stem, lang, ok := strings.Cut(strings.TrimSuffix(name, ".json"), ".")
		if !ok || !slices.Contains(Languages(), lang) {
			t.Errorf("%s: want <capability>.<de|en>.json", name)
			continue
		}
		for _, other := range Languages() {
			if twin := stem + "." + other + ".json"; !slices.Contains(names, twin) {
				t.Errorf("%s has no twin %s", name, twin)
			}
		}
	}
}

func TestKeysStandInOneFileOnce(t *testing.T) {
	t.Parallel()
	if _, err := load(); err != nil { // reports a key in two files
		t.Fatal(err)
	}
	entries, err := textFiles.ReadDir("texts")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := textFiles.ReadFile("texts/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range repeatedKeys(t, data) {
			t.Errorf("%s: key %q stands there twice", e.Name(), key)
		}
		if bytes.Contains(data, []byte("\r")) {
			t.Errorf("%s: has carriage returns", e.Name())
		}
	}
}

// repeatedKeys walks the tokens, because Unmarshal keeps only the last of two.
func repeatedKeys(t *testing.T, data []byte) []string {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(data))
	seen := map[string]int{}
	depth, isKey := 0, true
	for decoder.More() || depth > 0 {
		token, err := decoder.Token()
		if err != nil {
			t.Fatal(err)
		}
		switch v := token.(type) {
		case json.Delim:
			if v == '{' {
				depth++
			} else {
				depth--
			}
			isKey = true
		case string:
			if depth == 1 && isKey {
				seen[v]++
			}
			isKey = !isKey
		}
	}
	var out []string
	for key, n := range seen {
		if n > 1 {
			out = append(out, key)
		}
	}
	return out
}

func TestBothLanguagesSayTheSame(t *testing.T) {
	t.Parallel()
	german, english := loaded().texts[German], loaded().texts[English]
	for key := range german {
		if english[key] == nil {
			t.Errorf("%s: German only", key)
		}
	}
	for key, en := range english {
		de := german[key]
		if de == nil {
			t.Errorf("%s: English only", key)
			continue
		}
		if (de.One == "") != (en.One == "") {
			t.Errorf("%s: singular in one language only", key)
		}
		got, want := placeholders(en.One+en.Other), placeholders(de.One+de.Other)
		if !slices.Equal(got, want) {
			t.Errorf("%s: placeholders %v in English, %v in German", key, got, want)
		}
	}
}

func TestTextsAreComplete(t *testing.T) {
	t.Parallel()
	for lang, texts := range loaded().texts {
		for _, key := range slices.Sorted(maps.Keys(texts)) {
			m := texts[key]
			if strings.TrimSpace(m.Other) == "" {
				t.Errorf("%s: %s is empty", lang, key)
			}
			for _, text := range forms(m) {
				if text != strings.TrimSpace(text) || strings.Contains(text, "  ") {
					t.Errorf("%s: %s has stray blanks: %q", lang, key, text)
				}
				if strings.Count(text, "{{") != len(placeholderPattern.FindAllString(text, -1)) {
					t.Errorf("%s: %s: placeholders are written {{.Name}}: %q", lang, key, text)
				}
			}
			if m.Zero+m.Two+m.Few+m.Many != "" {
				t.Errorf("%s: %s: German and English have the forms one and other", lang, key)
			}
		}
	}
}

func forms(m *i18n.Message) []string {
	if m.One == "" {
		return []string{m.Other}
	}
	return []string{m.One, m.Other}
}

// TestEveryTextCanBeWritten fills every placeholder, so that a text that
// go-i18n cannot parse fails here and not on a page.
func TestEveryTextCanBeWritten(t *testing.T) {
	t.Parallel()
	for _, lang := range Languages() {
		p := New(lang, nil)
		for key, m := range loaded().texts[lang] {
			var pairs []any
			for _, name := range placeholders(m.One + m.Other) {
				pairs = append(pairs, strings.Trim(name, "{.}"), "x")
			}
			texts := []string{p.T(key, pairs...)}
			if m.One != "" {
				texts = []string{p.N(key, 0, pairs...), p.N(key, 1, pairs...), p.N(key, 2, pairs...)}
			}
			for _, text := range texts {
				if text == "" || strings.Contains(text, "["+key+"]") || strings.Contains(text, "{{") {
					t.Errorf("%s: %s is written %q", lang, key, text)
				}
			}
		}
	}
}

// TestFileNamesAreCapabilities keeps file names short words.
func TestFileNamesAreCapabilities(t *testing.T) {
	t.Parallel()
	entries, err := textFiles.ReadDir("texts")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if name := path.Base(e.Name()); name != strings.ToLower(name) || strings.Contains(name, "-") {
			t.Errorf("%s: want lower case without hyphens", name)
		}
	}
}
