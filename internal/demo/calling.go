package demo

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/inbox"
	"rundertisch/internal/mail"
	"rundertisch/internal/meeting"
)

// clerk does for the bodies what comes before the minutes: calls, a sitting that
// runs, motions that go round, proposals, and where decisions were sent.
type clerk struct {
	service *meeting.Service
	now     time.Time
	system  access.Actor
}

// seedCalls makes what the bodies are doing today, through the rules that people
// go through.
func (t tenant) seedCalls(ctx context.Context, tx *db.Tx) error {
	if t.slug != saxony {
		return nil
	}
	c := clerk{now: tx.Now, system: tx.Actor}
	defer func() { tx.Now, tx.Actor = c.now, c.system }()
	post := mail.NewOffice(nil, true)
	base := &url.URL{Scheme: "http", Host: "localhost:8080"}
	c.service = meeting.NewService(post, inbox.NewOffice(post, nil, base), base)
	for _, step := range []func(context.Context, *db.Tx) error{c.call, c.sit, c.sendRound, c.collect, c.sendOn} {
		if err := step(ctx, tx); err != nil {
			return fmt.Errorf("calls: %w", err)
		}
	}
	return nil
}

// as lets the next steps be done by the office of a body, or for one of its
// seats.
func (c clerk) as(tx *db.Tx, at council, seat string) {
	tx.Actor = c.system
	if seat == "" {
		tx.Actor = officeOf(tx, at)
		return
	}
	tx.Actor = person(tx, at, seat, at.holder(seat))
}

// officeHours is a moment in the morning of the last working day: when the
// office writes, whatever the hour at which the demo is made.
func officeHours(today calendar.Date) time.Time {
	d := today.AddDays(-1)
	for !d.IsWorkingDay() {
		d = d.AddDays(-1)
	}
	return d.StartOfDay().Add(9*time.Hour + 30*time.Minute)
}

// call invites to the next sittings; one is put off.
func (c clerk) call(ctx context.Context, tx *db.Tx) error {
	tx.Now = officeHours(calendar.Of(c.now))
	defer func() { tx.Now = c.now }()
	for _, slug := range []string{"ns-7", "soe-7", "soe-8"} {
		s := sittingOf(slug)
		c.as(tx, s.body(), "")
		if err := c.service.Invite(ctx, tx, s.id(), 0, ""); err != nil {
			return err
		}
	}
	next := sittingOf("ns-7")
	for seat, reply := range map[string]meeting.Answer{"klinikum": meeting.Comes, "aok": meeting.DeputyComes, "vdek": meeting.Declines} {
		c.as(tx, next.body(), seat)
		if err := meeting.AnswerCall(ctx, tx, next.id(), meeting.NewReply{Seat: next.body().seatID(seat), Reply: reply}); err != nil {
			return err
		}
	}
	putOff := sittingOf("soe-8")
	c.as(tx, putOff.body(), "")
	return c.service.Stop(ctx, tx, putOff.id(), meeting.Postponed, "Der Kreistagssaal ist an diesem Tag belegt.")
}

// sit opens a sitting that runs while the demo is looked at, at the time for
// which it was called.
func (c clerk) sit(ctx context.Context, tx *db.Tx) error {
	s := sittingOf("ns-10")
	at := s.body()
	tx.Now = officeHours(s.on(calendar.Of(c.now)))
	defer func() { tx.Now = c.now }()
	c.as(tx, at, "")
	if err := c.service.Invite(ctx, tx, s.id(), 0, "Die Bereitschaftspraxis ist am Wochenende nicht besetzt."); err != nil {
		return err
	}
	tx.Now = earlier(s.on(calendar.Of(c.now)).StartOfDay().Add(10*time.Hour), c.now)
	if err := meeting.Open(ctx, tx, s.id()); err != nil {
		return err
	}
	for _, seat := range []string{"landkreis", "kvs", "klinikum", "vdek", "kgs"} {
		arrival := meeting.Arrival{ID: id("arrival/" + s.slug + "/" + seat), Seat: at.seatID(seat), Person: id("person/" + at.holder(seat))}
		if err := meeting.Arrive(ctx, tx, s.id(), arrival); err != nil {
			return err
		}
	}
	return nil
}

