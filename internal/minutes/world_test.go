package minutes_test

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
	"rundertisch/internal/minutes"
	"rundertisch/internal/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// The people of the test world, in the first conference of Saxony unless they
// are said to be elsewhere.
var (
	office    = testdb.Saxony.Actor(access.BodyOffice)
	chair     = testdb.Saxony.Actor(access.Chair)
	member    = testdb.Saxony.Actor(access.Member)
	guest     = testdb.Saxony.Actor(access.Guest)
	officer   = testdb.Saxony.Actor(access.CaseOfficer)
	elsewhere = testdb.Saxony.Elsewhere(access.Member)
	stranger  = testdb.Musterland.Actor(access.BodyOffice)
)

// start is when tests begin: a day after the sitting.
var start = time.Date(2031, 10, 1, 10, 0, 0, 0, time.UTC)

// world is a sitting that was held, and a clock that tests move.
type world struct {
	*testdb.Instance
	service *minutes.Service
	now     time.Time
	meeting uuid.UUID
	items   [3]uuid.UUID // the third is non-public
	minutes uuid.UUID
}

func settle(t *testing.T) *world {
	t.Helper()
	w := &world{now: start}
	w.Instance = testdb.DB(t, func(o *db.Options) {
		o.Now, o.Log = func() time.Time { return w.now }, slog.New(slog.DiscardHandler)
	})
	queue, err := job.NewQueue(w.Pool(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	base, post := &url.URL{Scheme: "http", Host: "localhost:8080"}, mail.NewOffice(queue, true)
	w.service = minutes.NewService(post, inbox.NewOffice(post, queue, base), base)
	w.meeting = w.sitting(t, "2031-09-30", "held")
	w.minutes = uuid.New()
	for i := range w.items {
		w.items[i] = uuid.New()
		w.Owner(t, `INSERT INTO agenda_item (programme_id, id, body_id, meeting_id, day, ordinal, title, non_public)
			VALUES ($1, $2, $3, $4, '2031-09-30', $5, $6, $7)`, testdb.Saxony.ID, w.items[i], testdb.Saxony.Bodies[0].ID, w.meeting, i+1,
			[]string{"Begrüßung", "Notfallversorgung", "zzgeheim Personalsache"}[i], i == 2)
	}
	return w
}

// sitting makes a sitting of the first conference in a state.
func (w *world) sitting(t *testing.T, day, state string) uuid.UUID {
	t.Helper()
	id := uuid.New()
	w.Owner(t, `SELECT set_config('app.reach', 'system', false)`)
	w.Owner(t, `WITH s AS (SELECT set_config('app.reach', 'system', true))
		INSERT INTO meeting (programme_id, id, body_id, day, starts_at, title, place, state, opened_at, closed_at)
		SELECT $1, $2, $3, $4, '10:00', 'Sitzung', 'Torgau', $5, '2031-09-30 08:00+00', '2031-09-30 10:00+00' FROM s`,
		testdb.Saxony.ID, id, testdb.Saxony.Bodies[0].ID, day, state)
	return id
}

// decision makes an adopted decision of a later sitting on an item that
// approves the minutes.
func (w *world) decision(t *testing.T, day string) uuid.UUID {
	t.Helper()
	return w.decisionOn(t, day, "approval", &w.minutes)
}

// decisionOn makes an adopted decision of a later sitting on an item.
func (w *world) decisionOn(t *testing.T, day, kind string, subject *uuid.UUID) uuid.UUID {
	t.Helper()
	id, item, meeting := uuid.New(), uuid.New(), w.sitting(t, day, "in_session")
	w.Owner(t, `INSERT INTO agenda_item (programme_id, id, body_id, meeting_id, day, ordinal, kind, title, state, subject_id)
		VALUES ($1, $2, $3, $4, $5, 1, $6, 'Punkt', 'treated', $7)`, testdb.Saxony.ID, item, testdb.Saxony.Bodies[0].ID, meeting, day, kind, subject)
	w.Owner(t, `INSERT INTO decision (programme_id, id, body_id, meeting_id, agenda_item_id, day, type, title, wording, method, majority, seats, present,
			quorum_needed, quorum_met, yes, no, abstain, result, year, number, decided_at)
		VALUES ($1, $2, $3, $4, $6, $5, 'procedural', 'Genehmigung', 'Die Niederschrift wird genehmigt.', 'hand', 'simple', 4, 4, 2, true, 4, 0, 0,
			'adopted', 2031, (SELECT coalesce(max(number), 0) + 1 FROM decision), now())`,
		testdb.Saxony.ID, id, testdb.Saxony.Bodies[0].ID, meeting, day, item)
	return id
}

func (w *world) write(t *testing.T, a access.Actor, act access.Action, fn func(ctx context.Context, tx *db.Tx) error) error {
	t.Helper()
	ctx := testdb.As(t.Context(), a)
	return w.Write(ctx, act, func(tx *db.Tx) error { return fn(ctx, tx) })
}

func (w *world) must(t *testing.T, a access.Actor, act access.Action, fn func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := w.write(t, a, act, fn); err != nil {
		t.Fatalf("%s: %v", act, err)
	}
}

// state reads the minutes as the office does.
func (w *world) state(t *testing.T) (m minutes.Minutes) {
	t.Helper()
	w.MustRead(t, office, access.ReadMinutes, func(ctx context.Context, tx *db.Tx) (err error) {
		m, err = minutes.ByID(ctx, tx, w.minutes)
		return err
	})
	return m
}

func (w *world) draft(t *testing.T) (sections []minutes.Section) {
	t.Helper()
	m := w.state(t)
	w.MustRead(t, office, access.ReadMinutes, func(ctx context.Context, tx *db.Tx) (err error) {
		sections, err = minutes.Draft(ctx, tx, m)
		return err
	})
	return sections
}

// begin begins the minutes and writes a passage under each item.
func (w *world) begin(t *testing.T) {
	t.Helper()
	w.must(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error {
		return minutes.Begin(ctx, tx, w.minutes, w.meeting)
	})
	for i, text := range []string{"", "Der Vorsitz begrüßt die Mitglieder.", "Die Notaufnahme bleibt nachts geöffnet.", "zzgeheim Frau Muster geht."} {
		if i > 0 {
			w.save(t, w.draft(t)[i].Passages[0], text)
		}
	}
}

func (w *world) save(t *testing.T, p minutes.Passage, text string) {
	t.Helper()
	w.must(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error {
		return minutes.SavePassage(ctx, tx, w.minutes, p.ID, minutes.Edit{Body: text, NonPublic: p.NonPublic, Version: p.Version})
	})
}

func (w *world) circulate(t *testing.T) error {
	t.Helper()
	version := w.state(t).Version
	return w.write(t, office, access.CirculateMinutes, func(ctx context.Context, tx *db.Tx) error {
		return w.service.Circulate(ctx, tx, w.minutes, version)
	})
}

func (w *world) object(t *testing.T, a access.Actor, n minutes.NewObjection) error {
	t.Helper()
	return w.write(t, a, access.Object, func(ctx context.Context, tx *db.Tx) error {
		return minutes.Object(ctx, tx, w.minutes, n)
	})
}

func (w *world) objection(t *testing.T, a access.Actor, id uuid.UUID) (o minutes.Objection, err error) {
	t.Helper()
	ctx := testdb.As(t.Context(), a)
	err = w.Read(ctx, access.ReadMinutes, func(tx *db.Tx) (err error) {
		o, err = minutes.ObjectionByID(ctx, tx, id)
		return err
	})
	return o, err
}

// block is the passage under the item of that number, as an objection names it.
func (w *world) block(t *testing.T, item int) uuid.UUID {
	t.Helper()
	return w.draft(t)[item].Passages[0].ID
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

func day(t *testing.T, s string) calendar.Date {
	t.Helper()
	d, err := calendar.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
