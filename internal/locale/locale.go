// Package locale speaks German and English: texts by key, plurals, and the
// country's way to write dates, numbers, money and durations.
//
// Texts live in texts/<capability>.<de|en>.json; a new pair of files is picked
// up without a change here. A text is either a string or, where a number
// decides, an object with "one" and "other". Placeholders are {{.Name}}.
// A programme may replace single texts by its own words (New).
// German is the default. Nothing here returns an error to a page: an unknown
// key shows itself in brackets and is counted, so that a test can fail.
package locale

import (
	"context"
	"maps"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// The languages of the interface.
const (
	German  = "de"
	English = "en"
)

// Languages lists the languages of the interface, the default first.
func Languages() []string { return []string{German, English} }

// Printer writes texts, dates and numbers in one language with the words of
// one programme. It is safe for concurrent use; build it once, not per request.
type Printer struct {
	lang      string
	plain     map[string]string // texts without placeholders: no template runs
	localizer *i18n.Localizer
}

// New returns a printer for lang ("de" or "en"; else German) that says
// overrides[key] instead of the product's own text. For a text with a plural,
// overrides["key.one"] replaces the singular and overrides["key"] the rest.
// Overrides that CheckOverride refuses are left out.
func New(lang string, overrides map[string]string) *Printer {
	if lang != English {
		lang = German
	}
	base := loaded()
	if len(overrides) == 0 {
		return base.printers[lang]
	}
	return base.withOverrides(lang, overrides)
}

// Lang returns the language as a BCP 47 tag for the lang attribute.
func (p *Printer) Lang() string { return p.lang }

// T returns the text of key; pairs ("Name", value, ...) fill its placeholders.
func (p *Printer) T(key string, pairs ...any) string {
	if text, ok := p.plain[key]; ok {
		return text
	}
	return p.localize(key, nil, pairs)
}

// N returns the text of key for the number n, which the text may show as
// {{.Count}}, already grouped by thousands.
func (p *Printer) N(key string, n int, pairs ...any) string {
	if text, ok := p.plain[key]; ok {
		return text
	}
	return p.localize(key, n, append(pairs, "Count", p.Number(n)))
}

// Has says whether key has a text, for keys made from data.
func (p *Printer) Has(key string) bool {
	_, ok := loaded().texts[p.lang][key]
	return ok
}

func (p *Printer) localize(key string, count any, pairs []any) string {
	data := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		if name, ok := pairs[i].(string); ok {
			data[name] = pairs[i+1]
		}
	}
	text, err := p.localizer.Localize(&i18n.LocalizeConfig{
		MessageID:    key,
		TemplateData: data,
		PluralCount:  count,
	})
	if err != nil || strings.Contains(text, "<no value>") {
		return miss(key)
	}
	return text
}

// T returns the text of key in the language of ctx; pairs ("Name", value, ...)
// fill its placeholders.
func T(ctx context.Context, key string, pairs ...any) string {
	return FromContext(ctx).T(key, pairs...)
}

// N returns the text of key for the number n in the language of ctx.
func N(ctx context.Context, key string, n int, pairs ...any) string {
	return FromContext(ctx).N(key, n, pairs...)
}

type contextKey struct{}

// NewContext returns a context in which texts are written by p.
func NewContext(ctx context.Context, p *Printer) context.Context {
	return context.WithValue(ctx, contextKey{}, p)
}

// FromContext returns the printer of ctx, or the German one without overrides.
func FromContext(ctx context.Context) *Printer {
	if p, ok := ctx.Value(contextKey{}).(*Printer); ok && p != nil {
		return p
	}
	return loaded().printers[German]
}

var matcher = language.NewMatcher([]language.Tag{language.German, language.English})

// Match picks the language of a visitor: the cookie if it names one, else the
// best of the Accept-Language header, else German.
func Match(acceptLanguage, cookie string) string {
	if cookie == German || cookie == English {
		return cookie
	}
	tags, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(tags) == 0 {
		return German
	}
	_, index, confidence := matcher.Match(tags...)
	if confidence == language.No {
		return German
	}
	return Languages()[index]
}

var missing struct {
	sync.Mutex
	keys map[string]int
}

func miss(key string) string {
	missing.Lock()
	defer missing.Unlock()
	if missing.keys == nil {
		missing.keys = map[string]int{}
	}
	if len(missing.keys) < 1000 { // keys made from data must not fill the memory
		missing.keys[key]++
	}
	return "[" + key + "]"
}

// Missing returns how often a text was asked for that does not exist or whose
// placeholder was not filled, by key.
func Missing() map[string]int {
	missing.Lock()
	defer missing.Unlock()
	return maps.Clone(missing.keys)
}
