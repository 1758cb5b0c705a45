package body_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/locale"
	"rundertisch/internal/testdb"
)

// newDistrict adds a district without a conference.
func newDistrict(t *testing.T, d *testdb.Instance, ags string) uuid.UUID {
	t.Helper()
	id := uuid.New()
	d.Owner(t, `INSERT INTO district (programme_id, id, ags, name, short_name, kind, valid) VALUES ($1, $2, $3, $3, $3, 'rural_district', '[2008-08-01,)')`,
		testdb.Saxony.ID, id, ags)
	return id
}

func TestAddBody(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	districts := []uuid.UUID{newDistrict(t, d, "14730"), newDistrict(t, d, "14729")}
	add := func(a access.Actor, n body.New) error {
		ctx := testdb.As(t.Context(), a)
		return d.Write(ctx, access.AddBody, func(tx *db.Tx) error { return body.Add(ctx, tx, n) })
	}
	conference := func(edit func(*body.New)) body.New {
		n := body.New{ID: uuid.New(), Kind: body.Conference, Districts: districts, Input: body.Input{Name: "Regionalkonferenz Nord", Priorities: "Notfall"}}
		if edit != nil {
			edit(&n)
		}
		return n
	}
	for _, tc := range []struct {
		name       string
		edit       func(*body.New)
		field, key string
	}{
		{"no name", func(n *body.New) { n.Name = "" }, "name", "field.missing"},
		{"a name that is taken", func(n *body.New) { n.Name = home.Name }, "name", "body.error.name_taken"},
		{"no kind", func(n *body.New) { n.Kind = "party" }, "kind", "body.error.choice"},
		{"a conference without a district", func(n *body.New) { n.Districts = nil }, "districts", "body.error.districts"},
		{"a district with a conference", func(n *body.New) { n.Districts = []uuid.UUID{testdb.Saxony.Districts[0].ID} }, "districts", "body.error.district_taken"},
		{"a conference below another", func(n *body.New) { n.ParentID = home.ID }, "parent", "body.error.parent"},
		{"a group without a parent", func(n *body.New) { n.Kind, n.Districts, n.Priorities = body.WorkingGroup, nil, "" }, "parent", "body.error.parent"},
		{"a group below another programme's body", func(n *body.New) {
			n.Kind, n.Districts, n.Priorities, n.ParentID, n.Since = body.WorkingGroup, nil, "", testdb.Musterland.Bodies[0].ID, date("2024-01-01")
		}, "parent", "body.error.parent"},
		{"a group with a district", func(n *body.New) { n.Kind, n.ParentID, n.Priorities = body.WorkingGroup, home.ID, "" }, "districts", "body.error.no_districts"},
		{"a group that never began", func(n *body.New) {
			n.Kind, n.Districts, n.Priorities, n.ParentID = body.WorkingGroup, nil, "", home.ID
		}, "since", "field.missing"},
		{"a conference with a term", func(n *body.New) { n.Since = date("2024-01-01") }, "since", "body.error.conference_has_states"},
		{"consulted tomorrow", func(n *body.New) { n.ConsultedOn = calendar.Of(d.Now()).AddDays(1) }, "consulted_on", "field.future"},
		{"no e-mail", func(n *body.New) { n.OfficeEmail = "büro" }, "office_email", "body.error.email"},
	} {
		wantFault(t, tc.name, add(caseOfficer, conference(tc.edit)), tc.field, tc.key)
	}
	wantErr(t, "an office", add(bodyOffice, conference(nil)), fault.Forbidden)
	n := conference(nil)
	must(t, "add", add(caseOfficer, n))
	wantErr(t, "the same form again", add(caseOfficer, n), fact.ErrRepeated)
	group := body.New{ID: uuid.New(), Kind: body.WorkingGroup, ParentID: n.ID, Since: date("2024-01-01"), Input: body.Input{Name: "AG Mobilität"}}
	must(t, "a group", add(caseOfficer, group))
	d.MustRead(t, member, access.ReadBodies, func(ctx context.Context, tx *db.Tx) error {
		covered, err := body.CoveredBy(ctx, tx, n.ID)
		if len(covered) != 2 || covered[0].AGS != "14729" {
			t.Errorf("districts = %+v", covered)
		}
		children, childErr := body.Children(ctx, tx, n.ID)
		if len(children) != 1 || children[0].Name != "AG Mobilität" || children[0].ParentName != n.Name {
			t.Errorf("groups = %+v", children)
		}
		return errors.Join(err, childErr)
	})
	wantErr(t, "the other programme", asIn(t, d, testdb.Musterland.Actor(access.CaseOfficer), access.KeepBody, n.ID, nil), fault.NotFound)
}

