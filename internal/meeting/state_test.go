package meeting_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
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

// mover takes a sitting to a state as the pages do.
func mover(s *meeting.Service, id uuid.UUID, to meeting.State) func(ctx context.Context, tx *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error {
		switch to {
		case meeting.Invited:
			return s.Invite(ctx, tx, id, 5, "eilt")
		case meeting.Cancelled, meeting.Postponed:
			return s.Stop(ctx, tx, id, to, "Sturm")
		case meeting.InSession:
			return meeting.Open(ctx, tx, id)
		case meeting.Held:
			return meeting.Close(ctx, tx, id)
		default:
			return meeting.Advance(ctx, tx, id, to)
		}
	}
}

// TestEveryStepByEveryRole tries to take a sitting from every state to every
// other as every kind of person. What state_transition allows to the office or
// the chair is allowed to them and to nobody else; the rest is refused to all.
func TestEveryStepByEveryRole(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	s := service(t, d)
	who := map[string][]string{} // step -> roles of the table
	d.MustRead(t, testdb.Saxony.Public(), access.ReadBoard, func(ctx context.Context, tx *db.Tx) error {
		rows, _ := tx.Query(ctx, `SELECT from_state || ' ' || to_state, who FROM state_transition WHERE kind = 'meeting'`)
		var name string
		var roles []string
		_, err := pgx.ForEachRow(rows, []any{&name, &roles}, func() error { who[name] = roles; return nil })
		return err
	})
	actors := []struct {
		role string
		access.Actor
		sees bool
	}{
		{"office", office, true},
		{"chair", chair, true},
		{"member", member, true},
		{"guest", guest, true},
		{"former", former(), false},
		{"other office", other, false},
		{"ministry", ministry, false},
		{"stranger", stranger, false},
	}
	id := plan(t, d, func(in *meeting.Input) { in.Day = today })
	for _, a := range actors {
		for _, from := range meeting.States() {
			for _, to := range meeting.States() {
				if to == from || to == meeting.Planned {
					continue // a second press changes nothing; nothing leads back
				}
				put(t, d, id, from)
				err := write(t, d, a.Actor, access.ReadSittings, mover(s, id, to))
				allowed, known := who[string(from)+" "+string(to)]
				want := fault.Forbidden
				switch {
				case !a.sees:
					want = fault.NotFound
				case slices.Contains(allowed, a.role):
					want = nil
				case !known:
					want = fault.Conflict
				}
				mayNot := errors.Is(want, fault.Conflict) && errors.Is(err, fault.Forbidden) // either reason will do
				if !mayNot && !errors.Is(err, want) {
					t.Errorf("%s: %s to %s: err = %v, want %v", a.role, from, to, err, want)
				}
			}
		}
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
