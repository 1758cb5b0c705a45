package meeting

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/body"
	"rundertisch/internal/db"
	"rundertisch/internal/inbox"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/mail"
)

// The kinds of notices.
const (
	noticeCall         = "call"
	noticeChange       = "change"
	noticeCancellation = "cancellation"
)

// letter is what a notice says, the same to everybody but for the name.
type letter struct {
	meeting Meeting
	body    body.Body
	site    mail.Site
	kind    string
	facts   string
	agenda  string
	items   []Item // of the agenda
	needed  int    // seats for a quorum
	stamp   time.Time
}

// notify writes a notice to everybody concerned, with the next sequence.
func (s *Service) notify(ctx context.Context, tx *db.Tx, id uuid.UUID, kind string) error {
	if _, err := tx.Exec(ctx, `UPDATE meeting SET sequence = sequence + 1 WHERE id = $1`, id); err != nil {
		return fmt.Errorf("sequence of sitting %s: %w", id, err)
	}
	l, to, err := s.compose(ctx, tx, id, kind)
	if err != nil {
		return err
	}
	if kind != noticeCancellation {
		if err := l.keep(ctx, tx); err != nil {
			return err
		}
	}
	var messages []mail.Message
	for _, r := range to {
		if r.Email != "" {
			messages = append(messages, l.message(ctx, r))
		}
	}
	ids, err := s.mail.PostAll(ctx, tx, messages)
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	posted := 0
	for _, r := range to {
		var mailID *uuid.UUID
		if r.Email != "" {
			mailID = &ids[posted]
			posted++
		}
		b.Queue(`
			INSERT INTO call_notice (id, meeting_id, body_id, day, seat_id, person_id, kind, sequence, mail_id, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			uuid.New(), id, l.meeting.BodyID, l.meeting.Day, r.SeatID, r.PersonID, kind, l.meeting.Sequence, mailID, tx.Now)
	}
	if b.Len() == 0 {
		return nil
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("notices of sitting %s: %w", id, err)
	}
	return s.inbox.Tell(ctx, tx, inbox.Message{
		Kind: inboxKinds[kind], People: people(to), Place: l.body.Name, About: l.meeting.Day, Address: link.Sitting(id), NoMail: true,
	})
}

var inboxKinds = map[string]inbox.Kind{
	noticeCall: inbox.SittingCalled, noticeChange: inbox.SittingChanged, noticeCancellation: inbox.SittingCancelled,
}

func people(list []Recipient) []uuid.UUID {
	ids := make([]uuid.UUID, len(list))
	for i, r := range list {
		ids[i] = r.PersonID
	}
	return ids
}

// compose reads what a notice says and whom it concerns: a cancellation those
// who were told before, anything else those who hold a seat on the day.
func (s *Service) compose(ctx context.Context, tx *db.Tx, id uuid.UUID, kind string) (l letter, to []Recipient, err error) {
	l = letter{kind: kind, stamp: tx.Now}
	if l.meeting, err = ByID(ctx, tx, id); err != nil {
		return l, nil, err
	}
	if l.body, err = body.ByID(ctx, tx, l.meeting.BodyID); err != nil {
		return l, nil, err
	}
	if l.site, err = mail.SiteOf(ctx, tx, s.base); err != nil {
		return l, nil, err
	}
	seats, err := body.Roster(ctx, tx, l.meeting.BodyID, l.meeting.Day)
	if err != nil {
		return l, nil, err
	}
	if to = recipients(seats); kind == noticeCancellation {
		if to, err = told(ctx, tx, id); err != nil {
			return l, nil, err
		}
	}
	rules, err := body.BylawsOn(ctx, tx, l.meeting.BodyID, l.meeting.Day)
	if err != nil {
		return l, nil, err
	}
	if l.items, err = Agenda(ctx, tx, id); err != nil {
		return l, nil, err
	}
	_, l.needed = body.QuorumOf(rules, body.VotingSeats(seats), 0, true)
	l.facts, l.agenda = facts(ctx, l.meeting, l.needed), agendaText(ctx, l.items)
	return l, to, nil
}

// told returns who got a notice of the sitting before.
func told(ctx context.Context, tx *db.Tx, id uuid.UUID) ([]Recipient, error) {
	rows, _ := tx.Query(ctx, `
		SELECT DISTINCT n.seat_id, s.institution, n.person_id, p.name AS person, coalesce(p.email, '') AS email, 0 AS slot
		FROM call_notice n
		JOIN seat s ON s.programme_id = n.programme_id AND s.id = n.seat_id
		JOIN person p ON p.programme_id = n.programme_id AND p.id = n.person_id
		WHERE n.meeting_id = $1
		ORDER BY s.institution, p.name`, id)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Recipient])
	if err != nil {
		return nil, fmt.Errorf("recipients of sitting %s: %w", id, err)
	}
	return list, nil
}

// facts are the lines that say what, when and where.
func facts(ctx context.Context, m Meeting, needed int) string {
	lines := []string{locale.T(ctx, "meeting.mail.when", "When", When(ctx, m))}
	add := func(text, line string) {
		if text != "" {
			lines = append(lines, line)
		}
	}
	add(m.Place, locale.T(ctx, "meeting.mail.place", "Place", m.Place))
	add(m.OnlineURL, locale.T(ctx, "meeting.mail.online", "URL", m.OnlineURL))
	add(m.StoppedWhy, locale.T(ctx, "meeting.mail.stopped_why", "Why", m.StoppedWhy))
	if m.State == Invited {
		add(m.ShortNoticeWhy, locale.T(ctx, "meeting.mail.short_notice", "Why", m.ShortNoticeWhy))
	}
	if m.Second {
		lines = append(lines, locale.T(ctx, "meeting.mail.second", "Needed", strconv.Itoa(needed)))
	}
	add(m.Note, "\n"+m.Note)
	return strings.Join(lines, "\n")
}

// When writes day and time of a sitting: "30.04.2024, 10:00 bis 12:00 Uhr".
func When(ctx context.Context, m Meeting) string {
	if m.EndsAt == "" {
		return locale.T(ctx, "meeting.when", "Day", locale.Date(ctx, m.Day.Time()), "From", string(m.StartsAt))
	}
	return locale.T(ctx, "meeting.when_until", "Day", locale.Date(ctx, m.Day.Time()), "From", string(m.StartsAt), "Until", string(m.EndsAt))
}

// agendaText lists the items by title. Mail is no place for what is not public:
// of such an item only its number is there.
func agendaText(ctx context.Context, agenda []Item) string {
	if len(agenda) == 0 {
		return locale.T(ctx, "meeting.mail.no_agenda")
	}
	lines := make([]string, len(agenda))
	for i, item := range agenda {
		title := item.Title
		if item.NonPublic {
			title = locale.T(ctx, "meeting.mail.non_public")
		}
		lines[i] = strconv.Itoa(i+1) + ". " + title
	}
	return strings.Join(lines, "\n")
}

// message is the notice to one person, with the file for the own calendar.
func (l letter) message(ctx context.Context, r Recipient) mail.Message {
	kind := l.kind
	if kind == noticeCancellation && l.meeting.State == Postponed {
		kind = "postponement"
	}
	words := []any{
		"Name", r.Person, "Body", l.body.Name, "Title", l.meeting.Title, "Day", locale.Date(ctx, l.meeting.Day.Time()), "Facts", l.facts,
		"Agenda", l.agenda, "URL", l.site.At(link.Sitting(l.meeting.ID)), "ReplyURL", l.site.At(link.ReplyToSitting(l.meeting.ID)),
		"Programme", l.site.Name,
	}
	m := mail.Message{
		To: r.Email, Method: "REQUEST",
		Subject: locale.T(ctx, "meeting.mail."+kind+".subject", words...),
		Body:    locale.T(ctx, "meeting.mail."+kind+".body", words...),
	}
	e := l.event(ctx)
	e.Attendees = []Contact{{Name: r.Person, Email: r.Email}}
	if l.kind == noticeCancellation {
		e.Cancelled, m.Method = true, "CANCEL"
	}
	m.Calendar = string(ICS(e))
	return m
}

func (l letter) event(ctx context.Context) Event {
	url := l.site.At(link.Sitting(l.meeting.ID))
	organizer := Contact{Name: l.body.Name, Email: l.body.OfficeEmail}
	if organizer.Email == "" { // RFC 5546 wants one
		organizer.Email = "noreply@" + l.site.Host()
	}
	return Event{
		ID: l.meeting.ID, Sequence: l.meeting.Sequence, Cancelled: l.meeting.State == Cancelled || l.meeting.State == Postponed,
		Stamp: l.stamp, Start: l.meeting.Start(), End: l.meeting.End(), Title: l.body.Name + ": " + l.meeting.Title, Place: l.meeting.Place,
		Text: locale.T(ctx, "meeting.ics.text", "URL", url), URL: url, Organizer: organizer,
	}
}

// CalendarFile returns the sitting as a calendar file for whoever reads it. It
// returns fault.NotFound.
func (s *Service) CalendarFile(ctx context.Context, tx *db.Tx, id uuid.UUID) ([]byte, error) {
	m, err := ByID(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	l := letter{meeting: m, stamp: tx.Now}
	if l.body, err = body.ByID(ctx, tx, m.BodyID); err != nil {
		return nil, err
	}
	if l.site, err = mail.SiteOf(ctx, tx, s.base); err != nil {
		return nil, err
	}
	return ICS(l.event(ctx)), nil
}
