package document

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// The limits of an archive.
const (
	maxEntries  = 2000
	maxUnpacked = 64 << 20 // bytes
	maxRatio    = 100      // unpacked to packed
	maxTypes    = 1 << 20  // bytes of [Content_Types].xml
)

// mainPart is what the table of contents of a package says of its main part.
var mainPart = map[Kind]string{
	DOCX: "wordprocessingml.document.main+xml",
	XLSX: "spreadsheetml.sheet.main+xml",
}

// checkOffice looks at each entry of a Word or Excel file: at its name and kind
// first, and then at what it really unpacks to, since sizes can be lied about.
func checkOffice(kind Kind, data []byte) error {
	if !bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return mismatch(kind)
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return refuse("document.error.broken")
	}
	if err := checkEntries(archive.File); err != nil {
		return err
	}
	types, err := unpackAll(archive.File, int64(len(data)))
	switch {
	case err != nil:
		return err
	case strings.Contains(types, "macroenabled"):
		return refuse("document.error.macro")
	case !strings.Contains(types, mainPart[kind]):
		return mismatch(kind)
	}
	return nil
}

func checkEntries(files []*zip.File) error {
	if len(files) > maxEntries {
		return refuse("document.error.bomb")
	}
	seen := make(map[string]bool, len(files))
	var claimed uint64
	for _, f := range files {
		name := strings.ToLower(f.Name)
		claimed += min(f.UncompressedSize64, maxUnpacked+1)
		switch {
		case claimed > maxUnpacked:
			return refuse("document.error.bomb")
		case !filepath.IsLocal(f.Name) || strings.ContainsAny(f.Name, "\\:\x00") || f.Mode()&^fs.ModePerm&^fs.ModeDir != 0:
			return refuse("document.error.unsafe")
		case seen[name]: // two readers could read two different files
			return refuse("document.error.broken")
		case strings.HasSuffix(name, "vbaproject.bin"):
			return refuse("document.error.macro")
		}
		seen[name] = true
	}
	return nil
}

// unpackAll reads every entry to its end, keeps the table of contents in lower
// case and refuses archives in the archive.
func unpackAll(files []*zip.File, packed int64) (types string, err error) {
	room := min(int64(maxUnpacked), packed*maxRatio)
	for _, f := range files {
		if f.FileInfo().IsDir() {
			continue
		}
		head := &capped{limit: 8, quiet: true}
		if strings.EqualFold(f.Name, "[Content_Types].xml") {
			head.limit = maxTypes
		}
		n, err := unpack(head, f, room)
		if err != nil {
			return "", err
		}
		room -= n
		if isArchive(head.kept.Bytes()) {
			return "", refuse("document.error.nested")
		}
		if head.limit == maxTypes {
			types = strings.ToLower(head.kept.String())
		}
	}
	return types, nil
}

// unpack copies an entry and returns its size, which may not exceed room.
func unpack(w io.Writer, f *zip.File, room int64) (int64, error) {
	r, err := f.Open()
	if err != nil {
		return 0, refuse("document.error.broken")
	}
	defer func() { _ = r.Close() }()
	n, err := io.Copy(w, io.LimitReader(r, room+1))
	switch {
	case n > room:
		return 0, refuse("document.error.bomb")
	case err != nil:
		return 0, refuse("document.error.broken")
	}
	return n, nil
}

// isArchive knows ZIP, RAR, 7-Zip, gzip, bzip2 and xz by their first bytes.
func isArchive(head []byte) bool {
	return slices.ContainsFunc([]string{"PK\x03\x04", "PK\x05\x06", "Rar!", "7z\xbc\xaf\x27\x1c", "\x1f\x8b\x08", "BZh", "\xfd7zXZ"}, func(magic string) bool {
		return bytes.HasPrefix(head, []byte(magic))
	})
}
