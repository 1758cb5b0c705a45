package meeting_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/meeting"
	"rundertisch/internal/testdb"
)

func TestStepsAreThoseOfTheDatabase(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	var rows, want []string
	d.MustRead(t, testdb.Saxony.Public(), access.ReadBoard, func(ctx context.Context, tx *db.Tx) (err error) {
		r, _ := tx.Query(ctx, `SELECT from_state || ' ' || to_state FROM state_transition WHERE kind = 'meeting'`)
		rows, err = pgx.CollectRows(r, pgx.RowTo[string])
		return err
	})
	for _, from := range meeting.States() {
		for _, to := range from.Next() {
			want = append(want, string(from)+" "+string(to))
		}
	}
	slices.Sort(rows)
	slices.Sort(want)
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("state_transition and Go differ (-go +database):\n%s", diff)
	}
}

func TestTheDatabaseKnowsTheSteps(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	id := plan(t, d)
	err := write(t, d, office, access.KeepSittings, func(ctx context.Context, tx *db.Tx) error {
		return tx.ExecOne(ctx, `UPDATE meeting SET state = 'closed' WHERE id = $1`, id)
	})
	if !errors.Is(err, fault.Conflict) || db.Constraint(err) != "state_moves" {
		t.Errorf("planned to closed past the code: err = %v, want Conflict of state_moves", err)
	}
}
