package link

import (
	"strconv"

	"github.com/google/uuid"
)

// Grants lists the cases.
func Grants() string { return "/foerderungen" }

// Grant is one case.
func Grant(id uuid.UUID) string { return Grants() + "/" + id.String() }

// GrantStep asks before a step in a case.
func GrantStep(id uuid.UUID, event, to string) string {
	return With(Grant(id)+"/schritt", "was", event, "nach", to)
}

// GrantDesk is the form that hands a case over and sets its follow-up date.
func GrantDesk(id uuid.UUID) string { return Grant(id) + "/bearbeitung" }

// GrantNotice is a notice of a case as PDF.
func GrantNotice(id uuid.UUID, no int) string {
	return Grant(id) + "/bescheide/" + strconv.Itoa(no) + "/bescheid.pdf"
}

// GrantDelivery is the form that says when a notice was delivered.
func GrantDelivery(id uuid.UUID, no int) string {
	return Grant(id) + "/bescheide/" + strconv.Itoa(no) + "/zustellung"
}

// GrantProof is the proof of use of a case: what is drafted, what was submitted.
func GrantProof(id uuid.UUID) string { return Grant(id) + "/nachweis" }

// InterimProof is the proof of the part of a case's period that begins on the
// day; "": of the whole.
func InterimProof(id uuid.UUID, from string) string { return With(GrantProof(id), "zeitraum", from) }

// ProofNarrative is the form of the narrative report.
func ProofNarrative(id uuid.UUID, from string) string {
	return With(GrantProof(id)+"/sachbericht", "zeitraum", from)
}

// ProofHighlights is where activities are chosen for the narrative report.
func ProofHighlights(id uuid.UUID, from string) string {
	return With(GrantProof(id)+"/taetigkeiten", "zeitraum", from)
}

// ProofStatement is the form of the numeric statement.
func ProofStatement(id uuid.UUID, from string) string {
	return With(GrantProof(id)+"/zahlen", "zeitraum", from)
}

// ProofReceipts is the list of receipts.
func ProofReceipts(id uuid.UUID) string { return GrantProof(id) + "/belege" }

// SubmitProof asks before a proof is submitted.
func SubmitProof(id uuid.UUID, from string) string {
	return With(GrantProof(id)+"/einreichen", "zeitraum", from)
}

// SealedProof is a proof as submitted.
func SealedProof(id uuid.UUID, no int) string { return GrantProof(id) + "/" + strconv.Itoa(no) }

// SealedProofPDF is the same as PDF.
func SealedProofPDF(id uuid.UUID, no int) string { return SealedProof(id, no) + "/nachweis.pdf" }

// CheckProof is where the officer says whether a proof is complete.
func CheckProof(id uuid.UUID) string { return GrantProof(id) + "/pruefung" }

// AuditNote is the officer's note on a proof.
func AuditNote(id uuid.UUID) string { return Grant(id) + "/vermerk" }

// GrantHearing is the hearing of a district before something is claimed.
func GrantHearing(id uuid.UUID) string { return Grant(id) + "/anhoerung" }

// Sample is where the sample of proofs is drawn.
func Sample() string { return Grants() + "/stichprobe" }

// NewGrantRun is the form that begins a run.
func NewGrantRun() string { return Grants() + "/laeufe/neu" }

// GrantRun is one run with its cases.
func GrantRun(id uuid.UUID) string { return Grants() + "/laeufe/" + id.String() }

// ContinueGrantRun drafts what is missing in a run.
func ContinueGrantRun(id uuid.UUID) string { return GrantRun(id) + "/fortsetzen" }

// GrantRunStep takes a step in all cases of a run.
func GrantRunStep(id uuid.UUID) string { return GrantRun(id) + "/alle" }

// Schemes lists the funding schemes.
func Schemes() string { return Grants() + "/programme" }

// Scheme is one funding scheme with its rules.
func Scheme(id uuid.UUID) string { return Schemes() + "/" + id.String() }

// NewTerms is the form for new rules of a scheme.
func NewTerms(id uuid.UUID) string { return Scheme(id) + "/fassung" }

// Budget lists the titles of the budget by year.
func Budget() string { return Grants() + "/haushalt" }

// ChangeBudget is the form that changes a title's year.
func ChangeBudget(id uuid.UUID) string { return Budget() + "/" + id.String() }

// Payments lists the payments that wait for somebody.
func Payments() string { return Grants() + "/zahlungen" }

// ExportPayments hands ordered payments to the cash system.
func ExportPayments() string { return Payments() + "/uebergabe" }

// PaymentFile is a file that went to the cash system.
func PaymentFile(id uuid.UUID) string { return Payments() + "/dateien/" + id.String() }

// GrantRegister is the register of a title's year (VVK 9.2).
func GrantRegister(budget uuid.UUID) string {
	return With(Grants()+"/register", "titel", budget.String())
}
