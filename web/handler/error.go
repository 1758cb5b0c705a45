package handler

import (
	"context"
	"net/http"
	"strconv"

	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// ShowError renders the error page of the status; a script gets no page but the
// message alone, and leaves what was typed. It shows the sentence that
// the error carries for the user, if any, and never the error itself.
func ShowError(w http.ResponseWriter, r *http.Request, status int, err error) {
	ctx := r.Context()
	key := "error." + strconv.Itoa(status)
	if !locale.FromContext(ctx).Has(key + ".title") {
		key = "error.500"
	}
	args := layout.ErrorArgs{
		Status: status, Title: locale.T(ctx, key+".title"), Text: locale.T(ctx, key+".text"),
		RequestID: RequestID(ctx), Action: ui.Button{Label: locale.T(ctx, "error.back"), URL: link.Home()},
	}
	if text, ok := fault.AsText(err); ok {
		args.Text = locale.T(ctx, text.Key, text.Args...)
	}
	if Actor(r).SignedIn() {
		args.Action.URL = link.Start()
	}
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	w.Header().Set("Cache-Control", "no-store")
	if IsFragment(r) {
		noSwap(w)
		if err := RenderStatus(w, r, status, layout.ErrorNote(args)); err != nil {
			http.Error(w, http.StatusText(status), status)
		}
		return
	}
	if err := RenderStatus(w, r, status, layout.ErrorPage(Frame(r), args)); err != nil {
		http.Error(w, http.StatusText(status), status)
	}
}

type requestIDKey struct{}

// WithRequestID returns a context that carries the id of the request.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

// RequestID returns the id of the request, for logs, the trail and error pages.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}
