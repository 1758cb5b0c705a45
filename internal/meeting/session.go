package meeting

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// Open opens an invited sitting, with the body's chair in the chair. A second
// call changes nothing. It returns fault.Conflict in another state and before
// the sitting's day, fault.Forbidden to all but the office and the chair, and
// fault.NotFound.
func Open(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	m, err := lockFor(ctx, tx, access.RunSitting, id)
	if err != nil {
		return err
	}
	if m.State == InSession {
		return nil
	}
	if err := mayMove(tx.Actor, m, InSession); err != nil {
		return err
	}
	if m.Day.After(calendar.Of(tx.Now)) {
		return fault.Explain(fault.Conflict, "meeting.error.too_early")
	}
	_, err = tx.Exec(ctx, `
		UPDATE meeting SET state = 'in_session', opened_at = $2,
			chair_seat_id = (SELECT c.seat_id FROM body_chair c
				WHERE c.body_id = meeting.body_id AND c.withdrawn_at IS NULL AND c.valid @> meeting.day)
		WHERE id = $1`, id, tx.Now)
	if err != nil {
		return fmt.Errorf("open sitting %s: %w", id, err)
	}
	return nil
}

// Close ends a sitting: everybody who is still there leaves, and each item that
// is open becomes what outcomes says of it, ItemTreated or ItemCarried. Of which
// it says nothing, OutcomeOf decides. What is carried over waits in the backlog.
// A second call changes nothing. It returns fault.Fields for another outcome,
// fault.Conflict unless the sitting is in session, fault.Forbidden to all but
// the office and the chair, and fault.NotFound.
func Close(ctx context.Context, tx *db.Tx, id uuid.UUID, outcomes map[uuid.UUID]ItemState) error {
	m, err := lockFor(ctx, tx, access.RunSitting, id)
	if err != nil {
		return err
	}
	if m.State == Held {
		return nil
	}
	if err := mayMove(tx.Actor, m, Held); err != nil {
		return err
	}
	b := &pgx.Batch{}
	if err := queueOutcomes(ctx, tx, b, m, outcomes); err != nil {
		return err
	}
	b.Queue(`UPDATE attendance SET to_at = greatest(from_at, $2) WHERE meeting_id = $1 AND from_at IS NOT NULL AND to_at IS NULL`, id, tx.Now)
	b.Queue(`UPDATE meeting SET state = 'held', closed_at = greatest(opened_at, $2) WHERE id = $1`, id, tx.Now)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("close sitting %s: %w", id, err)
	}
	return nil
}

// Finish marks an item as treated, or carries it over into the backlog for a
// later sitting. It returns fault.Conflict unless the sitting is in session and
// the item is open, fault.Forbidden and fault.NotFound.
func Finish(ctx context.Context, tx *db.Tx, itemID uuid.UUID, as ItemState) error {
	item, err := sessionItem(ctx, tx, itemID)
	if err != nil {
		return err
	}
	if item.State == as {
		return nil
	}
	if item.State != ItemPlanned || as != ItemTreated && as != ItemCarried {
		return fault.Explain(fault.Conflict, "meeting.error.item_state")
	}
	b := &pgx.Batch{}
	if as == ItemCarried {
		queueCarry(b, item)
	}
	b.Queue(`UPDATE agenda_item SET state = $2 WHERE id = $1 AND state = 'planned'`, itemID, as)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("finish agenda item %s: %w", itemID, err)
	}
	return nil
}

// OutcomeOf returns what becomes of an open item at the end of its sitting: what
// was voted on was treated, the rest is carried over. A vote that was struck
// does not count.
func OutcomeOf(item Item, decisions []Decision) ItemState {
	for _, d := range decisions {
		if d.AgendaItemID != nil && *d.AgendaItemID == item.ID && d.VoidWhy == "" {
			return ItemTreated
		}
	}
	return ItemCarried
}

// queueOutcomes ends the items of a sitting that are still open.
func queueOutcomes(ctx context.Context, tx *db.Tx, b *pgx.Batch, m Meeting, outcomes map[uuid.UUID]ItemState) error {
	agenda, err := Agenda(ctx, tx, m.ID)
	if err != nil {
		return err
	}
	decisions, err := DecisionsOf(ctx, tx, m.ID)
	if err != nil {
		return err
	}
	for _, item := range agenda {
		if item.State != ItemPlanned {
			continue
		}
		as, said := outcomes[item.ID]
		if !said {
			as = OutcomeOf(item, decisions)
		}
		if as != ItemTreated && as != ItemCarried {
			return fault.Field("outcome-"+item.ID.String(), "field.choice")
		}
		if as == ItemCarried {
			queueCarry(b, item)
		}
		b.Queue(`UPDATE agenda_item SET state = $2 WHERE id = $1 AND state = 'planned'`, item.ID, as)
	}
	return nil
}

