package body

import (
	"slices"
	"strconv"
)

// Kind is the kind of a body.
type Kind string

// The kinds of bodies.
const (
	Conference     Kind = "conference"      // Regionalkonferenz, § 8 SächsKHG
	StateCommittee Kind = "state_committee" // Gemeinsames Landesgremium, § 90a SGB V
	WorkingGroup   Kind = "working_group"   // child of a body
	SteeringGroup  Kind = "steering_group"
)

// Kinds returns every kind.
func Kinds() []Kind { return []Kind{Conference, StateCommittee, WorkingGroup, SteeringGroup} }

// Valid says whether k is a kind.
func (k Kind) Valid() bool { return one(k, Kinds()) }

// NameKey returns the locale key of the kind's name.
func (k Kind) NameKey() string { return "body.kind." + string(k) }

// Group is the group on whose behalf an institution has a seat.
type Group string

// The groups of seats.
const (
	GroupDistrict      Group = "district"         // § 8 (2) SächsKHG, even without a hospital of its own
	GroupHospitalOwner Group = "hospital_owner"   // § 8 (2): owners (Träger) of the hospitals there
	GroupInsurer       Group = "insurer"          // § 8 (2): associations of insurers; VwV GemLG: 5
	GroupKV            Group = "kv"               // § 8 (2): KV Sachsen; VwV GemLG: 2
	GroupParticipant   Group = "participant"      // § 8 (3): brought in by the members
	GroupGuest         Group = "guest"            // the ministry, third parties
	GroupState         Group = "state"            // VwV GemLG: 3, the chair among them
	GroupHospitals     Group = "hospital_society" // VwV GemLG: 2, Krankenhausgesellschaft
	GroupChamber       Group = "chamber"          // VwV GemLG: 1, Landesärztekammer
	GroupPatient       Group = "patient"          // VwV GemLG: 2, without a vote
)

// NameKey returns the locale key of the group's name.
func (g Group) NameKey() string { return "body.group." + string(g) }

// Groups returns the groups that may have a seat in a body of this kind, in the
// order of the law.
func Groups(k Kind) []Group {
	switch k {
	case Conference:
		return []Group{GroupDistrict, GroupHospitalOwner, GroupInsurer, GroupKV, GroupParticipant, GroupGuest}
	case StateCommittee:
		return []Group{GroupState, GroupInsurer, GroupKV, GroupHospitals, GroupChamber, GroupPatient, GroupGuest}
	case WorkingGroup, SteeringGroup:
		return []Group{
			GroupDistrict, GroupHospitalOwner, GroupState, GroupInsurer, GroupKV, GroupHospitals, GroupChamber,
			GroupPatient, GroupParticipant, GroupGuest,
		}
	}
	return nil
}

// Statutory says whether the law itself gives the group seats in such a body.
func (g Group) Statutory(k Kind) bool {
	switch k {
	case Conference:
		return slices.Contains(Groups(k)[:4], g)
	case StateCommittee:
		return committeeSeats(g) > 0
	case WorkingGroup, SteeringGroup:
	}
	return false
}

// Voting says whether seats of the group vote unless the body decides otherwise.
// In the state committee patient representatives never vote (§ 90a SGB V, VwV
// GemLG).
func (g Group) Voting(k Kind) bool {
	switch k {
	case Conference:
		return g.Statutory(k)
	case StateCommittee:
		return g.Statutory(k) && g != GroupPatient
	case WorkingGroup, SteeringGroup:
		return slices.Contains(Groups(k), g) && g != GroupGuest
	}
	return false
}

// committeeSeats returns the seats of a group in the state committee (VwV
// GemLG): 13 votes and two patient representatives.
func committeeSeats(g Group) int {
	return map[Group]int{
		GroupState: 3, GroupInsurer: 5, GroupKV: 2, GroupHospitals: 2, GroupChamber: 1, GroupPatient: 2,
	}[g]
}

// RosterSeat is a seat as it is on one day.
type RosterSeat struct {
	Group  Group
	Voting bool
	Held   bool // by a person
	Chair  bool
}

// RosterCheck returns what a body lacks by law on that day, most important
// first. An empty list is a complete roster.
func RosterCheck(k Kind, seats []RosterSeat) []Gap {
	var gaps []Gap
	switch k {
	case Conference:
		gaps = conferenceGaps(seats)
	case StateCommittee:
		gaps = committeeGaps(seats)
	case WorkingGroup, SteeringGroup:
	}
	gaps = append(gaps, chairGaps(k, seats)...)
	for _, g := range Groups(k) {
		if n := count(seats, func(s RosterSeat) bool { return s.Group == g && !s.Held }); n > 0 && g != GroupGuest {
			gaps = append(gaps, gap("body.gap.unheld", "Group", string(g), "Count", strconv.Itoa(n)))
		}
	}
	return gaps
}

// Bars reports whether a conference with this gap cannot be constituted: a
// statutory group or the chair is missing. A seat that nobody holds at the
// moment does not stop it.
func (g Gap) Bars() bool {
	return slices.Contains([]string{"body.gap.conference_group", "body.gap.no_chair", "body.gap.chair_conference"}, g.Key)
}

func conferenceGaps(seats []RosterSeat) []Gap {
	var gaps []Gap
	for _, g := range Groups(Conference) {
		if g.Statutory(Conference) && count(seats, func(s RosterSeat) bool { return s.Group == g }) == 0 {
			gaps = append(gaps, gap("body.gap.conference_group", "Group", string(g)))
		}
	}
	return gaps
}

func committeeGaps(seats []RosterSeat) []Gap {
	var gaps []Gap
	for _, g := range Groups(StateCommittee) {
		want := committeeSeats(g)
		if want == 0 {
			continue
		}
		votes := g.Voting(StateCommittee)
		have := count(seats, func(s RosterSeat) bool { return s.Group == g && s.Voting == votes })
		if have != want {
			gaps = append(gaps, gap("body.gap.committee_seats", "Group", string(g), "Have", strconv.Itoa(have), "Want", strconv.Itoa(want)))
		}
	}
	for _, g := range []Group{GroupPatient, GroupGuest} {
		if count(seats, func(s RosterSeat) bool { return s.Group == g && s.Voting }) > 0 {
			gaps = append(gaps, gap("body.gap.committee_vote", "Group", string(g)))
		}
	}
	return gaps
}

// chairGaps looks for the chair: of a conference a statutory member (§ 8 (4)
// SächsKHG), of the state committee one of the state's (VwV GemLG).
func chairGaps(k Kind, seats []RosterSeat) []Gap {
	i := slices.IndexFunc(seats, func(s RosterSeat) bool { return s.Chair && s.Held })
	switch {
	case i < 0:
		return []Gap{gap("body.gap.no_chair")}
	case k == Conference && !seats[i].Group.Statutory(k):
		return []Gap{gap("body.gap.chair_conference", "Group", string(seats[i].Group))}
	case k == StateCommittee && seats[i].Group != GroupState:
		return []Gap{gap("body.gap.chair_committee", "Group", string(seats[i].Group))}
	}
	return nil
}

func gap(key string, args ...any) Gap { return Gap{Key: key, Args: args} }

func count(seats []RosterSeat, is func(RosterSeat) bool) int {
	n := 0
	for _, s := range seats {
		if is(s) {
			n++
		}
	}
	return n
}
