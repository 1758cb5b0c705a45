package meetingpage

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/meeting"
	"rundertisch/internal/minutes"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/sheet"
	"rundertisch/web/ui"
)

// registerView is a page of the register of decisions.
type registerView struct {
	Frame  layout.Args
	Page   meeting.RegisterPage
	Query  meeting.RegisterQuery
	Bodies []ui.Option
	States []ui.Option
	Bar    ui.Filters
	Paging ui.Paging
	Files  ui.Downloads
}

func registerCrumb(ctx context.Context) ui.Link {
	return ui.Link{Label: locale.T(ctx, "nav.decisions"), URL: link.Decisions()}
}

func readRegister(r *http.Request) meeting.RegisterQuery {
	q := form.Query(r)
	query := meeting.RegisterQuery{Body: q.ID("gremium"), After: cut(q.Raw(ui.CursorAfter))}
	if year := q.Int("jahr"); year >= 2000 && year <= 2100 {
		query.Year = year
	}
	if t := meeting.DecisionType(q.Text("art")); t.Valid() {
		query.Type = t
	}
	for _, s := range meeting.RegisterStates() {
		if s == q.Text("zustand") {
			query.State = s
		}
	}
	return query
}

func (p *Pages) showRegister(w http.ResponseWriter, r *http.Request) error {
	query := readRegister(r)
	ctx := r.Context()
	if format := form.Query(r).Raw("format"); sheet.Known(format) {
		return p.sendRegister(w, r, query, format)
	}
	v := registerView{Query: query}
	err := p.read(r, access.ReadDecisions, func(tx *db.Tx) error {
		bodies, err := readable(ctx, tx)
		if err != nil {
			return err
		}
		v.Bodies = bodyOptions(bodies)
		v.Page, err = meeting.Register(ctx, tx, query)
		return err
	})
	if err != nil {
		return err
	}
	v.States = named(ctx, meeting.RegisterStates(), func(s string) string { return "decision.state." + s })
	bodyID := ""
	if labelOf(v.Bodies, query.Body.String()) != "" {
		bodyID = query.Body.String()
	}
	address := link.With(link.Decisions(), "gremium", bodyID, "jahr", number(query.Year), "art", string(query.Type), "zustand", query.State)
	v.Bar = ui.Filters{Action: link.Decisions(), Chips: v.chips(ctx, address)}
	if len(v.Bar.Chips) > 0 {
		v.Bar.ResetURL = link.Decisions()
	}
	v.Paging, v.Files = ui.Paging{Count: -1}, ui.DownloadsOf(address)
	if query.After != "" {
		v.Paging.PrevURL = address
	}
	if v.Page.Next != "" {
		v.Paging.NextURL = link.With(address, ui.CursorAfter, v.Page.Next)
	}
	v.Frame = handler.Frame(r).WithBreadcrumb(registerCrumb(ctx))
	return handler.Render(w, r, registerPage(v))
}

func (v registerView) chips(ctx context.Context, address string) []ui.Chip {
	var list []ui.Chip
	add := func(label, name string) {
		if label != "" {
			list = append(list, ui.Chip{Label: label, RemoveURL: link.With(address, name, "")})
		}
	}
	add(labelOf(v.Bodies, v.Query.Body.String()), "gremium")
	add(number(v.Query.Year), "jahr")
	if v.Query.Type != "" {
		add(locale.T(ctx, v.Query.Type.NameKey()), "art")
	}
	add(labelOf(v.States, v.Query.State), "zustand")
	return list
}

// standingOf says in a word what a decision is.
func standingOf(ctx context.Context, d meeting.Decision) ui.Mark {
	switch {
	case d.VoidWhy != "":
		return ui.Mark{Tone: ui.Warning, Label: locale.T(ctx, "decision.state.void"), Small: true, Plain: true}
	case d.Result == meeting.Adopted:
		return ui.Mark{Tone: ui.Success, Label: locale.T(ctx, "decision.result.adopted"), Small: true, Plain: true}
	}
	return ui.Mark{Label: locale.T(ctx, "decision.result.rejected"), Small: true, Plain: true}
}

