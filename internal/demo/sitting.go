package demo

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/inbox"
	"rundertisch/internal/mail"
	"rundertisch/internal/minutes"
)

// sitting is a sitting of the demo: on a day, or some days before or after the
// day on which the demo is made.
type sitting struct {
	slug, council string // the council's slug
	day           string
	offset        int
	title, place  string
	state         string
	topics        []topic
	minutes       minutes.State // as far as the minutes have come; "": none
	released      bool          // parts are public
	real          bool          // the public facts are; the words are the demo's
}

// topic is an agenda item with what the minutes say of it.
type topic struct {
	title, text string
	kind        string // of the item; "" topic
	decision    string // its words; "" none
	dtype       string
	nonPublic   bool
	approves    string // slug of the sitting whose minutes are approved; "": not chosen yet
}

func opening(place string) topic {
	return topic{title: "Begrüßung und Beschlussfähigkeit", text: "Der Vorsitz begrüßt die Mitglieder" + place + ". Die Einladung ist fristgerecht zugegangen, die Konferenz ist beschlussfähig."}
}

const approvalTitle = "Genehmigung der letzten Niederschrift"

// approval is the item that approves the minutes of an earlier sitting.
func approval(slug string) topic {
	return topic{
		title: approvalTitle, kind: "approval", text: "Zur Niederschrift der letzten Sitzung gibt es keine weiteren Fragen.", approves: slug,
		decision: "Die Niederschrift der letzten Sitzung wird genehmigt.", dtype: "procedural",
	}
}

var staff = topic{
	title: "Besetzung der Geschäftsstelle", nonPublic: true,
	text: "Über die Bewerbungen für die Geschäftsstelle wird vertraulich gesprochen. Das Auswahlgespräch findet im kommenden Monat statt.",
}

var followUp = topic{title: "Kontrolle der Festlegungen", kind: "tasks", text: "Die Geschäftsstelle berichtet, welche Aufträge erledigt sind:\n\n- Die Übersicht der Bereitschaftsdienste liegt vor.\n- Die Abfrage bei den Praxen läuft noch."}

var emergency = topic{
	title:    "Notfallversorgung im ländlichen Raum",
	text:     "Die Träger stellen dar, wie die Notaufnahmen nachts besetzt sind. Das Klinikum hält die Notaufnahme durchgehend offen. Die Kassenärztliche Vereinigung berichtet über die Bereitschaftspraxis.",
	decision: "Die Konferenz empfiehlt dem Ministerium, die Bereitschaftspraxis am Klinikum bei der Krankenhausplanung zu berücksichtigen.", dtype: "proposal_to_ministry",
}

var succession = topic{
	title:    "Nachfolge in Haus- und Facharztpraxen",
	text:     "Bis 2030 geht ein Drittel der Hausärztinnen und Hausärzte in den Ruhestand. Der Landkreis wirbt gemeinsam mit den Gemeinden um Nachwuchs.\n\n| Bereich | Praxen | Nachfolge offen |\n| --- | --- | --- |\n| Hausärzte | 112 | 38 |\n| Fachärzte | 64 | 17 |",
	decision: "Die Geschäftsstelle erstellt bis zur nächsten Sitzung eine Übersicht der Praxen, die Nachfolge suchen.", dtype: "task",
}

var training = topic{
	title: "Weiterbildung im Verbund", text: "Drei Häuser wollen die fachärztliche Weiterbildung gemeinsam anbieten. Die Landesärztekammer sagt Unterstützung zu.",
	decision: "Die Häuser legen einen gemeinsamen Plan für die Rotation vor.", dtype: "strategy",
}

