package access

import "slices"

// Role is what a person is in a programme, often for one district only.
type Role string

// The roles. The ministry's first, then the district's, then the bodies'.
const (
	// CaseOfficer (Sachbearbeitung) leads talks, prepares notices, certifies.
	CaseOfficer Role = "case_officer"
	// Approver (Mitzeichnung) signs off what an officer prepared.
	Approver Role = "approver"
	// BudgetOfficer (Haushalt) checks funds and orders payments.
	BudgetOfficer Role = "budget_officer"
	// Cashier (Kasse) pays.
	Cashier Role = "cashier"
	// PressOfficer (Pressestelle) reads as the ministry reads.
	PressOfficer Role = "press_officer"
	// Lead (Leitung) reads as the ministry reads.
	Lead Role = "lead"
	// Admin (Verwaltung) keeps accounts, rules and texts, and sees no contents.
	Admin Role = "admin"
	// Coordinator (Koordination) logs activities and drafts for a district.
	Coordinator Role = "coordinator"
	// Signatory (Zeichnung) keeps the post, signs and submits for a district.
	Signatory Role = "signatory"
	// BodyOffice (Geschäftsstelle) runs a body's business.
	BodyOffice Role = "body_office"
	// Chair (Vorsitz) chairs a body.
	Chair Role = "chair"
	// Member holds a seat in a body.
	Member Role = "member"
	// Guest holds a guest seat in a body.
	Guest Role = "guest"

	// public, signedIn and system are never given to a person.
	public   Role = "public"
	signedIn Role = "signed_in" // whoever has a session, even without a role
	system   Role = "system"
)

// Roles returns every role that a person can be given, in the order in which
// forms offer them.
func Roles() []Role {
	return []Role{
		CaseOfficer, Approver, BudgetOfficer, Cashier, PressOfficer, Lead, Admin,
		Coordinator, Signatory, BodyOffice, Chair, Member, Guest,
	}
}

// OfMinistry says whether the role reads as the ministry reads.
func (r Role) OfMinistry() bool {
	return slices.Contains(ministry, r)
}

// OfDistrict says whether the role is held for one district.
func (r Role) OfDistrict() bool { return r == Coordinator || r == Signatory }

// Valid says whether r can be given to a person.
func (r Role) Valid() bool {
	return slices.Contains(Roles(), r)
}
