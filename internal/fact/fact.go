// Package fact has the two clocks. What changes over time and is asked for
// later is an append-only fact: true from a day on (the first clock, a Berlin
// date), recorded at an instant (the second clock, database time under a lock
// per programme). A correction withdraws a fact and records another; the old
// one stays visible.
//
// "State on V as known at K" is the newest valid_from <= V, then the newest
// recorded_at, among facts recorded by K and not withdrawn by K.
package fact

import (
	"errors"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"rundertisch/internal/calendar"
	"rundertisch/internal/fault"
)

// AsOf is a moment on both clocks.
type AsOf struct {
	Valid calendar.Date // true on this day
	Known time.Time     // as known at this instant; zero: everything recorded so far
}

// everything is later than any record.
var everything = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// KnownArg returns the second clock as a query's argument.
func (a AsOf) KnownArg() time.Time {
	if a.Known.IsZero() {
		return everything
	}
	return a.Known
}

// Today returns what holds today as known now.
func Today(now time.Time) AsOf { return AsOf{Valid: calendar.Of(now)} }

// Record is the second clock's part of a fact: who recorded it when, and who
// withdrew it when and why.
type Record struct {
	RecordedAt   time.Time
	RecordedBy   *uuid.UUID
	Recorder     *string // the person's name; nil: the system
	WithdrawnAt  *time.Time
	Withdrawer   *string
	WithdrawnWhy *string
	Simulated    bool // invented for the demo
}

// Withdrawn says whether the fact no longer holds.
func (r Record) Withdrawn() bool { return r.WithdrawnAt != nil }

// Point is a fact of the form "from ValidFrom the state is State".
type Point struct {
	ID         uuid.UUID
	State      string
	ValidFrom  calendar.Date
	Note       string
	Correction *string // why the rule of succession was set aside
	Record
}

// Limits of a fact's texts, in characters.
const (
	MaxNote = 500
	MaxWhy  = 500
)

// CheckDay adds a fault to the named field if the day is missing, is one to
// come or cannot be meant.
func CheckDay(f fault.Fields, name string, day, today calendar.Date) {
	switch {
	case day.IsZero():
		f.Add(name, "field.missing")
	case day.After(today):
		f.Add(name, "field.future")
	case day.Before(calendar.NewDate(2000, time.January, 1)):
		f.Add(name, "field.date")
	}
}

// CheckWhy adds a fault to the field "why" if a correction has no reason or
// too long a one.
func CheckWhy(f fault.Fields, why string) {
	switch {
	case why == "":
		f.Add("why", "field.missing")
	case utf8.RuneCountInString(why) > MaxWhy:
		f.Add("why", "field.too_long", "Max", MaxWhy)
	}
}

// ErrRepeated says that a form was sent before and has had its effect: the
// answer is the same as the first time.
var ErrRepeated = errors.New("already recorded")
