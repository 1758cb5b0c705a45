package meeting_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/meeting"
	"rundertisch/internal/testdb"
)

func TestSittingOpensOnItsDay(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	id := plan(t, d, func(in *meeting.Input) { in.Day = today.AddDays(1) })
	put(t, d, id, meeting.Invited)
	err := write(t, d, chair, access.RunSitting, func(ctx context.Context, tx *db.Tx) error { return meeting.Open(ctx, tx, id) })
	if !errors.Is(err, fault.Conflict) {
		t.Errorf("the day before: err = %v, want Conflict", err)
	}
}

func TestAttendance(t *testing.T) {
	t.Parallel()
	d, clock := open(t)
	id, item := sitting(t, d)
	m, _ := read(t, d, guest, id)
	if m.OpenedAt == nil || m.ChairSeatID == nil || *m.ChairSeatID != home.Seats[access.Chair] {
		t.Errorf("opened: %+v", m)
	}
	seat := home.Seats[access.Member]
	do := func(a access.Actor, fn func(ctx context.Context, tx *db.Tx) error) error {
		return write(t, d, a, access.ReadSittings, fn)
	}
	come := func(a access.Actor, n meeting.Arrival) error {
		n.ID = uuid.New()
		return do(a, func(ctx context.Context, tx *db.Tx) error { return meeting.Arrive(ctx, tx, id, n) })
	}
	leave := func(at meeting.Clock) error {
		return do(chair, func(ctx context.Context, tx *db.Tx) error { return meeting.Leave(ctx, tx, id, seat, at) })
	}
	field := func(err error, name string) bool { f, _ := fault.AsFields(err); return f[name].Key != "" }
	for _, a := range []access.Actor{member, guest} {
		if err := come(a, meeting.Arrival{Seat: seat, Person: member.Person}); !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s records: err = %v, want Forbidden", a.Name, err)
		}
	}
	if err := come(chair, meeting.Arrival{Seat: seat, Person: chair.Person}); !field(err, "person") {
		t.Errorf("somebody else's seat: err = %v", err)
	}
	if err := come(chair, meeting.Arrival{Seat: seat, Person: member.Person}); !field(err, "at") {
		t.Errorf("comes twice: err = %v", err)
	}
	if err := leave("09:00"); !field(err, "at") { // came at 10:00 in Berlin
		t.Errorf("leaves before he came: err = %v", err)
	}
	if err := leave("23:59"); !field(err, "at") {
		t.Errorf("leaves in the future: err = %v", err)
	}
	*clock = clock.Add(time.Hour)
	if err := leave("10:30"); err != nil {
		t.Fatal(err)
	}
	if err := leave(""); !errors.Is(err, fault.Conflict) {
		t.Errorf("leaves twice: err = %v, want Conflict", err)
	}
	if err := come(office, meeting.Arrival{Seat: seat, Person: member.Person, At: "10:45"}); err != nil {
		t.Fatal(err)
	}
	miss := func(s uuid.UUID, status meeting.Status) error {
		return do(office, func(ctx context.Context, tx *db.Tx) error { return meeting.Miss(ctx, tx, id, s, status, "krank") })
	}
	if err := miss(seat, meeting.Excused); !errors.Is(err, fault.Conflict) {
		t.Errorf("excused though he was there: err = %v, want Conflict", err)
	}
	for _, status := range []meeting.Status{meeting.Absent, meeting.Excused} {
		if err := miss(home.Empty[0], status); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]int{}
	for _, at := range []string{"09:59", "10:00", "10:30", "10:44", "10:45"} {
		d.MustRead(t, member, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error {
			c, err := meeting.CountAt(ctx, tx, m, item, meeting.Clock(at).On(m.Day))
			got[at] = c.Present
			return err
		})
	}
	if diff := cmp.Diff(map[string]int{"09:59": 0, "10:00": 2, "10:30": 1, "10:44": 1, "10:45": 2}, got); diff != "" {
		t.Errorf("votes present (-want +got):\n%s", diff)
	}
	d.MustRead(t, guest, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error {
		list, err := meeting.Attendance(ctx, tx, id)
		if len(list) != 4 || list[0].Status != meeting.Present {
			t.Errorf("attendance: %+v", list)
		}
		return err
	})
}

