package minutes

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/inbox"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/mail"
)

// Service does what needs more than the database: minutes go out by mail.
type Service struct {
	mail  *mail.Office
	inbox *inbox.Office
	base  *url.URL
}

// NewService returns a service whose mails lead to the site at base.
func NewService(office *mail.Office, notices *inbox.Office, base *url.URL) *Service {
	return &Service{mail: office, inbox: notices, base: base}
}

// Preview is what circulating minutes would do.
type Preview struct {
	Next        int // number of the version
	Deadline    body.Deadline
	Restarts    bool // the deadline is a new one
	Recipients  []Recipient
	Differences []Difference // to the version before
	Unmet       []Objection  // followed, and nothing changed because of it yet
	Empty       []Passage    // without a word; they are left as they are
}

// Ready says whether the version may go out.
func (p Preview) Ready() bool { return len(Unexplained(p.Differences)) == 0 && len(p.Unmet) == 0 }

// Recipient is a member or deputy who gets the version.
type Recipient struct {
	SeatID      uuid.UUID
	PersonID    uuid.UUID
	Institution string
	Name        string
	Email       string // "": by letter
	Deputy      bool
}

// Prepare returns what circulating the minutes now would do.
func Prepare(ctx context.Context, tx *db.Tx, m Minutes) (Preview, error) {
	sections, err := Draft(ctx, tx, m)
	if err != nil {
		return Preview{}, err
	}
	p, _, err := prepare(ctx, tx, m, sections)
	return p, err
}

func prepare(ctx context.Context, tx *db.Tx, m Minutes, sections []Section) (Preview, body.Bylaws, error) {
	today := calendar.Of(tx.Now)
	rules, err := body.BylawsOn(ctx, tx, m.BodyID, today)
	if err != nil {
		return Preview{}, rules, err
	}
	p := Preview{Next: m.No + 1, Restarts: m.No == 0 || rules.RestartClock, Deadline: body.ObjectionDeadline(rules, today)}
	if m.No > 0 {
		if p.Differences, err = pending(ctx, tx, m, sections); err != nil {
			return Preview{}, rules, err
		}
		if p.Unmet, err = unmet(ctx, tx, m, p.Differences); err != nil {
			return Preview{}, rules, err
		}
	}
	if !p.Restarts {
		p.Deadline = body.Deadline{Day: m.Deadline, Rule: "minutes.rule.clock_goes_on"}
	}
	for _, s := range sections {
		for _, b := range s.Passages {
			if b.Body == "" {
				p.Empty = append(p.Empty, b)
			}
		}
	}
	p.Recipients, err = recipients(ctx, tx, m.BodyID, today)
	return p, rules, err
}

// recipients are who holds or deputises a member's seat on the day.
func recipients(ctx context.Context, tx *db.Tx, bodyID uuid.UUID, on calendar.Date) ([]Recipient, error) {
	seats, err := body.Roster(ctx, tx, bodyID, on)
	if err != nil {
		return nil, err
	}
	var list []Recipient
	for _, s := range seats {
		if s.Group == body.GroupGuest {
			continue
		}
		for _, h := range s.Holders {
			list = append(list, Recipient{
				SeatID: s.ID, PersonID: h.PersonID, Institution: s.Institution, Name: h.Name, Email: h.Email, Deputy: h.Slot > 0,
			})
		}
	}
	return list, nil
}

// Circulate freezes the text as the next version and sends it to the members,
// with a deadline for objections from the rules of procedure. It returns
// fault.Stale if somebody circulated or changed the minutes since version, and
// fault.Conflict if a difference to the version before is not explained, or if an
// objection was followed and nothing changed because of it.
func (s *Service) Circulate(ctx context.Context, tx *db.Tx, id uuid.UUID, version int) error {
	m, err := lockFor(ctx, tx, id, access.CirculateMinutes)
	if err != nil {
		return err
	}
	if m.Version != version {
		return fmt.Errorf("circulate minutes %s: %w", id, fault.Stale)
	}
	if err := m.follow(Circulated); err != nil {
		return err
	}
	if err := takeOver(ctx, tx, m); err != nil {
		return err
	}
	sections, err := Draft(ctx, tx, m)
	if err != nil {
		return err
	}
	p, rules, err := prepare(ctx, tx, m, sections)
	if err != nil {
		return err
	}
	if len(p.Unmet) > 0 {
		return fault.Explain(fault.Conflict, "minutes.error.unmet", "Number", *p.Unmet[0].Number)
	}
	if !p.Ready() {
		return fault.Explain(fault.Conflict, "minutes.error.unexplained")
	}
	if m.No > 0 {
		before, err := Blocks(ctx, tx, m.ID, m.No)
		if err != nil {
			return err
		}
		sections = worded(sections, before)
	}
	m.No = p.Next
	if err := freeze(ctx, tx, m, sections, p.Deadline, rules); err != nil {
		return err
	}
	err = set(ctx, tx, m, `state = 'circulated', no = $2, deadline = $3, circulated_at = $4`, m.No, p.Deadline.Day, tx.Now)
	if err != nil {
		return err
	}
	m.Deadline = p.Deadline.Day
	if err := s.deliver(ctx, tx, m, p.Recipients); err != nil {
		return err
	}
	return record(ctx, tx, m, WasCirculated, "")
}

