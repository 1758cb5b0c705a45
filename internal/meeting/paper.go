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
	"rundertisch/internal/document"
	"rundertisch/internal/fault"
)

// Paper is a file that belongs to a sitting, or to one item of it.
type Paper struct {
	ID           uuid.UUID
	FileID       uuid.UUID // by which the store finds it
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
	SELECT p.id, p.file_id, p.meeting_id, p.body_id, p.agenda_item_id, coalesce(i.title, '') AS item_title, p.file_name, p.content_type, p.size,
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

// NewPaper says where a file belongs.
type NewPaper struct {
	ID        uuid.UUID
	ItemID    uuid.UUID // zero: of the sitting as a whole
	NonPublic bool
}

// AddPaper adds an upload to the sitting. A file that the sitting has already,
// under the same name and at the same item, is not added again. It opens
// transactions of its own, since the file is stored between two of them
// (document.Store.Attach). It returns fault.Fields for "file" for a file that is
// not taken and for "item" for an item of another sitting, fault.Conflict once
// the sitting is cancelled or closed, fault.Forbidden to all but the office and
// fault.NotFound.
func AddPaper(ctx context.Context, d *db.DB, store *document.Store, meetingID uuid.UUID, n NewPaper, u document.Upload) error {
	err := store.Attach(ctx, d, access.KeepSittings, u,
		func(tx *db.Tx) error {
			_, _, err := placeForPaper(ctx, tx, meetingID, n)
			return err
		},
		func(tx *db.Tx, s document.Stored) error {
			m, n, err := placeForPaper(ctx, tx, meetingID, n) // again: others change the sitting meanwhile
			if err != nil {
				return err
			}
			return insertPaper(ctx, tx, m, n, s)
		})
	if err != nil {
		return fmt.Errorf("add a paper to sitting %s: %w", meetingID, err)
	}
	return nil
}

// placeForPaper returns the sitting, held against others, and the paper as
// closed as its item.
func placeForPaper(ctx context.Context, tx *db.Tx, meetingID uuid.UUID, n NewPaper) (Meeting, NewPaper, error) {
	m, err := lockFor(ctx, tx, access.KeepSittings, meetingID)
	if err != nil {
		return m, n, err
	}
	if m.State == Cancelled || m.State == Closed {
		return m, n, fault.Explain(fault.Conflict, "meeting.error.over")
	}
	if n.ItemID == uuid.Nil {
		return m, n, nil
	}
	item, err := ItemByID(ctx, tx, n.ItemID)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return m, n, err
	}
	if err != nil || item.MeetingID == nil || *item.MeetingID != m.ID {
		return m, n, fault.Field("item", "field.choice")
	}
	n.NonPublic = n.NonPublic || item.NonPublic
	return m, n, nil
}

// insertPaper names the stored file, unless the sitting has it already: then
// nothing names it and it is swept.
func insertPaper(ctx context.Context, tx *db.Tx, m Meeting, n NewPaper, s document.Stored) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO paper (id, meeting_id, body_id, day, agenda_item_id, file_id, file_name, content_type, size, sha256, non_public)
		SELECT $1, $2, $3, $4, i.id, $6, $7, $8, $9, decode($10, 'hex'), $11
		FROM (SELECT nullif($5::uuid, '00000000-0000-0000-0000-000000000000') AS id) AS i
		WHERE NOT EXISTS (SELECT FROM paper p
			WHERE p.meeting_id = $2 AND p.sha256 = decode($10, 'hex') AND p.file_name = $7
				AND p.agenda_item_id IS NOT DISTINCT FROM i.id AND p.deleted_at IS NULL)`,
		n.ID, m.ID, m.BodyID, m.Day, n.ItemID, s.Key, s.Name, s.ContentType, s.Size, s.SHA256, n.NonPublic)
	if err != nil {
		return fmt.Errorf("insert paper %s: %w", n.ID, err)
	}
	return nil
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
