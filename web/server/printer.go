package server

import (
	"maps"
	"sync"

	"github.com/google/uuid"

	"rundertisch/internal/locale"
	"rundertisch/internal/programme"
)

// printers keeps a printer for each programme and language that has words of
// its own: making one takes longer than a page.
type printers struct {
	mu   sync.Mutex
	kept map[printerKey]ownPrinter
}

type printerKey struct {
	programme uuid.UUID
	lang      string
}

type ownPrinter struct {
	words   map[string]string
	printer *locale.Printer
}

// of returns the printer for the programme's words in the language. Words that
// changed make a new one.
func (ps *printers) of(p programme.Programme, lang string) *locale.Printer {
	words := p.Words[lang]
	if len(words) == 0 {
		return locale.New(lang, nil)
	}
	key := printerKey{p.ID, lang}
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if own, ok := ps.kept[key]; ok && maps.Equal(own.words, words) {
		return own.printer
	}
	if ps.kept == nil {
		ps.kept = map[printerKey]ownPrinter{}
	}
	own := ownPrinter{words: words, printer: locale.New(lang, words)}
	ps.kept[key] = own
	return own.printer
}
