package grantpage

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/grant"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/money"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// rule is a field of the form of terms: how it is shown, written and read.
type rule struct {
	name  string
	kind  ruleKind
	write func(ctx context.Context, t *grant.Terms) string
	read  func(ctx context.Context, f *form.Values, t *grant.Terms)
}

type ruleKind int

const (
	shortRule ruleKind = iota
	longRule
	optionalRule
	moneyRule
	percentRule
	numberRule
	tickRule
	choiceRule
	dateRule
)

func textRule(name string, kind ruleKind, at func(*grant.Terms) *string) rule {
	return rule{
		name, kind,
		func(_ context.Context, t *grant.Terms) string { return *at(t) },
		func(_ context.Context, f *form.Values, t *grant.Terms) { *at(t) = f.Text(name) },
	}
}

func centsRule(name string, at func(*grant.Terms) *money.Cents) rule {
	return rule{
		name, moneyRule,
		func(ctx context.Context, t *grant.Terms) string { return typedAmount(ctx, *at(t)) },
		func(ctx context.Context, f *form.Values, t *grant.Terms) { *at(t) = amount(ctx, f, name) },
	}
}

// scaled is a percentage; per says how many of its parts make one per cent: 10
// for permille, 100 for basis points.
func scaled(name string, per int, at func(*grant.Terms) *int) rule {
	return rule{
		name, percentRule,
		func(_ context.Context, t *grant.Terms) string { return percentText(*at(t), per) },
		func(_ context.Context, f *form.Values, t *grant.Terms) { *at(t) = percent(f, name, per) },
	}
}

func countRule(name string, at func(*grant.Terms) *int) rule {
	return rule{
		name, numberRule,
		func(_ context.Context, t *grant.Terms) string { return strconv.Itoa(*at(t)) },
		func(_ context.Context, f *form.Values, t *grant.Terms) { *at(t) = f.Int(name) },
	}
}

func boolRule(name string, at func(*grant.Terms) *bool) rule {
	return rule{
		name, tickRule,
		func(_ context.Context, t *grant.Terms) string { return form.Tick(*at(t)) },
		func(_ context.Context, f *form.Values, t *grant.Terms) { *at(t) = f.Has(name) },
	}
}

// daysRule is a list of whole numbers.
func daysRule(name string, at func(*grant.Terms) *[]int) rule {
	return rule{
		name, shortRule,
		func(_ context.Context, t *grant.Terms) string {
			texts := make([]string, len(*at(t)))
			for i, n := range *at(t) {
				texts[i] = strconv.Itoa(n)
			}
			return strings.Join(texts, ", ")
		},
		func(_ context.Context, f *form.Values, t *grant.Terms) {
			*at(t) = []int{}
			for text := range strings.SplitSeq(f.Text(name), ",") {
				n, err := strconv.Atoi(strings.TrimSpace(text))
				if err != nil {
					f.Faults.Add(name, "grant.error.whole_numbers")
					return
				}
				*at(t) = append(*at(t), n)
			}
		},
	}
}

// ruleGroup are the fields of a part of the form.
type ruleGroup struct {
	name  string
	rules []rule
}

