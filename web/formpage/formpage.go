// Package formpage is a page with one form, for the many that have nothing
// else: fields, what to know before filling them in, faults, a button. A page
// that shows more has a template of its own.
package formpage

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

// Page is a page with one form.
type Page struct {
	Frame     layout.Args
	Title     string
	Preline   string
	Lead      string
	Before    []templ.Component // what to know before filling it in
	Action    string
	Submit    string
	Danger    bool // what the button does cannot be undone
	CancelURL string
	Multipart bool // with a file
	Hidden    []ui.Hidden
	Fields    []templ.Component
	Errors    form.Errors

	names  []string
	labels map[string]string
}

// New begins a form with the faults of the last try, if any.
func New(r *http.Request, title, action, cancel string, faults fault.Fields) *Page {
	return &Page{
		Title: title, Submit: locale.T(r.Context(), "ui.save"), Action: action, CancelURL: cancel,
		Errors: form.Say(r.Context(), faults), labels: map[string]string{},
	}
}

// Add puts a field into the form, with its fault.
func (p *Page) Add(kind func(ui.Field) templ.Component, f ui.Field) {
	f.Error = p.Errors.Of(f.Name)
	p.names = append(p.names, f.Name)
	p.labels[f.Name] = f.Label
	p.Fields = append(p.Fields, kind(f))
}

// Say puts a sentence between the fields.
func (p *Page) Say(text string) { p.Fields = append(p.Fields, ui.Paragraph(text)) }

// Hide puts pairs of name and value into the form that nobody sees.
func (p *Page) Hide(pairs ...string) {
	for i := 0; i+1 < len(pairs); i += 2 {
		p.Hidden = append(p.Hidden, ui.Hidden{Name: pairs[i], Value: pairs[i+1]})
	}
}

// summary lists the faults, each with the label of its field.
func (p *Page) summary() []ui.FieldError {
	list := p.Errors.Summary(p.names...)
	for i, e := range list {
		switch label, known := p.labels[e.Field], slices.Contains(p.names, e.Field); {
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

// Show renders the form below the way to it: 422 with faults, else 200.
func (p *Page) Show(w http.ResponseWriter, r *http.Request, way ...ui.Link) error {
	status := http.StatusOK
	if p.Errors.Any() {
		status = http.StatusUnprocessableEntity
	}
	p.Frame = handler.Frame(r).WithErrors(p.Errors.Any()).WithBreadcrumb(append(way, ui.Link{Label: p.Title, URL: p.Action})...)
	return handler.RenderStatus(w, r, status, page(p))
}

// Typed is what a field holds: what was typed, or what is there to begin with.
func Typed(f *form.Values, name, fresh string) string {
	if f == nil {
		return fresh
	}
	return f.Raw(name)
}

// Ticked is Typed for a checkbox.
func Ticked(f *form.Values, name string, fresh bool) string {
	if f == nil && fresh || f != nil && f.Has(name) {
		return "1"
	}
	return ""
}
