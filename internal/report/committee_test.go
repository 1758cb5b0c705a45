package report_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/report"
	"rundertisch/internal/sample"
	"rundertisch/internal/testdb"
)

// TestCommitteeIsItsSeats: a seat and a group count on the board while they
// exist, and what was known earlier stays what it was.
func TestCommitteeIsItsSeats(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	officer := testdb.Saxony.Actor(access.CaseOfficer)
	committee := body.New{ID: uuid.New(), Kind: body.StateCommittee, Since: sample.Day(t, "2013-04-10"), Input: body.Input{Name: "Landesgremium"}}
	group := body.New{ID: uuid.New(), Kind: body.WorkingGroup, ParentID: committee.ID, Since: sample.Day(t, "2018-08-24"), Input: body.Input{Name: "AG Mobilität"}}
	other := body.New{ID: uuid.New(), Kind: body.WorkingGroup, ParentID: testdb.Saxony.Bodies[0].ID, Since: group.Since, Input: body.Input{Name: "AG einer Konferenz"}}
	patient := uuid.New()
	d.MustWrite(t, officer, access.AddBody, func(ctx context.Context, tx *db.Tx) error {
		for _, n := range []body.New{committee, group, other} {
			if err := body.Add(ctx, tx, n); err != nil {
				return err
			}
		}
		return nil
	})
	d.MustWrite(t, testdb.Saxony.System(), access.KeepSeats, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO seat (body_id, id, institution, grp, voting, valid) VALUES
				($1, $2, 'Ministerium', 'state', true, '[2013-04-10,)'),
				($1, $3, 'Patientenvertretung', 'patient', false, '[2014-01-01,)'),
				($1, $4, 'Gast', 'guest', false, '[2013-04-10,)')`, committee.ID, uuid.New(), patient, uuid.New())
		return err
	})
	figures := func(day string, known fact.AsOf) (c report.Committee) {
		t.Helper()
		d.MustRead(t, testdb.Saxony.Public(), access.ReadBoard, func(ctx context.Context, tx *db.Tx) error {
			b, err := report.BoardAsOf(ctx, tx, fact.AsOf{Valid: sample.Day(t, day), Known: known.Known})
			c = b.Committee
			return err
		})
		return c
	}
	want := func(what string, got, want report.Committee) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %+v, want %+v", what, got, want)
		}
	}
	var before fact.AsOf
	d.MustRead(t, testdb.Saxony.Public(), access.ReadBoard, func(_ context.Context, tx *db.Tx) error {
		before.Known = tx.Now
		return nil
	})
	all := report.Committee{Members: 1, PatientRepresentatives: 1, WorkingGroups: 1}
	want("2024", figures("2024-01-01", fact.AsOf{}), all)
	want("2013", figures("2013-12-31", fact.AsOf{}), report.Committee{Members: 1})

	d.MustWrite(t, testdb.Saxony.System(), access.KeepSeats, func(ctx context.Context, tx *db.Tx) error {
		return tx.ExecOne(ctx, `UPDATE seat SET valid = '[2014-01-01,2020-01-01)' WHERE id = $1`, patient)
	})
	d.MustWrite(t, officer, access.AddBody, func(ctx context.Context, tx *db.Tx) error {
		b, err := body.ByID(ctx, tx, group.ID)
		if err != nil {
			return err
		}
		return body.KeepTerm(ctx, tx, b, body.NewTerm{ID: uuid.New(), From: group.Since, To: sample.Day(t, "2022-01-01"), Why: "Auftrag erfüllt"})
	})
	want("2024, ended", figures("2024-01-01", fact.AsOf{}), report.Committee{Members: 1})
	want("2019, before the end", figures("2019-01-01", fact.AsOf{}), all)
	want("2024, as known before", figures("2024-01-01", before), all)

	d.MustRead(t, testdb.Saxony.Public(), access.ReadBoard, func(ctx context.Context, tx *db.Tx) error {
		parts, err := report.CommitteeGroups(ctx, tx, sample.Day(t, "2019-01-01"))
		if len(parts) != 3 || parts[0] != (report.Group{Kind: report.GroupMembers, Name: "Ministerium", Amount: 1}) {
			t.Errorf("parts = %+v", parts)
		}
		return err
	})
}
