package document

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMarkdownIsRestricted(t *testing.T) {
	t.Parallel()
	for page, want := range map[string][]string{
		`<p>a &lt; b &amp; c</p>`:                    {`a \< b & c`},
		`<p>- kein Punkt</p><p># kein Titel</p>`:     {`\- kein Punkt`, `\# kein Titel`},
		`<ul><li>a<ul><li>b</li></ul></li></ul>`:     {"- a\n  - b"},
		`<ol><li>a</li><li>b</li></ol>`:              {"1. a\n2. b"},
		`<h2>Titel <strong>fett</strong></h2>`:       {"**Titel fett**"},
		`<p><img src="data:x"/></p><p> </p>`:         nil,
		`<p>x<sup>2</sup> <s>y</s></p>`:              {"x2 y"},
		`<p><a id="mark"></a><a href="#a">b</a></p>`: {"b"},
		`<p>A<sup><a href="#footnote-1">[1]</a></sup></p><ol><li id="footnote-1"><p>Fuß <a href="#footnote-ref-1">↑</a></p></li></ol>`: {`A\[1]`, "1. Fuß"},
		`<table><tr><td><p>a</p><p>b<br/>c</p></td></tr></table>`:                                                                      {"| a b c |\n|-------|"},
	} {
		got, err := markdown([]byte(page))
		if err != nil {
			t.Errorf("%s: %v", page, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", page, diff)
		}
	}
}
