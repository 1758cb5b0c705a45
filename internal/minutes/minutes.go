package minutes

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// State is the state of minutes.
type State string

// The states of minutes, in the order of their life.
const (
	Drafting      State = "drafting"
	InternalCheck State = "internal_check"
	Circulated    State = "circulated"
	Amending      State = "amending"
	Ready         State = "ready"
	Approved      State = "approved"
	Signed        State = "signed"
	Published     State = "published"
)

// States returns every state in the order of life.
func States() []State {
	return []State{Drafting, InternalCheck, Circulated, Amending, Ready, Approved, Signed, Published}
}

// Valid says whether s is a state.
func (s State) Valid() bool { return slices.Contains(States(), s) }

// BeingWritten says whether the office may change the text.
func (s State) BeingWritten() bool { return s == Drafting || s == InternalCheck || s == Amending }

// UnderReview says whether members may object, in time or late.
func (s State) UnderReview() bool { return s == Circulated || s == Amending || s == Ready }

// Sealed says whether nothing changes any more.
func (s State) Sealed() bool { return s == Approved || s == Signed || s == Published }

type move struct{ from, to State }

// moves are the transitions, as table state_transition of the database has them.
var moves = map[move]bool{
	{Drafting, InternalCheck}: true, {InternalCheck, Drafting}: true,
	{Drafting, Circulated}: true, {InternalCheck, Circulated}: true,
	{Circulated, Amending}: true, {Amending, Circulated}: true,
	{Circulated, Ready}: true, {Ready, Amending}: true,
	{Ready, Approved}: true, {Circulated, Approved}: true,
	{Approved, Signed}: true, {Signed, Published}: true, {Approved, Published}: true,
}

// Next returns the states that may follow s, in the order of life.
func (s State) Next() []State {
	var next []State
	for _, to := range States() {
		if moves[move{s, to}] {
			next = append(next, to)
		}
	}
	return next
}

// How minutes came to be approved.
const (
	ByVote    = "vote"       // in a later sitting
	BySilence = "silence"    // nobody objected in time
	TakenOver = "taken_over" // old papers, sealed as they were
)

// Minutes are the minutes of one sitting; their words are in blocks and versions.
type Minutes struct {
	ID           uuid.UUID
	MeetingID    uuid.UUID
	BodyID       uuid.UUID
	BodyName     string
	MeetingTitle string
	Day          calendar.Date // of the sitting, in Berlin
	State        State
	No           int           // of the newest version; 0: none yet
	Deadline     calendar.Date // for objections to that version; zero: none
	CirculatedAt *time.Time
	ApprovedAt   *time.Time
	ApprovedHow  *string // ByVote, BySilence or TakenOver
	DecisionID   *uuid.UUID
	PublishedAt  *time.Time
	TakenOver    bool
	Simulated    bool
	Version      int
	Level        int // up to which the actor reads that day, see access.Role.Level; 0: what is released
}

// ForMembers says whether the actor reads what is for members only.
func (m Minutes) ForMembers() bool { return m.Level >= access.Member.Level() }

// Late says whether an objection on that day comes after the deadline.
func (m Minutes) Late(today calendar.Date) bool {
	return !m.Deadline.IsZero() && today.After(m.Deadline)
}

const minutesColumns = `
	SELECT m.id, m.meeting_id, m.body_id, b.name AS body_name, coalesce(s.title, '') AS meeting_title, m.day, m.state, m.no,
		m.deadline, m.circulated_at, m.approved_at, m.approved_how, m.decision_id, m.published_at, m.taken_over, m.simulated, m.version,
		reads_level((SELECT current_seats()), m.body_id, m.day) AS level
	FROM minutes m
	JOIN body b ON b.programme_id = m.programme_id AND b.id = m.body_id
	LEFT JOIN meeting s ON s.programme_id = m.programme_id AND s.id = m.meeting_id`

// ByID returns minutes. It returns fault.NotFound if there are none that the
// actor may read: before the first version only the office and the chair do.
func ByID(ctx context.Context, tx *db.Tx, id uuid.UUID) (Minutes, error) {
	rows, _ := tx.Query(ctx, minutesColumns+` WHERE m.id = $1`, id)
	return one(rows, id)
}

// lock is ByID for a change: two of them wait for each other.
func lock(ctx context.Context, tx *db.Tx, id uuid.UUID) (Minutes, error) {
	rows, _ := tx.Query(ctx, minutesColumns+` WHERE m.id = $1 FOR NO KEY UPDATE OF m`, id)
	return one(rows, id)
}

func one(rows pgx.Rows, id uuid.UUID) (Minutes, error) {
	m, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Minutes])
	if err != nil {
		return Minutes{}, fmt.Errorf("minutes %s: %w", id, err)
	}
	return m, nil
}

// OfMeeting returns the minutes of a sitting, and whether there are any that
// the actor may read.
func OfMeeting(ctx context.Context, tx *db.Tx, meetingID uuid.UUID) (m Minutes, found bool, err error) {
	rows, _ := tx.Query(ctx, minutesColumns+` WHERE m.meeting_id = $1`, meetingID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Minutes])
	if err != nil {
		return Minutes{}, false, fmt.Errorf("minutes of sitting %s: %w", meetingID, err)
	}
	if len(list) == 0 {
		return Minutes{}, false, nil
	}
	return list[0], true, nil
}

// set changes columns of minutes that were locked before; assignments are
// written in this package alone.
func set(ctx context.Context, tx *db.Tx, m Minutes, assignments string, args ...any) error {
	err := tx.ExecOne(ctx, `UPDATE minutes SET `+assignments+` WHERE id = $1`, append([]any{m.ID}, args...)...)
	if err != nil {
		return fmt.Errorf("change minutes %s: %w", m.ID, err)
	}
	return nil
}
