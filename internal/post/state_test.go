package post_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/post"
	"rundertisch/internal/testdb"
)

func TestStepsAreThoseOfTheDatabase(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	var rows []string
	d.MustRead(t, testdb.Saxony.Public(), access.ReadBoard, func(ctx context.Context, tx *db.Tx) error {
		r, _ := tx.Query(ctx, `
			SELECT from_state || ' ' || to_state || ' ' || w FROM state_transition, unnest(who) AS w WHERE kind = 'post'`)
		var err error
		rows, err = pgx.CollectRows(r, pgx.RowTo[string])
		return err
	})
	var want []string
	for _, from := range post.States() {
		for _, who := range []post.Who{post.Ministry, post.District} {
			for _, to := range from.Next(who) {
				want = append(want, string(from)+" "+string(to)+" "+string(who))
			}
		}
	}
	slices.Sort(rows)
	slices.Sort(want)
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("state_transition and Go differ (-go +database):\n%s", diff)
	}
}

func TestGroupsOfTheBoard(t *testing.T) {
	t.Parallel()
	want := map[post.State]post.Group{
		post.None: post.Outside, post.Interest: post.Outside, post.Ended: post.Outside,
		post.Planned: post.Plan, post.Advertised: post.Plan, post.Filled: post.Active, post.Vacant: post.Unheld,
	}
	for _, s := range post.States() {
		if got := s.Group(); got != want[s] {
			t.Errorf("%s counts as %s, want %s", s, got, want[s])
		}
	}
}
