package minutes

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// MaxPassage is how long a block may be, in characters.
const MaxPassage = 20000

// Kind is the kind of a block.
type Kind string

// The kinds of blocks. Decisions and votes are taken over from the sitting.
const (
	Text     Kind = "text"
	Decision Kind = "decision"
	Votes    Kind = "vote"
	Task     Kind = "task"
	Note     Kind = "note"
)

// Kinds returns the kinds that the office can add.
func Kinds() []Kind { return []Kind{Text, Task, Note} }

// Typed says whether the office writes the block; others are taken over.
func (k Kind) Typed() bool { return slices.Contains(Kinds(), k) }

// Passage is a block of the working text.
type Passage struct {
	ID        uuid.UUID
	ItemID    *uuid.UUID
	Number    string `db:"-"` // "3.2", of this moment
	Kind      Kind
	Body      string
	NonPublic bool       // for members only
	SubjectID *uuid.UUID // the decision or the task
	Ordinal   int
	ChangedAt time.Time
	ChangedBy *uuid.UUID
	Editor    *string // its name
	EditedBy  string  // who else has its editor open now; "": nobody
	Version   int
}

// Section is an agenda item with its blocks; the first may have no item.
type Section struct {
	ItemID    *uuid.UUID
	Number    string // "3"; "" before the first item
	Title     string
	NonPublic bool
	Passages  []Passage
}

// Draft returns the working text in the order of the agenda. Only the office
// and the chair read it; to others it is empty.
func Draft(ctx context.Context, tx *db.Tx, m Minutes) ([]Section, error) {
	sections, err := agenda(ctx, tx, m.MeetingID)
	if err != nil {
		return nil, err
	}
	rows, _ := tx.Query(ctx, `
		SELECT b.id, b.item_id, b.kind, b.body, b.non_public, b.subject_id, b.ordinal, b.changed_at, b.changed_by, p.name AS editor,
			coalesce(other.name, '') AS edited_by, b.version
		FROM minutes_block b
		LEFT JOIN person p ON p.programme_id = b.programme_id AND p.id = b.changed_by`+edited+`
		WHERE b.minutes_id = $1 AND b.deleted_at IS NULL
		ORDER BY b.ordinal, b.id`, m.ID, tx.Now.Add(-EditingFor), tx.Actor.Person)
	blocks, err := pgx.CollectRows(rows, pgx.RowToStructByName[Passage])
	if err != nil {
		return nil, fmt.Errorf("text of minutes %s: %w", m.ID, err)
	}
	return arrange(sections, blocks), nil
}

