package grantpage

import (
	"context"
	"errors"
	"net/http"

	"github.com/google/uuid"

	"rundertisch/internal/calendar"
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

// Kinds of fields in a form about a case.
const (
	asText = iota
	asArea
	asDate
	asChoice
)

type claimField struct {
	ui.Field

	kind int
}

// claimFormView is a form about a case: hearing, reply, decision, notice,
// booking.
type claimFormView struct {
	Frame      layout.Args
	Case       grant.Case
	Title      string
	Lead       string
	Submit     string
	Action     string
	Back       string
	Notes      []ui.Notice // above the form
	Facts      []ui.Term
	Reckonings []reckoning
	Reducer    *reducerView
	Fields     []claimField
	Hidden     []ui.Hidden
	Errors     form.Errors
	Lacks      []string // why there is no form
}

// reducerView is the form that reckons what is left when costs fell.
type reducerView struct {
	Action string
	Fields []claimField
	Note   string // whether the recipient must report it
	Open   bool
}

// claimForm builds the fields of such a form from what was typed, or from
// proposals.
type claimForm struct {
	ctx    context.Context //nolint:containedctx // lives as long as the request
	values *form.Values    // nil: the form is fresh
	errors form.Errors
	fields []claimField
}

func (f *claimForm) add(kind int, name, proposal string, edit func(*ui.Field)) {
	one := ui.Field{Name: name, Label: locale.T(f.ctx, "grant.label."+name), Value: proposal, Error: f.errors.Of(name)}
	if f.values != nil {
		one.Value = f.values.Text(name)
	}
	if edit != nil {
		edit(&one)
	}
	f.fields = append(f.fields, claimField{one, kind})
}

func (f *claimForm) hint(key string) func(*ui.Field) {
	return func(one *ui.Field) { one.Hint = locale.T(f.ctx, "grant.hint."+key) }
}

func (f *claimForm) money(name, proposal, hint string) {
	f.add(asText, name, proposal, func(one *ui.Field) {
		one.Inputmode, one.Width, one.Autocomplete = "decimal", ui.WidthMedium, "off"
		if hint != "" {
			one.Hint = locale.T(f.ctx, "grant.hint."+hint)
		}
	})
}

func (f *claimForm) reason(proposal, hint string) {
	f.add(asArea, "reason", proposal, func(one *ui.Field) {
		one.MaxLength, one.Rows = 4000, 6
		if hint != "" {
			one.Hint = locale.T(f.ctx, "grant.hint."+hint)
		}
	})
}

// faults are the errors in the order of the fields, for their summary.
func (v claimFormView) faults() []ui.FieldError {
	var order []string
	labels := map[string]string{}
	for _, f := range v.Fields {
		order, labels[f.Name] = append(order, f.Name), f.Label
	}
	return labelled(v.Errors.Summary(order...), labels)
}

// draw finishes the form and sends it.
func (v *claimFormView) draw(w http.ResponseWriter, r *http.Request, f *claimForm, address string) error {
	v.Fields, v.Errors, v.Action = f.fields, f.errors, address
	if v.Back == "" {
		v.Back = link.Grant(v.Case.ID)
	}
	id := uuid.NewString()
	if f.values != nil && f.values.Raw("id") != "" {
		id = f.values.Raw("id")
	}
	v.Hidden = append([]ui.Hidden{{Name: "id", Value: id}}, v.Hidden...)
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(r.Context()), ui.Link{Label: v.Case.FileRef, URL: link.Grant(v.Case.ID)}, ui.Link{Label: v.Title, URL: address})
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, claimFormPage(*v))
	}
	return handler.Render(w, r, claimFormPage(*v))
}

// sent is what comes of a form about a case: the same page with its faults, or
// the next one.
func sent(w http.ResponseWriter, r *http.Request, err error, again func(fault.Fields) error, next, flash string) error {
	if faults, ok := fault.AsFields(err); ok {
		return again(faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, next, flash)
}

// parsed reads a form about the case that the address names.
func parsed(w http.ResponseWriter, r *http.Request) (id uuid.UUID, f *form.Values, err error) {
	if id, err = form.PathID(r, "id"); err != nil {
		return id, nil, err
	}
	f, err = form.Parse(w, r)
	return id, f, err
}

func choices[T interface {
	~string
	NameKey() string
}](ctx context.Context, list []T,
) (options []ui.Option) {
	for _, one := range list {
		options = append(options, ui.Option{Value: string(one), Label: locale.T(ctx, one.NameKey())})
	}
	return options
}

func dayText(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// The fields of the reduction; together they are its inputs.
var reducerFields = []string{"planned", "actual", "income"}

// reduction reads the reduction that a form rests on; nil: none.
func reduction(ctx context.Context, f *form.Values, c grant.Case, t grant.Terms) *grant.Reduction {
	if f.Text("planned") == "" {
		return nil
	}
	in := &grant.Reduction{Law: t.Law(), Financing: t.Financing, Granted: c.Amount, Floor: t.ReductionFloor, Planned: amount(ctx, f, "planned"), Actual: amount(ctx, f, "actual")}
	if f.Text("income") != "" {
		in.Income = amount(ctx, f, "income")
	}
	return in
}

// reckonReduction offers the reduction on a page and shows what it gives.
func (v *claimFormView) reckonReduction(r *http.Request, t grant.Terms, address string, posted *form.Values) (left *grant.Calculation) {
	ctx, q := r.Context(), form.Query(r)
	if posted != nil {
		q = posted
	}
	v.Reducer = &reducerView{Action: address}
	in := reduction(ctx, q, v.Case, t)
	var calc grant.Calculation
	own := fault.Fields{} // what else is wrong in the form says nothing of the reduction
	for _, name := range reducerFields {
		if text, bad := q.Faults[name]; bad {
			own[name] = text
		}
	}
	err := own.Err()
	if in != nil && err == nil {
		calc, err = grant.Calculate(in)
	}
	faults, _ := fault.AsFields(err)
	says := form.Say(ctx, faults)
	if posted != nil {
		says = form.Errors{}
	}
	f := &claimForm{ctx: ctx, errors: says}
	for _, name := range reducerFields {
		f.money(name, q.Text(name), "")
	}
	f.fields[2].Optional = true
	v.Reducer.Fields, v.Reducer.Open = f.fields, in != nil
	if in == nil || err != nil {
		return nil
	}
	key := "grant.reduce.need_not_report"
	if t.MustReport(in.Planned, in.Actual) {
		key = "grant.reduce.must_report"
	}
	v.Reducer.Note = locale.T(ctx, key)
	v.Reckonings = append(v.Reckonings, newReckoning(ctx, calc))
	for _, name := range reducerFields {
		v.Hidden = append(v.Hidden, ui.Hidden{Name: name, Value: q.Text(name)})
	}
	return &calc
}
