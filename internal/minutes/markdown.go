package minutes

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	tables "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Limits of what is read as marks. What lies beyond is shown as it was typed:
// nothing is lost, and no text makes the server work for long. The parser's time
// grows with the square of some of these numbers.
const (
	maxMarked   = 64 << 10 // bytes of one block
	maxLines    = 3000
	maxLinks    = 500
	maxBrackets = 2000
	maxStars    = 4000
	maxOpened   = 200  // lists that one line opens
	maxNested   = 4    // lists in lists
	maxCells    = 2000 // of one table
)

// NodeKind is the kind of a piece of formatted text.
type NodeKind string

// The kinds of formatted text.
const (
	Paragraph NodeKind = "paragraph" // Spans
	Bullet    NodeKind = "bullet"    // Items
	Numbered  NodeKind = "numbered"  // Items, the first with the number Start
	Table     NodeKind = "table"     // Rows, the first is the heading
)

// Node is a piece of formatted text. Its kind says which fields it uses.
type Node struct {
	Kind  NodeKind
	Spans []Span
	Start int
	Items [][]Node
	Rows  [][]Cell
}

// Cell is a cell of a table.
type Cell []Span

// Span is text of one look. A line break within it is meant. URL is empty, or
// an address with http, https or mailto.
type Span struct {
	Text         string
	Bold, Italic bool
	URL          string
}

// markdownParser knows paragraphs, lists, tables, emphasis and links, and
// nothing else: HTML, headings, code, quotes and images stay as they were
// typed. It is safe for concurrent use.
var markdownParser = sync.OnceValue(func() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(indentedToo{parser.NewParagraphParser()}, 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewEmphasisParser(), 500),
		),
		parser.WithParagraphTransformers(
			util.Prioritized(smallTables{extension.NewTableParagraphTransformer()}, 200),
		),
	)
})

// indentedToo begins a paragraph at an indented line as well. In full Markdown
// that is code; without a parser for code the line would vanish.
type indentedToo struct{ parser.BlockParser }

// CanAcceptIndentedLine implements parser.BlockParser.
func (indentedToo) CanAcceptIndentedLine() bool { return true }

// smallTables keeps the table parser away from tables beyond maxCells, since it
// fills up each short row, so that a few bytes could become millions of cells;
// and from rows longer than the heading, since it would drop what they hold.
type smallTables struct{ parser.ParagraphTransformer }

// Transform implements parser.ParagraphTransformer.
func (s smallTables) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines := node.Lines()
	columns := 0 // of the heading, once the line below it was found
	for i := range lines.Len() {
		line := lines.At(i)
		row := bytes.TrimSpace(line.Value(reader.Source()))
		n := cells(row)
		switch {
		case columns == 0 && i > 0 && len(bytes.Trim(row, "-|: ")) == 0:
			columns = n
		case columns > 0 && n > columns, n > maxCells/lines.Len():
			return
		}
	}
	s.ParagraphTransformer.Transform(node, reader, pc)
}

// cells returns how many cells the row has.
func cells(row []byte) int {
	row = bytes.TrimSuffix(bytes.TrimPrefix(row, []byte("|")), []byte("|"))
	return bytes.Count(row, []byte("|")) - bytes.Count(row, []byte(`\|`)) + 1
}

// Markdown reads normalised text with a few marks: paragraphs, bullet and
// numbered lists, tables, bold, italic, and links with http, https or mailto.
// Everything else is text, links to elsewhere too. It never fails.
func Markdown(marked string) []Node {
	if tooMuch(marked) {
		return literal(marked)
	}
	r := reader{source: []byte(marked)}
	return r.blocks(markdownParser().Parse(text.NewReader(r.source)), 0)
}

// tooMuch says whether reading the marks could take long.
func tooMuch(marked string) bool {
	return len(marked) > maxMarked ||
		strings.Count(marked, "\n") > maxLines ||
		strings.Count(marked, "](") > maxLinks ||
		strings.Count(marked, "[") > maxBrackets ||
		strings.Count(marked, "*")+strings.Count(marked, "_") > maxStars ||
		deep(marked)
}

