package webtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rundertisch/internal/document"
)

// Renderer sets PDFs with the packages of the repository.
func Renderer() *document.Renderer {
	return document.NewRenderer(document.RendererOptions{Modules: []string{modules()}, Timeout: time.Minute}) // the machine may be busy
}

// PDF returns the text of a PDF in the order of its tags, each run of blanks one
// blank, and what poppler says about the file.
func PDF(tb testing.TB, data string) (text, info string) {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "paper.pdf")
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		tb.Fatal(err)
	}
	ask := func(tool string, args ...string) string {
		out, err := exec.CommandContext(tb.Context(), tool, args...).Output() //nolint:gosec // one of the two below
		if err != nil {
			tb.Fatalf("%s: %v\n%.200q", tool, err, data)
		}
		return string(out)
	}
	text = strings.Join(strings.Fields(ask("pdftotext", "-raw", path, "-")), " ")
	return text, ask("pdfinfo", path) + ask("pdfinfo", "-meta", path)
}
