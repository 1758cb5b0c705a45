package meeting_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/meeting"
	"rundertisch/internal/testdb"
)

func motion(edit ...func(*meeting.NewCircular)) meeting.NewCircular {
	n := meeting.NewCircular{ID: uuid.New(), Title: "Termin der AG", Wording: "Die AG tagt im Mai.", Reason: "eilt", Type: meeting.Procedural}
	for _, e := range edit {
		e(&n)
	}
	return n
}

func send(t *testing.T, d *testdb.Instance, a access.Actor, n meeting.NewCircular) error {
	t.Helper()
	s := service(t, d)
	return write(t, d, a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error { return s.StartCircular(ctx, tx, home.ID, n) })
}

func cast(t *testing.T, d *testdb.Instance, a access.Actor, id uuid.UUID, n meeting.NewBallot) error {
	t.Helper()
	return write(t, d, a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error { return meeting.Cast(ctx, tx, id, n) })
}

func result(t *testing.T, d *testdb.Instance, id uuid.UUID) meeting.Circular {
	t.Helper()
	var c meeting.Circular
	d.MustRead(t, office, access.ReadDecisions, func(ctx context.Context, tx *db.Tx) (err error) {
		c, err = meeting.CircularByID(ctx, tx, id)
		return err
	})
	return c
}

func TestCircularDecision(t *testing.T) {
	t.Parallel()
	d, clock := open(t)
	n := motion(func(n *meeting.NewCircular) { n.Title, n.NonPublic = "zzGeheim", true })
	for _, a := range []access.Actor{chair, member, guest, other, stranger} {
		if err := send(t, d, a, n); !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s sends it round: err = %v, want Forbidden", a.Name, err)
		}
	}
	if err := send(t, d, office, n); err != nil {
		t.Fatal(err)
	}
	if err := send(t, d, office, n); !errors.Is(err, fact.ErrRepeated) {
		t.Errorf("the same form again: err = %v, want ErrRepeated", err)
	}
	mails := post(t, d)
	if len(mails) != 2 || strings.Contains(mails[0].Body+mails[0].Subject, "zzGeheim") {
		t.Errorf("mails: %+v", mails)
	}
	c := result(t, d, n.ID)
	if c.Deadline != today.AddDays(14) || len(c.Explained) == 0 {
		t.Errorf("deadline %s, explained %v", c.Deadline, c.Explained)
	}
	seat := home.Seats[access.Member]
	if err := cast(t, d, member, n.ID, meeting.NewBallot{Seat: seat, Choice: meeting.Yes}); err != nil {
		t.Fatal(err)
	}
	if err := cast(t, d, member, n.ID, meeting.NewBallot{Seat: seat, Choice: meeting.No}); !errors.Is(err, fault.Conflict) {
		t.Errorf("votes twice: err = %v, want Conflict", err)
	}
	for a, want := range map[*access.Actor]error{&chair: fault.Forbidden, &guest: fault.NotFound, &other: fault.NotFound, &stranger: fault.NotFound} {
		if err := cast(t, d, *a, n.ID, meeting.NewBallot{Seat: seat, Choice: meeting.No}); !errors.Is(err, want) {
			t.Errorf("%s votes for another's seat: err = %v, want %v", a.Name, err, want)
		}
	}
	count := func(a access.Actor) error {
		return write(t, d, a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error { return meeting.CountCircular(ctx, tx, n.ID) })
	}
	if err := count(office); !errors.Is(err, fault.Conflict) {
		t.Errorf("counted before the deadline: err = %v, want Conflict", err)
	}
	*clock = c.Deadline.EndOfDay()
	if err := meeting.CloseAllCirculars(t.Context(), d.DB); err != nil || result(t, d, n.ID).State != meeting.CircularOpen {
		t.Errorf("the last day is over: %v", err)
	}
	*clock = clock.Add(time.Second)
	if err := cast(t, d, chair, n.ID, meeting.NewBallot{Seat: home.Seats[access.Chair], Choice: meeting.Yes}); !errors.Is(err, fault.Conflict) {
		t.Errorf("after the deadline: err = %v, want Conflict", err)
	}
	for range 2 { // the job runs every hour
		if err := meeting.CloseAllCirculars(t.Context(), d.DB); err != nil {
			t.Fatal(err)
		}
	}
	if c = result(t, d, n.ID); c.State != meeting.Adopted || c.ClosedAt == nil {
		t.Errorf("counted: %+v", c)
	}
	d.MustRead(t, member, access.ReadDecisions, func(ctx context.Context, tx *db.Tx) error {
		page, err := meeting.Register(ctx, tx, meeting.RegisterQuery{})
		if len(page.Rows) != 1 {
			t.Fatalf("register: %+v", page.Rows)
		}
		x := page.Rows[0].Decision
		if x.Label() != "2026/1" || x.Method != meeting.ByCircular || x.Yes != 4 || x.Day != c.Deadline || !x.NonPublic {
			t.Errorf("silence is consent: %+v", x)
		}
		return err
	})
}

