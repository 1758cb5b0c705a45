package meeting_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/meeting"
	"rundertisch/internal/testdb"
)

// roles are who tries everything in every state. The foreign office is that of
// the other conference, the stranger that of another state; the
// former member left the seat yesterday.
var roles = map[string]access.Actor{
	"office": office, "chair": chair, "member": member, "guest": guest, "ministry": ministry, "foreign": other, "stranger": stranger, "former": former(),
}

var roleNames = []string{"office", "chair", "member", "guest", "ministry", "foreign", "stranger", "former"}

// A second press of the same button changes nothing and is no mistake: that is
// ok in the state to which it leads. The invitation is another matter: it says
// which notice it wants to send.
const sittingStates = `
                                            planned    invited    in_session  held       minutes_pending  closed     postponed  cancelled
invite    office                            ok         conflict   conflict    conflict   conflict         conflict   ok         conflict
invite    chair,member,guest                forbidden  forbidden  forbidden   forbidden  forbidden        forbidden  forbidden  forbidden
invite    ministry,foreign,stranger,former  not_found  not_found  not_found   not_found  not_found        not_found  not_found  not_found

tell      office                            conflict   ok         conflict    conflict   conflict         conflict   conflict   conflict
tell      chair,member,guest                forbidden  forbidden  forbidden   forbidden  forbidden        forbidden  forbidden  forbidden
tell      ministry,foreign,stranger,former  not_found  not_found  not_found   not_found  not_found        not_found  not_found  not_found

change    office                            ok         ok         conflict    conflict   conflict         conflict   ok         conflict
change    chair,member,guest                forbidden  forbidden  forbidden   forbidden  forbidden        forbidden  forbidden  forbidden
change    ministry,foreign,stranger,former  not_found  not_found  not_found   not_found  not_found        not_found  not_found  not_found

postpone  office                            conflict   ok         conflict    conflict   conflict         conflict   ok         conflict
postpone  chair,member,guest                forbidden  forbidden  forbidden   forbidden  forbidden        forbidden  forbidden  forbidden
postpone  ministry,foreign,stranger,former  not_found  not_found  not_found   not_found  not_found        not_found  not_found  not_found

cancel    office                            ok         ok         conflict    conflict   conflict         conflict   ok         ok
cancel    chair,member,guest                forbidden  forbidden  forbidden   forbidden  forbidden        forbidden  forbidden  forbidden
cancel    ministry,foreign,stranger,former  not_found  not_found  not_found   not_found  not_found        not_found  not_found  not_found

open      office,chair                      conflict   ok         ok          conflict   conflict         conflict   conflict   conflict
open      member,guest                      forbidden  forbidden  forbidden   forbidden  forbidden        forbidden  forbidden  forbidden
open      ministry,foreign,stranger,former  not_found  not_found  not_found   not_found  not_found        not_found  not_found  not_found

arrive    office,chair                      conflict   conflict   ok          conflict   conflict         conflict   conflict   conflict
arrive    member,guest                      forbidden  forbidden  forbidden   forbidden  forbidden        forbidden  forbidden  forbidden
arrive    ministry,foreign,stranger,former  not_found  not_found  not_found   not_found  not_found        not_found  not_found  not_found

decide    office,chair                      conflict   conflict   ok          conflict   conflict         conflict   conflict   conflict
decide    member,guest                      forbidden  forbidden  forbidden   forbidden  forbidden        forbidden  forbidden  forbidden
decide    ministry,foreign,stranger,former  not_found  not_found  not_found   not_found  not_found        not_found  not_found  not_found

add_item  office                            ok         ok         ok          conflict   conflict         conflict   ok         conflict
add_item  chair                             forbidden  forbidden  ok          forbidden  forbidden        forbidden  forbidden  forbidden
add_item  member,guest                      forbidden  forbidden  forbidden   forbidden  forbidden        forbidden  forbidden  forbidden
add_item  ministry,foreign,stranger,former  not_found  not_found  not_found   not_found  not_found        not_found  not_found  not_found

close     office,chair                      conflict   conflict   ok          ok         conflict         conflict   conflict   conflict
close     member,guest                      forbidden  forbidden  forbidden   forbidden  forbidden        forbidden  forbidden  forbidden
close     ministry,foreign,stranger,former  not_found  not_found  not_found   not_found  not_found        not_found  not_found  not_found

write     office                            conflict   conflict   conflict    ok         conflict         conflict   conflict   conflict
write     chair,member,guest                forbidden  forbidden  forbidden   forbidden  forbidden        forbidden  forbidden  forbidden
write     ministry,foreign,stranger,former  not_found  not_found  not_found   not_found  not_found        not_found  not_found  not_found

shut      office                            conflict   conflict   conflict    conflict   ok               conflict   conflict   conflict
shut      chair,member,guest                forbidden  forbidden  forbidden   forbidden  forbidden        forbidden  forbidden  forbidden
shut      ministry,foreign,stranger,former  not_found  not_found  not_found   not_found  not_found        not_found  not_found  not_found
`

