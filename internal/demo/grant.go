package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/grant"
	"rundertisch/internal/money"
)

// regime is a funding scheme with its terms.
type regime struct {
	slug, name, prefix string
	ended              string // the last day on which a period may begin; "": none
	kind               grant.Kind
	real               bool
	terms              grant.Terms
}

// fullNotice are the texts that stand in every notice of the demo.
func fullNotice(t grant.Terms) grant.Terms {
	t.Purpose = "Regionale Koordination der Gesundheitsversorgung"
	t.Eligible = "Personal- und Sachausgaben der Koordinierungsstelle"
	t.Earmarking = "Beschaffte Gegenstände der Informationstechnik sind drei Jahre, andere fünf Jahre für den Zweck gebunden."
	t.Conditions = "Die Allgemeinen Nebenbestimmungen für Zuwendungen an kommunale Körperschaften (ANBest-K) sind Bestandteil dieses Bescheids.\n" +
		"Auf die Mitfinanzierung aus Steuermitteln ist öffentlich hinzuweisen.\nFällt die Stelle weg oder wird sie frei, ist das unverzüglich mitzuteilen."
	t.Remedy = "Gegen diesen Bescheid kann innerhalb eines Monats nach Bekanntgabe Widerspruch bei der Bewilligungsbehörde erhoben werden."
	return t
}

// vvk are the rules that the regimes share (VVK, ANBest-K).
func vvk(from string, t grant.Terms) grant.Terms {
	t.ValidFrom = day(from)
	t.Plan = []grant.PlanStep{{Share: 400, Trigger: grant.OnFinal}, {Share: 500, Trigger: grant.OnProof}, {Share: 100, Trigger: grant.OnAudit}}
	t.MinPartial, t.ProofMonths, t.CheckMonths = 10_000_00, 12, 1
	t.DeMinimis = []grant.DeMinimisStep{
		{UpTo: 5_000_00, Share: 100},
		{UpTo: 20_000_00, Share: 50, Most: 500_00},
		{UpTo: 50_000_00, Share: 30, Most: 1_000_00},
		{UpTo: 125_000_00, Share: 20, Most: 1_500_00},
		{Most: 2_500_00},
	}
	t.InterestMargin, t.InterestFloor, t.YearDays = 500, 250_00, 365
	t.ReportShare, t.ReportAmount, t.ReductionFloor, t.Sampling = 75, 10_000_00, 500_00, 500
	t.Publicity, t.RemedyMonths, t.RevocationMonths, t.HearingWeeks = true, 1, 12, 4
	t.AlarmMonths, t.RepaymentWeeks = []int{9, 11}, 4
	return fullNotice(t)
}

var saxonRegimes = []regime{
	{slug: "joint", name: "Gemeinschaftsfinanzierung der Modellregionen", prefix: "GEM", ended: "2020-12-31", kind: grant.Joint, real: true, terms: vvk("2018-08-24", grant.Terms{
		Name: "Beschluss des Landesgremiums", Paragraph: "Beschluss vom 24.08.2018", GrantingBody: "Mitglieder des Landesgremiums",
		Cap: 90_000_00, Financing: grant.Fixed, ProRata: grant.ByDay, OwnersWhole: 13,
		Owners: []grant.Owner{{Name: "Freistaat", Share: 3}, {Name: "Krankenkassen", Share: 5}, {Name: "Kassenärztliche Vereinigung", Share: 2}, {Name: "Krankenhausgesellschaft", Share: 2}, {Name: "Landesärztekammer", Share: 1}},
	})},
	{slug: "application", name: "Richtlinie Gesundheit und Versorgung", prefix: "RLGV", ended: "2021-12-31", kind: grant.Application, real: true, terms: vvk("2021-01-01", grant.Terms{
		Name: "Richtlinie Gesundheit und Versorgung", Paragraph: "§§ 23, 44 SäHO", GrantingBody: "Landesdirektion Sachsen",
		Cap: 90_000_00, Rate: 900, OwnShare: 100, Financing: grant.Share, ProRata: grant.ByDay,
	})},
	{slug: "lump_sum", name: "Pauschale für Regionalkoordination", prefix: "KOMP", kind: grant.LumpSum, real: true, terms: vvk("2022-01-01", grant.Terms{
		Name: "Kommunalpauschalenverordnung", Paragraph: "SächsKomPauschVO", GrantingBody: "Sächsische Aufbaubank",
		Cap: 90_000_00, Financing: grant.Fixed, ProRata: grant.ByDay,
	})},
}

