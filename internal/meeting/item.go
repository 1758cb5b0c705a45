package meeting

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// AddItem puts a new item at the end of a sitting's agenda. The office may at
// any time before the sitting ends, the chair while it sits. A second call with
// the same id adds nothing. It returns fault.Fields for bad input,
// fault.Conflict once the sitting is over, fault.Forbidden and fault.NotFound.
func AddItem(ctx context.Context, tx *db.Tx, meetingID uuid.UUID, n NewItem) error {
	m, err := lockForAgenda(ctx, tx, meetingID)
	if err != nil {
		return err
	}
	if err := n.validate(); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO agenda_item (id, meeting_id, body_id, day, ordinal, kind, title, description, minutes, presenter, non_public, subject_id)
		VALUES ($1, $2, $3, $4, (SELECT coalesce(max(ordinal), 0) + 1 FROM agenda_item WHERE meeting_id = $2),
			$5, $6, $7, nullif($8, 0), $9, $10, $11)
		ON CONFLICT DO NOTHING`,
		n.ID, m.ID, m.BodyID, m.Day, n.Kind, n.Title, n.Description, n.Minutes, n.Presenter, n.NonPublic, n.SubjectID)
	if err != nil {
		return fmt.Errorf("add an item to sitting %s: %w", meetingID, saySubject(err))
	}
	return nil
}

// ChangeItem writes what a form says over an item that has not been treated,
// on an agenda or in the backlog. version is the one that was read. It returns
// fault.Fields for bad input, fault.Stale if somebody else changed it
// meanwhile, fault.Conflict once it was treated, fault.Forbidden and
// fault.NotFound.
func ChangeItem(ctx context.Context, tx *db.Tx, id uuid.UUID, version int, n NewItem) error {
	item, err := keepItem(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := n.validate(); err != nil {
		return err
	}
	if item.Kind == Objection && item.SubjectID != nil && n.Kind != Objection {
		return fault.Field("kind", "meeting.error.objection_kind") // the objection waits for this item
	}
	subject := item.SubjectID
	if n.Kind == Approval || item.Kind == Approval {
		subject = n.SubjectID
	}
	touched, err := tx.Exec(ctx, `
		UPDATE agenda_item
		SET kind = $2, title = $3, description = $4, minutes = nullif($5, 0), presenter = $6, non_public = $7, subject_id = $9
		WHERE id = $1 AND version = $8`, id, n.Kind, n.Title, n.Description, n.Minutes, n.Presenter, n.NonPublic, version, subject)
	if err != nil {
		return fmt.Errorf("change agenda item %s: %w", id, saySubject(err))
	}
	if touched == 0 {
		return fmt.Errorf("agenda item %s: %w", id, fault.Stale)
	}
	return nil
}

// Spot is where an item stands on its agenda, counted from 1.
type Spot struct{ Number, Of int }

// MoveItem moves an item one place up or down on its agenda and returns where
// it stands then. It returns fault.Conflict once the sitting is over,
// fault.Forbidden and fault.NotFound.
func MoveItem(ctx context.Context, tx *db.Tx, id uuid.UUID, up bool) (Spot, error) {
	item, err := keepItem(ctx, tx, id)
	if err != nil {
		return Spot{}, err
	}
	if item.MeetingID == nil {
		return Spot{}, fmt.Errorf("move agenda item %s: %w", id, fault.NotFound)
	}
	agenda, err := Agenda(ctx, tx, *item.MeetingID)
	if err != nil {
		return Spot{}, err
	}
	at := Spot{Of: len(agenda)}
	b := &pgx.Batch{}
	for i, ordinal := range moved(agenda, id, up) {
		if agenda[i].ID == id {
			at.Number = ordinal
		}
		if agenda[i].Ordinal != ordinal {
			b.Queue(`UPDATE agenda_item SET ordinal = $2 WHERE id = $1`, agenda[i].ID, ordinal)
		}
	}
	if b.Len() == 0 {
		return at, nil
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return Spot{}, fmt.Errorf("move agenda item %s: %w", id, err)
	}
	return at, nil
}

// moved returns the new ordinals of an agenda in which one item swaps places
// with its neighbour.
func moved(agenda []Item, id uuid.UUID, up bool) []int {
	ordinals := make([]int, len(agenda))
	at := -1
	for i, item := range agenda {
		ordinals[i] = i + 1
		if item.ID == id {
			at = i
		}
	}
	to := at + 1
	if up {
		to = at - 1
	}
	if at >= 0 && to >= 0 && to < len(agenda) {
		ordinals[at], ordinals[to] = ordinals[to], ordinals[at]
	}
	return ordinals
}

// RemoveItem takes an item off its agenda into the backlog. It returns
// fault.Conflict once the item was treated, fault.Forbidden and fault.NotFound.
func RemoveItem(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	if _, err := keepItem(ctx, tx, id); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE agenda_item SET meeting_id = NULL, day = NULL, ordinal = 0, state = 'backlog' WHERE id = $1`, id)
	if err != nil {
		return fmt.Errorf("remove agenda item %s: %w", id, err)
	}
	return nil
}

