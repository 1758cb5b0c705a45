package activity_test

import (
	"context"
	"testing"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/db"
	"rundertisch/internal/testdb"
)

// TestManyEntriesAreCountedOnce: that a list holds more than is counted is
// remembered with its offers; a list with a further filter is counted anew.
func TestManyEntriesAreCountedOnce(t *testing.T) {
	t.Parallel()
	d := open(t)
	home := testdb.Saxony.Districts[0].ID
	d.Owner(t, `ALTER TABLE activity DISABLE TRIGGER USER`)
	d.Owner(t, `
		INSERT INTO activity (programme_id, id, district_id, author_id, type, happened_on, title)
		SELECT $1, gen_random_uuid(), $2, $3, (ARRAY['meeting', 'travel'])[1 + n % 2], '2024-05-06'::date, 'Gespräch'
		FROM generate_series(1, 1200) AS n`, testdb.Saxony.ID, home, coordinator.Person)
	list := func(f activity.Filter, known *activity.Lookups) (activity.Page, int64) {
		var page activity.Page
		var counts db.Counts
		d.MustRead(t, coordinator, access.ReadActivities, func(ctx context.Context, tx *db.Tx) (err error) {
			page, err = activity.ListWith(db.CountInto(ctx, &counts), tx, f, activity.Cursor{}, known)
			return err
		})
		return page, counts.Statements.Load()
	}
	first, _ := list(activity.Filter{District: home}, nil)
	if first.Count != 1001 || !first.Many {
		t.Fatalf("first: %d counted, many %t, want 1001 and true", first.Count, first.Many)
	}
	again, statements := list(activity.Filter{District: home}, &first.Lookups)
	if again.Count != 1001 || !again.Many || len(again.Items) != activity.PageSize || statements != 2 {
		t.Errorf("again: %d counted, many %t, %d entries, %d statements, want 1001, true, a page and 2",
			again.Count, again.Many, len(again.Items), statements)
	}
	travel, statements := list(activity.Filter{District: home, Type: "travel"}, &first.Lookups)
	if travel.Count != 600 || statements != 3 {
		t.Errorf("travel: %d counted with %d statements, want 600 with 3", travel.Count, statements)
	}
	few, _ := list(activity.Filter{District: home, Type: "travel"}, nil)
	if few.Many {
		t.Error("a list with a further filter says that the list without it holds many")
	}
}
