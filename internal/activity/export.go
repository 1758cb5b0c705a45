package activity

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"rundertisch/internal/db"
)

// Export is an entry with everything that a file of them holds.
type Export struct {
	Item
	Body     string
	Result   string
	NextStep string
}

// exportBatch is how many entries are in memory at a time.
const exportBatch = 1000

// Each calls fn with every entry that the filter leaves, the newest first, all
// as of one moment. It reads them in batches, so that memory stays small
// whatever the number, and stops at fn's first error.
func Each(ctx context.Context, tx *db.Tx, f Filter, fn func(Export) error) error {
	var c Cursor
	for {
		batch, err := exportFrom(ctx, tx, f, c)
		if err != nil {
			return fmt.Errorf("export activities: %w", err)
		}
		for _, e := range batch {
			if err := fn(e); err != nil {
				return err
			}
		}
		if len(batch) < exportBatch {
			return nil
		}
		last := batch[len(batch)-1]
		c = Cursor{On: last.HappenedOn, ID: last.ID}
	}
}

func exportFrom(ctx context.Context, tx *db.Tx, f Filter, c Cursor) ([]Export, error) {
	q := f.live()
	q.from(c)
	if f.Words != "" {
		q.found(f, c, exportBatch)
	}
	rows, _ := tx.Query(ctx, fmt.Sprintf(`
		SELECT e.id, e.happened_on, e.type, e.title, e.field, e.minutes, e.visibility, e.district, e.author, e.follow_up_on,
			e.follow_up_done_at, e.simulated, e.partners, x.body, x.result, x.next_step
		FROM (%s) AS e
		JOIN activity x ON x.id = e.id
		ORDER BY e.happened_on DESC, e.id DESC`, items(q, "DESC", exportBatch)), q.args...)
	return pgx.CollectRows(rows, pgx.RowToStructByName[Export])
}
