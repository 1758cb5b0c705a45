package task_test

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/inbox"
	"rundertisch/internal/job"
	"rundertisch/internal/mail"
	"rundertisch/internal/task"
	"rundertisch/internal/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// The people of the test world, in the first conference or district of Saxony
// unless they are said to be elsewhere.
var (
	home        = testdb.Saxony.Bodies[0]
	office      = testdb.Saxony.Actor(access.BodyOffice)
	chair       = testdb.Saxony.Actor(access.Chair)
	member      = testdb.Saxony.Actor(access.Member)
	guest       = testdb.Saxony.Actor(access.Guest)
	other       = testdb.Saxony.Elsewhere(access.BodyOffice)
	coordinator = testdb.Saxony.Actor(access.Coordinator)
	signatory   = testdb.Saxony.Actor(access.Signatory)
	neighbour   = testdb.Saxony.Elsewhere(access.Coordinator)
	ministry    = testdb.Saxony.Actor(access.CaseOfficer)
	stranger    = testdb.Musterland.Actor(access.BodyOffice)
	now         = time.Date(2031, 3, 3, 9, 0, 0, 0, time.UTC)
	today       = calendar.Of(now)
)

// world is a database whose clock the test moves.
type world struct {
	*testdb.Instance
	service *task.Service
	now     time.Time
}

func settle(t *testing.T) *world {
	t.Helper()
	w := &world{now: now}
	w.Instance = testdb.DB(t, func(o *db.Options) {
		o.Now, o.Log = func() time.Time { return w.now }, slog.New(slog.DiscardHandler)
	})
	queue, err := job.NewQueue(w.Pool(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	w.service = task.NewService(inbox.NewOffice(mail.NewOffice(queue, true), queue, &url.URL{Scheme: "http", Host: "localhost:8080"}))
	return w
}

func input(edit ...func(*task.Input)) task.Input {
	in := task.Input{
		ID: uuid.New(), Place: task.Place{Body: home.ID}, Title: "Zahlen zur Notaufnahme beschaffen", Owner: "AOK PLUS",
		OwnerID: member.Person, DueOn: today.AddDays(30),
	}
	for _, e := range edit {
		e(&in)
	}
	return in
}

func ofDistrict(in *task.Input) {
	in.Place, in.Owner, in.OwnerID = task.Place{District: testdb.Saxony.Districts[0].ID}, "Gesundheitsamt", uuid.Nil
}

// write runs fn as the actor and returns its error.
func (w *world) write(t *testing.T, a access.Actor, fn func(ctx context.Context, tx *db.Tx) error) error {
	t.Helper()
	ctx := testdb.As(t.Context(), a)
	return w.Write(ctx, access.UseDesk, func(tx *db.Tx) error { return fn(ctx, tx) })
}

func (w *world) add(t *testing.T, a access.Actor, in task.Input) error {
	t.Helper()
	return w.write(t, a, func(ctx context.Context, tx *db.Tx) error { return w.service.Add(ctx, tx, in) })
}

// given adds a task and returns its id.
func (w *world) given(t *testing.T, a access.Actor, edit ...func(*task.Input)) uuid.UUID {
	t.Helper()
	in := input(edit...)
	if err := w.add(t, a, in); err != nil {
		t.Fatal(err)
	}
	return in.ID
}

func (w *world) read(t *testing.T, a access.Actor, id uuid.UUID) (found task.Task, err error) {
	t.Helper()
	ctx := testdb.As(t.Context(), a)
	err = w.Read(ctx, access.UseDesk, func(tx *db.Tx) (err error) {
		found, err = task.ByID(ctx, tx, id)
		return err
	})
	return found, err
}

// put puts a task into a state past the state machine, as the owner.
func (w *world) put(t *testing.T, id uuid.UUID, s task.State) {
	t.Helper()
	w.Owner(t, `ALTER TABLE task DISABLE TRIGGER USER`)
	w.Owner(t, `UPDATE task SET state = $2, version = 1, outcome = 'so war es' WHERE id = $1`, id, s)
	w.Owner(t, `ALTER TABLE task ENABLE TRIGGER USER`)
}

// notices counts what a person was told of a kind.
func (w *world) notices(t *testing.T, a access.Actor, k inbox.Kind) (n int) {
	t.Helper()
	w.MustRead(t, a, access.ReadInbox, func(ctx context.Context, tx *db.Tx) error {
		list, err := inbox.Mine(ctx, tx, inbox.Filter{Limit: 100})
		for _, notice := range list {
			if notice.Kind == k {
				n++
			}
		}
		return err
	})
	return n
}

func wants(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: err = %v, want %v", what, err, want)
	}
}

func wantField(t *testing.T, what string, err error, field string) {
	t.Helper()
	if fields, ok := fault.AsFields(err); !ok || fields[field].Key == "" {
		t.Errorf("%s: err = %v, want a fault of %q", what, err, field)
	}
}

// former held the member's seat until yesterday.
func former() access.Actor {
	a := member
	a.Person = uuid.New()
	a.Grants = []access.Grant{{
		Role: access.FormerMember, Body: home.ID, Seat: home.Seats[access.Member], Reads: "[2019-01-01," + today.String() + ")",
	}}
	return a
}