func TestOneObjectionStopsACircularDecision(t *testing.T) {
	t.Parallel()
	d, clock := open(t)
	n := motion()
	if err := send(t, d, office, n); err != nil {
		t.Fatal(err)
	}
	letter := meeting.NewBallot{Seat: home.Empty[1], Choice: meeting.No, ReceivedOn: today, Source: "letter"}
	behalf := func(a access.Actor, b meeting.NewBallot) error {
		return write(t, d, a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error { return meeting.CastOnBehalf(ctx, tx, n.ID, b) })
	}
	if err := behalf(member, letter); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a member on behalf: err = %v, want Forbidden", err)
	}
	guestSeat := letter
	guestSeat.Seat = home.Seats[access.Guest]
	if fields, _ := fault.AsFields(behalf(office, guestSeat)); fields["seat"].Key == "" {
		t.Error("a seat without a vote voted")
	}
	*clock = clock.AddDate(0, 0, 20) // the letter came in time and is recorded late
	late := letter
	late.ReceivedOn = today.AddDays(15)
	if fields, _ := fault.AsFields(behalf(office, late)); fields["received_on"].Key == "" {
		t.Error("a letter after the deadline counts")
	}
	if err := behalf(office, letter); err != nil {
		t.Fatal(err)
	}
	if err := meeting.CloseAllCirculars(t.Context(), d.DB); err != nil {
		t.Fatal(err)
	}
	if c := result(t, d, n.ID); c.State != meeting.Rejected {
		t.Errorf("state %s, want rejected", c.State)
	}
}

func TestCircularIsCountedEarlyOnceAllHaveVoted(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	n := motion()
	if err := send(t, d, office, n); err != nil {
		t.Fatal(err)
	}
	d.MustWrite(t, office, access.KeepSittings, func(ctx context.Context, tx *db.Tx) error {
		for _, seat := range []uuid.UUID{home.Seats[access.Chair], home.Seats[access.Member], home.Empty[0], home.Empty[1]} {
			if err := meeting.CastOnBehalf(ctx, tx, n.ID, meeting.NewBallot{Seat: seat, Choice: meeting.Yes, ReceivedOn: today, Source: "mail"}); err != nil {
				return err
			}
		}
		return meeting.CountCircular(ctx, tx, n.ID)
	})
	if c := result(t, d, n.ID); c.State != meeting.Adopted {
		t.Errorf("state %s", c.State)
	}
	err := write(t, d, office, access.KeepSittings, func(ctx context.Context, tx *db.Tx) error { return meeting.WithdrawCircular(ctx, tx, n.ID) })
	if !errors.Is(err, fault.Conflict) {
		t.Errorf("withdrawn after it was counted: err = %v, want Conflict", err)
	}
}
