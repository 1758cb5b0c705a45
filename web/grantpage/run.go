package grantpage

import (
	"context"
	"errors"
	"net/http"
	"strconv"

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

type newRunView struct {
	Frame   layout.Args
	Hidden  []ui.Hidden
	Errors  form.Errors
	Scheme  ui.Field
	Year    ui.Field
	Budget  ui.Field
	NoLines bool // no title of the budget yet
}

func (p *Pages) showNewRun(w http.ResponseWriter, r *http.Request) error {
	f := form.From(map[string][]string{"year": {strconv.Itoa(calendar.Of(p.db.Now()).Year())}})
	return p.drawNewRun(w, r, f, nil)
}

func (p *Pages) drawNewRun(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	ctx := r.Context()
	var schemes []grant.Scheme
	var budgets []grant.Budget
	err := p.db.Read(ctx, access.PrepareGrants, func(tx *db.Tx) (err error) {
		if schemes, err = grant.Schemes(ctx, tx); err != nil {
			return err
		}
		budgets, err = grant.Budgets(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	formID := f.Raw("id")
	if formID == "" {
		formID = uuid.NewString()
	}
	v := newRunView{Hidden: []ui.Hidden{{Name: "id", Value: formID}}, Errors: form.Say(ctx, faults), NoLines: len(budgets) == 0}
	field := func(name string) ui.Field {
		return ui.Field{Name: name, Label: locale.T(ctx, "grant.label."+name), Value: f.Text(name), Error: v.Errors.Of(name)}
	}
	v.Scheme, v.Year, v.Budget = field("scheme"), field("year"), field("budget")
	for _, s := range schemes {
		if s.Kind != grant.Application {
			v.Scheme.Options = append(v.Scheme.Options, ui.Option{Value: s.ID.String(), Label: s.Name})
		}
		if v.Scheme.Value == "" && s.Kind == grant.LumpSum {
			v.Scheme.Value = s.ID.String()
		}
	}
	for _, b := range budgets {
		v.Budget.Options = append(v.Budget.Options, ui.Option{
			Value: b.ID.String(), Label: locale.T(ctx, "grant.budget.option", "Title", b.Title, "Year", b.Year, "Rest", euro(ctx, b.Rest())),
		})
		if v.Budget.Value == "" && strconv.Itoa(b.Year) == v.Year.Value {
			v.Budget.Value = b.ID.String()
		}
	}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx), ui.Link{Label: locale.T(ctx, "grant.run.new"), URL: link.NewGrantRun()})
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, newRunPage(v))
	}
	return handler.Render(w, r, newRunPage(v))
}

// beginRun begins a run and drafts its cases, a chunk a transaction. Killed in
// between, the run is continued from its page.
func (p *Pages) beginRun(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	run := grant.Run{ID: f.NewID("id"), SchemeID: f.ID("scheme"), Year: f.Int("year"), BudgetID: f.ID("budget")}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(ctx, access.PrepareGrants, func(tx *db.Tx) error { return grant.Begin(ctx, tx, run) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawNewRun(w, r, f, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	if err := p.prepare(ctx, run.ID); err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.GrantRun(run.ID), "grant.run.begun")
}

func (p *Pages) continueRun(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "run")
	if err != nil {
		return err
	}
	if err := p.prepare(r.Context(), id); err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.GrantRun(id), "grant.run.continued")
}