// sendRegister sends all decisions that the filter leaves.
func (p *Pages) sendRegister(w http.ResponseWriter, r *http.Request, q meeting.RegisterQuery, format string) error {
	ctx := r.Context()
	f := sheet.File{Name: locale.T(ctx, "decision.list.file"), Sheet: locale.T(ctx, "nav.decisions"), Format: format, Day: calendar.Of(p.db.Now())}
	return sheet.Send(w, r, f, func(add func([]sheet.Cell) error) error {
		var head []string
		for _, name := range []string{"number", "day", "body", "title", "wording", "type", "method", "result", "yes", "no", "abstain", "present", "to_ministry"} {
			head = append(head, locale.T(ctx, "decision.column."+name))
		}
		if err := add(sheet.Head(head...)); err != nil {
			return err
		}
		return p.read(r, access.ReadDecisions, func(tx *db.Tx) error {
			return meeting.EachDecision(ctx, tx, q, func(d meeting.Decision) error {
				return add([]sheet.Cell{
					sheet.Text(d.Label()), sheet.Date(d.Day), sheet.Text(d.BodyName), sheet.Text(d.Title), sheet.Text(d.Wording),
					sheet.Text(locale.T(ctx, d.Type.NameKey())), sheet.Text(locale.T(ctx, d.Method.NameKey())), sheet.Text(standingOf(ctx, d).Label),
					sheet.Number(d.Yes), sheet.Number(d.No), sheet.Number(d.Abstain), sheet.Number(d.Present), sheet.Date(d.ToMinistryOn),
				})
			})
		})
	})
}

// decisionView is the page of one decision.
type decisionView struct {
	Frame      layout.Args
	Decision   meeting.Decision
	Terms      []ui.Term
	Steps      []string
	Ballots    []meeting.Ballot
	Candidates []meeting.Candidate
	Sent       []sentView
	Approved   []ui.Link // minutes
	MayVoid    bool
	MayForward bool
	TaskURL    string // "": no task may be made of it
	Printing   bool   // PDFs can be made
}

// sentView is where the decision was sent.
type sentView struct {
	meeting.Recommendation
	Age  string
	Edit string // "": not the actor's
}

// decisionData is what the page of a decision reads.
type decisionData struct {
	decision   meeting.Decision
	sitting    *meeting.Meeting
	ballots    []meeting.Ballot
	candidates []meeting.Candidate
	sent       []meeting.Recommendation
	approved   []minutes.Minutes // by it
	today      calendar.Date
}

func (p *Pages) showDecision(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	var d decisionData
	err = p.read(r, access.ReadDecisions, func(tx *db.Tx) (err error) {
		d, err = readDecision(r.Context(), tx, id)
		return err
	})
	if err != nil {
		return err
	}
	v := d.view(r.Context(), handler.Actor(r))
	v.Printing = handler.SetsPapers(p.papers)
	v.Frame = handler.Frame(r).WithBreadcrumb(registerCrumb(r.Context()), ui.Link{Label: decisionName(r.Context(), d.decision), URL: link.Decision(id)})
	return handler.Render(w, r, decisionPage(v))
}

func readDecision(ctx context.Context, tx *db.Tx, id uuid.UUID) (d decisionData, err error) {
	d.today = calendar.Of(tx.Now)
	if d.decision, err = meeting.DecisionByID(ctx, tx, id); err != nil {
		return d, err
	}
	if d.ballots, err = meeting.Ballots(ctx, tx, id); err != nil {
		return d, err
	}
	if d.candidates, err = meeting.Candidates(ctx, tx, id); err != nil {
		return d, err
	}
	if d.sent, err = meeting.RecommendationsOf(ctx, tx, id); err != nil || d.decision.MeetingID == nil {
		return d, err
	}
	if d.approved, err = minutes.ApprovedBy(ctx, tx, id); err != nil {
		return d, err
	}
	m, err := meeting.ByID(ctx, tx, *d.decision.MeetingID)
	if errors.Is(err, fault.NotFound) { // the ministry reads the decision, not the sitting
		return d, nil
	}
	d.sitting = &m
	return d, err
}

func (d decisionData) view(ctx context.Context, a access.Actor) decisionView {
	x := d.decision
	office := a.MayAt(access.ForwardDecisions, x.BodyID)
	v := decisionView{
		Decision: x, Terms: d.terms(ctx), Steps: steps(ctx, x.Explained), Ballots: d.ballots, Candidates: d.candidates,
		MayVoid: a.MayAt(access.RunSitting, x.BodyID) && x.VoidWhy == "" && len(d.approved) == 0, MayForward: office && x.InForce(),
	}
	if a.MayAt(access.KeepTasks, x.BodyID) && x.InForce() {
		v.TaskURL = link.NewTaskFromDecision(x.ID)
	}
	for _, m := range d.approved {
		v.Approved = append(v.Approved, ui.Link{Label: minutesOf(ctx, minutes.ForApproval{ID: m.ID, Day: m.Day}), URL: link.Minutes(m.ID)})
	}
	for _, s := range d.sent {
		sent := sentView{Recommendation: s, Age: locale.N(ctx, "decision.age", s.Age(d.today))}
		if office {
			sent.Edit = link.AnswerRecommendation(s.ID)
		}
		v.Sent = append(v.Sent, sent)
	}
	return v
}

