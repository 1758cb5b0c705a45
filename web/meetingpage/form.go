package meetingpage

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"rundertisch/internal/fault"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// formView is a page with one form.
type formView struct {
	Frame     layout.Args
	Title     string
	Preline   string
	Lead      string
	Before    []templ.Component // what to know before filling it in
	Action    string
	Submit    string
	Danger    bool
	CancelURL string
	Multipart bool // with a file
	Hidden    []ui.Hidden
	Fields    []templ.Component
	Errors    form.Errors

	names  []string
	labels map[string]string
}

// newForm begins a form with the faults of the last try.
func newForm(r *http.Request, title, action, cancel string, faults fault.Fields) *formView {
	return &formView{
		Title: title, Submit: locale.T(r.Context(), "meeting.form.save"), Action: action, CancelURL: cancel,
		Errors: form.Say(r.Context(), faults), labels: map[string]string{},
	}
}

// add puts a field into the form, with its fault.
func (v *formView) add(kind func(ui.Field) templ.Component, f ui.Field) {
	f.Error = v.Errors.Of(f.Name)
	v.names = append(v.names, f.Name)
	v.labels[f.Name] = f.Label
	v.Fields = append(v.Fields, kind(f))
}

// group puts the fields that fill adds under one legend.
func (v *formView) group(g ui.Group, fill func()) {
	before := v.Fields
	v.Fields = nil
	fill()
	before = append(before, fieldGroup(g, v.Fields))
	v.Fields = before
}

// say puts a sentence between the fields.
func (v *formView) say(text string) { v.Fields = append(v.Fields, ui.Paragraph(text)) }

func (v *formView) hide(pairs ...string) {
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Hidden = append(v.Hidden, ui.Hidden{Name: pairs[i], Value: pairs[i+1]})
	}
}

// Summary lists the faults, each with the label of its field.
func (v *formView) Summary() []ui.FieldError {
	list := v.Errors.Summary(v.names...)
	for i, e := range list {
		switch label, known := v.labels[e.Field], slices.Contains(v.names, e.Field); {
		case !known:
			list[i].Field = "" // of the form as a whole
		case strings.HasSuffix(label, "?"):
			list[i].Message = label + " " + e.Message
		default:
			list[i].Message = label + ": " + e.Message
		}
	}
	return list
}

// show renders the form below the way to it: 422 with faults, else 200.
func (v *formView) show(w http.ResponseWriter, r *http.Request, way ...ui.Link) error {
	status := http.StatusOK
	if v.Errors.Any() {
		status = http.StatusUnprocessableEntity
	}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(append(way, ui.Link{Label: v.Title, URL: v.Action})...)
	return handler.RenderStatus(w, r, status, formPage(v))
}

// typed is what a form holds: what was typed, or what is there to begin with.
func typed(f *form.Values, name, fresh string) string {
	if f == nil {
		return fresh
	}
	return f.Raw(name)
}

// ticked is typed for a checkbox.
func ticked(f *form.Values, name string, fresh bool) string {
	if f == nil && fresh || f != nil && f.Has(name) {
		return "1"
	}
	return ""
}
