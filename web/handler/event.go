package handler

import (
	"log/slog"
	"net/http"
)

// Event is something that matters for security. The log has one line for each,
// with ids and never with a secret or an address.
type Event string

// The events.
const (
	SignInOK         Event = "sign_in.ok"
	SignInFailed     Event = "sign_in.failed"
	SignedOut        Event = "sign_out"
	RateLimited      Event = "rate_limit"
	SessionsEnded    Event = "session.ended"
	PasswordChanged  Event = "password.changed"
	ResetRequested   Event = "password.reset_requested"
	PasswordReset    Event = "password.reset"
	InvitationSent   Event = "invitation.sent"
	InvitationUsed   Event = "invitation.accepted"
	RoleGiven        Event = "role.given"
	RoleEnded        Event = "role.ended"
	AccountDisabled  Event = "account.disabled"
	AccountEnabled   Event = "account.enabled"
	ForeignFormFound Event = "request.cross_origin"
)

// Record logs the event with the request, the programme and who acts; pairs of
// name and value say more.
func Record(r *http.Request, e Event, pairs ...any) {
	ctx := r.Context()
	shell, actor := ShellFrom(ctx), Actor(r)
	log := shell.Log
	if log == nil {
		log = slog.Default()
	}
	all := []any{"event", string(e), "request", RequestID(ctx), "programme", shell.Programme.ID.String()}
	if actor.SignedIn() {
		all = append(all, "person", actor.Person.String())
	}
	log.InfoContext(ctx, "security", append(all, pairs...)...)
}
