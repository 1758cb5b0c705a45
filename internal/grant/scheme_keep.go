package grant

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
)

var prefixForm = regexp.MustCompile(`^[A-Z0-9-]{1,20}$`)

// AddScheme makes a funding scheme; its terms follow. It returns fault.Fields
// for bad input and for a name or a prefix that another scheme has, and
// fact.ErrRepeated if the form was sent before.
func AddScheme(ctx context.Context, tx *db.Tx, s Scheme) error {
	if !tx.Actor.May(access.KeepSchemes) {
		return fmt.Errorf("add scheme: %w", fault.Forbidden)
	}
	f := fault.Fields{}
	f.Require("name", s.Name, 160)
	if !s.Kind.Valid() {
		f.Add("kind", "field.missing")
	}
	if !prefixForm.MatchString(s.FilePrefix) {
		f.Add("prefix", "grant.error.prefix")
	}
	if err := f.Err(); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO funding_scheme (id, kind, name, file_prefix) VALUES ($1, $2, $3, $4)`, s.ID, s.Kind, s.Name, s.FilePrefix)
	return schemeKept(err)
}

// KeepScheme changes a scheme's name and until when it grants; zero: until
// further notice. Cases that exist stay. It returns fault.Fields for bad input
// and fault.Stale if somebody changed it meanwhile.
func KeepScheme(ctx context.Context, tx *db.Tx, id uuid.UUID, name string, ended calendar.Date, version int) error {
	if !tx.Actor.May(access.KeepSchemes) {
		return fmt.Errorf("keep scheme %s: %w", id, fault.Forbidden)
	}
	f := fault.Fields{}
	f.Require("name", name, 160)
	if err := f.Err(); err != nil {
		return err
	}
	var until *calendar.Date
	if !ended.IsZero() {
		until = &ended
	}
	n, err := tx.Exec(ctx, `UPDATE funding_scheme SET name = $3, ended_on = $4 WHERE id = $1 AND version = $2`, id, version, name, until)
	if err == nil && n == 0 {
		return fmt.Errorf("scheme %s version %d: %w", id, version, fault.Stale)
	}
	return schemeKept(err)
}

func schemeKept(err error) error {
	switch db.Constraint(err) {
	case "funding_scheme_pkey":
		return errors.Join(fact.ErrRepeated, err)
	case "funding_scheme_once":
		return errors.Join(fault.Field("name", "grant.error.name_taken"), err)
	case "funding_scheme_prefix":
		return errors.Join(fault.Field("prefix", "grant.error.prefix_taken"), err)
	}
	if err != nil {
		return fmt.Errorf("scheme: %w", err)
	}
	return nil
}

// RateRecord is a base rate with who recorded it when.
type RateRecord struct {
	ID uuid.UUID
	BaseRate
	fact.Record
}

// RateRecords returns every base rate ever recorded, withdrawn ones too, the
// newest first.
func RateRecords(ctx context.Context, tx *db.Tx) ([]RateRecord, error) {
	rows, _ := tx.Query(ctx, `
		SELECT id, valid_from AS "from", rate, recorded_at, recorded_by, withdrawn_at, withdrawn_why, simulated,
			(SELECT p.name FROM person p WHERE p.programme_id = b.programme_id AND p.id = b.recorded_by) AS recorder,
			(SELECT p.name FROM person p WHERE p.programme_id = b.programme_id AND p.id = b.withdrawn_by) AS withdrawer
		FROM base_rate b
		ORDER BY valid_from DESC, recorded_at DESC`)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[RateRecord])
	if err != nil {
		return nil, fmt.Errorf("base rates: %w", err)
	}
	return list, nil
}

// RecordRate records the base rate from a day on, in basis points (§ 247 BGB). It
// replaces what was recorded for that day, which stays to be read. It returns
// fault.Fields for bad input and fact.ErrRepeated if the form was sent before.
func RecordRate(ctx context.Context, tx *db.Tx, id uuid.UUID, r BaseRate) error {
	if !tx.Actor.May(access.KeepSchemes) {
		return fmt.Errorf("record base rate: %w", fault.Forbidden)
	}
	f := fault.Fields{}
	if r.From.IsZero() || r.From.Before(calendar.NewDate(2000, 1, 1)) || r.From.After(calendar.NewDate(2100, 1, 1)) {
		f.Add("from", "field.date")
	}
	if r.Rate < -1000 || r.Rate > 3000 {
		f.Add("rate", "grant.error.base_rate")
	}
	if err := f.Err(); err != nil {
		return err
	}
	var there bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM base_rate WHERE id = $1)`, id).Scan(&there); err != nil {
		return fmt.Errorf("base rate %s: %w", id, err)
	}
	if there {
		return fact.ErrRepeated
	}
	b := &pgx.Batch{}
	b.Queue(`UPDATE base_rate SET withdrawn_at = now(), withdrawn_why = 'Durch eine neue Angabe ersetzt' WHERE valid_from = $1 AND withdrawn_at IS NULL`, r.From)
	b.Queue(`INSERT INTO base_rate (id, valid_from, rate) VALUES ($1, $2, $3)`, id, r.From, r.Rate)
	err := tx.SendBatch(ctx, b).Close()
	if db.Constraint(err) == "base_rate_pkey" {
		return errors.Join(fact.ErrRepeated, err)
	}
	if err != nil {
		return fmt.Errorf("record base rate: %w", err)
	}
	return nil
}
