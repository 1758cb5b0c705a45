package server

import (
	"net/http"

	"rundertisch/internal/access"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
)

// switches change how the reader sees the site: language and theme. Both live
// in a cookie and change nothing else, so a link may do it.
type switches struct{}

func (switches) Routes(m *handler.Mux) {
	m.Get(access.ReadBoard, "/sprache", switchTo("rt-lang", "l", locale.Languages()...))
	m.Get(access.ReadBoard, "/darstellung", switchTo("rt-theme", "t", "light", "dark", "system"))
}

func switchTo(cookie, parameter string, allowed ...string) handler.Func {
	return func(w http.ResponseWriter, r *http.Request) error {
		q := form.Query(r)
		for _, value := range allowed {
			if q.Raw(parameter) == value {
				http.SetCookie(w, &http.Cookie{
					Name: cookie, Value: value, Path: "/", MaxAge: 365 * 24 * 3600,
					HttpOnly: true, Secure: handler.Secure(r), SameSite: http.SameSiteLaxMode,
				})
			}
		}
		return handler.SeeOther(w, r, link.Local(q.Raw("next"), link.Home()), "")
	}
}
