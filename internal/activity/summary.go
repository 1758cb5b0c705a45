package activity

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// MonthSum says how many entries of a type a month has and how long they took.
type MonthSum struct {
	Month   calendar.Date // its first day
	Type    Type
	Entries int
	Minutes int
}

// Summary counts the entries that the filter leaves by month and type, the
// newest month first.
func Summary(ctx context.Context, tx *db.Tx, f Filter) ([]MonthSum, error) {
	q := f.live()
	if f.Words != "" {
		// Every row of the period is counted anyway, so the words are
		// compared row by row.
		q.and("a.tsv @@ activity_query(%s)", f.Words)
	}
	rows, _ := tx.Query(ctx, `
		SELECT date_trunc('month', a.happened_on)::date AS month, a.type, count(*)::int AS entries,
			coalesce(sum(a.minutes), 0)::int AS minutes
		FROM activity a
		WHERE `+q.conditions()+`
		GROUP BY 1, 2
		ORDER BY 1 DESC, 2`, q.args...)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[MonthSum])
	if err != nil {
		return nil, fmt.Errorf("summary of activities: %w", err)
	}
	return list, nil
}
