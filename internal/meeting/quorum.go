package meeting

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// Count is who may vote at a moment of a sitting.
type Count struct {
	Rules   body.Bylaws
	Seats   []body.Seat // all of the body on the day
	There   []uuid.UUID // voting seats that somebody takes, without the biased
	Voting  int         // voting seats of the body
	Present int         // of them There
	Needed  int
	Met     bool // the body can decide
}

// CountAt counts the voting seats that are taken at the moment and not biased
// on the item, and says whether the body can decide. A zero item is none.
func CountAt(ctx context.Context, tx *db.Tx, m Meeting, itemID uuid.UUID, at time.Time) (Count, error) {
	seats, err := body.Roster(ctx, tx, m.BodyID, m.Day)
	if err != nil {
		return Count{}, err
	}
	rules, err := body.BylawsOn(ctx, tx, m.BodyID, m.Day)
	if err != nil {
		return Count{}, err
	}
	there, err := Attendance(ctx, tx, m.ID)
	if err != nil {
		return Count{}, err
	}
	biased, err := BiasOf(ctx, tx, itemID)
	if err != nil {
		return Count{}, err
	}
	return count(rules, seats, there, biased, m.Second, at), nil
}

func count(rules body.Bylaws, seats []body.Seat, there []Attended, biased map[uuid.UUID]bool, second bool, at time.Time) Count {
	c := Count{Rules: rules, Seats: seats, Voting: body.VotingSeats(seats)}
	taken := map[uuid.UUID]bool{}
	for _, a := range there {
		taken[a.SeatID] = taken[a.SeatID] || a.At(at)
	}
	for _, s := range seats {
		if s.Voting && taken[s.ID] && !biased[s.ID] {
			c.There = append(c.There, s.ID)
		}
	}
	c.Present = len(c.There)
	c.Met, c.Needed = body.QuorumOf(rules, c.Voting, c.Present, second)
	return c
}

// BiasOf returns the seats that are biased (befangen) on an item.
func BiasOf(ctx context.Context, tx *db.Tx, itemID uuid.UUID) (map[uuid.UUID]bool, error) {
	rows, _ := tx.Query(ctx, `SELECT seat_id FROM bias WHERE agenda_item_id = $1`, itemID)
	list, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		return nil, fmt.Errorf("bias on agenda item %s: %w", itemID, err)
	}
	biased := make(map[uuid.UUID]bool, len(list))
	for _, id := range list {
		biased[id] = true
	}
	return biased, nil
}

// SetBias says which seats are biased on an item and so do not vote on it. It
// returns fault.Fields for a seat of another body, fault.Conflict unless the
// sitting is in session, fault.Forbidden and fault.NotFound.
func SetBias(ctx context.Context, tx *db.Tx, itemID uuid.UUID, seats []uuid.UUID) error {
	item, err := sessionItem(ctx, tx, itemID)
	if err != nil {
		return err
	}
	roster, err := body.Roster(ctx, tx, item.BodyID, calendar.Of(tx.Now))
	if err != nil {
		return err
	}
	known := map[uuid.UUID]bool{}
	for _, s := range roster {
		known[s.ID] = true
	}
	b := &pgx.Batch{}
	b.Queue(`DELETE FROM bias WHERE agenda_item_id = $1 AND seat_id <> ALL ($2)`, itemID, append([]uuid.UUID{}, seats...))
	for _, id := range seats {
		if !known[id] {
			return fault.Field("seat", "field.choice")
		}
		b.Queue(`INSERT INTO bias (agenda_item_id, seat_id, body_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, itemID, id, item.BodyID)
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("bias on agenda item %s: %w", itemID, err)
	}
	return nil
}
