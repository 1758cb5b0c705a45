package document_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io/fs"
	"strings"
	"testing"
	"time"

	"rundertisch/internal/document"
	"rundertisch/internal/fault"
)

// part is an entry of an archive made for a test.
type part struct {
	name string
	text string
	mode fs.FileMode
}

const (
	wordTypes  = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
	sheetTypes = `<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`
	packageRel = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`
)

func archive(t *testing.T, parts ...part) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, p := range parts {
		h := &zip.FileHeader{Name: p.name, Method: zip.Deflate}
		if p.mode != 0 {
			h.SetMode(p.mode)
		}
		f, err := w.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(p.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// word is a Word document with the given body and further parts.
func word(t *testing.T, body string, more ...part) []byte {
	t.Helper()
	return archive(t, append([]part{
		{name: "[Content_Types].xml", text: wordTypes},
		{name: "_rels/.rels", text: packageRel},
		{name: "word/document.xml", text: `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>` + body + `</w:body></w:document>`},
	}, more...)...)
}

func sheet(t *testing.T, more ...part) []byte {
	t.Helper()
	return archive(t, append([]part{{name: "[Content_Types].xml", text: sheetTypes}, {name: "xl/workbook.xml", text: "<workbook/>"}}, more...)...)
}

func picture(t *testing.T, kind string, width, height int) []byte {
	t.Helper()
	var out bytes.Buffer
	var err error
	img := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.Black})
	switch kind {
	case "png":
		err = png.Encode(&out, img)
	case "gif":
		err = gif.Encode(&out, img, nil)
	default:
		err = jpeg.Encode(&out, img, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const (
	plainPDF = "%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n0\n%%EOF\n"
	plainICS = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
)

func TestInspectTakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		data []byte
		want document.Kind
	}{
		{"Anlage 1.PDF", []byte(plainPDF), document.PDF},
		{"a.docx", word(t, ""), document.DOCX},
		{"a.xlsx", sheet(t), document.XLSX},
		{"a.png", picture(t, "png", 20, 20), document.PNG},
		{"a.jpg", picture(t, "jpeg", 20, 20), document.JPEG},
		{"a.JPEG", picture(t, "jpeg", 20, 20), document.JPEG},
		{"a.csv", []byte("\ufeffOrt;Zahl\r\nGörlitz;1\r\n"), document.CSV},
		{"a.csv", []byte("Ort;Zahl\r\nG\xf6rlitz;1\x80\r\n"), document.CSV}, // Windows-1252
		{"a.ics", []byte(plainICS), document.ICS},
		{"a.txt", []byte("a < b und <b> ist kein HTML-Dokument\n"), document.TXT},
	} {
		got, err := document.Inspect(c.name, c.data)
		if err != nil || got != c.want {
			t.Errorf("Inspect(%q, %.20q) = %q, %v; want %q", c.name, c.data, got, err, c.want)
		}
	}
}

func TestInspectRefuses(t *testing.T) {
	t.Parallel()
	pdf, html, svg := []byte(plainPDF), []byte("<!DOCTYPE html><script>alert(1)</script>"), []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`)
	for _, c := range []struct {
		what string
		name string
		data []byte
		want string
	}{
		{"nothing", "a.pdf", nil, "empty"},
		{"too large", "a.txt", bytes.Repeat([]byte("a"), document.MaxFileSize+1), "large"},
		{"no ending", "a", pdf, "kind"},
		{"program", "a.exe", []byte("MZ"), "kind"},
		{"svg", "a.svg", svg, "kind"},
		{"html", "a.html", html, "kind"},
		{"two endings", "a.pdf.html", pdf, "kind"},
		{"html named pdf", "a.pdf", html, "mismatch"},
		{"html named txt", "a.txt", html, "mismatch"},
		{"html later in a csv", "a.csv", []byte("a;b\r\n<ScRiPt src=x>;\r\n"), "mismatch"},
		{"svg named png", "a.png", svg, "mismatch"},
		{"svg named txt", "a.txt", svg, "mismatch"},
		{"html before a pdf", "a.pdf", append(html, pdf...), "mismatch"},
		{"pdf named txt", "a.txt", pdf, "mismatch"},
		{"half a pdf", "a.pdf", []byte("%PDF-1.7\n1 0 obj"), "broken"},
		{"gif named jpg", "a.jpg", picture(t, "gif", 2, 2), "mismatch"},
		{"gif with html", "a.png", append([]byte("GIF89a/*"), html...), "mismatch"},
		{"png named jpg", "a.jpg", picture(t, "png", 2, 2), "mismatch"},
		{"half a png", "a.png", picture(t, "png", 2, 2)[:20], "broken"},
		{"41 megapixels", "a.png", picture(t, "png", 8200, 5000), "pixels"},
		{"text with zeros", "a.txt", []byte("a\x00b"), "text"},
		{"UTF-16", "a.csv", []byte("\xff\xfea\x00;\x00"), "text"},
		{"open places of Windows-1252", "a.txt", []byte("a\x81\xf6"), "text"},
		{"no calendar", "a.ics", []byte("Termin"), "mismatch"},
		{"old word", "a.docx", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "mismatch"},
		{"workbook named docx", "a.docx", sheet(t), "mismatch"},
		{"document named xlsx", "a.xlsx", word(t, ""), "mismatch"},
		{"zip named docx", "a.docx", archive(t, part{name: "a.txt", text: "a"}), "mismatch"},
		{"broken zip", "a.docx", []byte("PK\x03\x04abc"), "broken"},
		{"macro ending", "a.docm", word(t, ""), "macro"},
		{"macro inside", "a.docx", word(t, "", part{name: "word/vbaProject.bin", text: "x"}), "macro"},
		{"macro type", "a.xlsx", archive(t, part{name: "[Content_Types].xml", text: sheetTypes + "application/vnd.ms-excel.sheet.macroEnabled.main+xml"}), "macro"},
		{"symlink", "a.docx", word(t, "", part{name: "word/x", text: "/etc/passwd", mode: fs.ModeSymlink | 0o777}), "unsafe"},
		{"device", "a.docx", word(t, "", part{name: "word/x", mode: fs.ModeDevice | 0o600}), "unsafe"},
		{"climbing", "a.docx", word(t, "", part{name: "../../etc/passwd", text: "x"}), "unsafe"},
		{"absolute", "a.xlsx", sheet(t, part{name: "/etc/passwd", text: "x"}), "unsafe"},
		{"backslash", "a.xlsx", sheet(t, part{name: `..\..\x`, text: "x"}), "unsafe"},
		{"drive", "a.xlsx", sheet(t, part{name: `C:x`, text: "x"}), "unsafe"},
		{"same name twice", "a.docx", word(t, "", part{name: "word/Document.xml", text: "x"}), "broken"},
		{"zip in zip", "a.docx", word(t, "", part{name: "word/x.bin", text: string(sheet(t))}), "nested"},
		{"gzip in zip", "a.docx", word(t, "", part{name: "word/x.bin", text: "\x1f\x8b\x08\x00"}), "nested"},
		{"too many entries", "a.docx", word(t, "", manyParts(2000)...), "bomb"},
		{"bomb", "a.xlsx", sheet(t, part{name: "xl/a.xml", text: strings.Repeat("0", 65<<20)}), "bomb"},
		{"ratio", "a.xlsx", sheet(t, part{name: "xl/a.xml", text: strings.Repeat("0", 4<<20)}), "bomb"},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			kind, err := document.Inspect(c.name, c.data)
			fields, ok := fault.AsFields(err)
			if !ok || fields["file"].Key != "document.error."+c.want {
				t.Errorf("Inspect = %q, %v %v; want document.error.%s", kind, err, fields, c.want)
			}
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("took %s, want less than 2 s", took)
			}
		})
	}
}

// A head may claim less than what an entry unpacks to.
func TestInspectBelievesNoSize(t *testing.T) {
	t.Parallel()
	data := sheet(t, part{name: "xl/a.xml", text: strings.Repeat("0", 65<<20)})
	at := bytes.LastIndex(data, []byte("PK\x01\x02")) // the entry in the directory
	copy(data[at+24:], "\x01\x00\x00\x00")            // its unpacked size
	_, err := document.Inspect("a.xlsx", data)
	if _, ok := fault.AsFields(err); !ok {
		t.Errorf("Inspect = %v, want a refusal", err)
	}
}

func manyParts(n int) []part {
	parts := make([]part, n)
	for i := range parts {
		parts[i] = part{name: fmt.Sprintf("word/%d.xml", i)}
	}
	return parts
}

func FuzzInspect(f *testing.F) {
	f.Add("a.pdf", []byte(plainPDF))
	f.Add("a.ics", []byte(plainICS))
	f.Add("a.docx", []byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		_, err := document.Inspect(name, data)
		if _, ok := fault.AsFields(err); err != nil && !ok {
			t.Errorf("Inspect(%q, %q) = %v, want fields", name, data, err)
		}
	})
}
