package account_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/account"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/testdb"
)

func (b *bench) manage(t *testing.T, who access.Actor, fn func(ctx context.Context, tx *db.Tx) error) error {
	t.Helper()
	ctx := testdb.As(t.Context(), who)
	return b.Write(ctx, access.ManagePeople, func(tx *db.Tx) error { return fn(ctx, tx) })
}

func (b *bench) people(t *testing.T, f account.Filter, limit int) account.Page {
	t.Helper()
	var page account.Page
	b.MustRead(t, admin, access.ManagePeople, func(ctx context.Context, tx *db.Tx) (err error) {
		page, err = account.People(ctx, tx, f, limit)
		return err
	})
	return page
}

func (b *bench) person(t *testing.T, id uuid.UUID) account.Person {
	t.Helper()
	var p account.Person
	b.MustRead(t, admin, access.ManagePeople, func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = account.ReadPerson(ctx, tx, id)
		return err
	})
	return p
}

func TestPeopleAreReadPageByPageInBothDirections(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.Owner(t, `INSERT INTO person (programme_id, name) SELECT $1, 'Gleich' FROM generate_series(1, 7)`, testdb.Saxony.ID)
	all := b.people(t, account.Filter{}, 1000)
	if all.More || all.Count != len(all.Entries) || all.Count != 19+7 {
		t.Fatalf("%d people, count %d, more %v; want 26", len(all.Entries), all.Count, all.More)
	}
	ids := func(list []account.Entry) (out []uuid.UUID) {
		for _, e := range list {
			out = append(out, e.ID)
		}
		return out
	}
	var forward []uuid.UUID
	f, pages := account.Filter{}, 0
	for more := true; more; pages++ {
		page := b.people(t, f, 5)
		forward = append(forward, ids(page.Entries)...)
		f.After, more = page.Entries[len(page.Entries)-1].ID, page.More
	}
	if pages != 6 || !slices.Equal(forward, ids(all.Entries)) {
		t.Errorf("%d pages, %d people; want 6 with everybody once", pages, len(forward))
	}
	var backward []uuid.UUID
	f = account.Filter{Before: forward[len(forward)-1]}
	for more := true; more; {
		page := b.people(t, f, 5)
		backward = append(ids(page.Entries), backward...)
		f.Before, more = page.Entries[0].ID, page.More
	}
	if !slices.Equal(backward, forward[:len(forward)-1]) {
		t.Error("reading backwards gives other people")
	}
}

