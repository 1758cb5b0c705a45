package account

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/job"
)

// How long what nobody needs any more is kept.
const (
	keepSessions = 30 * 24 * time.Hour
	keepThrottle = 24 * time.Hour
)

// Housekeep are the arguments of the job that tidies up. Sessions and throttle
// belong to no programme.
type Housekeep struct{}

// Kind names the job.
func (Housekeep) Kind() string { return "account_housekeep" }

// InProgramme returns no programme.
func (Housekeep) InProgramme() uuid.UUID { return uuid.Nil }

// HandleHousekeeping makes the workers tidy up.
func HandleHousekeeping(w *job.Workers, d *db.DB) {
	job.Handle(w, func(ctx context.Context, _ Housekeep) error { return Tidy(ctx, d) })
}

// Tidy deletes sessions that ended more than 30 days ago and failures that were
// counted more than a day ago.
func Tidy(ctx context.Context, d *db.DB) error {
	return d.Write(ctx, access.Housekeep, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
			DELETE FROM session
			WHERE coalesce(revoked_at, least(expires_at, last_seen + $2::interval)) < $1`,
			tx.Now.Add(-keepSessions), IdleLimit)
		if err != nil {
			return fmt.Errorf("delete old sessions: %w", err)
		}
		if _, err := tx.Exec(ctx, `DELETE FROM throttle WHERE last_at < $1`, tx.Now.Add(-keepThrottle)); err != nil {
			return fmt.Errorf("delete old failures: %w", err)
		}
		return nil
	})
}
