// Package fault names the kinds of failure that a use case can end in.
//
// A function returns one of the sentinels, wrapped with what it was doing, or
// Fields when a person can mend the input. Only web/handler turns a kind into
// an HTTP status; only handler and job write it to the log.
package fault
