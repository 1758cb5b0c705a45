package minutes

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/meeting"
)

// Limits of an objection, in characters.
const (
	MaxQuote  = 2000
	MaxReason = 4000
)

// ObjectionKind is why somebody objects.
type ObjectionKind string

// The kinds of objections.
const (
	Wrong        ObjectionKind = "wrong"
	Missing      ObjectionKind = "missing"
	WrongName    ObjectionKind = "name"
	Confidential ObjectionKind = "confidential"
	Other        ObjectionKind = "other"
)

// ObjectionKinds returns every kind in the order of the form.
func ObjectionKinds() []ObjectionKind {
	return []ObjectionKind{Wrong, Missing, WrongName, Confidential, Other}
}

// ObjectionState is what became of an objection.
type ObjectionState string

// The states of an objection.
const (
	ObjectionDraft ObjectionState = "draft"
	Filed          ObjectionState = "filed"
	Accepted       ObjectionState = "accepted"
	Partly         ObjectionState = "partly"
	Rejected       ObjectionState = "rejected"
	LeftToMeeting  ObjectionState = "left_to_meeting"
	Withdrawn      ObjectionState = "withdrawn"
)

// ObjectionStates returns every state in the order of life.
func ObjectionStates() []ObjectionState {
	return []ObjectionState{ObjectionDraft, Filed, LeftToMeeting, Accepted, Partly, Rejected, Withdrawn}
}

// Open says whether somebody still has to decide on the objection.
func (s ObjectionState) Open() bool { return s == Filed || s == LeftToMeeting }

// Followed says whether the text changes because of the objection, in whole or
// in part.
func (s ObjectionState) Followed() bool { return s == Accepted || s == Partly }

// objectionMoves are the transitions, as table state_transition of the database
// has them. What was followed can be decided again until a version with its
// change went out.
var objectionMoves = map[ObjectionState][]ObjectionState{
	ObjectionDraft: {Filed},
	Filed:          {LeftToMeeting, Accepted, Partly, Rejected, Withdrawn},
	LeftToMeeting:  {Accepted, Partly, Rejected, Withdrawn},
	Accepted:       {Partly, Rejected},
	Partly:         {Accepted, Rejected},
}

// Next returns the states that may follow s.
func (s ObjectionState) Next() []ObjectionState { return objectionMoves[s] }

// Objection is an objection (Einwendung) of a seat to a block of a version.
type Objection struct {
	ID          uuid.UUID
	MinutesID   uuid.UUID
	BodyID      uuid.UUID
	Day         calendar.Date // of the sitting
	No          int           // the version it speaks of
	BlockID     uuid.UUID
	Block       string // number of the block in that version, "3.2"
	SeatID      uuid.UUID
	Institution string
	AuthorID    uuid.UUID
	Author      string
	Kind        ObjectionKind
	Quote       string
	Reason      string
	Wish        string
	State       ObjectionState
	Late        bool
	Number      *int
	FiledAt     *time.Time
	ReceivedOn  calendar.Date  // by letter or phone; zero: filed by the member
	Source      meeting.Source // "": filed by the member
	Answer      string
	ResolvedAt  *time.Time
	Resolver    *string
	ItemID      *uuid.UUID // the agenda item to which it was left
	Version     int
}

const objectionColumns = `
	SELECT o.id, o.minutes_id, o.body_id, o.day, o.no, o.block_id, v.number AS block, o.seat_id, s.institution, o.author_id, a.name AS author,
		o.kind, o.quote, o.reason, o.wish, o.state, o.late, o.number, o.filed_at, o.received_on, coalesce(o.source, '') AS source, o.answer,
		o.resolved_at, r.name AS resolver, o.item_id, o.version
	FROM objection o
	JOIN version_block v ON v.programme_id = o.programme_id AND v.minutes_id = o.minutes_id AND v.no = o.no AND v.block_id = o.block_id
	JOIN seat s ON s.programme_id = o.programme_id AND s.id = o.seat_id
	JOIN person a ON a.programme_id = o.programme_id AND a.id = o.author_id
	LEFT JOIN person r ON r.programme_id = o.programme_id AND r.id = o.resolved_by`

