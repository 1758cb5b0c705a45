package grant

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
)

// Scheme is a funding scheme (Förderrichtlinie), the frame of its dated terms.
type Scheme struct {
	ID         uuid.UUID
	Kind       Kind
	Name       string
	FilePrefix string        // of its file numbers, as in KOMP-2026-0001
	EndedOn    calendar.Date // no period begins later; zero: until further notice
	Simulated  bool
	Version    int
}

// Schemes returns every scheme of the programme in the order of time.
func Schemes(ctx context.Context, tx *db.Tx) ([]Scheme, error) {
	rows, _ := tx.Query(ctx, `
		SELECT id, kind, name, file_prefix, ended_on, simulated, version
		FROM funding_scheme
		ORDER BY array_position('{joint,application,lump_sum}'::text[], kind), name COLLATE "de-x-icu"`)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Scheme])
	if err != nil {
		return nil, fmt.Errorf("schemes: %w", err)
	}
	return list, nil
}

// OpenOn says whether a period may begin on the day.
func (s Scheme) OpenOn(d calendar.Date) bool { return s.EndedOn.IsZero() || !d.After(s.EndedOn) }

// SchemeByID returns a scheme. It returns fault.NotFound if the programme has
// none with the id.
func SchemeByID(ctx context.Context, tx *db.Tx, id uuid.UUID) (Scheme, error) {
	rows, _ := tx.Query(ctx, `SELECT id, kind, name, file_prefix, ended_on, simulated, version FROM funding_scheme WHERE id = $1`, id)
	s, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Scheme])
	if err != nil {
		return Scheme{}, fmt.Errorf("scheme %s: %w", id, err)
	}
	return s, nil
}

const termColumns = `id, scheme_id, valid_from, name, paragraph, link, granting_body, purpose, eligible, earmarking, conditions, remedy,
	cap, rate, own_share, financing, pro_rata, plan, min_partial, min_binds_last, owners, owners_whole, proof_months, check_months,
	interim_months, receipts, de_minimis, interest_margin, interest_floor, year_days, report_share, report_amount, reduction_floor,
	sampling, line_tolerance, publicity, remedy_months, revocation_months, hearing_weeks, budget_title, reminder_days, alarm_months, repayment_weeks`

// Version is a set of terms with who recorded it when.
type Version struct {
	Terms
	fact.Record
}

// Versions returns every set of terms ever recorded for a scheme, withdrawn ones
// too, the newest first.
func Versions(ctx context.Context, tx *db.Tx, schemeID uuid.UUID) ([]Version, error) {
	rows, _ := tx.Query(ctx, `
		SELECT `+termColumns+`, recorded_at, recorded_by, withdrawn_at, withdrawn_why, simulated,
			(SELECT p.name FROM person p WHERE p.programme_id = t.programme_id AND p.id = t.recorded_by) AS recorder,
			(SELECT p.name FROM person p WHERE p.programme_id = t.programme_id AND p.id = t.withdrawn_by) AS withdrawer
		FROM scheme_terms t
		WHERE scheme_id = $1
		ORDER BY valid_from DESC, recorded_at DESC`, schemeID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Version])
	if err != nil {
		return nil, fmt.Errorf("terms of scheme %s: %w", schemeID, err)
	}
	return list, nil
}

// TermsOn returns the terms of a scheme that hold on a day. It returns
// fault.NotFound before the first.
func TermsOn(ctx context.Context, tx *db.Tx, schemeID uuid.UUID, on calendar.Date) (Terms, error) {
	rows, _ := tx.Query(ctx, `
		SELECT `+termColumns+` FROM scheme_terms
		WHERE scheme_id = $1 AND valid_from <= $2 AND withdrawn_at IS NULL
		ORDER BY valid_from DESC, recorded_at DESC LIMIT 1`, schemeID, on)
	return oneTerms(rows)
}

// TermsByID returns the terms of a case, whenever they held.
func TermsByID(ctx context.Context, tx *db.Tx, id uuid.UUID) (Terms, error) {
	rows, _ := tx.Query(ctx, `SELECT `+termColumns+` FROM scheme_terms WHERE id = $1`, id)
	return oneTerms(rows)
}

func oneTerms(rows pgx.Rows) (Terms, error) {
	t, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Terms])
	if err != nil {
		return Terms{}, fmt.Errorf("terms: %w", err)
	}
	return t, nil
}

// AdoptTerms records terms of a scheme from a day on. Cases keep the terms under
// which they were begun. It returns fault.Fields for bad input and
// fact.ErrRepeated if the form was sent before.
func AdoptTerms(ctx context.Context, tx *db.Tx, t Terms) error {
	if !tx.Actor.May(access.KeepSchemes) {
		return fmt.Errorf("adopt terms: %w", fault.Forbidden)
	}
	f := fault.Fields{}
	t.check(f)
	if err := f.Err(); err != nil {
		return err
	}
	b := &pgx.Batch{}
	QueueTerms(b, t, nil)
	err := tx.SendBatch(ctx, b).Close()
	if db.Constraint(err) == "scheme_terms_pkey" {
		return errors.Join(fact.ErrRepeated, err)
	}
	if err != nil {
		return fmt.Errorf("adopt terms of scheme %s: %w", t.SchemeID, err)
	}
	return nil
}

// QueueTerms writes terms. recordedAt is for a seed that knows the past; nil:
// now.
func QueueTerms(b *pgx.Batch, t Terms, recordedAt any) {
	if t.Plan == nil {
		t.Plan = []PlanStep{}
	}
	if t.Owners == nil {
		t.Owners = []Owner{}
	}
	if t.DeMinimis == nil {
		t.DeMinimis = []DeMinimisStep{}
	}
	if t.AlarmMonths == nil {
		t.AlarmMonths = []int{}
	}
	b.Queue(`
		INSERT INTO scheme_terms (`+termColumns+`, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
			$25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, coalesce($41, '{-60,-14,0,14,30}'::integer[]), $42, $43, $44)`,
		t.ID, t.SchemeID, t.ValidFrom, t.Name, t.Paragraph, t.Link, t.GrantingBody, t.Purpose, t.Eligible, t.Earmarking, t.Conditions, t.Remedy,
		t.Cap, t.Rate, t.OwnShare, t.Financing, t.ProRata, t.Plan, t.MinPartial, t.MinBindsLast, t.Owners, max(t.OwnersWhole, 1), t.ProofMonths, t.CheckMonths,
		t.InterimMonths, t.Receipts, t.DeMinimis, t.InterestMargin, t.InterestFloor, t.YearDays, t.ReportShare, t.ReportAmount, t.ReductionFloor,
		t.Sampling, t.LineTolerance, t.Publicity, t.RemedyMonths, t.RevocationMonths, t.HearingWeeks, t.BudgetTitle, t.ReminderDays, t.AlarmMonths, t.RepaymentWeeks, recordedAt)
}

// BaseRates returns the base rates known today in order of time.
func BaseRates(ctx context.Context, tx *db.Tx) ([]BaseRate, error) {
	rows, _ := tx.Query(ctx, `SELECT valid_from AS "from", rate FROM base_rate WHERE withdrawn_at IS NULL ORDER BY valid_from`)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[BaseRate])
	if err != nil {
		return nil, fmt.Errorf("base rates: %w", err)
	}
	return list, nil
}
