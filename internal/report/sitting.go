package report

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// LastSitting returns the day on which the body sat last, up to today; zero if
// it never did or the actor has no part in it and is not of the ministry.
func LastSitting(ctx context.Context, tx *db.Tx, bodyID uuid.UUID) (calendar.Date, error) {
	var day calendar.Date
	if err := tx.QueryRow(ctx, `SELECT last_sitting($1, $2)`, bodyID, calendar.Of(tx.Now)).Scan(&day); err != nil {
		return calendar.Date{}, fmt.Errorf("last sitting of body %s: %w", bodyID, err)
	}
	return day, nil
}
