// Package task knows the tasks (Aufträge, Maßnahmen) of a body or of a
// district: who is to do what until when, where it comes from, and what became
// of it.
//
// States: open, in_progress, done, dropped; the last two say in words what came
// out. A task that is not finished after its day is overdue: that is computed
// and no state. The body's office and chair, or the district's people, add and
// change tasks; the person who owns one reports on it, too. Members read the
// tasks of their time in the body, guests those that are not closed to them,
// the owner always the own. The table state_transition has the steps; state.go
// repeats them and a test compares the two.
package task
