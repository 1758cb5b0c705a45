package post_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/post"
	"rundertisch/internal/sample"
	"rundertisch/internal/testdb"
)

func (w world) hold(a access.Actor, n post.NewHolder) error {
	ctx := testdb.As(w.t.Context(), a)
	return w.Write(ctx, access.HoldPost, func(tx *db.Tx) error { return post.AddHolder(ctx, tx, w.post, n) })
}

func TestHolders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	signatory := testdb.Saxony.Actor(access.Signatory)
	holder := func(name string, permille int, from, to string) post.NewHolder {
		return sample.Holder(func(n *post.NewHolder) {
			n.Name, n.FTEPermille, n.From = name, permille, sample.Day(t, from)
			if to != "" {
				n.To = sample.Day(t, to)
			}
		})
	}
	steps := []struct {
		name  string
		n     post.NewHolder
		field string // empty: accepted
	}{
		{"job sharing, first", holder("Anna Muster", 500, "2024-01-01", ""), ""},
		{"job sharing, second", holder("Bernd Muster", 500, "2024-01-01", "2024-07-01"), ""},
		{"above the post on some days", holder("Carla Muster", 500, "2024-06-01", ""), "fte"},
		{"fits after the second left", holder("Carla Muster", 500, "2024-07-01", ""), ""},
		{"twice at one post", holder("Anna Muster", 1, "2023-06-01", "2024-02-01"), "holder_name"},
		{"the same person again, before", holder("Anna Muster", 500, "2023-06-01", "2024-01-01"), ""},
		{"ends before it begins", holder("Dora Muster", 100, "2024-01-02", "2024-01-02"), "to"},
		{"no share", holder("Dora Muster", 0, "2030-01-01", ""), "fte"},
	}
	for _, s := range steps {
		err := w.hold(signatory, s.n)
		fields, _ := fault.AsFields(err)
		switch {
		case s.field == "" && err != nil:
			t.Errorf("%s: err = %v, want none", s.name, err)
		case s.field != "" && fields[s.field].Key == "":
			t.Errorf("%s: err = %v, want a fault of %s", s.name, err, s.field)
		}
	}
}

func TestSharesHoldAgainstEachOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var wg sync.WaitGroup
	var held atomic.Int64
	for range 12 { // each a quarter: four fit
		n := sample.Holder(func(n *post.NewHolder) {
			n.Name, n.FTEPermille, n.From = "Person "+uuid.NewString()[:8], 250, sample.Day(t, "2024-01-01")
		})
		wg.Go(func() {
			if w.hold(testdb.Saxony.Actor(access.Signatory), n) == nil {
				held.Add(1)
			}
		})
	}
	wg.Wait()
	if held.Load() != 4 {
		t.Errorf("%d quarters were accepted, want 4", held.Load())
	}
}

// The policies look at the row's district, so it must be the post's.
func TestNothingHangsOnAnotherDistrictsPost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	neighbour := testdb.Saxony.Elsewhere(access.Signatory)
	for table, sql := range map[string]string{
		"post_state": `INSERT INTO post_state (post_id, district_id, state, valid_from) VALUES ($1, $2, 'interest', '2024-01-01')`,
		"post_holder": `INSERT INTO post_holder (post_id, district_id, person_id, fte_permille, valid, office_email)
			VALUES ($1, $2, current_person(), 1, '[2024-01-01,)', 'a@b.example')`,
		"job_ad": `INSERT INTO job_ad (post_id, district_id, published_on) VALUES ($1, $2, '2024-01-01')`,
	} {
		ctx := testdb.As(t.Context(), neighbour)
		err := w.Write(ctx, access.HoldPost, func(tx *db.Tx) error {
			if table == "post_state" { // the rule of succession looks at the post's timeline first
				if _, err := tx.Exec(ctx, `SELECT set_config('app.reach', 'system', true)`); err != nil {
					return err
				}
			}
			_, err := tx.Exec(ctx, sql, w.post.ID, neighbour.Districts()[0])
			return err
		})
		if want := table + "_programme_id_post_id_district_id_fkey"; db.Constraint(err) != want {
			t.Errorf("%s: err = %v, want %s", table, err, want)
		}
	}
}
