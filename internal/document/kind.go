package document

import (
	"path"
	"slices"
	"strings"

	"rundertisch/internal/fault"
)

// Kind is a kind of file that people may upload, named by its ending.
type Kind string

// The kinds (reliability S46).
const (
	PDF  Kind = "pdf"
	DOCX Kind = "docx"
	XLSX Kind = "xlsx"
	CSV  Kind = "csv"
	PNG  Kind = "png"
	JPEG Kind = "jpg"
	ICS  Kind = "ics"
	TXT  Kind = "txt"
)

// Kinds lists the kinds.
func Kinds() []Kind { return []Kind{PDF, DOCX, XLSX, CSV, PNG, JPEG, ICS, TXT} }

// Accept is the value of an upload field's attribute accept.
func Accept() string {
	endings := make([]string, 0, len(Kinds())+1)
	for _, k := range Kinds() {
		endings = append(endings, "."+string(k))
	}
	return strings.Join(append(endings, ".jpeg"), ",")
}

// ContentType is the media type that a file of the kind is sent with.
func (k Kind) ContentType() string {
	switch k {
	case PDF:
		return "application/pdf"
	case DOCX:
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case CSV:
		return "text/csv"
	case PNG:
		return "image/png"
	case JPEG:
		return "image/jpeg"
	case ICS:
		return "text/calendar"
	case TXT:
		return "text/plain"
	}
	return "application/octet-stream"
}

// MaxFileSize is the size of the largest upload, in bytes.
const MaxFileSize = 20 << 20

// maxMegapixels bounds pictures: a browser needs four bytes for each pixel.
const maxMegapixels = 40

// Inspect returns the kind of an uploaded file. Its ending, its first bytes and
// a light parser must agree; archives (docx, xlsx) must be plain and unpack to
// a sensible size. It returns fault.Fields for "file" that say what to do.
func Inspect(name string, data []byte) (Kind, error) {
	kind, err := named(name)
	switch {
	case err != nil:
		return "", err
	case len(data) == 0:
		return "", refuse("document.error.empty")
	case len(data) > MaxFileSize:
		return "", refuse("document.error.large", "Max", MaxFileSize>>20)
	}
	switch kind {
	case DOCX, XLSX:
		err = checkOffice(kind, data)
	case PNG, JPEG:
		err = checkPicture(kind, data)
	case PDF:
		err = checkPDF(data)
	default:
		err = checkText(kind, data)
	}
	if err != nil {
		return "", err
	}
	return kind, nil
}

// named returns the kind that the name promises.
func named(name string) (Kind, error) {
	ending := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	switch ending {
	case "jpeg":
		ending = string(JPEG)
	case "docm", "dotm", "xlsm", "xltm", "xlsb":
		return "", refuse("document.error.macro")
	}
	if kind := Kind(ending); slices.Contains(Kinds(), kind) {
		return kind, nil
	}
	return "", refuse("document.error.kind", "Kinds", kindList())
}

func kindList() string {
	names := make([]string, len(Kinds()))
	for i, k := range Kinds() {
		names[i] = strings.ToUpper(string(k))
	}
	return strings.Join(names, ", ")
}

func refuse(key string, args ...any) error { return fault.Field("file", key, args...) }

func mismatch(k Kind) error { return refuse("document.error.mismatch", "Ending", string(k)) }
