// Package activity knows what coordinators did: an entry with date, duration,
// title, text, field of action, partners, result and next step.
//
// An entry begins as a draft, which its author alone sees, or at once as a
// logged entry. Its visibility says who reads it: own (the author alone, no
// successor either), district, ministry, public. A deleted entry lies in the
// bin for 30 days and can be taken back. Coordinators log for their district
// and change each other's entries, unless those are own; signatories read; the
// ministry reads what was released to it. The rule is the SQL function
// activity_visible, used by the policies and by the search alike.
//
// A log from elsewhere is read in three steps (Import): upload, preview with
// errors by row, all or nothing.
package activity
