package meeting

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// Answer is a seat's answer to an invitation.
type Answer string

// The answers.
const (
	Comes       Answer = "comes"
	DeputyComes Answer = "deputy"
	Declines    Answer = "declines"
)

// Answers returns every answer in the order of the form.
func Answers() []Answer { return []Answer{Comes, DeputyComes, Declines} }

// Valid says whether a is an answer.
func (a Answer) Valid() bool { return slices.Contains(Answers(), a) }

// NameKey returns the locale key of the answer's name.
func (a Answer) NameKey() string { return "meeting.answer." + string(a) }

// Source is how something reached the office that it records on behalf of a
// seat.
type Source string

// The sources.
const (
	ByMail   Source = "mail"
	ByPhone  Source = "phone"
	ByLetter Source = "letter"
	InPerson Source = "in_person"
)

// Sources returns every source in the order of the form.
func Sources() []Source { return []Source{ByMail, ByPhone, ByLetter, InPerson} }

// Valid says whether s is a source.
func (s Source) Valid() bool { return slices.Contains(Sources(), s) }

// NameKey returns the locale key of the source's name.
func (s Source) NameKey() string { return "meeting.source." + string(s) }

// MaxReplyNote is how long the note of a reply may be, in characters.
const MaxReplyNote = 500

// Reply is a seat's answer to the newest invitation.
type Reply struct {
	SeatID     uuid.UUID
	Reply      Answer
	Note       string
	RepliedAt  time.Time
	Replier    string // who wrote it down
	ReceivedOn calendar.Date
	Source     Source // "": the seat itself answered
}

// Replies returns the answers to a sitting's newest invitation by seat: all of
// them to the office and the chair, to others those of their own seats. What
// was answered to an earlier day does not count.
func Replies(ctx context.Context, tx *db.Tx, m Meeting) (map[uuid.UUID]Reply, error) {
	rows, _ := tx.Query(ctx, `
		SELECT r.seat_id, r.reply, r.note, r.replied_at, coalesce(p.name, '') AS replier, r.received_on, coalesce(r.source, '') AS source
		FROM call_reply r
		LEFT JOIN person p ON p.programme_id = r.programme_id AND p.id = r.replied_by
		WHERE r.meeting_id = $1 AND ($2::timestamptz IS NULL OR r.replied_at >= $2)`, m.ID, m.InvitedAt)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Reply])
	if err != nil {
		return nil, fmt.Errorf("replies to sitting %s: %w", m.ID, err)
	}
	bySeat := make(map[uuid.UUID]Reply, len(list))
	for _, r := range list {
		bySeat[r.SeatID] = r
	}
	return bySeat, nil
}

// NewReply is an answer to be recorded.
type NewReply struct {
	Seat       uuid.UUID
	Reply      Answer
	Note       string
	ReceivedOn calendar.Date // on behalf of the seat only
	Source     Source        // on behalf of the seat only
}

// AnswerCall records what a seat that the actor holds answers; a later answer
// replaces it. It returns fault.Fields for bad input, fault.Conflict unless the
// sitting is invited, fault.Forbidden for a seat that the actor does not hold
// today and fault.NotFound.
func AnswerCall(ctx context.Context, tx *db.Tx, meetingID uuid.UUID, n NewReply) error {
	m, err := ByID(ctx, tx, meetingID)
	if err != nil {
		return err
	}
	if !slices.Contains(tx.Actor.SeatsFor(access.ReplyToCall, m.BodyID), n.Seat) {
		return fmt.Errorf("reply to sitting %s: %w", meetingID, fault.Forbidden)
	}
	n.ReceivedOn, n.Source = calendar.Date{}, ""
	return keepReply(ctx, tx, m, n)
}

// AnswerOnBehalf records an answer that came by letter or phone. It returns
// fault.Fields for bad input, fault.Conflict unless the sitting is invited,
// fault.Forbidden to all but the office and fault.NotFound.
func AnswerOnBehalf(ctx context.Context, tx *db.Tx, meetingID uuid.UUID, n NewReply) error {
	m, err := ByID(ctx, tx, meetingID)
	if err != nil {
		return err
	}
	if !tx.Actor.MayAt(access.KeepSittings, m.BodyID) {
		return fmt.Errorf("reply to sitting %s: %w", meetingID, fault.Forbidden)
	}
	f := fault.Fields{}
	checkOnBehalf(f, n.ReceivedOn, n.Source, calendar.Of(tx.Now))
	seats, err := body.Roster(ctx, tx, m.BodyID, m.Day)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(seats, func(s body.Seat) bool { return s.ID == n.Seat }) {
		f.Add("seat", "field.choice")
	}
	if err := f.Err(); err != nil {
		return err
	}
	return keepReply(ctx, tx, m, n)
}

// checkOnBehalf checks when and how something reached the office.
func checkOnBehalf(f fault.Fields, received calendar.Date, source Source, today calendar.Date) {
	switch {
	case received.IsZero():
		f.Add("received_on", "field.missing")
	case received.After(today):
		f.Add("received_on", "field.future")
	}
	if !source.Valid() {
		f.Add("source", "field.choice")
	}
}

func keepReply(ctx context.Context, tx *db.Tx, m Meeting, n NewReply) error {
	f := fault.Fields{}
	if !n.Reply.Valid() {
		f.Add("reply", "meeting.error.reply")
	}
	f.Limit("note", n.Note, MaxReplyNote)
	if err := f.Err(); err != nil {
		return err
	}
	if m.State != Invited {
		return fault.Explain(fault.Conflict, "meeting.error.not_invited")
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO call_reply (meeting_id, seat_id, body_id, day, reply, note, received_on, source, replied_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, nullif($8, ''), $9)
		ON CONFLICT (programme_id, meeting_id, seat_id) DO UPDATE
		SET reply = excluded.reply, note = excluded.note, received_on = excluded.received_on, source = excluded.source,
			replied_at = excluded.replied_at, replied_by = current_person()`,
		m.ID, n.Seat, m.BodyID, m.Day, n.Reply, n.Note, n.ReceivedOn, string(n.Source), tx.Now)
	if err != nil {
		return fmt.Errorf("reply to sitting %s: %w", m.ID, err)
	}
	return nil
}
