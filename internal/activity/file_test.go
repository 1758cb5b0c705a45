package activity_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/db"
	"rundertisch/internal/document"
	"rundertisch/internal/fault"
	"rundertisch/internal/testdb"
)

func store(t testing.TB) *document.Store {
	t.Helper()
	s := document.MemoryStore()
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// note is a file that is taken.
func note(text string) document.Upload { return document.Upload{Name: "notiz.txt", Data: []byte(text)} }

func attach(t testing.TB, d *testdb.Instance, s *document.Store, a access.Actor, id, file uuid.UUID, u document.Upload) error {
	t.Helper()
	return activity.AttachFile(testdb.As(t.Context(), a), d.DB, s, id, file, u)
}

// attached attaches a file to an entry and returns its id.
func attached(t testing.TB, d *testdb.Instance, s *document.Store, a access.Actor, id uuid.UUID, u document.Upload) uuid.UUID {
	t.Helper()
	file := uuid.New()
	if err := attach(t, d, s, a, id, file, u); err != nil {
		t.Fatalf("AttachFile: %v", err)
	}
	return file
}

// registered counts the files of the programme, named by a row and loose.
func registered(t testing.TB, d *testdb.Instance) (named, loose int) {
	t.Helper()
	d.MustRead(t, testdb.Saxony.System(), access.Housekeep, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT count(*) FILTER (WHERE loose_since IS NULL), count(*) FILTER (WHERE loose_since IS NOT NULL) FROM stored_file`).Scan(&named, &loose)
	})
	return named, loose
}

func wantRegistered(t testing.TB, what string, d *testdb.Instance, named, loose int) {
	t.Helper()
	if n, l := registered(t, d); n != named || l != loose {
		t.Errorf("%s: %d files named and %d loose, want %d and %d", what, n, l, named, loose)
	}
}

// TestFileVisibility: a file is seen by those who see its entry, whatever
// becomes of the entry after the file was attached.
func TestFileVisibility(t *testing.T) {
	t.Parallel()
	d, s := open(t), store(t)
	tests := []struct {
		name       string
		visibility activity.Visibility
		deleted    bool
		removed    bool
		seenBy     string // readers of the row
	}{
		{"own", activity.Own, false, false, "a"},
		{"district", activity.District, false, false, "acs"},
		{"ministry", activity.Ministry, false, false, "acsm"},
		{"public", activity.Public, false, false, "acsnmy"},
		{"own, deleted", activity.Own, true, false, "a"},
		{"district, deleted", activity.District, true, false, "acs"},
		{"ministry, deleted", activity.Ministry, true, false, "acs"},
		{"public, deleted", activity.Public, true, false, "acs"},
		{"own, removed", activity.Own, false, true, "a"},
		{"ministry, removed", activity.Ministry, false, true, "acs"},
		{"public, removed", activity.Public, false, true, "acs"},
		{"public, removed and deleted", activity.Public, true, true, "acs"},
	}
	for _, tt := range tests {
		for _, late := range []bool{false, true} { // its readers are set before or after
			in := logOne(t, d, coordinator, func(in *activity.Input) {
				in.Visibility = tt.visibility
				if late {
					in.Visibility = activity.District
				}
			})
			file := attached(t, d, s, coordinator, in.ID, note(tt.name))
			err := write(t, d, coordinator, func(ctx context.Context, tx *db.Tx) error {
				err := activity.Release(ctx, tx, in.ID, tt.visibility)
				if tt.removed {
					err = errors.Join(err, activity.RemoveFile(ctx, tx, in.ID, file))
				}
				if tt.deleted {
					err = errors.Join(err, activity.Delete(ctx, tx, in.ID))
				}
				return err
			})
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			for _, reader := range who {
				what := fmt.Sprintf("%s, set late = %v, reader %c", tt.name, late, reader.letter)
				want := strings.ContainsRune(tt.seenBy, rune(reader.letter))
				row, listed, opened := lookForFile(t, d, reader.actor, in.ID, file)
				if row != want {
					t.Errorf("%s: sees the row = %v, want %v", what, row, want)
				}
				if wantOpen := want && !tt.removed; listed != wantOpen || opened != wantOpen {
					t.Errorf("%s: listed = %v, opened = %v, want %v", what, listed, opened, wantOpen)
				}
			}
		}
	}
}

func lookForFile(t *testing.T, d *testdb.Instance, a access.Actor, id, file uuid.UUID) (row, listed, opened bool) {
	t.Helper()
	d.MustRead(t, a, access.UseDesk, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM activity_file WHERE id = $1)`, file).Scan(&row); err != nil {
			return err
		}
		files, err := activity.Files(ctx, tx, id)
		listed = slices.ContainsFunc(files, func(f activity.File) bool { return f.ID == file })
		return err
	})
	err := d.Read(testdb.As(t.Context(), a), access.UseDesk, func(tx *db.Tx) error {
		_, err := activity.FileByID(t.Context(), tx, id, file)
		return err
	})
	if err != nil && !errors.Is(err, fault.NotFound) {
		t.Errorf("FileByID: %v", err)
	}
	return row, listed, err == nil
}

