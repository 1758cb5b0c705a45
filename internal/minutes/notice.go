package minutes

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/inbox"
	"rundertisch/internal/link"
)

// Notices say that something happened to minutes and where, never what stands
// in them.

// SendToCheck gives the draft to the chair and tells the chair.
func (s *Service) SendToCheck(ctx context.Context, tx *db.Tx, id uuid.UUID, version int) error {
	if err := SendToCheck(ctx, tx, id, version); err != nil {
		return err
	}
	m, err := ByID(ctx, tx, id)
	if err != nil {
		return err
	}
	people, err := chairs(ctx, tx, m.BodyID)
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, m, inbox.MinutesToCheck, people, link.WriteMinutes(m.ID))
}

// Object is the package's Object; a filed objection gives its seat a receipt
// and tells the office.
func (s *Service) Object(ctx context.Context, tx *db.Tx, minutesID uuid.UUID, n NewObjection) error {
	if err := Object(ctx, tx, minutesID, n); err != nil || n.Draft {
		return err
	}
	return s.aboutObjection(ctx, tx, n.ID, inbox.ObjectionFiled, inbox.ObjectionReceipt)
}

// Resolve is the package's Resolve; the seat is told.
func (s *Service) Resolve(ctx context.Context, tx *db.Tx, id uuid.UUID, r Resolution) error {
	if err := Resolve(ctx, tx, id, r); err != nil {
		return err
	}
	return s.aboutObjection(ctx, tx, id, "", inbox.ObjectionResolved)
}

// Say is the package's Say; the other side is told.
func (s *Service) Say(ctx context.Context, tx *db.Tx, objectionID, messageID uuid.UUID, text string) error {
	if err := Say(ctx, tx, objectionID, messageID, text); err != nil {
		return err
	}
	return s.aboutObjection(ctx, tx, objectionID, inbox.ObjectionAnswered, inbox.ObjectionAnswered)
}

// aboutObjection tells the office one thing and the seat another, except
// whoever acts. An empty kind tells nobody.
func (s *Service) aboutObjection(ctx context.Context, tx *db.Tx, id uuid.UUID, toOffice, toSeat inbox.Kind) error {
	o, err := ObjectionByID(ctx, tx, id)
	if err != nil {
		return err
	}
	m, err := ByID(ctx, tx, o.MinutesID)
	if err != nil {
		return err
	}
	for _, side := range []struct {
		kind   inbox.Kind
		people func() ([]uuid.UUID, error)
	}{
		{toOffice, func() ([]uuid.UUID, error) { return offices(ctx, tx, o.BodyID) }},
		{toSeat, func() ([]uuid.UUID, error) { return holders(ctx, tx, o.SeatID) }},
	} {
		if side.kind == "" {
			continue
		}
		people, err := side.people()
		if err != nil {
			return err
		}
		if side.kind != inbox.ObjectionReceipt {
			people = without(people, tx.Actor.Person)
		}
		if err := s.tell(ctx, tx, m, side.kind, people, link.Objection(o.ID)); err != nil {
			return err
		}
	}
	return nil
}

func without(people []uuid.UUID, me uuid.UUID) []uuid.UUID {
	var others []uuid.UUID
	for _, p := range people {
		if p != me {
			others = append(others, p)
		}
	}
	return others
}

// tell says to people that something happened to minutes.
func (s *Service) tell(ctx context.Context, tx *db.Tx, m Minutes, kind inbox.Kind, people []uuid.UUID, address string) error {
	if len(people) == 0 {
		return nil
	}
	err := s.inbox.Tell(ctx, tx, inbox.Message{
		Kind: kind, People: people, Place: m.BodyName, About: m.Day, DueOn: m.Deadline, Address: address,
		NoMail: kind == inbox.MinutesCirculated, // the version's own mail is followed
	})
	if err != nil {
		return fmt.Errorf("tell of minutes %s: %w", m.ID, err)
	}
	return nil
}

// offices are who runs the office of a body today.
func offices(ctx context.Context, tx *db.Tx, bodyID uuid.UUID) ([]uuid.UUID, error) {
	return persons(ctx, tx, `
		SELECT person_id FROM body_office WHERE body_id = $1 AND valid @> $2::date AND withdrawn_at IS NULL`, bodyID)
}

// holders are who holds or deputises a seat today.
func holders(ctx context.Context, tx *db.Tx, seatID uuid.UUID) ([]uuid.UUID, error) {
	return persons(ctx, tx, `
		SELECT person_id FROM seat_holder WHERE seat_id = $1 AND valid @> $2::date AND withdrawn_at IS NULL`, seatID)
}

// chairs are who holds the seat that chairs a body today.
func chairs(ctx context.Context, tx *db.Tx, bodyID uuid.UUID) ([]uuid.UUID, error) {
	return persons(ctx, tx, `
		SELECT h.person_id
		FROM body_chair c
		JOIN seat_holder h ON h.programme_id = c.programme_id AND h.seat_id = c.seat_id AND h.slot = 0
			AND h.valid @> $2::date AND h.withdrawn_at IS NULL
		WHERE c.body_id = $1 AND c.valid @> $2::date AND c.withdrawn_at IS NULL`, bodyID)
}

func persons(ctx context.Context, tx *db.Tx, sql string, id uuid.UUID) ([]uuid.UUID, error) {
	rows, _ := tx.Query(ctx, sql, id, calendar.Of(tx.Now))
	list, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		return nil, fmt.Errorf("people of %s: %w", id, err)
	}
	return list, nil
}

// Approve is the package's Approve; the members are told.
func (s *Service) Approve(ctx context.Context, tx *db.Tx, id, decisionID uuid.UUID, version int) error {
	if err := Approve(ctx, tx, id, decisionID, version); err != nil {
		return err
	}
	m, err := ByID(ctx, tx, id)
	if err != nil {
		return err
	}
	list, err := recipients(ctx, tx, m.BodyID, calendar.Of(tx.Now))
	if err != nil {
		return err
	}
	people := make([]uuid.UUID, len(list))
	for i, r := range list {
		people[i] = r.PersonID
	}
	m.Deadline = calendar.Date{}
	return s.tell(ctx, tx, m, inbox.MinutesApproved, people, link.Minutes(m.ID))
}
