package document_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"rundertisch/internal/document"
	"rundertisch/internal/fault"
	"rundertisch/internal/locale"
)

// pdf is a paper as it was set.
type pdf struct {
	t    *testing.T
	path string
	data []byte
}

func set(t *testing.T, lang string, p document.Paper) pdf {
	t.Helper()
	data, err := renderer(t).Render(t.Context(), locale.New(lang, nil), p)
	if err != nil {
		t.Fatalf("Render: %v", err)
	}
	path := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return pdf{t: t, path: path, data: data}
}

// ask returns what a tool of poppler says about the PDF.
func (p pdf) ask(tool string, args ...string) string {
	p.t.Helper()
	out, err := exec.CommandContext(p.t.Context(), tool, args...).Output()
	if err != nil {
		p.t.Fatalf("%s: %v", tool, err)
	}
	return string(out)
}

// text is the text in the order of the tags, each run of blanks one blank.
func (p pdf) text() string {
	return strings.Join(strings.Fields(p.ask("pdftotext", "-raw", p.path, "-")), " ")
}

func (p pdf) structure() string { return p.ask("pdfinfo", "-struct-text", p.path) }

func (p pdf) has(what, in string, wants ...string) {
	p.t.Helper()
	for _, want := range wants {
		if !strings.Contains(in, want) {
			p.t.Errorf("%s lacks %q:\n%.1500s", what, want, in)
		}
	}
}

func TestPapersAreAccessible(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		paper    document.Paper
		lang     string
		info     []string
		sections []string
	}{
		{
			"invitation", invitation(), "de",
			[]string{"Title:           Einladung zur 3. Sitzung der Regionalkonferenz", "Pages:           1"},
			[]string{"H1", "H2", "Tagesordnung", "TH", "Gegenstand", "L (block)", "Link"},
		},
		{
			"minutes", minutes(), "de",
			[]string{"Title:           Protokoll der 3. Sitzung", "Pages:           2"},
			[]string{"H1", "H2", "Teilnahme", "TH", "Institution", "LI", "Hausärztliche Versorgung im ländlichen Raum"},
		},
		{
			"decision in English", decision(), "en",
			[]string{"Title:           Beschluss 2026/14"},
			[]string{"H1", "H2", "Wording", "Result"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := set(t, c.lang, c.paper)
			p.has("info", p.ask("pdfinfo", p.path), append(c.info,
				"Tagged:          yes", "Author:          Regionalkonferenz Landkreis Görlitz", "Page size:       595.276 x 841.89 pts (A4)")...)
			p.has("structure", p.structure(), c.sections...)
			p.has("metadata", p.ask("pdfinfo", "-meta", p.path), "<pdfuaid:part>1</pdfuaid:part>", "<rdf:li>"+c.lang+"</rdf:li>")
			for _, font := range strings.Split(strings.TrimSpace(p.ask("pdffonts", p.path)), "\n")[2:] {
				if f := strings.Fields(font); !strings.Contains(f[0], "FiraSans") || f[len(f)-5] != "yes" {
					t.Errorf("font is not Fira Sans or not embedded: %s", font)
				}
			}
		})
	}
}

func TestArchiveCopyIsPDFA(t *testing.T) {
	t.Parallel()
	m := minutes()
	m.Standard = document.Archive
	p := set(t, "de", m)
	p.has("metadata", p.ask("pdfinfo", "-meta", p.path), "<pdfaid:part>2</pdfaid:part>", "<pdfaid:conformance>A</pdfaid:conformance>")
	p.has("info", p.ask("pdfinfo", p.path), "Tagged:          yes")
}

func TestMinutesSayEverything(t *testing.T) {
	t.Parallel()
	m := minutes()
	m.Draft = "Entwurf"
	p := set(t, "de", m)
	p.has("text", p.text(),
		"Protokollführung Jörg Weiß", "Peter Straße entschuldigt", "14:00–15:30 Uhr",
		"TOP 3 Hausärztliche Versorgung im ländlichen Raum", "3.2 Beschluss Die Regionalkonferenz bittet",
		"Abstimmung: angenommen mit 12 Ja, 1 Nein, 2 Enthaltungen", "1. Bestandsaufnahme bis Mai", "Weißwasser 17",
		"Dieser Teil der Sitzung war nicht öffentlich.", "Unterschriften", "Vorsitz", "ENTWURF · EXEMPLAR FÜR MITGLIEDER",
		"Fassung 2 · Exemplar für Mitglieder", "SHA-256: "+m.Hash, "Seite 1 von 2", "Seite 2 von 2")
	p.has("addresses", p.ask("pdfinfo", "-url", p.path), "https://example.org/bericht")
}

func TestInvitationSaysEverything(t *testing.T) {
	t.Parallel()
	p := set(t, "de", invitation())
	p.has("text", p.text(),
		"Termin Donnerstag, 16. April 2026, 14:00 bis 16:30 Uhr", "Ort Landratsamt Görlitz, Großer Saal",
		"4 Personalangelegenheiten des Regionalbüros nicht öffentlich", "Dr. Jana Müller", "45 Min.",
		"Anträge zur Tagesordnung", "Telefon: 03581 000000")
	p.has("addresses", p.ask("pdfinfo", "-url", p.path), "https://konferenz.example/goerlitz-3", "mailto:regionalbuero@example.org")
}

