package main

import (
	"context"
	"fmt"
)

// Words to search for: one in every second entry, one in thirty entries of the
// whole programme.
const (
	frequentWord = "Abstimmung"
	rareWord     = "Quastenflosser"
)

// grow adds activities with the texts of the demo to all districts of Saxony,
// over three years, each by the coordinator of the district and with one or two
// partners. Triggers are off for the session.
func (p *place) grow(ctx context.Context, rows int) error {
	db, err := p.super(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close(ctx) }()
	for _, step := range growth(rows) {
		if _, err := db.Exec(ctx, step.sql, step.args...); err != nil {
			return fmt.Errorf("%.40s: %w", step.sql, err)
		}
	}
	return db.QueryRow(ctx, `
		SELECT current_setting('server_version'), count(*), count(*) FILTER (WHERE d.ags = $1)
		FROM activity a
		JOIN district d ON d.programme_id = a.programme_id AND d.id = a.district_id
		JOIN programme g ON g.id = a.programme_id AND g.is_default`, home).Scan(&p.version, &p.rows, &p.own)
}

// statement is one step of the growth.
type statement struct {
	sql  string
	args []any
}

func growth(rows int) []statement {
	return []statement{
		{`SET session_replication_role = replica`, nil},
		{`SET synchronous_commit = off`, nil},
		{`SELECT setseed(0.5)`, nil},
		{`CREATE TEMP TABLE place AS
			SELECT row_number() OVER (ORDER BY d.ags) - 1 AS n, d.programme_id, d.id AS district_id, r.person_id
			FROM district d
			JOIN programme g ON g.id = d.programme_id AND g.is_default
			JOIN role_assignment r ON r.programme_id = d.programme_id AND r.district_id = d.id AND r.role = 'coordinator'`, nil},
		{`CREATE TEMP TABLE deed AS
			SELECT row_number() OVER (ORDER BY a.id) - 1 AS n, a.type, a.minutes, a.title, a.body, a.field, a.result
			FROM activity a
			JOIN programme g ON g.id = a.programme_id AND g.is_default
			WHERE NOT a.draft AND a.deleted_at IS NULL
			ORDER BY a.id
			LIMIT 4000`, nil},
		{`CREATE TEMP TABLE known AS
			SELECT row_number() OVER (ORDER BY n.id) - 1 AS n, n.id
			FROM partner n
			JOIN programme g ON g.id = n.programme_id AND g.is_default`, nil},
		{`INSERT INTO activity (programme_id, id, district_id, author_id, type, happened_on, minutes, title, body, field,
				result, visibility, simulated, created_at)
			SELECT p.programme_id, gen_random_uuid(), p.district_id, p.person_id, t.type, (now() - random() * interval '1095 days')::date,
				t.minutes, t.title, t.body
					|| CASE WHEN i % 2 = 0 THEN ' ` + frequentWord + ` der nächsten Schritte im Landkreis.' ELSE '' END
					|| CASE WHEN i % greatest($1::int / 30, 1) = 0 THEN ' ` + rareWord + `' ELSE '' END,
				t.field, t.result,
				(ARRAY['district', 'ministry', 'ministry', 'district', 'own', 'district', 'ministry', 'public'])[1 + i / 7 % 8],
				true, now()
			FROM generate_series(1, $1::int) AS i
			JOIN place p ON p.n = i % (SELECT count(*) FROM place)
			JOIN deed t ON t.n = i * 7919::bigint % (SELECT count(*) FROM deed)`, []any{rows}},
		{`INSERT INTO activity_partner (programme_id, activity_id, partner_id, district_id, author_id, visibility, happened_on)
			SELECT a.programme_id, a.id, k.id, a.district_id, a.author_id, a.visibility, a.happened_on
			FROM (SELECT a.*, row_number() OVER () AS i FROM activity a WHERE NOT a.draft AND a.deleted_at IS NULL) AS a
			JOIN programme g ON g.id = a.programme_id AND g.is_default
			CROSS JOIN generate_series(0, 1) AS s
			JOIN known k ON k.n = (a.i * 31 + s * 17) % (SELECT count(*) FROM known)
			WHERE s = 0 OR a.i % 3 = 0
			ON CONFLICT DO NOTHING`, nil},
		{`SET session_replication_role = origin`, nil},
		{`VACUUM ANALYZE`, nil},
		{`CHECKPOINT`, nil},
	}
}
