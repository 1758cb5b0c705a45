package meeting_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/meeting"
	"rundertisch/internal/testdb"
)

func list(t *testing.T, d *testdb.Instance, a access.Actor, q meeting.Query) meeting.Page {
	t.Helper()
	var page meeting.Page
	d.MustRead(t, a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) (err error) {
		page, err = meeting.List(ctx, tx, q)
		return err
	})
	return page
}

func TestPlanningIsTheOffices(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	p := meeting.Plan{Input: input()}
	try := func(a access.Actor) error {
		return write(t, d, a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error { return meeting.Make(ctx, tx, home.ID, p) })
	}
	for _, a := range []access.Actor{chair, member, guest, former(), other, ministry, stranger} {
		if err := try(a); !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s plans: err = %v, want Forbidden", a.Name, err)
		}
	}
	if err := try(office); err != nil {
		t.Fatal(err)
	}
	if err := try(office); !errors.Is(err, fact.ErrRepeated) {
		t.Errorf("the same form again: err = %v, want ErrRepeated", err)
	}
	for _, a := range []access.Actor{office, chair, member, guest} {
		if m, err := read(t, d, a, p.ID); err != nil || m.Title != p.Title || m.StartsAt != "10:00" || m.Day != p.Day || m.BodyName != home.Name {
			t.Errorf("%s reads %+v, %v", a.Name, m, err)
		}
	}
	for _, a := range []access.Actor{former(), other, ministry, stranger} { // his seat ended before the sitting
		if _, err := read(t, d, a, p.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s: err = %v, want NotFound", a.Name, err)
		}
	}
}

func TestPlanValidation(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	for name, edit := range map[string]func(*meeting.Plan){
		"title":       func(p *meeting.Plan) { p.Title = "" },
		"title, long": func(p *meeting.Plan) { p.Title = strings.Repeat("ä", meeting.MaxTitle+1) },
		"day":         func(p *meeting.Plan) { p.Day = today.AddDays(-1) },
		"starts_at":   func(p *meeting.Plan) { p.StartsAt = "" },
		"ends_at":     func(p *meeting.Plan) { p.EndsAt = "10:00" },
		"online_url":  func(p *meeting.Plan) { p.OnlineURL = "javascript:alert(1)" },
		"further":     func(p *meeting.Plan) { p.Further = meeting.MaxSeries + 1 },
		"every":       func(p *meeting.Plan) { p.Further, p.Unit = 2, meeting.Weekly },
		"unit":        func(p *meeting.Plan) { p.Further, p.Every = 2, 1 },
	} {
		p := meeting.Plan{Input: input()}
		edit(&p)
		err := write(t, d, office, access.KeepSittings, func(ctx context.Context, tx *db.Tx) error { return meeting.Make(ctx, tx, home.ID, p) })
		if fields, _ := fault.AsFields(err); fields[strings.TrimSuffix(name, ", long")].Key == "" {
			t.Errorf("%s: err = %v, want a fault of it", name, err)
		}
	}
	p := meeting.Plan{Input: input(func(in *meeting.Input) {
		in.Title, in.Place = strings.Repeat("ä", meeting.MaxTitle), strings.Repeat("😀", meeting.MaxPlace)
		in.Note, in.OnlineURL = strings.Repeat("ß", meeting.MaxNote), "https://raum.example/"+strings.Repeat("x", meeting.MaxURL-21)
	})}
	d.MustWrite(t, office, access.KeepSittings, func(ctx context.Context, tx *db.Tx) error { return meeting.Make(ctx, tx, home.ID, p) })
}

