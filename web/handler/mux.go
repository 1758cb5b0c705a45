package handler

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/go-chi/chi/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
)

// Func answers a request or returns a fault, for which the adapter renders the
// error page.
type Func func(w http.ResponseWriter, r *http.Request) error

// Route is a method and a pattern with the action that it declares.
type Route struct {
	Method  string
	Pattern string
	Action  access.Action
}

// Mux collects the routes of the pages. Each declares the action that the
// gate will be asked for, so that a stranger is stopped before anything runs.
type Mux struct {
	router chi.Router
	log    *slog.Logger
	routes []Route
}

// NewMux returns a mux that adds its routes to router.
func NewMux(router chi.Router, log *slog.Logger) *Mux { return &Mux{router: router, log: log} }

// Get adds a page. HEAD is answered as GET is.
func (m *Mux) Get(act access.Action, pattern string, f Func) {
	m.add(http.MethodGet, act, pattern, f)
	m.add(http.MethodHead, act, pattern, f)
}

// Post adds a form's target.
func (m *Mux) Post(act access.Action, pattern string, f Func) {
	m.add(http.MethodPost, act, pattern, f)
}

func (m *Mux) add(method string, act access.Action, pattern string, f Func) {
	m.routes = append(m.routes, Route{Method: method, Pattern: pattern, Action: act})
	m.router.MethodFunc(method, pattern, m.Adapt(m.guard(act, f)))
}

// Routes returns what was added.
func (m *Mux) Routes() []Route { return m.routes }

// guard stops who may not do the action: a stranger is asked to sign in, a
// person is told so. The gate asks again, next to the data.
func (m *Mux) guard(act access.Action, f Func) Func {
	return func(w http.ResponseWriter, r *http.Request) error {
		actor := Actor(r)
		switch {
		case actor.May(act):
			return f(w, r)
		case actor.SignedIn():
			return fault.Forbidden
		case IsFragment(r): // a script: a page to sign in would replace what was typed
			noSwap(w)
			w.Header().Set("Cache-Control", "no-store")
			w.WriteHeader(http.StatusUnauthorized)
			return nil
		case r.Method == http.MethodPost:
			return SeeOther(w, r, link.SignIn(""), "session.ended")
		}
		http.Redirect(w, r, link.SignIn(r.URL.RequestURI()), http.StatusSeeOther)
		return nil
	}
}

// Adapt turns f into a plain handler. It alone logs errors and renders error
// pages.
func (m *Mux) Adapt(f Func) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := f(w, r)
		if err == nil {
			return
		}
		status := Status(err)
		level := slog.LevelInfo
		gone := errors.Is(r.Context().Err(), context.Canceled) // who asked left the page: no fault of ours
		if status >= http.StatusInternalServerError && !gone {
			level = slog.LevelError
		}
		m.log.Log(r.Context(), level, "request failed", "status", status, "method", r.Method,
			"path", r.URL.Path, "request", RequestID(r.Context()), "error", err.Error())
		ShowError(w, r, status, err)
	}
}

// Status returns the HTTP status of a fault.
func Status(err error) int {
	var tooLarge *http.MaxBytesError
	if _, ok := fault.AsFields(err); ok {
		return http.StatusUnprocessableEntity
	}
	switch {
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, fault.NotFound):
		return http.StatusNotFound
	case errors.Is(err, fault.Forbidden):
		return http.StatusForbidden
	case errors.Is(err, fault.Conflict), errors.Is(err, fault.Stale):
		return http.StatusConflict
	case errors.Is(err, fault.TooMany):
		return http.StatusTooManyRequests
	case errors.Is(err, fault.Unavailable):
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}
