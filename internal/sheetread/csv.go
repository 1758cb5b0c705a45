package sheetread

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// readCSV reads a table of text: UTF-8 with or without byte order mark, UTF-16
// with one, else Windows-1252; separated by semicolon, comma or tabulator.
func readCSV(data []byte) (Sheet, error) {
	text, err := decode(data)
	if err != nil || strings.ContainsRune(text, 0) {
		return Sheet{}, refuse("upload.error.broken")
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = separator(text), -1, true, true
	var b builder
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return b.done()
		}
		if err != nil {
			return Sheet{}, refuse("upload.error.broken")
		}
		line, _ := r.FieldPos(0)
		cells := make([]string, len(record))
		for i, c := range record {
			cells[i] = unguarded(c)
		}
		if err := b.add(line, cells); err != nil {
			return Sheet{}, err
		}
	}
}

func decode(data []byte) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
		return string(out), err
	case utf8.Valid(data):
		return strings.TrimPrefix(string(data), "\ufeff"), nil
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(data)
	return string(out), err
}

// separator is the sign that stands most often in the first line, outside of
// quotes.
func separator(text string) rune {
	counts, quoted := map[rune]int{}, false
	for _, r := range text {
		if r == '"' {
			quoted = !quoted
		}
		if r == '\n' && !quoted && len(counts) > 0 {
			break
		}
		if !quoted && (r == ';' || r == ',' || r == '\t') {
			counts[r]++
		}
	}
	best := ';'
	for _, r := range []rune{',', '\t'} {
		if counts[r] > counts[best] {
			best = r
		}
	}
	return best
}

// unguarded takes back the apostrophe with which our own files keep a text
// from being a formula.
func unguarded(s string) string {
	if len(s) > 1 && s[0] == '\'' && strings.IndexByte("=+-@\t\r", s[1]) >= 0 {
		return s[1:]
	}
	return s
}
