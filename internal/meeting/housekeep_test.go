package meeting_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/document"
	"rundertisch/internal/meeting"
	"rundertisch/internal/testdb"
)

// TestHousekeepingFreesRemovedPapers: the bytes of a removed paper go after
// thirty days and the day of the sweep, and their room with them; others stay.
func TestHousekeepingFreesRemovedPapers(t *testing.T) {
	t.Parallel()
	d, clock := open(t)
	*clock = time.Now() // the database's own clock says since when a file is loose
	files := document.MemoryStore()
	t.Cleanup(func() { _ = files.Close() })
	id := plan(t, d, func(in *meeting.Input) { in.Day = today.AddDays(4000) })
	keys := map[string]uuid.UUID{}
	for _, name := range []string{"kept", "removed"} {
		n := meeting.NewPaper{ID: uuid.New()}
		u := document.Upload{Name: name + ".txt", Data: []byte(name)}
		if err := meeting.AddPaper(testdb.As(t.Context(), office), d.DB, files, id, n, u); err != nil {
			t.Fatal(err)
		}
		d.MustWrite(t, office, access.KeepSittings, func(ctx context.Context, tx *db.Tx) error {
			p, err := meeting.PaperByID(ctx, tx, id, n.ID)
			if keys[name] = p.FileID; err == nil && name == "removed" {
				err = meeting.RemovePaper(ctx, tx, id, n.ID)
			}
			return err
		})
	}
	for _, tt := range []struct {
		after time.Duration
		left  []string
		room  int64
	}{
		{29 * 24 * time.Hour, []string{"kept", "removed"}, 11},
		{31 * 24 * time.Hour, []string{"kept"}, 4}, // the row went just now by the database's clock
	} {
		*clock = time.Now().Add(tt.after)
		for range 2 { // a repeat harms nothing
			if err := meeting.HousekeepAll(t.Context(), d.DB); err != nil {
				t.Fatal(err)
			}
		}
		d.MustWrite(t, testdb.Saxony.System(), access.Housekeep, func(ctx context.Context, tx *db.Tx) error {
			return document.Sweep(ctx, tx, files)
		})
		var left []string
		for name, key := range keys {
			if r, err := files.Open(t.Context(), key); err == nil {
				_ = r.Close()
				left = append(left, name)
			}
		}
		slices.Sort(left)
		if !slices.Equal(left, tt.left) {
			t.Errorf("after %s: %v are left, want %v", tt.after, left, tt.left)
		}
		d.MustRead(t, testdb.Saxony.System(), access.Housekeep, func(ctx context.Context, tx *db.Tx) error {
			var room int64
			err := tx.QueryRow(ctx, `SELECT coalesce(sum(size), 0) FROM stored_file`).Scan(&room)
			if room != tt.room {
				t.Errorf("after %s: %d bytes are registered, want %d", tt.after, room, tt.room)
			}
			return err
		})
	}
	for _, a := range []access.Actor{office, chair, member} { // nobody but the system deletes a row
		d.MustWrite(t, a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error {
			n, err := tx.Exec(ctx, `DELETE FROM paper`)
			if n != 0 {
				t.Errorf("%s deletes %d papers", a.Name, n)
			}
			return err
		})
	}
}
