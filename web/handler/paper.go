package handler

import (
	"bytes"
	"io"
	"net/http"

	"rundertisch/internal/document"
	"rundertisch/internal/fault"
	"rundertisch/internal/locale"
)

// SendPaper sets a paper and sends it as a file. It returns fault.Unavailable
// without a renderer, nil or not: pages say so and everything else works.
func SendPaper(w http.ResponseWriter, r *http.Request, papers *document.Renderer, paper document.Paper, name string) error {
	if !SetsPapers(papers) {
		return fault.Explain(fault.Unavailable, "document.no_pdf")
	}
	pdf, err := papers.Render(r.Context(), locale.FromContext(r.Context()), paper)
	if err != nil {
		return err
	}
	return SendFile(w, r, Download{
		Name: name, ContentType: document.PDF.ContentType(), Size: int64(len(pdf)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(pdf)), nil },
	})
}

// SetsPapers says whether PDFs can be made here.
func SetsPapers(papers *document.Renderer) bool { return papers != nil && papers.Available() }
