package meeting_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/meeting"
	"rundertisch/internal/testdb"
)

var (
	home     = testdb.Saxony.Bodies[0]
	office   = testdb.Saxony.Actor(access.BodyOffice)
	chair    = testdb.Saxony.Actor(access.Chair)
	member   = testdb.Saxony.Actor(access.Member)
	guest    = testdb.Saxony.Actor(access.Guest)
	other    = testdb.Saxony.Elsewhere(access.BodyOffice)
	ministry = testdb.Saxony.Actor(access.CaseOfficer)
	stranger = testdb.Musterland.Actor(access.BodyOffice)
	now      = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
)

// open gives a database whose clock stands at now, or where the test moves it.
func open(t *testing.T) (d *testdb.Instance, clock *time.Time) {
	t.Helper()
	clock = new(time.Time)
	*clock = now
	return testdb.DB(t, func(o *db.Options) { o.Now = func() time.Time { return *clock } }), clock
}

// former holds the seat of a member until yesterday.
func former() access.Actor {
	a := member
	a.Grants = []access.Grant{{
		Role: access.FormerMember, Body: home.ID, Seat: home.Seats[access.Member],
		Reads: "[2019-01-01,2026-03-02)",
	}}
	return a
}

// write runs fn as the actor and returns its error.
func write(t *testing.T, d *testdb.Instance, a access.Actor, act access.Action, fn func(ctx context.Context, tx *db.Tx) error) error {
	t.Helper()
	ctx := testdb.As(t.Context(), a)
	return d.Write(ctx, act, func(tx *db.Tx) error { return fn(ctx, tx) })
}

func TestBacklogItemOfAnObjection(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	subject := uuid.New()
	n := meeting.NewItem{ID: uuid.New(), BodyID: home.ID, Kind: meeting.Objection, Title: "Einwendung 1", SubjectID: &subject}
	add := func(a access.Actor) error {
		return write(t, d, a, access.ResolveObjection, func(ctx context.Context, tx *db.Tx) error { return meeting.AddBacklogItem(ctx, tx, n) })
	}
	for range 2 {
		if err := add(chair); err != nil {
			t.Fatal(err)
		}
	}
	if err := add(other); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the other body's office: err = %v, want Forbidden", err)
	}
	for _, a := range []access.Actor{office, member, guest} {
		d.MustRead(t, a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error {
			list, err := meeting.Waiting(ctx, tx, home.ID)
			if len(list) != 1 || list[0].Kind != meeting.Objection || *list[0].SubjectID != subject {
				t.Errorf("%s: backlog = %+v", a.Name, list)
			}
			return err
		})
	}
	for _, a := range []access.Actor{other, stranger, ministry, former()} {
		d.MustRead(t, a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error {
			list, err := meeting.Waiting(ctx, tx, home.ID)
			if len(list) != 0 {
				t.Errorf("%s reads the backlog: %+v", a.Name, list)
			}
			return err
		})
	}
}
