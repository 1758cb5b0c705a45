package meeting

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// DecisionType is what a decision is about.
type DecisionType string

// The types of decisions.
const (
	Strategy   DecisionType = "strategy"             // regional development strategy, § 8 SächsKHG
	ToMinistry DecisionType = "proposal_to_ministry" // proposal for hospital planning
	Procedural DecisionType = "procedural"
	Elected    DecisionType = "election"
	TaskGiven  DecisionType = "task"
	OtherType  DecisionType = "other"
)

// DecisionTypes returns every type in the order of the form.
func DecisionTypes() []DecisionType {
	return []DecisionType{OtherType, Strategy, ToMinistry, Procedural, Elected, TaskGiven}
}

// Valid says whether t is a type.
func (t DecisionType) Valid() bool { return slices.Contains(DecisionTypes(), t) }

// NameKey returns the locale key of the type's name.
func (t DecisionType) NameKey() string { return "decision.type." + string(t) }

// Method is how a vote was taken.
type Method string

// The methods of voting.
const (
	ByHand     Method = "hand"
	ByName     Method = "by_name"
	ByCircular Method = "circular"
)

// NameKey returns the locale key of the method's name.
func (m Method) NameKey() string { return "decision.method." + string(m) }

// The results of a vote.
const (
	Adopted  = "adopted"
	Rejected = "rejected"
)

// Decision is a vote with its result. It never changes; a mistake is struck
// with a reason and keeps its number.
type Decision struct {
	ID           uuid.UUID
	BodyID       uuid.UUID
	BodyName     string
	MeetingID    *uuid.UUID
	CircularID   *uuid.UUID
	AgendaItemID *uuid.UUID
	Day          calendar.Date
	NonPublic    bool
	Type         DecisionType
	Title        string
	Wording      string
	Method       Method
	Majority     body.Majority
	Seats        int // voting seats of the body
	Present      int // of them there for this vote, without the biased
	QuorumNeeded int
	QuorumMet    bool
	Yes          int
	No           int
	Abstain      int
	Result       string // Adopted or Rejected
	Explained    []body.Step
	Year         *int // with Number; nil: rejected, no number
	Number       *int
	DecidedAt    time.Time
	VoidWhy      string // "": in force
	ReleasedAt   *time.Time
	ToMinistryOn calendar.Date
	Simulated    bool
}

// Label returns the decision's number as "2026/3", and "" for one that was
// rejected.
func (d Decision) Label() string {
	if d.Number == nil || d.Year == nil {
		return ""
	}
	return strconv.Itoa(*d.Year) + "/" + strconv.Itoa(*d.Number)
}

// InForce says whether the decision was adopted and not struck.
func (d Decision) InForce() bool { return d.Result == Adopted && d.VoidWhy == "" }

const decisionColumns = `d.id, d.body_id, b.name AS body_name, d.meeting_id, d.circular_id, d.agenda_item_id, d.day, d.non_public, d.type,
	d.title, d.wording, d.method, d.majority, d.seats, d.present, d.quorum_needed, d.quorum_met, d.yes, d.no, d.abstain, d.result,
	d.explained, d.year, d.number, d.decided_at, coalesce(d.void_why, '') AS void_why, d.released_at, d.to_ministry_on, d.simulated`

const decisionTables = `
	FROM decision d
	JOIN body b ON b.programme_id = d.programme_id AND b.id = d.body_id`

// DecisionsOf returns the decisions of a sitting in the order in which they
// were taken.
func DecisionsOf(ctx context.Context, tx *db.Tx, meetingID uuid.UUID) ([]Decision, error) {
	return decisions(ctx, tx, ` WHERE d.meeting_id = $1 ORDER BY d.decided_at, d.number`, meetingID)
}

// DecisionByID returns a decision. It returns fault.NotFound if there is none
// that the actor sees.
func DecisionByID(ctx context.Context, tx *db.Tx, id uuid.UUID) (Decision, error) {
	rows, _ := tx.Query(ctx, `SELECT `+decisionColumns+decisionTables+` WHERE d.id = $1`, id)
	d, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Decision])
	if err != nil {
		return Decision{}, fmt.Errorf("decision %s: %w", id, err)
	}
	return d, nil
}

func decisions(ctx context.Context, tx *db.Tx, where string, args ...any) ([]Decision, error) {
	rows, _ := tx.Query(ctx, `SELECT `+decisionColumns+decisionTables+where, args...)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Decision])
	if err != nil {
		return nil, fmt.Errorf("decisions: %w", err)
	}
	return list, nil
}
