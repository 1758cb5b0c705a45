package grantpage

import (
	"errors"
	"net/http"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
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

type absenceView struct {
	Frame  layout.Args
	Rows   []absenceRow
	Fields []ui.Field // cover, from, to
	Hidden []ui.Hidden
	Errors form.Errors
}

type absenceRow struct {
	grant.Absence

	Title string
	State ui.Mark
	End   bool // the reader may end it
}

func (p *Pages) showAbsences(w http.ResponseWriter, r *http.Request) error {
	return p.drawAbsences(w, r, form.From(map[string][]string{"id": {uuid.NewString()}}), nil)
}

func (p *Pages) drawAbsences(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	ctx, me, today := r.Context(), handler.Actor(r).Person, calendar.Of(p.db.Now())
	v := absenceView{Errors: form.Say(ctx, faults), Hidden: []ui.Hidden{{Name: "id", Value: f.Raw("id")}}}
	var list []grant.Absence
	var officers []grant.CaseOfficer
	err := p.db.Read(ctx, access.PrepareGrants, func(tx *db.Tx) (err error) {
		if list, err = grant.Absences(ctx, tx); err != nil {
			return err
		}
		officers, err = grant.CaseOfficers(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	for _, a := range list {
		row := absenceRow{Absence: a, Title: locale.T(ctx, "grant.absence.i_cover", "Who", a.Person), State: absenceState(r, a, today)}
		if a.PersonID == me {
			row.Title, row.End = locale.T(ctx, "grant.absence.covers_me", "Who", a.Cover), !a.Over(today)
		}
		v.Rows = append(v.Rows, row)
	}
	field := func(name, label string) ui.Field {
		return ui.Field{Name: name, Label: locale.T(ctx, label), Value: f.Text(name), Error: v.Errors.Of(name)}
	}
	cover := field("cover", "grant.absence.cover")
	for _, o := range officers {
		if o.ID != me {
			cover.Options = append(cover.Options, ui.Option{Value: o.ID.String(), Label: o.Name})
		}
	}
	v.Fields = []ui.Field{cover, field("from", "grant.absence.from"), field("to", "grant.absence.to")}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx), ui.Link{Label: locale.T(ctx, "grant.absence.title"), URL: link.Absences()})
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, absencePage(v))
	}
	return handler.Render(w, r, absencePage(v))
}

func absenceState(r *http.Request, a grant.Absence, today calendar.Date) ui.Mark {
	key, tone := "grant.absence.to_come", ui.Neutral
	switch {
	case a.Withdrawn != nil:
		key = "grant.absence.withdrawn"
	case a.Over(today):
		key = "grant.absence.over"
	case a.Valid.Contains(today):
		key, tone = "grant.absence.now", ui.Info
	}
	return ui.Mark{Tone: tone, Label: locale.T(r.Context(), key), Small: true}
}

func (p *Pages) enterAbsence(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	n := grant.NewAbsence{ID: f.NewID("id"), CoverID: f.ID("cover"), Valid: lastDayIn(f, "from", "to")}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.PrepareGrants, func(tx *db.Tx) error { return grant.EnterAbsence(r.Context(), tx, n) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawAbsences(w, r, f, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.Absences(), "grant.absence.entered")
}

func (p *Pages) endAbsence(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "absence")
	if err != nil {
		return err
	}
	if err := p.db.Write(r.Context(), access.PrepareGrants, func(tx *db.Tx) error { return grant.EndAbsence(r.Context(), tx, id) }); err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Absences(), "grant.absence.ended")
}
