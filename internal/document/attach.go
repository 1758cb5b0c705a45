package document

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// Quota is the room for all files of a programme, in bytes (reliability S46):
// 13 districts with 4 files of 2 MB a week fill it in nine years. A programme
// that needs more gets it here.
const Quota int64 = 50 << 30

// Patience is how long a file may lie in the store without a row that names
// it: far longer than an upload takes.
const Patience = 24 * time.Hour

// sweepMost is how many loose files go in one run.
const sweepMost = 1000

// Upload is what a person sends: a name and bytes of which nothing is known.
type Upload struct {
	Name string
	Data []byte
	Only Kind // the kind that is taken; "": each
}

// Attach keeps an upload together with the row that name inserts. The file is
// registered, stored, and then named, so that a failure at any point leaves
// neither half a file nor a row without one; what is left over is swept.
//
// check runs first, in the transaction that registers the file: whether the
// actor may attach here, and whether there is place for one more. name runs in
// a second one and inserts a row with Stored.Key as its file_id, in a table
// made by make_file_table. Both may run more than once.
//
// It returns what they return, fault.Fields for "file" if the file is not of a
// kind that is taken, is too large or finds no room, and fault.Unavailable if
// the disk is full.
func (s *Store) Attach(ctx context.Context, d *db.DB, act access.Action, u Upload, check func(*db.Tx) error, name func(*db.Tx, Stored) error) error {
	if u.Name == "" {
		return refuse("document.error.none")
	}
	kind, err := Inspect(u.Name, u.Data)
	if err != nil {
		return err
	}
	if u.Only != "" && kind != u.Only {
		return refuse("document.error.kind", "Kinds", strings.ToUpper(string(u.Only)))
	}
	key := uuid.New()
	err = d.Write(ctx, act, func(tx *db.Tx) error {
		if err := check(tx); err != nil {
			return err
		}
		return announce(ctx, tx, key, int64(len(u.Data)))
	})
	if err != nil {
		return err
	}
	stored, err := s.Put(ctx, key, kind, bytes.NewReader(u.Data))
	if err != nil {
		return err
	}
	stored.Name = SafeName(u.Name)
	return d.Write(ctx, act, func(tx *db.Tx) error { return name(tx, stored) })
}

// announce registers a file that is about to be stored.
func announce(ctx context.Context, tx *db.Tx, key uuid.UUID, size int64) error {
	var room bool
	if err := tx.QueryRow(ctx, `SELECT announce_file($1, $2, $3)`, key, size, Quota).Scan(&room); err != nil {
		return fmt.Errorf("announce file %s: %w", key, err)
	}
	if !room {
		return refuse("document.error.quota")
	}
	return nil
}

// Sweep deletes files that no row has named for longer than Patience: uploads
// that failed, and files whose rows were deleted. It is for a job of the
// system; the programme's files of every capability are meant.
func Sweep(ctx context.Context, tx *db.Tx, s *Store) error {
	rows, _ := tx.Query(ctx, `
		DELETE FROM stored_file f
		WHERE f.id IN (SELECT l.id FROM stored_file l WHERE l.loose_since < $1 ORDER BY l.loose_since LIMIT $2)
		RETURNING f.id`, tx.Now.Add(-Patience), sweepMost)
	keys, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		return fmt.Errorf("sweep files: %w", err)
	}
	// The rows go for good only if every file went; a file that went before
	// is no reason to stop.
	for _, key := range keys {
		if err := s.Delete(ctx, key); err != nil && !errors.Is(err, fault.NotFound) {
			return fmt.Errorf("sweep files: %w", err)
		}
	}
	return nil
}
