package post

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
)

// Post is a coordinator's post of a district.
type Post struct {
	ID          uuid.UUID
	DistrictID  uuid.UUID
	FTEPermille int `db:"fte_permille"` // full-time equivalent in thousandths
}

// OfDistrict returns the district's post. It returns fault.NotFound if the
// district has none.
func OfDistrict(ctx context.Context, tx *db.Tx, districtID uuid.UUID) (Post, error) {
	rows, _ := tx.Query(ctx, `SELECT id, district_id, fte_permille FROM post WHERE district_id = $1`, districtID)
	p, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Post])
	if err != nil {
		return Post{}, fmt.Errorf("post of district %s: %w", districtID, err)
	}
	return p, nil
}

// Timeline returns every state ever recorded for the post, withdrawn ones too,
// the newest first.
func Timeline(ctx context.Context, tx *db.Tx, postID uuid.UUID) ([]fact.Point, error) {
	rows, _ := tx.Query(ctx, `
		SELECT s.id, s.state, s.valid_from, s.note, s.correction, s.recorded_at, s.recorded_by, r.name AS recorder,
			s.withdrawn_at, w.name AS withdrawer, s.withdrawn_why, s.simulated
		FROM post_state s
		LEFT JOIN person r ON r.programme_id = s.programme_id AND r.id = s.recorded_by
		LEFT JOIN person w ON w.programme_id = s.programme_id AND w.id = s.withdrawn_by
		WHERE s.post_id = $1
		ORDER BY s.valid_from DESC, s.recorded_at DESC`, postID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[fact.Point])
	if err != nil {
		return nil, fmt.Errorf("timeline of post %s: %w", postID, err)
	}
	return list, nil
}

// StateAsOf returns the post's state at a moment on both clocks; None if
// nothing was known.
func StateAsOf(ctx context.Context, tx *db.Tx, postID uuid.UUID, at fact.AsOf) (State, error) {
	rows, _ := tx.Query(ctx, `
		SELECT state
		FROM post_state
		WHERE post_id = $1 AND valid_from <= $2 AND known_at(recorded_at, withdrawn_at, $3)
		ORDER BY valid_from DESC, recorded_at DESC
		LIMIT 1`, postID, at.Valid, at.KnownArg())
	states, err := pgx.CollectRows(rows, pgx.RowTo[State])
	if err != nil {
		return "", fmt.Errorf("state of post %s: %w", postID, err)
	}
	if len(states) == 0 {
		return None, nil
	}
	return states[0], nil
}

// Holder is a person who holds a post from-to.
type Holder struct {
	ID          uuid.UUID
	PersonID    uuid.UUID
	Name        string
	FTEPermille int `db:"fte_permille"`
	Valid       calendar.Range
	OfficeEmail string
	OfficePhone string
	PublicName  *string // shown to everybody; nil: the person did not agree
	fact.Record
}

// Holders returns who held the post, withdrawn records too, the newest first.
func Holders(ctx context.Context, tx *db.Tx, postID uuid.UUID) ([]Holder, error) {
	rows, _ := tx.Query(ctx, `
		SELECT h.id, h.person_id, p.name, h.fte_permille, h.valid, h.office_email, h.office_phone, h.public_name,
			h.recorded_at, h.recorded_by, r.name AS recorder, h.withdrawn_at, w.name AS withdrawer, h.withdrawn_why, h.simulated
		FROM post_holder h
		JOIN person p ON p.programme_id = h.programme_id AND p.id = h.person_id
		LEFT JOIN person r ON r.programme_id = h.programme_id AND r.id = h.recorded_by
		LEFT JOIN person w ON w.programme_id = h.programme_id AND w.id = h.withdrawn_by
		WHERE h.post_id = $1
		ORDER BY lower(h.valid) DESC, h.recorded_at DESC`, postID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Holder])
	if err != nil {
		return nil, fmt.Errorf("holders of post %s: %w", postID, err)
	}
	return list, nil
}

// Advertisement is a round of advertising a post.
type Advertisement struct {
	ID          uuid.UUID
	PublishedOn calendar.Date
	ClosesOn    calendar.Date // zero: no deadline
	Note        string
	Simulated   bool
	Version     int
}

// Advertisements returns the post's rounds of advertising, the newest first.
func Advertisements(ctx context.Context, tx *db.Tx, postID uuid.UUID) ([]Advertisement, error) {
	rows, _ := tx.Query(ctx, `
		SELECT id, published_on, closes_on, note, simulated, version
		FROM job_ad
		WHERE post_id = $1
		ORDER BY published_on DESC`, postID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Advertisement])
	if err != nil {
		return nil, fmt.Errorf("advertisements of post %s: %w", postID, err)
	}
	return list, nil
}
