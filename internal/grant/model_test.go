package grant

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
	"rundertisch/internal/testdb"
)

var (
	sequences = flag.Int("grant.sequences", 300, "how many random lives of cases TestModel leads")
	seed      = flag.Uint64("grant.seed", 0, "of TestModel; 0: another one each time")
)

type model struct {
	world
	t       *testing.T
	rnd     *rand.Rand
	players []player
	courses map[Kind][]rule
	pay     []rule
	schemes map[Kind]Scheme
	terms   map[Kind]Terms
	posts   []heldPost
	room    money.Cents // of each title
	used    map[int]money.Cents
	later   map[int]money.Cents // of the authority
	budgets map[int]uuid.UUID
	cases   []*modelCase
	taken   map[string]int // how often each event was taken, each was refused
}

func newModel(t *testing.T, rnd *rand.Rand, years int) *model {
	t.Helper()
	m := &model{
		world: newWorld(t, 0), t: t, rnd: rnd, courses: courses(), pay: rules(paymentCourse), room: 60_000_00, used: map[int]money.Cents{}, later: map[int]money.Cents{},
		schemes: map[Kind]Scheme{}, terms: map[Kind]Terms{}, budgets: map[int]uuid.UUID{}, taken: map[string]int{},
	}
	plans := map[Kind][]PlanStep{
		LumpSum: vvk, Joint: {{Share: 500, Trigger: OnFinal}, {Share: 500, Trigger: OnDay, Month: 2, Day: 1}}, Application: {{Share: 300, Trigger: OnDrawdown}, {Share: 700, Trigger: OnFinal}},
	}
	m.MustWrite(t, testdb.Saxony.System(), access.Seed, func(ctx context.Context, tx *db.Tx) (err error) {
		for _, k := range Kinds() {
			m.schemes[k] = Scheme{ID: uuid.New(), Kind: k, Name: "M " + string(k), FilePrefix: strings.ToUpper(string(k[:1])) + "M"}
			terms := lumpSum()
			terms.SchemeID, terms.Plan, terms.MinPartial = m.schemes[k].ID, plans[k], 0
			m.terms[k] = terms
			if _, err := tx.Exec(ctx, `INSERT INTO funding_scheme (id, kind, name, file_prefix) VALUES ($1, $2, $3, $4)`, m.schemes[k].ID, k, m.schemes[k].Name, m.schemes[k].FilePrefix); err != nil {
				return err
			}
			if err := AdoptTerms(ctx, tx, terms); err != nil {
				return err
			}
		}
		for y := 2022; y < 2022+years; y++ {
			m.budgets[y] = uuid.New()
			if err := AddBudget(ctx, tx, Budget{ID: m.budgets[y], Title: "M", Name: "M", Year: y, Appropriation: m.room, Authority: m.room}); err != nil {
				return err
			}
		}
		m.posts, err = heldPosts(ctx, tx, nil, calendar.Of(tx.Now))
		return err
	})
	// Some have two roles, as in a small office: four eyes must hold all the same.
	first := testdb.Saxony.Districts[0].ID
	for _, p := range []struct {
		actor access.Actor
		roles []access.Role
	}{
		{officer, []access.Role{access.CaseOfficer, access.Approver}},
		{press, []access.Role{access.PressOfficer, access.CaseOfficer}},
		{approver, []access.Role{access.Approver, access.CaseOfficer, access.BudgetOfficer}},
		{testdb.Saxony.Actor(access.Lead), []access.Role{access.Lead, access.Approver}},
		{treasurer, []access.Role{access.BudgetOfficer, access.Cashier}},
		{cashier, []access.Role{access.Cashier}},
		{signatory, []access.Role{access.Signatory, access.CaseOfficer}},
		{coordinator, []access.Role{access.Coordinator, access.Signatory}},
	} {
		one := player{Actor: p.actor}
		one.Grants = nil
		for _, r := range p.roles {
			g := access.Grant{Role: r}
			var district *uuid.UUID
			if r.OfDistrict() {
				g.District, district = first, &first
			}
			one.Grants, one.roles = append(one.Grants, g), append(one.roles, string(r))
			if p.actor.Grants[0].Role != r {
				m.Owner(t, `INSERT INTO role_assignment (programme_id, person_id, role, district_id, valid) VALUES ($1, $2, $3, $4, '[2018-01-01,)')`, testdb.Saxony.ID, p.actor.Person, string(r), district)
			}
		}
		m.players = append(m.players, one)
	}
	m.players = append(m.players, player{Actor: testdb.Saxony.System()})
	return m
}

