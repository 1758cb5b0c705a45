package ui

import (
	"context"
	"slices"
	"strings"

	"rundertisch/internal/locale"

	"github.com/a-h/templ"
)

// Field describes one form field. Label is required; everything else may stay
// empty. A field is mandatory unless Optional, which the label then says.
type Field struct {
	Name    string
	ID      string // where several forms of a page have a field of that name
	Label   string
	Value   string
	Hint    string
	Context string // for screen readers, after the label, where several fields have the same
	Error   string // the message, not the key

	Optional     bool
	Unmarked     bool   // with Optional: needed in some cases, which the form says; the label does not say "optional"
	MaxLength    int    // in characters; shown below the field, checked by the server
	Type         string // text (default), email, password, search, tel, url, number
	Autocomplete string // "off", "username", "current-password", ...
	Inputmode    string // "numeric", "decimal", ...
	Width        string // WidthTwo, WidthFour, WidthShort, WidthMedium; default full
	Prefix       string // unit before the input, e.g. "€"
	Suffix       string // unit after the input, e.g. "Min."
	Rows         int    // TextArea: visible lines, default 5
	Min, Max     string // DateField and number
	Step         string
	Accept       string // FileField: ".xlsx,.csv"
	List         string // id of a Datalist with suggestions
	Lang         string // language of the value when it differs from the page

	Options     []Option // Select, Radios, Checkboxes
	Empty       string   // Select: text of the empty option; "" leaves it out
	Values      []string // Checkboxes: the ticked values
	Inline      bool     // Radios, Checkboxes: side by side
	LabelHidden bool     // label for screen readers only (search box in a bar)
	LegendLarge bool     // Radios, Checkboxes: the legend is the question of the page

	Attrs templ.Attributes // data-hx-…; never style or on…
}

// Widths of an input, for short values such as a year or an area key.
const (
	WidthTwo    = "2"
	WidthFour   = "4"
	WidthShort  = "short"
	WidthMedium = "medium"
)

// Option is one choice of Select, Radios or Checkboxes.
type Option struct {
	Value string
	Label string
	Hint  string // Radios and Checkboxes
	Group string // Select: neighbours with the same group stand under its name
}

// FieldError is one line of ErrorSummary: the name of the field and what to do.
type FieldError struct {
	Field   string
	Message string
}

// Named puts the label of its field before each message of a summary, where
// "Please fill in this field" would not say which. labels are pairs of a
// field's name and the key of its label.
func Named(ctx context.Context, errors []FieldError, labels ...string) []FieldError {
	out := slices.Clone(errors)
	for i, e := range out {
		for p := 0; p+1 < len(labels); p += 2 {
			if e.Field != "" && labels[p] == e.Field {
				label := locale.T(ctx, labels[p+1])
				if !strings.HasSuffix(label, "?") {
					label += ":"
				}
				out[i].Message = label + " " + e.Message
			}
		}
	}
	return out
}

// FieldID is the id of the input named name, of the first one for radios and
// checkboxes. Error summaries and labels point to it.
func FieldID(name string) string {
	return "feld-" + strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		default:
			return '-'
		}
	}, name)
}

func (f Field) id() string {
	if f.ID != "" {
		return FieldID(f.ID)
	}
	return FieldID(f.Name)
}

func (f Field) hintID() string   { return f.id() + "-hinweis" }
func (f Field) errorID() string  { return f.id() + "-fehler" }
func (f Field) countID() string  { return f.id() + "-zeichen" }
func (f Field) prefixID() string { return f.id() + "-davor" }
func (f Field) suffixID() string { return f.id() + "-danach" }

func (f Field) describedBy() string {
	var ids []string
	if f.Prefix != "" {
		ids = append(ids, f.prefixID())
	}
	if f.Suffix != "" {
		ids = append(ids, f.suffixID())
	}
	if f.Hint != "" {
		ids = append(ids, f.hintID())
	}
	if f.Error != "" {
		ids = append(ids, f.errorID())
	}
	if f.MaxLength > 0 {
		ids = append(ids, f.countID())
	}
	return strings.Join(ids, " ")
}

func (f Field) inputType() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

func (f Field) rows() int {
	if f.Rows == 0 {
		return 5
	}
	return f.Rows
}

func (f Field) wrapperClass() string {
	class := "kern-form-input app-field"
	if f.Error != "" {
		class += " kern-form-input--error"
	}
	return class
}

func (f Field) labelClass() string {
	if f.LabelHidden {
		return "app-hidden"
	}
	return "kern-label"
}

func (f Field) inputClass() string {
	class := "kern-form-input__input"
	switch f.Width {
	case WidthTwo, WidthFour:
		class += " kern-form-input__input--width-" + f.Width
	case WidthShort:
		class += " app-input--short"
	case WidthMedium:
		class += " app-input--medium"
	}
	if f.Error != "" {
		class += " kern-form-input__input--error"
	}
	return class
}

func (f Field) selectClass() string {
	if f.Error != "" {
		return "kern-form-input__select kern-form-input__select--error"
	}
	return "kern-form-input__select"
}

func (f Field) fieldsetClass() string {
	if f.Error != "" {
		return "kern-fieldset kern-fieldset--error app-field"
	}
	return "kern-fieldset app-field"
}

func (f Field) legendClass() string {
	if f.LegendLarge {
		return "kern-label kern-label--large"
	}
	return "kern-label"
}

func (f Field) bodyClass() string {
	if f.Inline {
		return "kern-fieldset__body kern-fieldset__body--horizontal"
	}
	return "kern-fieldset__body"
}

func (f Field) checkClass(kind string) string {
	class := "kern-form-check__" + kind
	if f.Error != "" {
		class += " kern-form-check__" + kind + "--error"
	}
	return class
}

// optionID gives the first choice the id of the field, so that the error
// summary leads there.
func (f Field) optionID(i int, o Option) string {
	if i == 0 {
		return f.id()
	}
	return FieldID(f.Name + "-" + o.Value)
}

func (f Field) optionDescribedBy(i int, o Option) string {
	if o.Hint == "" {
		return ""
	}
	return f.optionID(i, o) + "-dazu"
}

func (f Field) ticked(value string) bool { return slices.Contains(f.Values, value) }

// optionGroup is a run of options under one name; "" means no name.
type optionGroup struct {
	Name    string
	Options []Option
}

func (f Field) groups() []optionGroup {
	var out []optionGroup
	for _, o := range f.Options {
		if len(out) == 0 || out[len(out)-1].Name != o.Group {
			out = append(out, optionGroup{Name: o.Group})
		}
		last := &out[len(out)-1]
		last.Options = append(last.Options, o)
	}
	return out
}

// Form describes a form. Method is POST unless Get.
type Form struct {
	Action    string
	ID        string
	Get       bool
	Multipart bool // with a FileField
	Wide      bool // not limited to the width of running text
	Label     string
	Hidden    []Hidden
	Attrs     templ.Attributes
}

// Hidden is a hidden input: the id of the new row, the version that is edited.
type Hidden struct {
	Name  string
	Value string
}

func (f Form) class() string {
	if f.Wide {
		return "app-form app-form--wide"
	}
	return "app-form"
}

func (f Form) method() string {
	if f.Get {
		return "get"
	}
	return "post"
}

// Group describes a Fieldset.
type Group struct {
	Legend string
	Hint   string
	ID     string
}
