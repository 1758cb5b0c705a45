package body

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// Entry is a body in the list of bodies, as it is on one day.
type Entry struct {
	Body
	State  ConferenceState // of a conference; else ""
	Chair  string          // the institution in the chair; "": none
	Seats  int
	Voting int // of the seats
}

// List returns every body of the programme as it is on a day, in the order of
// All.
func List(ctx context.Context, tx *db.Tx, on calendar.Date) ([]Entry, error) {
	rows, _ := tx.Query(ctx, `
		SELECT e.id, e.kind, e.name, e.parent_id, e.parent_name, e.consulted_on, e.priorities, e.office_email, e.districts, e.simulated, e.version,
			coalesce(state.state, '') AS state, coalesce(chair.institution, '') AS chair, seats.seats, seats.voting
		FROM (`+bodyColumns+`) AS e
		LEFT JOIN LATERAL (
			SELECT s.state FROM body_district d
			JOIN conference_state s ON s.programme_id = d.programme_id AND s.district_id = d.district_id
			WHERE d.body_id = e.id AND e.kind = 'conference' AND s.valid_from <= $1 AND s.withdrawn_at IS NULL
			ORDER BY s.valid_from DESC, s.recorded_at DESC LIMIT 1) AS state ON true
		LEFT JOIN LATERAL (
			SELECT s.institution FROM body_chair c JOIN seat s ON s.programme_id = c.programme_id AND s.id = c.seat_id
			WHERE c.body_id = e.id AND c.withdrawn_at IS NULL AND c.valid @> $1::date LIMIT 1) AS chair ON true
		CROSS JOIN LATERAL (
			SELECT count(*) AS seats, count(*) FILTER (WHERE s.voting) AS voting FROM seat s
			WHERE s.body_id = e.id AND s.valid @> $1::date) AS seats
		ORDER BY array_position('{conference,state_committee,steering_group,working_group}'::text[], e.kind), e.name COLLATE "de-x-icu"`, on)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Entry])
	if err != nil {
		return nil, fmt.Errorf("list bodies: %w", err)
	}
	return list, nil
}

// Part is what a person is or was in a body.
type Part struct {
	BodyID      uuid.UUID
	BodyName    string
	Kind        Kind
	Office      bool // runs the office; else holds a seat
	Institution string
	Group       Group `db:"grp"`
	Slot        int
	Chair       bool
	Valid       calendar.Range
}

// Mine returns what the actor is, was and will be in bodies, present parts
// first. on is today.
func Mine(ctx context.Context, tx *db.Tx, on calendar.Date) ([]Part, error) {
	rows, _ := tx.Query(ctx, `
		WITH part AS (
			SELECT h.body_id, false AS office, s.institution, s.grp, h.slot, h.valid * s.valid AS valid,
				EXISTS (SELECT FROM body_chair c WHERE c.programme_id = h.programme_id AND c.seat_id = h.seat_id
					AND c.withdrawn_at IS NULL AND c.valid @> $2::date) AS chair
			FROM seat_holder h JOIN seat s ON s.programme_id = h.programme_id AND s.id = h.seat_id
			WHERE h.person_id = $1 AND h.withdrawn_at IS NULL AND h.valid && s.valid
			UNION ALL
			SELECT o.body_id, true, '', '', 0, o.valid, false
			FROM body_office o WHERE o.person_id = $1 AND o.withdrawn_at IS NULL)
		SELECT p.body_id, b.name AS body_name, b.kind, p.office, p.institution, p.grp, p.slot, p.chair, p.valid
		FROM part p JOIN body b ON b.id = p.body_id
		ORDER BY NOT p.valid @> $2::date, b.name COLLATE "de-x-icu", lower(p.valid) DESC, p.institution`, tx.Actor.Person, on)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Part])
	if err != nil {
		return nil, fmt.Errorf("own bodies: %w", err)
	}
	return list, nil
}