// begins is the first day of the nth case: each has two days of its own, so
// that 10,000 fit into the years that a period may lie in.
func begins(n int) calendar.Date { return calendar.NewDate(2022, 1, 1).AddDays(2 * n) }

// begin enters a case.
func (m *model) begin(n int) *modelCase {
	kind := Kinds()[m.rnd.IntN(3)]
	post := m.posts[slices.IndexFunc(m.posts, func(p heldPost) bool { return p.DistrictID == testdb.Saxony.Districts[0].ID })]
	from := begins(n)
	period := calendar.Range{From: from, To: from.AddDays(2)}
	c := &modelCase{id: uuid.New(), kind: kind, state: None, duties: map[uuid.UUID]Duty{}, decided: map[string]money.Cents{}}
	calc, err := Calculate(&Award{Law: m.terms[kind].Law(), Cap: m.terms[kind].Cap, ProRata: ByDay, Period: period, Held: []calendar.Range{period}})
	if err != nil {
		m.t.Fatal(err)
	}
	c.amount, c.reckoned = calc.Amount, calc.Amount
	c.cap = m.terms[kind].Cap
	if period.To.AddDays(-1).Year() != from.Year() {
		c.cap *= 2
		c.later = calc.Lines[1].Amount
	}
	new := NewCase{ID: c.id, Scheme: m.schemes[kind], Terms: m.terms[kind], DistrictID: post.DistrictID, PostID: post.ID, BudgetID: m.budgets[from.Year()], Period: period, Award: calc}
	m.MustWrite(m.t, testdb.Saxony.System(), access.PrepareGrants, func(ctx context.Context, tx *db.Tx) error { return Enter(ctx, tx, new) })
	m.apply(c)
	c.log = append(c.log, fmt.Sprintf("case %d, %s, %s", n, kind, period))
	m.cases = append(m.cases, c)
	return c
}

// apply writes what the district asks for, which is what the case amounts to.
func (m *model) apply(c *modelCase) {
	if c.kind == Application {
		m.write(m.t, c.id, wholeApplication(c.amount, 1_00))
	}
}

// expect compares what the database did with what the model wants; it is the
// model's to change its state then.
func (m *model) expect(c *modelCase, what string, want bool, err error) {
	m.t.Helper()
	c.log = append(c.log, fmt.Sprintf("%s: %t", what, want))
	key := strings.Fields(what)[0]
	if !want {
		key += " refused"
	}
	m.taken[key]++
	if errors.Is(err, fault.Unavailable) {
		m.t.Fatalf("%s: %v", what, err)
	}
	if (err == nil) != want {
		m.t.Fatalf("%s: %v; the model wants done = %t, in state %s\n%s", what, err, want, c.state, strings.Join(c.log, "\n"))
	}
}

func pick[T any](m *model, list []T) T { return list[m.rnd.IntN(len(list))] }

// act takes one random step: mostly one that fits, by somebody who might.
func (m *model) act(c *modelCase, n int) {
	switch d := m.rnd.IntN(100); {
	case d < 4:
		m.edit(c)
	case d < 7 || len(c.decided) > 0 && d < 35:
		m.send(c)
	case d < 9 || c.state == Granted && d < 40:
		m.reach(c)
	case len(c.payments) > 0 && d < 55:
		m.payOne(c)
	case len(c.payments) > 0 && d < 60:
		m.export(c)
	default:
		m.move(c, n)
	}
}

