package minutes_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/meeting"
	"rundertisch/internal/minutes"
	"rundertisch/internal/testdb"
)

// reviewed brings the minutes to where they wait for their approval.
func (w *world) reviewed(t *testing.T) {
	t.Helper()
	w.begin(t)
	if err := w.circulate(t); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.AddDate(0, 0, 20)
}

func (w *world) approve(t *testing.T, decision uuid.UUID) error {
	t.Helper()
	version := w.state(t).Version
	return w.write(t, office, access.CirculateMinutes, func(ctx context.Context, tx *db.Tx) error {
		return minutes.Approve(ctx, tx, w.minutes, decision, version)
	})
}

func (w *world) void(t *testing.T, decision uuid.UUID) error {
	t.Helper()
	return w.write(t, chair, access.RunSitting, func(ctx context.Context, tx *db.Tx) error {
		return meeting.Void(ctx, tx, decision, "verzählt")
	})
}

func TestOnlyADecisionOnTheMinutesApprovesThem(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.reviewed(t)
	others := uuid.New()
	struck := w.decision(t, "2031-10-18")
	if err := w.void(t, struck); err != nil {
		t.Fatal(err)
	}
	for name, decision := range map[string]uuid.UUID{
		"on another topic":         w.decisionOn(t, "2031-10-15", "topic", nil),
		"on no minutes":            w.decisionOn(t, "2031-10-16", "approval", nil),
		"on other minutes":         w.decisionOn(t, "2031-10-17", "approval", &others),
		"struck":                   struck,
		"of the sitting itself":    w.decision(t, "2031-09-30"),
		"that there is not at all": uuid.New(),
	} {
		wantField(t, name, w.approve(t, decision), "decision")
		err := w.exec(t, office, `UPDATE minutes SET state = 'approved', approved_at = now(), approved_how = 'vote', decision_id = $2 WHERE id = $1`, w.minutes, decision)
		if db.Constraint(err) != "minutes_approved_by" {
			t.Errorf("%s, past the code: err = %v, want a refusal by minutes_approved_by", name, err)
		}
	}
	approving := w.decision(t, "2031-10-19")
	var list []minutes.LaterDecision
	m := w.state(t)
	w.MustRead(t, office, access.ReadMinutes, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = minutes.ApprovingDecisions(ctx, tx, m)
		return err
	})
	if len(list) != 1 || list[0].ID != approving {
		t.Errorf("the page offers %+v, want just the decision on the minutes", list)
	}
	if err := w.approve(t, approving); err != nil {
		t.Fatal(err)
	}
}

func TestADecisionThatApprovedMinutesStays(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.reviewed(t)
	approving := w.decision(t, "2031-10-20")
	if err := w.approve(t, approving); err != nil {
		t.Fatal(err)
	}
	err := w.void(t, approving)
	wants(t, "struck", err, fault.Conflict)
	if text, _ := fault.AsText(err); text.Key != "decision.error.approved_minutes" {
		t.Errorf("it says %q", text.Key)
	}
	if err := w.exec(t, chair, `UPDATE decision SET void_why = 'weg' WHERE id = $1`, approving); db.Constraint(err) != "decision_approved_minutes" {
		t.Errorf("past the code: err = %v", err)
	}
	w.MustRead(t, member, access.ReadDecisions, func(ctx context.Context, tx *db.Tx) error {
		list, err := minutes.ApprovedBy(ctx, tx, approving)
		if len(list) != 1 || list[0].ID != w.minutes {
			t.Errorf("approved by it: %+v", list)
		}
		return err
	})
}

