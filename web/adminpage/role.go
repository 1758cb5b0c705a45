package adminpage

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/account"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/district"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// roleFields are the fields of a new role as typed, for both forms that ask
// for one.
type roleFields struct {
	ID                       string
	Role, District, From, To string
	Roles, Districts         []ui.Option
}

type roleView struct {
	Frame  layout.Args
	Title  string
	Lead   string
	Person bool // asks for name and address too
	Name   string
	Email  string
	Fields roleFields
	Action string
	Cancel string
	Submit string
	Errors form.Errors
}

func parseRole(f *form.Values) account.NewRole {
	return account.NewRole{
		ID: f.ID("id"), Role: access.Role(f.Text("role")), District: f.ID("district"),
		From: f.Date("from"), To: f.Date("to"),
	}
}

// typed returns what was typed, with today's choices.
func (p *Pages) typed(r *http.Request, f *form.Values) (roleFields, error) {
	ctx := r.Context()
	out := roleFields{ID: uuid.NewString()}
	var districts []district.District
	err := p.db.Read(ctx, access.ManagePeople, func(tx *db.Tx) (err error) {
		today := calendar.Of(tx.Now)
		out.From = today.String()
		districts, err = district.List(ctx, tx, today)
		return err
	})
	if err != nil {
		return out, err
	}
	for _, role := range access.Roles() {
		out.Roles = append(out.Roles, ui.Option{Value: string(role), Label: locale.T(ctx, "role."+string(role)), Group: roleGroup(ctx, role)})
	}
	for _, d := range districts {
		out.Districts = append(out.Districts, ui.Option{Value: d.ID.String(), Label: d.Name})
	}
	if f != nil {
		out.ID, out.Role, out.District = f.Text("id"), f.Text("role"), f.Text("district")
		out.From, out.To = f.Text("from"), f.Text("to")
	}
	return out, nil
}

func roleGroup(ctx context.Context, r access.Role) string {
	switch {
	case r.OfMinistry():
		return locale.T(ctx, "admin.group.ministry")
	case r == access.Admin:
		return locale.T(ctx, "admin.group.admin")
	case r.OfDistrict():
		return locale.T(ctx, "admin.group.district")
	}
	return locale.T(ctx, "admin.group.body")
}

func (p *Pages) showInvite(w http.ResponseWriter, r *http.Request) error {
	return p.inviteForm(w, r, nil, nil)
}

func (p *Pages) invite(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	in := account.Invitation{Name: f.Text("name"), Email: f.Text("email"), Role: parseRole(f)}
	if len(f.Faults) > 0 {
		return p.inviteForm(w, r, f, f.Faults)
	}
	ctx := r.Context()
	var out account.Receipt
	err = p.db.Write(ctx, access.ManagePeople, func(tx *db.Tx) (err error) {
		out, err = p.accounts.Invite(ctx, tx, in)
		return err
	})
	if fields, ok := fault.AsFields(err); ok {
		return p.inviteForm(w, r, f, fields)
	}
	if err != nil {
		return err
	}
	flash, event := "admin.invitation.sent", handler.InvitationSent
	if !out.Mailed {
		flash, event = "admin.invitation.known", handler.RoleGiven
	}
	handler.Record(r, event, "subject", out.Person.String(), "role", string(in.Role.Role))
	return handler.SeeOther(w, r, link.AdminAccount(out.Person), flash)
}

func (p *Pages) inviteForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	ctx := r.Context()
	fields, err := p.typed(r, f)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "admin.invite.title")
	v := roleView{
		Title: title, Lead: locale.T(ctx, "admin.invite.lead"), Person: true, Fields: fields,
		Action: link.InviteAccount(), Cancel: link.Admin(), Submit: locale.T(ctx, "admin.invite.submit"),
		Frame: frame(r, ui.Link{Label: title, Current: true}),
	}
	if f != nil {
		v.Name, v.Email = f.Text("name"), f.Text("email")
	}
	return renderRole(w, r, v, faults)
}

func (p *Pages) showGiveRole(w http.ResponseWriter, r *http.Request) error {
	return p.giveForm(w, r, nil, nil)
}

