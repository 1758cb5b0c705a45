package meetingpage

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
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

func (p *Pages) showPlan(w http.ResponseWriter, r *http.Request) error {
	return p.planForm(w, r, nil, nil)
}

func (p *Pages) planForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	var of body.Body
	var earlier []meeting.Meeting
	err = p.read(r, access.KeepSittings, func(tx *db.Tx) (err error) {
		if of, err = bodyFor(r, tx, access.KeepSittings, id); err != nil {
			return err
		}
		earlier, err = meeting.Latest(ctx, tx, id, 10)
		return err
	})
	if err != nil {
		return err
	}
	v := newForm(r, locale.T(ctx, "meeting.plan.title"), link.NewSitting(id), link.Sittings(), faults)
	v.Preline, v.Submit = of.Name, locale.T(ctx, "meeting.plan.submit")
	v.hide("id", typed(f, "id", uuid.NewString()))
	title := meeting.NextTitle(earlier)
	if title == "" {
		held := slices.DeleteFunc(slices.Clone(earlier), func(m meeting.Meeting) bool { return m.State == meeting.Cancelled })
		title = locale.T(ctx, "meeting.plan.default_title", "Number", strconv.Itoa(len(held)+1))
	}
	v.addSitting(r, f, meeting.Input{Title: title, StartsAt: "10:00", EndsAt: "12:00"})
	if len(earlier) > 0 {
		options := make([]ui.Option, len(earlier))
		for i, m := range earlier {
			options[i] = ui.Option{Value: m.ID.String(), Label: m.Title + ", " + locale.Date(ctx, m.Day.Time())}
		}
		v.add(ui.Select, ui.Field{
			Name: "template", Label: locale.T(ctx, "meeting.label.template"), Hint: locale.T(ctx, "meeting.hint.template"), Optional: true,
			Empty: locale.T(ctx, "meeting.plan.no_template"), Options: options, Value: typed(f, "template", ""),
		})
	}
	v.add(ui.TextField, ui.Field{
		Name: "further", Label: locale.T(ctx, "meeting.label.further"), Hint: locale.T(ctx, "meeting.hint.further"), Optional: true, Width: ui.WidthFour,
		Inputmode: "numeric", Value: typed(f, "further", ""), Autocomplete: "off",
	})
	v.add(ui.TextField, ui.Field{
		Name: "every", Label: locale.T(ctx, "meeting.label.every"), Optional: true, Width: ui.WidthFour, Inputmode: "numeric",
		Value: typed(f, "every", ""), Autocomplete: "off",
	})
	v.add(ui.Select, ui.Field{Name: "unit", Label: locale.T(ctx, "meeting.label.unit"), Optional: true, Value: typed(f, "unit", meeting.Monthly), Options: []ui.Option{
		{Value: meeting.Weekly, Label: locale.T(ctx, "meeting.unit.weeks")}, {Value: meeting.Monthly, Label: locale.T(ctx, "meeting.unit.months")},
	}})
	return v.show(w, r, bodyWay(ctx, of)...)
}

// bodyFor reads a body for somebody who may do act in it.
func bodyFor(r *http.Request, tx *db.Tx, act access.Action, id uuid.UUID) (body.Body, error) {
	b, err := body.ByID(r.Context(), tx, id)
	if err != nil {
		return b, err
	}
	if !tx.Actor.MayAt(act, id) {
		return b, fault.Forbidden
	}
	return b, nil
}

