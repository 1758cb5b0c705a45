package task

import (
	"slices"

	"rundertisch/internal/access"
)

// State is the state of a task.
type State string

// The states of a task.
const (
	Open       State = "open"
	InProgress State = "in_progress"
	Done       State = "done"
	Dropped    State = "dropped"
)

// States returns every state in the order of a task's life.
func States() []State { return []State{Open, InProgress, Done, Dropped} }

// Valid says whether s is a state.
func (s State) Valid() bool { return slices.Contains(States(), s) }

// NameKey returns the locale key of the state's name.
func (s State) NameKey() string { return "task.state." + string(s) }

// Finished says whether nothing more is to be done.
func (s State) Finished() bool { return s == Done || s == Dropped }

type step struct{ from, to State }

// steps are the steps of a task, and whether its owner may take them, too.
// Whoever keeps the task may take all of them: to drop it, or to take it up
// again, is not the owner's to decide.
var steps = map[step]bool{
	{Open, InProgress}:    true,
	{Open, Done}:          true,
	{Open, Dropped}:       false,
	{InProgress, Open}:    true,
	{InProgress, Done}:    true,
	{InProgress, Dropped}: false,
	{Done, Open}:          false,
	{Dropped, Open}:       false,
}

// Next returns the states that may follow s, in the order of life.
func (s State) Next() []State {
	var next []State
	for _, to := range States() {
		if _, known := steps[step{s, to}]; known {
			next = append(next, to)
		}
	}
	return next
}

// MayKeep says whether the actor may change the task: the office and the chair
// of its body, or the people of its district.
func MayKeep(a access.Actor, t Task) bool {
	return t.Place().mayKeep(a)
}

// NextFor returns the states into which the actor may take the task.
func NextFor(a access.Actor, t Task) []State {
	var next []State
	for _, to := range t.State.Next() {
		if mayMove(a, t, to) {
			next = append(next, to)
		}
	}
	return next
}

func mayMove(a access.Actor, t Task, to State) bool {
	owner := t.OwnerID != nil && *t.OwnerID == a.Person && a.May(access.ReportTask)
	return MayKeep(a, t) || owner && steps[step{t.State, to}]
}
