package minutespage

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/minutes"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// circulateView asks before minutes go to the members.
type circulateView struct {
	Frame     layout.Args
	Minutes   minutes.Minutes
	Preview   minutes.Preview
	Reckoning []string
	ByLetter  []minutes.Recipient
	Typed     *form.Values
	Errors    form.Errors
}

func (p *Pages) askCirculate(w http.ResponseWriter, r *http.Request) error {
	return p.circulatePage(w, r, http.StatusOK, nil, nil)
}

func (p *Pages) circulatePage(w http.ResponseWriter, r *http.Request, status int, typed *form.Values, faults fault.Fields) error {
	v := circulateView{Typed: typed}
	m, err := p.read(r, access.CirculateMinutes, func(ctx context.Context, tx *db.Tx, m minutes.Minutes) (err error) {
		if !tx.Actor.MayAt(access.CirculateMinutes, m.BodyID) {
			return fault.NotFound
		}
		v.Preview, err = minutes.Prepare(ctx, tx, m)
		return err
	})
	if err != nil {
		return err
	}
	if !m.State.BeingWritten() {
		return fault.Explain(fault.Conflict, "minutes.error.state")
	}
	ctx := r.Context()
	v.Minutes, v.Errors = m, form.Say(ctx, faults)
	for _, s := range v.Preview.Deadline.Steps {
		v.Reckoning = append(v.Reckoning, s.Text(locale.FromContext(ctx)))
	}
	for _, one := range v.Preview.Recipients {
		if one.Email == "" {
			v.ByLetter = append(v.ByLetter, one)
		}
	}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumbs(ctx, m,
		ui.Link{Label: locale.T(ctx, "minutes.do.circulate"), URL: link.CirculateMinutes(m.ID)})...)
	return handler.RenderStatus(w, r, status, circulatePage(v))
}

func (p *Pages) circulate(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, access.CirculateMinutes, link.Minutes, "minutes.flash.circulated",
		func(ctx context.Context, tx *db.Tx, id uuid.UUID, f *form.Values) error {
			return p.service.Circulate(ctx, tx, id, f.Int("version"))
		})
}

func (p *Pages) reopen(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, access.WriteMinutes, link.WriteMinutes, "minutes.flash.reopened",
		func(ctx context.Context, tx *db.Tx, id uuid.UUID, f *form.Values) error {
			return minutes.Reopen(ctx, tx, id, f.Int("version"))
		})
}

// passToCheck gives the draft from the office to the chair, or back.
func (p *Pages) passToCheck(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, access.SignMinutes, link.Minutes, "minutes.flash.passed",
		func(ctx context.Context, tx *db.Tx, id uuid.UUID, f *form.Values) error {
			m, err := minutes.ByID(ctx, tx, id)
			if err != nil {
				return err
			}
			if tx.Actor.MayAt(access.WriteMinutes, m.BodyID) {
				return p.service.SendToCheck(ctx, tx, id, f.Int("version"))
			}
			return minutes.SendBack(ctx, tx, id, f.Int("version"), f.Text("note"))
		})
}

// unexplained says how many differences have no reason yet.
func (v circulateView) unexplained() int { return len(minutes.Unexplained(v.Preview.Differences)) }

// summary lists the faults in the order of the differences.
func (v circulateView) summary() []ui.FieldError {
	var names []string
	for _, d := range v.Preview.Differences {
		names = append(names, reasonField(d.BlockID))
	}
	return v.Errors.Summary(append(names, "objection")...)
}

// reason is what was typed as the reason of a change.
func (v circulateView) reason(d minutes.Difference) string {
	if v.Typed == nil {
		return ""
	}
	return v.Typed.Text(reasonField(d.BlockID))
}

// objections are those that were followed and changed nothing yet.
func (v circulateView) objections(ctx context.Context) []ui.Option {
	options := make([]ui.Option, len(v.Preview.Unmet))
	for i, o := range v.Preview.Unmet {
		options[i] = ui.Option{Value: o.ID.String(), Label: unmetName(ctx, o)}
	}
	return options
}

// unmetName names an objection, whose it is and the passage to which it speaks.
func unmetName(ctx context.Context, o minutes.Objection) string {
	return objectionName(ctx, o) + ", " + o.Institution + ", " + locale.T(ctx, "minutes.passage", "Number", o.Block)
}

func (v circulateView) consequences(ctx context.Context) []string {
	list := []string{
		locale.T(ctx, "minutes.circulate.frozen", "No", v.Preview.Next),
		locale.N(ctx, "minutes.circulate.recipients", len(v.Preview.Recipients)),
		locale.T(ctx, "minutes.circulate.deadline", "Day", locale.Date(ctx, v.Preview.Deadline.Day.Time())),
	}
	return list
}

// empty are the passages without a word, each with the way to it.
func (v circulateView) empty(ctx context.Context) []ui.Link {
	links := make([]ui.Link, len(v.Preview.Empty))
	for i, b := range v.Preview.Empty {
		links[i] = ui.Link{Label: locale.T(ctx, "minutes.passage", "Number", b.Number), URL: link.WriteMinutes(v.Minutes.ID) + "#" + ui.FieldID("body-"+b.ID.String())}
	}
	return links
}

// reasonField is the name of the field with the reason of a passage's change.
func reasonField(block uuid.UUID) string { return "reason-" + block.String() }

// explainPassages records the reasons that were typed, all at once.
func (p *Pages) explainPassages(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	err = p.db.Write(r.Context(), access.WriteMinutes, func(tx *db.Tx) error {
		return minutes.ExplainAll(r.Context(), tx, id, func(block uuid.UUID) (string, string) {
			name := reasonField(block)
			return name, f.Text(name)
		})
	})
	if faults, ok := fault.AsFields(err); ok {
		return p.circulatePage(w, r, http.StatusUnprocessableEntity, f, faults)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.CirculateMinutes(id), "minutes.flash.explained")
}
