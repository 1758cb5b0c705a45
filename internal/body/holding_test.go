package body_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/testdb"
)

func hold(t *testing.T, d *testdb.Instance, a access.Actor, seat uuid.UUID, n body.NewHolding) error {
	t.Helper()
	if n.ID == uuid.Nil {
		n.ID = uuid.New()
	}
	return as(t, d, a, access.KeepSeats, func(ctx context.Context, tx *db.Tx, b body.Body) error { return body.Hold(ctx, tx, b, seat, n) })
}

// named is a person without an e-mail, from a day on.
func named(name, from string) body.NewHolding {
	return body.NewHolding{Who: body.Who{Name: name}, From: date(from)}
}

func holdings(t *testing.T, d *testdb.Instance, seat uuid.UUID) (list []body.Holding) {
	t.Helper()
	d.MustRead(t, bodyOffice, access.ReadBodies, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = body.Holdings(ctx, tx, seat)
		return err
	})
	return list
}

func TestHoldPutsAPersonOnASeat(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	n := named("Erika Muster", "2024-03-01")
	n.ID, n.Email = uuid.New(), "erika@klinikum.example"
	must(t, "hold", hold(t, d, bodyOffice, home.Empty[0], n))
	wantErr(t, "the same form again", hold(t, d, bodyOffice, home.Empty[0], n), fact.ErrRepeated)

	deputy := body.NewHolding{Slot: 1, Who: body.Who{Email: testdb.Saxony.Email(access.Coordinator)}, From: date("2024-03-01")}
	must(t, "a known person as deputy", hold(t, d, bodyOffice, home.Empty[0], deputy))
	got := holdings(t, d, home.Empty[0])
	if len(got) != 2 || got[0].Name != "Erika Muster" || got[1].PersonID != testdb.Saxony.Actor(access.Coordinator).Person || got[1].Slot != 1 {
		t.Errorf("holdings = %+v", got)
	}
	d.MustRead(t, member, access.ReadBodies, func(ctx context.Context, tx *db.Tx) error {
		seats, err := body.Roster(ctx, tx, home.ID, date("2024-03-01"))
		for _, s := range seats {
			if h, held := s.Main(); s.ID == home.Empty[0] && (!held || h.Email != "erika@klinikum.example" || len(s.Holders) != 2) {
				t.Errorf("a member reads %+v", s)
			}
		}
		return err
	})
	for name, a := range map[string]access.Actor{"another office": otherOffice, "a signatory": testdb.Saxony.Actor(access.Signatory)} {
		d.MustRead(t, a, access.ReadBodies, func(ctx context.Context, tx *db.Tx) error {
			seats, err := body.Roster(ctx, tx, home.ID, date("2024-03-01"))
			for _, s := range seats {
				if len(s.Holders) > 0 {
					t.Errorf("%s reads who holds %s", name, s.Institution)
				}
			}
			return err
		})
	}
}

func TestHoldRefuses(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	seat := home.Seats[access.Member]
	memberMail := testdb.Saxony.Email(access.Member)
	for _, tc := range []struct {
		name       string
		edit       func(*body.NewHolding)
		field, key string
	}{
		{"nobody", func(n *body.NewHolding) { n.Name = "" }, "person_name", "field.missing"},
		{"an unknown e-mail without a name", func(n *body.NewHolding) { n.Who = body.Who{Email: "neu@kvs.example"} }, "person_name", "body.error.unknown_email"},
		{"no e-mail", func(n *body.NewHolding) { n.Email = "keine" }, "person_email", "body.error.email"},
		{"no day", func(n *body.NewHolding) { n.From = calendar.Date{} }, "from", "field.missing"},
		{"an end before the start", func(n *body.NewHolding) { n.To = n.From }, "to", "body.error.ends_before_start"},
		{"a day before the seat", func(n *body.NewHolding) { n.From = date("2018-12-31") }, "from", "body.error.outside_seat"},
		{"a fourth place", func(n *body.NewHolding) { n.Slot = 3 }, "slot", "body.error.choice"},
		{"a place that is taken", func(*body.NewHolding) {}, "from", "body.error.slot_taken"},
		{"the member as his own deputy", func(n *body.NewHolding) { n.Slot, n.Who = 1, body.Who{Email: memberMail} }, "from", "body.error.person_seated"},
	} {
		n := named("Erika Muster", "2024-03-01")
		tc.edit(&n)
		wantFault(t, tc.name, hold(t, d, bodyOffice, seat, n), tc.field, tc.key)
	}
	n := named("Erika Muster", "2024-03-01")
	wantErr(t, "a member", hold(t, d, member, seat, n), fault.Forbidden)
	wantErr(t, "another body's office", hold(t, d, otherOffice, seat, n), fault.Forbidden)
	wantErr(t, "another programme's office", hold(t, d, testdb.Musterland.Actor(access.BodyOffice), seat, n), fault.NotFound)
	wantErr(t, "another body's seat", hold(t, d, bodyOffice, testdb.Saxony.Bodies[1].Empty[0], n), fault.NotFound)
	d.MustRead(t, testdb.Saxony.System(), access.Housekeep, func(ctx context.Context, tx *db.Tx) error {
		var strangers int
		err := tx.QueryRow(ctx, `SELECT count(*) FROM person WHERE name = 'Erika Muster'`).Scan(&strangers)
		if strangers != 0 {
			t.Errorf("%d persons were left behind by refused forms", strangers)
		}
		return err
	})
}