// TestDataIsNeverSource puts what Typst would run into every text of a paper.
func TestDataIsNeverSource(t *testing.T) {
	t.Parallel()
	payloads := []string{
		`#read("/etc/passwd")`, `#panic("x")`, "*_`$", `$ x^2 $`, `= Titel`, `#{sys.inputs}`, `\u{41}`, `"]#eval("1+1")["`,
		`@preview/x:1.0.0`, `//c`, `/*c*/`, `<label>`, `-x`, `~`, `#import "minutes.typ"`,
	}
	m := minutes()
	m.Title, m.Body, m.Version, m.Copy, m.Items = payloads[0], payloads[1], payloads[2], payloads[3], nil
	m.Attendance = []document.Attendance{{Institution: payloads[0], Person: payloads[1]}}
	for _, payload := range payloads {
		m.Items = append(m.Items, document.MinutesItem{Number: payload, Title: payload, Blocks: []document.Block{{
			Number: payload, Kind: payload, Vote: payload,
			Paragraphs: []document.Paragraph{spans(document.Span{Text: payload, Bold: true}), item(document.Bullet, payload)},
			Table:      &document.Table{Head: []string{payload}, Rows: [][]string{{payload}}},
		}}})
	}
	p := set(t, "de", m)
	text := strings.ReplaceAll(p.text(), " ", "")
	for _, payload := range payloads {
		if got := strings.Count(text, strings.ReplaceAll(payload, " ", "")); got < 7 {
			t.Errorf("%q is printed %d times, want at least 7:\n%s", payload, got, p.text())
		}
	}
}

func TestDangerousAddressesAreNotLinked(t *testing.T) {
	t.Parallel()
	d := decision()
	for _, address := range []string{"javascript:alert(1)", "file:///etc/passwd", "//evil.example", "data:text/html,x", "\x00", "https://", "ftp://x.example"} {
		d.Wording = append(d.Wording, spans(document.Span{Text: "Lesen", URL: address}))
	}
	p := set(t, "de", d)
	if got := strings.TrimSpace(p.ask("pdfinfo", "-url", p.path)); strings.Count(got, "\n") != 0 {
		t.Errorf("addresses in the PDF: %s, want none", got)
	}
}

// TestEverySignCanBeSet: a PDF of a standard may hold no sign that its font
// lacks, but minutes with an emoji must still come out.
func TestEverySignCanBeSet(t *testing.T) {
	t.Parallel()
	texts := []string{"gut 😀", "漢字", "a\u0007\u0000b", "\ufeffa\ue000", "العربية", "1\u202f000\u2009kg\u2011x", "\ufffd", "a\u200b\u202eb", "e\u0301", "ǅ ☐ → ≤ ½ €"}
	for i, text := range append(texts, strings.Join(texts, " ")) {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			d := decision()
			if i%2 == 0 {
				d.Standard = document.Archive
			}
			d.Wording = []document.Paragraph{document.Text("Vorher " + text + " Übrigens.")}
			p := set(t, "de", d)
			p.has("text", p.text(), "Vorher", "Übrigens.")
		})
	}
}

func TestEmptyPapersCanBeSet(t *testing.T) {
	t.Parallel()
	for _, p := range []document.Paper{
		document.Invitation{Imprint: document.Imprint{Issuer: "A"}, Title: "B"},
		document.Minutes{Imprint: document.Imprint{Issuer: "A"}, Title: "B", Items: []document.MinutesItem{{Number: "1", Title: "C"}}},
		document.Decision{Imprint: document.Imprint{Issuer: "A", Standard: document.Archive}, Title: "B", Table: &document.Table{}},
	} {
		set(t, "de", p)
	}
}

// A hash over the PDF means something only if the same paper gives the same PDF.
func TestSamePaperSamePDF(t *testing.T) {
	t.Parallel()
	if a, b := set(t, "de", minutes()), set(t, "de", minutes()); !bytes.Equal(a.data, b.data) {
		t.Error("the same minutes gave two different PDFs")
	}
}

func TestRenderWithoutNode(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]document.RendererOptions{
		"no node":     {Node: filepath.Join(t.TempDir(), "node"), Modules: []string{filepath.Join("..", "..", "node_modules")}},
		"no packages": {Modules: []string{t.TempDir()}},
	} {
		r := document.NewRenderer(o)
		if r.Available() || r.ReadsWord() {
			t.Errorf("%s: available, want not", name)
		}
		if _, err := r.Render(t.Context(), locale.New("de", nil), decision()); !errors.Is(err, fault.Unavailable) {
			t.Errorf("%s: Render: err = %v, want Unavailable", name, err)
		}
	}
}

func BenchmarkRender(b *testing.B) {
	r := document.NewRenderer(document.RendererOptions{Modules: []string{filepath.Join("..", "..", "node_modules")}})
	for name, p := range map[string]document.Paper{"invitation": invitation(), "minutes": minutes(), "decision": decision()} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := r.Render(b.Context(), locale.New("de", nil), p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
