package activity_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/db"
	"rundertisch/internal/testdb"
)

// who are the readers of the rule, in the order of the letters below.
var who = []struct {
	letter byte
	actor  access.Actor
}{
	{'a', coordinator}, // the author
	{'c', colleague()}, // a coordinator of the same district, as a successor is
	{'s', signatory},   // the same district's signatory
	{'n', neighbour},   // the other district
	{'m', officer},     // the ministry
	{'x', stranger},    // the other programme
	{'y', testdb.Saxony.Actor(access.Member)},
}

// TestVisibility is the rule as a table: who sees an entry, at the entry
// itself, in the list, by full-text search, by its partner and in the count.
func TestVisibility(t *testing.T) {
	t.Parallel()
	d := open(t)
	tests := []struct {
		name       string
		visibility activity.Visibility
		draft      bool
		deleted    bool
		seenBy     string
	}{
		{"own", activity.Own, false, false, "a"},
		{"district", activity.District, false, false, "acs"},
		{"ministry", activity.Ministry, false, false, "acsm"},
		{"public", activity.Public, false, false, "acsnmy"},
		{"own, draft", activity.Own, true, false, "a"},
		{"district, draft", activity.District, true, false, "a"},
		{"public, draft", activity.Public, true, false, "a"},
		{"own, deleted", activity.Own, false, true, "a"},
		{"district, deleted", activity.District, false, true, "acs"},
		{"ministry, deleted", activity.Ministry, false, true, "acs"},
		{"public, deleted", activity.Public, false, true, "acs"},
	}
	for i, tt := range tests {
		word := fmt.Sprintf("zebra%dfink", i)
		in := sample(func(in *activity.Input) {
			in.Visibility, in.Title, in.Partners = tt.visibility, word+" gesehen", []string{"Partner " + word}
		})
		err := write(t, d, coordinator, func(ctx context.Context, tx *db.Tx) error {
			if tt.draft {
				return activity.SaveDraft(ctx, tx, in)
			}
			if _, err := activity.Log(ctx, tx, in); err != nil || !tt.deleted {
				return err
			}
			return activity.Delete(ctx, tx, in.ID)
		})
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		for _, reader := range who {
			want := false
			for j := range tt.seenBy {
				want = want || tt.seenBy[j] == reader.letter
			}
			seen := look(t, d, reader.actor, in.ID, word)
			if got := seen.row; got != want {
				t.Errorf("%s, reader %c: sees the row = %v, want %v", tt.name, reader.letter, got, want)
			}
			inLists := want && !tt.draft && !tt.deleted
			for what, got := range map[string]bool{"list": seen.list, "search": seen.search, "search function": seen.function, "count": seen.count} {
				if got != inLists {
					t.Errorf("%s, reader %c: %s = %v, want %v", tt.name, reader.letter, what, got, inLists)
				}
			}
			if got := seen.link; got != (want && !tt.draft) {
				t.Errorf("%s, reader %c: sees the link to the partner = %v, want %v", tt.name, reader.letter, got, want && !tt.draft)
			}
		}
	}
}

type sight struct{ row, list, search, function, count, link bool }

// look asks in every way that the app's role has. The desk's action is open to
// everybody who is signed in: here the policies alone decide.
func look(t *testing.T, d *testdb.Instance, a access.Actor, id uuid.UUID, word string) (s sight) {
	t.Helper()
	d.MustRead(t, a, access.UseDesk, func(ctx context.Context, tx *db.Tx) error {
		b := &pgx.Batch{}
		b.Queue(`SELECT EXISTS (SELECT FROM activity WHERE id = $1)`, id).QueryRow(func(r pgx.Row) error { return r.Scan(&s.row) })
		b.Queue(`SELECT EXISTS (SELECT FROM activity_partner WHERE activity_id = $1)`, id).QueryRow(func(r pgx.Row) error { return r.Scan(&s.link) })
		b.Queue(`SELECT EXISTS (SELECT FROM activity_search($1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false, 10))`, word).
			QueryRow(func(r pgx.Row) error { return r.Scan(&s.function) })
		return tx.SendBatch(ctx, b).Close()
	})
	d.MustRead(t, a, access.UseDesk, func(ctx context.Context, tx *db.Tx) error {
		page, err := activity.List(ctx, tx, activity.Filter{}, activity.Cursor{})
		s.list = contains(page.Items, id)
		return err
	})
	d.MustRead(t, a, access.UseDesk, func(ctx context.Context, tx *db.Tx) error {
		page, err := activity.List(ctx, tx, activity.Filter{Words: word}, activity.Cursor{})
		s.search, s.count = contains(page.Items, id), page.Count > 0
		return err
	})
	return s
}

func TestSystemSeesEverything(t *testing.T) {
	t.Parallel()
	d := open(t)
	in := logOne(t, d, coordinator, func(in *activity.Input) { in.Visibility = activity.Own })
	d.MustRead(t, testdb.Saxony.System(), access.Housekeep, func(ctx context.Context, tx *db.Tx) error {
		_, err := activity.ByID(ctx, tx, in.ID)
		return err
	})
}

func TestNobodyWritesForAnotherDistrictOrPerson(t *testing.T) {
	t.Parallel()
	d := open(t)
	for name, sql := range map[string]string{
		"other district": `INSERT INTO activity (id, district_id, type, happened_on, title) VALUES (gen_random_uuid(), '` + testdb.Saxony.Districts[1].ID.String() + `', 'travel', '2024-01-01', 'x')`,
		"other person":   `INSERT INTO activity (id, district_id, author_id, type, happened_on, title) VALUES (gen_random_uuid(), '` + testdb.Saxony.Districts[0].ID.String() + `', '` + signatory.Person.String() + `', 'travel', '2024-01-01', 'x')`,
	} {
		err := write(t, d, coordinator, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, sql)
			return err
		})
		if err == nil {
			t.Errorf("%s: the row was written", name)
		}
	}
}
