package document

import (
	"bytes"
	"image/jpeg"
	"image/png"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// checkPDF asks for the head at the very beginning, since what stands before it
// could be read as another kind, and for the end mark near the end.
func checkPDF(data []byte) error {
	if !pdfHead.Match(data) {
		return mismatch(PDF)
	}
	if !bytes.Contains(data[max(0, len(data)-2048):], []byte("%%EOF")) {
		return refuse("document.error.broken")
	}
	return nil
}

var pdfHead = regexp.MustCompile(`^%PDF-[12]\.\d`)

// checkPicture reads the head of a picture, not its pixels.
func checkPicture(kind Kind, data []byte) error {
	magic, decode := "\xff\xd8\xff", jpeg.DecodeConfig
	if kind == PNG {
		magic, decode = "\x89PNG\r\n\x1a\n", png.DecodeConfig
	}
	if !bytes.HasPrefix(data, []byte(magic)) {
		return mismatch(kind)
	}
	config, err := decode(bytes.NewReader(data))
	switch {
	case err != nil:
		return refuse("document.error.broken")
	case int64(config.Width)*int64(config.Height) > maxMegapixels*1_000_000:
		return refuse("document.error.pixels", "Max", maxMegapixels)
	}
	return nil
}

// checkText takes UTF-8 and Windows-1252 without control characters, and
// nothing that a browser could take for a page.
func checkText(kind Kind, data []byte) error {
	text := bytes.TrimPrefix(data, []byte("\ufeff"))
	switch {
	case bytes.ContainsFunc(text, isControl) || !utf8.Valid(text) && slices.ContainsFunc(text, undefined1252):
		return refuse("document.error.text")
	case markup.Match(text) || pdfHead.Match(text):
		return mismatch(kind)
	case kind == ICS && !calendarFile.Match(text):
		return mismatch(kind)
	}
	return nil
}

func isControl(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' || r == 0x7f
}

// undefined1252 knows the bytes that Windows-1252 leaves open.
func undefined1252(b byte) bool { return strings.IndexByte("\x81\x8d\x8f\x90\x9d", b) >= 0 }

var (
	markup       = regexp.MustCompile(`(?i)<(?:!doctype|html|head|body|script|style|iframe|svg|object|embed|\?xml|\?php)\b`)
	calendarFile = regexp.MustCompile(`(?is)^\s*BEGIN:VCALENDAR\r?\n.*END:VCALENDAR\s*$`)
)
