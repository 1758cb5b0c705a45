package handler

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"sync"

	"github.com/a-h/templ"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Render writes the page with status 200. It renders before it writes, so an
// error still becomes an error page.
func Render(w http.ResponseWriter, r *http.Request, page templ.Component) error {
	return RenderStatus(w, r, http.StatusOK, page)
}

// RenderStatus is Render with another status: 422 for a form with errors, 409
// for a stale one.
func RenderStatus(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error {
	buf, _ := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	defer buffers.Put(buf)
	if err := page.Render(r.Context(), buf); err != nil {
		return fmt.Errorf("render %s: %w", r.URL.Path, err)
	}
	if ShellFrom(r.Context()).Flash != nil {
		clearFlash(w, r)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(buf.Len()))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(buf.Bytes()) // the client may be gone
	}
	return nil
}

// SeeOther ends a successful POST: the browser fetches the next page. flashKey
// leaves a message for it unless empty; args are pairs of name and value.
func SeeOther(w http.ResponseWriter, r *http.Request, url, flashKey string, args ...string) error {
	if flashKey != "" {
		SetFlash(w, r, Flash{Key: flashKey, Args: args})
	}
	http.Redirect(w, r, url, http.StatusSeeOther)
	return nil
}

// noSwap tells htmx to leave the page as it is.
func noSwap(w http.ResponseWriter) { w.Header().Set("HX-Reswap", "none") }

// IsFragment says whether a script asks for a part of the page.
func IsFragment(r *http.Request) bool { return r.Header.Get("HX-Request") == "true" }
