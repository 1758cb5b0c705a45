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

type forgottenView struct {
	Frame  layout.Args
	Email  string
	Sent   bool
	Errors form.Errors
}

func (p *Pages) showForgotten(w http.ResponseWriter, r *http.Request) error {
	q := form.Query(r)
	return handler.Render(w, r, forgottenPage(forgotten(r, q.Text("email"), q.Has("gesendet"), nil)))
}

// askForReset gives one answer, whether the address has an account or not.
func (p *Pages) askForReset(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	email := f.Text("email")
	switch {
	case email == "":
		f.Faults.Add("email", "field.missing")
	case !account.ValidEmail(email):
		f.Faults.Add("email", "account.email_invalid")
	}
	if len(f.Faults) > 0 {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, forgottenPage(forgotten(r, email, false, f.Faults)))
	}
	err = p.accounts.RequestReset(r.Context(), p.db, email, p.sessions.Network(r))
	switch {
	case errors.Is(err, fault.TooMany):
		handler.Record(r, handler.RateLimited)
	case err != nil:
		return err
	default:
		handler.Record(r, handler.ResetRequested)
	}
	return handler.SeeOther(w, r, link.ResetRequested(), "")
}

func forgotten(r *http.Request, email string, sent bool, faults fault.Fields) forgottenView {
	ctx := r.Context()
	v := forgottenView{Email: email, Sent: sent, Errors: form.Say(ctx, faults)}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(
		ui.Link{Label: locale.T(ctx, "session.sign_in"), URL: link.SignIn("")},
		ui.Link{Label: locale.T(ctx, "account.forgotten.title"), Current: true})
	return v
}
