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
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

type caseView struct {
	Frame     layout.Args
	Case      grant.Case
	Facts     []ui.Term
	Moves     []ui.Button
	Blocked   []string // steps that another duty forbids, and why
	Notices   []noticeRow
	Reckoning []reckoning
	Risk      *reckoning
	Payments  []grant.Payment
	Draws     drawPart
	Trail     []ui.Event
	Lacks     []string  // of the notice, before it is given
	Papers    []ui.Link // application and plan
	Claims    claimsView
}

type noticeRow struct {
	Notice   grant.Notice
	Title    string
	Facts    []ui.Term
	Payouts  []grant.Line
	Delivery ui.Button
	PDF      ui.Button
}

// reckoning is an amount with its explanation.
type reckoning struct {
	Title  string
	Amount string
	Steps  []string
}

func (p *Pages) showCase(w http.ResponseWriter, r *http.Request) error {
	f, err := p.readCase(r)
	if err != nil {
		return err
	}
	ctx, actor, c, terms, trail := r.Context(), handler.Actor(r), f.Case, f.terms, f.trail
	v := caseView{Case: c, Payments: f.payments, Facts: facts(ctx, c, terms, f.notices, actor.OfMinistry())}
	if c.RunID != nil && actor.OfMinistry() {
		v.Facts = append(v.Facts, ui.Term{Key: locale.T(ctx, "grant.run.one"), Body: ui.TextLink(ui.Link{Label: locale.T(ctx, "grant.run.open"), URL: link.GrantRun(*c.RunID)})})
	}
	v.Moves, v.Blocked = f.offers(ctx)
	if c.State == grant.InReview && actor.May(access.PrepareGrants) && len(f.plans) > 0 {
		v.Moves = append(v.Moves, ui.Button{Label: locale.T(ctx, "grant.recognise.title"), Kind: ui.Secondary, URL: link.RecogniseApplication(c.ID)})
	}
	v.Claims = f.claims(ctx, actor)
	v.Moves, v.Facts = append(v.Moves, f.proofButtons(ctx, actor)...), append(v.Facts, f.proofFacts(ctx)...)
	if actor.May(access.PrepareGrants) && c.State.Open() {
		v.Moves = append(v.Moves, ui.Button{Label: locale.T(ctx, "grant.desk.title"), Kind: ui.Secondary, Icon: "edit", URL: link.GrantDesk(c.ID)})
	}
	v.Papers = f.papers(ctx, actor)
	for _, n := range f.notices {
		v.Notices = append(v.Notices, newNoticeRow(ctx, n, terms, actor.May(access.PrepareGrants) && (c.State == grant.Granted || n.Kind != grant.AwardNotice)))
	}
	for _, calc := range f.calcs {
		v.Reckoning = append(v.Reckoning, newReckoning(ctx, calc))
	}
	if f.risk != nil {
		one := newReckoning(ctx, *f.risk)
		v.Risk = &one
	}
	for _, e := range trail {
		v.Trail = append(v.Trail, event(ctx, e))
	}
	v.Facts = append(v.Facts, originFact(ctx, f.origin)...)
	v.Draws = newDrawPart(ctx, f, actor)
	v.Frame = handler.Frame(r).WithBreadcrumb(crumb(ctx), ui.Link{Label: c.FileRef, URL: link.Grant(c.ID)})
	return handler.Render(w, r, casePage(v))
}

func newReckoning(ctx context.Context, c grant.Calculation) reckoning {
	return reckoning{Title: locale.T(ctx, "grant.reckoning."+string(c.Rule)), Amount: euro(ctx, c.Amount), Steps: steps(ctx, c.Steps)}
}

func event(ctx context.Context, e grant.Event) ui.Event {
	who := e.Person
	if who == "" {
		who = locale.T(ctx, "fact.by_system")
	}
	return ui.Event{
		When: dateText(ctx, e.OnDay), Title: locale.T(ctx, "grant.event."+e.Event), Text: e.Reason, Badge: stateMark(ctx, e.To),
		Recorded: locale.T(ctx, "fact.recorded", "Time", locale.DateTime(ctx, e.At), "Who", who),
	}
}

