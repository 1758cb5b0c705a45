package main

import (
	"context"
	"fmt"
	"time"
)

// The size at which funding is measured.
const (
	grantDistricts  = 400
	grantYears      = 20
	paymentsOfGrant = 50
)

// How many years ago the cases are in a state other than closed: those of a year
// each wait for their proofs, for the draw of the sample, or are heard.
const (
	yearOfWaiting = 2
	yearOfDraw    = 3
	yearOfHearing = 4
)

// officer prepares the notices.
const officer = "sachbearbeitung@sms.example"

// growGrants adds to the demo: 400 districts with a held post each, and their
// cases of the 20 years before this one with 50 payments, a notice, a plan and,
// but for those that wait for it, a proof each. Each district has a signatory
// with an account. Triggers are off.
func (p *place) growGrants(ctx context.Context) error {
	db, err := p.super(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close(ctx) }()
	for _, step := range grantGrowth(time.Now().Year()) {
		if _, err := db.Exec(ctx, step.sql, step.args...); err != nil {
			return fmt.Errorf("%.60s: %w", step.sql, err)
		}
	}
	return nil
}

func grantGrowth(this int) []statement {
	return []statement{
		{`SET session_replication_role = replica`, nil},
		{`CREATE TEMP TABLE fund AS
			SELECT s.programme_id, s.id AS scheme_id, t.id AS terms_id FROM funding_scheme s JOIN scheme_terms t ON t.scheme_id = s.id
			WHERE s.kind = 'lump_sum' AND s.name LIKE 'Pauschale%'`, nil},
		{`CREATE TEMP TABLE area AS SELECT i, gen_random_uuid() AS district_id, gen_random_uuid() AS post_id FROM generate_series(1, $1::int) AS i`, []any{grantDistricts}},
		{`INSERT INTO district (programme_id, id, ags, name, short_name, kind, valid)
			SELECT programme_id, district_id, (70000 + i)::text, 'Vergleichskreis ' || i, 'Vergleichskreis ' || i, 'rural_district', '[2000-01-01,)' FROM area, fund`, nil},
		{`INSERT INTO post (programme_id, id, district_id) SELECT programme_id, post_id, district_id FROM area, fund`, nil},
		{`INSERT INTO post_state (programme_id, id, post_id, district_id, state, valid_from, recorded_at)
			SELECT programme_id, gen_random_uuid(), post_id, district_id, 'filled', '2001-01-01', now() FROM area, fund`, nil},
		{`CREATE TEMP TABLE year AS SELECT y, gen_random_uuid() AS budget_id FROM generate_series($1::int - $2::int, $1::int) AS y`, []any{this, grantYears}},
		{`INSERT INTO budget_year (programme_id, id, title, name, year, appropriation, committed)
			SELECT programme_id, budget_id, 'Vergleich', 'Vergleichstitel', y, 90000000000, CASE WHEN y < $1::int THEN 9000000::bigint * $2::int ELSE 0 END FROM year, fund`, []any{this, grantDistricts}},
		{`CREATE TEMP TABLE file AS SELECT gen_random_uuid() AS id, gen_random_uuid() AS proof_id, f.*, a.*, y.*,
			CASE $1::int - y.y WHEN $2::int THEN 'completed' WHEN $3::int THEN 'proof_complete' WHEN $4::int THEN 'hearing' ELSE 'closed' END AS state
			FROM fund f, area a, year y WHERE y.y < $1::int`, []any{this, yearOfWaiting, yearOfDraw, yearOfHearing}},
		{`INSERT INTO grant_case (programme_id, id, scheme_id, regime, terms_id, district_id, post_id, budget_id, period, file_year, file_no, file_ref, state, amount, paid, funds_on)
			SELECT programme_id, id, scheme_id, 'lump_sum', terms_id, district_id, post_id, budget_id, daterange(make_date(y, 1, 1), make_date(y + 1, 1, 1)), y, 100000 + i,
				'VGL-' || y || '-' || lpad(i::text, 4, '0'), state, 9000000, 9000000, make_date(y, 1, 1) FROM file`, nil},
		{`INSERT INTO case_event (programme_id, case_id, district_id, event, from_state, to_state, on_day, amount, at)
			SELECT f.programme_id, f.id, f.district_id, s.event, 'draft', s.state, make_date(f.y, s.n, 1), 9000000, make_date(f.y, s.n, 1)
			FROM file f, (VALUES ('drafted', 'draft', 1), ('recommended', 'recommended', 2), ('approved', 'approved', 3), ('granted', 'granted', 4), ('started', 'running', 5),
				('proof_submitted', 'proof_submitted', 9), ('proof_complete', 'proof_complete', 10), ('settled', 'settled', 11), ('closed', 'closed', 12)) AS s (event, state, n)
			WHERE s.n < 9 OR f.state <> 'completed' AND s.n < 11 OR f.state = 'closed'`, nil},
		{`INSERT INTO commitment (programme_id, case_id, budget_id, amount, at) SELECT programme_id, id, budget_id, 9000000, make_date(y, 3, 1) FROM file`, nil},
		{`INSERT INTO payment (programme_id, case_id, district_id, ordinal, due_when, amount, state)
			SELECT f.programme_id, f.id, f.district_id, n, 'drawdown', 180000, 'paid' FROM file f, generate_series(1, $1::int) AS n`, []any{paymentsOfGrant}},
		{`INSERT INTO payment_event (programme_id, payment_id, case_id, district_id, from_state, to_state, on_day)
			SELECT p.programme_id, p.id, p.case_id, p.district_id, 'exported', 'paid', f.period_start FROM payment p
			JOIN (SELECT id, make_date(y, 6, 1) AS period_start FROM file) f ON f.id = p.case_id`, nil},
		{`CREATE TEMP TABLE signatory AS SELECT gen_random_uuid() AS id, a.*, f.programme_id FROM area a, fund f`, nil},
		{`INSERT INTO account (id, email) SELECT id, 'zeichnung@vergleich-' || i || '.example' FROM signatory`, nil},
		{`INSERT INTO person (programme_id, id, account_id, name) SELECT programme_id, id, id, 'Vergleichsperson ' || i FROM signatory`, nil},
		{`INSERT INTO role_assignment (programme_id, person_id, role, district_id, valid) SELECT programme_id, id, 'signatory', district_id, '[2001-01-01,)' FROM signatory`, nil},
		{`INSERT INTO grant_notice (programme_id, id, case_id, district_id, no, kind, amount, content, sha256, issued_on, delivered_on)
			SELECT f.programme_id, gen_random_uuid(), f.id, f.district_id, 1, 'award', 9000000, n.content, n.sha256, make_date(f.y, 1, 4), make_date(f.y, 1, 8)
			FROM file f, (SELECT content, sha256 FROM grant_notice n JOIN fund ON fund.programme_id = n.programme_id WHERE kind = 'award' LIMIT 1) n`, nil},
		{`INSERT INTO financing_plan (programme_id, id, case_id, district_id, no) SELECT programme_id, id, id, district_id, 1 FROM file`, nil},
		{`INSERT INTO plan_line (programme_id, plan_id, kind, amount)
			SELECT f.programme_id, f.id, l.kind, l.amount FROM file f,
				(VALUES ('staff', 8000000), ('travel', 600000), ('events', 900000), ('material', 500000), ('own_share', 1000000), ('grant', 9000000)) AS l (kind, amount)`, nil},
		{`INSERT INTO grant_proof (programme_id, id, case_id, district_id, no, kind, period, content, sha256, on_day, at)
			SELECT f.programme_id, f.proof_id, f.id, f.district_id, 1, 'final', daterange(make_date(f.y, 1, 1), make_date(f.y + 1, 1, 1)), p.content, p.sha256, make_date(f.y + 1, 3, 1), make_date(f.y + 1, 3, 1)
			FROM file f, (SELECT content, sha256 FROM grant_proof p JOIN fund ON fund.programme_id = p.programme_id WHERE kind = 'final' LIMIT 1) p
			WHERE f.state <> 'completed'`, nil},
		{`INSERT INTO case_event (programme_id, id, case_id, district_id, event, from_state, to_state, on_day, amount, reason, at)
			SELECT programme_id, proof_id, id, district_id, 'heard', 'settled', 'hearing', current_date - 300, 9000000, 'Vergleich', now() - interval '300 days' FROM file WHERE state = 'hearing'`, nil},
		{`INSERT INTO hearing (programme_id, id, case_id, district_id, ground, facts_known_on, reply_due_on, amount, begun_on, at)
			SELECT programme_id, proof_id, id, district_id, 'condition', current_date - 305, current_date - 270, 5000000, current_date - 300, now() - interval '300 days' FROM file WHERE state = 'hearing'`, nil},
		{`INSERT INTO hearing_reply (programme_id, id, hearing_id, case_id, district_id, received_on, source, text)
			SELECT programme_id, gen_random_uuid(), proof_id, id, district_id, current_date - 280, 'letter', repeat('Die Stelle war nicht zu besetzen. ', 20) FROM file WHERE state = 'hearing'`, nil},
		{`ANALYZE`, nil},
	}
}
