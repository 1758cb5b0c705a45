package taskpage

import (
	"context"
	"errors"
	"net/http"
	"strconv"

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

// reportView is the form that says what has become of a task.
type reportView struct {
	Frame   layout.Args
	Task    task.Task
	Next    []task.State
	To      task.State
	Outcome string
	Hidden  []ui.Hidden
	Errors  form.Errors
}

func (p *Pages) showReport(w http.ResponseWriter, r *http.Request) error {
	found, err := p.find(r, access.ReportTask)
	if err != nil {
		return err
	}
	return p.reportWith(w, r, http.StatusOK, found, reportView{Outcome: found.Outcome})
}

func (p *Pages) reportWith(w http.ResponseWriter, r *http.Request, status int, found task.Task, v reportView) error {
	ctx := r.Context()
	v.Task, v.Next = found, task.NextFor(handler.Actor(r), found)
	if len(v.Next) == 0 {
		return fault.Forbidden
	}
	if v.To == "" && len(v.Next) == 1 {
		v.To = v.Next[0]
	}
	v.Hidden = []ui.Hidden{{Name: "version", Value: strconv.Itoa(found.Version)}}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx), ui.Link{Label: found.Title, URL: link.Task(found.ID)},
		ui.Link{Label: locale.T(ctx, "task.report.title"), URL: link.ReportTask(found.ID)})
	return handler.RenderStatus(w, r, status, reportPage(v))
}

func (v reportView) options(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, s := range v.Next {
		list = append(list, ui.Option{Value: string(s), Label: locale.T(ctx, "task.report.to."+string(s))})
	}
	return list
}

func (p *Pages) report(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	to, outcome, version := task.State(f.Text("to")), f.Text("outcome"), f.Int("version")
	found, err := p.find(r, access.ReportTask)
	if err != nil {
		return err
	}
	if !to.Valid() {
		f.Faults.Add("to", "field.choice")
	}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.ReportTask, func(tx *db.Tx) error {
			return task.MoveTo(r.Context(), tx, found.ID, version, to, outcome)
		})
	}
	if faults, ok := fault.AsFields(err); ok {
		found.Version = version
		return p.reportWith(w, r, http.StatusUnprocessableEntity, found, reportView{To: to, Outcome: outcome, Errors: form.Say(r.Context(), faults)})
	}
	if errors.Is(err, fault.Stale) {
		return p.showStaleReport(w, r, to, outcome)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Task(found.ID), "task.flash.reported")
}
