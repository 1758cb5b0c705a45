package document

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/JohannesKaufmann/html-to-markdown/v2/converter"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/base"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/commonmark"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/table"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// markdown returns the top-level elements of a page in Markdown, empty ones
// left out.
func markdown(page []byte) ([]string, error) {
	body := &html.Node{Type: html.ElementNode, DataAtom: atom.Body, Data: "body"}
	nodes, err := html.ParseFragment(bytes.NewReader(page), body)
	if err != nil {
		return nil, fmt.Errorf("parse page: %w", err)
	}
	for _, n := range nodes {
		body.AppendChild(n)
	}
	restrict(body, false)
	conv := converter.NewConverter(converter.WithPlugins(
		base.NewBasePlugin(), commonmark.NewCommonmarkPlugin(), table.NewTablePlugin(
			table.WithHeaderPromotion(true), table.WithSpanCellBehavior(table.SpanBehaviorEmpty)),
	))
	var blocks []string
	for n := range body.ChildNodes() {
		text, err := element(conv, n)
		if err != nil {
			return nil, err
		}
		if text = strings.TrimSpace(text); text != "" {
			blocks = append(blocks, text)
		}
	}
	return blocks, nil
}

func element(conv *converter.Converter, n *html.Node) (string, error) {
	var out bytes.Buffer
	if err := html.Render(&out, n); err != nil {
		return "", fmt.Errorf("write element: %w", err)
	}
	text, err := conv.ConvertString(out.String())
	if err != nil {
		return "", fmt.Errorf("convert element: %w", err)
	}
	return tidy.Replace(blankLine.ReplaceAllString(text, "\n")), nil
}

var (
	// tidy writes signs that could begin HTML so that people can read them.
	tidy = strings.NewReplacer("&lt;", `\<`, "&gt;", `\>`)
	// blankLine is what stands between a list and the list in it.
	blankLine = regexp.MustCompile(`\n[ \t]+\n`)
)

// restrict turns the page into what minutes know: headings become bold
// paragraphs, links that lead nowhere become text, a cell has one line, pictures
// and the arrows back from footnotes go.
func restrict(n *html.Node, inCell bool) {
	inCell = inCell || n.DataAtom == atom.Td || n.DataAtom == atom.Th
	for child := n.FirstChild; child != nil; {
		next := child.NextSibling
		restrict(child, inCell)
		switch {
		case child.Type != html.ElementNode:
		case child.DataAtom == atom.Img || strings.HasPrefix(href(child), "#footnote-ref") || strings.HasPrefix(href(child), "#endnote-ref"):
			n.RemoveChild(child)
		case child.DataAtom == atom.A && followable(href(child)) == "":
			moveChildren(n, child, child)
			n.RemoveChild(child)
		case inCell && (child.DataAtom == atom.P || child.DataAtom == atom.Br):
			moveChildren(n, child, child)
			n.InsertBefore(&html.Node{Type: html.TextNode, Data: " "}, child)
			n.RemoveChild(child)
		case len(child.Data) == 2 && child.Data[0] == 'h' && child.Data[1] >= '1' && child.Data[1] <= '6':
			bold := &html.Node{Type: html.ElementNode, DataAtom: atom.Strong, Data: "strong"}
			moveChildren(bold, child, nil)
			child.AppendChild(bold)
			child.DataAtom, child.Data = atom.P, "p"
		}
		child = next
	}
}

func href(n *html.Node) string {
	for _, a := range n.Attr {
		if a.Key == "href" {
			return a.Val
		}
	}
	return ""
}

// moveChildren moves the children of from into to, before a child of to or, if
// that is nil, to the end.
func moveChildren(to, from, before *html.Node) {
	for from.FirstChild != nil {
		child := from.FirstChild
		from.RemoveChild(child)
		to.InsertBefore(child, before)
	}
}