// facts says what a case is. When the funds were checked and when the officer
// looks again is the ministry's alone.
func facts(ctx context.Context, c grant.Case, t grant.Terms, notices []grant.Notice, ministry bool) []ui.Term {
	var list []ui.Term
	add := func(key, text string) {
		if text != "" {
			list = append(list, ui.Term{Key: locale.T(ctx, key), Text: text})
		}
	}
	add("grant.label.recipient", c.DistrictName)
	list = append(list, ui.Term{Key: locale.T(ctx, "grant.label.scheme"), Body: ui.TextLink(ui.Link{Label: c.SchemeName, URL: link.Scheme(c.SchemeID)})})
	add("grant.label.terms", locale.T(ctx, "grant.terms_since", "Name", t.Name, "Paragraph", t.Paragraph, "Since", dateText(ctx, t.ValidFrom)))
	add("grant.label.period", period(ctx, c.Period))
	add("grant.label.amount", euro(ctx, c.Amount))
	add("grant.label.paid", euro(ctx, c.Paid))
	add("grant.label.since", dateText(ctx, c.Since))
	if ministry {
		add("grant.label.funds", dateText(ctx, c.FundsOn))
	}
	add("grant.label.officer", c.OfficerName)
	if len(notices) > 0 && c.State.Binding() {
		add("grant.label.final_from", dateText(ctx, t.FinalFrom(notices[0].DeliveredOn, notices[0].RemedyWaivedOn)))
		add("grant.label.proof_due", dateText(ctx, t.ProofDue(c.Period)))
	}
	if ministry {
		add("grant.label.follow_up", strings.TrimSpace(dateText(ctx, c.FollowUpOn)+" "+c.FollowUp))
	}
	return list
}

func newNoticeRow(ctx context.Context, n grant.Notice, t grant.Terms, mayKeep bool) noticeRow {
	row := noticeRow{
		Notice: n, Title: locale.T(ctx, "grant.notice.title", "Kind", locale.T(ctx, "grant.notice.kind."+string(n.Kind)), "No", n.No),
		Payouts: n.Content.Payouts,
		PDF:     ui.Button{Label: locale.T(ctx, "grant.notice.pdf"), Kind: ui.Secondary, Icon: "download", URL: link.GrantNotice(n.CaseID, n.No), Download: true, Context: locale.T(ctx, "grant.notice.no", "No", n.No)},
	}
	add := func(key, text string) {
		if text != "" {
			row.Facts = append(row.Facts, ui.Term{Key: locale.T(ctx, key), Text: text})
		}
	}
	add("grant.label.amount", euro(ctx, n.Amount))
	add("grant.label.issued", dateText(ctx, n.IssuedOn))
	add("grant.label.issued_by", n.IssuedBy)
	delivered := dateText(ctx, n.DeliveredOn)
	if delivered == "" {
		delivered = locale.T(ctx, "grant.notice.not_delivered")
	}
	add("grant.label.delivered", delivered)
	add("grant.label.waived", dateText(ctx, n.RemedyWaivedOn))
	add("grant.label.final_from", dateText(ctx, t.FinalFrom(n.DeliveredOn, n.RemedyWaivedOn)))
	if mayKeep {
		row.Delivery = ui.Button{Label: locale.T(ctx, "grant.notice.record_delivery"), Kind: ui.Secondary, URL: link.GrantDelivery(n.CaseID, n.No), Context: locale.T(ctx, "grant.notice.no", "No", n.No)}
	}
	return row
}

type stepView struct {
	Frame    layout.Args
	Title    string
	Case     grant.Case
	Event    string
	To       grant.State
	Reasoned bool
	Hidden   []ui.Hidden
	Errors   form.Errors
	Reason   string
	Hint     string // of the reason
	Day      string
	Lacks    []string
}

// givesNotice says whether the step issues the notice: it bears the day of its
// issue and its own reasons.
func (v stepView) givesNotice() bool { return v.Event == "granted" }

