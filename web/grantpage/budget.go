package grantpage

import (
	"context"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
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

type budgetView struct {
	Frame   layout.Args
	Rows    []grant.Budget
	MayKeep bool
	Fields  []ui.Field
	Hidden  []ui.Hidden
	Errors  form.Errors
}

var budgetFields = []string{"title", "name", "year", "appropriation", "authority"}

func budgetCrumb(ctx context.Context) ui.Link {
	return ui.Link{Label: locale.T(ctx, "grant.budget.title"), URL: link.Budget()}
}

func (p *Pages) showBudget(w http.ResponseWriter, r *http.Request) error {
	f := form.From(map[string][]string{"year": {strconv.Itoa(calendar.Of(p.db.Now()).Year() + 1)}})
	return p.drawBudget(w, r, f, nil)
}

func (p *Pages) drawBudget(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	ctx := r.Context()
	v := budgetView{MayKeep: handler.Actor(r).May(access.KeepBudget), Errors: form.Say(ctx, faults)}
	err := p.db.Read(ctx, access.ReadRegister, func(tx *db.Tx) (err error) {
		v.Rows, err = grant.Budgets(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	formID := f.Raw("id")
	if formID == "" {
		formID = uuid.NewString()
	}
	v.Hidden = []ui.Hidden{{Name: "id", Value: formID}}
	for _, name := range budgetFields {
		v.Fields = append(v.Fields, budgetField(ctx, name, f, v.Errors))
	}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx), budgetCrumb(ctx))
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, budgetPage(v))
	}
	return handler.Render(w, r, budgetPage(v))
}

func budgetField(ctx context.Context, name string, f *form.Values, errs form.Errors) ui.Field {
	field := ui.Field{Name: name, Label: locale.T(ctx, "grant.label."+name), Value: f.Text(name), Error: errs.Of(name), Autocomplete: "off"}
	switch name {
	case "year":
		field.Inputmode, field.Width = "numeric", ui.WidthFour
	case "appropriation", "authority":
		field.Hint = locale.T(ctx, "grant.hint."+name)
		field.Inputmode, field.Width, field.Suffix, field.Optional = "decimal", ui.WidthMedium, "€", name == "authority"
	}
	return field
}

func (p *Pages) addBudget(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	b := grant.Budget{ID: f.NewID("id"), Title: f.Text("title"), Name: f.Text("name"), Year: f.Int("year"), Appropriation: amount(ctx, f, "appropriation"), Authority: amountOrZero(ctx, f, "authority")}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(ctx, access.KeepBudget, func(tx *db.Tx) error { return grant.AddBudget(ctx, tx, b) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawBudget(w, r, f, faults)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Budget(), "grant.budget.added")
}

type budgetFormView struct {
	Frame  layout.Args
	Budget grant.Budget
	Fields []ui.Field // appropriation, authority
	Hidden []ui.Hidden
	Errors form.Errors
}

func (p *Pages) showBudgetForm(w http.ResponseWriter, r *http.Request) error {
	return p.drawBudgetForm(w, r, nil, nil)
}

func (p *Pages) drawBudgetForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	id, err := form.PathID(r, "budget")
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := budgetFormView{Errors: form.Say(ctx, faults)}
	err = p.db.Read(ctx, access.KeepBudget, func(tx *db.Tx) (err error) {
		v.Budget, err = grant.BudgetByID(ctx, tx, id)
		return err
	})
	if err != nil {
		return err
	}
	version := strconv.Itoa(v.Budget.Version)
	if f == nil {
		f = form.From(map[string][]string{"appropriation": {typedAmount(ctx, v.Budget.Appropriation)}, "authority": {amountOrNone(ctx, int64(v.Budget.Authority))}})
	} else {
		version = f.Raw("version")
	}
	v.Fields = []ui.Field{budgetField(ctx, "appropriation", f, v.Errors), budgetField(ctx, "authority", f, v.Errors)}
	v.Hidden = []ui.Hidden{{Name: "version", Value: version}}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx), budgetCrumb(ctx),
		ui.Link{Label: locale.T(ctx, "grant.budget.change"), URL: link.ChangeBudget(id)})
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, budgetFormPage(v))
	}
	return handler.Render(w, r, budgetFormPage(v))
}

func (p *Pages) changeBudget(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "budget")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	sum, later, version := amount(ctx, f, "appropriation"), amountOrZero(ctx, f, "authority"), f.Int("version")
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(ctx, access.KeepBudget, func(tx *db.Tx) error { return grant.ChangeBudget(ctx, tx, id, sum, later, version) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawBudgetForm(w, r, f, faults)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Budget(), "grant.budget.changed")
}
