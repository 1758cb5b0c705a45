package meeting_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/meeting"
	"rundertisch/internal/testdb"
)

func vote(item uuid.UUID, edit ...func(*meeting.Vote)) meeting.Vote {
	v := meeting.Vote{
		ID: uuid.New(), ItemID: item, Type: meeting.Strategy, Title: "Notdienst", Wording: "Die Konferenz empfiehlt …",
		Method: meeting.ByHand, Yes: 2,
	}
	for _, e := range edit {
		e(&v)
	}
	return v
}

func decide(t *testing.T, d *testdb.Instance, a access.Actor, v meeting.Vote) error {
	t.Helper()
	return write(t, d, a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error { return meeting.Decide(ctx, tx, v) })
}

func decided(t *testing.T, d *testdb.Instance, a access.Actor, id uuid.UUID) (x meeting.Decision, err error) {
	t.Helper()
	ctx := testdb.As(t.Context(), a)
	err = d.Read(ctx, access.ReadDecisions, func(tx *db.Tx) (err error) {
		x, err = meeting.DecisionByID(ctx, tx, id)
		return err
	})
	return x, err
}

func TestDecisionNeedsQuorumAndMajority(t *testing.T) {
	t.Parallel()
	d, clock := open(t)
	id, item := sitting(t, d)
	*clock = clock.Add(time.Hour)
	adopted := vote(item)
	if err := decide(t, d, chair, adopted); err != nil {
		t.Fatal(err)
	}
	if err := decide(t, d, chair, adopted); !errors.Is(err, fact.ErrRepeated) {
		t.Errorf("the same form again: err = %v, want ErrRepeated", err)
	}
	got, err := decided(t, d, member, adopted.ID)
	if err != nil || got.Label() != "2026/1" || got.Result != meeting.Adopted || got.Present != 2 || got.Seats != 4 || got.QuorumNeeded != 2 || len(got.Explained) == 0 {
		t.Errorf("adopted: %+v, %v", got, err)
	}
	tie := vote(item, func(v *meeting.Vote) { v.Yes, v.No = 1, 1 })
	if err := decide(t, d, office, tie); err != nil {
		t.Fatal(err)
	}
	if got, _ := decided(t, d, guest, tie.ID); got.Result != meeting.Rejected || got.Label() != "" {
		t.Errorf("a tie: %s %q, want rejected without a number", got.Result, got.Label())
	}
	if fields, _ := fault.AsFields(decide(t, d, chair, vote(item, func(v *meeting.Vote) { v.Yes = 3 }))); fields["yes"].Key != "decision.error.too_many" {
		t.Errorf("three votes of two: %v", fields)
	}
	d.MustWrite(t, chair, access.RunSitting, func(ctx context.Context, tx *db.Tx) error {
		return meeting.Leave(ctx, tx, id, home.Seats[access.Member], "")
	})
	*clock = clock.Add(time.Minute)
	if fields, _ := fault.AsFields(decide(t, d, chair, vote(item, func(v *meeting.Vote) { v.Yes = 1 }))); fields[""].Key != "decision.error.no_quorum" {
		t.Errorf("one of four is there: %v, want no quorum", fields)
	}
	before := vote(item, func(v *meeting.Vote) { v.At = meeting.ClockOf(now.Add(30 * time.Minute)) })
	if err := decide(t, d, chair, before); err != nil {
		t.Errorf("a vote of before he left: %v", err)
	}
	arrive(t, d, id, access.Member) // comes back
	if err := decide(t, d, chair, vote(item)); err != nil {
		t.Errorf("after he came back: %v", err)
	}
}

func TestTheDatabaseRefusesAnAdoptionWithoutQuorum(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	id, item := sitting(t, d)
	for name, values := range map[string]string{
		"decision_quorum":   "4, 1, 2, false, 2, 0",
		"decision_majority": "4, 2, 2, true, 1, 1",
	} {
		err := write(t, d, chair, access.RunSitting, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `
				INSERT INTO decision (id, body_id, meeting_id, agenda_item_id, day, type, title, wording, method, majority, seats, present, quorum_needed,
					quorum_met, yes, no, abstain, result, year, number, decided_at)
				SELECT gen_random_uuid(), $1, $2, $3, $4, 'other', 'x', 'x', 'hand', 'simple', `+values+`, 0, 'adopted', 2026, 99, now()`,
				home.ID, id, item, today)
			return err
		})
		if db.Constraint(err) != name {
			t.Errorf("%s: err = %v", name, err)
		}
	}
}

