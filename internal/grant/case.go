package grant

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
	"rundertisch/internal/money"
)

// Case is a grant for one post and period.
type Case struct {
	ID           uuid.UUID
	SchemeID     uuid.UUID
	SchemeName   string
	Regime       Kind
	TermsID      uuid.UUID
	DistrictID   uuid.UUID
	AGS          string `db:"ags"`
	DistrictName string
	PostID       uuid.UUID
	BudgetID     uuid.UUID
	RunID        *uuid.UUID
	Period       calendar.Range
	FileRef      string // Aktenzeichen, as in KOMP-2026-0007; the database numbers
	State        State
	Since        calendar.Date // of the state
	Amount       money.Cents   // drafted, then granted
	Paid         money.Cents
	FundsOn      calendar.Date // when the funds were checked; zero: not yet
	OfficerID    *uuid.UUID
	OfficerName  string
	FollowUpOn   calendar.Date // Wiedervorlage
	FollowUp     string
	Simulated    bool
	Version      int
}

// shownState is the state as the reader may know it: a district learns of a
// decision by its notice, not by its signature.
const shownState = `CASE WHEN (SELECT current_reach()) IN ('system', 'ministry') THEN c.state
	WHEN c.state IN ('recommended', 'approved') OR c.state = 'rejected' AND unsaid_since(c.programme_id, c.id) IS NOT NULL THEN 'in_review'
	WHEN c.state IN ('partly_revoked', 'revoked') AND unsaid_since(c.programme_id, c.id) IS NOT NULL THEN 'hearing'
	ELSE c.state END`

// shownAmount is the amount as the reader may know it: to the ministry what was
// applied for when it was sent in, not what the district is writing, and to the
// district the same until the decision on it, not what the officer reckons.
const shownAmount = `CASE WHEN c.regime = 'application' AND CASE (SELECT current_reach())
		WHEN 'system' THEN false
		WHEN 'ministry' THEN c.state IN ('none', 'draft', 'returned', 'withdrawn') AND c.district_id <> ALL (coalesce((SELECT current_districts())::uuid[], '{}'))
		ELSE ` + shownState + ` = 'in_review' OR c.state = 'rejected' END
	THEN coalesce((SELECT a.amount FROM case_event a
		WHERE a.programme_id = c.programme_id AND a.case_id = c.id AND a.event IN ('submitted', 'resubmitted') ORDER BY a.at DESC LIMIT 1), 0)
	ELSE c.amount END`

const caseColumns = `
	c.id, c.scheme_id, s.name AS scheme_name, c.regime, c.terms_id, c.district_id, d.ags, d.name AS district_name, c.post_id, c.budget_id, c.run_id,
	c.period, c.file_ref, ` + shownState + ` AS state,
	(SELECT max(e.on_day) FROM case_event e WHERE e.programme_id = c.programme_id AND e.case_id = c.id AND e.to_state = ` + shownState + `) AS since,
	` + shownAmount + ` AS amount, c.paid, c.funds_on, c.officer_id, coalesce(o.name, '') AS officer_name, c.follow_up_on, c.follow_up, c.simulated, c.version`

const caseTables = `
	JOIN funding_scheme s ON s.programme_id = c.programme_id AND s.id = c.scheme_id
	JOIN district d ON d.programme_id = c.programme_id AND d.id = c.district_id
	LEFT JOIN person o ON o.programme_id = c.programme_id AND o.id = c.officer_id`

// ByID returns a case. It returns fault.NotFound if there is none that is the
// actor's to see.
func ByID(ctx context.Context, tx *db.Tx, id uuid.UUID) (Case, error) {
	rows, _ := tx.Query(ctx, `SELECT `+caseColumns+` FROM grant_case c`+caseTables+` WHERE c.id = $1`, id)
	c, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Case])
	if err != nil {
		return Case{}, fmt.Errorf("case %s: %w", id, err)
	}
	return c, nil
}

