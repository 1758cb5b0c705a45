package meetingpage

import (
	"context"
	"net/http"

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

// backlogView is what waits for a sitting of a body.
type backlogView struct {
	Frame     layout.Args
	Body      body.Body
	Waiting   []waitingView
	Declined  []meeting.Item
	Sittings  []ui.Option // that can take an item
	Next      *meeting.Meeting
	Deadline  *deadlineView // for proposals for the next sitting
	Office    bool
	MayOffer  bool
	EmptyText string
}

// waitingView is an item that waits.
type waitingView struct {
	meeting.Item
	Marks []ui.Mark
	Facts string
	Late  string // proposed after the next sitting's deadline
}

func (p *Pages) showBacklog(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	var v backlogView
	var upcoming []meeting.Meeting
	var waiting []meeting.Item
	var rules body.Bylaws
	err = p.read(r, access.ReadSittings, func(tx *db.Tx) (err error) {
		if v.Body, err = body.ByID(ctx, tx, id); err != nil {
			return err
		}
		if !tx.Actor.ActsIn(id) {
			return fault.NotFound // what waits has no day, so it is for those of today
		}
		if waiting, err = meeting.Waiting(ctx, tx, id); err != nil {
			return err
		}
		if v.Declined, err = meeting.Declined(ctx, tx, id); err != nil {
			return err
		}
		if upcoming, err = meeting.Upcoming(ctx, tx, id); err != nil {
			return err
		}
		rules, err = body.BylawsOn(ctx, tx, id, calendar.Of(tx.Now))
		return err
	})
	if err != nil {
		return err
	}
	a := handler.Actor(r)
	v.Office, v.MayOffer = a.MayAt(access.KeepSittings, id), len(a.SeatsFor(access.ProposeItem, id)) > 0
	for _, m := range upcoming {
		v.Sittings = append(v.Sittings, ui.Option{Value: m.ID.String(), Label: m.Title + ", " + locale.Date(ctx, m.Day.Time())})
	}
	var deadline body.Deadline
	if len(upcoming) > 0 {
		v.Next, deadline = &upcoming[0], body.ProposalDeadline(rules, upcoming[0].Day)
		v.Deadline = proposalDeadline(ctx, rules, v.Next.Day, calendar.Of(p.db.Now()))
	}
	for _, item := range waiting {
		v.Waiting = append(v.Waiting, waits(ctx, item, deadline))
	}
	v.Frame = handler.Frame(r).WithBreadcrumb(backlogWay(ctx, v.Body)...)
	return handler.Render(w, r, backlogPage(v))
}

func waits(ctx context.Context, item meeting.Item, deadline body.Deadline) waitingView {
	v := waitingView{Item: item, Facts: facts(ctx, item), Marks: []ui.Mark{{Label: locale.T(ctx, item.State.NameKey()), Small: true, Plain: true}}}
	if item.State == meeting.ItemProposed {
		v.Marks[0].Tone = ui.Info
		if !deadline.InTime(item.CreatedAt) {
			v.Late = locale.T(ctx, "meeting.proposal.late")
		}
	}
	if item.CarriedFrom != nil {
		v.Marks = append(v.Marks, ui.Mark{Label: locale.T(ctx, "meeting.item_state.carried"), Small: true, Plain: true})
	}
	if item.Kind != meeting.Topic {
		v.Marks = append(v.Marks, ui.Mark{Label: locale.T(ctx, item.Kind.NameKey()), Small: true, Plain: true})
	}
	if item.NonPublic {
		v.Marks = append(v.Marks, ui.Mark{Tone: ui.Warning, Label: locale.T(ctx, "meeting.non_public"), Small: true, Plain: true})
	}
	return v
}

func backlogWay(ctx context.Context, of body.Body) []ui.Link {
	return append(bodyWay(ctx, of), ui.Link{Label: locale.T(ctx, "meeting.backlog.title"), URL: link.Backlog(of.ID)})
}

func (p *Pages) showNewBacklogItem(w http.ResponseWriter, r *http.Request) error {
	return p.newBacklogForm(w, r, nil, nil)
}

func (p *Pages) newBacklogForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	of, err := p.findBody(r, access.KeepSittings)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := newForm(r, locale.T(ctx, "meeting.backlog.add"), link.NewBacklogItem(of.ID), link.Backlog(of.ID), faults)
	v.Preline = of.Name
	v.hide("id", typed(f, "id", uuid.NewString()))
	open, err := p.toApprove(r, of.ID, calendar.Date{}, nil)
	if err != nil {
		return err
	}
	v.addKind(r, f, meeting.NewItem{Kind: meeting.Topic}, open)
	v.addItem(r, f, meeting.NewItem{Kind: meeting.Topic})
	return v.show(w, r, backlogWay(ctx, of)...)
}

// findBody reads the body of the address for somebody who may do act in it.
func (p *Pages) findBody(r *http.Request, act access.Action) (of body.Body, err error) {
	id, err := form.PathID(r, "id")
	if err != nil {
		return of, err
	}
	err = p.read(r, act, func(tx *db.Tx) (err error) {
		of, err = bodyFor(r, tx, act, id)
		return err
	})
	return of, err
}