// queueCarry puts a copy of the item into the backlog. Its id is made from the
// item's, so there is one.
func queueCarry(b *pgx.Batch, item Item) {
	b.Queue(`
		INSERT INTO agenda_item (id, body_id, kind, title, description, minutes, presenter, non_public, state, carried_from, subject_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'backlog', $9, $10)
		ON CONFLICT DO NOTHING`,
		uuid.NewSHA1(item.ID, []byte("carried")), item.BodyID, item.Kind, item.Title, item.Description, item.Minutes, item.Presenter,
		item.NonPublic, item.ID, item.SubjectID)
}

// sessionItem returns an item of a sitting that is in session and that the
// actor runs, with the sitting held against others.
func sessionItem(ctx context.Context, tx *db.Tx, itemID uuid.UUID) (Item, error) {
	item, err := ItemByID(ctx, tx, itemID)
	if err != nil {
		return Item{}, err
	}
	if !tx.Actor.MayAt(access.RunSitting, item.BodyID) {
		return Item{}, fmt.Errorf("run agenda item %s: %w", itemID, fault.Forbidden)
	}
	if item.MeetingID == nil {
		return Item{}, fault.Explain(fault.Conflict, "meeting.error.not_in_session")
	}
	if _, err := lockInSession(ctx, tx, *item.MeetingID); err != nil {
		return Item{}, err
	}
	return ItemByID(ctx, tx, itemID)
}

func lockInSession(ctx context.Context, tx *db.Tx, id uuid.UUID) (Meeting, error) {
	m, err := lockFor(ctx, tx, access.RunSitting, id)
	if err != nil {
		return Meeting{}, err
	}
	if m.State != InSession {
		return Meeting{}, fault.Explain(fault.Conflict, "meeting.error.not_in_session")
	}
	return m, nil
}

// at returns the moment that a form says, now if it says none. It returns
// fault.Fields for a moment to come, and for one before the minute in which the
// sitting was opened.
func (m Meeting) at(c Clock, now time.Time) (time.Time, error) {
	if c == "" {
		return now, nil
	}
	t := c.On(m.Day)
	if t.After(now) {
		return t, fault.Field("at", "meeting.error.future")
	}
	if m.OpenedAt != nil && t.Before(m.OpenedAt.Truncate(time.Minute)) {
		return t, fault.Field("at", "meeting.error.before_opening", "Time", string(ClockOf(*m.OpenedAt)))
	}
	return t, nil
}

// Arrival says that somebody takes a seat.
type Arrival struct {
	ID     uuid.UUID // from the form: the same form records one arrival
	Seat   uuid.UUID
	Person uuid.UUID // who holds the seat on the day, as holder or deputy
	At     Clock     // "": now
}

// Arrive records that somebody takes a seat: its holder is present, a deputy
// represents it. It returns fault.Fields for a person who does not hold the
// seat and for a moment at which somebody sat there, fault.Conflict unless the
// sitting is in session, fault.Forbidden and fault.NotFound.
func Arrive(ctx context.Context, tx *db.Tx, meetingID uuid.UUID, a Arrival) error {
	m, err := lockInSession(ctx, tx, meetingID)
	if err != nil {
		return err
	}
	seats, err := body.Roster(ctx, tx, m.BodyID, m.Day)
	if err != nil {
		return err
	}
	status, ok := statusOf(seats, a.Seat, a.Person)
	if !ok {
		return fault.Field("person", "meeting.error.person")
	}
	at, err := m.at(a.At, tx.Now)
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	b.Queue(`DELETE FROM attendance WHERE meeting_id = $1 AND seat_id = $2 AND from_at IS NULL`, m.ID, a.Seat)
	queueArrival(b, m, a, status, at)
	return sendAttendance(ctx, tx, m, b)
}

