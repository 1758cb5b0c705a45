package activity_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/db"
	"rundertisch/internal/testdb"
)

func TestFilter(t *testing.T) {
	t.Parallel()
	d := open(t)
	logOne(t, d, coordinator, func(in *activity.Input) {
		in.Title, in.HappenedOn, in.Type, in.Field = "A", today.AddDays(-10), "travel", "care"
		in.Partners, in.Visibility = []string{"KVS"}, activity.Ministry
	})
	logOne(t, d, colleague(), func(in *activity.Input) {
		in.Title, in.Body, in.HappenedOn, in.Partners = "B", "Förderung von Hebammen", today.AddDays(-5), []string{"AOK", "KVS"}
	})
	logOne(t, d, coordinator, func(in *activity.Input) {
		in.Title, in.Result, in.Visibility = "C", "Hebammenkreißsaal geplant", activity.Own
	})
	logOne(t, d, neighbour, func(in *activity.Input) { in.Title, in.Visibility = "D", activity.Public })
	home := testdb.Saxony.Districts[0].ID
	var kvs uuid.UUID
	d.MustRead(t, coordinator, access.ReadPartners, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT id FROM partner WHERE name = 'KVS'`).Scan(&kvs)
	})
	tests := []struct {
		name   string
		filter activity.Filter
		want   []string
	}{
		{"all that is visible", activity.Filter{}, []string{"C", "D", "B", "A"}},
		{"own district", activity.Filter{District: home}, []string{"C", "B", "A"}},
		{"from", activity.Filter{District: home, From: today.AddDays(-5)}, []string{"C", "B"}},
		{"until", activity.Filter{District: home, Until: today.AddDays(-5)}, []string{"B", "A"}},
		{"type", activity.Filter{Type: "travel"}, []string{"A"}},
		{"field", activity.Filter{Field: "care"}, []string{"A"}},
		{"visibility", activity.Filter{Visibility: activity.Own}, []string{"C"}},
		{"author", activity.Filter{Author: colleague().Person}, []string{"B"}},
		{"partner", activity.Filter{Partner: kvs}, []string{"B", "A"}},
		{"partner by name", activity.Filter{PartnerName: "k.v.s."}, []string{"B", "A"}},
		{"partner nobody knows", activity.Filter{PartnerName: "Niemand", Words: "Hebamme"}, nil},
		{"district by key", activity.Filter{AGS: "14626", Words: "Hebamme"}, []string{"C", "B"}},
		{"no such district", activity.Filter{AGS: "99001", Words: "Hebamme"}, nil},
		{"no such district, no words", activity.Filter{AGS: "99001"}, nil},
		{"words", activity.Filter{Words: "Hebamme"}, []string{"C", "B"}},
		{"words, inflected", activity.Filter{Words: "förderungen"}, []string{"B"}},
		{"words, unfinished", activity.Filter{Words: "hebammenkr"}, []string{"C"}},
		{"words, none of two", activity.Filter{Words: "geplant -Förderung"}, []string{"C"}},
		{"words and type", activity.Filter{Words: "Hebamme", Type: "travel"}, nil},
		{"words and partner", activity.Filter{Words: "Hebamme", Partner: kvs}, []string{"B"}},
		{"words and everything", activity.Filter{Words: "Hebamme", District: home, From: today.AddDays(-5), Until: today.AddDays(-5), Type: activity.Meeting, Visibility: activity.District, Author: colleague().Person, Partner: kvs}, []string{"B"}},
		{"words that say nothing", activity.Filter{Words: "und der"}, nil},
		{"words with signs", activity.Filter{Words: `"':*&|!()<->\`}, nil},
		{"nothing", activity.Filter{Partner: uuid.New()}, nil},
	}
	for _, tt := range tests {
		page := list(t, d, coordinator, tt.filter, activity.Cursor{})
		got := titles(page.Items)
		slices.Sort(got)
		want := slices.Sorted(slices.Values(tt.want))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		if page.Count != len(tt.want) {
			t.Errorf("%s: count = %d, want %d", tt.name, page.Count, len(tt.want))
		}
		var exported []string
		d.MustRead(t, coordinator, access.ReadActivities, func(ctx context.Context, tx *db.Tx) error {
			return activity.Each(ctx, tx, tt.filter, func(e activity.Export) error {
				exported = append(exported, e.Title)
				return nil
			})
		})
		slices.Sort(exported)
		if diff := cmp.Diff(want, exported); diff != "" {
			t.Errorf("%s: the export is not the list (-want +got):\n%s", tt.name, diff)
		}
		sum := 0
		d.MustRead(t, coordinator, access.ReadActivities, func(ctx context.Context, tx *db.Tx) error {
			months, err := activity.Summary(ctx, tx, tt.filter)
			for _, m := range months {
				sum += m.Entries
			}
			return err
		})
		if wantSum := len(tt.want); sum != wantSum {
			t.Errorf("%s: the summary counts %d, want %d", tt.name, sum, wantSum)
		}
	}
	page := list(t, d, coordinator, activity.Filter{Partner: kvs}, activity.Cursor{})
	if page.Partner != "KVS" || page.OwnDistrict != home || len(page.Authors) != 0 || page.LastType != activity.Meeting || !slices.Equal(page.UsedOften, []string{"KVS", "AOK"}) {
		t.Errorf("what the page offers = %+v", page)
	}
	page = list(t, d, officer, activity.Filter{}, activity.Cursor{})
	if page.OwnDistrict != uuid.Nil || page.UsedOften != nil || page.Count != 2 || len(page.Authors) != 0 {
		t.Errorf("what the ministry's page offers = %+v", page)
	}
	for _, tt := range []struct {
		reader access.Actor
		filter activity.Filter
		want   []string
	}{
		{coordinator, activity.Filter{District: home}, []string{coordinator.Name, colleague().Name}},
		{colleague(), activity.Filter{District: home}, []string{coordinator.Name, colleague().Name}},
		{officer, activity.Filter{AGS: "14626"}, []string{coordinator.Name}},
		{officer, activity.Filter{AGS: "14626", Author: neighbour.Person}, []string{coordinator.Name, neighbour.Name}},
		{coordinator, activity.Filter{AGS: "14524"}, []string{neighbour.Name}},
		{stranger, activity.Filter{AGS: "14626"}, nil},
	} {
		var got []string
		for _, c := range list(t, d, tt.reader, tt.filter, activity.Cursor{}).Authors {
			got = append(got, c.Name)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("authors that %s may choose with %+v (-want +got):\n%s", tt.reader.Name, tt.filter, diff)
		}
	}
}

