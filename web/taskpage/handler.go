// Package taskpage has the pages of the tasks: the list with what is overdue,
// one task, and the forms that give, change and finish it.
package taskpage

import (
	"context"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/district"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/meeting"
	"rundertisch/internal/task"
	"rundertisch/web/form"
	"rundertisch/web/formpage"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// Pages are the pages of the tasks.
type Pages struct{ db *db.DB }

// New returns the pages.
func New(d *db.DB) *Pages { return &Pages{db: d} }

// Routes adds the pages.
func (p *Pages) Routes(m *handler.Mux) {
	m.Get(access.ReadTasks, "/auftraege", p.showList)
	m.Get(access.KeepTasks, "/auftraege/neu", p.showNew)
	m.Post(access.KeepTasks, "/auftraege/neu", p.addTask)
	m.Get(access.ReadTasks, "/auftraege/{id}", p.showTask)
	m.Get(access.KeepTasks, "/auftraege/{id}/bearbeiten", p.showEdit)
	m.Post(access.KeepTasks, "/auftraege/{id}/bearbeiten", p.changeTask)
	m.Get(access.KeepTasks, "/auftraege/{id}/zustand", p.showState)
	m.Post(access.KeepTasks, "/auftraege/{id}/zustand", p.setState)
}

func crumb(ctx context.Context) ui.Link {
	return ui.Link{Label: locale.T(ctx, "nav.tasks"), URL: link.Tasks()}
}

// mark says how a task stands.
func mark(ctx context.Context, t task.Task, today calendar.Date) ui.Mark {
	if t.Overdue(today) {
		return ui.Mark{Tone: ui.Error, Label: locale.T(ctx, "task.overdue"), Small: true, Plain: true}
	}
	tone := ui.Info
	switch t.State {
	case task.Done:
		tone = ui.Success
	case task.Dropped:
		tone = ui.Neutral
	case task.Open, task.InProgress:
	}
	return ui.Mark{Tone: tone, Label: locale.T(ctx, t.State.NameKey()), Small: true, Plain: true}
}

// taskView is the page of one task.
type taskView struct {
	Frame   layout.Args
	Task    task.Task
	Mark    ui.Mark
	Terms   []ui.Term
	MayKeep bool
}

func (p *Pages) showTask(w http.ResponseWriter, r *http.Request) error {
	t, err := p.find(r, access.ReadTasks)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := taskView{Task: t, Mark: mark(ctx, t, calendar.Of(p.db.Now())), MayKeep: t.MayKeep(handler.Actor(r)), Terms: terms(ctx, t)}
	v.Frame = handler.Frame(r).WithBreadcrumb(crumb(ctx), ui.Link{Label: t.Title, URL: link.Task(t.ID)})
	return handler.Render(w, r, taskPage(v))
}

func terms(ctx context.Context, t task.Task) []ui.Term {
	list := []ui.Term{
		{Key: locale.T(ctx, "task.label.place"), Text: t.Place},
		{Key: locale.T(ctx, "task.label.owner"), Text: t.Owner},
		{Key: locale.T(ctx, "task.label.owner_id"), Text: t.OwnerName},
		{Key: locale.T(ctx, "task.label.day"), Text: locale.Date(ctx, t.Day.Time())},
		{Key: locale.T(ctx, "task.label.due_on"), Text: locale.Date(ctx, t.DueOn.Time())},
	}
	if t.Description != "" {
		list = append(list, ui.Term{Key: locale.T(ctx, "task.label.description"), Body: multiline(t.Description)})
	}
	if t.Outcome != "" {
		list = append(list, ui.Term{Key: locale.T(ctx, "task.label.outcome"), Body: multiline(t.Outcome)})
	}
	if t.Source == task.FromDecision && t.SourceID != nil {
		list = append(list, ui.Term{
			Key: locale.T(ctx, "task.label.source"), Body: ui.TextLink(ui.Link{Label: locale.T(ctx, "task.source.decision"), URL: link.Decision(*t.SourceID)}),
		})
	}
	return list
}

// find reads the task of the address for somebody who may read it, or change it
// where the action is KeepTasks.
func (p *Pages) find(r *http.Request, act access.Action) (t task.Task, err error) {
	id, err := form.PathID(r, "id")
	if err != nil {
		return t, err
	}
	err = p.db.Read(r.Context(), act, func(tx *db.Tx) (err error) {
		if t, err = task.ByID(r.Context(), tx, id); err != nil {
			return err
		}
		if act == access.KeepTasks && !t.MayKeep(tx.Actor) {
			return fault.Forbidden
		}
		return nil
	})
	return t, err
}

// offer is what the form of a task offers.
type offer struct {
	places   []ui.Option // "body:<id>" and "district:<id>"
	people   []ui.Option
	decision *meeting.Decision
}

const (
	ofBody     = "body:"
	ofDistrict = "district:"
)

// offers reads where the actor may give tasks, and to whom.
func offers(r *http.Request, tx *db.Tx, decisionID uuid.UUID) (o offer, err error) {
	ctx := r.Context()
	if decisionID != uuid.Nil {
		d, err := meeting.DecisionByID(ctx, tx, decisionID)
		if err != nil {
			return o, err
		}
		if !tx.Actor.MayAt(access.KeepTasks, d.BodyID) {
			return o, fault.Forbidden
		}
		o.decision = &d
	}
	bodies, err := body.All(ctx, tx)
	if err != nil {
		return o, err
	}
	for _, b := range bodies {
		if !tx.Actor.MayAt(access.KeepTasks, b.ID) || o.decision != nil && o.decision.BodyID != b.ID {
			continue
		}
		o.places = append(o.places, ui.Option{Value: ofBody + b.ID.String(), Label: b.Name})
		if err := o.addPeople(ctx, tx, b); err != nil {
			return o, err
		}
	}
	if o.decision != nil {
		return o, nil
	}
	return o, o.addDistricts(ctx, tx)
}

func (o *offer) addPeople(ctx context.Context, tx *db.Tx, b body.Body) error {
	seats, err := body.Roster(ctx, tx, b.ID, calendar.Of(tx.Now))
	for _, s := range seats {
		for _, h := range s.Holders {
			o.people = append(o.people, ui.Option{Value: h.PersonID.String(), Label: h.Name + ", " + s.Institution, Group: b.Name})
		}
	}
	return err
}

func (o *offer) addDistricts(ctx context.Context, tx *db.Tx) error {
	all, err := district.List(ctx, tx, calendar.Of(tx.Now))
	for _, d := range all {
		for _, own := range tx.Actor.Districts() {
			if d.ID == own && tx.Actor.MayIn(access.KeepTasks, own) {
				o.places = append(o.places, ui.Option{Value: ofDistrict + d.ID.String(), Label: d.Name})
				o.people = append(o.people, ui.Option{Value: tx.Actor.Person.String(), Label: tx.Actor.Name, Group: d.Name})
			}
		}
	}
	return err
}

func (p *Pages) showNew(w http.ResponseWriter, r *http.Request) error {
	return p.newForm(w, r, nil, nil)
}

func (p *Pages) newForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	decisionID := form.Query(r).ID("beschluss")
	if f != nil {
		decisionID = f.ID("decision")
	}
	var o offer
	err := p.db.Read(r.Context(), access.KeepTasks, func(tx *db.Tx) (err error) {
		o, err = offers(r, tx, decisionID)
		return err
	})
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := formpage.New(r, locale.T(ctx, "task.new.title"), link.NewTask(), link.Tasks(), faults)
	v.Submit = locale.T(ctx, "task.new.submit")
	v.Hide("id", formpage.Typed(f, "id", uuid.NewString()))
	fresh := task.Input{}
	if o.decision != nil {
		v.Hide("decision", o.decision.ID.String())
		v.Preline, fresh.Title, fresh.Description = locale.T(ctx, "task.source.decision"), o.decision.Title, o.decision.Wording
		v.CancelURL = link.Decision(o.decision.ID)
		fresh.NonPublic = o.decision.NonPublic
	}
	if len(o.places) == 1 {
		v.Hide("place", o.places[0].Value)
	} else {
		v.Add(ui.Select, ui.Field{Name: "place", Label: locale.T(ctx, "task.label.place"), Options: o.places, Value: formpage.Typed(f, "place", ""), Empty: locale.T(ctx, "task.choose")})
	}
	addFields(ctx, v, f, fresh, o.people)
	v.Add(ui.Checkbox, ui.Field{
		Name: "non_public", Label: locale.T(ctx, "task.label.non_public"), Hint: locale.T(ctx, "task.hint.non_public"), Optional: true,
		Value: formpage.Ticked(f, "non_public", fresh.NonPublic),
	})
	return v.Show(w, r, crumb(ctx))
}

