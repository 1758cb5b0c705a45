// Package meeting knows the sittings (Sitzungen) of a body: their agenda and
// its backlog, invitations with replies, attendance, votes, decisions with
// gapless numbers, circular decisions between sittings, and what became of a
// decision that was sent on as a recommendation.
//
// States: planned, invited, in_session, held, minutes_pending, closed;
// cancelled, postponed. The office plans and invites; office and chair run the
// sitting and decide; members propose, reply and vote between sittings; guests
// read what is not closed to them. The table state_transition has the steps;
// state.go repeats them and a test compares the two.
package meeting
