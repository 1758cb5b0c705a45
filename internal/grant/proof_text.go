package grant

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/activity"
	"rundertisch/internal/db"
	"rundertisch/internal/locale"
)

// SentenceKind is where a sentence of the narrative report comes from.
type SentenceKind string

// The kinds of sentence.
const (
	OfAll     SentenceKind = "all"    // how many activities
	OfTypes   SentenceKind = "types"  // how many of each type
	OfFields  SentenceKind = "fields" // how many in each field of action
	Highlight SentenceKind = "highlight"
	OwnWords  SentenceKind = "own"
)

// Counted says whether the sentence counts activities.
func (k SentenceKind) Counted() bool { return k == OfAll || k == OfTypes || k == OfFields }

// Sentence is a sentence of the narrative report (Sachbericht) with what it is
// made from.
type Sentence struct {
	ID      uuid.UUID     `json:"id"`
	Kind    SentenceKind  `json:"kind"`
	Text    string        `json:"text"`
	Said    string        `json:"said,omitempty"` // as the log told it when it was taken over; never sealed
	Sources []EntrySource `json:"sources,omitempty"`
}

// EntrySource is an activity as it was when a sentence was made from it.
type EntrySource struct {
	Activity uuid.UUID `json:"activity"`
	Version  int       `json:"version"`
	Hash     string    `json:"hash,omitempty"` // of what it said; never sealed
}

// SentenceField is the name of the form's field for a sentence.
func SentenceField(id uuid.UUID) string { return "text-" + id.String() }

// LogOf is the filter of the activities of which a proof of the district tells:
// those of its days, without what authors keep to themselves.
func LogOf(c Case, s Span) activity.Filter {
	return activity.Filter{District: c.DistrictID, From: s.Period.From, Until: s.Period.To.AddDays(-1), Shared: true}
}

// german writes proofs: the language of the procedure (§ 23 VwVfG).
func german() *locale.Printer { return locale.New(locale.German, nil) }

// Tally writes the sentences that count.
func Tally(s Span, sums []activity.Sum) []Sentence {
	list := make([]Sentence, 0, 3)
	for _, k := range []SentenceKind{OfAll, OfTypes, OfFields} {
		if text := tally(k, s, sums); text != "" {
			list = append(list, Sentence{ID: uuid.New(), Kind: k, Text: text, Said: text})
		}
	}
	return list
}

func tally(k SentenceKind, s Span, sums []activity.Sum) string {
	p := german()
	entries, minutes, none := 0, 0, 0
	types, fields := map[string]int{}, map[string]int{}
	for _, one := range sums {
		entries += one.Entries
		minutes += one.Minutes
		types[p.T("activity.type."+string(one.Type))] += one.Entries
		if one.Field == "" {
			none += one.Entries
		} else {
			fields[p.T("activity.field."+string(one.Field))] += one.Entries
		}
	}
	switch {
	case k == OfAll:
		return p.T("grant.tell.all", "From", p.Date(s.Period.From.Time()), "To", p.Date(s.Period.To.AddDays(-1).Time()),
			"Entries", p.N("grant.tell.activities", entries), "Duration", p.Duration(minutes))
	case k == OfTypes && len(types) > 0:
		return p.T("grant.tell.types", "List", enumerate(p, types))
	case k == OfFields && len(fields) > 0 && none > 0:
		return p.T("grant.tell.fields_none", "List", enumerate(p, fields), "None", p.N("grant.tell.activities", none))
	case k == OfFields && len(fields) > 0:
		return p.T("grant.tell.fields", "List", enumerate(p, fields))
	}
	return ""
}

// enumerate writes "Gespräch (12), Konzept (3)", the most first.
func enumerate(p *locale.Printer, counts map[string]int) string {
	names := make([]string, 0, len(counts))
	for name := range counts {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	for i, name := range names {
		names[i] = name + " (" + p.Number(counts[name]) + ")"
	}
	return strings.Join(names, ", ")
}

// Tell writes the sentences of activities that the coordinator chose, in the
// order of time: one for those of the same type, title and field.
func Tell(chosen []activity.Told) []Sentence {
	chosen = slices.Clone(chosen)
	slices.SortFunc(chosen, func(a, b activity.Told) int {
		return cmp.Or(a.HappenedOn.Compare(b.HappenedOn), strings.Compare(a.ID.String(), b.ID.String()))
	})
	var list []Sentence
	groups := map[string][]activity.Told{}
	var order []string
	for _, t := range chosen {
		key := strings.Join([]string{string(t.Type), t.Title, string(t.Field)}, "\x00")
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], t)
	}
	for _, key := range order {
		text := tell(groups[key])
		list = append(list, Sentence{ID: uuid.New(), Kind: Highlight, Text: text, Said: text, Sources: sources(groups[key])})
	}
	return list
}

func sources(told []activity.Told) []EntrySource {
	list := make([]EntrySource, len(told))
	for i, t := range told {
		list[i] = EntrySource{Activity: t.ID, Version: t.Version, Hash: t.Hash()}
	}
	return list
}

