package bodypage

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// errand is one form of a body: what it shows and what it does. All of them go
// the same way: show, check, write, back to where the change is seen.
type errand struct {
	act    access.Action
	name   string   // of its texts: body.form.<name>.title and so on
	fields []string // in the order of the form, for the summary of errors
	about  func(ctx context.Context, at place) string
	start  func(at place) url.Values // what a fresh form holds
	draw   func(v inputs) templ.Component
	read   func(f *form.Values) change
	back   func(at place) string // nil: to the body
}

// change does in the transaction what the form said.
type change func(ctx context.Context, tx *db.Tx, at place) error

// inputs are the fields of a form with what was typed.
type inputs struct {
	at     place
	typed  *form.Values
	errors form.Errors
}

func (v inputs) value(name string) string { return v.typed.Text(name) }

// field describes the field of the name with its texts.
func (v inputs) field(ctx context.Context, name string) ui.Field {
	f := ui.Field{Name: name, Label: locale.T(ctx, "body.label."+name), Value: v.value(name), Error: v.errors.Of(name)}
	if key := "body.hint." + name; locale.FromContext(ctx).Has(key) {
		f.Hint = locale.T(ctx, key)
	}
	return f
}

type formView struct {
	Frame        layout.Args
	Title, Place string
	Lead, Submit string
	Action       string
	Cancel       string
	Hidden       []ui.Hidden
	Errors       []ui.FieldError
	Fields       templ.Component
}

// show answers GET with the fresh form.
func (p *Pages) show(e errand) handler.Func {
	return func(w http.ResponseWriter, r *http.Request) error { return p.draw(w, r, e, nil, nil) }
}

// send answers POST.
func (p *Pages) send(e errand) handler.Func {
	return func(w http.ResponseWriter, r *http.Request) error {
		f, err := form.Parse(w, r)
		if err != nil {
			return err
		}
		do := e.read(f)
		var at place
		err = f.Faults.Err()
		if err == nil {
			err = p.db.Write(r.Context(), e.act, func(tx *db.Tx) (err error) {
				if at, err = findFor(r.Context(), r, tx, e.act); err != nil {
					return err
				}
				return do(r.Context(), tx, at)
			})
		}
		if faults, ok := fault.AsFields(err); ok {
			return p.draw(w, r, e, f, faults)
		}
		if errors.Is(err, fault.Stale) && f.Has("version") {
			return p.drawStale(w, r, e, f)
		}
		if err != nil && !errors.Is(err, fact.ErrRepeated) {
			return err
		}
		return handler.SeeOther(w, r, e.backTo(at), "body.form."+e.name+".done")
	}
}

func (e errand) backTo(at place) string {
	if e.back != nil {
		return e.back(at)
	}
	return link.Body(at.body.ID)
}

// lookFor reads the place for a form.
func (p *Pages) lookFor(r *http.Request, act access.Action) (at place, err error) {
	err = p.db.Read(r.Context(), act, func(tx *db.Tx) (err error) {
		if at, err = findFor(r.Context(), r, tx, act); err != nil || act != access.KeepBylaws {
			return err
		}
		at.rules, err = rulesToday(r.Context(), tx, at)
		return err
	})
	return at, err
}

// draw shows the form: fresh without typed values, else with what was typed.
func (p *Pages) draw(w http.ResponseWriter, r *http.Request, e errand, typed *form.Values, faults fault.Fields) error {
	at, err := p.lookFor(r, e.act)
	if err != nil {
		return err
	}
	ctx := r.Context()
	if typed == nil {
		typed = form.From(nil)
		if e.start != nil {
			typed = form.From(e.start(at))
		}
	}
	errs := form.Say(ctx, faults)
	v := formView{
		Title: locale.T(ctx, "body.form."+e.name+".title"), Lead: locale.T(ctx, "body.form."+e.name+".lead"),
		Submit: locale.T(ctx, "body.form."+e.name+".submit"), Place: at.body.Name, Action: r.URL.Path, Cancel: e.backTo(at),
		Errors: e.named(ctx, errs), Fields: e.draw(inputs{at: at, typed: typed, errors: errs}), Hidden: hidden(typed),
	}
	if e.about != nil {
		v.Place += " · " + e.about(ctx, at)
	}
	v.Frame = handler.Frame(r).WithErrors(errs.Any()).WithBreadcrumb(crumbs(ctx, at.body, ui.Link{Label: v.Title, URL: v.Action})...)
	if errs.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, formPage(v))
	}
	return handler.Render(w, r, formPage(v))
}

// hidden carries the id of what the form makes and the version that it changes.
func hidden(typed *form.Values) []ui.Hidden {
	id := typed.Raw("id")
	if id == "" {
		id = uuid.NewString()
	}
	list := []ui.Hidden{{Name: "id", Value: id}}
	if version := typed.Raw("version"); version != "" {
		list = append(list, ui.Hidden{Name: "version", Value: version})
	}
	return list
}

// named puts the label of its field before each message.
func (e errand) named(ctx context.Context, errs form.Errors) []ui.FieldError {
	var labels []string
	for _, name := range e.fields {
		labels = append(labels, name, "body.label."+name)
	}
	return ui.Named(ctx, errs.Summary(e.fields...), labels...)
}

type staleView struct {
	Frame   layout.Args
	Place   string
	Action  string
	Cancel  string
	Submit  string
	Compare ui.Comparison
	Mine    []ui.Hidden
}

// drawStale answers 409: what somebody else saved beside what was typed.
func (p *Pages) drawStale(w http.ResponseWriter, r *http.Request, e errand, typed *form.Values) error {
	at, err := p.lookFor(r, e.act)
	if err != nil {
		return err
	}
	ctx := r.Context()
	saved := e.start(at)
	v := staleView{
		Place: at.body.Name, Action: r.URL.Path, Cancel: e.backTo(at), Submit: locale.T(ctx, "partner.stale.keep_mine"),
		Compare: ui.Comparison{Left: locale.T(ctx, "body.stale.saved"), Right: locale.T(ctx, "body.stale.mine")},
		Mine:    []ui.Hidden{{Name: "id", Value: typed.Raw("id")}, {Name: "version", Value: saved.Get("version")}},
	}
	for _, name := range e.fields {
		v.Compare.Rows = append(v.Compare.Rows, ui.DiffRow{Label: locale.T(ctx, "body.label."+name), Left: saved.Get(name), Right: typed.Text(name)})
		v.Mine = append(v.Mine, ui.Hidden{Name: name, Value: typed.Text(name)})
	}
	v.Frame = handler.Frame(r).WithBreadcrumb(crumbs(ctx, at.body, ui.Link{Label: locale.T(ctx, "body.stale.title"), URL: v.Action})...)
	return handler.RenderStatus(w, r, http.StatusConflict, stalePage(v))
}

// values makes the values of a fresh form from pairs of name and value.
func values(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func number(n int) string { return strconv.Itoa(n) }
