package minutes_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/minutes"
	"rundertisch/internal/testdb"
)

func TestSplitLosesNothing(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("Wort ", 100000) // as 2 MB of pasted Word text would be
	blocks := minutes.Split("Erster Absatz.\r\n\r\n\r\nZweiter.\n\n" + long)
	if len(blocks) < 20 || blocks[0] != "Erster Absatz." || blocks[1] != "Zweiter." {
		t.Fatalf("%d blocks, the first %q, %q", len(blocks), blocks[0], blocks[1])
	}
	words := 0
	for _, b := range blocks {
		if utf8.RuneCountInString(b) > minutes.MaxPassage {
			t.Errorf("a block of %d characters", utf8.RuneCountInString(b))
		}
		words += strings.Count(b, "Wort")
	}
	if words != 100000 {
		t.Errorf("%d words, want all", words)
	}
}

func TestTakeOver(t *testing.T) {
	t.Parallel()
	w := settle(t)
	old := minutes.Old{
		ID: uuid.New(), BodyID: testdb.Saxony.Bodies[0].ID, Day: day(t, "2021-05-04"), Title: "3. Beratung", Blocks: []string{"Alt.", "Auch alt."},
	}
	take := func(a access.Actor, o minutes.Old) error {
		return w.write(t, a, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error { return minutes.TakeOver(ctx, tx, o) })
	}
	if err := take(office, old); err != nil {
		t.Fatal(err)
	}
	wants(t, "the same form again", take(office, old), fact.ErrRepeated)
	wants(t, "another body's office", take(testdb.Saxony.Elsewhere(access.BodyOffice), old), fault.Forbidden)
	wants(t, "the other programme", take(stranger, old), fault.NotFound)
	for field, edit := range map[string]func(*minutes.Old){
		"title": func(o *minutes.Old) { o.Title = "" },
		"text":  func(o *minutes.Old) { o.Blocks = nil },
		"day":   func(o *minutes.Old) { o.Day = calendar.Of(w.now).AddDays(1) },
	} {
		bad := old
		bad.ID = uuid.New()
		edit(&bad)
		wantField(t, field, take(office, bad), field)
	}
	w.MustRead(t, member, access.ReadMinutes, func(ctx context.Context, tx *db.Tx) error {
		m, err := minutes.ByID(ctx, tx, old.ID)
		if err != nil {
			return err
		}
		if !m.TakenOver || m.State != minutes.Approved || *m.ApprovedHow != minutes.TakenOver {
			t.Errorf("taken over: %+v", m)
		}
		blocks, err := minutes.Blocks(ctx, tx, m.ID, 1)
		if len(blocks) != 2 || blocks[1].Number != "1.2" {
			t.Errorf("blocks = %+v", blocks)
		}
		return errors.Join(err, minutes.Check(ctx, tx, m.ID))
	})
}
