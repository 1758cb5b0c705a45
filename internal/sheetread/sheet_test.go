package sheetread

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
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

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

func TestReadReadsWhatOfficesSend(t *testing.T) {
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
	want := Sheet{Head: []string{"Datum", "Titel", "Ort"}, Rows: []Row{
		{Line: 2, Cells: []string{"06.05.2024", "Gespräch; mit \"KVS\"\nin Görlitz", "Görlitz"}},
		{Line: 5, Cells: []string{"1.3.24", "Zweites Treffen"}},
	}}
	for name, data := range map[string]string{
		"utf8.csv": text, "bom.CSV": "\ufeff" + text, "windows.csv": latin, "utf16.txt": wide,
		"comma.csv": strings.NewReplacer("Datum;Titel;Ort", "Datum,Titel,Ort", ";\"Gespräch", ",\"Gespräch", "\";G", "\",G", ";;", ",,", "24;Z", "24,Z").Replace(text),
	} {
		got, err := Read(name, []byte(data))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
	tabs, err := Read("tab.tsv", []byte("Datum\tTitel\n1.1.2024\ta;b,c\n"))
	if err != nil || len(tabs.Head) != 2 || tabs.Rows[0].Cells[1] != "a;b,c" {
		t.Errorf("tabulators: %+v, %v", tabs, err)
	}
	got, err := Read("buch.xlsx", workbook(t, []any{"Datum", "Titel"}, []any{}, []any{time.Date(2024, 5, 6, 0, 0, 0, 0, time.UTC), "=1+1"}))
	want = Sheet{Head: []string{"Datum", "Titel"}, Serial: true, Rows: []Row{{Line: 3, Cells: []string{"45418", "=1+1"}}}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("workbook: %v (-want +got):\n%s", err, diff)
	}
}

func TestReadRefusesWithAReason(t *testing.T) {
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
		_, err := Read(tt.name, tt.data)
		fields, _ := fault.AsFields(err)
		if got := fields["file"].Key; got != "upload.error."+tt.want {
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

func FuzzRead(f *testing.F) {
	f.Add("a.csv", []byte("Datum;Titel\n1.1.2024;x"))
	f.Add("a.xlsx", []byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		s, err := Read(name, data)
		if _, ok := fault.AsFields(err); err != nil && !ok {
			t.Fatalf("err = %v, want a fault of a field", err)
		}
		for _, row := range s.Rows {
			_, _ = s.Date(row.Cell(0))
		}
	})
}
