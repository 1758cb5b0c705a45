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
	"rundertisch/internal/fact"
	"rundertisch/internal/money"
)

// Entry is a line of the register that every granting office keeps per year and
// title (VVK 9.2): who got what for which purpose, what is committed and paid,
// when the proof of use was due, came and was checked.
type Entry struct {
	CaseID      uuid.UUID
	FileRef     string
	AGS         string `db:"ags"`
	Recipient   string
	Scheme      string
	Financing   Financing
	Purpose     string
	Period      calendar.Range
	State       State
	Committed   money.Cents
	Later       money.Cents // of it, for later years
	Paid        money.Cents
	Proven      money.Cents // of what is granted, with a proof that was settled
	Reclaimed   money.Cents // Erstattung: what was claimed back
	Returned    money.Cents // and came
	ProofDue    calendar.Date
	ProofOn     calendar.Date // zero: it has not come
	CheckedOn   calendar.Date // zero: not yet
	Simulated   bool
	Owners      []Owner // who bears a joint grant; else none
	OwnersWhole int
}

// Register is the register of a title's year, as known at a moment.
type Register struct {
	Budget    Budget
	Known     time.Time
	Entries   []Entry
	Committed money.Cents
	Later     money.Cents
	Paid      money.Cents
	Proven    money.Cents
	Reclaimed money.Cents
	Returned  money.Cents
}

// Rest is what the title's year still holds.
func (r Register) Rest() money.Cents { return r.Budget.Appropriation - (r.Committed - r.Later) }

// What is on its way to the district or there: now it stands at the case, for an
// earlier moment it follows from the steps of the payments.
const (
	paidNow  = `c.paid`
	paidThen = `(
		SELECT coalesce(sum(l.amount), 0)::bigint
		FROM (SELECT DISTINCT ON (e.payment_id) e.to_state, p.amount
			FROM payment_event e
			JOIN payment p ON p.programme_id = e.programme_id AND p.id = e.payment_id
			WHERE e.programme_id = c.programme_id AND e.case_id = c.id AND e.at <= $2
			ORDER BY e.payment_id, e.at DESC) l
		WHERE l.to_state IN ('certified', 'ordered', 'exported', 'paid'))`
)

// RegisterOf returns the register of a title's year as known at a moment; zero:
// now. A case stands in it from its approval on. The sums are those of the
// lines.
func RegisterOf(ctx context.Context, tx *db.Tx, budgetID uuid.UUID, known time.Time) (Register, error) {
	at := fact.AsOf{Known: known}
	r := Register{Known: known}
	if r.Known.IsZero() {
		r.Known = tx.Now
	}
	var err error
	if r.Budget, err = BudgetByID(ctx, tx, budgetID); err != nil {
		return Register{}, err
	}
	sum := paidNow
	if !known.IsZero() {
		sum = paidThen
		if err := r.Budget.asKnown(ctx, tx, known); err != nil {
			return Register{}, err
		}
	}
	rows, _ := tx.Query(ctx, `
		WITH bound AS (
			SELECT m.programme_id, m.case_id, sum(m.amount)::bigint AS committed, sum(m.later)::bigint AS later
			FROM commitment m
			WHERE m.budget_id = $1 AND m.at <= $2
			GROUP BY 1, 2),
		trail AS (
			SELECT e.case_id, (array_agg(e.to_state ORDER BY e.at DESC))[1] AS state,
				max(e.on_day) FILTER (WHERE e.to_state = 'proof_submitted') AS proof_on,
				max(e.on_day) FILTER (WHERE e.to_state = 'settled') AS checked_on
			FROM bound b
			JOIN case_event e ON e.programme_id = b.programme_id AND e.case_id = b.case_id
			WHERE e.at <= $2
			GROUP BY 1)
		SELECT c.id AS case_id, c.file_ref, d.ags, d.name AS recipient, s.name AS scheme, t.financing, t.purpose, c.period, trail.state,
			b.committed, b.later, `+sum+` AS paid, CASE WHEN trail.checked_on IS NULL THEN 0 ELSE b.committed - coalesce(noted.claim, 0) END AS proven,
			coalesce(claimed.principal, 0) AS reclaimed, coalesce(claimed.returned, 0) AS returned, ((upper(c.period) - 1) + make_interval(months => t.proof_months))::date AS proof_due, trail.proof_on, trail.checked_on, c.simulated, t.owners, t.owners_whole
		FROM bound b
		JOIN trail ON trail.case_id = b.case_id
		JOIN grant_case c ON c.programme_id = b.programme_id AND c.id = b.case_id
		JOIN funding_scheme s ON s.programme_id = c.programme_id AND s.id = c.scheme_id
		JOIN scheme_terms t ON t.programme_id = c.programme_id AND t.id = c.terms_id
		JOIN district d ON d.programme_id = c.programme_id AND d.id = c.district_id
		LEFT JOIN LATERAL (
			SELECT r.principal, (SELECT coalesce(sum(p.amount), 0) FROM repayment_receipt p
				WHERE p.programme_id = r.programme_id AND p.repayment_id = r.id AND p.at <= $2)::bigint AS returned
			FROM repayment r
			WHERE r.programme_id = c.programme_id AND r.case_id = c.id AND r.at <= $2) claimed ON true
		LEFT JOIN LATERAL (
			SELECT n.claim FROM audit_note n
			WHERE n.programme_id = c.programme_id AND n.case_id = c.id AND n.at <= $2 ORDER BY n.no DESC LIMIT 1) noted ON true
		ORDER BY c.file_ref`, budgetID, at.KnownArg())
	if r.Entries, err = pgx.CollectRows(rows, pgx.RowToStructByName[Entry]); err != nil {
		return Register{}, fmt.Errorf("register of %s: %w", budgetID, err)
	}
	for _, e := range r.Entries {
		r.Committed += e.Committed
		r.Later += e.Later
		r.Paid += e.Paid
		r.Proven += e.Proven
		r.Reclaimed += e.Reclaimed
		r.Returned += e.Returned
	}
	return r, nil
}

// asKnown sets what the budget gave as known at a moment; nothing before it was
// recorded.
func (b *Budget) asKnown(ctx context.Context, tx *db.Tx, known time.Time) error {
	b.Appropriation, b.Authority = 0, 0
	err := tx.QueryRow(ctx, `SELECT appropriation, authority FROM budget_figure WHERE budget_id = $1 AND at <= $2 ORDER BY at DESC LIMIT 1`, b.ID, known).
		Scan(&b.Appropriation, &b.Authority)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("budget %s as known: %w", b.ID, err)
	}
	return nil
}
