package body_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/testdb"
)

var (
	bodyOffice  = testdb.Saxony.Actor(access.BodyOffice)
	otherOffice = testdb.Saxony.Elsewhere(access.BodyOffice)
	member      = testdb.Saxony.Actor(access.Member)
	caseOfficer = testdb.Saxony.Actor(access.CaseOfficer)
	home        = testdb.Saxony.Bodies[0]
)

func date(s string) calendar.Date {
	d, err := calendar.Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

// as runs fn as the actor with the body, as the pages do.
func as(t *testing.T, d *testdb.Instance, a access.Actor, act access.Action, fn func(ctx context.Context, tx *db.Tx, b body.Body) error) error {
	t.Helper()
	return asIn(t, d, a, act, home.ID, fn)
}

func asIn(t *testing.T, d *testdb.Instance, a access.Actor, act access.Action, id uuid.UUID, fn func(ctx context.Context, tx *db.Tx, b body.Body) error) error {
	t.Helper()
	ctx := testdb.As(t.Context(), a)
	return d.Write(ctx, act, func(tx *db.Tx) error {
		b, err := body.ByID(ctx, tx, id)
		if err != nil {
			return err
		}
		return fn(ctx, tx, b)
	})
}

// wantFault checks that the field, and no error else, is at fault with the key.
func wantFault(t *testing.T, what string, err error, field, key string) {
	t.Helper()
	f, ok := fault.AsFields(err)
	if !ok || f[field].Key != key {
		t.Errorf("%s: %v, want %s at %q", what, err, key, field)
	}
}

func wantErr(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: err = %v, want %v", what, err, want)
	}
}

func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}
