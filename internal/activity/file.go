package activity

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/document"
	"rundertisch/internal/fault"
)

// MaxFiles is how many files an entry may have. A log is no archive: what is
// more belongs into the district's own records.
const MaxFiles = 10

// File is a file of an entry. Who sees the entry may have it.
type File struct {
	ID          uuid.UUID
	FileID      uuid.UUID // by which the store finds it
	Name        string
	ContentType string
	Size        int64 // bytes
	CreatedAt   time.Time
	Creator     string // who attached it; "" if nobody knows
}

// Kind names the kind of file as people know it: "PDF".
func (f File) Kind() string {
	return strings.ToUpper(strings.TrimPrefix(path.Ext(f.Name), "."))
}

const fileColumns = `f.id, f.file_id, f.file_name AS name, f.content_type, f.size, f.created_at, coalesce(p.name, '') AS creator
	FROM activity_file f
	LEFT JOIN person p ON p.programme_id = f.programme_id AND p.id = f.created_by`

// Files returns the files of the entry, the oldest first.
func Files(ctx context.Context, tx *db.Tx, activity uuid.UUID) ([]File, error) {
	rows, _ := tx.Query(ctx, `SELECT `+fileColumns+`
		WHERE f.activity_id = $1 AND f.removed_at IS NULL
		ORDER BY f.created_at, f.id`, activity)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[File])
	if err != nil {
		return nil, fmt.Errorf("files of activity %s: %w", activity, err)
	}
	return list, nil
}

// FileByID returns a file of the entry. It returns fault.NotFound if there is
// none, if it was removed or if the entry is not the actor's to see.
func FileByID(ctx context.Context, tx *db.Tx, activity, id uuid.UUID) (File, error) {
	rows, _ := tx.Query(ctx, `SELECT `+fileColumns+`
		WHERE f.id = $1 AND f.activity_id = $2 AND f.removed_at IS NULL`, id, activity)
	f, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[File])
	if err != nil {
		return File{}, fmt.Errorf("file %s of activity %s: %w", id, activity, err)
	}
	return f, nil
}

// AttachFile adds an upload to the entry; id is the new row's. The same form
// sent again changes nothing. It opens transactions of its own, since the file
// is stored between two of them (document.Store.Attach). It fails with
// fault.Fields for "file" for a file that is not taken and for one too many,
// fault.Forbidden if the actor only reads the entry, fault.NotFound if there is
// none, fault.Stale if it was deleted, and fault.Conflict if the id is taken.
func AttachFile(ctx context.Context, d *db.DB, store *document.Store, activity, id uuid.UUID, u document.Upload) error {
	err := store.Attach(ctx, d, access.LogActivity, u,
		func(tx *db.Tx) error { return placeForFile(ctx, tx, activity, id) },
		func(tx *db.Tx, s document.Stored) error {
			// Asked again: others attach meanwhile.
			if err := placeForFile(ctx, tx, activity, id); err != nil {
				return err
			}
			return insertFile(ctx, tx, activity, id, s)
		})
	if err != nil {
		return fmt.Errorf("attach file to activity %s: %w", activity, err)
	}
	return nil
}

// placeForFile locks an entry that the actor may change and says whether the
// file id may be one of its files.
func placeForFile(ctx context.Context, tx *db.Tx, activity, id uuid.UUID) error {
	locked, others := 0, 0
	b := &pgx.Batch{}
	b.Queue(`
		SELECT 1 FROM activity
		WHERE id = $1 AND district_id = ANY ($2) AND NOT draft AND deleted_at IS NULL
		FOR NO KEY UPDATE`, activity, DistrictsOf(tx.Actor)).Query(count(&locked))
	// A statement of its own: it counts what was committed before the lock.
	b.Queue(`SELECT count(*) FROM activity_file WHERE activity_id = $1 AND id <> $2 AND removed_at IS NULL`, activity, id).
		QueryRow(func(row pgx.Row) error { return row.Scan(&others) })
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("place for file %s: %w", id, err)
	}
	switch {
	case locked == 0:
		return whyNot(ctx, tx, activity, "")
	case others >= MaxFiles:
		return fault.Field("file", "activity.error.files", "Max", MaxFiles)
	}
	return nil
}

func insertFile(ctx context.Context, tx *db.Tx, activity, id uuid.UUID, s document.Stored) error {
	n, err := tx.Exec(ctx, `
		INSERT INTO activity_file (id, activity_id, file_id, file_name, content_type, size, sha256)
		VALUES ($1, $2, $3, $4, $5, $6, decode($7, 'hex'))
		ON CONFLICT (programme_id, id) DO NOTHING`, id, activity, s.Key, s.Name, s.ContentType, s.Size, s.SHA256)
	if err != nil {
		return fmt.Errorf("insert file %s: %w", id, err)
	}
	if n == 1 {
		return nil
	}
	var same bool
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM activity_file WHERE id = $1 AND activity_id = $2
		AND sha256 = decode($3, 'hex') AND created_by = current_person() AND removed_at IS NULL)`, id, activity, s.SHA256).Scan(&same)
	if err == nil && !same {
		err = fault.Conflict
	}
	if err != nil {
		return fmt.Errorf("insert file %s again: %w", id, err)
	}
	return nil
}

// RemoveFile takes a file from the entry; for BinDays it can be brought back.
// Removing it again changes nothing. It returns fault.Forbidden if the actor
// only reads the entry and fault.NotFound if there is none.
func RemoveFile(ctx context.Context, tx *db.Tx, activity, id uuid.UUID) error {
	return touchFile(ctx, tx, activity, id, `removed_at = coalesce(removed_at, now())`)
}

// RestoreFile brings a removed file back. It fails as RemoveFile does, and with
// fault.Fields for "file" if others took its place.
func RestoreFile(ctx context.Context, tx *db.Tx, activity, id uuid.UUID) error {
	if err := placeForFile(ctx, tx, activity, id); err != nil {
		return err
	}
	return touchFile(ctx, tx, activity, id, `removed_at = NULL`)
}

// touchFile sets a column of a file that the actor may change. set is SQL of
// this package, never of a user.
func touchFile(ctx context.Context, tx *db.Tx, activity, id uuid.UUID, set string) error {
	n, err := tx.Exec(ctx, `UPDATE activity_file SET `+set+` WHERE id = $1 AND activity_id = $2 AND district_id = ANY ($3)`,
		id, activity, DistrictsOf(tx.Actor))
	if err != nil {
		return fmt.Errorf("change file %s: %w", id, err)
	}
	if n == 1 {
		return nil
	}
	if err := whyNot(ctx, tx, activity, ""); !errors.Is(err, fault.Stale) {
		return err
	}
	return fmt.Errorf("change file %s: %w", id, fault.NotFound)
}