// ruleGroups are the figures and texts of the terms in the order of the form; the
// tables follow them.
var ruleGroups = []ruleGroup{
	{"basis", []rule{
		{
			"valid_from", dateRule, func(_ context.Context, t *grant.Terms) string { return t.ValidFrom.String() },
			func(_ context.Context, f *form.Values, t *grant.Terms) { t.ValidFrom = f.Date("valid_from") },
		},
		textRule("name", shortRule, func(t *grant.Terms) *string { return &t.Name }),
		textRule("paragraph", shortRule, func(t *grant.Terms) *string { return &t.Paragraph }),
		textRule("link", optionalRule, func(t *grant.Terms) *string { return &t.Link }),
		textRule("granting_body", shortRule, func(t *grant.Terms) *string { return &t.GrantingBody }),
		textRule("budget_title", optionalRule, func(t *grant.Terms) *string { return &t.BudgetTitle }),
	}},
	{"amount", []rule{
		centsRule("cap", func(t *grant.Terms) *money.Cents { return &t.Cap }),
		{
			"pro_rata", choiceRule, func(_ context.Context, t *grant.Terms) string { return string(t.ProRata) },
			func(_ context.Context, f *form.Values, t *grant.Terms) { t.ProRata = grant.ProRata(f.Text("pro_rata")) },
		},
		{
			"financing", choiceRule, func(_ context.Context, t *grant.Terms) string { return string(t.Financing) },
			func(_ context.Context, f *form.Values, t *grant.Terms) {
				t.Financing = grant.Financing(f.Text("financing"))
			},
		},
		scaled("rate", 10, func(t *grant.Terms) *int { return &t.Rate }),
		scaled("own_share", 10, func(t *grant.Terms) *int { return &t.OwnShare }),
		{"line_tolerance", percentRule, writeTolerance, readTolerance},
	}},
	{"payout", []rule{
		centsRule("min_partial", func(t *grant.Terms) *money.Cents { return &t.MinPartial }),
		boolRule("min_binds_last", func(t *grant.Terms) *bool { return &t.MinBindsLast }),
	}},
	{"proof", []rule{
		countRule("proof_months", func(t *grant.Terms) *int { return &t.ProofMonths }),
		countRule("check_months", func(t *grant.Terms) *int { return &t.CheckMonths }),
		countRule("interim_months", func(t *grant.Terms) *int { return &t.InterimMonths }),
		daysRule("reminder_days", func(t *grant.Terms) *[]int { return &t.ReminderDays }),
		scaled("sampling", 10, func(t *grant.Terms) *int { return &t.Sampling }),
		boolRule("receipts", func(t *grant.Terms) *bool { return &t.Receipts }),
		boolRule("publicity", func(t *grant.Terms) *bool { return &t.Publicity }),
	}},
	{"change", []rule{
		scaled("report_share", 10, func(t *grant.Terms) *int { return &t.ReportShare }),
		centsRule("report_amount", func(t *grant.Terms) *money.Cents { return &t.ReportAmount }),
		centsRule("reduction_floor", func(t *grant.Terms) *money.Cents { return &t.ReductionFloor }),
		countRule("remedy_months", func(t *grant.Terms) *int { return &t.RemedyMonths }),
		countRule("hearing_weeks", func(t *grant.Terms) *int { return &t.HearingWeeks }),
		countRule("revocation_months", func(t *grant.Terms) *int { return &t.RevocationMonths }),
		daysRule("alarm_months", func(t *grant.Terms) *[]int { return &t.AlarmMonths }),
		countRule("repayment_weeks", func(t *grant.Terms) *int { return &t.RepaymentWeeks }),
		scaled("interest_margin", 100, func(t *grant.Terms) *int { return &t.InterestMargin }),
		centsRule("interest_floor", func(t *grant.Terms) *money.Cents { return &t.InterestFloor }),
		countRule("year_days", func(t *grant.Terms) *int { return &t.YearDays }),
	}},
	{"texts", []rule{
		textRule("purpose", longRule, func(t *grant.Terms) *string { return &t.Purpose }),
		textRule("eligible", longRule, func(t *grant.Terms) *string { return &t.Eligible }),
		textRule("earmarking", longRule, func(t *grant.Terms) *string { return &t.Earmarking }),
		textRule("conditions", longRule, func(t *grant.Terms) *string { return &t.Conditions }),
		textRule("remedy", longRule, func(t *grant.Terms) *string { return &t.Remedy }),
	}},
}

// An empty tolerance means that lines do not bind.
func writeTolerance(_ context.Context, t *grant.Terms) string {
	if t.LineTolerance == nil {
		return ""
	}
	return percentText(*t.LineTolerance, 10)
}

func readTolerance(_ context.Context, f *form.Values, t *grant.Terms) {
	t.LineTolerance = nil
	if f.Has("line_tolerance") {
		n := percent(f, "line_tolerance", 10)
		t.LineTolerance = &n
	}
}

// percentText writes a percentage as one types it, in parts of one per cent.
func percentText(n, per int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	digits := len(strconv.Itoa(per)) - 1
	part := strings.TrimRight(strconv.Itoa(per + n%per)[1:], "0")
	if digits == 0 || part == "" {
		return sign + strconv.Itoa(n/per)
	}
	return sign + strconv.Itoa(n/per) + "," + part
}

// percent reads a percentage in parts of one per cent: per are 10 or 100. What
// is finer is refused.
func percent(f *form.Values, name string, per int) int {
	text := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(f.Text(name)), "%"))
	whole, part, _ := strings.Cut(strings.Replace(text, ".", ",", 1), ",")
	negative := strings.HasPrefix(whole, "-")
	digits := len(strconv.Itoa(per)) - 1
	n, err := strconv.Atoi(strings.TrimPrefix(whole, "-") + part + strings.Repeat("0", max(digits-len(part), 0)))
	if err != nil || len(part) > digits || strings.ContainsAny(part, "+-") || strings.HasPrefix(strings.TrimPrefix(whole, "-"), "+") || n < 0 || n > 1_000_000 {
		f.Faults.Add(name, "grant.error.percent")
		return 0
	}
	if negative {
		n = -n
	}
	return n
}

type termsView struct {
	Frame   layout.Args
	Scheme  grant.Scheme
	Groups  []fieldGroup
	Tables  []rowGroup
	Hidden  []ui.Hidden
	Errors  []ui.FieldError
	Started bool // from an earlier version
}

type fieldGroup struct {
	Legend string
	Fields []ruleField
}

type ruleField struct {
	Kind  ruleKind
	Field ui.Field
}

func (p *Pages) showTermsForm(w http.ResponseWriter, r *http.Request) error {
	return p.drawTerms(w, r, nil, nil)
}

// newestTerms are the terms from which a new version starts: the newest that
// were not withdrawn; the zero value before the first.
func newestTerms(list []grant.Version) (grant.Terms, bool) {
	for _, v := range list {
		if !v.Withdrawn() {
			return v.Terms, true
		}
	}
	return grant.Terms{YearDays: 365, CheckMonths: 1, ProofMonths: 12, RemedyMonths: 1, RevocationMonths: 12, HearingWeeks: 4, RepaymentWeeks: 4, OwnersWhole: 1, AlarmMonths: []int{9, 11}, ReminderDays: []int{-60, -14, 0, 14, 30}}, false
}

