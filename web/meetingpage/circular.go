package meetingpage

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/meeting"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// circularsView is the list of circular decisions.
type circularsView struct {
	Frame layout.Args
	Now   time.Time
	Rows  []meeting.Circular
	Links []ui.Link // to start one, by body
}

func circularCrumb(ctx context.Context) ui.Link {
	return ui.Link{Label: locale.T(ctx, "circular.list.title"), URL: link.Circulars()}
}

// standing says how a circular decision stands at the moment: one whose deadline
// is over waits for nothing but the count.
func standing(ctx context.Context, c meeting.Circular, now time.Time) ui.Mark {
	if c.State == meeting.CircularOpen && c.Over(now) {
		return ui.Mark{Label: locale.T(ctx, "circular.over"), Small: true, Plain: true}
	}
	return circularMark(ctx, c.State)
}

func circularMark(ctx context.Context, state string) ui.Mark {
	tone := ui.Neutral
	switch state {
	case meeting.CircularOpen:
		tone = ui.Info
	case meeting.Adopted:
		tone = ui.Success
	}
	return ui.Mark{Tone: tone, Label: locale.T(ctx, "circular.state."+state), Small: true, Plain: true}
}

func (p *Pages) showCirculars(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	var v circularsView
	var bodies []body.Body
	err := p.read(r, access.ReadDecisions, func(tx *db.Tx) (err error) {
		if bodies, err = readable(ctx, tx); err != nil {
			return err
		}
		v.Rows, err = meeting.CircularList(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	v.Links = linksFor(handler.Actor(r), access.KeepSittings, bodies, func(b body.Body) ui.Link {
		return ui.Link{Label: locale.T(ctx, "circular.new.link", "Body", b.Name), URL: link.NewCircular(b.ID)}
	})
	v.Now = p.db.Now()
	v.Frame = handler.Frame(r).WithBreadcrumb(circularCrumb(ctx))
	return handler.Render(w, r, circularsPage(v))
}

func (p *Pages) showNewCircular(w http.ResponseWriter, r *http.Request) error {
	return p.newCircularForm(w, r, nil, nil)
}

func (p *Pages) newCircularForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	of, err := p.findBody(r, access.KeepSittings)
	if err != nil {
		return err
	}
	ctx := r.Context()
	today := calendar.Of(p.db.Now())
	var rules body.Bylaws
	err = p.read(r, access.KeepSittings, func(tx *db.Tx) (err error) {
		rules, err = body.BylawsOn(ctx, tx, of.ID, today)
		return err
	})
	if err != nil {
		return err
	}
	if !rules.Circular {
		return fault.Explain(fault.Conflict, "circular.error.not_allowed")
	}
	v := newForm(r, locale.T(ctx, "circular.new.title"), link.NewCircular(of.ID), link.Circulars(), faults)
	v.Preline, v.Lead, v.Submit = of.Name, locale.T(ctx, "circular.new.lead"), locale.T(ctx, "circular.new.submit")
	d := body.CircularDeadline(rules, today)
	v.Before = []templ.Component{explained(locale.T(ctx, "circular.deadline", "Day", locale.Date(ctx, d.Day.Time())), steps(ctx, d.Steps))}
	v.hide("id", typed(f, "id", uuid.NewString()))
	v.add(ui.TextField, ui.Field{
		Name: "title", Label: locale.T(ctx, "decision.label.title"), Value: typed(f, "title", ""), MaxLength: meeting.MaxDecisionTitle, Autocomplete: "off",
	})
	v.add(ui.TextArea, ui.Field{Name: "wording", Label: locale.T(ctx, "decision.label.wording"), Value: typed(f, "wording", ""), MaxLength: meeting.MaxWording})
	v.add(ui.TextArea, ui.Field{Name: "reason", Label: locale.T(ctx, "circular.label.reason"), Optional: true, Value: typed(f, "reason", ""), MaxLength: meeting.MaxWording})
	v.add(ui.Select, ui.Field{
		Name: "type", Label: locale.T(ctx, "decision.label.type"), Value: typed(f, "type", string(meeting.OtherType)),
		Options: named(ctx, meeting.DecisionTypes(), meeting.DecisionType.NameKey),
	})
	v.add(ui.Checkbox, ui.Field{
		Name: "non_public", Label: locale.T(ctx, "meeting.label.non_public"), Hint: locale.T(ctx, "meeting.hint.non_public"),
		Value: ticked(f, "non_public", false), Optional: true,
	})
	return v.show(w, r, bodyWay(ctx, of)...)
}

func (p *Pages) startCircular(w http.ResponseWriter, r *http.Request) error {
	of, err := p.findBody(r, access.KeepSittings)
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	n := meeting.NewCircular{
		ID: f.NewID("id"), Title: f.Text("title"), Wording: f.Text("wording"), Reason: f.Text("reason"), Type: meeting.DecisionType(f.Text("type")),
		NonPublic: f.Has("non_public"),
	}
	if err = f.Faults.Err(); err == nil {
		err = p.write(r, access.KeepSittings, func(tx *db.Tx) error { return p.meetings.StartCircular(r.Context(), tx, of.ID, n) })
	}
	again := func(faults fault.Fields) error { return p.newCircularForm(w, r, f, faults) }
	return finish(w, r, err, again, link.Circular(n.ID), "circular.flash.started")
}

// circularView is the page of one circular decision.
type circularView struct {
	Frame    layout.Args
	Circular meeting.Circular
	Standing ui.Mark
	Terms    []ui.Term
	Steps    []string
	Ballots  []meeting.CircularBallot
	Voting   []body.Seat // seats of the actor that may still vote
	Errors   form.Errors
	Summary  []ui.FieldError
	Choice   string
	Office   bool
	MayCount bool
	Decision string // address of the decision; "" while it is open
}

func (p *Pages) showCircular(w http.ResponseWriter, r *http.Request) error {
	return p.circularPage(w, r, nil, nil)
}

func (p *Pages) circularPage(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	var v circularView
	var seats []body.Seat
	err = p.read(r, access.ReadDecisions, func(tx *db.Tx) (err error) {
		if v.Circular, err = meeting.CircularByID(ctx, tx, id); err != nil {
			return err
		}
		if v.Ballots, err = meeting.CircularBallots(ctx, tx, id); err != nil {
			return err
		}
		seats, err = body.Roster(ctx, tx, v.Circular.BodyID, v.Circular.Day)
		return err
	})
	if err != nil {
		return err
	}
	a, now, c := handler.Actor(r), p.db.Now(), v.Circular
	v.Office = a.MayAt(access.KeepSittings, c.BodyID)
	if c.State == meeting.CircularOpen && !c.Over(now) {
		v.Voting = stillVoting(seats, a.SeatsFor(access.VoteBetween, c.BodyID), v.Ballots)
	}
	v.MayCount = v.Office && c.State == meeting.CircularOpen && (c.Over(now) || len(v.Ballots) == body.VotingSeats(seats))
	v.Standing = standing(ctx, c, now)
	v.Terms, v.Steps = circularTerms(ctx, c), steps(ctx, c.Explained)
	if c.State == meeting.Adopted || c.State == meeting.Rejected {
		v.Decision = link.Decision(meeting.DecisionOfCircular(c.ID))
	}
	v.Errors, v.Choice = form.Say(ctx, faults), typed(f, "choice", "")
	v.Summary = whole(v.Errors.Summary())
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(circularCrumb(ctx), ui.Link{Label: c.Title, URL: link.Circular(id)})
	status := http.StatusOK
	if v.Errors.Any() {
		status = http.StatusUnprocessableEntity
	}
	return handler.RenderStatus(w, r, status, circularOnePage(v))
}

// ballotView asks before a vote that nobody can change.
type ballotView struct {
	Frame    layout.Args
	Circular meeting.Circular
	Terms    []ui.Term
	Seat     body.Seat
	Choice   ui.Option
}

// askBallot asks before the vote of an own seat. Without such a seat, or with
// no such choice, there is no page: the links lead to none.
func (p *Pages) askBallot(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	var v ballotView
	var cast []meeting.CircularBallot
	var seats []body.Seat
	err = p.read(r, access.ReadDecisions, func(tx *db.Tx) (err error) {
		if v.Circular, err = meeting.CircularByID(ctx, tx, id); err != nil {
			return err
		}
		if cast, err = meeting.CircularBallots(ctx, tx, id); err != nil {
			return err
		}
		seats, err = body.Roster(ctx, tx, v.Circular.BodyID, v.Circular.Day)
		return err
	})
	if err != nil {
		return err
	}
	q, c := form.Query(r), v.Circular
	own := handler.Actor(r).SeatsFor(access.VoteBetween, c.BodyID)
	seat := slices.IndexFunc(seats, func(s body.Seat) bool { return s.ID == q.ID("sitz") && s.Voting && slices.Contains(own, s.ID) })
	options := choiceOptions(ctx)
	choice := slices.IndexFunc(options, func(o ui.Option) bool { return o.Value == q.Text("stimme") })
	switch {
	case seat < 0 || choice < 0:
		return fault.NotFound
	case c.State != meeting.CircularOpen || c.Over(p.db.Now()):
		return fault.Explain(fault.Conflict, "circular.error.over")
	case len(stillVoting(seats[seat:seat+1], own, cast)) == 0:
		return fault.Explain(fault.Conflict, "circular.error.voted")
	}
	v.Seat, v.Choice, v.Terms = seats[seat], options[choice], circularTerms(ctx, c)
	v.Frame = handler.Frame(r).WithBreadcrumb(append(circularWay(ctx, c), ui.Link{Label: locale.T(ctx, "circular.vote.title"), URL: link.CastBallot(c.ID, v.Seat.ID, v.Choice.Value)})...)
	return handler.Render(w, r, ballotPage(v))
}

func stillVoting(seats []body.Seat, own []uuid.UUID, cast []meeting.CircularBallot) []body.Seat {
	var list []body.Seat
	for _, s := range seats {
		voted := slices.ContainsFunc(cast, func(b meeting.CircularBallot) bool { return b.SeatID == s.ID })
		if s.Voting && slices.Contains(own, s.ID) && !voted {
			list = append(list, s)
		}
	}
	return list
}

func circularTerms(ctx context.Context, c meeting.Circular) []ui.Term {
	list := []ui.Term{
		{Key: locale.T(ctx, "decision.label.wording"), Body: multiline(c.Wording)},
		{Key: locale.T(ctx, "decision.label.type"), Text: locale.T(ctx, c.Type.NameKey())},
		{Key: locale.T(ctx, "circular.label.sent"), Text: locale.Date(ctx, c.Day.Time())},
	}
	if c.Reason != "" {
		list = append(list, ui.Term{Key: locale.T(ctx, "circular.label.reason"), Body: multiline(c.Reason)})
	}
	return list
}

func readBallot(f *form.Values) meeting.NewBallot {
	return meeting.NewBallot{Seat: f.ID("seat"), Choice: f.Raw("choice"), ReceivedOn: f.Date("received_on"), Source: meeting.Source(f.Text("source"))}
}

func (p *Pages) castBallot(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	n := readBallot(f)
	if err = f.Faults.Err(); err == nil {
		err = p.write(r, access.VoteBetween, func(tx *db.Tx) error { return meeting.Cast(r.Context(), tx, id, n) })
	}
	again := func(faults fault.Fields) error { return p.circularPage(w, r, f, faults) }
	return finish(w, r, err, again, link.Circular(id), "circular.flash.voted")
}

// findCircular reads the circular decision of the address for the office.
func (p *Pages) findCircular(r *http.Request) (c meeting.Circular, seats []body.Seat, err error) {
	id, err := form.PathID(r, "id")
	if err != nil {
		return c, nil, err
	}
	err = p.read(r, access.KeepSittings, func(tx *db.Tx) (err error) {
		if c, err = meeting.CircularByID(r.Context(), tx, id); err != nil {
			return err
		}
		if !tx.Actor.MayAt(access.KeepSittings, c.BodyID) {
			return fault.Forbidden
		}
		seats, err = body.Roster(r.Context(), tx, c.BodyID, c.Day)
		return err
	})
	return c, seats, err
}

func circularWay(ctx context.Context, c meeting.Circular) []ui.Link {
	return []ui.Link{circularCrumb(ctx), {Label: c.Title, URL: link.Circular(c.ID)}}
}

func (p *Pages) showBallotOnBehalf(w http.ResponseWriter, r *http.Request) error {
	return p.ballotForm(w, r, nil, nil)
}

func (p *Pages) ballotForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	c, seats, err := p.findCircular(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := newForm(r, locale.T(ctx, "circular.behalf.title"), link.RecordBallot(c.ID), link.Circular(c.ID), faults)
	v.Preline, v.Lead = c.Title, locale.T(ctx, "circular.behalf.lead")
	var voting []body.Seat
	var all []uuid.UUID
	for _, s := range seats {
		if s.Voting {
			voting, all = append(voting, s), append(all, s.ID)
		}
	}
	v.addSeat(r, f, voting, all)
	v.add(ui.Radios, ui.Field{Name: "choice", Label: locale.T(ctx, "decision.column.choice"), Options: choiceOptions(ctx), Value: typed(f, "choice", "")})
	v.addOnBehalf(ctx, f, calendar.Of(p.db.Now()))
	return v.show(w, r, circularWay(ctx, c)...)
}

func (p *Pages) castOnBehalf(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	n := readBallot(f)
	if err = f.Faults.Err(); err == nil {
		err = p.write(r, access.KeepSittings, func(tx *db.Tx) error { return meeting.CastOnBehalf(r.Context(), tx, id, n) })
	}
	again := func(faults fault.Fields) error { return p.ballotForm(w, r, f, faults) }
	return finish(w, r, err, again, link.Circular(id), "circular.flash.voted")
}

func (p *Pages) countCircular(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	err = p.write(r, access.KeepSittings, func(tx *db.Tx) error { return meeting.CountCircular(r.Context(), tx, id) })
	return finish(w, r, err, nil, link.Circular(id), "circular.flash.counted")
}

func (p *Pages) showWithdraw(w http.ResponseWriter, r *http.Request) error {
	c, _, err := p.findCircular(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := newForm(r, locale.T(ctx, "circular.withdraw.title"), link.WithdrawCircular(c.ID), link.Circular(c.ID), nil)
	v.Preline, v.Lead, v.Submit, v.Danger = c.Title, locale.T(ctx, "circular.withdraw.lead"), locale.T(ctx, "circular.withdraw.submit"), true
	return v.show(w, r, circularWay(ctx, c)...)
}

func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	err = p.write(r, access.KeepSittings, func(tx *db.Tx) error { return meeting.WithdrawCircular(r.Context(), tx, id) })
	return finish(w, r, err, nil, link.Circular(id), "circular.flash.withdrawn")
}
