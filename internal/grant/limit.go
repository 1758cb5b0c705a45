package grant

import (
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
)

// Limit is a hearing, or a decision without a notice, whose time to revoke runs
// out: one of the alarms of its terms has passed.
type Limit struct {
	CaseID       uuid.UUID
	FileRef      string
	DistrictName string
	LastDay      calendar.Date // on which may be revoked
}

// QueueLimits asks for what is to be called to mind: of the officer's own cases,
// of those that he covers and of those that have nobody.
func QueueLimits(b *pgx.Batch, today calendar.Date, most int, into *[]Limit) {
	b.Queue(`
		SELECT c.id AS case_id, c.file_ref, d.name AS district_name, (h.facts_known_on + make_interval(months => t.revocation_months))::date AS last_day
		FROM grant_case c
		JOIN LATERAL (SELECT x.facts_known_on FROM hearing x WHERE x.programme_id = c.programme_id AND x.case_id = c.id ORDER BY x.at DESC LIMIT 1) h ON true
		JOIN scheme_terms t ON t.programme_id = c.programme_id AND t.id = c.terms_id
		JOIN district d ON d.programme_id = c.programme_id AND d.id = c.district_id
		WHERE (c.state = 'hearing' OR c.state IN ('partly_revoked', 'revoked') AND revocations_unsaid(c.programme_id, c.id) > 0) AND (c.officer_id = ANY ((SELECT stands_for())::uuid[]) OR c.officer_id IS NULL)
			AND EXISTS (SELECT FROM unnest(t.alarm_months) AS m WHERE h.facts_known_on + make_interval(months => m) <= $1::date)
		ORDER BY 4, 2
		LIMIT $2`, today, most).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowToStructByName[Limit])
		return err
	})
}
