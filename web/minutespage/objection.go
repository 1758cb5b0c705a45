package minutespage

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
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/meeting"
	"rundertisch/internal/minutes"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// objectionForm is the form of an objection to one passage.
type objectionForm struct {
	Frame    layout.Args
	Minutes  minutes.Minutes
	Block    blockView
	Typed    minutes.NewObjection
	Seats    []ui.Option // more than one: the member chooses
	OnBehalf bool
	Late     bool
	Table    bool // the passage has one, which the form shows as marks
	Errors   form.Errors
}

func (p *Pages) showObjectionForm(w http.ResponseWriter, r *http.Request) error {
	q := form.Query(r)
	n := minutes.NewObjection{ID: uuid.New(), Kind: minutes.Wrong, Quote: q.Text("zitat")}
	if id := q.ID("entwurf"); id != uuid.Nil {
		draft, err := p.draftOf(r, id)
		if err != nil {
			return err
		}
		n = draft
	}
	if q.Text("fuer") == "sitz" {
		n.Source = meeting.ByLetter
	}
	return p.objectionPage(w, r, http.StatusOK, n, nil)
}

// draftOf reads an own draft back into the form.
func (p *Pages) draftOf(r *http.Request, id uuid.UUID) (n minutes.NewObjection, err error) {
	err = p.db.Read(r.Context(), access.ReadMinutes, func(tx *db.Tx) error {
		o, err := minutes.ObjectionByID(r.Context(), tx, id)
		if err == nil && o.State != minutes.ObjectionDraft {
			err = fault.NotFound
		}
		n = minutes.NewObjection{ID: o.ID, No: o.No, BlockID: o.BlockID, SeatID: o.SeatID, Kind: o.Kind, Quote: o.Quote, Reason: o.Reason, Wish: o.Wish}
		return err
	})
	return n, err
}

func (p *Pages) objectionPage(w http.ResponseWriter, r *http.Request, status int, n minutes.NewObjection, faults fault.Fields) error {
	blockID, err := form.PathID(r, "block")
	if err != nil {
		return err
	}
	v := objectionForm{Typed: n, OnBehalf: n.Source != "", Errors: form.Say(r.Context(), faults)}
	found := false
	m, err := p.read(r, access.ReadMinutes, func(ctx context.Context, tx *db.Tx, m minutes.Minutes) error {
		blocks, err := minutes.Blocks(ctx, tx, m.ID, m.No)
		if err != nil {
			return err
		}
		for _, b := range blocks {
			if b.BlockID == blockID {
				found = true
				v.Block = blockView{ID: b.BlockID, Number: b.Number, Kind: b.Kind, Text: minutes.Markdown(b.Body), NonPublic: b.NonPublic}
				v.Table = minutes.HasTable(b.Body)
				if v.Typed.Wish == "" && status == http.StatusOK {
					v.Typed.Wish = b.Body
				}
			}
		}
		v.Late = m.Late(calendar.Of(tx.Now))
		return v.seats(ctx, tx, m)
	})
	if err != nil {
		return err
	}
	if !found {
		return fault.NotFound
	}
	if !m.State.UnderReview() {
		return fault.Explain(fault.Conflict, "minutes.error.sealed")
	}
	if v.Typed.No == 0 {
		v.Typed.No = m.No
	}
	ctx := r.Context()
	v.Minutes = m
	here := link.NewObjection(m.ID, blockID)
	if v.OnBehalf {
		here = link.NewObjectionOnBehalf(m.ID, blockID)
	}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumbs(ctx, m,
		ui.Link{Label: locale.T(ctx, "minutes.do.review"), URL: link.ReviewMinutes(m.ID)},
		ui.Link{Label: locale.T(ctx, "minutes.objection.new"), URL: here})...)
	return handler.RenderStatus(w, r, status, objectionFormPage(v))
}

// seats are those for which the actor can object. It returns fault.Forbidden if
// there is none.
func (v *objectionForm) seats(ctx context.Context, tx *db.Tx, m minutes.Minutes) error {
	own := tx.Actor.SeatsFor(access.Object, m.BodyID)
	if v.OnBehalf && !tx.Actor.MayAt(access.CirculateMinutes, m.BodyID) || !v.OnBehalf && len(own) == 0 {
		return fault.Forbidden
	}
	if !v.OnBehalf && len(own) == 1 {
		return nil
	}
	roster, err := body.Roster(ctx, tx, m.BodyID, calendar.Of(tx.Now))
	if err != nil {
		return err
	}
	for _, s := range roster {
		mine := false
		for _, id := range own {
			mine = mine || id == s.ID
		}
		if mine || v.OnBehalf && s.Group != body.GroupGuest {
			v.Seats = append(v.Seats, ui.Option{Value: s.ID.String(), Label: s.Institution})
		}
	}
	return nil
}

