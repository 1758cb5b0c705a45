package post

import "slices"

// State is the state of a post.
type State string

// The states of a post (see the package comment).
const (
	None       State = "none"
	Interest   State = "interest"
	Planned    State = "planned"
	Advertised State = "advertised"
	Filled     State = "filled"
	Vacant     State = "vacant"
	Ended      State = "ended"
)

// States returns every state in the order of a post's life.
func States() []State {
	return []State{None, Interest, Planned, Advertised, Filled, Vacant, Ended}
}

// Valid says whether s is a state.
func (s State) Valid() bool { return slices.Contains(States(), s) }

// Group is what a board counts a state as.
type Group string

// The groups of the board. The four add up to the number of districts.
const (
	Active  Group = "active"
	Plan    Group = "planned"
	Unheld  Group = "vacant"
	Outside Group = "other"
)

// Group returns what the state counts as: active is filled alone, planned is
// planned and advertised, other is none, interest and ended.
func (s State) Group() Group {
	switch s {
	case Filled:
		return Active
	case Planned, Advertised:
		return Plan
	case Vacant:
		return Unheld
	default:
		return Outside
	}
}

// Who says that a state has changed.
type Who string

// The two that do.
const (
	Ministry Who = "ministry"
	District Who = "district"
)

type step struct{ from, to State }

// steps is the life of a post (domain: the regional coordinator's post).
var steps = map[step][]Who{
	{None, Interest}:      {Ministry},
	{Interest, Planned}:   {Ministry, District},
	{Interest, None}:      {Ministry, District},
	{Planned, Advertised}: {District},
	{Planned, None}:       {Ministry, District},
	{Advertised, Filled}:  {District},
	{Advertised, Planned}: {District},
	{Filled, Vacant}:      {District},
	{Filled, Ended}:       {District},
	{Vacant, Advertised}:  {District},
	{Vacant, Filled}:      {District},
	{Vacant, Ended}:       {District},
	{Ended, Interest}:     {Ministry},
}

// Next returns the states that who may set after s, in the order of life.
func (s State) Next(who Who) []State {
	var next []State
	for _, to := range States() {
		if slices.Contains(steps[step{s, to}], who) {
			next = append(next, to)
		}
	}
	return next
}

// Settable returns the states that who may set at all, in the order of life.
func Settable(who Who) []State {
	var list []State
	for _, to := range States() {
		for s, by := range steps {
			if s.to == to && slices.Contains(by, who) {
				list = append(list, to)
				break
			}
		}
	}
	return list
}
