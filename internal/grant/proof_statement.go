package grant

import (
	"slices"

	"rundertisch/internal/money"
)

// StatementRow is a line of the numeric statement: planned beside actual.
type StatementRow struct {
	Kind    LineKind
	Planned money.Cents
	Actual  money.Cents
	Note    string
}

// Difference is by how much the actual amount exceeds the planned one.
func (r StatementRow) Difference() money.Cents { return r.Actual - r.Planned }

// Hint is what a rule says of a statement.
type Hint struct {
	Name    string `json:"name"`
	Serious bool   `json:"serious,omitempty"` // a criterion of the sample
	Step    Step   `json:"step"`
}

// Statement is the numeric statement (zahlenmäßiger Nachweis) in the structure of
// the plan, with what the rules say of it.
type Statement struct {
	Rows      []StatementRow
	Planned   bool        // there is a plan
	Spent     money.Cents // actual
	Intended  money.Cents // planned
	Came      money.Cents // actual income, with the grant as far as it was paid
	Hints     []Hint
	Reduction Calculation // what is left of the grant
}

// Compare puts what was spent beside the plan, if there is one, and reckons what
// is left of the grant. It returns money.ErrRange for amounts beyond the
// database's.
func Compare(t Terms, granted, paid money.Cents, plan, actual PlanLines) (Statement, error) {
	actual = append(slices.DeleteFunc(slices.Clone(actual), func(l PlanLine) bool { return l.Kind == TheGrant }), PlanLine{Kind: TheGrant, Amount: paid})
	s := Statement{Planned: len(plan) > 0, Spent: actual.Expenditure(), Intended: plan.Expenditure(), Came: actual.Income()}
	for _, k := range append(ExpenditureKinds(), IncomeKinds()...) {
		r := StatementRow{Kind: k, Planned: plan.Of(k), Actual: actual.Of(k), Note: actual.Note(k)}
		s.Rows = append(s.Rows, r)
		if err := s.lineHint(t, r); err != nil {
			return Statement{}, err
		}
	}
	intended := s.Intended
	if !s.Planned {
		intended = granted // what a lump sum is for
	}
	more := actual.Of(ThirdParty) + actual.Of(OtherGrant) - plan.Of(ThirdParty) - plan.Of(OtherGrant)
	if s.Planned && s.Spent > intended {
		s.hint("total_over", false, amount("Over", s.Spent-intended))
	}
	if t.MustReport(intended, s.Spent) {
		s.hint("must_report", true, amount("Planned", intended), amount("Actual", s.Spent), permille("Share", t.ReportShare), amount("Amount", t.ReportAmount))
	}
	if more > 0 {
		s.hint("more_income", true, amount("More", more))
	}
	var err error
	s.Reduction, err = Calculate(&Reduction{
		Law: t.Law(), Financing: t.Financing, Granted: granted, Planned: max(intended, 1), Actual: s.Spent, Income: max(more, 0), Floor: t.ReductionFloor,
	})
	if err != nil {
		return Statement{}, err
	}
	if s.Reduction.Amount < granted {
		s.hint("reduced", true, amount("Granted", granted), amount("Amount", s.Reduction.Amount))
	}
	return s, nil
}

func (s *Statement) hint(name string, serious bool, args ...Arg) {
	s.Hints = append(s.Hints, Hint{Name: name, Serious: serious, Step: step("hint_"+name, args...)})
}

// lineHint says that a line costs more than planned: allowed, but for one beyond
// the tolerance where lines bind.
func (s *Statement) lineHint(t Terms, r StatementRow) error {
	if r.Kind.Income() || !s.Planned || r.Difference() <= 0 {
		return nil
	}
	over := []Arg{word("Line", r.Kind.NameKey()), amount("Over", r.Difference())}
	if t.LineTolerance == nil {
		s.hint("line_over", false, over...)
		return nil
	}
	most, err := r.Planned.Portion(int64(*t.LineTolerance), 1000)
	if err != nil {
		return err
	}
	if r.Difference() > most {
		s.hint("line_beyond", true, append(over, permille("Share", *t.LineTolerance))...)
	} else {
		s.hint("line_within", false, append(over, permille("Share", *t.LineTolerance))...)
	}
	return nil
}
