package grant

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/inbox"
	"rundertisch/internal/testdb"
)

// TestWhoCoversSeesTheWork: a covered officer's cases are in the cover's list and
// notices, for the days of the absence; who had another duty on a case takes no
// step in it as a cover either.
func TestWhoCoversSeesTheWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	c := w.cases(t, w.run(t))[0]
	w.Owner(t, `INSERT INTO role_assignment (programme_id, person_id, role, valid) VALUES ($1, $2, 'case_officer', '[2018-01-01,)')`, testdb.Saxony.ID, approver.Person)
	cover := approver
	cover.Grants = append([]access.Grant{{Role: access.CaseOfficer}}, approver.Grants...)
	today := calendar.Of(w.Now())
	enter := func(a access.Actor, n NewAbsence) error {
		return w.do(t, a, access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error { return EnterAbsence(ctx, tx, n) })
	}
	end := func(a access.Actor, id uuid.UUID) error {
		return w.do(t, a, access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error { return EndAbsence(ctx, tx, id) })
	}
	mine := func(a access.Actor) (n int) {
		t.Helper()
		w.MustRead(t, a, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
			p, err := List(ctx, tx, Query{Mine: true}, Cursor{})
			n = len(p.Rows)
			return err
		})
		return n
	}
	if n := mine(cover); n != 0 {
		t.Fatalf("%d cases before", n)
	}
	days := calendar.Range{From: today, To: today.AddDays(7)}
	one := NewAbsence{ID: uuid.New(), CoverID: cover.Person, Valid: days}
	for name, n := range map[string]NewAbsence{
		"himself":            {ID: uuid.New(), CoverID: officer.Person, Valid: days},
		"no case officer":    {ID: uuid.New(), CoverID: cashier.Person, Valid: days},
		"days that are over": {ID: uuid.New(), CoverID: cover.Person, Valid: calendar.Range{From: today.AddDays(-9), To: today}},
		"no days":            {ID: uuid.New(), CoverID: cover.Person},
	} {
		if _, ok := fault.AsFields(enter(officer, n)); !ok {
			t.Errorf("covered by or for %s", name)
		}
	}
	if err := enter(officer, one); err != nil {
		t.Fatal(err)
	}
	if err := enter(officer, one); !errors.Is(err, fact.ErrRepeated) {
		t.Errorf("the same form: %v", err)
	}
	if _, ok := fault.AsFields(enter(officer, NewAbsence{ID: uuid.New(), CoverID: cover.Person, Valid: days})); !ok {
		t.Error("two absences at once")
	}
	if n := mine(cover); n != 2 {
		t.Errorf("the cover's list has %d cases", n)
	}
	if err := w.try(t, cover, `UPDATE absence SET valid = daterange(lower(valid), lower(valid) + 1)`); err == nil {
		t.Error("the cover changed it")
	}
	if err := w.try(t, officer, `UPDATE absence SET valid = daterange(lower(valid), upper(valid) + 30)`); err == nil {
		t.Error("an absence grew longer")
	}

	// Four eyes hold: who acted as the officer's cover does not approve.
	w.MustWrite(t, officer, access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error {
		now, err := ByID(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		return KeepDesk(ctx, tx, c.ID, Desk{OfficerID: officer.Person, FollowUpOn: today, FollowUp: "Anrufen"}, now.Version)
	})
	w.tell(t)
	w.wantTold(t, "while covering", cover, inbox.GrantToDo, 1)
	w.mustStep(t, cover, c, "recommended", Recommended)
	w.mustStep(t, treasurer, c, "funds_checked", Recommended)
	err := w.step(t, cover, c, "approved", Approved)
	if text, _ := fault.AsText(err); text.Key != "grant.error.second_person" {
		t.Errorf("the cover approves what he recommended: %v", err)
	}

	if err := end(cover, one.ID); !errors.Is(err, fault.NotFound) {
		t.Errorf("the cover ends it: %v", err)
	}
	later := NewAbsence{ID: uuid.New(), CoverID: cover.Person, Valid: calendar.Range{From: today.AddDays(20), To: today.AddDays(30)}}
	if err := errors.Join(enter(officer, later), end(officer, later.ID)); err != nil {
		t.Fatal(err)
	}
	if err := end(officer, later.ID); !errors.Is(err, fault.Conflict) {
		t.Errorf("ended twice: %v", err)
	}
	if n := mine(testdb.Musterland.Actor(access.CaseOfficer)); n != 0 {
		t.Errorf("another programme's list has %d cases", n)
	}
}