func addFields(ctx context.Context, v *formpage.Page, f *form.Values, in task.Input, people []ui.Option) {
	owner := ""
	if in.OwnerID != uuid.Nil {
		owner = in.OwnerID.String()
	}
	v.Add(ui.TextField, ui.Field{Name: "title", Label: locale.T(ctx, "task.label.title"), Value: formpage.Typed(f, "title", in.Title), MaxLength: task.MaxTitle, Autocomplete: "off"})
	v.Add(ui.TextArea, ui.Field{
		Name: "description", Label: locale.T(ctx, "task.label.description"), Value: formpage.Typed(f, "description", in.Description), Optional: true, MaxLength: task.MaxDescription,
	})
	v.Add(ui.TextField, ui.Field{
		Name: "owner", Label: locale.T(ctx, "task.label.owner"), Hint: locale.T(ctx, "task.hint.owner"), Value: formpage.Typed(f, "owner", in.Owner), MaxLength: task.MaxOwner,
		Autocomplete: "off",
	})
	v.Add(ui.Select, ui.Field{
		Name: "owner_id", Label: locale.T(ctx, "task.label.owner_id"), Hint: locale.T(ctx, "task.hint.owner_id"), Options: people, Optional: true,
		Empty: locale.T(ctx, "task.nobody"), Value: formpage.Typed(f, "owner_id", owner),
	})
	v.Add(ui.DateField, ui.Field{Name: "due_on", Label: locale.T(ctx, "task.label.due_on"), Optional: true, Value: formpage.Typed(f, "due_on", in.DueOn.String())})
}

func readInput(f *form.Values) task.Input {
	return task.Input{
		Title: f.Text("title"), Description: f.Text("description"), Owner: f.Text("owner"), OwnerID: f.ID("owner_id"), DueOn: f.Date("due_on"),
		NonPublic: f.Has("non_public"),
	}
}

// version writes the version of a task for a form.
func version(t task.Task) string { return strconv.Itoa(t.Version) }
