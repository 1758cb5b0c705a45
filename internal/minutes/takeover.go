package minutes

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
)

// Limits of old minutes.
const (
	MaxOldTitle  = 160 // characters
	MaxOldPlace  = 300
	MaxOldBlocks = 2000
)

// Old are minutes from before: of a sitting that this application did not know.
type Old struct {
	ID        uuid.UUID // of the minutes, from the form
	BodyID    uuid.UUID
	Day       calendar.Date
	Title     string // of the sitting
	Place     string
	Blocks    []string
	NonPublic bool
}

func (o Old) check(today calendar.Date) error {
	f := fault.Fields{}
	fact.CheckDay(f, "day", o.Day, today)
	f.Require("title", o.Title, MaxOldTitle)
	f.Limit("place", o.Place, MaxOldPlace)
	switch {
	case len(o.Blocks) == 0:
		f.Add("text", "field.missing")
	case len(o.Blocks) > MaxOldBlocks:
		f.Add("text", "minutes.error.too_many_blocks", "Max", MaxOldBlocks)
	}
	return f.Err()
}

// Split makes blocks of a long text: paragraphs, as they are parted by empty
// lines. A paragraph that is too long for a block is cut at a line or a blank.
func Split(text string) []string {
	var blocks []string
	for part := range strings.SplitSeq(Normalise(text), "\n\n") {
		for part = strings.TrimSpace(part); utf8.RuneCountInString(part) > MaxPassage; {
			head := string([]rune(part)[:MaxPassage])
			cut := strings.LastIndexAny(head, "\n ")
			if cut <= 0 {
				cut = len(head)
			}
			blocks, part = append(blocks, strings.TrimSpace(part[:cut])), strings.TrimSpace(part[cut:])
		}
		if part != "" {
			blocks = append(blocks, part)
		}
	}
	return blocks
}

// TakeOver takes over old minutes: they are sealed at once and marked as taken
// over, with a sitting that is closed. It returns fault.Fields for bad input,
// fault.Forbidden to others than the body's office, and fact.ErrRepeated if the
// same form did it before.
func TakeOver(ctx context.Context, tx *db.Tx, o Old) error {
	at, err := body.ByID(ctx, tx, o.BodyID)
	if err != nil {
		return err
	}
	if !tx.Actor.MayAt(access.WriteMinutes, o.BodyID) {
		return fmt.Errorf("take over minutes of body %s: %w", o.BodyID, fault.Forbidden)
	}
	if err := o.check(calendar.Of(tx.Now)); err != nil {
		return err
	}
	m := Minutes{ID: o.ID, MeetingID: uuid.NewSHA1(o.ID, []byte("sitting")), BodyID: o.BodyID, BodyName: at.Name, Day: o.Day, TakenOver: true}
	if err := o.sit(ctx, tx, m); err != nil {
		if db.Constraint(err) == "meeting_pkey" {
			return fact.ErrRepeated
		}
		return err
	}
	sections, err := Draft(ctx, tx, m)
	if err != nil {
		return err
	}
	m.No = 1
	if err := freeze(ctx, tx, m, sections, body.Deadline{}, body.Bylaws{}); err != nil {
		return err
	}
	if err := set(ctx, tx, m, `state = 'circulated', no = 1, circulated_at = $2`, tx.Now); err != nil {
		return err
	}
	return seal(ctx, tx, m, TakenOver, nil)
}

// sit makes the sitting, its one item and the working text.
func (o Old) sit(ctx context.Context, tx *db.Tx, m Minutes) error {
	item := uuid.NewSHA1(o.ID, []byte("item"))
	b := &pgx.Batch{}
	b.Queue(`INSERT INTO meeting (id, body_id, day, starts_at, title, place) VALUES ($1, $2, $3, '00:00', $4, $5)`,
		m.MeetingID, m.BodyID, m.Day, o.Title, o.Place)
	for _, state := range []string{"invited", "in_session", "held", "minutes_pending"} { // the way is the same for all
		b.Queue(`UPDATE meeting SET state = $2 WHERE id = $1`, m.MeetingID, state)
	}
	b.Queue(`INSERT INTO agenda_item (id, body_id, meeting_id, day, ordinal, title, non_public, state) VALUES ($1, $2, $3, $4, 1, $5, $6, 'treated')`,
		item, m.BodyID, m.MeetingID, m.Day, o.Title, o.NonPublic)
	b.Queue(`INSERT INTO minutes (id, meeting_id, body_id, day, taken_over) VALUES ($1, $2, $3, $4, true)`, m.ID, m.MeetingID, m.BodyID, m.Day)
	b.Queue(`
		INSERT INTO minutes_block (id, minutes_id, body_id, day, item_id, ordinal, kind, body, non_public)
		SELECT gen_random_uuid(), $1, $2, $3, $4, f.n, 'text', f.words, $5
		FROM unnest($6::text[]) WITH ORDINALITY AS f(words, n)`, m.ID, m.BodyID, m.Day, item, o.NonPublic, o.Blocks)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("take over minutes %s: %w", m.ID, err)
	}
	return record(ctx, tx, m, Begun, "")
}
