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
	"rundertisch/internal/money"
)

// TransparencyRule says what the public may know of grants from a day on
// (SächsTranspG): a point fact.
type TransparencyRule struct {
	ID            uuid.UUID
	ValidFrom     calendar.Date
	Paragraph     string
	FromAmount    money.Cents // a grant is listed from here on
	RecipientFrom money.Cents // its recipient is named from here on
	Years         int         // how long it stays online
}

// PublicRule returns the rule of today. It returns fault.NotFound if nothing is
// published.
func PublicRule(ctx context.Context, tx *db.Tx) (TransparencyRule, error) {
	rows, _ := tx.Query(ctx, `
		SELECT id, valid_from, paragraph, from_amount, recipient_from, years FROM transparency_rule
		WHERE valid_from <= $1 AND withdrawn_at IS NULL
		ORDER BY valid_from DESC, recorded_at DESC LIMIT 1`, calendar.Of(tx.Now))
	r, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[TransparencyRule])
	if errors.Is(err, pgx.ErrNoRows) {
		err = errors.Join(fault.NotFound, err)
	}
	if err != nil {
		return TransparencyRule{}, fmt.Errorf("transparency rule: %w", err)
	}
	return r, nil
}

// PublicRuleRecord is a rule with who recorded it when.
type PublicRuleRecord struct {
	TransparencyRule
	fact.Record
}

// PublicRules returns every rule ever recorded, the newest first.
func PublicRules(ctx context.Context, tx *db.Tx) ([]PublicRuleRecord, error) {
	rows, _ := tx.Query(ctx, `
		SELECT id, valid_from, paragraph, from_amount, recipient_from, years, recorded_at, recorded_by, withdrawn_at, withdrawn_why, simulated,
			(SELECT p.name FROM person p WHERE p.programme_id = r.programme_id AND p.id = r.recorded_by) AS recorder,
			(SELECT p.name FROM person p WHERE p.programme_id = r.programme_id AND p.id = r.withdrawn_by) AS withdrawer
		FROM transparency_rule r
		ORDER BY valid_from DESC, recorded_at DESC`)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[PublicRuleRecord])
	if err != nil {
		return nil, fmt.Errorf("transparency rules: %w", err)
	}
	return list, nil
}

// AdoptPublicRule records a rule from a day on. It returns fault.Fields for bad
// input and fact.ErrRepeated if the form was sent before.
func AdoptPublicRule(ctx context.Context, tx *db.Tx, r TransparencyRule) error {
	if !tx.Actor.May(access.KeepSchemes) {
		return fmt.Errorf("adopt transparency rule: %w", fault.Forbidden)
	}
	f := fault.Fields{}
	if r.ValidFrom.IsZero() || r.ValidFrom.Before(calendar.NewDate(2000, 1, 1)) || r.ValidFrom.After(calendar.NewDate(2100, 1, 1)) {
		f.Add("valid_from", "field.date")
	}
	f.Require("paragraph", r.Paragraph, 120)
	if r.FromAmount <= 0 || r.FromAmount.Check() != nil {
		f.Add("from_amount", "grant.error.amount")
	}
	if r.RecipientFrom < r.FromAmount || r.RecipientFrom.Check() != nil {
		f.Add("recipient_from", "grant.error.recipient_from")
	}
	if r.Years < 1 || r.Years > 30 {
		f.Add("years", "grant.error.between", "Least", 1, "Most", 30)
	}
	if err := f.Err(); err != nil {
		return err
	}
	b := &pgx.Batch{}
	QueuePublicRule(b, r, nil)
	err := tx.SendBatch(ctx, b).Close()
	if db.Constraint(err) == "transparency_rule_pkey" {
		return errors.Join(fact.ErrRepeated, err)
	}
	if err != nil {
		return fmt.Errorf("adopt transparency rule: %w", err)
	}
	return nil
}

// QueuePublicRule writes a rule. recordedAt is for a seed that knows the past;
// nil: now.
func QueuePublicRule(b *pgx.Batch, r TransparencyRule, recordedAt any) {
	b.Queue(`INSERT INTO transparency_rule (id, valid_from, paragraph, from_amount, recipient_from, years, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		r.ID, r.ValidFrom, r.Paragraph, r.FromAmount, r.RecipientFrom, r.Years, recordedAt)
}

// PublicGrant is a grant as anybody may know it.
type PublicGrant struct {
	NoticeOn     calendar.Date
	Amount       money.Cents
	GrantingBody string
	Period       calendar.Range
	Subject      string
	Financing    Financing
	AGS          *string `db:"ags"` // nil: too small to name the recipient
	Recipient    *string
	Simulated    bool
}

// PublicGrants returns the grants whose notice was given by the day, as known
// at the moment, the newest first: what the rule of today opens, and no more
// whatever the day.
func PublicGrants(ctx context.Context, tx *db.Tx, at fact.AsOf) ([]PublicGrant, error) {
	known := at.Known
	if known.IsZero() {
		known = tx.Now
	}
	rows, _ := tx.Query(ctx, `SELECT notice_on, amount, granting_body, period, subject, financing, ags, recipient, simulated FROM public_grants($1, $2)`, at.Valid, known)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[PublicGrant])
	if err != nil {
		return nil, fmt.Errorf("public grants: %w", err)
	}
	return list, nil
}
