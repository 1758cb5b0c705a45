package link

import (
	"time"

	"github.com/google/uuid"
)

// Bodies lists the bodies.
func Bodies() string { return "/gremien" }

// NewBody is the form that adds a body.
func NewBody() string { return Bodies() + "/neu" }

// Body is the page of one body.
func Body(id uuid.UUID) string { return Bodies() + "/" + id.String() }

// BodyOn is the page of a body with its roster as it is on a day.
func BodyOn(id uuid.UUID, day time.Time) string { return With(Body(id), "am", date(day)) }

// EditBody is the form that changes what is said of a body.
func EditBody(id uuid.UUID) string { return Body(id) + "/bearbeiten" }

// NewSeat is the form that gives an institution a seat.
func NewSeat(body uuid.UUID) string { return Body(body) + "/sitze/neu" }

// BodyTerm is the form that says from when to when a body exists.
func BodyTerm(id uuid.UUID) string { return Body(id) + "/bestand" }

// Seat is the page of one seat: who holds it and held it.
func Seat(body, seat uuid.UUID) string { return Body(body) + "/sitze/" + seat.String() }

// EditSeat is the form that changes a seat.
func EditSeat(body, seat uuid.UUID) string { return Seat(body, seat) + "/bearbeiten" }

// EndSeat is the form that ends a seat.
func EndSeat(body, seat uuid.UUID) string { return Seat(body, seat) + "/beenden" }

// ReopenSeat is the form that takes back the end of a seat.
func ReopenSeat(body, seat uuid.UUID) string { return Seat(body, seat) + "/fortsetzen" }

// HoldSeat is the form that puts a person on a seat.
func HoldSeat(body, seat uuid.UUID) string { return Seat(body, seat) + "/besetzung" }

// ChairSeat is the form that gives the chair to a seat.
func ChairSeat(body, seat uuid.UUID) string { return Seat(body, seat) + "/vorsitz" }

// EndHolding is the form that ends one person's holding of a seat.
func EndHolding(body, holding uuid.UUID) string {
	return Body(body) + "/besetzung/" + holding.String() + "/beenden"
}

// CorrectHolding is the form that corrects who held a seat.
func CorrectHolding(body, holding uuid.UUID) string {
	return Body(body) + "/besetzung/" + holding.String() + "/berichtigen"
}

// NewOfficer is the form that appoints a person to a body's office.
func NewOfficer(body uuid.UUID) string { return Body(body) + "/geschaeftsstelle/neu" }

// EndOfficer is the form that ends a person's time in a body's office.
func EndOfficer(body, officer uuid.UUID) string {
	return Body(body) + "/geschaeftsstelle/" + officer.String() + "/beenden"
}

// Bylaws lists every version of a body's rules of procedure.
func Bylaws(body uuid.UUID) string { return Body(body) + "/regeln" }

// NewBylaws is the form that records a version of the rules.
func NewBylaws(body uuid.UUID) string { return Bylaws(body) + "/neu" }

// CorrectBylaws is the form that corrects a version of the rules.
func CorrectBylaws(body, version uuid.UUID) string {
	return Bylaws(body) + "/" + version.String() + "/berichtigen"
}