func TestTwentyWritersPutOnePersonOnASeat(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t, func(o *db.Options) { o.MaxConns = 20 })
	var wg sync.WaitGroup
	var mu sync.Mutex
	won, lost := 0, 0
	for i := range 20 {
		wg.Go(func() {
			err := hold(t, d, bodyOffice, home.Empty[0], named(fmt.Sprintf("Person %d", i), "2024-03-01"))
			f, refused := fault.AsFields(err)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				won++
			case refused && f["from"].Key == "body.error.slot_taken":
				lost++
			default:
				t.Errorf("writer %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if won != 1 || lost != 19 {
		t.Errorf("%d won, %d lost; want 1 and 19", won, lost)
	}
}

func TestEndHoldingAndTheSuccessor(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	seat := home.Seats[access.Member]
	old := holdings(t, d, seat)[0]
	end := func(a access.Actor, id uuid.UUID, last string) error {
		return as(t, d, a, access.KeepSeats, func(ctx context.Context, tx *db.Tx, b body.Body) error {
			return body.EndHolding(ctx, tx, b, id, date(last))
		})
	}
	wantFault(t, "before the start", end(bodyOffice, old.ID, "2018-01-01"), "to", "body.error.ends_before_start")
	wantErr(t, "another body's office", end(otherOffice, old.ID, "2024-02-29"), fault.Forbidden)
	wantErr(t, "nothing", end(bodyOffice, uuid.New(), "2024-02-29"), fault.NotFound)
	must(t, "end", end(bodyOffice, old.ID, "2024-02-29"))
	wantErr(t, "once more", end(bodyOffice, old.ID, "2024-02-29"), fault.NotFound)

	wantFault(t, "a successor a day early", hold(t, d, bodyOffice, seat, named("Nachfolge", "2024-02-29")), "from", "body.error.slot_taken")
	must(t, "a successor", hold(t, d, bodyOffice, seat, named("Nachfolge", "2024-03-01")))
	got := holdings(t, d, seat)
	if len(got) != 3 || got[0].Name != "Nachfolge" || got[1].Valid.To != date("2024-03-01") && got[2].Valid.To != date("2024-03-01") {
		t.Errorf("holdings = %+v", got)
	}
	for _, h := range got {
		if h.ID == old.ID && (!h.Withdrawn() || h.Valid != old.Valid) {
			t.Errorf("the old record changed: %+v", h)
		}
		if !h.Withdrawn() && !h.Valid.To.IsZero() {
			wantFault(t, "later than it ended", end(bodyOffice, h.ID, "2024-05-01"), "to", "body.error.ended")
		}
	}
}

func TestCorrectHoldingKeepsTheOldRecord(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	seat := home.Seats[access.Member]
	wrong := holdings(t, d, seat)[0]
	correct := func(a access.Actor, id uuid.UUID, c body.HoldingCorrection) error {
		c.ID = uuid.New()
		return as(t, d, a, access.KeepSeats, func(ctx context.Context, tx *db.Tx, b body.Body) error {
			return body.CorrectHolding(ctx, tx, b, id, c)
		})
	}
	right := body.HoldingCorrection{NewHolding: body.NewHolding{From: date("2020-05-01")}, Why: "Beginn verwechselt"}
	wantFault(t, "without a reason", correct(bodyOffice, wrong.ID, body.HoldingCorrection{NewHolding: right.NewHolding}), "why", "field.missing")
	wantErr(t, "a member", correct(member, wrong.ID, right), fault.Forbidden)
	wantErr(t, "another body's office", correct(otherOffice, wrong.ID, right), fault.Forbidden)
	must(t, "correct", correct(bodyOffice, wrong.ID, right))
	wantErr(t, "once more", correct(bodyOffice, wrong.ID, right), fault.NotFound)
	got := holdings(t, d, seat)
	if len(got) != 2 || got[0].Valid.From != date("2020-05-01") || got[0].PersonID != wrong.PersonID || *got[1].WithdrawnWhy != "Beginn verwechselt" {
		t.Errorf("holdings = %+v", got)
	}
	must(t, "another person", correct(bodyOffice, got[0].ID, body.HoldingCorrection{
		NewHolding: body.NewHolding{From: date("2020-05-01"), Who: body.Who{Name: "Rita Richtig"}}, Why: "Person verwechselt",
	}))
	last := holdings(t, d, seat)[0]
	if last.Withdrawn() {
		last = holdings(t, d, seat)[1]
	}
	must(t, "it never was", correct(bodyOffice, last.ID, body.HoldingCorrection{Why: "nie bestellt", Retract: true}))
	for _, h := range holdings(t, d, seat) {
		if !h.Withdrawn() {
			t.Errorf("%s still holds the seat", h.Name)
		}
	}
}

type grant struct{ Role, Reads string }

// grants returns what the session of a person would carry on a day.
func grants(t *testing.T, d *testdb.Instance, person uuid.UUID, day string) []grant {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), d.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	var raw []byte
	if err := conn.QueryRow(t.Context(), `SELECT coalesce(body_grants($1, $2, $3), '[]')`, testdb.Saxony.ID, person, date(day)).Scan(&raw); err != nil {
		t.Fatal(err)
	}
	var list []grant
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestRightsFollowTheSeatAndTheDay(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	seat := home.Seats[access.Member]
	must(t, "end", as(t, d, bodyOffice, access.KeepSeats, func(ctx context.Context, tx *db.Tx, b body.Body) error {
		all, err := body.Holdings(ctx, tx, seat)
		return errors.Join(err, body.EndHolding(ctx, tx, b, all[0].ID, date("2024-02-29")))
	}))
	must(t, "successor", hold(t, d, bodyOffice, seat, body.NewHolding{
		Who: body.Who{Email: testdb.Saxony.Email(access.Coordinator)}, From: date("2024-03-01"),
	}))
	predecessor, successor := member.Person, testdb.Saxony.Actor(access.Coordinator).Person
	rules := func(reads body.Reading, from string) {
		t.Helper()
		b := body.Defaults()
		b.ID, b.BodyID, b.Name, b.ValidFrom, b.SuccessorReads = uuid.New(), home.ID, "GO", date(from), reads
		must(t, "rules", as(t, d, bodyOffice, access.KeepBylaws, func(ctx context.Context, tx *db.Tx, _ body.Body) error {
			return body.AdoptBylaws(ctx, tx, b)
		}))
	}
	rules(body.ReadsOwnTime, "2024-04-01")
	for _, tc := range []struct {
		name   string
		person uuid.UUID
		day    string
		want   []grant
	}{
		{"the holder on the last day reads all", predecessor, "2024-02-29", []grant{{"member", "(,2024-03-01)"}}},
		{"a day later he keeps his time", predecessor, "2024-03-01", []grant{{"former_member", "[2019-01-01,2024-03-01)"}}},
		{"the successor is nobody yet", successor, "2024-02-29", nil},
		{"the successor reads all", successor, "2024-03-01", []grant{{"member", "(,)"}}},
		{"until the rules say: the own time alone", successor, "2024-04-01", []grant{{"member", "[2024-03-01,)"}}},
	} {
		got := grants(t, d, tc.person, tc.day)
		if fmt.Sprint(got) != fmt.Sprint(tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
	if got := grants(t, d, testdb.Saxony.Actor(access.Guest).Person, "2024-04-01"); len(got) != 1 || got[0].Role != "guest" {
		t.Errorf("a guest is %v", got)
	}
}
