package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/go-chi/chi/v5/middleware"

	"rundertisch/internal/access"
	"rundertisch/internal/locale"
	"rundertisch/web/handler"
)

func (*Server) requestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := strings.ToLower(rand.Text()[:12])
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(handler.WithRequestID(r.Context(), id)))
	})
}

// accessLog writes one line per request, without the query: it may hold what a
// person searched for.
func (s *Server) accessLog(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		next.ServeHTTP(ww, r)
		s.options.Log.LogAttrs(r.Context(), slog.LevelDebug, "request",
			slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.Int("status", ww.Status()),
			slog.Int("bytes", ww.BytesWritten()), slog.Duration("took", time.Since(start)),
			slog.String("request", handler.RequestID(r.Context())))
	})
}

// shell finds the programme of the host name and how the reader wants to see
// it. Every request has an actor from here on: the public.
func (s *Server) shell(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := handler.WithSecure(r.Context(), s.secure())
		shell := &handler.Shell{Demo: s.options.Demo, Theme: cookie(r, "rt-theme"), Log: s.options.Log}
		ctx = handler.WithShell(ctx, shell)
		lang := locale.Match(r.Header.Get("Accept-Language"), cookie(r, "rt-lang"))
		ctx = locale.NewContext(ctx, locale.New(lang, nil))
		host := hostname(r.Host)
		if r.URL.Host != "" || !s.ours(host) {
			handler.ShowError(w, r.WithContext(ctx), http.StatusMisdirectedRequest, nil)
			return
		}
		p, err := s.tenants.ByHost(ctx, host)
		if err != nil {
			s.options.Log.ErrorContext(ctx, "no programme", "host", host, "error", err)
			handler.ShowError(w, r.WithContext(ctx), http.StatusServiceUnavailable, nil)
			return
		}
		shell.Programme = handler.Programme{ID: p.ID, Slug: p.Slug, Name: p.Name}
		ctx = locale.NewContext(ctx, s.printers.of(p, lang))
		actor := access.Public(p.ID)
		actor.Request = handler.RequestID(ctx)
		ctx = access.NewContext(ctx, actor)
		shell.Flash = handler.ReadFlash(r.WithContext(ctx))
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// ours says whether the site answers under the host name: that of BASE_URL, a
// name below it, or one of a programme. On loopback its usual names do.
func (s *Server) ours(host string) bool {
	base := s.options.BaseURL.Hostname()
	if host == base || strings.HasSuffix(host, "."+base) {
		return true
	}
	if loopback(base) {
		return loopback(host)
	}
	return s.tenants.Knows(host)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

func hostname(hostport string) string {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

func (s *Server) recoverPanic(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(p)
			}
			s.options.Log.ErrorContext(r.Context(), "panic", "request", handler.RequestID(r.Context()),
				"path", r.URL.Path, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			handler.ShowError(w, r, http.StatusInternalServerError, nil)
		}()
		next.ServeHTTP(w, r)
	})
}

// The policy allows our own files and nothing else: no inline code, no eval,
// no other host. Icons of the design system are data URIs.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"

func securityHeaders(next http.Handler, base *url.URL) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		if base.Scheme == "https" {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

func (*Server) refuseOddMethods(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet, http.MethodHead, http.MethodPost:
			next.ServeHTTP(w, r)
		default:
			handler.ShowError(w, r, http.StatusMethodNotAllowed, nil)
		}
	})
}

// refuseForeignForms answers 403 to a form that another site sent here.
func (*Server) refuseForeignForms(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.Record(r, handler.ForeignFormFound)
		handler.ShowError(w, r, http.StatusForbidden, nil)
	}))
	return protection.Handler(next)
}

func (*Server) limitTime(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), requestLimit)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// remember sets what depends on whether somebody is signed in.
func (*Server) remember(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Add("Vary", "Cookie")
		h.Add("Vary", "HX-Request")
		h.Add("Vary", "Accept-Language")
		if handler.Actor(r).SignedIn() {
			h.Set("Cache-Control", "no-store")
		} else {
			h.Set("Cache-Control", "no-cache")
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	status := http.StatusOK
	var text string
	schema, err := s.db.Schema(ctx, s.options.Migrations)
	switch {
	case err != nil:
		status, text = http.StatusServiceUnavailable, "database not reachable"
	case !schema.Ready():
		status = http.StatusServiceUnavailable
		text = fmt.Sprintf("schema version: expected %d, found %d, dirty %t", schema.Expected, schema.Found, schema.Dirty)
	default:
		text = fmt.Sprintf("ready; schema version: expected %d, found %d", schema.Expected, schema.Found)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = fmt.Fprintln(w, text)
}

func health(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = fmt.Fprintln(w, "ok")
}
