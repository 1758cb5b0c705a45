package body_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/testdb"
)

func TestTermOfAGroup(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	group := body.New{ID: uuid.New(), Kind: body.WorkingGroup, ParentID: home.ID, Since: date("2024-01-01"), Input: body.Input{Name: "AG Mobilität"}}
	must(t, "add", d.Write(testdb.As(t.Context(), caseOfficer), access.AddBody, func(tx *db.Tx) error { return body.Add(t.Context(), tx, group) }))
	keep := func(a access.Actor, n body.NewTerm) error {
		return asIn(t, d, a, access.AddBody, group.ID, func(ctx context.Context, tx *db.Tx, b body.Body) error { return body.KeepTerm(ctx, tx, b, n) })
	}
	n := body.NewTerm{ID: uuid.New(), From: date("2024-02-01"), To: date("2025-01-01"), Why: "Auftrag erfüllt"}
	wantErr(t, "an office", keep(bodyOffice, n), fault.Forbidden)
	wrong := n
	wrong.To = wrong.From
	wantFault(t, "ends before it begins", keep(caseOfficer, wrong), "to", "body.error.ends_before_start")
	wrong = n
	wrong.Why = ""
	wantFault(t, "without a reason", keep(caseOfficer, wrong), "why", "field.missing")
	must(t, "the ministry", keep(caseOfficer, n))
	wantErr(t, "the same form again", keep(caseOfficer, n), fact.ErrRepeated)
	d.MustRead(t, member, access.ReadBodies, func(ctx context.Context, tx *db.Tx) error {
		got, err := body.TermOf(ctx, tx, group.ID)
		if got.Valid != (calendar.Range{From: n.From, To: n.To}) {
			t.Errorf("term = %v", got.Valid)
		}
		return err
	})
	wantFault(t, "a conference", asIn(t, d, caseOfficer, access.AddBody, home.ID, func(ctx context.Context, tx *db.Tx, b body.Body) error {
		return body.KeepTerm(ctx, tx, b, body.NewTerm{ID: uuid.New(), From: n.From, Why: "Versehen"})
	}), "", "body.error.conference_has_states")
}