func TestChangeBody(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	change := func(a access.Actor, in body.Input, version int) error {
		return as(t, d, a, access.KeepBody, func(ctx context.Context, tx *db.Tx, b body.Body) error { return body.Change(ctx, tx, b, in, version) })
	}
	in := body.Input{Name: home.Name, ConsultedOn: date("2023-01-02"), Priorities: "Nachwuchs", OfficeEmail: "buero@kreis.example"}
	wantErr(t, "another body's office", change(otherOffice, in, 1), fault.Forbidden)
	wantErr(t, "a member", change(member, in, 1), fault.Forbidden)
	must(t, "the office", change(bodyOffice, in, 1))
	wantErr(t, "an old form", change(caseOfficer, in, 1), fault.Stale)
	must(t, "the ministry", change(caseOfficer, in, 2))
	taken := in
	taken.Name = testdb.Saxony.Bodies[1].Name
	wantFault(t, "a name that is taken", change(bodyOffice, taken, 3), "name", "body.error.name_taken")
}

func TestSeats(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	add := func(a access.Actor, n body.NewSeat) error {
		return as(t, d, a, access.KeepSeats, func(ctx context.Context, tx *db.Tx, b body.Body) error { return body.AddSeat(ctx, tx, b, n) })
	}
	n := body.NewSeat{ID: uuid.New(), Institution: "vdek", Group: body.GroupInsurer, From: date("2024-01-01")}
	guest := n
	guest.Group, guest.Vote = body.GroupGuest, body.VoteYes
	wantFault(t, "a guest with a vote", add(bodyOffice, guest), "vote", "body.error.no_vote")
	foreign := n
	foreign.Group = body.GroupChamber
	wantFault(t, "a group that has no seat there", add(bodyOffice, foreign), "group", "body.error.choice")
	wantErr(t, "the ministry", add(caseOfficer, n), fault.Forbidden)
	wantErr(t, "another body's office", add(otherOffice, n), fault.Forbidden)
	must(t, "add", add(bodyOffice, n))
	wantErr(t, "the same form again", add(bodyOffice, n), fact.ErrRepeated)

	change := func(id uuid.UUID, institution string, votes bool, version int) error {
		return as(t, d, bodyOffice, access.KeepSeats, func(ctx context.Context, tx *db.Tx, b body.Body) error {
			return body.ChangeSeat(ctx, tx, b, id, institution, votes, version)
		})
	}
	must(t, "change", change(n.ID, "vdek Sachsen", true, 1))
	wantErr(t, "an old form", change(n.ID, "x", true, 1), fault.Stale)
	wantErr(t, "another body's seat", change(testdb.Saxony.Bodies[1].Empty[0], "x", true, 1), fault.NotFound)
	wantFault(t, "a vote for a guest", change(home.Seats[access.Guest], "Ministerium", true, 1), "vote", "body.error.no_vote")
}

func seatsOn(t *testing.T, d *testdb.Instance, on string) (seats []body.Seat) {
	t.Helper()
	d.MustRead(t, bodyOffice, access.ReadBodies, func(ctx context.Context, tx *db.Tx) (err error) {
		seats, err = body.Roster(ctx, tx, home.ID, date(on))
		return err
	})
	return seats
}

