package minutes_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/minutes"
	"rundertisch/internal/testdb"
)

// Who decides is said by the body's rules. What was followed can be decided
// again until a version with its change went out (carried_out). What was left to
// the sitting, which has treated it here, is recorded by the office. The member
// is the author: nobody else reads a draft.
var objectionStates = map[string]string{
	"office": `
                                   draft      filed      left_to_meeting  accepted   partly     carried_out  rejected   withdrawn
accept  office                     not_found  ok         ok               ok         ok         conflict     conflict   conflict
accept  chair                      not_found  forbidden  forbidden        forbidden  forbidden  forbidden    forbidden  forbidden
accept  member                     forbidden  forbidden  forbidden        forbidden  forbidden  forbidden    forbidden  forbidden
accept  guest                      not_found  not_found  not_found        not_found  not_found  not_found    not_found  not_found
accept  ministry,foreign,stranger  not_found  not_found  not_found        not_found  not_found  not_found    not_found  not_found

part    office                     not_found  ok         ok               ok         ok         conflict     conflict   conflict
part    chair                      not_found  forbidden  forbidden        forbidden  forbidden  forbidden    forbidden  forbidden
part    member                     forbidden  forbidden  forbidden        forbidden  forbidden  forbidden    forbidden  forbidden
part    guest                      not_found  not_found  not_found        not_found  not_found  not_found    not_found  not_found
part    ministry,foreign,stranger  not_found  not_found  not_found        not_found  not_found  not_found    not_found  not_found

reject  office                     not_found  ok         ok               ok         ok         conflict     conflict   conflict
reject  chair                      not_found  forbidden  forbidden        forbidden  forbidden  forbidden    forbidden  forbidden
reject  member                     forbidden  forbidden  forbidden        forbidden  forbidden  forbidden    forbidden  forbidden
reject  guest                      not_found  not_found  not_found        not_found  not_found  not_found    not_found  not_found
reject  ministry,foreign,stranger  not_found  not_found  not_found        not_found  not_found  not_found    not_found  not_found

leave   office                     not_found  ok         conflict         conflict   conflict   conflict     conflict   conflict
leave   chair                      not_found  forbidden  forbidden        forbidden  forbidden  forbidden    forbidden  forbidden
leave   member                     forbidden  forbidden  forbidden        forbidden  forbidden  forbidden    forbidden  forbidden
leave   guest                      not_found  not_found  not_found        not_found  not_found  not_found    not_found  not_found
leave   ministry,foreign,stranger  not_found  not_found  not_found        not_found  not_found  not_found    not_found  not_found

withdraw  member                     conflict   ok         ok               conflict   conflict   conflict     conflict   conflict
withdraw  office,chair               not_found  forbidden  forbidden        forbidden  forbidden  forbidden    forbidden  forbidden
withdraw  guest                      not_found  not_found  not_found        not_found  not_found  not_found    not_found  not_found
withdraw  ministry,foreign,stranger  not_found  not_found  not_found        not_found  not_found  not_found    not_found  not_found

discard   member                     ok         conflict   conflict         conflict   conflict   conflict     conflict   conflict
discard   office,chair               not_found  forbidden  forbidden        forbidden  forbidden  forbidden    forbidden  forbidden
discard   guest                      not_found  not_found  not_found        not_found  not_found  not_found    not_found  not_found
discard   ministry,foreign,stranger  not_found  not_found  not_found        not_found  not_found  not_found    not_found  not_found

say       member,office,chair        not_found  ok         ok               ok         ok         ok           ok         ok
say       guest                      not_found  not_found  not_found        not_found  not_found  not_found    not_found  not_found
say       ministry,foreign,stranger  not_found  not_found  not_found        not_found  not_found  not_found    not_found  not_found
`,
	"chair": `
                                   draft      filed      left_to_meeting  accepted   partly     carried_out  rejected   withdrawn
accept  office                     not_found  forbidden  ok               forbidden  forbidden  forbidden    forbidden  forbidden
accept  chair                      not_found  ok         ok               ok         ok         conflict     conflict   conflict
accept  member                     forbidden  forbidden  forbidden        forbidden  forbidden  forbidden    forbidden  forbidden
accept  guest                      not_found  not_found  not_found        not_found  not_found  not_found    not_found  not_found
accept  ministry,foreign,stranger  not_found  not_found  not_found        not_found  not_found  not_found    not_found  not_found

reject  office                     not_found  forbidden  ok               forbidden  forbidden  forbidden    forbidden  forbidden
reject  chair                      not_found  ok         ok               ok         ok         conflict     conflict   conflict
reject  member                     forbidden  forbidden  forbidden        forbidden  forbidden  forbidden    forbidden  forbidden
reject  guest                      not_found  not_found  not_found        not_found  not_found  not_found    not_found  not_found
reject  ministry,foreign,stranger  not_found  not_found  not_found        not_found  not_found  not_found    not_found  not_found

leave   office                     not_found  forbidden  forbidden        forbidden  forbidden  forbidden    forbidden  forbidden
leave   chair                      not_found  ok         conflict         conflict   conflict   conflict     conflict   conflict
leave   member                     forbidden  forbidden  forbidden        forbidden  forbidden  forbidden    forbidden  forbidden
leave   guest                      not_found  not_found  not_found        not_found  not_found  not_found    not_found  not_found
leave   ministry,foreign,stranger  not_found  not_found  not_found        not_found  not_found  not_found    not_found  not_found
`,
	"body": `
                                   draft      filed      left_to_meeting  rejected   withdrawn
accept  office                     not_found  forbidden  ok               forbidden  forbidden
accept  chair                      not_found  forbidden  forbidden        forbidden  forbidden
accept  member                     forbidden  forbidden  forbidden        forbidden  forbidden
accept  guest                      not_found  not_found  not_found        not_found  not_found
accept  ministry,foreign,stranger  not_found  not_found  not_found        not_found  not_found

leave   office                     not_found  ok         conflict         conflict   conflict
leave   chair                      not_found  forbidden  forbidden        forbidden  forbidden
leave   member                     forbidden  forbidden  forbidden        forbidden  forbidden
leave   guest                      not_found  not_found  not_found        not_found  not_found
leave   ministry,foreign,stranger  not_found  not_found  not_found        not_found  not_found
`,
}