func TestSeriesFromATemplate(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	first := plan(t, d)
	addItem(t, d, first, func(n *meeting.NewItem) { n.Kind, n.Title = meeting.Tasks, "Kontrolle der Festlegungen" })
	addItem(t, d, first, func(n *meeting.NewItem) { n.Title, n.NonPublic, n.Minutes = "Personal", true, 20 })
	addItem(t, d, first, func(n *meeting.NewItem) { n.Kind, n.Title = meeting.Objection, "Einwendung" })
	p := meeting.Plan{Input: input(), Further: 2, Every: 3, Unit: meeting.Monthly, Template: first}
	planAs := func(a access.Actor, bodyID uuid.UUID, p meeting.Plan) error {
		return write(t, d, a, access.KeepSittings, func(ctx context.Context, tx *db.Tx) error { return meeting.Make(ctx, tx, bodyID, p) })
	}
	if err := planAs(other, testdb.Saxony.Bodies[1].ID, p); !errors.Is(err, fault.NotFound) {
		t.Errorf("the template of another body: err = %v, want NotFound", err)
	}
	if err := planAs(office, home.ID, p); err != nil {
		t.Fatal(err)
	}
	var days []string
	for _, row := range list(t, d, member, meeting.Query{Body: home.ID, From: p.Day}).Rows {
		if row.SeriesID == nil {
			continue
		}
		days = append(days, row.Day.String())
		items := agenda(t, d, member, row.ID)
		if diff := cmp.Diff([]string{"Kontrolle der Festlegungen", "Personal"}, titles(items)); diff != "" {
			t.Errorf("%s: agenda (-want +got):\n%s", row.Day, diff)
		}
		if items := agenda(t, d, guest, row.ID); len(items) != 1 {
			t.Errorf("a guest reads %v", titles(items))
		}
	}
	if diff := cmp.Diff([]string{"2026-04-01", "2026-07-01", "2026-10-01"}, days); diff != "" {
		t.Errorf("series (-want +got):\n%s", diff)
	}
}

func TestListIsInTheOrderOfNeed(t *testing.T) {
	t.Parallel()
	d, clock := open(t)
	*clock = now.AddDate(0, 0, -40)
	for _, offset := range []int{-30, -3} { // planned before they were past
		plan(t, d, func(in *meeting.Input) { in.Day, in.Title = today.AddDays(offset), "war" })
	}
	*clock = now
	for _, offset := range []int{20, 0, 5} {
		plan(t, d, func(in *meeting.Input) { in.Day = today.AddDays(offset) })
	}
	var got []int
	for _, row := range list(t, d, member, meeting.Query{}).Rows {
		got = append(got, today.DaysUntil(row.Day))
	}
	if diff := cmp.Diff([]int{0, 5, 20, -3, -30}, got); diff != "" {
		t.Errorf("days from today (-want +got):\n%s", diff)
	}
	if page := list(t, d, member, meeting.Query{State: meeting.Held}); len(page.Rows) != 0 || page.Count != 0 {
		t.Errorf("held: %+v", page)
	}
	if page := list(t, d, former(), meeting.Query{}); len(page.Rows) != 2 {
		t.Errorf("whoever left yesterday sees %d sittings, want the two of his time", len(page.Rows))
	}
	for _, a := range []access.Actor{other, ministry, stranger} {
		if page := list(t, d, a, meeting.Query{}); len(page.Rows) != 0 || page.Count != 0 {
			t.Errorf("%s sees %d sittings, counts %d", a.Name, len(page.Rows), page.Count)
		}
	}
}

func TestPagesOfTheList(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	for range 3 {
		p := meeting.Plan{Input: input(), Further: 19, Every: 1, Unit: meeting.Weekly}
		d.MustWrite(t, office, access.KeepSittings, func(ctx context.Context, tx *db.Tx) error { return meeting.Make(ctx, tx, home.ID, p) })
	}
	first := list(t, d, member, meeting.Query{})
	second := list(t, d, member, meeting.Query{After: first.Next})
	if len(first.Rows) != meeting.PageSize || len(second.Rows) != 10 || second.Next != "" || first.Count != 60 {
		t.Errorf("pages of %d and %d of %d", len(first.Rows), len(second.Rows), first.Count)
	}
	if last := first.Rows[len(first.Rows)-1]; last.Day.After(second.Rows[0].Day) || last.ID == second.Rows[0].ID {
		t.Errorf("the second page begins with %s after %s", second.Rows[0].Day, last.Day)
	}
}

