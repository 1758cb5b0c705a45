package grant

import (
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
)

// ApplicationDue is an application that waits: sent in, for the officer, or sent
// back, for the district.
type ApplicationDue struct {
	CaseID   uuid.UUID
	FileRef  string
	District string
	Returned bool
	Since    calendar.Date // of the state
	DueOn    calendar.Date // of a return; zero: none
}

// QueueApplications asks for the applications that wait for the actor: an
// officer's own, those of whom he covers and those that nobody has; a district's
// own that came back.
func QueueApplications(b *pgx.Batch, a access.Actor, most int, into *[]ApplicationDue) {
	officer := a.May(access.PrepareGrants)
	if !officer && !a.May(access.ApplyForGrant) {
		return
	}
	b.Queue(`
		SELECT c.id AS case_id, c.file_ref, d.short_name AS district, c.state = 'returned' AS returned,
			(SELECT max(e.on_day) FROM case_event e WHERE e.programme_id = c.programme_id AND e.case_id = c.id AND e.to_state = c.state) AS since,
			(SELECT r.due_on FROM application_return r
				WHERE r.programme_id = c.programme_id AND r.case_id = c.id AND c.state = 'returned' ORDER BY r.at DESC LIMIT 1) AS due_on
		FROM grant_case c
		JOIN district d ON d.programme_id = c.programme_id AND d.id = c.district_id
		WHERE c.state = 'submitted' AND $1 AND (c.officer_id IS NULL OR c.officer_id = ANY ((SELECT stands_for())::uuid[]))
			OR c.state = 'returned' AND c.district_id = ANY ($2)
		ORDER BY since, c.file_ref
		LIMIT $3`, officer, a.Districts(), most).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowToStructByName[ApplicationDue])
		return err
	})
}
