package grant

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
)

// Taking is how a grant is taken back.
type Taking string

// The ways.
const (
	ByRevocation Taking = "revoked"   // Widerruf, § 49 VwVfG: the notice was lawful
	ByWithdrawal Taking = "withdrawn" // Rücknahme, § 48 VwVfG: it was not
)

// Takings returns both ways.
func Takings() []Taking { return []Taking{ByRevocation, ByWithdrawal} }

// NameKey is the key of the way's name.
func (t Taking) NameKey() string { return "grant.taking." + string(t) }

// Taking is how a grant is taken back on the ground, as a rule.
func (g Ground) Taking() Taking {
	if g == Unlawful || g == WrongStatements {
		return ByWithdrawal
	}
	return ByRevocation
}

// Decision is what a hearing leads to: what is left of the grant, from which day
// on the rest has no effect.
type Decision struct {
	ID          uuid.UUID // from the form: the same form decides once
	Taking      Taking
	EffectiveOn calendar.Date
	Left        money.Cents
	Reason      string
	Day         calendar.Date // zero: today; a seed knows the past
}

func (d Decision) check(f fault.Fields, c Case, today calendar.Date) {
	if d.Taking != ByRevocation && d.Taking != ByWithdrawal {
		f.Add("taking", "field.choice")
	}
	if d.EffectiveOn.IsZero() {
		f.Add("effective_on", "field.missing")
	} else if d.EffectiveOn.After(today) {
		f.Add("effective_on", "grant.error.effective_on")
	}
	if d.Left < 0 || d.Left >= c.Amount {
		f.Add("left", "grant.error.left")
	}
	f.Require("reason", strings.TrimSpace(d.Reason), maxReason)
}

// Difference reckons whether what a revocation would take is claimed: all but a
// small difference (VVK 8.7). It returns fault.Fields for a difference that
// cannot be.
func Difference(c Case, t Terms, g Ground, left money.Cents) (Calculation, error) {
	return Calculate(&DeMinimis{Law: t.Law(), Granted: c.Amount, Difference: c.Amount - left, Table: t.DeMinimis, Excluded: g.ClaimsAll()})
}

// Revoke decides a hearing: the grant is taken back in part or wholly. It
// returns fault.Fields for bad input and for a difference that is too small to
// be claimed, fault.Conflict if no hearing runs or the time to revoke is over,
// and what Take returns. Its notice changes the amount; see GiveChange.
func Revoke(ctx context.Context, tx *db.Tx, caseID uuid.UUID, d Decision) error {
	c, t, err := underTerms(ctx, tx, caseID, access.DecideGrants)
	if err != nil {
		return err
	}
	if err := repeated(ctx, tx, d.ID); err != nil {
		return err
	}
	if d.Day.IsZero() {
		d.Day = calendar.Of(tx.Now)
	}
	f := fault.Fields{}
	d.check(f, c, d.Day)
	if err := f.Err(); err != nil {
		return err
	}
	h, err := openHearing(ctx, tx, c)
	if err != nil {
		return err
	}
	if last := h.LastDay(t); last.Before(d.Day) {
		return fault.Explain(fault.Conflict, "grant.error.revocation_late")
	}
	calc, err := Difference(c, t, h.Ground, d.Left)
	if err != nil {
		return err
	}
	if calc.Amount == 0 {
		return fault.Field("left", "grant.error.small_difference")
	}
	b := &pgx.Batch{}
	queueCalculation(b, c.ID, c.DistrictID, calc)
	b.Queue(`INSERT INTO revocation (id, case_id, district_id, hearing_id, kind, effective_on) VALUES ($1, $2, $3, $4, $5, $6)`,
		d.ID, c.ID, c.DistrictID, h.ID, d.Taking, d.EffectiveOn)
	act := Act{ID: d.ID, Event: "partly_revoked", To: PartlyRevoked, Reason: d.Reason, Day: d.Day}
	if d.Left == 0 {
		act.Event, act.To = "revoked", Revoked
	}
	c.Amount = d.Left
	queueStep(b, c, act, d.Day)
	return stepped(tx.SendBatch(ctx, b).Close())
}

