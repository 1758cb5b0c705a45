package grant

import (
	"context"
	"errors"
	"testing"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/testdb"
)

func TestACaseIsHandedOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	r := w.run(t)
	if _, _, err := w.all(t, officer, r, "recommended"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.all(t, treasurer, r, "funds_checked"); err != nil {
		t.Fatal(err)
	}
	w.Owner(t, `INSERT INTO role_assignment (programme_id, person_id, role, valid) VALUES ($1, $2, 'case_officer', '[2018-01-01,)'), ($1, $3, 'case_officer', '[2018-01-01,)')`,
		testdb.Saxony.ID, treasurer.Person, cashier.Person)
	c := w.cases(t, r)[0]
	keep := func(a access.Actor, d Desk, version int) error {
		return w.do(t, a, access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error { return KeepDesk(ctx, tx, c.ID, d, version) })
	}
	tomorrow := calendar.Of(w.Now()).AddDays(1)
	for name, tc := range map[string]struct {
		who   Desk
		field string
	}{
		"who checked the funds":       {Desk{OfficerID: treasurer.Person}, "officer"},
		"who is no case officer":      {Desk{OfficerID: approver.Person}, "officer"},
		"of another programme":        {Desk{OfficerID: testdb.Musterland.Actor(access.CaseOfficer).Person}, "officer"},
		"a note without a date":       {Desk{OfficerID: officer.Person, FollowUp: "Anruf"}, "follow_up_on"},
		"a date that cannot be meant": {Desk{OfficerID: officer.Person, FollowUpOn: calendar.NewDate(1026, 1, 1)}, "follow_up_on"},
	} {
		if f, ok := fault.AsFields(keep(officer, tc.who, c.Version)); !ok || f[tc.field].Key == "" {
			t.Errorf("%s: %v", name, f)
		}
	}
	if err := keep(approver, Desk{OfficerID: officer.Person}, c.Version); err == nil {
		t.Error("the approver hands over")
	}
	if err := keep(officer, Desk{OfficerID: cashier.Person, FollowUpOn: tomorrow, FollowUp: "Anruf"}, c.Version); err != nil {
		t.Fatal(err)
	}
	if err := keep(officer, Desk{OfficerID: officer.Person}, c.Version); !errors.Is(err, fault.Stale) {
		t.Errorf("an old form: %v", err)
	}
	if got := w.cases(t, r)[0]; *got.OfficerID != cashier.Person || got.FollowUpOn != tomorrow || got.FollowUp != "Anruf" {
		t.Errorf("case = %+v", got)
	}
}
