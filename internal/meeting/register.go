package meeting

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// The states by which the register is filtered.
const (
	RegisterInForce  = "in_force"
	RegisterRejected = "rejected"
	RegisterVoid     = "void"
	RegisterOpen     = "unanswered" // sent on, no answer yet
)

// RegisterStates returns every state in the order of the form.
func RegisterStates() []string {
	return []string{RegisterInForce, RegisterOpen, RegisterRejected, RegisterVoid}
}

// RegisterQuery says which decisions the register shows.
type RegisterQuery struct {
	Body  uuid.UUID    // zero: all
	Year  int          // 0: all
	Type  DecisionType // "": all
	State string       // "": all
	After string       // cursor of the page before
}

// RegisterRow is one line of the register with the cursor behind it.
type RegisterRow struct {
	Decision
	Cursor string
}

// RegisterPage is one page of the register, the newest first.
type RegisterPage struct {
	Rows  []RegisterRow
	Next  string
	Count int // counted up to 1,001
}

const registerFilter = `
	WHERE ($1::uuid IS NULL OR d.body_id = $1)
		AND ($2 = 0 OR d.day BETWEEN make_date(nullif($2, 0), 1, 1) AND make_date(nullif($2, 0), 12, 31))
		AND ($3 = '' OR d.type = $3)
		AND CASE $4
			WHEN 'in_force' THEN d.result = 'adopted' AND d.void_why IS NULL
			WHEN 'rejected' THEN d.result = 'rejected' AND d.void_why IS NULL
			WHEN 'void' THEN d.void_why IS NOT NULL
			WHEN 'unanswered' THEN EXISTS (SELECT FROM recommendation r
				WHERE r.programme_id = d.programme_id AND r.decision_id = d.id AND r.answered_on IS NULL)
			ELSE true END`

// standing orders the register; as text it is the cursor.
const standing = `(d.day::text || to_char(d.decided_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || lpad(coalesce(d.number, 0)::text, 6, '0') || d.id::text)`

func (q RegisterQuery) args() []any {
	var bodyID *uuid.UUID
	if q.Body != uuid.Nil {
		bodyID = &q.Body
	}
	return []any{bodyID, q.Year, string(q.Type), q.State}
}

// Register returns a page of the decisions that the actor reads.
func Register(ctx context.Context, tx *db.Tx, q RegisterQuery) (RegisterPage, error) {
	var page RegisterPage
	b := &pgx.Batch{}
	b.Queue(`SELECT `+decisionColumns+`, `+standing+` AS cursor`+decisionTables+registerFilter+`
			AND ($5 = '' OR `+standing+` < $5)
		ORDER BY cursor DESC
		LIMIT $6`, append(q.args(), q.After, PageSize+1)...).Query(func(rows pgx.Rows) (err error) {
		page.Rows, err = pgx.CollectRows(rows, pgx.RowToStructByName[RegisterRow])
		return err
	})
	b.Queue(`SELECT count(*) FROM (SELECT 1`+decisionTables+registerFilter+` LIMIT 1001) AS hits`, q.args()...).QueryRow(func(row pgx.Row) error {
		return row.Scan(&page.Count)
	})
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return RegisterPage{}, fmt.Errorf("register of decisions: %w", err)
	}
	if len(page.Rows) > PageSize {
		page.Rows = page.Rows[:PageSize]
		page.Next = page.Rows[PageSize-1].Cursor
	}
	return page, nil
}

// EachDecision calls fn with every decision that the query leaves, the newest
// first.
func EachDecision(ctx context.Context, tx *db.Tx, q RegisterQuery, fn func(Decision) error) error {
	list, err := decisions(ctx, tx, registerFilter+` ORDER BY `+standing+` DESC`, q.args()...)
	if err != nil {
		return err
	}
	for _, d := range list {
		if err := fn(d); err != nil {
			return err
		}
	}
	return nil
}

// DecisionsOn returns the decisions on an item.
func DecisionsOn(ctx context.Context, tx *db.Tx, itemID uuid.UUID) ([]Decision, error) {
	return decisions(ctx, tx, ` WHERE d.agenda_item_id = $1 ORDER BY d.decided_at, d.number`, itemID)
}

// Effect is what came of a recommendation.
type Effect string

// Effects returns every effect of an answer in the order of the form.
func Effects() []Effect { return []Effect{"followed", "partly", "not_followed", "open"} }

// NameKey returns the locale key of the effect's name.
func (e Effect) NameKey() string { return "decision.effect." + string(e) }

// The longest texts of a recommendation, in characters.
const (
	MaxAddressee = 160
	MaxAnswer    = 4000
)

// Recommendation is a decision that was sent on to somebody.
type Recommendation struct {
	ID         uuid.UUID
	DecisionID uuid.UUID
	BodyID     uuid.UUID
	Addressee  string
	Ministry   bool // the ministry reads the decision and this
	SentOn     calendar.Date
	AnsweredOn calendar.Date
	Answer     string
	Effect     Effect
	Version    int
}