func TestPeopleAreFoundByNameAddressAndState(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.mustInvite(t, nora())
	b.Owner(t, `INSERT INTO person (programme_id, name) VALUES ($1, '100 % Muster_mann')`, testdb.Saxony.ID)
	if err := b.manage(t, admin, func(ctx context.Context, tx *db.Tx) error { return account.Disable(ctx, tx, lead.Person) }); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		f    account.Filter
		want int
	}{
		{account.Filter{Search: "nora"}, 1},
		{account.Filter{Search: "COORDINATOR1@sachsen"}, 1},
		{account.Filter{Search: "%"}, 1},
		{account.Filter{Search: "r_m"}, 1},
		{account.Filter{Search: `\`}, 0},
		{account.Filter{Search: "musterland"}, 0},
		{account.Filter{State: account.Disabled}, 1},
		{account.Filter{State: account.Invited}, 1},
		{account.Filter{State: account.Outside}, 1},
		{account.Filter{State: account.Active}, 18},
		{account.Filter{State: "made up"}, 0},
		{account.Filter{Search: "nora", State: account.Disabled}, 0},
	}
	for _, c := range tests {
		if got := b.people(t, c.f, 100); len(got.Entries) != c.want || got.Count != c.want {
			t.Errorf("%+v: %d people, count %d; want %d", c.f, len(got.Entries), got.Count, c.want)
		}
	}
	e := b.people(t, account.Filter{Search: "coordinator1@"}, 1).Entries[0]
	if fmt.Sprint(e.Roles, e.Places) != "[coordinator] [Landkreis sachsen 1]" {
		t.Errorf("roles = %v %v", e.Roles, e.Places)
	}
}

func TestPeopleOfAnotherProgrammeDoNotExist(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	stranger := testdb.Musterland.Actor(access.Lead).Person
	tests := map[string]func(ctx context.Context, tx *db.Tx) error{
		"read": func(ctx context.Context, tx *db.Tx) error {
			_, err := account.ReadPerson(ctx, tx, stranger)
			return err
		},
		"disable": func(ctx context.Context, tx *db.Tx) error { return account.Disable(ctx, tx, stranger) },
		"enable":  func(ctx context.Context, tx *db.Tx) error { return account.Enable(ctx, tx, stranger) },
		"invite":  func(ctx context.Context, tx *db.Tx) error { return b.accounts.Resend(ctx, tx, stranger) },
		"give": func(ctx context.Context, tx *db.Tx) error {
			return b.accounts.GiveRole(ctx, tx, account.NewRole{Person: stranger, Role: access.Admin, From: calendar.Of(noon)})
		},
		"end": func(ctx context.Context, tx *db.Tx) error {
			return account.EndRole(ctx, tx, stranger, uuid.New(), calendar.Of(noon))
		},
	}
	for name, fn := range tests {
		if err := b.manage(t, admin, fn); !isDead(err) {
			t.Errorf("%s: %v, want NotFound", name, err)
		}
	}
}

func TestRolesAreGivenAndEndedWithDates(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	day := func(m time.Month, d int) calendar.Date { return calendar.NewDate(2024, m, d) }
	give := account.NewRole{ID: uuid.New(), Person: lead.Person, Role: access.CaseOfficer, From: day(time.June, 1), To: day(time.June, 30)}
	giveIt := func(n account.NewRole) error {
		return b.manage(t, admin, func(ctx context.Context, tx *db.Tx) error { return b.accounts.GiveRole(ctx, tx, n) })
	}
	end := func(role uuid.UUID, last calendar.Date) error {
		return b.manage(t, admin, func(ctx context.Context, tx *db.Tx) error { return account.EndRole(ctx, tx, lead.Person, role, last) })
	}
	for range 2 { // the same form twice
		if err := giveIt(give); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(b.mails(t, testdb.Saxony)); n != 1 {
		t.Errorf("%d notices, want 1", n)
	}
	overlapping := give
	overlapping.ID, overlapping.From, overlapping.To = uuid.New(), day(time.June, 30), calendar.Date{}
	if err := giveIt(overlapping); fieldOf(err, "from") != "account.role.overlap" {
		t.Errorf("overlap on one day: %v", err)
	}
	later := give
	later.ID, later.From, later.To = uuid.New(), day(time.July, 1), calendar.Date{}
	if err := giveIt(later); err != nil {
		t.Errorf("the day after: %v", err)
	}
	if err := end(give.ID, day(time.July, 1)); fieldOf(err, "to") != "account.role.overlap" {
		t.Errorf("longer, into the next: %v", err)
	}
	if err := end(give.ID, day(time.May, 31)); fieldOf(err, "to") != "account.role.ends_before_start" {
		t.Errorf("before it began: %v", err)
	}
	if err := end(give.ID, calendar.Date{}); fieldOf(err, "to") != "field.missing" {
		t.Errorf("without a day: %v", err)
	}
	if err := end(give.ID, day(time.June, 15)); err != nil {
		t.Errorf("ending: %v", err)
	}
	if err := end(uuid.New(), day(time.June, 15)); !isDead(err) {
		t.Errorf("a role that is not: %v, want NotFound", err)
	}
	var kept []string
	for _, r := range b.person(t, lead.Person).Roles {
		kept = append(kept, fmt.Sprint(r.Role, " ", r.Valid, " to ", r.LastDay()))
	}
	want := []string{"case_officer [2024-07-01,) to ", "lead [2018-01-01,) to ", "case_officer [2024-06-01,2024-06-16) to 2024-06-15"}
	if !slices.Equal(kept, want) {
		t.Errorf("roles = %q, want %q", kept, want)
	}
}

func TestAnAdminCannotShutHimselfOut(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	err := b.manage(t, admin, func(ctx context.Context, tx *db.Tx) error { return account.Disable(ctx, tx, admin.Person) })
	if text, ok := fault.AsText(err); !errors.Is(err, fault.Conflict) || !ok || text.Key != "account.own_disable" {
		t.Errorf("disabling oneself: %v, want Conflict with a reason", err)
	}
	role := b.person(t, admin.Person).Roles[0].ID
	end := func(who access.Actor) error {
		return b.manage(t, who, func(ctx context.Context, tx *db.Tx) error {
			return account.EndRole(ctx, tx, admin.Person, role, calendar.Of(noon))
		})
	}
	if err := end(admin); fieldOf(err, "") != "account.role.own_admin" {
		t.Errorf("ending the own role: %v", err)
	}
	second := testdb.Saxony.Actor(access.Lead)
	second.Grants = append(second.Grants, access.Grant{Role: access.Admin}) // an admin of the ministry
	if err := end(second); err != nil {
		t.Errorf("another admin ends it: %v", err)
	}
}

func TestTheTrailSaysWhoDidWhat(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	out := b.mustInvite(t, nora())
	if err := b.manage(t, admin, func(ctx context.Context, tx *db.Tx) error { return account.Disable(ctx, tx, lead.Person) }); err != nil {
		t.Fatal(err)
	}
	read := func(who access.Actor, f account.TrailFilter, limit int) (page account.TrailPage, err error) {
		ctx := testdb.As(t.Context(), who)
		err = b.Read(ctx, access.ReadTrail, func(tx *db.Tx) (err error) {
			page, err = account.Trail(ctx, tx, f, limit)
			return err
		})
		return page, err
	}
	page, err := read(admin, account.TrailFilter{Person: admin.Person}, 50)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range page.Entries {
		got = append(got, fmt.Sprint(e.Person, " ", e.Action, " ", e.Relation, " ", e.Op, " ", e.Subject))
	}
	who := "Test admin@sachsen.example account.manage "
	want := []string{
		who + "person UPDATE Test lead@sachsen.example", who + "mail INSERT ", who + "one_time_link INSERT Nora Neu",
		who + "role_assignment INSERT Nora Neu", who + "person INSERT Nora Neu",
	}
	if !slices.Equal(got, want) || page.Count != 5 || page.More {
		t.Errorf("trail = %q, want %q", got, want)
	}
	today := calendar.Of(time.Now()) // the trail is written by the database's clock
	for name, c := range map[string]struct {
		f    account.TrailFilter
		want int
	}{
		"today":      {account.TrailFilter{Person: admin.Person, From: today, To: today}, 5},
		"tomorrow":   {account.TrailFilter{From: today.AddDays(1)}, 0},
		"yesterday":  {account.TrailFilter{Person: admin.Person, To: today.AddDays(-1)}, 0},
		"action":     {account.TrailFilter{Person: admin.Person, Action: access.ManagePeople}, 5},
		"no action":  {account.TrailFilter{Action: access.NoteTalk}, 0},
		"nobody":     {account.TrailFilter{Person: out.Person}, 0},
		"older":      {account.TrailFilter{Person: admin.Person, After: page.Entries[1].ID}, 3},
		"newer":      {account.TrailFilter{Person: admin.Person, Before: page.Entries[1].ID}, 1},
		"far ahead":  {account.TrailFilter{Person: admin.Person, After: math.MaxInt64}, 5},
		"page of it": {account.TrailFilter{Person: admin.Person}, 5},
	} {
		limit := 50
		if name == "page of it" {
			limit = 2
			c.want = 2
		}
		p, err := read(admin, c.f, limit)
		if err != nil || len(p.Entries) != c.want || p.More != (limit == 2) {
			t.Errorf("%s: %d entries, more %v, %v; want %d", name, len(p.Entries), p.More, err, c.want)
		}
	}
	if p, err := read(testdb.Musterland.Actor(access.Admin), account.TrailFilter{Person: admin.Person}, 50); err != nil || len(p.Entries) != 0 {
		t.Errorf("another programme reads %d entries, %v", len(p.Entries), err)
	}
	if _, err := read(lead, account.TrailFilter{}, 50); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a lead reads the trail: %v, want Forbidden", err)
	}
}
