package grant

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// ProofTask is what is to be done next about a proof.
type ProofTask string

// The tasks.
const (
	ProveUse   ProofTask = "proof"            // submit the final proof
	Supplement ProofTask = "proof_supplement" // of what was returned
	Interim    ProofTask = "proof_interim"    // a proof in between
	CheckProof ProofTask = "proof_check"      // the officer's
)

// ProofDue is a proof that somebody waits for.
type ProofDue struct {
	CaseID   uuid.UUID
	FileRef  string
	District string
	Task     ProofTask
	From     calendar.Date // of a proof in between: its first day
	Due      calendar.Date
}

// Overdue says whether the deadline is over.
func (p ProofDue) Overdue(today calendar.Date) bool { return p.Due.Before(today) }

// dueRow is what the deadlines of a case follow from.
type dueRow struct {
	CaseID        uuid.UUID
	FileRef       string
	District      string
	State         State
	Period        calendar.Range
	ProofMonths   int
	CheckMonths   int
	InterimMonths int
	ReturnedDue   calendar.Date   // zero: nothing was returned
	ReceivedOn    calendar.Date   // of the newest final proof; zero: none
	Interim       []calendar.Date // first days of what was submitted in between
	Submitted     int             // proofs of every kind
	Noted         bool            // the officer has noted the audit; false for a district
}

const dueColumns = `
	c.id AS case_id, c.file_ref, d.name AS district, c.state, c.period, t.proof_months, t.check_months, t.interim_months,
	(SELECT k.due_on FROM proof_check k WHERE k.programme_id = c.programme_id AND k.case_id = c.id ORDER BY k.at DESC LIMIT 1) AS returned_due,
	(SELECT max(p.on_day) FROM grant_proof p WHERE p.programme_id = c.programme_id AND p.case_id = c.id AND p.kind = 'final') AS received_on,
	ARRAY(SELECT lower(p.period) FROM grant_proof p WHERE p.programme_id = c.programme_id AND p.case_id = c.id AND p.kind = 'interim') AS interim,
	(SELECT count(*)::int FROM grant_proof p WHERE p.programme_id = c.programme_id AND p.case_id = c.id) AS submitted,
	EXISTS (SELECT FROM audit_note a WHERE a.programme_id = c.programme_id AND a.case_id = c.id) AS noted
	FROM grant_case c
	JOIN scheme_terms t ON t.programme_id = c.programme_id AND t.id = c.terms_id
	JOIN district d ON d.programme_id = c.programme_id AND d.id = c.district_id`

// dues are what is due in a case by the day, and the final proof in any case.
func (r dueRow) dues(today calendar.Date) (list []ProofDue) {
	add := func(task ProofTask, from, due calendar.Date) {
		list = append(list, ProofDue{CaseID: r.CaseID, FileRef: r.FileRef, District: r.District, Task: task, From: from, Due: due})
	}
	t := Terms{ProofMonths: r.ProofMonths, CheckMonths: r.CheckMonths, InterimMonths: r.InterimMonths}
	switch r.State {
	case Completed:
		add(ProveUse, calendar.Date{}, t.ProofDue(r.Period))
	case ProofIncomplete:
		add(Supplement, calendar.Date{}, r.ReturnedDue)
	case ProofSubmitted:
		add(CheckProof, calendar.Date{}, t.CheckDue(r.ReceivedOn))
	}
	if r.State != Running && r.State != Completed {
		return list
	}
	for _, p := range t.InterimPeriods(r.Period) {
		if !p.To.After(today) && !slices.Contains(r.Interim, p.From) {
			add(Interim, p.From, Span{InterimProof, p}.Due(t))
		}
	}
	return list
}

// QueueProofsDue asks for the proofs that wait for the actor: to be written by
// the districts, to be checked by the officer.
func QueueProofsDue(b *pgx.Batch, a access.Actor, today calendar.Date, most int, into *[]ProofDue) {
	var states []string
	for _, g := range a.Grants {
		switch {
		case g.Role == access.CaseOfficer:
			states = append(states, string(ProofSubmitted))
		case g.Role == access.Coordinator || g.Role == access.Signatory:
			states = append(states, string(Running), string(Completed), string(ProofIncomplete))
		}
	}
	if len(states) == 0 {
		return
	}
	b.Queue(`
		SELECT `+dueColumns+`
		WHERE c.state = ANY ($1) AND (c.state <> 'running' OR t.interim_months > 0) AND (c.district_id = ANY ($2) OR c.state = 'proof_submitted' AND (c.officer_id IS NULL OR c.officer_id = ANY ((SELECT stands_for())::uuid[])))
		ORDER BY upper(c.period)
		LIMIT $3`, states, a.Districts(), most).Query(func(rows pgx.Rows) error {
		list, err := pgx.CollectRows(rows, pgx.RowToStructByName[dueRow])
		for _, r := range list {
			*into = append(*into, r.dues(today)...)
		}
		slices.SortStableFunc(*into, func(a, b ProofDue) int {
			if n := a.Due.Compare(b.Due); n != 0 {
				return n
			}
			return strings.Compare(a.FileRef, b.FileRef)
		})
		return err
	})
}

// Standing is where a case stands with its proofs.
type Standing struct {
	Due       []ProofDue
	Submitted int  // proofs of every kind
	Noted     bool // the officer has noted the audit; false for a district
}

// StandingOf returns where a case stands with its proofs.
func StandingOf(ctx context.Context, tx *db.Tx, caseID uuid.UUID) (Standing, error) {
	rows, _ := tx.Query(ctx, `SELECT `+dueColumns+` WHERE c.id = $1`, caseID)
	r, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[dueRow])
	if err != nil {
		return Standing{}, fmt.Errorf("proofs of case %s: %w", caseID, err)
	}
	return Standing{Due: r.dues(calendar.Of(tx.Now)), Submitted: r.Submitted, Noted: r.Noted}, nil
}
