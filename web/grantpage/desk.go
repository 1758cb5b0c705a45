package grantpage

import (
	"net/http"
	"strconv"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/grant"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

type deskView struct {
	Frame  layout.Args
	Case   grant.Case
	Errors form.Errors
	Fields []ui.Field // officer, date, note
	Hidden []ui.Hidden
}

func (p *Pages) showDesk(w http.ResponseWriter, r *http.Request) error {
	return p.drawDesk(w, r, nil, nil)
}

func (p *Pages) drawDesk(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := deskView{Errors: form.Say(ctx, faults)}
	var officers []grant.CaseOfficer
	err = p.db.Read(ctx, access.PrepareGrants, func(tx *db.Tx) (err error) {
		if v.Case, err = grant.ByID(ctx, tx, id); err != nil {
			return err
		}
		officers, err = grant.CaseOfficers(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	version := strconv.Itoa(v.Case.Version)
	if f == nil {
		f = form.From(map[string][]string{"follow_up_on": {v.Case.FollowUpOn.String()}, "follow_up": {v.Case.FollowUp}})
		if v.Case.OfficerID != nil {
			f = form.From(map[string][]string{"officer": {v.Case.OfficerID.String()}, "follow_up_on": {v.Case.FollowUpOn.String()}, "follow_up": {v.Case.FollowUp}})
		}
	} else {
		version = f.Raw("version")
	}
	v.Hidden = []ui.Hidden{{Name: "version", Value: version}}
	field := func(name, label string) ui.Field {
		return ui.Field{Name: name, Label: locale.T(ctx, "grant.label."+label), Value: f.Text(name), Error: v.Errors.Of(name)}
	}
	who := field("officer", "officer")
	for _, o := range officers {
		who.Options = append(who.Options, ui.Option{Value: o.ID.String(), Label: o.Name})
	}
	v.Fields = []ui.Field{who, field("follow_up_on", "follow_up"), field("follow_up", "follow_up_note")}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx), ui.Link{Label: v.Case.FileRef, URL: link.Grant(id)},
		ui.Link{Label: locale.T(ctx, "grant.desk.title"), URL: link.GrantDesk(id)})
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, deskPage(v))
	}
	return handler.Render(w, r, deskPage(v))
}

func (p *Pages) keepDesk(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	d, version := grant.Desk{OfficerID: f.ID("officer"), FollowUpOn: f.Date("follow_up_on"), FollowUp: f.Text("follow_up")}, f.Int("version")
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.PrepareGrants, func(tx *db.Tx) error { return grant.KeepDesk(r.Context(), tx, id, d, version) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawDesk(w, r, f, faults)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Grant(id), "grant.desk.done")
}
