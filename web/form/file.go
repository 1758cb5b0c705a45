package form

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"rundertisch/internal/fault"
)

// Limits of a form with a file, beside the size of the file itself.
const (
	uploadTime = 4 * time.Minute // 20 MiB on a slow line of 0.7 Mbit/s
	maxTexts   = 64 << 10        // bytes of all other fields
	maxParts   = 200
	maxDrain   = 256 << 20 // how much of a body that is too large is read so that the browser listens to the answer
)

// File is a file that was uploaded, whole in memory. Its name and its bytes
// are what a stranger sent: document.Inspect says what it is.
type File struct {
	Name string // without folders; empty: none was chosen
	Data []byte
}

// ParseFile reads a posted multipart form with one file of at most limit bytes
// in the field name, and gives it more time than a page has. The fields that
// came before a fault are returned with it. It returns an error that becomes
// 413, of which TooLarge is true, and fault.Fields if it is no form.
func ParseFile(w http.ResponseWriter, r *http.Request, name string, limit int64) (*Values, File, error) {
	v := From(url.Values{})
	patient := http.NewResponseController(w)
	until := time.Now().Add(uploadTime) //nolint:forbidigo // a limit of the connection, no rule
	_ = patient.SetReadDeadline(until)  // a test's writer has none
	_ = patient.SetWriteDeadline(until.Add(time.Minute))
	body := r.Body
	r.Body = http.MaxBytesReader(w, body, limit+maxTexts)
	file, err := readParts(r, v, name, limit)
	if TooLarge(err) {
		w.Header().Set("Connection", "close")
		if r.Header.Get("Expect") == "" { // else the browser waits for our word before it sends
			_, _ = io.CopyN(io.Discard, body, maxDrain)
		}
		return v, File{}, fmt.Errorf("read upload: %w", err)
	}
	if err != nil {
		return v, File{}, fault.Field("", "form.unreadable")
	}
	return v, file, nil
}

// TooLarge says whether ParseFile failed because of the size.
func TooLarge(err error) bool {
	_, ok := errors.AsType[*http.MaxBytesError](err)
	return ok
}

func readParts(r *http.Request, v *Values, name string, limit int64) (File, error) {
	if r.ContentLength > limit+maxTexts {
		return File{}, &http.MaxBytesError{Limit: limit}
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return File{}, err
	}
	var file File
	room := int64(maxTexts)
	for range maxParts {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return file, nil
		}
		if err != nil {
			return File{}, err
		}
		if part.FormName() == name {
			file.Name = fileName(part.FileName())
			file.Data, err = readPart(part, limit, max(0, r.ContentLength))
		} else {
			var text []byte
			text, err = readPart(part, room, 0)
			room -= int64(len(text))
			v.raw.Add(part.FormName(), string(text))
		}
		if err != nil {
			return File{}, err
		}
	}
	return File{}, errors.New("too many fields")
}

// readPart reads a part of at most limit bytes; expected saves growing.
func readPart(part *multipart.Part, limit, expected int64) ([]byte, error) {
	var buf bytes.Buffer
	buf.Grow(int(min(expected, limit)) + bytes.MinRead)
	if _, err := buf.ReadFrom(io.LimitReader(part, limit+1)); err != nil {
		return nil, err
	}
	if int64(buf.Len()) > limit {
		return nil, &http.MaxBytesError{Limit: limit}
	}
	return buf.Bytes(), nil
}

// fileName is the name without folders, as some browsers send one.
func fileName(s string) string {
	s = From(url.Values{"n": {strings.ReplaceAll(s, `\`, "/")}}).Text("n")
	if s = path.Base(s); s == "." || s == "/" || s == ".." {
		return ""
	}
	return s
}