// object files the objection or keeps it as a draft.
func (p *Pages) object(w http.ResponseWriter, r *http.Request) error {
	id, blockID, f, err := p.passage(w, r)
	if err != nil {
		return err
	}
	n := minutes.NewObjection{
		ID: f.NewID("id"), No: f.Int("no"), BlockID: blockID, SeatID: f.ID("seat"), Kind: minutes.ObjectionKind(f.Text("kind")),
		Quote: f.Text("quote"), Reason: f.Text("reason"), Wish: f.Text("wish"), Draft: f.Text("draft") != "",
		Source: meeting.Source(f.Text("source")), ReceivedOn: f.Date("received_on"),
	}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.ReadMinutes, func(tx *db.Tx) error {
			return p.service.Object(r.Context(), tx, id, n)
		})
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.objectionPage(w, r, http.StatusUnprocessableEntity, n, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	if n.Draft {
		return handler.SeeOther(w, r, link.ReviewMinutes(id)+"#absatz-"+blockID.String(), "minutes.flash.drafted")
	}
	return handler.SeeOther(w, r, link.Objection(n.ID), "minutes.flash.objected")
}

// objectionView is the page of one objection.
type objectionView struct {
	Frame     layout.Args
	Objection minutes.Objection
	Minutes   minutes.Minutes
	Block     blockView
	Messages  []minutes.Message
	MayDecide bool
	Mine      bool // the reader speaks for its seat
	MaySay    bool
	Message   uuid.UUID
	Wished    []minutes.Part
	Errors    form.Errors
	Now       []minutes.Node // the passage in the newest version, if that is another
}

func (p *Pages) showObjection(w http.ResponseWriter, r *http.Request) error {
	return p.objectionDetail(w, r, http.StatusOK, nil)
}

func (p *Pages) objectionDetail(w http.ResponseWriter, r *http.Request, status int, faults fault.Fields) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	v := objectionView{Message: uuid.New(), Errors: form.Say(r.Context(), faults)}
	err = p.db.Read(r.Context(), access.ReadMinutes, func(tx *db.Tx) error { return v.load(r.Context(), tx, id) })
	if err != nil {
		return err
	}
	ctx, actor := r.Context(), handler.Actor(r)
	for _, s := range actor.SeatsFor(access.Object, v.Objection.BodyID) {
		v.Mine = v.Mine || s == v.Objection.SeatID
	}
	v.MaySay = v.Objection.State != minutes.ObjectionDraft && (v.Mine || actor.MayAt(access.ResolveObjection, v.Objection.BodyID))
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumbs(ctx, v.Minutes,
		ui.Link{Label: objectionName(ctx, v.Objection), URL: link.Objection(id)})...)
	return handler.RenderStatus(w, r, status, objectionPage(v))
}

func (v *objectionView) load(ctx context.Context, tx *db.Tx, id uuid.UUID) (err error) {
	if v.Objection, err = minutes.ObjectionByID(ctx, tx, id); err != nil {
		return err
	}
	o := v.Objection
	if v.Minutes, err = minutes.ByID(ctx, tx, o.MinutesID); err != nil {
		return err
	}
	blocks, err := minutes.Blocks(ctx, tx, o.MinutesID, o.No)
	if err != nil {
		return err
	}
	for _, b := range blocks {
		if b.BlockID == o.BlockID {
			v.Block = blockView{ID: b.BlockID, Number: b.Number, Kind: b.Kind, Text: minutes.Markdown(b.Body), NonPublic: b.NonPublic}
			if o.Wish != "" {
				v.Wished = minutes.Compare(b.Body, o.Wish)
			}
		}
	}
	if v.Messages, err = minutes.Messages(ctx, tx, id); err != nil {
		return err
	}
	choices, err := minutes.Choices(ctx, tx, o)
	v.MayDecide = len(choices) > 0
	return err
}

// withdrawView asks before an objection is withdrawn.
type withdrawView struct {
	Frame     layout.Args
	Objection minutes.Objection
}

