package body

// Unit is the unit in which a period counts.
type Unit string

// The values of Unit.
const (
	CalendarDays Unit = "calendar" // every day, as §§ 187, 188 BGB count
	WorkingDays  Unit = "working"  // Monday to Friday without Saxon holidays (§ 1 SächsSFG)
)

// Values returns every value, the usual one first.
func (Unit) Values() []Unit {
	return []Unit{CalendarDays, WorkingDays}
}

// Valid says whether u is one of the values.
func (u Unit) Valid() bool { return one(u, u.Values()) }

// Quorum is how many voting seats must be present (Beschlussfähigkeit).
type Quorum string

// The values of Quorum.
const (
	QuorumHalf      Quorum = "half"       // half of the voting seats or more, the Kreistag's rule (SächsLKrO)
	QuorumMajority  Quorum = "majority"   // more than half of the voting seats
	QuorumTwoThirds Quorum = "two_thirds" // two thirds of the voting seats or more
	QuorumNone      Quorum = "none"       // whoever is present, but somebody
)

// Values returns every value, the usual one first.
func (Quorum) Values() []Quorum {
	return []Quorum{QuorumHalf, QuorumMajority, QuorumTwoThirds, QuorumNone}
}

// Valid says whether q is one of the values.
func (q Quorum) Valid() bool { return one(q, q.Values()) }

// Majority is what a decision needs.
type Majority string

// The values of Majority.
const (
	MajoritySimple       Majority = "simple"         // more yes than no, abstentions not counted, a tie rejects: the Kreistag's rule (SächsLKrO)
	MajorityTwoThirdsAll Majority = "two_thirds_all" // two thirds of all voting seats, absent or not: the Landesgremium (VwV GemLG)
	MajorityPerGroup     Majority = "per_group"      // one vote per group, which is the majority within it; then simple over the groups
)

// Values returns every value, the usual one first.
func (Majority) Values() []Majority {
	return []Majority{MajoritySimple, MajorityTwoThirdsAll, MajorityPerGroup}
}

// Valid says whether m is one of the values.
func (m Majority) Valid() bool { return one(m, m.Values()) }

// Silence is what it means if a seat does not answer a circular vote (Umlaufbeschluss).
type Silence string

// The values of Silence.
const (
	SilenceConsents Silence = "consent" // silence is yes, and one objection stops the vote: the Kreistag's rule for minor items (SächsLKrO)
	SilenceRejects  Silence = "reject"  // silence is no
)

// Values returns every value, the usual one first.
func (Silence) Values() []Silence {
	return []Silence{SilenceConsents, SilenceRejects}
}

// Valid says whether s is one of the values.
func (s Silence) Valid() bool { return one(s, s.Values()) }

// Start is the event after which the objection period begins; the day of the event is not counted (§ 187 (1) BGB).
type Start string

// The values of Start.
const (
	FromCirculation Start = "circulation" // the minutes are sent to all
	FromDelivery    Start = "delivery"    // the minutes reach the member
)

// Values returns every value, the usual one first.
func (Start) Values() []Start {
	return []Start{FromCirculation, FromDelivery}
}

// Valid says whether s is one of the values.
func (s Start) Valid() bool { return one(s, s.Values()) }

// Late is what becomes of an objection after the deadline.
type Late string

// The values of Late.
const (
	KeepLate   Late = "keep"   // it is kept and flagged
	RefuseLate Late = "refuse" // it is refused
)

// Values returns every value, the usual one first.
func (Late) Values() []Late {
	return []Late{KeepLate, RefuseLate}
}

// Valid says whether l is one of the values.
func (l Late) Valid() bool { return one(l, l.Values()) }

// Decider is who decides on objections.
type Decider string

// The values of Decider.
const (
	DecidedByBody   Decider = "body"   // the body itself, the Kreistag's rule (SächsLKrO)
	DecidedByChair  Decider = "chair"  // the chair
	DecidedByOffice Decider = "office" // the office
)

// Values returns every value, the usual one first.
func (Decider) Values() []Decider {
	return []Decider{DecidedByBody, DecidedByChair, DecidedByOffice}
}

// Valid says whether d is one of the values.
func (d Decider) Valid() bool { return one(d, d.Values()) }

// Opening is when members see each other's objections.
type Opening string

// The values of Opening.
const (
	OpenAfterDeadline Opening = "after_deadline" // once the objection period has ended
	OpenAtOnce        Opening = "at_once"        // as soon as they are filed
	OpenNever         Opening = "never"          // never; the author and the office see them
)

// Values returns every value, the usual one first.
func (Opening) Values() []Opening {
	return []Opening{OpenAfterDeadline, OpenAtOnce, OpenNever}
}

// Valid says whether o is one of the values.
func (o Opening) Valid() bool { return one(o, o.Values()) }

// Reading is what the successor in a seat reads.
type Reading string

// The values of Reading.
const (
	ReadsAll     Reading = "all"      // everything of the seat, also from before his time
	ReadsOwnTime Reading = "own_time" // what falls in his time
)

// Values returns every value, the usual one first.
func (Reading) Values() []Reading {
	return []Reading{ReadsAll, ReadsOwnTime}
}

// Valid says whether r is one of the values.
func (r Reading) Valid() bool { return one(r, r.Values()) }

// CopyRule is what stands in a member's copy in place of non-public parts.
type CopyRule string

// The values of CopyRule.
const (
	CopyPlaceholder CopyRule = "placeholder" // a placeholder: copies of non-public minutes of a Kreistag may not be handed out (SächsLKrO)
	CopyFull        CopyRule = "full"        // the parts themselves
)

// Values returns every value, the usual one first.
func (CopyRule) Values() []CopyRule {
	return []CopyRule{CopyPlaceholder, CopyFull}
}

// Valid says whether c is one of the values.
func (c CopyRule) Valid() bool { return one(c, c.Values()) }
