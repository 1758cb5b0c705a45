package sessionpage

import (
	"net/http"
	"strconv"

	"rundertisch/internal/account"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

type signInView struct {
	Frame  layout.Args
	Email  string
	Next   string
	Errors form.Errors
	Demo   []demoRow
}

type demoRow struct{ Email, Role string }

func (p *Pages) showSignIn(w http.ResponseWriter, r *http.Request) error {
	q := form.Query(r)
	if handler.Actor(r).SignedIn() {
		return handler.SeeOther(w, r, link.Local(q.Raw("next"), link.Start()), "")
	}
	v := p.view(r, nil)
	v.Next = link.Local(q.Raw("next"), "")
	v.Email = q.Text("email")
	return handler.Render(w, r, signInPage(v))
}

func (p *Pages) signIn(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	who, err := account.SignIn(r.Context(), p.db, f.Text("email"), f.Raw("password"), p.sessions.Network(r))
	if err != nil {
		return p.refuse(w, r, f, who, err)
	}
	if err := p.sessions.Begin(r, who); err != nil {
		return err
	}
	handler.Record(r, handler.SignInOK, "subject", who.Person.String())
	return handler.SeeOther(w, r, link.Local(f.Raw("next"), link.Start()), "")
}

// refuse shows the form again with what went wrong.
func (p *Pages) refuse(w http.ResponseWriter, r *http.Request, f *form.Values, who account.Identity, err error) error {
	status := handler.Status(err)
	fields, ok := fault.AsFields(err)
	if text, explained := fault.AsText(err); explained {
		fields, ok = fault.Fields{"": text}, true
	}
	if !ok {
		return err
	}
	switch status {
	case http.StatusTooManyRequests:
		w.Header().Set("Retry-After", strconv.Itoa(max(account.RetryAfter(err), 1)))
		handler.Record(r, handler.RateLimited)
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "5")
	default:
		handler.Record(r, handler.SignInFailed, "account", who.Account.String())
	}
	v := p.view(r, fields)
	v.Next, v.Email = link.Local(f.Raw("next"), ""), f.Text("email")
	return handler.RenderStatus(w, r, status, signInPage(v))
}

func (p *Pages) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := p.sessions.End(r); err != nil {
		return err
	}
	handler.Record(r, handler.SignedOut)
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	return handler.SeeOther(w, r, link.SignIn(""), "session.signed_out")
}

func (p *Pages) view(r *http.Request, fields fault.Fields) signInView {
	ctx := r.Context()
	v := signInView{Errors: form.Say(ctx, fields)}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).
		WithBreadcrumb(ui.Link{Label: locale.T(ctx, "session.sign_in"), URL: link.SignIn("")})
	if handler.ShellFrom(ctx).Demo {
		v.Demo = p.demoRows(r)
	}
	return v
}

func (p *Pages) demoRows(r *http.Request) []demoRow {
	ctx := r.Context()
	var rows []demoRow
	for _, a := range p.demo {
		if a.Programme != handler.ShellFrom(ctx).Programme.Slug {
			continue
		}
		role := locale.T(ctx, "role."+string(a.Role))
		if a.Place != "" {
			role += ", " + a.Place
		}
		rows = append(rows, demoRow{Email: a.Email, Role: role})
	}
	return rows
}