func (p *Pages) askWithdraw(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	var v withdrawView
	var m minutes.Minutes
	err = p.db.Read(ctx, access.Object, func(tx *db.Tx) (err error) {
		if v.Objection, err = minutes.ObjectionByID(ctx, tx, id); err != nil {
			return err
		}
		m, err = minutes.ByID(ctx, tx, v.Objection.MinutesID)
		return err
	})
	switch {
	case err != nil:
		return err
	case !slices.Contains(handler.Actor(r).SeatsFor(access.Object, v.Objection.BodyID), v.Objection.SeatID):
		return fault.Forbidden
	case !v.Objection.State.Open():
		return fault.Explain(fault.Conflict, "minutes.error.objection_decided")
	}
	v.Frame = handler.Frame(r).WithBreadcrumb(crumbs(ctx, m,
		ui.Link{Label: objectionName(ctx, v.Objection), URL: link.Objection(id)},
		ui.Link{Label: locale.T(ctx, "minutes.objection.withdraw"), URL: link.WithdrawObjection(id)})...)
	return handler.Render(w, r, withdrawPage(v))
}

func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, access.Object, link.Objection, "minutes.flash.withdrawn",
		func(ctx context.Context, tx *db.Tx, id uuid.UUID, f *form.Values) error {
			return minutes.Withdraw(ctx, tx, id, f.Int("version"))
		})
}

func (p *Pages) discard(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, access.Object, func(uuid.UUID) string { return link.AllMinutes() }, "minutes.flash.discarded",
		func(ctx context.Context, tx *db.Tx, id uuid.UUID, _ *form.Values) error {
			return minutes.DiscardDraft(ctx, tx, id)
		})
}

func (p *Pages) say(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	message, text := f.NewID("id"), f.Text("text")
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.ReadMinutes, func(tx *db.Tx) error { return p.service.Say(r.Context(), tx, id, message, text) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.objectionDetail(w, r, http.StatusUnprocessableEntity, faults)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Objection(id)+"#nachrichten", "")
}

// resolveView is the form that decides on an objection.
type resolveView struct {
	objectionView

	Choices  []ui.Option
	Table    bool // the words have one, which the form shows as marks
	MayWrite bool // else the office writes the new words
	Typed    minutes.Resolution
}

func (p *Pages) showResolve(w http.ResponseWriter, r *http.Request) error {
	return p.resolvePage(w, r, http.StatusOK, nil, nil)
}

func (p *Pages) resolvePage(w http.ResponseWriter, r *http.Request, status int, typed *minutes.Resolution, faults fault.Fields) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	v := resolveView{}
	v.Errors = form.Say(r.Context(), faults)
	var choices []minutes.ObjectionState
	err = p.db.Read(r.Context(), access.ResolveObjection, func(tx *db.Tx) (err error) {
		if err := v.load(r.Context(), tx, id); err != nil {
			return err
		}
		if choices, err = minutes.Choices(r.Context(), tx, v.Objection); err != nil {
			return err
		}
		v.Typed = minutes.Resolution{Body: v.Objection.Wish, Version: v.Objection.Version}
		if v.Objection.State.Followed() { // decided again: from what there is
			v.Typed.Body, v.Typed.Answer = "", v.Objection.Answer
		}
		if v.Typed.Body == "" {
			v.Typed.Body, err = minutes.Words(r.Context(), tx, v.Objection)
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(choices) == 0 {
		return fault.Forbidden
	}
	ctx := r.Context()
	v.MayWrite = handler.Actor(r).MayAt(access.WriteMinutes, v.Objection.BodyID)
	if typed != nil {
		v.Typed = *typed
	}
	v.Table = minutes.HasTable(v.Typed.Body)
	for _, s := range choices {
		v.Choices = append(v.Choices, ui.Option{Value: string(s), Label: locale.T(ctx, "minutes.resolve."+string(s)), Hint: locale.T(ctx, "minutes.resolve."+string(s)+".hint")})
	}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumbs(ctx, v.Minutes,
		ui.Link{Label: objectionName(ctx, v.Objection), URL: link.Objection(id)},
		ui.Link{Label: locale.T(ctx, "minutes.resolve.title"), URL: link.ResolveObjection(id)})...)
	return handler.RenderStatus(w, r, status, resolvePage(v))
}

func (p *Pages) resolve(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	typed := minutes.Resolution{State: minutes.ObjectionState(f.Text("state")), Answer: f.Text("answer"), Body: f.Text("body"), Version: f.Int("version")}
	err = f.Faults.Err()
	if err == nil && typed.State == "" {
		err = fault.Field("state", "field.missing")
	}
	if err == nil {
		err = p.db.Write(r.Context(), access.ResolveObjection, func(tx *db.Tx) error { return p.service.Resolve(r.Context(), tx, id, typed) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.resolvePage(w, r, http.StatusUnprocessableEntity, &typed, faults)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Objection(id), "minutes.flash.resolved")
}