// sendRound sends two motions round between sittings: one runs, one is counted.
func (c clerk) sendRound(ctx context.Context, tx *db.Tx) error {
	defer func() { tx.Now = c.now }()
	for _, m := range []struct {
		council, title, wording string
		ago                     int // days since it was sent
		yes                     []string
	}{
		{nordsachsen, "Termin der Regionalkonferenz vorziehen", "Die nächste Beratung findet zwei Wochen früher statt.", 5, []string{"klinikum", "vdek"}},
		{saechsischeSchweiz, "Arbeitsgruppe Weiterbildung einsetzen", "Die Konferenz setzt eine Arbeitsgruppe Weiterbildung ein.", 40, []string{"klinikum", "kvs", "landkreis", "aok"}},
	} {
		at := councilOf(m.council)
		motion := id("circular/" + m.council)
		today := calendar.Of(c.now)
		tx.Now = noon(today.AddDays(-m.ago))
		c.as(tx, at, "")
		if err := c.service.StartCircular(ctx, tx, at.id(), meeting.NewCircular{ID: motion, Title: m.title, Wording: m.wording, Type: meeting.OtherType}); err != nil {
			return err
		}
		for _, seat := range m.yes {
			c.as(tx, at, seat)
			if err := meeting.Cast(ctx, tx, motion, meeting.NewBallot{Seat: at.seatID(seat), Choice: meeting.Yes}); err != nil {
				return err
			}
		}
		if m.ago < 30 {
			continue
		}
		tx.Now, tx.Actor = noon(today.AddDays(-m.ago+20)), c.system
		if err := meeting.CountCircular(ctx, tx, motion); err != nil {
			return err
		}
	}
	return nil
}

// collect keeps what waits for a sitting: proposals of members, one of them
// declined, and a topic of the office.
func (c clerk) collect(ctx context.Context, tx *db.Tx) error {
	at := councilOf(nordsachsen)
	item := func(title string) meeting.NewItem {
		return meeting.NewItem{ID: id("topic/" + title), BodyID: at.id(), Kind: meeting.Topic, Title: title, Minutes: 20}
	}
	c.as(tx, at, "kvs")
	if err := meeting.Propose(ctx, tx, at.seatID("kvs"), item("Videosprechstunde in Pflegeheimen")); err != nil {
		return err
	}
	c.as(tx, at, "vdek")
	late := item("Fahrtkosten zu Terminen in der Großstadt")
	if err := meeting.Propose(ctx, tx, at.seatID("vdek"), late); err != nil {
		return err
	}
	c.as(tx, at, "")
	if err := meeting.Decline(ctx, tx, late.ID, "Dafür ist die Konferenz nicht zuständig. Wir haben den Hinweis an die Kassen gegeben."); err != nil {
		return err
	}
	return meeting.AddBacklogItem(ctx, tx, item("Bericht über die Bereitschaftspraxis"))
}

// sendOn says where decisions were sent.
func (c clerk) sendOn(ctx context.Context, tx *db.Tx) error {
	for _, f := range []struct {
		sitting   string
		topic     int
		addressee string
		ministry  bool
	}{
		{"ns-1", 1, "Staatsministerium", true},
		{"soe-1", 1, "Sächsische Landesärztekammer", false},
	} {
		s := sittingOf(f.sitting)
		sent := s.on(calendar.Of(c.now)).AddDays(5)
		c.as(tx, s.body(), "")
		n := meeting.Forwarding{ID: id("recommendation/" + f.sitting), Addressee: f.addressee, Ministry: f.ministry, SentOn: sent}
		if err := meeting.Forward(ctx, tx, s.decisionID(f.topic), n); err != nil {
			return err
		}
	}
	return nil
}
