package grant

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
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

// ChangeContent is what a notice says beside what every notice does, when it
// amends, rejects or revokes.
type ChangeContent struct {
	Kind        NoticeKind    `json:"kind"`
	Before      money.Cents   `json:"before"`  // what was granted, or applied for
	Reasons     []string      `json:"reasons"` // § 39 VwVfG
	Ground      Ground        `json:"ground,omitempty"`
	Taking      Taking        `json:"taking,omitempty"`
	EffectiveOn calendar.Date `json:"effective_on,omitzero"`
	HeardOn     calendar.Date `json:"heard_on,omitzero"`
	Answered    bool          `json:"answered,omitempty"`
	Claim       *ClaimContent `json:"claim,omitempty"` // nil: nothing is to be repaid
}

// ClaimContent is what a notice claims back, and the interest that it announces.
type ClaimContent struct {
	Paid         money.Cents   `json:"paid"`
	Principal    money.Cents   `json:"principal"`
	DueOn        calendar.Date `json:"due_on"`
	InterestFrom calendar.Date `json:"interest_from"`
	Margin       int           `json:"margin"` // basis points above the base rate
	Floor        money.Cents   `json:"floor"`
}

// changeLacks names what a notice other than an award lacks.
func (c Content) changeLacks() (list []string) {
	need := func(name string, there bool) {
		if !there {
			list = append(list, name)
		}
	}
	ch := c.Change
	need("recipient", c.Recipient != "")
	need("proof_recipient", c.GrantingBody != "")
	need("before", ch.Before > 0)
	need("reasons", len(ch.Reasons) > 0)
	need("remedy", c.Remedy != "")
	switch ch.Kind {
	case Rejection:
		need("amount", c.Amount == 0)
	case Amendment:
		need("amount", c.Amount > 0 && c.Amount != ch.Before)
		need("period", !c.Period.From.IsZero() && !c.Period.To.IsZero())
		need("dates", len(c.Payouts) > 0)
	case Revocation:
		need("amount", c.Amount >= 0 && c.Amount < ch.Before)
		need("ground", ch.Ground.Valid() && ch.Taking != "")
		need("effective", !ch.EffectiveOn.IsZero())
		need("hearing", !ch.HeardOn.IsZero())
		need("claim", ch.Claim == nil || ch.Claim.Principal > 0 && !ch.Claim.DueOn.IsZero() && !ch.Claim.InterestFrom.IsZero())
	default:
		need("kind", false)
	}
	return list
}

// Giving is a notice to be given by the officer.
type Giving struct {
	ID     uuid.UUID // from the form: the same form gives one
	Reason string    // as it stands in the notice
	DueOn  calendar.Date
	Day    calendar.Date // zero: today; a seed knows the past
}

// ChangeDraft is what a notice will say and do.
type ChangeDraft struct {
	Content Content
	Calcs   []Calculation
	Hearing HearingRecord // of a revocation
}

// ComposeChange returns what the notice says that a case waits for, of those
// that change or refuse a grant. It returns fault.Conflict if the case waits
// for none, or if money is on its way that would have to be claimed back.
func ComposeChange(ctx context.Context, tx *db.Tx, c Case, t Terms, g Giving) (ChangeDraft, error) {
	kind, err := NoticeDue(ctx, tx, c)
	if err != nil {
		return ChangeDraft{}, err
	}
	if kind == "" {
		return ChangeDraft{}, fault.Explain(fault.Conflict, "grant.error.state")
	}
	decided, err := decision(ctx, tx, c.ID, kind)
	if err != nil {
		return ChangeDraft{}, err
	}
	if strings.TrimSpace(g.Reason) == "" {
		g.Reason = decided.Reason
	}
	d := ChangeDraft{Content: Content{
		FileRef: c.FileRef, Scheme: c.SchemeName, Law: t.Law(), GrantingBody: t.GrantingBody, Recipient: c.DistrictName, Amount: decided.Amount, Rate: t.Rate,
		Purpose: t.Purpose, Financing: t.Financing, Eligible: t.Eligible, Period: c.Period, Earmarking: t.Earmarking,
		ProofDue: t.ProofDue(c.Period), Conditions: lines(t.Conditions), Remedy: t.Remedy,
		Change: &ChangeContent{Kind: kind, Before: c.Amount, Reasons: lines(g.Reason)},
	}}
	switch kind {
	case Rejection:
		d.Content.Amount = 0
	case Amendment:
		err = d.amend(ctx, tx, c, t)
	default:
		err = d.revoke(ctx, tx, c, t, g)
	}
	return d, err
}

