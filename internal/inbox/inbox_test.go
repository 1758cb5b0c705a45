package inbox_test

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/inbox"
	"rundertisch/internal/job"
	"rundertisch/internal/locale"
	"rundertisch/internal/mail"
	"rundertisch/internal/testdb"
)

type world struct {
	*testdb.Instance
	office *inbox.Office
	clock  *clock
}

// clock is set by the test.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// wednesday is a day without anything special, at noon in Berlin.
var wednesday = time.Date(2026, 3, 11, 12, 0, 0, 0, calendar.Berlin())

func newWorld(t *testing.T) *world {
	t.Helper()
	c := &clock{at: wednesday}
	d := testdb.DB(t, func(o *db.Options) { o.Now, o.MaxConns = c.now, 8 })
	q, err := job.NewQueue(d.Pool(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	base, _ := url.Parse("https://runder-tisch.example")
	return &world{Instance: d, office: inbox.NewOffice(mail.NewOffice(q, false), q, base), clock: c}
}

// people of the first conference and one who has nothing to do with it.
func people() []uuid.UUID {
	return []uuid.UUID{
		testdb.Saxony.Actor(access.Member).Person, testdb.Saxony.Actor(access.Chair).Person, testdb.Saxony.Actor(access.Guest).Person,
	}
}

func message(k inbox.Kind) inbox.Message {
	return inbox.Message{
		Kind: k, People: people(), Place: testdb.Saxony.Bodies[0].Name, Address: "/sitzungen/1",
		About: calendar.NewDate(2026, 4, 1), DueOn: calendar.NewDate(2026, 3, 25),
	}
}

func (w *world) tell(t *testing.T, m inbox.Message) {
	t.Helper()
	w.MustWrite(t, testdb.Saxony.Actor(access.BodyOffice), access.KeepSittings, func(ctx context.Context, tx *db.Tx) error {
		return w.office.Tell(ctx, tx, m)
	})
}

type letter struct{ To, Subject, Body, Unsubscribe string }

// letters returns the mails that were written, by recipient.
func (w *world) letters(t *testing.T) []letter {
	t.Helper()
	var list []letter
	w.MustRead(t, testdb.Saxony.System(), access.DeliverMail, func(ctx context.Context, tx *db.Tx) (err error) {
		rows, _ := tx.Query(ctx, `SELECT recipient AS to, subject, body, coalesce(unsubscribe, '') AS unsubscribe FROM mail ORDER BY recipient, created_at`)
		list, err = pgx.CollectRows(rows, pgx.RowToStructByName[letter])
		return err
	})
	return list
}

func (w *world) mine(t *testing.T, a access.Actor) []inbox.Notice {
	t.Helper()
	var list []inbox.Notice
	w.MustRead(t, a, access.ReadInbox, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = inbox.Mine(ctx, tx, inbox.Filter{Limit: 100})
		return err
	})
	return list
}

func (w *world) wish(t *testing.T, a access.Actor, k inbox.Kind, when inbox.When) {
	t.Helper()
	w.MustWrite(t, a, access.ReadInbox, func(ctx context.Context, tx *db.Tx) error {
		return inbox.SetWishes(ctx, tx, map[inbox.Kind]inbox.When{k: when})
	})
}

func (w *world) digests(t *testing.T) {
	t.Helper()
	w.MustWrite(t, testdb.Saxony.System(), access.NotifyPeople, func(ctx context.Context, tx *db.Tx) error {
		_, err := w.office.SendDigests(ctx, tx)
		return err
	})
}

func TestEveryKindHasANameAndAUsualTime(t *testing.T) {
	t.Parallel()
	for _, k := range inbox.Kinds() {
		if !k.Valid() || !k.Usual().Valid() {
			t.Errorf("%s: usual = %q", k, k.Usual())
		}
		if k.Duty() && k.Usual() != inbox.Now {
			t.Errorf("duty kind %s usually goes out %s", k, k.Usual())
		}
		for _, lang := range locale.Languages() {
			if !locale.New(lang, nil).Has(k.NameKey()) {
				t.Errorf("%s has no name in %s", k, lang)
			}
		}
	}
}

func TestTellReachesEachPersonOnceAndSaysNoContents(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := message(inbox.SittingCalled)
	m.People = append(m.People, m.People[0], uuid.New()) // one twice, one that is nobody
	w.tell(t, m)

	for _, r := range []access.Role{access.Member, access.Chair, access.Guest} {
		got := w.mine(t, testdb.Saxony.Actor(r))
		if len(got) != 1 || got[0].Kind != inbox.SittingCalled || got[0].Place != m.Place || !got[0].DueOn.Equal(m.DueOn) || got[0].ReadAt != nil {
			t.Errorf("%s has %+v, want one unread call", r, got)
		}
	}
	letters := w.letters(t)
	if len(letters) != 3 {
		t.Fatalf("%d mails, want 3", len(letters))
	}
	want := letter{
		To: testdb.Saxony.Email(access.Chair), Subject: "Einladung zur Sitzung (01.04.2026): Konferenz 14626",
		Body: "Guten Tag,\n\nEinladung zur Sitzung (01.04.2026): Konferenz 14626. Frist: 25.03.2026\n\nhttps://runder-tisch.example/sitzungen/1\n\n" +
			"Programm sachsen\n\nDiese E-Mail kommt immer sofort, weil mit ihr eine Frist beginnt. Sie wurde automatisch verschickt. Bitte antworten Sie nicht darauf.",
	}
	if diff := cmp.Diff(want, letters[0]); diff != "" {
		t.Errorf("mail to the chair (-want +got):\n%s", diff)
	}
}

func TestTellWithoutMailOrUndoneWritesNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := message(inbox.SittingCalled)
	m.NoMail = true
	w.tell(t, m)
	undone := errors.New("undone")
	ctx := testdb.As(t.Context(), testdb.Saxony.Actor(access.BodyOffice))
	err := w.Write(ctx, access.KeepSittings, func(tx *db.Tx) error {
		return errors.Join(w.office.Tell(ctx, tx, message(inbox.TaskGiven)), undone)
	})
	if !errors.Is(err, undone) {
		t.Fatal(err)
	}
	if n := len(w.letters(t)); n != 0 {
		t.Errorf("%d mails, want none", n)
	}
	if n := len(w.mine(t, testdb.Saxony.Actor(access.Member))); n != 1 {
		t.Errorf("%d notices, want that of the call alone", n)
	}
	w.digests(t)
	if n := len(w.letters(t)); n != 0 {
		t.Errorf("%d mails after the digest, want none", n)
	}
	bad := message("gossip")
	if err := w.Write(ctx, access.KeepSittings, func(tx *db.Tx) error { return w.office.Tell(ctx, tx, bad) }); err == nil {
		t.Error("a notice of an unknown kind was taken")
	}
}

func TestNoticesAreTheirPersonsAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tell(t, message(inbox.TaskGiven))
	own := w.mine(t, testdb.Saxony.Actor(access.Member))[0]
	for name, other := range map[string]access.Actor{
		"the ministry": testdb.Saxony.Actor(access.CaseOfficer), "the office": testdb.Saxony.Actor(access.BodyOffice),
		"an admin": testdb.Saxony.Actor(access.Admin), "another programme": testdb.Musterland.Actor(access.Member),
	} {
		if n := len(w.mine(t, other)); n != 0 {
			t.Errorf("%s reads %d notices, want none", name, n)
		}
		ctx := testdb.As(t.Context(), other)
		w.MustRead(t, other, access.ReadInbox, func(ctx context.Context, tx *db.Tx) error {
			var n int
			err := tx.QueryRow(ctx, `SELECT count(*) FROM notification`).Scan(&n)
			if n != 0 {
				t.Errorf("the table shows %d rows to %s", n, name)
			}
			return err
		})
		err := w.Write(ctx, access.ReadInbox, func(tx *db.Tx) error {
			_, err := inbox.Open(ctx, tx, own.ID)
			return err
		})
		if !errors.Is(err, fault.NotFound) {
			t.Errorf("%s opens the notice: %v, want NotFound", name, err)
		}
	}
}

func TestOpenAndReadAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	member := testdb.Saxony.Actor(access.Member)
	w.tell(t, message(inbox.TaskGiven))
	w.clock.set(wednesday.Add(time.Minute))
	w.tell(t, message(inbox.SittingCalled))
	list := w.mine(t, member)
	if list[0].Kind != inbox.SittingCalled || list[1].Kind != inbox.TaskGiven {
		t.Fatalf("list = %+v, want the newest first", list)
	}
	unread := func() (n int) {
		w.MustRead(t, member, access.ReadInbox, func(ctx context.Context, tx *db.Tx) (err error) {
			n, err = inbox.Unread(ctx, tx)
			return err
		})
		return n
	}
	w.MustWrite(t, member, access.ReadInbox, func(ctx context.Context, tx *db.Tx) error {
		address, err := inbox.Open(ctx, tx, list[0].ID)
		if address != "/sitzungen/1" {
			t.Errorf("Open leads to %q", address)
		}
		return err
	})
	if n := unread(); n != 1 {
		t.Errorf("%d unread after one was opened, want 1", n)
	}
	w.clock.set(wednesday.Add(time.Hour))
	w.tell(t, message(inbox.MinutesApproved)) // comes in after the page was made
	w.MustWrite(t, member, access.ReadInbox, func(ctx context.Context, tx *db.Tx) error {
		return inbox.ReadAll(ctx, tx, wednesday.Add(time.Minute))
	})
	if n := unread(); n != 1 {
		t.Errorf("%d unread after all were marked, want what came in meanwhile", n)
	}
	var second []inbox.Notice
	w.MustRead(t, member, access.ReadInbox, func(ctx context.Context, tx *db.Tx) (err error) {
		first, err := inbox.Mine(ctx, tx, inbox.Filter{Limit: 1})
		if err != nil {
			return err
		}
		second, err = inbox.Mine(ctx, tx, inbox.Filter{Limit: 5, Before: inbox.Cursor{At: first[0].CreatedAt, ID: first[0].ID}})
		return err
	})
	if len(second) != 2 || second[0].Kind != inbox.SittingCalled {
		t.Errorf("second page = %+v", second)
	}
}

func TestWishesDecideAndDutyStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	member := testdb.Saxony.Actor(access.Member)
	w.wish(t, member, inbox.TaskGiven, inbox.Never)
	w.tell(t, message(inbox.TaskGiven))
	var to []string
	for _, l := range w.letters(t) {
		to = append(to, l.To)
		if l.Unsubscribe != "https://runder-tisch.example/mitteilungen/einstellungen" {
			t.Errorf("List-Unsubscribe of %s = %q", l.To, l.Unsubscribe)
		}
	}
	if slices.Contains(to, testdb.Saxony.Email(access.Member)) || len(to) != 2 {
		t.Errorf("mails to %v, want none to the member", to)
	}
	ctx := testdb.As(t.Context(), member)
	err := w.Write(ctx, access.ReadInbox, func(tx *db.Tx) error {
		return inbox.SetWishes(ctx, tx, map[inbox.Kind]inbox.When{inbox.SittingCalled: inbox.Never, inbox.TaskDue: "often"})
	})
	f, ok := fault.AsFields(err)
	if !ok || f["sitting_called"].Key != "inbox.error.duty" || f["task_due"].Key != "field.choice" {
		t.Errorf("a duty kind was switched off: %v", err)
	}
	w.Owner(t, `INSERT INTO notification_wish (programme_id, person_id, kind, mail_by) VALUES ($1, $2, 'sitting_called', 'none')`, testdb.Saxony.ID, member.Person)
	w.tell(t, message(inbox.SittingCalled))
	if n := len(w.letters(t)); n != 5 {
		t.Errorf("%d mails, want a call to all three whatever they wish", n)
	}
	w.MustRead(t, testdb.Saxony.Actor(access.Chair), access.ReadInbox, func(ctx context.Context, tx *db.Tx) error {
		wishes, err := inbox.Wishes(ctx, tx)
		if wishes[inbox.TaskGiven] != inbox.Now || wishes[inbox.SittingCalled] != inbox.Now || wishes[inbox.MinutesApproved] != inbox.Daily {
			t.Errorf("the chair's wishes = %v, want the usual ones", wishes)
		}
		return err
	})
}

