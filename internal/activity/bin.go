package activity

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// BinDays is how long a deleted entry can be taken back.
const BinDays = 30

// Deleted is an entry in the bin.
type Deleted struct {
	ID         uuid.UUID
	Title      string
	Type       Type
	HappenedOn calendar.Date
	DeletedAt  time.Time
	Deleter    string
}

// Bin returns the entries of the actor's districts that can be taken back, the
// last deleted first.
func Bin(ctx context.Context, tx *db.Tx) ([]Deleted, error) {
	rows, _ := tx.Query(ctx, `
		SELECT a.id, a.title, a.type, a.happened_on, a.deleted_at, coalesce(p.name, '') AS deleter
		FROM activity a
		LEFT JOIN person p ON p.programme_id = a.programme_id AND p.id = a.changed_by
		WHERE a.district_id = ANY ($1) AND a.deleted_at > $2
		ORDER BY a.deleted_at DESC, a.id
		LIMIT 200`, DistrictsOf(tx.Actor), tx.Now.Add(-BinDays*24*time.Hour))
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Deleted])
	if err != nil {
		return nil, fmt.Errorf("bin of activities: %w", err)
	}
	return list, nil
}

// Housekeep deletes for good what lies in the bin for longer than BinDays, with
// the rows of its files (document.Sweep deletes the files themselves), and
// uploaded logs that nobody took over within a day. It is for a job.
func Housekeep(ctx context.Context, tx *db.Tx) error {
	b := &pgx.Batch{}
	old := tx.Now.Add(-BinDays * 24 * time.Hour)
	b.Queue(`DELETE FROM activity_file WHERE removed_at < $1 OR deleted_at < $1`, old)
	b.Queue(`DELETE FROM activity_partner WHERE deleted_at < $1`, old)
	b.Queue(`DELETE FROM activity WHERE deleted_at < $1`, old)
	b.Queue(`DELETE FROM activity_import WHERE committed_at IS NULL AND created_at < $1`, tx.Now.Add(-ImportPatience))
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("housekeep activities: %w", err)
	}
	return nil
}

// ImportPatience is how long an uploaded log waits to be taken over.
const ImportPatience = 24 * time.Hour
