package body

import (
	"slices"
	"unicode/utf8"

	"github.com/google/uuid"

	"rundertisch/internal/calendar"
	"rundertisch/internal/fault"
)

// Limits of a version of the rules.
const (
	MaxBylawsName   = 200 // characters
	MaxBylawsSource = 500 // characters
	MaxPeriod       = 90  // days
	MaxMonths       = 12
)

// Bylaws are the rules of procedure (Geschäftsordnung) of a body, one dated
// version. § 8 (4) SächsKHG leaves them to the conference; without any, the
// [Defaults] apply.
type Bylaws struct {
	ID        uuid.UUID
	BodyID    uuid.UUID
	ValidFrom calendar.Date
	Name      string // "Geschäftsordnung vom 4. Juni 2024"; empty for the defaults
	Source    string // where the rule stands

	NoticeDays   int // between invitation and sitting (Ladungsfrist)
	NoticeUnit   Unit
	ProposalDays int // how long before a sitting members may propose items

	Quorum       Quorum
	QuorumSecond int // present needed in a second meeting after a failed quorum; 0: no easing
	Majority     Majority

	Circular        bool // decisions between sittings are allowed
	CircularDays    int  // to answer
	CircularSilence Silence

	MinutesMonths       int // until the draft is circulated
	ObjectionDays       int
	ObjectionUnit       Unit
	ObjectionStart      Start
	RestartClock        bool // a new version restarts the objection period
	SilenceApproves     bool // minutes are approved if nobody objects in time
	LateObjections      Late
	ObjectionsDecidedBy Decider
	ObjectionsOpen      Opening

	Public         bool // sittings are public
	SuccessorReads Reading
	NonPublicCopy  CopyRule
}

// Defaults returns what applies to a body without rules of its own. Each value
// is borrowed from a body that has rules, as the constants tell.
func Defaults() Bylaws {
	return Bylaws{
		NoticeDays:          14, // a Saxon advisory council: at least two weeks, with agenda and papers
		NoticeUnit:          CalendarDays,
		ProposalDays:        21, // the same
		Quorum:              QuorumHalf,
		QuorumSecond:        3, // SächsLKrO: the notice of the second meeting must say so
		Majority:            MajoritySimple,
		Circular:            true,
		CircularDays:        14,
		CircularSilence:     SilenceConsents,
		MinutesMonths:       1, // SächsLKrO: within a month, at the latest for the next meeting
		ObjectionDays:       14,
		ObjectionUnit:       CalendarDays,
		ObjectionStart:      FromCirculation,
		RestartClock:        true,
		SilenceApproves:     false,
		LateObjections:      KeepLate,
		ObjectionsDecidedBy: DecidedByBody, // SächsLKrO
		ObjectionsOpen:      OpenAfterDeadline,
		Public:              false, // as the Landesgremium sits
		SuccessorReads:      ReadsAll,
		NonPublicCopy:       CopyPlaceholder, // SächsLKrO: no copies of non-public parts
	}
}

// Validate checks every rule. It returns fault.Fields by column name.
func (b Bylaws) Validate() error {
	f := fault.Fields{}
	if b.ValidFrom.IsZero() {
		f.Add("valid_from", "body.error.valid_from")
	}
	switch {
	case b.Name == "":
		f.Add("name", "body.error.name")
	case utf8.RuneCountInString(b.Name) > MaxBylawsName:
		f.Add("name", "body.error.too_long", "Max", MaxBylawsName)
	}
	if utf8.RuneCountInString(b.Source) > MaxBylawsSource {
		f.Add("source", "body.error.too_long", "Max", MaxBylawsSource)
	}
	b.checkPeriods(f)
	b.checkChoices(f)
	return f.Err()
}

func (b Bylaws) checkPeriods(f fault.Fields) {
	between := func(name string, n, least, most int) {
		if n < least || n > most {
			f.Add(name, "body.error.range", "Min", least, "Max", most)
		}
	}
	between("notice_days", b.NoticeDays, 0, MaxPeriod)
	between("proposal_days", b.ProposalDays, 0, MaxPeriod)
	between("quorum_second", b.QuorumSecond, 0, MaxPeriod)
	between("minutes_months", b.MinutesMonths, 0, MaxMonths)
	between("objection_days", b.ObjectionDays, 1, MaxPeriod)
	if b.Circular {
		between("circular_days", b.CircularDays, 1, MaxPeriod)
	} else {
		between("circular_days", b.CircularDays, 0, MaxPeriod)
	}
}

func (b Bylaws) checkChoices(f fault.Fields) {
	choice := func(name string, valid bool) {
		if !valid {
			f.Add(name, "body.error.choice")
		}
	}
	choice("notice_unit", b.NoticeUnit.Valid())
	choice("quorum", b.Quorum.Valid())
	choice("majority", b.Majority.Valid())
	choice("circular_silence", b.CircularSilence.Valid())
	choice("objection_unit", b.ObjectionUnit.Valid())
	choice("objection_start", b.ObjectionStart.Valid())
	choice("late_objections", b.LateObjections.Valid())
	choice("objections_decided_by", b.ObjectionsDecidedBy.Valid())
	choice("objections_open", b.ObjectionsOpen.Valid())
	choice("successor_reads", b.SuccessorReads.Valid())
	choice("non_public_copy", b.NonPublicCopy.Valid())
}

// InForce returns the version that applies on a day: the newest of those valid
// from then or earlier, else the [Defaults].
func InForce(versions []Bylaws, on calendar.Date) Bylaws {
	best := Defaults()
	for _, v := range versions {
		if !v.ValidFrom.After(on) && !v.ValidFrom.Before(best.ValidFrom) {
			best = v
		}
	}
	return best
}

// one says whether v is among the values of its kind.
func one[T comparable](v T, values []T) bool { return slices.Contains(values, v) }