func TestDigestsGoOutAtSevenGroupedByBody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	member := testdb.Saxony.Actor(access.Member)
	w.wish(t, member, inbox.TaskGiven, inbox.Weekly)
	approved := message(inbox.MinutesApproved)
	approved.People = []uuid.UUID{member.Person}
	w.tell(t, approved)
	elsewhere := approved
	elsewhere.Place, elsewhere.Address = testdb.Saxony.Bodies[1].Name, "/protokolle/2"
	w.tell(t, elsewhere)
	task := approved
	task.Kind = inbox.TaskGiven
	w.tell(t, task)

	w.digests(t)
	if n := len(w.letters(t)); n != 0 {
		t.Fatalf("%d mails at noon, want none before seven", n)
	}
	thursday := time.Date(2026, 3, 12, 7, 0, 0, 0, calendar.Berlin())
	w.clock.set(thursday.Add(-time.Second))
	w.digests(t)
	if n := len(w.letters(t)); n != 0 {
		t.Fatalf("%d mails a second before seven, want none", n)
	}
	w.clock.set(thursday)
	w.digests(t)
	letters := w.letters(t)
	if len(letters) != 1 || letters[0].Subject != "Programm sachsen: 2 neue Mitteilungen" {
		t.Fatalf("letters = %+v, want one with two notices", letters)
	}
	for _, want := range []string{"Konferenz 14524\n\n- Niederschrift ist genehmigt (01.04.2026)", "Konferenz 14626", "https://runder-tisch.example/protokolle/2"} {
		if !strings.Contains(letters[0].Body, want) {
			t.Errorf("the digest lacks %q:\n%s", want, letters[0].Body)
		}
	}
	w.clock.set(thursday.AddDate(0, 0, 4)) // Monday
	w.digests(t)
	if letters = w.letters(t); len(letters) != 2 || !strings.Contains(letters[1].Body, "Neuer Auftrag") {
		t.Errorf("letters on Monday = %+v, want the weekly one too", letters)
	}
}

func TestADigestKnowsSummerTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.clock.set(time.Date(2026, 3, 28, 20, 0, 0, 0, calendar.Berlin())) // the night in which the clock changes
	w.tell(t, message(inbox.MinutesApproved))
	w.clock.set(time.Date(2026, 3, 29, 4, 59, 0, 0, time.UTC)) // 6:59 in summer time
	w.digests(t)
	if n := len(w.letters(t)); n != 0 {
		t.Errorf("%d mails at 6:59, want none", n)
	}
	w.clock.set(time.Date(2026, 3, 29, 5, 0, 0, 0, time.UTC))
	w.digests(t)
	if n := len(w.letters(t)); n != 3 {
		t.Errorf("%d mails at 7:00, want 3", n)
	}
}

func TestADigestLeavesOutWhatWasReadAndWhoIsGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tell(t, message(inbox.MinutesApproved))
	member := testdb.Saxony.Actor(access.Member)
	w.MustWrite(t, member, access.ReadInbox, func(ctx context.Context, tx *db.Tx) error { return inbox.ReadAll(ctx, tx, tx.Now) })
	w.Owner(t, `UPDATE person SET disabled_at = now() WHERE id = $1`, testdb.Saxony.Actor(access.Guest).Person)
	w.clock.set(wednesday.AddDate(0, 0, 1))
	w.digests(t)
	letters := w.letters(t)
	if len(letters) != 1 || letters[0].To != testdb.Saxony.Email(access.Chair) {
		t.Errorf("letters = %+v, want one to the chair", letters)
	}
}

func TestTwoWorkersSendADigestOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 20 {
		w.tell(t, message(inbox.MinutesApproved))
	}
	w.clock.set(wednesday.AddDate(0, 0, 1))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { w.digests(t) })
	}
	wg.Wait()
	if letters := w.letters(t); len(letters) != 3 || !strings.Contains(letters[0].Subject, "20") {
		t.Errorf("%d letters, first %q; want one of 20 notices to each of three", len(letters), letters[0].Subject)
	}
}

func TestReadNoticesGoAfterAYear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tell(t, message(inbox.TaskGiven))
	member := testdb.Saxony.Actor(access.Member)
	w.MustWrite(t, member, access.ReadInbox, func(ctx context.Context, tx *db.Tx) error { return inbox.ReadAll(ctx, tx, tx.Now) })
	w.clock.set(wednesday.AddDate(1, 0, 1))
	w.MustWrite(t, testdb.Saxony.System(), access.Housekeep, inbox.Forget)
	if n := len(w.mine(t, member)); n != 0 {
		t.Errorf("%d read notices after a year, want none", n)
	}
	if n := len(w.mine(t, testdb.Saxony.Actor(access.Chair))); n != 1 {
		t.Errorf("%d unread notices after a year, want 1", n)
	}
}
