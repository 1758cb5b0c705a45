package grant

import (
	"slices"

	"github.com/google/uuid"

	"rundertisch/internal/calendar"
	"rundertisch/internal/money"
)

// Kind is the regime of a scheme.
type Kind string

// The regimes.
const (
	Joint       Kind = "joint"       // Gemeinschaftsfinanzierung: the members of the state committee fund together
	Application Kind = "application" // Antragsverfahren, §§ 23, 44 SäHO
	LumpSum     Kind = "lump_sum"    // Pauschale: granted by ordinance, without an application
)

// Kinds returns every regime in the order of time.
func Kinds() []Kind { return []Kind{Joint, Application, LumpSum} }

// Valid says whether k is a regime.
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// NameKey is the key of the regime's name.
func (k Kind) NameKey() string { return "grant.kind." + string(k) }

// Financing is the kind of financing (Finanzierungsart, VVK 2.2).
type Financing string

// The kinds of financing.
const (
	Fixed   Financing = "fixed"   // Festbetrag
	Share   Financing = "share"   // Anteil, a percentage capped by the grant
	Deficit Financing = "deficit" // Fehlbedarf
)

// Financings returns every kind of financing.
func Financings() []Financing { return []Financing{Fixed, Share, Deficit} }

// ProRata is how a part of a year counts.
type ProRata string

// The ways to count.
const (
	ByDay   ProRata = "day"   // each day on which the post is held
	ByMonth ProRata = "month" // each month in which it is held on some day
	Whole   ProRata = "none"  // the whole year as soon as it is held on some day
)

// ProRatas returns every way to count.
func ProRatas() []ProRata { return []ProRata{ByDay, ByMonth, Whole} }

// Trigger is what makes an instalment due.
type Trigger string

// The triggers.
const (
	OnFinal    Trigger = "final"    // the notice is final and the start is reported (VVK 7)
	OnProof    Trigger = "proof"    // the complete proof of use has arrived
	OnAudit    Trigger = "audit"    // the proof is checked
	OnDay      Trigger = "day"      // a day of the year
	OnDrawdown Trigger = "drawdown" // the recipient asks (Mittelabruf)
)

// Triggers returns every trigger.
func Triggers() []Trigger { return []Trigger{OnFinal, OnProof, OnAudit, OnDay, OnDrawdown} }

// PlanStep is one instalment of a payout plan.
type PlanStep struct {
	Share   int     `json:"share"` // permille of the grant
	Trigger Trigger `json:"trigger"`
	Month   int     `json:"month,omitempty"`  // of OnDay
	Day     int     `json:"day,omitempty"`    // of OnDay
	Within  int     `json:"within,omitempty"` // months in which what was drawn is to be spent, of OnDrawdown; 0: no time is set
}

// DeMinimisStep is a row of the table by which small differences are waived
// (VVK 8.7).
type DeMinimisStep struct {
	UpTo  money.Cents `json:"up_to"` // grants up to this; 0: all
	Share int         `json:"share"` // permille of the grant; 0: the maximum alone
	Most  money.Cents `json:"most"`  // 0: no maximum
}

// Terms are the rules of a scheme from a day on: a point fact. What a figure
// means is in domain law; none of them is a constant of the program.
type Terms struct {
	ID               uuid.UUID
	SchemeID         uuid.UUID
	ValidFrom        calendar.Date
	Name             string // of the rules, as on notices
	Paragraph        string
	Link             string // where the rules can be read; "": nowhere
	GrantingBody     string // Bewilligungsbehörde
	Purpose          string // these five stand in each notice (VVK 4.2)
	Eligible         string // zuwendungsfähige Ausgaben
	Earmarking       string // Zweckbindung of what is bought
	Conditions       string // Nebenbestimmungen, one a line
	Remedy           string // Rechtsbehelfsbelehrung
	Cap              money.Cents
	Rate             int // permille of eligible expenditure, for Share
	OwnShare         int // permille that the recipient bears at least
	Financing        Financing
	ProRata          ProRata
	Plan             []PlanStep
	MinPartial       money.Cents // no instalment below it
	MinBindsLast     bool        // even the last one
	Owners           []Owner     // who bears a joint grant; else none
	OwnersWhole      int         // what their shares add up to
	ProofMonths      int         // from the end of the period to the proof of use
	CheckMonths      int         // for the completeness of a proof
	InterimMonths    int         // between progress reports; 0: none
	Receipts         bool        // a list of receipts is asked for
	DeMinimis        []DeMinimisStep
	InterestMargin   int         // basis points above the base rate
	InterestFloor    money.Cents // claimed above it only
	YearDays         int         // day count: 365
	ReportShare      int         // permille of eligible costs from which a reduction is to be reported
	ReportAmount     money.Cents // or this
	ReductionFloor   money.Cents // changes up to it change nothing
	Sampling         int         // permille of proofs that are audited, at least
	LineTolerance    *int        // permille by which a line may be exceeded; nil: lines do not bind
	Publicity        bool        // § 44a SäHO
	RemedyMonths     int         // after which a delivered notice is final
	RevocationMonths int         // after the facts are known
	HearingWeeks     int
	ReminderDays     []int  // after a deadline, negative before it
	BudgetTitle      string // from which applications are paid; "": the only title of the year
	AlarmMonths      []int  // after the facts are known, when an open hearing is called to mind
	RepaymentWeeks   int    // from a notice to the day on which a repayment is due
}

// Law says which rules these are.
func (t Terms) Law() Law { return Law{Name: t.Name, Paragraph: t.Paragraph, Since: t.ValidFrom} }

// capOf is the most that a period may be granted: the cap of each calendar year
// that it touches.
func (t Terms) capOf(period calendar.Range) money.Cents {
	return t.Cap * money.Cents(period.To.AddDays(-1).Year()-period.From.Year()+1)
}
