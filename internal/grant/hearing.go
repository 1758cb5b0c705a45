package grant

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
)

// Ground is why a grant is to be revoked or withdrawn (§§ 48, 49 VwVfG; VVK 8).
type Ground string

// The grounds.
const (
	Misuse          Ground = "misuse"           // not for the purpose
	LateStart       Ground = "late_start"       // not begun within a year
	LateProof       Ground = "late_proof"       // no proof of use in time (ANBest-K 8.3)
	LapsedCondition Ground = "condition"        // less was spent, the post fell vacant
	NoPublicity     Ground = "publicity"        // § 44a SäHO
	Unlawful        Ground = "unlawful"         // the notice was
	WrongStatements Ground = "wrong_statements" // the notice rests on them
	RateExceeded    Ground = "rate"             // a statutory rate was exceeded
	OtherGround     Ground = "other"
)

// Grounds returns every ground.
func Grounds() []Ground {
	return []Ground{Misuse, LateStart, LateProof, LapsedCondition, NoPublicity, Unlawful, WrongStatements, RateExceeded, OtherGround}
}

// Valid says whether g is a ground.
func (g Ground) Valid() bool { return slices.Contains(Grounds(), g) }

// NameKey is the key of the ground's name.
func (g Ground) NameKey() string { return "grant.ground." + string(g) }

// ClaimsAll says whether even a small difference is claimed (VVK 8.7 with 8.2.2).
func (g Ground) ClaimsAll() bool { return g == Unlawful || g == WrongStatements || g == RateExceeded }

// HearingRecord is what is held against the recipient (Anhörung, § 28 VwVfG), with
// the answers.
type HearingRecord struct {
	ID           uuid.UUID // of the step that began it
	Ground       Ground
	FactsKnownOn calendar.Date // wholly, by the ministry
	ReplyDueOn   calendar.Date
	Amount       money.Cents // in question
	BegunOn      calendar.Date
	Reason       string
	Replies      []Reply `db:"-"` // in order of time
}

// LastDay is the last day on which the case may be revoked for what the hearing
// is about (§§ 48(4), 49(2) VwVfG; VVK 8.4).
func (h HearingRecord) LastDay(t Terms) calendar.Date {
	return h.FactsKnownOn.AddMonths(t.RevocationMonths)
}

// Alarm is the greatest number of months at which the open hearing is to be
// called to mind and that have passed on the day; 0: none yet.
func (h HearingRecord) Alarm(t Terms, today calendar.Date) (months int) {
	for _, m := range t.AlarmMonths {
		if m > months && !h.FactsKnownOn.AddMonths(m).After(today) {
			months = m
		}
	}
	return months
}

// NewHearing is a hearing to be begun.
type NewHearing struct {
	ID           uuid.UUID // from the form: the same form begins one
	Ground       Ground
	FactsKnownOn calendar.Date
	ReplyDueOn   calendar.Date
	Amount       money.Cents
	Reason       string
	Basis        Inputs        // by which the amount was reckoned; nil: it was not
	Day          calendar.Date // zero: today; a seed knows the past
}

func (n NewHearing) check(f fault.Fields, c Case, t Terms, today calendar.Date) {
	if !n.Ground.Valid() {
		f.Add("ground", "field.choice")
	}
	fact.CheckDay(f, "facts_known_on", n.FactsKnownOn, today)
	switch {
	case n.ReplyDueOn.IsZero():
		f.Add("reply_due_on", "field.missing")
	case !n.ReplyDueOn.After(today) || n.ReplyDueOn.After(today.AddYears(1)):
		f.Add("reply_due_on", "grant.error.reply_due")
	}
	if n.Amount <= 0 || n.Amount > c.Amount {
		f.Add("amount", "grant.error.hearing_amount")
	}
	f.Require("reason", strings.TrimSpace(n.Reason), maxReason)
	if last := n.FactsKnownOn.AddMonths(t.RevocationMonths); !n.FactsKnownOn.IsZero() && last.Before(today) {
		f.Add("facts_known_on", "grant.error.known_long_ago", "Day", last.String())
	}
}

// maxReason is how long the reason of a step may be, in characters.
const maxReason = 4000