// readTerms reads a scheme and the terms from which a new version starts.
func (p *Pages) readTerms(r *http.Request) (s grant.Scheme, t grant.Terms, there bool, err error) {
	id, err := form.PathID(r, "scheme")
	if err != nil {
		return s, t, false, err
	}
	var list []grant.Version
	err = p.db.Read(r.Context(), access.KeepSchemes, func(tx *db.Tx) (err error) {
		if s, err = grant.SchemeByID(r.Context(), tx, id); err != nil {
			return err
		}
		list, err = grant.Versions(r.Context(), tx, id)
		return err
	})
	t, there = newestTerms(list)
	t.SchemeID = id
	return s, t, there, err
}

func (p *Pages) drawTerms(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	s, terms, there, err := p.readTerms(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	errs := form.Say(ctx, faults)
	v := termsView{Scheme: s, Started: there, Hidden: []ui.Hidden{{Name: "id", Value: uuid.NewString()}}}
	if f == nil {
		terms.ValidFrom = calendar.NewDate(calendar.Of(p.db.Now()).Year()+1, 1, 1)
	} else {
		v.Hidden[0].Value = f.Raw("id")
	}
	var order, labels []string
	for _, g := range ruleGroups {
		group := fieldGroup{Legend: locale.T(ctx, "grant.terms.group."+g.name)}
		for _, one := range g.rules {
			field := one.field(ctx, &terms, f)
			field.Error = errs.Of(one.name)
			group.Fields = append(group.Fields, ruleField{one.kind, field})
			order, labels = append(order, one.name), append(labels, one.name, "grant.terms.field."+one.name)
		}
		v.Groups = append(v.Groups, group)
	}
	v.Tables = termTables(ctx, terms, f, errs, s.Kind)
	for _, name := range []string{"plan", "de_minimis", "owners"} {
		order, labels = append(order, name), append(labels, name, "grant.terms.table."+name)
	}
	for _, g := range v.Tables {
		for _, row := range g.Rows {
			for _, field := range row {
				order = append(order, field.Name)
			}
		}
	}
	v.Errors = labelled(ui.Named(ctx, errs.Summary(order...), labels...), tableLabels(v.Tables))
	v.Frame = handler.Frame(r).WithErrors(errs.Any()).WithBreadcrumb(crumb(ctx), schemesCrumb(ctx), ui.Link{Label: s.Name, URL: link.Scheme(s.ID)},
		ui.Link{Label: locale.T(ctx, "grant.terms.new"), URL: link.NewTerms(s.ID)})
	if errs.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, termsPage(v))
	}
	return handler.Render(w, r, termsPage(v))
}

// field is the field of a rule, filled with what was typed, or else from terms.
func (one rule) field(ctx context.Context, t *grant.Terms, f *form.Values) ui.Field {
	field := ui.Field{Name: one.name, Label: locale.T(ctx, "grant.terms.field."+one.name), Autocomplete: "off"}
	if p := locale.FromContext(ctx); p.Has("grant.terms.hint." + one.name) {
		field.Hint = p.T("grant.terms.hint." + one.name)
	}
	switch one.kind {
	case moneyRule:
		field.Inputmode, field.Width, field.Suffix = "decimal", ui.WidthMedium, "€"
	case percentRule:
		field.Inputmode, field.Width, field.Suffix, field.Optional = "decimal", ui.WidthShort, "%", one.name == "line_tolerance"
	case numberRule:
		field.Inputmode, field.Width = "numeric", ui.WidthFour
	case longRule:
		field.Rows = 4
	case optionalRule:
		field.Optional = true
	case choiceRule:
		field.Options = ruleChoices(ctx, one.name)
	case shortRule, tickRule, dateRule:
	}
	if f != nil {
		field.Value = f.Text(one.name)
	} else {
		field.Value = one.write(ctx, t)
	}
	return field
}

func ruleChoices(ctx context.Context, name string) (list []ui.Option) {
	if name == "pro_rata" {
		for _, one := range grant.ProRatas() {
			list = append(list, ui.Option{Value: string(one), Label: locale.T(ctx, "grant.pro_rata."+string(one))})
		}
		return list
	}
	for _, one := range grant.Financings() {
		list = append(list, ui.Option{Value: string(one), Label: locale.T(ctx, "grant.financing."+string(one))})
	}
	return list
}

func (p *Pages) adoptTerms(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	s, terms, _, err := p.readTerms(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	terms.ID = f.NewID("id")
	for _, g := range ruleGroups {
		for _, one := range g.rules {
			one.read(ctx, f, &terms)
		}
	}
	readTables(ctx, f, &terms)
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(ctx, access.KeepSchemes, func(tx *db.Tx) error { return grant.AdoptTerms(ctx, tx, terms) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawTerms(w, r, f, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.Scheme(s.ID), "grant.terms.adopted")
}