func (m *model) someone(roles []string) player {
	if m.rnd.IntN(8) == 0 {
		return pick(m, m.players)
	}
	for {
		if p := pick(m, m.players); p.has(roles...) {
			return p
		}
	}
}

func (m *model) move(c *modelCase, n int) {
	all := m.courses[c.kind]
	r := pick(m, all)
	for range 200 { // mostly one that leads on from here; seldom out of the way
		fits := r.from == string(c.state) && (r.event != "hearing_dropped" && r.event != "resumed" || r.to == string(c.before))
		if fits && (m.rnd.IntN(12) == 0 || !slices.Contains([]string{"withdrawn", "rejected", "returned", "sent_back"}, r.event) && (r.event != "heard" || m.rnd.IntN(3) == 0)) || m.rnd.IntN(900) == 0 {
			break
		}
		r = pick(m, all)
	}
	for _, other := range all { // the same step from where the case stands
		if other.from == string(c.state) && other.event == r.event && other.to == r.to {
			r = other
		}
	}
	p := m.someone(r.roles)
	reason, amount := "Grund", c.amount
	if m.rnd.IntN(15) == 0 {
		reason = " \n"
	}
	left := amount // what the step decides
	switch r.event {
	case "amended":
		left = money.Cents(m.rnd.IntN(2*int(c.amount) + 2))
		if m.rnd.IntN(8) == 0 {
			left = c.cap + money.Cents(m.rnd.IntN(2)) // exactly, or a cent above
		}
	case "partly_revoked":
		left = money.Cents(1 + m.rnd.IntN(int(c.amount)+1))
	case "revoked":
		left = 0
	case "repaid":
		m.book(c)
	}
	unlawful := m.rnd.IntN(2) == 0
	out, onItsWay := c.out()
	year := begins(n).Year()
	want := r.from == string(c.state) && p.has(r.roles...) && c.free(p, r.duty) && (!r.reasoned || reason == "Grund") && (p.system() || r.event != "period_ended")
	switch r.event {
	case "hearing_dropped":
		want = want && r.to == string(c.before)
	case "submitted", "resubmitted":
		want = want && c.amount <= c.cap
	case "recommended":
		want = want && c.amount == c.reckoned && c.amount <= c.cap
	case "approved":
		want = want && c.funds && m.used[year]+c.amount-c.later <= m.room && m.later[year]+c.later <= m.room
	case "granted":
		m.issue(c, r)
		return
	case "closed":
		want = want && !onItsWay && (c.state != Revoked || c.unsaid == 0 && out == 0)
	case "final":
		want = want && (c.final || p.system())
	case "sampled", "not_sampled": // by a draw; only a seed leads past it
		want = want && p.system()
	case "settled":
		if c.state == ProofInAudit && m.rnd.IntN(4) > 0 {
			m.noted(m.t, c.id)
			c.noted = true
		}
		want = want && (c.noted || c.state != ProofInAudit)
	case "amended":
		want = want && left > 0 && left <= c.cap && left >= c.paid()
	case "partly_revoked", "revoked":
		want = want && left < c.amount && c.amount-left > c.small()
	case "repayment_claimed":
		want = want && c.unsaid == 0 && !onItsWay && out > c.amount
	case "repaid":
		want = want && c.received >= c.claim
	case "resumed":
		want = want && r.to == string(c.before) && c.unsaid == 0 && c.paid() <= c.amount
	}
	drafts := c.state == Completed || c.state == ProofIncomplete
	if (r.event == "proof_submitted" || r.event == "proof_supplemented") && drafts || r.event == "proof_incomplete" && c.state == ProofSubmitted {
		want = p.has(r.roles...) && c.free(p, r.duty) // what is missing is the reason
		_, err := m.stepFor(m.t, p.Actor, c.id, r.event)
		m.expect(c, fmt.Sprintf("%s by %s", r.event, p.Name), want, err)
		if want {
			c.take(p, r.duty)
			c.state = State(r.to)
		}
		return
	}
	err := m.do(m.t, p.Actor, access.StepGrant, func(ctx context.Context, tx *db.Tx) error {
		today := calendar.Of(tx.Now)
		switch r.event {
		case "heard":
			n := NewHearing{ID: uuid.New(), Ground: Misuse, FactsKnownOn: today, ReplyDueOn: today.AddDays(9), Amount: c.amount, Reason: reason}
			if unlawful {
				n.Ground = Unlawful
			}
			return BeginHearing(ctx, tx, c.id, n)
		case "partly_revoked", "revoked":
			return Revoke(ctx, tx, c.id, Decision{ID: uuid.New(), Taking: ByRevocation, EffectiveOn: today, Left: left, Reason: reason})
		case "repayment_claimed":
			return claim(ctx, tx, c.id)
		case "repaid":
			return Settle(ctx, tx, c.id, Act{ID: uuid.New()})
		case "resumed":
			return Resume(ctx, tx, c.id, Act{ID: uuid.New(), To: State(r.to)})
		}
		if r.event != "amended" {
			return Take(ctx, tx, c.id, Act{
				ID: uuid.New(), Event: r.event, To: State(r.to), Reason: reason, Due: calendar.Of(tx.Now), Marks: []Mark{{Goals, "Bitte messbar"}},
			})
		}
		n, err := tx.Exec(ctx, `INSERT INTO case_event (case_id, district_id, event, from_state, to_state, reason, amount) SELECT id, district_id, $2, state, $3, $4, $5 FROM grant_case WHERE id = $1`,
			c.id, r.event, r.to, reason, left)
		if err == nil && n == 0 {
			return fault.NotFound
		}
		return err
	})
	m.expect(c, fmt.Sprintf("%s %s>%s of %d by %s", r.event, r.from, r.to, left, p.Name), want, err)
	if !want {
		return
	}
	c.take(p, r.duty)
	if r.event == "heard" {
		c.before, c.unlawful = c.state, unlawful
	}
	if r.event == "closed" && c.state == Revoked || r.event == "resumed" {
		m.commit(c, begins(n).Year(), min(c.committed, c.amount)-c.committed)
	}
	c.state = State(r.to)
	switch {
	case r.event == "funds_checked":
		c.funds = true
	case c.state == Draft || c.state == InReview:
		c.funds = false
	}
	switch r.event {
	case "approved":
		m.commit(c, begins(n).Year(), c.amount)
		var with []Duty
		for _, d := range c.duties {
			with = append(with, d)
		}
		if !p.system() && slices.Contains(with, Officer) && len(c.duties) < 2 {
			m.t.Fatalf("approved by one person\n%s", strings.Join(c.log, "\n"))
		}
	case "amended":
		c.toSend++
		c.decided["amended"] = left
	case "partly_revoked", "revoked":
		if _, before := c.decided["revoked"]; !before || left < c.least {
			c.least = left
		}
		c.decided["revoked"] = left
		c.unsaid++
	case "repayment_claimed":
		c.claim = out - c.amount
	case "resumed":
		m.reload(c)
	case "repaid":
		m.commit(c, begins(n).Year(), min(c.committed, c.amount)-c.committed)
	}
}