// agenda returns a section for each item of the sitting, after one without.
func agenda(ctx context.Context, tx *db.Tx, meetingID uuid.UUID) ([]Section, error) {
	sections := []Section{{}}
	var s Section
	rows, _ := tx.Query(ctx, `
		SELECT id, title, non_public
		FROM agenda_item
		WHERE meeting_id = $1
		ORDER BY ordinal, created_at, id`, meetingID)
	_, err := pgx.ForEachRow(rows, []any{&s.ItemID, &s.Title, &s.NonPublic}, func() error {
		s.Number = strconv.Itoa(len(sections))
		sections = append(sections, s)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("agenda of sitting %s: %w", meetingID, err)
	}
	return sections, nil
}

// arrange puts the blocks into their sections and numbers them.
func arrange(sections []Section, blocks []Passage) []Section {
	at := map[uuid.UUID]int{}
	for i, s := range sections {
		if s.ItemID != nil {
			at[*s.ItemID] = i
		}
	}
	for _, b := range blocks {
		i := 0
		if b.ItemID != nil {
			i = at[*b.ItemID]
		}
		s := &sections[i]
		b.Number = strconv.Itoa(len(s.Passages) + 1)
		if s.Number != "" {
			b.Number = s.Number + "." + b.Number
		}
		s.Passages = append(s.Passages, b)
	}
	return sections
}

// NewPassage is a passage to be added at the end of an item, or after another.
type NewPassage struct {
	ID        uuid.UUID // from the form: the same form adds a block once
	ItemID    *uuid.UUID
	After     uuid.UUID // zero: at the end
	Kind      Kind
	Body      string
	NonPublic bool
}

// AddPassage adds a passage to the working text. It returns fault.Fields for bad
// input, fault.Forbidden to others than the office, and fault.Conflict if the
// text is not being written.
func AddPassage(ctx context.Context, tx *db.Tx, minutesID uuid.UUID, n NewPassage) error {
	m, err := toWrite(ctx, tx, minutesID)
	if err != nil {
		return err
	}
	if n.Body, err = checkBody(n.Body); err != nil {
		return err
	}
	if !n.Kind.Typed() {
		return fault.Field("kind", "field.choice")
	}
	return insertPassages(ctx, tx, m, []NewPassage{n})
}

// insertPassages adds blocks with ordinals behind the last of their item, or
// right after another block.
func insertPassages(ctx context.Context, tx *db.Tx, m Minutes, list []NewPassage) error {
	b := &pgx.Batch{}
	for _, n := range list {
		if n.After != uuid.Nil {
			b.Queue(`
				UPDATE minutes_block SET ordinal = ordinal + 1
				WHERE minutes_id = $1 AND item_id IS NOT DISTINCT FROM $2 AND id <> $4
					AND ordinal > (SELECT ordinal FROM minutes_block WHERE id = $3 AND minutes_id = $1)`, m.ID, n.ItemID, n.After, n.ID)
		}
		b.Queue(`
			INSERT INTO minutes_block (id, minutes_id, body_id, day, item_id, ordinal, kind, body, non_public)
			SELECT $1, $2, $3, $4, $5, coalesce(
					(SELECT ordinal + 1 FROM minutes_block WHERE id = $6 AND minutes_id = $2),
					(SELECT max(ordinal) + 1 FROM minutes_block WHERE minutes_id = $2 AND item_id IS NOT DISTINCT FROM $5), 1),
				$7, $8, $9
			ON CONFLICT DO NOTHING`, n.ID, m.ID, m.BodyID, m.Day, n.ItemID, n.After, n.Kind, n.Body, n.NonPublic)
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("add to minutes %s: %w", m.ID, err)
	}
	return nil
}

// Edit is a change of a block.
type Edit struct {
	Body      string
	NonPublic bool // it stays non-public with its agenda item or its decision
	Version   int  // that was read
}

// SavePassage changes a passage. It returns fault.Fields for bad input, and
// fault.Stale if somebody else changed it meanwhile: nothing is written then.
func SavePassage(ctx context.Context, tx *db.Tx, minutesID, blockID uuid.UUID, e Edit) error {
	m, err := toWrite(ctx, tx, minutesID)
	if err != nil {
		return err
	}
	if e.Body, err = checkBody(e.Body); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `
		UPDATE minutes_block b
		SET body = CASE WHEN b.kind IN ('decision', 'vote') THEN b.body ELSE $3 END,
			non_public = $4
		WHERE b.id = $1 AND b.minutes_id = $2 AND b.version = $5 AND b.deleted_at IS NULL`, blockID, m.ID, e.Body, e.NonPublic, e.Version)
	if err != nil {
		return fmt.Errorf("save block %s: %w", blockID, err)
	}
	if n == 0 {
		return missingOrStale(ctx, tx, m, blockID)
	}
	return closeOutcomes(ctx, tx, m, blockID)
}

// closeOutcomes keeps the reasons of a passage that was made non-public as
// closed as the passage itself.
func closeOutcomes(ctx context.Context, tx *db.Tx, m Minutes, blockID uuid.UUID) error {
	_, err := tx.Exec(ctx, `
		WITH open AS (
			DELETE FROM outcome o USING minutes_block b
			WHERE b.id = $1 AND b.minutes_id = $2 AND b.non_public AND o.minutes_id = $2 AND o.block_id = b.id AND o.from_no = $3 AND NOT o.non_public
			RETURNING o.objection_id, o.reason)
		INSERT INTO outcome (id, minutes_id, from_no, block_id, body_id, day, objection_id, reason, non_public)
		SELECT gen_random_uuid(), $2, $3, $1, $4, $5, objection_id, reason, true FROM open`, blockID, m.ID, m.No, m.BodyID, m.Day)
	if err != nil {
		return fmt.Errorf("close reasons of block %s: %w", blockID, err)
	}
	return nil
}

func missingOrStale(ctx context.Context, tx *db.Tx, m Minutes, blockID uuid.UUID) error {
	var there bool
	err := tx.QueryRow(ctx, `SELECT true FROM minutes_block WHERE id = $1 AND minutes_id = $2 AND deleted_at IS NULL`, blockID, m.ID).Scan(&there)
	if err != nil {
		return fmt.Errorf("block %s: %w", blockID, err)
	}
	return fmt.Errorf("block %s was changed: %w", blockID, fault.Stale)
}

