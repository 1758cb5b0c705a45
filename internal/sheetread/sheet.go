// Package sheetread reads the tables that people upload: CSV in the encodings
// and with the separators that offices use, and the first sheet of an Excel
// workbook, within limits, so that no file costs more than it should.
package sheetread

import (
	"context"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"

	"rundertisch/internal/calendar"
	"rundertisch/internal/fault"
)

// The limits of an uploaded table.
const (
	MaxFile        = 10 << 20 // bytes
	MaxRows        = 5000
	maxColumns     = 60
	maxUnpacked    = 64 << 20
	maxUnpackedXML = 16 << 20
	maxEntries     = 2000    // files inside a workbook
	maxSheetText   = 8 << 20 // bytes of all cells
)

// Sheet is an uploaded table as text.
type Sheet struct {
	Head []string `json:"head"`
	Rows []Row    `json:"rows"`
	// Serial says that dates are numbers, as in a workbook; Since1904, that
	// they count from 1904.
	Serial    bool `json:"serial,omitempty"`
	Since1904 bool `json:"since_1904,omitempty"`
}

// Row is a row and the line where it stands in the file.
type Row struct {
	Line  int      `json:"line"`
	Cells []string `json:"cells"`
}

// Cell returns the i-th cell, "" beyond the end.
func (r Row) Cell(i int) string {
	if i < len(r.Cells) {
		return r.Cells[i]
	}
	return ""
}

// Read reads an Excel workbook or a CSV file. name is the file's name. It
// returns fault.Fields for "file" that say why a file is refused.
func Read(name string, data []byte) (Sheet, error) {
	ending := ""
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		ending = strings.ToLower(name[i+1:])
	}
	zipped, old := strings.HasPrefix(string(data[:min(4, len(data))]), "PK\x03\x04"), strings.HasPrefix(string(data[:min(4, len(data))]), "\xD0\xCF\x11\xE0")
	switch {
	case len(data) == 0:
		return Sheet{}, refuse("upload.error.empty")
	case len(data) > MaxFile:
		return Sheet{}, refuse("upload.error.large", "Max", MaxFile>>20)
	case ending == "xlsm" || ending == "xltm" || ending == "xlsb":
		return Sheet{}, refuse("upload.error.macro")
	case ending == "xls" || old:
		return Sheet{}, refuse("upload.error.old")
	case ending == "xlsx" && zipped:
		return readWorkbook(data)
	case (ending == "csv" || ending == "txt" || ending == "tsv") && !zipped:
		return readCSV(data)
	case ending == "xlsx" || ending == "csv" || ending == "txt" || ending == "tsv":
		return Sheet{}, refuse("upload.error.broken")
	}
	return Sheet{}, refuse("upload.error.kind")
}

// presses let two files be read at once: a workbook costs far more memory than
// its size.
var presses = make(chan struct{}, 2)

const pressPatience = 3 * time.Second

// ReadInTurn reads a file as Read does, after those that came before. It takes
// a while and is not for a transaction. It returns fault.Unavailable if too many
// files are being read at the moment.
func ReadInTurn(ctx context.Context, name string, data []byte) (Sheet, error) {
	wait, cancel := context.WithTimeout(ctx, pressPatience)
	defer cancel()
	select {
	case presses <- struct{}{}:
		defer func() { <-presses }()
	case <-wait.Done():
		return Sheet{}, fault.Explain(errors.Join(fault.Unavailable, wait.Err()), "upload.error.busy")
	}
	return Read(name, data)
}

// Date reads a date as people write it, or a workbook's number of days. It
// returns an error for what is no date.
func (s Sheet) Date(text string) (calendar.Date, error) {
	if s.Serial {
		if days, err := strconv.ParseFloat(text, 64); err == nil && days >= 1 && days < 100000 {
			if t, err := excelize.ExcelDateToTime(math.Floor(days), s.Since1904); err == nil {
				return calendar.NewDate(t.Year(), t.Month(), t.Day()), nil
			}
		}
	}
	day, _, _ := strings.Cut(text, "T")
	if i := strings.LastIndexByte(day, ' '); i > 0 && strings.Contains(day[i:], ":") { // a time of day, but not "6. 5. 2024"
		day = day[:i]
	}
	return calendar.ParseGerman(day)
}

// Plain is a text in small letters without blanks and signs: by it heads and
// words are recognised, however people write them.
func Plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

func refuse(key string, args ...any) error { return fault.Field("file", key, args...) }

// builder collects rows within the limits.
type builder struct {
	sheet Sheet
	size  int
}

// add takes the row of a line. Empty rows are left out; the first one with
// text is the head.
func (b *builder) add(line int, cells []string) error {
	last := -1
	for i, c := range cells {
		if cells[i] = clean(c); cells[i] != "" {
			last = i
		}
		b.size += len(cells[i])
	}
	cells = cells[:last+1]
	switch {
	case len(cells) == 0:
		return nil
	case len(cells) > maxColumns:
		return refuse("upload.error.columns", "Max", maxColumns)
	case b.size > maxSheetText:
		return refuse("upload.error.text")
	case b.sheet.Head == nil:
		b.sheet.Head = cells
		return nil
	case len(b.sheet.Rows) == MaxRows:
		return refuse("upload.error.rows", "Max", MaxRows)
	}
	b.sheet.Rows = append(b.sheet.Rows, Row{Line: line, Cells: cells})
	return nil
}

// done returns the sheet, or why it is of no use.
func (b *builder) done() (Sheet, error) {
	if len(b.sheet.Rows) == 0 {
		return Sheet{}, refuse("upload.error.empty")
	}
	return b.sheet, nil
}

// clean brings a cell into the form of a text field: normal form C, plain line
// ends, no invisible characters.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\r\n", "\n"), "\r", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0' || r == '\u202f':
			return ' '
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == '\ufeff':
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(norm.NFC.String(s))
}