// freeze seals the text as version m.No, chained to the one before.
func freeze(ctx context.Context, tx *db.Tx, m Minutes, sections []Section, deadline body.Deadline, rules body.Bylaws) error {
	content, err := assemble(ctx, tx, m, sections, deadline)
	if err != nil {
		return err
	}
	var previous [32]byte
	if m.No > 1 {
		var sum []byte
		err := tx.QueryRow(ctx, `SELECT sha256 FROM minutes_version WHERE minutes_id = $1 AND no = $2`, m.ID, m.No-1).Scan(&sum)
		if err != nil || copy(previous[:], sum) != len(previous) {
			return fmt.Errorf("version %d of minutes %s: %w", m.No-1, m.ID, errors.Join(ErrBroken, err))
		}
	}
	bytes, sum, err := Seal(content, previous)
	if err != nil {
		return err
	}
	explained, err := json.Marshal(deadline)
	if err != nil {
		return fmt.Errorf("explain the deadline of minutes %s: %w", m.ID, err)
	}
	var rulesID *uuid.UUID
	if rules.ID != uuid.Nil {
		rulesID = &rules.ID
	}
	b := &pgx.Batch{}
	b.Queue(`
		INSERT INTO minutes_version (minutes_id, no, body_id, day, content, sha256, previous, deadline, explained, bylaws_id, frozen_at, frozen_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		m.ID, m.No, m.BodyID, m.Day, bytes, sum[:], previous[:], deadline.Day, explained, rulesID, tx.Now, actor(tx))
	queueBlocks(b, m, frozen(sections))
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("freeze version %d of minutes %s: %w", m.No, m.ID, err)
	}
	return nil
}

// queueBlocks queues the blocks of a version as one statement.
func queueBlocks(b *pgx.Batch, m Minutes, blocks []Frozen) {
	n := len(blocks)
	ids, items := make([]uuid.UUID, n), make([]*uuid.UUID, n)
	itemNumbers, titles, numbers, kinds, bodies := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	nonPublic := make([]bool, n)
	for i, f := range blocks {
		ids[i], items[i], itemNumbers[i], titles[i] = f.BlockID, f.ItemID, f.ItemNumber, f.ItemTitle
		numbers[i], kinds[i], bodies[i], nonPublic[i] = f.Number, string(f.Kind), f.Body, f.NonPublic
	}
	b.Queue(`
		INSERT INTO version_block (minutes_id, no, body_id, day, block_id, item_id, item_number, item_title, number, kind, body, non_public, ordinal)
		SELECT $1, $2, $3, $4, f.*
		FROM unnest($5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::boolean[]) WITH ORDINALITY AS f`,
		m.ID, m.No, m.BodyID, m.Day, ids, items, itemNumbers, titles, numbers, kinds, bodies, nonPublic)
}

// deliver tells each recipient by mail that the version is there, never what
// stands in it, and notes who could be told.
func (s *Service) deliver(ctx context.Context, tx *db.Tx, m Minutes, list []Recipient) error {
	site, err := mail.SiteOf(ctx, tx, s.base)
	if err != nil {
		return err
	}
	words := []any{
		"Body", m.BodyName, "Day", locale.Date(ctx, m.Day.Time()), "Deadline", locale.Date(ctx, m.Deadline.Time()),
		"URL", site.At(link.ReviewMinutes(m.ID)), "Programme", site.Name, "No", m.No,
	}
	var messages []mail.Message
	for _, r := range list {
		if r.Email != "" {
			messages = append(messages, mail.Message{
				To:      r.Email,
				Subject: locale.T(ctx, "minutes.mail.circulated.subject", words...),
				Body:    locale.T(ctx, "minutes.mail.circulated.body", append(words, "Name", r.Name)...),
			})
		}
	}
	ids, err := s.mail.PostAll(ctx, tx, messages)
	if err != nil {
		return err
	}
	seats, people, mails := make([]uuid.UUID, len(list)), make([]uuid.UUID, len(list)), make([]*uuid.UUID, len(list))
	next := 0
	for i, r := range list {
		seats[i], people[i] = r.SeatID, r.PersonID
		if r.Email != "" {
			mails[i] = &ids[next]
			next++
		}
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO minutes_delivery (minutes_id, no, body_id, day, seat_id, person_id, mail_id)
		SELECT $1, $2, $3, $4, f.*
		FROM unnest($5::uuid[], $6::uuid[], $7::uuid[]) AS f`, m.ID, m.No, m.BodyID, m.Day, seats, people, mails)
	if err != nil {
		return fmt.Errorf("note the delivery of minutes %s: %w", m.ID, err)
	}
	return s.tell(ctx, tx, m, inbox.MinutesCirculated, people, link.ReviewMinutes(m.ID))
}

