package meeting

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/job"
	"rundertisch/internal/programme"
)

// RemovedDays is how long a removed paper keeps its bytes: a mistake can be
// mended by the operator until then.
const RemovedDays = 30

// Housekeeping are the arguments of the job that deletes removed papers for
// good, in every programme.
type Housekeeping struct{}

// Kind names the job.
func (Housekeeping) Kind() string { return "meeting_housekeeping" }

// InProgramme returns no programme: the job goes through all.
func (Housekeeping) InProgramme() uuid.UUID { return uuid.Nil }

// HandleHousekeeping makes the workers keep house.
func HandleHousekeeping(w *job.Workers, d *db.DB) {
	job.Handle(w, func(ctx context.Context, _ Housekeeping) error { return HousekeepAll(ctx, d) })
}

// HousekeepAll runs Housekeep in every programme.
func HousekeepAll(ctx context.Context, d *db.DB) error {
	all, err := programme.All(ctx, d)
	if err != nil {
		return err
	}
	for _, p := range all {
		scoped := access.NewContext(ctx, access.System(p.ID, Housekeeping{}.Kind()))
		err := d.Write(scoped, access.Housekeep, func(tx *db.Tx) error { return Housekeep(scoped, tx) })
		if err != nil {
			return fmt.Errorf("housekeep in %s: %w", p.Slug, err)
		}
	}
	return nil
}

// Housekeep deletes the rows of papers that were removed RemovedDays ago. Nothing
// names their files then: document.Sweep deletes those and gives their room back.
func Housekeep(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.Exec(ctx, `DELETE FROM paper WHERE deleted_at < $1`, tx.Now.Add(-RemovedDays*24*time.Hour)); err != nil {
		return fmt.Errorf("delete removed papers: %w", err)
	}
	return nil
}
