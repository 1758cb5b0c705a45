package body

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
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