// TestSittingStates tries every action in every state as everybody. write and
// shut are the steps that the minutes take with the sitting.
func TestSittingStates(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	s := service(t, d)
	id, item := sitting(t, d)
	var version int
	actions := map[string]func(ctx context.Context, tx *db.Tx) error{
		"invite":   func(ctx context.Context, tx *db.Tx) error { return s.Invite(ctx, tx, id, 5, "eilt") },
		"tell":     func(ctx context.Context, tx *db.Tx) error { return s.Tell(ctx, tx, id, 5) },
		"change":   func(ctx context.Context, tx *db.Tx) error { return s.Change(ctx, tx, id, version, input(sameDay), "") },
		"postpone": func(ctx context.Context, tx *db.Tx) error { return s.Stop(ctx, tx, id, meeting.Postponed, "Sturm") },
		"cancel":   func(ctx context.Context, tx *db.Tx) error { return s.Stop(ctx, tx, id, meeting.Cancelled, "Sturm") },
		"open":     func(ctx context.Context, tx *db.Tx) error { return meeting.Open(ctx, tx, id) },
		"arrive": func(ctx context.Context, tx *db.Tx) error {
			return meeting.Arrive(ctx, tx, id, meeting.Arrival{ID: uuid.New(), Seat: home.Seats[access.Guest], Person: guest.Person})
		},
		"decide": func(ctx context.Context, tx *db.Tx) error { return meeting.Decide(ctx, tx, vote(item)) },
		"add_item": func(ctx context.Context, tx *db.Tx) error {
			return meeting.AddItem(ctx, tx, id, meeting.NewItem{ID: uuid.New(), Kind: meeting.Topic, Title: "Nachtrag"})
		},
		"close": func(ctx context.Context, tx *db.Tx) error { return meeting.Close(ctx, tx, id, nil) },
		"write": func(ctx context.Context, tx *db.Tx) error {
			return meeting.Advance(ctx, tx, id, meeting.MinutesPending)
		},
		"shut": func(ctx context.Context, tx *db.Tx) error { return meeting.Advance(ctx, tx, id, meeting.Closed) },
	}
	state := ""
	for _, x := range testdb.StateTable(t, roleNames, sittingStates) {
		if x.State != state {
			state = x.State
			put(t, d, id, meeting.State(state))
			m, err := read(t, d, office, id)
			if err != nil {
				t.Fatal(err)
			}
			version = m.Version
		}
		if got := testdb.Answer(d.Try(t, roles[x.Role], access.ReadSittings, actions[x.Action])); got != x.Want {
			t.Errorf("%s: %s by %s: %s, want %s", x.State, x.Action, x.Role, got, x.Want)
		}
	}
}

func sameDay(in *meeting.Input) { in.Day = today }

// Whoever votes does so for his own seat; the office has none. A second count of
// what is counted changes nothing.
const circularStates = `
                                             open       adopted    rejected   withdrawn
cast       chair,member                      ok         conflict   conflict   conflict
cast       office,guest                      forbidden  forbidden  forbidden  forbidden
cast       ministry,foreign,stranger,former  not_found  not_found  not_found  not_found

on_behalf  office                            ok         conflict   conflict   conflict
on_behalf  chair,member,guest                forbidden  forbidden  forbidden  forbidden
on_behalf  ministry,foreign,stranger,former  not_found  not_found  not_found  not_found

count      office                            ok         ok         ok         conflict
count      chair,member,guest                forbidden  forbidden  forbidden  forbidden
count      ministry,foreign,stranger,former  not_found  not_found  not_found  not_found

withdraw   office                            ok         conflict   conflict   ok
withdraw   chair,member,guest                forbidden  forbidden  forbidden  forbidden
withdraw   ministry,foreign,stranger,former  not_found  not_found  not_found  not_found
`