// Delivery is how a version came to a member.
type Delivery struct {
	Institution string
	Name        string
	ByMail      bool
	SentAt      *time.Time
	FailedAt    *time.Time
	OpenedAt    *time.Time
	Silent      bool // said neither yes nor no
	NoObjection bool
	Objections  int
}

// Deliveries returns to whom a version went and what came back, for the office
// and the chair.
func Deliveries(ctx context.Context, tx *db.Tx, minutesID uuid.UUID, no int) ([]Delivery, error) {
	rows, _ := tx.Query(ctx, `
		SELECT institution, name, by_mail, sent_at, failed_at, opened_at, no_objection, objections, NOT no_objection AND objections = 0 AS silent
		FROM (SELECT s.institution, s.ordinal, p.name, d.mail_id IS NOT NULL AS by_mail, d.sent_at, d.failed_at, d.opened_at,
				EXISTS (SELECT FROM no_objection n WHERE n.minutes_id = d.minutes_id AND n.no = d.no AND n.seat_id = d.seat_id) AS no_objection,
				(SELECT count(*)::int FROM objection o WHERE o.minutes_id = d.minutes_id AND o.no = d.no AND o.seat_id = d.seat_id
					AND o.state <> 'draft') AS objections
			FROM minutes_delivery d
			JOIN seat s ON s.programme_id = d.programme_id AND s.id = d.seat_id
			JOIN person p ON p.programme_id = d.programme_id AND p.id = d.person_id
			WHERE d.minutes_id = $1 AND d.no = $2) AS list
		ORDER BY ordinal, institution, name`, minutesID, no)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Delivery])
	if err != nil {
		return nil, fmt.Errorf("deliveries of minutes %s: %w", minutesID, err)
	}
	return list, nil
}

// Opened notes that the actor has opened a version that was sent to him, once.
func Opened(ctx context.Context, tx *db.Tx, m Minutes) error {
	_, err := tx.Exec(ctx, `
		UPDATE minutes_delivery SET opened_at = $3
		WHERE minutes_id = $1 AND no = $2 AND person_id = $4 AND opened_at IS NULL`, m.ID, m.No, tx.Now, tx.Actor.Person)
	if err != nil {
		return fmt.Errorf("note that minutes %s were opened: %w", m.ID, err)
	}
	return nil
}

// Reopen begins the next version: the office may change the text again.
func Reopen(ctx context.Context, tx *db.Tx, id uuid.UUID, version int) error {
	return step(ctx, tx, id, version, access.WriteMinutes, Amending, Reopened, "")
}

// Unopened says whether a version was sent to the actor and he has not opened
// it yet.
func Unopened(ctx context.Context, tx *db.Tx, m Minutes) (unopened bool, err error) {
	err = tx.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM minutes_delivery WHERE minutes_id = $1 AND no = $2 AND person_id = $3 AND opened_at IS NULL)`,
		m.ID, m.No, tx.Actor.Person).Scan(&unopened)
	if err != nil {
		return false, fmt.Errorf("deliveries of minutes %s: %w", m.ID, err)
	}
	return unopened, nil
}