// prepare drafts until nothing is left.
func (p *Pages) prepare(ctx context.Context, run uuid.UUID) error {
	for left := 1; left > 0; {
		err := p.db.Write(ctx, access.PrepareGrants, func(tx *db.Tx) (err error) {
			left, err = grant.Prepare(ctx, tx, run)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

type runView struct {
	Frame     layout.Args
	Run       grant.Run
	Scheme    grant.Scheme
	Budget    grant.Budget
	Cases     []grant.Case
	Missing   []string // districts whose post is held and has no case of this run yet
	Sum       money.Cents
	Figures   []ui.Figure
	Actions   []batchAction
	Offences  []string
	FormID    string
	MayRun    bool
	OverLimit string // what is missing in the title; "": nothing
}

// batchAction is a step that the reader may take in several cases at once.
type batchAction struct {
	Event string
	Label string
	Text  string
}

func (p *Pages) showRun(w http.ResponseWriter, r *http.Request) error {
	return p.drawRun(w, r, http.StatusOK, nil)
}

func (p *Pages) drawRun(w http.ResponseWriter, r *http.Request, status int, offences []grant.Offence) error {
	id, err := form.PathID(r, "run")
	if err != nil {
		return err
	}
	ctx, actor := r.Context(), handler.Actor(r)
	v := runView{FormID: uuid.NewString(), MayRun: actor.May(access.PrepareGrants)}
	err = p.db.Read(ctx, access.ReadRegister, func(tx *db.Tx) (err error) {
		if v.Run, err = grant.RunByID(ctx, tx, id); err != nil {
			return err
		}
		if v.Scheme, err = grant.SchemeByID(ctx, tx, v.Run.SchemeID); err != nil {
			return err
		}
		if v.Budget, err = grant.BudgetByID(ctx, tx, v.Run.BudgetID); err != nil {
			return err
		}
		if v.Cases, err = grant.RunCases(ctx, tx, id); err != nil {
			return err
		}
		v.Missing, err = grant.Missing(ctx, tx, v.Run)
		return err
	})
	if err != nil {
		return err
	}
	open := map[grant.State]int{}
	checked := 0
	uncommitted := money.Cents(0)
	for _, c := range v.Cases {
		v.Sum += c.Amount
		open[c.State]++
		if c.State == grant.Recommended && !c.FundsOn.IsZero() {
			checked++
		}
		if c.State == grant.Draft || c.State == grant.Recommended {
			uncommitted += c.Amount
		}
	}
	if missing := uncommitted - v.Budget.Rest(); missing > 0 {
		v.OverLimit = euro(ctx, missing)
	}
	v.Figures = []ui.Figure{
		{Value: locale.Number(ctx, len(v.Cases)), Label: locale.T(ctx, "grant.run.cases")},
		{Money: true, Value: euro(ctx, v.Sum), Label: locale.T(ctx, "grant.run.sum")},
		{Money: true, Value: euro(ctx, v.Budget.Rest()), Label: locale.T(ctx, "grant.run.rest", "Title", v.Budget.Title, "Year", v.Budget.Year)},
	}
	add := func(role access.Role, event string, n int) {
		if n > 0 && actor.Has(role) {
			v.Actions = append(v.Actions, batchAction{Event: event, Label: locale.T(ctx, "grant.batch."+event), Text: locale.N(ctx, "grant.batch.count", n)})
		}
	}
	add(access.CaseOfficer, "recommended", open[grant.Draft])
	add(access.BudgetOfficer, "funds_checked", open[grant.Recommended]-checked)
	add(access.Approver, "approved", checked)
	add(access.CaseOfficer, "granted", open[grant.Approved])
	for _, o := range offences {
		v.Offences = append(v.Offences, o.Case.FileRef+", "+o.Case.DistrictName+": "+locale.T(ctx, o.Text.Key, o.Text.Args...))
	}
	v.Frame = handler.Frame(r).WithErrors(len(offences) > 0).WithBreadcrumb(crumb(ctx), ui.Link{Label: v.title(ctx), URL: link.GrantRun(id)})
	return handler.RenderStatus(w, r, status, runPage(v))
}

func (v runView) title(ctx context.Context) string {
	return locale.T(ctx, "grant.run.title", "Scheme", v.Scheme.Name, "Year", v.Run.Year)
}

// stepAll takes a step in all cases of a run, or in none.
func (p *Pages) stepAll(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "run")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	ctx, event, formID := r.Context(), f.Text("event"), f.NewID("id")
	if err := f.Faults.Err(); err != nil {
		return err
	}
	if event == "granted" && !f.Has("sure") {
		return p.askIssueAll(w, r, id, formID)
	}
	var offences []grant.Offence
	err = p.db.Write(ctx, access.StepGrant, func(tx *db.Tx) (err error) {
		if event == "granted" {
			_, err = grant.IssueAll(ctx, tx, id, formID)
			return err
		}
		_, offences, err = grant.TakeAll(ctx, tx, id, formID, event)
		return err
	})
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	if len(offences) > 0 {
		return p.drawRun(w, r, http.StatusConflict, offences)
	}
	return handler.SeeOther(w, r, link.GrantRun(id), "grant.done_all."+event)
}

type issueAllView struct {
	Frame  layout.Args
	Title  string
	Asking ui.Confirmation
}

// askIssueAll asks before the notices of a run are given: that cannot be undone.
func (p *Pages) askIssueAll(w http.ResponseWriter, r *http.Request, run, formID uuid.UUID) error {
	ctx := r.Context()
	var cases []grant.Case
	err := p.db.Read(ctx, access.PrepareGrants, func(tx *db.Tx) (err error) {
		if _, err = grant.RunByID(ctx, tx, run); err != nil {
			return err
		}
		cases, err = grant.RunCases(ctx, tx, run)
		return err
	})
	if err != nil {
		return err
	}
	n, sum := 0, money.Cents(0)
	for _, c := range cases {
		if c.State == grant.Approved {
			n, sum = n+1, sum+c.Amount
		}
	}
	v := issueAllView{Title: locale.T(ctx, "grant.batch.granted"), Asking: ui.Confirmation{
		Text: locale.N(ctx, "grant.run.issue_text", n, "Sum", euro(ctx, sum)), Action: link.GrantRunStep(run), Submit: locale.T(ctx, "grant.batch.granted"), CancelURL: link.GrantRun(run),
		Consequences: []string{locale.T(ctx, "grant.run.issue_sealed"), locale.T(ctx, "grant.run.issue_told")},
		Hidden:       []ui.Hidden{{Name: "id", Value: formID.String()}, {Name: "event", Value: "granted"}, {Name: "sure", Value: "1"}},
	}}
	v.Frame = handler.Frame(r).WithBreadcrumb(crumb(ctx), ui.Link{Label: locale.T(ctx, "grant.run.one"), URL: link.GrantRun(run)}, ui.Link{Label: v.Title})
	return handler.Render(w, r, issueAllPage(v))
}
