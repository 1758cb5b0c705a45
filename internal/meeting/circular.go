package meeting

import (
	"context"
	"encoding/json"
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
	"rundertisch/internal/inbox"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/mail"
)

// The states of a circular decision.
const (
	CircularOpen      = "open"
	CircularWithdrawn = "withdrawn"
)

// Circular is a decision between two sittings (Umlaufbeschluss).
type Circular struct {
	ID        uuid.UUID
	BodyID    uuid.UUID
	BodyName  string
	Day       calendar.Date // on which it was sent round
	Title     string
	Wording   string
	Reason    string
	Type      DecisionType
	NonPublic bool
	Deadline  calendar.Date
	Explained []body.Step
	State     string // open, adopted, rejected, withdrawn
	ClosedAt  *time.Time
	Version   int
}

// Over says whether the deadline is over at the moment.
func (c Circular) Over(now time.Time) bool { return calendar.Of(now).After(c.Deadline) }

const circularColumns = `
	SELECT c.id, c.body_id, b.name AS body_name, c.day, c.title, c.wording, c.reason, c.type, c.non_public, c.deadline, c.explained, c.state,
		c.closed_at, c.version
	FROM circular_vote c
	JOIN body b ON b.programme_id = c.programme_id AND b.id = c.body_id`

// CircularByID returns a circular decision. It returns fault.NotFound if there
// is none that the actor sees.
func CircularByID(ctx context.Context, tx *db.Tx, id uuid.UUID) (Circular, error) {
	list, err := circulars(ctx, tx, ` WHERE c.id = $1`, id)
	if err != nil {
		return Circular{}, err
	}
	if len(list) == 0 {
		return Circular{}, fmt.Errorf("circular decision %s: %w", id, fault.NotFound)
	}
	return list[0], nil
}

// CircularList returns the newest circular decisions that the actor sees, open
// ones first.
func CircularList(ctx context.Context, tx *db.Tx) ([]Circular, error) {
	return circulars(ctx, tx, ` ORDER BY c.state <> 'open', c.deadline DESC, c.id LIMIT 200`)
}

func circulars(ctx context.Context, tx *db.Tx, where string, args ...any) ([]Circular, error) {
	rows, _ := tx.Query(ctx, circularColumns+where, args...)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Circular])
	if err != nil {
		return nil, fmt.Errorf("circular decisions: %w", err)
	}
	return list, nil
}

// NewCircular is what is sent round.
type NewCircular struct {
	ID        uuid.UUID // from the form
	Title     string
	Wording   string
	Reason    string
	Type      DecisionType
	NonPublic bool
}

// StartCircular sends a motion round to the voting seats of a body, with the
// deadline that the rules set. A repeated form sends nothing. It returns
// fault.Fields for bad input, fault.Conflict if the rules allow no decisions
// between sittings, fault.Forbidden to all but the office.
func (s *Service) StartCircular(ctx context.Context, tx *db.Tx, bodyID uuid.UUID, n NewCircular) error {
	if !tx.Actor.MayAt(access.KeepSittings, bodyID) {
		return fmt.Errorf("circular decision of body %s: %w", bodyID, fault.Forbidden)
	}
	f := fault.Fields{}
	f.Require("title", n.Title, MaxDecisionTitle)
	f.Require("wording", n.Wording, MaxWording)
	f.Limit("reason", n.Reason, MaxWording)
	if !n.Type.Valid() {
		f.Add("type", "field.choice")
	}
	if err := f.Err(); err != nil {
		return err
	}
	today := calendar.Of(tx.Now)
	rules, err := body.BylawsOn(ctx, tx, bodyID, today)
	if err != nil {
		return err
	}
	if !rules.Circular {
		return fault.Explain(fault.Conflict, "circular.error.not_allowed")
	}
	deadline := body.CircularDeadline(rules, today)
	if err := insertCircular(ctx, tx, bodyID, n, rules, today, deadline); err != nil {
		return err
	}
	return s.mailCircular(ctx, tx, bodyID, n, deadline.Day)
}

