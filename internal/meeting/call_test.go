package meeting_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/meeting"
	"rundertisch/internal/testdb"
)

type posted struct {
	Recipient, Subject, Body, Calendar, Method string
}

// post returns the programme's mail in the order of its making.
func post(t *testing.T, d *testdb.Instance) (list []posted) {
	t.Helper()
	d.MustRead(t, testdb.Saxony.System(), access.ReadDemoMail, func(ctx context.Context, tx *db.Tx) (err error) {
		rows, _ := tx.Query(ctx, `
			SELECT recipient, subject, body, coalesce(calendar, '') AS calendar, coalesce(calendar_method, '') AS method
			FROM mail ORDER BY created_at, recipient`)
		list, err = pgx.CollectRows(rows, pgx.RowToStructByName[posted])
		return err
	})
	return list
}

func deliveries(t *testing.T, d *testdb.Instance, a access.Actor, m meeting.Meeting) (list []meeting.Delivery) {
	t.Helper()
	d.MustRead(t, a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = meeting.Deliveries(ctx, tx, m.ID)
		return err
	})
	return list
}

func TestInvitation(t *testing.T) {
	t.Parallel()
	d, clock := open(t)
	s := service(t, d)
	d.Owner(t, `UPDATE person SET email = NULL WHERE id = $1`, guest.Person)
	id := plan(t, d, func(in *meeting.Input) { in.Note = "Parken im Hof" })
	addItem(t, d, id, func(n *meeting.NewItem) { n.Title = "Notdienst" })
	addItem(t, d, id, func(n *meeting.NewItem) { n.Title, n.NonPublic = "zzGeheim", true })
	invite := func(a access.Actor, sequence int) error {
		return write(t, d, a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error { return s.Invite(ctx, tx, id, sequence, "") })
	}
	for _, a := range []access.Actor{chair, member, guest} {
		if err := invite(a, 0); !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s invites: err = %v, want Forbidden", a.Name, err)
		}
	}
	for range 2 { // a double click
		if err := invite(office, 0); err != nil {
			t.Fatal(err)
		}
	}
	m, err := read(t, d, member, id)
	if err != nil || m.State != meeting.Invited || m.Sequence != 1 || m.InvitedAt == nil || m.ShortNoticeWhy != "" {
		t.Errorf("after the call: %+v, %v", m, err)
	}
	mails := post(t, d)
	if len(mails) != 2 {
		t.Fatalf("%d mails, want those to chair and member", len(mails))
	}
	for _, mail := range mails {
		if strings.Contains(mail.Body+mail.Subject+mail.Calendar, "zzGeheim") || strings.Contains(mail.Body+mail.Subject, "[meeting.") {
			t.Errorf("mail with a non-public title or without a text:\n%s\n%s", mail.Subject, mail.Body)
		}
		for _, text := range []string{"Notdienst", "Parken im Hof", "/sitzungen/" + id.String() + "/antwort", "01.04.2026, 10:00 bis 12:30 Uhr"} {
			if !strings.Contains(mail.Body, text) {
				t.Errorf("the mail does not say %q:\n%s", text, mail.Body)
			}
		}
		for _, line := range []string{"METHOD:REQUEST", "SEQUENCE:1", "UID:" + id.String(), "DTSTART:20260401T080000Z", "DTEND:20260401T103000Z"} {
			if !strings.Contains(mail.Calendar, line) {
				t.Errorf("the calendar file lacks %q:\n%s", line, mail.Calendar)
			}
		}
	}
	fates := map[string]string{}
	for _, n := range deliveries(t, d, office, m) {
		fates[n.Institution] = n.Fate()
	}
	if fates["Ministerium"] != "letter" || fates["AOK PLUS"] != "waiting" || len(fates) != 3 {
		t.Errorf("deliveries: %v", fates)
	}
	if own := deliveries(t, d, member, m); len(own) != 1 || own[0].Institution != "AOK PLUS" {
		t.Errorf("a member reads the notices %+v, want the own", own)
	}
	*clock = clock.Add(time.Hour)
	d.MustWrite(t, office, access.KeepSittings, func(ctx context.Context, tx *db.Tx) error { return s.Tell(ctx, tx, id, 1) })
	if mails := post(t, d); len(mails) != 4 || !strings.Contains(mails[3].Calendar, "SEQUENCE:2") {
		t.Errorf("%d mails after a change", len(mails))
	}
}

