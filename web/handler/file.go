package handler

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"rundertisch/internal/document"
)

// Download is a stored file that a reader saves.
type Download struct {
	Name        string // as it was uploaded: text, made safe here
	ContentType string
	Size        int64 // bytes
	Open        func() (io.ReadCloser, error)
}

// SendFile sends a file of which the caller knows that the reader may have it.
// A browser saves it and shows nothing of it: what people upload must not act
// in our name. No cache keeps it, so that the next download is checked again.
// If the file is missing although its row is there, the error is ours.
func SendFile(w http.ResponseWriter, r *http.Request, d Download) error {
	file, err := d.Open()
	if err != nil {
		return fmt.Errorf("file of %s: %v", r.URL.Path, err) //nolint:errorlint // not found would look like a wrong address
	}
	defer func() { _ = file.Close() }()
	h := w.Header()
	h.Set("Content-Type", d.ContentType)
	h.Set("Content-Length", strconv.FormatInt(d.Size, 10))
	h.Set("Content-Disposition", document.Disposition(d.Name))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if r.Method != http.MethodHead {
		until := time.Now().Add(FileTime)                         //nolint:forbidigo // a limit of the connection, no rule
		_ = http.NewResponseController(w).SetWriteDeadline(until) // a test's writer has none
		_, _ = io.Copy(w, file)                                   // the reader may be gone
	}
	return nil
}

// FileTime is how long the sending of a file may take on a slow line.
const FileTime = 5 * time.Minute

// Unhurried gives the making of a large file, or what follows a long upload,
// more time than a page has. It still ends when the reader goes away.
func Unhurried(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	stop := context.AfterFunc(ctx, func() {
		if errors.Is(ctx.Err(), context.Canceled) {
			cancel()
		}
	})
	return longer, func() { stop(); cancel() }
}