func insertCircular(ctx context.Context, tx *db.Tx, bodyID uuid.UUID, n NewCircular, rules body.Bylaws, today calendar.Date, d body.Deadline) error {
	explained, err := json.Marshal(d.Steps)
	if err != nil {
		return fmt.Errorf("explain circular decision %s: %w", n.ID, err)
	}
	var rulesID *uuid.UUID
	if rules.ID != uuid.Nil {
		rulesID = &rules.ID
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO circular_vote (id, body_id, day, title, wording, reason, type, non_public, deadline, explained, bylaws_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, $11)`,
		n.ID, bodyID, today, n.Title, n.Wording, n.Reason, n.Type, n.NonPublic, d.Day, string(explained), rulesID)
	if db.Constraint(err) == "circular_vote_pkey" {
		return errors.Join(fact.ErrRepeated, err)
	}
	if err != nil {
		return fmt.Errorf("start circular decision %s: %w", n.ID, err)
	}
	return nil
}

// mailCircular tells holders and deputies of voting seats. What is not public
// is not in the mail.
func (s *Service) mailCircular(ctx context.Context, tx *db.Tx, bodyID uuid.UUID, n NewCircular, deadline calendar.Date) error {
	site, err := mail.SiteOf(ctx, tx, s.base)
	if err != nil {
		return err
	}
	of, err := body.ByID(ctx, tx, bodyID)
	if err != nil {
		return err
	}
	seats, err := body.Roster(ctx, tx, bodyID, calendar.Of(tx.Now))
	if err != nil {
		return err
	}
	title := n.Title
	if n.NonPublic {
		title = locale.T(ctx, "meeting.mail.non_public")
	}
	var messages []mail.Message
	var told []uuid.UUID
	for _, seat := range seats {
		for _, h := range seat.Holders {
			if !seat.Voting {
				continue
			}
			told = append(told, h.PersonID)
			if h.Email == "" {
				continue
			}
			words := []any{
				"Name", h.Name, "Body", of.Name, "Title", title, "Day", locale.Date(ctx, deadline.Time()),
				"URL", site.At(link.Circular(n.ID)), "Programme", site.Name,
			}
			messages = append(messages, mail.Message{
				To: h.Email, Subject: locale.T(ctx, "circular.mail.subject", words...), Body: locale.T(ctx, "circular.mail.body", words...),
			})
		}
	}
	if _, err = s.mail.PostAll(ctx, tx, messages); err != nil {
		return err
	}
	return s.inbox.Tell(ctx, tx, inbox.Message{
		Kind: inbox.CircularStarted, People: told, Place: of.Name, DueOn: deadline, Address: link.Circular(n.ID), NoMail: true,
	})
}

// CircularBallot is a seat's vote between two sittings.
type CircularBallot struct {
	SeatID      uuid.UUID
	Institution string
	Choice      string
	CastAt      time.Time
	Caster      string
	ReceivedOn  calendar.Date
	Source      Source // "": the seat itself voted
}

// CircularBallots returns the votes on a circular decision: all of them to the
// office and the chair, to others those of their own seats.
func CircularBallots(ctx context.Context, tx *db.Tx, id uuid.UUID) ([]CircularBallot, error) {
	rows, _ := tx.Query(ctx, `
		SELECT b.seat_id, s.institution, b.choice, b.cast_at, coalesce(p.name, '') AS caster, b.received_on, coalesce(b.source, '') AS source
		FROM circular_ballot b
		JOIN seat s ON s.programme_id = b.programme_id AND s.id = b.seat_id
		LEFT JOIN person p ON p.programme_id = b.programme_id AND p.id = b.cast_by
		WHERE b.circular_id = $1
		ORDER BY s.ordinal, s.institution`, id)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[CircularBallot])
	if err != nil {
		return nil, fmt.Errorf("votes on circular decision %s: %w", id, err)
	}
	return list, nil
}

// NewBallot is a vote to be cast.
type NewBallot struct {
	Seat       uuid.UUID
	Choice     string
	ReceivedOn calendar.Date // on behalf of the seat only
	Source     Source        // on behalf of the seat only
}

// Cast casts the vote of a seat that the actor holds, once. It returns
// fault.Fields for bad input, fault.Conflict after the deadline or if the seat
// has voted, fault.Forbidden for a seat that the actor does not hold today or
// that has no vote, and fault.NotFound.
func Cast(ctx context.Context, tx *db.Tx, id uuid.UUID, n NewBallot) error {
	c, err := CircularByID(ctx, tx, id)
	if err != nil {
		return err
	}
	if !slices.Contains(tx.Actor.SeatsFor(access.VoteBetween, c.BodyID), n.Seat) {
		return fmt.Errorf("vote on %s: %w", id, fault.Forbidden)
	}
	n.ReceivedOn, n.Source = calendar.Date{}, ""
	if c.Over(tx.Now) {
		return fault.Explain(fault.Conflict, "circular.error.over")
	}
	return castBallot(ctx, tx, c, n)
}

// CastOnBehalf records a vote that came by letter or phone. What counts is the
// day on which it reached the office. It returns fault.Fields for bad input,
// fault.Conflict if it came late or the seat has voted, fault.Forbidden to all
// but the office and fault.NotFound.
func CastOnBehalf(ctx context.Context, tx *db.Tx, id uuid.UUID, n NewBallot) error {
	c, err := CircularByID(ctx, tx, id)
	if err != nil {
		return err
	}
	if !tx.Actor.MayAt(access.KeepSittings, c.BodyID) {
		return fmt.Errorf("vote on %s: %w", id, fault.Forbidden)
	}
	f := fault.Fields{}
	checkOnBehalf(f, n.ReceivedOn, n.Source, calendar.Of(tx.Now))
	if n.ReceivedOn.After(c.Deadline) {
		f.Add("received_on", "circular.error.late")
	}
	if err := f.Err(); err != nil {
		return err
	}
	return castBallot(ctx, tx, c, n)
}

// castBallot writes a vote. The database lets it wait for whoever counts, and
// whoever counts for it.
func castBallot(ctx context.Context, tx *db.Tx, c Circular, n NewBallot) error {
	seats, err := body.Roster(ctx, tx, c.BodyID, c.Day)
	if err != nil {
		return err
	}
	f := fault.Fields{}
	if !slices.ContainsFunc(seats, func(s body.Seat) bool { return s.ID == n.Seat && s.Voting }) {
		f.Add("seat", "circular.error.no_vote")
	}
	if n.Choice != Yes && n.Choice != No && n.Choice != Abstain {
		f.Add("choice", "circular.error.choice")
	}
	if err := f.Err(); err != nil {
		return err
	}
	if c.State != CircularOpen {
		return fault.Explain(fault.Conflict, "circular.error.over")
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO circular_ballot (circular_id, seat_id, body_id, choice, received_on, source, cast_at)
		VALUES ($1, $2, $3, $4, $5, nullif($6, ''), $7)`, c.ID, n.Seat, c.BodyID, n.Choice, n.ReceivedOn, string(n.Source), tx.Now)
	switch db.Constraint(err) {
	case "circular_ballot_pkey":
		return errors.Join(fault.Explain(fault.Conflict, "circular.error.voted"), err)
	case "circular_ballot_in_time": // it was counted meanwhile
		return errors.Join(fault.Explain(fault.Conflict, "circular.error.over"), err)
	}
	if err != nil {
		return fmt.Errorf("vote on %s: %w", c.ID, err)
	}
	return nil
}

