package activity

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/document"
	"rundertisch/internal/job"
	"rundertisch/internal/programme"
)

// Housekeeping are the arguments of the job that empties bins, forgets uploads
// and sweeps the store of files, in every programme.
type Housekeeping struct{}

// Kind names the job.
func (Housekeeping) Kind() string { return "activity_housekeeping" }

// InProgramme returns no programme: the job goes through all.
func (Housekeeping) InProgramme() uuid.UUID { return uuid.Nil }

// HandleHousekeeping makes the workers keep house.
func HandleHousekeeping(w *job.Workers, d *db.DB, files *document.Store) {
	job.Handle(w, func(ctx context.Context, _ Housekeeping) error { return HousekeepAll(ctx, d, files) })
}

// HousekeepAll runs Housekeep in every programme, and then sweeps its files.
func HousekeepAll(ctx context.Context, d *db.DB, files *document.Store) error {
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
		err = d.Write(scoped, access.Housekeep, func(tx *db.Tx) error { return document.Sweep(scoped, tx, files) })
		if err != nil {
			return fmt.Errorf("sweep files of %s: %w", p.Slug, err)
		}
	}
	return nil
}
