package grant

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
)

// Recognised is what the officer recognises of a line.
type Recognised struct {
	Kind    LineKind    `json:"kind"`
	Claimed money.Cents `json:"claimed"` // by the proof
	Amount  money.Cents `json:"amount"`
	Note    string      `json:"note,omitempty"` // why less
}

// AuditNote is the officer's note on a proof (Prüfungsvermerk, VVK 11.3).
type AuditNote struct {
	ID         uuid.UUID
	No         int
	Papers     string // which came when
	Findings   string // whether the proof is plausible
	Recognised []Recognised
	Reduction  Calculation // what is left of the grant by what is recognised
	DeMinimis  Calculation // what is claimed of the difference
	Claim      money.Cents
	At         time.Time
	By         string
}

// AuditNotes returns the notes on a case, the newest first; none for a district.
func AuditNotes(ctx context.Context, tx *db.Tx, caseID uuid.UUID) ([]AuditNote, error) {
	rows, _ := tx.Query(ctx, `
		SELECT a.id, a.no, a.papers, a.findings, a.recognised, a.reduction, a.de_minimis, a.claim, a.at, coalesce(p.name, '') AS by
		FROM audit_note a
		LEFT JOIN person p ON p.programme_id = a.programme_id AND p.id = a.by_person
		WHERE a.case_id = $1
		ORDER BY a.no DESC`, caseID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[AuditNote])
	if err != nil {
		return nil, fmt.Errorf("audit notes of case %s: %w", caseID, err)
	}
	return list, nil
}

// Audit reckons what is left of a grant by what is recognised, and what of the
// difference to what was granted is claimed.
func Audit(t Terms, p ProofContent, list []Recognised) (reduction, claim Calculation, err error) {
	var lines PlanLines
	for _, l := range p.Actual {
		if l.Kind.Income() {
			lines = append(lines, l)
		}
	}
	for _, r := range list {
		lines = append(lines, PlanLine{Kind: r.Kind, Amount: r.Amount})
	}
	s, err := Compare(t, p.Granted, p.Paid, p.Plan, lines)
	if err != nil {
		return Calculation{}, Calculation{}, err
	}
	claim, err = Calculate(&DeMinimis{Law: t.Law(), Granted: p.Granted, Difference: p.Granted - s.Reduction.Amount, Table: t.DeMinimis})
	return s.Reduction, claim, err
}

// AllRecognised recognises every line of a proof whole.
func AllRecognised(p ProofContent) (list []Recognised) {
	for _, k := range ExpenditureKinds() {
		if claimed := p.Actual.Of(k); claimed > 0 {
			list = append(list, Recognised{Kind: k, Claimed: claimed, Amount: claimed})
		}
	}
	return list
}

// NewAuditNote is a note to be recorded.
type NewAuditNote struct {
	ID         uuid.UUID // from the form
	No         int       // the note that it becomes: a stale form names one that exists
	Papers     string
	Findings   string
	Recognised []Recognised
}

// NoteAudit records the officer's note on the newest proof of a case with what
// follows from it. It returns fault.Fields for a line that recognises more than
// was claimed or less without a note, fault.Conflict for a stale form and where
// nothing is audited, and fact.ErrRepeated if the form was sent before.
func NoteAudit(ctx context.Context, tx *db.Tx, caseID uuid.UUID, n NewAuditNote) error {
	c, err := ByID(ctx, tx, caseID)
	if err != nil {
		return err
	}
	if !tx.Actor.May(access.PrepareGrants) {
		return fmt.Errorf("note audit of case %s: %w", caseID, fault.Forbidden)
	}
	t, err := TermsByID(ctx, tx, c.TermsID)
	if err != nil {
		return err
	}
	list, err := Proofs(ctx, tx, caseID)
	if err != nil {
		return err
	}
	last := Last(list, FinalProof)
	if last.No == 0 {
		return fault.Explain(fault.Conflict, "grant.error.state")
	}
	for i, r := range n.Recognised {
		n.Recognised[i].Claimed = last.Content.Actual.Of(r.Kind)
	}
	if err := n.check(last.Content); err != nil {
		return err
	}
	if n.Recognised == nil {
		n.Recognised = []Recognised{}
	}
	reduction, claim, err := Audit(t, last.Content, n.Recognised)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO audit_note (id, case_id, district_id, proof_id, no, papers, findings, recognised, reduction, de_minimis, claim)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		n.ID, c.ID, c.DistrictID, last.ID, n.No, n.Papers, n.Findings, n.Recognised, reduction, claim, claim.Amount)
	switch db.Constraint(err) {
	case "audit_note_pkey":
		return errors.Join(fact.ErrRepeated, err)
	case "audit_note_no":
		return errors.Join(fault.Explain(fault.Conflict, "grant.error.proof_stale"), err)
	}
	return stepped(err)
}

func (n NewAuditNote) check(p ProofContent) error {
	f := fault.Fields{}
	f.Require("papers", n.Papers, 4000)
	f.Require("findings", n.Findings, 4000)
	for _, r := range n.Recognised {
		claimed := p.Actual.Of(r.Kind)
		switch {
		case r.Amount < 0 || r.Amount > claimed:
			f.Add(LineField(r.Kind), "grant.error.recognised")
		case r.Amount < claimed:
			f.Require(NoteField(r.Kind), r.Note, 1000)
		}
	}
	return f.Err()
}