var saxonSittings = []sitting{
	{slug: "ns-1", council: "nordsachsen", day: "2024-02-21", title: "1. Beratung", place: "Landratsamt Torgau", state: "closed", topics: []topic{opening(" im Landratsamt Torgau"), emergency, staff}, minutes: minutes.Published, released: true},
	{slug: "ns-2", council: "nordsachsen", day: "2024-10-16", title: "2. Beratung", place: "Landratsamt Torgau", state: "closed", topics: []topic{opening(""), approval("ns-1"), succession, followUp}, minutes: minutes.Signed},
	{slug: "ns-3", council: "nordsachsen", day: "2025-06-11", title: "3. Beratung", place: "Klinikum Musterstadt", state: "closed", topics: []topic{opening(" im Klinikum"), approval("ns-2"), training, staff}, minutes: minutes.Approved},
	{slug: "ns-4", council: "nordsachsen", offset: -120, title: "4. Beratung", place: "Landratsamt Torgau", state: "minutes_pending", topics: []topic{opening(""), approval("ns-3"), emergency, followUp}, minutes: minutes.Ready},
	{slug: "ns-5", council: "nordsachsen", offset: -12, title: "5. Beratung", place: "Landratsamt Torgau", state: "minutes_pending", topics: []topic{opening(""), emergency, succession, followUp, staff}, minutes: minutes.Circulated},
	{slug: "ns-6", council: "nordsachsen", offset: -2, title: "Arbeitsgespräch Notfallversorgung", place: "Videokonferenz", state: "held", topics: []topic{opening(""), emergency}},
	{slug: "ns-7", council: "nordsachsen", offset: 28, title: "6. Beratung", place: "Landratsamt Torgau", state: "planned", topics: []topic{opening(""), approval("ns-4"), training, staff}},
	{slug: "ns-8", council: "nordsachsen", offset: 120, title: "7. Beratung", place: "Landratsamt Torgau", state: "planned", topics: []topic{opening(""), approval("")}},
	{slug: "ns-10", council: "nordsachsen", offset: 0, title: "Abstimmung zur Bereitschaftspraxis", place: "Videokonferenz", state: "planned", topics: []topic{opening(""), emergency, staff}},
	{slug: "ns-9", council: "nordsachsen", offset: -60, title: "Sondersitzung", place: "Landratsamt Torgau", state: "cancelled", topics: []topic{succession}},

	{slug: "soe-1", council: "saechsische-schweiz-osterzgebirge", day: "2024-06-04", title: "1. Beratung", place: "Kreistagssaal Pirna", state: "closed", topics: []topic{opening(" im Kreistagssaal"), training}, minutes: minutes.Published, released: true},
	{slug: "soe-2", council: "saechsische-schweiz-osterzgebirge", day: "2025-05-14", title: "2. Beratung", place: "Landratsamt Pirna", state: "closed", topics: []topic{opening(""), approval("soe-1"), succession}, minutes: minutes.Approved},
	{slug: "soe-3", council: "saechsische-schweiz-osterzgebirge", offset: -16, title: "3. Beratung", place: "Landratsamt Pirna", state: "minutes_pending", topics: []topic{opening(""), approval("soe-2"), training, staff}, minutes: minutes.Amending},
	{slug: "soe-4", council: "saechsische-schweiz-osterzgebirge", offset: -9, title: "Gespräch mit den Trägern", place: "Klinik am Park", state: "minutes_pending", topics: []topic{opening(""), emergency}, minutes: minutes.Circulated},
	{slug: "soe-5", council: "saechsische-schweiz-osterzgebirge", offset: -4, title: "Abstimmung Weiterbildung", place: "Videokonferenz", state: "minutes_pending", topics: []topic{opening(""), training}, minutes: minutes.InternalCheck},
	{slug: "soe-6", council: "saechsische-schweiz-osterzgebirge", offset: -3, title: "Vorbereitung der 4. Beratung", place: "Videokonferenz", state: "minutes_pending", topics: []topic{opening(""), succession}, minutes: minutes.Drafting},
	{slug: "soe-7", council: "saechsische-schweiz-osterzgebirge", offset: 35, title: "4. Beratung", place: "Kreistagssaal Pirna", state: "planned", topics: []topic{opening(""), approval("soe-3"), emergency}},
	{slug: "soe-8", council: "saechsische-schweiz-osterzgebirge", offset: 70, title: "5. Beratung", place: "Kreistagssaal Pirna", state: "planned", topics: []topic{opening(""), approval("")}},

	{slug: "lg-6", council: "landesgremium", day: "2017-12-15", title: "6. Sitzung", place: "Dresden", state: "closed", real: true, minutes: minutes.Published, released: true, topics: []topic{
		{title: "Auswahl der Modellregionen", text: "Grundlage ist ein Gutachten zur Versorgung bis 2030.", decision: "Weißwasser und Marienberg werden Modellregionen.", dtype: "strategy"},
	}},
	{slug: "lg-7", council: "landesgremium", day: "2018-04-18", title: "7. Sitzung", place: "Dresden", state: "closed", minutes: minutes.Approved, topics: []topic{
		{title: "Vorbereitung der Modellregionen", text: "Die Arbeitsgruppen werden vorbereitet.", decision: "Die Geschäftsstelle bereitet sieben Arbeitsgruppen vor.", dtype: "task"},
		approval("lg-6"),
	}},
	{slug: "lg-8", council: "landesgremium", day: "2018-08-24", title: "8. Sitzung", place: "Dresden", state: "closed", real: true, minutes: minutes.Published, released: true, topics: []topic{
		{title: "Koordinatorinnen und Koordinatoren in den Modellregionen", text: "In Weißwasser und Marienberg beginnt die Arbeit der Koordinatorinnen und Koordinatoren. Die Mitglieder finanzieren sie gemeinsam.", decision: "Die Arbeit in den Modellregionen beginnt.", dtype: "strategy"},
		{title: "Arbeitsgruppen", text: "Sieben Arbeitsgruppen arbeiten für beide Regionen. Die Vorhaben liegen im Zeitplan."},
		approval("lg-7"),
	}},
	{slug: "lg-9", council: "landesgremium", day: "2019-01-23", title: "9. Sitzung", place: "Marienberg", state: "minutes_pending", real: true, minutes: minutes.Ready, topics: []topic{
		{title: "Berichte der Arbeitsgruppen", text: "Die Leitungen der sieben Arbeitsgruppen stellen ihre Grobkonzepte vor.", decision: "Die Grobkonzepte werden ausgearbeitet.", dtype: "task"},
		approval("lg-8"),
	}},
}

