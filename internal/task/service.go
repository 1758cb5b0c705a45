package task

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/inbox"
	"rundertisch/internal/link"
)

// Service does what people are told of.
type Service struct{ inbox *inbox.Office }

// NewService returns a service that tells people through the office.
func NewService(office *inbox.Office) *Service { return &Service{inbox: office} }

// tell says to people that there is a task for them, or that it is due. What
// is to be done is not in the notice: it may be closed to others.
func (s *Service) tell(ctx context.Context, tx *db.Tx, kind inbox.Kind, id uuid.UUID, place string, due calendar.Date, people []uuid.UUID) error {
	err := s.inbox.Tell(ctx, tx, inbox.Message{Kind: kind, People: people, Place: place, DueOn: due, Address: link.Task(id)})
	if err != nil {
		return fmt.Errorf("tell of task %s: %w", id, err)
	}
	return nil
}

// tellOwner tells the person who is to do it, unless that person acts.
func (s *Service) tellOwner(ctx context.Context, tx *db.Tx, in Input) error {
	if in.OwnerID == uuid.Nil || in.OwnerID == tx.Actor.Person {
		return nil
	}
	t, err := ByID(ctx, tx, in.ID)
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, inbox.TaskGiven, t.ID, t.PlaceName, t.DueOn, []uuid.UUID{in.OwnerID})
}
