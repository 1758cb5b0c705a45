package meetingpage

import (
	"net/http"

	"rundertisch/internal/fault"
	"rundertisch/web/form"
	"rundertisch/web/formpage"
)

// formView is a page with one form, to which this package adds groups of
// fields.
type formView struct{ *formpage.Page }

// newForm begins a form with the faults of the last try.
func newForm(r *http.Request, title, action, cancel string, faults fault.Fields) *formView {
	return &formView{formpage.New(r, title, action, cancel, faults)}
}

// typed is what a field holds: what was typed, or what is there to begin with.
func typed(f *form.Values, name, fresh string) string { return formpage.Typed(f, name, fresh) }

// ticked is typed for a checkbox.
func ticked(f *form.Values, name string, fresh bool) string { return formpage.Ticked(f, name, fresh) }
