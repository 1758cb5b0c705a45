// Package programme knows the tenants: one state's programme each, with the
// host names it answers on and its own words. A request belongs to the
// programme of its host; one programme is the default for other hosts.
package programme
