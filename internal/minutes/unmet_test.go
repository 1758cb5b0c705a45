package minutes_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/minutes"
	"rundertisch/internal/testdb"
)

func TestObjectionMovesAreThoseOfTheDatabase(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	var rows, want []string
	d.MustRead(t, testdb.Saxony.Public(), access.ReadBoard, func(ctx context.Context, tx *db.Tx) (err error) {
		r, _ := tx.Query(ctx, `SELECT from_state || ' ' || to_state FROM state_transition WHERE kind = 'objection'`)
		rows, err = pgx.CollectRows(r, pgx.RowTo[string])
		return err
	})
	for _, from := range minutes.ObjectionStates() {
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

// objected circulates the minutes and lets the member object to the second
// item.
func (w *world) objected(t *testing.T) (objection uuid.UUID) {
	t.Helper()
	w.begin(t)
	if err := w.circulate(t); err != nil {
		t.Fatal(err)
	}
	n := minutes.NewObjection{ID: uuid.New(), No: 1, BlockID: w.block(t, 2), Kind: minutes.Missing, Reason: "Es fehlt ein Satz."}
	if err := w.object(t, member, n); err != nil {
		t.Fatal(err)
	}
	return n.ID
}

func (w *world) resolve(t *testing.T, a access.Actor, id uuid.UUID, r minutes.Resolution) error {
	t.Helper()
	o, err := w.objection(t, office, id)
	if err != nil {
		t.Fatal(err)
	}
	r.Version = o.Version
	return w.write(t, a, access.ResolveObjection, func(ctx context.Context, tx *db.Tx) error { return minutes.Resolve(ctx, tx, id, r) })
}

// TestAnAcceptedObjectionChangesSomething: the chair follows an objection, and
// the office changes nothing.
func TestAnAcceptedObjectionChangesSomething(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.rules(t, "objections_decided_by = 'chair'")
	id := w.objected(t)
	if err := w.resolve(t, chair, id, minutes.Resolution{State: minutes.Accepted}); err != nil {
		t.Fatal(err)
	}
	err := w.circulate(t)
	wants(t, "nothing changed", err, fault.Conflict)
	if text, _ := fault.AsText(err); text.Key != "minutes.error.unmet" || len(text.Args) != 2 || text.Args[1] != 1 {
		t.Errorf("it says %+v, want the objection's number", text)
	}
	w.save(t, w.draft(t)[1].Passages[0], "Der Vorsitz begrüßt alle.")
	block := w.block(t, 1)
	w.must(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error {
		return minutes.Explain(ctx, tx, w.minutes, block, "Schreibfehler")
	})
	wants(t, "something else changed", w.circulate(t), fault.Conflict)
	w.save(t, w.draft(t)[2].Passages[0], "Die Notaufnahme bleibt nachts geöffnet. Das ist der Satz.")
	if err := w.circulate(t); err != nil {
		t.Errorf("the passage changed: %v", err)
	}
	wants(t, "decided again after it went out", w.resolve(t, chair, id, minutes.Resolution{State: minutes.Rejected, Answer: "doch nicht"}), fault.Conflict)
	wants(t, "the same again", w.resolve(t, chair, id, minutes.Resolution{State: minutes.Accepted}), fault.Conflict)
}

func TestAnObjectionIsDecidedAgainBeforeItGoesOut(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.rules(t, "objections_decided_by = 'chair'")
	id := w.objected(t)
	for _, state := range []minutes.ObjectionState{minutes.Accepted, minutes.Partly, minutes.Accepted} {
		if err := w.resolve(t, chair, id, minutes.Resolution{State: state, Answer: "so"}); err != nil {
			t.Fatalf("%s: %v", state, err)
		}
	}
	wants(t, "by the office, which the rules do not ask", w.resolve(t, office, id, minutes.Resolution{State: minutes.Rejected, Answer: "nein"}), fault.Forbidden)
	wants(t, "left to the sitting after all", w.resolve(t, chair, id, minutes.Resolution{State: minutes.LeftToMeeting}), fault.Conflict)
	if err := w.resolve(t, chair, id, minutes.Resolution{State: minutes.Rejected, Answer: "nein"}); err != nil {
		t.Fatal(err)
	}
	wants(t, "rejected is rejected", w.resolve(t, chair, id, minutes.Resolution{State: minutes.Accepted}), fault.Conflict)
	if err := w.circulate(t); err != nil {
		t.Errorf("nobody was followed and nothing changed: %v", err)
	}
}

// TestAnotherPassageMayFollowAnObjection: what was missing is a new passage.
func TestAnotherPassageMayFollowAnObjection(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.rules(t, "objections_decided_by = 'chair'")
	id := w.objected(t)
	passage, item := uuid.New(), w.items[1]
	follow := func(objection uuid.UUID) error {
		return w.write(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error {
			return minutes.Follow(ctx, tx, w.minutes, passage, objection)
		})
	}
	version := w.state(t).Version
	w.must(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error { return minutes.Reopen(ctx, tx, w.minutes, version) })
	w.must(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error {
		return minutes.AddPassage(ctx, tx, w.minutes, minutes.NewPassage{ID: passage, ItemID: &item, Kind: minutes.Text, Body: "Das ist der Satz."})
	})
	wantField(t, "nobody decided", follow(id), "objection")
	if err := w.resolve(t, chair, id, minutes.Resolution{State: minutes.Accepted}); err != nil {
		t.Fatal(err)
	}
	wants(t, "an objection of nothing", follow(uuid.New()), fault.NotFound)
	wants(t, "not linked yet", w.circulate(t), fault.Conflict)
	for range 2 {
		if err := follow(id); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.circulate(t); err != nil {
		t.Error(err)
	}
}

// TestTheDatabaseRefusesAnUnmetObjection lets the objection be accepted past the
// code, between the check and the end of the transaction.
func TestTheDatabaseRefusesAnUnmetObjection(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.rules(t, "objections_decided_by = 'office'")
	id := w.objected(t)
	version := w.state(t).Version
	w.must(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error { return minutes.Reopen(ctx, tx, w.minutes, version) })
	version = w.state(t).Version
	err := w.write(t, office, access.CirculateMinutes, func(ctx context.Context, tx *db.Tx) error {
		if err := w.service.Circulate(ctx, tx, w.minutes, version); err != nil {
			return err
		}
		return tx.ExecOne(ctx, `UPDATE objection SET state = 'accepted', resolved_at = now() WHERE id = $1`, id)
	})
	if db.Constraint(err) != "objection_carried_out" {
		t.Errorf("err = %v, want a refusal by objection_carried_out", err)
	}
}

func TestTheNoteOfADraftThatGoesBackHasALimit(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.begin(t)
	version := w.state(t).Version
	w.must(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error { return minutes.SendToCheck(ctx, tx, w.minutes, version) })
	version = w.state(t).Version
	back := func(note string) error {
		return w.write(t, chair, access.SignMinutes, func(ctx context.Context, tx *db.Tx) error {
			return minutes.SendBack(ctx, tx, w.minutes, version, note)
		})
	}
	wantField(t, "too long", back(strings.Repeat("ä", minutes.MaxBackNote+1)), "note")
	if err := back(strings.Repeat("ä", minutes.MaxBackNote)); err != nil {
		t.Error(err)
	}
}
