package body

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// Body is a body of the programme.
type Body struct {
	ID          uuid.UUID
	Kind        Kind
	Name        string
	ParentID    *uuid.UUID
	ParentName  string        // "" without a parent
	ConsultedOn calendar.Date // when the ministry was consulted (im Benehmen, § 8 (2) SächsKHG); zero: not yet
	Priorities  string        // planning priorities (planerische Schwerpunkte, § 8 (1) SächsKHG)
	OfficeEmail string
	Districts   []string // names of the districts that a conference covers
	Simulated   bool
	Version     int
}

const bodyColumns = `
	SELECT b.id, b.kind, b.name, b.parent_id, coalesce(p.name, '') AS parent_name, b.consulted_on, b.priorities, b.office_email,
		coalesce((SELECT array_agg(d.name ORDER BY d.short_name) FROM body_district bd
			JOIN district d ON d.programme_id = bd.programme_id AND d.id = bd.district_id
			WHERE bd.programme_id = b.programme_id AND bd.body_id = b.id), '{}') AS districts,
		b.simulated, b.version
	FROM body b
	LEFT JOIN body p ON p.programme_id = b.programme_id AND p.id = b.parent_id`

// ByID returns a body. It returns fault.NotFound if the programme has none
// with the id.
func ByID(ctx context.Context, tx *db.Tx, id uuid.UUID) (Body, error) {
	rows, _ := tx.Query(ctx, bodyColumns+` WHERE b.id = $1`, id)
	b, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Body])
	if err != nil {
		return Body{}, fmt.Errorf("body %s: %w", id, err)
	}
	return b, nil
}

// All returns every body of the programme, conferences first, then the state
// committee and its groups.
func All(ctx context.Context, tx *db.Tx) ([]Body, error) {
	rows, _ := tx.Query(ctx, bodyColumns+`
		ORDER BY array_position('{conference,state_committee,steering_group,working_group}'::text[], b.kind), b.name COLLATE "de-x-icu"`)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Body])
	if err != nil {
		return nil, fmt.Errorf("bodies: %w", err)
	}
	return list, nil
}
