package grant

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
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

// NoticeKind is what a notice does.
type NoticeKind string

// The kinds of notice.
const (
	AwardNotice NoticeKind = "award"
	Amendment   NoticeKind = "amendment"
	Rejection   NoticeKind = "rejection"
	Revocation  NoticeKind = "revocation"
)

// Content is what a notice says. It must have ten things (VVK 4.2); see
// Missing.
type Content struct {
	FileRef      string         `json:"file_ref"`
	Scheme       string         `json:"scheme"`
	Law          Law            `json:"law"`
	GrantingBody string         `json:"granting_body"` // also receives the proof of use
	Recipient    string         `json:"recipient"`
	Amount       money.Cents    `json:"amount"`
	Rate         int            `json:"rate"` // permille, of share financing
	Purpose      string         `json:"purpose"`
	Financing    Financing      `json:"financing"`
	Eligible     string         `json:"eligible"`
	Period       calendar.Range `json:"period"`
	Earmarking   string         `json:"earmarking"`
	ProofDue     calendar.Date  `json:"proof_due"`
	Payouts      []Line         `json:"payouts"`
	Conditions   []string       `json:"conditions"`
	Remedy       string         `json:"remedy"`
	Steps        []Step         `json:"steps"`            // how the amount came about
	Change       *ChangeContent `json:"change,omitempty"` // of all but an award
}

// Missing names what the notice lacks of the ten things that VVK 4.2 demands of
// an award, or of what its other kind must say, as keys below
// grant.notice.lacks.
func (c Content) Missing() []string {
	if c.Change != nil {
		return c.changeLacks()
	}
	var list []string
	need := func(name string, there bool) {
		if !there {
			list = append(list, name)
		}
	}
	need("recipient", c.Recipient != "")
	need("amount", c.Amount > 0 && (c.Financing != Share || c.Rate > 0))
	need("purpose", c.Purpose != "")
	need("financing", c.Financing != "" && c.Eligible != "")
	need("period", !c.Period.From.IsZero() && !c.Period.To.IsZero())
	need("earmarking", c.Earmarking != "")
	need("dates", !c.ProofDue.IsZero() && len(c.Payouts) > 0)
	need("proof_recipient", c.GrantingBody != "")
	need("conditions", len(c.Conditions) > 0)
	need("remedy", c.Remedy != "")
	return list
}

// Compose returns what the notice of a case says, and the reckoning of its
// instalments. It reckons the amount again from what was stored, and returns
// fault.Conflict if that gives another one.
func Compose(ctx context.Context, tx *db.Tx, c Case) (Content, Calculation, error) {
	t, err := TermsByID(ctx, tx, c.TermsID)
	if err != nil {
		return Content{}, Calculation{}, err
	}
	payout, err := Calculate(&Payout{
		Law: t.Law(), Granted: c.Amount, Plan: t.Plan, MinPartial: t.MinPartial, MinBindsLast: t.MinBindsLast, Year: c.Period.From.Year(),
	})
	if err != nil {
		return Content{}, Calculation{}, err
	}
	n := Content{
		FileRef: c.FileRef, Scheme: c.SchemeName, Law: t.Law(), GrantingBody: t.GrantingBody, Recipient: c.DistrictName, Amount: c.Amount, Rate: t.Rate,
		Purpose: t.Purpose, Financing: t.Financing, Eligible: t.Eligible, Period: c.Period, Earmarking: t.Earmarking,
		ProofDue: t.ProofDue(c.Period), Payouts: payout.Lines, Remedy: t.Remedy,
	}
	for line := range strings.Lines(t.Conditions) {
		if line = strings.TrimSpace(line); line != "" {
			n.Conditions = append(n.Conditions, line)
		}
	}
	all, err := Calculations(ctx, tx, c.ID)
	if err != nil {
		return Content{}, Calculation{}, err
	}
	for _, calc := range all {
		if calc.Rule != RuleAward || calc.Amount != c.Amount {
			continue
		}
		if again, err := calc.Again(); err != nil || again.Amount != c.Amount {
			return Content{}, Calculation{}, errors.Join(fault.Explain(fault.Conflict, "grant.error.reckoning"), err)
		}
		n.Steps = calc.Steps
		return n, payout, nil
	}
	return Content{}, Calculation{}, fault.Explain(fault.Conflict, "grant.error.reckoning")
}

// ProofDue is the last day for the proof of use of a period (ANBest-K 6.1).
func (t Terms) ProofDue(period calendar.Range) calendar.Date {
	return period.To.AddDays(-1).AddMonths(t.ProofMonths)
}

// FinalFrom is the first day on which a notice that was delivered is final
// (Bestandskraft): after the time for a remedy, which ends on a working day
// (§ 57 VwGO, § 193 BGB), or with a waiver.
func (t Terms) FinalFrom(delivered, waived calendar.Date) calendar.Date {
	switch {
	case !waived.IsZero():
		return waived
	case delivered.IsZero():
		return calendar.Date{}
	}
	return delivered.AddMonths(t.RemedyMonths).NextWorkingDay().AddDays(1)
}

// Issue gives notice of the grant: the case is granted, its notice sealed. It
// returns fault.Conflict with what is missing if the notice is not complete,
// and what Take returns. The notice bears the day of today; on is for a seed
// that knows the past.
func Issue(ctx context.Context, tx *db.Tx, caseID, formID uuid.UUID, on calendar.Date) error {
	c, err := ByID(ctx, tx, caseID)
	if err != nil {
		return err
	}
	if !tx.Actor.May(access.PrepareGrants) {
		return fmt.Errorf("issue notice of %s: %w", caseID, fault.Forbidden)
	}
	b := &pgx.Batch{}
	if err := queueNotice(ctx, tx, b, c, formID, AwardNotice, on); err != nil {
		return err
	}
	queueStep(b, c, Act{ID: formID, Event: "granted", To: Granted, Day: on}, calendar.Of(tx.Now))
	return stepped(tx.SendBatch(ctx, b).Close())
}