func TestDeliveryFollowsTheMail(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	s := service(t, d)
	id := plan(t, d)
	d.MustWrite(t, office, access.KeepSittings, func(ctx context.Context, tx *db.Tx) error { return s.Invite(ctx, tx, id, 0, "") })
	d.MustWrite(t, testdb.Saxony.System(), access.DeliverMail, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE mail SET sent_at = now() WHERE recipient = $1`, testdb.Saxony.Email(access.Member)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE mail SET failed_at = now() WHERE recipient = $1`, testdb.Saxony.Email(access.Guest))
		return err
	})
	fates := map[string]string{}
	for _, n := range deliveries(t, d, chair, meeting.Meeting{ID: id}) {
		fates[n.Institution] = n.Fate()
	}
	if fates["AOK PLUS"] != "sent" || fates["Ministerium"] != "failed" || fates["Landkreis"] != "waiting" {
		t.Errorf("fates: %v", fates)
	}
}

// TestNoticePeriod: 14 calendar days lie between the call and the sitting
// (rules of the test world), so the 15th day before is the last.
func TestNoticePeriod(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	s := service(t, d)
	for _, c := range []struct {
		days  int
		why   string
		fault bool
		kept  string
	}{{15, "", false, ""}, {14, "", true, ""}, {14, "Landtag eilt", false, "Landtag eilt"}, {15, "überflüssig", false, ""}} {
		id := plan(t, d, func(in *meeting.Input) { in.Day = today.AddDays(c.days) })
		err := write(t, d, office, access.KeepSittings, func(ctx context.Context, tx *db.Tx) error { return s.Invite(ctx, tx, id, 0, c.why) })
		fields, _ := fault.AsFields(err)
		if (fields["why"].Key != "") != c.fault || !c.fault && err != nil {
			t.Errorf("%d days, %q: err = %v", c.days, c.why, err)
		}
		if m, _ := read(t, d, office, id); m.ShortNoticeWhy != c.kept || (m.State == meeting.Invited) == c.fault {
			t.Errorf("%d days, %q: %s, reason %q", c.days, c.why, m.State, m.ShortNoticeWhy)
		}
	}
	d.MustRead(t, office, access.KeepSittings, func(ctx context.Context, tx *db.Tx) error {
		p, err := meeting.PreviewCall(ctx, tx, meeting.Meeting{BodyID: home.ID, Day: today.AddDays(14)})
		if !p.Short || p.Deadline.Day != today.AddDays(-1) || len(p.Recipients) != 3 || len(p.Vacant) != 2 || len(p.Deadline.Steps) == 0 {
			t.Errorf("preview: %+v", p)
		}
		return err
	})
}

