package meeting

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// Recipient is who gets a notice: somebody who holds a seat on the sitting's
// day, as holder (slot 0) or deputy.
type Recipient struct {
	SeatID      uuid.UUID
	Institution string
	PersonID    uuid.UUID
	Person      string
	Email       string // "": by letter
	Slot        int
	Guest       bool `db:"-"` // of a guest's seat
}

// Preview is what an invitation would do today.
type Preview struct {
	Recipients []Recipient
	Deadline   body.Deadline // the last day for a call in time
	Short      bool          // today is later: a reason is needed
	Vacant     []string      // institutions whose seat nobody holds
}

// PreviewCall returns who would be invited and whether today is in time. It
// returns fault.Forbidden to all but the office and fault.NotFound.
func PreviewCall(ctx context.Context, tx *db.Tx, m Meeting) (Preview, error) {
	if !tx.Actor.MayAt(access.KeepSittings, m.BodyID) {
		return Preview{}, fmt.Errorf("invite to sitting %s: %w", m.ID, fault.Forbidden)
	}
	seats, err := body.Roster(ctx, tx, m.BodyID, m.Day)
	if err != nil {
		return Preview{}, err
	}
	rules, err := body.BylawsOn(ctx, tx, m.BodyID, calendar.Of(tx.Now))
	if err != nil {
		return Preview{}, err
	}
	p := Preview{Recipients: recipients(seats), Deadline: body.InvitationDeadline(rules, m.Day)}
	p.Short = !p.Deadline.InTime(tx.Now)
	for _, s := range seats {
		if len(s.Holders) == 0 {
			p.Vacant = append(p.Vacant, s.Institution)
		}
	}
	return p, nil
}

func recipients(seats []body.Seat) []Recipient {
	var list []Recipient
	for _, s := range seats {
		for _, h := range s.Holders {
			list = append(list, Recipient{
				SeatID: s.ID, Institution: s.Institution, PersonID: h.PersonID, Person: h.Name, Email: h.Email, Slot: h.Slot, Guest: s.Group == body.GroupGuest,
			})
		}
	}
	return list
}

// Invite invites to a planned or postponed sitting: everybody who holds a seat
// on its day gets a notice, by mail where there is an address. sequence is that
// of the sitting when the form was made: a form that is sent again does
// nothing. A call that is later than the rules allow needs a reason. It returns
// fault.Fields without one or for a day that is over, fault.Conflict in
// another state, fault.Forbidden to all but the office and fault.NotFound.
func (s *Service) Invite(ctx context.Context, tx *db.Tx, id uuid.UUID, sequence int, why string) error {
	m, err := lockFor(ctx, tx, access.KeepSittings, id)
	if err != nil {
		return err
	}
	if m.State == Invited && m.Sequence == sequence+1 {
		return nil // the same form again
	}
	if err := mayMove(tx.Actor, m, Invited); err != nil {
		return err
	}
	if m.Day.Before(calendar.Of(tx.Now)) {
		return fault.Field("", "meeting.error.past")
	}
	if why, err = noticeReason(ctx, tx, m.BodyID, m.Day, why); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		UPDATE meeting SET state = 'invited', invited_at = $2, short_notice_why = nullif($3, ''), stopped_why = NULL
		WHERE id = $1`, id, tx.Now, why)
	if err != nil {
		return fmt.Errorf("invite to sitting %s: %w", id, err)
	}
	return s.notify(ctx, tx, id, noticeCall)
}

// noticeReason returns why an invitation today to a sitting on the day is later
// than the body's rules allow, and "" if it is in time. It returns fault.Fields
// if nobody says why.
func noticeReason(ctx context.Context, tx *db.Tx, bodyID uuid.UUID, day calendar.Date, why string) (string, error) {
	rules, err := body.BylawsOn(ctx, tx, bodyID, calendar.Of(tx.Now))
	if err != nil {
		return "", err
	}
	if body.InvitationDeadline(rules, day).InTime(tx.Now) {
		return "", nil
	}
	f := fault.Fields{}
	if why == "" {
		f.Add("why", "meeting.error.short_notice")
	}
	f.Limit("why", why, MaxWhy)
	return why, f.Err()
}

// Tell sends the invitation again with what has changed, as a new agenda.
// sequence is that of the sitting when the form was made. It returns
// fault.Conflict unless the sitting is invited, fault.Forbidden to all but the
// office and fault.NotFound.
func (s *Service) Tell(ctx context.Context, tx *db.Tx, id uuid.UUID, sequence int) error {
	m, err := lockFor(ctx, tx, access.KeepSittings, id)
	if err != nil {
		return err
	}
	if m.Sequence == sequence+1 {
		return nil // the same form again
	}
	if m.State != Invited {
		return fault.Explain(fault.Conflict, "meeting.error.step")
	}
	return s.notify(ctx, tx, id, noticeChange)
}

// Stop cancels or postpones a sitting with a reason and tells whoever was
// invited. A cancelled sitting's items wait in the backlog for another. A
// second call changes nothing. It returns fault.Fields without a reason,
// fault.Conflict in a state from which it cannot be stopped, fault.Forbidden to
// all but the office and fault.NotFound.
func (s *Service) Stop(ctx context.Context, tx *db.Tx, id uuid.UUID, to State, why string) error {
	m, err := lockFor(ctx, tx, access.KeepSittings, id)
	if err != nil {
		return err
	}
	if m.State == to {
		return nil
	}
	if err := mayMove(tx.Actor, m, to); err != nil {
		return err
	}
	f := fault.Fields{}
	f.Require("why", why, MaxWhy)
	if err := f.Err(); err != nil {
		return err
	}
	b := &pgx.Batch{}
	b.Queue(`UPDATE meeting SET state = $2, stopped_why = $3 WHERE id = $1`, id, to, why)
	if to == Cancelled {
		if err := queueOutcomes(ctx, tx, b, m, nil); err != nil {
			return err
		}
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("stop sitting %s: %w", id, err)
	}
	if m.State == Planned {
		return nil // nobody knows of it
	}
	return s.notify(ctx, tx, id, noticeCancellation)
}