// Objections returns the objections to minutes that the actor may read: the
// own, those of the seat, all to the office and the chair, and the others' from
// when the body's rule opens them.
func Objections(ctx context.Context, tx *db.Tx, minutesID uuid.UUID) ([]Objection, error) {
	rows, _ := tx.Query(ctx, objectionColumns+` WHERE o.minutes_id = $1 ORDER BY v.ordinal, o.number, o.id`, minutesID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Objection])
	if err != nil {
		return nil, fmt.Errorf("objections to minutes %s: %w", minutesID, err)
	}
	return list, nil
}

// ObjectionByID returns an objection. It returns fault.NotFound if there is
// none that the actor may read.
func ObjectionByID(ctx context.Context, tx *db.Tx, id uuid.UUID) (Objection, error) {
	rows, _ := tx.Query(ctx, objectionColumns+` WHERE o.id = $1`, id)
	o, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Objection])
	if err != nil {
		return Objection{}, fmt.Errorf("objection %s: %w", id, err)
	}
	return o, nil
}

// NewObjection is an objection as a member writes it, or the office for a seat
// that wrote or called.
type NewObjection struct {
	ID         uuid.UUID // from the form: the same form files it once
	No         int       // the version that was read
	BlockID    uuid.UUID
	SeatID     uuid.UUID // zero: the author's only seat
	Kind       ObjectionKind
	Quote      string
	Reason     string
	Wish       string
	Draft      bool           // kept, not filed
	ReceivedOn calendar.Date  // recorded on behalf: when it came
	Source     meeting.Source // and how
}

// onBehalf says whether the office records it for a seat.
func (n NewObjection) onBehalf() bool { return n.Source != "" }

func (n NewObjection) check() error {
	f := fault.Fields{}
	if !slices.Contains(ObjectionKinds(), n.Kind) {
		f.Add("kind", "field.choice")
	}
	f.Limit("quote", n.Quote, MaxQuote)
	f.Limit("reason", n.Reason, MaxReason)
	f.Limit("wish", n.Wish, MaxPassage)
	if !n.Draft && n.Reason == "" && n.Wish == "" {
		f.Add("wish", "minutes.error.objection_empty")
	}
	if n.onBehalf() && n.ReceivedOn.IsZero() {
		f.Add("received_on", "field.missing")
	}
	if n.onBehalf() && !n.Source.Valid() {
		f.Add("source", "field.choice")
	}
	return f.Err()
}

// Object files an objection, or keeps it as a draft of its author. A wish that
// is the passage as it stands is none. It returns
//   - fault.Fields for bad input,
//   - fault.NotFound for a block that the actor may not read,
//   - fault.Forbidden to who speaks for no seat of the body,
//   - fault.Conflict to a superseded version, to sealed minutes, and after the
//     deadline where the rules refuse late objections,
//   - fact.ErrRepeated if the same form filed it before.
func Object(ctx context.Context, tx *db.Tx, minutesID uuid.UUID, n NewObjection) error {
	m, err := ByID(ctx, tx, minutesID)
	if err != nil {
		return err
	}
	n.Quote, n.Reason, n.Wish = Normalise(n.Quote), Normalise(n.Reason), Normalise(n.Wish)
	said, err := wordsOfBlock(ctx, tx, m, n)
	if err != nil {
		return err
	}
	if n.Wish == said { // the form holds the passage to begin with
		n.Wish = ""
	}
	if n.SeatID, err = speaksFor(tx.Actor, m.BodyID, n); err != nil {
		return err
	}
	switch {
	case n.No != m.No:
		return fault.Explain(fault.Conflict, "minutes.error.superseded")
	case !m.State.UnderReview():
		return fault.Explain(fault.Conflict, "minutes.error.sealed")
	}
	if err := n.check(); err != nil {
		return err
	}
	late, opens, err := reviewRules(ctx, tx, m, n)
	if err != nil {
		return err
	}
	if err := keepObjection(ctx, tx, m, n); err != nil || n.Draft {
		return err
	}
	return fileObjection(ctx, tx, m, n, late, opens)
}

// wordsOfBlock returns what the block says in the version, to this reader.
func wordsOfBlock(ctx context.Context, tx *db.Tx, m Minutes, n NewObjection) (said string, err error) {
	err = tx.QueryRow(ctx, `SELECT body FROM version_block WHERE minutes_id = $1 AND no = $2 AND block_id = $3`, m.ID, n.No, n.BlockID).Scan(&said)
	if err != nil {
		return "", fmt.Errorf("block %s of minutes %s: %w", n.BlockID, m.ID, err)
	}
	return said, nil
}

