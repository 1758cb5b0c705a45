// Package static serves style sheet, script, fonts and icon. The files are
// built by `make assets` (tools/assets) from the npm packages and src/ into
// dist/, with a hash in each name, and embedded. Nothing comes from another
// host. Because a name changes with its content, browsers may keep a file for
// a year.
package static

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed all:dist
var dist embed.FS

// Prefix is the path below which Handler is mounted.
const Prefix = "/static/"

// errMissing is what Check says before the first build.
var errMissing = errors.New("static: web/static/dist holds no built assets; please run `make assets` and build again")

// file is one built file in up to three encodings.
type file struct {
	contentType string
	plain       []byte
	brotli      []byte
	gzip        []byte
}

type assets struct {
	urls  map[string]string // "app.css" -> "/static/app.<hash>.css"
	files map[string]file   // by hashed name
	err   error
}

var loaded = sync.OnceValue(func() *assets { return load(dist) })

func load(fsys fs.FS) *assets {
	a := &assets{urls: map[string]string{}, files: map[string]file{}}
	data, err := fs.ReadFile(fsys, "dist/manifest.json")
	if err != nil {
		a.err = errMissing
		return a
	}
	manifest := map[string]string{}
	if err := json.Unmarshal(data, &manifest); err != nil {
		a.err = fmt.Errorf("static: manifest.json: %w; please run `make assets`", err)
		return a
	}
	for name, hashed := range manifest {
		f, err := loadFile(fsys, hashed)
		if err != nil {
			a.err = fmt.Errorf("static: %w; please run `make assets`", err)
			return a
		}
		a.urls[name] = Prefix + hashed
		a.files[hashed] = f
	}
	return a
}

func loadFile(fsys fs.FS, name string) (file, error) {
	f := file{contentType: contentTypes[path.Ext(name)]}
	if f.contentType == "" {
		return f, fmt.Errorf("%s: unknown kind of file", name)
	}
	var err error
	if f.plain, err = fs.ReadFile(fsys, "dist/"+name); err != nil {
		return f, fmt.Errorf("read %s: %w", name, err)
	}
	// Fonts are compressed in themselves and have no twins.
	f.brotli, _ = fs.ReadFile(fsys, "dist/"+name+".br")
	f.gzip, _ = fs.ReadFile(fsys, "dist/"+name+".gz")
	return f, nil
}

var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".woff2": "font/woff2",
	".svg":   "image/svg+xml",
	".txt":   "text/plain; charset=utf-8",
}

// Check says whether the assets were built; call it at start-up.
func Check() error { return loaded().err }

// URL returns the address of a built file, e.g. of "app.css". An unknown name
// gets an address that answers 404.
func URL(name string) string {
	if u, ok := loaded().urls[name]; ok {
		return u
	}
	return Prefix + name
}

// Handler serves the built files below Prefix.
func Handler() http.Handler { return http.HandlerFunc(loaded().serve) }

func (a *assets) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	f, ok := a.files[strings.TrimPrefix(r.URL.Path, Prefix)]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	body, encoding := f.best(r.Header.Get("Accept-Encoding"))
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	if f.gzip != nil || f.brotli != nil {
		h.Set("Vary", "Accept-Encoding")
	}
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(body) // a reader who hangs up is no error of ours
}

// best picks the smallest encoding that the browser takes.
func (f file) best(accept string) (body []byte, encoding string) {
	switch {
	case f.brotli != nil && accepts(accept, "br"):
		return f.brotli, "br"
	case f.gzip != nil && accepts(accept, "gzip"):
		return f.gzip, "gzip"
	default:
		return f.plain, ""
	}
}

func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(name) != encoding {
			continue
		}
		q := strings.TrimPrefix(strings.ReplaceAll(quality, " ", ""), "q=")
		value, err := strconv.ParseFloat(q, 64)
		return q == "" || (err == nil && value > 0)
	}
	return false
}