func TestWhoDecides(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	id, item := sitting(t, d, func(n *meeting.NewItem) { n.NonPublic = true })
	for want, list := range map[error][]access.Actor{
		fault.Forbidden: {member},
		fault.NotFound:  {guest, former(), other, testdb.Saxony.Elsewhere(access.Chair), ministry, stranger},
	} {
		for _, a := range list {
			if err := decide(t, d, a, vote(item)); !errors.Is(err, want) {
				t.Errorf("%s: err = %v, want %v", a.Name, err, want)
			}
		}
	}
	v := vote(item)
	if err := decide(t, d, office, v); err != nil {
		t.Fatal(err)
	}
	if got, err := decided(t, d, member, v.ID); err != nil || !got.NonPublic {
		t.Errorf("the member reads %+v, %v", got, err)
	}
	for _, a := range []access.Actor{guest, former(), other, ministry, stranger, testdb.Saxony.Public()} {
		if a.May(access.ReadDecisions) {
			if _, err := decided(t, d, a, v.ID); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s reads what is not public: err = %v", a.Name, err)
			}
		}
	}
	d.MustWrite(t, chair, access.RunSitting, func(ctx context.Context, tx *db.Tx) error { return meeting.Close(ctx, tx, id, nil) })
	if err := decide(t, d, chair, vote(item)); !errors.Is(err, fault.Conflict) {
		t.Errorf("after the sitting: err = %v, want Conflict", err)
	}
}

func TestBiasTakesAVote(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	_, item := sitting(t, d)
	bias := func(seats ...uuid.UUID) error {
		return write(t, d, chair, access.RunSitting, func(ctx context.Context, tx *db.Tx) error { return meeting.SetBias(ctx, tx, item, seats) })
	}
	if fields, _ := fault.AsFields(bias(testdb.Saxony.Bodies[1].Empty[0])); fields["seat"].Key == "" {
		t.Error("a seat of another body was taken")
	}
	if err := bias(home.Seats[access.Member]); err != nil {
		t.Fatal(err)
	}
	if fields, _ := fault.AsFields(decide(t, d, chair, vote(item, func(v *meeting.Vote) { v.Yes = 1 }))); fields[""].Key != "decision.error.no_quorum" {
		t.Errorf("one of two is biased: %v, want no quorum", fields)
	}
	if err := bias(); err != nil {
		t.Fatal(err)
	}
	if err := decide(t, d, chair, vote(item)); err != nil {
		t.Errorf("nobody is biased: %v", err)
	}
}

func TestVoteByName(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	_, item := sitting(t, d)
	byName := func(choices map[uuid.UUID]string) meeting.Vote {
		return vote(item, func(v *meeting.Vote) { v.Method, v.Yes, v.Choices = meeting.ByName, 99, choices })
	}
	a, b := home.Seats[access.Chair], home.Seats[access.Member]
	for name, choices := range map[string]map[uuid.UUID]string{
		"decision.error.choice_missing": {a: meeting.Yes},
		"decision.error.not_there":      {a: meeting.Yes, b: meeting.Yes, home.Empty[0]: meeting.Yes},
	} {
		if fields, _ := fault.AsFields(decide(t, d, chair, byName(choices))); fields["choices"].Key != name {
			t.Errorf("%v: %v, want %s", choices, fields, name)
		}
	}
	v := byName(map[uuid.UUID]string{a: meeting.Yes, b: meeting.Abstain})
	if err := decide(t, d, chair, v); err != nil {
		t.Fatal(err)
	}
	got, _ := decided(t, d, member, v.ID)
	if got.Yes != 1 || got.No != 0 || got.Abstain != 1 || got.Result != meeting.Adopted {
		t.Errorf("counted: %+v", got)
	}
	for _, reader := range []access.Actor{member, guest} {
		d.MustRead(t, reader, access.ReadDecisions, func(ctx context.Context, tx *db.Tx) error {
			ballots, err := meeting.Ballots(ctx, tx, v.ID)
			if want := map[bool]int{true: 0, false: 2}[reader.Has(access.Guest)]; len(ballots) != want {
				t.Errorf("%s reads %d ballots, want %d", reader.Name, len(ballots), want)
			}
			return err
		})
	}
}

