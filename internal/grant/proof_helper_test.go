package grant

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/testdb"
)

// sampleDraft is a draft that lacks nothing: all of the grant was spent.
func sampleDraft(c Case) ProofDraft {
	spent := max(c.Amount, 1)
	return ProofDraft{
		Narrative: []Sentence{{ID: uuid.New(), Kind: OwnWords, Text: "Die Stelle war besetzt."}},
		Actual:    PlanLines{{Kind: Staff, Amount: spent}},
		Vouchers:  []Voucher{{PaidOn: c.Period.From, Payee: "Bezügestelle", Reason: "Gehalt", Kind: Staff, Amount: spent}},
	}
}

// prove submits the proof of a case as somebody; what the district has drafted,
// or a draft that lacks nothing.
func (w world) prove(t *testing.T, a access.Actor, caseID uuid.UUID) error {
	t.Helper()
	var c Case
	var version int
	w.MustRead(t, testdb.Saxony.System(), access.ReadGrants, func(ctx context.Context, tx *db.Tx) (err error) {
		if c, err = ByID(ctx, tx, caseID); err != nil {
			return err
		}
		d, err := DraftOf(ctx, tx, caseID, Span{FinalProof, c.Period})
		version = d.Version
		return err
	})
	span := Span{FinalProof, c.Period}
	if version == 0 {
		err := w.do(t, testdb.Saxony.System(), access.ApplyForGrant, func(ctx context.Context, tx *db.Tx) error {
			return KeepDraft(ctx, tx, c, span, uuid.New(), 0, sampleDraft(c))
		})
		if err != nil {
			return err
		}
		version = 1
	}
	return w.do(t, a, access.StepGrant, func(ctx context.Context, tx *db.Tx) error {
		return SubmitProof(ctx, tx, caseID, Submission{ID: uuid.New(), Span: span, Version: version, Confirmed: []Confirmation{BooksAgree, WasNecessary, PublicityKept}})
	})
}

// takeBack returns the proof of a case as incomplete.
func (w world) takeBack(t *testing.T, a access.Actor, caseID uuid.UUID) error {
	t.Helper()
	return w.do(t, a, access.StepGrant, func(ctx context.Context, tx *db.Tx) error {
		return ReturnProof(ctx, tx, caseID, ProofReturn{ID: uuid.New(), Missing: []Gap{{NarrativePart, "Zu kurz."}}, DueOn: calendar.Of(tx.Now).AddDays(14)})
	})
}

// noted sees to it that there is a note on the proof of a case.
func (w world) noted(t *testing.T, caseID uuid.UUID) {
	t.Helper()
	w.MustWrite(t, testdb.Saxony.System(), access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error {
		notes, err := AuditNotes(ctx, tx, caseID)
		if err != nil || len(notes) > 0 {
			return err
		}
		proofs, err := Proofs(ctx, tx, caseID)
		if err != nil || Last(proofs, FinalProof).No == 0 {
			return err
		}
		return NoteAudit(ctx, tx, caseID, NewAuditNote{ID: uuid.New(), No: 1, Papers: "Nachweis", Findings: "Schlüssig", Recognised: AllRecognised(Last(proofs, FinalProof).Content)})
	})
}

// stepFor takes the step of an event by the function that is made for it; false:
// there is none.
func (w world) stepFor(t *testing.T, a access.Actor, caseID uuid.UUID, event string) (bool, error) {
	t.Helper()
	switch event {
	case "proof_submitted", "proof_supplemented":
		return true, w.prove(t, a, caseID)
	case "proof_incomplete":
		return true, w.takeBack(t, a, caseID)
	}
	return false, nil
}