func TestStopAndInviteAgain(t *testing.T) {
	t.Parallel()
	d, clock := open(t)
	s := service(t, d)
	id := plan(t, d)
	item := addItem(t, d, id)
	do := func(fn func(ctx context.Context, tx *db.Tx) error) error {
		*clock = clock.Add(time.Minute)
		return write(t, d, office, access.KeepSittings, fn)
	}
	invite := func(sequence int) error {
		return do(func(ctx context.Context, tx *db.Tx) error { return s.Invite(ctx, tx, id, sequence, "") })
	}
	stop := func(to meeting.State, why string) error {
		return do(func(ctx context.Context, tx *db.Tx) error { return s.Stop(ctx, tx, id, to, why) })
	}
	if err := invite(0); err != nil {
		t.Fatal(err)
	}
	d.MustWrite(t, member, access.ReplyToCall, func(ctx context.Context, tx *db.Tx) error {
		return meeting.AnswerCall(ctx, tx, id, meeting.NewReply{Seat: home.Seats[access.Member], Reply: meeting.Comes})
	})
	if fields, _ := fault.AsFields(stop(meeting.Postponed, "")); fields["why"].Key == "" {
		t.Error("postponed without a reason")
	}
	if err := stop(meeting.Postponed, "Hochwasser"); err != nil {
		t.Fatal(err)
	}
	if last := post(t, d)[5]; last.Method != "CANCEL" || !strings.Contains(last.Calendar, "SEQUENCE:2") || !strings.Contains(last.Body, "Hochwasser") {
		t.Errorf("the notice of the postponement: %+v", last)
	}
	m, _ := read(t, d, office, id)
	in := input(func(in *meeting.Input) { in.Day = today.AddDays(60) })
	if err := do(func(ctx context.Context, tx *db.Tx) error { return s.Change(ctx, tx, id, m.Version, in, "") }); err != nil {
		t.Fatal(err)
	}
	if err := invite(2); err != nil {
		t.Fatal(err)
	}
	if last := post(t, d)[8]; last.Method != "REQUEST" || !strings.Contains(last.Calendar, "SEQUENCE:3") || !strings.Contains(last.Calendar, "DTSTART:20260501T080000Z") {
		t.Errorf("the second call: %+v", last)
	}
	m, _ = read(t, d, office, id)
	d.MustRead(t, office, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error {
		replies, err := meeting.Replies(ctx, tx, m)
		if len(replies) != 0 {
			t.Errorf("the answer to the old day counts for the new one: %+v", replies)
		}
		return err
	})
	if err := stop(meeting.Cancelled, "entfällt"); err != nil {
		t.Fatal(err)
	}
	if err := stop(meeting.Cancelled, "noch einmal"); err != nil {
		t.Errorf("a second press: %v", err)
	}
	if n := len(post(t, d)); n != 12 {
		t.Errorf("%d mails, want 12: two calls, a postponement, one cancellation for three", n)
	}
	list := waiting(t, d, office)
	if len(list) != 1 || list[0].CarriedFrom == nil || *list[0].CarriedFrom != item {
		t.Errorf("the items of the cancelled sitting wait: %+v", list)
	}
}

func TestChangeOfAnInvitedSittingTells(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	s := service(t, d)
	id := plan(t, d)
	d.MustWrite(t, office, access.KeepSittings, func(ctx context.Context, tx *db.Tx) error { return s.Invite(ctx, tx, id, 0, "") })
	change := func(a access.Actor, why string, edit func(*meeting.Input)) error {
		m, err := read(t, d, office, id)
		if err != nil {
			t.Fatal(err)
		}
		in := input()
		edit(&in)
		return write(t, d, a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error { return s.Change(ctx, tx, id, m.Version, in, why) })
	}
	if err := change(office, "", func(in *meeting.Input) { in.Title = "Titel" }); err != nil {
		t.Fatal(err)
	}
	if n := len(post(t, d)); n != 3 {
		t.Errorf("%d mails after another title, want none beside the call", n)
	}
	if err := change(office, "", func(in *meeting.Input) { in.Place = "Rathaus" }); err != nil {
		t.Fatal(err)
	}
	if mails := post(t, d); len(mails) != 6 || !slices.ContainsFunc(mails, func(p posted) bool { return strings.Contains(p.Calendar, "LOCATION:Rathaus") }) {
		t.Errorf("%d mails after another place", len(mails))
	}
	earlier := func(in *meeting.Input) { in.Day = today.AddDays(3) }
	if fields, _ := fault.AsFields(change(office, "", earlier)); fields["why"].Key == "" {
		t.Error("moved into the notice period without a reason")
	}
	if err := change(office, "eilt", earlier); err != nil {
		t.Fatal(err)
	}
	for _, a := range []access.Actor{chair, member} {
		if err := change(a, "", earlier); !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s changes: err = %v, want Forbidden", a.Name, err)
		}
	}
	err := write(t, d, office, access.KeepSittings, func(ctx context.Context, tx *db.Tx) error { return s.Change(ctx, tx, id, 1, input(), "") })
	if !errors.Is(err, fault.Stale) {
		t.Errorf("an old version: err = %v, want Stale", err)
	}
}