// speaksFor returns the seat for which the actor objects.
func speaksFor(a access.Actor, bodyID uuid.UUID, n NewObjection) (uuid.UUID, error) {
	if n.onBehalf() {
		if !a.MayAt(access.CirculateMinutes, bodyID) {
			return uuid.Nil, fmt.Errorf("object on behalf of a seat: %w", fault.Forbidden)
		}
		if n.SeatID == uuid.Nil {
			return uuid.Nil, fault.Field("seat", "field.missing")
		}
		return n.SeatID, nil
	}
	seats := a.SeatsFor(access.Object, bodyID)
	switch {
	case slices.Contains(seats, n.SeatID):
		return n.SeatID, nil
	case n.SeatID == uuid.Nil && len(seats) > 0:
		return seats[0], nil
	}
	return uuid.Nil, fmt.Errorf("object without a seat: %w", fault.Forbidden)
}

// reviewRules says whether the objection is late, and from when other members
// read it.
func reviewRules(ctx context.Context, tx *db.Tx, m Minutes, n NewObjection) (late bool, opens calendar.Date, err error) {
	rules, err := body.BylawsOn(ctx, tx, m.BodyID, calendar.Of(tx.Now))
	if err != nil {
		return false, opens, err
	}
	came := calendar.Of(tx.Now)
	if n.onBehalf() {
		came = n.ReceivedOn
		if came.After(calendar.Of(tx.Now)) {
			return false, opens, fault.Field("received_on", "field.future")
		}
	}
	late = m.Late(came)
	if late && !n.Draft && rules.LateObjections == body.RefuseLate {
		return late, opens, fault.Explain(fault.Conflict, "minutes.error.too_late")
	}
	switch rules.ObjectionsOpen {
	case body.OpenAtOnce:
		opens = came
	case body.OpenAfterDeadline:
		opens = m.Deadline.AddDays(1)
	case body.OpenNever:
	}
	return late, opens, nil
}

