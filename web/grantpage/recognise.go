package grantpage

import (
	"net/http"

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

type recogniseView struct {
	Frame     layout.Args
	Case      grant.Case
	Plan      grant.PlanLines
	Field     ui.Field
	Reckoning *reckoning // of what was typed; nil: it makes none
	Errors    form.Errors
}

func (p *Pages) showRecognise(w http.ResponseWriter, r *http.Request) error {
	return p.drawRecognise(w, r, nil, nil)
}

func (p *Pages) drawRecognise(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	var v recogniseView
	var calc grant.Calculation
	err = p.db.Read(ctx, access.PrepareGrants, func(tx *db.Tx) (err error) {
		if v.Case, err = grant.ByID(ctx, tx, id); err != nil {
			return err
		}
		if v.Case.State != grant.InReview {
			return fault.Explain(fault.Conflict, "grant.error.state")
		}
		plans, err := grant.Plans(ctx, tx, id)
		if err != nil {
			return err
		}
		if len(plans) == 0 {
			return fault.NotFound
		}
		v.Plan = plans[0].Lines
		eligible := v.Plan.Expenditure()
		if f != nil {
			eligible = amount(ctx, f, "eligible")
		}
		if len(faults) == 0 && (f == nil || len(f.Faults) == 0) {
			calc, err = grant.Recognition(ctx, tx, v.Case, eligible)
		}
		return err
	})
	if wrong, ok := fault.AsFields(err); ok {
		faults = wrong
	} else if err != nil {
		return err
	}
	v.Errors = form.Say(ctx, faults)
	v.Field = ui.Field{
		Name: "eligible", Label: locale.T(ctx, "grant.label.eligible_sum"), Hint: locale.T(ctx, "grant.hint.eligible_sum", "Most", euro(ctx, v.Plan.Expenditure())),
		Value: typedAmount(ctx, v.Plan.Expenditure()), Error: v.Errors.Of("eligible"), Inputmode: "decimal", Width: ui.WidthMedium, Suffix: "€", Autocomplete: "off",
	}
	if f != nil {
		v.Field.Value = f.Text("eligible")
	}
	if len(faults) == 0 {
		one := newReckoning(ctx, calc)
		v.Reckoning = &one
	}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx), ui.Link{Label: v.Case.FileRef, URL: link.Grant(id)},
		ui.Link{Label: locale.T(ctx, "grant.recognise.title"), URL: link.RecogniseApplication(id)})
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, recognisePage(v))
	}
	return handler.Render(w, r, recognisePage(v))
}

// recognise reckons with what was typed: to look at it first, or to set it.
func (p *Pages) recognise(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	eligible := amount(ctx, f, "eligible")
	if f.Raw("then") == "look" && len(f.Faults) == 0 {
		return p.drawRecognise(w, r, f, nil)
	}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(ctx, access.PrepareGrants, func(tx *db.Tx) error { return grant.Recognise(ctx, tx, id, eligible) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawRecognise(w, r, f, faults)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Grant(id), "grant.recognise.done")
}
