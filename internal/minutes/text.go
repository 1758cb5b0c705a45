package minutes

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Normalise brings text to the one form in which it is stored, compared and
// hashed: valid UTF-8 in NFC, lines ended by LF, no blanks at their ends, no
// blank lines around it, no control characters. Invisible marks that pasted
// text brings along go too: soft hyphens would hide in a diff, and direction
// marks can make a sentence read otherwise than it is stored.
func Normalise(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\v", "\n", "\f", "\n", "\t", " ").Replace(text)
	text = norm.NFC.String(strings.Map(visible, text))
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRightFunc(line, unicode.IsSpace)
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// visible drops what has no place in minutes.
func visible(r rune) rune {
	switch {
	case r == '\n':
		return r
	case unicode.IsControl(r), r == '\u00AD', r == '\uFEFF', r == '\u200B', unicode.Is(unicode.Bidi_Control, r):
		return -1
	}
	return r
}

// PlainText returns the text of nodes without marks: a line for each paragraph,
// list item and row, for search, mail and counting.
func PlainText(nodes []Node) string {
	var b strings.Builder
	writePlain(&b, nodes)
	return strings.TrimSuffix(b.String(), "\n")
}

func writePlain(b *strings.Builder, nodes []Node) {
	for _, n := range nodes {
		switch n.Kind {
		case Paragraph:
			writeSpans(b, n.Spans)
			b.WriteByte('\n')
		case Bullet, Numbered:
			for _, item := range n.Items {
				writePlain(b, item)
			}
		case Table:
			for _, row := range n.Rows {
				for i, cell := range row {
					if i > 0 {
						b.WriteByte(' ')
					}
					writeSpans(b, cell)
				}
				b.WriteByte('\n')
			}
		}
	}
}

func writeSpans(b *strings.Builder, spans []Span) {
	for _, s := range spans {
		b.WriteString(s.Text)
	}
}
