package body_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/sample"
	"rundertisch/internal/testdb"
)

func TestStepsAreThoseOfTheDatabase(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	var rows, want []string
	d.MustRead(t, testdb.Saxony.Public(), access.ReadBoard, func(ctx context.Context, tx *db.Tx) (err error) {
		r, _ := tx.Query(ctx, `SELECT from_state || ' ' || to_state FROM state_transition WHERE kind = 'conference'`)
		rows, err = pgx.CollectRows(r, pgx.RowTo[string])
		return err
	})
	for _, from := range body.ConferenceStates() {
		for _, to := range from.Next() {
			want = append(want, string(from)+" "+string(to))
		}
	}
	slices.Sort(rows)
	slices.Sort(want)
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("state_transition and Go differ (-go +database):\n%s", diff)
	}
}

func TestCountingOnTheBoard(t *testing.T) {
	t.Parallel()
	for _, s := range body.ConferenceStates() {
		formed := s == body.Constituted || s == body.Active || s == body.Dormant
		interested := s == body.Interest || s == body.Forming
		if s.Formed() != formed || s.Interested() != interested {
			t.Errorf("%s: formed %v, interested %v", s, s.Formed(), s.Interested())
		}
	}
}

func set(t *testing.T, d *testdb.Instance, a access.Actor, n body.NewState) error {
	t.Helper()
	ctx := testdb.As(t.Context(), a)
	return d.Write(ctx, access.SetConference, func(tx *db.Tx) error {
		return body.SetConferenceState(ctx, tx, testdb.Saxony.Districts[0].ID, n)
	})
}

func state(t *testing.T, s body.ConferenceState, from string) body.NewState {
	t.Helper()
	return body.NewState{ID: uuid.New(), State: s, From: sample.Day(t, from)}
}

func TestSetConferenceState(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	officer := testdb.Saxony.Actor(access.CaseOfficer)
	forming := state(t, body.Forming, "2024-02-01")
	future := body.NewState{ID: uuid.New(), State: body.Constituted, From: calendar.Of(d.Now()).AddDays(1)}
	steps := []struct {
		name  string
		actor access.Actor
		n     body.NewState
		field string
		kind  error
	}{
		{"interest first", officer, state(t, body.Interest, "2023-10-16"), "", nil},
		{"forming", officer, forming, "", nil},
		{"the same form again", officer, forming, "", fact.ErrRepeated},
		{"active without being constituted", officer, state(t, body.Active, "2024-06-04"), "state", nil},
		{"nothing where forming must follow", officer, state(t, body.None, "2023-12-01"), "from", nil},
		{"a day to come", officer, future, "from", nil},
		{"no day", officer, body.NewState{ID: uuid.New(), State: body.Constituted}, "from", nil},
		{"by a district", testdb.Saxony.Actor(access.Signatory), state(t, body.Constituted, "2024-06-04"), "", fault.Forbidden},
		{"by the other programme", testdb.Musterland.Actor(access.CaseOfficer), state(t, body.Interest, "2024-06-04"), "", fault.NotFound},
		{"constituted", officer, state(t, body.Constituted, "2024-06-04"), "", nil},
	}
	for _, s := range steps {
		err := set(t, d, s.actor, s.n)
		fields, _ := fault.AsFields(err)
		switch {
		case s.field != "" && fields[s.field].Key == "":
			t.Errorf("%s: err = %v, want a fault of %s", s.name, err, s.field)
		case s.kind != nil && !errors.Is(err, s.kind):
			t.Errorf("%s: err = %v, want %v", s.name, err, s.kind)
		case s.field == "" && s.kind == nil && err != nil:
			t.Errorf("%s: err = %v", s.name, err)
		}
	}
}

