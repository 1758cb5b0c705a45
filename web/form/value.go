package form

import "github.com/google/uuid"

// Tick is the value of a checkbox, and of a switch in an address: "1" if it is
// set, else "".
func Tick(set bool) string {
	if set {
		return "1"
	}
	return ""
}

// IDText is the value of a field that names something; "" for nothing.
func IDText(id uuid.UUID) string {
	if id == uuid.Nil {
		return ""
	}
	return id.String()
}
