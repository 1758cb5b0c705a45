package grant

import (
	"encoding/json"
	"fmt"
	"strconv"

	"rundertisch/internal/calendar"
	"rundertisch/internal/locale"
	"rundertisch/internal/money"
)

// Step is one line of an explanation: a key of package locale and what stands in
// it. It is the same after it was stored as JSON.
type Step struct {
	Key  string `json:"key"`
	Args []Arg  `json:"args,omitempty"`
}

// Arg is a value in a step, named as in the text, with what it is, so that each
// language writes it in its own way.
type Arg struct {
	Name  string `json:"name"`
	Kind  string `json:"kind"` // cents, day, number, permille, basis, text, word
	Value string `json:"value"`
}

func amount(name string, c money.Cents) Arg {
	return Arg{name, "cents", strconv.FormatInt(int64(c), 10)}
}
func day(name string, d calendar.Date) Arg { return Arg{name, "day", d.String()} }
func number(name string, n int) Arg        { return Arg{name, "number", strconv.Itoa(n)} }
func permille(name string, n int) Arg      { return Arg{name, "permille", strconv.Itoa(n)} }
func basis(name string, n int) Arg         { return Arg{name, "basis", strconv.Itoa(n)} }
func text(name, s string) Arg              { return Arg{name, "text", s} }

// word is a value that is a key of package locale.
func word(name, key string) Arg { return Arg{name, "word", key} }

func step(key string, args ...Arg) Step { return Step{"grant.step." + key, args} }

// Text writes the step in the language of the printer.
func (s Step) Text(p *locale.Printer) string {
	args := make([]any, 0, 2*len(s.Args))
	for _, a := range s.Args {
		args = append(args, a.Name, a.write(p))
	}
	return p.T(s.Key, args...)
}

func (a Arg) write(p *locale.Printer) string {
	n, err := strconv.ParseInt(a.Value, 10, 64)
	switch {
	case a.Kind == "word":
		return p.T(a.Value)
	case a.Kind == "day":
		if d, err := calendar.Parse(a.Value); err == nil {
			return p.Date(d.Time())
		}
		return a.Value
	case a.Kind == "text" || err != nil:
		return a.Value
	case a.Kind == "cents":
		return p.Euro(n)
	case a.Kind == "permille":
		return p.Permille(int(n))
	case a.Kind == "basis":
		return p.BasisPoints(int(n))
	}
	return p.Number(int(n))
}

// Law says which version of which rule stands behind an amount.
type Law struct {
	Name      string        `json:"name"`      // of the scheme's rules
	Paragraph string        `json:"paragraph"` // as in "§ 3 SächsKomPauschVO"
	Since     calendar.Date `json:"since"`     // valid from
}

func (l Law) step() Step {
	return step("law", text("Name", l.Name), text("Paragraph", l.Paragraph), day("Since", l.Since))
}

// Line is a part of a result: an instalment, a share, a stretch of interest.
type Line struct {
	Name   string        `json:"name"`
	Day    calendar.Date `json:"day,omitzero"`
	Amount money.Cents   `json:"amount"`
}

// Result is an amount and how it came about.
type Result struct {
	Amount money.Cents `json:"amount"`
	Lines  []Line      `json:"lines,omitempty"`
	Steps  []Step      `json:"steps"`
}

// Inputs are all that an amount depends on. Equal inputs give equal results,
// today and in ten years.
type Inputs interface {
	rule() Rule
	reckon() (Result, error)
}

// Rule is a way to reckon.
type Rule string

// The rules.
const (
	RuleAward     Rule = "award"      // what a post gets for a period
	RulePayout    Rule = "payout"     // in which instalments
	RuleShares    Rule = "shares"     // who bears which part
	RuleRisk      Rule = "risk"       // what an unheld post costs
	RuleDeMinimis Rule = "de_minimis" // whether a difference is claimed
	RuleReduction Rule = "reduction"  // what is left when costs fell
	RuleInterest  Rule = "interest"   // on what is to be repaid
	RuleChange    Rule = "change"     // what an amendment makes of a grant
	RuleClaim     Rule = "claim"      // what is to be repaid after a revocation
)

// Calculation is a result with its inputs, as stored.
type Calculation struct {
	Rule   Rule            `json:"rule"`
	Inputs json.RawMessage `json:"inputs"`
	Result
}

// Calculate reckons. It returns money.ErrRange for amounts beyond the
// database's, and fault.Fields for inputs that make no sense.
func Calculate(in Inputs) (Calculation, error) {
	raw, err := json.Marshal(in)
	if err != nil {
		return Calculation{}, fmt.Errorf("inputs of %s: %w", in.rule(), err)
	}
	res, err := in.reckon()
	if err != nil {
		return Calculation{}, fmt.Errorf("reckon %s: %w", in.rule(), err)
	}
	return Calculation{Rule: in.rule(), Inputs: raw, Result: res}, nil
}

// Again reckons anew from the stored inputs.
func (c Calculation) Again() (Result, error) {
	var in Inputs
	switch c.Rule {
	case RuleAward:
		in = new(Award)
	case RulePayout:
		in = new(Payout)
	case RuleShares:
		in = new(Shares)
	case RuleRisk:
		in = new(Risk)
	case RuleDeMinimis:
		in = new(DeMinimis)
	case RuleReduction:
		in = new(Reduction)
	case RuleInterest:
		in = new(Interest)
	case RuleChange:
		in = new(Change)
	case RuleClaim:
		in = new(Claim)
	default:
		return Result{}, fmt.Errorf("no rule %q", c.Rule)
	}
	if err := json.Unmarshal(c.Inputs, in); err != nil {
		return Result{}, fmt.Errorf("inputs of %s: %w", c.Rule, err)
	}
	return in.reckon()
}
