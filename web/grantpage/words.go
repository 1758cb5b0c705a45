package grantpage

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"rundertisch/internal/grant"
	"rundertisch/internal/locale"
	"rundertisch/internal/money"
	"rundertisch/web/ui"
)

func ambiguous(err error) (money.Cents, bool) {
	if a, ok := errors.AsType[*money.AmbiguousError](err); ok {
		return a.Guess, true
	}
	return 0, false
}

// steps writes how an amount came about.
func steps(ctx context.Context, list []grant.Step) []string {
	texts := make([]string, len(list))
	for i, s := range list {
		texts[i] = s.Text(locale.FromContext(ctx))
	}
	return texts
}

// ruleTerms are the rules of a scheme in words.
func ruleTerms(ctx context.Context, t grant.Terms) []ui.Term {
	p := locale.FromContext(ctx)
	var list []ui.Term
	add := func(key, text string) { list = append(list, ui.Term{Key: p.T("grant.label." + key), Text: text}) }
	add("paragraph", t.Paragraph)
	add("granting_body", t.GrantingBody)
	add("cap", p.T("grant.rule.cap", "Cap", euro(ctx, t.Cap)))
	add("financing", p.T("grant.financing."+string(t.Financing)))
	if t.Financing == grant.Share {
		add("rate", p.T("grant.rule.rate", "Rate", p.Permille(t.Rate), "Own", p.Permille(t.OwnShare)))
	}
	add("pro_rata", p.T("grant.pro_rata."+string(t.ProRata)))
	add("plan", plan(ctx, t))
	add("min_partial", minPartial(ctx, t))
	add("proof", p.N("grant.rule.proof", t.ProofMonths))
	if t.InterimMonths > 0 {
		add("interim", p.N("grant.rule.interim", t.InterimMonths))
	}
	add("de_minimis", deMinimis(ctx, t))
	add("interest", p.T("grant.rule.interest", "Margin", p.BasisPoints(t.InterestMargin), "Floor", euro(ctx, t.InterestFloor)))
	add("report", p.T("grant.rule.report", "Share", p.Permille(t.ReportShare), "Amount", euro(ctx, t.ReportAmount)))
	add("reduction", p.T("grant.rule.reduction", "Floor", euro(ctx, t.ReductionFloor)))
	add("sampling", p.T("grant.rule.sampling", "Share", p.Permille(t.Sampling)))
	if t.LineTolerance == nil {
		add("lines", p.T("grant.rule.lines_free"))
	} else {
		add("lines", p.T("grant.rule.lines", "Share", p.Permille(*t.LineTolerance)))
	}
	if len(t.Owners) > 0 {
		add("owners", owners(ctx, t))
	}
	add("remedy", p.N("grant.rule.remedy", t.RemedyMonths))
	add("revocation", p.N("grant.rule.revocation", t.RevocationMonths))
	if len(t.AlarmMonths) > 0 {
		add("alarms", p.T("grant.rule.alarms", "Months", alarms(t)))
	}
	add("repayment", p.N("grant.rule.repayment", t.RepaymentWeeks))
	return list
}

func plan(ctx context.Context, t grant.Terms) string {
	p := locale.FromContext(ctx)
	parts := make([]string, len(t.Plan))
	for i, s := range t.Plan {
		parts[i] = p.T("grant.rule.instalment", "Share", p.Permille(s.Share), "Trigger", p.T("grant.trigger."+string(s.Trigger)))
		if s.Within > 0 {
			parts[i] += " " + p.N("grant.rule.spend_within", s.Within)
		}
	}
	return strings.Join(parts, "; ")
}

func minPartial(ctx context.Context, t grant.Terms) string {
	key := "grant.rule.min_partial"
	if t.MinBindsLast {
		key = "grant.rule.min_partial_last"
	}
	return locale.T(ctx, key, "Least", euro(ctx, t.MinPartial))
}

func deMinimis(ctx context.Context, t grant.Terms) string {
	p := locale.FromContext(ctx)
	parts := make([]string, len(t.DeMinimis))
	for i, s := range t.DeMinimis {
		key := "grant.rule.de_minimis"
		switch {
		case s.UpTo == 0:
			key = "grant.rule.de_minimis_rest"
		case s.Most == 0:
			key = "grant.rule.de_minimis_share"
		}
		parts[i] = p.T(key, "UpTo", euro(ctx, s.UpTo), "Share", p.Permille(s.Share), "Most", euro(ctx, s.Most))
	}
	return strings.Join(parts, "; ")
}

func owners(ctx context.Context, t grant.Terms) string {
	parts := make([]string, len(t.Owners))
	for i, o := range t.Owners {
		parts[i] = locale.T(ctx, "grant.rule.owner", "Name", o.Name, "Share", o.Share, "Whole", t.OwnersWhole)
	}
	return strings.Join(parts, "; ")
}

func alarms(t grant.Terms) string {
	parts := make([]string, len(t.AlarmMonths))
	for i, m := range t.AlarmMonths {
		parts[i] = strconv.Itoa(m)
	}
	return strings.Join(parts, ", ")
}