// claim claims back what was paid above what is left, past the notice that
// does so.
func claim(ctx context.Context, tx *db.Tx, caseID uuid.UUID) error {
	id := uuid.New()
	n, err := tx.Exec(ctx, `
		INSERT INTO repayment (id, case_id, district_id, principal, due_on, interest_from)
		SELECT $2, c.id, c.district_id, sum(p.amount) - c.amount, current_today(), current_today()
		FROM grant_case c JOIN payment p ON p.case_id = c.id AND p.state = 'paid'
		WHERE c.id = $1 GROUP BY c.id, c.district_id, c.amount HAVING sum(p.amount) > c.amount`, caseID, id)
	if err == nil && n == 0 {
		return fault.NotFound
	}
	if err != nil {
		return err
	}
	return Take(ctx, tx, caseID, Act{ID: id, Event: "repayment_claimed", To: RepaymentDue})
}

// book books what a claim lacks, or a cent less or more.
func (m *model) book(c *modelCase) {
	p := m.someone([]string{"cashier"})
	amount := c.claim - c.received + money.Cents(m.rnd.IntN(3)-1)
	if amount <= 0 {
		return
	}
	want := c.state == RepaymentDue && p.has("cashier") && c.free(p, Payer)
	err := m.do(m.t, p.Actor, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		return Book(ctx, tx, c.id, Booking{ID: uuid.New(), ReceivedOn: calendar.Of(tx.Now), Amount: amount, Reference: "Kasse"})
	})
	m.expect(c, fmt.Sprintf("book %d by %s", amount, p.Name), want, err)
	if want {
		c.take(p, Payer)
		c.received += amount
	}
}

