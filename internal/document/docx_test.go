package document_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rundertisch/internal/document"
	"rundertisch/internal/fault"
)

// run is a run of text in Word's XML; props such as "<w:b/>".
func run(text, props string) string {
	return "<w:r><w:rPr>" + props + `</w:rPr><w:t xml:space="preserve">` + text + "</w:t></w:r>"
}

func para(content string) string { return "<w:p>" + content + "</w:p>" }

func TestReadDOCX(t *testing.T) {
	t.Parallel()
	rels := part{name: "word/_rels/document.xml.rels", text: `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="l1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="https://example.org/bericht" TargetMode="External"/>` +
		`<Relationship Id="l2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="javascript:alert(1)" TargetMode="External"/>` +
		`<Relationship Id="s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>` +
		`<Relationship Id="n" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering" Target="numbering.xml"/></Relationships>`}
	const ns = ` xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	styles := part{name: "word/styles.xml", text: `<w:styles` + ns + `><w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style></w:styles>`}
	numbers := part{name: "word/numbering.xml", text: `<w:numbering` + ns + `><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`}
	bullet := func(s string) string {
		return para(`<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>` + run(s, ""))
	}
	cell := func(lines ...string) string {
		var out strings.Builder
		for _, l := range lines {
			out.WriteString(para(run(l, "")))
		}
		return "<w:tc>" + out.String() + "</w:tc>"
	}
	body := para(`<w:pPr><w:pStyle w:val="berschrift1"/></w:pPr>`+run("Begrüßung", "")) +
		para(run("Die Größe der Praxen ", "")+run("wächst", "<w:b/>")+run(" und ", "")+run("schrumpft", "<w:i/>")+run(".", "")) +
		para("") +
		bullet("Löbau") + bullet("Zittau") +
		para(`<w:hyperlink r:id="l1">`+run("Bericht", "")+`</w:hyperlink>`+`<w:hyperlink r:id="l2">`+run(" und Falle", "")+`</w:hyperlink>`) +
		"<w:tbl><w:tr>" + cell("Ort") + cell("Sitze") + "</w:tr><w:tr>" + cell("Weißwasser") + cell("17", "dünn|besetzt") + "</w:tr></w:tbl>" +
		para(run("1. kein *Stern* &lt;script&gt;alert(1)&lt;/script&gt;", "")) +
		para("<w:del>"+run("gestrichen", "")+"</w:del>"+run("geblieben", ""))
	got, err := renderer(t).ReadDOCX(t.Context(), word(t, body, rels, styles, numbers))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"**Begrüßung**",
		"Die Größe der Praxen **wächst** und *schrumpft*.",
		"- Löbau\n- Zittau",
		"[Bericht](https://example.org/bericht) und Falle",
		"| Ort        | Sitze            |\n|------------|------------------|\n| Weißwasser | 17 dünn\\|besetzt |",
		`1\. kein \*Stern* \<script\>alert(1)\</script\>`,
		"geblieben",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ReadDOCX (-want +got):\n%s", diff)
	}
}

// hostile is a Word document whose XML begins with a DTD.
func hostile(t *testing.T, dtd, text string) []byte {
	t.Helper()
	return archive(t,
		part{name: "[Content_Types].xml", text: wordTypes},
		part{name: "_rels/.rels", text: packageRel},
		part{name: "word/document.xml", text: `<?xml version="1.0"?>` + dtd + `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + para(run(text, "")) + `</w:body></w:document>`},
	)
}

func TestReadDOCXExpandsNoEntities(t *testing.T) {
	t.Parallel()
	var laughs strings.Builder
	laughs.WriteString(`<!DOCTYPE w [<!ENTITY a0 "haha">`)
	for i := range 9 {
		fmt.Fprintf(&laughs, `<!ENTITY a%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&a%d;", i), 10))
	}
	for name, data := range map[string][]byte{
		"file":           hostile(t, `<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>`, "Anfang &x; Ende"),
		"address":        hostile(t, `<!DOCTYPE w [<!ENTITY x SYSTEM "http://127.0.0.1:1/">]>`, "Anfang &x; Ende"),
		"parameter":      hostile(t, `<!DOCTYPE w [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>`, "Anfang Ende"),
		"billion laughs": hostile(t, laughs.String()+"]>", "Anfang &a9; Ende"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			blocks, err := renderer(t).ReadDOCX(t.Context(), data)
			if _, refused := fault.AsFields(err); err != nil && !refused {
				t.Errorf("err = %v, want none or a refusal", err)
			}
			text := strings.Join(blocks, "\n")
			if strings.Contains(text, "root:") || strings.Contains(text, "haha") {
				t.Errorf("entities were read: %.200s", text)
			}
			if took := time.Since(began); took > 8*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
}

func TestReadDOCXRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what string
		data []byte
		want string
	}{
		{"no archive", []byte("Text"), "document.error.mismatch"},
		{"workbook", sheet(t), "document.error.mismatch"},
		{"macros", word(t, "", part{name: "word/vbaProject.bin", text: "x"}), "document.error.macro"},
		{"no text", word(t, para("")), "document.error.word"},
		{"broken XML", word(t, "<w:p><w:r"), "document.error.word"},
		{"no main part", archive(t, part{name: "[Content_Types].xml", text: wordTypes}), "document.error.word"},
		{"too much text", word(t, strings.Repeat(para(run(filler(), "")), 50)), "document.error.word_large"},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			blocks, err := renderer(t).ReadDOCX(t.Context(), c.data)
			if fields, ok := fault.AsFields(err); !ok || fields["file"].Key != c.want {
				t.Errorf("ReadDOCX = %d blocks, %v %v; want %s", len(blocks), err, fields, c.want)
			}
		})
	}
}

// filler is 50 kB that do not compress a hundredfold.
func filler() string {
	var b strings.Builder
	for n := uint32(1); b.Len() < 50_000; n = n*1664525 + 1013904223 {
		b.WriteByte("abcdefghijklmnopqrstuvwxyz      "[n>>27])
	}
	return b.String()
}

func TestReadDOCXWithoutNode(t *testing.T) {
	t.Parallel()
	r := document.NewRenderer(document.RendererOptions{Node: filepath.Join(t.TempDir(), "node")})
	if _, err := r.ReadDOCX(t.Context(), word(t, para(run("a", "")))); !errors.Is(err, fault.Unavailable) {
		t.Errorf("err = %v, want Unavailable", err)
	}
}
