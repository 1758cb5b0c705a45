package activity

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rundertisch/internal/calendar"
	"rundertisch/internal/fault"
	"rundertisch/internal/sheetread"
)

// RowFault says what is wrong in a line of an uploaded log.
type RowFault struct {
	Line   int
	Column Column
	Value  string // what stands there
	Text   fault.Text
}

// Reading is what an uploaded log says, read by the choices.
type Reading struct {
	Entries []Input // of all lines without a fault
	Faults  []RowFault
	Missing []Column // needed, but no column of the file holds them
}

// Ready says whether the log can be taken over.
func (r Reading) Ready() bool { return len(r.Faults) == 0 && len(r.Missing) == 0 && len(r.Entries) > 0 }

// PartnerNames returns the names of all partners, each once.
func (r Reading) PartnerNames() []string {
	seen := map[string]bool{}
	for _, e := range r.Entries {
		for _, name := range e.Partners {
			seen[name] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// Read reads the sheet by the choices. id makes the entries' ids: reading the
// same upload again gives the same.
func Read(id uuid.UUID, s sheetread.Sheet, c Choices, today calendar.Date) Reading {
	var out Reading
	for _, needed := range []Column{ColDate, ColTitle} {
		if c.at(needed) < 0 {
			out.Missing = append(out.Missing, needed)
		}
	}
	if len(out.Missing) > 0 {
		return out
	}
	for _, row := range s.Rows {
		r := rowReader{sheet: s, row: row, choices: c, faults: fault.Fields{}}
		in := r.input()
		in.ID = uuid.NewSHA1(id, []byte(strconv.Itoa(row.Line)))
		if rules, ok := fault.AsFields(in.Check(today)); ok {
			for name, text := range rules {
				r.faults.Add(columnOf(name), text.Key, text.Args...)
			}
		}
		if len(r.faults) == 0 {
			out.Entries = append(out.Entries, in)
			continue
		}
		for name, text := range r.faults {
			col := Column(name)
			out.Faults = append(out.Faults, RowFault{Line: row.Line, Column: col, Value: r.text(col), Text: text})
		}
	}
	slices.SortFunc(out.Faults, func(a, b RowFault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return out
}

// columnOf is the column behind a field of the form.
func columnOf(field string) string {
	if strings.HasPrefix(field, "partner-") {
		return string(ColPartners)
	}
	return field
}

// rowReader turns one row into an entry and notes what it cannot read.
type rowReader struct {
	sheet   sheetread.Sheet
	row     sheetread.Row
	choices Choices
	faults  fault.Fields
}

// text is the cell in the column, "" if the file has none.
func (r rowReader) text(c Column) string {
	i := r.choices.at(c)
	if i < 0 {
		return ""
	}
	return r.row.Cell(i)
}

func (r rowReader) input() Input {
	in := Input{
		Type: r.choices.Type, HappenedOn: r.date(ColDate), Minutes: r.minutes(), Title: oneLine(r.text(ColTitle)),
		Body: r.text(ColText), Result: r.text(ColResult), NextStep: oneLine(r.text(ColNextStep)),
		FollowUpOn: r.date(ColFollowUpOn), Visibility: r.choices.Visibility,
	}
	if id := r.word(ColType, typeWords()); id != "" {
		in.Type = Type(id)
	}
	if id := r.word(ColVisibility, visibilityWords()); id != "" {
		in.Visibility = Visibility(id)
	}
	in.Field = Field(r.word(ColField, fieldWords()))
	for name := range strings.FieldsFuncSeq(r.text(ColPartners), func(c rune) bool { return c == ';' || c == '\n' }) {
		in.Partners = append(in.Partners, oneLine(name))
	}
	in.Partners = in.partners()
	return in
}

// oneLine makes one line of a cell that may hold several.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// word finds the identifier behind what somebody called it.
func (r rowReader) word(c Column, w words) string {
	text := r.text(c)
	if text == "" {
		return ""
	}
	id, ok := w[sheetread.Plain(text)]
	if !ok {
		r.faults.Add(string(c), "activity.import.error.word")
	}
	return id
}

// date reads a date as people write it, or a workbook's number of days.
func (r rowReader) date(c Column) calendar.Date {
	text := r.text(c)
	if text == "" {
		return calendar.Date{}
	}
	d, err := r.sheet.Date(text)
	if err != nil {
		r.faults.Add(string(c), "field.date")
	}
	return d
}

// minutes reads "90", "90 Min.", "1:30", "1,5 Std." and a workbook's part of a
// day.
func (r rowReader) minutes() int {
	text := strings.ToLower(strings.ReplaceAll(r.text(ColMinutes), ",", "."))
	if text == "" {
		return 0
	}
	number := strings.TrimRight(text, " .abcdefghijklmnopqrstuvwxyz")
	unit := strings.Trim(strings.TrimPrefix(text, number), " .")
	if hours, rest, ok := strings.Cut(number, ":"); ok {
		h, errH := strconv.Atoi(hours)
		m, errM := strconv.Atoi(strings.TrimSuffix(rest, ":00"))
		if errH == nil && errM == nil && h >= 0 && h <= 24 && m >= 0 && m < 60 {
			return h*60 + m
		}
		r.faults.Add(string(ColMinutes), "activity.error.minutes", "Max", MaxMinutes)
		return 0
	}
	n, err := strconv.ParseFloat(number, 64)
	switch {
	case err != nil || math.IsNaN(n) || n < 0 || n > 100000:
	case unit == "" && r.sheet.Serial && n > 0 && n < 1:
		return int(math.Round(n * 24 * 60))
	case unit == "" && n == math.Trunc(n), strings.HasPrefix(unit, "m"):
		return int(math.Round(n))
	case strings.HasPrefix(unit, "h"), strings.HasPrefix(unit, "st"):
		return int(math.Round(n * 60))
	}
	r.faults.Add(string(ColMinutes), "activity.error.minutes", "Max", MaxMinutes)
	return 0
}
