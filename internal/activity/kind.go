package activity

import "slices"

// Type says what kind of thing was done.
type Type string

// Meeting is the type that a first entry offers.
const Meeting Type = "meeting"

// Types returns every type in the order of the form.
func Types() []Type {
	return []Type{
		Meeting, "network_event", "conference_support", "working_group", "recruitment", "settlement_advice", "project",
		"concept", "citizen_inquiry", "public_relations", "training", "reporting", "travel",
	}
}

// Valid says whether t is one of Types.
func (t Type) Valid() bool { return slices.Contains(Types(), t) }

// Field is a field of action (Handlungsfeld); "" means none.
type Field string

// Fields returns every field of action in the order of the form.
func Fields() []Field {
	return []Field{
		"outpatient", "inpatient", "cross_sector", "young_professionals", "care", "emergency", "mobility", "digital",
		"prevention",
	}
}

// Valid says whether f is one of Fields or none.
func (f Field) Valid() bool { return f == "" || slices.Contains(Fields(), f) }

// Visibility says who reads an entry.
type Visibility string

// The visibilities, from the narrowest to the widest.
const (
	Own      Visibility = "own"      // the author alone
	District Visibility = "district" // the district's people
	Ministry Visibility = "ministry" // and the ministry
	Public   Visibility = "public"   // everybody
)

// Visibilities returns every visibility, the narrowest first.
func Visibilities() []Visibility { return []Visibility{Own, District, Ministry, Public} }

// Valid says whether v is one of Visibilities.
func (v Visibility) Valid() bool { return slices.Contains(Visibilities(), v) }
