package grant

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// ProofPart is a part of a proof that can be incomplete.
type ProofPart string

// The parts of a proof.
const (
	NarrativePart    ProofPart = "narrative"
	StatementPart    ProofPart = "statement"
	ReceiptsPart     ProofPart = "receipts"
	ConfirmationPart ProofPart = "confirmations"
)

// ProofParts returns the parts of a proof under the terms.
func (t Terms) ProofParts() []ProofPart {
	if t.Receipts {
		return []ProofPart{NarrativePart, StatementPart, ReceiptsPart, ConfirmationPart}
	}
	return []ProofPart{NarrativePart, StatementPart, ConfirmationPart}
}

// NameKey is the key of the part's name.
func (p ProofPart) NameKey() string { return "grant.proof.part." + string(p) }

// Gap is what a part lacks.
type Gap struct {
	Part ProofPart `json:"part"`
	Note string    `json:"note"`
}

// Check is what the officer found a proof to lack.
type Check struct {
	ID      uuid.UUID
	ProofID uuid.UUID
	Missing []Gap
	DueOn   calendar.Date
	At      time.Time
	By      string
}

// Of is the gap in a part; without a note if there is none.
func (c Check) Of(p ProofPart) (Gap, bool) {
	at := slices.IndexFunc(c.Missing, func(g Gap) bool { return g.Part == p })
	if at < 0 {
		return Gap{}, false
	}
	return c.Missing[at], true
}

// Checks returns what proofs of a case were found to lack, the newest first.
func Checks(ctx context.Context, tx *db.Tx, caseID uuid.UUID) ([]Check, error) {
	rows, _ := tx.Query(ctx, `
		SELECT k.id, k.proof_id, k.missing, k.due_on, k.at, coalesce(p.name, '') AS by
		FROM proof_check k
		LEFT JOIN person p ON p.programme_id = k.programme_id AND p.id = k.by_person
		WHERE k.case_id = $1
		ORDER BY k.at DESC`, caseID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Check])
	if err != nil {
		return nil, fmt.Errorf("checks of case %s: %w", caseID, err)
	}
	return list, nil
}

// ProofReturn is what the officer sends back with a proof.
type ProofReturn struct {
	ID      uuid.UUID // from the form
	Missing []Gap
	DueOn   calendar.Date
	Day     calendar.Date // zero: today
}

// ReturnProof returns the newest proof of a case as incomplete: what is missing,
// part by part, and until when (VVK 7.1). It returns fault.Fields for a part
// without a note, for no part at all and for a day in the past, and what Take
// returns.
func ReturnProof(ctx context.Context, tx *db.Tx, caseID uuid.UUID, r ProofReturn) error {
	c, err := ByID(ctx, tx, caseID)
	if err != nil {
		return err
	}
	if !tx.Actor.May(access.PrepareGrants) {
		return fmt.Errorf("return proof of case %s: %w", caseID, fault.Forbidden)
	}
	f := fault.Fields{}
	if len(r.Missing) == 0 {
		f.Add("missing", "grant.error.nothing_missing")
	}
	for _, g := range r.Missing {
		f.Require("note-"+string(g.Part), g.Note, 1000)
	}
	if r.DueOn.IsZero() {
		f.Add("due", "field.missing")
	} else if r.DueOn.Before(calendar.Of(tx.Now)) && tx.Actor.Person != uuid.Nil {
		f.Add("due", "grant.error.due_past")
	}
	if err := f.Err(); err != nil {
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
	var reason strings.Builder
	for _, g := range r.Missing { // at most four parts of 1,000 characters; the trail needs no more than their beginning
		reason.WriteString(german().T(g.Part.NameKey()) + ": " + string([]rune(g.Note)[:min(len([]rune(g.Note)), 900)]) + "\n")
	}
	b := &pgx.Batch{}
	b.Queue(`INSERT INTO proof_check (id, proof_id, case_id, district_id, missing, due_on) VALUES ($1, $2, $3, $4, $5, $6)`, r.ID, last.ID, c.ID, c.DistrictID, r.Missing, r.DueOn)
	queueStep(b, c, Act{ID: r.ID, Event: "proof_incomplete", To: ProofIncomplete, Day: r.Day, Reason: reason.String()}, calendar.Of(tx.Now))
	err = tx.SendBatch(ctx, b).Close()
	if db.Constraint(err) == "proof_check_due" {
		return errors.Join(fault.Field("due", "grant.error.due_past"), err)
	}
	return stepped(err)
}