// IssueAll gives notice in every approved case of a run.
func IssueAll(ctx context.Context, tx *db.Tx, runID, formID uuid.UUID) (done int, err error) {
	if !tx.Actor.May(access.PrepareGrants) {
		return 0, fmt.Errorf("issue notices of run %s: %w", runID, fault.Forbidden)
	}
	cases, err := RunCases(ctx, tx, runID)
	if err != nil {
		return 0, err
	}
	b := &pgx.Batch{}
	for _, c := range cases {
		if c.State != Approved {
			continue
		}
		id := uuid.NewSHA1(formID, c.ID[:])
		if err := queueNotice(ctx, tx, b, c, id, AwardNotice, calendar.Of(tx.Now)); err != nil {
			return 0, err
		}
		queueStep(b, c, Act{ID: id, Event: "granted", To: Granted}, calendar.Of(tx.Now))
		done++
	}
	if done == 0 {
		return 0, fault.Explain(fault.Conflict, "grant.error.nothing_to_do")
	}
	return done, stepped(tx.SendBatch(ctx, b).Close())
}

func queueNotice(ctx context.Context, tx *db.Tx, b *pgx.Batch, c Case, id uuid.UUID, kind NoticeKind, on calendar.Date) error {
	content, payout, err := Compose(ctx, tx, c)
	if err != nil {
		return err
	}
	if lacks := content.Missing(); len(lacks) > 0 {
		return fault.Explain(fault.Conflict, "grant.error.notice_incomplete", "File", c.FileRef)
	}
	raw, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("notice of %s: %w", c.ID, err)
	}
	sum := sha256.Sum256(raw)
	queueCalculation(b, c.ID, c.DistrictID, payout)
	if err := queueShares(ctx, tx, b, c); err != nil {
		return err
	}
	queuePayments(b, c, payout)
	b.Queue(`
		INSERT INTO grant_notice (id, case_id, district_id, no, kind, amount, content, sha256, issued_on)
		SELECT $1, $2, $3, coalesce(max(no), 0) + 1, $4, $5, $6, $7, $8 FROM grant_notice WHERE case_id = $2`,
		id, c.ID, c.DistrictID, kind, c.Amount, raw, sum[:], on)
	return nil
}

// Notice is a notice as sent.
type Notice struct {
	ID             uuid.UUID
	CaseID         uuid.UUID
	No             int
	Kind           NoticeKind
	Amount         money.Cents
	Content        Content
	SHA256         []byte `db:"sha256"`
	IssuedOn       calendar.Date
	IssuedBy       string
	DeliveredOn    calendar.Date // zero: not known yet
	RemedyWaivedOn calendar.Date // zero: not waived
}

// Notices returns the notices of a case, the newest first.
func Notices(ctx context.Context, tx *db.Tx, caseID uuid.UUID) ([]Notice, error) {
	rows, _ := tx.Query(ctx, `
		SELECT n.id, n.case_id, n.no, n.kind, n.amount, n.content, n.sha256, n.issued_on, coalesce(p.name, '') AS issued_by, n.delivered_on, n.remedy_waived_on
		FROM grant_notice n
		LEFT JOIN person p ON p.programme_id = n.programme_id AND p.id = n.issued_by
		WHERE n.case_id = $1
		ORDER BY n.no DESC`, caseID)
	list, err := pgx.CollectRows(rows, scanNotice)
	if err != nil {
		return nil, fmt.Errorf("notices of case %s: %w", caseID, err)
	}
	return list, nil
}

func scanNotice(row pgx.CollectableRow) (n Notice, err error) {
	var raw []byte
	if err := row.Scan(&n.ID, &n.CaseID, &n.No, &n.Kind, &n.Amount, &raw, &n.SHA256, &n.IssuedOn, &n.IssuedBy, &n.DeliveredOn, &n.RemedyWaivedOn); err != nil {
		return n, err
	}
	return n, json.Unmarshal(raw, &n.Content)
}

// Delivered records on which day a notice reached the district, and on which
// it waived the remedy; zero: it did not. It returns fault.Fields for days that
// cannot be, and fault.Conflict once the case has gone on.
func Delivered(ctx context.Context, tx *db.Tx, caseID uuid.UUID, no int, delivered, waived calendar.Date) error {
	if !tx.Actor.May(access.PrepareGrants) {
		return fmt.Errorf("delivery in case %s: %w", caseID, fault.Forbidden)
	}
	f := fault.Fields{}
	fact.CheckDay(f, "delivered", delivered, calendar.Of(tx.Now))
	if !waived.IsZero() && (waived.Before(delivered) || waived.After(calendar.Of(tx.Now))) {
		f.Add("waived", "grant.error.waived")
	}
	if err := f.Err(); err != nil {
		return err
	}
	var day *calendar.Date
	if !waived.IsZero() {
		day = &waived
	}
	n, err := tx.Exec(ctx, `UPDATE grant_notice SET delivered_on = $3, remedy_waived_on = $4 WHERE case_id = $1 AND no = $2 AND issued_on <= $3`, caseID, no, delivered, day)
	if db.Constraint(err) == "grant_notice_reached" {
		return errors.Join(fault.Explain(fault.Conflict, "grant.error.delivery_fixed"), err)
	}
	if err != nil {
		return fmt.Errorf("delivery in case %s: %w", caseID, err)
	}
	if n == 0 {
		return fault.Field("delivered", "grant.error.before_issue")
	}
	return nil
}