func queueArrival(b *pgx.Batch, m Meeting, a Arrival, status Status, at time.Time) {
	b.Queue(`
		INSERT INTO attendance (id, meeting_id, body_id, day, seat_id, person_id, status, from_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, a.ID, m.ID, m.BodyID, m.Day, a.Seat, a.Person, status, at)
}

func sendAttendance(ctx context.Context, tx *db.Tx, m Meeting, b *pgx.Batch) error {
	err := tx.SendBatch(ctx, b).Close()
	switch db.Constraint(err) {
	case "attendance_once", "attendance_pkey":
		return errors.Join(fault.Field("at", "meeting.error.seat_taken"), err)
	case "attendance_times":
		return errors.Join(fault.Field("at", "meeting.error.leaves_before"), err)
	}
	if err != nil {
		return fmt.Errorf("attendance of sitting %s: %w", m.ID, err)
	}
	return nil
}

// statusOf returns how a seat is taken by a person on the roster.
func statusOf(seats []body.Seat, seatID, personID uuid.UUID) (Status, bool) {
	for _, s := range seats {
		if s.ID != seatID {
			continue
		}
		for _, h := range s.Holders {
			if h.PersonID == personID {
				if h.Slot == 0 {
					return Present, true
				}
				return Represented, true
			}
		}
	}
	return "", false
}

// Leave records that whoever sits on the seat leaves it, for a while or for
// good. It returns fault.Conflict if nobody sits there or the sitting is not in
// session, fault.Fields for a moment before he came, fault.Forbidden and
// fault.NotFound.
func Leave(ctx context.Context, tx *db.Tx, meetingID, seatID uuid.UUID, clock Clock) error {
	m, err := lockInSession(ctx, tx, meetingID)
	if err != nil {
		return err
	}
	at, err := m.at(clock, tx.Now)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `
		UPDATE attendance SET to_at = $3
		WHERE meeting_id = $1 AND seat_id = $2 AND from_at IS NOT NULL AND to_at IS NULL`, meetingID, seatID, at)
	if db.Constraint(err) == "attendance_times" {
		return errors.Join(fault.Field("at", "meeting.error.leaves_before"), err)
	}
	if err != nil {
		return fmt.Errorf("attendance of sitting %s: %w", meetingID, err)
	}
	if n == 0 {
		return fault.Explain(fault.Conflict, "meeting.error.seat_empty")
	}
	return nil
}

// MaxReason is how long the reason of an absence may be, in characters.
const MaxReason = 300

// Miss records that nobody comes for a seat, excused or not. It replaces an
// earlier record of that kind. It returns fault.Fields for bad input,
// fault.Conflict if somebody sat there or the sitting is not in session,
// fault.Forbidden and fault.NotFound.
func Miss(ctx context.Context, tx *db.Tx, meetingID, seatID uuid.UUID, status Status, reason string) error {
	m, err := lockInSession(ctx, tx, meetingID)
	if err != nil {
		return err
	}
	f := fault.Fields{}
	if status != Excused && status != Absent {
		f.Add("status", "field.choice")
	}
	f.Limit("reason", reason, MaxReason)
	if err := f.Err(); err != nil {
		return err
	}
	var came bool
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM attendance WHERE meeting_id = $1 AND seat_id = $2 AND from_at IS NOT NULL)`,
		meetingID, seatID).Scan(&came)
	if err != nil {
		return fmt.Errorf("attendance of sitting %s: %w", meetingID, err)
	}
	if came {
		return fault.Explain(fault.Conflict, "meeting.error.was_there")
	}
	b := &pgx.Batch{}
	b.Queue(`DELETE FROM attendance WHERE meeting_id = $1 AND seat_id = $2`, meetingID, seatID)
	b.Queue(`INSERT INTO attendance (id, meeting_id, body_id, day, seat_id, status, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		uuid.New(), m.ID, m.BodyID, m.Day, seatID, status, reason)
	return sendAttendance(ctx, tx, m, b)
}

// Unrecord deletes a record of attendance that was made by mistake. It returns
// fault.Conflict unless the sitting is in session, fault.Forbidden and
// fault.NotFound.
func Unrecord(ctx context.Context, tx *db.Tx, meetingID, attendanceID uuid.UUID) error {
	if _, err := lockInSession(ctx, tx, meetingID); err != nil {
		return err
	}
	if err := tx.ExecOne(ctx, `DELETE FROM attendance WHERE id = $1 AND meeting_id = $2`, attendanceID, meetingID); err != nil {
		return fmt.Errorf("attendance %s: %w", attendanceID, err)
	}
	return nil
}

// TakeReplies records as present whoever said that he comes, the first deputy
// where the deputy comes, and as excused who declined; seats with a record stay
// as they are. The notes of the answers are for office and chair and stay there. It returns fault.Conflict unless the sitting is in session,
// fault.Forbidden and fault.NotFound.
func TakeReplies(ctx context.Context, tx *db.Tx, meetingID uuid.UUID) error {
	m, err := lockInSession(ctx, tx, meetingID)
	if err != nil {
		return err
	}
	seats, err := body.Roster(ctx, tx, m.BodyID, m.Day)
	if err != nil {
		return err
	}
	replies, err := Replies(ctx, tx, m)
	if err != nil {
		return err
	}
	there, err := Attendance(ctx, tx, meetingID)
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	for _, s := range seats {
		r, answered := replies[s.ID]
		if !answered || recorded(there, s.ID) {
			continue
		}
		takeReply(b, m, s, r, tx.Now)
	}
	if b.Len() == 0 {
		return nil
	}
	return sendAttendance(ctx, tx, m, b)
}

func takeReply(b *pgx.Batch, m Meeting, s body.Seat, r Reply, at time.Time) {
	if r.Reply == Declines {
		b.Queue(`INSERT INTO attendance (id, meeting_id, body_id, day, seat_id, status) VALUES ($1, $2, $3, $4, $5, 'excused')`,
			uuid.New(), m.ID, m.BodyID, m.Day, s.ID)
		return
	}
	for _, h := range s.Holders {
		if (h.Slot == 0) == (r.Reply == Comes) {
			status := Represented
			if h.Slot == 0 {
				status = Present
			}
			queueArrival(b, m, Arrival{ID: uuid.New(), Seat: s.ID, Person: h.PersonID}, status, at)
			return
		}
	}
}

func recorded(list []Attended, seatID uuid.UUID) bool {
	for _, a := range list {
		if a.SeatID == seatID {
			return true
		}
	}
	return false
}

func itoa(n int) string { return strconv.Itoa(n) }
