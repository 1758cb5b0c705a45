package server

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"rundertisch/internal/access"
	"rundertisch/internal/account"
	"rundertisch/web/handler"
)

// sessions begins, loads and ends sessions.
type sessions struct {
	manager *scs.SessionManager
	proxies []netip.Prefix
	now     func() time.Time
	log     *slog.Logger
}

// load finds the session behind the cookie and lets its person act. A cookie
// that opens nothing is as good as none.
func (s *sessions) load(next http.Handler) http.Handler {
	s.manager.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		s.log.ErrorContext(r.Context(), "session", "request", handler.RequestID(r.Context()), "error", err.Error())
		handler.ShowError(w, r, http.StatusServiceUnavailable, nil)
	}
	loaded := s.manager.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		if v := visitFrom(ctx); v != nil && v.found {
			v.actor.Request = handler.RequestID(ctx)
			handler.ShellFrom(ctx).Unread = v.unread
			ctx = access.NewContext(ctx, v.actor)
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{programme: handler.ShellFrom(r.Context()).Programme.ID}
		loaded.ServeHTTP(w, r.WithContext(withVisit(r.Context(), v)))
	})
}

// Begin starts a session for the person, with a new token.
func (s *sessions) Begin(r *http.Request, who account.Identity) error {
	ctx := r.Context()
	if visitFrom(ctx).found { // whoever was signed in leaves
		if err := s.manager.Destroy(ctx); err != nil {
			return fmt.Errorf("end the old session: %w", err)
		}
	}
	if err := s.manager.RenewToken(ctx); err != nil {
		return fmt.Errorf("renew token: %w", err)
	}
	s.manager.Put(ctx, keyAccount, who.Account.String())
	s.manager.Put(ctx, keyProgramme, handler.ShellFrom(ctx).Programme.ID.String())
	s.manager.Put(ctx, keyStarted, s.now().UnixMicro())
	s.manager.Put(ctx, keyDevice, device(r.UserAgent()))
	return nil
}

// End signs the request's session out.
func (s *sessions) End(r *http.Request) error {
	if !visitFrom(r.Context()).found {
		return nil
	}
	if err := s.manager.Destroy(r.Context()); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// Token returns the hash under which the request's session is stored.
func (s *sessions) Token(r *http.Request) []byte { return hash(s.manager.Token(r.Context())) }

// Network returns the address that the request comes from. Forwarded addresses
// count only if a trusted proxy wrote them.
func (s *sessions) Network(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	// A proxy may add a line of its own below one that the client sent.
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && trusted(s.proxies, ip); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		ip = hop
	}
	return ip
}

// device names a browser in a few words, for the list of one's own sessions.
func device(agent string) string {
	browser, system := "Browser", ""
	for _, b := range [][2]string{{"Edg/", "Edge"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}} {
		if strings.Contains(agent, b[0]) {
			browser = b[1]
			break
		}
	}
	for _, o := range [][2]string{{"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"}} {
		if strings.Contains(agent, o[0]) {
			system = ", " + o[1]
			break
		}
	}
	return browser + system
}
