package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/db"
	"rundertisch/internal/grant"
	"rundertisch/internal/inbox"
	"rundertisch/internal/job"
	"rundertisch/internal/localpg"
	"rundertisch/internal/mail"
)

// measureGrants measures the pages of the funding, the job that tells of
// deadlines, the draw of a sample, and 400 drafts in one run; and sees to it that
// the register's sums are those of its rows.
func measureGrants(ctx context.Context, _ options, at *place, r *report) error {
	if err := at.growGrants(ctx); err != nil {
		return fmt.Errorf("add cases: %w", err)
	}
	conn, err := at.super(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	this := time.Now().Year()
	var budget, now, one, heard, scheme string
	var committed, paid int64
	err = conn.QueryRow(ctx, `
		SELECT b.id::text, n.id::text, (SELECT id::text FROM grant_case WHERE budget_id = b.id LIMIT 1),
			(SELECT id::text FROM grant_case WHERE file_year = n.year - $3::int AND file_ref LIKE 'VGL-%' AND state = 'hearing' LIMIT 1), (SELECT id::text FROM funding_scheme WHERE name LIKE 'Pauschale%' AND kind = 'lump_sum'),
			(SELECT sum(amount) FROM commitment WHERE budget_id = b.id), (SELECT sum(p.amount) FROM payment p JOIN grant_case c ON c.id = p.case_id WHERE c.budget_id = b.id)
		FROM budget_year b, budget_year n WHERE b.title = 'Vergleich' AND b.year = $1 AND n.title = 'Vergleich' AND n.year = $2`, this-1, this, yearOfHearing).
		Scan(&budget, &now, &one, &heard, &scheme, &committed, &paid)
	if err != nil {
		return fmt.Errorf("look for the cases: %w", err)
	}
	if want := int64(grantDistricts) * 9000000; committed != want || paid != want {
		return fmt.Errorf("committed %d, paid %d cents, want %d each", committed, paid, want)
	}
	if err := measureNews(ctx, at, r); err != nil {
		return err
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
		{"one case with 50 payments, plan and proof", "/foerderungen/" + one, 25},
		{"one case with 50 payments, proof and hearing", "/foerderungen/" + heard, 25},
		{"officer's start page, 8,000 cases", "/start", 60},
		{"list of 8,000 cases, first page", "/foerderungen", 60},
		{"public list of grants, one year", "/foerderung?jahr=" + strconv.Itoa(this-1), 60},
	} {
		took, err := sample(c, func() []byte { return get(m.path, token) }, 200)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		slices.Sort(took)
		r.add(m.name+", median", ms(took[len(took)/2]), "ms", m.target, lower)
		r.remarkf("%-44s p95 %6.2f ms, p99 %6.2f ms", m.name, ms(took[len(took)*95/100]), ms(took[len(took)*99/100]))
	}
	if err := drawSample(c, token, scheme, this-yearOfDraw, r); err != nil {
		return err
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
	if err := conn.QueryRow(ctx, `SELECT count(*) FROM grant_case WHERE run_id = $1`, run).Scan(&drafted); err != nil {
		return fmt.Errorf("count drafts: %w", err)
	}
	if drafted < grantDistricts {
		return fmt.Errorf("%d drafts, want at least %d", drafted, grantDistricts)
	}
	r.add(fmt.Sprintf("%d lump-sum drafts in one run", grantDistricts), ms(took), "ms", 3000, lower)
	return nil
}

// measureNews runs the job that tells of steps and deadlines: once with 400
// proofs that are overdue, and once more with nothing new. The site's own job
// runs at its time, so that the rows must be there for the measured one to count.
func measureNews(ctx context.Context, at *place, r *report) error {
	d, err := db.Open(ctx, at.cluster.URL(localpg.App, localpg.Database), db.Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	queue, err := job.NewQueue(d.Pool(), slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	base := &url.URL{Scheme: "http", Host: at.site.addr}
	room := grant.NewNewsroom(inbox.NewOffice(mail.NewOffice(queue, true), queue, base))
	for _, m := range []struct {
		name   string
		target float64
	}{{"job over 8,000 cases, 400 proofs overdue", 3000}, {"job over 8,000 cases, nothing new", 500}} {
		began := time.Now()
		if err := room.TellAll(ctx, d); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		r.add(m.name, ms(time.Since(began)), "ms", m.target, lower)
	}
	return nil
}

// drawSample draws among 400 complete proofs.
func drawSample(c *conn, token, scheme string, year int, r *report) error {
	began := time.Now()
	status, _, body, err := c.do(post("/foerderungen/stichprobe", token, url.Values{
		"id": {uuid.NewString()}, "scheme": {scheme}, "year": {strconv.Itoa(year)}, "hints": {"1"},
	}.Encode()), true)
	took := time.Since(began)
	if err != nil || status != 303 {
		return errors.Join(err, fmt.Errorf("draw: status %d\n%.600s", status, body))
	}
	r.add(fmt.Sprintf("draw of a sample of %d proofs", grantDistricts), ms(took), "ms", 3000, lower)
	return nil
}
