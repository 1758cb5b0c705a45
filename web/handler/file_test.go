package handler_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"rundertisch/internal/fault"
	"rundertisch/web/handler"
)

func TestSendFile(t *testing.T) {
	t.Parallel()
	d := handler.Download{
		Name: "Anlage „Größe\"\r\nX-Evil: 1.pdf", ContentType: "application/pdf", Size: 5,
		Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("bytes")), nil },
	}
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		w := httptest.NewRecorder()
		if err := handler.SendFile(w, httptest.NewRequest(method, "/datei", http.NoBody), d); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{
			"Content-Type": "application/pdf", "Content-Length": "5", "X-Content-Type-Options": "nosniff",
			"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "no-store", "X-Evil": "",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s = %q, want %q", method, name, got, want)
			}
		}
		if got := w.Header().Get("Content-Disposition"); !strings.HasPrefix(got, "attachment; ") || strings.ContainsAny(got, "\r\n") {
			t.Errorf("disposition = %q", got)
		}
		if want := map[string]string{http.MethodGet: "bytes"}[method]; w.Body.String() != want {
			t.Errorf("%s: body %q, want %q", method, w.Body, want)
		}
	}
}

func TestSendFileThatIsGoneIsOurFault(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	err := handler.SendFile(w, httptest.NewRequest(http.MethodGet, "/datei", http.NoBody), handler.Download{
		Open: func() (io.ReadCloser, error) { return nil, fault.NotFound },
	})
	if handler.Status(err) != http.StatusInternalServerError || len(w.Header()) != 0 {
		t.Errorf("err = %v, headers %v; want a 500 before anything was written", err, w.Header())
	}
}

func TestUnhurried(t *testing.T) {
	t.Parallel()
	late, cancelLate := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancelLate()
	ctx, done := handler.Unhurried(late, time.Minute)
	defer done()
	if ctx.Err() != nil {
		t.Error("a page's time that is over ends the work")
	}
	reader, leave := context.WithCancel(t.Context())
	ctx, done = handler.Unhurried(reader, time.Minute)
	defer done()
	leave()
	<-ctx.Done()
	if !errors.Is(ctx.Err(), context.Canceled) {
		t.Errorf("err = %v, want that the reader is gone", ctx.Err())
	}
}
