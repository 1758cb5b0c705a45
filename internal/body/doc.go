// Package body knows the bodies around the table: regional conferences
// (Regionalkonferenz, § 8 SächsKHG), the state committee (Gemeinsames
// Landesgremium, § 90a SGB V), working and steering groups.
//
// Conference states: none, interest, forming, constituted, active, dormant,
// dissolved. Boards count constituted, active and dormant as formed, interest
// and forming as interested. The ministry records them.
//
// Bylaws are a body's rules of procedure, one dated version at a time. What
// follows from them (deadlines, quorum, majorities, the roster that the law
// wants) is computed here without a database, and every result carries the
// steps that explain it. Seats and sittings follow.
package body
