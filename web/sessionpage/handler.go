// Package sessionpage has the pages by which a person enters and leaves:
// sign-in and sign-out.
package sessionpage

import (
	"net/http"
	"net/netip"

	"rundertisch/internal/access"
	"rundertisch/internal/account"
	"rundertisch/internal/db"
	"rundertisch/web/handler"
)

// Sessions begins and ends the session of a request. The server keeps them.
type Sessions interface {
	Begin(r *http.Request, who account.Identity) error
	End(r *http.Request) error
	Network(r *http.Request) netip.Addr
}

// Pages are the sign-in pages.
type Pages struct {
	db       *db.DB
	sessions Sessions
	demo     []DemoAccount
}

// DemoAccount is an account that the sign-in page offers in demo mode.
type DemoAccount struct {
	Programme string // its slug
	Email     string
	Role      access.Role
	Place     string // the district's or body's name; may be empty
}

// New returns the pages. demo lists the accounts to offer and is
// nil outside demo mode.
func New(d *db.DB, s Sessions, demo []DemoAccount) *Pages {
	return &Pages{db: d, sessions: s, demo: demo}
}

// Routes adds the pages.
func (p *Pages) Routes(m *handler.Mux) {
	m.Get(access.SignIn, "/anmelden", p.showSignIn)
	m.Post(access.SignIn, "/anmelden", p.signIn)
	m.Post(access.SignIn, "/abmelden", p.signOut)
}

// DemoPassword opens every account of the demo. It is public.
const DemoPassword = "runder-tisch-demo"