// BeginHearing begins a hearing as a step of its case. It returns fault.Fields
// for bad input, also when the time to revoke is over, and what Take returns.
func BeginHearing(ctx context.Context, tx *db.Tx, caseID uuid.UUID, n NewHearing) error {
	c, t, err := underTerms(ctx, tx, caseID, access.PrepareGrants)
	if err != nil {
		return err
	}
	if n.Day.IsZero() {
		n.Day = calendar.Of(tx.Now)
	}
	f := fault.Fields{}
	n.check(f, c, t, n.Day)
	if err := f.Err(); err != nil {
		return err
	}
	b := &pgx.Batch{}
	b.Queue(`INSERT INTO hearing (id, case_id, district_id, ground, facts_known_on, reply_due_on, amount, begun_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		n.ID, c.ID, c.DistrictID, n.Ground, n.FactsKnownOn, n.ReplyDueOn, n.Amount, n.Day)
	queueStep(b, c, Act{ID: n.ID, Event: "heard", To: Hearing, Reason: n.Reason, Day: n.Day}, n.Day)
	if n.Basis != nil {
		calc, err := Calculate(n.Basis)
		if err != nil {
			return err
		}
		queueCalculation(b, c.ID, c.DistrictID, calc)
	}
	return stepped(tx.SendBatch(ctx, b).Close())
}

// Source is how a reply came.
type Source string

// The sources of a reply.
const (
	Online   Source = "online" // by the district itself, here
	ByLetter Source = "letter"
	ByMail   Source = "mail"
	Orally   Source = "oral"
)

// Sources returns how a reply may come that an officer notes.
func Sources() []Source { return []Source{ByLetter, ByMail, Orally} }

// NameKey is the key of the source's name.
func (s Source) NameKey() string { return "grant.source." + string(s) }

// Reply is what the recipient says to a hearing.
type Reply struct {
	ID         uuid.UUID
	HearingID  uuid.UUID
	ReceivedOn calendar.Date
	Source     Source
	Text       string
	At         time.Time
	Person     string // who sent or noted it
}

// MaxReply is how long a reply may be, in characters.
const MaxReply = 8000

// AnswerHearing records a reply to the running hearing of a case: the district's
// own (Online), or one that an officer notes. It returns fault.Fields for bad
// input, fault.Conflict if no hearing runs, fault.Forbidden for whoever had
// another duty on the case, and fact.ErrRepeated if the form was sent before.
func AnswerHearing(ctx context.Context, tx *db.Tx, caseID uuid.UUID, r Reply) error {
	c, err := ByID(ctx, tx, caseID)
	if err != nil {
		return err
	}
	if !tx.Actor.MayIn(access.AnswerHearing, c.DistrictID) {
		return fmt.Errorf("answer in case %s: %w", caseID, fault.Forbidden)
	}
	f := fault.Fields{}
	f.Require("text", strings.TrimSpace(r.Text), MaxReply)
	if r.Source == Online {
		r.ReceivedOn = calendar.Of(tx.Now)
	} else {
		fact.CheckDay(f, "received_on", r.ReceivedOn, calendar.Of(tx.Now))
		if !slices.Contains(Sources(), r.Source) {
			f.Add("source", "field.choice")
		}
	}
	if err := f.Err(); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `
		INSERT INTO hearing_reply (id, hearing_id, case_id, district_id, received_on, source, text)
		SELECT $1, h.id, h.case_id, h.district_id, $3, $4, $5 FROM hearing h WHERE h.case_id = $2 ORDER BY h.at DESC LIMIT 1`,
		r.ID, c.ID, r.ReceivedOn, r.Source, r.Text)
	switch {
	case db.Constraint(err) == "hearing_reply_pkey":
		return errors.Join(fact.ErrRepeated, err)
	case db.Constraint(err) == "step_day":
		return errors.Join(fault.Field("received_on", "grant.error.received_on"), err)
	case err == nil && n == 0:
		return fault.Explain(fault.Conflict, "grant.error.state")
	}
	return stepped(err)
}

// underTerms reads a case and its terms for somebody who may do the action.
func underTerms(ctx context.Context, tx *db.Tx, caseID uuid.UUID, act access.Action) (c Case, t Terms, err error) {
	if c, err = ByID(ctx, tx, caseID); err != nil {
		return c, t, err
	}
	if !tx.Actor.MayIn(act, c.DistrictID) {
		return c, t, fmt.Errorf("%s in case %s: %w", act, caseID, fault.Forbidden)
	}
	t, err = TermsByID(ctx, tx, c.TermsID)
	return c, t, err
}

// claimed gives what the database refuses of hearing, revocation and repayment
// its name; nil: it is another refusal.
func claimed(err error) error {
	explain := func(key string) error {
		return errors.Join(fault.Explain(fault.Conflict, key), err)
	}
	switch db.Constraint(err) {
	case "hearing_stated", "revocation_stated", "repayment_stated":
		return explain("grant.error.own_form")
	case "hearing_amount":
		return errors.Join(fault.Field("amount", "grant.error.hearing_amount"), err)
	case "hearing_day":
		return errors.Join(fault.Field("reply_due_on", "grant.error.reply_due"), err)
	case "revocation_in_time":
		return explain("grant.error.revocation_late")
	case "revocation_reckoned":
		return explain("grant.error.small_difference")
	case "revocation_effective":
		return errors.Join(fault.Field("effective_on", "grant.error.effective_on"), err)
	case "revocation_over":
		return explain("grant.error.revocation_open")
	case "repayment_principal", "repayment_interest", "repayment_once":
		return explain("grant.error.state")
	case "repayment_covered":
		return explain("grant.error.not_covered")
	case "repayment_received":
		return errors.Join(fault.Field("amount", "grant.error.set_off"), err)
	case "repayment_day":
		return errors.Join(fault.Field("received_on", "grant.error.receipt_day"), err)
	}
	return nil
}
