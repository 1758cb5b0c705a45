package grant

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/testdb"
)

func (w world) publish(t *testing.T, r TransparencyRule) {
	t.Helper()
	r.ID = uuid.New()
	w.MustWrite(t, officer, access.KeepSchemes, func(ctx context.Context, tx *db.Tx) error {
		b := &pgx.Batch{}
		QueuePublicRule(b, r, nil)
		return tx.SendBatch(ctx, b).Close()
	})
}

func (w world) published(t *testing.T, a access.Actor, at fact.AsOf) (list []PublicGrant) {
	t.Helper()
	w.MustRead(t, a, access.ReadBoard, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = PublicGrants(ctx, tx, at)
		return err
	})
	return list
}

// TestThePublicSeesGrantsAndNoMore: no draft, no approved case, no recipient of
// a small grant, nothing old, nothing of another programme.
func TestThePublicSeesGrantsAndNoMore(t *testing.T) {
	t.Parallel()
	w := old(t)
	public, today := testdb.Saxony.Public(), fact.Today(w.Now())
	rule := TransparencyRule{ValidFrom: on("2023-01-01"), Paragraph: "SächsTranspG", FromAmount: 2_500_00, RecipientFrom: 10_000_00, Years: 5}
	r := w.run(t)
	if list := w.published(t, public, today); len(list) != 0 {
		t.Errorf("without a rule: %+v", list)
	}
	w.publish(t, rule)
	if list := w.published(t, public, today); len(list) != 0 {
		t.Errorf("drafts: %+v", list)
	}
	w.approve(t, r)
	if list := w.published(t, public, today); len(list) != 0 {
		t.Errorf("approved: %+v", list)
	}
	before := time.Now()
	w.MustWrite(t, officer, access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error {
		_, err := IssueAll(ctx, tx, r.ID, uuid.New())
		return err
	})
	list := w.published(t, public, today)
	if len(list) != 2 || list[0].Amount != 90_000_00 || list[0].Recipient == nil || *list[0].AGS != ags(0) && *list[0].AGS != ags(1) || list[0].GrantingBody != "Förderbank" || list[0].NoticeOn != today.Valid {
		t.Fatalf("granted: %+v", list)
	}
	// Small and old ones come with a list.
	year := calendar.Of(w.Now()).Year()
	row := func(i, y int, sum, no, notice string) string {
		return fmt.Sprintf("%s;KOMP;%d-01-01;%d-12-31;%s;closed;%s;%s;;\n", ags(i), y, y, sum, no, notice)
	}
	id := uuid.New()
	if err := w.keepCases(t, officer, id, oldHead+
		row(0, year-1, "2.499,99", "S1", fmt.Sprintf("%d-12-01", year-2))+row(1, year-1, "2.500,00", "S2", fmt.Sprintf("%d-12-01", year-2))+
		row(0, year-2, "9.999,99", "S3", fmt.Sprintf("%d-12-01", year-3))+row(1, year-2, "10.000,00", "S4", fmt.Sprintf("%d-12-02", year-3))+
		row(0, 2022, "50.000,00", "S5", today.Valid.AddYears(-5).String())+row(1, 2022, "60.000,00", "S6", today.Valid.AddYears(-5).AddDays(1).String())); err != nil {
		t.Fatal(err)
	}
	if got := faultsOf(w.oldCases(t, id)); got != "" {
		t.Fatal(got)
	}
	if _, err := w.enterCases(t, officer, id); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, g := range w.published(t, public, today)[2:] {
		name := "-"
		if g.AGS != nil {
			name = *g.AGS
		}
		if (g.AGS == nil) != (g.Recipient == nil) {
			t.Errorf("half a recipient: %+v", g)
		}
		got = append(got, fmt.Sprint(g.Amount, " ", name))
	}
	if want := "2500.00 -, 10000.00 " + ags(1) + ", 9999.99 -, 60000.00 " + ags(1); strings.Join(got, ", ") != want {
		t.Errorf("the list = %s\nwant       %s", strings.Join(got, ", "), want)
	}
	if list := w.published(t, public, fact.AsOf{Valid: today.Valid.AddYears(-5).AddDays(30)}); len(list) != 1 || list[0].Amount != 60_000_00 {
		t.Errorf("as of five years ago: %+v; want nothing older than the years allow", list)
	}
	if list := w.published(t, public, fact.AsOf{Valid: today.Valid, Known: before}); len(list) != 0 {
		t.Errorf("as known before: %+v", list)
	}
	for _, a := range []access.Actor{testdb.Musterland.Public(), testdb.Musterland.Actor(access.CaseOfficer)} {
		if list := w.published(t, a, today); len(list) != 0 {
			t.Errorf("another programme sees %+v", list)
		}
	}
	// The public has this list and no other way to a grant.
	for _, table := range []string{"grant_case", "grant_notice", "case_event", "payment", "payment_event", "calculation", "commitment", "old_case", "drawdown", "budget_year", "case_import", "payment_answer"} {
		var n int
		w.MustRead(t, public, access.ReadBoard, func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, `SELECT count(*) FROM `+table).Scan(&n)
		})
		if n != 0 {
			t.Errorf("the public reads %d rows of %s", n, table)
		}
	}
	// Another rule from today on.
	rule.ValidFrom, rule.FromAmount, rule.RecipientFrom = today.Valid, 60_000_00, 80_000_00
	w.publish(t, rule)
	if list := w.published(t, public, today); len(list) != 3 || list[2].Recipient != nil {
		t.Errorf("under another rule: %+v", list)
	}
}
