package minutes_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/meeting"
	"rundertisch/internal/minutes"
	"rundertisch/internal/testdb"
)

// approved brings the minutes to where they are sealed.
func (w *world) approved(t *testing.T) {
	t.Helper()
	w.begin(t)
	if err := w.circulate(t); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.AddDate(0, 0, 20)
	approving, version := w.decision(t, "2031-10-20"), w.state(t).Version
	w.must(t, office, access.CirculateMinutes, func(ctx context.Context, tx *db.Tx) error {
		return minutes.Approve(ctx, tx, w.minutes, approving, version)
	})
}

func (w *world) release(t *testing.T, blocks ...uuid.UUID) error {
	t.Helper()
	return w.write(t, office, access.ReleaseMinutes, func(ctx context.Context, tx *db.Tx) error {
		return minutes.Release(ctx, tx, w.minutes, blocks)
	})
}

// exec sends SQL as the app, for somebody.
func (w *world) exec(t *testing.T, a access.Actor, sql string, args ...any) error {
	t.Helper()
	return w.write(t, a, access.ReadMinutes, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, sql, args...)
		return err
	})
}

func TestWhatIsForMembersIsNeverReleased(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.approved(t)
	open, closed := w.block(t, 2), w.block(t, 3)
	wants(t, "a non-public passage", w.release(t, open, closed), fault.NotFound)
	wants(t, "a passage of no minutes", w.release(t, uuid.New()), fault.NotFound)
	if m := w.state(t); m.PublishedAt != nil || m.State != minutes.Approved {
		t.Errorf("after refusals: %+v", m)
	}
	if err := w.release(t, open); err != nil {
		t.Fatal(err)
	}
	if err := w.release(t); err != nil { // all back
		t.Fatal(err)
	}
	if m := w.state(t); m.PublishedAt != nil {
		t.Errorf("taken back: %+v", m)
	}
}

func TestTheDatabaseReleasesOnlyWhatIsSealed(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.approved(t)
	const release = `
		INSERT INTO minutes_release (minutes_id, block_id, no, body_id, day, item_number, item_title, number, ordinal, kind, body)
		SELECT v.minutes_id, v.block_id, v.no, $3, v.day, v.item_number, v.item_title, v.number, v.ordinal, v.kind, coalesce($4, v.body)
		FROM version_block v WHERE v.minutes_id = $1 AND v.block_id = $2`
	home, other := testdb.Saxony.Bodies[0].ID, testdb.Saxony.Bodies[1].ID
	for name, one := range map[string]struct {
		item int
		body uuid.UUID
		text *string
	}{
		"other words":      {2, home, new("etwas anderes")},
		"a closed passage": {3, home, nil},
		"another body":     {2, other, nil},
	} {
		if err := w.exec(t, office, release, w.minutes, w.block(t, one.item), one.body, one.text); err == nil {
			t.Errorf("released %s", name)
		}
	}
	foreign := testdb.Saxony.Elsewhere(access.BodyOffice)
	err := w.exec(t, foreign, `
		INSERT INTO minutes_release (minutes_id, block_id, no, body_id, day, item_number, item_title, number, ordinal, kind, body)
		VALUES ($1, $2, 1, $3, '2031-09-30', '1', 'x', '1.1', 1, 'text', 'erfunden')`, w.minutes, w.block(t, 2), other)
	if err == nil {
		t.Error("the office of another body released words in these minutes")
	}
	if err := w.exec(t, office, release, w.minutes, w.block(t, 2), home, nil); err != nil {
		t.Errorf("an open passage as it is: %v", err)
	}
}