func (s sitting) id() uuid.UUID        { return id("sitting/" + s.slug) }
func (s sitting) minutesID() uuid.UUID { return id("minutes/" + s.slug) }
func (s sitting) item(n int) uuid.UUID { return id(fmt.Sprintf("item/%s/%d", s.slug, n)) }
func (s sitting) decisionID(n int) uuid.UUID {
	return id(fmt.Sprintf("decision/%s/%d", s.slug, n))
}
func (s sitting) body() council { return councilOf(s.council) }
func (s sitting) on(today calendar.Date) calendar.Date {
	if s.day != "" {
		return day(s.day)
	}
	d := today.AddDays(s.offset)
	for !d.IsWorkingDay() {
		d = d.AddDays(-1)
	}
	return d
}

func councilOf(slug string) council {
	for _, c := range append(saxonCouncils, musterCouncils...) {
		if c.slug == slug {
			return c
		}
	}
	panic("demo: no council " + slug)
}

// seedSittings makes the sittings and brings their minutes as far as they have
// come, through the rules that people go through, each step at its time.
func (t tenant) seedSittings(ctx context.Context, tx *db.Tx) error {
	today := calendar.Of(tx.Now)
	now, actor := tx.Now, tx.Actor
	defer func() { tx.Now, tx.Actor = now, actor }()
	post := mail.NewOffice(nil, true)
	base := &url.URL{Scheme: "http", Host: "localhost:8080"}
	secretary := secretary{minutes.NewService(post, inbox.NewOffice(post, nil, base), base)}
	numbers := map[string]int{}
	for _, s := range t.sittings {
		tx.Now, tx.Actor = now, actor
		if err := s.hold(ctx, tx, s.on(today), numbers); err != nil {
			return err
		}
	}
	for _, s := range t.sittings {
		tx.Now, tx.Actor = now, actor
		if s.minutes == "" {
			continue
		}
		if err := secretary.write(ctx, tx, s, s.on(today), now); err != nil {
			return fmt.Errorf("minutes of %s: %w", s.slug, err)
		}
	}
	if _, err := tx.Exec(ctx, `UPDATE notification SET read_at = created_at WHERE created_at < $1`, now.Add(-30*24*time.Hour)); err != nil {
		return fmt.Errorf("read old notices: %w", err)
	}
	return nil
}

