package grant

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// heldPost is a post with the times in which it was held, as known now. The
// last one is open if it is held today: what is expected is that it stays so.
type heldPost struct {
	ID, DistrictID uuid.UUID
	AGS            string
	Name           string
	Held           []calendar.Range
	HeldToday      bool
}

// heldPosts reads the timelines of all posts of the programme (or of one).
func heldPosts(ctx context.Context, tx *db.Tx, postID *uuid.UUID, today calendar.Date) ([]heldPost, error) {
	rows, err := tx.Query(ctx, `
		SELECT p.id, p.district_id, d.ags, d.name, s.state = 'filled' AS held, s.valid_from
		FROM post p
		JOIN district d ON d.programme_id = p.programme_id AND d.id = p.district_id
		JOIN LATERAL (
			SELECT DISTINCT ON (valid_from) state, valid_from
			FROM post_state
			WHERE programme_id = p.programme_id AND post_id = p.id AND withdrawn_at IS NULL
			ORDER BY valid_from, recorded_at DESC) s ON true
		WHERE $1::uuid IS NULL OR p.id = $1
		ORDER BY d.short_name COLLATE "de-x-icu", p.id, s.valid_from`, postID)
	if err != nil {
		return nil, fmt.Errorf("posts: %w", err)
	}
	var list []heldPost
	var row heldPost
	var held bool
	var from calendar.Date
	_, err = pgx.ForEachRow(rows, []any{&row.ID, &row.DistrictID, &row.AGS, &row.Name, &held, &from}, func() error {
		if len(list) == 0 || list[len(list)-1].ID != row.ID {
			list = append(list, row)
		}
		list[len(list)-1].note(held, from)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("posts: %w", err)
	}
	for i := range list {
		list[i].HeldToday = contains(list[i].Held, today)
	}
	return list, nil
}

// note adds the next state of the timeline.
func (p *heldPost) note(held bool, from calendar.Date) {
	if n := len(p.Held); n > 0 && p.Held[n-1].To.IsZero() {
		if held {
			return
		}
		p.Held[n-1].To = from
		return
	}
	if held {
		p.Held = append(p.Held, calendar.Range{From: from})
	}
}