func TestOneVotePerGroupIsCountedByName(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	d.Owner(t, `ALTER TABLE bylaws DISABLE TRIGGER fact_update; UPDATE bylaws SET majority = 'per_group'; ALTER TABLE bylaws ENABLE TRIGGER fact_update`)
	_, item := sitting(t, d)
	if fields, _ := fault.AsFields(decide(t, d, chair, vote(item))); fields["method"].Key != "decision.error.by_name" {
		t.Errorf("by hand: %v", fields)
	}
	v := vote(item, func(v *meeting.Vote) {
		v.Method = meeting.ByName
		v.Choices = map[uuid.UUID]string{home.Seats[access.Chair]: meeting.Yes, home.Seats[access.Member]: meeting.Abstain}
	})
	if err := decide(t, d, chair, v); err != nil {
		t.Fatal(err)
	}
	if got, _ := decided(t, d, member, v.ID); got.Result != meeting.Adopted || got.Majority != body.MajorityPerGroup {
		t.Errorf("%+v", got)
	}
}

func TestElection(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	_, item := sitting(t, d, func(n *meeting.NewItem) { n.Kind = meeting.Election })
	for _, c := range []struct {
		name   string
		votes  []int
		no     int
		result string
	}{
		{"more than half", []int{2, 0}, 0, meeting.Adopted},
		{"a tie", []int{1, 1}, 0, meeting.Rejected},
		{"one stands, half against", []int{1}, 1, meeting.Rejected},
		{"one stands", []int{1}, 0, meeting.Adopted},
	} {
		v := vote(item, func(v *meeting.Vote) {
			v.Type, v.Yes, v.No = meeting.Elected, 0, c.no
			for i, n := range c.votes {
				v.Candidates = append(v.Candidates, meeting.Candidate{Name: strings.Repeat("K", i+1), Votes: n})
			}
		})
		if err := decide(t, d, chair, v); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got, _ := decided(t, d, member, v.ID); got.Result != c.result {
			t.Errorf("%s: %s, want %s", c.name, got.Result, c.result)
		}
		d.MustRead(t, member, access.ReadDecisions, func(ctx context.Context, tx *db.Tx) error {
			list, err := meeting.Candidates(ctx, tx, v.ID)
			if len(list) != len(c.votes) || list[0].Elected != (c.result == meeting.Adopted) {
				t.Errorf("%s: %+v", c.name, list)
			}
			return err
		})
	}
}

// TestNumbersAreGapless lets 20 writers with connections of their own decide at
// the same moment; every third transaction is undone after it took its number.
func TestNumbersAreGapless(t *testing.T) {
	t.Parallel()
	undone := errors.New("undone")
	d := testdb.DB(t, func(o *db.Options) { o.Now, o.MaxConns = func() time.Time { return now }, 20 })
	_, item := sitting(t, d)
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range 20 {
		wg.Go(func() {
			<-start
			ctx := testdb.As(t.Context(), chair)
			err := d.Write(ctx, access.RunSitting, func(tx *db.Tx) error {
				if err := meeting.Decide(ctx, tx, vote(item)); err != nil {
					return err
				}
				if i%3 == 0 {
					return undone
				}
				return nil
			})
			if err != nil && !errors.Is(err, undone) {
				t.Errorf("writer %d: %v", i, err)
			}
		})
	}
	close(start)
	wg.Wait()
	var got, want []int
	d.MustRead(t, member, access.ReadDecisions, func(ctx context.Context, tx *db.Tx) error {
		return meeting.EachDecision(ctx, tx, meeting.RegisterQuery{Body: home.ID, Year: 2026}, func(x meeting.Decision) error {
			got = append(got, *x.Number)
			return nil
		})
	})
	slices.Sort(got)
	for n := range 13 {
		want = append(want, n+1)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("numbers (-want +got):\n%s", diff)
	}
}

func TestCounterIsNotLockedByTheSitting(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	_, item := sitting(t, d)
	second, secondItem := sitting(t, d)
	_ = second
	for _, v := range []meeting.Vote{vote(item), vote(secondItem), vote(item)} {
		if err := decide(t, d, chair, v); err != nil {
			t.Fatal(err)
		}
	}
	var labels []string
	d.MustRead(t, member, access.ReadDecisions, func(ctx context.Context, tx *db.Tx) error {
		page, err := meeting.Register(ctx, tx, meeting.RegisterQuery{State: meeting.RegisterInForce})
		for _, row := range page.Rows {
			labels = append(labels, row.Label())
		}
		return err
	})
	if diff := cmp.Diff([]string{"2026/3", "2026/2", "2026/1"}, labels); diff != "" {
		t.Errorf("one row of numbers for both sittings (-want +got):\n%s", diff)
	}
}

