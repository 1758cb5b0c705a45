package server

import (
	"rundertisch/internal/mail"
	"rundertisch/web/handler"
	"rundertisch/web/publicpage"
	"rundertisch/web/sessionpage"
)

// Page is a set of pages that adds its routes.
type Page interface{ Routes(m *handler.Mux) }

// Parts are what the pages work with, made in cmd.
type Parts struct {
	DemoAccounts []sessionpage.DemoAccount
	Mail         *mail.Office
}

// routes mounts all pages.
func (s *Server) routes(parts Parts) {
	for _, page := range []Page{
		publicpage.New(s.db),
		sessionpage.New(s.db, s.sessions, parts.DemoAccounts),
		switches{},
	} {
		page.Routes(s.mux)
	}
}
