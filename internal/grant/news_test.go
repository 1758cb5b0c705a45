package grant

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/inbox"
	"rundertisch/internal/job"
	"rundertisch/internal/mail"
)

// tell runs the job of news by two workers at once.
func (w world) tell(t *testing.T) {
	t.Helper()
	queue, err := job.NewQueue(w.Pool(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	news := NewNewsroom(inbox.NewOffice(mail.NewOffice(queue, true), queue, &url.URL{Scheme: "http", Host: "localhost:8080"}))
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if err := news.TellAll(t.Context(), w.DB); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// notices counts the notices of a kind.
func (w world) notices(t *testing.T, a access.Actor, k inbox.Kind) (n int) {
	t.Helper()
	w.MustRead(t, a, access.ReadInbox, func(ctx context.Context, tx *db.Tx) error {
		list, err := inbox.Mine(ctx, tx, inbox.Filter{Limit: 100})
		for _, notice := range list {
			if notice.Kind == k {
				n++
			}
		}
		return err
	})
	return n
}

func (w world) wantTold(t *testing.T, when string, a access.Actor, k inbox.Kind, want int) {
	t.Helper()
	if got := w.notices(t, a, k); got != want {
		t.Errorf("%s: %s heard %d of %s, want %d", when, a.Name, got, k, want)
	}
}

// TestPeopleAreToldOnce: each step is told to those for whom something follows
// from it, once, whoever runs the job how often.
func TestPeopleAreToldOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 90_000_00)
	c, _ := w.applies(t, func(*Terms) {})
	w.write(t, c.ID, wholeApplication(80_000_00, 20_000_00))
	w.mustStep(t, signatory, c, "submitted", Submitted)
	for range 2 {
		w.tell(t)
	}
	w.wantTold(t, "sent in", officer, inbox.GrantToDo, 1)
	w.wantTold(t, "sent in", signatory, inbox.GrantToDo, 0)
	due := calendar.Of(w.Now()).AddDays(14)
	back := Act{ID: uuid.New(), Event: "returned", To: Returned, Reason: "Bitte ergänzen", Due: due, Marks: []Mark{{Goals, "Wann?"}}}
	w.MustWrite(t, officer, access.StepGrant, func(ctx context.Context, tx *db.Tx) error { return Take(ctx, tx, c.ID, back) })
	w.tell(t)
	w.wantTold(t, "sent back", signatory, inbox.GrantToDo, 1)
	w.wantTold(t, "sent back", coordinator, inbox.GrantToDo, 1)
	w.wantTold(t, "sent back", neighbour, inbox.GrantToDo, 0)
	w.wantTold(t, "sent back", officer, inbox.GrantToDo, 1)
	w.wantTold(t, "not due yet", signatory, inbox.GrantDue, 0) // the rung of 14 days before is the day on which it came back
	w.Owner(t, `ALTER TABLE scheme_terms DISABLE TRIGGER USER`)
	w.Owner(t, `UPDATE scheme_terms SET reminder_days = '{-13,-14}' WHERE id = $1`, c.TermsID)
	w.Owner(t, `ALTER TABLE application_return DISABLE TRIGGER append_only`)
	w.Owner(t, `UPDATE application_return SET due_on = due_on - 1, at = at - interval '3 days'`)
	for range 2 {
		w.tell(t)
	}
	w.wantTold(t, "a rung of the ladder", signatory, inbox.GrantDue, 1) // both rungs have come: once
}

// TestTheLadderToTheProof: the district is reminded on each rung, once; what is
// simulated is nobody's work.
func TestTheLadderToTheProof(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	list := w.granted(t)
	w.started(t, list)
	var mine Case
	for _, p := range list {
		if c := w.caseOf(t, officer, p.CaseID); signatory.MayIn(access.ApplyForGrant, c.DistrictID) {
			mine = c
		}
	}
	w.tell(t)
	w.wantTold(t, "granted", signatory, inbox.GrantNews, 1)
	w.wantTold(t, "early", signatory, inbox.GrantDue, 0)
	rung := func(days int) {
		t.Helper()
		w.Owner(t, `UPDATE scheme_terms SET reminder_days = $2 WHERE id = $1`, w.terms.ID, []int{days})
		w.tell(t)
	}
	w.Owner(t, `ALTER TABLE scheme_terms DISABLE TRIGGER USER`)
	w.Owner(t, `UPDATE scheme_terms SET proof_months = 1`)
	w.terms.ProofMonths = 1
	left := calendar.Of(w.Now()).DaysUntil(w.terms.ProofDue(mine.Period))
	rung(-left + 1) // tomorrow
	w.wantTold(t, fmt.Sprintf("%d days before", left-1), signatory, inbox.GrantDue, 0)
	rung(-left)
	rung(-left)
	w.wantTold(t, "on the rung", signatory, inbox.GrantDue, 1)
	w.Owner(t, `UPDATE grant_case SET simulated = true`)
	rung(-left - 1)
	w.wantTold(t, "simulated", signatory, inbox.GrantDue, 1)
	w.wantTold(t, "never the neighbour's", neighbour, inbox.GrantDue, 1) // of its own case
}

// TestAPeriodEnds: the job completes what has run out, once, and nothing else.
func TestAPeriodEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	list := w.granted(t)
	w.started(t, list)
	id := list[0].CaseID
	w.tell(t)
	if c := w.caseOf(t, officer, id); c.State != Running {
		t.Errorf("state in the period = %s", c.State)
	}
	w.Owner(t, `ALTER TABLE grant_case DISABLE TRIGGER USER`)
	w.Owner(t, `UPDATE grant_case SET period = daterange(lower(period), current_today()) WHERE id = $1`, id)
	w.Owner(t, `ALTER TABLE grant_case ENABLE TRIGGER USER`)
	for range 2 {
		w.tell(t)
	}
	c := w.caseOf(t, officer, id)
	if c.State != Completed || c.Since != calendar.Of(w.Now()) {
		t.Errorf("state after it = %s since %s", c.State, c.Since)
	}
}

func TestFollowUpsComeBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 180_000_00)
	c := w.cases(t, w.run(t))[0]
	today := calendar.Of(w.Now())
	keep := func(day calendar.Date) {
		t.Helper()
		now := w.caseOf(t, officer, c.ID)
		w.MustWrite(t, officer, access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error {
			return KeepDesk(ctx, tx, c.ID, Desk{OfficerID: officer.Person, FollowUpOn: day, FollowUp: "Nachfragen"}, now.Version)
		})
		w.tell(t)
	}
	keep(today.AddDays(1))
	w.wantTold(t, "tomorrow", officer, inbox.GrantToDo, 0)
	keep(today)
	w.tell(t)
	w.wantTold(t, "today", officer, inbox.GrantToDo, 1)
}
