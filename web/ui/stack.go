package ui

import (
	"bytes"
	"context"
	"html"
	"io"
	"regexp"
	"strconv"

	"github.com/a-h/templ"
)

// cellStart is the tag that begins a row or a cell of it.
var (
	cellStart = regexp.MustCompile(`<(tr|td|th)\b[^>]*`)
	cellSpan  = regexp.MustCompile(`\bcolspan="(\d+)"`)
)

// labelled writes its children, the rows of a table, with the label of its
// column at each cell: on a phone the cells of a row stand below each other.
func labelled(columns []Column) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var rows bytes.Buffer
		if err := templ.GetChildren(ctx).Render(templ.ClearChildren(ctx), &rows); err != nil {
			return err
		}
		_, err := w.Write(labelCells(rows.Bytes(), columns))
		return err
	})
}

// labelCells puts data-label on every td: the label of the column in which it
// stands, if that is shown. Texts are escaped, so that "<" begins a tag and nothing else.
func labelCells(rows []byte, columns []Column) []byte {
	at := 0
	return cellStart.ReplaceAllFunc(rows, func(tag []byte) []byte {
		if bytes.HasPrefix(tag, []byte("<tr")) {
			at = 0
			return tag
		}
		column := at
		at++
		if m := cellSpan.FindSubmatch(tag); m != nil {
			n, _ := strconv.Atoi(string(m[1])) //nolint:errcheck // digits
			at = column + max(n, 1)
		}
		if bytes.HasPrefix(tag, []byte("<th")) || column >= len(columns) || columns[column].Hidden {
			return tag
		}
		return append([]byte(`<td data-label="`+html.EscapeString(columns[column].Label)+`"`), tag[len("<td"):]...)
	})
}
