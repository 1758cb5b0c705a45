package minutes

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
)

// sitting is what the minutes need of a sitting.
type sitting struct {
	BodyID uuid.UUID
	Day    calendar.Date
	State  string
}

// Begin begins the minutes of a sitting that was held: an empty passage for
// each agenda item, and what was decided there. It returns fact.ErrRepeated if
// the same form began them before, fault.Conflict if there are minutes already or
// the sitting was not held yet, and fault.Forbidden to others than the office.
func Begin(ctx context.Context, tx *db.Tx, id, meetingID uuid.UUID) error {
	rows, _ := tx.Query(ctx, `SELECT body_id, day, state FROM meeting WHERE id = $1 FOR NO KEY UPDATE`, meetingID)
	s, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[sitting])
	if err != nil {
		return fmt.Errorf("sitting %s: %w", meetingID, err)
	}
	if !tx.Actor.MayAt(access.WriteMinutes, s.BodyID) {
		return fmt.Errorf("begin minutes of sitting %s: %w", meetingID, fault.Forbidden)
	}
	old, found, err := OfMeeting(ctx, tx, meetingID)
	switch {
	case err != nil:
		return err
	case found && old.ID == id:
		return fact.ErrRepeated
	case found:
		return fault.Explain(fault.Conflict, "minutes.error.begun")
	case s.State != "held":
		return fault.Explain(fault.Conflict, "minutes.error.not_held")
	}
	m := Minutes{ID: id, MeetingID: meetingID, BodyID: s.BodyID, Day: s.Day}
	b := &pgx.Batch{}
	b.Queue(`INSERT INTO minutes (id, meeting_id, body_id, day) VALUES ($1, $2, $3, $4)`, m.ID, m.MeetingID, m.BodyID, m.Day)
	b.Queue(`UPDATE meeting SET state = 'minutes_pending' WHERE id = $1`, meetingID)
	b.Queue(`
		INSERT INTO minutes_block (id, minutes_id, body_id, day, item_id, ordinal, kind, non_public)
		SELECT gen_random_uuid(), $1, $2, $3, i.id, 1, 'text', i.non_public
		FROM agenda_item i
		WHERE i.meeting_id = $4`, m.ID, m.BodyID, m.Day, meetingID)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("begin minutes of sitting %s: %w", meetingID, err)
	}
	if err := takeOver(ctx, tx, m); err != nil {
		return err
	}
	return record(ctx, tx, m, Begun, "")
}

// takeOver brings what the sitting decided into the text: a passage for each
// decision that has none yet, with the words of the decision. What was struck
// meanwhile says so.
func takeOver(ctx context.Context, tx *db.Tx, m Minutes) error {
	b := &pgx.Batch{}
	b.Queue(`
		INSERT INTO minutes_block (id, minutes_id, body_id, day, item_id, ordinal, kind, body, non_public, subject_id)
		SELECT gen_random_uuid(), $1, $2, $3, d.agenda_item_id, 1000 + coalesce(d.number, 900),
			CASE WHEN d.result = 'adopted' THEN 'decision' ELSE 'vote' END, '', d.non_public, d.id
		FROM decision d
		WHERE d.meeting_id = $4
			AND NOT EXISTS (SELECT FROM minutes_block x WHERE x.minutes_id = $1 AND x.subject_id = d.id)`, m.ID, m.BodyID, m.Day, m.MeetingID)
	b.Queue(`
		UPDATE minutes_block x SET body = w.words
		FROM (SELECT d.id, d.wording || E'\n\n' || format('Ja: %s · Nein: %s · Enthaltung: %s', d.yes, d.no, d.abstain)
				|| CASE WHEN d.result = 'adopted' THEN format(E'\n\nBeschluss %s/%s: angenommen', d.year, d.number) ELSE E'\n\nAbgelehnt' END
				|| CASE WHEN d.void_why IS NULL THEN '' ELSE E'\n\nGestrichen: ' || d.void_why END AS words
			FROM decision d WHERE d.meeting_id = $2) w
		WHERE x.minutes_id = $1 AND x.subject_id = w.id AND x.body <> w.words`, m.ID, m.MeetingID)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("take over decisions into minutes %s: %w", m.ID, err)
	}
	return nil
}

// SendToCheck gives the draft to the chair.
func SendToCheck(ctx context.Context, tx *db.Tx, id uuid.UUID, version int) error {
	return step(ctx, tx, id, version, access.WriteMinutes, InternalCheck, SentToCheck, "")
}

// MaxBackNote is how long the note may be with which a draft goes back.
const MaxBackNote = 1000

// SendBack gives the draft back to the office, with what is to be changed. It
// returns fault.Fields for a note that is too long.
func SendBack(ctx context.Context, tx *db.Tx, id uuid.UUID, version int, note string) error {
	note = Normalise(note)
	f := fault.Fields{}
	f.Limit("note", note, MaxBackNote)
	if err := f.Err(); err != nil {
		return err
	}
	return step(ctx, tx, id, version, access.SignMinutes, Drafting, SentBack, note)
}

// step moves minutes to another state and records it. It returns fault.Stale if
// somebody moved them meanwhile and fault.Conflict if the state may not follow.
func step(ctx context.Context, tx *db.Tx, id uuid.UUID, version int, act access.Action, to State, kind EventKind, note string) error {
	m, err := lockFor(ctx, tx, id, act)
	if err != nil {
		return err
	}
	if m.Version != version {
		return fmt.Errorf("minutes %s: %w", id, fault.Stale)
	}
	if err := m.follow(to); err != nil {
		return err
	}
	if err := set(ctx, tx, m, `state = $2`, to); err != nil {
		return err
	}
	return record(ctx, tx, m, kind, note)
}

// follow says whether the minutes may go to a state.
func (m Minutes) follow(to State) error {
	if !moves[move{m.State, to}] {
		return fault.Explain(fault.Conflict, "minutes.error.state")
	}
	return nil
}
