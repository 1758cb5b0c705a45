package grantpage

import (
	"errors"
	"net/http"
	"strconv"

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

type applyView struct {
	Frame  layout.Args
	Fields []ui.Field // scheme, post; then the days
	Hidden []ui.Hidden
	Errors form.Errors
	Closed bool // no scheme takes applications
}

// openSchemes are the schemes that take applications for periods from a day on.
func openSchemes(list []grant.Scheme, from calendar.Date) (open []grant.Scheme) {
	for _, s := range list {
		if s.Kind == grant.Application && s.OpenOn(from) {
			open = append(open, s)
		}
	}
	return open
}

// askApplication offers next year, of which most applications are.
func (p *Pages) askApplication(w http.ResponseWriter, r *http.Request) error {
	next := strconv.Itoa(calendar.Of(p.db.Now()).Year() + 1)
	f := form.From(map[string][]string{"id": {uuid.NewString()}, "from": {next + "-01-01"}, "to": {next + "-12-31"}})
	return p.drawNewApplication(w, r, f, nil)
}

func (p *Pages) drawNewApplication(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	ctx := r.Context()
	v := applyView{Errors: form.Say(ctx, faults), Hidden: []ui.Hidden{{Name: "id", Value: f.Raw("id")}}}
	var schemes []grant.Scheme
	var posts []grant.OwnPost
	err := p.db.Read(ctx, access.ApplyForGrant, func(tx *db.Tx) (err error) {
		if schemes, err = grant.Schemes(ctx, tx); err != nil {
			return err
		}
		posts, err = grant.OwnPosts(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	open := openSchemes(schemes, calendar.Of(p.db.Now()))
	v.Closed = len(open) == 0 || len(posts) == 0
	field := func(name string) ui.Field {
		return ui.Field{Name: name, Label: locale.T(ctx, "grant.label."+name), Value: f.Text(name), Error: v.Errors.Of(name)}
	}
	scheme, post := field("scheme"), field("post")
	scheme.Options = schemeOptions(open)
	for _, one := range posts {
		post.Options = append(post.Options, ui.Option{Value: one.ID.String(), Label: one.District})
	}
	v.Fields = []ui.Field{scheme, post, field("from"), field("to")}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx), ui.Link{Label: locale.T(ctx, "grant.application.new"), URL: link.NewApplication()})
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, applyPage(v))
	}
	return handler.Render(w, r, applyPage(v))
}

func (p *Pages) beginApplication(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	n := grant.NewApplication{ID: f.NewID("id"), SchemeID: f.ID("scheme"), PostID: f.ID("post"), Period: lastDayIn(f, "from", "to")}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(ctx, access.ApplyForGrant, func(tx *db.Tx) error { return grant.Apply(ctx, tx, n) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawNewApplication(w, r, f, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.GrantApplication(n.ID), "grant.application.begun")
}

// lastDayIn reads a range whose last day is in it.
func lastDayIn(f *form.Values, from, to string) calendar.Range {
	r := calendar.Range{From: f.Date(from), To: f.Date(to)}
	if r.From.IsZero() {
		f.Faults.Add(from, "field.missing")
	}
	if r.To.IsZero() {
		f.Faults.Add(to, "field.missing")
		return r
	}
	if r.To = r.To.AddDays(1); !r.From.Before(r.To) {
		f.Faults.Add(to, "grant.error.period")
	}
	return r
}
