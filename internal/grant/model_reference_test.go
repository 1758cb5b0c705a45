package grant

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/money"
)

// The reference: who leads a case from where to where, as in domain law and not
// read from case_step. A star is a reason.
const (
	applicationHead = `
		none draft drafted coordinator,signatory applicant
		draft submitted submitted signatory applicant
		submitted returned returned case_officer officer*
		returned submitted resubmitted signatory applicant
		submitted in_review review_begun case_officer officer
		in_review recommended recommended case_officer officer*
		recommended recommended funds_checked budget_officer orderer
		recommended approved approved approver approver
		recommended in_review sent_back approver approver*
		in_review rejected rejected approver approver*
		recommended rejected rejected approver approver*
		draft withdrawn withdrawn coordinator,signatory applicant
		submitted withdrawn withdrawn signatory applicant`
	otherHead = `
		none draft drafted case_officer officer
		draft recommended recommended case_officer officer
		recommended recommended funds_checked budget_officer orderer
		recommended approved approved approver approver
		recommended draft sent_back approver approver*
		draft withdrawn withdrawn case_officer officer*`
	tail = `
		approved granted granted case_officer officer
		granted final final case_officer officer
		final running started signatory applicant
		running running amended approver approver*
		running completed period_ended - -
		completed proof_submitted proof_submitted signatory applicant
		proof_submitted proof_incomplete proof_incomplete case_officer officer*
		proof_incomplete proof_submitted proof_supplemented signatory applicant
		proof_submitted proof_complete proof_complete case_officer officer
		proof_complete proof_in_audit sampled case_officer officer
		proof_complete proof_not_sampled not_sampled case_officer officer
		proof_in_audit settled settled approver approver*
		proof_not_sampled settled settled approver approver*
		settled closed closed case_officer officer
		hearing partly_revoked partly_revoked approver approver*
		hearing revoked revoked approver approver*
		partly_revoked repayment_due repayment_claimed case_officer officer
		revoked repayment_due repayment_claimed case_officer officer
		revoked closed closed case_officer officer
		repayment_due repaid repaid cashier payer
		repaid closed closed case_officer officer`
	heardFrom     = `granted final running completed proof_submitted proof_incomplete proof_complete proof_in_audit proof_not_sampled settled`
	paymentCourse = `
		planned certified case_officer officer
		certified planned budget_officer orderer*
		certified ordered budget_officer orderer
		ordered planned budget_officer orderer*
		ordered exported cashier payer
		exported paid cashier payer
		exported returned cashier payer*
		paid returned cashier payer*
		returned certified case_officer officer
		returned reversed case_officer officer*
		planned reversed case_officer officer*`
)

type rule struct {
	from, to, event string
	roles           []string
	duty            Duty
	reasoned        bool
}

func rules(tables ...string) (list []rule) {
	for line := range strings.SplitSeq(strings.Join(tables, "\n"), "\n") {
		f := strings.Fields(line)
		if len(f) == 4 { // of payments: the event is where it leads
			f = []string{f[0], f[1], f[1], f[2], f[3]}
		}
		if len(f) != 5 {
			continue
		}
		duty, reasoned := strings.CutSuffix(f[4], "*")
		list = append(list, rule{f[0], f[1], f[2], strings.Split(f[3], ","), Duty(strings.Trim(duty, "-")), reasoned})
	}
	return list
}

func courses() map[Kind][]rule {
	var hearings []string
	for s := range strings.FieldsSeq(heardFrom) {
		hearings = append(hearings, s+" hearing heard case_officer officer*", "hearing "+s+" hearing_dropped approver approver*", "partly_revoked "+s+" resumed case_officer officer")
	}
	end := tail + "\n" + strings.Join(hearings, "\n")
	return map[Kind][]rule{Joint: rules(otherHead, end), LumpSum: rules(otherHead, end), Application: rules(applicationHead, end)}
}

type modelPayment struct {
	id     uuid.UUID
	when   Trigger
	amount money.Cents
	state  PaymentState
}

func (p modelPayment) bound() bool {
	return p.state == Certified || p.state == Ordered || p.state == Exported || p.state == Paid
}

type modelCase struct {
	id          uuid.UUID
	kind        Kind
	state       State
	amount      money.Cents
	cap         money.Cents
	reckoned    money.Cents // by the newest award
	funds       bool
	final       bool // the remedy was waived
	noted       bool // there is a note on its proof
	before      State
	duties      map[uuid.UUID]Duty
	decided     map[string]money.Cents // what the last amendment, what the revocation left
	toSend      int                    // amendments that no notice says yet
	revocations int                    // notices of it
	unsaid      int                    // decisions to revoke without a notice
	least       money.Cents            // of what revocations left
	unlawful    bool                   // the last hearing says that the notice was
	claim       money.Cents
	received    money.Cents
	committed   money.Cents
	later       money.Cents // of the newest reckoning, for later years
	boundLater  money.Cents // of what is committed
	payments    []modelPayment
	log         []string
}

func (c *modelCase) paid() (sum money.Cents) {
	for _, p := range c.payments {
		if p.bound() {
			sum += p.amount
		}
	}
	return sum
}

// most is what may be paid at most.
func (c *modelCase) most() money.Cents {
	most := c.amount
	if _, revoked := c.decided["revoked"]; revoked {
		most = min(most, c.least)
	}
	if c.toSend > 0 {
		most = min(most, c.decided["amended"])
	}
	return most
}

// small is up to what a difference is not claimed (VVK 8.7).
func (c *modelCase) small() money.Cents {
	of := func(percent, most money.Cents) money.Cents { return min((c.amount*percent+50)/100, most) }
	switch {
	case c.unlawful:
		return 0
	case c.amount <= 5_000_00:
		return of(10, 500_00)
	case c.amount <= 20_000_00:
		return of(5, 500_00)
	case c.amount <= 50_000_00:
		return of(3, 1_000_00)
	}
	return of(2, 1_500_00) // the cap of these cases is below 125,000, or nearly
}

// out is what has left the house.
func (c *modelCase) out() (sum money.Cents, onItsWay bool) {
	for _, p := range c.payments {
		if p.state == Paid {
			sum += p.amount
		} else if p.bound() {
			onItsWay = true
		}
	}
	return sum, onItsWay
}

// player is somebody with his roles; the system has no person.
type player struct {
	access.Actor
	roles []string
}

func (p player) system() bool { return p.Person == uuid.Nil }

func (p player) has(roles ...string) bool {
	return p.system() || slices.ContainsFunc(p.roles, func(r string) bool { return slices.Contains(roles, r) })
}

// free says whether the player may have the duty on the case.
func (c *modelCase) free(p player, d Duty) bool {
	held, has := c.duties[p.Person]
	return p.system() || d == "" || !has || held == d
}

func (c *modelCase) take(p player, d Duty) {
	if !p.system() && d != "" {
		c.duties[p.Person] = d
	}
}
