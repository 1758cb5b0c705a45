package grant

import (
	"context"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// AtRisk reckons what of a binding grant is at risk since its post is not held:
// from the day on which it fell vacant to the end of the period. nil: the post
// is held, or the period does not run.
func AtRisk(ctx context.Context, tx *db.Tx, c Case, t Terms) (*Calculation, error) {
	today := calendar.Of(tx.Now)
	if !c.State.Binding() || !c.Period.Contains(today) {
		return nil, nil //nolint:nilnil // nothing is at risk
	}
	posts, err := heldPosts(ctx, tx, &c.PostID, today)
	if err != nil || len(posts) == 0 || posts[0].HeldToday || len(posts[0].Held) == 0 {
		return nil, err
	}
	vacant := calendar.Range{From: posts[0].Held[len(posts[0].Held)-1].To}
	calc, err := Calculate(&Risk{Law: t.Law(), Granted: c.Amount, Period: c.Period, Vacant: vacant})
	if err != nil {
		return nil, err
	}
	return &calc, nil
}
