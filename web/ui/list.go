package ui

import (
	"context"

	"rundertisch/internal/link"
	"rundertisch/internal/locale"
)

// Grid describes a Table: its caption and columns; children are the rows.
type Grid struct {
	ID            string // unique on the page
	Caption       string
	CaptionHidden bool // where a heading above says the same
	Columns       []Column
	Small         bool
	Striped       bool
	Footer        bool // the last child is a <tfoot> of its own
	Stack         bool // on phones the cells of a row stand below each other, each with its column's label
}

func (g Grid) class() string {
	class := "kern-table"
	if g.Small {
		class += " kern-table--small"
	}
	if g.Striped {
		class += " kern-table--striped"
	}
	return class
}

func (g Grid) captionID() string { return g.ID + "-titel" }

// Column is the head of one column. With SortURL it is a link that sorts.
type Column struct {
	Label   string
	Numeric bool
	Hidden  bool   // label for screen readers only, e.g. "Aktionen"
	SortURL string // see SortColumn
	Sorted  string // "ascending", "descending" or ""
}

func (c Column) class() string {
	class := "kern-table__header"
	if c.Numeric {
		class += " kern-table__header--numeric"
	}
	return class
}

// CursorBefore and CursorAfter are the query parameters of keyset paging;
// sorting and filtering drop them.
const (
	CursorBefore = "vor"
	CursorAfter  = "nach"
	SortBy       = "sort"
)

// SortColumn is a column that sorts by field: a first click upwards, a second
// downwards (?sort=-field). address is the address of the list with its
// filter, sort the present value of the parameter.
func SortColumn(label, field, sort, address string) Column {
	c := Column{Label: label}
	next := field
	switch sort {
	case field:
		c.Sorted, next = "ascending", "-"+field
	case "-" + field:
		c.Sorted = "descending"
	}
	c.SortURL = link.With(address, SortBy, next, CursorBefore, "", CursorAfter, "")
	return c
}

// Paging describes a Pager. Count is the number of hits, counted up to
// MaxCount+1; a negative one is not shown.
type Paging struct {
	PrevURL string
	NextURL string
	Count   int
	Label   string // names the list for screen readers; default "Seiten"
}

// MaxCount is the number up to which hits are counted.
const MaxCount = 1000

// CountText writes a number of hits: "1 Eintrag", "mehr als 1.000 Einträge".
func CountText(ctx context.Context, n int) string {
	if n > MaxCount {
		return locale.T(ctx, "ui.pager.more", "Count", locale.Number(ctx, MaxCount))
	}
	return locale.N(ctx, "ui.pager.count", n)
}

func (p Paging) label(ctx context.Context) string {
	if p.Label != "" {
		return p.Label
	}
	return locale.T(ctx, "ui.pager.label")
}

// Filters describes a FilterBar: a GET form whose fields are the children.
type Filters struct {
	Action   string // address of the list without a query
	Chips    []Chip // filters in force
	ResetURL string // address without filters; "" while none is in force
	Hidden   []Hidden
	Label    string
}

// Chip is one filter in force and the address without it.
type Chip struct {
	Label     string
	RemoveURL string
}

// Downloads are the addresses of what is shown as files; "" leaves one out.
type Downloads struct {
	CSV  string
	XLSX string
	JSON string
}

// DownloadsOf makes the addresses from the address of the page.
func DownloadsOf(address string) Downloads {
	address = link.With(address, CursorBefore, "", CursorAfter, "")
	return Downloads{CSV: link.With(address, "format", "csv"), XLSX: link.With(address, "format", "xlsx")}
}
