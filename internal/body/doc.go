// Package body knows the bodies around the table: regional conferences
// (Regionalkonferenz, § 8 SächsKHG), the state committee (Gemeinsames
// Landesgremium, § 90a SGB V), working and steering groups.
//
// Conference states: none, interest, forming, constituted, active, dormant,
// dissolved. Boards count constituted, active and dormant as formed, interest
// and forming as interested. The ministry records them.
//
// A body has seats of institutions, held from-to by persons, one in the chair,
// and an office. Rights follow from that (0012): the ministry adds bodies and
// appoints the office; the office keeps seats, holders and rules.
//
// Bylaws are a body's rules of procedure, one dated version at a time. What
// follows from them (deadlines, quorum, majorities, the roster that the law
// wants) is computed without a database, with the steps that explain it.
package body
