package grantpage

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/grant"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

type schemeFormView struct {
	Frame  layout.Args
	Title  string
	Action string
	Cancel string
	Kind   ui.Field // of a new one
	Texts  []ui.Field
	Ended  ui.Field // of one that exists
	New    bool
	Hidden []ui.Hidden
	Errors form.Errors
}

func (p *Pages) askScheme(w http.ResponseWriter, r *http.Request) error {
	return p.drawNewScheme(w, r, form.From(map[string][]string{"id": {uuid.NewString()}, "kind": {string(grant.LumpSum)}}), nil)
}

func (*Pages) drawNewScheme(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	ctx := r.Context()
	v := schemeFormView{
		Title: locale.T(ctx, "grant.scheme.new"), Action: link.NewScheme(), Cancel: link.Schemes(), New: true,
		Hidden: []ui.Hidden{{Name: "id", Value: f.Raw("id")}}, Errors: form.Say(ctx, faults),
	}
	v.Kind = ui.Field{Name: "kind", Label: locale.T(ctx, "grant.label.kind"), Value: f.Text("kind"), Error: v.Errors.Of("kind")}
	for _, k := range grant.Kinds() {
		v.Kind.Options = append(v.Kind.Options, ui.Option{Value: string(k), Label: locale.T(ctx, k.NameKey())})
	}
	v.Texts = []ui.Field{
		{Name: "name", Label: locale.T(ctx, "grant.label.name"), Value: f.Text("name"), Error: v.Errors.Of("name"), Autocomplete: "off"},
		{Name: "prefix", Label: locale.T(ctx, "grant.label.prefix"), Hint: locale.T(ctx, "grant.hint.prefix"), Value: f.Text("prefix"), Error: v.Errors.Of("prefix"), Width: ui.WidthMedium, Autocomplete: "off"},
	}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx), schemesCrumb(ctx), ui.Link{Label: v.Title, URL: v.Action})
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, schemeFormPage(v))
	}
	return handler.Render(w, r, schemeFormPage(v))
}

func (p *Pages) addScheme(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	s := grant.Scheme{ID: f.NewID("id"), Kind: grant.Kind(f.Text("kind")), Name: f.Text("name"), FilePrefix: f.Text("prefix")}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.KeepSchemes, func(tx *db.Tx) error { return grant.AddScheme(r.Context(), tx, s) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawNewScheme(w, r, f, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.NewTerms(s.ID), "grant.scheme.added")
}

func (p *Pages) showSchemeForm(w http.ResponseWriter, r *http.Request) error {
	return p.drawSchemeForm(w, r, nil, nil)
}

func (p *Pages) drawSchemeForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	id, err := form.PathID(r, "scheme")
	if err != nil {
		return err
	}
	ctx := r.Context()
	var s grant.Scheme
	err = p.db.Read(ctx, access.KeepSchemes, func(tx *db.Tx) (err error) {
		s, err = grant.SchemeByID(ctx, tx, id)
		return err
	})
	if err != nil {
		return err
	}
	if f == nil {
		f = form.From(map[string][]string{"name": {s.Name}, "ended": {s.EndedOn.String()}, "version": {strconv.Itoa(s.Version)}})
	}
	v := schemeFormView{
		Title: locale.T(ctx, "grant.scheme.change"), Action: link.ChangeScheme(id), Cancel: link.Scheme(id),
		Hidden: []ui.Hidden{{Name: "version", Value: f.Raw("version")}}, Errors: form.Say(ctx, faults),
	}
	v.Texts = []ui.Field{{Name: "name", Label: locale.T(ctx, "grant.label.name"), Value: f.Text("name"), Error: v.Errors.Of("name"), Autocomplete: "off"}}
	v.Ended = ui.Field{Name: "ended", Label: locale.T(ctx, "grant.label.ended"), Hint: locale.T(ctx, "grant.hint.ended"), Value: f.Text("ended"), Error: v.Errors.Of("ended"), Optional: true}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx), schemesCrumb(ctx), ui.Link{Label: s.Name, URL: link.Scheme(id)}, ui.Link{Label: v.Title, URL: v.Action})
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, schemeFormPage(v))
	}
	return handler.Render(w, r, schemeFormPage(v))
}

func (p *Pages) changeScheme(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "scheme")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	name, ended, version := f.Text("name"), f.Date("ended"), f.Int("version")
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.KeepSchemes, func(tx *db.Tx) error { return grant.KeepScheme(r.Context(), tx, id, name, ended, version) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawSchemeForm(w, r, f, faults)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Scheme(id), "grant.scheme.changed")
}
