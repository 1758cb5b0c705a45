package grant

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
)

// ProofKind is whether a proof of use is the final one or one in between.
type ProofKind string

// The kinds of proof.
const (
	FinalProof   ProofKind = "final"   // Verwendungsnachweis
	InterimProof ProofKind = "interim" // Zwischennachweis, progress report
)

// Span is what a proof is of: the whole period of its case, or a part of it.
type Span struct {
	Kind   ProofKind
	Period calendar.Range
}

// SpanFrom returns the span of a case that begins on the day: of the final proof
// for the zero date. It returns fault.NotFound if the case owes none from then.
func SpanFrom(c Case, t Terms, from calendar.Date) (Span, error) {
	if from.IsZero() {
		return Span{FinalProof, c.Period}, nil
	}
	for _, p := range t.InterimPeriods(c.Period) {
		if p.From == from {
			return Span{InterimProof, p}, nil
		}
	}
	return Span{}, fmt.Errorf("interim proof of case %s from %s: %w", c.ID, from, fault.NotFound)
}

// InterimPeriods are the stretches of a period of which a proof in between is
// due: all but the last, of which the final proof tells.
func (t Terms) InterimPeriods(period calendar.Range) (list []calendar.Range) {
	for n := 1; t.InterimMonths > 0; n++ {
		to := period.From.AddMonths(n * t.InterimMonths)
		if !to.Before(period.To) {
			break
		}
		list = append(list, calendar.Range{From: period.From.AddMonths((n - 1) * t.InterimMonths), To: to})
	}
	return list
}

// Due is the last day for the proof: of the final one as the terms say, of one in
// between the first working day after its stretch.
func (s Span) Due(t Terms) calendar.Date {
	if s.Kind == InterimProof {
		return s.Period.To.NextWorkingDay()
	}
	return t.ProofDue(s.Period)
}

// CheckDue is until when the officer has checked whether a proof that came on the
// day is complete (VVK 7.1); a supplement begins the time anew.
func (t Terms) CheckDue(received calendar.Date) calendar.Date {
	return received.AddMonths(t.CheckMonths)
}

// Voucher is a payment that the district made (Belegliste, ANBest-P).
type Voucher struct {
	PaidOn calendar.Date `json:"paid_on"`
	Payee  string        `json:"payee"`
	Reason string        `json:"reason"`
	Kind   LineKind      `json:"kind"`
	Amount money.Cents   `json:"amount"`
}

// MaxVouchers is how many receipts a proof may list.
const MaxVouchers = 500

// VouchersOf adds up the receipts of a line.
func VouchersOf(list []Voucher, k LineKind) (sum money.Cents) {
	for _, r := range list {
		if r.Kind == k {
			sum += r.Amount
		}
	}
	return sum
}

// ProofDraft is what the district has written of a proof.
type ProofDraft struct {
	Narrative []Sentence `json:"narrative"`
	Actual    PlanLines  `json:"actual"` // what was spent and came in, but for the grant
	Vouchers  []Voucher  `json:"receipts"`
}

// DraftProof is a proof that is not submitted, or will be supplemented.
type DraftProof struct {
	Content   ProofDraft
	FormID    uuid.UUID // of the form that was kept last
	Version   int       // 0: not begun
	ChangedAt time.Time
	ChangedBy string
}

// DraftOf returns what the district has written of a proof; with version 0 if
// nothing yet. Nobody but the district reads it.
func DraftOf(ctx context.Context, tx *db.Tx, caseID uuid.UUID, s Span) (DraftProof, error) {
	rows, _ := tx.Query(ctx, `
		SELECT d.content, d.form_id, d.version, d.changed_at, coalesce(p.name, '') AS changed_by
		FROM proof_draft d
		LEFT JOIN person p ON p.programme_id = d.programme_id AND p.id = d.changed_by
		WHERE d.case_id = $1 AND d.kind = $2 AND d.period = $3`, caseID, s.Kind, s.Period)
	d, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[DraftProof])
	if errors.Is(err, pgx.ErrNoRows) || errors.Is(err, fault.NotFound) {
		return DraftProof{}, nil
	}
	if err != nil {
		return DraftProof{}, fmt.Errorf("draft proof of case %s: %w", caseID, err)
	}
	return d, nil
}

// KeepDraft keeps what the district writes of a proof over the version that it
// read; 0: none yet. It returns fault.Fields for what a proof cannot say,
// fault.Stale if somebody else kept another one meanwhile, fault.Conflict where
// the case is too far, fault.Forbidden for whoever does not act for the district,
// and fact.ErrRepeated if the form was sent before.
func KeepDraft(ctx context.Context, tx *db.Tx, c Case, s Span, formID uuid.UUID, version int, d ProofDraft) error {
	if !tx.Actor.MayIn(access.ApplyForGrant, c.DistrictID) {
		return fmt.Errorf("draft proof of case %s: %w", c.ID, fault.Forbidden)
	}
	if err := d.check(c); err != nil {
		return err
	}
	var n int64
	var err error
	if version == 0 {
		n, err = tx.Exec(ctx, `
			INSERT INTO proof_draft (case_id, district_id, kind, period, content, form_id) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT ON CONSTRAINT proof_draft_once DO NOTHING`, c.ID, c.DistrictID, s.Kind, s.Period, d, formID)
	} else {
		n, err = tx.Exec(ctx, `
			UPDATE proof_draft SET content = $4, form_id = $5
			WHERE case_id = $1 AND kind = $2 AND period = $3 AND version = $6`, c.ID, s.Kind, s.Period, d, formID, version)
	}
	if err != nil {
		return stepped(err)
	}
	if n == 1 {
		return nil
	}
	var same bool
	err = tx.QueryRow(ctx, `SELECT form_id = $4 FROM proof_draft WHERE case_id = $1 AND kind = $2 AND period = $3`, c.ID, s.Kind, s.Period, formID).Scan(&same)
	if err == nil && same {
		return fact.ErrRepeated
	}
	return errors.Join(fmt.Errorf("draft proof of case %s: %w", c.ID, fault.Stale), err)
}

// check finds what a draft cannot say.
func (d ProofDraft) check(c Case) error {
	f := fault.Fields{}
	if len(d.Narrative) > 200 {
		f.Add("", "grant.error.sentences")
	}
	for _, s := range d.Narrative {
		f.Require(SentenceField(s.ID), s.Text, 2000)
	}
	for _, l := range d.Actual {
		if l.Kind == TheGrant || l.Amount < 0 || l.Amount.Check() != nil || !slices.Contains(append(ExpenditureKinds(), IncomeKinds()...), l.Kind) {
			f.Add(LineField(l.Kind), "grant.error.amount")
		}
		f.Limit(NoteField(l.Kind), l.Note, 300)
	}
	if len(d.Vouchers) > MaxVouchers {
		f.Add("", "grant.error.receipts", "Most", MaxVouchers)
	}
	for _, r := range d.Vouchers {
		r.check(f, c)
	}
	return f.Err()
}

// check finds what makes no receipt of a case.
func (r Voucher) check(f fault.Fields, c Case) {
	f.Require("payee", r.Payee, 160)
	f.Require("for", r.Reason, 300)
	if r.Amount <= 0 || r.Amount.Check() != nil {
		f.Add("amount", "grant.error.amount")
	}
	if !slices.Contains(ExpenditureKinds(), r.Kind) {
		f.Add("kind", "field.choice")
	}
	if r.PaidOn.IsZero() || r.PaidOn.Before(c.Period.From.AddYears(-1)) || r.PaidOn.After(c.Period.To.AddYears(3)) {
		f.Add("paid_on", "grant.error.paid_on")
	}
}
