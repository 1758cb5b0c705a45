package demo_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/demo"
	"rundertisch/internal/fact"
	"rundertisch/internal/locale"
	"rundertisch/internal/programme"
	"rundertisch/internal/report"
	"rundertisch/internal/sample"
	"rundertisch/internal/testdb"
)

// fingerprint counts the rows of every table and adds up when they were made.
func fingerprint(t *testing.T, url string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	var text string
	err = conn.QueryRow(t.Context(), `
		SELECT string_agg(relname || ' ' || (xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM %I', relname), false, true, '')))[1]::text, ', ' ORDER BY relname)
		FROM pg_class
		WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`).Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func count(t *testing.T, url, query string) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	if err := conn.QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestSeed proves the acceptance fixture, and that a second run changes
// nothing.
func TestSeed(t *testing.T) {
	t.Parallel()
	d := testdb.Empty(t)
	if err := demo.Seed(t.Context(), d.OwnerURL, d.DB); err != nil {
		t.Fatal(err)
	}
	first := fingerprint(t, d.OwnerURL)
	if err := demo.Seed(t.Context(), d.OwnerURL, d.DB); err != nil {
		t.Fatalf("second run: %v", err)
	}
	if second := fingerprint(t, d.OwnerURL); second != first {
		t.Errorf("a second run changed the data:\n%s\n%s", first, second)
	}
	list, err := programme.All(t.Context(), d.DB)
	if err != nil || len(list) != 2 || !list[0].IsDefault || list[0].DemoToday == nil {
		t.Fatalf("programmes = %+v, %v; want Saxony first and Musterland", list, err)
	}
	board := func(at fact.AsOf) (b report.Board) {
		ctx := access.NewContext(t.Context(), access.Public(list[0].ID))
		err := d.Read(ctx, access.ReadBoard, func(tx *db.Tx) (err error) {
			b, err = report.BoardAsOf(ctx, tx, at)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for what, query := range map[string]string{
		"a sitting was opened after its end":     `SELECT count(*) FROM meeting WHERE opened_at IS NOT NULL AND (opened_at AT TIME ZONE 'Europe/Berlin')::time > ends_at`,
		"an invitation went out of office hours": `SELECT count(*) FROM call_notice WHERE extract(hour FROM created_at AT TIME ZONE 'Europe/Berlin') NOT BETWEEN 8 AND 17`,
	} {
		if n := count(t, d.OwnerURL, query); n != 0 {
			t.Errorf("%s: %d times", what, n)
		}
	}
	spring := sample.Day(t, "2024-04-30")
	want := report.Figures{Districts: 13, Active: 6, Planned: 2, Vacant: 0, Other: 5, ConferencesFormed: 1, ConferencesInterested: 1}
	for name, at := range map[string]fact.AsOf{
		"as known now":  {Valid: spring},
		"as known then": {Valid: spring, Known: spring.EndOfDay()},
	} {
		if got := board(at).Figures(); got != want {
			t.Errorf("30.04.2024 %s = %+v, want %+v", name, got, want)
		}
	}
	start := board(fact.AsOf{Valid: sample.Day(t, "2018-08-24")})
	if c := start.Committee; c != (report.Committee{Members: 13, PatientRepresentatives: 2, WorkingGroups: 7, ModelRegions: 2}) {
		t.Errorf("24.08.2018: committee = %+v", c)
	}
	if f := start.Figures(); f.Active != 2 {
		t.Errorf("24.08.2018: active = %d, want the two model regions", f.Active)
	}
}

// TestWordsFit: a programme's own words replace texts that exist, with the
// same placeholders, in both languages.
func TestWordsFit(t *testing.T) {
	t.Parallel()
	d := testdb.Empty(t)
	if err := demo.Seed(t.Context(), d.OwnerURL, d.DB); err != nil {
		t.Fatal(err)
	}
	list, err := programme.All(t.Context(), d.DB)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list {
		for lang, words := range p.Words {
			for key, text := range words {
				if err := locale.CheckOverride(key, text); err != nil {
					t.Errorf("%s, %s: %v", p.Slug, lang, err)
				}
			}
		}
	}
}
