package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
)

func get(t *testing.T, address, accept string) *http.Response {
	t.Helper()
	if err := Check(); err != nil {
		t.Fatal(err) // names `make assets`
	}
	r := httptest.NewRequest(http.MethodGet, address, http.NoBody)
	r.Header.Set("Accept-Encoding", accept)
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestFilesAreServedInTheBestEncoding(t *testing.T) {
	t.Parallel()
	plain := readAll(t, get(t, URL("app.css"), "").Body)
	for _, c := range []struct{ accept, want string }{
		{"gzip, deflate, br, zstd", "br"},
		{"gzip;q=1.0, br;q=0", "gzip"},
		{"gzip", "gzip"},
		{"identity", ""},
		{"", ""},
	} {
		res := get(t, URL("app.css"), c.accept)
		if got := res.Header.Get("Content-Encoding"); got != c.want {
			t.Errorf("%q: encoding %q, want %q", c.accept, got, c.want)
		}
		body := readAll(t, res.Body)
		switch c.want {
		case "br":
			body = readAll(t, brotli.NewReader(bytes.NewReader(body)))
		case "gzip":
			r, err := gzip.NewReader(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			body = readAll(t, r)
		}
		if !bytes.Equal(body, plain) {
			t.Errorf("%q: %d bytes differ from the plain file's %d", c.accept, len(body), len(plain))
		}
	}
}

func TestFilesHaveTheirHeaders(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"app.css":             "text/css; charset=utf-8",
		"app.js":              "text/javascript; charset=utf-8",
		"icon.svg":            "image/svg+xml",
		"fira-sans-400.woff2": "font/woff2",
		"licences.txt":        "text/plain; charset=utf-8",
	} {
		res := get(t, URL(name), "br")
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", name, res.StatusCode)
		}
		for header, value := range map[string]string{
			"Content-Type":           want,
			"Cache-Control":          "public, max-age=31536000, immutable",
			"X-Content-Type-Options": "nosniff",
		} {
			if got := res.Header.Get(header); got != value {
				t.Errorf("%s: %s = %q, want %q", name, header, got, value)
			}
		}
	}
}

func TestUnknownFilesAreNotFound(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/static/", "/static/app.css", "/static/manifest.json", "/static/.keep", "/static/../go.mod", URL("app.css") + ".br", URL("nothing.css")} {
		res := get(t, path, "")
		if res.StatusCode != http.StatusNotFound || res.Header.Get("Cache-Control") == "public, max-age=31536000, immutable" {
			t.Errorf("%s: status %d, want 404 that is not kept", path, res.StatusCode)
		}
	}
}

func TestOnlyReadingIsAllowed(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, httptest.NewRequest(http.MethodPost, URL("app.css"), http.NoBody))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: status %d, want 405", w.Code)
	}
	w = httptest.NewRecorder()
	Handler().ServeHTTP(w, httptest.NewRequest(http.MethodHead, URL("app.css"), http.NoBody))
	if w.Code != http.StatusOK || w.Body.Len() != 0 {
		t.Errorf("HEAD: status %d with %d bytes, want 200 without a body", w.Code, w.Body.Len())
	}
}

func TestCheckNamesTheCommand(t *testing.T) {
	t.Parallel()
	for _, fsys := range []fstest.MapFS{
		{"dist/.keep": {}},
		{"dist/manifest.json": {Data: []byte("{")}},
		{"dist/manifest.json": {Data: []byte(`{"app.css":"app.1.css"}`)}},
		{"dist/manifest.json": {Data: []byte(`{"a.exe":"a.1.exe"}`)}, "dist/a.1.exe": {}},
	} {
		if err := load(fsys).err; err == nil || !strings.Contains(err.Error(), "make assets") {
			t.Errorf("load: err = %v, want one that names `make assets`", err)
		}
	}
}

// TestNothingComesFromElsewhere keeps other hosts out of what we send.
func TestNothingComesFromElsewhere(t *testing.T) {
	t.Parallel()
	css := string(readAll(t, get(t, URL("app.css"), "").Body))
	for _, word := range []string{"url(http", "url(\"http", "url(//", "@import", "asset:", "sourceMappingURL"} {
		if strings.Contains(css, word) {
			t.Errorf("app.css holds %q", word)
		}
	}
	js := string(readAll(t, get(t, URL("app.js"), "").Body))
	if !strings.Contains(js, "htmx") || strings.Contains(js, "sourceMappingURL") {
		t.Error("app.js: want htmx and no source map")
	}
}

// TestWeights keeps every page light; raise a limit only with a reason.
func TestWeights(t *testing.T) {
	t.Parallel()
	for name, limit := range map[string]int{"app.css": 30_000, "app.js": 16_000, "fira-sans-400.woff2": 26_000, "fira-sans-600.woff2": 26_000} {
		if n := len(readAll(t, get(t, URL(name), "br").Body)); n > limit {
			t.Errorf("%s: %d bytes compressed, want at most %d", name, n, limit)
		}
	}
}

func readAll(t *testing.T, r io.Reader) []byte {
	t.Helper()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
