package report

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/post"
)

// PostRow is a post in the list of posts.
type PostRow struct {
	AGS      string `db:"ags"`
	Name     string
	State    post.State
	Since    calendar.Date
	OpenDays int // days since the post was last held or first advertised; 0 unless advertised or vacant
	Rounds   int // rounds of advertising so far
	Holders  []string
}

// Posts returns every post with its state on the day. A post is open from the
// day on which it became advertised or vacant without a holder in between.
func Posts(ctx context.Context, tx *db.Tx, on calendar.Date) ([]PostRow, error) {
	rows, _ := tx.Query(ctx, `
		SELECT d.ags, d.name, coalesce(s.state, 'none') AS state, s.valid_from AS since,
			CASE WHEN s.state IN ('advertised', 'vacant') THEN $1::date - coalesce(
				(SELECT min(o.valid_from) FROM post_state o
				WHERE o.programme_id = p.programme_id AND o.post_id = p.id AND o.withdrawn_at IS NULL AND o.valid_from <= $1
					AND o.state IN ('advertised', 'vacant')
					AND o.valid_from > coalesce((SELECT max(h.valid_from) FROM post_state h
						WHERE h.programme_id = p.programme_id AND h.post_id = p.id AND h.withdrawn_at IS NULL
							AND h.valid_from <= $1 AND h.state NOT IN ('advertised', 'vacant')), '-infinity')), s.valid_from)
			ELSE 0 END AS open_days,
			(SELECT count(*)::int FROM job_ad a WHERE a.programme_id = p.programme_id AND a.post_id = p.id AND a.published_on <= $1) AS rounds,
			coalesce((SELECT array_agg(n.name ORDER BY n.name) FROM post_holder h
				JOIN person n ON n.programme_id = h.programme_id AND n.id = h.person_id
				WHERE h.programme_id = p.programme_id AND h.post_id = p.id AND h.valid @> $1::date AND h.withdrawn_at IS NULL), '{}') AS holders
		FROM post p
		JOIN district d ON d.programme_id = p.programme_id AND d.id = p.district_id
		LEFT JOIN LATERAL (
			SELECT state, valid_from FROM post_state s
			WHERE s.programme_id = p.programme_id AND s.post_id = p.id AND s.valid_from <= $1 AND s.withdrawn_at IS NULL
			ORDER BY s.valid_from DESC, s.recorded_at DESC
			LIMIT 1) s ON true
		WHERE d.valid @> $1::date
		ORDER BY open_days DESC, d.short_name COLLATE "de-x-icu", d.ags`, on)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[PostRow])
	if err != nil {
		return nil, fmt.Errorf("list posts: %w", err)
	}
	return list, nil
}
