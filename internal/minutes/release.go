package minutes

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// Released is a block that everybody may read, as it was when it was released.
type Released struct {
	BlockID    uuid.UUID
	ItemNumber string
	ItemTitle  string
	Number     string
	Kind       Kind
	Body       string
	No         int
	ReleasedAt time.Time
}

// ReleasedBlocks returns what of minutes is public, in order.
func ReleasedBlocks(ctx context.Context, tx *db.Tx, minutesID uuid.UUID) ([]Released, error) {
	rows, _ := tx.Query(ctx, `
		SELECT block_id, item_number, item_title, number, kind, body, no, released_at
		FROM minutes_release
		WHERE minutes_id = $1 AND withdrawn_at IS NULL
		ORDER BY ordinal`, minutesID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Released])
	if err != nil {
		return nil, fmt.Errorf("released parts of minutes %s: %w", minutesID, err)
	}
	return list, nil
}

// Release makes exactly these blocks of approved minutes public: others that
// were are taken back. It returns fault.Conflict for minutes that are not
// approved, fault.Forbidden to others than the office, and fault.NotFound for a
// block that is not of them or for members only.
func Release(ctx context.Context, tx *db.Tx, id uuid.UUID, blocks []uuid.UUID) error {
	m, err := lockFor(ctx, tx, id, access.ReleaseMinutes)
	if err != nil {
		return err
	}
	if !m.State.Sealed() {
		return fault.Explain(fault.Conflict, "minutes.error.not_approved")
	}
	if blocks == nil {
		blocks = []uuid.UUID{}
	}
	var known bool // for members only, or of other minutes: not to be released
	err = tx.QueryRow(ctx, `
		SELECT NOT EXISTS (SELECT FROM unnest($3::uuid[]) AS asked WHERE NOT EXISTS (SELECT FROM version_block v
			WHERE v.minutes_id = $1 AND v.no = $2 AND v.block_id = asked AND NOT v.non_public))`, m.ID, m.No, blocks).Scan(&known)
	if err != nil {
		return fmt.Errorf("parts of minutes %s: %w", m.ID, err)
	}
	if !known {
		return fmt.Errorf("release parts of minutes %s: %w", m.ID, fault.NotFound)
	}
	taken, err := tx.Exec(ctx, `
		UPDATE minutes_release SET withdrawn_at = $3
		WHERE minutes_id = $1 AND withdrawn_at IS NULL AND block_id <> ALL ($2)`, m.ID, blocks, tx.Now)
	if err != nil {
		return fmt.Errorf("take back parts of minutes %s: %w", m.ID, err)
	}
	given, err := tx.Exec(ctx, `
		INSERT INTO minutes_release (minutes_id, block_id, no, body_id, day, item_number, item_title, number, ordinal, kind, body)
		SELECT v.minutes_id, v.block_id, v.no, v.body_id, v.day, v.item_number, v.item_title, v.number, v.ordinal, v.kind, v.body
		FROM version_block v
		WHERE v.minutes_id = $1 AND v.no = $2 AND v.block_id = ANY ($3)
			AND NOT EXISTS (SELECT FROM minutes_release r
				WHERE r.minutes_id = v.minutes_id AND r.block_id = v.block_id AND r.withdrawn_at IS NULL)`, m.ID, m.No, blocks)
	if err != nil {
		return fmt.Errorf("release parts of minutes %s: %w", m.ID, err)
	}
	return noteRelease(ctx, tx, m, taken, given, len(blocks))
}

func noteRelease(ctx context.Context, tx *db.Tx, m Minutes, taken, given int64, public int) error {
	if taken > 0 {
		if err := record(ctx, tx, m, ReleaseTakenBack, ""); err != nil {
			return err
		}
	}
	if given > 0 {
		if err := record(ctx, tx, m, WasPublished, ""); err != nil {
			return err
		}
	}
	b := &pgx.Batch{}
	if public == 0 {
		b.Queue(`UPDATE minutes SET published_at = NULL WHERE id = $1`, m.ID)
		b.Queue(`UPDATE meeting SET public_at = NULL WHERE id = $1`, m.MeetingID)
	} else {
		b.Queue(`
			UPDATE minutes SET published_at = coalesce(published_at, $2), state = CASE WHEN state = 'published' THEN state ELSE 'published' END
			WHERE id = $1`, m.ID, tx.Now)
		b.Queue(`UPDATE meeting SET public_at = coalesce(public_at, $2) WHERE id = $1`, m.MeetingID, tx.Now)
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("publish minutes %s: %w", m.ID, err)
	}
	return nil
}

// PublicEntry are minutes of which something is public.
type PublicEntry struct {
	ID          uuid.UUID
	BodyName    string
	Day         calendar.Date
	Title       string
	PublishedAt time.Time
}

// PublicEntries lists minutes of which something is public, the newest first.
func PublicEntries(ctx context.Context, tx *db.Tx, limit int) ([]PublicEntry, error) {
	rows, _ := tx.Query(ctx, `
		SELECT m.id, b.name AS body_name, m.day, coalesce(s.title, '') AS title, m.published_at
		FROM minutes m
		JOIN body b ON b.programme_id = m.programme_id AND b.id = m.body_id
		LEFT JOIN meeting s ON s.programme_id = m.programme_id AND s.id = m.meeting_id
		WHERE m.published_at IS NOT NULL
		ORDER BY m.day DESC, b.name
		LIMIT $1`, limit)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[PublicEntry])
	if err != nil {
		return nil, fmt.Errorf("public minutes: %w", err)
	}
	return list, nil
}