// StrikeItem deletes an item of the backlog for good. It returns fault.Conflict
// for one that is on an agenda or by which a sitting owes an answer, as to an
// objection, fault.Forbidden to all but the office and
// fault.NotFound.
func StrikeItem(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	item, err := keepItem(ctx, tx, id)
	if err != nil {
		return err
	}
	if !tx.Actor.MayAt(access.KeepSittings, item.BodyID) {
		return fmt.Errorf("strike agenda item %s: %w", id, fault.Forbidden)
	}
	if item.State != ItemBacklog || item.Kind == Objection && item.SubjectID != nil {
		return fault.Explain(fault.Conflict, "meeting.error.item_state")
	}
	if err := tx.ExecOne(ctx, `DELETE FROM agenda_item WHERE id = $1 AND state = 'backlog'`, id); err != nil {
		return fmt.Errorf("strike agenda item %s: %w", id, err)
	}
	return nil
}

// Schedule puts an item that waits, or a member's proposal, at the end of a
// sitting's agenda: a proposal is thereby accepted. It returns fault.Conflict
// if the item no longer waits or the sitting is over, fault.Forbidden to all
// but the office, and fault.NotFound, also for a sitting of another body.
func Schedule(ctx context.Context, tx *db.Tx, id, meetingID uuid.UUID) error {
	item, err := ItemByID(ctx, tx, id)
	if err != nil {
		return err
	}
	if !tx.Actor.MayAt(access.KeepSittings, item.BodyID) {
		return fmt.Errorf("schedule agenda item %s: %w", id, fault.Forbidden)
	}
	m, err := lockForAgenda(ctx, tx, meetingID)
	if err != nil {
		return err
	}
	if m.BodyID != item.BodyID {
		return fmt.Errorf("schedule agenda item %s: %w", id, fault.NotFound)
	}
	n, err := tx.Exec(ctx, `
		UPDATE agenda_item
		SET meeting_id = $2, day = $3, state = 'planned',
			ordinal = (SELECT coalesce(max(ordinal), 0) + 1 FROM agenda_item WHERE meeting_id = $2)
		WHERE id = $1 AND state IN ('proposed', 'backlog')`, id, m.ID, m.Day)
	if db.Constraint(err) == "item_names_minutes" {
		return errors.Join(fault.Explain(fault.Conflict, "meeting.error.subject"), err)
	}
	if err != nil {
		return fmt.Errorf("schedule agenda item %s: %w", id, err)
	}
	if n == 0 {
		return fault.Explain(fault.Conflict, "meeting.error.item_state")
	}
	return nil
}

// lockForAgenda returns a sitting whose agenda the actor may change now.
func lockForAgenda(ctx context.Context, tx *db.Tx, meetingID uuid.UUID) (Meeting, error) {
	m, err := lockFor(ctx, tx, access.RunSitting, meetingID)
	if err != nil {
		return Meeting{}, err
	}
	if m.State != InSession && !tx.Actor.MayAt(access.KeepSittings, m.BodyID) {
		return Meeting{}, fmt.Errorf("agenda of sitting %s: %w", meetingID, fault.Forbidden)
	}
	if m.State != InSession && !m.State.Open() {
		return Meeting{}, fault.Explain(fault.Conflict, "meeting.error.over")
	}
	return m, nil
}

// keepItem returns an item that waits or is planned and that the actor may
// change now.
func keepItem(ctx context.Context, tx *db.Tx, id uuid.UUID) (Item, error) {
	item, err := ItemByID(ctx, tx, id)
	if err != nil {
		return Item{}, err
	}
	if !tx.Actor.MayAt(access.RunSitting, item.BodyID) {
		return Item{}, fmt.Errorf("change agenda item %s: %w", id, fault.Forbidden)
	}
	if item.MeetingID != nil {
		if _, err := lockForAgenda(ctx, tx, *item.MeetingID); err != nil {
			return Item{}, err
		}
	}
	if item, err = ItemByID(ctx, tx, id); err != nil { // as it is under the lock
		return Item{}, err
	}
	if item.State != ItemPlanned && item.State != ItemBacklog {
		return Item{}, fault.Explain(fault.Conflict, "meeting.error.item_state")
	}
	return item, nil
}
