package grant

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/locale"
	"rundertisch/internal/money"
)

// Budget is a title of the budget (Haushaltstitel) in a year.
type Budget struct {
	ID            uuid.UUID
	Title         string // as in "08 03 633 60"
	Name          string
	Year          int
	Appropriation money.Cents // Soll
	Committed     money.Cents // gebunden: what was approved for the year
	Authority     money.Cents // Verpflichtungsermächtigung: what may be granted for later years
	Later         money.Cents `db:"committed_later"` // what was
	Simulated     bool
	Version       int
}

// Rest is what is not committed.
func (b Budget) Rest() money.Cents { return b.Appropriation - b.Committed }

// RestLater is what of the authority is not used.
func (b Budget) RestLater() money.Cents { return b.Authority - b.Later }

const budgetColumns = `id, title, name, year, appropriation, committed, authority, committed_later, simulated, version`

// Budgets returns every title and year, the newest year first.
func Budgets(ctx context.Context, tx *db.Tx) ([]Budget, error) {
	rows, _ := tx.Query(ctx, `SELECT `+budgetColumns+` FROM budget_year ORDER BY year DESC, title`)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Budget])
	if err != nil {
		return nil, fmt.Errorf("budget: %w", err)
	}
	return list, nil
}

// BudgetByID returns a title of a year. It returns fault.NotFound if there is
// none that is the actor's to see.
func BudgetByID(ctx context.Context, tx *db.Tx, id uuid.UUID) (Budget, error) {
	rows, _ := tx.Query(ctx, `SELECT `+budgetColumns+` FROM budget_year WHERE id = $1`, id)
	b, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Budget])
	if err != nil {
		return Budget{}, fmt.Errorf("budget %s: %w", id, err)
	}
	return b, nil
}

// AddBudget records what the budget gives a title in a year. It returns
// fault.Fields for bad input.
func AddBudget(ctx context.Context, tx *db.Tx, b Budget) error {
	if !tx.Actor.May(access.KeepBudget) {
		return fmt.Errorf("add budget: %w", fault.Forbidden)
	}
	f := fault.Fields{}
	f.Require("title", b.Title, 40)
	f.Require("name", b.Name, 160)
	if b.Year < 2000 || b.Year > 2100 {
		f.Add("year", "grant.error.year")
	}
	checkBudget(f, b.Appropriation, b.Authority)
	if err := f.Err(); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO budget_year (id, title, name, year, appropriation, authority) VALUES ($1, $2, $3, $4, $5, $6)`,
		b.ID, b.Title, b.Name, b.Year, b.Appropriation, b.Authority)
	if db.Constraint(err) == "budget_year_once" {
		return errors.Join(fault.Field("year", "grant.error.budget_once"), err)
	}
	if err != nil {
		return fmt.Errorf("add budget: %w", err)
	}
	return nil
}

func checkBudget(f fault.Fields, appropriation, authority money.Cents) {
	if appropriation < 0 || appropriation.Check() != nil {
		f.Add("appropriation", "grant.error.amount")
	}
	if authority < 0 || authority.Check() != nil {
		f.Add("authority", "grant.error.amount")
	}
}

// ChangeBudget changes what the budget gives, as by a supplementary budget. It
// returns fault.Fields for less than is committed and fault.Stale if somebody
// else changed it since version.
func ChangeBudget(ctx context.Context, tx *db.Tx, id uuid.UUID, appropriation, authority money.Cents, version int) error {
	if !tx.Actor.May(access.KeepBudget) {
		return fmt.Errorf("change budget: %w", fault.Forbidden)
	}
	f := fault.Fields{}
	checkBudget(f, appropriation, authority)
	if err := f.Err(); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE budget_year SET appropriation = $3, authority = $4 WHERE id = $1 AND version = $2`, id, version, appropriation, authority)
	switch db.Constraint(err) {
	case "budget_enough":
		return errors.Join(fault.Field("appropriation", "grant.error.committed_more"), err)
	case "authority_enough":
		return errors.Join(fault.Field("authority", "grant.error.committed_more"), err)
	}
	if err != nil {
		return fmt.Errorf("change budget %s: %w", id, err)
	}
	if n == 0 {
		return fmt.Errorf("budget %s version %d: %w", id, version, fault.Stale)
	}
	return nil
}

// reserve locks the title's year and sees to it that it has room for what is
// due in it, and its authority for what is due later. It returns fault.Conflict
// with the missing amount.
func reserve(ctx context.Context, tx *db.Tx, budgetID uuid.UUID, sum, later money.Cents) error {
	rows, _ := tx.Query(ctx, `SELECT `+budgetColumns+` FROM budget_year WHERE id = $1 FOR UPDATE`, budgetID)
	b, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Budget])
	if err != nil {
		return fmt.Errorf("budget %s: %w", budgetID, err)
	}
	if missing := sum - later - b.Rest(); missing > 0 {
		return fault.Explain(fault.Conflict, "grant.error.budget", "Missing", euro(ctx, missing), "Title", b.Title, "Year", b.Year, "Rest", euro(ctx, b.Rest()))
	}
	if missing := later - b.RestLater(); missing > 0 {
		return fault.Explain(fault.Conflict, "grant.error.authority", "Missing", euro(ctx, missing), "Title", b.Title, "Year", b.Year, "Rest", euro(ctx, b.RestLater()))
	}
	return nil
}

// dueLater is what of a case's amount falls into later years than its title's, by
// its newest reckoning.
func dueLater(ctx context.Context, tx *db.Tx, c Case) (later money.Cents, err error) {
	all, err := Calculations(ctx, tx, c.ID)
	if err != nil {
		return 0, err
	}
	for _, calc := range slices.Backward(all) {
		if calc.Rule != RuleAward || calc.Amount != c.Amount {
			continue
		}
		for _, l := range calc.Lines {
			if l.Day.Year() > c.Period.From.Year() {
				later += l.Amount
			}
		}
		return later, nil
	}
	return 0, nil
}

// euro writes an amount in the reader's language.
func euro(ctx context.Context, c money.Cents) string { return locale.FromContext(ctx).Euro(int64(c)) }
