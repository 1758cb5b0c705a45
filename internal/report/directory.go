package report

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/post"
)

// Contact is a district in the public directory of coordinators. Addresses are
// of the office, not of a person; a name shows only if the person agreed.
type Contact struct {
	AGS         string `db:"ags"`
	Name        string
	Seat        string
	State       post.State
	OfficeEmail *string // nil: nobody holds the post
	OfficePhone *string
	PublicName  *string
}

// Contacts returns every district with who can be reached there on the day.
func Contacts(ctx context.Context, tx *db.Tx, on calendar.Date) ([]Contact, error) {
	rows, _ := tx.Query(ctx, `
		SELECT d.ags, d.name, d.seat, coalesce(s.state, 'none') AS state,
			h.office_email, h.office_phone, h.public_name
		FROM district d
		LEFT JOIN post p ON p.programme_id = d.programme_id AND p.district_id = d.id
		LEFT JOIN LATERAL (
			SELECT state FROM post_state s
			WHERE s.programme_id = p.programme_id AND s.post_id = p.id AND s.valid_from <= $1 AND s.withdrawn_at IS NULL
			ORDER BY s.valid_from DESC, s.recorded_at DESC
			LIMIT 1) s ON true
		LEFT JOIN LATERAL (
			SELECT office_email, office_phone, public_name FROM post_holder h
			WHERE h.programme_id = p.programme_id AND h.post_id = p.id AND h.valid @> $1::date AND h.withdrawn_at IS NULL
			ORDER BY h.fte_permille DESC, lower(h.valid)
			LIMIT 1) h ON s.state = 'filled'
		WHERE d.valid @> $1::date
		ORDER BY d.short_name COLLATE "de-x-icu", d.ags`, on)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Contact])
	if err != nil {
		return nil, fmt.Errorf("directory: %w", err)
	}
	return list, nil
}

// The kinds of Group.
const (
	GroupMembers  = "members"  // seats with a vote, by institution
	GroupPatients = "patients" // seats of patient representatives
	GroupWorking  = "working"  // a working group
	GroupRegion   = "region"   // a model region
)

// Group is a part of the joint state committee: seats of one institution, a
// working group or a model region.
type Group struct {
	Kind   string
	Name   string
	Amount int // of seats; else 1
}

// CommitteeGroups returns what the joint state committee consists of on the day.
func CommitteeGroups(ctx context.Context, tx *db.Tx, on calendar.Date) ([]Group, error) {
	rows, _ := tx.Query(ctx, `
		WITH committee AS (SELECT programme_id, id FROM body WHERE kind = 'state_committee'),
		part AS (
			SELECT CASE WHEN s.voting THEN 'members' ELSE 'patients' END AS kind, s.institution AS name, count(*)::int AS amount
			FROM committee c
			JOIN seat s ON s.programme_id = c.programme_id AND s.body_id = c.id AND (s.voting OR s.grp = 'patient')
			WHERE s.valid @> $1::date
			GROUP BY 1, 2
			UNION ALL
			SELECT 'working', g.name, 1
			FROM committee c
			JOIN body g ON g.programme_id = c.programme_id AND g.parent_id = c.id AND g.kind = 'working_group'
			JOIN body_term t ON t.programme_id = g.programme_id AND t.body_id = g.id AND t.valid @> $1::date AND t.withdrawn_at IS NULL
			UNION ALL
			SELECT 'region', name, 1 FROM model_region WHERE valid @> $1::date AND withdrawn_at IS NULL)
		SELECT kind, name, amount
		FROM part
		ORDER BY kind, amount DESC, name COLLATE "de-x-icu"`, on)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Group])
	if err != nil {
		return nil, fmt.Errorf("committee: %w", err)
	}
	return list, nil
}
