package server

import (
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/go-chi/chi/v5"

	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/programme"
	"rundertisch/web/handler"
	"rundertisch/web/static"
)

// Options say how the site is reached.
type Options struct {
	BaseURL        *url.URL // scheme and host under which people reach the site
	Demo           bool
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	Migrations     fs.FS          // what /readyz compares the schema with
	Log            *slog.Logger
}

// Server is the site.
type Server struct {
	options  Options
	db       *db.DB
	sessions *sessions
	tenants  *programme.Directory
	mux      *handler.Mux
	metrics  *metrics
	printers printers
	router   chi.Router
}

// New puts the site together.
func New(d *db.DB, o Options, parts Parts) *Server {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s := &Server{options: o, db: d, tenants: programme.NewDirectory(d), router: chi.NewRouter()}
	s.sessions = &sessions{manager: s.sessionManager(), proxies: o.TrustedProxies, now: d.Now, log: o.Log}
	s.mux = handler.NewMux(s.router, o.Log)
	s.metrics = newMetrics(func() float64 { return float64(d.Pool().Stat().AcquiredConns()) })

	s.router.Use(s.middleware()...)
	s.router.NotFound(s.mux.Adapt(func(http.ResponseWriter, *http.Request) error { return fault.NotFound }))
	s.router.MethodNotAllowed(func(w http.ResponseWriter, r *http.Request) {
		handler.ShowError(w, r, http.StatusMethodNotAllowed, nil)
	})
	s.routes(parts)
	return s
}

// Handler returns the whole site: static files and health checks outside the
// middleware of pages, the rest inside; the security headers on all of it.
func (s *Server) Handler() http.Handler {
	root := http.NewServeMux()
	root.Handle("GET /static/", static.Handler())
	root.HandleFunc("GET /healthz", health)
	root.HandleFunc("GET /readyz", s.ready)
	root.Handle("/", s.router)
	return securityHeaders(root, s.options.BaseURL)
}

// Routes returns every route that the pages declared.
func (s *Server) Routes() []handler.Route { return s.mux.Routes() }

// Router returns the pages' router, for the test that walks it.
func (s *Server) Router() chi.Routes { return s.router }

// middleware is the order in which a request is prepared.
func (s *Server) middleware() chi.Middlewares {
	return chi.Middlewares{
		s.requestID,        // an id for logs, the trail and error pages
		s.accessLog,        // one line per request
		s.metrics.observe,  // how many, how long
		s.shell,            // programme of the host, language, theme, flash
		s.recoverPanic,     // a panic is a 500 with the id
		s.refuseOddMethods, // TRACE and friends
		s.refuseForeignForms,
		s.limitTime,
		s.sessions.load, // cookie -> actor
		s.remember,      // the shell's parts that need the actor
	}
}

func (s *Server) sessionManager() *scs.SessionManager {
	m := scs.New()
	m.Store = &sessionStore{pool: s.db.Pool(), now: s.db.Now}
	m.Codec = sessionCodec{}
	m.Lifetime = absoluteLimit
	m.HashTokenInStore = false // our store hashes
	m.Cookie.Name = "rt"
	if s.secure() {
		m.Cookie.Name = "__Host-rt"
	}
	m.Cookie.Secure = s.secure()
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Path = "/"
	m.Cookie.Persist = false
	return m
}

func (s *Server) secure() bool { return s.options.BaseURL.Scheme == "https" }

// Serve limits, from the outside to the inside (see docs/decisions).
const (
	headerLimit  = 5 * time.Second
	readLimit    = 30 * time.Second
	writeLimit   = 60 * time.Second
	idleConn     = 120 * time.Second
	requestLimit = 10 * time.Second
)

// HTTPServer returns a net/http server for the handler with all limits set.
func HTTPServer(addr string, h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Addr: addr, Handler: h,
		ReadHeaderTimeout: headerLimit, ReadTimeout: readLimit, WriteTimeout: writeLimit, IdleTimeout: idleConn,
		MaxHeaderBytes: 32 << 10,
		ErrorLog:       slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

func trusted(proxies []netip.Prefix, ip netip.Addr) bool {
	return slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(ip.Unmap()) })
}
