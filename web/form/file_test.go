package form_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"rundertisch/internal/fault"
	"rundertisch/web/form"
)

const limit = 1 << 20

// body is a form with one field and then a file.
func body(t *testing.T, fileName string, data []byte) (*bytes.Buffer, string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	if err := m.WriteField("note", "Grüße"); err != nil {
		t.Fatal(err)
	}
	part, err := m.CreateFormFile("file", fileName)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return &b, m.FormDataContentType()
}

func TestParseFile(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, fileName, wantName string
		size                     int
		tooLarge                 bool
	}{
		{"a file", "Protokoll.pdf", "Protokoll.pdf", 100, false},
		{"with folders of Windows", `C:\Users\Erika\Protokoll.pdf`, "Protokoll.pdf", 1, false},
		{"with folders that climb", "../../etc/passwd", "passwd", 1, false},
		{"only dots", "..", "", 1, false},
		{"hidden direction", "rechnung\u202efdp.exe", "rechnungfdp.exe", 1, false},
		{"none chosen", "", "", 0, false},
		{"as large as may be", "a.pdf", "a.pdf", limit, false},
		{"one byte more", "a.pdf", "", limit + 1, true},
		{"much more", "a.pdf", "", 3 * limit, true},
	}
	for _, tt := range tests {
		for _, withLength := range []bool{true, false} {
			b, contentType := body(t, tt.fileName, bytes.Repeat([]byte("x"), tt.size))
			r := httptest.NewRequest(http.MethodPost, "/", b)
			r.Header.Set("Content-Type", contentType)
			if !withLength {
				r.ContentLength = -1
			}
			v, file, err := form.ParseFile(httptest.NewRecorder(), r, "file", limit)
			if form.TooLarge(err) != tt.tooLarge || !tt.tooLarge && err != nil {
				t.Errorf("%s: err = %v, want too large = %v", tt.name, err, tt.tooLarge)
				continue
			}
			if !tt.tooLarge && (file.Name != tt.wantName || len(file.Data) != tt.size) {
				t.Errorf("%s: %q with %d bytes, want %q with %d", tt.name, file.Name, len(file.Data), tt.wantName, tt.size)
			}
			if got := v.Text("note"); got != "Grüße" && (!tt.tooLarge || tt.size < 2*limit) {
				t.Errorf("%s: note = %q, want what was typed", tt.name, got)
			}
		}
	}
}

func TestParseFileRefusesWhatIsNoForm(t *testing.T) {
	t.Parallel()
	many, contentType := body(t, "a.pdf", nil)
	end := strings.LastIndex(many.String(), "--"+strings.TrimPrefix(contentType, "multipart/form-data; boundary="))
	field, _, _ := strings.Cut(many.String(), "Grüße")
	field += "x\r\n"
	for name, tt := range map[string]struct{ contentType, body string }{
		"plain":           {"application/x-www-form-urlencoded", "file=x"},
		"cut off":         {contentType, many.String()[:end-5]},
		"too many fields": {contentType, strings.Repeat(field, 300) + many.String()},
	} {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(tt.body))
		r.Header.Set("Content-Type", tt.contentType)
		_, _, err := form.ParseFile(httptest.NewRecorder(), r, "file", limit)
		if _, ok := fault.AsFields(err); !ok {
			t.Errorf("%s: err = %v, want a fault of the whole form", name, err)
		}
	}
}