func TestEndSeatEndsHolderAndChair(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	end := func(last string) error {
		return as(t, d, bodyOffice, access.KeepSeats, func(ctx context.Context, tx *db.Tx, b body.Body) error {
			return body.EndSeat(ctx, tx, b, home.Seats[access.Chair], date(last))
		})
	}
	wantFault(t, "before it began", end("2018-12-31"), "to", "body.error.ends_before_start")
	must(t, "end", end("2024-06-30"))
	wantFault(t, "later", end("2024-07-31"), "to", "body.error.ended")
	if seats := seatsOn(t, d, "2024-06-30"); len(seats) != 5 || !seats[0].Chair || len(seats[0].Holders) != 1 {
		t.Errorf("on the last day: %+v", seats)
	}
	if seats := seatsOn(t, d, "2024-07-01"); len(seats) != 4 || seats[0].Chair {
		t.Errorf("a day later: %+v", seats)
	}
	if got := grants(t, d, testdb.Saxony.Actor(access.Chair).Person, "2024-07-01"); len(got) != 1 || got[0].Role != "former_member" {
		t.Errorf("a day later the chair is %v", got)
	}
}

func TestAnEndByMistakeIsTakenBack(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	seat := home.Seats[access.Member]
	reopen := func(a access.Actor, why string) error {
		return as(t, d, a, access.KeepSeats, func(ctx context.Context, tx *db.Tx, b body.Body) error { return body.ReopenSeat(ctx, tx, b, seat, why) })
	}
	wantErr(t, "it has no end", reopen(bodyOffice, "falsch"), fault.Conflict)
	must(t, "end", as(t, d, bodyOffice, access.KeepSeats, func(ctx context.Context, tx *db.Tx, b body.Body) error {
		return body.EndSeat(ctx, tx, b, seat, date("2024-06-30"))
	}))
	wantFault(t, "no reason", reopen(bodyOffice, ""), "why", "field.missing")
	wantErr(t, "another body's office", reopen(otherOffice, "falsch"), fault.Forbidden)
	must(t, "reopen", reopen(bodyOffice, "Sitz verwechselt"))
	for _, s := range seatsOn(t, d, "2024-07-01") {
		if s.ID == seat && len(s.Holders) != 0 {
			t.Errorf("the holder came back: %+v", s.Holders)
		}
	}
	if n := len(seatsOn(t, d, "2024-07-01")); n != 5 {
		t.Errorf("%d seats, want 5", n)
	}
	d.MustRead(t, bodyOffice, access.ReadBodies, func(ctx context.Context, tx *db.Tx) error {
		s, err := body.SeatByID(ctx, tx, home.ID, seat)
		if s.Reopened != "Sitz verwechselt" || !s.Valid.To.IsZero() {
			t.Errorf("seat: %+v", s)
		}
		var why string
		if err := tx.QueryRow(ctx, `SELECT withdrawn_why FROM seat_term WHERE seat_id = $1 AND withdrawn_at IS NOT NULL ORDER BY withdrawn_at DESC, upper(valid) NULLS LAST LIMIT 1`, seat).Scan(&why); err != nil {
			return err
		}
		if why != "Sitz verwechselt" {
			t.Errorf("the trail of the seat's days says %q", why)
		}
		return err
	})
}

func TestSetChair(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	set := func(a access.Actor, seat uuid.UUID, from string) error {
		return as(t, d, a, access.KeepSeats, func(ctx context.Context, tx *db.Tx, b body.Body) error {
			return body.SetChair(ctx, tx, b, seat, date(from))
		})
	}
	wantFault(t, "§ 8 (4) SächsKHG: a guest", set(bodyOffice, home.Seats[access.Guest], "2024-01-01"), "seat", "body.error.may_not_chair")
	wantFault(t, "before the seat", set(bodyOffice, home.Seats[access.Member], "2018-01-01"), "from", "body.error.outside_seat")
	wantFault(t, "before the present chair", set(bodyOffice, home.Seats[access.Member], "2019-01-01"), "from", "body.error.chair_later")
	wantErr(t, "another body's office", set(otherOffice, home.Seats[access.Member], "2024-01-01"), fault.Forbidden)
	must(t, "set", set(bodyOffice, home.Seats[access.Member], "2024-01-01"))
	for day, want := range map[string]uuid.UUID{"2023-12-31": home.Seats[access.Chair], "2024-01-01": home.Seats[access.Member]} {
		for _, s := range seatsOn(t, d, day) {
			if s.Chair != (s.ID == want) {
				t.Errorf("on %s the chair is %s", day, s.Institution)
			}
		}
	}
}

