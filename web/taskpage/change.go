package taskpage

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/task"
	"rundertisch/web/form"
	"rundertisch/web/formpage"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

func (p *Pages) addTask(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	n := task.New{Input: readInput(f), ID: f.NewID("id"), Decision: f.ID("decision")}
	n.BodyID, n.DistrictID = readPlace(f.Raw("place"))
	if err = f.Faults.Err(); err == nil {
		err = p.db.Write(r.Context(), access.KeepTasks, func(tx *db.Tx) error { return task.Add(r.Context(), tx, n) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.newForm(w, r, f, faults)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Task(n.ID), "task.flash.added")
}

// readPlace reads whose the task is.
func readPlace(s string) (bodyID, districtID uuid.UUID) {
	if rest, ok := strings.CutPrefix(s, ofBody); ok {
		if id, err := uuid.Parse(rest); err == nil {
			return id, uuid.Nil
		}
	}
	if rest, ok := strings.CutPrefix(s, ofDistrict); ok {
		if id, err := uuid.Parse(rest); err == nil {
			return uuid.Nil, id
		}
	}
	return uuid.Nil, uuid.Nil
}

func (p *Pages) showEdit(w http.ResponseWriter, r *http.Request) error {
	return p.editForm(w, r, nil, nil)
}

func (p *Pages) editForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	t, err := p.find(r, access.KeepTasks)
	if err != nil {
		return err
	}
	ctx := r.Context()
	var o offer
	err = p.db.Read(ctx, access.KeepTasks, func(tx *db.Tx) error {
		if t.BodyID == nil {
			return o.addDistricts(ctx, tx)
		}
		b, err := body.ByID(ctx, tx, *t.BodyID)
		if err != nil {
			return err
		}
		return o.addPeople(ctx, tx, b)
	})
	if err != nil {
		return err
	}
	v := formpage.New(r, locale.T(ctx, "task.edit.title"), link.EditTask(t.ID), link.Task(t.ID), faults)
	v.Preline = t.Title
	v.Hide("version", formpage.Typed(f, "version", version(t)))
	addFields(ctx, v, f, inputOf(t), withOwner(o.people, t))
	return v.Show(w, r, crumb(ctx), ui.Link{Label: t.Title, URL: link.Task(t.ID)})
}

// withOwner adds the owner who is no longer among those who are offered.
func withOwner(people []ui.Option, t task.Task) []ui.Option {
	if t.OwnerID == nil {
		return people
	}
	for _, o := range people {
		if o.Value == t.OwnerID.String() {
			return people
		}
	}
	return append(people, ui.Option{Value: t.OwnerID.String(), Label: t.OwnerName})
}

func inputOf(t task.Task) task.Input {
	in := task.Input{Title: t.Title, Description: t.Description, Owner: t.Owner, DueOn: t.DueOn}
	if t.OwnerID != nil {
		in.OwnerID = *t.OwnerID
	}
	return in
}

func (p *Pages) changeTask(w http.ResponseWriter, r *http.Request) error {
	t, err := p.find(r, access.KeepTasks)
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	in, read := readInput(f), f.Int("version")
	if err = f.Faults.Err(); err == nil {
		err = p.db.Write(r.Context(), access.KeepTasks, func(tx *db.Tx) error { return task.Change(r.Context(), tx, t.ID, read, in) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.editForm(w, r, f, faults)
	}
	if errors.Is(err, fault.Stale) {
		return p.stale(w, r, t, in)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Task(t.ID), "task.flash.changed")
}

// staleView shows what somebody else saved beside what was typed.
type staleView struct {
	Frame   layout.Args
	Compare ui.Comparison
	Task    task.Task
	Mine    []ui.Hidden
}

// stale answers 409 to the form of a task.
func (p *Pages) stale(w http.ResponseWriter, r *http.Request, t task.Task, mine task.Input) error {
	ctx := r.Context()
	saved := inputOf(t)
	v := staleView{Task: t, Mine: []ui.Hidden{{Name: "version", Value: version(t)}, {Name: "owner_id", Value: idText(mine.OwnerID)}}}
	v.Compare = ui.Comparison{Left: locale.T(ctx, "meeting.stale.saved"), Right: locale.T(ctx, "meeting.stale.mine")}
	for _, field := range []struct{ name, saved, mine string }{
		{"title", saved.Title, mine.Title},
		{"description", saved.Description, mine.Description},
		{"owner", saved.Owner, mine.Owner},
		{"due_on", saved.DueOn.String(), mine.DueOn.String()},
	} {
		v.Compare.Rows = append(v.Compare.Rows, ui.DiffRow{Label: locale.T(ctx, "task.label."+field.name), Left: field.saved, Right: field.mine})
		v.Mine = append(v.Mine, ui.Hidden{Name: field.name, Value: field.mine})
	}
	v.Frame = handler.Frame(r).WithErrors(true).WithBreadcrumb(crumb(ctx), ui.Link{Label: t.Title, URL: link.Task(t.ID)})
	return handler.RenderStatus(w, r, http.StatusConflict, stalePage(v))
}

func idText(id uuid.UUID) string {
	if id == uuid.Nil {
		return ""
	}
	return id.String()
}

func (p *Pages) showState(w http.ResponseWriter, r *http.Request) error {
	return p.stateForm(w, r, nil, nil)
}

func (p *Pages) stateForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	t, err := p.find(r, access.KeepTasks)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := formpage.New(r, locale.T(ctx, "task.set.title"), link.SetTaskState(t.ID), link.Task(t.ID), faults)
	v.Preline = t.Title
	v.Lead = locale.T(ctx, "task.set.now", "State", locale.T(ctx, t.State.NameKey()))
	v.Hide("version", formpage.Typed(f, "version", version(t)))
	v.Add(ui.Radios, ui.Field{Name: "state", Label: locale.T(ctx, "task.label.state"), Options: stateOptions(ctx, t), Value: formpage.Typed(f, "state", "")})
	v.Add(ui.TextArea, ui.Field{
		Name: "outcome", Label: locale.T(ctx, "task.label.outcome"), Hint: locale.T(ctx, "task.hint.outcome"), Optional: true, MaxLength: task.MaxOutcome,
		Value: formpage.Typed(f, "outcome", t.Outcome),
	})
	return v.Show(w, r, crumb(ctx), ui.Link{Label: t.Title, URL: link.Task(t.ID)})
}

func stateOptions(ctx context.Context, t task.Task) []ui.Option {
	var list []ui.Option
	for _, s := range t.State.Next() {
		list = append(list, ui.Option{Value: string(s), Label: locale.T(ctx, s.NameKey())})
	}
	return list
}

func (p *Pages) setState(w http.ResponseWriter, r *http.Request) error {
	t, err := p.find(r, access.KeepTasks)
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	to, outcome, read := task.State(f.Text("state")), f.Text("outcome"), f.Int("version")
	if err = f.Faults.Err(); err == nil {
		err = p.db.Write(r.Context(), access.KeepTasks, func(tx *db.Tx) error { return task.SetState(r.Context(), tx, t.ID, read, to, outcome) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.stateForm(w, r, f, faults)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Task(t.ID), "task.flash.state")
}