func TestReplies(t *testing.T) {
	t.Parallel()
	d, clock := open(t)
	s := service(t, d)
	id := plan(t, d)
	seat := home.Seats[access.Member]
	answer := func(a access.Actor, n meeting.NewReply) error {
		return write(t, d, a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error { return meeting.AnswerCall(ctx, tx, id, n) })
	}
	if err := answer(member, meeting.NewReply{Seat: seat, Reply: meeting.Comes}); !errors.Is(err, fault.Conflict) {
		t.Errorf("before the call: err = %v, want Conflict", err)
	}
	d.MustWrite(t, office, access.KeepSittings, func(ctx context.Context, tx *db.Tx) error { return s.Invite(ctx, tx, id, 0, "") })
	for _, n := range []meeting.NewReply{{Seat: seat, Reply: meeting.Comes}, {Seat: seat, Reply: meeting.DeputyComes, Note: "Urlaub"}} {
		if err := answer(member, n); err != nil {
			t.Fatal(err)
		}
	}
	if fields, _ := fault.AsFields(answer(member, meeting.NewReply{Seat: seat, Reply: "vielleicht"})); fields["reply"].Key == "" {
		t.Error("an unknown answer was taken")
	}
	for _, a := range []access.Actor{chair, guest, office} {
		if err := answer(a, meeting.NewReply{Seat: seat, Reply: meeting.Declines}); !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s for another's seat: err = %v, want Forbidden", a.Name, err)
		}
	}
	late := former()
	late.Grants[0].Reads = "(,)" // sees the sitting, holds nothing
	if err := answer(late, meeting.NewReply{Seat: seat, Reply: meeting.Declines}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("whoever left yesterday: err = %v, want Forbidden", err)
	}
	*clock = clock.Add(time.Hour)
	behalf := func(a access.Actor, n meeting.NewReply) error {
		return write(t, d, a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error { return meeting.AnswerOnBehalf(ctx, tx, id, n) })
	}
	letter := meeting.NewReply{Seat: home.Seats[access.Guest], Reply: meeting.Declines, ReceivedOn: today, Source: "letter"}
	if err := behalf(chair, letter); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the chair on behalf: err = %v, want Forbidden", err)
	}
	for name, edit := range map[string]func(*meeting.NewReply){
		"received_on":       func(n *meeting.NewReply) { n.ReceivedOn = today.AddDays(1) },
		"received_on, none": func(n *meeting.NewReply) { n.ReceivedOn = calendar.Date{} },
		"source":            func(n *meeting.NewReply) { n.Source = "" },
		"seat":              func(n *meeting.NewReply) { n.Seat = testdb.Saxony.Bodies[1].Empty[0] },
	} {
		n := letter
		edit(&n)
		if fields, _ := fault.AsFields(behalf(office, n)); fields[strings.TrimSuffix(name, ", none")].Key == "" {
			t.Errorf("%s: taken", name)
		}
	}
	if err := behalf(office, letter); err != nil {
		t.Fatal(err)
	}
	m, _ := read(t, d, office, id)
	for a, want := range map[*access.Actor]int{&office: 2, &chair: 2, &member: 1, &guest: 1} {
		d.MustRead(t, *a, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error {
			replies, err := meeting.Replies(ctx, tx, m)
			if len(replies) != want {
				t.Errorf("%s reads %d replies, want %d", a.Name, len(replies), want)
			}
			if r, ok := replies[seat]; ok && (r.Reply != meeting.DeputyComes || r.Note != "Urlaub" || r.Source != "") {
				t.Errorf("the member's reply: %+v", r)
			}
			return err
		})
	}
}
