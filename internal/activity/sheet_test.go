package activity

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"rundertisch/internal/calendar"
	"rundertisch/internal/fault"
)

// workbook builds a file with the rows in its first sheet.
func workbook(t *testing.T, rows ...[]any) []byte {
	t.Helper()
	book := excelize.NewFile()
	defer func() { _ = book.Close() }()
	for i, row := range rows {
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	buf, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// archive builds a zip file.
func archive(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for name, data := range files {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestReadSheetReadsWhatOfficesSend(t *testing.T) {
	t.Parallel()
	text := "Datum;Titel;Ort\r\n06.05.2024;\"Gespräch; mit \"\"KVS\"\"\r\nin Görlitz\";Görlitz\r\n;;\r\n1.3.24;Zweites\u00a0Treffen\r\n"
	latin, err := charmap.Windows1252.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	want := Sheet{Head: []string{"Datum", "Titel", "Ort"}, Rows: []SheetRow{
		{Line: 2, Cells: []string{"06.05.2024", "Gespräch; mit \"KVS\"\nin Görlitz", "Görlitz"}},
		{Line: 5, Cells: []string{"1.3.24", "Zweites Treffen"}},
	}}
	for name, data := range map[string]string{
		"utf8.csv": text, "bom.CSV": "\ufeff" + text, "windows.csv": latin, "utf16.txt": wide,
		"comma.csv": strings.NewReplacer("Datum;Titel;Ort", "Datum,Titel,Ort", ";\"Gespräch", ",\"Gespräch", "\";G", "\",G", ";;", ",,", "24;Z", "24,Z").Replace(text),
	} {
		got, err := ReadSheet(name, []byte(data))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
	tabs, err := ReadSheet("tab.tsv", []byte("Datum\tTitel\n1.1.2024\ta;b,c\n"))
	if err != nil || len(tabs.Head) != 2 || tabs.Rows[0].Cells[1] != "a;b,c" {
		t.Errorf("tabulators: %+v, %v", tabs, err)
	}
	got, err := ReadSheet("buch.xlsx", workbook(t, []any{"Datum", "Titel"}, []any{}, []any{time.Date(2024, 5, 6, 0, 0, 0, 0, time.UTC), "=1+1"}))
	want = Sheet{Head: []string{"Datum", "Titel"}, Serial: true, Rows: []SheetRow{{Line: 3, Cells: []string{"45418", "=1+1"}}}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("workbook: %v (-want +got):\n%s", err, diff)
	}
}

func TestReadSheetRefusesWithAReason(t *testing.T) {
	t.Parallel()
	good := workbook(t, []any{"Datum"}, []any{"x"})
	kinds := []byte(`<Types><Override ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`)
	many := map[string][]byte{"[Content_Types].xml": kinds}
	for i := range 2001 {
		many[fmt.Sprintf("x%d", i)] = nil
	}
	var rows strings.Builder
	rows.WriteString("Datum;Titel\n")
	for range MaxRows + 1 {
		rows.WriteString("1.1.2024;x\n")
	}
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"leer.csv", nil, "empty"},
		{"kopf.csv", []byte("Datum;Titel\n"), "empty"},
		{"kopf.xlsx", workbook(t, []any{"Datum"}), "empty"},
		{"groß.csv", make([]byte, MaxFile+1), "large"},
		{"makro.xlsm", good, "macro"},
		{"getarnt.xlsx", archive(t, map[string][]byte{"[Content_Types].xml": kinds, "xl/vbaProject.bin": {1}}), "macro"},
		{"getarnt2.xlsx", archive(t, map[string][]byte{"[Content_Types].xml": []byte(`<Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/>`)}), "macro"},
		{"alt.xls", []byte("\xD0\xCF\x11\xE0alt"), "old"},
		{"verschlüsselt.xlsx", []byte("\xD0\xCF\x11\xE0verschlüsselt"), "old"},
		{"bombe.xlsx", archive(t, map[string][]byte{"[Content_Types].xml": kinds, "xl/worksheets/sheet1.xml": make([]byte, 65<<20)}), "bomb"},
		{"gelogen.xlsx", lie(archive(t, map[string][]byte{"[Content_Types].xml": kinds, "xl/worksheets/sheet1.xml": make([]byte, 65<<20)})), "broken"},
		{"viele.xlsx", archive(t, many), "bomb"},
		{"halb.xlsx", good[:len(good)/2], "broken"},
		{"text.xlsx", []byte("kein Excel"), "broken"},
		{"zip.csv", good, "broken"},
		{"leer.xlsx", archive(t, map[string][]byte{"x": nil}), "broken"},
		{"binär.csv", []byte("a;b\n\x00\x01;c\n"), "broken"},
		{"viele.csv", []byte(rows.String()), "rows"},
		{"breit.csv", []byte(strings.Repeat("x;", 61) + "x\n1\n"), "columns"},
		{"lang.csv", []byte("a\n" + strings.Repeat("x", maxSheetText+1)), "text"},
		{"bild.png", []byte("\x89PNG"), "kind"},
		{"ohne", []byte("a;b\n1;2\n"), "kind"},
	}
	for _, tt := range tests {
		start := time.Now()
		_, err := ReadSheet(tt.name, tt.data)
		fields, _ := fault.AsFields(err)
		if got := fields["file"].Key; got != "activity.import.error."+tt.want {
			t.Errorf("%s: %q (%v), want %s", tt.name, got, err, tt.want)
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%s: refused after %s, want under 2 s", tt.name, took)
		}
	}
}

// lie makes an archive say that its files unpack to 100 bytes.
func lie(data []byte) []byte {
	data = slices.Clone(data)
	for at := 0; ; {
		i := bytes.Index(data[at:], []byte("PK\x01\x02"))
		if i < 0 {
			return data
		}
		at += i
		binary.LittleEndian.PutUint32(data[at+24:], 100)
		at += 4
	}
}

func TestGuessKnowsUsualHeadsAndOurOwn(t *testing.T) {
	t.Parallel()
	got := Guess([]string{"Datum", "Landkreis", "Art", "Tätigkeit", "Partner", "Dauer in Minuten", "Handlungsfeld", "Beschreibung", "Ergebnis", "Nächster Schritt", "Erinnern am", "Erledigt am", "Wer darf das lesen?", "Eingetragen von", "Thema"}).Columns
	want := []Column{ColDate, "", ColType, ColTitle, ColPartners, ColMinutes, ColField, ColText, ColResult, ColNextStep, ColFollowUpOn, "", ColVisibility, "", ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("our own file (-want +got):\n%s", diff)
	}
	got = Guess([]string{"TAG", " Thema: ", "Dauer (Min.)", "Mit wem?", "Bemerkungen", "Wiedervorlage"}).Columns
	want = []Column{ColDate, ColTitle, ColMinutes, ColPartners, ColText, ColFollowUpOn}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a usual one (-want +got):\n%s", diff)
	}
}

func TestReadNamesLineAndReason(t *testing.T) {
	t.Parallel()
	today := calendar.NewDate(2024, 5, 6)
	s := Sheet{Head: []string{"Datum", "Titel", "Art", "Dauer", "Partner", "Freigabe", "Feld"}, Rows: []SheetRow{
		{2, []string{"6.5.24", "Gut", "Gespräch", "90", "AOK; KVS ;AOK", "Ministerium", "Pflege"}},
		{3, []string{"2024-05-06 10:00:00", "Auch gut", "", "1:30", "", "", ""}},
		{4, []string{"06. 05. 2024", "Stunden", "Niederlassungsberatung", "1,5 Std.", "", "nur ich", "sektorenübergreifend"}},
		{5, []string{"7.5.2024", "Morgen"}},
		{6, []string{"gestern", "Kein Datum"}},
		{7, []string{"1.1.2024"}},
		{8, []string{"1.1.2024", "x", "Kaffeetrinken", "ewig", "?!", "Nachbarn", "Kunst"}},
		{9, []string{"1.1.2024", strings.Repeat("x", 201), "", "1441"}},
	}}
	r := Read(uuid.New(), s, Guess(s.Head), today)
	if len(r.Entries) != 3 || r.Ready() {
		t.Fatalf("entries = %d, ready = %v; want 3, false: %+v", len(r.Entries), r.Ready(), r.Faults)
	}
	a, b, c := r.Entries[0], r.Entries[1], r.Entries[2]
	if a.HappenedOn != today || a.Minutes != 90 || strings.Join(a.Partners, "|") != "AOK|KVS" || a.Visibility != Ministry || a.Field != "care" || a.Type != Meeting {
		t.Errorf("first entry = %+v", a)
	}
	if b.HappenedOn != today || b.Minutes != 90 || b.Visibility != District || c.HappenedOn != today || c.Minutes != 90 || c.Visibility != Own || c.Field != "cross_sector" {
		t.Errorf("second and third entry = %+v, %+v", b, c)
	}
	var got []string
	for _, f := range r.Faults {
		got = append(got, fmt.Sprintf("%d %s %s", f.Line, f.Column, f.Text.Key))
	}
	want := []string{
		"5 date field.future", "6 date field.date", "7 title field.missing",
		"8 field activity.import.error.word", "8 minutes activity.error.minutes", "8 partners partner.error.letters",
		"8 type activity.import.error.word", "8 visibility activity.import.error.word",
		"9 minutes activity.error.minutes", "9 title field.too_long",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	if got := Read(uuid.New(), s, Choices{Columns: []Column{ColTitle}}, today).Missing; len(got) != 1 || got[0] != ColDate {
		t.Errorf("missing columns = %v, want the date", got)
	}
}

func TestDatesAndTimesOfWorkbooks(t *testing.T) {
	t.Parallel()
	s := Sheet{Head: []string{"Datum", "Titel", "Dauer"}, Serial: true, Rows: []SheetRow{
		{2, []string{"45418", "x", "0.0625"}}, {3, []string{"45418.4375", "x", "45"}}, {4, []string{"06.05.2024", "x", "2 h"}},
	}}
	for i, e := range Read(uuid.New(), s, Guess(s.Head), calendar.NewDate(2024, 5, 6)).Entries {
		if want := []int{90, 45, 120}[i]; e.HappenedOn != calendar.NewDate(2024, 5, 6) || e.Minutes != want {
			t.Errorf("entry %d = %s, %d min; want 2024-05-06, %d", i, e.HappenedOn, e.Minutes, want)
		}
	}
	s = Sheet{Head: []string{"Datum", "Titel"}, Rows: []SheetRow{{2, []string{"45418", "x"}}}}
	if r := Read(uuid.New(), s, Guess(s.Head), calendar.NewDate(2024, 5, 6)); len(r.Faults) != 1 {
		t.Errorf("a number in a CSV is no date: %+v", r)
	}
}

func FuzzReadSheet(f *testing.F) {
	f.Add("a.csv", []byte("Datum;Titel\n1.1.2024;x"))
	f.Add("a.xlsx", []byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		s, err := ReadSheet(name, data)
		if _, ok := fault.AsFields(err); err != nil && !ok {
			t.Fatalf("err = %v, want a fault of a field", err)
		}
		Read(uuid.Nil, s, Guess(s.Head), calendar.NewDate(2024, 5, 6))
	})
}