// deep says whether a line opens more than maxOpened lists at once.
func deep(marked string) bool {
	for line := range strings.Lines(marked) {
		n := 0
		for word := range strings.FieldsSeq(line) {
			if strings.Trim(word, "-+*0123456789.)") != "" {
				break
			}
			n++
		}
		if n > maxOpened {
			return true
		}
	}
	return false
}

// literal shows text as it was typed, in paragraphs.
func literal(typed string) []Node {
	var nodes []Node
	for part := range strings.SplitSeq(typed, "\n\n") {
		if part = strings.Trim(part, "\n"); part != "" {
			nodes = append(nodes, Node{Kind: Paragraph, Spans: []Span{{Text: part}}})
		}
	}
	return nodes
}

// reader turns goldmark's tree into ours.
type reader struct{ source []byte }

func (r reader) blocks(parent ast.Node, depth int) []Node {
	var nodes []Node
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.List:
			nodes = append(nodes, r.list(n, depth)...)
		case *tables.Table:
			nodes = append(nodes, r.table(n))
		default: // paragraph, or the text block of a tight list
			if spans := r.spans(n); len(spans) > 0 {
				nodes = append(nodes, Node{Kind: Paragraph, Spans: spans})
			}
		}
	}
	return nodes
}

// list returns one node, or the items' own nodes where lists nest too deep.
func (r reader) list(n *ast.List, depth int) []Node {
	list := Node{Kind: Bullet}
	if n.IsOrdered() {
		list.Kind, list.Start = Numbered, n.Start
	}
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		list.Items = append(list.Items, r.blocks(item, depth+1))
	}
	if depth >= maxNested {
		return slices.Concat(list.Items...)
	}
	return []Node{list}
}

func (r reader) table(n *tables.Table) Node {
	table := Node{Kind: Table}
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		var cells []Cell
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			cells = append(cells, r.spans(cell))
		}
		table.Rows = append(table.Rows, cells)
	}
	return table
}

func (r reader) spans(parent ast.Node) []Span {
	var line spanLine
	r.inline(&line, parent, Span{})
	return line.spans
}

func (r reader) inline(line *spanLine, parent ast.Node, look Span) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			line.add(look, string(util.UnescapePunctuations(n.Segment.Value(r.source))))
			if n.SoftLineBreak() || n.HardLineBreak() {
				line.add(look, "\n")
			}
		case *ast.Emphasis:
			inner := look
			inner.Bold = look.Bold || n.Level == 2
			inner.Italic = look.Italic || n.Level == 1
			r.inline(line, n, inner)
		case *ast.Link:
			r.link(line, n, look)
		case *ast.Image: // never loaded: stays as typed
			line.add(look, "![")
			r.inline(line, n, look)
			line.add(look, "]("+target(n.Destination, n.Title)+")")
		default:
			r.inline(line, n, look)
		}
	}
}

// link makes a link of what may be one. What a reader would not see, a title or
// a link without words, stays as it was typed.
func (r reader) link(line *spanLine, n *ast.Link, look Span) {
	address := string(n.Destination)
	if len(n.Title) == 0 && safe(address) && strings.TrimSpace(wordsOf(r.spans(n))) != "" {
		look.URL = address
		r.inline(line, n, look)
		return
	}
	line.add(look, "[")
	r.inline(line, n, look)
	line.add(look, "]("+target(n.Destination, n.Title)+")")
}

func wordsOf(spans []Span) string {
	var b strings.Builder
	writeSpans(&b, spans)
	return b.String()
}

func target(destination, title []byte) string {
	if len(title) == 0 {
		return string(destination)
	}
	return string(destination) + ` "` + string(title) + `"`
}

// safe says whether an address may become a link.
func safe(address string) bool {
	if strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7F }) {
		return false
	}
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "http", "https":
		return u.Host != "" && u.User == nil
	case "mailto":
		return strings.Contains(u.Opaque, "@")
	}
	return false
}

// spanLine collects spans and joins neighbours of the same look.
type spanLine struct{ spans []Span }

func (l *spanLine) add(look Span, s string) {
	if s == "" {
		return
	}
	if last := len(l.spans) - 1; last >= 0 {
		prev := l.spans[last]
		if prev.Bold == look.Bold && prev.Italic == look.Italic && prev.URL == look.URL {
			l.spans[last].Text += s
			return
		}
	}
	look.Text = s
	l.spans = append(l.spans, look)
}
