package minutes_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/minutes"
	"rundertisch/internal/testdb"
)

// roles are who tries everything in every state. The foreign office is that of
// the other conference, the stranger that of another state.
var roles = map[string]access.Actor{
	"office": office, "chair": chair, "member": member, "guest": guest, "ministry": officer,
	"foreign": testdb.Saxony.Elsewhere(access.BodyOffice), "stranger": stranger,
}

var roleNames = []string{"office", "chair", "member", "guest", "ministry", "foreign", "stranger"}

// Until the first version only office and chair know of the minutes; what is
// published everybody sees. Who may not do something is told so whatever the
// state. The office sits on no seat, so it objects on behalf alone.
const minutesStates = `
                                        drafting   internal_check  circulated  amending   ready      approved   signed     published
to_check      office                    ok         conflict        conflict    conflict   conflict   conflict   conflict   conflict
to_check      chair                     forbidden  forbidden       forbidden   forbidden  forbidden  forbidden  forbidden  forbidden
to_check      member,guest              not_found  not_found       forbidden   forbidden  forbidden  forbidden  forbidden  forbidden
to_check      ministry,foreign          not_found  not_found       not_found   not_found  not_found  not_found  not_found  forbidden
to_check      stranger                  not_found  not_found       not_found   not_found  not_found  not_found  not_found  not_found

send_back     office,chair              conflict   ok              conflict    conflict   conflict   conflict   conflict   conflict
send_back     member,guest              not_found  not_found       forbidden   forbidden  forbidden  forbidden  forbidden  forbidden
send_back     ministry,foreign          not_found  not_found       not_found   not_found  not_found  not_found  not_found  forbidden
send_back     stranger                  not_found  not_found       not_found   not_found  not_found  not_found  not_found  not_found

write         office                    ok         ok              conflict    ok         conflict   conflict   conflict   conflict
write         chair                     forbidden  forbidden       forbidden   forbidden  forbidden  forbidden  forbidden  forbidden
write         member,guest              not_found  not_found       forbidden   forbidden  forbidden  forbidden  forbidden  forbidden
write         ministry,foreign          not_found  not_found       not_found   not_found  not_found  not_found  not_found  forbidden
write         stranger                  not_found  not_found       not_found   not_found  not_found  not_found  not_found  not_found

circulate     office                    ok         ok              conflict    ok         conflict   conflict   conflict   conflict
circulate     chair                     forbidden  forbidden       forbidden   forbidden  forbidden  forbidden  forbidden  forbidden
circulate     member,guest              not_found  not_found       forbidden   forbidden  forbidden  forbidden  forbidden  forbidden
circulate     ministry,foreign          not_found  not_found       not_found   not_found  not_found  not_found  not_found  forbidden
circulate     stranger                  not_found  not_found       not_found   not_found  not_found  not_found  not_found  not_found

reopen        office                    conflict   conflict        ok          conflict   ok         conflict   conflict   conflict
reopen        chair                     forbidden  forbidden       forbidden   forbidden  forbidden  forbidden  forbidden  forbidden
reopen        member,guest              not_found  not_found       forbidden   forbidden  forbidden  forbidden  forbidden  forbidden
reopen        ministry,foreign          not_found  not_found       not_found   not_found  not_found  not_found  not_found  forbidden
reopen        stranger                  not_found  not_found       not_found   not_found  not_found  not_found  not_found  not_found

object        chair                     not_found  not_found       ok          ok         ok         conflict   conflict   conflict
object        member                    not_found  not_found       ok          ok         ok         conflict   conflict   conflict
object        office                    not_found  not_found       forbidden   forbidden  forbidden  forbidden  forbidden  forbidden
object        guest                     not_found  not_found       forbidden   forbidden  forbidden  forbidden  forbidden  forbidden
object        ministry,foreign          not_found  not_found       not_found   not_found  not_found  not_found  not_found  not_found
object        stranger                  not_found  not_found       not_found   not_found  not_found  not_found  not_found  not_found

no_objection  chair                     conflict   conflict        ok          ok         ok         conflict   conflict   conflict
no_objection  member                    not_found  not_found       ok          ok         ok         conflict   conflict   conflict
no_objection  office                    forbidden  forbidden       forbidden   forbidden  forbidden  forbidden  forbidden  forbidden
no_objection  guest                     not_found  not_found       forbidden   forbidden  forbidden  forbidden  forbidden  forbidden
no_objection  ministry,foreign          not_found  not_found       not_found   not_found  not_found  not_found  not_found  forbidden
no_objection  stranger                  not_found  not_found       not_found   not_found  not_found  not_found  not_found  not_found

approve       office                    conflict   conflict        ok          conflict   ok         conflict   conflict   conflict
approve       chair                     forbidden  forbidden       forbidden   forbidden  forbidden  forbidden  forbidden  forbidden
approve       member,guest              not_found  not_found       forbidden   forbidden  forbidden  forbidden  forbidden  forbidden
approve       ministry,foreign          not_found  not_found       not_found   not_found  not_found  not_found  not_found  forbidden
approve       stranger                  not_found  not_found       not_found   not_found  not_found  not_found  not_found  not_found

sign          office,chair              conflict   conflict        conflict    conflict   conflict   ok         conflict   ok
sign          member,guest              not_found  not_found       forbidden   forbidden  forbidden  forbidden  forbidden  forbidden
sign          ministry,foreign          not_found  not_found       not_found   not_found  not_found  not_found  not_found  forbidden
sign          stranger                  not_found  not_found       not_found   not_found  not_found  not_found  not_found  not_found

release       office                    conflict   conflict        conflict    conflict   conflict   ok         ok         ok
release       chair                     forbidden  forbidden       forbidden   forbidden  forbidden  forbidden  forbidden  forbidden
release       member,guest              not_found  not_found       forbidden   forbidden  forbidden  forbidden  forbidden  forbidden
release       ministry,foreign          not_found  not_found       not_found   not_found  not_found  not_found  not_found  forbidden
release       stranger                  not_found  not_found       not_found   not_found  not_found  not_found  not_found  not_found

correct       office                    conflict   conflict        conflict    conflict   conflict   ok         ok         ok
correct       chair                     forbidden  forbidden       forbidden   forbidden  forbidden  forbidden  forbidden  forbidden
correct       member,guest              not_found  not_found       forbidden   forbidden  forbidden  forbidden  forbidden  forbidden
correct       ministry,foreign          not_found  not_found       not_found   not_found  not_found  not_found  not_found  forbidden
correct       stranger                  not_found  not_found       not_found   not_found  not_found  not_found  not_found  not_found
`

