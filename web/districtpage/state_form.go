package districtpage

import (
	"context"
	"errors"
	"net/http"
	"slices"

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
	"rundertisch/internal/post"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// stateForm is the form for a state of a post or of a conference.
type stateForm struct {
	Place      string // the district's name
	Frame      layout.Args
	Title      string
	Lead       string
	Action     string
	Cancel     string
	Errors     form.Errors
	ID         string
	State      string
	Options    []ui.Option
	From       string
	Today      string
	Note       string
	Holder     *holderFields // only if the reader may set "filled"
	Advertises bool          // the reader may set "advertised"
	Closes     string
}

type holderFields struct {
	Name, Share, Email, Phone string
	ShowName                  bool
}

func (p *Pages) showPostStateForm(w http.ResponseWriter, r *http.Request) error {
	return p.postStateForm(w, r, form.From(nil), nil)
}

// setPostState records the state and, where it belongs to it, the holder or
// the advertisement. The same form sent twice has one effect.
func (p *Pages) setPostState(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	n := post.NewState{
		ID: f.NewID("id"), State: post.State(f.Text("state")), From: f.Date("from"), Note: f.Text("note"), ClosesOn: f.Date("closes_on"),
	}
	if n.State == post.Filled && f.Has("holder_name") {
		h := parseHolder(f)
		n.Holder = &h
	}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(ctx, access.SetPostState, func(tx *db.Tx) error {
			at, err := findFor(r, tx, access.SetPostState)
			if err != nil {
				return err
			}
			return post.SetState(ctx, tx, at.post, n)
		})
	}
	if fields, ok := fault.AsFields(err); ok {
		return p.postStateForm(w, r, f, fields)
	}
	return p.done(w, r, err, "district.state_set")
}

// done answers a change that worked, or was done before by the same form.
func (*Pages) done(w http.ResponseWriter, r *http.Request, err error, flash string) error {
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.District(form.Path(r, "ags")), flash)
}

func (p *Pages) postStateForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	ctx := r.Context()
	var at place
	var now string
	var today calendar.Date
	err := p.db.Read(ctx, access.SetPostState, func(tx *db.Tx) (err error) {
		if at, err = findFor(r, tx, access.SetPostState); err != nil {
			return err
		}
		today = calendar.Of(tx.Now)
		states, err := post.Timeline(ctx, tx, at.post.ID)
		now = current(states, today)
		return err
	})
	if err != nil {
		return err
	}
	title := locale.T(ctx, "district.set_state")
	v := newStateForm(r, at.district, title, link.NewPostState(at.district.AGS), f, faults, today)
	v.Lead = locale.T(ctx, "district.state_now", "State", locale.T(ctx, "post.state."+now))
	v.Options = postOptions(ctx, handler.Actor(r), post.State(now))
	v.Advertises = offers(v.Options, post.Advertised)
	v.Closes = f.Text("closes_on")
	if offers(v.Options, post.Filled) {
		v.Holder = typedHolder(f, faults == nil)
	}
	return renderForm(w, r, v.Errors, stateFormPage(v))
}

func offers(options []ui.Option, s post.State) bool {
	return slices.ContainsFunc(options, func(o ui.Option) bool { return o.Value == string(s) })
}

// typedHolder is what was typed about the holder; a fresh form offers a full
// post.
func typedHolder(f *form.Values, fresh bool) *holderFields {
	h := holderFields{
		Name: f.Text("holder_name"), Share: f.Text("fte"), Email: f.Text("office_email"), Phone: f.Text("office_phone"), ShowName: f.Has("show_name"),
	}
	if h.Share == "" && fresh {
		h.Share = "100"
	}
	return &h
}

// postOptions offers the next steps first, then what can only be added for an
// earlier day.
func postOptions(ctx context.Context, a access.Actor, now post.State) []ui.Option {
	who := post.District
	if a.OfMinistry() {
		who = post.Ministry
	}
	next := now.Next(who)
	options := stateOptions(ctx, "post.state.", locale.T(ctx, "district.next"), next)
	var earlier []post.State
	for _, s := range post.Settable(who) {
		if !slices.Contains(next, s) {
			earlier = append(earlier, s)
		}
	}
	return append(options, stateOptions(ctx, "post.state.", locale.T(ctx, "district.earlier"), earlier)...)
}

func stateOptions[S ~string](ctx context.Context, prefix, group string, states []S) []ui.Option {
	var list []ui.Option
	for _, s := range states {
		list = append(list, ui.Option{Value: string(s), Label: locale.T(ctx, prefix+string(s)), Group: group})
	}
	return list
}

// newStateForm fills what posts and conferences share. A new form gets the id
// of the fact that it will record.
func newStateForm(r *http.Request, d district.District, title, action string, f *form.Values, faults fault.Fields, today calendar.Date) stateForm {
	ctx := r.Context()
	errs := form.Say(ctx, faults)
	v := stateForm{
		Place: d.Name, Title: title, Action: action, Cancel: link.District(d.AGS), Errors: errs,
		ID: f.Raw("id"), State: f.Text("state"), From: f.Text("from"), Today: today.String(), Note: f.Text("note"),
	}
	v.Frame = handler.Frame(r).WithErrors(errs.Any()).WithBreadcrumb(crumbs(ctx, d, ui.Link{Label: title, URL: action})...)
	if v.ID == "" {
		v.ID = uuid.NewString()
	}
	if v.From == "" && faults == nil {
		v.From = today.String()
	}
	return v
}

func (p *Pages) showConferenceForm(w http.ResponseWriter, r *http.Request) error {
	return p.conferenceForm(w, r, form.From(nil), nil)
}

func (p *Pages) setConference(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	n := body.NewState{ID: f.NewID("id"), State: body.ConferenceState(f.Text("state")), From: f.Date("from"), Note: f.Text("note")}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(ctx, access.SetConference, func(tx *db.Tx) error {
			at, err := findFor(r, tx, access.SetConference)
			if err != nil {
				return err
			}
			return body.SetConferenceState(ctx, tx, at.district.ID, n)
		})
	}
	if fields, ok := fault.AsFields(err); ok {
		return p.conferenceForm(w, r, f, fields)
	}
	return p.done(w, r, err, "district.conference_set")
}

func (p *Pages) conferenceForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	ctx := r.Context()
	var at place
	var now string
	var today calendar.Date
	err := p.db.Read(ctx, access.SetConference, func(tx *db.Tx) (err error) {
		if at, err = findFor(r, tx, access.SetConference); err != nil {
			return err
		}
		today = calendar.Of(tx.Now)
		states, err := body.Timeline(ctx, tx, at.district.ID)
		now = current(states, today)
		return err
	})
	if err != nil {
		return err
	}
	title := locale.T(ctx, "district.set_conference")
	v := newStateForm(r, at.district, title, link.NewConferenceState(at.district.AGS), f, faults, today)
	v.Lead = locale.T(ctx, "district.conference_now", "State", locale.T(ctx, "conference.state."+now))
	next := body.ConferenceState(now).Next()
	v.Options = stateOptions(ctx, "conference.state.", locale.T(ctx, "district.next"), next)
	var earlier []body.ConferenceState
	for _, s := range body.ConferenceStates() {
		if !slices.Contains(next, s) {
			earlier = append(earlier, s)
		}
	}
	v.Options = append(v.Options, stateOptions(ctx, "conference.state.", locale.T(ctx, "district.earlier"), earlier)...)
	return renderForm(w, r, v.Errors, stateFormPage(v))
}
