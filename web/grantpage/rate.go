package grantpage

import (
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

type ratesView struct {
	Frame  layout.Args
	Rates  []grant.RateRecord
	May    bool
	Fields []ui.Field
	Hidden []ui.Hidden
	Errors form.Errors
}

func (p *Pages) showRates(w http.ResponseWriter, r *http.Request) error {
	return p.drawRates(w, r, form.From(map[string][]string{"id": {uuid.NewString()}}), nil)
}

func (p *Pages) drawRates(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	ctx := r.Context()
	v := ratesView{May: handler.Actor(r).May(access.KeepSchemes), Hidden: []ui.Hidden{{Name: "id", Value: f.Raw("id")}}, Errors: form.Say(ctx, faults)}
	err := p.db.Read(ctx, access.ReadRegister, func(tx *db.Tx) (err error) {
		v.Rates, err = grant.RateRecords(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	v.Fields = []ui.Field{
		{Name: "from", Label: locale.T(ctx, "grant.label.valid_from"), Value: f.Text("from"), Error: v.Errors.Of("from")},
		{Name: "rate", Label: locale.T(ctx, "grant.rates.rate"), Value: f.Text("rate"), Error: v.Errors.Of("rate"), Inputmode: "decimal", Width: ui.WidthShort, Suffix: "%", Autocomplete: "off"},
	}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx), schemesCrumb(ctx), ui.Link{Label: locale.T(ctx, "grant.rates.title"), URL: link.BaseRates()})
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, ratesPage(v))
	}
	return handler.Render(w, r, ratesPage(v))
}

func (p *Pages) recordRate(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	id, rate := f.NewID("id"), grant.BaseRate{From: f.Date("from"), Rate: percent(f, "rate", 100)}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.KeepSchemes, func(tx *db.Tx) error { return grant.RecordRate(r.Context(), tx, id, rate) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawRates(w, r, f, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.BaseRates(), "grant.rates.recorded")
}