func TestAttachedFileComesBackAsItWas(t *testing.T) {
	t.Parallel()
	d, s := open(t), store(t)
	in := logOne(t, d, coordinator)
	u := document.Upload{Name: `C:\Ordner\Größe & Gewicht.txt`, Data: bytes.Repeat([]byte("Zeile mit ä\n"), 100_000)}
	id := attached(t, d, s, colleague(), in.ID, u)
	var f activity.File
	d.MustRead(t, coordinator, access.ReadActivities, func(ctx context.Context, tx *db.Tx) (err error) {
		f, err = activity.FileByID(ctx, tx, in.ID, id)
		return err
	})
	if f.Name != "Größe & Gewicht.txt" || f.Kind() != "TXT" || f.ContentType != "text/plain" || f.Size != int64(len(u.Data)) || f.Creator != colleague().Name {
		t.Errorf("file = %+v", f)
	}
	r, err := s.Open(t.Context(), f.FileID)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, u.Data) {
		t.Errorf("%d bytes, %v; want those that were sent", len(got), err)
	}
	wantRegistered(t, "attached", d, 1, 0)
}

func TestAttachRefuses(t *testing.T) {
	t.Parallel()
	d, s := open(t), store(t)
	in := logOne(t, d, coordinator, func(in *activity.Input) { in.Visibility = activity.Ministry })
	own := logOne(t, d, coordinator, func(in *activity.Input) { in.Visibility = activity.Own })
	draft, deleted := sample(), logOne(t, d, coordinator)
	err := write(t, d, coordinator, func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(activity.SaveDraft(ctx, tx, draft), activity.Delete(ctx, tx, deleted.ID))
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name  string
		actor access.Actor
		id    uuid.UUID
		want  error
	}{
		{"the neighbour", neighbour, in.ID, fault.NotFound},
		{"the other programme", stranger, in.ID, fault.NotFound},
		{"a signatory", signatory, in.ID, fault.Forbidden},
		{"the ministry", officer, in.ID, fault.Forbidden},
		{"a colleague's own entry", colleague(), own.ID, fault.NotFound},
		{"a draft", coordinator, draft.ID, fault.NotFound},
		{"a deleted entry", coordinator, deleted.ID, fault.Stale},
		{"no entry", coordinator, uuid.New(), fault.NotFound},
	} {
		wantFault(t, tt.name, attach(t, d, s, tt.actor, tt.id, uuid.New(), note("x")), tt.want)
	}
	for name, u := range map[string]document.Upload{
		"no file":        {},
		"empty":          {Name: "a.txt"},
		"wrong kind":     {Name: "a.exe", Data: []byte("MZ")},
		"wrong content":  {Name: "a.pdf", Data: []byte("<html>")},
		"a page as text": {Name: "a.txt", Data: []byte("<!doctype html><script>")},
		"too large":      {Name: "a.txt", Data: bytes.Repeat([]byte("x"), document.MaxFileSize+1)},
	} {
		err := attach(t, d, s, coordinator, in.ID, uuid.New(), u)
		if fields, ok := fault.AsFields(err); !ok || fields["file"].Key == "" {
			t.Errorf("%s: err = %v, want a fault of the field file", name, err)
		}
	}
	wantRegistered(t, "all refused", d, 0, 0)
}

func TestAttachingAgainChangesNothing(t *testing.T) {
	t.Parallel()
	d, s := open(t), store(t)
	in, other := logOne(t, d, coordinator), logOne(t, d, coordinator)
	file := uuid.New()
	var wg sync.WaitGroup
	for range 4 { // a double click, twice
		wg.Go(func() {
			if err := attach(t, d, s, coordinator, in.ID, file, note("einmal")); err != nil {
				t.Errorf("attach: %v", err)
			}
		})
	}
	wg.Wait()
	wantRegistered(t, "four times the same", d, 1, 3)
	wantFault(t, "same id, other bytes", attach(t, d, s, coordinator, in.ID, file, note("anders")), fault.Conflict)
	wantFault(t, "same id, other entry", attach(t, d, s, coordinator, other.ID, file, note("einmal")), fault.Conflict)
	wantFault(t, "same id, other person", attach(t, d, s, colleague(), in.ID, file, note("einmal")), fault.Conflict)
	theirs := logOne(t, d, neighbour)
	wantFault(t, "same id, other district", attach(t, d, s, neighbour, theirs.ID, file, note("einmal")), fault.Conflict)
}

