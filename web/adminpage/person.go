package adminpage

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

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

type personView struct {
	Frame      layout.Args
	Name       string
	State      ui.Mark
	Terms      []ui.Term
	Roles      []roleRow
	GiveURL    string
	TrailURL   string
	ResendURL  string // of a person without an account
	Pending    string // what became of the invitation so far
	DisableURL string // of an enabled person other than oneself
	EnableURL  string
}

type roleRow struct {
	Role, District, From, To string
	State                    ui.Mark
	EndURL                   string // "" if it has ended or is one's own as an admin
}

// read returns the person of the route and today.
func (p *Pages) read(r *http.Request) (account.Person, time.Time, error) {
	var person account.Person
	var now time.Time
	id, err := form.PathID(r, "person")
	if err != nil {
		return person, now, err
	}
	ctx := r.Context()
	err = p.db.Read(ctx, access.ManagePeople, func(tx *db.Tx) (err error) {
		now = tx.Now
		person, err = account.ReadPerson(ctx, tx, id)
		return err
	})
	return person, now, err
}

func (p *Pages) showPerson(w http.ResponseWriter, r *http.Request) error {
	person, now, err := p.read(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	own := person.ID == handler.Actor(r).Person
	v := personView{
		Frame: frame(r, ui.Link{Label: person.Name, Current: true}), Name: person.Name, State: stateMark(ctx, person.State),
		Terms: personTerms(ctx, person, now), GiveURL: link.GiveRole(person.ID), TrailURL: link.TrailOf(person.ID),
	}
	switch {
	case person.State == account.Disabled:
		v.EnableURL = link.EnableAccount(person.ID)
	case !own:
		v.DisableURL = link.DisableAccount(person.ID)
	}
	if person.Email != "" && (person.State == account.Invited || person.State == account.Outside) {
		v.ResendURL, v.Pending = link.ResendInvitation(person.ID), locale.T(ctx, "admin.invitation.open")
		if person.Pending == nil {
			v.Pending = locale.T(ctx, "admin.invitation.none")
		} else if person.Pending.ExpiresAt.Before(now) {
			v.Pending = locale.T(ctx, "admin.invitation.expired")
		}
	}
	today := calendar.Of(now)
	for _, role := range person.Roles {
		row := roleRow{
			Role: locale.T(ctx, "role."+string(role.Role)), District: role.District, State: roleMark(ctx, role, today),
			From: locale.Date(ctx, role.Valid.From.Time()), To: lastDay(ctx, role),
		}
		if role.Valid.To.IsZero() || today.Before(role.Valid.To) {
			row.EndURL = link.EndRole(person.ID, role.ID)
		}
		if own && role.Role == access.Admin {
			row.EndURL = ""
		}
		v.Roles = append(v.Roles, row)
	}
	return handler.Render(w, r, personPage(v))
}

// lastDay says until when the role holds.
func lastDay(ctx context.Context, r account.Role) string {
	if r.LastDay().IsZero() {
		return locale.T(ctx, "account.role.open")
	}
	return locale.Date(ctx, r.LastDay().Time())
}

func personTerms(ctx context.Context, p account.Person, now time.Time) []ui.Term {
	terms := []ui.Term{{Key: locale.T(ctx, "session.email"), Text: p.Email}}
	switch {
	case p.DisabledAt != nil:
		text := locale.T(ctx, "admin.person.disabled_since", "Time", locale.DateTime(ctx, *p.DisabledAt))
		terms = append(terms, ui.Term{Key: locale.T(ctx, "admin.person.access"), Text: text})
	case p.Pending != nil:
		key := "admin.person.invited_until"
		if p.Pending.ExpiresAt.Before(now) {
			key = "admin.person.invitation_expired"
		}
		text := locale.T(ctx, key, "Sent", locale.DateTime(ctx, p.Pending.SentAt), "Until", locale.DateTime(ctx, p.Pending.ExpiresAt))
		terms = append(terms, ui.Term{Key: locale.T(ctx, "admin.person.access"), Text: text})
	}
	return terms
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

func (p *Pages) resendInvitation(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, handler.InvitationSent, "admin.invitation.sent", p.accounts.Resend)
}

func (p *Pages) disable(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, handler.AccountDisabled, "admin.person.disabled", account.Disable)
}

func (p *Pages) enable(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, handler.AccountEnabled, "admin.person.enabled", account.Enable)
}

// act does one thing to the person of the route and returns to the page.
func (p *Pages) act(w http.ResponseWriter, r *http.Request, e handler.Event, flash string,
	do func(ctx context.Context, tx *db.Tx, person uuid.UUID) error,
) error {
	id, err := form.PathID(r, "person")
	if err != nil {
		return err
	}
	ctx := r.Context()
	err = p.db.Write(ctx, access.ManagePeople, func(tx *db.Tx) error { return do(ctx, tx, id) })
	if err != nil {
		return err
	}
	handler.Record(r, e, "subject", id.String())
	return handler.SeeOther(w, r, link.AdminAccount(id), flash)
}

type confirmView struct {
	Frame   layout.Args
	Title   string
	Confirm ui.Confirmation
}

func (p *Pages) showDisable(w http.ResponseWriter, r *http.Request) error {
	person, _, err := p.read(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	switch {
	case person.State == account.Disabled:
		return handler.SeeOther(w, r, link.AdminAccount(person.ID), "")
	case person.ID == handler.Actor(r).Person:
		return fault.Explain(fault.Conflict, "account.own_disable")
	}
	title := locale.T(ctx, "admin.disable.title")
	v := confirmView{
		Title: title,
		Frame: frame(r, ui.Link{Label: person.Name, URL: link.AdminAccount(person.ID)}, ui.Link{Label: title, Current: true}),
		Confirm: ui.Confirmation{
			Text: locale.T(ctx, "admin.disable.text", "Name", person.Name),
			Consequences: []string{
				locale.T(ctx, "admin.disable.at_once"), locale.T(ctx, "admin.disable.links"), locale.T(ctx, "admin.disable.kept"),
			},
			Action: link.DisableAccount(person.ID), Submit: locale.T(ctx, "admin.disable.submit"),
			CancelURL: link.AdminAccount(person.ID), Danger: true,
		},
	}
	return handler.Render(w, r, confirmPage(v))
}