// repeated returns fact.ErrRepeated if a step with the form's id was taken
// before.
func repeated(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	var taken bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM case_event WHERE id = $1)`, id).Scan(&taken); err != nil {
		return fmt.Errorf("step %s: %w", id, err)
	}
	if taken {
		return fact.ErrRepeated
	}
	return nil
}

// openHearing is the hearing that runs in a case. It returns fault.Conflict if
// there is none.
func openHearing(ctx context.Context, tx *db.Tx, c Case) (HearingRecord, error) {
	all, err := Hearings(ctx, tx, c.ID)
	if err != nil {
		return HearingRecord{}, err
	}
	if c.State != Hearing || len(all) == 0 {
		return HearingRecord{}, fault.Explain(fault.Conflict, "grant.error.state")
	}
	return all[0], nil
}

// RevocationRecord is a decision that was taken.
type RevocationRecord struct {
	ID          uuid.UUID // of its step
	HearingID   uuid.UUID
	Taking      Taking `db:"kind"`
	EffectiveOn calendar.Date
	Left        money.Cents `db:"amount"`
	Reason      string
	DecidedOn   calendar.Date `db:"on_day"`
}

// Revocations returns what was decided in a case, the newest first.
func Revocations(ctx context.Context, tx *db.Tx, caseID uuid.UUID) ([]RevocationRecord, error) {
	rows, _ := tx.Query(ctx, `
		SELECT r.id, r.hearing_id, r.kind, r.effective_on, e.amount, e.reason, e.on_day
		FROM revocation r
		JOIN case_event e ON e.programme_id = r.programme_id AND e.id = r.id
		WHERE r.case_id = $1
		ORDER BY r.at DESC`, caseID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[RevocationRecord])
	if err != nil {
		return nil, fmt.Errorf("revocations of case %s: %w", caseID, err)
	}
	return list, nil
}

// Hearings returns the hearings of a case with their replies, the newest first.
func Hearings(ctx context.Context, tx *db.Tx, caseID uuid.UUID) ([]HearingRecord, error) {
	rows, _ := tx.Query(ctx, `
		SELECT h.id, h.ground, h.facts_known_on, h.reply_due_on, h.amount, h.begun_on, e.reason
		FROM hearing h
		JOIN case_event e ON e.programme_id = h.programme_id AND e.id = h.id
		WHERE h.case_id = $1
		ORDER BY h.at DESC`, caseID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[HearingRecord])
	if err != nil {
		return nil, fmt.Errorf("hearings of case %s: %w", caseID, err)
	}
	if len(list) == 0 {
		return nil, nil
	}
	rows, _ = tx.Query(ctx, `
		SELECT r.id, r.hearing_id, r.received_on, r.source, r.text, r.at, coalesce(p.name, '') AS person
		FROM hearing_reply r
		LEFT JOIN person p ON p.programme_id = r.programme_id AND p.id = r.by_person
		WHERE r.case_id = $1
		ORDER BY r.at`, caseID)
	replies, err := pgx.CollectRows(rows, pgx.RowToStructByName[Reply])
	if err != nil {
		return nil, fmt.Errorf("replies in case %s: %w", caseID, err)
	}
	for i := range list {
		for _, r := range replies {
			if r.HearingID == list[i].ID {
				list[i].Replies = append(list[i].Replies, r)
			}
		}
	}
	return list, nil
}

// Shortfall reckons the award of a case anew with the time for which its post was
// held, as known now. nil: it gives no less than was granted.
func Shortfall(ctx context.Context, tx *db.Tx, c Case, t Terms) (*Award, Calculation, error) {
	posts, err := heldPosts(ctx, tx, &c.PostID, calendar.Of(tx.Now))
	if err != nil || len(posts) == 0 {
		return nil, Calculation{}, err
	}
	award := &Award{Law: t.Law(), Cap: t.Cap, ProRata: t.ProRata, Period: c.Period, Held: posts[0].Held}
	calc, err := Calculate(award)
	if err != nil || calc.Amount >= c.Amount {
		return nil, Calculation{}, err
	}
	return award, calc, nil
}
