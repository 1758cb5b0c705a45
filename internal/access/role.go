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

	// FormerMember held a seat or an office and keeps the sittings of that time.
	FormerMember Role = "former_member"
	// FormerGuest held a guest seat.
	FormerGuest Role = "former_guest"

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

// OfBody says whether the role is held in a body, through a seat or its office.
func (r Role) OfBody() bool { return r.Level() > 0 }

// Level is how far the role sees in a body: 1 as a guest, 2 as a member, 3 as
// the chair, 4 as the office; 0 is no role of a body.
func (r Role) Level() int {
	switch r {
	case Guest, FormerGuest:
		return 1
	case Member, FormerMember:
		return 2
	case Chair:
		return 3
	case BodyOffice:
		return 4
	default:
		return 0
	}
}

// Acts says whether the role is held today and not only remembered.
func (r Role) Acts() bool { return r != FormerMember && r != FormerGuest }

// Valid says whether r can be given to a person.
func (r Role) Valid() bool {
	return slices.Contains(Roles(), r)
}
