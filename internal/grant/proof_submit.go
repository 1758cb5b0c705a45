package grant

import (
	"context"
	"crypto/sha256"
	"encoding/json"
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

// Confirmation is what the signatory declares with a proof.
type Confirmation string

// The confirmations (ANBest-K 6; § 44a SäHO).
const (
	BooksAgree    Confirmation = "books"     // the statement agrees with the books
	WasNecessary  Confirmation = "necessary" // the expenditure was necessary, economical and sparing
	PublicityKept Confirmation = "publicity" // the public was told where the money comes from
)

// Confirmations are those that the terms ask for.
func (t Terms) Confirmations() []Confirmation {
	if t.Publicity {
		return []Confirmation{BooksAgree, WasNecessary, PublicityKept}
	}
	return []Confirmation{BooksAgree, WasNecessary}
}

// ProofContent is what a proof says, as sealed.
type ProofContent struct {
	FileRef   string         `json:"file_ref"`
	Scheme    string         `json:"scheme"`
	Law       Law            `json:"law"`
	Addressee string         `json:"addressee"` // the granting body
	Recipient string         `json:"recipient"`
	Kind      ProofKind      `json:"kind"`
	Period    calendar.Range `json:"period"`
	Due       calendar.Date  `json:"due"`
	Granted   money.Cents    `json:"granted"`
	Paid      money.Cents    `json:"paid"`
	Narrative []Sentence     `json:"narrative"`
	Plan      PlanLines      `json:"plan"`
	Actual    PlanLines      `json:"actual"`
	Vouchers  []Voucher      `json:"receipts"`
	Hints     []Hint         `json:"hints"`
	Reduction Calculation    `json:"reduction"`
	Confirmed []Confirmation `json:"confirmed"`
	Person    string         `json:"person"` // who declares; "": the system
}

// Statement is the numeric statement of the proof.
func (p ProofContent) Statement(t Terms) (Statement, error) {
	return Compare(t, p.Granted, p.Paid, p.Plan, p.Actual)
}

// Proof is a proof as submitted.
type Proof struct {
	ID      uuid.UUID
	CaseID  uuid.UUID
	No      int
	Span    Span
	Content ProofContent
	SHA256  []byte
	OnDay   calendar.Date // of receipt
	At      time.Time
	By      string // "": the system
}

// Proofs returns what was submitted in a case, the newest first.
func Proofs(ctx context.Context, tx *db.Tx, caseID uuid.UUID) ([]Proof, error) {
	rows, _ := tx.Query(ctx, `
		SELECT g.id, g.case_id, g.no, g.kind, g.period, g.content, g.sha256, g.on_day, g.at, coalesce(p.name, '')
		FROM grant_proof g
		LEFT JOIN person p ON p.programme_id = g.programme_id AND p.id = g.by_person
		WHERE g.case_id = $1
		ORDER BY g.no DESC`, caseID)
	list, err := pgx.CollectRows(rows, scanProof)
	if err != nil {
		return nil, fmt.Errorf("proofs of case %s: %w", caseID, err)
	}
	return list, nil
}

func scanProof(row pgx.CollectableRow) (p Proof, err error) {
	var raw []byte
	if err := row.Scan(&p.ID, &p.CaseID, &p.No, &p.Span.Kind, &p.Span.Period, &raw, &p.SHA256, &p.OnDay, &p.At, &p.By); err != nil {
		return p, err
	}
	return p, json.Unmarshal(raw, &p.Content)
}

// Last is the newest of the proofs of a kind; its number is 0 if there is none.
func Last(list []Proof, k ProofKind) Proof {
	for _, p := range list {
		if p.Span.Kind == k {
			return p
		}
	}
	return Proof{}
}

// Submission is what the signatory sends.
type Submission struct {
	ID        uuid.UUID // from the form: the same form submits once
	Span      Span
	Version   int // of the draft that was read
	Confirmed []Confirmation
	Day       calendar.Date // of receipt; zero: today. For a seed that knows the past
}

// SignsFor says whether the actor submits for the district.
func SignsFor(a access.Actor, district uuid.UUID) bool {
	return a.Reach() == access.ReachSystem || slices.ContainsFunc(a.Grants, func(g access.Grant) bool { return g.Role == access.Signatory && g.District == district })
}

// SubmitProof seals what the district has drafted. A final proof takes its case
// a step on: submitted, or supplemented. It returns fault.Fields for what is
// missing and for confirmations that are, fault.Stale if the draft has changed
// meanwhile, fact.ErrRepeated if the form was sent before, and what Take returns.
func SubmitProof(ctx context.Context, tx *db.Tx, caseID uuid.UUID, s Submission) error {
	c, err := ByID(ctx, tx, caseID)
	if err != nil {
		return err
	}
	if !SignsFor(tx.Actor, c.DistrictID) {
		return fmt.Errorf("submit proof of case %s: %w", caseID, fault.Forbidden)
	}
	t, err := TermsByID(ctx, tx, c.TermsID)
	if err != nil {
		return err
	}
	list, err := Proofs(ctx, tx, caseID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(list, func(p Proof) bool { return p.ID == s.ID }) {
		return fact.ErrRepeated
	}
	d, err := DraftOf(ctx, tx, caseID, s.Span)
	if err != nil {
		return err
	}
	if d.Version != s.Version {
		return fmt.Errorf("submit proof of case %s: %w", caseID, fault.Stale)
	}
	content, err := composeProof(ctx, tx, c, t, s, d.Content)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("proof of %s: %w", caseID, err)
	}
	sum := sha256.Sum256(raw)
	if s.Day.IsZero() {
		s.Day = calendar.Of(tx.Now)
	}
	b := &pgx.Batch{}
	b.Queue(`INSERT INTO grant_proof (id, case_id, district_id, no, kind, period, content, sha256, on_day) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		s.ID, c.ID, c.DistrictID, len(list)+1, s.Span.Kind, s.Span.Period, raw, sum[:], s.Day)
	if s.Span.Kind == FinalProof {
		a := Act{ID: s.ID, Event: "proof_submitted", To: ProofSubmitted, Day: s.Day}
		if c.State == ProofIncomplete {
			a.Event = "proof_supplemented"
		}
		queueStep(b, c, a, calendar.Of(tx.Now))
	}
	return proven(tx.SendBatch(ctx, b).Close())
}

// composeProof returns what the proof will say.
func composeProof(ctx context.Context, tx *db.Tx, c Case, t Terms, s Submission, d ProofDraft) (ProofContent, error) {
	f := fault.Fields{}
	for _, name := range d.Missing(t, s.Span) {
		f.Add("", "grant.proof.lacks."+name)
	}
	for _, one := range t.Confirmations() {
		if !slices.Contains(s.Confirmed, one) {
			f.Add("confirm-"+string(one), "grant.error.confirm")
		}
	}
	if err := f.Err(); err != nil {
		return ProofContent{}, err
	}
	plan, err := newestPlan(ctx, tx, c.ID)
	if err != nil {
		return ProofContent{}, err
	}
	p := ProofContent{
		FileRef: c.FileRef, Scheme: c.SchemeName, Law: t.Law(), Addressee: t.GrantingBody, Recipient: c.DistrictName, Kind: s.Span.Kind, Period: s.Span.Period,
		Due: s.Span.Due(t), Granted: c.Amount, Paid: c.Paid, Narrative: sealedNarrative(d.Narrative), Plan: plan, Actual: d.Actual.Written(),
		Vouchers: d.Vouchers, Confirmed: t.Confirmations(), Person: tx.Actor.Name,
	}
	if p.Vouchers == nil {
		p.Vouchers = []Voucher{}
	}
	statement, err := p.Statement(t)
	if err != nil {
		return ProofContent{}, err
	}
	if s.Span.Kind == FinalProof {
		p.Hints, p.Reduction = statement.Hints, statement.Reduction
	}
	return p, nil
}

// newestPlan is the newest financing plan of a case; nil: it has none.
func newestPlan(ctx context.Context, tx *db.Tx, caseID uuid.UUID) (PlanLines, error) {
	plans, err := Plans(ctx, tx, caseID)
	if err != nil || len(plans) == 0 {
		return nil, err
	}
	return plans[0].Lines, nil
}

// Missing names what a draft lacks before it can be submitted, as keys below
// grant.proof.lacks.
func (d ProofDraft) Missing(t Terms, s Span) []string {
	var list []string
	if len(d.Narrative) == 0 {
		list = append(list, "narrative")
	}
	if d.Actual.Expenditure() == 0 {
		list = append(list, "statement")
	}
	if t.Receipts && s.Kind == FinalProof && slices.ContainsFunc(ExpenditureKinds(), func(k LineKind) bool { return d.Actual.Of(k) != VouchersOf(d.Vouchers, k) }) {
		list = append(list, "receipts")
	}
	return list
}

// proven gives what the database refuses of a proof its name.
func proven(err error) error {
	switch db.Constraint(err) {
	case "grant_proof_pkey":
		return errors.Join(fact.ErrRepeated, err)
	case "grant_proof_no", "grant_proof_interim":
		return errors.Join(fault.Explain(fault.Conflict, "grant.error.proof_stale"), err)
	case "grant_proof_agrees", "grant_proof_confirmed", "grant_proof_receipts", "proof_period":
		return errors.Join(fault.Explain(fault.Conflict, "grant.error.proof_agrees"), err)
	}
	return stepped(err)
}
