package minutes_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/minutes"
	"rundertisch/internal/testdb"
)

// colleague runs the office too.
var colleague = func() access.Actor {
	a := office
	a.Person, a.Name = officer.Person, officer.Name
	return a
}()

func (w *world) edits(t *testing.T, a access.Actor, block uuid.UUID) (other string, err error) {
	t.Helper()
	err = w.write(t, a, access.ReadMinutes, func(ctx context.Context, tx *db.Tx) (err error) {
		other, err = minutes.Edits(ctx, tx, w.minutes, block)
		return err
	})
	return other, err
}

// editedBy is who somebody sees editing the passage under the second item.
func (w *world) editedBy(t *testing.T, a access.Actor) (name string) {
	t.Helper()
	w.MustRead(t, a, access.ReadMinutes, func(ctx context.Context, tx *db.Tx) error {
		m, err := minutes.ByID(ctx, tx, w.minutes)
		if err != nil {
			return err
		}
		sections, err := minutes.Draft(ctx, tx, m)
		name = sections[2].Passages[0].EditedBy
		return err
	})
	return name
}

func TestWhoHasTheEditorOpenIsSeenByOthers(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.begin(t)
	block := w.block(t, 2)
	if got := w.editedBy(t, chair); got != "" {
		t.Errorf("somebody saved, nobody has it open: edited by %q", got)
	}
	trail := w.trail(t)
	for range 2 {
		if other, err := w.edits(t, colleague, block); other != "" || err != nil {
			t.Fatalf("the first to open it: %q, %v", other, err)
		}
	}
	if other, err := w.edits(t, office, block); other != colleague.Name || err != nil {
		t.Errorf("the second to open it: %q, %v, want the colleague's name", other, err)
	}
	for _, one := range []struct {
		who  access.Actor
		want string
	}{{office, colleague.Name}, {colleague, office.Name}} {
		if got := w.editedBy(t, one.who); got != one.want {
			t.Errorf("%s sees %q, want %q", one.who.Name, got, one.want)
		}
	}
	if got := w.editedBy(t, chair); got == "" {
		t.Error("the chair sees nobody")
	}
	w.must(t, colleague, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error { return minutes.Leaves(ctx, tx, w.minutes, block) })
	if got := w.editedBy(t, office); got != "" {
		t.Errorf("after the colleague left: %q", got)
	}
	w.now = w.now.Add(minutes.EditingFor + time.Second)
	if got := w.editedBy(t, colleague); got != "" {
		t.Errorf("after two minutes: %q", got)
	}
	if now := w.trail(t); now != trail {
		t.Errorf("the trail grew from %d to %d rows", trail, now)
	}
}

func (w *world) trail(t *testing.T) (rows int) {
	t.Helper()
	w.MustRead(t, testdb.Saxony.System(), access.Housekeep, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT count(*) FROM audit`).Scan(&rows)
	})
	return rows
}

func TestTheHintIsForOfficeAndChair(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.begin(t)
	block := w.block(t, 2)
	if _, err := w.edits(t, colleague, block); err != nil {
		t.Fatal(err)
	}
	for _, one := range []struct {
		who  access.Actor
		want error
	}{{chair, fault.Forbidden}, {member, fault.NotFound}, {guest, fault.NotFound}, {officer, fault.NotFound}, {elsewhere, fault.NotFound}, {stranger, fault.NotFound}} {
		_, err := w.edits(t, one.who, block)
		wants(t, one.who.Name, err, one.want)
	}
	if err := w.circulate(t); err != nil {
		t.Fatal(err)
	}
	for _, one := range []struct {
		who  access.Actor
		want int
	}{{office, 1}, {chair, 1}, {member, 0}, {guest, 0}, {officer, 0}, {elsewhere, 0}, {stranger, 0}} {
		w.MustRead(t, one.who, access.ReadMinutes, func(ctx context.Context, tx *db.Tx) error {
			var n int
			err := tx.QueryRow(ctx, `SELECT count(*) FROM passage_editor`).Scan(&n)
			if n != one.want {
				t.Errorf("%s reads %d rows, want %d", one.who.Name, n, one.want)
			}
			return err
		})
	}
	if err := w.exec(t, office, `DELETE FROM passage_editor`); err != nil {
		t.Fatal(err)
	}
	if got := w.editedBy(t, office); got == "" {
		t.Error("the office deleted the colleague's hint")
	}
	w.now = w.now.Add(time.Minute)
	if _, err := w.edits(t, office, block); err != nil {
		t.Errorf("a heartbeat after the version went out: %v", err)
	}
	if got := w.editedBy(t, colleague); got != "" {
		t.Errorf("edited by %q, and nobody may write", got)
	}
}

// TestTheHintBlocksNobody says that a passage is edited while somebody else
// holds the minutes.
func TestTheHintBlocksNobody(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.begin(t)
	block := w.block(t, 2)
	p := w.draft(t)[2].Passages[0]
	w.must(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error {
		if err := minutes.SavePassage(ctx, tx, w.minutes, block, minutes.Edit{Body: "anders", Version: p.Version}); err != nil {
			return err
		}
		done := make(chan error, 1)
		theirs := testdb.As(context.WithoutCancel(ctx), colleague)
		go func() {
			done <- w.Write(theirs, access.ReadMinutes, func(tx *db.Tx) error {
				_, err := minutes.Edits(theirs, tx, w.minutes, block)
				return err
			})
		}()
		select {
		case err := <-done:
			return err
		case <-time.After(5 * time.Second):
			t.Error("the hint waits for who saves")
			return nil
		}
	})
}
