package report_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/report"
	"rundertisch/internal/testdb"
)

// hall fills a programme's database with bodies past the rules, as the owner.
type hall struct {
	*testdb.Instance
	t testing.TB
}

// tables that the hall fills, with the triggers that would tell a story.
var hallTables = []string{
	"body", "seat", "meeting", "minutes", "minutes_block", "minutes_version", "version_block", "objection", "no_objection",
	"call_reply", "circular_vote", "circular_ballot", "task",
}

func newHall(t testing.TB, d *testdb.Instance) hall {
	t.Helper()
	h := hall{d, t}
	for _, table := range hallTables {
		d.Owner(t, `ALTER TABLE `+table+` DISABLE TRIGGER USER`)
	}
	return h
}

func (h hall) exec(sql string, args ...any) {
	h.t.Helper()
	h.Owner(h.t, sql, append([]any{testdb.Saxony.ID}, args...)...)
}

// bodies adds n bodies of 40 seats; the first seat of each is a body's own.
func (h hall) bodies(n int) []access.Grant {
	h.t.Helper()
	grants := make([]access.Grant, n)
	for i := range grants {
		grants[i] = access.Grant{Role: access.Member, Body: uuid.New(), Seat: uuid.New(), Reads: "(,)"}
		h.exec(`INSERT INTO body (programme_id, id, kind, name) VALUES ($1, $2, 'conference', $3)`, grants[i].Body, fmt.Sprintf("Konferenz %02d", i))
		h.exec(`INSERT INTO seat (programme_id, id, body_id, institution, grp, voting, ordinal, valid)
			SELECT $1, CASE WHEN n = 1 THEN $3::uuid ELSE gen_random_uuid() END, $2, 'Einrichtung ' || n, 'insurer', true, n, '[2020-01-01,)'
			FROM generate_series(1, 40) AS n`, grants[i].Body, grants[i].Seat)
	}
	return grants
}

// sitting adds a sitting with minutes, both in a state, and returns its id,
// which is that of the minutes, too.
func (h hall) sitting(body uuid.UUID, day calendar.Date, meeting, minutes string, deadline calendar.Date) uuid.UUID {
	h.t.Helper()
	id := uuid.New()
	h.exec(`INSERT INTO meeting (programme_id, id, body_id, day, starts_at, title, state) VALUES ($1, $2, $3, $4, '10:00', 'Sitzung', $5)`, id, body, day, meeting)
	if minutes == "" {
		return id
	}
	no := 1
	if minutes == "drafting" || minutes == "internal_check" {
		no, deadline = 0, calendar.Date{}
	}
	h.exec(`INSERT INTO minutes (programme_id, id, meeting_id, body_id, day, state, no, deadline, circulated_at)
		VALUES ($1, $2, $2, $3, $4, $5, $6, $7, CASE WHEN $6 > 0 THEN now() END)`, id, body, day, minutes, no, deadline)
	if no > 0 {
		h.exec(`INSERT INTO minutes_version (programme_id, minutes_id, no, body_id, day, content, sha256, previous, frozen_at)
			VALUES ($1, $2, 1, $3, $4, 'x', sha256('x'), sha256('x'), now())`, id, body, day)
		h.exec(`INSERT INTO minutes_block (programme_id, id, minutes_id, body_id, day, ordinal, kind) VALUES ($1, $2, $2, $3, $4, 1, 'text')`, id, body, day)
		h.exec(`INSERT INTO version_block (programme_id, minutes_id, no, block_id, body_id, day, item_number, item_title, number, ordinal, kind, body, non_public)
			VALUES ($1, $2, 1, $2, $3, $4, '1', 'Punkt', '1.1', 1, 'text', 'Text', false)`, id, body, day)
	}
	return id
}

// objection files an objection of a seat to minutes that the hall made.
func (h hall) objection(minutes, body, seat, author uuid.UUID, day calendar.Date, number int) {
	h.t.Helper()
	h.exec(`INSERT INTO objection (programme_id, id, minutes_id, no, block_id, body_id, day, seat_id, author_id, kind, reason, state, number, filed_at)
		VALUES ($1, gen_random_uuid(), $2, 1, $2, $3, $4, $5, $6, 'wrong', 'stimmt nicht', 'filed', $7, now())`, minutes, body, day, seat, author, number)
}

