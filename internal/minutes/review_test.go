package minutes_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/minutes"
	"rundertisch/internal/testdb"
)

func TestMovesAreThoseOfTheDatabase(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	var rows, want []string
	d.MustRead(t, testdb.Saxony.Public(), access.ReadBoard, func(ctx context.Context, tx *db.Tx) (err error) {
		r, _ := tx.Query(ctx, `SELECT from_state || ' ' || to_state FROM state_transition WHERE kind = 'minutes'`)
		rows, err = pgx.CollectRows(r, pgx.RowTo[string])
		return err
	})
	for _, from := range minutes.States() {
		for _, to := range from.Next() {
			want = append(want, string(from)+" "+string(to))
		}
	}
	slices.Sort(rows)
	slices.Sort(want)
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("state_transition and Go differ (-go +database):\n%s", diff)
	}
}

func TestOnlyOfficeAndChairReadWhatIsBeingWritten(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.begin(t)
	for _, a := range []access.Actor{member, guest, officer, elsewhere} {
		ctx := testdb.As(t.Context(), a)
		err := w.Read(ctx, access.ReadMinutes, func(tx *db.Tx) error {
			_, err := minutes.ByID(ctx, tx, w.minutes)
			return err
		})
		wants(t, a.Name, err, fault.NotFound)
	}
	w.MustRead(t, chair, access.ReadMinutes, func(ctx context.Context, tx *db.Tx) error {
		m, err := minutes.ByID(ctx, tx, w.minutes)
		if err != nil {
			return err
		}
		sections, err := minutes.Draft(ctx, tx, m)
		if len(sections) != 4 || len(sections[2].Passages) != 1 {
			t.Errorf("the chair reads %+v", sections)
		}
		return err
	})
	err := w.write(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error {
		return minutes.Begin(ctx, tx, uuid.New(), w.meeting)
	})
	wants(t, "begun twice", err, fault.Conflict)
}

func TestTwoOfficesEditOneBlock(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.begin(t)
	p := w.draft(t)[2].Passages[0]
	w.save(t, p, "Die eine schreibt das.")
	err := w.write(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error {
		return minutes.SavePassage(ctx, tx, w.minutes, p.ID, minutes.Edit{Body: "Der andere jenes.", Version: p.Version})
	})
	wants(t, "a stale edit", err, fault.Stale)
	if got := w.draft(t)[2].Passages[0].Body; got != "Die eine schreibt das." {
		t.Errorf("the block says %q", got)
	}
	err = w.write(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error {
		return minutes.SavePassage(ctx, tx, w.minutes, p.ID, minutes.Edit{Body: strings.Repeat("ä", minutes.MaxPassage+1), Version: p.Version + 1})
	})
	wantField(t, "2 MB of pasted text", err, "body")
}

func TestNonPublicItemsHoldNonPublicBlocksAlone(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.begin(t)
	p := w.draft(t)[3].Passages[0]
	p.NonPublic = false
	w.save(t, p, "doch öffentlich?")
	if !w.draft(t)[3].Passages[0].NonPublic {
		t.Error("a passage of a non-public item became public")
	}
}

