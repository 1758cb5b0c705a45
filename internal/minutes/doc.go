// Package minutes knows the minutes (Niederschrift) of a sitting: how they are
// written, reviewed by the members, approved and sealed.
//
// States: drafting (the office writes, the chair reads along), internal_check
// (the chair checks), circulated (a version is frozen, members object until the
// deadline), amending (the next version is written), ready (the deadline is over),
// approved, signed, published. From circulated on a version never changes; from
// approved on nothing does: an error found later becomes a correction note.
//
// A block keeps its id through all versions, so that an objection to it, what
// became of it and the difference in the next version belong together. A version
// goes out only if every difference to the one before has an outcome: an
// objection, or an editorial change with its reason.
//
// The office writes, circulates and releases; members object for their seats;
// office, chair or the sitting decide, as the body's rules say. Attendance,
// votes and decisions are taken over from the sitting.
package minutes