func (h hall) circular(body uuid.UUID, day, deadline calendar.Date) uuid.UUID {
	h.t.Helper()
	id := uuid.New()
	h.exec(`INSERT INTO circular_vote (programme_id, id, body_id, day, title, wording, type, deadline, explained) VALUES ($1, $2, $3, $4, 'Antrag', 'Antrag', 'other', $5, '[]')`,
		id, body, day, deadline)
	return id
}

// desk is the desk as the actor sees it.
func (h hall) desk(a access.Actor) (desk report.Desk) {
	h.t.Helper()
	h.MustRead(h.t, a, access.UseDesk, func(ctx context.Context, tx *db.Tx) (err error) {
		desk, err = report.DeskOf(ctx, tx)
		return err
	})
	return desk
}

// lines says in short what waits.
func lines(list []report.Wait) []string {
	var out []string
	for _, w := range list {
		out = append(out, fmt.Sprintf("%s %s %s", w.Deadline, w.Kind, w.Place))
	}
	return out
}

func person(grants ...access.Grant) access.Actor {
	a := testdb.Saxony.Actor(access.Member)
	a.Grants = grants
	return a
}

// TestThirteenSeats is a person with a seat in each of 13 bodies: each review
// is a row of its own, and nobody sees another's.
func TestThirteenSeats(t *testing.T) {
	t.Parallel()
	h := newHall(t, testdb.DB(t))
	today := calendar.Of(h.Now())
	grants := h.bodies(14)
	for i, g := range grants {
		h.sitting(g.Body, today.AddDays(-20), "minutes_pending", "circulated", today.AddDays(14-i))
		h.sitting(g.Body, today.AddDays(-200), "closed", "circulated", today.AddDays(-100)) // over
	}
	var want []string
	for i := 12; i >= 0; i-- {
		want = append(want, fmt.Sprintf("%s review Konferenz %02d", today.AddDays(14-i), i))
	}
	member := person(grants[:13]...)
	if diff := cmp.Diff(want, lines(h.desk(member).Waiting)); diff != "" {
		t.Errorf("the desk (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{today.AddDays(1).String() + " review Konferenz 13"}, lines(h.desk(person(grants[13])).Waiting)); diff != "" {
		t.Errorf("the other's desk (-want +got):\n%s", diff)
	}
	former := member
	former.Grants = nil
	for _, g := range grants[:13] {
		former.Grants = append(former.Grants, access.Grant{Role: access.FormerMember, Body: g.Body, Seat: g.Seat, Reads: "(,)"})
	}
	for _, a := range []access.Actor{former, testdb.Saxony.Actor(access.Lead), testdb.Saxony.Actor(access.Coordinator), testdb.Musterland.Actor(access.Member)} {
		if desk := h.desk(a); len(desk.Waiting) != 0 || len(desk.Next) != 0 {
			t.Errorf("%s sees %v", a.Name, lines(desk.Waiting))
		}
	}
	h.exec(`INSERT INTO no_objection (programme_id, minutes_id, no, seat_id, body_id, day)
		SELECT $1, id, 1, $2, body_id, day FROM minutes WHERE body_id = $3 AND deadline >= $4`, grants[0].Seat, grants[0].Body, today)
	if n := len(h.desk(member).Waiting); n != 12 {
		t.Errorf("after one answer %d rows wait, want 12", n)
	}
	two, second := grants[1], grants[1]
	second.Seat = h.otherSeat(two.Body, two.Seat)
	if n := len(h.desk(person(two, second)).Waiting); n != 2 {
		t.Errorf("who holds two seats of a body sees %d rows, want one for each seat", n)
	}
}

// otherSeat returns another seat of the body.
func (h hall) otherSeat(body, not uuid.UUID) (id uuid.UUID) {
	h.t.Helper()
	h.MustRead(h.t, testdb.Saxony.System(), access.Seed, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT id FROM seat WHERE body_id = $1 AND id <> $2 ORDER BY ordinal LIMIT 1`, body, not).Scan(&id)
	})
	return id
}

// TestEachRoleSeesItsWork puts one thing of each kind into a body.
func TestEachRoleSeesItsWork(t *testing.T) {
	t.Parallel()
	h := newHall(t, testdb.DB(t))
	today := calendar.Of(h.Now())
	g := h.bodies(1)[0]
	as := func(r access.Role) access.Actor {
		grant := g
		grant.Role = r
		if r == access.BodyOffice {
			grant.Seat = uuid.Nil
		}
		return person(grant)
	}
	author := as(access.Member).Person
	call := h.sitting(g.Body, today.AddDays(9), "invited", "", calendar.Date{})
	h.sitting(g.Body, today.AddDays(40), "planned", "", calendar.Date{})
	h.sitting(g.Body, today.AddDays(41), "cancelled", "", calendar.Date{})
	reviewed := h.sitting(g.Body, today.AddDays(-10), "minutes_pending", "circulated", today.AddDays(5))
	h.objection(reviewed, g.Body, h.otherSeat(g.Body, g.Seat), author, today.AddDays(-10), 1)
	h.sitting(g.Body, today.AddDays(-40), "minutes_pending", "drafting", calendar.Date{})
	h.sitting(g.Body, today.AddDays(-50), "minutes_pending", "internal_check", calendar.Date{})
	h.sitting(g.Body, today.AddDays(-60), "minutes_pending", "ready", today.AddDays(-10))
	h.sitting(g.Body, today.AddDays(-70), "minutes_pending", "circulated", today.AddDays(-1))
	h.sitting(g.Body, today.AddDays(-80), "held", "", calendar.Date{})
	vote := h.circular(g.Body, today.AddDays(-1), today.AddDays(2))
	h.circular(g.Body, today.AddDays(-9), today.AddDays(-1))
	for _, due := range []calendar.Date{today.AddDays(-3), today.AddDays(14), today.AddDays(15)} {
		h.exec(`INSERT INTO task (programme_id, id, body_id, day, title, owner, owner_id, due_on) VALUES ($1, gen_random_uuid(), $2, $3, 'Zahlen', 'AOK', $4, $5)`,
			g.Body, today.AddDays(-30), author, due)
	}
	at := func(n int) string { return today.AddDays(n).String() }
	const body = " Konferenz 00"
	tasks := []string{at(-3) + " task" + body}
	for role, want := range map[access.Role][]string{
		access.Member: {at(2) + " vote" + body, at(5) + " review" + body, at(9) + " reply" + body, at(14) + " task" + body},
		access.Guest:  {at(9) + " reply" + body, at(14) + " task" + body},
		access.Chair:  {at(2) + " vote" + body, at(5) + " review" + body, at(9) + " reply" + body, at(14) + " task" + body, " check" + body},
		access.BodyOffice: {
			at(14) + " task" + body, " begin" + body, " approve" + body, " approve" + body, " write" + body, " objections" + body,
		},
	} {
		desk := h.desk(as(role))
		if diff := cmp.Diff(append(append([]string{}, tasks...), want...), lines(desk.Waiting)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", role, diff)
		}
		if len(desk.Next) != 2 || desk.Next[0].ID != call {
			t.Errorf("%s: next sittings %+v, want the invited and the planned one", role, desk.Next)
		}
	}
	h.exec(`INSERT INTO call_reply (programme_id, meeting_id, seat_id, body_id, day, reply) VALUES ($1, $2, $3, $4, $5, 'comes')`, call, g.Seat, g.Body, today.AddDays(9))
	h.exec(`INSERT INTO circular_ballot (programme_id, circular_id, seat_id, body_id, choice) VALUES ($1, $2, $3, $4, 'yes')`, vote, g.Seat, g.Body)
	want := []string{at(-3) + " task" + body, at(5) + " review" + body, at(14) + " task" + body}
	if diff := cmp.Diff(want, lines(h.desk(as(access.Member)).Waiting)); diff != "" {
		t.Errorf("after the answers (-want +got):\n%s", diff)
	}
	h.exec(`UPDATE meeting SET invited_at = now() + interval '1 minute' WHERE programme_id = $1 AND id = $2`, call)
	if n := len(h.desk(as(access.Member)).Waiting); n != 4 {
		t.Errorf("an answer to an earlier invitation counts: %d rows, want 4", n)
	}
}