// reload reads the instalments after they were planned anew, and sees to it that
// they add up.
func (m *model) reload(c *modelCase) {
	before, bound := c.payments, money.Cents(0)
	for _, p := range before {
		if p.state != Planned && p.state != Reversed {
			bound += p.amount
		}
	}
	c.payments = nil
	m.MustRead(m.t, officer, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		list, err := PaymentsOf(ctx, tx, c.id)
		sum := money.Cents(0)
		for _, one := range list {
			c.payments = append(c.payments, modelPayment{one.ID, one.When, one.Amount, one.State})
			if one.State != Reversed {
				sum += one.Amount
			}
		}
		fits := sum == max(c.amount, bound)
		if c.kind == Application { // a part is planned when the district asks
			fits = sum <= max(c.amount, bound)
		}
		if !fits {
			m.t.Fatalf("%s planned of %s with %s bound\n%s", sum, c.amount, bound, strings.Join(c.log, "\n"))
		}
		return err
	})
}

// commit binds more or less of the title's year: what is approved with its part of
// later years, of which is freed first.
func (m *model) commit(c *modelCase, year int, by money.Cents) {
	later := -min(max(-by, 0), c.boundLater)
	if c.committed == 0 && c.state == Approved {
		later = c.later
	}
	c.committed += by
	c.boundLater += later
	m.used[year] += by - later
	m.later[year] += later
}

// issue gives notice of the award.
func (m *model) issue(c *modelCase, r rule) {
	p := m.someone(r.roles)
	want := c.state == Approved && p.has(r.roles...) && c.free(p, Officer)
	err := m.do(m.t, p.Actor, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		return Issue(ctx, tx, c.id, uuid.New(), calendar.Of(tx.Now))
	})
	m.expect(c, "granted by "+p.Name, want, err)
	if !want {
		return
	}
	c.take(p, Officer)
	c.state = Granted
	m.MustRead(m.t, officer, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		list, err := PaymentsOf(ctx, tx, c.id)
		if err != nil {
			return err
		}
		notices, err := Notices(ctx, tx, c.id)
		sum := money.Cents(0)
		for _, l := range notices[0].Content.Payouts {
			if l.Name == string(OnDrawdown) {
				sum += l.Amount // planned when the district asks
			}
		}
		for _, one := range list {
			c.payments = append(c.payments, modelPayment{one.ID, one.When, one.Amount, Planned})
			sum += one.Amount
		}
		if sum != c.amount {
			m.t.Fatalf("instalments of %s add up to %s", c.amount, sum)
		}
		return err
	})
}

