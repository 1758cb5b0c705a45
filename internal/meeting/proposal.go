package meeting

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// Propose records an item that a member proposes for a sitting, on behalf of
// one of his seats. Whether it comes in time for a sitting says
// body.ProposalDeadline; a late one waits for the next. A second call with the
// same id adds nothing. It returns fault.Fields for bad input and
// fault.Forbidden if the actor does not hold the seat today.
func Propose(ctx context.Context, tx *db.Tx, seatID uuid.UUID, n NewItem) error {
	if !slices.Contains(tx.Actor.SeatsFor(access.ProposeItem, n.BodyID), seatID) {
		return fmt.Errorf("propose to body %s: %w", n.BodyID, fault.Forbidden)
	}
	n.Kind = Topic
	if err := n.validate(); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO agenda_item (id, body_id, title, description, minutes, presenter, non_public, state, proposed_by)
		VALUES ($1, $2, $3, $4, nullif($5, 0), $6, $7, 'proposed', $8)
		ON CONFLICT DO NOTHING`,
		n.ID, n.BodyID, n.Title, n.Description, n.Minutes, n.Presenter, n.NonPublic, seatID)
	if err != nil {
		return fmt.Errorf("propose to body %s: %w", n.BodyID, err)
	}
	return nil
}

// Decline refuses a proposal with a reason that the member reads. It returns
// fault.Fields without a reason, fault.Conflict if it was decided before,
// fault.Forbidden to all but the office and fault.NotFound.
func Decline(ctx context.Context, tx *db.Tx, id uuid.UUID, why string) error {
	return decideProposal(ctx, tx, id, func() error {
		f := fault.Fields{}
		f.Require("why", why, MaxWhy)
		return f.Err()
	}, `UPDATE agenda_item SET state = 'declined', declined_why = $2 WHERE id = $1 AND state = 'proposed'`, id, why)
}

// AcceptLater takes a proposal into the backlog. It returns fault.Conflict if
// it was decided before, fault.Forbidden to all but the office and
// fault.NotFound.
func AcceptLater(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	return decideProposal(ctx, tx, id, func() error { return nil }, `UPDATE agenda_item SET state = 'backlog' WHERE id = $1 AND state = 'proposed'`, id)
}

func decideProposal(ctx context.Context, tx *db.Tx, id uuid.UUID, check func() error, sql string, args ...any) error {
	item, err := ItemByID(ctx, tx, id)
	if err != nil {
		return err
	}
	if !tx.Actor.MayAt(access.KeepSittings, item.BodyID) {
		return fmt.Errorf("decide proposal %s: %w", id, fault.Forbidden)
	}
	if err := check(); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, sql, args...)
	if err != nil {
		return fmt.Errorf("decide proposal %s: %w", id, err)
	}
	if n == 0 {
		return fault.Explain(fault.Conflict, "meeting.error.item_state")
	}
	return nil
}
