package report

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/db"
)

// Subject is what a notice is about, in a few words.
type Subject struct {
	Title  string // of the sitting, the circular decision or the task
	Number int    // of the objection; 0: none
}

// Subjects returns the subjects with these ids, as far as the actor may read
// them today.
func Subjects(ctx context.Context, tx *db.Tx, ids []uuid.UUID) (map[uuid.UUID]Subject, error) {
	found := map[uuid.UUID]Subject{}
	if len(ids) == 0 {
		return found, nil
	}
	rows, _ := tx.Query(ctx, `
		SELECT id, title, 0 AS number FROM meeting WHERE id = ANY ($1)
		UNION ALL SELECT id, title, 0 FROM circular_vote WHERE id = ANY ($1)
		UNION ALL SELECT id, title, 0 FROM task WHERE id = ANY ($1)
		UNION ALL SELECT id, '', coalesce(number, 0) FROM objection WHERE id = ANY ($1)`, ids)
	var id uuid.UUID
	var s Subject
	_, err := pgx.ForEachRow(rows, []any{&id, &s.Title, &s.Number}, func() error {
		found[id] = s
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("subjects of notices: %w", err)
	}
	return found, nil
}
