// Package demo fills a database with the demo: the real public facts about
// Saxony's programme, recorded as known on the day they became public, and on
// top of them simulated ones, each marked so. A second programme, Musterland,
// with other words and rules, shows that programmes do not meet.
//
// The same demo comes out each time. "Today" is stored at the first run, and
// the simulated data end there; a second run changes nothing. All persons are
// invented.
package demo