// tell writes what was done: when, what, in which field, with whom, with which
// result.
func tell(told []activity.Told) string {
	p := german()
	first := told[0]
	days := make([]string, 0, len(told))
	var partners, results []string
	for _, t := range told {
		days = add(days, p.Date(t.HappenedOn.Time()))
		for _, name := range t.Partners {
			partners = add(partners, name)
		}
		if t.Result != "" {
			results = add(results, strings.TrimSuffix(strings.Join(strings.Fields(t.Result), " "), "."))
		}
	}
	text := p.T("grant.tell.done", "Days", series(p, days), "Type", p.T("activity.type."+string(first.Type)), "Title", first.Title)
	if first.Field != "" {
		text += p.T("grant.tell.field", "Field", p.T("activity.field."+string(first.Field)))
	}
	if len(partners) > 0 {
		text += p.T("grant.tell.partners", "Names", series(p, partners))
	}
	text += "."
	if len(results) > 0 {
		text += " " + p.T("grant.tell.result", "Result", strings.Join(results, "; "))
	}
	if r := []rune(text); len(r) > 1990 {
		text = string(r[:1990]) + " …"
	}
	return text
}

func add(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// series writes "a, b und c".
func series(p *locale.Printer, list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return p.T("grant.tell.and", "List", strings.Join(list[:len(list)-1], ", "), "Last", list[len(list)-1])
}

// Flag says that what a sentence was made from has changed since.
type Flag struct {
	Old   string
	New   string // as the log tells it now; "": nothing is left to tell
	Since time.Time
	Gone  int // sources that were deleted, or are not the reader's to see
}

// Flags compares the sentences of a draft with the log as it is now, by their
// id. A sentence without a flag still says what the log says. Nothing is taken
// over.
func Flags(ctx context.Context, tx *db.Tx, c Case, s Span, narrative []Sentence) (map[uuid.UUID]Flag, map[uuid.UUID]activity.Told, error) {
	var ids []uuid.UUID
	for _, one := range narrative {
		for _, src := range one.Sources {
			ids = append(ids, src.Activity)
		}
	}
	told, err := activity.ToldByID(ctx, tx, ids)
	if err != nil {
		return nil, nil, err
	}
	sums, err := activity.Sums(ctx, tx, LogOf(c, s))
	if err != nil {
		return nil, nil, err
	}
	flags := map[uuid.UUID]Flag{}
	for _, one := range narrative {
		switch {
		case one.Kind.Counted():
			if now := tally(one.Kind, s, sums); now != one.Said {
				flags[one.ID] = Flag{Old: one.Said, New: now}
			}
		case len(one.Sources) > 0:
			if f, changed := compareSentence(one, told); changed {
				flags[one.ID] = f
			}
		}
	}
	return flags, told, nil
}

func compareSentence(s Sentence, told map[uuid.UUID]activity.Told) (f Flag, changed bool) {
	f.Old = s.Said
	var left []activity.Told
	for _, src := range s.Sources {
		t, there := told[src.Activity]
		if !there || t.DeletedAt != nil {
			f.Gone++
			changed = true
		} else {
			left = append(left, t)
			changed = changed || t.Hash() != src.Hash
		}
		if there && t.ChangedAt.After(f.Since) && (t.DeletedAt != nil || t.Hash() != src.Hash) {
			f.Since = t.ChangedAt
		}
	}
	if len(left) > 0 {
		f.New = tell(left)
	}
	return f, changed
}

// TakeOver gives the sentence the text that the log tells now. One that has
// nothing left to tell is taken out.
func TakeOver(ctx context.Context, tx *db.Tx, c Case, s Span, narrative []Sentence, id uuid.UUID) ([]Sentence, error) {
	flags, told, err := Flags(ctx, tx, c, s, narrative)
	if err != nil {
		return nil, err
	}
	f, changed := flags[id]
	if !changed {
		return narrative, nil
	}
	narrative = slices.Clone(narrative)
	for i, one := range narrative {
		if one.ID != id {
			continue
		}
		if f.New == "" {
			return slices.Delete(narrative, i, i+1), nil
		}
		var left []activity.Told
		for _, src := range one.Sources {
			if t, there := told[src.Activity]; there && t.DeletedAt == nil {
				left = append(left, t)
			}
		}
		narrative[i].Text, narrative[i].Said, narrative[i].Sources = f.New, f.New, sources(left)
	}
	return narrative, nil
}

// sealedNarrative is what is submitted of the narrative: the sentences and from
// which version of which activity each comes, not what the activities say.
func sealedNarrative(list []Sentence) []Sentence {
	out := make([]Sentence, len(list))
	for i, s := range list {
		out[i] = Sentence{ID: s.ID, Kind: s.Kind, Text: s.Text}
		for _, src := range s.Sources {
			out[i].Sources = append(out[i].Sources, EntrySource{Activity: src.Activity, Version: src.Version})
		}
	}
	return out
}