func (p *Pages) giveRole(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "person")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	in := parseRole(f)
	in.Person = id
	if len(f.Faults) > 0 {
		return p.giveForm(w, r, f, f.Faults)
	}
	ctx := r.Context()
	err = p.db.Write(ctx, access.ManagePeople, func(tx *db.Tx) error { return p.accounts.GiveRole(ctx, tx, in) })
	if fields, ok := fault.AsFields(err); ok {
		return p.giveForm(w, r, f, fields)
	}
	if err != nil {
		return err
	}
	handler.Record(r, handler.RoleGiven, "subject", id.String(), "role", string(in.Role), "from", in.From.String(), "to", in.To.String())
	return handler.SeeOther(w, r, link.AdminAccount(id), "admin.role.given")
}

func (p *Pages) giveForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	person, _, err := p.read(r)
	if err != nil {
		return err
	}
	fields, err := p.typed(r, f)
	if err != nil {
		return err
	}
	ctx := r.Context()
	title := locale.T(ctx, "admin.role.give")
	v := roleView{
		Title: title, Lead: locale.T(ctx, "admin.role.give_lead", "Name", person.Name), Fields: fields,
		Action: link.GiveRole(person.ID), Cancel: link.AdminAccount(person.ID), Submit: title,
		Frame: frame(r, ui.Link{Label: person.Name, URL: link.AdminAccount(person.ID)}, ui.Link{Label: title, Current: true}),
	}
	return renderRole(w, r, v, faults)
}

func renderRole(w http.ResponseWriter, r *http.Request, v roleView, faults fault.Fields) error {
	v.Errors = form.Say(r.Context(), faults)
	v.Frame = v.Frame.WithErrors(v.Errors.Any())
	status := http.StatusOK
	if v.Errors.Any() {
		status = http.StatusUnprocessableEntity
	}
	return handler.RenderStatus(w, r, status, rolePage(v))
}

type endView struct {
	Frame  layout.Args
	Lead   string
	To     string
	Action string
	Cancel string
	Errors form.Errors
}

func (p *Pages) showEndRole(w http.ResponseWriter, r *http.Request) error {
	return p.endForm(w, r, "", nil)
}

func (p *Pages) endRole(w http.ResponseWriter, r *http.Request) error {
	person, err := form.PathID(r, "person")
	if err != nil {
		return err
	}
	role, err := form.PathID(r, "role")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	last := f.Date("to")
	if len(f.Faults) > 0 {
		return p.endForm(w, r, f.Text("to"), f.Faults)
	}
	ctx := r.Context()
	err = p.db.Write(ctx, access.ManagePeople, func(tx *db.Tx) error {
		return account.EndRole(ctx, tx, person, role, last)
	})
	if fields, ok := fault.AsFields(err); ok {
		return p.endForm(w, r, f.Text("to"), fields)
	}
	if err != nil {
		return err
	}
	handler.Record(r, handler.RoleEnded, "subject", person.String(), "assignment", role.String(), "to", last.String())
	return handler.SeeOther(w, r, link.AdminAccount(person), "admin.role.ended")
}

func (p *Pages) endForm(w http.ResponseWriter, r *http.Request, to string, faults fault.Fields) error {
	person, now, err := p.read(r)
	if err != nil {
		return err
	}
	id, err := form.PathID(r, "role")
	if err != nil {
		return err
	}
	ctx := r.Context()
	for _, role := range person.Roles {
		if role.ID != id {
			continue
		}
		title := locale.T(ctx, "admin.role.end")
		v := endView{
			To: to, Action: link.EndRole(person.ID, id), Cancel: link.AdminAccount(person.ID), Errors: form.Say(ctx, faults),
			Lead: locale.T(ctx, "admin.role.end_lead", "Name", person.Name,
				"Role", roleText(ctx, []string{string(role.Role)}, []string{role.District}),
				"From", locale.Date(ctx, role.Valid.From.Time())),
			Frame: frame(r, ui.Link{Label: person.Name, URL: link.AdminAccount(person.ID)}, ui.Link{Label: title, Current: true}),
		}
		status := http.StatusOK
		if v.Errors.Any() {
			v.Frame, status = v.Frame.WithErrors(true), http.StatusUnprocessableEntity
		} else {
			v.To = calendar.Of(now).String()
		}
		return handler.RenderStatus(w, r, status, endPage(v))
	}
	return fault.NotFound
}
