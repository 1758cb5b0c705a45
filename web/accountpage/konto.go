package accountpage

import (
	"context"
	"net/http"
	"strconv"

	"rundertisch/internal/access"
	"rundertisch/internal/account"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

type accountView struct {
	Frame    layout.Args
	Terms    []ui.Term
	Roles    []roleRow
	Sessions []sessionRow
	Others   bool // there is more than this session
}

type roleRow struct {
	Role, District, From, To string
	State                    ui.Mark
}

type sessionRow struct {
	Device, Programme, Started, LastSeen string
	Current                              bool
	EndURL                               string
}

func (p *Pages) showAccount(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	var own account.Own
	var today calendar.Date
	err := p.db.Read(ctx, access.KeepAccount, func(tx *db.Tx) (err error) {
		own, err = account.ReadOwn(ctx, tx, p.sessions.Token(r))
		today = calendar.Of(tx.Now)
		return err
	})
	if err != nil {
		return err
	}
	v := accountView{Frame: accountFrame(r), Terms: terms(ctx, own), Others: len(own.Sessions) > 1}
	for _, role := range own.Roles {
		v.Roles = append(v.Roles, roleRow{
			Role: locale.T(ctx, "role."+string(role.Role)), District: role.District,
			From: locale.Date(ctx, role.Valid.From.Time()), To: lastDay(ctx, role),
			State: roleMark(ctx, role, today),
		})
	}
	for _, s := range own.Sessions {
		v.Sessions = append(v.Sessions, sessionRow{
			Device: s.Device, Programme: s.Programme, Current: s.Current, EndURL: link.EndSession(s.ID),
			Started: locale.DateTime(ctx, s.StartedAt), LastSeen: locale.DateTime(ctx, s.LastSeen),
		})
	}
	return handler.Render(w, r, accountPage(v))
}

func terms(ctx context.Context, own account.Own) []ui.Term {
	changed := ""
	if own.PasswordChangedAt != nil {
		changed = locale.T(ctx, "account.own.password_changed", "Date", locale.DateTime(ctx, *own.PasswordChangedAt))
	}
	edit := ui.Link{Label: locale.T(ctx, "account.own.change"), URL: link.AccountPassword(), Context: locale.T(ctx, "session.password")}
	return []ui.Term{
		{Key: locale.T(ctx, "account.name"), Text: own.Name},
		{Key: locale.T(ctx, "session.email"), Text: own.Email},
		{Key: locale.T(ctx, "session.password"), Text: changed, Edit: edit},
	}
}

// lastDay says until when the role holds.
func lastDay(ctx context.Context, r account.Role) string {
	if r.LastDay().IsZero() {
		return locale.T(ctx, "account.role.open")
	}
	return locale.Date(ctx, r.LastDay().Time())
}

func roleMark(ctx context.Context, r account.Role, today calendar.Date) ui.Mark {
	switch {
	case r.Valid.Contains(today):
		return ui.Mark{Tone: ui.Success, Label: locale.T(ctx, "account.role.holds"), Small: true}
	case today.Before(r.Valid.From):
		return ui.Mark{Tone: ui.Info, Label: locale.T(ctx, "account.role.later"), Small: true}
	}
	return ui.Mark{Label: locale.T(ctx, "account.role.ended"), Small: true}
}

func accountFrame(r *http.Request, links ...ui.Link) layout.Args {
	own := ui.Link{Label: locale.T(r.Context(), "shell.account"), URL: link.Account(), Current: len(links) == 0}
	return handler.Frame(r).WithBreadcrumb(append([]ui.Link{own}, links...)...)
}

func (p *Pages) endSession(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "session")
	if err != nil {
		return err
	}
	ctx := r.Context()
	err = p.db.Write(ctx, access.KeepAccount, func(tx *db.Tx) error { return account.EndSession(ctx, tx, id) })
	if err != nil {
		return err
	}
	handler.Record(r, handler.SessionsEnded, "session", id.String())
	return handler.SeeOther(w, r, link.Account(), "account.own.session_ended")
}

func (p *Pages) endOtherSessions(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	var n int
	err := p.db.Write(ctx, access.KeepAccount, func(tx *db.Tx) (err error) {
		n, err = account.EndOtherSessions(ctx, tx, p.sessions.Token(r))
		return err
	})
	if err != nil {
		return err
	}
	handler.Record(r, handler.SessionsEnded, "count", n)
	return handler.SeeOther(w, r, link.Account(), "account.own.others_ended", "Count", strconv.Itoa(n))
}

type changeView struct {
	Frame  layout.Args
	Errors form.Errors
}

func (p *Pages) showPassword(w http.ResponseWriter, r *http.Request) error {
	return p.passwordForm(w, r, nil, http.StatusOK)
}

func (p *Pages) changePassword(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	err = p.accounts.ChangePassword(r.Context(), p.db, account.Change{
		Present: f.Raw("present"), Keep: p.sessions.Token(r),
		New: account.NewPassword{Password: f.Raw("password"), Repeat: f.Raw("repeat")},
	})
	if fields, status, ok := faults(w, r, err); ok {
		return p.passwordForm(w, r, fields, status)
	}
	if err != nil {
		return err
	}
	handler.Record(r, handler.PasswordChanged)
	return handler.SeeOther(w, r, link.Account(), "account.own.changed")
}

func (*Pages) passwordForm(w http.ResponseWriter, r *http.Request, fields fault.Fields, status int) error {
	ctx := r.Context()
	v := changeView{Errors: form.Say(ctx, fields)}
	v.Frame = accountFrame(r, ui.Link{Label: locale.T(ctx, "account.change.title"), Current: true}).WithErrors(v.Errors.Any())
	return handler.RenderStatus(w, r, status, changePage(v))
}
