package meeting

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// State is the state of a sitting.
type State string

// The states of a sitting.
const (
	Planned        State = "planned"
	Invited        State = "invited"
	InSession      State = "in_session"
	Held           State = "held"
	MinutesPending State = "minutes_pending"
	Closed         State = "closed"
	Cancelled      State = "cancelled"
	Postponed      State = "postponed"
)

// States returns every state in the order of a sitting's life.
func States() []State {
	return []State{Planned, Invited, InSession, Held, MinutesPending, Closed, Postponed, Cancelled}
}

// Valid says whether s is a state.
func (s State) Valid() bool { return slices.Contains(States(), s) }

// NameKey returns the locale key of the state's name.
func (s State) NameKey() string { return "meeting.state." + string(s) }

// Open says whether the sitting is still to come: it can be changed.
func (s State) Open() bool { return s == Planned || s == Invited || s == Postponed }

// TookPlace says whether the sitting has been opened.
func (s State) TookPlace() bool {
	return s == InSession || s == Held || s == MinutesPending || s == Closed
}

type step struct{ from, to State }

// enters says what somebody must be allowed to do to take a sitting to a state:
// KeepSittings is the office's, RunSitting the office's and the chair's.
var enters = map[State]access.Action{
	Invited:        access.KeepSittings,
	InSession:      access.RunSitting,
	Held:           access.RunSitting,
	MinutesPending: access.KeepSittings,
	Closed:         access.KeepSittings,
	Cancelled:      access.KeepSittings,
	Postponed:      access.KeepSittings,
}

// steps are the transitions, as table state_transition of the database has them.
var steps = map[step]bool{
	{Planned, Invited}: true, {Planned, Cancelled}: true,
	{Invited, Postponed}: true, {Invited, Cancelled}: true, {Invited, InSession}: true,
	{Postponed, Invited}: true, {Postponed, Cancelled}: true,
	{InSession, Held}: true, {Held, MinutesPending}: true, {MinutesPending, Closed}: true,
}

// Next returns the states that may follow s, in the order of life.
func (s State) Next() []State {
	var next []State
	for _, to := range States() {
		if steps[step{s, to}] {
			next = append(next, to)
		}
	}
	return next
}

// Advance takes a sitting that was held on to minutes_pending, and from there
// to closed; the other steps have functions of their own. It returns
// fault.NotFound for a sitting that the actor does not see, fault.Forbidden if
// he may not take such a step and fault.Conflict if the state does not allow it.
func Advance(ctx context.Context, tx *db.Tx, meetingID uuid.UUID, to State) error {
	m, err := ByID(ctx, tx, meetingID)
	if err != nil {
		return err
	}
	if err := mayMove(tx.Actor, m, to); err != nil {
		return err
	}
	if to != MinutesPending && to != Closed {
		return fault.Explain(fault.Conflict, "meeting.error.step")
	}
	return setState(ctx, tx, m, to)
}

// mayMove returns fault.Forbidden for an actor who may not take a sitting to the
// state, whatever state it is in, and fault.Conflict for a step that is not
// known.
func mayMove(a access.Actor, m Meeting, to State) error {
	if act, known := enters[to]; known && !a.MayAt(act, m.BodyID) {
		return fmt.Errorf("sitting %s to %s: %w", m.ID, to, fault.Forbidden)
	}
	if !steps[step{m.State, to}] {
		return fault.Explain(fault.Conflict, "meeting.error.step")
	}
	return nil
}

// setState moves the sitting on from the state in which it was read.
func setState(ctx context.Context, tx *db.Tx, m Meeting, to State) error {
	n, err := tx.Exec(ctx, `UPDATE meeting SET state = $3 WHERE id = $1 AND state = $2`, m.ID, m.State, to)
	if err != nil {
		return fmt.Errorf("sitting %s to %s: %w", m.ID, to, err)
	}
	if n == 0 {
		return fmt.Errorf("sitting %s to %s: %w", m.ID, to, fault.Stale)
	}
	return nil
}
