package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
)

// The size at which minutes are measured.
const (
	blocksOfMinutes = 200
	objectionsTo    = 300
	membersOfBody   = 40
	bodiesOfMember  = 13
	yearsOfSittings = 5
	readersAtOnce   = 200
	drafts          = 15 // each is circulated once
)

// member reviews; office circulates.
const (
	member = "mitglied@kvs.example"
	office = "geschaeftsstelle@nordsachsen.example"
)

// bigMinutes are the minutes that everybody reviews, draftOf those that are
// circulated one after the other.
func bigMinutes() string   { return benchID("minutes") }
func draftOf(n int) string { return benchID(fmt.Sprintf("draft/%d", n)) }
func benchID(name string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("bench/"+name)).String()
}

// growMinutes adds to the demo: a member's 13 bodies with sittings of five
// years, 40 members of the Nordsachsen conference with accounts, and minutes of
// 200 passages with 300 objections. Triggers are off.
func (p *place) growMinutes(ctx context.Context) error {
	db, err := p.super(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close(ctx) }()
	for _, step := range minutesGrowth() {
		if _, err := db.Exec(ctx, step.sql, step.args...); err != nil {
			return fmt.Errorf("%.60s: %w", step.sql, err)
		}
	}
	return nil
}

func minutesGrowth() []statement {
	steps := []statement{
		{`SET session_replication_role = replica`, nil},
		{`CREATE TEMP TABLE home AS
			SELECT b.programme_id, b.id AS body_id, p.id AS kvs, s.id AS kvs_seat
			FROM body b
			JOIN person p ON p.programme_id = b.programme_id AND p.email = $1
			JOIN seat_holder h ON h.programme_id = b.programme_id AND h.body_id = b.id AND h.person_id = p.id
			JOIN seat s ON s.id = h.seat_id
			WHERE b.name = 'Regionalkonferenz Nordsachsen'`, []any{member}},
		{`INSERT INTO body (programme_id, id, kind, name)
			SELECT programme_id, gen_random_uuid(), 'conference', 'Vergleichskonferenz ' || i FROM home, generate_series(3, $1::int) AS i`, []any{bodiesOfMember}},
		{`INSERT INTO seat (programme_id, id, body_id, institution, grp, voting, ordinal, valid)
			SELECT b.programme_id, gen_random_uuid(), b.id, 'Sitz ' || i, 'kv', true, i, '[2019-01-01,)'
			FROM body b, generate_series(1, 10) AS i WHERE b.name LIKE 'Vergleichskonferenz %'`, nil},
		{`INSERT INTO seat_holder (programme_id, body_id, seat_id, person_id, slot, valid, recorded_at)
			SELECT s.programme_id, s.body_id, s.id, h.kvs, 0, '[2019-01-01,)', now() FROM seat s, home h WHERE s.institution = 'Sitz 1'`, nil},
		{`INSERT INTO meeting (programme_id, id, body_id, day, starts_at, title, state)
			SELECT b.programme_id, gen_random_uuid(), b.id, (now() - i * interval '91 days')::date, '10:00', 'Sitzung ' || i, CASE WHEN i = 0 THEN 'minutes_pending' ELSE 'closed' END
			FROM body b, generate_series(0, $1::int) AS i WHERE b.name LIKE 'Vergleichskonferenz %'`, []any{4 * yearsOfSittings}},
		{`INSERT INTO minutes (programme_id, id, meeting_id, body_id, day, state, no, deadline, circulated_at, approved_at, approved_how)
			SELECT m.programme_id, gen_random_uuid(), m.id, m.body_id, m.day, CASE WHEN m.state = 'closed' THEN 'approved' ELSE 'circulated' END, 1,
				(now() + interval '10 days')::date, now(), CASE WHEN m.state = 'closed' THEN now() END, CASE WHEN m.state = 'closed' THEN 'silence' END
			FROM meeting m JOIN body b ON b.id = m.body_id WHERE b.name LIKE 'Vergleichskonferenz %'`, nil},
		{`INSERT INTO call_notice (programme_id, meeting_id, body_id, day, seat_id, person_id, kind, sequence)
			SELECT m.programme_id, m.id, m.body_id, m.day, h.seat_id, h.person_id, 'call', 0
			FROM meeting m JOIN seat_holder h ON h.programme_id = m.programme_id AND h.body_id = m.body_id
			JOIN body b ON b.id = m.body_id WHERE b.name LIKE 'Vergleichskonferenz %'`, nil},
		// 40 members of Nordsachsen who can sign in
		{
			`CREATE TEMP TABLE colleague AS SELECT i, gen_random_uuid() AS person, gen_random_uuid() AS account, gen_random_uuid() AS seat FROM generate_series(1, $1::int) AS i`,
			[]any{membersOfBody - 8},
		},
		{`INSERT INTO account (id, email, password_hash) SELECT c.account, 'kollege' || c.i || '@bench.example', a.password_hash FROM colleague c, account a WHERE a.email = $1`, []any{member}},
		{`INSERT INTO person (programme_id, id, account_id, name, email) SELECT programme_id, person, account, 'Kollege ' || i, 'kollege' || i || '@bench.example' FROM colleague, home`, nil},
		{`INSERT INTO seat (programme_id, id, body_id, institution, grp, voting, ordinal, valid)
			SELECT programme_id, seat, body_id, 'Haus ' || i, 'hospital_owner', true, 100 + i, '[2019-01-01,)' FROM colleague, home`, nil},
		{`INSERT INTO seat_holder (programme_id, body_id, seat_id, person_id, slot, valid, recorded_at)
			SELECT programme_id, body_id, seat, person, 0, '[2019-01-01,)', now() FROM colleague, home`, nil},
	}
	steps = append(steps, oneMinutes(bigMinutes(), "circulated", 2)...)
	for n := range drafts {
		steps = append(steps, oneMinutes(draftOf(n), "drafting", 0)...)
	}
	return append(steps,
		statement{`INSERT INTO objection (programme_id, id, minutes_id, no, block_id, body_id, day, seat_id, author_id, kind, quote, reason, wish, state, number, filed_at, opens_on)
			SELECT v.programme_id, gen_random_uuid(), v.minutes_id, v.no, v.block_id, v.body_id, v.day, c.seat, c.person, 'wrong', 'Einigkeit besteht',
				'Das wurde anders besprochen.', v.body || ' Der Landkreis stimmt zu.', 'filed', 100000 + g.i, now(), (now() - interval '1 day')::date
			FROM generate_series(1, $2::int) AS g(i)
			JOIN (SELECT *, row_number() OVER (ORDER BY ordinal) AS n FROM version_block WHERE minutes_id = $1::uuid AND no = 2) v ON v.n = 1 + g.i % $3::int
			JOIN colleague c ON c.i = 1 + g.i % (SELECT count(*) FROM colleague)`, []any{bigMinutes(), objectionsTo, blocksOfMinutes}},
		statement{`ANALYZE`, nil})
}

