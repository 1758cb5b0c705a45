package form

import (
	"cmp"
	"context"
	"slices"

	"rundertisch/internal/fault"
	"rundertisch/internal/locale"
	"rundertisch/web/ui"
)

// Errors are the faults of a form in the reader's language.
type Errors struct {
	texts map[string]string
}

// Say translates the faults for the page; nil faults give no errors.
func Say(ctx context.Context, fields fault.Fields) Errors {
	e := Errors{texts: make(map[string]string, len(fields))}
	for name, text := range fields {
		e.texts[name] = locale.T(ctx, text.Key, text.Args...)
	}
	return e
}

// Of returns the error of the field, or "".
func (e Errors) Of(name string) string { return e.texts[name] }

// Any says whether there is an error.
func (e Errors) Any() bool { return len(e.texts) > 0 }

// Summary lists the errors in the order of the form's fields; those of the
// whole form, then of fields that order does not name, come first.
func (e Errors) Summary(order ...string) []ui.FieldError {
	var list []ui.FieldError
	for name, text := range e.texts {
		if !slices.Contains(order, name) {
			list = append(list, ui.FieldError{Field: name, Message: text})
		}
	}
	slices.SortFunc(list, func(a, b ui.FieldError) int { return cmp.Compare(a.Field, b.Field) })
	for _, name := range order {
		if text, ok := e.texts[name]; ok {
			list = append(list, ui.FieldError{Field: name, Message: text})
		}
	}
	return list
}