// CountCircular counts a circular decision after its deadline, or earlier if
// every voting seat has answered, and records the decision. A second call
// changes nothing. It returns fault.Conflict before that and for a motion that
// was withdrawn, fault.Forbidden to all but the office and the system, and
// fault.NotFound.
func CountCircular(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	c, err := lockCircular(ctx, tx, id)
	if err == nil && c.State == CircularWithdrawn {
		err = fault.Explain(fault.Conflict, "circular.error.over")
	}
	if err != nil || c.State != CircularOpen {
		return err
	}
	seats, err := body.Roster(ctx, tx, c.BodyID, c.Day)
	if err != nil {
		return err
	}
	cast, err := CircularBallots(ctx, tx, id)
	if err != nil {
		return err
	}
	rules, err := body.BylawsOn(ctx, tx, c.BodyID, c.Day)
	if err != nil {
		return err
	}
	voting := body.VotingSeats(seats)
	if !c.Over(tx.Now) && len(cast) < voting {
		return fault.Explain(fault.Conflict, "circular.error.still_open")
	}
	choices := make(map[uuid.UUID]string, len(cast))
	for _, b := range cast {
		choices[b.SeatID] = b.Choice
	}
	votes := addUp(body.Votes{Voting: voting}, seats, choices)
	result := body.DecideCircular(rules, votes)
	votes.Present = voting
	state := Rejected
	if result.Adopted {
		state = Adopted
	}
	err = tx.ExecOne(ctx, `UPDATE circular_vote SET state = $2, closed_at = $3 WHERE id = $1 AND state = 'open'`, id, state, tx.Now)
	if err != nil {
		return fmt.Errorf("close circular decision %s: %w", id, err)
	}
	if rules.Majority != body.MajorityPerGroup { // the silent ones voted as the rules say
		votes.Yes, votes.No, votes.Abstain = result.Yes, result.No, result.Abstain
	}
	met, needed := body.QuorumOf(rules, voting, voting, false)
	return record(ctx, tx, ballotPaper{
		id: DecisionOfCircular(id), body: c.BodyID, circular: &id, day: c.countedOn(tx.Now), nonPublic: c.NonPublic, kind: c.Type,
		title: c.Title, wording: c.Wording, method: ByCircular, at: tx.Now, rules: rules, votes: votes, needed: needed, met: met,
		result: result, choices: choices,
	})
}