// oneMinutes makes a sitting with 20 items and minutes with 200 passages of some
// 60 words, in so many versions. From one version to the next every tenth
// passage differs.
func oneMinutes(id, state string, versions int) []statement {
	sum := sha256.Sum256([]byte("x"))
	steps := []statement{
		{`INSERT INTO meeting (programme_id, id, body_id, day, starts_at, title, state)
			SELECT programme_id, $1::uuid, body_id, (now() - interval '5 days')::date, '10:00', 'Große Sitzung', 'minutes_pending' FROM home`, []any{benchID(id + "/meeting")}},
		{`INSERT INTO agenda_item (programme_id, id, body_id, meeting_id, day, ordinal, title)
			SELECT m.programme_id, gen_random_uuid(), m.body_id, m.id, m.day, i, 'Punkt ' || i FROM meeting m, generate_series(1, 20) AS i WHERE m.id = $1::uuid`, []any{benchID(id + "/meeting")}},
		{`INSERT INTO minutes (programme_id, id, meeting_id, body_id, day, state, no, deadline, circulated_at)
			SELECT programme_id, $1::uuid, id, body_id, day, $3, $4::int, CASE WHEN $4 > 0 THEN (now() + interval '9 days')::date END, CASE WHEN $4 > 0 THEN now() END
			FROM meeting WHERE id = $2::uuid`, []any{id, benchID(id + "/meeting"), state, versions}},
		{`INSERT INTO minutes_block (programme_id, id, minutes_id, body_id, day, item_id, ordinal, kind, body)
			SELECT i.programme_id, gen_random_uuid(), $1::uuid, i.body_id, i.day, i.id, n, 'text',
				repeat('Einigkeit besteht über die Versorgung im **ländlichen Raum** und die nächsten Schritte. ', 5) || i.ordinal || '.' || n
			FROM agenda_item i, generate_series(1, $3::int) AS n WHERE i.meeting_id = $2::uuid`, []any{id, benchID(id + "/meeting"), blocksOfMinutes / 20}},
	}
	for no := 1; no <= versions; no++ {
		steps = append(steps,
			statement{`INSERT INTO minutes_version (programme_id, minutes_id, no, body_id, day, content, sha256, previous, deadline, frozen_at)
				SELECT programme_id, id, $2::int, body_id, day, 'x', $3, $3, deadline, now() FROM minutes WHERE id = $1::uuid`, []any{id, no, sum[:]}},
			statement{`INSERT INTO version_block (programme_id, minutes_id, no, block_id, body_id, day, item_id, item_number, item_title, number, ordinal, kind, body, non_public)
				SELECT b.programme_id, b.minutes_id, $2::int, b.id, b.body_id, b.day, b.item_id, i.ordinal::text, i.title, i.ordinal || '.' || b.ordinal, i.ordinal * 100 + b.ordinal, 'text',
					b.body || CASE WHEN b.ordinal = 1 THEN ' In Fassung ' || $2::int || ' ergänzt.' ELSE '' END, false
				FROM minutes_block b JOIN agenda_item i ON i.id = b.item_id WHERE b.minutes_id = $1::uuid`, []any{id, no}})
	}
	return steps
}