// TestMinutesStates tries every action in every state as everybody. Signed are
// minutes that both have signed, published such as nobody has.
func TestMinutesStates(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.begin(t)
	fresh := *w // minutes without a version
	fresh.meeting, fresh.minutes = w.sitting(t, "2031-09-29", "held"), uuid.New()
	w.must(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error {
		return minutes.Begin(ctx, tx, fresh.minutes, fresh.meeting)
	})
	passage := uuid.New()
	w.must(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error {
		return minutes.AddPassage(ctx, tx, fresh.minutes, minutes.NewPassage{ID: passage, Kind: minutes.Text, Body: "Eins."})
	})
	if err := w.circulate(t); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.AddDate(0, 0, 20)
	fresh.now = w.now
	block, approving := w.block(t, 2), w.decision(t, "2031-10-20")
	state := ""
	for _, x := range testdb.StateTable(t, roleNames, minutesStates) {
		at, edited := w, block
		if x.State == "drafting" || x.State == "internal_check" {
			at, edited = &fresh, passage
		}
		if x.State != state {
			state = x.State
			at.put(t, state)
		}
		id, m := at.minutes, at.state(t)
		actions := map[string]func(ctx context.Context, tx *db.Tx) error{
			"to_check":  func(ctx context.Context, tx *db.Tx) error { return minutes.SendToCheck(ctx, tx, id, m.Version) },
			"send_back": func(ctx context.Context, tx *db.Tx) error { return minutes.SendBack(ctx, tx, id, m.Version, "kürzer") },
			"write": func(ctx context.Context, tx *db.Tx) error {
				return minutes.AddPassage(ctx, tx, id, minutes.NewPassage{ID: uuid.New(), Kind: minutes.Text, Body: "Zwei."})
			},
			"circulate": func(ctx context.Context, tx *db.Tx) error { return w.service.Circulate(ctx, tx, id, m.Version) },
			"reopen":    func(ctx context.Context, tx *db.Tx) error { return minutes.Reopen(ctx, tx, id, m.Version) },
			"object": func(ctx context.Context, tx *db.Tx) error {
				return minutes.Object(ctx, tx, id, minutes.NewObjection{ID: uuid.New(), No: m.No, BlockID: edited, Kind: minutes.Other, Reason: "anders"})
			},
			"no_objection": func(ctx context.Context, tx *db.Tx) error { return minutes.NoObjection(ctx, tx, id, m.No) },
			"approve":      func(ctx context.Context, tx *db.Tx) error { return minutes.Approve(ctx, tx, id, approving, m.Version) },
			"sign":         func(ctx context.Context, tx *db.Tx) error { return minutes.Sign(ctx, tx, id) },
			"release":      func(ctx context.Context, tx *db.Tx) error { return minutes.Release(ctx, tx, id, []uuid.UUID{edited}) },
			"correct": func(ctx context.Context, tx *db.Tx) error {
				return minutes.ProposeCorrection(ctx, tx, id, minutes.Correction{ID: uuid.New(), Text: "Es heißt: Klinikum."})
			},
		}
		if got := testdb.Answer(w.Try(t, roles[x.Role], access.ReadMinutes, actions[x.Action])); got != x.Want {
			t.Errorf("%s: %s by %s: %s, want %s", x.State, x.Action, x.Role, got, x.Want)
		}
	}
}

// put puts the minutes into a state past the state machine, as the owner.
func (w *world) put(t *testing.T, state string) {
	t.Helper()
	w.Owner(t, `ALTER TABLE minutes DISABLE TRIGGER USER`)
	w.Owner(t, `
		UPDATE minutes SET state = $2, approved_at = CASE WHEN $2 IN ('approved', 'signed', 'published') THEN now() END,
			approved_how = CASE WHEN $2 IN ('approved', 'signed', 'published') THEN 'silence' END,
			published_at = CASE WHEN $2 = 'published' THEN now() END
		WHERE id = $1`, w.minutes, state)
	w.Owner(t, `ALTER TABLE minutes ENABLE TRIGGER USER`)
	w.Owner(t, `ALTER TABLE minutes_event DISABLE TRIGGER USER`)
	w.Owner(t, `DELETE FROM minutes_event WHERE minutes_id = $1 AND kind LIKE 'signed%'`, w.minutes)
	if state == "signed" {
		w.Owner(t, `
			INSERT INTO minutes_event (programme_id, minutes_id, body_id, day, kind, at)
			SELECT programme_id, id, body_id, day, kind, now() FROM minutes, unnest('{signed_chair,signed_taker}'::text[]) AS kind WHERE id = $1`, w.minutes)
	}
	w.Owner(t, `ALTER TABLE minutes_event ENABLE TRIGGER USER`)
}