// hold makes the sitting with agenda, attendance and decisions.
func (s sitting) hold(ctx context.Context, tx *db.Tx, on calendar.Date, numbers map[string]int) error {
	c := s.body()
	b := &pgx.Batch{}
	opened := on.StartOfDay().Add(10 * time.Hour)
	var openedAt, closedAt *time.Time
	sat := s.state == "held" || s.state == "minutes_pending" || s.state == "closed"
	if sat {
		closed := opened.Add(2 * time.Hour)
		openedAt, closedAt = &opened, &closed
	}
	var stopped *string
	if s.state == "cancelled" {
		why := "Zu wenige Zusagen"
		stopped = &why
	}
	state := s.state
	if s.minutes != "" {
		state = "held" // the minutes move it on
	}
	b.Queue(`INSERT INTO meeting (id, body_id, day, starts_at, ends_at, title, place, state, opened_at, closed_at, stopped_why, chair_seat_id, taker_id, simulated, created_at)
		VALUES ($1, $2, $3, '10:00', '12:00', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		s.id(), c.id(), on, s.title, s.place, state, openedAt, closedAt, stopped, c.seatID(c.chair), id("person/"+c.office), !s.real, noon(on.AddDays(-30)))
	for i, p := range s.topics {
		kind := p.kind
		if kind == "" {
			kind = "topic"
		}
		b.Queue(`INSERT INTO agenda_item (id, body_id, meeting_id, day, ordinal, kind, title, minutes, non_public, state) VALUES ($1, $2, $3, $4, $5, $6, $7, 20, $8, $9)`,
			s.item(i), c.id(), s.id(), on, i+1, kind, p.title, p.nonPublic, map[bool]string{true: "treated", false: "planned"}[sat])
	}
	if sat {
		s.attend(b, c, opened)
		s.decide(b, c, on, opened, calendar.Of(tx.Now), numbers)
	}
	return send(ctx, tx, b, "sitting "+s.slug)
}

func (s sitting) attend(b *pgx.Batch, c council, opened time.Time) {
	for i, seat := range c.seats {
		status, person := "present", seat.holder
		if i == 1 && seat.deputy != "" {
			status, person = "represented", seat.deputy
		}
		var from *time.Time
		if i == len(c.seats)-2 {
			status = "excused"
		} else {
			from = &opened
		}
		b.Queue(`INSERT INTO attendance (id, meeting_id, body_id, day, seat_id, person_id, status, from_at)
			SELECT $1, $2, $3, day, $4, $5, $6, $7 FROM meeting WHERE id = $2`,
			id("attendance/"+s.slug+"/"+seat.slug), s.id(), c.id(), c.seatID(seat.slug), id("person/"+person), status, from)
	}
}

func (s sitting) decide(b *pgx.Batch, c council, on calendar.Date, opened time.Time, today calendar.Date, numbers map[string]int) {
	votes := 0
	for _, seat := range c.seats {
		if seat.group != "guest" && seat.group != "patient" {
			votes++
		}
	}
	majority := "simple"
	if c.kind == "state_committee" {
		majority = "two_thirds_all"
	}
	for i, p := range s.topics {
		if p.decision == "" {
			continue
		}
		key := fmt.Sprintf("%s/%d", c.slug, on.Year())
		numbers[key]++
		b.Queue(`INSERT INTO decision (id, body_id, meeting_id, agenda_item_id, day, non_public, type, title, wording, method, majority, seats, present,
				quorum_needed, quorum_met, yes, no, abstain, result, year, number, decided_at, simulated, to_ministry_on)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'hand', $10, $11, $12, $13, true, $12, 0, 0, 'adopted', $14, next_number($2, 'decision', $14), $15, $16, $17)`,
			s.decisionID(i), c.id(), s.id(), s.item(i), on, p.nonPublic, p.dtype, p.title, p.decision, majority, votes, votes-1,
			(votes+1)/2, on.Year(), opened.Add(time.Duration(i)*20*time.Minute), !s.real || p.approves != "", toMinistry(p, on, today))
	}
}

// toMinistry is when a proposal went to the ministry, if it did by today.
func toMinistry(p topic, on, today calendar.Date) *time.Time {
	sent := on.AddDays(3)
	if p.dtype != "proposal_to_ministry" || sent.After(today) {
		return nil
	}
	t := sent.Time()
	return &t
}

// secretary writes the demo's minutes as an office does.
type secretary struct{ service *minutes.Service }

// person acts for a seat.
func person(tx *db.Tx, c council, seat, email string) access.Actor {
	return access.Actor{Programme: tx.Actor.Programme, Person: id("person/" + email), Grants: []access.Grant{
		{Role: access.Member, Body: c.id(), Seat: c.seatID(seat), Reads: "(,)"},
	}}
}

func officeOf(tx *db.Tx, c council) access.Actor {
	return access.Actor{Programme: tx.Actor.Programme, Person: id("person/" + c.office), Grants: []access.Grant{
		{Role: access.BodyOffice, Body: c.id(), Reads: "(,)"},
	}}
}

// write begins the minutes three days after the sitting and brings them as far
// as they have come.
func (w secretary) write(ctx context.Context, tx *db.Tx, s sitting, on calendar.Date, now time.Time) error {
	c := s.body()
	system := tx.Actor
	tx.Actor = officeOf(tx, c)
	tx.Now = earlier(noon(on.AddDays(2)), now)
	if err := minutes.Begin(ctx, tx, s.minutesID(), s.id()); err != nil {
		return err
	}
	if err := w.fill(ctx, tx, s); err != nil {
		return err
	}
	if s.minutes == minutes.Drafting {
		return nil
	}
	if s.minutes == minutes.InternalCheck {
		return w.do(ctx, tx, s, func(m minutes.Minutes) error { return w.service.SendToCheck(ctx, tx, m.ID, m.Version) })
	}
	tx.Now = earlier(noon(on.AddDays(5)), now)
	if err := w.do(ctx, tx, s, func(m minutes.Minutes) error { return w.service.Circulate(ctx, tx, m.ID, m.Version) }); err != nil {
		return err
	}
	if err := nameApprovals(ctx, tx, s); err != nil {
		return err
	}
	if s.minutes == minutes.Amending || s.slug == "ns-5" {
		if err := w.objections(ctx, tx, s, c, on, now); err != nil {
			return err
		}
	}
	if !s.minutes.Sealed() && s.minutes != minutes.Ready {
		return nil
	}
	tx.Actor = system
	tx.Now = earlier(noon(on.AddDays(40)), now)
	if _, err := minutes.CloseReviews(ctx, tx); err != nil || s.minutes == minutes.Ready {
		return err
	}
	return w.approve(ctx, tx, s, c)
}

// nameApprovals lets the items that approve the minutes of the sitting name
// them, now that they are there.
func nameApprovals(ctx context.Context, tx *db.Tx, s sitting) error {
	b := &pgx.Batch{}
	for _, later := range saxonSittings {
		for i, p := range later.topics {
			if p.approves == s.slug {
				b.Queue(`UPDATE agenda_item SET subject_id = $2 WHERE id = $1`, later.item(i), s.minutesID())
			}
		}
	}
	if b.Len() == 0 {
		return nil
	}
	return send(ctx, tx, b, "approvals of "+s.slug)
}

func earlier(a, b time.Time) time.Time {
	if a.After(b) {
		return b
	}
	return a
}

// do reads the minutes for their version and acts on them.
func (secretary) do(ctx context.Context, tx *db.Tx, s sitting, fn func(m minutes.Minutes) error) error {
	m, err := minutes.ByID(ctx, tx, s.minutesID())
	if err != nil {
		return err
	}
	return fn(m)
}

// fill writes what was said under each item.
func (w secretary) fill(ctx context.Context, tx *db.Tx, s sitting) error {
	return w.do(ctx, tx, s, func(m minutes.Minutes) error {
		sections, err := minutes.Draft(ctx, tx, m)
		if err != nil {
			return err
		}
		for i, p := range s.topics {
			first := sections[i+1].Passages[0]
			err := minutes.SavePassage(ctx, tx, m.ID, first.ID, minutes.Edit{Body: p.text, NonPublic: p.nonPublic, Version: first.Version})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// objections lets two members object; where the minutes are being amended the
// office has followed one in part.
func (w secretary) objections(ctx context.Context, tx *db.Tx, s sitting, c council, on calendar.Date, now time.Time) error {
	office := tx.Actor
	blocks, err := minutes.Blocks(ctx, tx, s.minutesID(), 1)
	if err != nil {
		return err
	}
	at := blocks[1]
	for _, b := range blocks {
		if b.Kind == minutes.Text && !b.NonPublic && !strings.Contains(b.Body, "|") && b.ItemTitle != approvalTitle && b.ItemTitle != followUp.title {
			at = b
		}
	}
	tx.Now = earlier(noon(on.AddDays(8)), now)
	tx.Actor = person(tx, c, "klinikum", "mitglied@klinikum.example")
	first := minutes.NewObjection{
		ID: id("objection/" + s.slug + "/1"), No: 1, BlockID: at.BlockID, Kind: minutes.Wrong, Reason: "Die Zahl der Plätze ist noch nicht bestätigt.",
		Wish: at.Body + " Die Zahl der Plätze wird nachgereicht.",
	}
	if err := w.service.Object(ctx, tx, s.minutesID(), first); err != nil {
		return err
	}
	tx.Actor = office
	if s.minutes != minutes.Amending {
		return nil
	}
	o, err := minutes.ObjectionByID(ctx, tx, first.ID)
	if err != nil {
		return err
	}
	return w.service.Resolve(ctx, tx, o.ID, minutes.Resolution{
		State: minutes.Partly, Answer: "Der Hinweis wird aufgenommen, der Satz bleibt im Übrigen.", Body: at.Body + " Die Zahl der Plätze ist noch nicht bestätigt.", Version: o.Version,
	})
}

// approve seals the minutes by the decision of a later sitting, if they are not
// approved by silence, and goes on to signatures and releases.
func (w secretary) approve(ctx context.Context, tx *db.Tx, s sitting, c council) error {
	tx.Actor = officeOf(tx, c)
	err := w.do(ctx, tx, s, func(m minutes.Minutes) error {
		if m.State.Sealed() {
			return nil
		}
		list, err := minutes.ApprovingDecisions(ctx, tx, m)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return fmt.Errorf("no decision approves %s", s.slug)
		}
		return minutes.Approve(ctx, tx, m.ID, list[0].ID, m.Version)
	})
	if err != nil || s.minutes == minutes.Approved {
		return err
	}
	if err := minutes.Sign(ctx, tx, s.minutesID()); err != nil {
		return err
	}
	office := tx.Actor
	tx.Actor = access.Actor{Programme: office.Programme, Person: id("person/" + c.holder(c.chair)), Grants: []access.Grant{{Role: access.Chair, Body: c.id(), Seat: c.seatID(c.chair), Reads: "(,)"}}}
	if err := minutes.Sign(ctx, tx, s.minutesID()); err != nil || !s.released {
		return err
	}
	tx.Actor = office
	blocks, err := minutes.Blocks(ctx, tx, s.minutesID(), 1)
	if err != nil {
		return err
	}
	var public []uuid.UUID
	for _, b := range blocks {
		if !b.NonPublic {
			public = append(public, b.BlockID)
		}
	}
	return minutes.Release(ctx, tx, s.minutesID(), public)
}

func (c council) holder(slug string) string {
	for _, s := range c.seats {
		if s.slug == slug {
			return s.holder
		}
	}
	return ""
}
