package fault

import "errors"

// The kinds of failure. Compare with errors.Is.
var (
	// NotFound means that the object does not exist or is not the actor's to see.
	NotFound = errors.New("not found")
	// Forbidden means that the actor sees the object but may not do this to it.
	Forbidden = errors.New("forbidden")
	// Conflict means that the state of things does not allow this now.
	Conflict = errors.New("conflict")
	// Stale means that somebody else changed the object in the meantime.
	Stale = errors.New("stale")
	// Unavailable means that a part of the system cannot answer at the moment.
	Unavailable = errors.New("unavailable")
	// TooMany means that the same thing was tried too often in a short time.
	TooMany = errors.New("too many attempts")
)

// Text is a sentence for the user: a key of package locale and its arguments
// in pairs of name and value.
type Text struct {
	Key  string
	Args []any
}

// Explained is a failure of a kind with a sentence for the user.
type Explained struct {
	Kind error
	Text Text
}

// Explain returns an error of the given kind that carries a sentence for the
// user: a locale key and its arguments in pairs.
func Explain(kind error, key string, args ...any) error {
	return &Explained{Kind: kind, Text: Text{Key: key, Args: args}}
}

// Error implements error; the text is for logs.
func (e *Explained) Error() string { return e.Kind.Error() + ": " + e.Text.Key }

// Unwrap returns the kind, so that errors.Is finds it.
func (e *Explained) Unwrap() error { return e.Kind }

// AsText returns the sentence for the user that err carries, if any.
func AsText(err error) (Text, bool) {
	if e, ok := errors.AsType[*Explained](err); ok {
		return e.Text, true
	}
	return Text{}, false
}
