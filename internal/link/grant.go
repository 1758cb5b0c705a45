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

// Absences lists who covers for whom, with the form for a new absence.
func Absences() string { return Grants() + "/vertretung" }

// EndAbsence ends one.
func EndAbsence(id uuid.UUID) string { return Absences() + "/" + id.String() + "/beenden" }

// NewApplication is the form that begins an application.
func NewApplication() string { return Grants() + "/antrag/neu" }

// GrantApplication is the application of a case: the district's form, or what was
// received.
func GrantApplication(id uuid.UUID) string { return Grant(id) + "/antrag" }

// SendApplication asks before an application is sent in.
func SendApplication(id uuid.UUID) string { return GrantApplication(id) + "/einreichen" }

// ReceivedApplication is an application as received.
func ReceivedApplication(id uuid.UUID, no int) string {
	return GrantApplication(id) + "/eingang/" + strconv.Itoa(no)
}

// ReturnApplication is the form that sends an application back.
func ReturnApplication(id uuid.UUID) string { return GrantApplication(id) + "/nachforderung" }

// RecogniseApplication is the form that reckons what an application gets.
func RecogniseApplication(id uuid.UUID) string { return GrantApplication(id) + "/berechnung" }

// GrantPlan is the financing plan of a case with its versions.
func GrantPlan(id uuid.UUID) string { return Grant(id) + "/finanzierungsplan" }

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

// ImportReceipts is where a list of receipts is read into the draft of a proof.
func ImportReceipts(id uuid.UUID) string { return ProofReceipts(id) + "/einlesen" }

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

// NewScheme is the form for a new funding scheme.
func NewScheme() string { return Schemes() + "/neu" }

// BaseRates lists the base rates by which interest is reckoned.
func BaseRates() string { return Schemes() + "/basiszinssatz" }

// PublicRules lists the rules by which grants are made public.
func PublicRules() string { return Schemes() + "/veroeffentlichung" }

// ChangeScheme is the form that changes a scheme's name and end.
func ChangeScheme(id uuid.UUID) string { return Scheme(id) + "/aendern" }

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

// GrantHearing is the form that begins a hearing.
func GrantHearing(id uuid.UUID) string { return Grant(id) + "/anhoerung" }

// GrantReply is the form for what the recipient says to a hearing.
func GrantReply(id uuid.UUID) string { return GrantHearing(id) + "/antwort" }

// GrantRevocation is the form that decides a hearing.
func GrantRevocation(id uuid.UUID) string { return Grant(id) + "/widerruf" }

// GrantAmendment is the form that decides a change of a running grant.
func GrantAmendment(id uuid.UUID) string { return Grant(id) + "/aenderung" }

// GrantChangeNotice is the form that gives notice of what was decided.
func GrantChangeNotice(id uuid.UUID) string { return GrantAmendment(id) + "/bescheid" }

// GrantRepayment is what is to be paid back, with its interest.
func GrantRepayment(id uuid.UUID) string { return Grant(id) + "/erstattung" }

// GrantReceipt is the form that books money that came back.
func GrantReceipt(id uuid.UUID) string { return GrantRepayment(id) + "/eingang" }

// GrantWaiver is the form that waives interest.
func GrantWaiver(id uuid.UUID) string { return GrantRepayment(id) + "/verzicht" }

// GrantSettled closes a repayment.
func GrantSettled(id uuid.UUID) string { return GrantRepayment(id) + "/abschluss" }
