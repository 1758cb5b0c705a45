package db_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/localpg"
	"rundertisch/internal/testdb"
)

func TestGateNeedsAnActorWhoMay(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	nothing := func(*db.Tx) error { t.Error("fn ran"); return nil }
	tests := map[string]context.Context{
		"no actor":        t.Context(),
		"the public":      testdb.As(t.Context(), testdb.Saxony.Public()),
		"a case officer":  testdb.As(t.Context(), testdb.Saxony.Actor(access.CaseOfficer)),
		"a guest's chair": testdb.As(t.Context(), testdb.Saxony.Actor(access.Guest)),
	}
	for name, ctx := range tests {
		if err := d.Write(ctx, access.ManagePeople, nothing); !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s: err = %v, want Forbidden", name, err)
		}
	}
}

func TestReadTravelsInTwoTripsAndSeesOneProgramme(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	for _, p := range []testdb.Programme{testdb.Saxony, testdb.Musterland} {
		var counts db.Counts
		ctx := db.CountInto(testdb.As(t.Context(), p.Actor(access.CaseOfficer)), &counts)
		var ags []string
		err := d.Read(ctx, access.ReadDistrict, func(tx *db.Tx) error {
			rows, _ := tx.Query(ctx, `SELECT ags FROM district ORDER BY ags DESC`)
			var err error
			ags, err = pgx.CollectRows(rows, pgx.RowTo[string])
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(ags) != 2 || ags[0] != max(p.Districts[0].AGS, p.Districts[1].AGS) {
			t.Errorf("%s: districts = %v, want its own two", p.Slug, ags)
		}
		if trips, statements := counts.Trips.Load(), counts.Statements.Load(); trips != 2 || statements != 1 {
			t.Errorf("trips, statements = %d, %d; want 2, 1", trips, statements)
		}
	}
}

func TestSendOnlyTravelsInOneTrip(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	var counts db.Counts
	ctx := db.CountInto(testdb.As(t.Context(), testdb.Saxony.Public()), &counts)
	for range 3 { // the connection must come back clean each time
		err := d.Read(ctx, access.ReadBoard, func(tx *db.Tx) error {
			b := &pgx.Batch{}
			b.Queue(`SELECT count(*) FROM district`)
			b.Queue(`SELECT current_reach()`)
			results := tx.SendOnly(ctx, b)
			var n int
			var reach string
			if err := results.QueryRow().Scan(&n); err != nil {
				return err
			}
			if err := results.QueryRow().Scan(&reach); err != nil {
				return err
			}
			if n != 2 || reach != "public" {
				t.Errorf("n, reach = %d, %s; want 2, public", n, reach)
			}
			return results.Close()
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := counts.Trips.Load(); got != 3 {
		t.Errorf("trips = %d, want 3 for three reads", got)
	}
}

func TestFailedWriteLeavesNothing(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t, func(o *db.Options) { o.MaxConns = 1 })
	ctx := testdb.As(t.Context(), testdb.Saxony.Actor(access.Admin))
	boom := errors.New("boom")
	err := d.Write(ctx, access.ManagePeople, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO person (name) VALUES ('Erika Muster')`); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatalf("err = %v, want boom", err)
	}
	d.MustRead(t, testdb.Saxony.Actor(access.Admin), access.ManagePeople, func(ctx context.Context, tx *db.Tx) error {
		var n int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM person WHERE name = 'Erika Muster'`).Scan(&n); err != nil {
			return err
		}
		if n != 0 {
			t.Errorf("rows after a failed write = %d, want 0", n)
		}
		return nil
	})
}

func TestDatabaseErrorsBecomeFaults(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	admin := testdb.Saxony.Actor(access.Admin)
	tests := []struct {
		name, sql string
		want      error
	}{
		{"no row", `SELECT name FROM person WHERE id = gen_random_uuid()`, fault.NotFound},
		{"unique", `INSERT INTO person (name, email) VALUES ('x', 'lead@sachsen.example') RETURNING name`, fault.Conflict},
		{"check", `INSERT INTO person (name) VALUES ('') RETURNING name`, fault.Conflict},
		{"foreign key", `INSERT INTO role_assignment (person_id, role, valid) VALUES (gen_random_uuid(), 'lead', '[2020-01-01,)') RETURNING role`, fault.NotFound},
		{"another programme's row", `INSERT INTO person (programme_id, name) VALUES ('` + testdb.Musterland.ID.String() + `', 'x') RETURNING name`, fault.NotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx := testdb.As(t.Context(), admin)
			err := d.Write(ctx, access.ManagePeople, func(tx *db.Tx) error {
				var s string
				return tx.QueryRow(ctx, tt.sql).Scan(&s)
			})
			if !errors.Is(err, tt.want) {
				t.Errorf("err = %v, want %v", err, tt.want)
			}
		})
	}
}

func TestOpenRefusesTheOwner(t *testing.T) {
	t.Parallel()
	inst := testdb.DB(t)
	for _, role := range []string{localpg.Owner} {
		d, err := db.Open(t.Context(), inst.OwnerURL, db.Options{})
		if err == nil {
			d.Close()
			t.Errorf("Open as %s: no error, want a refusal", role)
		}
	}
}

func TestPanicGivesTheConnectionBack(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t, func(o *db.Options) { o.MaxConns = 1 })
	ctx := testdb.As(t.Context(), testdb.Saxony.Actor(access.Admin))
	func() {
		defer func() { _ = recover() }()
		_ = d.Write(ctx, access.ManagePeople, func(tx *db.Tx) error {
			_, _ = tx.Exec(ctx, `SELECT 1`)
			panic("boom")
		})
	}()
	d.MustRead(t, testdb.Saxony.Actor(access.Admin), access.ManagePeople, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `SELECT 1`)
		return err
	})
}

func TestNothingFollowsSendOnly(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	ctx := testdb.As(t.Context(), testdb.Saxony.Public())
	defer func() {
		if recover() == nil {
			t.Error("a statement after SendOnly ran without a scope, want a panic")
		}
	}()
	_ = d.Read(ctx, access.ReadBoard, func(tx *db.Tx) error {
		b := &pgx.Batch{}
		b.Queue(`SELECT 1`)
		if err := tx.SendOnly(ctx, b).Close(); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `SELECT 1`)
		return err
	})
}

func TestTextThatNoRowCanHold(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	ctx := testdb.As(t.Context(), testdb.Saxony.Actor(access.Admin))
	for _, text := range []string{"a\x00b", "\xff\xfe"} {
		err := d.Read(ctx, access.ManagePeople, func(tx *db.Tx) error {
			var s string
			return tx.QueryRow(ctx, `SELECT name FROM person WHERE name = $1`, text).Scan(&s)
		})
		if !errors.Is(err, fault.NotFound) {
			t.Errorf("%q: err = %v, want NotFound", text, err)
		}
	}
}