func TestCorrectConferenceState(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	officer := testdb.Saxony.Actor(access.CaseOfficer)
	wrong := state(t, body.Interest, "2023-10-16")
	if err := set(t, d, officer, wrong); err != nil {
		t.Fatal(err)
	}
	correct := func(a access.Actor, district uuid.UUID, c body.Correction) error {
		ctx := testdb.As(t.Context(), a)
		return d.Write(ctx, access.CorrectFact, func(tx *db.Tx) error {
			return body.CorrectConferenceState(ctx, tx, district, wrong.ID, c)
		})
	}
	place := testdb.Saxony.Districts[0].ID
	c := body.Correction{ID: uuid.New(), State: body.Active, From: sample.Day(t, "2023-09-16"), Why: "falsch abgelegt"}
	if err := correct(officer, place, body.Correction{ID: uuid.New(), State: body.Active, From: c.From}); err == nil {
		t.Error("a correction without a reason was taken")
	}
	if err := correct(officer, testdb.Saxony.Districts[1].ID, c); !errors.Is(err, fault.NotFound) {
		t.Errorf("another district's fact: err = %v, want NotFound", err)
	}
	if err := correct(testdb.Saxony.Actor(access.Signatory), place, c); !errors.Is(err, fault.Forbidden) {
		t.Errorf("by a district: err = %v, want Forbidden", err)
	}
	if err := correct(officer, place, c); err != nil {
		t.Fatal(err)
	}
	if err := correct(officer, place, c); !errors.Is(err, fault.Conflict) {
		t.Errorf("a second time: err = %v, want Conflict", err)
	}
	d.MustRead(t, officer, access.ReadConferences, func(ctx context.Context, tx *db.Tx) error {
		points, err := body.Timeline(ctx, tx, place)
		if len(points) != 2 || !points[0].Withdrawn() || points[1].Withdrawn() {
			t.Errorf("timeline = %+v, want the withdrawn one and its replacement", points)
		}
		return err
	})
}

func TestConstitutedSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	officer := testdb.Saxony.Actor(access.CaseOfficer)
	d.Owner(t, `UPDATE body SET consulted_on = NULL WHERE id = $1`, home.ID)
	d.Owner(t, `UPDATE seat SET voting = false WHERE id = $1`, home.Empty[1])
	for _, s := range []body.ConferenceState{body.Interest, body.Forming} {
		must(t, string(s), set(t, d, officer, body.NewState{ID: uuid.New(), State: s, From: date("2024-01-01")}))
	}
	constituted := body.NewState{ID: uuid.New(), State: body.Constituted, From: date("2024-02-01")}
	err := set(t, d, officer, constituted)
	f, ok := fault.AsFields(err)
	want := "Das Ministerium wurde bis zu diesem Tag nicht beteiligt (§ 8 Abs. 2 SächsKHG). " +
		"Es fehlt ein stimmberechtigter Sitz der Kassenärztlichen Vereinigung (§ 8 Abs. 2 SächsKHG)."
	if !ok || len(f["state"].Args) != 2 || f["state"].Args[1] != want {
		t.Errorf("constituted: %v (%v), want %q", err, f["state"].Args, want)
	}
	d.Owner(t, `UPDATE body SET consulted_on = '2023-12-01' WHERE id = $1`, home.ID)
	d.Owner(t, `UPDATE seat SET voting = true WHERE id = $1`, home.Empty[1])
	must(t, "constituted", set(t, d, officer, constituted))
}

func TestAConferenceOfTwoDistrictsHasOneState(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	officer := testdb.Saxony.Actor(access.CaseOfficer)
	d.Owner(t, `UPDATE body_district SET body_id = $1 WHERE body_id = $2`, home.ID, testdb.Saxony.Bodies[1].ID)
	n := body.NewState{ID: uuid.New(), State: body.Interest, From: date("2024-01-01")}
	must(t, "set", set(t, d, officer, n))
	if err := set(t, d, officer, n); err == nil {
		t.Error("the same form had an effect twice")
	}
	states := func(i int) (list []fact.Point) {
		d.MustRead(t, officer, access.ReadConferences, func(ctx context.Context, tx *db.Tx) (err error) {
			list, err = body.Timeline(ctx, tx, testdb.Saxony.Districts[i].ID)
			return err
		})
		return list
	}
	for i := range 2 {
		if list := states(i); len(list) != 1 || list[0].State != "interest" {
			t.Errorf("district %d: %+v", i, list)
		}
	}
	ctx := testdb.As(t.Context(), officer)
	must(t, "correct", d.Write(ctx, access.CorrectFact, func(tx *db.Tx) error {
		return body.CorrectConferenceState(ctx, tx, testdb.Saxony.Districts[1].ID, states(1)[0].ID,
			body.Correction{ID: uuid.New(), State: body.Interest, From: date("2024-02-01"), Why: "verwechselt"})
	}))
	for i := range 2 {
		list := states(i)
		if len(list) != 2 || list[0].ValidFrom != date("2024-02-01") || !list[1].Withdrawn() {
			t.Errorf("district %d after the correction: %+v", i, list)
		}
	}
}