// Children returns the groups below a body.
func Children(ctx context.Context, tx *db.Tx, id uuid.UUID) ([]Body, error) {
	rows, _ := tx.Query(ctx, bodyColumns+` WHERE b.parent_id = $1 ORDER BY b.kind, b.name COLLATE "de-x-icu"`, id)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Body])
	if err != nil {
		return nil, fmt.Errorf("groups of body %s: %w", id, err)
	}
	return list, nil
}

// Covered is a district that a conference covers.
type Covered struct {
	ID   uuid.UUID
	AGS  string
	Name string
}

// CoveredBy returns the districts of a conference by name.
func CoveredBy(ctx context.Context, tx *db.Tx, bodyID uuid.UUID) ([]Covered, error) {
	rows, _ := tx.Query(ctx, `
		SELECT d.id, d.ags, d.name
		FROM body_district b JOIN district d ON d.programme_id = b.programme_id AND d.id = b.district_id
		WHERE b.body_id = $1
		ORDER BY d.short_name`, bodyID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Covered])
	if err != nil {
		return nil, fmt.Errorf("districts of body %s: %w", bodyID, err)
	}
	return list, nil
}

// Published is what anybody may know of a body.
type Published struct {
	Body
	Institutions []Institution
	Rules        Bylaws // the [Defaults], without an id, if none are on record
}

// Institution is an institution with its seats in a body. Persons are not
// published.
type Institution struct {
	BodyID uuid.UUID
	Name   string
	Group  Group `db:"grp"`
	Seats  int
	Voting bool
	Chair  bool
}

// Publish returns the bodies of the kinds as they are on a day, in the order of
// All.
func Publish(ctx context.Context, tx *db.Tx, on calendar.Date, kinds ...Kind) ([]Published, error) {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = string(k)
	}
	b := &pgx.Batch{}
	b.Queue(bodyColumns+` WHERE b.kind = ANY ($1)
		ORDER BY array_position('{conference,state_committee,steering_group,working_group}'::text[], b.kind), b.name COLLATE "de-x-icu"`, names)
	b.Queue(`
		SELECT s.body_id, s.institution AS name, s.grp, count(*) AS seats, s.voting, bool_or(c.id IS NOT NULL) AS chair
		FROM seat s
		LEFT JOIN body_chair c ON c.programme_id = s.programme_id AND c.seat_id = s.id AND c.withdrawn_at IS NULL AND c.valid @> $1::date
		WHERE s.valid @> $1::date
		GROUP BY s.body_id, s.institution, s.grp, s.voting
		ORDER BY min(s.ordinal), s.institution`, on)
	b.Queue(`
		SELECT DISTINCT ON (body_id) `+bylawsColumns+`
		FROM bylaws
		WHERE valid_from <= $1 AND withdrawn_at IS NULL
		ORDER BY body_id, valid_from DESC, recorded_at DESC`, on)
	results := tx.SendBatch(ctx, b)
	defer func() { _ = results.Close() }()
	rows, _ := results.Query()
	bodies, err := pgx.CollectRows(rows, pgx.RowToStructByName[Body])
	if err != nil {
		return nil, fmt.Errorf("publish bodies: %w", err)
	}
	rows, _ = results.Query()
	seats, err := pgx.CollectRows(rows, pgx.RowToStructByName[Institution])
	if err != nil {
		return nil, fmt.Errorf("publish seats: %w", err)
	}
	rows, _ = results.Query()
	rules, err := pgx.CollectRows(rows, pgx.RowToStructByName[Bylaws])
	if err != nil {
		return nil, fmt.Errorf("publish rules: %w", err)
	}
	return publish(bodies, seats, rules), nil
}

func publish(bodies []Body, seats []Institution, rules []Bylaws) []Published {
	list := make([]Published, len(bodies))
	at := map[uuid.UUID]*Published{}
	for i, b := range bodies {
		list[i] = Published{Body: b, Rules: Defaults()}
		at[b.ID] = &list[i]
	}
	for _, s := range seats {
		if p := at[s.BodyID]; p != nil {
			p.Institutions = append(p.Institutions, s)
		}
	}
	for _, r := range rules {
		if p := at[r.BodyID]; p != nil {
			p.Rules = r
		}
	}
	return list
}