// RemovePassage takes a passage out of the working text; it stays in the versions
// in which it stood. Taken-over blocks stay.
func RemovePassage(ctx context.Context, tx *db.Tx, minutesID, blockID uuid.UUID) error {
	m, err := toWrite(ctx, tx, minutesID)
	if err != nil {
		return err
	}
	err = tx.ExecOne(ctx, `
		UPDATE minutes_block SET deleted_at = $3
		WHERE id = $1 AND minutes_id = $2 AND deleted_at IS NULL AND kind NOT IN ('decision', 'vote')`, blockID, m.ID, tx.Now)
	if err != nil {
		return fmt.Errorf("remove block %s: %w", blockID, err)
	}
	return nil
}

// RestorePassage undoes RemovePassage.
func RestorePassage(ctx context.Context, tx *db.Tx, minutesID, blockID uuid.UUID) error {
	m, err := toWrite(ctx, tx, minutesID)
	if err != nil {
		return err
	}
	err = tx.ExecOne(ctx, `UPDATE minutes_block SET deleted_at = NULL WHERE id = $1 AND minutes_id = $2`, blockID, m.ID)
	if err != nil {
		return fmt.Errorf("restore block %s: %w", blockID, err)
	}
	return nil
}

// Spot is where a passage stands within its item.
type Spot struct {
	Number      string // "3.2"
	First, Last bool
}

// MovePassage swaps a passage with its neighbour within the item, upwards or
// downwards, and returns where it stands then. At the edge nothing happens. It
// returns fault.NotFound if there is no such passage.
func MovePassage(ctx context.Context, tx *db.Tx, minutesID, blockID uuid.UUID, up bool) (Spot, error) {
	m, err := toWrite(ctx, tx, minutesID)
	if err != nil {
		return Spot{}, err
	}
	sections, err := Draft(ctx, tx, m)
	if err != nil {
		return Spot{}, err
	}
	for _, s := range sections {
		i := slices.IndexFunc(s.Passages, func(b Passage) bool { return b.ID == blockID })
		if i < 0 {
			continue
		}
		j := i + 1
		if up {
			j = i - 1
		}
		j = min(max(j, 0), len(s.Passages)-1)
		at := Spot{Number: s.Passages[j].Number, First: j == 0, Last: j == len(s.Passages)-1}
		if i == j {
			return at, nil
		}
		s.Passages[i], s.Passages[j] = s.Passages[j], s.Passages[i]
		ids := make([]uuid.UUID, len(s.Passages))
		for n, b := range s.Passages {
			ids[n] = b.ID
		}
		_, err := tx.Exec(ctx, `
			UPDATE minutes_block b SET ordinal = o.n
			FROM unnest($2::uuid[]) WITH ORDINALITY AS o(id, n)
			WHERE b.id = o.id AND b.minutes_id = $1 AND b.ordinal <> o.n`, m.ID, ids)
		if err != nil {
			return Spot{}, fmt.Errorf("move block %s: %w", blockID, err)
		}
		return at, nil
	}
	return Spot{}, fmt.Errorf("move block %s: %w", blockID, fault.NotFound)
}

// toWrite locks minutes whose text the actor may change now.
func toWrite(ctx context.Context, tx *db.Tx, id uuid.UUID) (Minutes, error) {
	m, err := lockFor(ctx, tx, id, access.WriteMinutes)
	if err != nil {
		return Minutes{}, err
	}
	if !m.State.BeingWritten() {
		return Minutes{}, fault.Explain(fault.Conflict, "minutes.error.not_being_written")
	}
	return m, nil
}

// lockFor locks minutes for an action of somebody who acts in their body. It
// returns fault.NotFound to who may not read them and fault.Forbidden to who
// may not do that.
func lockFor(ctx context.Context, tx *db.Tx, id uuid.UUID, act access.Action) (Minutes, error) {
	m, err := ByID(ctx, tx, id)
	if err != nil {
		return Minutes{}, err
	}
	if !tx.Actor.MayAt(act, m.BodyID) {
		return Minutes{}, fmt.Errorf("%s minutes %s: %w", act, id, fault.Forbidden)
	}
	return lock(ctx, tx, id)
}

func checkBody(text string) (string, error) {
	text = Normalise(text)
	if utf8.RuneCountInString(text) > MaxPassage {
		return "", fault.Field("body", "minutes.error.block_too_long", "Max", MaxPassage)
	}
	return text, nil
}
