package body

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
)

// MaxInstitution is how long the name of an institution may be, in characters.
const MaxInstitution = 160

// whyEnded stands on a fact that was withdrawn since its end became known.
const whyEnded = "beendet"

// VoteRule says whether a new seat votes.
type VoteRule string

// The values of VoteRule.
const (
	VoteAsUsual VoteRule = ""    // as is usual for the group in such a body
	VoteYes     VoteRule = "yes" // with a vote
	VoteNo      VoteRule = "no"  // without
)

// VoteRules returns every value, the usual one first.
func VoteRules() []VoteRule { return []VoteRule{VoteAsUsual, VoteYes, VoteNo} }

func (v VoteRule) of(g Group, k Kind) bool {
	if v == VoteAsUsual {
		return g.Voting(k)
	}
	return v == VoteYes
}

// NewSeat is a seat to be added.
type NewSeat struct {
	ID          uuid.UUID
	Institution string
	Group       Group
	Vote        VoteRule
	From        calendar.Date
}

// SeatByID returns a seat of the body, whenever it was, without its holders. It
// returns fault.NotFound for a seat of another body.
func SeatByID(ctx context.Context, tx *db.Tx, bodyID, id uuid.UUID) (Seat, error) {
	s := Seat{ID: id, BodyID: bodyID}
	err := tx.QueryRow(ctx, `
		SELECT institution, grp, voting, valid, version, coalesce(reopened_why, ''),
			EXISTS (SELECT FROM body_chair c WHERE c.programme_id = s.programme_id AND c.seat_id = s.id
				AND c.withdrawn_at IS NULL AND c.valid @> $3::date)
		FROM seat s
		WHERE id = $1 AND body_id = $2`, id, bodyID, calendar.Of(tx.Now)).
		Scan(&s.Institution, &s.Group, &s.Voting, &s.Valid, &s.Version, &s.Reopened, &s.Chair)
	if err != nil {
		return Seat{}, fmt.Errorf("seat %s: %w", id, err)
	}
	return s, nil
}

// AddSeat gives an institution a seat in the body from a day on. It returns
// fault.Fields for bad input and fact.ErrRepeated if the form was sent before.
func AddSeat(ctx context.Context, tx *db.Tx, b Body, n NewSeat) error {
	if err := mayKeepSeats(tx, b); err != nil {
		return err
	}
	f := fault.Fields{}
	f.Require("institution", n.Institution, MaxInstitution)
	checkFrom(f, "from", n.From)
	if !one(n.Group, Groups(b.Kind)) {
		f.Add("group", "body.error.choice")
	}
	if !one(n.Vote, VoteRules()) {
		f.Add("vote", "body.error.choice")
	}
	checkVote(f, b.Kind, n.Group, n.Vote.of(n.Group, b.Kind))
	if err := f.Err(); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO seat (id, body_id, institution, grp, voting, ordinal, valid)
		SELECT $1, $2, $3, $4, $5, coalesce(max(ordinal), -1) + 1, daterange($6, NULL) FROM seat WHERE body_id = $2`,
		n.ID, b.ID, n.Institution, n.Group, n.Vote.of(n.Group, b.Kind), n.From)
	if db.Constraint(err) == "seat_pkey" {
		return errors.Join(fact.ErrRepeated, err)
	}
	if err != nil {
		return fmt.Errorf("add seat to body %s: %w", b.ID, err)
	}
	return nil
}

// checkVote knows who never votes: guests anywhere, patient representatives (§
// 90a SGB V, VwV GemLG) and in the state committee nobody beyond the 13.
func checkVote(f fault.Fields, k Kind, g Group, votes bool) {
	if votes && (g == GroupGuest || g == GroupPatient || k == StateCommittee && !g.Voting(k)) {
		f.Add("vote", "body.error.no_vote")
	}
}

// checkFrom adds a fault for a day that is missing or cannot be meant. What
// begins later may be recorded now.
func checkFrom(f fault.Fields, name string, day calendar.Date) {
	switch {
	case day.IsZero():
		f.Add(name, "field.missing")
	case day.Year() < 2000 || day.Year() > 2100:
		f.Add(name, "field.date")
	}
}

// ChangeSeat changes the institution's name and whether the seat votes. It
// returns fault.Fields for bad input and fault.Stale if somebody else changed
// it since version.
func ChangeSeat(ctx context.Context, tx *db.Tx, b Body, seatID uuid.UUID, institution string, votes bool, version int) error {
	s, err := seatToKeep(ctx, tx, b, seatID)
	if err != nil {
		return err
	}
	f := fault.Fields{}
	f.Require("institution", institution, MaxInstitution)
	checkVote(f, b.Kind, s.Group, votes)
	if err := f.Err(); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE seat SET institution = $3, voting = $4 WHERE id = $1 AND version = $2`, seatID, version, institution, votes)
	if err != nil {
		return fmt.Errorf("change seat %s: %w", seatID, err)
	}
	if n == 0 {
		return fmt.Errorf("seat %s version %d: %w", seatID, version, fault.Stale)
	}
	return nil
}

