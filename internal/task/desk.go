package task

import (
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
)

// Due is a task that the actor is to do soon, or should have done.
type Due struct {
	ID        uuid.UUID
	Title     string
	PlaceName string // of the body or the district
	DueOn     calendar.Date
}

// QueueDue asks for the actor's own tasks that are due by the day, the most
// urgent first.
func QueueDue(b *pgx.Batch, a access.Actor, until calendar.Date, most int, into *[]Due) {
	b.Queue(dueSQL, a.Person, until, most).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowToStructByName[Due])
		return err
	})
}

const dueSQL = `
	SELECT t.id, t.title, coalesce(b.name, d.short_name, '') AS place_name, t.due_on
	FROM task t
	LEFT JOIN body b ON b.programme_id = t.programme_id AND b.id = t.body_id
	LEFT JOIN district d ON d.programme_id = t.programme_id AND d.id = t.district_id
	WHERE t.owner_id = $1 AND t.state IN ('open', 'in_progress') AND t.due_on <= $2
	ORDER BY t.due_on, t.id
	LIMIT $3`