// Event is a step that a case has taken.
type Event struct {
	ID     uuid.UUID
	Event  string
	From   State `db:"from_state"`
	To     State `db:"to_state"`
	OnDay  calendar.Date
	Reason string
	Amount money.Cents
	At     time.Time
	Person string // "": the system
}

// Trail returns the steps of a case that are the actor's to see, the newest
// first.
func Trail(ctx context.Context, tx *db.Tx, caseID uuid.UUID) ([]Event, error) {
	rows, _ := tx.Query(ctx, `
		SELECT e.id, e.event, e.from_state, e.to_state, e.on_day, e.reason, e.amount, e.at, coalesce(p.name, '') AS person
		FROM case_event e
		LEFT JOIN person p ON p.programme_id = e.programme_id AND p.id = e.by_person
		WHERE e.case_id = $1
		ORDER BY e.at DESC, e.id`, caseID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Event])
	if err != nil {
		return nil, fmt.Errorf("trail of case %s: %w", caseID, err)
	}
	return list, nil
}

// Calculations returns how the amounts of a case came about, the first reckoning first.
func Calculations(ctx context.Context, tx *db.Tx, caseID uuid.UUID) ([]Calculation, error) {
	rows, _ := tx.Query(ctx, `SELECT rule, inputs, amount, lines, steps FROM calculation WHERE case_id = $1 ORDER BY at, id`, caseID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Calculation])
	if err != nil {
		return nil, fmt.Errorf("calculations of case %s: %w", caseID, err)
	}
	return list, nil
}

// queueCalculation stores how an amount came about.
func queueCalculation(b *pgx.Batch, caseID, districtID uuid.UUID, c Calculation) {
	lines := c.Lines
	if lines == nil {
		lines = []Line{}
	}
	b.Queue(`INSERT INTO calculation (case_id, district_id, rule, inputs, amount, lines, steps) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		caseID, districtID, c.Rule, c.Inputs, c.Amount, lines, c.Steps)
}

// NewCase is a case to be entered, with the reckoning of its amount.
type NewCase struct {
	ID         uuid.UUID
	Scheme     Scheme
	Terms      Terms
	DistrictID uuid.UUID
	PostID     uuid.UUID
	BudgetID   uuid.UUID
	RunID      *uuid.UUID
	Period     calendar.Range
	Award      Calculation
	Officer    uuid.UUID // zero: nobody yet
	Simulated  bool
}

// Enter enters a case, which has not begun yet, with a file number of the year
// in which its period begins. It returns fault.Conflict if the post has a case
// for some of the days, if other terms were adopted meanwhile, and if the title
// is of another year.
func Enter(ctx context.Context, tx *db.Tx, n NewCase) error {
	b := &pgx.Batch{}
	n.queue(b)
	err := tx.SendBatch(ctx, b).Close()
	if db.Constraint(err) == "grant_period_once" {
		return errors.Join(fault.Explain(fault.Conflict, "grant.error.overlap"), err)
	}
	if err != nil {
		return fmt.Errorf("enter case: %w", err)
	}
	return nil
}

// queue writes a case that has not begun; its first step begins it.
func (n NewCase) queue(b *pgx.Batch) {
	var officer *uuid.UUID
	if n.Officer != uuid.Nil {
		officer = &n.Officer
	}
	b.Queue(`
		INSERT INTO grant_case (id, scheme_id, regime, terms_id, district_id, post_id, budget_id, run_id, period, amount, officer_id, simulated)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		n.ID, n.Scheme.ID, n.Scheme.Kind, n.Terms.ID, n.DistrictID, n.PostID, n.BudgetID, n.RunID, n.Period, n.Award.Amount, officer, n.Simulated)
	queueCalculation(b, n.ID, n.DistrictID, n.Award)
	if shares, err := n.Terms.share(n.Award.Amount); err == nil && shares != nil {
		queueCalculation(b, n.ID, n.DistrictID, *shares)
	}
}

// begun is the case as it stands before its first step.
func (n NewCase) begun() Case {
	return Case{ID: n.ID, DistrictID: n.DistrictID, State: None, Amount: n.Award.Amount}
}
