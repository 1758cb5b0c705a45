// Package meeting knows the sittings (Sitzungen) of a body.
//
// States: planned, invited, in_session, held, minutes_pending, closed;
// cancelled, postponed. The office plans and invites, members answer.
//
// So far: the calendar file that goes with an invitation, its changes and its
// cancellation.
package meeting
