// Package task knows what somebody is to do (Maßnahme, Auftrag), until it is
// done: for a body, mostly because it decided so, or for a district.
//
// States: open, in_progress, done, dropped; what ends says how. Overdue is no
// state but a look at the calendar. A body's office and chair keep its tasks, a
// district's people theirs; members and the owner read them, guests those that
// are public. The item "Kontrolle der Festlegungen" of an agenda shows a body's
// open tasks until they are done.
package task