func (d decisionData) terms(ctx context.Context) []ui.Term {
	x := d.decision
	list := []ui.Term{
		{Key: locale.T(ctx, "decision.label.wording"), Body: multiline(x.Wording)},
		{Key: locale.T(ctx, "decision.label.day"), Text: locale.Date(ctx, x.Day.Time())},
		{Key: locale.T(ctx, "decision.label.type"), Text: locale.T(ctx, x.Type.NameKey())},
		{Key: locale.T(ctx, "decision.label.method"), Text: locale.T(ctx, x.Method.NameKey())},
		{Key: locale.T(ctx, "decision.label.count"), Text: locale.T(ctx, "decision.count", "Yes", strconv.Itoa(x.Yes), "No", strconv.Itoa(x.No), "Abstain", strconv.Itoa(x.Abstain))},
	}
	switch {
	case d.sitting != nil:
		list = append(list, ui.Term{Key: locale.T(ctx, "decision.label.sitting"), Body: ui.TextLink(ui.Link{Label: d.sitting.Title, URL: link.Sitting(d.sitting.ID)})})
	case x.CircularID != nil:
		list = append(list, ui.Term{Key: locale.T(ctx, "decision.label.sitting"), Body: ui.TextLink(ui.Link{Label: locale.T(ctx, "decision.method.circular"), URL: link.Circular(*x.CircularID)})})
	}
	if !x.ToMinistryOn.IsZero() {
		list = append(list, ui.Term{Key: locale.T(ctx, "decision.label.to_ministry"), Text: locale.Date(ctx, x.ToMinistryOn.Time())})
	}
	return list
}

// decisionName is what a decision is called: its number, or that it was
// rejected.
func decisionName(ctx context.Context, d meeting.Decision) string {
	if d.Label() == "" {
		return d.Title
	}
	return locale.T(ctx, "decision.name", "Number", d.Label())
}

// findDecision reads the decision of the address for somebody who may do act
// in its body.
func (p *Pages) findDecision(r *http.Request, act access.Action) (d meeting.Decision, err error) {
	id, err := form.PathID(r, "id")
	if err != nil {
		return d, err
	}
	err = p.read(r, act, func(tx *db.Tx) (err error) {
		if d, err = meeting.DecisionByID(r.Context(), tx, id); err != nil {
			return err
		}
		if !tx.Actor.MayAt(act, d.BodyID) {
			return fault.Forbidden
		}
		return nil
	})
	return d, err
}

func decisionWay(ctx context.Context, d meeting.Decision) []ui.Link {
	return []ui.Link{registerCrumb(ctx), {Label: decisionName(ctx, d), URL: link.Decision(d.ID)}}
}

func (p *Pages) showVoid(w http.ResponseWriter, r *http.Request) error {
	return p.voidForm(w, r, nil, nil)
}

func (p *Pages) voidForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	d, err := p.findDecision(r, access.RunSitting)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := newForm(r, locale.T(ctx, "decision.void.title"), link.VoidDecision(d.ID), link.Decision(d.ID), faults)
	v.Preline, v.Lead, v.Submit, v.Danger = decisionName(ctx, d), locale.T(ctx, "decision.void.lead"), locale.T(ctx, "decision.void.submit"), true
	v.add(ui.TextArea, ui.Field{Name: "why", Label: locale.T(ctx, "meeting.label.why"), MaxLength: meeting.MaxWhy, Rows: 3, Value: typed(f, "why", "")})
	return v.show(w, r, decisionWay(ctx, d)...)
}

func (p *Pages) void(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	why := f.Text("why")
	if err = f.Faults.Err(); err == nil {
		err = p.write(r, access.RunSitting, func(tx *db.Tx) error { return meeting.Void(r.Context(), tx, id, why) })
	}
	again := func(faults fault.Fields) error { return p.voidForm(w, r, f, faults) }
	return finish(w, r, err, again, link.Decision(id), "decision.flash.void")
}

func (p *Pages) showForward(w http.ResponseWriter, r *http.Request) error {
	return p.forwardForm(w, r, nil, nil)
}