func TestAgendaOrderAndBacklog(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	id := plan(t, d)
	ids := map[string]uuid.UUID{}
	for _, title := range []string{"A", "B", "C"} {
		ids[title] = addItem(t, d, id, func(n *meeting.NewItem) { n.Title = title })
	}
	do := func(a access.Actor, fn func(ctx context.Context, tx *db.Tx) error) error {
		t.Helper()
		return write(t, d, a, access.ReadSittings, fn)
	}
	move := func(title string, up bool) func(ctx context.Context, tx *db.Tx) error {
		return func(ctx context.Context, tx *db.Tx) error {
			_, err := meeting.MoveItem(ctx, tx, ids[title], up)
			return err
		}
	}
	for _, step := range []struct {
		title string
		up    bool
		want  []string
	}{
		{"C", true, []string{"A", "C", "B"}},
		{"A", true, []string{"A", "C", "B"}}, // the first stays the first
		{"A", false, []string{"C", "A", "B"}},
		{"B", false, []string{"C", "A", "B"}},
	} {
		if err := do(office, move(step.title, step.up)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(step.want, titles(agenda(t, d, member, id))); diff != "" {
			t.Errorf("%s up %v (-want +got):\n%s", step.title, step.up, diff)
		}
	}
	for _, a := range []access.Actor{chair, member, guest} { // the chair once it sits
		if err := do(a, move("B", true)); !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s moves: err = %v, want Forbidden", a.Name, err)
		}
	}
	for _, a := range []access.Actor{former(), other, stranger} {
		if err := do(a, move("B", true)); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s moves: err = %v, want NotFound", a.Name, err)
		}
	}
	if err := do(office, func(ctx context.Context, tx *db.Tx) error { return meeting.RemoveItem(ctx, tx, ids["A"]) }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"A"}, titles(waiting(t, d, office))); diff != "" {
		t.Errorf("backlog (-want +got):\n%s", diff)
	}
	next := plan(t, d)
	schedule := func(ctx context.Context, tx *db.Tx) error { return meeting.Schedule(ctx, tx, ids["A"], next) }
	if err := do(office, schedule); err != nil {
		t.Fatal(err)
	}
	if err := do(office, schedule); !errors.Is(err, fault.Conflict) {
		t.Errorf("scheduled twice: err = %v, want Conflict", err)
	}
	if got := titles(agenda(t, d, guest, next)); len(got) != 1 || got[0] != "A" {
		t.Errorf("agenda of the next sitting: %v", got)
	}
}

func TestProposals(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	n := meeting.NewItem{ID: uuid.New(), BodyID: home.ID, Title: "Fahrdienst"}
	propose := func(a access.Actor, seat uuid.UUID) error {
		return write(t, d, a, access.ProposeItem, func(ctx context.Context, tx *db.Tx) error { return meeting.Propose(ctx, tx, seat, n) })
	}
	for range 2 {
		if err := propose(member, home.Seats[access.Member]); err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range []access.Actor{member, guest, former(), testdb.Saxony.Elsewhere(access.Member), stranger} {
		if err := propose(a, home.Seats[access.Chair]); !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s for the chair's seat: err = %v, want Forbidden", a.Name, err)
		}
	}
	list := waiting(t, d, office)
	if len(list) != 1 || list[0].State != meeting.ItemProposed || list[0].Proposer != "AOK PLUS" {
		t.Fatalf("the office reads %+v", list)
	}
	decline := func(a access.Actor, why string) error {
		return write(t, d, a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error { return meeting.Decline(ctx, tx, n.ID, why) })
	}
	if err := decline(member, "nein"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a member declines: err = %v, want Forbidden", err)
	}
	if err := decline(other, "nein"); !errors.Is(err, fault.NotFound) {
		t.Errorf("the other office declines: err = %v, want NotFound", err)
	}
	if fields, _ := fault.AsFields(decline(office, "")); fields["why"].Key == "" {
		t.Error("declined without a reason")
	}
	if err := decline(office, "gehört in die AG Mobilität"); err != nil {
		t.Fatal(err)
	}
	if err := decline(office, "noch einmal"); !errors.Is(err, fault.Conflict) {
		t.Errorf("declined twice: err = %v, want Conflict", err)
	}
	d.MustRead(t, member, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error {
		list, err := meeting.Declined(ctx, tx, home.ID)
		if len(list) != 1 || list[0].DeclinedWhy != "gehört in die AG Mobilität" {
			t.Errorf("the member reads %+v", list)
		}
		return err
	})
	n.ID = uuid.New()
	if err := propose(member, home.Seats[access.Member]); err != nil {
		t.Fatal(err)
	}
	id := plan(t, d)
	d.MustWrite(t, office, access.KeepSittings, func(ctx context.Context, tx *db.Tx) error { return meeting.Schedule(ctx, tx, n.ID, id) })
	if got := agenda(t, d, member, id); len(got) != 1 || got[0].State != meeting.ItemPlanned {
		t.Errorf("an accepted proposal: %+v", got)
	}
}
