package taskpage

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/task"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// formView is the form of a task.
type formView struct {
	Frame     layout.Args
	Title     string
	Lead      string
	Action    string
	Submit    string
	CancelURL string
	Hidden    []ui.Hidden
	New       bool
	Fixed     bool // the source says whose task it is
	Typed     task.Input
	Due       string // as typed
	Places    []task.Named
	People    []task.Candidate
	Errors    form.Errors
}

// readInput reads what was typed of a task.
func readInput(f *form.Values) task.Input {
	return task.Input{
		Title: f.Text("title"), Description: f.Text("description"), Owner: f.Text("owner"), OwnerID: f.ID("owner_id"),
		DueOn: f.Date("due_on"), NonPublic: f.Has("non_public"),
	}
}

// readSource reads from what a new task comes: from the address at first, then
// from the form.
func readSource(q *form.Values) (task.Source, uuid.UUID) {
	if id := q.ID("beschluss"); id != uuid.Nil {
		return task.FromDecision, id
	}
	if id := q.ID("taetigkeit"); id != uuid.Nil {
		return task.FromActivity, id
	}
	return task.FromNothing, uuid.Nil
}

func (p *Pages) showNew(w http.ResponseWriter, r *http.Request) error {
	q := form.Query(r)
	source, id := readSource(q)
	return p.newWith(w, r, http.StatusOK, nil, func(o task.Origin, places []task.Named) (task.Input, string) {
		in := o.Input
		in.ID, in.Source, in.SourceID = uuid.New(), source, id
		if source == task.FromNothing {
			in.Place = placeOf(places, q.ID("ort"))
		}
		return in, in.DueOn.String()
	}, source, id)
}

// newWith shows the form of a new task, filled by fill.
func (p *Pages) newWith(w http.ResponseWriter, r *http.Request, status int, faults fault.Fields,
	fill func(task.Origin, []task.Named) (task.Input, string), source task.Source, id uuid.UUID,
) error {
	ctx := r.Context()
	v := formView{
		Title: locale.T(ctx, "task.new.title"), Action: link.NewTask(), Submit: locale.T(ctx, "task.new.submit"),
		CancelURL: link.Tasks(), New: true, Fixed: source != task.FromNothing, Errors: form.Say(ctx, faults),
	}
	err := p.db.Read(ctx, access.KeepTasks, func(tx *db.Tx) error {
		o, err := task.OriginOf(ctx, tx, source, id)
		if err != nil {
			return err
		}
		if v.Fixed {
			v.Lead = locale.T(ctx, "task.new.from", "Title", o.Title)
		}
		if v.Places, err = task.Places(ctx, tx); err != nil {
			return err
		}
		v.Typed, v.Due = fill(o, v.Places)
		v.People, err = task.Candidates(ctx, tx, v.asked()...)
		return err
	})
	if err != nil {
		return err
	}
	v.Hidden = []ui.Hidden{{Name: "id", Value: v.Typed.ID.String()}}
	switch {
	case source == task.FromDecision:
		v.Hidden = append(v.Hidden, ui.Hidden{Name: "beschluss", Value: id.String()})
	case source == task.FromActivity:
		v.Hidden = append(v.Hidden, ui.Hidden{Name: "taetigkeit", Value: id.String()})
	case len(v.Places) == 1:
		v.Hidden = append(v.Hidden, ui.Hidden{Name: "place", Value: v.Places[0].ID().String()})
	}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx), ui.Link{Label: v.Title, URL: link.NewTask()})
	return handler.RenderStatus(w, r, status, formPage(v))
}

// asked are the places whose people the form offers.
func (v formView) asked() []task.Place {
	if v.Fixed {
		return []task.Place{v.Typed.Place}
	}
	var list []task.Place
	for _, n := range v.Places {
		list = append(list, n.Place)
	}
	return list
}

func (p *Pages) addTask(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	in := readInput(f)
	in.ID = f.NewID("id")
	in.Source, in.SourceID = readSource(f)
	place := f.ID("place")
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.KeepTasks, func(tx *db.Tx) error {
			if in.Source == task.FromNothing {
				places, err := task.Places(r.Context(), tx)
				if err != nil {
					return err
				}
				in.Place = placeOf(places, place)
			}
			return p.service.Add(r.Context(), tx, in)
		})
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.newWith(w, r, http.StatusUnprocessableEntity, faults, func(o task.Origin, places []task.Named) (task.Input, string) {
			in.NonPublic = in.NonPublic || o.Input.NonPublic
			in.Place = o.Place
			if in.Source == task.FromNothing {
				in.Place = placeOf(places, place)
			}
			return in, dateText(f, in)
		}, in.Source, in.SourceID)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Task(in.ID), "task.flash.added")
}

// dateText is the date as the field shows it: what could not be read as it was
// typed.
func dateText(f *form.Values, in task.Input) string {
	if in.DueOn.IsZero() {
		return f.Text("due_on")
	}
	return in.DueOn.String()
}

