package document

import (
	"context"
	"errors"
	"fmt"
)

// maxWordText bounds the text of a Word document, in bytes.
const maxWordText = 2 << 20

// ReadDOCX returns the text of a Word document in blocks of restricted
// Markdown: a paragraph, a list or a table each, with bold, italic and links to
// the web. Headings become bold paragraphs; pictures, comments and what was
// deleted in review are left out. What comes out is a proposal: people check it
// before it is theirs. It returns fault.Fields for "file" if the document is
// refused (Inspect) or cannot be read, and fault.Unavailable if Node or mammoth
// is missing, or after ten seconds.
func (r *Renderer) ReadDOCX(ctx context.Context, data []byte) ([]string, error) {
	if _, err := Inspect("upload."+string(DOCX), data); err != nil {
		return nil, err
	}
	page, err := r.run(ctx, wordPackages, map[string]any{"do": "html", "file": data})
	var c crashed
	switch {
	case errors.As(err, &c):
		return nil, refuse("document.error.word")
	case err != nil:
		return nil, fmt.Errorf("read Word document: %w", err)
	case len(page) > 2*maxWordText:
		return nil, refuse("document.error.word_large")
	}
	blocks, err := markdown(page)
	if err != nil {
		return nil, refuse("document.error.word")
	}
	size := 0
	for _, b := range blocks {
		size += len(b)
	}
	switch {
	case size > maxWordText:
		return nil, refuse("document.error.word_large")
	case size == 0:
		return nil, refuse("document.error.word")
	}
	return blocks, nil
}
