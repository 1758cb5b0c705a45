package grant

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
)

// LineKind is what a line of a financing plan is for.
type LineKind string

// The kinds of expenditure, then of income.
const (
	Staff     LineKind = "staff"      // Personalausgaben
	Material  LineKind = "material"   // Sachausgaben
	Travel    LineKind = "travel"     // Reisekosten
	Events    LineKind = "events"     // Veranstaltungen
	Services  LineKind = "services"   // Aufträge an Dritte
	Publicity LineKind = "publicity"  // Öffentlichkeitsarbeit
	OtherCost LineKind = "other_cost" // sonstige Ausgaben

	OwnMoney   LineKind = "own_share"   // Eigenmittel
	ThirdParty LineKind = "third_party" // Drittmittel
	OtherGrant LineKind = "other_grant" // andere Zuwendungen
	TheGrant   LineKind = "grant"       // the grant that is asked for
)

// ExpenditureKinds returns the kinds of expenditure in the order of the form.
func ExpenditureKinds() []LineKind {
	return []LineKind{Staff, Material, Travel, Events, Services, Publicity, OtherCost}
}

// IncomeKinds returns the kinds of income in the order of the form.
func IncomeKinds() []LineKind { return []LineKind{OwnMoney, ThirdParty, OtherGrant, TheGrant} }

// Income says whether the line is income.
func (k LineKind) Income() bool { return slices.Contains(IncomeKinds(), k) }

// NameKey is the key of the line's name.
func (k LineKind) NameKey() string { return "grant.line." + string(k) }

// PlanLine is a line of a financing plan.
type PlanLine struct {
	Kind   LineKind    `json:"kind"`
	Amount money.Cents `json:"amount"`
	Note   string      `json:"note,omitempty"`
}

// PlanLines are the lines of a financing plan, at most one of a kind.
type PlanLines []PlanLine

// Of is the amount of a kind; 0 if there is no such line.
func (l PlanLines) Of(k LineKind) money.Cents {
	for _, line := range l {
		if line.Kind == k {
			return line.Amount
		}
	}
	return 0
}

// Note is the note of a kind's line.
func (l PlanLines) Note(k LineKind) string {
	for _, line := range l {
		if line.Kind == k {
			return line.Note
		}
	}
	return ""
}

// Expenditure is what is spent in all.
func (l PlanLines) Expenditure() money.Cents { return l.sum(ExpenditureKinds()) }

// Income is what comes in, with the grant.
func (l PlanLines) Income() money.Cents { return l.sum(IncomeKinds()) }

func (l PlanLines) sum(kinds []LineKind) (sum money.Cents) {
	for _, line := range l {
		if slices.Contains(kinds, line.Kind) {
			sum += line.Amount
		}
	}
	return sum
}

// Written are the lines that say something.
func (l PlanLines) Written() PlanLines {
	return slices.DeleteFunc(slices.Clone(l), func(line PlanLine) bool { return line.Amount == 0 && line.Note == "" })
}

// check finds what makes no plan: amounts that are negative or too large, sides
// that do not balance (VVK), an own share below that of the terms.
func (l PlanLines) check(ctx context.Context, f fault.Fields, t Terms) {
	readable := true
	for _, line := range l {
		if line.Amount < 0 || line.Amount.Check() != nil {
			f.Add(LineField(line.Kind), "grant.error.amount")
			readable = false
		}
		f.Limit(NoteField(line.Kind), line.Note, 300)
	}
	if !readable {
		return
	}
	spent, taken := l.Expenditure(), l.Income()
	if spent == 0 {
		f.Add(LineField(Staff), "grant.error.plan_empty")
		return
	}
	if spent.Check() != nil {
		f.Add(LineField(Staff), "grant.error.amount")
		return
	}
	if spent != taken {
		f.Add(LineField(OwnMoney), "grant.error.plan_unbalanced", "Spent", euro(ctx, spent), "Taken", euro(ctx, taken))
		return
	}
	if least, err := spent.Portion(int64(t.OwnShare), 1000); err == nil && l.Of(OwnMoney) < least {
		f.Add(LineField(OwnMoney), "grant.error.own_share", "Least", euro(ctx, least))
	}
}

// LineField is the name of the form's field for a line's amount.
func LineField(k LineKind) string { return "amount-" + string(k) }

// NoteField is the name of the form's field for a line's note.
func NoteField(k LineKind) string { return "note-" + string(k) }