// decision is the newest step whose decision the notice says.
func decision(ctx context.Context, tx *db.Tx, caseID uuid.UUID, k NoticeKind) (e Event, err error) {
	trail, err := Trail(ctx, tx, caseID)
	if err != nil {
		return e, err
	}
	for _, e := range trail { // newest first
		for _, name := range k.events() {
			if e.Event == name {
				return e, nil
			}
		}
	}
	return e, fault.Explain(fault.Conflict, "grant.error.state")
}

func lines(text string) (list []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

func (d *ChangeDraft) amend(ctx context.Context, tx *db.Tx, c Case, t Terms) error {
	payout, err := payoutOf(c, t, d.Content.Amount)
	if err != nil {
		return err
	}
	change, err := Calculate(&Change{Law: t.Law(), Granted: c.Amount, New: d.Content.Amount})
	if err != nil {
		return err
	}
	d.Content.Payouts, d.Content.Steps, d.Calcs = payout.Lines, change.Steps, []Calculation{payout}
	all, err := Calculations(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	for _, calc := range all { // what the decision rests on stands above it
		if calc.Rule == RuleReduction && calc.Amount == d.Content.Amount {
			d.Content.Steps = append(calc.Steps[:len(calc.Steps):len(calc.Steps)], change.Steps[1:]...)
		}
	}
	return nil
}

func (d *ChangeDraft) revoke(ctx context.Context, tx *db.Tx, c Case, t Terms, g Giving) error {
	hearings, err := Hearings(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	revocations, err := Revocations(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	if len(hearings) == 0 || len(revocations) == 0 {
		return fault.Explain(fault.Conflict, "grant.error.state")
	}
	h, r, ch := hearings[0], revocations[0], d.Content.Change
	ch.Ground, ch.Taking, ch.EffectiveOn, ch.HeardOn, ch.Answered = h.Ground, r.Taking, r.EffectiveOn, h.BegunOn, len(h.Replies) > 0
	difference, err := Difference(c, t, h.Ground, d.Content.Amount)
	if err != nil {
		return err
	}
	paid, err := paidOut(ctx, tx, c, time.Time{})
	if err != nil {
		return err
	}
	claim, err := Calculate(&Claim{Law: t.Law(), Left: d.Content.Amount, Paid: paid})
	if err != nil {
		return err
	}
	d.Calcs, d.Hearing = []Calculation{claim}, h
	d.Content.Steps = append(difference.Steps[:len(difference.Steps):len(difference.Steps)], claim.Steps[1:]...)
	if claim.Amount == 0 {
		return nil
	}
	ch.Claim = &ClaimContent{
		Paid: claim.Amount + d.Content.Amount, Principal: claim.Amount, DueOn: g.DueOn, InterestFrom: interestFrom(paid, d.Content.Amount, r.EffectiveOn),
		Margin: t.InterestMargin, Floor: t.InterestFloor,
	}
	return nil
}

// paidOut returns what was paid in a case and on which days, as known at a
// moment. It returns fault.Conflict if money was on its way then.
func paidOut(ctx context.Context, tx *db.Tx, c Case, known time.Time) ([]Receipt, error) {
	rows, _ := tx.Query(ctx, `
		SELECT l.on_day AS day, p.amount, l.to_state = 'paid' AS there
		FROM payment p
		JOIN LATERAL (
			SELECT e.on_day, e.to_state FROM payment_event e
			WHERE e.programme_id = p.programme_id AND e.payment_id = p.id AND e.case_id = p.case_id AND e.at <= $2
			ORDER BY e.at DESC LIMIT 1) l ON l.to_state IN ('certified', 'ordered', 'exported', 'paid')
		WHERE p.case_id = $1
		ORDER BY l.on_day, p.ordinal`, c.ID, fact.AsOf{Known: known}.KnownArg())
	type out struct {
		Receipt

		There bool
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByName[out])
	if err != nil {
		return nil, fmt.Errorf("what was paid in case %s: %w", c.ID, err)
	}
	var list []Receipt
	for _, one := range all {
		if !one.There {
			return nil, fault.Explain(fault.Conflict, "grant.error.on_its_way")
		}
		list = append(list, one.Receipt)
	}
	return list, nil
}

// GiveChange gives the notice that a case waits for, of those that change or
// refuse a grant, and plans the instalments anew. A revocation that leaves more
// paid than granted claims it in the same notice: the repayment is due. It
// returns fault.Fields for bad input, fault.Conflict if the case waits for no
// notice, money is on its way, or the notice is not complete,
// fact.ErrRepeated if the form was sent before, and what Take returns.
func GiveChange(ctx context.Context, tx *db.Tx, caseID uuid.UUID, g Giving) error {
	c, t, err := underTerms(ctx, tx, caseID, access.PrepareGrants)
	if err != nil {
		return err
	}
	var given bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM grant_notice WHERE id = $1)`, g.ID).Scan(&given); err != nil || given {
		return errors.Join(fact.ErrRepeated, err)
	}
	if g.Day.IsZero() {
		g.Day = calendar.Of(tx.Now)
	}
	d, err := ComposeChange(ctx, tx, c, t, g)
	if err != nil {
		return err
	}
	claim := d.Content.Change.Claim
	f := fault.Fields{}
	f.Require("reason", strings.Join(d.Content.Change.Reasons, "\n"), maxReason)
	if claim != nil && (claim.DueOn.Before(g.Day) || claim.DueOn.After(g.Day.AddYears(1))) {
		f.Add("due_on", "grant.error.due_on")
	}
	if err := f.Err(); err != nil {
		return err
	}
	if lacks := d.Content.Missing(); len(lacks) > 0 {
		return fault.Explain(fault.Conflict, "grant.error.notice_incomplete", "File", c.FileRef)
	}
	list, err := PaymentsOf(ctx, tx, caseID)
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	if err := d.queue(b, c, g, list); err != nil {
		return err
	}
	return paid(tx.SendBatch(ctx, b).Close())
}

func (d ChangeDraft) queue(b *pgx.Batch, c Case, g Giving, list []Payment) error {
	raw, err := json.Marshal(d.Content)
	if err != nil {
		return fmt.Errorf("notice of %s: %w", c.ID, err)
	}
	for _, calc := range d.Calcs {
		queueCalculation(b, c.ID, c.DistrictID, calc)
	}
	kind, sum := d.Content.Change.Kind, sha256.Sum256(raw)
	b.Queue(`
		INSERT INTO grant_notice (id, case_id, district_id, no, kind, amount, content, sha256, issued_on)
		SELECT $1, $2, $3, coalesce(max(no), 0) + 1, $4, $5, $6, $7, $8 FROM grant_notice WHERE case_id = $2`,
		g.ID, c.ID, c.DistrictID, kind, d.Content.Amount, raw, sum[:], g.Day)
	switch kind {
	case Amendment:
		queueReplan(b, c, d.Calcs[0], list, g.ID)
	case Revocation:
		queueReverse(b, list, g.ID)
		d.queueClaim(b, c, g)
	}
	return nil
}

// queueClaim claims back what the notice says.
func (d ChangeDraft) queueClaim(b *pgx.Batch, c Case, g Giving) {
	claim := d.Content.Change.Claim
	if claim == nil {
		return
	}
	id := uuid.NewSHA1(g.ID, []byte("claim"))
	b.Queue(`INSERT INTO repayment (id, case_id, district_id, principal, due_on, interest_from, claimed_on) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		id, c.ID, c.DistrictID, claim.Principal, claim.DueOn, claim.InterestFrom, g.Day)
	c.Amount = d.Content.Amount // the notice has changed it
	queueStep(b, c, Act{ID: id, Event: "repayment_claimed", To: RepaymentDue, Day: g.Day}, g.Day)
}