func TestPagesMeetWithoutGapOrRepeat(t *testing.T) {
	t.Parallel()
	d := open(t)
	fill(t, d, 2*activity.PageSize+7)
	for _, words := range []string{"", "Gespräch"} {
		f := activity.Filter{Words: words}
		var forward []uuid.UUID
		var pages []activity.Page
		c := activity.Cursor{}
		for {
			page := list(t, d, coordinator, f, activity.ParseCursor(c.String(), c.Back))
			pages = append(pages, page)
			for _, i := range page.Items {
				forward = append(forward, i.ID)
			}
			if page.Next.IsZero() {
				break
			}
			c = page.Next
		}
		if len(pages) != 3 || len(forward) != 2*activity.PageSize+7 || len(pages[2].Items) != 7 {
			t.Fatalf("%q: %d pages with %d entries, want 3 with %d", words, len(pages), len(forward), 2*activity.PageSize+7)
		}
		seen := map[uuid.UUID]bool{}
		for _, id := range forward {
			if seen[id] {
				t.Errorf("%q: %s twice", words, id)
			}
			seen[id] = true
		}
		back := list(t, d, coordinator, f, pages[2].Prev)
		if diff := cmp.Diff(titles(pages[1].Items), titles(back.Items)); diff != "" {
			t.Errorf("%q: one page back is not the page before (-want +got):\n%s", words, diff)
		}
		back = list(t, d, coordinator, f, back.Prev)
		if diff := cmp.Diff(titles(pages[0].Items), titles(back.Items)); diff != "" || !back.Prev.IsZero() {
			t.Errorf("%q: two pages back is not the first, or leads further (-want +got):\n%s", words, diff)
		}
	}
}

// fill logs n entries in the first district as the owner, several a day.
func fill(t testing.TB, d *testdb.Instance, n int) {
	t.Helper()
	d.Owner(t, `
		INSERT INTO activity (programme_id, id, district_id, author_id, type, happened_on, minutes, title, body, visibility)
		SELECT $1, gen_random_uuid(), $2, $3, 'meeting', $5::date - n / 3, 30, 'Gespräch ' || n, 'Text', 'district'
		FROM generate_series(1, $4) AS n`,
		testdb.Saxony.ID, testdb.Saxony.Districts[0].ID, coordinator.Person, n, today)
}

func TestCountStopsAtAThousand(t *testing.T) {
	t.Parallel()
	d := open(t)
	fill(t, d, 2100)
	for _, words := range []string{"", "Gespräch"} {
		if got := list(t, d, coordinator, activity.Filter{Words: words}, activity.Cursor{}).Count; got != 1001 {
			t.Errorf("%q: count = %d, want 1001 for more than a thousand", words, got)
		}
	}
	n := 0
	d.MustRead(t, coordinator, access.ReadActivities, func(ctx context.Context, tx *db.Tx) error {
		return activity.Each(ctx, tx, activity.Filter{Words: "Gespräch"}, func(activity.Export) error { n++; return nil })
	})
	if n != 2100 {
		t.Errorf("export = %d rows, want all 2100", n)
	}
}

func TestExportStopsAtAnError(t *testing.T) {
	t.Parallel()
	d := open(t)
	fill(t, d, 3)
	ctx, n := testdb.As(t.Context(), coordinator), 0
	err := d.Read(ctx, access.ReadActivities, func(tx *db.Tx) error {
		return activity.Each(ctx, tx, activity.Filter{}, func(activity.Export) error { n++; return fmt.Errorf("gone: %w", context.Canceled) })
	})
	if err == nil || n != 1 {
		t.Errorf("err, calls = %v, %d; want an error after one", err, n)
	}
}

func TestListTravelsInOneTrip(t *testing.T) {
	t.Parallel()
	d := open(t)
	logOne(t, d, coordinator)
	var counts db.Counts
	ctx := db.CountInto(testdb.As(t.Context(), coordinator), &counts)
	must(t, d.Read(ctx, access.ReadActivities, func(tx *db.Tx) error {
		_, err := activity.List(ctx, tx, activity.Filter{Partner: uuid.New(), Words: "Gespräch"}, activity.Cursor{})
		return err
	}))
	if trips, statements := counts.Trips.Load(), counts.Statements.Load(); trips != 1 || statements > 7 {
		t.Errorf("trips, statements = %d, %d; want 1 and at most 7", trips, statements)
	}
}
