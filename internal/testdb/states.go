package testdb

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
)

// Expectation is what a table of states expects when somebody does something.
type Expectation struct{ Action, Role, State, Want string }

// StateTable reads a table of what is expected of every action, by every role,
// in every state. The first line names the states; each further one an action,
// the roles, parted by commas, and an answer for each state as Answer has it:
//
//	          planned    invited
//	invite    office          ok         conflict
//	invite    chair,member    forbidden  not_found
//
// It fails unless each action has each of the roles once. What is expected in one
// state comes together.
func StateTable(tb testing.TB, roles []string, table string) []Expectation {
	tb.Helper()
	lines := strings.Split(strings.TrimSpace(table), "\n")
	states := strings.Fields(lines[0])
	var list []Expectation
	asked := map[string]map[string]int{} // action -> role -> lines
	for _, line := range lines[1:] {
		cells := strings.Fields(line)
		if len(cells) == 0 {
			continue
		}
		if len(cells) != len(states)+2 {
			tb.Fatalf("%q has %d cells, want action, roles and %d answers", line, len(cells), len(states))
		}
		if asked[cells[0]] == nil {
			asked[cells[0]] = map[string]int{}
		}
		for role := range strings.SplitSeq(cells[1], ",") {
			asked[cells[0]][role]++
			for i, state := range states {
				list = append(list, Expectation{cells[0], role, state, cells[i+2]})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Expectation) int {
		return cmp.Compare(slices.Index(states, a.State), slices.Index(states, b.State))
	})
	for action, by := range asked {
		for _, role := range roles {
			if by[role] != 1 {
				tb.Errorf("the table has %d lines for %s by %s, want 1", by[role], action, role)
			}
		}
	}
	return list
}

// Answer names the kind of an error as tables have it: ok, repeated, invalid,
// not_found, forbidden, stale or conflict. Another error is its own name.
func Answer(err error) string {
	if _, invalid := fault.AsFields(err); invalid {
		return "invalid"
	}
	for _, kind := range []struct {
		err  error
		name string
	}{
		{fact.ErrRepeated, "repeated"},
		{fault.NotFound, "not_found"},
		{fault.Forbidden, "forbidden"},
		{fault.Stale, "stale"},
		{fault.Conflict, "conflict"},
	} {
		if errors.Is(err, kind.err) {
			return kind.name
		}
	}
	if err != nil {
		return err.Error()
	}
	return "ok"
}

var errUndo = errors.New("undo")

// Try does something in a transaction as the actor, lets the database check
// everything, and takes it back: the next try finds what this one found.
func (i *Instance) Try(tb testing.TB, a access.Actor, act access.Action, fn func(ctx context.Context, tx *db.Tx) error) error {
	tb.Helper()
	ctx := As(tb.Context(), a)
	err := i.Write(ctx, act, func(tx *db.Tx) error {
		if err := fn(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `SET CONSTRAINTS ALL IMMEDIATE`); err != nil {
			return err
		}
		return errUndo
	})
	if errors.Is(err, errUndo) {
		return nil
	}
	return err
}
