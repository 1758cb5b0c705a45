package fault

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Fields are the faults of an input by field name. The empty name stands for
// the input as a whole.
type Fields map[string]Text

// Error implements error; the text is for logs.
func (f Fields) Error() string {
	return "invalid fields: " + strings.Join(slices.Sorted(maps.Keys(f)), ", ")
}

// Add records a fault of the named field unless it already has one: people
// mend one thing at a time.
func (f Fields) Add(name, key string, args ...any) {
	if _, ok := f[name]; !ok {
		f[name] = Text{Key: key, Args: args}
	}
}

// Require records a fault of a text that is missing or has more than most
// characters.
func (f Fields) Require(name, text string, most int) {
	if text == "" {
		f.Add(name, "field.missing")
	}
	f.Limit(name, text, most)
}

// Limit records a fault of a text that has more than most characters.
func (f Fields) Limit(name, text string, most int) {
	if utf8.RuneCountInString(text) > most {
		f.Add(name, "field.too_long", "Max", most)
	}
}

// Err returns f as an error, or nil if no field has a fault.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// Field returns Fields with a single fault.
func Field(name, key string, args ...any) Fields {
	return Fields{name: {Key: key, Args: args}}
}

// AsFields returns the field faults that err carries, if any.
func AsFields(err error) (Fields, bool) {
	return errors.AsType[Fields](err)
}
