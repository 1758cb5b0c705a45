package body

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// SetChair gives the chair to a seat from a day on; whoever chaired until then
// ends the day before. It returns fault.Fields for bad input, for a seat that
// may not chair (§ 8 (4) SächsKHG: a statutory member; VwV GemLG: one of the
// state's) or is not there on the day, and for a day on or before which another
// change of the chair is on record.
func SetChair(ctx context.Context, tx *db.Tx, b Body, seatID uuid.UUID, from calendar.Date) error {
	s, err := seatToKeep(ctx, tx, b, seatID)
	if err != nil {
		return err
	}
	f := fault.Fields{}
	checkFrom(f, "from", from)
	if f.Err() == nil && !s.Valid.Contains(from) {
		f.Add("from", "body.error.outside_seat")
	}
	if !s.Group.mayChair(b.Kind) {
		f.Add("seat", "body.error.may_not_chair")
	}
	if err := f.Err(); err != nil {
		return err
	}
	var later bool
	err = tx.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM body_chair WHERE body_id = $1 AND withdrawn_at IS NULL AND lower(valid) >= $2)`, b.ID, from).Scan(&later)
	if err != nil {
		return fmt.Errorf("chair of body %s: %w", b.ID, err)
	}
	if later {
		return fault.Field("from", "body.error.chair_later")
	}
	if err := cutChairs(ctx, tx, `body_id`, b.ID, from); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO body_chair (body_id, seat_id, valid) VALUES ($1, $2, $3)`,
		b.ID, seatID, calendar.Range{From: from, To: s.Valid.To})
	if db.Constraint(err) == "body_chair_once" { // somebody else was faster
		return fault.Field("from", "body.error.chair_later")
	}
	if err != nil {
		return fmt.Errorf("chair of body %s: %w", b.ID, err)
	}
	return nil
}

func (g Group) mayChair(k Kind) bool {
	switch k {
	case Conference:
		return g.Statutory(k)
	case StateCommittee:
		return g == GroupState
	case WorkingGroup, SteeringGroup:
	}
	return g != GroupGuest
}

// cutChairs ends every chair of the body, or of the seat, that would last on
// the day or longer. column is body_id or seat_id.
func cutChairs(ctx context.Context, tx *db.Tx, column string, id uuid.UUID, end calendar.Date) error {
	rows, _ := tx.Query(ctx, `
		UPDATE body_chair SET withdrawn_at = now(), withdrawn_why = $3
		WHERE `+column+` = $1 AND withdrawn_at IS NULL AND (upper(valid) IS NULL OR upper(valid) > $2)
		RETURNING body_id, seat_id, valid`, id, end, whyEnded)
	type cut struct {
		BodyID, SeatID uuid.UUID
		Valid          calendar.Range
	}
	cuts, err := pgx.CollectRows(rows, pgx.RowToStructByName[cut])
	if err != nil {
		return fmt.Errorf("end chair of %s: %w", id, err)
	}
	b := &pgx.Batch{}
	for _, c := range cuts {
		if c.Valid.From.Before(end) {
			b.Queue(`INSERT INTO body_chair (body_id, seat_id, valid) VALUES ($1, $2, $3)`,
				c.BodyID, c.SeatID, calendar.Range{From: c.Valid.From, To: end})
		}
	}
	if b.Len() == 0 {
		return nil
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("end chair of %s: %w", id, err)
	}
	return nil
}
