package locale

import (
	"embed"
	"fmt"
	"iter"
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
	bundle := i18n.NewBundle(language.German)
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

func (c *catalog) readFile(bundle *i18n.Bundle, name string) error {
	data, err := textFiles.ReadFile("texts/" + name)
	if err != nil {
		return fmt.Errorf("read texts %s: %w", name, err)
	}
	file, err := i18n.ParseMessageFileBytes(data, name, nil)
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
	return addTemplates(bundle, file.Tag, slices.Values(file.Messages))
}

// addTemplates gives the bundle the texts that it has to work on. The others,
// most of them, are said as they stand and would only take room there.
func addTemplates(bundle *i18n.Bundle, tag language.Tag, texts iter.Seq[*i18n.Message]) error {
	var list []*i18n.Message
	for m := range texts {
		if !isPlain(m) {
			list = append(list, m)
		}
	}
	if err := bundle.AddMessages(tag, list...); err != nil {
		return fmt.Errorf("texts in %s: %w", tag, err)
	}
	return nil
}

// isPlain says whether a text has neither placeholders nor a second form.
func isPlain(m *i18n.Message) bool { return m.One == "" && !strings.Contains(m.Other, "{{") }

func newPrinter(bundle *i18n.Bundle, lang string, texts map[string]*i18n.Message) *Printer {
	p := &Printer{lang: lang, plain: map[string]string{}, localizer: i18n.NewLocalizer(bundle, lang)}
	for key, m := range texts {
		if isPlain(m) {
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
	bundle := i18n.NewBundle(language.German)
	if err := addTemplates(bundle, language.MustParse(lang), maps.Values(texts)); err != nil {
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
