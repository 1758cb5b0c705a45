package sheetread

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// readWorkbook reads the first sheet of a workbook. Macros, encrypted and
// broken files and those that unpack to a multiple of what they seem are
// refused before anything of them is read.
func readWorkbook(data []byte) (Sheet, error) {
	if err := inspect(data); err != nil {
		return Sheet{}, err
	}
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpackedXML, RawCellValue: true,
	})
	if err != nil {
		return Sheet{}, refuse("upload.error.broken")
	}
	defer func() { _ = book.Close() }()
	names := book.GetSheetList()
	if len(names) == 0 {
		return Sheet{}, refuse("upload.error.empty")
	}
	rows, err := book.Rows(names[0])
	if err != nil {
		return Sheet{}, refuse("upload.error.broken")
	}
	defer func() { _ = rows.Close() }()
	b := builder{sheet: Sheet{Serial: true}}
	if props, err := book.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		b.sheet.Since1904 = *props.Date1904
	}
	for line := 1; rows.Next(); line++ {
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return Sheet{}, refuse("upload.error.broken")
		}
		if err := b.add(line, cells); err != nil {
			return Sheet{}, err
		}
	}
	if rows.Error() != nil {
		return Sheet{}, refuse("upload.error.broken")
	}
	return b.done()
}

// inspect looks at the table of contents of the archive and at what kind of
// workbook it says it is.
func inspect(data []byte) error {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return refuse("upload.error.broken")
	}
	if len(archive.File) > maxEntries {
		return refuse("upload.error.bomb")
	}
	var unpacked uint64
	var kinds *zip.File
	for _, f := range archive.File {
		unpacked += min(f.UncompressedSize64, maxUnpacked+1) // so that no sum wraps around
		name := strings.ToLower(f.Name)
		switch {
		case unpacked > maxUnpacked:
			return refuse("upload.error.bomb")
		case strings.HasSuffix(name, "vbaproject.bin"):
			return refuse("upload.error.macro")
		case name == "[content_types].xml":
			kinds = f
		}
	}
	if kinds == nil {
		return refuse("upload.error.broken")
	}
	r, err := kinds.Open()
	if err != nil {
		return refuse("upload.error.broken")
	}
	defer func() { _ = r.Close() }()
	text, err := io.ReadAll(io.LimitReader(r, 1<<20))
	if err != nil {
		return refuse("upload.error.broken")
	}
	if strings.Contains(strings.ToLower(string(text)), "macroenabled") {
		return refuse("upload.error.macro")
	}
	return nil
}
