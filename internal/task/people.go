package task

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// Candidate is a person who may own a task of a place: somebody who holds a
// seat of the body or runs its office, who holds the post of the district, or
// who writes the form.
type Candidate struct {
	PersonID    uuid.UUID
	Name        string
	Institution string
	Place       Place
	PlaceName   string
}

// Candidates returns who may own a task of the places, in the order of the
// places' names and then of the persons'.
func Candidates(ctx context.Context, tx *db.Tx, places ...Place) ([]Candidate, error) {
	bodies, districts := split(places)
	rows, _ := tx.Query(ctx, `
		WITH part AS (
			SELECT h.person_id, s.institution, h.body_id, NULL::uuid AS district_id
			FROM seat_holder h
			JOIN seat s ON s.programme_id = h.programme_id AND s.id = h.seat_id
			WHERE h.body_id = ANY ($1) AND h.withdrawn_at IS NULL AND h.valid @> $3::date
			UNION ALL
			SELECT o.person_id, b.name, o.body_id, NULL
			FROM body_office o
			JOIN body b ON b.programme_id = o.programme_id AND b.id = o.body_id
			WHERE o.body_id = ANY ($1) AND o.withdrawn_at IS NULL AND o.valid @> $3::date
			UNION ALL
			SELECT h.person_id, d.name, NULL, h.district_id
			FROM post_holder h
			JOIN district d ON d.programme_id = h.programme_id AND d.id = h.district_id
			WHERE h.district_id = ANY ($2) AND h.withdrawn_at IS NULL AND h.valid @> $3::date
			UNION ALL
			SELECT current_person(), d.name, NULL, d.id
			FROM district d
			WHERE d.id = ANY ($2) AND current_person() IS NOT NULL)
		SELECT DISTINCT ON (coalesce(b.name, d.short_name), p.name, p.id)
			p.id, p.name, part.institution, part.body_id, part.district_id, coalesce(b.name, d.short_name)
		FROM part
		JOIN person p ON p.id = part.person_id AND p.disabled_at IS NULL
		LEFT JOIN body b ON b.id = part.body_id
		LEFT JOIN district d ON d.id = part.district_id
		ORDER BY coalesce(b.name, d.short_name), p.name, p.id, part.institution`, bodies, districts, calendar.Of(tx.Now))
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c Candidate, err error) {
		var body, district *uuid.UUID
		err = row.Scan(&c.PersonID, &c.Name, &c.Institution, &body, &district, &c.PlaceName)
		c.Place = Task{BodyID: body, DistrictID: district}.Place()
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("who may own a task: %w", err)
	}
	return list, nil
}

func split(places []Place) (bodies, districts []uuid.UUID) {
	for _, p := range places {
		if p.Body != uuid.Nil {
			bodies = append(bodies, p.Body)
		} else {
			districts = append(districts, p.District)
		}
	}
	return bodies, districts
}

// ID returns the id of the body or the district.
func (p Place) ID() uuid.UUID {
	if p.Body != uuid.Nil {
		return p.Body
	}
	return p.District
}

// Named is a place with its name.
type Named struct {
	Place
	Name string
}

// Places returns the bodies and districts in which the actor may add tasks.
func Places(ctx context.Context, tx *db.Tx) ([]Named, error) {
	var bodies []uuid.UUID
	for _, g := range tx.Actor.InBodies() {
		if tx.Actor.MayAt(access.KeepTasks, g.Body) {
			bodies = append(bodies, g.Body)
		}
	}
	rows, _ := tx.Query(ctx, namedSQL, bodies, tx.Actor.Districts())
	list, err := pgx.CollectRows(rows, scanNamed)
	if err != nil {
		return nil, fmt.Errorf("places of tasks: %w", err)
	}
	return list, nil
}

// queueKnown asks for the bodies of which the actor is or was a part and for
// the actor's districts: what a list can be narrowed to.
func queueKnown(b *pgx.Batch, a access.Actor, into *[]Named) {
	var bodies []uuid.UUID
	for _, g := range a.InBodies() {
		bodies = append(bodies, g.Body)
	}
	b.Queue(namedSQL, bodies, a.Districts()).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, scanNamed)
		return err
	})
}

const namedSQL = `
	SELECT id AS body_id, NULL::uuid AS district_id, name FROM body WHERE id = ANY ($1)
	UNION ALL
	SELECT NULL, id, short_name FROM district WHERE id = ANY ($2)
	ORDER BY name`

func scanNamed(row pgx.CollectableRow) (n Named, err error) {
	var body, district *uuid.UUID
	err = row.Scan(&body, &district, &n.Name)
	n.Place = Task{BodyID: body, DistrictID: district}.Place()
	return n, err
}
