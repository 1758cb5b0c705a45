package activity

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/testdb"
)

// grow fills both programmes with 110,000 entries as the owner: 10,000 in the
// first district of Saxony, 90,000 in the second, 10,000 in Musterland. Every
// entry says "Gespräch"; "Seltenheit" stands in some twenty of each district,
// "Geheimsache" only where the first district must not read.
func grow(t testing.TB, d *testdb.Instance) {
	t.Helper()
	d.Owner(t, `ALTER TABLE activity DISABLE TRIGGER USER`)
	for _, part := range []struct {
		programme testdb.Programme
		district  int
		rows      int
	}{{testdb.Saxony, 0, 10_000}, {testdb.Saxony, 1, 90_000}, {testdb.Musterland, 0, 10_000}} {
		author := part.programme.Actor(access.Coordinator).Person
		if part.district == 1 {
			author = part.programme.Elsewhere(access.Coordinator).Person
		}
		d.Owner(t, `
			INSERT INTO activity (programme_id, id, district_id, author_id, type, happened_on, minutes, title, body, visibility, deleted_at)
			SELECT $1, gen_random_uuid(), $2, $3, (ARRAY['meeting', 'travel', 'project', 'concept'])[1 + n % 4],
				'2024-05-06'::date - n / $5, 45, 'Gespräch über Thema ' || n % 97,
				'Wir haben das weitere Vorgehen besprochen.'
					|| CASE WHEN n % ($4 / 20) = 0 THEN ' Seltenheit' ELSE '' END
					|| CASE WHEN n % 7 = 0 AND $6 THEN ' Geheimsache' ELSE '' END,
				(ARRAY['district', 'district', 'ministry', 'own'])[1 + n / 4 % 4],
				CASE WHEN n % 50 = 0 AND n % ($4 / 20) <> 0 THEN now() END
			FROM generate_series(1, $4) AS n`,
			part.programme.ID, part.programme.Districts[part.district].ID, author, part.rows, part.rows/1000,
			part.programme.ID != testdb.Saxony.ID || part.district == 1)
	}
	d.Owner(t, `ALTER TABLE activity ENABLE TRIGGER USER`)
	d.Owner(t, `VACUUM ANALYZE activity`)
}

// TestIndexesAreUsedUnderPolicies proves at 110,000 rows, as the app's role,
// which way the database takes: lists walk the district's index, a rare word is
// found through the words' index, a frequent one without it.
func TestIndexesAreUsedUnderPolicies(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	grow(t, d)
	actor := testdb.Saxony.Actor(access.Coordinator)
	home := testdb.Saxony.Districts[0].ID

	lists := map[string]struct {
		filter Filter
		cursor Cursor
		index  string
	}{
		"first page":          {Filter{District: home}, Cursor{}, "activity_newest"},
		"page 100":            {Filter{District: home}, Cursor{On: calendar.NewDate(2022, time.December, 24), ID: uuid.New()}, "activity_newest"},
		"back from page 100":  {Filter{District: home}, Cursor{On: calendar.NewDate(2022, time.December, 24), ID: uuid.New(), Back: true}, "activity_newest"},
		"a year of one type":  {Filter{District: home, Type: "travel", From: calendar.NewDate(2023, time.May, 1)}, Cursor{}, "activity_newest"},
		"the whole programme": {Filter{}, Cursor{}, "activity_newest_of_all"},
	}
	for name, tt := range lists {
		q := tt.filter.live()
		q.from(tt.cursor)
		order := "DESC"
		if tt.cursor.Back {
			order = "ASC"
		}
		plan := explain(t, d, actor, items(q, order, PageSize+1), q.args...)
		if !strings.Contains(plan, "using "+tt.index+" ") || strings.Contains(plan, "Seq Scan on activity") {
			t.Errorf("%s: the plan does not walk %s:\n%s", name, tt.index, plan)
		}
	}

	for name, tt := range lists { // for the eye; `make bench` measures
		for _, words := range []string{"", "Gespräch", "Seltenheit"} {
			f := tt.filter
			f.Words = words
			start := time.Now()
			d.MustRead(t, actor, access.ReadActivities, func(ctx context.Context, tx *db.Tx) error {
				_, err := List(ctx, tx, f, tt.cursor)
				return err
			})
			t.Logf("%s, words %q: %s", name, words, time.Since(start))
		}
	}

	searches := []struct {
		name, words string
		actor       access.Actor
		district    uuid.UUID
		want        int
		through     bool // the words' index
	}{
		{"rare word, own district", "Seltenheit", actor, home, 20, true},
		{"rare word, all that is visible", "Seltenheit", actor, uuid.Nil, 20, true},
		{"no such word", "Quastenflosser", actor, home, 0, true},
		{"other districts' word", "Geheimsache", actor, uuid.Nil, 0, true},
		{"frequent word", "Gespräch", actor, home, 51, false},
		{"frequent word, ministry", "Gespräch", testdb.Saxony.Actor(access.Lead), uuid.Nil, 51, false},
		{"rare word, ministry", "Seltenheit", testdb.Saxony.Actor(access.Lead), uuid.Nil, 10, true},
	}
	for _, tt := range searches {
		hits, scans, took := search(t, d, tt.actor, tt.words, tt.district)
		t.Logf("%s: %d hits in %s", tt.name, hits, took)
		if hits != tt.want {
			t.Errorf("%s: %d hits, want %d", tt.name, hits, tt.want)
		}
		if (scans > 0) != tt.through {
			t.Errorf("%s: scans of the words' index = %d, want it used = %v", tt.name, scans, tt.through)
		}
	}
}

func explain(t *testing.T, d *testdb.Instance, a access.Actor, sql string, args ...any) string {
	t.Helper()
	var plan []string
	d.MustRead(t, a, access.ReadActivities, func(ctx context.Context, tx *db.Tx) (err error) {
		rows, _ := tx.Query(ctx, "EXPLAIN "+sql, args...)
		plan, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	return strings.Join(plan, "\n")
}

// search asks for a page and counts how often the words' index was opened.
func search(t *testing.T, d *testdb.Instance, a access.Actor, words string, district uuid.UUID) (hits, scans int, took time.Duration) {
	t.Helper()
	const opened = `SELECT pg_stat_get_xact_numscans('activity_words'::regclass)`
	d.MustRead(t, a, access.ReadActivities, func(ctx context.Context, tx *db.Tx) error {
		var before int
		if err := tx.QueryRow(ctx, opened).Scan(&before); err != nil {
			return err
		}
		start := time.Now()
		rows, _ := tx.Query(ctx, `SELECT activity_search($1, $2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false, 51)`, words, orNull(district))
		ids, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		if err != nil {
			return err
		}
		hits, took = len(ids), time.Since(start)
		err = tx.QueryRow(ctx, opened).Scan(&scans)
		scans -= before
		return err
	})
	return hits, scans, took
}
