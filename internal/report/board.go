package report

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/post"
)

// Board is the state of all districts at a moment on both clocks.
type Board struct {
	AsOf  fact.AsOf
	Known time.Time // the second clock, never zero: for the permanent address
	Rows  []Row
	Committee
}

// Row is a district on the board.
type Row struct {
	DistrictID      uuid.UUID
	AGS             string `db:"ags"`
	Name            string
	ShortName       string
	PostState       post.State
	PostSince       calendar.Date // zero: nothing was ever recorded
	PostSimulated   bool
	ConferenceState body.ConferenceState
	ConferenceSince calendar.Date
	Population      *int
	PopulationOn    calendar.Date
	CensusBasis     *int
}

// Committee are the figures of the joint state committee; zero: not known.
type Committee struct {
	Members                int
	PatientRepresentatives int
	WorkingGroups          int
	ModelRegions           int
}

// Figures are the numbers of the board. Active, Planned, Vacant and Other add
// up to Districts.
type Figures struct {
	Districts             int
	Active                int
	Planned               int
	Vacant                int
	Other                 int
	ConferencesFormed     int
	ConferencesInterested int
}

// Figures counts the rows.
func (b Board) Figures() Figures {
	f := Figures{Districts: len(b.Rows)}
	for _, r := range b.Rows {
		switch r.PostState.Group() {
		case post.Active:
			f.Active++
		case post.Plan:
			f.Planned++
		case post.Unheld:
			f.Vacant++
		case post.Outside:
			f.Other++
		}
		if r.ConferenceState.Formed() {
			f.ConferencesFormed++
		}
		if r.ConferenceState.Interested() {
			f.ConferencesInterested++
		}
	}
	return f
}

// The populations of a board are on one basis, else they could not be compared:
// the census that covers most districts, the newest of them.
const boardRows = `
	WITH basis AS (
		SELECT census_basis
		FROM population
		WHERE valid_from <= $1 AND known_at(recorded_at, withdrawn_at, $2)
		GROUP BY census_basis
		ORDER BY count(DISTINCT district_id) DESC, census_basis DESC
		LIMIT 1)
	SELECT d.id AS district_id, d.ags, d.name, d.short_name,
		coalesce(p.state, 'none') AS post_state, p.valid_from AS post_since, coalesce(p.simulated, false) AS post_simulated,
		coalesce(c.state, 'none') AS conference_state, c.valid_from AS conference_since,
		n.people AS population, n.valid_from AS population_on, n.census_basis
	FROM district d
	LEFT JOIN post o ON o.programme_id = d.programme_id AND o.district_id = d.id
	LEFT JOIN LATERAL (
		SELECT s.state, s.valid_from, s.simulated
		FROM post_state s
		WHERE s.programme_id = o.programme_id AND s.post_id = o.id
			AND s.valid_from <= $1 AND known_at(s.recorded_at, s.withdrawn_at, $2)
		ORDER BY s.valid_from DESC, s.recorded_at DESC
		LIMIT 1) p ON true
	LEFT JOIN LATERAL (
		SELECT s.state, s.valid_from
		FROM conference_state s
		WHERE s.programme_id = d.programme_id AND s.district_id = d.id
			AND s.valid_from <= $1 AND known_at(s.recorded_at, s.withdrawn_at, $2)
		ORDER BY s.valid_from DESC, s.recorded_at DESC
		LIMIT 1) c ON true
	LEFT JOIN LATERAL (
		SELECT s.people, s.valid_from, s.census_basis
		FROM population s
		WHERE s.programme_id = d.programme_id AND s.district_id = d.id
			AND s.valid_from <= $1 AND known_at(s.recorded_at, s.withdrawn_at, $2)
			AND s.census_basis = (SELECT census_basis FROM basis)
		ORDER BY s.valid_from DESC, s.recorded_at DESC
		LIMIT 1) n ON true
	WHERE d.valid @> $1::date
	ORDER BY d.short_name COLLATE "de-x-icu", d.ags`

// The seats and the groups of the joint state committee that existed; a working
// group of a conference is not one of the committee's.
const committeeFigures = `
	WITH committee AS (SELECT programme_id, id FROM body WHERE kind = 'state_committee'),
	seats AS (
		SELECT count(*) FILTER (WHERE s.voting)::int AS members,
			count(*) FILTER (WHERE s.grp = 'patient')::int AS patient_representatives
		FROM committee c
		JOIN seat_term t ON t.programme_id = c.programme_id AND t.body_id = c.id
		JOIN seat s ON s.programme_id = t.programme_id AND s.id = t.seat_id
		WHERE t.valid @> $1::date AND known_at(t.recorded_at, t.withdrawn_at, $2)),
	groups AS (
		SELECT count(*)::int AS working_groups
		FROM committee c
		JOIN body g ON g.programme_id = c.programme_id AND g.parent_id = c.id AND g.kind = 'working_group'
		JOIN body_term t ON t.programme_id = g.programme_id AND t.body_id = g.id
		WHERE t.valid @> $1::date AND known_at(t.recorded_at, t.withdrawn_at, $2)),
	regions AS (
		SELECT count(*)::int AS model_regions
		FROM model_region
		WHERE valid @> $1::date AND known_at(recorded_at, withdrawn_at, $2))
	SELECT * FROM seats, groups, regions`

// BoardAsOf returns the board at a moment on both clocks, in one round trip.
func BoardAsOf(ctx context.Context, tx *db.Tx, at fact.AsOf) (Board, error) {
	b := Board{AsOf: at, Known: at.Known}
	if b.Known.IsZero() {
		b.Known = tx.Now
	}
	batch := &pgx.Batch{}
	batch.Queue(boardRows, at.Valid, at.KnownArg())
	batch.Queue(committeeFigures, at.Valid, at.KnownArg())
	results := tx.SendBatch(ctx, batch)
	rows, _ := results.Query()
	var err error
	if b.Rows, err = pgx.CollectRows(rows, pgx.RowToStructByName[Row]); err != nil {
		_ = results.Close()
		return Board{}, fmt.Errorf("board: %w", err)
	}
	rows, _ = results.Query()
	if b.Committee, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Committee]); err != nil {
		_ = results.Close()
		return Board{}, fmt.Errorf("committee: %w", err)
	}
	if err := results.Close(); err != nil {
		return Board{}, fmt.Errorf("board: %w", err)
	}
	return b, nil
}
