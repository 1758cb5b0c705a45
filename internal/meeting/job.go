package meeting

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/job"
	"rundertisch/internal/programme"
)

// CloseCirculars are the arguments of the job that counts the circular
// decisions whose deadline is over, in every programme.
type CloseCirculars struct{}

// Kind names the job.
func (CloseCirculars) Kind() string { return "meeting_close_circulars" }

// InProgramme returns no programme: the job goes through all.
func (CloseCirculars) InProgramme() uuid.UUID { return uuid.Nil }

// HandleCirculars makes the workers count circular decisions.
func HandleCirculars(w *job.Workers, d *db.DB) {
	job.Handle(w, func(ctx context.Context, _ CloseCirculars) error { return CloseAllCirculars(ctx, d) })
}

// CloseAllCirculars counts what is over in every programme, each decision in a
// transaction of its own: one that fails does not hold up the others.
func CloseAllCirculars(ctx context.Context, d *db.DB) error {
	all, err := programme.All(ctx, d)
	if err != nil {
		return err
	}
	var failed []error
	for _, p := range all {
		scoped := access.NewContext(ctx, access.System(p.ID, CloseCirculars{}.Kind()))
		var due []uuid.UUID
		err := d.Read(scoped, access.KeepSittings, func(tx *db.Tx) (err error) {
			rows, _ := tx.Query(scoped, `SELECT id FROM circular_vote WHERE state = 'open' AND deadline < $1 ORDER BY deadline, id`, calendar.Of(tx.Now))
			due, err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
			return err
		})
		failed = append(failed, err)
		for _, id := range due {
			err := d.Write(scoped, access.KeepSittings, func(tx *db.Tx) error { return CountCircular(scoped, tx, id) })
			if err != nil && !errors.Is(err, fault.Conflict) { // Conflict: somebody else was faster
				failed = append(failed, fmt.Errorf("circular decision %s in %s: %w", id, p.Slug, err))
			}
		}
	}
	return errors.Join(failed...)
}