func TestCircularStates(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	n := motion()
	if err := send(t, d, office, n); err != nil {
		t.Fatal(err)
	}
	after := result(t, d, n.ID).Deadline.AddDays(1).StartOfDay()
	actions := map[string]func(ctx context.Context, tx *db.Tx, a access.Actor) error{
		"cast": func(ctx context.Context, tx *db.Tx, a access.Actor) error {
			seat := home.Seats[access.Member]
			if a.Person == chair.Person {
				seat = home.Seats[access.Chair]
			}
			return meeting.Cast(ctx, tx, n.ID, meeting.NewBallot{Seat: seat, Choice: meeting.Yes})
		},
		"on_behalf": func(ctx context.Context, tx *db.Tx, _ access.Actor) error {
			return meeting.CastOnBehalf(ctx, tx, n.ID, meeting.NewBallot{Seat: home.Empty[0], Choice: meeting.Yes, ReceivedOn: today, Source: "letter"})
		},
		"count": func(ctx context.Context, tx *db.Tx, _ access.Actor) error {
			tx.Now = after
			return meeting.CountCircular(ctx, tx, n.ID)
		},
		"withdraw": func(ctx context.Context, tx *db.Tx, _ access.Actor) error {
			return meeting.WithdrawCircular(ctx, tx, n.ID)
		},
	}
	for _, x := range testdb.StateTable(t, roleNames, circularStates) {
		d.Owner(t, fmt.Sprintf(`UPDATE circular_vote SET state = '%[1]s', closed_at = CASE WHEN '%[1]s' <> 'open' THEN now() END`, x.State))
		a := roles[x.Role]
		err := d.Try(t, a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error { return actions[x.Action](ctx, tx, a) })
		if got := testdb.Answer(err); got != x.Want {
			t.Errorf("%s: %s by %s: %s, want %s", x.State, x.Action, x.Role, got, x.Want)
		}
	}
}

// A decision never changes; it can be struck once, unless minutes were approved
// by it, and sent on while it is in force.
const decisionStates = `
                                           in_force   rejected   struck     approved_minutes
strike   office,chair                      ok         ok         conflict   conflict
strike   member,guest                      forbidden  forbidden  forbidden  forbidden
strike   ministry,foreign,stranger,former  not_found  not_found  not_found  not_found

forward  office                            ok         conflict   conflict   ok
forward  chair,member,guest                forbidden  forbidden  forbidden  forbidden
forward  ministry,foreign,stranger,former  not_found  not_found  not_found  not_found
`

func TestDecisionStates(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	_, item := sitting(t, d)
	ids := map[string]uuid.UUID{}
	for state, yes := range map[string]int{"in_force": 2, "rejected": 0, "struck": 2, "approved_minutes": 2} {
		v := vote(item, func(v *meeting.Vote) { v.Yes, v.No = yes, 2-yes })
		if err := decide(t, d, office, v); err != nil {
			t.Fatal(err)
		}
		ids[state] = v.ID
	}
	d.MustWrite(t, office, access.RunSitting, func(ctx context.Context, tx *db.Tx) error { return meeting.Void(ctx, tx, ids["struck"], "verzählt") })
	held := plan(t, d, sameDay)
	d.Owner(t, `ALTER TABLE minutes DISABLE TRIGGER USER`)
	d.Owner(t, `INSERT INTO minutes (programme_id, id, meeting_id, body_id, day, state, no, circulated_at, approved_at, approved_how, decision_id)
		VALUES ($1, gen_random_uuid(), $2, $3, $4, 'approved', 1, now(), now(), 'vote', $5)`, testdb.Saxony.ID, held, home.ID, today, ids["approved_minutes"])
	d.Owner(t, `ALTER TABLE minutes ENABLE TRIGGER USER`)
	actions := map[string]func(ctx context.Context, tx *db.Tx, id uuid.UUID) error{
		"strike": func(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
			return meeting.Void(ctx, tx, id, "verzählt")
		},
		"forward": func(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
			return meeting.Forward(ctx, tx, id, meeting.Forwarding{ID: uuid.New(), Addressee: "Kreistag", SentOn: today})
		},
	}
	for _, x := range testdb.StateTable(t, roleNames, decisionStates) {
		err := d.Try(t, roles[x.Role], access.ReadDecisions, func(ctx context.Context, tx *db.Tx) error { return actions[x.Action](ctx, tx, ids[x.State]) })
		if got := testdb.Answer(err); got != x.Want {
			t.Errorf("%s: %s by %s: %s, want %s", x.State, x.Action, x.Role, got, x.Want)
		}
	}
}