// placeOf returns the place with the id among those that the actor may choose;
// the only one if there is no choice.
func placeOf(places []task.Named, id uuid.UUID) task.Place {
	if id == uuid.Nil && len(places) == 1 {
		return places[0].Place
	}
	for _, n := range places {
		if n.ID() == id {
			return n.Place
		}
	}
	return task.Place{}
}

func (p *Pages) showEdit(w http.ResponseWriter, r *http.Request) error {
	found, err := p.find(r, access.KeepTasks)
	if err != nil {
		return err
	}
	return p.editWith(w, r, http.StatusOK, found, found.Input(), found.DueOn.String(), nil)
}

func (p *Pages) editWith(w http.ResponseWriter, r *http.Request, status int, found task.Task, in task.Input, due string, faults fault.Fields) error {
	if !task.MayKeep(handler.Actor(r), found) {
		return fault.Forbidden
	}
	ctx := r.Context()
	v := formView{
		Title: locale.T(ctx, "task.edit.title"), Lead: found.PlaceName, Action: link.EditTask(found.ID), Submit: locale.T(ctx, "task.edit.submit"),
		CancelURL: link.Task(found.ID), Fixed: true, Typed: in, Due: due, Errors: form.Say(ctx, faults),
		Hidden: []ui.Hidden{{Name: "version", Value: strconv.Itoa(found.Version)}},
	}
	v.Typed.Place = found.Place()
	err := p.db.Read(ctx, access.KeepTasks, func(tx *db.Tx) (err error) {
		v.People, err = task.Candidates(ctx, tx, found.Place())
		return err
	})
	if err != nil {
		return err
	}
	v.People = withOwner(v.People, found)
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx),
		ui.Link{Label: found.Title, URL: link.Task(found.ID)}, ui.Link{Label: v.Title, URL: link.EditTask(found.ID)})
	return handler.RenderStatus(w, r, status, formPage(v))
}

// withOwner offers who has the task now, also if he has left.
func withOwner(people []task.Candidate, t task.Task) []task.Candidate {
	if t.OwnerID == nil || slices.ContainsFunc(people, func(c task.Candidate) bool { return c.PersonID == *t.OwnerID }) {
		return people
	}
	return append(people, task.Candidate{PersonID: *t.OwnerID, Name: t.OwnerName, Institution: t.Owner, Place: t.Place()})
}

func (p *Pages) changeTask(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	in := readInput(f)
	found, err := p.find(r, access.KeepTasks)
	if err != nil {
		return err
	}
	version := f.Int("version")
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.KeepTasks, func(tx *db.Tx) error {
			return p.service.Change(r.Context(), tx, found.ID, version, in)
		})
	}
	if faults, ok := fault.AsFields(err); ok {
		found.Version = version
		return p.editWith(w, r, http.StatusUnprocessableEntity, found, in, dateText(f, in), faults)
	}
	if errors.Is(err, fault.Stale) {
		return p.showStale(w, r, in)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Task(found.ID), "task.flash.changed")
}

// choosesPlace says whether the form asks whose task it is.
func (v formView) choosesPlace() bool { return v.New && !v.Fixed && len(v.Places) != 1 }

// mayClose says whether the form asks if guests read the task: only bodies have
// guests, and what comes from behind closed doors stays there.
func (v formView) mayClose() bool {
	if !v.New || v.Fixed {
		return v.New && v.Typed.Place.Body != uuid.Nil
	}
	for _, n := range v.Places {
		if n.Body != uuid.Nil {
			return true
		}
	}
	return false
}

func (v formView) places() []ui.Option { return placeOptions(v.Places) }

func placeOptions(places []task.Named) []ui.Option {
	var list []ui.Option
	for _, n := range places {
		list = append(list, ui.Option{Value: n.ID().String(), Label: n.Name})
	}
	return list
}

// people are the persons to choose from, under the name of their place where
// there are several.
func (v formView) people() []ui.Option {
	var list []ui.Option
	seen := map[uuid.UUID]bool{}
	for _, c := range v.People {
		o := ui.Option{Value: c.PersonID.String(), Label: c.Name + " (" + c.Institution + ")"}
		if v.choosesPlace() {
			o.Group = c.PlaceName
		} else if seen[c.PersonID] {
			continue
		}
		seen[c.PersonID] = true
		list = append(list, o)
	}
	return list
}

// summary are the faults in the order of the fields.
func (v formView) summary(ctx context.Context) []ui.FieldError {
	return ui.Named(ctx, v.Errors.Summary("place", "title", "description", "owner_id", "owner", "due_on"), "place", "task.label.place",
		"title", "task.label.title", "description", "task.label.description", "owner_id", "task.label.person", "owner", "task.label.owner",
		"due_on", "task.label.due")
}

func (v formView) ownerID() string { return form.IDText(v.Typed.OwnerID) }

func (v formView) placeID() string { return form.IDText(v.Typed.Place.ID()) }