func (p *Pages) addBacklogItem(w http.ResponseWriter, r *http.Request) error {
	of, err := p.findBody(r, access.KeepSittings)
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	n := readItem(f)
	n.ID, n.BodyID = f.NewID("id"), of.ID
	if err = f.Faults.Err(); err == nil {
		err = p.write(r, access.KeepSittings, func(tx *db.Tx) error { return meeting.AddBacklogItem(r.Context(), tx, n) })
	}
	again := func(faults fault.Fields) error { return p.newBacklogForm(w, r, f, faults) }
	return finish(w, r, err, again, link.Backlog(of.ID), "meeting.flash.item_added")
}

func (p *Pages) showPropose(w http.ResponseWriter, r *http.Request) error {
	return p.proposeForm(w, r, nil, nil)
}

func (p *Pages) proposeForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	of, err := p.findBody(r, access.ProposeItem)
	if err != nil {
		return err
	}
	ctx := r.Context()
	var upcoming []meeting.Meeting
	var seats []body.Seat
	var rules body.Bylaws
	err = p.read(r, access.ProposeItem, func(tx *db.Tx) (err error) {
		if upcoming, err = meeting.Upcoming(ctx, tx, of.ID); err != nil {
			return err
		}
		today := calendar.Of(tx.Now)
		if seats, err = body.Roster(ctx, tx, of.ID, today); err != nil {
			return err
		}
		rules, err = body.BylawsOn(ctx, tx, of.ID, today)
		return err
	})
	if err != nil {
		return err
	}
	v := newForm(r, locale.T(ctx, "meeting.propose.title"), link.ProposeItem(of.ID), link.Backlog(of.ID), faults)
	v.Preline, v.Lead, v.Submit = of.Name, locale.T(ctx, "meeting.propose.lead"), locale.T(ctx, "meeting.propose.submit")
	if len(upcoming) > 0 {
		d := proposalDeadline(ctx, rules, upcoming[0].Day, calendar.Of(p.db.Now()))
		v.Before = []templ.Component{explained(d.Title, d.Steps)}
	}
	v.hide("id", typed(f, "id", uuid.NewString()))
	v.addSeat(r, f, seats, handler.Actor(r).SeatsFor(access.ProposeItem, of.ID))
	v.addItem(r, f, meeting.NewItem{Kind: meeting.Topic})
	return v.show(w, r, backlogWay(ctx, of)...)
}

// addSeat adds the choice of a seat; one seat is no choice.
func (v *formView) addSeat(r *http.Request, f *form.Values, seats []body.Seat, own []uuid.UUID) {
	var options []ui.Option
	for _, s := range seats {
		for _, id := range own {
			if s.ID == id {
				options = append(options, ui.Option{Value: id.String(), Label: s.Institution})
			}
		}
	}
	if len(options) == 1 {
		v.hide("seat", options[0].Value)
		return
	}
	v.add(ui.Select, ui.Field{
		Name: "seat", Label: locale.T(r.Context(), "meeting.label.seat"), Options: options, Value: typed(f, "seat", ""),
		Empty: locale.T(r.Context(), "meeting.form.choose"),
	})
}

func (p *Pages) propose(w http.ResponseWriter, r *http.Request) error {
	of, err := p.findBody(r, access.ProposeItem)
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	n := readItem(f)
	n.ID, n.BodyID = f.NewID("id"), of.ID
	seat := f.ID("seat")
	if err = f.Faults.Err(); err == nil {
		err = p.write(r, access.ProposeItem, func(tx *db.Tx) error { return meeting.Propose(r.Context(), tx, seat, n) })
	}
	again := func(faults fault.Fields) error { return p.proposeForm(w, r, f, faults) }
	return finish(w, r, err, again, link.Backlog(of.ID), "meeting.flash.proposed")
}

func (p *Pages) scheduleItem(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	sitting := f.ID("sitting-" + form.Path(r, "id"))
	return p.press(w, r, access.KeepSittings, "meeting.flash.item_scheduled", func(tx *db.Tx, item meeting.Item) error {
		if sitting == uuid.Nil {
			return meeting.AcceptLater(r.Context(), tx, item.ID)
		}
		return meeting.Schedule(r.Context(), tx, item.ID, sitting)
	})
}

func (p *Pages) showDecline(w http.ResponseWriter, r *http.Request) error {
	return p.declineForm(w, r, nil, nil)
}

func (p *Pages) declineForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	item, m, err := p.itemFor(r, access.KeepSittings)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := newForm(r, locale.T(ctx, "meeting.decline.title"), link.DeclineItem(item.ID), home(item), faults)
	v.Preline, v.Submit = item.Title, locale.T(ctx, "meeting.decline.submit")
	v.add(ui.TextArea, ui.Field{
		Name: "why", Label: locale.T(ctx, "meeting.label.why"), Hint: locale.T(ctx, "meeting.hint.decline_why"), MaxLength: meeting.MaxWhy, Rows: 3,
		Value: typed(f, "why", ""),
	})
	return v.show(w, r, itemWay(r, item, m)...)
}

func (p *Pages) decline(w http.ResponseWriter, r *http.Request) error {
	item, _, err := p.itemFor(r, access.KeepSittings)
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	why := f.Text("why")
	if err = f.Faults.Err(); err == nil {
		err = p.write(r, access.KeepSittings, func(tx *db.Tx) error { return meeting.Decline(r.Context(), tx, item.ID, why) })
	}
	again := func(faults fault.Fields) error { return p.declineForm(w, r, f, faults) }
	return finish(w, r, err, again, link.Backlog(item.BodyID), "meeting.flash.declined")
}
