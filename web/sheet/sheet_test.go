package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"rundertisch/internal/calendar"
)

var day = calendar.NewDate(2024, 5, 6)

// texts are what people write and what others try.
var texts = []string{
	"Gespräch; mit \"Anführung\"", "zwei\nZeilen", "=1+1", "+49 351", "-2+3", "@SUM(A1)", "\tTab", "\rWagenrücklauf", "Ä😀", "", "'schon",
}

func sent(t *testing.T, f File, rows ...[]Cell) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	err := Send(w, httptest.NewRequest(http.MethodGet, "/", http.NoBody), f, func(add func([]Cell) error) error {
		for _, row := range rows {
			if err := add(row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestCSVIsWhatGermanOfficesOpen(t *testing.T) {
	t.Parallel()
	row := []Cell{Date(day), Number(-5), Date(calendar.Date{})}
	for _, s := range texts {
		row = append(row, Text(s))
	}
	w := sent(t, File{Name: "tätigkeiten", Sheet: "x", Format: CSV, Day: day}, Head("Datum", "Zahl"), row)
	body := w.Body.String()
	if !strings.HasPrefix(body, "\ufeffDatum;Zahl\r\n06.05.2024;-5;;") {
		t.Errorf("body begins with %q", body[:40])
	}
	if got, want := w.Header().Get("Content-Disposition"), `attachment; filename="taetigkeiten-2024-05-06.csv"; filename*=UTF-8''t%C3%A4tigkeiten-2024-05-06.csv`; got != want {
		t.Errorf("disposition = %s, want %s", got, want)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff")))
	r.Comma, r.FieldsPerRecord = ';', -1
	records, err := r.ReadAll()
	if err != nil || len(records) != 2 {
		t.Fatalf("records = %q, %v", records, err)
	}
	var want []string
	for _, s := range texts {
		if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
			s = "'" + s
		}
		want = append(want, strings.ReplaceAll(s, "\r", "")) // the reader drops it
	}
	got := records[1][3:]
	for i := range got {
		got[i] = strings.ReplaceAll(got[i], "\r", "")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
}

func TestXLSXHoldsTextsNumbersAndDates(t *testing.T) {
	t.Parallel()
	row := []Cell{Date(day), Number(90)}
	for _, s := range texts {
		row = append(row, Text(s))
	}
	w := sent(t, File{Name: "x", Sheet: "Tätigkeiten", Format: XLSX, Day: day}, Head("Datum", "Zahl"), row)
	book, err := excelize.OpenReader(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	for i, s := range texts {
		name, _ := excelize.CoordinatesToCellName(i+3, 2)
		formula, _ := book.GetCellFormula("Tätigkeiten", name)
		value, _ := book.GetCellValue("Tätigkeiten", name)
		if formula != "" {
			t.Errorf("%q became the formula %q", s, formula)
		}
		if strings.ReplaceAll(value, "_x000D_", "\r") != s && !strings.Contains(s, "\r") {
			t.Errorf("value = %q, want %q", value, s)
		}
	}
	if shown, _ := book.GetCellValue("Tätigkeiten", "A2"); shown != "06.05.2024" {
		t.Errorf("date = %q", shown)
	}
	if kind, _ := book.GetCellType("Tätigkeiten", "B2"); kind != excelize.CellTypeNumber && kind != excelize.CellTypeUnset {
		t.Errorf("the number's type = %v", kind)
	}
}

func TestNothingIsSentAfterAnError(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	for _, format := range []string{CSV, XLSX} {
		w := httptest.NewRecorder()
		err := Send(w, httptest.NewRequest(http.MethodGet, "/", http.NoBody), File{Name: "x", Sheet: "x", Format: format, Day: day}, func(add func([]Cell) error) error {
			if err := add(Head("x")); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) || w.Body.Len() != 0 || len(w.Header()) != 0 {
			t.Errorf("%s: err = %v, %d bytes, headers %v; want the error alone", format, err, w.Body.Len(), w.Header())
		}
	}
}