// measureMinutes measures the pages of the minutes: review by a member among
// 300 objections, diff of two versions, circulation to 40 members, the desk of
// somebody with 13 seats, and 200 readers of one review.
func measureMinutes(ctx context.Context, _ options, at *place, r *report) error {
	if err := at.growMinutes(ctx); err != nil {
		return fmt.Errorf("add minutes: %w", err)
	}
	c, err := dial(ctx, at.site.addr)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	reader, err := signInAs(at.site.addr, member)
	if err != nil {
		return err
	}
	review := "/protokolle/" + bigMinutes() + "/durchsicht"
	for _, m := range []struct {
		name, path string
		target     float64
	}{
		{"review page, 200 passages and 300 objections", review, 40},
		{"diff of two versions, 200 passages", "/protokolle/" + bigMinutes() + "/vergleich?von=1&bis=2", 60},
		{"desk of a member with 13 seats", "/start", 20},
	} {
		took, err := sample(c, func() []byte { return get(m.path, reader) }, 200)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		slices.Sort(took)
		r.add(m.name+", median", ms(took[len(took)/2]), "ms", m.target, lower)
		r.remarkf("%-44s p95 %6.2f ms, p99 %6.2f ms", m.name, ms(took[len(took)*95/100]), ms(took[len(took)*99/100]))
	}
	if err := measureCirculation(c, at, r); err != nil {
		return err
	}
	return measureReaders(ctx, at, r, review)
}

// measureCirculation circulates each draft once.
func measureCirculation(c *conn, at *place, r *report) error {
	token, err := signInAs(at.site.addr, office)
	if err != nil {
		return err
	}
	var took []time.Duration
	for n := range drafts {
		began := time.Now()
		status, _, body, err := c.do(post("/protokolle/"+draftOf(n)+"/umlauf", token, url.Values{"version": {"1"}}.Encode()), true)
		if err != nil {
			return err
		}
		if status != 303 {
			return fmt.Errorf("circulate: status %d\n%.600s", status, body)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	r.add(fmt.Sprintf("circulating %d passages to %d members, median", blocksOfMinutes, membersOfBody), ms(took[len(took)/2]), "ms", 100, lower)
	r.remarkf("Circulating is measured with %d drafts, each once; without SMTP_URL the messages are written and kept.", drafts)
	return nil
}

// measureReaders lets 200 readers open the review, within 30 s and all at once.
func measureReaders(ctx context.Context, at *place, r *report, path string) error {
	var tokens []string
	for i := 1; i <= membersOfBody-8; i++ {
		token, err := signInAs(at.site.addr, fmt.Sprintf("kollege%d@bench.example", i))
		if err != nil {
			return err
		}
		tokens = append(tokens, token)
	}
	for _, m := range []struct {
		name   string
		spread time.Duration
		target float64
	}{
		{"200 readers of one review within 30 s, p99", 30 * time.Second, 400},
		{"200 readers of one review at once, p99", 0, 4000},
	} {
		took, err := crowd(ctx, at.site.addr, path, tokens, m.spread)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		slices.Sort(took)
		r.add(m.name, ms(took[len(took)*99/100]), "ms", m.target, lower)
	}
	return nil
}

// crowd opens the page once for each reader, evenly over a time, each on a
// connection of its own. It returns an error if a single one gets none.
func crowd(ctx context.Context, addr, path string, tokens []string, spread time.Duration) ([]time.Duration, error) {
	took := make([]time.Duration, readersAtOnce)
	errs := make([]error, readersAtOnce)
	var wg sync.WaitGroup
	for i := range readersAtOnce {
		wg.Go(func() {
			time.Sleep(spread * time.Duration(i) / readersAtOnce)
			began := time.Now()
			_, errs[i] = page(ctx, addr, get(path, tokens[i%len(tokens)]))
			took[i] = time.Since(began)
		})
	}
	wg.Wait()
	return took, errors.Join(errs...)
}
