package ui

import (
	"bytes"
	"context"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"rundertisch/internal/locale"
)

// render returns what a component writes, in German unless lang is given.
func render(t *testing.T, c templ.Component, lang ...string) *goquery.Document {
	t.Helper()
	ctx := context.Background()
	if len(lang) > 0 {
		ctx = locale.NewContext(ctx, locale.New(lang[0], nil))
	}
	var out bytes.Buffer
	if err := c.Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// attr returns the attribute of the first match, and fails without a match.
func attr(t *testing.T, doc *goquery.Document, selector, name string) string {
	t.Helper()
	found := doc.Find(selector)
	if found.Length() == 0 {
		t.Fatalf("nothing matches %q", selector)
	}
	return found.First().AttrOr(name, "")
}