func TestAtMostTenFiles(t *testing.T) {
	t.Parallel()
	d, s := open(t), store(t)
	in := logOne(t, d, coordinator)
	var mu sync.Mutex
	var wg sync.WaitGroup
	var done []uuid.UUID
	refused := 0
	for i := range activity.MaxFiles + 4 {
		wg.Go(func() {
			id := uuid.New()
			err := attach(t, d, s, coordinator, in.ID, id, note(fmt.Sprint("Datei ", i)))
			mu.Lock()
			defer mu.Unlock()
			if fields, ok := fault.AsFields(err); ok && fields["file"].Key == "activity.error.files" {
				refused++
			} else if err == nil {
				done = append(done, id)
			} else {
				t.Errorf("attach: %v", err)
			}
		})
	}
	wg.Wait()
	if len(done) != activity.MaxFiles || refused != 4 {
		t.Fatalf("%d attached, %d refused; want 10 and 4", len(done), refused)
	}
	if err := attach(t, d, s, coordinator, in.ID, uuid.New(), note("noch eine")); err == nil {
		t.Error("an eleventh file was attached")
	}
	change := func(fn func(context.Context, *db.Tx, uuid.UUID, uuid.UUID) error) error {
		return write(t, d, coordinator, func(ctx context.Context, tx *db.Tx) error { return fn(ctx, tx, in.ID, done[0]) })
	}
	if err := change(activity.RemoveFile); err != nil {
		t.Fatal(err)
	}
	attached(t, d, s, coordinator, in.ID, note("an ihrer Stelle"))
	if _, ok := fault.AsFields(change(activity.RestoreFile)); !ok {
		t.Error("the removed file came back as the eleventh")
	}
}

func TestRemoveAndRestoreFile(t *testing.T) {
	t.Parallel()
	d, s := open(t), store(t)
	in, other := logOne(t, d, coordinator, func(in *activity.Input) { in.Visibility = activity.Ministry }), logOne(t, d, coordinator)
	file := attached(t, d, s, coordinator, in.ID, note("x"))
	change := func(a access.Actor, id uuid.UUID, fn func(context.Context, *db.Tx, uuid.UUID, uuid.UUID) error) error {
		return write(t, d, a, func(ctx context.Context, tx *db.Tx) error { return fn(ctx, tx, id, file) })
	}
	for name, fn := range map[string]func(context.Context, *db.Tx, uuid.UUID, uuid.UUID) error{"remove": activity.RemoveFile, "restore": activity.RestoreFile} {
		wantFault(t, name+" by the neighbour", change(neighbour, in.ID, fn), fault.NotFound)
		wantFault(t, name+" by the other programme", change(stranger, in.ID, fn), fault.NotFound)
		wantFault(t, name+" at another entry", change(coordinator, other.ID, fn), fault.NotFound)
	}
	for range 2 {
		if err := change(colleague(), in.ID, activity.RemoveFile); err != nil {
			t.Fatal(err)
		}
	}
	if _, listed, opened := lookForFile(t, d, coordinator, in.ID, file); listed || opened {
		t.Error("a removed file is still there")
	}
	if err := change(coordinator, in.ID, activity.RestoreFile); err != nil {
		t.Fatal(err)
	}
	if _, listed, opened := lookForFile(t, d, officer, in.ID, file); !listed || !opened {
		t.Error("a file that was brought back is not there")
	}
}