// EndSeat records the last day of a seat. Whoever would hold it longer, and its
// chair, end with it. It returns fault.Fields for a day before the first.
func EndSeat(ctx context.Context, tx *db.Tx, b Body, seatID uuid.UUID, last calendar.Date) error {
	s, err := seatToKeep(ctx, tx, b, seatID)
	if err != nil {
		return err
	}
	f := fault.Fields{}
	checkFrom(f, "to", last)
	switch {
	case f.Err() != nil:
	case last.Before(s.Valid.From):
		f.Add("to", "body.error.ends_before_start")
	case !s.Valid.To.IsZero() && !last.Before(s.Valid.To):
		f.Add("to", "body.error.ended")
	}
	if err := f.Err(); err != nil {
		return err
	}
	end := last.AddDays(1)
	if err := cutHoldings(ctx, tx, seatID, end); err != nil {
		return err
	}
	if err := cutChairs(ctx, tx, `seat_id`, seatID, end); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE seat SET valid = daterange(lower(valid), $2) WHERE id = $1`, seatID, end)
	if err != nil {
		return fmt.Errorf("end seat %s: %w", seatID, err)
	}
	return nil
}

// ReopenSeat takes back the end of a seat that was ended by mistake, with the
// reason. Whoever held it does not come back by that, nor its chair. It returns
// fault.Fields without a reason, fault.Conflict for a seat without an end,
// fault.Forbidden to all but the office, and fault.NotFound.
func ReopenSeat(ctx context.Context, tx *db.Tx, b Body, seatID uuid.UUID, why string) error {
	s, err := seatToKeep(ctx, tx, b, seatID)
	if err != nil {
		return err
	}
	f := fault.Fields{}
	f.Require("why", why, fact.MaxWhy)
	if err := f.Err(); err != nil {
		return err
	}
	if s.Valid.To.IsZero() {
		return fault.Explain(fault.Conflict, "body.error.not_ended")
	}
	_, err = tx.Exec(ctx, `UPDATE seat SET valid = daterange(lower(valid), NULL), reopened_why = $2 WHERE id = $1`, seatID, why)
	if err != nil {
		return fmt.Errorf("reopen seat %s: %w", seatID, err)
	}
	return nil
}

// seatToKeep returns the seat if the actor may keep seats of the body. It
// returns fault.Forbidden if not, and fault.NotFound for a seat of another.
func seatToKeep(ctx context.Context, tx *db.Tx, b Body, seatID uuid.UUID) (Seat, error) {
	if err := mayKeepSeats(tx, b); err != nil {
		return Seat{}, err
	}
	return SeatByID(ctx, tx, b.ID, seatID)
}

func mayKeepSeats(tx *db.Tx, b Body) error {
	if !tx.Actor.MayAt(access.KeepSeats, b.ID) {
		return fmt.Errorf("keep seats of body %s: %w", b.ID, fault.Forbidden)
	}
	return nil
}

// cutHoldings ends whoever would hold the seat on the day or later: the record
// is withdrawn, and one that ends takes its place if it had begun.
func cutHoldings(ctx context.Context, tx *db.Tx, seatID uuid.UUID, end calendar.Date) error {
	rows, _ := tx.Query(ctx, `
		UPDATE seat_holder SET withdrawn_at = now(), withdrawn_why = $3
		WHERE seat_id = $1 AND withdrawn_at IS NULL AND (upper(valid) IS NULL OR upper(valid) > $2)
		RETURNING body_id, seat_id, person_id, slot, valid`, seatID, end, whyEnded)
	type cut struct {
		BodyID, SeatID, PersonID uuid.UUID
		Slot                     int
		Valid                    calendar.Range
	}
	cuts, err := pgx.CollectRows(rows, pgx.RowToStructByName[cut])
	if err != nil {
		return fmt.Errorf("end holders of seat %s: %w", seatID, err)
	}
	b := &pgx.Batch{}
	for _, c := range cuts {
		if c.Valid.From.Before(end) {
			b.Queue(`INSERT INTO seat_holder (body_id, seat_id, person_id, slot, valid) VALUES ($1, $2, $3, $4, $5)`,
				c.BodyID, c.SeatID, c.PersonID, c.Slot, calendar.Range{From: c.Valid.From, To: end})
		}
	}
	if b.Len() == 0 {
		return nil
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("end holders of seat %s: %w", seatID, err)
	}
	return nil
}