func TestOfficers(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	appoint := func(a access.Actor, who body.Who) error {
		return as(t, d, a, access.AppointOffice, func(ctx context.Context, tx *db.Tx, b body.Body) error {
			return body.AppointOfficer(ctx, tx, b, body.NewOfficer{ID: uuid.New(), Who: who, From: date("2024-01-01")})
		})
	}
	var all []body.Officer
	read := func() {
		d.MustRead(t, bodyOffice, access.ReadBodies, func(ctx context.Context, tx *db.Tx) (err error) {
			all, err = body.Officers(ctx, tx, home.ID)
			return err
		})
	}
	end := func(a access.Actor, id uuid.UUID, last string) error {
		return as(t, d, a, access.AppointOffice, func(ctx context.Context, tx *db.Tx, b body.Body) error {
			return body.EndOfficer(ctx, tx, b, id, date(last))
		})
	}
	read()
	wantFault(t, "the last one", end(bodyOffice, all[0].ID, "2024-06-30"), "to", "body.error.office_empty")
	wantErr(t, "another body's office", appoint(otherOffice, body.Who{Name: "Spion"}), fault.Forbidden)
	wantErr(t, "a member", appoint(member, body.Who{Name: "Spion"}), fault.Forbidden)
	wantFault(t, "who is there already", appoint(bodyOffice, body.Who{Email: testdb.Saxony.Email(access.BodyOffice)}), "from", "body.error.in_office")
	must(t, "the ministry", appoint(caseOfficer, body.Who{Email: "zweite@kreis.example", Name: "Zweite Kraft"}))
	must(t, "the office", appoint(bodyOffice, body.Who{Name: "Dritte Kraft"}))
	read()
	if len(all) != 3 || all[0].Name != "Dritte Kraft" {
		t.Errorf("office = %+v", all)
	}
	must(t, "end", end(bodyOffice, all[2].ID, "2024-06-30"))
	if got := grants(t, d, bodyOffice.Person, "2024-07-01"); len(got) != 1 || got[0].Role != "former_member" {
		t.Errorf("after the last day the officer is %v", got)
	}
}

func TestBylawsHaveOneVersionADay(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	b := body.Defaults()
	b.ID, b.BodyID, b.Name, b.ValidFrom, b.ObjectionDays = uuid.New(), home.ID, "GO 2", date("2024-01-01"), 10
	adopt := func(a access.Actor, b body.Bylaws) error {
		return as(t, d, a, access.KeepBylaws, func(ctx context.Context, tx *db.Tx, _ body.Body) error { return body.AdoptBylaws(ctx, tx, b) })
	}
	wantErr(t, "a member", adopt(member, b), fault.Forbidden)
	wantErr(t, "another body's office", adopt(otherOffice, b), fault.Forbidden)
	bad := b
	bad.ObjectionDays = 0
	wantFault(t, "no days", adopt(bodyOffice, bad), "objection_days", "body.error.range")
	must(t, "adopt", adopt(bodyOffice, b))
	wantErr(t, "the same form again", adopt(bodyOffice, b), fact.ErrRepeated)
	again := b
	again.ID = uuid.New()
	wantFault(t, "the same day", adopt(bodyOffice, again), "valid_from", "body.error.rules_taken")

	again.ObjectionDays = 20
	correct := func(wrong uuid.UUID, why string) error {
		return as(t, d, bodyOffice, access.KeepBylaws, func(ctx context.Context, tx *db.Tx, _ body.Body) error {
			return body.CorrectBylaws(ctx, tx, wrong, again, why)
		})
	}
	wantFault(t, "without a reason", correct(b.ID, ""), "why", "field.missing")
	must(t, "correct", correct(b.ID, "Zahlendreher"))
	wantErr(t, "once more", correct(b.ID, "Zahlendreher"), fault.Conflict)
	wantErr(t, "nothing", correct(uuid.New(), "Zahlendreher"), fault.NotFound)
	d.MustRead(t, bodyOffice, access.ReadBodies, func(ctx context.Context, tx *db.Tx) error {
		all, err := body.Versions(ctx, tx, home.ID)
		if len(all) != 3 || all[0].ObjectionDays != 20 || !all[1].Withdrawn() || *all[1].WithdrawnWhy != "Zahlendreher" {
			t.Errorf("versions = %+v", all)
		}
		rules, rulesErr := body.BylawsOn(ctx, tx, home.ID, date("2024-01-01"))
		if rules.ObjectionDays != 20 {
			t.Errorf("in force: %d days, want 20", rules.ObjectionDays)
		}
		return errors.Join(err, rulesErr)
	})
}

