package grantpage

import (
	"context"
	"errors"
	"net/http"

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

type publicRulesView struct {
	Frame  layout.Args
	Rules  []grant.PublicRuleRecord
	May    bool
	From   ui.Field
	Fields []ui.Field
	Hidden []ui.Hidden
	Errors form.Errors
}

var publicRuleFields = []string{"valid_from", "paragraph", "from_amount", "recipient_from", "years"}

func (p *Pages) showPublicRules(w http.ResponseWriter, r *http.Request) error {
	return p.drawPublicRules(w, r, form.From(map[string][]string{"id": {uuid.NewString()}}), nil)
}

func (p *Pages) drawPublicRules(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	ctx := r.Context()
	v := publicRulesView{May: handler.Actor(r).May(access.KeepSchemes), Hidden: []ui.Hidden{{Name: "id", Value: f.Raw("id")}}, Errors: form.Say(ctx, faults)}
	err := p.db.Read(ctx, access.ReadRegister, func(tx *db.Tx) (err error) {
		v.Rules, err = grant.PublicRules(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	for _, name := range publicRuleFields {
		field := publicRuleField(ctx, name, f, v.Errors)
		if name == "valid_from" {
			v.From = field
			continue
		}
		v.Fields = append(v.Fields, field)
	}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx), schemesCrumb(ctx), ui.Link{Label: locale.T(ctx, "grant.public.rules"), URL: link.PublicRules()})
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, publicRulesPage(v))
	}
	return handler.Render(w, r, publicRulesPage(v))
}

func publicRuleField(ctx context.Context, name string, f *form.Values, errs form.Errors) ui.Field {
	field := ui.Field{Name: name, Label: locale.T(ctx, "grant.public.field."+name), Value: f.Text(name), Error: errs.Of(name), Autocomplete: "off"}
	switch name {
	case "from_amount", "recipient_from":
		field.Inputmode, field.Width, field.Suffix = "decimal", ui.WidthMedium, "€"
	case "years":
		field.Inputmode, field.Width = "numeric", ui.WidthTwo
	}
	return field
}

func (p *Pages) adoptPublicRule(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	rule := grant.TransparencyRule{
		ID: f.NewID("id"), ValidFrom: f.Date("valid_from"), Paragraph: f.Text("paragraph"),
		FromAmount: amount(ctx, f, "from_amount"), RecipientFrom: amount(ctx, f, "recipient_from"), Years: f.Int("years"),
	}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(ctx, access.KeepSchemes, func(tx *db.Tx) error { return grant.AdoptPublicRule(ctx, tx, rule) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawPublicRules(w, r, f, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.PublicRules(), "grant.public.adopted")
}
