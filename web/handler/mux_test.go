package handler_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"rundertisch/internal/fault"
	"rundertisch/web/handler"
)

// TestWhoLeavesThePageIsNoError: a script's request ends when its page is left.
func TestWhoLeavesThePageIsNoError(t *testing.T) {
	t.Parallel()
	for gone, want := range map[bool]string{true: "level=INFO", false: "level=ERROR"} {
		var log strings.Builder
		m := handler.NewMux(nil, slog.New(slog.NewTextHandler(&log, nil)))
		ctx, leave := context.WithCancel(t.Context())
		defer leave()
		m.Adapt(func(http.ResponseWriter, *http.Request) error {
			if gone {
				leave()
			}
			return fmt.Errorf("%w: commit", fault.Unavailable)
		})(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodPost, "/", http.NoBody))
		if !strings.Contains(log.String(), want) {
			t.Errorf("gone %v: logged %q, want %s", gone, log.String(), want)
		}
	}
}
