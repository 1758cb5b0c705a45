package districtpage

import (
	"net/http"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/district"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

type talkView struct {
	Frame                              layout.Args
	Place                              string // the district's name
	Action, Cancel                     string
	Errors                             form.Errors
	ID                                 string
	HeldOn, Channel, WithWhom, Summary string
	Channels                           []ui.Option
	Today                              string
}

func (p *Pages) showTalkForm(w http.ResponseWriter, r *http.Request) error {
	return p.talkForm(w, r, form.From(nil), nil)
}

func (p *Pages) noteTalk(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	n := district.NewTalk{
		ID: f.NewID("id"), HeldOn: f.Date("held_on"), Channel: f.Text("channel"), WithWhom: f.Text("with_whom"), Summary: f.Text("summary"),
	}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(ctx, access.NoteTalk, func(tx *db.Tx) error {
			at, err := findFor(r, tx, access.NoteTalk)
			if err != nil {
				return err
			}
			return district.NoteTalk(ctx, tx, at.district.ID, n)
		})
	}
	if fields, ok := fault.AsFields(err); ok {
		return p.talkForm(w, r, f, fields)
	}
	return p.done(w, r, err, "talk.noted")
}

func (p *Pages) talkForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	at, err := p.findToWrite(r, access.NoteTalk)
	if err != nil {
		return err
	}
	ctx := r.Context()
	errs := form.Say(ctx, faults)
	v := talkView{
		Place: at.district.Name, Action: link.NewTalk(at.district.AGS), Cancel: link.District(at.district.AGS), Errors: errs, ID: f.Raw("id"),
		HeldOn: f.Text("held_on"), Channel: f.Text("channel"), WithWhom: f.Text("with_whom"), Summary: f.Text("summary"),
		Channels: stateOptions(ctx, "talk.channel.", "", district.Channels()), Today: calendar.Of(p.db.Now()).String(),
	}
	if v.ID == "" {
		v.ID, v.HeldOn, v.Channel = uuid.NewString(), v.Today, district.Channels()[0]
	}
	v.Frame = handler.Frame(r).WithErrors(errs.Any()).
		WithBreadcrumb(crumbs(ctx, at.district, ui.Link{Label: locale.T(ctx, "talk.note"), URL: v.Action})...)
	return renderForm(w, r, errs, talkPage(v))
}
