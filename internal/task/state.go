package task

import "slices"

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

// Ended says whether nothing remains to be done.
func (s State) Ended() bool { return s == Done || s == Dropped }

// NameKey returns the locale key of the state's name.
func (s State) NameKey() string { return "task.state." + string(s) }

type step struct{ from, to State }

var steps = map[step]bool{
	{Open, InProgress}: true, {Open, Done}: true, {Open, Dropped}: true,
	{InProgress, Open}: true, {InProgress, Done}: true, {InProgress, Dropped}: true,
	{Done, Open}: true, {Dropped, Open}: true,
}

// Next returns the states that may follow s.
func (s State) Next() []State {
	var next []State
	for _, to := range States() {
		if steps[step{s, to}] {
			next = append(next, to)
		}
	}
	return next
}
