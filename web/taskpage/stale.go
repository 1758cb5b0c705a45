package taskpage

import (
	"net/http"
	"strconv"

	"rundertisch/web/form"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/task"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// staleView shows what somebody else saved beside what was typed.
type staleView struct {
	Frame     layout.Args
	Lead      string
	Rows      []ui.DiffRow
	Action    string
	Mine      []ui.Hidden
	CancelURL string
}

// showStale answers 409 to the form of a task.
func (p *Pages) showStale(w http.ResponseWriter, r *http.Request, in task.Input) error {
	saved, err := p.find(r, access.KeepTasks)
	if err != nil {
		return err
	}
	person, err := p.personName(r, saved, in.OwnerID)
	if err != nil {
		return err
	}
	ctx := r.Context()
	day := func(d calendar.Date) string {
		if d.IsZero() {
			return locale.T(ctx, "task.no_date")
		}
		return locale.Date(ctx, d.Time())
	}
	return renderStale(w, r, saved, staleView{
		Action: link.EditTask(saved.ID),
		Mine: []ui.Hidden{
			{Name: "title", Value: in.Title},
			{Name: "description", Value: in.Description},
			{Name: "owner", Value: in.Owner},
			{Name: "owner_id", Value: form.IDText(in.OwnerID)},
			{Name: "due_on", Value: in.DueOn.String()},
		},
		Rows: []ui.DiffRow{
			{Label: locale.T(ctx, "task.label.title"), Left: saved.Title, Right: in.Title},
			{Label: locale.T(ctx, "task.label.description"), Left: saved.Description, Right: in.Description},
			{Label: locale.T(ctx, "task.label.owner"), Left: saved.Owner, Right: in.Owner},
			{Label: locale.T(ctx, "task.label.person"), Left: saved.OwnerName, Right: person},
			{Label: locale.T(ctx, "task.label.due"), Left: day(saved.DueOn), Right: day(in.DueOn)},
		},
	})
}

// personName returns the name of a person whom the form offers.
func (p *Pages) personName(r *http.Request, t task.Task, id uuid.UUID) (name string, err error) {
	if t.OwnerID != nil && *t.OwnerID == id {
		return t.OwnerName, nil
	}
	err = p.db.Read(r.Context(), access.KeepTasks, func(tx *db.Tx) error {
		people, err := task.Candidates(r.Context(), tx, t.Place())
		for _, c := range people {
			if c.PersonID == id {
				name = c.Name
			}
		}
		return err
	})
	return name, err
}

// showStaleReport answers 409 to a report.
func (p *Pages) showStaleReport(w http.ResponseWriter, r *http.Request, to task.State, outcome string) error {
	saved, err := p.find(r, access.ReportTask)
	if err != nil {
		return err
	}
	ctx := r.Context()
	return renderStale(w, r, saved, staleView{
		Action: link.ReportTask(saved.ID),
		Mine:   []ui.Hidden{{Name: "to", Value: string(to)}, {Name: "outcome", Value: outcome}},
		Rows: []ui.DiffRow{
			{Label: locale.T(ctx, "task.label.state"), Left: locale.T(ctx, saved.State.NameKey()), Right: locale.T(ctx, to.NameKey())},
			{Label: locale.T(ctx, "task.label.outcome"), Left: saved.Outcome, Right: outcome},
		},
	})
}

func renderStale(w http.ResponseWriter, r *http.Request, saved task.Task, v staleView) error {
	ctx := r.Context()
	v.Lead, v.CancelURL = locale.T(ctx, "task.stale.lead", "Title", saved.Title), link.Task(saved.ID)
	v.Mine = append(v.Mine, ui.Hidden{Name: "version", Value: strconv.Itoa(saved.Version)})
	v.Frame = handler.Frame(r).WithErrors(true).WithBreadcrumb(crumb(ctx), ui.Link{Label: saved.Title, URL: link.Task(saved.ID)})
	return handler.RenderStatus(w, r, http.StatusConflict, stalePage(v))
}
