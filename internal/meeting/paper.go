package meeting

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// Paper is a file that belongs to a sitting, or to one item of it. Its bytes
// are in the store under its id.
type Paper struct {
	ID           uuid.UUID
	MeetingID    uuid.UUID
	BodyID       uuid.UUID
	AgendaItemID *uuid.UUID
	ItemTitle    string // "": of the sitting as a whole
	FileName     string
	ContentType  string
	Size         int64 // bytes
	NonPublic    bool
	CreatedAt    time.Time
}

// paperQuery reads papers that are not deleted. One of an item shows only to
// those who read the item: the policy on the item decides.
const paperQuery = `
	SELECT p.id, p.meeting_id, p.body_id, p.agenda_item_id, coalesce(i.title, '') AS item_title, p.file_name, p.content_type, p.size,
		p.non_public, p.created_at
	FROM paper p
	LEFT JOIN agenda_item i ON i.programme_id = p.programme_id AND i.id = p.agenda_item_id
	WHERE p.deleted_at IS NULL AND (p.agenda_item_id IS NULL OR i.id IS NOT NULL)`

// Papers returns the papers of a sitting that the actor may read, in the order
// of the agenda.
func Papers(ctx context.Context, tx *db.Tx, meetingID uuid.UUID) ([]Paper, error) {
	rows, _ := tx.Query(ctx, paperQuery+` AND p.meeting_id = $1 ORDER BY i.ordinal NULLS FIRST, p.created_at, p.id`, meetingID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Paper])
	if err != nil {
		return nil, fmt.Errorf("papers of sitting %s: %w", meetingID, err)
	}
	return list, nil
}

// PaperByID returns a paper of a sitting. It returns fault.NotFound if there is
// none that the actor may read.
func PaperByID(ctx context.Context, tx *db.Tx, meetingID, id uuid.UUID) (Paper, error) {
	rows, _ := tx.Query(ctx, paperQuery+` AND p.meeting_id = $1 AND p.id = $2`, meetingID, id)
	p, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Paper])
	if errors.Is(err, pgx.ErrNoRows) {
		err = fault.NotFound
	}
	if err != nil {
		return Paper{}, fmt.Errorf("paper %s: %w", id, err)
	}
	return p, nil
}

// NewPaper is a file that was stored under its id and belongs to a sitting from
// now on.
type NewPaper struct {
	ID          uuid.UUID
	ItemID      uuid.UUID // zero: of the sitting as a whole
	FileName    string
	ContentType string
	Size        int64
	SHA256      []byte
	NonPublic   bool
}

// AddPaper records a paper. known says that the sitting has the same file under
// the same name already: nothing is recorded then. It returns fault.Fields for
// an item of another sitting, fault.Conflict once the sitting is cancelled or
// closed, fault.Forbidden to all but the office and fault.NotFound.
func AddPaper(ctx context.Context, tx *db.Tx, meetingID uuid.UUID, n NewPaper) (known bool, err error) {
	m, err := lockFor(ctx, tx, access.KeepSittings, meetingID)
	if err != nil {
		return false, err
	}
	if m.State == Cancelled || m.State == Closed {
		return false, fault.Explain(fault.Conflict, "meeting.error.over")
	}
	itemID := (*uuid.UUID)(nil)
	if n.ItemID != uuid.Nil {
		item, err := ItemByID(ctx, tx, n.ItemID)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return false, err
		}
		if err != nil || item.MeetingID == nil || *item.MeetingID != m.ID {
			return false, fault.Field("item", "field.choice")
		}
		itemID, n.NonPublic = &n.ItemID, n.NonPublic || item.NonPublic
	}
	err = tx.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM paper WHERE meeting_id = $1 AND sha256 = $2 AND file_name = $3
			AND agenda_item_id IS NOT DISTINCT FROM $4 AND deleted_at IS NULL)`, m.ID, n.SHA256, n.FileName, itemID).Scan(&known)
	if err != nil || known {
		return known, err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO paper (id, meeting_id, body_id, day, agenda_item_id, file_name, content_type, size, sha256, non_public)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		n.ID, m.ID, m.BodyID, m.Day, itemID, n.FileName, n.ContentType, n.Size, n.SHA256, n.NonPublic)
	if err != nil {
		return false, fmt.Errorf("add a paper to sitting %s: %w", meetingID, err)
	}
	return false, nil
}

// RemovePaper takes a paper away; its row stays for the trail. It returns
// fault.Forbidden to all but the office and fault.NotFound.
func RemovePaper(ctx context.Context, tx *db.Tx, meetingID, id uuid.UUID) error {
	p, err := PaperByID(ctx, tx, meetingID, id)
	if err != nil {
		return err
	}
	if !tx.Actor.MayAt(access.KeepSittings, p.BodyID) {
		return fmt.Errorf("remove paper %s: %w", id, fault.Forbidden)
	}
	if err := tx.ExecOne(ctx, `UPDATE paper SET deleted_at = $2 WHERE id = $1 AND deleted_at IS NULL`, id, tx.Now); err != nil {
		return fmt.Errorf("remove paper %s: %w", id, err)
	}
	return nil
}
