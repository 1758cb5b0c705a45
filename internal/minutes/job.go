package minutes

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/job"
	"rundertisch/internal/programme"
)

// Deadlines are the arguments of the job that ends reviews whose deadline is
// over, in every programme.
type Deadlines struct{}

// Kind names the job.
func (Deadlines) Kind() string { return "minutes_deadlines" }

// InProgramme returns no programme: the job goes through all.
func (Deadlines) InProgramme() uuid.UUID { return uuid.Nil }

// HandleDeadlines makes the workers end reviews.
func HandleDeadlines(w *job.Workers, d *db.DB) {
	job.Handle(w, func(ctx context.Context, _ Deadlines) error { return CloseAllReviews(ctx, d) })
}

// CloseAllReviews runs CloseReviews in every programme.
func CloseAllReviews(ctx context.Context, d *db.DB) error {
	all, err := programme.All(ctx, d)
	if err != nil {
		return err
	}
	for _, p := range all {
		scoped := access.NewContext(ctx, access.System(p.ID, Deadlines{}.Kind()))
		err := d.Write(scoped, access.Housekeep, func(tx *db.Tx) error {
			_, err := CloseReviews(scoped, tx)
			return err
		})
		if err != nil {
			return fmt.Errorf("end reviews in %s: %w", p.Slug, err)
		}
	}
	return nil
}