// gone is a store whose disk does not take anything any more.
func gone(t *testing.T) *document.Store {
	t.Helper()
	s := document.MemoryStore()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAStoreThatFailsLeavesNoRow(t *testing.T) {
	t.Parallel()
	d := open(t)
	in := logOne(t, d, coordinator)
	if err := attach(t, d, gone(t), coordinator, in.ID, uuid.New(), note("x")); err == nil {
		t.Fatal("the store took the file")
	}
	d.MustRead(t, coordinator, access.ReadActivities, func(ctx context.Context, tx *db.Tx) error {
		files, err := activity.Files(ctx, tx, in.ID)
		if len(files) != 0 {
			t.Errorf("files = %v, want none", files)
		}
		return err
	})
	wantRegistered(t, "after the failure", d, 0, 1)
}

// TestNoRowWithoutItsFile: the database refuses a row that names no file of
// the store, a file of another row, or one of the other programme.
func TestNoRowWithoutItsFile(t *testing.T) {
	t.Parallel()
	d, s := open(t), store(t)
	in := logOne(t, d, coordinator)
	file := attached(t, d, s, coordinator, in.ID, note("x"))
	named, foreign := uuid.Nil, uuid.New()
	d.MustRead(t, coordinator, access.ReadActivities, func(ctx context.Context, tx *db.Tx) error {
		f, err := activity.FileByID(ctx, tx, in.ID, file)
		named = f.FileID
		return err
	})
	d.MustWrite(t, stranger, access.LogActivity, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `SELECT announce_file($1, 1, 10)`, foreign)
		return err
	})
	for name, key := range map[string]uuid.UUID{"unknown": uuid.New(), "another row's": named, "the other programme's": foreign} {
		err := write(t, d, coordinator, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO activity_file (id, activity_id, file_id, file_name, content_type, size, sha256)
				VALUES (gen_random_uuid(), $1, $2, 'a.txt', 'text/plain', 1, sha256('x'))`, in.ID, key)
			return err
		})
		if err == nil {
			t.Errorf("a row names %s file", name)
		}
	}
	for name, sql := range map[string]string{
		"registers past the function": `INSERT INTO stored_file (id, size) VALUES (gen_random_uuid(), 1)`,
		"makes a file loose":          `UPDATE stored_file SET loose_since = now()`,
		"swaps the file of a row":     `UPDATE activity_file SET file_id = gen_random_uuid()`,
	} {
		err := write(t, d, coordinator, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, sql)
			return err
		})
		if err == nil {
			t.Errorf("the app %s", name)
		}
	}
}

func TestQuotaIsTheProgrammes(t *testing.T) {
	t.Parallel()
	d := open(t)
	announce := func(a access.Actor, size, room int64) (ok bool) {
		d.MustWrite(t, a, access.LogActivity, func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, `SELECT announce_file(gen_random_uuid(), $1, $2)`, size, room).Scan(&ok)
		})
		return ok
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	taken := 0
	for i := range 8 { // of two districts, at once
		actor := coordinator
		if i%2 == 1 {
			actor = neighbour
		}
		wg.Go(func() {
			ok := announce(actor, 30, 100)
			mu.Lock()
			defer mu.Unlock()
			if ok {
				taken++
			}
		})
	}
	wg.Wait()
	if taken != 3 {
		t.Errorf("%d files of 30 found room in 100, want 3", taken)
	}
	if announce(coordinator, 11, 100) || !announce(coordinator, 10, 100) || !announce(stranger, 100, 100) {
		t.Error("the rest is not 10, or the other programme has no room of its own")
	}
}

// TestHousekeepingSweepsFiles: what is loose goes after a day, what was
// removed or deleted after thirty, and nothing else ever.
func TestHousekeepingSweepsFiles(t *testing.T) {
	t.Parallel()
	at := time.Now()
	d := testdb.DB(t, func(o *db.Options) { o.Now = func() time.Time { return at } })
	s := store(t)
	keys := map[string]uuid.UUID{}
	kept := logOne(t, d, coordinator)
	deleted := logOne(t, d, coordinator)
	for name, id := range map[string]uuid.UUID{"kept": kept.ID, "removed": kept.ID, "deleted": deleted.ID} {
		file := attached(t, d, s, coordinator, id, note(name))
		d.MustWrite(t, coordinator, access.LogActivity, func(ctx context.Context, tx *db.Tx) error {
			f, err := activity.FileByID(ctx, tx, id, file)
			keys[name] = f.FileID
			if name == "removed" {
				err = errors.Join(err, activity.RemoveFile(ctx, tx, id, file))
			}
			return err
		})
	}
	d.MustWrite(t, coordinator, access.LogActivity, func(ctx context.Context, tx *db.Tx) error {
		keys["loose"], keys["lost"] = uuid.New(), uuid.New() // killed after storing; before
		_, err := tx.Exec(ctx, `SELECT announce_file($1, 1, 1000000), announce_file($2, 1, 1000000)`, keys["loose"], keys["lost"])
		return errors.Join(err, activity.Delete(ctx, tx, deleted.ID))
	})
	if _, err := s.Put(t.Context(), keys["loose"], document.TXT, strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		after time.Duration
		left  []string
	}{
		{23 * time.Hour, []string{"deleted", "kept", "loose", "removed"}},
		{25 * time.Hour, []string{"deleted", "kept", "removed"}},
		{29 * 24 * time.Hour, []string{"deleted", "kept", "removed"}},
		{31 * 24 * time.Hour, []string{"kept"}}, // the rows went just now by the database's clock
	} {
		at = time.Now().Add(tt.after)
		if err := activity.HousekeepAll(t.Context(), d.DB, s); err != nil {
			t.Fatal(err)
		}
		if err := activity.HousekeepAll(t.Context(), d.DB, s); err != nil { // a repeat harms nothing
			t.Fatal(err)
		}
		var left []string
		for name, key := range keys {
			if r, err := s.Open(t.Context(), key); err == nil {
				_ = r.Close()
				left = append(left, name)
			}
		}
		slices.Sort(left)
		if !slices.Equal(left, tt.left) {
			t.Errorf("after %s: %v are left, want %v", tt.after, left, tt.left)
		}
	}
	wantRegistered(t, "at the end", d, 1, 0)
}