func TestAnApprovalNamesMinutesOfAnEarlierSitting(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.begin(t)
	at := w.sitting(t, "2031-11-05", "planned")
	elsewhere := testdb.Saxony.Elsewhere(access.BodyOffice)
	add := func(sitting uuid.UUID, subject *uuid.UUID) (uuid.UUID, error) {
		n := meeting.NewItem{ID: uuid.New(), Kind: meeting.Approval, Title: "Genehmigung", SubjectID: subject}
		return n.ID, w.write(t, office, access.RunSitting, func(ctx context.Context, tx *db.Tx) error { return meeting.AddItem(ctx, tx, sitting, n) })
	}
	_, err := add(at, nil)
	wantField(t, "no minutes", err, "subject")
	_, err = add(at, &w.minutes)
	wantField(t, "minutes that nobody has seen", err, "subject")
	if err := w.circulate(t); err != nil {
		t.Fatal(err)
	}
	nothing := uuid.New()
	_, err = add(at, &nothing)
	wantField(t, "minutes of nothing", err, "subject")
	_, err = add(w.sitting(t, "2031-09-30", "planned"), &w.minutes)
	wantField(t, "minutes of the same day", err, "subject")
	err = w.write(t, elsewhere, access.RunSitting, func(ctx context.Context, tx *db.Tx) error {
		return meeting.AddBacklogItem(ctx, tx, meeting.NewItem{
			ID: uuid.New(), BodyID: testdb.Saxony.Bodies[1].ID, Kind: meeting.Approval, Title: "Genehmigung", SubjectID: &w.minutes,
		})
	})
	wantField(t, "another body's minutes", err, "subject")
	wantOpen := func(named bool) {
		t.Helper()
		w.MustRead(t, office, access.ReadMinutes, func(ctx context.Context, tx *db.Tx) error {
			list, err := minutes.ToApprove(ctx, tx, testdb.Saxony.Bodies[0].ID, day(t, "2031-11-05"))
			if len(list) != 1 || list[0].ID != w.minutes || list[0].Named != named {
				t.Errorf("to approve: %+v, want the minutes, named %v", list, named)
			}
			return err
		})
	}
	wantOpen(false)
	item, err := add(at, &w.minutes)
	if err != nil {
		t.Fatal(err)
	}
	wantOpen(true)
	w.change(t, item, func(n *meeting.NewItem) { n.Title = "Genehmigung der Niederschrift" }, "")
	w.change(t, item, func(n *meeting.NewItem) { n.SubjectID = nil }, "subject")
	w.change(t, item, func(n *meeting.NewItem) { n.SubjectID = &nothing }, "subject")
}

// change changes an item and wants a fault of a field, or none.
func (w *world) change(t *testing.T, id uuid.UUID, edit func(*meeting.NewItem), field string) {
	t.Helper()
	err := w.write(t, office, access.RunSitting, func(ctx context.Context, tx *db.Tx) error {
		item, err := meeting.ItemByID(ctx, tx, id)
		if err != nil {
			return err
		}
		n := meeting.NewItem{Kind: item.Kind, Title: item.Title, SubjectID: item.SubjectID}
		edit(&n)
		return meeting.ChangeItem(ctx, tx, id, item.Version, n)
	})
	if field != "" {
		wantField(t, "change", err, field)
	} else if err != nil {
		t.Errorf("change: %v", err)
	}
}

// TestAnItemKeepsTheMinutesThatWereDecidedOn takes the vote through the real
// functions, from the item to the approval.
func TestAnItemKeepsTheMinutesThatWereDecidedOn(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.reviewed(t)
	today := calendar.Of(w.now).String()
	at := w.sitting(t, today, "in_session")
	for _, role := range []access.Role{access.Chair, access.Member} {
		w.must(t, office, access.RunSitting, func(ctx context.Context, tx *db.Tx) error {
			return meeting.Arrive(ctx, tx, at, meeting.Arrival{ID: uuid.New(), Seat: testdb.Saxony.Bodies[0].Seats[role], Person: testdb.Saxony.Actor(role).Person})
		})
	}
	blank, named := uuid.New(), uuid.New()
	w.Owner(t, `INSERT INTO agenda_item (programme_id, id, body_id, meeting_id, day, ordinal, kind, title)
		VALUES ($1, $2, $3, $4, $5, 1, 'approval', 'Genehmigung')`, testdb.Saxony.ID, blank, testdb.Saxony.Bodies[0].ID, at, today)
	w.must(t, chair, access.RunSitting, func(ctx context.Context, tx *db.Tx) error {
		return meeting.AddItem(ctx, tx, at, meeting.NewItem{ID: named, Kind: meeting.Approval, Title: "Genehmigung", SubjectID: &w.minutes})
	})
	vote := func(item uuid.UUID) (uuid.UUID, error) {
		v := meeting.Vote{ID: uuid.New(), ItemID: item, Type: meeting.Procedural, Title: "Genehmigung", Wording: "Genehmigt.", Method: meeting.ByHand, Yes: 2}
		return v.ID, w.write(t, chair, access.RunSitting, func(ctx context.Context, tx *db.Tx) error { return meeting.Decide(ctx, tx, v) })
	}
	_, err := vote(blank)
	wantField(t, "a vote on no minutes", err, "")
	approving, err := vote(named)
	if err != nil {
		t.Fatal(err)
	}
	w.change(t, named, func(n *meeting.NewItem) { n.Kind, n.SubjectID = meeting.Topic, nil }, "subject")
	if err := w.approve(t, approving); err != nil {
		t.Fatal(err)
	}
	w.must(t, office, access.RunSitting, func(ctx context.Context, tx *db.Tx) error { return meeting.Close(ctx, tx, at, nil) })
}
