package activity

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"rundertisch/internal/locale"
	"rundertisch/internal/sheetread"
)

// Column says what a column of an uploaded log holds; "" is left out.
type Column string

// The columns that an entry knows.
const (
	ColDate       Column = "date"
	ColTitle      Column = "title"
	ColType       Column = "type"
	ColMinutes    Column = "minutes"
	ColPartners   Column = "partners"
	ColText       Column = "text"
	ColField      Column = "field"
	ColResult     Column = "result"
	ColNextStep   Column = "next_step"
	ColFollowUpOn Column = "follow_up_on"
	ColVisibility Column = "visibility"
)

// Columns returns every column in the order of the form.
func Columns() []Column {
	return []Column{ColDate, ColTitle, ColType, ColMinutes, ColPartners, ColText, ColField, ColResult, ColNextStep, ColFollowUpOn, ColVisibility}
}

// Valid says whether c is one of Columns or none.
func (c Column) Valid() bool { return c == "" || slices.Contains(Columns(), c) }

// Choices say how an uploaded log is to be read.
type Choices struct {
	Columns    []Column   `json:"columns"`    // for each column of the file
	Type       Type       `json:"type"`       // where the file says none
	Visibility Visibility `json:"visibility"` // where the file says none
}

// at returns the number of the file's column that holds c, or -1.
func (c Choices) at(col Column) int { return slices.Index(c.Columns, col) }

// headWords are the words by which a head is recognised, in the form of sheetread.Plain.
var headWords = map[Column][]string{
	ColDate:       {"datum", "tag", "date", "day", "wann"},
	ColTitle:      {"tätigkeit", "titel", "überschrift", "thema", "betreff", "aktivität", "was", "washabensiegetan", "title", "subject", "activity", "topic"},
	ColType:       {"art", "typ", "kategorie", "artdertätigkeit", "type", "category"},
	ColMinutes:    {"dauer", "minuten", "dauerinminuten", "dauermin", "zeit", "stunden", "duration", "minutes", "durationinminutes"},
	ColPartners:   {"partner", "kooperationspartner", "mitwem", "beteiligte", "teilnehmende", "organisation", "organisationen", "partners"},
	ColText:       {"beschreibung", "text", "inhalt", "notiz", "notizen", "bemerkung", "bemerkungen", "description", "notes"},
	ColField:      {"handlungsfeld", "feld", "themenfeld", "field", "fieldofaction"},
	ColResult:     {"ergebnis", "ergebnisse", "resultat", "result", "outcome"},
	ColNextStep:   {"nächsterschritt", "nächsteschritte", "todo", "offen", "wiegehtesweiter", "nextstep", "nextsteps"},
	ColFollowUpOn: {"wiedervorlage", "erinnernam", "fällig", "fälligam", "termin", "bis", "followup", "remindon", "due", "dueon"},
	ColVisibility: {"sichtbarkeit", "sichtbarfür", "freigabe", "werdarfdaslesen", "visibility", "visibleto", "whomayreadthis"},
}

// Guess recognises columns by their heads, each at most once.
func Guess(head []string) Choices {
	c := Choices{Columns: make([]Column, len(head)), Type: Meeting, Visibility: District}
	for i, h := range head {
		for _, col := range Columns() {
			if slices.Contains(headWords[col], sheetread.Plain(h)) && !slices.Contains(c.Columns, col) {
				c.Columns[i] = col
				break
			}
		}
	}
	return c
}

// words finds identifiers by what people call them: the identifier, the texts
// of both languages, their parts, and some more.
type words map[string]string

func wordsOf(prefix string, ids []string, more map[string]string) words {
	w := words{}
	for _, id := range ids {
		w[sheetread.Plain(id)] = id
		for _, lang := range locale.Languages() {
			text := locale.New(lang, nil).T(prefix + id)
			w[sheetread.Plain(text)] = id
			for part := range strings.SplitSeq(text, ",") {
				w[sheetread.Plain(part)] = id
			}
		}
	}
	maps.Copy(w, more)
	return w
}

var typeWords = sync.OnceValue(func() words {
	return wordsOf("activity.type.", identifiers(Types()), map[string]string{
		"telefonat": "meeting", "termin": "meeting", "besprechung": "meeting", "treffen": "meeting", "netzwerk": "network_event",
		"veranstaltung": "network_event", "konferenz": "conference_support", "regionalkonferenz": "conference_support",
		"arbeitsgruppe": "working_group", "ag": "working_group", "nachwuchs": "recruitment", "niederlassung": "settlement_advice",
		"projekt": "project", "presse": "public_relations", "weiterbildung": "training", "bericht": "reporting", "reise": "travel",
	})
})

var fieldWords = sync.OnceValue(func() words {
	return wordsOf("activity.field.", identifiers(Fields()), map[string]string{"digital": "digital", "sektorübergreifend": "cross_sector"})
})

var visibilityWords = sync.OnceValue(func() words {
	w := wordsOf("activity.readers_short.", identifiers(Visibilities()), map[string]string{
		"privat": "own", "intern": "district", "öffentlich": "public", "ja": "ministry", "nein": "district",
	})
	maps.Copy(w, wordsOf("activity.readers.", identifiers(Visibilities()), nil))
	return w
})

func identifiers[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}
