package document

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"rundertisch/internal/calendar"
	"rundertisch/internal/locale"
)

// Standard is what a PDF declares itself to be.
type Standard string

// The standards.
const (
	// Reading is PDF/UA-1: for people, with and without a screen reader.
	Reading Standard = "ua-1"
	// Archive is PDF/A-2a: tagged too, and complete in itself for decades.
	Archive Standard = "a-2a"
)

// Paper is a document that Render can set: Invitation, Minutes or Decision.
type Paper interface {
	template() string
	imprint() Imprint
}

// Imprint is what every paper carries. Texts of papers are written in the
// language of the printer that Render gets.
type Imprint struct {
	Issuer   string        `json:"issuer"` // who issues it: letterhead and author of the PDF
	Parent   string        `json:"parent"` // the line above, "" none: "Freistaat Sachsen"
	Issued   calendar.Date `json:"issued"` // date of the PDF; without it the day it is set
	Copy     string        `json:"copy"`   // "Öffentlicher Auszug"; "" none
	Draft    string        `json:"draft"`  // large and grey behind the text: "Entwurf"; "" none
	Version  string        `json:"version"`
	Hash     string        `json:"hash"` // SHA-256 in hex digits; "" none
	Standard Standard      `json:"-"`    // "": Reading
}

func (i Imprint) imprint() Imprint { return i }

//go:embed render/*.typ
var templateFiles embed.FS

// templates returns the sources by name.
func templates() (map[string]string, error) {
	sources := map[string]string{}
	names, err := fs.Glob(templateFiles, "render/*.typ")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := templateFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		sources[name[len("render/"):]] = string(text)
	}
	return sources, nil
}

// Render sets a paper as tagged PDF; labels are in the printer's language. What
// Fira Sans has no sign for (emoji, Chinese) becomes an empty box. It returns
// fault.Unavailable if Node or a package is missing, or after ten seconds.
func (r *Renderer) Render(ctx context.Context, words *locale.Printer, p Paper) ([]byte, error) {
	sources, err := templates()
	if err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	standard := p.imprint().Standard
	if standard == "" {
		standard = Reading
	}
	pdf, err := r.run(ctx, pdfPackages, map[string]any{
		"do":       "pdf",
		"main":     p.template() + ".typ",
		"sources":  sources,
		"standard": standard,
		"data":     map[string]any{"lang": words.Lang(), "labels": labels(words), "paper": p},
	})
	if err != nil {
		return nil, fmt.Errorf("set %s: %w", p.template(), err)
	}
	return pdf, nil
}

// labelKeys are the texts that templates add to a paper; a template knows each
// by its last word.
var labelKeys = []string{
	"document.pdf.agenda",
	"document.pdf.attendance",
	"document.pdf.body",
	"document.pdf.chair",
	"document.pdf.contact",
	"document.pdf.date",
	"document.pdf.duration",
	"document.pdf.email",
	"document.pdf.from_to",
	"document.pdf.institution",
	"document.pdf.item",
	"document.pdf.minute_taker",
	"document.pdf.non_public",
	"document.pdf.number",
	"document.pdf.of",
	"document.pdf.online",
	"document.pdf.page",
	"document.pdf.person",
	"document.pdf.phone",
	"document.pdf.place",
	"document.pdf.presenter",
	"document.pdf.result",
	"document.pdf.signatures",
	"document.pdf.status",
	"document.pdf.subject",
	"document.pdf.version",
	"document.pdf.vote",
	"document.pdf.when",
	"document.pdf.wording",
}

func labels(words *locale.Printer) map[string]string {
	found := make(map[string]string, len(labelKeys))
	for _, key := range labelKeys {
		found[key[len("document.pdf."):]] = words.T(key)
	}
	return found
}