// TestReview is the story of an objection: filed, accepted in part, explained in
// the next version, approved in the next sitting.
func TestReview(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.rules(t, "objections_decided_by = 'office'")
	w.begin(t)
	if err := w.circulate(t); err != nil {
		t.Fatal(err)
	}
	m := w.state(t)
	if m.No != 1 || m.State != minutes.Circulated || m.Deadline != day(t, "2031-10-15") {
		t.Fatalf("circulated: %+v", m)
	}
	block := w.block(t, 2)
	n := minutes.NewObjection{
		ID: uuid.New(), No: 1, BlockID: block, Kind: minutes.Wrong, Quote: "nachts geöffnet", Wish: "Die Notaufnahme bleibt nachts bis 24 Uhr geöffnet.",
	}
	if err := w.object(t, member, n); err != nil {
		t.Fatal(err)
	}
	wants(t, "by double click", w.object(t, member, n), fact.ErrRepeated)
	o, err := w.objection(t, office, n.ID)
	if err != nil || o.Number == nil || *o.Number != 1 || o.State != minutes.Filed || o.Late {
		t.Fatalf("objection = %+v, %v", o, err)
	}
	r := minutes.Resolution{State: minutes.Partly, Answer: "Die Uhrzeit stimmt.", Body: "Die Notaufnahme bleibt bis 24 Uhr geöffnet.", Version: o.Version}
	w.must(t, office, access.ResolveObjection, func(ctx context.Context, tx *db.Tx) error { return minutes.Resolve(ctx, tx, n.ID, r) })
	if m := w.state(t); m.State != minutes.Amending {
		t.Fatalf("after an accepted objection: %s", m.State)
	}
	if err := w.circulate(t); err != nil {
		t.Fatal(err)
	}
	w.MustRead(t, member, access.ReadMinutes, func(ctx context.Context, tx *db.Tx) error {
		list, err := minutes.Between(ctx, tx, w.minutes, 1, 2)
		if len(list) != 1 || list[0].BlockID != block || len(list[0].Outcomes) != 1 || *list[0].Outcomes[0].Number != 1 {
			t.Errorf("differences = %+v", list)
		}
		return err
	})
	w.now = w.now.AddDate(0, 0, 20)
	approving := w.decision(t, "2031-10-20")
	version := w.state(t).Version
	w.must(t, office, access.CirculateMinutes, func(ctx context.Context, tx *db.Tx) error {
		return minutes.Approve(ctx, tx, w.minutes, approving, version)
	})
	w.must(t, chair, access.SignMinutes, func(ctx context.Context, tx *db.Tx) error { return minutes.Sign(ctx, tx, w.minutes) })
	w.must(t, office, access.SignMinutes, func(ctx context.Context, tx *db.Tx) error { return minutes.Sign(ctx, tx, w.minutes) })
	if m := w.state(t); m.State != minutes.Signed {
		t.Errorf("signed by both: %s", m.State)
	}
	w.MustRead(t, member, access.ReadMinutes, func(ctx context.Context, tx *db.Tx) error { return minutes.Check(ctx, tx, w.minutes) })
	w.sealed(t, block)
}

// sealed tries to change sealed minutes in every way.
func (w *world) sealed(t *testing.T, block uuid.UUID) {
	t.Helper()
	err := w.write(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error {
		return minutes.SavePassage(ctx, tx, w.minutes, block, minutes.Edit{Body: "anders", Version: 3})
	})
	wants(t, "saving", err, fault.Conflict)
	wants(t, "objecting", w.object(t, member, minutes.NewObjection{ID: uuid.New(), No: 2, BlockID: block, Kind: minutes.Other, Reason: "zu spät"}), fault.Conflict)
	for _, sql := range []string{
		`UPDATE minutes_version SET frozen_at = now()`, `DELETE FROM minutes_version`, `UPDATE version_block SET body = 'x'`, `DELETE FROM version_block`,
		`UPDATE minutes_block SET body = 'x'`, `DELETE FROM minutes_event`, `UPDATE minutes SET state = 'amending'`,
	} {
		err := w.write(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, sql)
			return err
		})
		if err == nil {
			t.Errorf("as the app: %s went through", sql)
		}
	}
	conn, err := pgx.Connect(t.Context(), w.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	for _, sql := range []string{
		`UPDATE minutes_version SET frozen_at = now()`, `DELETE FROM version_block`, `TRUNCATE minutes_version CASCADE`,
		`UPDATE minutes_block SET body = 'x'`, `UPDATE minutes_event SET note = 'x'`,
	} {
		if _, err := conn.Exec(t.Context(), sql); err == nil {
			t.Errorf("as the owner: %s went through", sql)
		}
	}
}

func (w *world) rules(t *testing.T, assignment string) {
	t.Helper()
	w.Owner(t, `ALTER TABLE bylaws DISABLE TRIGGER USER`)
	w.Owner(t, `UPDATE bylaws SET `+assignment)
	w.Owner(t, `ALTER TABLE bylaws ENABLE TRIGGER USER`)
}