// DecisionOfCircular returns the id of the decision that a circular decision
// becomes once it is counted.
func DecisionOfCircular(id uuid.UUID) uuid.UUID { return uuid.NewSHA1(id, []byte("decision")) }

// countedOn is the day of the decision: that of the deadline, or today if all
// have answered before.
func (c Circular) countedOn(now time.Time) calendar.Date {
	if c.Over(now) {
		return c.Deadline
	}
	return calendar.Of(now)
}

// WithdrawCircular takes a motion back before it is counted. It returns
// fault.Conflict once it was, fault.Forbidden to all but the office and
// fault.NotFound.
func WithdrawCircular(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	c, err := lockCircular(ctx, tx, id)
	if err != nil || c.State == CircularWithdrawn {
		return err
	}
	if c.State != CircularOpen {
		return fault.Explain(fault.Conflict, "circular.error.over")
	}
	err = tx.ExecOne(ctx, `UPDATE circular_vote SET state = 'withdrawn', closed_at = $2 WHERE id = $1 AND state = 'open'`, id, tx.Now)
	if err != nil {
		return fmt.Errorf("withdraw circular decision %s: %w", id, err)
	}
	return nil
}

// lockCircular returns a circular decision, held against others, to the office
// or the system.
func lockCircular(ctx context.Context, tx *db.Tx, id uuid.UUID) (Circular, error) {
	c, err := CircularByID(ctx, tx, id)
	if err != nil {
		return Circular{}, err
	}
	if !tx.Actor.MayAt(access.KeepSittings, c.BodyID) {
		return Circular{}, fmt.Errorf("circular decision %s: %w", id, fault.Forbidden)
	}
	list, err := circulars(ctx, tx, ` WHERE c.id = $1 FOR UPDATE OF c`, id)
	if err != nil {
		return Circular{}, err
	}
	if len(list) == 0 {
		return Circular{}, fmt.Errorf("circular decision %s: %w", id, fault.NotFound)
	}
	return list[0], nil
}