// edit changes the amount, by the officer with or without a reckoning.
func (m *model) edit(c *modelCase) {
	p := pick(m, m.players)
	ofMinistry := p.system() || p.OfMinistry()
	var want bool
	switch {
	case p.system():
		want = slices.Contains([]State{None, Draft, Returned, InReview}, c.state)
	case ofMinistry:
		want = p.has("case_officer") && c.free(p, Officer) && (c.state == InReview || c.kind != Application && (c.state == None || c.state == Draft))
	default:
		want = c.kind == Application && (c.state == None || c.state == Draft || c.state == Returned)
	}
	amount := money.Cents(1 + m.rnd.IntN(1000_00))
	var calc Calculation
	reckon := ofMinistry && m.rnd.IntN(4) > 0
	if reckon {
		var err error
		year := yearOf(2026)
		held := calendar.Range{From: year.From, To: year.From.AddDays(1 + m.rnd.IntN(9))}
		if calc, err = Calculate(&Award{Law: m.terms[c.kind].Law(), Cap: m.terms[c.kind].Cap, ProRata: ByDay, Period: year, Held: []calendar.Range{held}}); err != nil {
			m.t.Fatal(err)
		}
		amount = calc.Amount
	}
	if amount == c.amount {
		return
	}
	err := m.do(m.t, p.Actor, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE grant_case SET amount = $2 WHERE id = $1`, c.id, amount)
		if err == nil && n == 0 {
			return fault.NotFound
		}
		if err == nil && reckon {
			_, err = tx.Exec(ctx, `INSERT INTO calculation (case_id, district_id, rule, inputs, amount, lines, steps) SELECT id, district_id, $2, $3, $4, '[]', $5 FROM grant_case WHERE id = $1`,
				c.id, calc.Rule, calc.Inputs, calc.Amount, calc.Steps)
		}
		return err
	})
	m.expect(c, fmt.Sprintf("edit to %d, reckoned %t, by %s", amount, reckon, p.Name), want, err)
	if !want {
		return
	}
	c.amount = amount
	if reckon {
		c.reckoned, c.later = amount, 0 // of one year
	}
	if c.state == InReview || ofMinistry && !p.system() {
		c.take(p, Officer)
	} else {
		m.apply(c)
	}
}

// send tries a notice that changes what was granted.
func (m *model) send(c *modelCase) {
	p := m.someone([]string{"case_officer"})
	kind, key := Amendment, "amended"
	if _, revoked := c.decided["revoked"]; revoked || m.rnd.IntN(4) == 0 {
		kind, key = Revocation, "revoked"
	}
	left, decided := c.decided[key]
	if m.rnd.IntN(6) == 0 {
		left++
	}
	want := p.has("case_officer") && c.free(p, Officer) && decided && left == c.decided[key]
	bound := left
	if kind == Amendment {
		want = want && c.state == Running && c.toSend > 0 && left >= c.paid()
	} else {
		want = want && c.unsaid > 0 && slices.Contains([]State{PartlyRevoked, Revoked, RepaymentDue}, c.state)
		bound = max(left, c.paid())
	}
	year := m.yearOf(c)
	want = want && m.used[year]+bound-c.amount <= m.room
	err := m.do(m.t, p.Actor, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, sendNotice, c.id, kind, left)
		if err == nil && n == 0 {
			return fault.NotFound
		}
		return err
	})
	m.expect(c, fmt.Sprintf("%s of %d by %s", kind, left, p.Name), want, err)
	if !want {
		return
	}
	c.take(p, Officer)
	m.commit(c, year, bound-c.amount)
	c.amount = left
	if kind == Amendment {
		c.toSend--
	} else {
		c.revocations++
		c.unsaid--
	}
}

func (m *model) yearOf(c *modelCase) int {
	return begins(slices.Index(m.cases, c)).Year()
}

// reach records the delivery of the award, with or without a waiver.
func (m *model) reach(c *modelCase) {
	p := m.someone([]string{"case_officer"})
	if p.system() {
		return // knows the past: may record it at any time
	}
	waived := m.rnd.IntN(3) > 0
	want := c.state == Granted && p.has("case_officer") && c.free(p, Officer)
	err := m.do(m.t, p.Actor, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		today := calendar.Of(tx.Now)
		if waived {
			return Delivered(ctx, tx, c.id, 1, today, today)
		}
		return Delivered(ctx, tx, c.id, 1, today, calendar.Date{})
	})
	m.expect(c, fmt.Sprintf("delivered waived %t by %s", waived, p.Name), want, err)
	if want {
		c.final = waived
		c.take(p, Officer)
	}
}

// due says whether a payment may go on, by the reference.
func (m *model) due(c *modelCase, p modelPayment) bool {
	settled := c.state == Settled || c.state == Closed
	proven := settled || c.state == ProofComplete || c.state == ProofInAudit || c.state == ProofNotSampled
	running := proven || c.state == Running || c.state == Completed || c.state == ProofSubmitted || c.state == ProofIncomplete
	switch p.when {
	case OnAudit:
		return settled
	case OnProof:
		return proven
	case OnDay:
		return (running || c.state == Granted || c.state == Final) && !calendar.NewDate(m.yearOf(c), 2, 1).After(calendar.Of(m.Now()))
	default:
		return running
	}
}

func (m *model) payOne(c *modelCase) {
	i := m.rnd.IntN(len(c.payments))
	pay := &c.payments[i]
	r := pick(m, m.pay)
	for range 60 {
		if r.from == string(pay.state) && (m.rnd.IntN(4) == 0 || !r.reasoned) || m.rnd.IntN(200) == 0 {
			break
		}
		r = pick(m, m.pay)
	}
	for _, other := range m.pay { // the same step from where the payment stands
		if other.from == string(pay.state) && other.to == r.to {
			r = other
		}
	}
	if r.to == string(Exported) {
		m.export(c)
		return
	}
	p := m.someone(r.roles)
	after := *pay
	after.state = PaymentState(r.to)
	want := p.has(r.roles...) && r.from == string(pay.state) && c.free(p, r.duty)
	if after.state == Certified || after.state == Ordered {
		extra := pay.amount
		if pay.bound() {
			extra = 0
		}
		want = want && m.due(c, *pay) && c.paid()+extra <= c.most()
	}
	err := m.do(m.t, p.Actor, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		return Pay(ctx, tx, PaymentAct{ID: uuid.New(), To: after.state, Payments: []uuid.UUID{pay.id}, Reason: "Grund"})
	})
	m.expect(c, fmt.Sprintf("payment:%s %d of %s by %s", r.to, i, pay.when, p.Name), want, err)
	if want {
		*pay = after
		c.take(p, r.duty)
	}
}

// export hands over what is ordered and due in all cases.
func (m *model) export(c *modelCase) {
	p := m.someone([]string{"cashier"})
	want, n := p.has("cashier"), 0
	each := func(do func(one *modelCase, pay *modelPayment)) {
		for _, one := range m.cases {
			for i := range one.payments {
				if one.payments[i].state == Ordered && m.due(one, one.payments[i]) && one.paid() <= one.most() {
					do(one, &one.payments[i])
				}
			}
		}
	}
	each(func(one *modelCase, _ *modelPayment) {
		n++
		want = want && one.free(p, Payer)
	})
	want = want && n > 0
	err := m.do(m.t, p.Actor, access.ReadGrants, func(ctx context.Context, tx *db.Tx) error { return Export(ctx, tx, uuid.New()) })
	m.expect(c, fmt.Sprintf("export of %d by %s", n, p.Name), want, err)
	if want {
		each(func(one *modelCase, pay *modelPayment) {
			pay.state = Exported
			one.take(p, Payer)
		})
	}
}

// agrees compares a case with the database, and sees to what must always hold.
func (m *model) agrees(c *modelCase) {
	m.t.Helper()
	m.MustRead(m.t, testdb.Saxony.System(), access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		got, err := ByID(ctx, tx, c.id)
		if err != nil {
			return err
		}
		if got.State != c.state || got.Amount != c.amount || got.Paid != c.paid() || got.FundsOn.IsZero() == c.funds {
			m.t.Errorf("got %s %s paid %s funds %s, want %s %s %s %t\n%s", got.State, got.Amount, got.Paid, got.FundsOn, c.state, c.amount, c.paid(), c.funds, strings.Join(c.log, "\n"))
		}
		if got.Paid > got.Amount && c.revocations == 0 {
			m.t.Errorf("paid %s of %s", got.Paid, got.Amount)
		}
		var committed, bound money.Cents
		var duties, doubles int
		err = tx.QueryRow(ctx, `
			SELECT (SELECT coalesce(sum(amount), 0)::bigint FROM commitment WHERE case_id = $1),
				(SELECT coalesce(sum(amount), 0)::bigint FROM payment WHERE case_id = $1 AND state IN ('certified', 'ordered', 'exported', 'paid')),
				(SELECT count(*) FROM case_duty WHERE case_id = $1),
				(SELECT count(*) FROM (
					SELECT by_person FROM (
						SELECT e.by_person, s.duty FROM case_event e JOIN grant_case c ON c.id = e.case_id
						JOIN case_step s ON s.regime = c.regime AND s.from_state = e.from_state AND s.event = e.event AND s.to_state = e.to_state
						WHERE e.case_id = $1 AND e.by_person IS NOT NULL AND s.duty IS NOT NULL
						UNION SELECT e.by_person, s.duty FROM payment_event e JOIN payment_step s ON s.from_state = e.from_state AND s.to_state = e.to_state
						WHERE e.case_id = $1 AND e.by_person IS NOT NULL) AS done GROUP BY 1 HAVING count(DISTINCT duty) > 1) AS two)`, c.id).
			Scan(&committed, &bound, &duties, &doubles)
		if err != nil {
			return err
		}
		if committed != c.committed || bound != got.Paid || duties != len(c.duties) || doubles != 0 {
			m.t.Errorf("committed %s, bound %s, %d duties, %d with two; want %s, %s, %d, 0\n%s", committed, bound, duties, doubles, c.committed, got.Paid, len(c.duties), strings.Join(c.log, "\n"))
		}
		calcs, err := Calculations(ctx, tx, c.id)
		for _, calc := range calcs {
			if again, err := calc.Again(); err != nil || again.Amount != calc.Amount || len(again.Steps) != len(calc.Steps) {
				m.t.Errorf("%s again: %+v, %v, want %s", calc.Rule, again, err, calc.Amount)
			}
		}
		return err
	})
}

// TestModel leads cases through random lives and compares them with a small
// reference, and at the end the sums of all.
func TestModel(t *testing.T) {
	t.Parallel()
	s := *seed
	if s == 0 {
		s = uint64(time.Now().UnixNano())
	}
	t.Logf("again: go test ./internal/grant -run TestModel -grant.sequences=%d -grant.seed=%d", *sequences, s)
	m := newModel(t, rand.New(rand.NewPCG(s, 0)), 2+*sequences/180)
	for n := range *sequences {
		c := m.begin(n)
		for range 10 + m.rnd.IntN(60) {
			m.act(c, n)
		}
		m.agrees(c)
		if t.Failed() {
			return
		}
	}
	m.MustRead(t, testdb.Saxony.System(), access.ReadGrants, func(ctx context.Context, tx *db.Tx) error {
		list, err := Budgets(ctx, tx)
		for _, b := range list {
			if id, mine := m.budgets[b.Year]; mine && b.ID == id && (b.Committed != m.used[b.Year] || b.Later != m.later[b.Year]) {
				t.Errorf("%d: %s and %s committed, want %s and %s", b.Year, b.Committed, b.Later, m.used[b.Year], m.later[b.Year])
			}
		}
		if err != nil {
			return err
		}
		var gaps, files, payments int
		err = tx.QueryRow(ctx, `
			SELECT (SELECT count(*) FROM (SELECT scheme_id, file_year FROM grant_case GROUP BY 1, 2 HAVING max(file_no) <> count(*) OR min(file_no) <> 1) AS g),
				(SELECT count(*) FROM payment_export WHERE no > (SELECT count(*) FROM payment_export)),
				(SELECT count(*) FROM payment_export x WHERE payments <> (SELECT count(*) FROM payment_event e WHERE e.export_id = x.id))`).Scan(&gaps, &files, &payments)
		if gaps+files+payments != 0 {
			t.Errorf("%d gaps in file numbers, %d in files, %d files with other payments", gaps, files, payments)
		}
		return err
	})
	t.Logf("%v", m.taken)
}