// addSitting adds the fields that planning and changing share.
func (v *formView) addSitting(r *http.Request, f *form.Values, in meeting.Input) {
	ctx := r.Context()
	text := func(name, value string, edit func(*ui.Field)) ui.Field {
		field := ui.Field{Name: name, Label: locale.T(ctx, "meeting.label."+name), Value: typed(f, name, value), Autocomplete: "off"}
		edit(&field)
		return field
	}
	v.add(ui.TextField, text("title", in.Title, func(f *ui.Field) { f.MaxLength = meeting.MaxTitle }))
	v.add(ui.DateField, text("day", in.Day.String(), func(*ui.Field) {}))
	v.add(ui.TextField, text("starts_at", string(in.StartsAt), func(f *ui.Field) { f.Width, f.Hint = ui.WidthShort, locale.T(ctx, "meeting.hint.clock") }))
	v.add(ui.TextField, text("ends_at", string(in.EndsAt), func(f *ui.Field) { f.Width, f.Optional = ui.WidthShort, true }))
	v.add(ui.TextField, text("place", in.Place, func(f *ui.Field) { f.Optional, f.MaxLength = true, meeting.MaxPlace }))
	v.add(ui.TextField, text("online_url", in.OnlineURL, func(f *ui.Field) { f.Optional, f.Type = true, "url" }))
	v.add(ui.TextArea, text("note", in.Note, func(f *ui.Field) {
		f.Optional, f.MaxLength, f.Hint = true, meeting.MaxNote, locale.T(ctx, "meeting.hint.note")
	}))
	box := func(name string, value bool) {
		v.add(ui.Checkbox, ui.Field{
			Name: name, Label: locale.T(ctx, "meeting.label."+name), Hint: locale.T(ctx, "meeting.hint."+name), Value: ticked(f, name, value), Optional: true,
		})
	}
	box("public", in.Public)
	box("second", in.Second)
}

func readInput(f *form.Values) meeting.Input {
	in := meeting.Input{
		Day: f.Date("day"), Title: f.Text("title"), Place: f.Text("place"), OnlineURL: f.Text("online_url"), Note: f.Text("note"),
		Public: f.Has("public"), Second: f.Has("second"), StartsAt: readClock(f, "starts_at"), EndsAt: readClock(f, "ends_at"),
	}
	return in
}

// readClock reads a time of day. Empty is none.
func readClock(f *form.Values, name string) meeting.Clock {
	s := f.Text(name)
	if s == "" {
		return ""
	}
	c, ok := meeting.ParseClock(s)
	if !ok {
		f.Faults.Add(name, "meeting.error.clock")
	}
	return c
}

func (p *Pages) planSitting(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	plan := meeting.Plan{Input: readInput(f), Further: f.Int("further"), Every: f.Int("every"), Unit: f.Raw("unit"), Template: f.ID("template")}
	plan.ID = f.NewID("id")
	if err = f.Faults.Err(); err == nil {
		err = p.write(r, access.KeepSittings, func(tx *db.Tx) error {
			if _, err := bodyFor(r, tx, access.KeepSittings, id); err != nil {
				return err
			}
			return meeting.Make(r.Context(), tx, id, plan)
		})
	}
	again := func(faults fault.Fields) error { return p.planForm(w, r, f, faults) }
	return finish(w, r, err, again, link.Sitting(plan.ID), "meeting.flash.planned")
}

func (p *Pages) showEdit(w http.ResponseWriter, r *http.Request) error {
	return p.editForm(w, r, nil, nil)
}

func (p *Pages) editForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	m, err := p.find(r, access.KeepSittings)
	if err != nil {
		return err
	}
	if !m.State.Open() {
		return fault.Explain(fault.Conflict, "meeting.error.opened")
	}
	ctx := r.Context()
	v := newForm(r, locale.T(ctx, "meeting.edit.title"), link.EditSitting(m.ID), link.Sitting(m.ID), faults)
	v.Preline = m.BodyName + ", " + m.Title
	v.hide("version", typed(f, "version", strconv.Itoa(m.Version)))
	v.addSitting(r, f, inputOf(m))
	if m.State == meeting.Invited {
		v.Before = []templ.Component{ui.Alert(ui.Notice{Title: locale.T(ctx, "meeting.edit.tells"), Text: locale.T(ctx, "meeting.edit.tells_text")})}
		v.add(ui.TextArea, ui.Field{
			Name: "why", Label: locale.T(ctx, "meeting.label.short_notice"), Hint: locale.T(ctx, "meeting.hint.short_notice"), Optional: true, Rows: 2,
			MaxLength: meeting.MaxWhy, Value: typed(f, "why", ""),
		})
	}
	return v.show(w, r, way(ctx, m)...)
}

