package minutes

import (
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
)

// ToDecide are the objections to minutes that wait for an outcome.
type ToDecide struct {
	MinutesID uuid.UUID
	BodyName  string
	Day       calendar.Date // of the sitting
	Count     int
	Oldest    time.Time // when the oldest was filed
}

// QueueToDecide asks for the objections that were filed and have no outcome,
// in the bodies whose office the actor is, the oldest first.
func QueueToDecide(b *pgx.Batch, a access.Actor, into *[]ToDecide) {
	b.Queue(`
		SELECT m.id AS minutes_id, b.name AS body_name, m.day, o.count, o.oldest
		FROM (SELECT o.programme_id, o.minutes_id, count(*) AS count, min(o.filed_at) AS oldest
			FROM objection o
			WHERE o.body_id = ANY ($1) AND o.state = 'filed'
			GROUP BY o.programme_id, o.minutes_id) AS o
		JOIN minutes m ON m.programme_id = o.programme_id AND m.id = o.minutes_id
		JOIN body b ON b.programme_id = m.programme_id AND b.id = m.body_id
		WHERE m.approved_at IS NULL
		ORDER BY o.oldest, m.id`, bodiesOf(a, access.BodyOffice)).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowToStructByName[ToDecide])
		return err
	})
}

// ToHandle are minutes with which an office or a chair has to go on.
type ToHandle struct {
	MinutesID uuid.UUID
	BodyName  string
	Day       calendar.Date // of the sitting
	State     State         // Ready also if the deadline is over and the job has not yet said so
	Deadline  calendar.Date // for objections; zero: not circulated
}

// QueueToHandle asks for the minutes with which the actor has to go on: the
// office with those that are being written and those whose deadline is over,
// the chair with those that wait for the internal check. The oldest sitting
// comes first.
func QueueToHandle(b *pgx.Batch, a access.Actor, today calendar.Date, into *[]ToHandle) {
	b.Queue(`
		SELECT m.id AS minutes_id, b.name AS body_name, m.day,
			CASE WHEN m.state = 'circulated' THEN 'ready' ELSE m.state END AS state, m.deadline
		FROM minutes m
		JOIN body b ON b.programme_id = m.programme_id AND b.id = m.body_id
		WHERE m.body_id = ANY ($1) AND (m.state IN ('drafting', 'amending', 'ready') OR m.state = 'circulated' AND m.deadline < $3)
			OR m.body_id = ANY ($2) AND m.state = 'internal_check'
		ORDER BY m.day, b.name, m.id`, bodiesOf(a, access.BodyOffice), bodiesOf(a, access.Chair), today).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowToStructByName[ToHandle])
		return err
	})
}

// bodiesOf returns the bodies in which the actor holds the role today.
func bodiesOf(a access.Actor, role access.Role) []uuid.UUID {
	var bodies []uuid.UUID
	for _, g := range a.InBodies() {
		if g.Role == role {
			bodies = append(bodies, g.Body)
		}
	}
	return bodies
}