func TestObjectionStates(t *testing.T) {
	t.Parallel()
	for decider, table := range objectionStates {
		t.Run(decider, func(t *testing.T) {
			t.Parallel()
			w := settle(t)
			tried, done := w.twoObjections(t)
			w.rules(t, fmt.Sprintf("objections_decided_by = '%s'", decider))
			state := ""
			for _, x := range testdb.StateTable(t, roleNames, table) {
				if x.State != state {
					state = x.State
					w.putObjection(t, tried, state)
				}
				id := tried
				if state == "carried_out" {
					id = done
				}
				got := testdb.Answer(w.Try(t, roles[x.Role], access.ReadMinutes, w.objectionAction(x.Action, id)))
				if got != x.Want {
					t.Errorf("%s: %s by %s: %s, want %s", x.State, x.Action, x.Role, got, x.Want)
				}
			}
		})
	}
}

// twoObjections files two objections of the member: one to be put into every
// state, and one that was followed and whose change went out.
func (w *world) twoObjections(t *testing.T) (tried, done uuid.UUID) {
	t.Helper()
	w.rules(t, "objections_decided_by = 'office'")
	done = w.objected(t)
	if err := w.resolve(t, office, done, minutes.Resolution{State: minutes.Accepted, Body: "Neue Worte."}); err != nil {
		t.Fatal(err)
	}
	if err := w.circulate(t); err != nil {
		t.Fatal(err)
	}
	n := minutes.NewObjection{ID: uuid.New(), No: 2, BlockID: w.block(t, 1), Kind: minutes.Wrong, Reason: "stimmt nicht"}
	if err := w.object(t, member, n); err != nil {
		t.Fatal(err)
	}
	return n.ID, done
}

func (w *world) objectionAction(action string, id uuid.UUID) func(ctx context.Context, tx *db.Tx) error {
	states := map[string]minutes.ObjectionState{"accept": minutes.Accepted, "part": minutes.Partly, "reject": minutes.Rejected, "leave": minutes.LeftToMeeting}
	return func(ctx context.Context, tx *db.Tx) error {
		version := 0
		if o, err := minutes.ObjectionByID(ctx, tx, id); err == nil { // else the action says so
			version = o.Version
		}
		switch action {
		case "withdraw":
			return minutes.Withdraw(ctx, tx, id, version)
		case "discard":
			return minutes.DiscardDraft(ctx, tx, id)
		case "say":
			return minutes.Say(ctx, tx, id, uuid.New(), "Bitte genauer.")
		default:
			return minutes.Resolve(ctx, tx, id, minutes.Resolution{State: states[action], Answer: "so", Body: "Andere Worte.", Version: version})
		}
	}
}

// putObjection puts an objection into a state past the state machine, as the
// owner, and the minutes into that which belongs to it.
func (w *world) putObjection(t *testing.T, id uuid.UUID, state string) {
	t.Helper()
	if state == "carried_out" {
		w.put(t, "amending")
		return
	}
	of := "circulated"
	if minutes.ObjectionState(state).Followed() {
		of = "amending"
	}
	w.put(t, of)
	var item *uuid.UUID
	if state == "left_to_meeting" {
		item = new(uuid.UUID)
		*item = uuid.New()
		w.Owner(t, `INSERT INTO agenda_item (programme_id, id, body_id, meeting_id, day, kind, title, state, subject_id)
			VALUES ($1, $2, $3, $4, '2031-09-30', 'objection', 'Einwendung', 'treated', $5)`, testdb.Saxony.ID, *item, testdb.Saxony.Bodies[0].ID, w.meeting, id)
	}
	w.Owner(t, `ALTER TABLE objection DISABLE TRIGGER USER`)
	w.Owner(t, `UPDATE objection SET state = $2, item_id = $3, answer = 'so' WHERE id = $1`, id, state, item)
	w.Owner(t, `ALTER TABLE objection ENABLE TRIGGER USER`)
}