func TestADifferenceNeedsAnOutcome(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.begin(t)
	if err := w.circulate(t); err != nil {
		t.Fatal(err)
	}
	version := w.state(t).Version
	w.must(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error { return minutes.Reopen(ctx, tx, w.minutes, version) })
	w.save(t, w.draft(t)[2].Passages[0], "Ganz anders.")
	wants(t, "an unexplained difference", w.circulate(t), fault.Conflict)
	block := w.block(t, 2)
	explain := func(reason string) error {
		return w.write(t, office, access.WriteMinutes, func(ctx context.Context, tx *db.Tx) error {
			return minutes.Explain(ctx, tx, w.minutes, block, reason)
		})
	}
	wantField(t, "no reason", explain(" "), "reason")
	if err := explain("Schreibfehler"); err != nil {
		t.Fatal(err)
	}
	if err := w.circulate(t); err != nil {
		t.Errorf("explained: %v", err)
	}
	w.MustRead(t, guest, access.ReadMinutes, func(ctx context.Context, tx *db.Tx) error {
		list, err := minutes.Between(ctx, tx, w.minutes, 1, 2)
		if len(list) != 1 || list[0].Outcomes[0].Reason != "Schreibfehler" {
			t.Errorf("a guest sees %+v", list)
		}
		return err
	})
}

// TestTheDatabaseRefusesAnUnexplainedVersion goes past the Go check.
func TestTheDatabaseRefusesAnUnexplainedVersion(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.begin(t)
	if err := w.circulate(t); err != nil {
		t.Fatal(err)
	}
	err := w.write(t, office, access.CirculateMinutes, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO minutes_version (minutes_id, no, body_id, day, content, sha256, previous, frozen_at)
			SELECT minutes_id, 2, body_id, day, 'x'::bytea, sha256('x'::bytea), sha256, now() FROM minutes_version WHERE minutes_id = $1`, w.minutes)
		return err
	})
	wants(t, "a version without its blocks", err, fault.Conflict)
}

func TestCirculatingTwiceInParallelMakesOneVersion(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.begin(t)
	version := w.state(t).Version
	var wg sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		wg.Go(func() {
			errs[i] = w.write(t, office, access.CirculateMinutes, func(ctx context.Context, tx *db.Tx) error {
				return w.service.Circulate(ctx, tx, w.minutes, version)
			})
		})
	}
	wg.Wait()
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
		}
	}
	var versions, mails int
	w.MustRead(t, testdb.Saxony.System(), access.DeliverMail, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT (SELECT count(*) FROM minutes_version), (SELECT count(*) FROM mail)`).Scan(&versions, &mails)
	})
	if done != 1 || versions != 1 || mails != 2 {
		t.Errorf("%d went through, %d versions, %d mails; want 1, 1 and one for each held member seat", done, versions, mails)
	}
}

func TestObjectionsThatAreRefused(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.begin(t)
	if err := w.circulate(t); err != nil {
		t.Fatal(err)
	}
	open, secret := w.block(t, 2), w.block(t, 3)
	ended := member
	ended.Grants = []access.Grant{{Role: access.Member}, {Role: access.FormerMember, Body: testdb.Saxony.Bodies[0].ID, Seat: testdb.Saxony.Bodies[0].Seats[access.Member], Reads: "[2019-01-01,2031-09-30)"}}
	n := func(edit func(*minutes.NewObjection)) minutes.NewObjection {
		n := minutes.NewObjection{ID: uuid.New(), No: 1, BlockID: open, Kind: minutes.Wrong, Reason: "stimmt nicht"}
		edit(&n)
		return n
	}
	plain := func(*minutes.NewObjection) {}
	for name, c := range map[string]struct {
		who   access.Actor
		n     minutes.NewObjection
		kind  error
		field string
	}{
		"a block of nothing":                  {member, n(func(n *minutes.NewObjection) { n.BlockID = uuid.New() }), fault.NotFound, ""},
		"a version to come":                   {member, n(func(n *minutes.NewObjection) { n.No = 2 }), fault.NotFound, ""},
		"another body's member":               {elsewhere, n(plain), fault.NotFound, ""},
		"a member whose seat ended before":    {ended, n(plain), fault.NotFound, ""},
		"a guest":                             {guest, n(plain), fault.Forbidden, ""},
		"a guest, to a block he may not read": {guest, n(func(n *minutes.NewObjection) { n.BlockID = secret }), fault.Forbidden, ""},
		"without a word":                      {member, n(func(n *minutes.NewObjection) { n.Reason = " " }), nil, "wish"},
		"of no kind":                          {member, n(func(n *minutes.NewObjection) { n.Kind = "x" }), nil, "kind"},
		"too long":                            {member, n(func(n *minutes.NewObjection) { n.Quote = strings.Repeat("x", 2001) }), nil, "quote"},
		"for another's seat":                  {member, n(func(n *minutes.NewObjection) { n.SeatID = testdb.Saxony.Bodies[0].Empty[0] }), fault.Forbidden, ""},
		"on behalf of a seat, by a member":    {member, n(func(n *minutes.NewObjection) { n.Source = "letter" }), fault.Forbidden, ""},
		"on behalf of nobody":                 {office, n(func(n *minutes.NewObjection) { n.Source = "letter" }), fault.Forbidden, ""},
		"the other programme's office":        {stranger, n(plain), fault.Forbidden, ""},
		"the ministry, that is only ministry": {officer, n(plain), fault.Forbidden, ""},
	} {
		err := w.object(t, c.who, c.n)
		if c.field != "" {
			wantField(t, name, err, c.field)
			continue
		}
		wants(t, name, err, c.kind)
	}
}

