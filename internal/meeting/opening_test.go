package meeting_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/meeting"
)

// TestNothingHappensBeforeTheOpening: the sitting was opened at 10:00.
func TestNothingHappensBeforeTheOpening(t *testing.T) {
	t.Parallel()
	d, clock := open(t)
	id, item := sitting(t, d)
	*clock = clock.Add(time.Hour)
	arrive := func(at meeting.Clock) func(ctx context.Context, tx *db.Tx) error {
		return func(ctx context.Context, tx *db.Tx) error {
			return meeting.Arrive(ctx, tx, id, meeting.Arrival{ID: uuid.New(), Seat: home.Seats[access.Guest], Person: guest.Person, At: at})
		}
	}
	decide := func(at meeting.Clock) func(ctx context.Context, tx *db.Tx) error {
		return func(ctx context.Context, tx *db.Tx) error {
			return meeting.Decide(ctx, tx, vote(item, func(v *meeting.Vote) { v.At = at }))
		}
	}
	for what, do := range map[string]func(meeting.Clock) func(ctx context.Context, tx *db.Tx) error{"arrive": arrive, "decide": decide} {
		if fields, _ := fault.AsFields(d.Try(t, office, access.RunSitting, do("09:59"))); fields["at"].Key != "meeting.error.before_opening" {
			t.Errorf("%s before the opening: %v", what, fields)
		}
		if err := d.Try(t, office, access.RunSitting, do("10:00")); err != nil {
			t.Errorf("%s with the opening: %v", what, err)
		}
	}
}
