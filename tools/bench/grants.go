package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// The size at which funding is measured.
const (
	grantDistricts  = 400
	grantYears      = 20
	paymentsOfGrant = 50
)

// officer prepares the notices.
const officer = "sachbearbeitung@sms.example"

// growGrants adds to the demo: 400 districts with a held post each, and their
// cases of the 20 years before this one with 50 payments each. Triggers are off.
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
		{`CREATE TEMP TABLE file AS SELECT gen_random_uuid() AS id, f.*, a.*, y.* FROM fund f, area a, year y WHERE y.y < $1::int`, []any{this}},
		{`INSERT INTO grant_case (programme_id, id, scheme_id, regime, terms_id, district_id, post_id, budget_id, period, file_year, file_no, file_ref, state, amount, paid, funds_on)
			SELECT programme_id, id, scheme_id, 'lump_sum', terms_id, district_id, post_id, budget_id, daterange(make_date(y, 1, 1), make_date(y + 1, 1, 1)), y, 100000 + i,
				'VGL-' || y || '-' || lpad(i::text, 4, '0'), 'closed', 9000000, 9000000, make_date(y, 1, 1) FROM file`, nil},
		{`INSERT INTO case_event (programme_id, case_id, district_id, event, from_state, to_state, on_day, amount, at)
			SELECT f.programme_id, f.id, f.district_id, s.event, 'draft', s.state, make_date(f.y, s.n, 1), 9000000, make_date(f.y, s.n, 1)
			FROM file f, (VALUES ('drafted', 'draft', 1), ('recommended', 'recommended', 2), ('approved', 'approved', 3), ('granted', 'granted', 4), ('started', 'running', 5),
				('proof_submitted', 'proof_submitted', 9), ('settled', 'settled', 11), ('closed', 'closed', 12)) AS s (event, state, n)`, nil},
		{`INSERT INTO commitment (programme_id, case_id, budget_id, amount, at) SELECT programme_id, id, budget_id, 9000000, make_date(y, 3, 1) FROM file`, nil},
		{`INSERT INTO payment (programme_id, case_id, district_id, ordinal, due_when, amount, state)
			SELECT f.programme_id, f.id, f.district_id, n, 'drawdown', 180000, 'paid' FROM file f, generate_series(1, $1::int) AS n`, []any{paymentsOfGrant}},
		{`INSERT INTO payment_event (programme_id, payment_id, case_id, district_id, from_state, to_state, on_day)
			SELECT p.programme_id, p.id, p.case_id, p.district_id, 'exported', 'paid', f.period_start FROM payment p
			JOIN (SELECT id, make_date(y, 6, 1) AS period_start FROM file) f ON f.id = p.case_id`, nil},
		{`ANALYZE`, nil},
	}
}

// measureGrants measures the register of a year, one case, and 400 drafts in one
// run; and sees to it that the register's sums are those of its rows.
func measureGrants(ctx context.Context, _ options, at *place, r *report) error {
	if err := at.growGrants(ctx); err != nil {
		return fmt.Errorf("add cases: %w", err)
	}
	db, err := at.super(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close(ctx) }()
	this := time.Now().Year()
	var budget, now, one, scheme string
	var committed, paid int64
	err = db.QueryRow(ctx, `
		SELECT b.id::text, n.id::text, (SELECT id::text FROM grant_case WHERE budget_id = b.id LIMIT 1), (SELECT id::text FROM funding_scheme WHERE name LIKE 'Pauschale%' AND kind = 'lump_sum'),
			(SELECT sum(amount) FROM commitment WHERE budget_id = b.id), (SELECT sum(p.amount) FROM payment p JOIN grant_case c ON c.id = p.case_id WHERE c.budget_id = b.id)
		FROM budget_year b, budget_year n WHERE b.title = 'Vergleich' AND b.year = $1 AND n.title = 'Vergleich' AND n.year = $2`, this-1, this).
		Scan(&budget, &now, &one, &scheme, &committed, &paid)
	if err != nil {
		return fmt.Errorf("look for the cases: %w", err)
	}
	if want := int64(grantDistricts) * 9000000; committed != want || paid != want {
		return fmt.Errorf("committed %d, paid %d cents, want %d each", committed, paid, want)
	}
	c, err := dial(ctx, at.site.addr)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	token, err := signInAs(at.site.addr, officer)
	if err != nil {
		return err
	}
	for _, m := range []struct {
		name, path string
		target     float64
	}{
		{"register of a year with 400 cases", "/foerderungen/register?titel=" + budget, 60},
		{"one case with 50 payments", "/foerderungen/" + one, 25},
	} {
		took, err := sample(c, func() []byte { return get(m.path, token) }, 200)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		slices.Sort(took)
		r.add(m.name+", median", ms(took[len(took)/2]), "ms", m.target, lower)
		r.remarkf("%-44s p95 %6.2f ms, p99 %6.2f ms", m.name, ms(took[len(took)*95/100]), ms(took[len(took)*99/100]))
	}
	run := uuid.NewString()
	began := time.Now()
	status, _, body, err := c.do(post("/foerderungen/laeufe/neu", token, url.Values{
		"id": {run}, "scheme": {scheme}, "year": {strconv.Itoa(this)}, "budget": {now},
	}.Encode()), true)
	took := time.Since(began)
	if err != nil || status != 303 {
		return errors.Join(err, fmt.Errorf("run: status %d\n%.600s", status, body))
	}
	var drafted int
	if err := db.QueryRow(ctx, `SELECT count(*) FROM grant_case WHERE run_id = $1`, run).Scan(&drafted); err != nil {
		return fmt.Errorf("count drafts: %w", err)
	}
	if drafted < grantDistricts {
		return fmt.Errorf("%d drafts, want at least %d", drafted, grantDistricts)
	}
	r.add(fmt.Sprintf("%d lump-sum drafts in one run", grantDistricts), ms(took), "ms", 3000, lower)
	return nil
}
