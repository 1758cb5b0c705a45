package minutes_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rundertisch/internal/minutes"
)

func para(spans ...minutes.Span) minutes.Node {
	return minutes.Node{Kind: minutes.Paragraph, Spans: spans}
}

func plain(s string) minutes.Span { return minutes.Span{Text: s} }

func TestMarkdown(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, in string
		want     []minutes.Node
	}{
		{"nothing", "", nil},
		{"paragraphs and a line break", "Eins\nzwei\n\nDrei", []minutes.Node{para(plain("Eins\nzwei")), para(plain("Drei"))}},
		{
			"bold, italic and both", "**fett** *kursiv* ***beides***",
			[]minutes.Node{para(
				minutes.Span{Text: "fett", Bold: true}, plain(" "), minutes.Span{Text: "kursiv", Italic: true}, plain(" "),
				minutes.Span{Text: "beides", Bold: true, Italic: true},
			)},
		},
		{
			"bullets with a nested list", "- eins\n- zwei\n  1. innen",
			[]minutes.Node{{Kind: minutes.Bullet, Items: [][]minutes.Node{
				{para(plain("eins"))},
				{para(plain("zwei")), {Kind: minutes.Numbered, Start: 1, Items: [][]minutes.Node{{para(plain("innen"))}}}},
			}}},
		},
		{
			"a date at the beginning keeps its number", "24. August 2018",
			[]minutes.Node{{Kind: minutes.Numbered, Start: 24, Items: [][]minutes.Node{{para(plain("August 2018"))}}}},
		},
		{
			"table", "| Jahr | Betrag |\n|---|---:|\n| 2024 | **90.000** |\n| 2025 |",
			[]minutes.Node{{Kind: minutes.Table, Rows: [][]minutes.Cell{
				{{plain("Jahr")}, {plain("Betrag")}},
				{{plain("2024")}, {{Text: "90.000", Bold: true}}},
				{{plain("2025")}, nil},
			}}},
		},
		{
			"links", "[hier](https://www.example.org/a?b=1) und [Post](mailto:amt@landkreis.example)",
			[]minutes.Node{para(
				minutes.Span{Text: "hier", URL: "https://www.example.org/a?b=1"}, plain(" und "),
				minutes.Span{Text: "Post", URL: "mailto:amt@landkreis.example"},
			)},
		},
		{"a row longer than the heading hides nothing", "a | b\n---|---\nc | d | e", []minutes.Node{para(plain("a | b\n---|---\nc | d | e"))}},
		{"an indented line is text", "    Rat\n\n- a\n\n          b", []minutes.Node{
			para(plain("Rat")), {Kind: minutes.Bullet, Items: [][]minutes.Node{{para(plain("a")), para(plain("b"))}}},
		}},
		{"escaped marks", `5 \* 3 und \[a\]`, []minutes.Node{para(plain("5 * 3 und [a]"))}},
		{"unclosed marks", "**fett und [Link](https://x", []minutes.Node{para(plain("**fett und [Link](https://x"))}},
		{"a star alone", "5 * 3 = 15", []minutes.Node{para(plain("5 * 3 = 15"))}},
		{"no headings", "# Eins\n\nZwei\n===", []minutes.Node{para(plain("# Eins")), para(plain("Zwei\n==="))}},
		{"no code, no quotes, no rules", "`a` ~~b~~\n\n> c\n\n---", []minutes.Node{para(plain("`a` ~~b~~")), para(plain("> c")), para(plain("---"))}},
		{"no references", "[a]: https://example.org\n\n[a]", []minutes.Node{para(plain("[a]: https://example.org")), para(plain("[a]"))}},
	} {
		if diff := cmp.Diff(tc.want, minutes.Markdown(tc.in)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

// TestMarkdownPayloads shows that nothing but text comes of what could harm.
func TestMarkdownPayloads(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		`<script>alert(1)</script>`,
		`<img src=x onerror=alert(1)>`,
		`<!-- a --> &lt;b&gt; &#106;`,
		`[x](javascript:alert(1))`,
		`[x](JaVaScRiPt:alert(1))`,
		`[x](javascript&#58;alert(1))`,
		`[x](data:text/html,a)`,
		`[x](vbscript:a)`,
		`[x](//example.org)`,
		`[x](/konto)`,
		`[x](http:a)`,
		`[x](https://)`,
		`[x](https://user:secret@example.org)`,
		`[x](mailto:nobody)`,
		`[x]()`,
		`[](https://example.org)`,
		`[x](https://example.org "Titel")`,
		`![x](https://example.org/a.png)`,
		`<https://example.org>`,
		`https://example.org`,
	} {
		want := []minutes.Node{para(plain(in))}
		if diff := cmp.Diff(want, minutes.Markdown(in)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", in, diff)
		}
	}
}

func TestMarkdownIsFast(t *testing.T) {
	t.Parallel()
	sentence := "Die Konferenz **nimmt** den [Bericht](https://example.org) zur Kenntnis.\n\n"
	for _, tc := range []struct{ name, in string }{
		{"2 MB of pasted text", strings.Repeat(sentence, 2<<20/len(sentence))},
		{"as much as is read", strings.Repeat(sentence, 64<<10/len(sentence))},
		{"lines", strings.Repeat("a\n", 30_000)},
		{"as many lines as are read", strings.Repeat("a\n", 3_000)},
		{"quotes", strings.Repeat(">", 60_000)},
		{"brackets", strings.Repeat("[", 10_000)},
		{"as many brackets as are read", strings.Repeat("[", 2_000) + strings.Repeat("]", 2_000)},
		{"links in links", strings.Repeat("[a](", 10_000)},
		{"as many links as are read", strings.Repeat("[a](", 500)},
		{"images", strings.Repeat("![", 2_000)},
		{"stars", strings.Repeat("*", 10_000)},
		{"as many stars as are read", strings.Repeat("*a ", 4_000)},
		{"mixed stars", strings.Repeat("**a *b ", 1_300)},
		{"underlines", strings.Repeat("_a", 4_000)},
		{"nested lists", strings.Repeat("- ", 10_000)},
		{"as many lists as are read", strings.Repeat(strings.Repeat("- ", 199)+"a\n", 160)},
		{"numbered lists", strings.Repeat("1. ", 10_000)},
		{"stairs", stairs(240)},
		{"a wide table", strings.Repeat("|a", 5_000) + "\n" + strings.Repeat("|-", 5_000) + "\n" + strings.Repeat("|\n", 10_000)},
		{"as large a table as is read", "|a|b|\n|-|-|\n" + strings.Repeat("|\n", 900)},
		{"delimiter rows", strings.Repeat("|-|-|\n", 3_000)},
		{"backslashes", strings.Repeat(`\`, 60_000)},
		{"parentheses", "[a](" + strings.Repeat("(", 50_000)},
	} {
		started := time.Now()
		nodes := minutes.Markdown(tc.in)
		minutes.PlainText(nodes)
		took := time.Since(started)
		t.Logf("%s: %s", tc.name, took.Round(time.Millisecond))
		if took > time.Second {
			t.Errorf("%s: took %s", tc.name, took)
		}
		if strings.Contains(tc.in, "a") && len(nodes) == 0 {
			t.Errorf("%s: the text is gone", tc.name)
		}
	}
}

// stairs nests a list one level deeper in each line.
func stairs(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("  ", i) + "- a\n")
	}
	return b.String()
}

// TestMarkdownKeepsTheWords draws words and marks: each letter comes out once.
func TestMarkdownKeepsTheWords(t *testing.T) {
	t.Parallel()
	piece := rapid.SampledFrom([]string{
		"Rat", "Ärzte", " ", "\n", "\n\n", "*", "**", "_", "[", "](", ")", "- ", "1. ", "|", "\n|-|-|\n", "  ", `\`, "!", "<b>", "&amp;", "https://example.org", "javascript:", "#", ">",
	})
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			if strings.ContainsRune("RatÄrzte", r) {
				return r
			}
			return -1
		}, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		in := minutes.Normalise(strings.Join(rapid.SliceOfN(piece, 0, 40).Draw(t, "pieces"), ""))
		nodes := minutes.Markdown(in)
		text := minutes.PlainText(nodes) + addresses(t, nodes)
		for _, word := range []string{"Rat", "Ärzte"} {
			if got, want := strings.Count(letters(text), letters(word)), strings.Count(letters(in), letters(word)); got != want {
				t.Errorf("%q has %q %d times, its text %q %d times", in, word, want, text, got)
			}
		}
	})
}

// addresses returns what nodes link to, each once for each span.
func addresses(t *rapid.T, nodes []minutes.Node) string {
	var b strings.Builder
	spans := func(list []minutes.Span) {
		last := ""
		for _, s := range list {
			if s.URL != "" && !strings.HasPrefix(s.URL, "https://") {
				t.Errorf("links to %q", s.URL)
			}
			if s.URL != last {
				b.WriteString(s.URL)
			}
			last = s.URL
		}
	}
	for _, n := range nodes {
		spans(n.Spans)
		for _, item := range n.Items {
			b.WriteString(addresses(t, item))
		}
		for _, row := range n.Rows {
			for _, cell := range row {
				spans(cell)
			}
		}
	}
	return b.String()
}

func TestPlainText(t *testing.T) {
	t.Parallel()
	in := "**Eins** [zwei](https://example.org)\n\n- drei\n- vier\n  - fünf\n\n| a | b |\n|---|---|\n| c | d |"
	if diff := cmp.Diff("Eins zwei\ndrei\nvier\nfünf\na b\nc d", minutes.PlainText(minutes.Markdown(in))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNormalise(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, in, want string }{
		{"NFC", "Ba\u0308rbel Budys\u030cin", "B\u00e4rbel Budy\u0161in"},
		{"line ends", "a\r\nb\rc\u2028d", "a\nb\nc\nd"},
		{"trailing blanks", "a  \n b\u00a0\n\n", "a\n b"},
		{"control characters", "a\x00b\x1b[31mc\td", "ab[31mc d"},
		{"hidden marks", "Kran\u00adken\u200bhaus\ufeff \u202eabc\u202c", "Krankenhaus abc"},
		{"broken bytes", "a\xffb", "a\ufffdb"},
		{"a mark that hid between letter and accent", "a\u00ad\u0308", "\u00e4"},
	} {
		if got := minutes.Normalise(tc.in); got != tc.want {
			t.Errorf("%s: got %+q, want %+q", tc.name, got, tc.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		once := minutes.Normalise(rapid.String().Draw(t, "text"))
		if twice := minutes.Normalise(once); twice != once {
			t.Errorf("%+q becomes %+q", once, twice)
		}
	})
}