func TestVoid(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	_, item := sitting(t, d)
	v := vote(item)
	if err := decide(t, d, chair, v); err != nil {
		t.Fatal(err)
	}
	void := func(a access.Actor, why string) error {
		return write(t, d, a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error { return meeting.Void(ctx, tx, v.ID, why) })
	}
	if err := void(member, "x"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a member strikes: err = %v, want Forbidden", err)
	}
	if err := void(other, "x"); !errors.Is(err, fault.NotFound) {
		t.Errorf("another office strikes: err = %v, want NotFound", err)
	}
	if fields, _ := fault.AsFields(void(chair, "")); fields["why"].Key == "" {
		t.Error("struck without a reason")
	}
	if err := void(chair, "falsch gezählt"); err != nil {
		t.Fatal(err)
	}
	if err := void(chair, "noch einmal"); !errors.Is(err, fault.Conflict) {
		t.Errorf("struck twice: err = %v, want Conflict", err)
	}
	if got, _ := decided(t, d, member, v.ID); got.Label() != "2026/1" || got.InForce() {
		t.Errorf("a struck decision keeps its number: %+v", got)
	}
	next := vote(item)
	if err := decide(t, d, chair, next); err != nil {
		t.Fatal(err)
	}
	if got, _ := decided(t, d, member, next.ID); got.Label() != "2026/2" {
		t.Errorf("the next number is %s", got.Label())
	}
}

func TestRecommendation(t *testing.T) {
	t.Parallel()
	d, clock := open(t)
	_, item := sitting(t, d, func(n *meeting.NewItem) { n.NonPublic = true })
	v := vote(item)
	if err := decide(t, d, chair, v); err != nil {
		t.Fatal(err)
	}
	n := meeting.Forwarding{ID: uuid.New(), Addressee: "Staatsministerium", Ministry: true, SentOn: today}
	forward := func(a access.Actor, n meeting.Forwarding) error {
		return write(t, d, a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error { return meeting.Forward(ctx, tx, v.ID, n) })
	}
	if _, err := decided(t, d, ministry, v.ID); !errors.Is(err, fault.NotFound) {
		t.Errorf("the ministry before: err = %v, want NotFound", err)
	}
	for a, want := range map[*access.Actor]error{&chair: fault.Forbidden, &member: fault.Forbidden, &other: fault.NotFound} {
		if err := forward(*a, n); !errors.Is(err, want) {
			t.Errorf("%s: err = %v, want %v", a.Name, err, want)
		}
	}
	for name, day := range map[string]calendar.Date{"tomorrow": today.AddDays(1), "before": today.AddDays(-1), "none": {}} {
		bad := n
		bad.SentOn = day
		if fields, _ := fault.AsFields(forward(office, bad)); fields["sent_on"].Key == "" {
			t.Errorf("%s was taken", name)
		}
	}
	for range 2 {
		if err := forward(office, n); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := decided(t, d, ministry, v.ID); err != nil || got.ToMinistryOn != today {
		t.Errorf("the ministry reads %+v, %v", got, err)
	}
	if _, err := decided(t, d, testdb.Musterland.Actor(access.CaseOfficer), v.ID); !errors.Is(err, fault.NotFound) {
		t.Errorf("the other ministry: err = %v, want NotFound", err)
	}
	*clock = clock.AddDate(0, 0, 10)
	d.MustRead(t, ministry, access.ReadDecisions, func(ctx context.Context, tx *db.Tx) error {
		list, err := meeting.RecommendationsOf(ctx, tx, v.ID)
		if len(list) != 1 || list[0].Age(calendar.Of(tx.Now)) != 10 {
			t.Errorf("recommendations: %+v", list)
		}
		return err
	})
	answer := func(version int) error {
		return write(t, d, office, access.ForwardDecisions, func(ctx context.Context, tx *db.Tx) error {
			return meeting.AnswerForward(ctx, tx, n.ID, version, meeting.Response{AnsweredOn: today.AddDays(7), Answer: "wird geprüft", Effect: "partly"})
		})
	}
	if err := answer(1); err != nil {
		t.Fatal(err)
	}
	if err := answer(1); !errors.Is(err, fault.Stale) {
		t.Errorf("an old version: err = %v, want Stale", err)
	}
	d.MustRead(t, office, access.ReadDecisions, func(ctx context.Context, tx *db.Tx) error {
		r, err := meeting.RecommendationByID(ctx, tx, n.ID)
		if r.Effect != "partly" || r.Age(calendar.Of(tx.Now)) != 7 {
			t.Errorf("answered: %+v", r)
		}
		return err
	})
}
