// Package accountpage has the pages on which people look after their own
// account: accepting an invitation, a forgotten password, and /konto with the
// password and the sessions.
//
// A page behind a link from a mail uses nothing up when it is opened, since
// mail scanners open links too; only its form does. A token that opens nothing
// gets one and the same page, whatever the reason.
package accountpage

import (
	"net/http"
	"net/netip"
	"strconv"

	"rundertisch/internal/access"
	"rundertisch/internal/account"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/web/handler"
)

// Sessions begins sessions and knows the request's own. The server keeps them.
type Sessions interface {
	Begin(r *http.Request, who account.Identity) error
	Network(r *http.Request) netip.Addr
	Token(r *http.Request) []byte
}

// Pages are the pages of the own account.
type Pages struct {
	db       *db.DB
	sessions Sessions
	accounts *account.Service
}

// New returns the pages.
func New(d *db.DB, s Sessions, a *account.Service) *Pages {
	return &Pages{db: d, sessions: s, accounts: a}
}

// Routes adds the pages.
func (p *Pages) Routes(m *handler.Mux) {
	m.Get(access.AcceptInvite, link.AcceptInvitation(""), p.showInvitation)
	m.Post(access.AcceptInvite, link.AcceptInvitation(""), p.acceptInvitation)
	m.Get(access.ResetPassword, link.ForgotPassword(), p.showForgotten)
	m.Post(access.ResetPassword, link.ForgotPassword(), p.askForReset)
	m.Get(access.ResetPassword, link.ResetPassword(""), p.showReset)
	m.Post(access.ResetPassword, link.ResetPassword(""), p.resetPassword)
	m.Get(access.KeepAccount, link.Account(), p.showAccount)
	m.Get(access.KeepAccount, link.AccountPassword(), p.showPassword)
	m.Post(access.KeepAccount, link.AccountPassword(), p.changePassword)
	m.Post(access.KeepAccount, link.EndOtherSessions(), p.endOtherSessions)
	m.Post(access.KeepAccount, "/konto/sitzungen/{session}/abmelden", p.endSession)
}

// faults returns what the user is told at the fields or above the form, and
// the status. ok is false for an error that has its own page.
func faults(w http.ResponseWriter, r *http.Request, err error) (fields fault.Fields, status int, ok bool) {
	status = handler.Status(err)
	if fields, ok = fault.AsFields(err); ok {
		return fields, status, true
	}
	text, ok := fault.AsText(err)
	if !ok {
		return nil, status, false
	}
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", strconv.Itoa(max(account.RetryAfter(err), 1)))
		handler.Record(r, handler.RateLimited)
	}
	return fault.Fields{"": text}, status, true
}