func TestEverySentenceIsSaid(t *testing.T) {
	t.Parallel()
	for _, lang := range locale.Languages() {
		p := locale.New(lang, nil)
		b := body.Defaults()
		b.NoticeUnit, b.ObjectionUnit, b.Circular = body.WorkingDays, body.WorkingDays, true
		for _, s := range append(b.Sentences(p), body.Defaults().Sentences(p)...) {
			if s.Text == "" || s.Text[0] == '[' || s.Label[0] == '[' {
				t.Errorf("%s: %s reads %q: %q", lang, s.Field, s.Label, s.Text)
			}
		}
	}
	texts := map[string]string{}
	for _, s := range body.Defaults().Sentences(locale.New(locale.German, nil)) {
		texts[s.Field] = s.Text
	}
	want := map[string]string{
		"notice_days":    "Zwischen Einladung und Sitzung liegen mindestens 14 volle Kalendertage.",
		"objection_days": "Einwendungen sind 14 Kalendertage lang möglich.",
		"quorum":         "Mindestens die Hälfte der Stimmen ist anwesend",
	}
	for field, text := range want {
		if texts[field] != text {
			t.Errorf("%s: %s", field, cmp.Diff(text, texts[field]))
		}
	}
}

func TestListMineAndPublish(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	day := date("2024-05-01")
	d.MustRead(t, member, access.ReadBodies, func(ctx context.Context, tx *db.Tx) error {
		parts, err := body.Mine(ctx, tx, day)
		if len(parts) != 1 || parts[0].Institution != "AOK PLUS" || parts[0].BodyName != home.Name || parts[0].Office {
			t.Errorf("a member's parts = %+v", parts)
		}
		list, listErr := body.List(ctx, tx, day)
		if len(list) != 2 || list[0].Name != testdb.Saxony.Bodies[1].Name || list[1].Seats != 5 || list[1].Voting != 4 || list[1].Chair != "Landkreis" {
			t.Errorf("list = %+v", list)
		}
		return errors.Join(err, listErr)
	})
	d.MustRead(t, testdb.Saxony.Public(), access.ReadBoard, func(ctx context.Context, tx *db.Tx) error {
		list, err := body.Publish(ctx, tx, day, body.Conference)
		if len(list) != 2 || len(list[0].Institutions) != 5 || !list[0].Institutions[0].Chair || list[0].Rules.IsDefault() {
			t.Errorf("published = %+v", list)
		}
		none, err2 := body.Publish(ctx, tx, day, body.StateCommittee)
		if len(none) != 0 {
			t.Errorf("published committees = %+v", none)
		}
		return errors.Join(err, err2)
	})
}

func TestDormantProposal(t *testing.T) {
	t.Parallel()
	today := date("2025-06-05")
	for _, tc := range []struct {
		name  string
		state body.ConferenceState
		last  string
		want  bool
	}{
		{"twelve months and a day", body.Active, "2024-06-04", true},
		{"twelve months", body.Active, "2024-06-05", false},
		{"dormant already", body.Dormant, "2020-01-01", false},
		{"never active", body.Constituted, "2020-01-01", false},
	} {
		if got := body.DormantProposal(tc.state, date(tc.last), today); got != tc.want {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}