func TestDeputyRepresents(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	id, _ := sitting(t, d)
	deputy := testdb.Saxony.Elsewhere(access.Member).Person
	d.MustWrite(t, office, access.KeepSeats, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO seat_holder (body_id, seat_id, person_id, slot, valid) VALUES ($1, $2, $3, 1, '[2020-01-01,)')`,
			home.ID, home.Empty[0], deputy)
		if err != nil {
			return err
		}
		return meeting.Arrive(ctx, tx, id, meeting.Arrival{ID: uuid.New(), Seat: home.Empty[0], Person: deputy})
	})
	d.MustRead(t, office, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error {
		list, err := meeting.Attendance(ctx, tx, id)
		if len(list) != 3 || list[2].Status != meeting.Represented {
			t.Errorf("attendance: %+v", list)
		}
		return err
	})
}

func TestRepliesBecomeAttendance(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	s := service(t, d)
	id := plan(t, d, func(in *meeting.Input) { in.Day = today })
	d.MustWrite(t, office, access.KeepSittings, func(ctx context.Context, tx *db.Tx) error { return s.Invite(ctx, tx, id, 0, "eilt") })
	for a, answer := range map[*access.Actor]meeting.Answer{&chair: meeting.Comes, &member: meeting.Declines} {
		d.MustWrite(t, *a, access.ReplyToCall, func(ctx context.Context, tx *db.Tx) error {
			return meeting.AnswerCall(ctx, tx, id, meeting.NewReply{Seat: a.Grants[0].Seat, Reply: answer, Note: "Notiz"})
		})
	}
	d.MustWrite(t, chair, access.RunSitting, func(ctx context.Context, tx *db.Tx) error {
		if err := meeting.Open(ctx, tx, id); err != nil {
			return err
		}
		for range 2 {
			if err := meeting.TakeReplies(ctx, tx, id); err != nil {
				return err
			}
		}
		list, err := meeting.Attendance(ctx, tx, id)
		if len(list) != 2 || list[0].Status != meeting.Present || list[1].Status != meeting.Excused || list[1].Reason != "" {
			t.Errorf("attendance: %+v", list)
		}
		return err
	})
}

func TestWhatIsNotTreatedIsCarriedOver(t *testing.T) {
	t.Parallel()
	d, clock := open(t)
	id, treated := sitting(t, d, func(n *meeting.NewItem) { n.Title = "behandelt" })
	carried := addItem(t, d, id, func(n *meeting.NewItem) { n.Title = "vertagt" })
	addItem(t, d, id, func(n *meeting.NewItem) { n.Title, n.NonPublic = "nicht erreicht", true })
	finish := func(a access.Actor, item uuid.UUID, as meeting.ItemState) error {
		return write(t, d, a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error { return meeting.Finish(ctx, tx, item, as) })
	}
	if err := finish(member, treated, meeting.ItemTreated); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a member marks: err = %v, want Forbidden", err)
	}
	for range 2 {
		if err := errors.Join(finish(chair, treated, meeting.ItemTreated), finish(chair, carried, meeting.ItemCarried)); err != nil {
			t.Fatal(err)
		}
	}
	if err := finish(chair, treated, meeting.ItemCarried); !errors.Is(err, fault.Conflict) {
		t.Errorf("treated and carried over: err = %v, want Conflict", err)
	}
	*clock = clock.Add(2 * time.Hour)
	for range 2 {
		d.MustWrite(t, chair, access.RunSitting, func(ctx context.Context, tx *db.Tx) error { return meeting.Close(ctx, tx, id, nil) })
	}
	if diff := cmp.Diff([]string{"vertagt", "nicht erreicht"}, titles(waiting(t, d, member)), cmp.Comparer(sameSet)); diff != "" {
		t.Errorf("backlog (-want +got):\n%s", diff)
	}
	if got := titles(waiting(t, d, guest)); len(got) != 1 {
		t.Errorf("a guest reads the backlog %v", got)
	}
	m, _ := read(t, d, member, id)
	if m.State != meeting.Held || m.ClosedAt == nil {
		t.Errorf("closed: %+v", m)
	}
	d.MustRead(t, member, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error {
		list, err := meeting.Attendance(ctx, tx, id)
		for _, a := range list {
			if a.ToAt == nil {
				t.Errorf("%s is still there", a.Institution)
			}
		}
		return err
	})
}

func TestWhatWasVotedOnWasTreated(t *testing.T) {
	t.Parallel()
	d, clock := open(t)
	id, voted := sitting(t, d, func(n *meeting.NewItem) { n.Title = "abgestimmt" })
	title := func(text string) func(*meeting.NewItem) { return func(n *meeting.NewItem) { n.Title = text } }
	struck := addItem(t, d, id, title("aufgehoben"))
	talked := addItem(t, d, id, title("besprochen"))
	adjourned := addItem(t, d, id, title("abgestimmt und vertagt"))
	addItem(t, d, id, title("nicht erreicht"))
	for _, item := range []uuid.UUID{voted, struck, adjourned} {
		v := vote(item)
		if err := decide(t, d, chair, v); err != nil {
			t.Fatal(err)
		}
		if item == struck {
			d.MustWrite(t, chair, access.RunSitting, func(ctx context.Context, tx *db.Tx) error { return meeting.Void(ctx, tx, v.ID, "falsch") })
		}
	}
	*clock = clock.Add(time.Hour)
	shut := func(outcomes map[uuid.UUID]meeting.ItemState) error {
		return write(t, d, chair, access.RunSitting, func(ctx context.Context, tx *db.Tx) error { return meeting.Close(ctx, tx, id, outcomes) })
	}
	if _, ok := fault.AsFields(shut(map[uuid.UUID]meeting.ItemState{talked: meeting.ItemBacklog})); !ok {
		t.Error("an item became what it cannot become")
	}
	if err := shut(map[uuid.UUID]meeting.ItemState{talked: meeting.ItemTreated, adjourned: meeting.ItemCarried}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"aufgehoben", "abgestimmt und vertagt", "nicht erreicht"}, titles(waiting(t, d, member)), cmp.Comparer(sameSet)); diff != "" {
		t.Errorf("backlog (-want +got):\n%s", diff)
	}
	for _, item := range agenda(t, d, member, id) {
		if want := item.ID == voted || item.ID == talked; want != (item.State == meeting.ItemTreated) {
			t.Errorf("%s is %s", item.Title, item.State)
		}
	}
}

func sameSet(a, b []string) bool {
	seen := map[string]int{}
	for _, s := range a {
		seen[s]++
	}
	for _, s := range b {
		seen[s]--
	}
	for _, n := range seen {
		if n != 0 {
			return false
		}
	}
	return true
}