func (p *Pages) forwardForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	d, err := p.findDecision(r, access.ForwardDecisions)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := newForm(r, locale.T(ctx, "decision.forward.title"), link.ForwardDecision(d.ID), link.Decision(d.ID), faults)
	v.Preline, v.Lead, v.Submit = decisionName(ctx, d), locale.T(ctx, "decision.forward.lead"), locale.T(ctx, "decision.forward.submit")
	v.hide("id", typed(f, "id", uuid.NewString()))
	v.add(ui.TextField, ui.Field{
		Name: "addressee", Label: locale.T(ctx, "decision.label.addressee"), Value: typed(f, "addressee", ""), MaxLength: meeting.MaxAddressee, Autocomplete: "off",
	})
	v.add(ui.Checkbox, ui.Field{
		Name: "ministry", Label: locale.T(ctx, "decision.label.ministry"), Hint: locale.T(ctx, "decision.hint.ministry"), Value: ticked(f, "ministry", false), Optional: true,
	})
	v.add(ui.DateField, ui.Field{Name: "sent_on", Label: locale.T(ctx, "decision.label.sent_on"), Value: typed(f, "sent_on", calendar.Of(p.db.Now()).String())})
	return v.show(w, r, decisionWay(ctx, d)...)
}

func (p *Pages) forward(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	n := meeting.Forwarding{ID: f.NewID("id"), Addressee: f.Text("addressee"), Ministry: f.Has("ministry"), SentOn: f.Date("sent_on")}
	if err = f.Faults.Err(); err == nil {
		err = p.write(r, access.ForwardDecisions, func(tx *db.Tx) error { return meeting.Forward(r.Context(), tx, id, n) })
	}
	again := func(faults fault.Fields) error { return p.forwardForm(w, r, f, faults) }
	return finish(w, r, err, again, link.Decision(id), "decision.flash.forwarded")
}

func (p *Pages) showResponse(w http.ResponseWriter, r *http.Request) error {
	return p.responseForm(w, r, nil, nil)
}

func (p *Pages) responseForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	var sent meeting.Recommendation
	var d meeting.Decision
	err = p.read(r, access.ForwardDecisions, func(tx *db.Tx) (err error) {
		if sent, err = meeting.RecommendationByID(ctx, tx, id); err != nil {
			return err
		}
		if !tx.Actor.MayAt(access.ForwardDecisions, sent.BodyID) {
			return fault.Forbidden
		}
		d, err = meeting.DecisionByID(ctx, tx, sent.DecisionID)
		return err
	})
	if err != nil {
		return err
	}
	v := newForm(r, locale.T(ctx, "decision.answer.title"), link.AnswerRecommendation(id), link.Decision(d.ID), faults)
	v.Preline, v.Lead = decisionName(ctx, d), locale.T(ctx, "decision.answer.lead", "Addressee", sent.Addressee)
	v.hide("version", typed(f, "version", strconv.Itoa(sent.Version)))
	v.add(ui.DateField, ui.Field{Name: "answered_on", Label: locale.T(ctx, "decision.label.answered_on"), Value: typed(f, "answered_on", sent.AnsweredOn.String())})
	v.add(ui.TextArea, ui.Field{Name: "answer", Label: locale.T(ctx, "decision.label.answer"), Optional: true, MaxLength: meeting.MaxAnswer, Value: typed(f, "answer", sent.Answer)})
	v.add(ui.Radios, ui.Field{
		Name: "effect", Label: locale.T(ctx, "decision.label.effect"), Options: named(ctx, meeting.Effects(), meeting.Effect.NameKey), Value: typed(f, "effect", string(sent.Effect)),
	})
	return v.show(w, r, decisionWay(ctx, d)...)
}

func (p *Pages) respond(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	n := meeting.Response{AnsweredOn: f.Date("answered_on"), Answer: f.Text("answer"), Effect: meeting.Effect(f.Text("effect"))}
	version := f.Int("version")
	var sent meeting.Recommendation
	if err = f.Faults.Err(); err == nil {
		err = p.write(r, access.ForwardDecisions, func(tx *db.Tx) (err error) {
			if sent, err = meeting.RecommendationByID(r.Context(), tx, id); err != nil {
				return err
			}
			return meeting.AnswerForward(r.Context(), tx, id, version, n)
		})
	}
	again := func(faults fault.Fields) error { return p.responseForm(w, r, f, faults) }
	return finish(w, r, err, again, link.Decision(sent.DecisionID), "decision.flash.answered")
}