// Plan is a version of a case's financing plan (Finanzierungsplan).
type Plan struct {
	ID     uuid.UUID
	No     int
	Reason string // of the change; "": the first
	At     time.Time
	By     string // "": the system
	Lines  PlanLines
}

// Plans returns the versions of a case's financing plan, the newest first; none
// where the regime asks for none.
func Plans(ctx context.Context, tx *db.Tx, caseID uuid.UUID) ([]Plan, error) {
	rows, _ := tx.Query(ctx, `
		SELECT p.id, p.no, p.reason, p.created_at AS at, coalesce(w.name, '') AS by,
			(SELECT jsonb_agg(jsonb_build_object('kind', l.kind, 'amount', l.amount, 'note', l.note))
				FROM plan_line l WHERE l.programme_id = p.programme_id AND l.plan_id = p.id) AS lines
		FROM financing_plan p
		LEFT JOIN person w ON w.programme_id = p.programme_id AND w.id = p.created_by
		WHERE p.case_id = $1
		ORDER BY p.no DESC`, caseID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Plan])
	if err != nil {
		return nil, fmt.Errorf("plans of case %s: %w", caseID, err)
	}
	return list, nil
}

// NewPlan is a version of a plan to be recorded.
type NewPlan struct {
	ID     uuid.UUID // from the form: the same form records once
	No     int       // the version that it becomes: a stale form names one that exists
	Reason string
	Lines  PlanLines
}

// ChangePlan records a new version of the financing plan of a running grant. The
// grant in it stays what the notice says: what costs more raises the own share
// (ANBest-K 1.2). It returns fault.Fields for a plan that does not balance,
// fault.Conflict for a stale form and where the case is too far for a change, and
// fact.ErrRepeated if the form was sent before.
func ChangePlan(ctx context.Context, tx *db.Tx, caseID uuid.UUID, n NewPlan) error {
	c, err := ByID(ctx, tx, caseID)
	if err != nil {
		return err
	}
	if !tx.Actor.MayIn(access.ApplyForGrant, c.DistrictID) {
		return fmt.Errorf("change plan of case %s: %w", caseID, fault.Forbidden)
	}
	t, err := TermsByID(ctx, tx, c.TermsID)
	if err != nil {
		return err
	}
	f := fault.Fields{}
	f.Require("reason", n.Reason, 1000)
	n.Lines.check(ctx, f, t)
	if len(f) == 0 && n.Lines.Of(TheGrant) != c.Amount {
		f.Add(LineField(TheGrant), "grant.error.plan_grant", "Amount", euro(ctx, c.Amount))
	}
	if err := f.Err(); err != nil {
		return err
	}
	b := &pgx.Batch{}
	queuePlan(b, c, n)
	return planned(tx.SendBatch(ctx, b).Close())
}

// queuePlan writes a version of a plan.
func queuePlan(b *pgx.Batch, c Case, n NewPlan) {
	b.Queue(`INSERT INTO financing_plan (id, case_id, district_id, no, reason) VALUES ($1, $2, $3, $4, $5)`, n.ID, c.ID, c.DistrictID, n.No, n.Reason)
	for _, l := range n.Lines.Written() {
		b.Queue(`INSERT INTO plan_line (plan_id, kind, amount, note) VALUES ($1, $2, $3, $4)`, n.ID, l.Kind, l.Amount, l.Note)
	}
}

// planned gives what the database refuses its name.
func planned(err error) error {
	switch db.Constraint(err) {
	case "financing_plan_pkey":
		return errors.Join(fact.ErrRepeated, err)
	case "financing_plan_no":
		return errors.Join(fault.Explain(fault.Conflict, "grant.error.plan_stale"), err)
	}
	return stepped(err)
}

// Exceeded returns the lines of expenditure that rise beyond what the terms
// tolerate; none where lines do not bind.
func (t Terms) Exceeded(planned, now PlanLines) []LineKind {
	if t.LineTolerance == nil {
		return nil
	}
	var list []LineKind
	for _, k := range ExpenditureKinds() {
		room, err := planned.Of(k).Portion(int64(*t.LineTolerance), 1000)
		if err == nil && now.Of(k) > planned.Of(k)+room {
			list = append(list, k)
		}
	}
	return list
}

// PlanOpen says whether the district may change the plan of a granted case now.
func (c Case) PlanOpen() bool {
	return slices.Contains([]State{Granted, Final, Running, Completed, ProofIncomplete}, c.State)
}
