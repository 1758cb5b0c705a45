package accountpage

import (
	"errors"
	"net/http"

	"rundertisch/internal/account"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// passwordView is a page behind a link from a mail that asks for a password.
type passwordView struct {
	Frame    layout.Args
	Title    string
	Lead     string
	Email    string
	Token    string
	Action   string
	Existing bool // asks for the present password, sets none
	Submit   string
	Errors   form.Errors
}

func (p *Pages) showInvitation(w http.ResponseWriter, r *http.Request) error {
	return p.invitationForm(w, r, form.Query(r).Raw("token"), nil, http.StatusOK)
}

func (p *Pages) acceptInvitation(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	token := f.Raw("token")
	typed := account.NewPassword{Password: f.Raw("password"), Repeat: f.Raw("repeat")}
	who, err := p.accounts.Accept(r.Context(), p.db, token, typed, p.sessions.Network(r))
	if fields, status, ok := faults(w, r, err); ok {
		return p.invitationForm(w, r, token, fields, status)
	}
	if err != nil {
		return deadOr(w, r, err, "account.invitation.dead")
	}
	if err := p.sessions.Begin(r, who); err != nil {
		return err
	}
	handler.Record(r, handler.InvitationUsed, "subject", who.Person.String())
	return handler.SeeOther(w, r, link.Start(), "account.invitation.accepted")
}

func (p *Pages) invitationForm(w http.ResponseWriter, r *http.Request, token string, fields fault.Fields, status int) error {
	ctx := r.Context()
	welcome, err := p.accounts.Invitation(ctx, p.db, token)
	if err != nil {
		return deadOr(w, r, err, "account.invitation.dead")
	}
	v := passwordView{
		Title: locale.T(ctx, "account.invitation.title"), Submit: locale.T(ctx, "account.invitation.accept"),
		Lead:  locale.T(ctx, "account.invitation.lead", "Name", welcome.Name, "Programme", handler.ShellFrom(ctx).Programme.Name),
		Email: welcome.Email, Existing: welcome.Existing, Token: token, Action: link.AcceptInvitation(""),
	}
	return renderPassword(w, r, v, fields, status, link.AcceptInvitation(token))
}

func (p *Pages) showReset(w http.ResponseWriter, r *http.Request) error {
	return p.resetForm(w, r, form.Query(r).Raw("token"), nil, http.StatusOK)
}

func (p *Pages) resetPassword(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	token := f.Raw("token")
	typed := account.NewPassword{Password: f.Raw("password"), Repeat: f.Raw("repeat")}
	who, err := p.accounts.SetPassword(r.Context(), p.db, token, typed)
	if fields, status, ok := faults(w, r, err); ok {
		return p.resetForm(w, r, token, fields, status)
	}
	if err != nil {
		return deadOr(w, r, err, "account.reset.dead")
	}
	handler.Record(r, handler.PasswordReset, "subject", who.Person.String())
	return handler.SeeOther(w, r, link.SignIn(""), "account.reset.done")
}

func (p *Pages) resetForm(w http.ResponseWriter, r *http.Request, token string, fields fault.Fields, status int) error {
	ctx := r.Context()
	welcome, err := p.accounts.Reset(ctx, p.db, token)
	if err != nil {
		return deadOr(w, r, err, "account.reset.dead")
	}
	v := passwordView{
		Title: locale.T(ctx, "account.reset.title"), Lead: locale.T(ctx, "account.reset.lead"),
		Submit: locale.T(ctx, "account.reset.submit"), Email: welcome.Email, Token: token, Action: link.ResetPassword(""),
	}
	return renderPassword(w, r, v, fields, status, link.ResetPassword(token))
}

// renderPassword shows the form. The address with the token stays behind the
// switches of language and theme, and out of caches.
func renderPassword(w http.ResponseWriter, r *http.Request, v passwordView, fields fault.Fields, status int, address string) error {
	v.Errors = form.Say(r.Context(), fields)
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(ui.Link{Label: v.Title, Current: true})
	v.Frame.Path, v.Frame.NoIndex = address, true
	w.Header().Set("Cache-Control", "no-store")
	return handler.RenderStatus(w, r, status, passwordPage(v))
}

// deadView says that a link opens nothing and what to do.
type deadView struct {
	Frame  layout.Args
	Title  string
	Text   string
	Action ui.Button
}

// deadOr shows the page of a link that opens nothing; other errors have their
// own page.
func deadOr(w http.ResponseWriter, r *http.Request, err error, key string) error {
	if !errors.Is(err, fault.NotFound) {
		return err
	}
	ctx := r.Context()
	v := deadView{Frame: handler.Frame(r), Title: locale.T(ctx, "account.dead.title"), Text: locale.T(ctx, key)}
	v.Action = ui.Button{Label: locale.T(ctx, "session.sign_in"), Kind: ui.Primary, URL: link.SignIn("")}
	if key == "account.reset.dead" {
		v.Action = ui.Button{Label: locale.T(ctx, "account.forgotten.submit"), Kind: ui.Primary, URL: link.ForgotPassword()}
	}
	v.Frame.Path, v.Frame.NoIndex = r.URL.Path, true
	w.Header().Set("Cache-Control", "no-store")
	return handler.RenderStatus(w, r, http.StatusNotFound, deadPage(v))
}