func TestSealedBytesAndRowsAgree(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.begin(t)
	if err := w.circulate(t); err != nil {
		t.Fatal(err)
	}
	// A passage that is added later is in no version that went out.
	version := w.state(t).Version
	w.must(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error { return minutes.Reopen(ctx, tx, w.minutes, version) })
	late := uuid.New()
	w.must(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error {
		return minutes.AddPassage(ctx, tx, w.minutes, minutes.NewPassage{ID: late, Kind: minutes.Text, Body: "erfunden"})
	})
	if err := w.exec(t, office, `
		INSERT INTO version_block (minutes_id, no, block_id, body_id, day, item_number, item_title, number, ordinal, kind, body, non_public)
		SELECT minutes_id, 1, id, body_id, day, '', '', '9', 9, 'text', 'erfunden', false FROM minutes_block WHERE id = $1`, late); err == nil {
		t.Error("a row was added to a version that went out")
	}
	// A version whose bytes say something else than its rows.
	err := w.write(t, office, access.CirculateMinutes, func(ctx context.Context, tx *db.Tx) error {
		for _, sql := range []string{
			`INSERT INTO minutes_version (minutes_id, no, body_id, day, content, sha256, previous, frozen_at)
			SELECT minutes_id, 2, body_id, day, '{"items":[]}'::bytea, sha256('{"items":[]}'::bytea), sha256, now() FROM minutes_version WHERE minutes_id = $1`,
			`INSERT INTO version_block SELECT programme_id, minutes_id, 2, block_id, body_id, day, item_id, item_number, item_title, number, ordinal, kind, body, non_public
			FROM version_block WHERE minutes_id = $1`,
			`UPDATE minutes SET state = 'circulated', no = 2 WHERE id = $1`,
		} {
			if _, err := tx.Exec(ctx, sql, w.minutes); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		t.Error("bytes without the rows were sealed")
	}
	if err := w.exec(t, office, `UPDATE minutes SET no = 7 WHERE id = $1`, w.minutes); err == nil {
		t.Error("the minutes name a version that does not exist")
	}
}

func TestApprovedMinutesKeepHowTheyWereApproved(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.approved(t)
	for _, sql := range []string{
		`UPDATE minutes SET decision_id = NULL, approved_how = 'silence' WHERE id = $1`, `UPDATE minutes SET deadline = '2031-12-31' WHERE id = $1`,
		`UPDATE minutes SET approved_at = now() WHERE id = $1`,
	} {
		if err := w.exec(t, office, sql, w.minutes); err == nil {
			t.Errorf("as the app: %s went through", sql)
		}
	}
}

func TestADecisionBetweenSittingsApprovesNothing(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.begin(t)
	if err := w.circulate(t); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.AddDate(0, 0, 20)
	approving, circular := w.decision(t, "2031-10-20"), uuid.New()
	w.Owner(t, `INSERT INTO circular_vote (programme_id, id, body_id, day, title, wording, type, deadline, explained)
		VALUES ($1, $2, $3, '2031-10-05', 'Umlauf', 'Umlauf', 'other', '2031-10-10', '[]')`, testdb.Saxony.ID, circular, testdb.Saxony.Bodies[0].ID)
	w.Owner(t, `UPDATE decision SET meeting_id = NULL, circular_id = $2 WHERE id = $1`, approving, circular)
	version := w.state(t).Version
	wantField(t, "by a circular decision", w.write(t, office, access.CirculateMinutes, func(ctx context.Context, tx *db.Tx) error {
		return minutes.Approve(ctx, tx, w.minutes, approving, version)
	}), "decision")
}

func TestEachSideOfAnObjectionTakesItsOwnSteps(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.begin(t)
	if err := w.circulate(t); err != nil {
		t.Fatal(err)
	}
	n := minutes.NewObjection{ID: uuid.New(), No: 1, BlockID: w.block(t, 2), Kind: minutes.Wrong, Reason: "stimmt nicht"}
	if err := w.object(t, member, n); err != nil {
		t.Fatal(err)
	}
	for _, one := range []struct {
		who  access.Actor
		step string
	}{
		{office, `state = 'withdrawn'`},
		{chair, `state = 'withdrawn'`},
		{member, `state = 'accepted'`},
		{member, `state = 'rejected', answer = 'doch'`},
		{office, `opens_on = '2031-01-01'`},
	} {
		if err := w.exec(t, one.who, `UPDATE objection SET `+one.step+` WHERE id = $1`, n.ID); err == nil {
			t.Errorf("%s: %s went through", one.who.Name, one.step)
		}
	}
	if err := w.exec(t, member, `UPDATE objection SET state = 'withdrawn' WHERE id = $1`, n.ID); err != nil {
		t.Errorf("the seat withdraws: %v", err)
	}
}

func TestTheSittingDecidesOnWhatWasLeftToIt(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.begin(t)
	if err := w.circulate(t); err != nil {
		t.Fatal(err)
	}
	n := minutes.NewObjection{ID: uuid.New(), No: 1, BlockID: w.block(t, 2), Kind: minutes.Wrong, Reason: "stimmt nicht"}
	if err := w.object(t, member, n); err != nil {
		t.Fatal(err)
	}
	resolve := func(to minutes.ObjectionState) error {
		o, err := w.objection(t, office, n.ID)
		if err != nil {
			t.Fatal(err)
		}
		return w.write(t, office, access.ResolveObjection, func(ctx context.Context, tx *db.Tx) error {
			return minutes.Resolve(ctx, tx, n.ID, minutes.Resolution{State: to, Answer: "so", Version: o.Version})
		})
	}
	wants(t, "the office itself", resolve(minutes.Rejected), fault.Forbidden)
	if err := resolve(minutes.LeftToMeeting); err != nil {
		t.Fatal(err)
	}
	wants(t, "before a sitting treated it", resolve(minutes.Rejected), fault.Conflict)
	later := w.sitting(t, "2031-10-20", "in_session")
	w.Owner(t, `UPDATE agenda_item SET meeting_id = $2, day = '2031-10-20', state = 'treated' WHERE subject_id = $1`, n.ID, later)
	if err := resolve(minutes.Rejected); err != nil {
		t.Errorf("as the sitting decided: %v", err)
	}
}

func TestADraftIsFiledForWhatItSpeaksOf(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.begin(t)
	if err := w.circulate(t); err != nil {
		t.Fatal(err)
	}
	n := minutes.NewObjection{ID: uuid.New(), No: 1, BlockID: w.block(t, 2), Kind: minutes.Wrong, Reason: "stimmt nicht", Draft: true}
	if err := w.object(t, member, n); err != nil {
		t.Fatal(err)
	}
	wants(t, "writing to the office about a draft", w.write(t, member, access.ReadMinutes, func(ctx context.Context, tx *db.Tx) error {
		return w.service.Say(ctx, tx, n.ID, uuid.New(), "Frage")
	}), fault.NotFound)
	other := n
	other.BlockID, other.Draft = w.block(t, 1), false
	wants(t, "for another passage", w.object(t, member, other), fault.Conflict)
	version := w.state(t).Version
	w.must(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error { return minutes.Reopen(ctx, tx, w.minutes, version) })
	if err := w.circulate(t); err != nil {
		t.Fatal(err)
	}
	n.No, n.Draft = 2, false
	wants(t, "of a version before", w.object(t, member, n), fault.Conflict)
	if o, err := w.objection(t, member, n.ID); err != nil || o.State != minutes.ObjectionDraft {
		t.Errorf("draft = %+v, %v", o, err)
	}
}

func TestAReasonIsAsClosedAsItsPassage(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.begin(t)
	if err := w.circulate(t); err != nil {
		t.Fatal(err)
	}
	version := w.state(t).Version
	w.must(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error { return minutes.Reopen(ctx, tx, w.minutes, version) })
	p := w.draft(t)[2].Passages[0]
	w.must(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error {
		if err := minutes.Explain(ctx, tx, w.minutes, p.ID, "zzgeheim: der Name gehört nicht hierher"); err != nil {
			return err
		}
		return minutes.SavePassage(ctx, tx, w.minutes, p.ID, minutes.Edit{Body: "Frau Muster geht.", NonPublic: true, Version: p.Version})
	})
	if err := w.circulate(t); err != nil {
		t.Fatal(err)
	}
	w.MustRead(t, guest, access.ReadMinutes, func(ctx context.Context, tx *db.Tx) error {
		list, err := minutes.Outcomes(ctx, tx, w.minutes, 0, 9)
		for _, o := range list {
			if strings.Contains(o.Reason, "zzgeheim") {
				t.Errorf("a guest reads %q", o.Reason)
			}
		}
		return err
	})
}

func TestAReleaseOpensNoSitting(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.Owner(t, `UPDATE meeting SET online_url = 'https://zzgeheim.example/raum', note = 'zzgeheim' WHERE id = $1`, w.meeting)
	w.approved(t)
	if err := w.release(t, w.block(t, 2)); err != nil {
		t.Fatal(err)
	}
	for _, a := range []access.Actor{elsewhere, officer} {
		w.MustRead(t, a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error {
			m, err := meeting.ByID(ctx, tx, w.meeting)
			if m.OnlineURL != "" || m.Note != "" {
				t.Errorf("%s reads %q, %q of a sitting elsewhere", a.Name, m.OnlineURL, m.Note)
			}
			return err
		})
	}
	w.MustRead(t, guest, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error {
		m, err := meeting.ByID(ctx, tx, w.meeting)
		if m.OnlineURL == "" || m.Note == "" {
			t.Errorf("a guest of the sitting reads %q, %q", m.OnlineURL, m.Note)
		}
		return err
	})
}

func TestAPassageIsAsClosedAsItsItemAndItsDecision(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.meeting = w.sitting(t, "2031-09-29", "in_session")
	open, closed, home := uuid.New(), uuid.New(), testdb.Saxony.Bodies[0].ID
	w.Owner(t, `INSERT INTO agenda_item (programme_id, id, body_id, meeting_id, day, ordinal, title, non_public)
		VALUES ($1, $2, $4, $5, '2031-09-29', 1, 'Notfallversorgung', false), ($1, $3, $4, $5, '2031-09-29', 2, 'Personalsache', true)`,
		testdb.Saxony.ID, open, closed, home, w.meeting)
	w.Owner(t, `INSERT INTO decision (programme_id, id, body_id, meeting_id, agenda_item_id, day, non_public, type, title, wording, method, majority, seats, present,
			quorum_needed, quorum_met, yes, no, abstain, result, year, number, decided_at)
		VALUES ($1, gen_random_uuid(), $2, $3, $4, '2031-09-29', true, 'procedural', 'Vergabe', 'zzgeheim', 'hand', 'simple', 4, 4, 2, true, 4, 0, 0, 'adopted', 2031, 77, now())`,
		testdb.Saxony.ID, home, w.meeting, open)
	w.Owner(t, `UPDATE meeting SET state = 'held' WHERE id = $1`, w.meeting)
	w.must(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error { return minutes.Begin(ctx, tx, w.minutes, w.meeting) })

	tried := 0
	for _, s := range w.draft(t) {
		for _, p := range s.Passages {
			if p.SubjectID == nil && (s.ItemID == nil || *s.ItemID != closed) {
				continue
			}
			tried++
			w.must(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error {
				return minutes.SavePassage(ctx, tx, w.minutes, p.ID, minutes.Edit{Body: "Neu", Version: p.Version})
			})
		}
	}
	if tried != 2 {
		t.Fatalf("%d passages tried, want the decision and the one on the closed item", tried)
	}
	for _, s := range w.draft(t) {
		for _, p := range s.Passages {
			if p.SubjectID != nil && !p.NonPublic {
				t.Error("the office opened what speaks of a non-public decision")
			}
			if s.ItemID != nil && *s.ItemID == closed && !p.NonPublic {
				t.Error("the office opened a passage on a non-public item")
			}
		}
	}
}

func TestAFormerMemberReadsHisTimeAlone(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.approved(t)
	if err := w.release(t, w.block(t, 2)); err != nil {
		t.Fatal(err)
	}
	former := func(reads string) access.Actor {
		a := testdb.Saxony.Actor(access.Member)
		a.Grants = []access.Grant{{Role: access.FormerMember, Body: testdb.Saxony.Bodies[0].ID, Seat: uuid.New(), Reads: reads}}
		return a
	}
	for _, tt := range []struct {
		name  string
		actor access.Actor
		want  bool
	}{
		{"in his time", former("[2031-01-01,2031-12-31)"), true},
		{"before it", former("[2032-01-01,2032-12-31)"), false},
		{"a guest", guest, false},
		{"a member", member, true},
		{"a member of another body", elsewhere, false},
	} {
		w.MustRead(t, tt.actor, access.ReadMinutes, func(ctx context.Context, tx *db.Tx) error {
			m, err := minutes.ByID(ctx, tx, w.minutes)
			if m.ForMembers() != tt.want {
				t.Errorf("%s: for members = %t", tt.name, m.ForMembers())
			}
			return err
		})
	}
}
