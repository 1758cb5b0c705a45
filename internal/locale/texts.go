package locale

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"text/template"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed texts/*.json
var textFiles embed.FS

// catalog holds everything read from the embedded files.
type catalog struct {
	texts    map[string]map[string]*i18n.Message // language -> key -> text
	printers map[string]*Printer
}

// loaded reads the files at first use; they are part of the binary, so a
// broken file is a programming error that every test meets.
var loaded = sync.OnceValue(func() *catalog {
	c, err := load()
	if err != nil {
		panic(err)
	}
	return c
})

func load() (*catalog, error) {
	c := &catalog{
		texts:    map[string]map[string]*i18n.Message{German: {}, English: {}},
		printers: map[string]*Printer{},
	}
	entries, err := textFiles.ReadDir("texts")
	if err != nil {
		return nil, fmt.Errorf("read texts: %w", err)
	}
	bundle := newBundle()
	for _, entry := range entries {
		if err := c.readFile(bundle, entry.Name()); err != nil {
			return nil, err
		}
	}
	for lang, texts := range c.texts {
		c.printers[lang] = newPrinter(bundle, lang, texts)
	}
	return c, nil
}

func newBundle() *i18n.Bundle {
	bundle := i18n.NewBundle(language.German)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	return bundle
}

func (c *catalog) readFile(bundle *i18n.Bundle, name string) error {
	data, err := textFiles.ReadFile("texts/" + name)
	if err != nil {
		return fmt.Errorf("read texts %s: %w", name, err)
	}
	file, err := bundle.ParseMessageFileBytes(data, name)
	if err != nil {
		return fmt.Errorf("texts %s: %w", name, err)
	}
	texts, ok := c.texts[file.Tag.String()]
	if !ok {
		return fmt.Errorf("texts %s: the name must end in .de.json or .en.json", name)
	}
	for _, m := range file.Messages {
		if _, twice := texts[m.ID]; twice {
			return fmt.Errorf("texts %s: key %q is in another file too", name, m.ID)
		}
		texts[m.ID] = m
	}
	return nil
}

func newPrinter(bundle *i18n.Bundle, lang string, texts map[string]*i18n.Message) *Printer {
	p := &Printer{lang: lang, plain: map[string]string{}, localizer: i18n.NewLocalizer(bundle, lang)}
	for key, m := range texts {
		if m.One == "" && !strings.Contains(m.Other, "{{") {
			p.plain[key] = m.Other
		}
	}
	return p
}

// withOverrides makes a printer with its own copy of the texts of lang.
func (c *catalog) withOverrides(lang string, overrides map[string]string) *Printer {
	texts := maps.Clone(c.texts[lang])
	for _, key := range slices.Sorted(maps.Keys(overrides)) { // "key" before "key.one"
		text := overrides[key]
		if CheckOverride(key, text) != nil {
			continue
		}
		id, one := strings.CutSuffix(key, ".one")
		if _, whole := texts[key]; whole {
			id, one = key, false
		}
		m := *texts[id]
		switch {
		case one:
			m.One = text
		default:
			if m.One != "" {
				m.One = text
			}
			m.Other = text
		}
		texts[id] = &m
	}
	bundle := newBundle()
	if err := bundle.AddMessages(language.MustParse(lang), slices.Collect(maps.Values(texts))...); err != nil {
		return c.printers[lang]
	}
	return newPrinter(bundle, lang, texts)
}

// CheckOverride says why text cannot replace the text of key: no such key,
// empty, or placeholders that the original does not have.
func CheckOverride(key, text string) error {
	m, ok := loaded().texts[German][key]
	if !ok {
		id, one := strings.CutSuffix(key, ".one")
		m, ok = loaded().texts[German][id]
		if !one || !ok || m.One == "" {
			return fmt.Errorf("override %q: no such text", key)
		}
	}
	if strings.TrimSpace(text) == "" {
		return fmt.Errorf("override %q: empty", key)
	}
	if _, err := template.New("").Parse(text); err != nil {
		return fmt.Errorf("override %q: %w", key, err)
	}
	allowed := placeholders(m.Other + m.One)
	for _, name := range placeholders(text) {
		if !slices.Contains(allowed, name) {
			return fmt.Errorf("override %q: no placeholder %s here", key, name)
		}
	}
	if strings.Count(text, "{{") != len(placeholderPattern.FindAllString(text, -1)) {
		return fmt.Errorf("override %q: only placeholders are allowed in braces", key)
	}
	return nil
}

var placeholderPattern = regexp.MustCompile(`\{\{\.[A-Za-z]+\}\}`)

// placeholders returns the sorted, distinct placeholders of text.
func placeholders(text string) []string {
	found := placeholderPattern.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}
