package grantpage

import (
	"errors"
	"net/http"

	"github.com/google/uuid"

	"rundertisch/internal/access"
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

type returnView struct {
	Frame  layout.Args
	Case   grant.Case
	Parts  []markFields
	Fields []ui.Field // day, reason
	Hidden []ui.Hidden
	Errors []ui.FieldError
}

// markFields mark a part and say what to mend there.
type markFields struct {
	Mark, Note ui.Field
}

func (p *Pages) askReturn(w http.ResponseWriter, r *http.Request) error {
	return p.drawReturn(w, r, form.From(map[string][]string{"id": {uuid.NewString()}}), nil)
}

func (p *Pages) drawReturn(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	file, err := p.readApplication(r, access.PrepareGrants)
	if err != nil {
		return err
	}
	may := false
	for _, m := range file.moves {
		may = may || m.Event == "returned" && m.Blocked == ""
	}
	if !may {
		return fault.Explain(fault.Conflict, "grant.error.state")
	}
	ctx := r.Context()
	errs := form.Say(ctx, faults)
	v := returnView{Case: file.Case, Hidden: []ui.Hidden{{Name: "id", Value: f.Raw("id")}}}
	order, labels := []string{"marks"}, []string{"marks", "grant.label.marks"}
	for _, s := range grant.Sections() {
		name, note := "mark-"+string(s), grant.TextField(s)
		v.Parts = append(v.Parts, markFields{
			Mark: ui.Field{Name: name, Label: locale.T(ctx, s.NameKey()), Value: f.Raw(name)},
			Note: ui.Field{
				Name: note, Label: locale.T(ctx, "grant.application.mend"), Context: locale.T(ctx, s.NameKey()), Value: f.Text(note), Error: errs.Of(note),
				Optional: true, Unmarked: true, MaxLength: 1000, Rows: 2,
			},
		})
		order, labels = append(order, note), append(labels, note, s.NameKey())
	}
	v.Fields = []ui.Field{
		{Name: "due", Label: locale.T(ctx, "grant.label.due"), Value: f.Text("due"), Error: errs.Of("due")},
		{Name: "reason", Label: locale.T(ctx, "grant.label.cover"), Hint: locale.T(ctx, "grant.hint.cover"), Value: f.Text("reason"), Error: errs.Of("reason"), MaxLength: 4000, Rows: 4},
	}
	v.Errors = ui.Named(ctx, errs.Summary(append(order, "due", "reason")...), append(labels, "due", "grant.label.due", "reason", "grant.label.cover")...)
	v.Frame = handler.Frame(r).WithErrors(errs.Any()).WithBreadcrumb(crumb(ctx), ui.Link{Label: file.FileRef, URL: link.Grant(file.ID)},
		ui.Link{Label: locale.T(ctx, "grant.do.returned"), URL: link.ReturnApplication(file.ID)})
	if errs.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, returnPage(v))
	}
	return handler.Render(w, r, returnPage(v))
}

func (p *Pages) returnApplication(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	act := grant.Act{ID: f.NewID("id"), Event: "returned", To: grant.Returned, Reason: f.Text("reason"), Due: f.Date("due")}
	for _, s := range grant.Sections() {
		if f.Has("mark-" + string(s)) {
			act.Marks = append(act.Marks, grant.Mark{Section: s, Note: f.Text(grant.TextField(s))})
		}
	}
	f.Faults.Require("reason", act.Reason, 4000)
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.StepGrant, func(tx *db.Tx) error { return grant.Take(r.Context(), tx, id, act) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawReturn(w, r, f, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.Grant(id), "grant.done.returned")
}
