package task_test

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
	"rundertisch/internal/task"
	"rundertisch/internal/testdb"
)

func TestStepsAreThoseOfTheDatabase(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	var rows, want []string
	d.MustRead(t, testdb.Saxony.Public(), access.ReadBoard, func(ctx context.Context, tx *db.Tx) (err error) {
		r, _ := tx.Query(ctx, `SELECT from_state || ' ' || to_state FROM state_transition WHERE kind = 'task'`)
		rows, err = pgx.CollectRows(r, pgx.RowTo[string])
		return err
	})
	for _, from := range task.States() {
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

// TestEveryStepByEveryRole tries to take a task from every state to every other
// as every kind of person. What state_transition allows to somebody is allowed
// to them and to nobody else.
func TestEveryStepByEveryRole(t *testing.T) {
	t.Parallel()
	w := settle(t)
	who := map[string][]string{} // step -> roles of the table
	w.MustRead(t, testdb.Saxony.Public(), access.ReadBoard, func(ctx context.Context, tx *db.Tx) error {
		rows, _ := tx.Query(ctx, `SELECT from_state || ' ' || to_state, who FROM state_transition WHERE kind = 'task'`)
		var name string
		var roles []string
		_, err := pgx.ForEachRow(rows, []any{&name, &roles}, func() error { who[name] = roles; return nil })
		return err
	})
	ofBody := w.given(t, office)
	ofKreis := w.given(t, coordinator, ofDistrict)
	type person struct {
		role string
		access.Actor
		sees bool
	}
	for _, c := range []struct {
		name   string
		task   [16]byte
		people []person
	}{
		{"of a body", ofBody, []person{
			{"office", office, true},
			{"chair", chair, true},
			{"owner", member, true},
			{"guest", guest, true},
			{"former", former(), false},
			{"other office", other, false},
			{"coordinator", coordinator, false},
			{"ministry", ministry, false},
			{"stranger", stranger, false},
		}},
		{"of a district", ofKreis, []person{
			{"district", coordinator, true},
			{"district", signatory, true},
			{"neighbour", neighbour, false},
			{"an office", office, false},
			{"ministry", ministry, false},
			{"stranger", stranger, false},
		}},
	} {
		for _, p := range c.people {
			for _, from := range task.States() {
				for _, to := range task.States() {
					if from == to {
						continue
					}
					w.put(t, c.task, from)
					err := w.write(t, p.Actor, func(ctx context.Context, tx *db.Tx) error {
						return task.MoveTo(ctx, tx, c.task, 1, to, "liegt vor")
					})
					allowed, known := who[string(from)+" "+string(to)]
					want := fault.Forbidden
					switch {
					case !p.sees:
						want = fault.NotFound
					case slices.Contains(allowed, p.role):
						want = nil
					case !known && p.role != "guest":
						want = fault.Conflict
					}
					if want == nil && err != nil || want != nil && !errors.Is(err, want) {
						t.Errorf("%s, %s: %s to %s: err = %v, want %v", c.name, p.role, from, to, err, want)
					}
				}
			}
		}
	}
}

func TestMembersReadAndDoNotMoveOthersTasks(t *testing.T) {
	t.Parallel()
	w := settle(t)
	id := w.given(t, office, func(in *task.Input) { in.OwnerID = chair.Person })
	err := w.write(t, member, func(ctx context.Context, tx *db.Tx) error { return task.MoveTo(ctx, tx, id, 1, task.Done, "liegt vor") })
	wants(t, "a member", err, fault.Forbidden)
	found, err := w.read(t, member, id)
	if err != nil || len(task.NextFor(member, found)) != 0 || task.MayKeep(member, found) {
		t.Errorf("a member is offered a step: %v, %v", task.NextFor(member, found), err)
	}
}

func TestMovingATask(t *testing.T) {
	t.Parallel()
	w := settle(t)
	id := w.given(t, office)
	move := func(version int, to task.State, outcome string) error {
		return w.write(t, member, func(ctx context.Context, tx *db.Tx) error { return task.MoveTo(ctx, tx, id, version, to, outcome) })
	}
	wantField(t, "done without a word", move(1, task.Done, ""), "outcome")
	for range 2 { // a double click
		if err := move(1, task.Done, "Die Zahlen liegen vor."); err != nil {
			t.Fatal(err)
		}
	}
	found, err := w.read(t, office, id)
	if err != nil || found.State != task.Done || found.Outcome != "Die Zahlen liegen vor." || found.Version != 2 || found.Changer != member.Name {
		t.Errorf("moved: %+v, %v", found, err)
	}
	wants(t, "with what was read before", move(1, task.InProgress, ""), fault.Stale)
	err = w.write(t, office, func(ctx context.Context, tx *db.Tx) error {
		return tx.ExecOne(ctx, `UPDATE task SET state = 'in_progress' WHERE id = $1`, id)
	})
	if !errors.Is(err, fault.Conflict) || db.Constraint(err) != "state_moves" {
		t.Errorf("done to in_progress past the code: err = %v, want Conflict of state_moves", err)
	}
	reopen := func() error {
		return w.write(t, office, func(ctx context.Context, tx *db.Tx) error { return task.MoveTo(ctx, tx, id, 2, task.Open, "") })
	}
	if err := reopen(); err != nil {
		t.Fatal(err)
	}
	if found, _ := w.read(t, office, id); found.State != task.Open || found.Outcome == "" {
		t.Errorf("taken up again: %+v", found)
	}
}