func inputOf(m meeting.Meeting) meeting.Input {
	return meeting.Input{
		ID: m.ID, Day: m.Day, StartsAt: m.StartsAt, EndsAt: m.EndsAt, Title: m.Title, Place: m.Place, OnlineURL: m.OnlineURL, Note: m.Note,
		Public: m.Public, Second: m.Second,
	}
}

// find reads the sitting of the address for somebody who may do act in its
// body.
func (p *Pages) find(r *http.Request, act access.Action) (m meeting.Meeting, err error) {
	id, err := form.PathID(r, "id")
	if err != nil {
		return m, err
	}
	err = p.read(r, act, func(tx *db.Tx) (err error) {
		m, err = p.sittingFor(r, tx, act, id)
		return err
	})
	return m, err
}

func (p *Pages) changeSitting(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	in, version, why := readInput(f), f.Int("version"), f.Text("why")
	if err = f.Faults.Err(); err == nil {
		err = p.write(r, access.KeepSittings, func(tx *db.Tx) error { return p.meetings.Change(r.Context(), tx, id, version, in, why) })
	}
	if errors.Is(err, fault.Stale) {
		return p.staleSitting(w, r, in, f)
	}
	again := func(faults fault.Fields) error { return p.editForm(w, r, f, faults) }
	return finish(w, r, err, again, link.Sitting(id), "meeting.flash.changed")
}

// staleView shows what somebody else saved beside what was typed.
type staleView struct {
	Frame     layout.Args
	Compare   ui.Comparison
	Action    string
	Mine      []ui.Hidden
	CancelURL string
}

// staleSitting answers 409 to the form of a sitting.
func (p *Pages) staleSitting(w http.ResponseWriter, r *http.Request, in meeting.Input, f *form.Values) error {
	m, err := p.find(r, access.KeepSittings)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := staleView{Action: link.EditSitting(m.ID), CancelURL: link.Sitting(m.ID)}
	v.Mine = []ui.Hidden{{Name: "version", Value: strconv.Itoa(m.Version)}}
	saved := inputOf(m)
	for _, field := range []struct{ name, saved, mine string }{
		{"title", saved.Title, in.Title},
		{"day", saved.Day.String(), in.Day.String()},
		{"starts_at", string(saved.StartsAt), string(in.StartsAt)},
		{"ends_at", string(saved.EndsAt), string(in.EndsAt)},
		{"place", saved.Place, in.Place},
		{"online_url", saved.OnlineURL, in.OnlineURL},
		{"note", saved.Note, in.Note},
	} {
		v.row(locale.T(ctx, "meeting.label."+field.name), field.saved, field.mine)
		v.Mine = append(v.Mine, ui.Hidden{Name: field.name, Value: field.mine})
	}
	for _, name := range []string{"public", "second", "why"} {
		v.Mine = append(v.Mine, ui.Hidden{Name: name, Value: f.Raw(name)})
	}
	return v.show(w, r, way(ctx, m)...)
}

func (v *staleView) row(label, saved, mine string) {
	v.Compare.Rows = append(v.Compare.Rows, ui.DiffRow{Label: label, Left: saved, Right: mine})
}

func (v *staleView) show(w http.ResponseWriter, r *http.Request, way ...ui.Link) error {
	ctx := r.Context()
	v.Compare.Left, v.Compare.Right = locale.T(ctx, "meeting.stale.saved"), locale.T(ctx, "meeting.stale.mine")
	v.Frame = handler.Frame(r).WithErrors(true).WithBreadcrumb(way...)
	return handler.RenderStatus(w, r, http.StatusConflict, stalePage(*v))
}
