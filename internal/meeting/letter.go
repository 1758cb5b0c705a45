package meeting

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// Letter is what an invitation said, or the last change of it. It stays as it
// went out; an item that was closed since is closed in it.
type Letter struct {
	MeetingID      uuid.UUID
	Sequence       int
	SentAt         time.Time
	PlannedFor     calendar.Date
	StartsAt       Clock
	EndsAt         Clock // "": not said
	Title          string
	Place          string
	OnlineURL      string
	Note           string // to the participants
	Second         bool
	QuorumNeeded   int
	ShortNoticeWhy string
	Length         int          `db:"items"` // of the agenda
	Items          []LetterItem `db:"-"`     // all, in their order
	Level          int          // up to which the actor reads that day, see access.Role.Level
}

// LetterItem is an item of the agenda that went out.
type LetterItem struct {
	Number    int
	Title     string // "": the actor does not read it
	Minutes   int    // planned; 0: not said
	Presenter string
	NonPublic bool
}

// At returns the sitting with the date and time that the letter says.
func (l Letter) At(m Meeting) Meeting {
	m.Day, m.StartsAt, m.EndsAt = l.PlannedFor, l.StartsAt, l.EndsAt
	return m
}

// LastLetter returns what the newest invitation to a sitting said, or the newest
// change of it. Of items that the actor does not read only the number is there.
// It returns fault.NotFound if nothing was sent, or if he is not of the body.
func LastLetter(ctx context.Context, tx *db.Tx, meetingID uuid.UUID) (Letter, error) {
	rows, _ := tx.Query(ctx, `
		SELECT l.meeting_id, l.sequence, l.sent_at, l.planned_for, to_char(l.starts_at, 'HH24:MI') AS starts_at,
			coalesce(to_char(l.ends_at, 'HH24:MI'), '') AS ends_at, l.title, l.place, l.online_url, l.note, l.second, l.quorum_needed,
			l.short_notice_why, l.items, reads_level((SELECT current_seats()), l.body_id, l.day) AS level
		FROM call_letter l
		WHERE l.meeting_id = $1
		ORDER BY l.sequence DESC
		LIMIT 1`, meetingID)
	l, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Letter])
	if errors.Is(err, pgx.ErrNoRows) { // pages ask for it
		err = fault.NotFound
	}
	if err != nil {
		return Letter{}, fmt.Errorf("letter of sitting %s: %w", meetingID, err)
	}
	rows, _ = tx.Query(ctx, `
		SELECT i.number, i.title, coalesce(i.minutes, 0) AS minutes, i.presenter, i.non_public
		FROM call_letter_item i
		WHERE i.meeting_id = $1 AND i.sequence = $2
		ORDER BY i.number`, meetingID, l.Sequence)
	readable, err := pgx.CollectRows(rows, pgx.RowToStructByName[LetterItem])
	if err != nil {
		return Letter{}, fmt.Errorf("agenda in the letter of sitting %s: %w", meetingID, err)
	}
	l.Items = withGaps(readable, l.Length)
	return l, nil
}

// withGaps puts a number where an item is not for the actor.
func withGaps(readable []LetterItem, length int) []LetterItem {
	list := make([]LetterItem, length)
	for i := range list {
		list[i] = LetterItem{Number: i + 1, NonPublic: true}
	}
	for _, item := range readable {
		list[item.Number-1] = item
	}
	return list
}

// keep records what the letter says, so that it can be printed later.
func (l letter) keep(ctx context.Context, tx *db.Tx) error {
	m := l.meeting
	b := &pgx.Batch{}
	b.Queue(`
		INSERT INTO call_letter (meeting_id, sequence, body_id, day, sent_at, planned_for, starts_at, ends_at, title, place, online_url, note,
			second, quorum_needed, short_notice_why, items)
		VALUES ($1, $2, $3, $4, $5, $4, $6::time, nullif($7, '')::time, $8, $9, $10, $11, $12, $13, $14, $15)`,
		m.ID, m.Sequence, m.BodyID, m.Day, tx.Now, string(m.StartsAt), string(m.EndsAt), m.Title, m.Place, m.OnlineURL, m.Note,
		m.Second, l.needed, m.ShortNoticeWhy, len(l.items))
	for i, item := range l.items {
		b.Queue(`
			INSERT INTO call_letter_item (meeting_id, sequence, number, body_id, day, agenda_item_id, title, minutes, presenter, non_public)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			m.ID, m.Sequence, i+1, m.BodyID, m.Day, item.ID, item.Title, item.Minutes, item.Presenter, item.NonPublic)
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("keep the letter of sitting %s: %w", m.ID, err)
	}
	return nil
}

// WasSent says whether LastLetter finds something for the actor.
func WasSent(ctx context.Context, tx *db.Tx, meetingID uuid.UUID) (sent bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM call_letter l WHERE l.meeting_id = $1)`, meetingID).Scan(&sent)
	if err != nil {
		return false, fmt.Errorf("letter of sitting %s: %w", meetingID, err)
	}
	return sent, nil
}
