package body

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
)

const bylawsColumns = `id, body_id, valid_from, name, source, notice_days, notice_unit, proposal_days, quorum, quorum_second, majority,
	circular, circular_days, circular_silence, minutes_months, objection_days, objection_unit, objection_start, restart_clock,
	silence_approves, late_objections, objections_decided_by, objections_open, public, successor_reads, non_public_copy`

// BylawsOn returns the rules of procedure in force in a body on a day, the
// [Defaults] if it has none.
func BylawsOn(ctx context.Context, tx *db.Tx, bodyID uuid.UUID, on calendar.Date) (Bylaws, error) {
	rows, _ := tx.Query(ctx, `
		SELECT `+bylawsColumns+`
		FROM bylaws
		WHERE body_id = $1 AND valid_from <= $2 AND withdrawn_at IS NULL
		ORDER BY valid_from DESC, recorded_at DESC
		LIMIT 1`, bodyID, on)
	b, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Bylaws])
	if errors.Is(err, pgx.ErrNoRows) {
		b = Defaults()
		b.BodyID = bodyID
		return b, nil
	}
	if err != nil {
		return Bylaws{}, fmt.Errorf("rules of body %s: %w", bodyID, err)
	}
	return b, nil
}

// BylawsOf returns every version of a body's rules that was not withdrawn, the
// newest first.
func BylawsOf(ctx context.Context, tx *db.Tx, bodyID uuid.UUID) ([]Bylaws, error) {
	rows, _ := tx.Query(ctx, `
		SELECT `+bylawsColumns+`
		FROM bylaws
		WHERE body_id = $1 AND withdrawn_at IS NULL
		ORDER BY valid_from DESC, recorded_at DESC`, bodyID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Bylaws])
	if err != nil {
		return nil, fmt.Errorf("rules of body %s: %w", bodyID, err)
	}
	return list, nil
}

// QueueBylaws queues the insertion of a version of the rules. recordedAt counts
// for seeds alone; otherwise the database says when it learnt of them.
func QueueBylaws(batch *pgx.Batch, b Bylaws, recordedAt time.Time) {
	batch.Queue(`
		INSERT INTO bylaws (`+bylawsColumns+`, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)`,
		b.ID, b.BodyID, b.ValidFrom, b.Name, b.Source, b.NoticeDays, b.NoticeUnit, b.ProposalDays, b.Quorum, b.QuorumSecond, b.Majority,
		b.Circular, b.CircularDays, b.CircularSilence, b.MinutesMonths, b.ObjectionDays, b.ObjectionUnit, b.ObjectionStart, b.RestartClock,
		b.SilenceApproves, b.LateObjections, b.ObjectionsDecidedBy, b.ObjectionsOpen, b.Public, b.SuccessorReads, b.NonPublicCopy, recordedAt)
}

// Version is a version of the rules with both clocks.
type Version struct {
	Bylaws
	fact.Record
}

// Versions returns every version of a body's rules that was ever recorded,
// withdrawn ones too, the newest first.
func Versions(ctx context.Context, tx *db.Tx, bodyID uuid.UUID) ([]Version, error) {
	rows, _ := tx.Query(ctx, `
		SELECT `+bylawsColumns+`, recorded_at, recorded_by,
			(SELECT name FROM person r WHERE r.programme_id = b.programme_id AND r.id = b.recorded_by) AS recorder, withdrawn_at,
			(SELECT name FROM person w WHERE w.programme_id = b.programme_id AND w.id = b.withdrawn_by) AS withdrawer, withdrawn_why, simulated
		FROM bylaws b
		WHERE body_id = $1
		ORDER BY valid_from DESC, recorded_at DESC`, bodyID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Version])
	if err != nil {
		return nil, fmt.Errorf("versions of the rules of body %s: %w", bodyID, err)
	}
	return list, nil
}

// AdoptBylaws records rules of procedure that apply from a day on. It returns
// fault.Fields for bad input and for a day from which other rules apply
// already, and fact.ErrRepeated if the form was sent before.
func AdoptBylaws(ctx context.Context, tx *db.Tx, b Bylaws) error {
	if !tx.Actor.MayAt(access.KeepBylaws, b.BodyID) {
		return fmt.Errorf("rules of body %s: %w", b.BodyID, fault.Forbidden)
	}
	if err := b.Validate(); err != nil {
		return err
	}
	return insertBylaws(ctx, tx, b)
}

func insertBylaws(ctx context.Context, tx *db.Tx, b Bylaws) error {
	// Two that record a version for the same day at once: the lock of the
	// second clock lets one of them see the other.
	batch := &pgx.Batch{}
	QueueBylaws(batch, b, tx.Now)
	err := tx.SendBatch(ctx, batch).Close()
	if db.Constraint(err) == "bylaws_pkey" {
		return errors.Join(fact.ErrRepeated, err)
	}
	if err != nil {
		return fmt.Errorf("record rules of body %s: %w", b.BodyID, err)
	}
	var same int
	err = tx.QueryRow(ctx, `
		SELECT count(*) FROM bylaws WHERE body_id = $1 AND valid_from = $2 AND withdrawn_at IS NULL`, b.BodyID, b.ValidFrom).Scan(&same)
	if err != nil {
		return fmt.Errorf("record rules of body %s: %w", b.BodyID, err)
	}
	if same > 1 {
		return fault.Field("valid_from", "body.error.rules_taken")
	}
	return nil
}

// CorrectBylaws withdraws a version that was recorded wrongly and puts b in its
// place, with the reason. It returns fault.Fields for bad input, fault.NotFound
// for a version of another body and fault.Conflict if it was withdrawn before.
func CorrectBylaws(ctx context.Context, tx *db.Tx, wrong uuid.UUID, b Bylaws, why string) error {
	if !tx.Actor.MayAt(access.KeepBylaws, b.BodyID) {
		return fmt.Errorf("rules of body %s: %w", b.BodyID, fault.Forbidden)
	}
	f, ok := fault.AsFields(b.Validate())
	if !ok {
		f = fault.Fields{}
	}
	fact.CheckWhy(f, why)
	if err := f.Err(); err != nil {
		return err
	}
	var withdrawn bool
	err := tx.QueryRow(ctx, `SELECT withdrawn_at IS NOT NULL FROM bylaws WHERE id = $1 AND body_id = $2`, wrong, b.BodyID).Scan(&withdrawn)
	if err != nil {
		return fmt.Errorf("rules %s: %w", wrong, err)
	}
	if withdrawn {
		return fault.Explain(fault.Conflict, "fact.already_corrected")
	}
	err = tx.ExecOne(ctx, `UPDATE bylaws SET withdrawn_at = now(), withdrawn_why = $2 WHERE id = $1 AND withdrawn_at IS NULL`, wrong, why)
	if err != nil {
		return fmt.Errorf("withdraw rules %s: %w", wrong, err)
	}
	return insertBylaws(ctx, tx, b)
}
