package meeting_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/inbox"
	"rundertisch/internal/job"
	"rundertisch/internal/mail"
	"rundertisch/internal/meeting"
	"rundertisch/internal/testdb"
)

var today = calendar.Of(now)

// service writes its mail into the database and nowhere else.
func service(t *testing.T, d *testdb.Instance) *meeting.Service {
	t.Helper()
	queue, err := job.NewQueue(d.Pool(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	base := &url.URL{Scheme: "http", Host: "localhost:8080"}
	post := mail.NewOffice(queue, true)
	return meeting.NewService(post, inbox.NewOffice(post, queue, base), base)
}

func input(edit ...func(*meeting.Input)) meeting.Input {
	in := meeting.Input{ID: uuid.New(), Day: today.AddDays(30), StartsAt: "10:00", EndsAt: "12:30", Title: "3. Sitzung", Place: "Kreistag"}
	for _, e := range edit {
		e(&in)
	}
	return in
}

// plan plans a sitting of the home body and returns its id.
func plan(t *testing.T, d *testdb.Instance, edit ...func(*meeting.Input)) uuid.UUID {
	t.Helper()
	in := input(edit...)
	d.MustWrite(t, office, access.KeepSittings, func(ctx context.Context, tx *db.Tx) error {
		return meeting.Make(ctx, tx, home.ID, meeting.Plan{Input: in})
	})
	return in.ID
}

// put puts a sitting into a state past the state machine, as the owner.
func put(t *testing.T, d *testdb.Instance, id uuid.UUID, s meeting.State) {
	t.Helper()
	d.Owner(t, fmt.Sprintf(`ALTER TABLE meeting DISABLE TRIGGER state; DELETE FROM call_notice WHERE meeting_id = '%[1]s';
		DELETE FROM call_letter_item WHERE meeting_id = '%[1]s'; DELETE FROM call_letter WHERE meeting_id = '%[1]s';
		UPDATE meeting SET state = '%[2]s', sequence = 5 WHERE id = '%[1]s'; ALTER TABLE meeting ENABLE TRIGGER state`, id, s))
}

// sitting opens a sitting today with one item and the two seats that somebody
// holds present, and returns both ids. Two of four is the quorum.
func sitting(t *testing.T, d *testdb.Instance, edit ...func(*meeting.NewItem)) (id, item uuid.UUID) {
	t.Helper()
	id = plan(t, d, func(in *meeting.Input) { in.Day = today })
	item = addItem(t, d, id, edit...)
	put(t, d, id, meeting.Invited)
	d.MustWrite(t, chair, access.RunSitting, func(ctx context.Context, tx *db.Tx) error { return meeting.Open(ctx, tx, id) })
	arrive(t, d, id, access.Chair)
	arrive(t, d, id, access.Member)
	return id, item
}

func addItem(t *testing.T, d *testdb.Instance, id uuid.UUID, edit ...func(*meeting.NewItem)) uuid.UUID {
	t.Helper()
	n := meeting.NewItem{ID: uuid.New(), BodyID: home.ID, Kind: meeting.Topic, Title: "Notfallversorgung"}
	for _, e := range edit {
		e(&n)
	}
	d.MustWrite(t, office, access.KeepSittings, func(ctx context.Context, tx *db.Tx) error { return meeting.AddItem(ctx, tx, id, n) })
	return n.ID
}

func arrive(t *testing.T, d *testdb.Instance, id uuid.UUID, role access.Role) {
	t.Helper()
	d.MustWrite(t, office, access.RunSitting, func(ctx context.Context, tx *db.Tx) error {
		return meeting.Arrive(ctx, tx, id, meeting.Arrival{ID: uuid.New(), Seat: home.Seats[role], Person: testdb.Saxony.Actor(role).Person})
	})
}

func read(t *testing.T, d *testdb.Instance, a access.Actor, id uuid.UUID) (m meeting.Meeting, err error) {
	t.Helper()
	ctx := testdb.As(t.Context(), a)
	err = d.Read(ctx, access.ReadSittings, func(tx *db.Tx) (err error) {
		m, err = meeting.ByID(ctx, tx, id)
		return err
	})
	return m, err
}

func agenda(t *testing.T, d *testdb.Instance, a access.Actor, id uuid.UUID) (list []meeting.Item) {
	t.Helper()
	d.MustRead(t, a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = meeting.Agenda(ctx, tx, id)
		return err
	})
	return list
}

func waiting(t *testing.T, d *testdb.Instance, a access.Actor) (list []meeting.Item) {
	t.Helper()
	d.MustRead(t, a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = meeting.Waiting(ctx, tx, home.ID)
		return err
	})
	return list
}

func titles(list []meeting.Item) []string {
	out := make([]string, len(list))
	for i, item := range list {
		out[i] = item.Title
	}
	return out
}