// Musterland funds upon application: at most 50,000, ten per cent of one's own,
// a progress report each half-year. Its other two regimes show every state.
var musterRegimes = []regime{
	{slug: "muster-joint", name: "Gemeinsame Erprobung", prefix: "ERP", kind: grant.Joint, terms: vvk("2010-01-01", grant.Terms{
		Name: "Vereinbarung der Träger", Paragraph: "Nummer 4", GrantingBody: "Ministerium", Cap: 50_000_00, Financing: grant.Deficit, ProRata: grant.ByMonth,
		OwnersWhole: 3, Owners: []grant.Owner{{Name: "Land", Share: 1}, {Name: "Kassen", Share: 1}, {Name: "Kommunen", Share: 1}},
	})},
	{slug: "muster-application", name: "Richtlinie Gesundheitslotsen", prefix: "LOTSE", kind: grant.Application, terms: vvk("2010-01-01", grant.Terms{
		Name: "Richtlinie Gesundheitslotsen", Paragraph: "Nummer 5", GrantingBody: "Ministerium", Cap: 50_000_00, Rate: 900, OwnShare: 100,
		Financing: grant.Share, ProRata: grant.ByMonth, InterimMonths: 6, Receipts: true,
	})},
	{slug: "muster-lump", name: "Übergangspauschale", prefix: "UEP", kind: grant.LumpSum, terms: onDemand(vvk("2010-01-01", grant.Terms{
		Name: "Übergangsverordnung", Paragraph: "§ 2", GrantingBody: "Ministerium", Cap: 50_000_00, Financing: grant.Fixed, ProRata: grant.Whole,
	}))},
}

// baseRates are the base rates (§ 247 BGB) in basis points.
var baseRates = []struct {
	from string
	rate int
}{
	{"2015-01-01", -83}, {"2016-07-01", -88}, {"2023-01-01", 162}, {"2023-07-01", 312}, {"2024-01-01", 362}, {"2024-07-01", 337}, {"2025-01-01", 227}, {"2025-07-01", 127},
}

func (r regime) id() uuid.UUID          { return id("scheme/" + r.slug) }
func (t tenant) budget(y int) uuid.UUID { return id(fmt.Sprintf("budget/%s/%d", t.slug, y)) }

// authority is what may be granted for later years; the sources name none.
func (t tenant) authority() money.Cents {
	if t.slug == saxony {
		return 0
	}
	return 200_000_00
}

