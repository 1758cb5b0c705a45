package grant

import "slices"

// State is where a case stands. Overdue is computed, never a state.
type State string

// The states of a case.
const (
	None            State = "none"
	Draft           State = "draft"
	Submitted       State = "submitted"
	Returned        State = "returned"
	InReview        State = "in_review"
	Recommended     State = "recommended"
	Approved        State = "approved"
	Rejected        State = "rejected"
	Withdrawn       State = "withdrawn"
	Granted         State = "granted"
	Final           State = "final"
	Running         State = "running"
	Completed       State = "completed"
	ProofSubmitted  State = "proof_submitted"
	ProofIncomplete State = "proof_incomplete"
	ProofComplete   State = "proof_complete"
	ProofInAudit    State = "proof_in_audit"
	ProofNotSampled State = "proof_not_sampled"
	Settled         State = "settled"
	Closed          State = "closed"
	Hearing         State = "hearing"
	PartlyRevoked   State = "partly_revoked"
	Revoked         State = "revoked"
	RepaymentDue    State = "repayment_due"
	Repaid          State = "repaid"
)

// States returns every state that a case can be in, in the order of its life.
func States() []State {
	return []State{
		Draft, Submitted, Returned, InReview, Recommended, Approved, Rejected, Withdrawn, Granted, Final, Running, Completed,
		ProofSubmitted, ProofIncomplete, ProofComplete, ProofInAudit, ProofNotSampled, Settled, Closed,
		Hearing, PartlyRevoked, Revoked, RepaymentDue, Repaid,
	}
}

// Valid says whether s is a state.
func (s State) Valid() bool { return slices.Contains(States(), s) }

// NameKey is the key of the state's name.
func (s State) NameKey() string { return "grant.state." + string(s) }

// Open says whether something is still to be done in the case.
func (s State) Open() bool { return s != Closed && s != Rejected && s != Withdrawn }

// Binding says whether a notice binds the ministry.
func (s State) Binding() bool {
	return !slices.Contains([]State{None, Draft, Submitted, Returned, InReview, Recommended, Approved, Rejected, Withdrawn}, s)
}

// Duty is a part in a case; nobody has two of them on one case.
type Duty string

// The duties.
const (
	Applicant Duty = "applicant" // acts for the district
	Officer   Duty = "officer"   // prepares and certifies
	Approver  Duty = "approver"  // signs off
	Orderer   Duty = "orderer"   // checks the funds, orders payments
	Payer     Duty = "payer"     // pays and books
)