func (v stepView) leadKey() string {
	if v.givesNotice() {
		return "grant.step_lead_notice"
	}
	return "grant.step_lead"
}

// askStep asks before a step is taken.
func (p *Pages) askStep(w http.ResponseWriter, r *http.Request) error {
	q := form.Query(r)
	f := form.From(map[string][]string{"event": {q.Raw("was")}, "to": {q.Raw("nach")}, "day": {calendar.Of(p.db.Now()).String()}})
	return p.drawStep(w, r, f, nil)
}

func (p *Pages) drawStep(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := stepView{Event: f.Text("event"), To: grant.State(f.Text("to")), Reason: f.Text("reason"), Day: f.Text("day"), Errors: form.Say(ctx, faults)}
	found := false
	err = p.db.Read(ctx, access.StepGrant, func(tx *db.Tx) (err error) {
		if v.Case, err = grant.ByID(ctx, tx, id); err != nil {
			return err
		}
		moves, err := grant.Moves(ctx, tx, v.Case)
		if err != nil {
			return err
		}
		for _, m := range moves {
			if m.Event == v.Event && m.To == v.To {
				found, v.Reasoned = true, m.Reasoned
				if m.Blocked != "" {
					return fault.Explain(fault.Forbidden, "grant.error.second_person")
				}
			}
		}
		if v.Event == "granted" {
			content, _, err := grant.Compose(ctx, tx, v.Case)
			if err != nil {
				return err
			}
			for _, name := range content.Missing() {
				v.Lacks = append(v.Lacks, locale.T(ctx, "grant.notice.lacks."+name))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !found {
		return fault.NotFound
	}
	if url, _ := ownForm(v.Case, grant.Move{Event: v.Event}); url != "" {
		return handler.SeeOther(w, r, url, "")
	}
	if v.Event == "recommended" && v.Case.Regime == grant.Application {
		v.Hint = locale.T(ctx, "grant.hint.review_note")
	}
	formID := f.Raw("id")
	if formID == "" {
		formID = uuid.NewString()
		if v.Hint != "" {
			v.Reason = locale.T(ctx, "grant.review_note")
		}
	}
	v.Hidden = []ui.Hidden{{Name: "id", Value: formID}, {Name: "event", Value: v.Event}, {Name: "to", Value: string(v.To)}}
	v.Title = locale.T(ctx, "grant.do."+v.Event)
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx),
		ui.Link{Label: v.Case.FileRef, URL: link.Grant(v.Case.ID)}, ui.Link{Label: v.Title, URL: link.GrantStep(v.Case.ID, v.Event, string(v.To))})
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, stepPage(v))
	}
	return handler.Render(w, r, stepPage(v))
}

func (p *Pages) step(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	a := grant.Act{ID: f.NewID("id"), Event: f.Text("event"), To: grant.State(f.Text("to")), Day: f.Date("day"), Reason: f.Text("reason")}
	f.Faults.Limit("reason", a.Reason, 4000)
	if !f.Has("day") {
		f.Faults.Add("day", "field.missing")
	}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.StepGrant, func(tx *db.Tx) error {
			switch a.Event {
			case "granted":
				return grant.Issue(r.Context(), tx, id, a.ID, calendar.Of(tx.Now))
			case "resumed":
				return grant.Resume(r.Context(), tx, id, a)
			}
			return grant.Take(r.Context(), tx, id, a)
		})
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawStep(w, r, f, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.Grant(id), "grant.done."+a.Event)
}

// payoutRows are the instalments of a notice for a table.
func payoutRows(ctx context.Context, lines []grant.Line) [][]string {
	rows := make([][]string, len(lines))
	for i, l := range lines {
		when := locale.T(ctx, "grant.trigger."+l.Name)
		if !l.Day.IsZero() {
			when = dateText(ctx, l.Day)
		}
		rows[i] = []string{strconv.Itoa(i + 1), when, euro(ctx, l.Amount)}
	}
	return rows
}
