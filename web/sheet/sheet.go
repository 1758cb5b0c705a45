// Package sheet sends tables as CSV and XLSX: as German offices open them, and
// without a text that a spreadsheet takes for a formula.
package sheet

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"rundertisch/internal/calendar"
	"rundertisch/internal/document"
	"rundertisch/internal/money"
)

// The formats, as the parameter "format" names them.
const (
	CSV  = "csv"
	XLSX = "xlsx"
)

// Known says whether the format is one of them.
func Known(format string) bool { return format == CSV || format == XLSX }

// File describes a table that is sent. The first row is its head.
type File struct {
	Name   string // "taetigkeiten"; day and ending are added
	Sheet  string // name of the sheet in a workbook, at most 31 characters
	Format string
	Day    calendar.Date
}

// Cell is one value of a row.
type Cell struct {
	text   string
	date   calendar.Date
	number string
	cents  *money.Cents
}

// Text is a cell with a text.
func Text(s string) Cell { return Cell{text: s} }

// Date is a cell with a date; the zero date is empty.
func Date(d calendar.Date) Cell { return Cell{date: d} }

// Number is a cell with a whole number.
func Number(n int) Cell { return Cell{number: strconv.Itoa(n)} }

// Money is a cell with an amount in euros.
func Money(c money.Cents) Cell { return Cell{cents: &c} }

// Head is a row of texts.
func Head(texts ...string) []Cell {
	row := make([]Cell, len(texts))
	for i, t := range texts {
		row[i] = Text(t)
	}
	return row
}

// Rows hands a head and rows that are at hand to Send.
func Rows(head []Cell, rows [][]Cell) func(add func([]Cell) error) error {
	return func(add func([]Cell) error) error {
		if err := add(head); err != nil {
			return err
		}
		for _, row := range rows {
			if err := add(row); err != nil {
				return err
			}
		}
		return nil
	}
}

// Send makes the file in the temporary folder and then sends it; rows hands its
// rows to add, the head first. So no connection to the database waits for a
// slow reader, and what fails on the way is an error page, not half a file.
func Send(w http.ResponseWriter, r *http.Request, f File, rows func(add func([]Cell) error) error) (err error) {
	spool, err := os.CreateTemp("", "rt-export-*")
	if err != nil {
		return fmt.Errorf("make export file: %w", err)
	}
	defer func() { err = errors.Join(err, spool.Close()) }()
	if err := os.Remove(spool.Name()); err != nil { // it lives as long as it is open
		return fmt.Errorf("hide export file: %w", err)
	}
	write := writeCSV
	kind := "text/csv; charset=utf-8"
	if f.Format == XLSX {
		write, kind = writeXLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	if err := write(spool, f, rows); err != nil {
		return err
	}
	size, err := spool.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = spool.Seek(0, io.SeekStart)
	}
	if err != nil {
		return fmt.Errorf("read export file: %w", err)
	}
	h := w.Header()
	name := f.Name + "-" + f.Day.String() + "." + f.Format
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	h.Set("Content-Disposition", document.Disposition(name))
	if r.Method != http.MethodHead {
		_, _ = io.Copy(w, spool) // the reader may be gone
	}
	return nil
}

// writeCSV writes as German offices open it: UTF-8 with byte order mark,
// semicolons, CRLF.
func writeCSV(out io.Writer, _ File, rows func(add func([]Cell) error) error) error {
	if _, err := io.WriteString(out, "\ufeff"); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	w := csv.NewWriter(out)
	w.Comma, w.UseCRLF = ';', true
	err := rows(func(row []Cell) error {
		texts := make([]string, len(row))
		for i, c := range row {
			texts[i] = c.csv()
		}
		return w.Write(texts)
	})
	if err != nil {
		return err
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

func (c Cell) csv() string {
	switch {
	case c.number != "":
		return c.number
	case c.cents != nil:
		return strings.Replace(c.cents.String(), ".", ",", 1)
	case !c.date.IsZero():
		return c.date.Time().Format("02.01.2006")
	}
	return harmless(c.text)
}

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\x00", rune(s[0])) {
		return "'" + s
	}
	return s
}

// writeXLSX streams rows into a workbook with a frozen head.
func writeXLSX(out io.Writer, f File, rows func(add func([]Cell) error) error) (err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	if err := book.SetSheetName("Sheet1", f.Sheet); err != nil {
		return fmt.Errorf("name sheet: %w", err)
	}
	style, err := styles(book)
	if err != nil {
		return err
	}
	sheet, err := book.NewStreamWriter(f.Sheet)
	if err != nil {
		return fmt.Errorf("open sheet: %w", err)
	}
	if err := errors.Join(
		sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}),
		sheet.SetColWidth(1, 20, 18),
	); err != nil {
		return fmt.Errorf("lay out sheet: %w", err)
	}
	line := 0
	err = rows(func(row []Cell) error {
		line++
		values := make([]any, len(row))
		for i, c := range row {
			values[i] = c.xlsx(style, line == 1)
		}
		return sheet.SetRow("A"+strconv.Itoa(line), values)
	})
	if err != nil {
		return err
	}
	if err := sheet.Flush(); err != nil {
		return fmt.Errorf("close sheet: %w", err)
	}
	if _, err := book.WriteTo(out); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

// sheetStyles are the numbers of the workbook's styles.
type sheetStyles struct{ head, date, money int }

func styles(book *excelize.File) (sheetStyles, error) {
	format := "dd.mm.yyyy"
	head, errHead := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	date, errDate := book.NewStyle(&excelize.Style{CustomNumFmt: &format})
	euro := `#,##0.00\ "€"`
	amount, errMoney := book.NewStyle(&excelize.Style{CustomNumFmt: &euro})
	if err := errors.Join(errHead, errDate, errMoney); err != nil {
		return sheetStyles{}, fmt.Errorf("style sheet: %w", err)
	}
	return sheetStyles{head: head, date: date, money: amount}, nil
}

// xlsx returns the value for the stream writer. Texts are strings, never
// formulas, whatever they begin with.
func (c Cell) xlsx(s sheetStyles, head bool) any {
	switch {
	case head:
		return excelize.Cell{StyleID: s.head, Value: c.text}
	case c.number != "":
		n, err := strconv.Atoi(c.number)
		if err != nil {
			return c.number
		}
		return n
	case c.cents != nil:
		return excelize.Cell{StyleID: s.money, Value: euros(*c.cents)}
	case !c.date.IsZero():
		return excelize.Cell{StyleID: s.date, Value: c.date.Time()}
	}
	return c.text
}

// euros is the amount as a workbook holds numbers. Up to the largest amount,
// cents survive: a float64 has 15 digits, the amount at most 12.
func euros(c money.Cents) float64 { return float64(c) / 100 }
