package minutes_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/minutes"
	"rundertisch/internal/testdb"
)

// walk takes the minutes of one sitting through random steps of all people and
// looks after each step at what must always hold.
type walk struct {
	*world
	sums map[int]string // of the versions seen so far
}

// TestRandomWalk lets office, chair and member do what they like, in any order:
// sealed versions never change, every difference is explained, objections are
// numbered without gaps, and nothing is approved with an open objection. `make
// soak` takes many more walks; a failing one prints its seed.
func TestRandomWalk(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.rules(t, "objections_decided_by = 'office'")
	rapid.Check(t, func(r *rapid.T) {
		w.meeting, w.minutes = w.sitting(t, "2031-09-30", "held"), uuid.New()
		for i := range w.items {
			w.items[i] = uuid.New()
			w.Owner(t, `INSERT INTO agenda_item (programme_id, id, body_id, meeting_id, day, ordinal, title, non_public)
				VALUES ($1, $2, $3, $4, '2031-09-30', $5, 'Punkt', $6)`, testdb.Saxony.ID, w.items[i], testdb.Saxony.Bodies[0].ID, w.meeting, i+1, i == 2)
		}
		w.now = start
		w.begin(t)
		one := walk{world: w, sums: map[int]string{}}
		steps := rapid.SliceOfN(rapid.SampledFrom(one.steps()), 5, 25).Draw(r, "steps")
		for _, s := range steps {
			err := s.do(t, r)
			if err != nil && !errors.Is(err, fault.Conflict) && !errors.Is(err, fault.Stale) && !errors.Is(err, fault.Forbidden) && !errors.Is(err, fault.NotFound) {
				r.Fatalf("%s: %v", s.name, err)
			}
			one.look(t, r)
		}
	})
}

type walkStep struct {
	name string
	do   func(t *testing.T, r *rapid.T) error
}

// String names the step where a failing walk is printed.
func (s walkStep) String() string { return s.name }

func (w *walk) steps() []walkStep {
	return []walkStep{
		{"circulate", func(t *testing.T, _ *rapid.T) error {
			t.Helper()
			return w.circulate(t)
		}},
		{"edit", w.edit},
		{"explain", w.explain},
		{"reopen", func(t *testing.T, _ *rapid.T) error {
			t.Helper()
			version := w.state(t).Version
			return w.write(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error { return minutes.Reopen(ctx, tx, w.minutes, version) })
		}},
		{"object", w.objects},
		{"resolve", w.resolves},
		{"no objection", func(t *testing.T, _ *rapid.T) error {
			t.Helper()
			no := w.state(t).No
			return w.write(t, member, access.Object, func(ctx context.Context, tx *db.Tx) error { return minutes.NoObjection(ctx, tx, w.minutes, no) })
		}},
		{"days go by", func(t *testing.T, r *rapid.T) error {
			t.Helper()
			w.now = w.now.AddDate(0, 0, rapid.IntRange(1, 12).Draw(r, "days"))
			return w.write(t, testdb.Saxony.System(), access.Housekeep, func(ctx context.Context, tx *db.Tx) error {
				_, err := minutes.CloseReviews(ctx, tx)
				return err
			})
		}},
		{"approve", func(t *testing.T, _ *rapid.T) error {
			t.Helper()
			decision, version := w.decision(t, "2031-11-20"), w.state(t).Version
			return w.write(t, office, access.CirculateMinutes, func(ctx context.Context, tx *db.Tx) error {
				return minutes.Approve(ctx, tx, w.minutes, decision, version)
			})
		}},
		{"sign", func(t *testing.T, _ *rapid.T) error {
			t.Helper()
			return w.write(t, chair, access.SignMinutes, func(ctx context.Context, tx *db.Tx) error { return minutes.Sign(ctx, tx, w.minutes) })
		}},
		{"release", func(t *testing.T, _ *rapid.T) error {
			t.Helper()
			block := w.block(t, 2)
			return w.write(t, office, access.ReleaseMinutes, func(ctx context.Context, tx *db.Tx) error {
				return minutes.Release(ctx, tx, w.minutes, []uuid.UUID{block})
			})
		}},
	}
}

