package meeting

import (
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
)

// Unanswered is an invitation that one of the actor's seats has not answered.
type Unanswered struct {
	MeetingID   uuid.UUID
	BodyName    string
	Institution string
	Title       string
	Day         calendar.Date
	StartsAt    Clock
}

// QueueUnanswered asks for the invitations to sittings to come that wait for
// the answer of one of the actor's seats, in all bodies, the nearest first. An
// answer to an earlier day does not count.
func QueueUnanswered(b *pgx.Batch, a access.Actor, today calendar.Date, into *[]Unanswered) {
	b.Queue(`
		SELECT m.id AS meeting_id, b.name AS body_name, s.institution, m.title, m.day, to_char(m.starts_at, 'HH24:MI') AS starts_at
		FROM seat s
		JOIN meeting m ON m.programme_id = s.programme_id AND m.body_id = s.body_id
		JOIN body b ON b.programme_id = s.programme_id AND b.id = s.body_id
		WHERE s.id = ANY ($1) AND s.valid @> m.day AND m.state = 'invited' AND m.day >= $2
			AND NOT EXISTS (SELECT FROM call_reply r
				WHERE r.programme_id = m.programme_id AND r.meeting_id = m.id AND r.seat_id = s.id
					AND (m.invited_at IS NULL OR r.replied_at >= m.invited_at))
		ORDER BY m.day, b.name, m.id, s.institution`, a.AllSeatsFor(access.ReplyToCall), today).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowToStructByName[Unanswered])
		return err
	})
}

// OpenCircular is a circular decision on which one of the actor's seats has
// not voted.
type OpenCircular struct {
	ID          uuid.UUID
	BodyName    string
	Institution string
	Title       string
	Deadline    calendar.Date
}

// QueueOpenCirculars asks for the circular decisions that wait for the vote of
// one of the actor's seats, in all bodies, the nearest deadline first.
func QueueOpenCirculars(b *pgx.Batch, a access.Actor, today calendar.Date, into *[]OpenCircular) {
	b.Queue(`
		SELECT c.id, b.name AS body_name, s.institution, c.title, c.deadline
		FROM seat s
		JOIN circular_vote c ON c.programme_id = s.programme_id AND c.body_id = s.body_id
		JOIN body b ON b.programme_id = s.programme_id AND b.id = s.body_id
		WHERE s.id = ANY ($1) AND s.voting AND s.valid @> c.day AND c.state = 'open' AND c.deadline >= $2
			AND NOT EXISTS (SELECT FROM circular_ballot v
				WHERE v.programme_id = c.programme_id AND v.circular_id = c.id AND v.seat_id = s.id)
		ORDER BY c.deadline, b.name, c.id, s.institution`, a.AllSeatsFor(access.VoteBetween), today).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowToStructByName[OpenCircular])
		return err
	})
}

// Unwritten is a sitting that took place and whose minutes nobody began.
type Unwritten struct {
	MeetingID uuid.UUID
	BodyName  string
	Day       calendar.Date
}

// QueueUnwritten asks for the sittings whose minutes the actor, as the office,
// has to begin, the oldest first.
func QueueUnwritten(b *pgx.Batch, a access.Actor, into *[]Unwritten) {
	var bodies []uuid.UUID
	for _, g := range a.InBodies() {
		if g.Role == access.BodyOffice {
			bodies = append(bodies, g.Body)
		}
	}
	b.Queue(`
		SELECT m.id AS meeting_id, b.name AS body_name, m.day
		FROM meeting m
		JOIN body b ON b.programme_id = m.programme_id AND b.id = m.body_id
		WHERE m.body_id = ANY ($1) AND m.state = 'held'
		ORDER BY m.day, b.name, m.id`, bodies).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowToStructByName[Unwritten])
		return err
	})
}

// Next is a sitting to come.
type Next struct {
	ID       uuid.UUID
	BodyName string
	Title    string
	Day      calendar.Date
	StartsAt Clock
	Place    string
	State    State
}

// QueueNext asks for the next sittings of the bodies of which the actor is a
// part today, the nearest first.
func QueueNext(b *pgx.Batch, a access.Actor, today calendar.Date, most int, into *[]Next) {
	var bodies []uuid.UUID
	for _, g := range a.InBodies() {
		if g.Role.Acts() {
			bodies = append(bodies, g.Body)
		}
	}
	b.Queue(`
		SELECT m.id, b.name AS body_name, m.title, m.day, to_char(m.starts_at, 'HH24:MI') AS starts_at, m.place, m.state
		FROM meeting m
		JOIN body b ON b.programme_id = m.programme_id AND b.id = m.body_id
		WHERE m.body_id = ANY ($1) AND m.day >= $2 AND m.state IN ('planned', 'invited', 'in_session')
		ORDER BY m.day, m.starts_at, b.name, m.id
		LIMIT $3`, bodies, today, most).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowToStructByName[Next])
		return err
	})
}