// keepObjection writes the objection as a draft, or over the author's draft.
func keepObjection(ctx context.Context, tx *db.Tx, m Minutes, n NewObjection) error {
	written, err := tx.Exec(ctx, `
		INSERT INTO objection (id, minutes_id, no, block_id, body_id, day, seat_id, kind, quote, reason, wish, received_on, source, author_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, nullif($13, ''), $14)
		ON CONFLICT (programme_id, id) DO NOTHING`,
		n.ID, m.ID, n.No, n.BlockID, m.BodyID, m.Day, n.SeatID, n.Kind, n.Quote, n.Reason, n.Wish, n.ReceivedOn, string(n.Source), tx.Actor.Person)
	if err != nil {
		return fmt.Errorf("object to minutes %s: %w", m.ID, err)
	}
	if written == 1 {
		return nil
	}
	written, err = tx.Exec(ctx, `
		UPDATE objection SET kind = $2, quote = $3, reason = $4, wish = $5
		WHERE id = $1 AND state = 'draft' AND author_id = $6 AND minutes_id = $7 AND no = $8 AND block_id = $9 AND seat_id = $10
			AND (source IS NULL) = ($11 = '')`,
		n.ID, n.Kind, n.Quote, n.Reason, n.Wish, tx.Actor.Person, m.ID, n.No, n.BlockID, n.SeatID, string(n.Source))
	if err != nil {
		return fmt.Errorf("change objection %s: %w", n.ID, err)
	}
	if written == 1 {
		return nil
	}
	var draft bool // of another version, passage or seat: it is not what this form speaks of
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM objection WHERE id = $1 AND state = 'draft')`, n.ID).Scan(&draft)
	if err != nil {
		return fmt.Errorf("objection %s: %w", n.ID, err)
	}
	if draft {
		return fault.Explain(fault.Conflict, "minutes.error.superseded")
	}
	return fact.ErrRepeated
}

// fileObjection files a draft and gives it its number, last: until then others
// wait for the number.
func fileObjection(ctx context.Context, tx *db.Tx, m Minutes, n NewObjection, late bool, opens calendar.Date) error {
	b := &pgx.Batch{}
	b.Queue(`DELETE FROM no_objection WHERE minutes_id = $1 AND no = $2 AND seat_id = $3`, m.ID, n.No, n.SeatID)
	b.Queue(`
		UPDATE objection SET state = 'filed', late = $2, opens_on = $3, filed_at = $4, number = next_number(body_id, 'objection', $5)
		WHERE id = $1 AND state = 'draft'`, n.ID, late, opens, tx.Now, m.Day.Year())
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("file objection %s: %w", n.ID, err)
	}
	return nil
}

// DiscardDraft deletes an own draft. It returns fault.Forbidden to others than
// the author, fault.Conflict once it was filed, and fault.NotFound.
func DiscardDraft(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	o, err := ObjectionByID(ctx, tx, id)
	switch {
	case err != nil:
		return err
	case o.AuthorID != tx.Actor.Person:
		return fmt.Errorf("discard objection %s: %w", id, fault.Forbidden)
	case o.State != ObjectionDraft:
		return fault.Explain(fault.Conflict, "minutes.error.objection_filed")
	}
	if err := tx.ExecOne(ctx, `DELETE FROM objection WHERE id = $1 AND state = 'draft'`, id); err != nil {
		return fmt.Errorf("discard objection %s: %w", id, err)
	}
	return nil
}

// Withdraw takes back a filed objection of one's own seat. It returns
// fault.Conflict if it was decided, and fault.Forbidden to others.
func Withdraw(ctx context.Context, tx *db.Tx, id uuid.UUID, version int) error {
	o, err := ObjectionByID(ctx, tx, id)
	if err != nil {
		return err
	}
	if !slices.Contains(tx.Actor.SeatsFor(access.Object, o.BodyID), o.SeatID) {
		return fmt.Errorf("withdraw objection %s: %w", id, fault.Forbidden)
	}
	if !o.State.Open() {
		return fault.Explain(fault.Conflict, "minutes.error.objection_decided")
	}
	return moveObjection(ctx, tx, o, version, Withdrawn, o.Answer)
}

func moveObjection(ctx context.Context, tx *db.Tx, o Objection, version int, to ObjectionState, answer string) error {
	n, err := tx.Exec(ctx, `
		UPDATE objection SET state = $2, answer = $3, resolved_at = $4, resolved_by = $5
		WHERE id = $1 AND version = $6`, o.ID, to, answer, tx.Now, actor(tx), version)
	if db.Constraint(err) == "state_moves" {
		return errors.Join(fault.Explain(fault.Conflict, "minutes.error.objection_decided"), err)
	}
	if err != nil {
		return fmt.Errorf("decide on objection %s: %w", o.ID, err)
	}
	if n == 0 {
		return fmt.Errorf("objection %s: %w", o.ID, fault.Stale)
	}
	return nil
}

// NoObjection says for the actor's seats that a version is right as it is.
func NoObjection(ctx context.Context, tx *db.Tx, minutesID uuid.UUID, no int) error {
	m, err := ByID(ctx, tx, minutesID)
	if err != nil {
		return err
	}
	seats := tx.Actor.SeatsFor(access.Object, m.BodyID)
	switch {
	case len(seats) == 0:
		return fmt.Errorf("no objection to minutes %s: %w", minutesID, fault.Forbidden)
	case no != m.No:
		return fault.Explain(fault.Conflict, "minutes.error.superseded")
	case !m.State.UnderReview():
		return fault.Explain(fault.Conflict, "minutes.error.sealed")
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO no_objection (minutes_id, no, seat_id, body_id, day)
		SELECT $1, $2, s, $3, $4 FROM unnest($5::uuid[]) AS s
		ON CONFLICT DO NOTHING`, m.ID, no, m.BodyID, m.Day, seats)
	if err != nil {
		return fmt.Errorf("no objection to minutes %s: %w", minutesID, err)
	}
	return nil
}

// SaidNothingToObject says whether the actor's seats said so about a version.
func SaidNothingToObject(ctx context.Context, tx *db.Tx, m Minutes) (said bool, err error) {
	err = tx.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM no_objection WHERE minutes_id = $1 AND no = $2 AND seat_id = ANY ($3))`,
		m.ID, m.No, tx.Actor.SeatsFor(access.Object, m.BodyID)).Scan(&said)
	if err != nil {
		return false, fmt.Errorf("answers to minutes %s: %w", m.ID, err)
	}
	return said, nil
}
