package meeting_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/meeting"
	"rundertisch/internal/testdb"
)

// soon is how long a test waits to see that somebody waits.
const soon = 300 * time.Millisecond

// TestABallotThatComesWhileItIsCountedIsRefused lets the count hold its lock
// while a member, who asked before, casts his vote on another connection.
func TestABallotThatComesWhileItIsCountedIsRefused(t *testing.T) {
	t.Parallel()
	d, clock := open(t)
	n := motion()
	if err := send(t, d, office, n); err != nil {
		t.Fatal(err)
	}
	*clock = clock.AddDate(0, 0, 14)
	early := *clock // the last day
	asked := member
	cast := make(chan error, 1)
	d.MustWrite(t, office, access.KeepSittings, func(ctx context.Context, tx *db.Tx) error {
		tx.Now = early.AddDate(0, 0, 1)
		if err := meeting.CountCircular(ctx, tx, n.ID); err != nil {
			return err
		}
		go func() {
			mine := testdb.As(context.WithoutCancel(ctx), asked)
			cast <- d.Write(mine, access.ReadSittings, func(tx *db.Tx) error {
				return meeting.Cast(mine, tx, n.ID, meeting.NewBallot{Seat: home.Seats[access.Member], Choice: meeting.No})
			})
		}()
		select {
		case err := <-cast:
			t.Errorf("the ballot did not wait: %v", err)
			cast <- err
		case <-time.After(soon):
		}
		return nil
	})
	err := <-cast
	if !errors.Is(err, fault.Conflict) {
		t.Errorf("a ballot after the count: err = %v, want Conflict", err)
	}
	if text, _ := fault.AsText(err); text.Key != "circular.error.over" {
		t.Errorf("it says %q", text.Key)
	}
	if ballots := ballotsOf(t, d, n); len(ballots) != 0 {
		t.Errorf("ballots that nobody counted: %+v", ballots)
	}
}

// TestTheCountWaitsForABallotOnItsWay lets a member hold his vote while the
// office counts on another connection.
func TestTheCountWaitsForABallotOnItsWay(t *testing.T) {
	t.Parallel()
	d, clock := open(t)
	n := motion()
	if err := send(t, d, office, n); err != nil {
		t.Fatal(err)
	}
	*clock = clock.AddDate(0, 0, 14)
	counted := make(chan error, 1)
	d.MustWrite(t, member, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error {
		if err := meeting.Cast(ctx, tx, n.ID, meeting.NewBallot{Seat: home.Seats[access.Member], Choice: meeting.No}); err != nil {
			return err
		}
		go func() {
			theirs := testdb.As(context.WithoutCancel(ctx), office)
			counted <- d.Write(theirs, access.KeepSittings, func(tx *db.Tx) error {
				tx.Now = tx.Now.AddDate(0, 0, 1)
				return meeting.CountCircular(theirs, tx, n.ID)
			})
		}()
		select {
		case err := <-counted:
			t.Errorf("the count did not wait: %v", err)
			counted <- err
		case <-time.After(soon):
		}
		return nil
	})
	if err := <-counted; err != nil {
		t.Fatal(err)
	}
	if c := result(t, d, n.ID); c.State != meeting.Rejected {
		t.Errorf("state %s, want rejected: one vote against was on its way", c.State)
	}
}

func ballotsOf(t *testing.T, d *testdb.Instance, n meeting.NewCircular) (list []meeting.CircularBallot) {
	t.Helper()
	d.MustRead(t, office, access.ReadDecisions, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = meeting.CircularBallots(ctx, tx, n.ID)
		return err
	})
	return list
}

// TestTheDatabaseRefusesALateBallot goes past the code.
func TestTheDatabaseRefusesALateBallot(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	n := motion()
	if err := send(t, d, office, n); err != nil {
		t.Fatal(err)
	}
	late := result(t, d, n.ID).Deadline.EndOfDay().Add(time.Second)
	err := write(t, d, member, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error {
		return tx.ExecOne(ctx, `INSERT INTO circular_ballot (circular_id, seat_id, body_id, choice, cast_at) VALUES ($1, $2, $3, 'no', $4)`,
			n.ID, home.Seats[access.Member], home.ID, late)
	})
	if db.Constraint(err) != "circular_ballot_in_time" {
		t.Errorf("err = %v, want a refusal by circular_ballot_in_time", err)
	}
}
