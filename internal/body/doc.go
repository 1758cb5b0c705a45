// Package body knows the bodies around the table. So far: the state of each
// district's regional conference (Regionalkonferenz, § 8 SächsKHG) from day to
// day. Seats, rules and sittings follow.
//
// Conference states: none, interest, forming, constituted, active, dormant,
// dissolved. Boards count constituted, active and dormant as formed, interest
// and forming as interested. The ministry records them.
package body
