package bodypage

import (
	"context"
	"errors"
	"net/http"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/district"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

type newView struct {
	Frame     layout.Args
	In        inputs
	Hidden    []ui.Hidden
	Errors    []ui.FieldError
	Districts []ui.Option
	Parents   []ui.Option
}

// addForm names the fields of the form for a new body, for the summary.
var addForm = errand{fields: []string{"kind", "name", "office_email", "districts", "consulted_on", "priorities", "parent", "since"}}

func (p *Pages) showNew(w http.ResponseWriter, r *http.Request) error {
	return p.drawNew(w, r, form.From(values("kind", string(body.Conference))), nil)
}

func (p *Pages) addBody(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	n := body.New{ID: f.NewID("id"), Kind: body.Kind(f.Text("kind")), ParentID: f.ID("parent"), Since: f.Date("since"), Input: parseInput(f)}
	for _, text := range f.List("districts") {
		id, err := uuid.Parse(text)
		if err != nil {
			f.Faults.Add("districts", "field.choice")
		}
		n.Districts = append(n.Districts, id)
	}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.AddBody, func(tx *db.Tx) error { return body.Add(r.Context(), tx, n) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawNew(w, r, f, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.Body(n.ID), "body.form.add.done")
}

func (p *Pages) drawNew(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	ctx := r.Context()
	var districts []district.District
	var bodies []body.Body
	err := p.db.Read(ctx, access.AddBody, func(tx *db.Tx) (err error) {
		if districts, err = district.List(ctx, tx, calendar.Of(tx.Now)); err != nil {
			return err
		}
		bodies, err = body.All(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	errs := form.Say(ctx, faults)
	v := newView{In: inputs{typed: f, errors: errs}, Hidden: hidden(f), Errors: addForm.named(ctx, errs)}
	for _, d := range districts {
		v.Districts = append(v.Districts, ui.Option{Value: d.ID.String(), Label: d.Name})
	}
	v.Parents = parents(ctx, bodies)
	v.Frame = handler.Frame(r).WithErrors(errs.Any()).WithBreadcrumb(
		ui.Link{Label: locale.T(ctx, "nav.bodies"), URL: link.Bodies()}, ui.Link{Label: locale.T(ctx, "body.form.add.title"), URL: link.NewBody()})
	if errs.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, newPage(v))
	}
	return handler.Render(w, r, newPage(v))
}

// parents offers the bodies that may have groups.
func parents(ctx context.Context, bodies []body.Body) []ui.Option {
	var list []ui.Option
	for _, b := range bodies {
		if b.Kind == body.Conference || b.Kind == body.StateCommittee {
			list = append(list, ui.Option{Value: b.ID.String(), Label: b.Name, Group: locale.T(ctx, "body.kinds."+string(b.Kind))})
		}
	}
	return list
}