func (w *walk) edit(t *testing.T, r *rapid.T) error {
	t.Helper()
	sections := w.draft(t)
	item := rapid.IntRange(1, 3).Draw(r, "item")
	p := sections[item].Passages[0]
	text := rapid.StringMatching(`[A-Za-zäöü ,.]{0,60}`).Draw(r, "text")
	return w.write(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error {
		return minutes.SavePassage(ctx, tx, w.minutes, p.ID, minutes.Edit{Body: text, NonPublic: p.NonPublic, Version: p.Version})
	})
}

func (w *walk) explain(t *testing.T, r *rapid.T) error {
	t.Helper()
	block := w.block(t, rapid.IntRange(1, 3).Draw(r, "item"))
	return w.write(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error {
		return minutes.Explain(ctx, tx, w.minutes, block, "Schreibfehler")
	})
}

func (w *walk) objects(t *testing.T, r *rapid.T) error {
	t.Helper()
	no := w.state(t).No
	return w.object(t, member, minutes.NewObjection{
		ID: uuid.New(), No: no, BlockID: w.block(t, rapid.IntRange(1, 3).Draw(r, "item")), Kind: minutes.Wrong, Reason: "stimmt nicht",
		Draft: rapid.Bool().Draw(r, "draft"),
	})
}

func (w *walk) resolves(t *testing.T, r *rapid.T) error {
	t.Helper()
	var list []minutes.Objection
	w.MustRead(t, office, access.ReadMinutes, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = minutes.Objections(ctx, tx, w.minutes)
		return err
	})
	if len(list) == 0 {
		return nil
	}
	o := rapid.SampledFrom(list).Draw(r, "objection")
	to := rapid.SampledFrom([]minutes.ObjectionState{minutes.Accepted, minutes.Partly, minutes.Rejected, minutes.LeftToMeeting}).Draw(r, "outcome")
	return w.write(t, office, access.ResolveObjection, func(ctx context.Context, tx *db.Tx) error {
		return minutes.Resolve(ctx, tx, o.ID, minutes.Resolution{State: to, Answer: "so", Body: "Neue Worte.", Version: o.Version})
	})
}

// look checks what must hold after every step.
func (w *walk) look(t *testing.T, r *rapid.T) {
	t.Helper()
	w.MustRead(t, office, access.ReadMinutes, func(ctx context.Context, tx *db.Tx) error {
		m, err := minutes.ByID(ctx, tx, w.minutes)
		if err != nil {
			return err
		}
		versions, err := minutes.Versions(ctx, tx, m.ID)
		if err != nil {
			return err
		}
		for _, v := range versions {
			if old, seen := w.sums[v.No]; seen && old != v.Sum() {
				r.Fatalf("version %d changed", v.No)
			}
			w.sums[v.No] = v.Sum()
		}
		if len(versions) < len(w.sums) {
			r.Fatalf("a version is gone: %d of %d", len(versions), len(w.sums))
		}
		if m.No > 0 {
			if err := minutes.Check(ctx, tx, m.ID); err != nil {
				r.Fatalf("seals: %v", err)
			}
		}
		for no := 1; no < m.No; no++ {
			list, err := minutes.Between(ctx, tx, m.ID, no, no+1)
			if err != nil {
				return err
			}
			if open := minutes.Unexplained(list); len(open) > 0 {
				r.Fatalf("version %d has %d unexplained differences", no+1, len(open))
			}
		}
		return w.objectionsHold(ctx, tx, m, r)
	})
}

func (w *walk) objectionsHold(ctx context.Context, tx *db.Tx, m minutes.Minutes, r *rapid.T) error {
	var gaps, open int
	err := tx.QueryRow(ctx, `
		SELECT coalesce(max(number), 0) - count(number), count(*) FILTER (WHERE minutes_id = $2 AND state IN ('filed', 'left_to_meeting'))
		FROM objection WHERE body_id = $1 AND number IS NOT NULL`, m.BodyID, m.ID).Scan(&gaps, &open)
	if err != nil {
		return fmt.Errorf("count objections: %w", err)
	}
	if gaps != 0 {
		r.Fatalf("%d numbers are missing", gaps)
	}
	if m.State.Sealed() && open > 0 {
		r.Fatalf("approved with %d open objections", open)
	}
	return nil
}
