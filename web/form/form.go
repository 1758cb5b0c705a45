package form

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"rundertisch/internal/calendar"
	"rundertisch/internal/fault"
)

// MaxBody is how large a form without files may be.
const MaxBody = 1 << 20

// Values are the fields of a posted form or of a query.
type Values struct {
	raw    url.Values
	Faults fault.Fields // what could not be read so far
}

// Parse reads a posted form. It returns an error that becomes 413 if the body
// is too large, and fault.Fields if it is no form.
func Parse(w http.ResponseWriter, r *http.Request) (*Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, MaxBody)
	if err := r.ParseForm(); err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, fmt.Errorf("parse form: %w", err)
		}
		return nil, fault.Field("", "form.unreadable")
	}
	return &Values{raw: r.PostForm, Faults: fault.Fields{}}, nil
}

// Query reads the parameters of the address. What cannot be read is a fault
// too; lists ignore it and show what they can.
func Query(r *http.Request) *Values {
	return &Values{raw: r.URL.Query(), Faults: fault.Fields{}}
}

// From returns Values of fields that were read elsewhere, as from a multipart
// form.
func From(raw url.Values) *Values { return &Values{raw: raw, Faults: fault.Fields{}} }

// Text returns the field without surrounding blanks, in Unicode normal form C
// and with plain line ends. Invalid UTF-8 and control characters are a fault.
func (v *Values) Text(name string) string {
	s := v.Raw(name)
	if !utf8.ValidString(s) {
		v.Faults.Add(name, "field.encoding")
		return strings.ToValidUTF8(s, "�")
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	if strings.ContainsFunc(s, forbidden) {
		v.Faults.Add(name, "field.control")
		s = strings.Map(func(r rune) rune {
			if forbidden(r) {
				return -1
			}
			return r
		}, s)
	}
	return strings.TrimSpace(norm.NFC.String(s))
}

// forbidden are NUL, other control characters and signs that turn the reading
// direction and so hide text.
func forbidden(r rune) bool {
	if r == '\n' || r == '\t' {
		return false
	}
	return unicode.IsControl(r) || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

// Raw returns the field as it was typed, for passwords.
func (v *Values) Raw(name string) string { return v.raw.Get(name) }

// Has says whether the field was sent and is not empty.
func (v *Values) Has(name string) bool { return v.raw.Get(name) != "" }

// List returns every value of a field that may be sent several times, as a
// group of checkboxes is.
func (v *Values) List(name string) []string { return v.raw[name] }

// Date reads a date as people here type it. Empty is the zero date.
func (v *Values) Date(name string) calendar.Date {
	s := v.Text(name)
	if s == "" {
		return calendar.Date{}
	}
	d, err := calendar.ParseGerman(s)
	if err != nil {
		v.Faults.Add(name, "field.date")
	}
	return d
}

// Int reads a whole number that a column of the database can hold. Empty is 0.
func (v *Values) Int(name string) int {
	s := v.Text(name)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		v.Faults.Add(name, "field.number")
	}
	return int(n)
}

// ID reads a uuid. Empty is uuid.Nil.
func (v *Values) ID(name string) uuid.UUID {
	s := v.Raw(name)
	if s == "" {
		return uuid.Nil
	}
	id, err := uuid.Parse(s)
	if err != nil {
		v.Faults.Add(name, "field.choice")
		return uuid.Nil
	}
	return id
}

// NewID reads the uuid of what the form makes, by which a form that is sent
// again is known. Without one the form is of no use: a fault of the whole.
func (v *Values) NewID(name string) uuid.UUID {
	id := v.ID(name)
	if id == uuid.Nil {
		v.Faults.Add("", "form.unreadable")
	}
	return id
}

// PathID returns the uuid in the route's parameter. It returns fault.NotFound
// if there is none: a wrong address looks like a missing page.
func PathID(r *http.Request, name string) (uuid.UUID, error) {
	id, err := uuid.Parse(chi.URLParam(r, name))
	if err != nil {
		return uuid.Nil, fmt.Errorf("path parameter %s: %w", name, fault.NotFound)
	}
	return id, nil
}

// Path returns the route's parameter as text.
func Path(r *http.Request, name string) string { return chi.URLParam(r, name) }
