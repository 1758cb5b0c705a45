// Package sample builds valid values for tests: each builder makes one that
// works and lets the test change it.
package sample

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/post"
	"rundertisch/internal/testdb"
)

// Day reads an ISO date that is written in a test.
func Day(tb testing.TB, s string) calendar.Date {
	tb.Helper()
	d, err := calendar.Parse(s)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// Post makes the post of a district.
func Post(tb testing.TB, inst *testdb.Instance, p testdb.Programme, d testdb.District) post.Post {
	tb.Helper()
	made := post.Post{ID: uuid.New(), DistrictID: d.ID, FTEPermille: 1000}
	inst.MustWrite(tb, p.System(), access.Seed, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO post (id, district_id, fte_permille) VALUES ($1, $2, $3)`, made.ID, made.DistrictID, made.FTEPermille)
		return err
	})
	return made
}

// State returns a state of a post from a day on.
func State(tb testing.TB, s post.State, from string, edit ...func(*post.NewState)) post.NewState {
	tb.Helper()
	n := post.NewState{ID: uuid.New(), State: s, From: Day(tb, from)}
	for _, e := range edit {
		e(&n)
	}
	return n
}

// Holder returns a person who takes a post.
func Holder(edit ...func(*post.NewHolder)) post.NewHolder {
	n := post.NewHolder{ID: uuid.New(), Name: "Erika Muster", FTEPermille: 1000, OfficeEmail: "koordination@kreis.example"}
	for _, e := range edit {
		e(&n)
	}
	return n
}