// seedGrants makes schemes, budgets and cases.
func (t tenant) seedGrants(ctx context.Context, tx *db.Tx) error {
	b := &pgx.Batch{}
	for i, r := range t.regimes {
		b.Queue(`INSERT INTO funding_scheme (id, kind, name, file_prefix, ended_on, simulated) VALUES ($1, $2, $3, $4, nullif($5, '')::date, $6)`,
			r.id(), r.kind, r.name, r.prefix, r.ended, !r.real)
		t.regimes[i].terms.ID, t.regimes[i].terms.SchemeID = id("terms/"+r.slug), r.id()
		grant.QueueTerms(b, t.regimes[i].terms, noon(t.regimes[i].terms.ValidFrom))
	}
	for _, r := range baseRates {
		b.Queue(`INSERT INTO base_rate (id, valid_from, rate, recorded_at) VALUES ($1, $2, $3, $4)`, id("rate/"+t.slug+r.from), day(r.from), r.rate, noon(day(r.from)))
	}
	this := calendar.Of(tx.Now).Year()
	for y := this - 12; y <= this+1; y++ {
		b.Queue(`INSERT INTO budget_year (id, title, name, year, appropriation, authority, simulated) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			t.budget(y), "08 xx 633 60", "Zuweisungen für regionale Koordination", y, 1_170_000_00, t.authority(), t.slug != saxony || y != 2023 && y != 2024)
	}
	t.publish(b)
	if err := send(ctx, tx, b, "schemes"); err != nil {
		return err
	}
	if t.slug == musterland {
		if err := t.seedEveryState(ctx, tx, this); err != nil {
			return err
		}
		return t.seedProgress(ctx, tx, this)
	}
	return t.seedYears(ctx, tx, this)
}

// grantCase is a case of the demo and the state to which it has come.
type grantCase struct {
	regime regime
	place  place
	period calendar.Range
	state  grant.State
	run    *uuid.UUID
}

func (c grantCase) id() uuid.UUID {
	return id("case/" + c.regime.slug + "/" + c.place.ags + "/" + c.period.From.String())
}

// seedYears gives each post that was held a case in each year up to the last:
// older ones are closed, the last two show the work. This year has none yet:
// preparing it is the story of the demo. Next year's first three are begun.
func (t tenant) seedYears(ctx context.Context, tx *db.Tx, this int) error {
	b := &bookkeeper{t: t}
	lately := []grant.State{
		grant.Completed, grant.ProofSubmitted, grant.ProofIncomplete, grant.ProofComplete, grant.Hearing, grant.Running,
		grant.ProofInAudit, grant.ProofNotSampled, grant.Settled, grant.PartlyRevoked, grant.RepaymentDue, grant.Closed,
	}
	n := 0
	for y := 2018; y < this; y++ {
		r := t.regimes[2]
		switch {
		case y <= 2020:
			r = t.regimes[0]
		case y == 2021:
			r = t.regimes[1]
		}
		for _, p := range t.places {
			if !heldBy(t.posts[p.ags], y) {
				continue
			}
			c := grantCase{r, p, yearOf(y), grant.Closed, nil}
			if y >= this-2 {
				c.state = lately[n%len(lately)]
				n++
			}
			if err := b.enter(ctx, tx, c); err != nil {
				return err
			}
		}
	}
	run := grant.Run{ID: id("run/" + t.slug), SchemeID: t.regimes[2].id(), Year: this + 1, BudgetID: t.budget(this + 1)}
	if err := grant.Begin(ctx, tx, run); err != nil {
		return err
	}
	begun := []grant.State{grant.Draft, grant.Recommended, grant.Approved}
	for i, ags := range []string{"14626", "14521", "14625"} {
		at := slices.IndexFunc(t.places, func(p place) bool { return p.ags == ags })
		if err := b.enter(ctx, tx, grantCase{t.regimes[2], t.places[at], yearOf(this + 1), begun[i], &run.ID}); err != nil {
			return err
		}
	}
	if err := t.seedDraftProof(ctx, tx); err != nil {
		return err
	}
	return t.settle(ctx, tx, this)
}

// settle hands what was ordered to the cash system, and books what went out
// before the last two years as paid.
func (t tenant) settle(ctx context.Context, tx *db.Tx, this int) error {
	b := &bookkeeper{t: t}
	if err := b.as(ctx, tx, b.person(access.Cashier, place{})); err != nil {
		return err
	}
	if err := grant.Export(ctx, tx, id("export/"+t.slug)); err != nil {
		return err
	}
	list, err := grant.PaymentsIn(ctx, tx, grant.Exported)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(p grant.Payment) bool { return strings.Contains(p.FileRef, fmt.Sprintf("-%d-", this-1)) })
	if err := t.answer(ctx, tx, list); err != nil {
		return err
	}
	return b.as(ctx, tx, uuid.Nil)
}

// heldBy says whether a post was held for some day up to the end of the year
// and was not given up before.
func heldBy(moments []moment, year int) bool {
	held := false
	for _, m := range moments {
		if day(m.from).Year() <= year && m.state == "filled" {
			held = true
		}
	}
	return held
}

// seedEveryState shows each state of each regime, in half-years of the past.
func (t tenant) seedEveryState(ctx context.Context, tx *db.Tx, this int) error {
	b := &bookkeeper{t: t}
	slot := 0
	for _, r := range t.regimes {
		paths, err := b.paths(ctx, tx, r.kind)
		if err != nil {
			return err
		}
		for _, s := range grant.States() {
			if _, reached := paths[s]; !reached {
				continue
			}
			half := slot / len(t.places)
			from := calendar.NewDate(this-10+half/2, 1, 1).AddMonths(6 * (half % 2))
			c := grantCase{r, t.places[slot%len(t.places)], calendar.Range{From: from, To: from.AddMonths(6)}, s, nil}
			slot++
			if err := b.enter(ctx, tx, c); err != nil {
				return err
			}
		}
	}
	if err := t.seedOldCases(ctx, tx, b, this); err != nil {
		return err
	}
	return t.seedDrawdown(ctx, tx, b, this)
}

// bookkeeper leads cases to their state, step by step, as each person.
type bookkeeper struct {
	t     tenant
	known map[grant.Kind]map[grant.State][]move
}

type move struct {
	event    string
	to       grant.State
	role     access.Role // "": the system
	reasoned bool
}

// paths are the shortest ways to each state, by the table of steps; what is
// closed was settled, not revoked.
func (b *bookkeeper) paths(ctx context.Context, tx *db.Tx, k grant.Kind) (map[grant.State][]move, error) {
	if p := b.known[k]; p != nil {
		return p, nil
	}
	rows, err := tx.Query(ctx, `SELECT from_state, to_state, event, coalesce(roles[1], ''), reasoned FROM case_step WHERE regime = $1 AND event NOT IN ('hearing_dropped', 'resumed') AND (from_state NOT IN ('repaid', 'revoked') OR event = 'repayment_claimed') ORDER BY event, to_state`, k)
	if err != nil {
		return nil, fmt.Errorf("steps: %w", err)
	}
	next := map[grant.State][]move{}
	var from grant.State
	var m move
	if _, err := pgx.ForEachRow(rows, []any{&from, &m.to, &m.event, &m.role, &m.reasoned}, func() error {
		next[from] = append(next[from], m)
		return nil
	}); err != nil {
		return nil, fmt.Errorf("steps: %w", err)
	}
	paths := map[grant.State][]move{grant.None: nil}
	for queue := []grant.State{grant.None}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		for _, m := range next[at] {
			if _, seen := paths[m.to]; seen {
				continue
			}
			way := slices.Clone(paths[at])
			if m.event == "approved" {
				way = append(way, move{event: "funds_checked", to: grant.Recommended, role: access.BudgetOfficer})
			}
			paths[m.to] = append(way, m)
			queue = append(queue, m.to)
		}
	}
	if b.known == nil {
		b.known = map[grant.Kind]map[grant.State][]move{}
	}
	b.known[k] = paths
	return paths, nil
}

// enter makes the case and leads it to its state.
func (b *bookkeeper) enter(ctx context.Context, tx *db.Tx, c grantCase) error {
	paths, err := b.paths(ctx, tx, c.regime.kind)
	if err != nil {
		return err
	}
	terms := c.regime.terms
	calc, err := grant.Calculate(&grant.Award{Law: terms.Law(), Cap: terms.Cap, ProRata: terms.ProRata, Period: c.period, Held: b.held(c)})
	if err != nil {
		return err
	}
	year := c.period.From.Year()
	officer := b.person(access.CaseOfficer, c.place)
	n := grant.NewCase{
		ID: c.id(), Scheme: grant.Scheme{ID: c.regime.id(), Kind: c.regime.kind, FilePrefix: c.regime.prefix},
		Terms: terms, DistrictID: c.place.id(), PostID: c.place.post(), BudgetID: b.t.budget(year), Period: c.period, Award: calc, Officer: officer, RunID: c.run, Simulated: true,
	}
	if err := grant.Enter(ctx, tx, n); err != nil {
		return err
	}
	path := wayTo(paths, c.state)
	for i, m := range path {
		if err := b.step(ctx, tx, c, n.ID, dayOf(c, path, i), i, m); err != nil {
			return fmt.Errorf("%s of %s: %w", m.event, n.ID, err)
		}
		if err := b.check(ctx, tx, m.event); err != nil {
			return fmt.Errorf("%s of %s: %w", m.event, n.ID, err)
		}
		if c.regime.kind == grant.Application && (m.event == "drafted" || m.event == "returned") {
			if err := b.apply(ctx, tx, c, n.ID, m.event == "returned"); err != nil {
				return fmt.Errorf("application of %s: %w", n.ID, err)
			}
		}
	}
	if err := b.pay(ctx, tx, c, n.ID); err != nil {
		return fmt.Errorf("payments of %s: %w", n.ID, err)
	}
	return b.as(ctx, tx, uuid.Nil)
}

// pay pays the instalments that are due in a case of an earlier year; in the
// last year they wait for the next hand: certified, ordered or with the cash
// system.
func (b *bookkeeper) pay(ctx context.Context, tx *db.Tx, c grantCase, caseID uuid.UUID) error {
	list, err := grant.PaymentsOf(ctx, tx, caseID)
	if err != nil {
		return err
	}
	steps := []struct {
		to   grant.PaymentState
		role access.Role
	}{{grant.Certified, access.CaseOfficer}, {grant.Ordered, access.BudgetOfficer}}
	last := c.period.From.Year() == calendar.Of(tx.Now).Year()-1
	for i, p := range list {
		if !p.Due {
			continue
		}
		for n, s := range steps {
			if last && n >= i {
				break
			}
			if err := b.as(ctx, tx, b.person(s.role, c.place)); err != nil {
				return err
			}
			act := grant.PaymentAct{ID: id(fmt.Sprintf("pay/%s/%d/%d", caseID, i, n)), To: s.to, Payments: []uuid.UUID{p.ID}}
			if err := grant.Pay(ctx, tx, act); err != nil {
				return err
			}
		}
	}
	return nil
}

// as lets a person take the next steps; zero: the system.
func (*bookkeeper) as(ctx context.Context, tx *db.Tx, person uuid.UUID) error {
	text := ""
	if person != uuid.Nil {
		text = person.String()
	}
	_, err := tx.Exec(ctx, `SELECT set_config('app.person', $1, true)`, text)
	return err
}

func (b *bookkeeper) step(ctx context.Context, tx *db.Tx, c grantCase, caseID uuid.UUID, day calendar.Date, i int, m move) error {
	if err := b.as(ctx, tx, b.person(m.role, c.place)); err != nil {
		return err
	}
	step := id(fmt.Sprintf("step/%s/%d", caseID, i))
	on := earlierDay(day, calendar.Of(tx.Now))
	if m.event == "granted" {
		if err := grant.Issue(ctx, tx, caseID, step, on); err != nil {
			return err
		}
		return grant.Delivered(ctx, tx, caseID, 1, earlierDay(on.AddDays(4), calendar.Of(tx.Now)), calendar.Date{})
	}
	if done, err := b.claimStep(ctx, tx, c, caseID, step, on, m); done || err != nil {
		return err
	}
	if taken, err := b.proofStep(ctx, tx, c, caseID, step, on, m.event); taken || err != nil {
		return err
	}
	act := grant.Act{ID: step, Event: m.event, To: m.to, Day: on}
	if m.reasoned {
		act.Reason = "Zur Veranschaulichung erfunden."
	}
	if m.event == "returned" {
		act.Due, act.Marks = calendar.Of(tx.Now).AddDays(21), missing()
	}
	return grant.Take(ctx, tx, caseID, act)
}

// dayOf is the day of a step: around the beginning of the period what comes
// before its end, then one after the other.
func dayOf(c grantCase, path []move, i int) calendar.Date {
	if ended := slices.IndexFunc(path, func(m move) bool { return m.event == "period_ended" }); ended >= 0 && i >= ended {
		return c.period.To.AddDays(20 * (i - ended))
	}
	return c.period.From.AddDays(-60 + 20*i)
}

func earlierDay(a, b calendar.Date) calendar.Date {
	if b.Before(a) {
		return b
	}
	return a
}

// held is when the post was held; in the regimes that show every state, always.
func (b *bookkeeper) held(c grantCase) []calendar.Range {
	if b.t.slug == musterland || c.state == grant.Draft || c.state == grant.Recommended || c.state == grant.Approved {
		return []calendar.Range{c.period}
	}
	var list []calendar.Range
	for _, m := range b.t.posts[c.place.ags] {
		if n := len(list); n > 0 && list[n-1].To.IsZero() {
			list[n-1].To = day(m.from)
		}
		if m.state == "filled" {
			list = append(list, calendar.Range{From: day(m.from)})
		}
	}
	return list
}

// person is who has the role; zero where the demo has nobody.
func (b *bookkeeper) person(r access.Role, p place) uuid.UUID {
	for _, a := range Accounts() {
		if a.Programme == b.t.slug && a.Role == r && (a.AGS == "" || a.AGS == p.ags) {
			return id("person/" + a.Email)
		}
	}
	return uuid.Nil
}

func yearOf(y int) calendar.Range {
	return calendar.Range{From: calendar.NewDate(y, 1, 1), To: calendar.NewDate(y+1, 1, 1)}
}