func TestLateObjections(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.begin(t)
	if err := w.circulate(t); err != nil {
		t.Fatal(err)
	}
	w.now = time.Date(2031, 10, 15, 21, 59, 0, 0, time.UTC) // 23:59 in Berlin, the last minute
	in := minutes.NewObjection{ID: uuid.New(), No: 1, BlockID: w.block(t, 2), Kind: minutes.Wrong, Reason: "gerade noch"}
	if err := w.object(t, member, in); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(time.Minute)
	late := in
	late.ID = uuid.New()
	if err := w.object(t, member, late); err != nil {
		t.Fatalf("late, kept by the rules: %v", err)
	}
	for id, want := range map[uuid.UUID]bool{in.ID: false, late.ID: true} {
		if o, err := w.objection(t, member, id); err != nil || o.Late != want {
			t.Errorf("late = %v, %v; want %v", o.Late, err, want)
		}
	}
	w.rules(t, "late_objections = 'refuse'")
	late.ID = uuid.New()
	wants(t, "late, refused by the rules", w.object(t, member, late), fault.Conflict)
}

func TestObjectionsStayWithTheSeatUntilTheRuleOpensThem(t *testing.T) {
	t.Parallel()
	w := settle(t)
	w.begin(t)
	if err := w.circulate(t); err != nil {
		t.Fatal(err)
	}
	draft := minutes.NewObjection{ID: uuid.New(), No: 1, BlockID: w.block(t, 2), Kind: minutes.Wrong, Reason: "Entwurf", Draft: true}
	if err := w.object(t, member, draft); err != nil {
		t.Fatal(err)
	}
	reads := func(a access.Actor, want error) {
		t.Helper()
		_, err := w.objection(t, a, draft.ID)
		wants(t, a.Name, err, want)
	}
	reads(member, nil)
	for _, a := range []access.Actor{office, chair, guest, elsewhere, officer} {
		reads(a, fault.NotFound)
	}
	draft.Draft, draft.Reason = false, "jetzt fertig"
	if err := w.object(t, member, draft); err != nil {
		t.Fatal(err)
	}
	colleague := chair
	colleague.Grants = []access.Grant{{Role: access.Member, Body: testdb.Saxony.Bodies[0].ID, Seat: testdb.Saxony.Bodies[0].Empty[0], Reads: "(,)"}}
	for _, a := range []access.Actor{office, chair} {
		reads(a, nil)
	}
	for _, a := range []access.Actor{guest, elsewhere, officer, colleague} {
		reads(a, fault.NotFound)
	}
	w.rules(t, "objections_open = 'at_once'")
	draft.ID = uuid.New()
	if err := w.object(t, member, draft); err != nil {
		t.Fatal(err)
	}
	reads(colleague, nil)
	reads(guest, fault.NotFound)
}
