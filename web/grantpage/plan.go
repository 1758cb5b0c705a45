package grantpage

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/grant"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

type planView struct {
	Frame  layout.Args
	Case   grant.Case
	Plans  []planVersion
	Hints  []ui.Notice // what the newest version means by the rules
	Form   bool        // the reader may change the plan
	Spent  []lineFields
	Taken  []lineFields
	Reason ui.Field
	Hidden []ui.Hidden
	Errors []ui.FieldError
}

// planVersion is a version of a plan with what changed since the one before.
type planVersion struct {
	grant.Plan

	Recorded string
	Compare  ui.Comparison
}

func (p *Pages) showPlan(w http.ResponseWriter, r *http.Request) error {
	return p.drawPlan(w, r, nil, nil)
}

func (p *Pages) drawPlan(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	var v planView
	var terms grant.Terms
	var plans []grant.Plan
	err = p.db.Read(ctx, access.ReadGrants, func(tx *db.Tx) (err error) {
		if v.Case, err = grant.ByID(ctx, tx, id); err != nil {
			return err
		}
		if terms, err = grant.TermsByID(ctx, tx, v.Case.TermsID); err != nil {
			return err
		}
		plans, err = grant.Plans(ctx, tx, id)
		return err
	})
	if err != nil {
		return err
	}
	v.Form = v.Case.PlanOpen() && handler.Actor(r).MayIn(access.ApplyForGrant, v.Case.DistrictID)
	if len(plans) == 0 && !v.Form {
		return fault.NotFound
	}
	v.Plans, v.Hints = planVersions(ctx, plans), planHints(ctx, terms, plans)
	errs := form.Say(ctx, faults)
	v.fill(ctx, plans, f, errs)
	v.Frame = handler.Frame(r).WithErrors(errs.Any()).WithBreadcrumb(crumb(ctx), ui.Link{Label: v.Case.FileRef, URL: link.Grant(id)},
		ui.Link{Label: locale.T(ctx, "grant.plan.title"), URL: link.GrantPlan(id)})
	if errs.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, planPage(v))
	}
	return handler.Render(w, r, planPage(v))
}

// fill makes the form: of the newest version, or of what was typed.
func (v *planView) fill(ctx context.Context, plans []grant.Plan, f *form.Values, errs form.Errors) {
	lines, next, formID := grant.PlanLines{{Kind: grant.TheGrant, Amount: v.Case.Amount}}, strconv.Itoa(len(plans)+1), uuid.NewString()
	if len(plans) > 0 {
		lines = plans[0].Lines
	}
	v.Reason = ui.Field{Name: "reason", Label: locale.T(ctx, "grant.plan.reason"), Error: errs.Of("reason"), MaxLength: 1000, Rows: 3}
	if f != nil {
		next, formID, v.Reason.Value = f.Raw("no"), f.Raw("id"), f.Text("reason")
	}
	v.Spent = planFields(ctx, grant.ExpenditureKinds(), f, lines, errs)
	v.Taken = planFields(ctx, grant.IncomeKinds(), f, lines, errs)
	v.Hidden = []ui.Hidden{{Name: "id", Value: formID}, {Name: "no", Value: next}}
	order, labels := planOrder()
	v.Errors = ui.Named(ctx, errs.Summary(append(order, "reason")...), append(labels, "reason", "grant.plan.reason")...)
}

func planVersions(ctx context.Context, plans []grant.Plan) []planVersion {
	list := make([]planVersion, len(plans))
	for i, one := range plans {
		who := one.By
		if who == "" {
			who = locale.T(ctx, "fact.by_system")
		}
		list[i] = planVersion{Plan: one, Recorded: locale.T(ctx, "fact.recorded", "Time", locale.DateTime(ctx, one.At), "Who", who)}
		if i+1 < len(plans) {
			list[i].Compare = compareApplications(ctx, grant.ApplicationContent{Lines: plans[i+1].Lines}, grant.ApplicationContent{Lines: one.Lines})
		}
	}
	return list
}

// planHints say what the newest version means beside the first, which was
// granted: what must be reported (ANBest-K 5), which lines rise too far.
func planHints(ctx context.Context, t grant.Terms, plans []grant.Plan) (list []ui.Notice) {
	if len(plans) < 2 {
		return nil
	}
	first, now := plans[len(plans)-1].Lines, plans[0].Lines
	p := locale.FromContext(ctx)
	if t.MustReport(first.Expenditure(), now.Expenditure()) {
		list = append(list, ui.Notice{Tone: ui.Warning, Title: p.T("grant.plan.must_report"), Text: p.T("grant.plan.must_report_text",
			"Was", euro(ctx, first.Expenditure()), "Now", euro(ctx, now.Expenditure()), "Share", p.Permille(t.ReportShare), "Amount", euro(ctx, t.ReportAmount))})
	}
	if lines := t.Exceeded(first, now); len(lines) > 0 {
		names := make([]string, len(lines))
		for i, k := range lines {
			names[i] = p.T(k.NameKey())
		}
		list = append(list, ui.Notice{Tone: ui.Warning, Title: p.T("grant.plan.exceeded", "Share", p.Permille(*t.LineTolerance)), Text: strings.Join(names, ", ")})
	}
	if more := now.Expenditure() - first.Expenditure(); more > 0 {
		list = append(list, ui.Notice{Title: p.T("grant.plan.more", "More", euro(ctx, more)), Text: p.T("grant.plan.more_text")})
	}
	return list
}

func (p *Pages) changePlan(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	n := grant.NewPlan{ID: f.NewID("id"), No: f.Int("no"), Reason: f.Text("reason"), Lines: planLines(ctx, f)}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(ctx, access.ApplyForGrant, func(tx *db.Tx) error { return grant.ChangePlan(ctx, tx, id, n) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawPlan(w, r, f, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.GrantPlan(id), "grant.plan.changed")
}
