package minutes

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// Op says what became of a piece of text.
type Op string

// What becomes of text between two versions.
const (
	Equal    Op = "equal"
	Deleted  Op = "deleted"
	Inserted Op = "inserted"
)

// Change is a piece of text that stayed, went or came.
type Change struct {
	Op   Op
	Text string
}

// diffPatience bounds the search for the smallest difference. What is not found
// by then shows as one deletion and one insertion, which is coarse, not wrong.
const diffPatience = 200 * time.Millisecond

// Diff compares two texts word by word. The equal and deleted pieces together
// are before, the equal and inserted ones are after; between two equal pieces stands
// at most one deletion and then one insertion.
func Diff(before, after string) []Change {
	if before == after {
		return appendChange(nil, Equal, before)
	}
	a := alphabet{runes: map[string]rune{}}
	oldRunes, okOld := a.encode(before)
	newRunes, okNew := a.encode(after)
	if !okOld || !okNew {
		return appendChange(appendChange(nil, Deleted, before), Inserted, after)
	}
	dmp := diffmatchpatch.New()
	dmp.DiffTimeout = diffPatience
	return a.decode(a.readable(hunks(dmp.DiffMainRunes(oldRunes, newRunes, false))))
}

// alphabet gives each distinct token a private-use character, so that a diff of
// characters is a diff of words.
type alphabet struct {
	runes  map[string]rune
	tokens []string
}

// letter returns the n-th private-use character: first those of the basic
// plane, then planes 15 and 16. There are 137,468.
func letter(n int) (rune, bool) {
	const basic, plane = 0xF8FF - 0xE000 + 1, 0xFFFD + 1
	switch {
	case n < basic:
		return 0xE000 + rune(n), true //nolint:gosec // n is below 6,400
	case n < basic+plane:
		return 0xF0000 + rune(n-basic), true
	case n < basic+2*plane:
		return 0x100000 + rune(n-basic-plane), true
	}
	return 0, false
}

// index is the inverse of letter.
func index(r rune) int {
	const basic, plane = 0xF8FF - 0xE000 + 1, 0xFFFD + 1
	switch {
	case r < 0xF0000:
		return int(r - 0xE000)
	case r < 0x100000:
		return int(r-0xF0000) + basic
	}
	return int(r-0x100000) + basic + plane
}

// encode writes text in letters; false means that the alphabet ran out.
func (a *alphabet) encode(text string) ([]rune, bool) {
	var out []rune
	for text != "" {
		token := text[:tokenLen(text)]
		text = text[len(token):]
		r, known := a.runes[token]
		if !known {
			var ok bool
			if r, ok = letter(len(a.tokens)); !ok {
				return nil, false
			}
			a.runes[token] = r
			a.tokens = append(a.tokens, token)
		}
		out = append(out, r)
	}
	return out, true
}

func (a *alphabet) word(r rune) string { return a.tokens[index(r)] }

// tokenLen returns the length of the first token: a word or number, a run of
// blanks, or a single other character.
func tokenLen(text string) int {
	first, size := utf8.DecodeRuneInString(text)
	switch {
	case unicode.IsSpace(first):
		if end := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsSpace(r) }); end > 0 {
			return end
		}
		return len(text)
	case !isWord(first):
		return size
	}
	last := first
	for i, r := range text {
		if isWord(r) {
			last = r
			continue
		}
		// 1.234,50 and 14:30 and 3.11.2026 are one word each.
		if unicode.IsDigit(last) && strings.ContainsRune(".,:", r) {
			if next, _ := utf8.DecodeRuneInString(text[i+1:]); unicode.IsDigit(next) {
				last = r
				continue
			}
		}
		return i
	}
	return len(text)
}

func isWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// hunk is what was deleted and inserted between two equal pieces, and the equal
// piece after it.
type hunk struct{ deleted, inserted, equal []rune }

func hunks(diffs []diffmatchpatch.Diff) []hunk {
	list := []hunk{{}}
	for _, d := range diffs {
		last := &list[len(list)-1]
		if d.Type != diffmatchpatch.DiffEqual && len(last.equal) > 0 {
			list = append(list, hunk{})
			last = &list[len(list)-1]
		}
		switch d.Type {
		case diffmatchpatch.DiffDelete:
			last.deleted = append(last.deleted, []rune(d.Text)...)
		case diffmatchpatch.DiffInsert:
			last.inserted = append(last.inserted, []rune(d.Text)...)
		case diffmatchpatch.DiffEqual:
			last.equal = append(last.equal, []rune(d.Text)...)
		}
	}
	return list
}

// readable joins changes that only a few words keep apart: a sentence that was
// written anew reads better as one deletion and one insertion than as a mosaic.
// An equal piece is given up if it has no word, or is no longer than the changes
// on both sides; line breaks keep changes apart.
func (a *alphabet) readable(list []hunk) []hunk {
	out := list[:1]
	for _, next := range list[1:] {
		last := &out[len(out)-1]
		if last.size() == 0 || a.separates(last.equal, min(last.size(), next.size())) {
			out = append(out, next)
			continue
		}
		last.deleted = append(append(last.deleted, last.equal...), next.deleted...)
		last.inserted = append(append(last.inserted, last.equal...), next.inserted...)
		last.equal = next.equal
	}
	return out
}

// separates says whether an equal piece keeps changes apart of which the
// smaller has so many tokens.
func (a *alphabet) separates(equal []rune, size int) bool {
	hasWord := false
	for _, r := range equal {
		token := a.word(r)
		if strings.Contains(token, "\n") {
			return true
		}
		first, _ := utf8.DecodeRuneInString(token)
		hasWord = hasWord || isWord(first)
	}
	return hasWord && len(equal) > size
}

func (h hunk) size() int { return max(len(h.deleted), len(h.inserted)) }

func (a *alphabet) decode(list []hunk) []Change {
	var out []Change
	for _, h := range list {
		out = appendChange(out, Deleted, a.text(h.deleted))
		out = appendChange(out, Inserted, a.text(h.inserted))
		out = appendChange(out, Equal, a.text(h.equal))
	}
	return out
}

func (a *alphabet) text(runes []rune) string {
	var b strings.Builder
	for _, r := range runes {
		b.WriteString(a.word(r))
	}
	return b.String()
}

func appendChange(list []Change, op Op, text string) []Change {
	if text == "" {
		return list
	}
	return append(list, Change{Op: op, Text: text})
}