// Age returns for how many days the addressee has had it, up to the answer if
// there is one.
func (r Recommendation) Age(today calendar.Date) int {
	if !r.AnsweredOn.IsZero() {
		return r.SentOn.DaysUntil(r.AnsweredOn)
	}
	return r.SentOn.DaysUntil(today)
}

const recommendationColumns = `SELECT id, decision_id, body_id, addressee, ministry, sent_on, answered_on, answer, effect, version FROM recommendation`

// RecommendationsOf returns where a decision was sent.
func RecommendationsOf(ctx context.Context, tx *db.Tx, decisionID uuid.UUID) ([]Recommendation, error) {
	rows, _ := tx.Query(ctx, recommendationColumns+` WHERE decision_id = $1 ORDER BY sent_on, addressee, id`, decisionID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Recommendation])
	if err != nil {
		return nil, fmt.Errorf("recommendations of decision %s: %w", decisionID, err)
	}
	return list, nil
}

// RecommendationByID returns a recommendation. It returns fault.NotFound if
// there is none that the actor sees.
func RecommendationByID(ctx context.Context, tx *db.Tx, id uuid.UUID) (Recommendation, error) {
	rows, _ := tx.Query(ctx, recommendationColumns+` WHERE id = $1`, id)
	r, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Recommendation])
	if err != nil {
		return Recommendation{}, fmt.Errorf("recommendation %s: %w", id, err)
	}
	return r, nil
}

// Forwarding says where a decision was sent.
type Forwarding struct {
	ID        uuid.UUID // from the form
	Addressee string
	Ministry  bool
	SentOn    calendar.Date
}

// Forward records that a decision was sent on. One that goes to the ministry
// is the ministry's to read from that day on. It returns fault.Fields for bad
// input, fault.Conflict for a decision that is not in force, fault.Forbidden to
// all but the office and fault.NotFound.
func Forward(ctx context.Context, tx *db.Tx, decisionID uuid.UUID, n Forwarding) error {
	d, err := DecisionByID(ctx, tx, decisionID)
	if err != nil {
		return err
	}
	if !tx.Actor.MayAt(access.ForwardDecisions, d.BodyID) {
		return fmt.Errorf("forward decision %s: %w", decisionID, fault.Forbidden)
	}
	f := fault.Fields{}
	f.Require("addressee", n.Addressee, MaxAddressee)
	switch {
	case n.SentOn.IsZero():
		f.Add("sent_on", "field.missing")
	case n.SentOn.After(calendar.Of(tx.Now)):
		f.Add("sent_on", "field.future")
	case n.SentOn.Before(d.Day):
		f.Add("sent_on", "decision.error.before_decision")
	}
	if err := f.Err(); err != nil {
		return err
	}
	if !d.InForce() {
		return fault.Explain(fault.Conflict, "decision.error.not_in_force")
	}
	b := &pgx.Batch{}
	b.Queue(`
		INSERT INTO recommendation (id, decision_id, body_id, day, addressee, ministry, sent_on)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT DO NOTHING`, n.ID, d.ID, d.BodyID, d.Day, n.Addressee, n.Ministry, n.SentOn)
	if n.Ministry {
		b.Queue(`UPDATE decision SET to_ministry_on = $2 WHERE id = $1 AND to_ministry_on IS NULL`, d.ID, n.SentOn)
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("forward decision %s: %w", decisionID, err)
	}
	return nil
}

// Response is what an addressee answered.
type Response struct {
	AnsweredOn calendar.Date
	Answer     string
	Effect     Effect
}

// AnswerForward records what became of a recommendation. version is the one
// that was read. It returns fault.Fields for bad input, fault.Stale if somebody
// else changed it meanwhile, fault.Forbidden to all but the office and
// fault.NotFound.
func AnswerForward(ctx context.Context, tx *db.Tx, id uuid.UUID, version int, n Response) error {
	r, err := RecommendationByID(ctx, tx, id)
	if err != nil {
		return err
	}
	if !tx.Actor.MayAt(access.ForwardDecisions, r.BodyID) {
		return fmt.Errorf("answer recommendation %s: %w", id, fault.Forbidden)
	}
	f := fault.Fields{}
	switch {
	case n.AnsweredOn.IsZero():
		f.Add("answered_on", "field.missing")
	case n.AnsweredOn.After(calendar.Of(tx.Now)):
		f.Add("answered_on", "field.future")
	case n.AnsweredOn.Before(r.SentOn):
		f.Add("answered_on", "decision.error.before_sent")
	}
	f.Limit("answer", n.Answer, MaxAnswer)
	known := false
	for _, e := range Effects() {
		known = known || e == n.Effect
	}
	if !known {
		f.Add("effect", "field.choice")
	}
	if err := f.Err(); err != nil {
		return err
	}
	touched, err := tx.Exec(ctx, `
		UPDATE recommendation SET answered_on = $3, answer = $4, effect = $5
		WHERE id = $1 AND version = $2`, id, version, n.AnsweredOn, n.Answer, n.Effect)
	if err != nil {
		return fmt.Errorf("answer recommendation %s: %w", id, err)
	}
	if touched == 0 {
		return fmt.Errorf("recommendation %s: %w", id, fault.Stale)
	}
	return nil
}
