package districtpage

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
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

// correctionView is the form that corrects a recorded state.
type correctionView struct {
	Frame          layout.Args
	Place          string // the district's name
	Action, Cancel string
	Errors         form.Errors
	ID             string
	Old            ui.Event
	State, From    string
	Options        []ui.Option
	Today          string
	Why            string
	Retract        bool
}

// timeline is what a correction needs to know of posts or of conferences.
type timeline struct {
	options []ui.Option
	action  func(ags string, fact uuid.UUID) string
	mark    func(ctx context.Context, state string) ui.Mark
	read    func(ctx context.Context, tx *db.Tx, at place) ([]fact.Point, error)
}

func postTimeline(ctx context.Context) timeline {
	return timeline{
		options: stateOptions(ctx, "post.state.", "", post.States()), action: link.CorrectPostState, mark: ui.PostMark,
		read: func(ctx context.Context, tx *db.Tx, at place) ([]fact.Point, error) {
			return post.Timeline(ctx, tx, at.post.ID)
		},
	}
}

func conferenceTimeline(ctx context.Context) timeline {
	return timeline{
		options: stateOptions(ctx, "conference.state.", "", body.ConferenceStates()), action: link.CorrectConferenceState, mark: ui.ConferenceMark,
		read: func(ctx context.Context, tx *db.Tx, at place) ([]fact.Point, error) {
			return body.Timeline(ctx, tx, at.district.ID)
		},
	}
}

func (p *Pages) showPostCorrection(w http.ResponseWriter, r *http.Request) error {
	return p.correctionForm(w, r, postTimeline(r.Context()), form.From(nil), nil)
}

func (p *Pages) showConferenceCorrection(w http.ResponseWriter, r *http.Request) error {
	return p.correctionForm(w, r, conferenceTimeline(r.Context()), form.From(nil), nil)
}

func (p *Pages) correctPost(w http.ResponseWriter, r *http.Request) error {
	return p.correct(w, r, postTimeline(r.Context()), func(ctx context.Context, tx *db.Tx, at place, id uuid.UUID, f *form.Values) error {
		return post.Correct(ctx, tx, at.post, id, post.Correction{
			ID: f.ID("id"), State: post.State(f.Text("state")), From: f.Date("from"), Why: f.Text("why"), Retract: f.Has("retract"),
		})
	})
}

func (p *Pages) correctConference(w http.ResponseWriter, r *http.Request) error {
	return p.correct(w, r, conferenceTimeline(r.Context()), func(ctx context.Context, tx *db.Tx, at place, id uuid.UUID, f *form.Values) error {
		return body.CorrectConferenceState(ctx, tx, at.district.ID, id, body.Correction{
			ID: f.ID("id"), State: body.ConferenceState(f.Text("state")), From: f.Date("from"), Why: f.Text("why"), Retract: f.Has("retract"),
		})
	})
}

type correctFunc func(ctx context.Context, tx *db.Tx, at place, id uuid.UUID, f *form.Values) error

func (p *Pages) correct(w http.ResponseWriter, r *http.Request, line timeline, do correctFunc) error {
	id, err := form.PathID(r, "fact")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	f.NewID("id") // what cannot be read is a fault before anything is written
	f.Date("from")
	err = f.Faults.Err()
	if err == nil {
		ctx := r.Context()
		err = p.db.Write(ctx, access.CorrectFact, func(tx *db.Tx) error {
			at, err := findFor(r, tx, access.CorrectFact)
			if err != nil {
				return err
			}
			return do(ctx, tx, at, id, f)
		})
	}
	if fields, ok := fault.AsFields(err); ok {
		return p.correctionForm(w, r, line, f, fields)
	}
	return p.done(w, r, err, "fact.corrected")
}

func (p *Pages) correctionForm(w http.ResponseWriter, r *http.Request, line timeline, f *form.Values, faults fault.Fields) error {
	id, err := form.PathID(r, "fact")
	if err != nil {
		return err
	}
	ctx := r.Context()
	var at place
	var points []fact.Point
	err = p.db.Read(ctx, access.CorrectFact, func(tx *db.Tx) (err error) {
		if at, err = findFor(r, tx, access.CorrectFact); err != nil {
			return err
		}
		points, err = line.read(ctx, tx, at)
		return err
	})
	if err != nil {
		return err
	}
	old, err := standing(points, id)
	if err != nil {
		return err
	}
	errs := form.Say(ctx, faults)
	v := correctionView{
		Place: at.district.Name, Action: line.action(at.district.AGS, id), Cancel: link.District(at.district.AGS), Errors: errs,
		ID: f.Raw("id"), Old: event(ctx, old, line.mark(ctx, old.State), "", false),
		State: f.Text("state"), From: f.Text("from"), Options: line.options,
		Today: calendar.Of(p.db.Now()).String(), Why: f.Text("why"), Retract: f.Has("retract"),
	}
	if v.ID == "" {
		v.ID, v.State, v.From = uuid.NewString(), old.State, old.ValidFrom.String()
	}
	v.Frame = handler.Frame(r).WithErrors(errs.Any()).
		WithBreadcrumb(crumbs(ctx, at.district, ui.Link{Label: locale.T(ctx, "fact.correct"), URL: v.Action})...)
	return renderForm(w, r, errs, correctionPage(v))
}

// standing returns the fact if it is one of the district's and was not
// withdrawn before.
func standing(points []fact.Point, id uuid.UUID) (fact.Point, error) {
	for _, p := range points {
		switch {
		case p.ID != id:
		case p.Withdrawn():
			return fact.Point{}, fault.Explain(fault.Conflict, "fact.already_corrected")
		default:
			return p, nil
		}
	}
	return fact.Point{}, fault.NotFound
}

// renderForm renders a form, with 422 if it shows errors.
func renderForm(w http.ResponseWriter, r *http.Request, errs form.Errors, page templ.Component) error {
	status := http.StatusOK
	if errs.Any() {
		status = http.StatusUnprocessableEntity
	}
	return handler.RenderStatus(w, r, status, page)
}
