package meetingpage

import (
	"context"
	"net/http"
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

func (p *Pages) openSitting(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	err = p.write(r, access.RunSitting, func(tx *db.Tx) error { return meeting.Open(r.Context(), tx, id) })
	return finish(w, r, err, nil, link.SittingAttendance(id), "meeting.flash.opened")
}

func (p *Pages) showClose(w http.ResponseWriter, r *http.Request) error {
	return p.closeForm(w, r, nil, nil)
}

// closeForm asks before a sitting ends what becomes of each item that is still
// open.
func (p *Pages) closeForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	var m meeting.Meeting
	var agenda []meeting.Item
	var decisions []meeting.Decision
	err = p.read(r, access.RunSitting, func(tx *db.Tx) (err error) {
		if m, err = p.sittingFor(r, tx, access.RunSitting, id); err != nil {
			return err
		}
		if agenda, err = meeting.Agenda(ctx, tx, id); err != nil {
			return err
		}
		decisions, err = meeting.DecisionsOf(ctx, tx, id)
		return err
	})
	if err != nil {
		return err
	}
	v := newForm(r, locale.T(ctx, "meeting.close.title"), link.CloseSitting(m.ID), link.Sitting(m.ID), faults)
	v.Preline, v.Lead, v.Submit = m.BodyName+", "+m.Title, locale.T(ctx, "meeting.close.lead"), locale.T(ctx, "meeting.close.submit")
	v.addOutcomes(ctx, f, agenda, decisions)
	return v.show(w, r, way(ctx, m)...)
}

// addOutcomes adds the choice for each open item. What was voted on was
// treated, unless somebody says otherwise.
func (v *formView) addOutcomes(ctx context.Context, f *form.Values, agenda []meeting.Item, decisions []meeting.Decision) {
	outcomes := []ui.Option{
		{Value: string(meeting.ItemTreated), Label: locale.T(ctx, "meeting.close.treated")},
		{Value: string(meeting.ItemCarried), Label: locale.T(ctx, "meeting.close.carried")},
	}
	for i, item := range agenda {
		if item.State != meeting.ItemPlanned {
			continue
		}
		if len(v.Fields) == 0 {
			v.say(locale.T(ctx, "meeting.close.open"))
		}
		as, hint := meeting.OutcomeOf(item, decisions), ""
		if as == meeting.ItemTreated {
			hint = locale.T(ctx, "meeting.close.voted")
		}
		name := "outcome-" + item.ID.String()
		v.add(ui.Radios, ui.Field{
			Name: name, Label: strconv.Itoa(i+1) + ". " + item.Title, Hint: hint, Value: typed(f, name, string(as)), Options: outcomes, Inline: true,
		})
	}
	if len(v.Fields) == 0 {
		v.say(locale.T(ctx, "meeting.close.none_open"))
	}
}

func (p *Pages) closeSitting(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	err = p.write(r, access.RunSitting, func(tx *db.Tx) error {
		agenda, err := meeting.Agenda(r.Context(), tx, id)
		if err != nil {
			return err
		}
		outcomes := map[uuid.UUID]meeting.ItemState{}
		for _, item := range agenda {
			if as := f.Raw("outcome-" + item.ID.String()); as != "" {
				outcomes[item.ID] = meeting.ItemState(as)
			}
		}
		return meeting.Close(r.Context(), tx, id, outcomes)
	})
	again := func(faults fault.Fields) error { return p.closeForm(w, r, f, faults) }
	return finish(w, r, err, again, link.Sitting(id), "meeting.flash.closed")
}

// attendanceView is the page on which the attendance is recorded.
type attendanceView struct {
	Frame   layout.Args
	Meeting meeting.Meeting
	Quorum  []ui.Figure
	Note    string
	Seats   []seatView
	Errors  []ui.FieldError
	Unasked bool // somebody answered the invitation and is not recorded yet
}

// seatView is a seat with who is there and what can be recorded.
type seatView struct {
	ID          uuid.UUID
	Institution string
	Votes       bool
	Now         ui.Mark
	Stretches   []stretchView
	People      []ui.Option
	Fields      []templ.Component
	There       bool
	Came        bool
}

// stretchView is one record of a seat.
type stretchView struct {
	ID   uuid.UUID
	Text string
}

func (p *Pages) showAttendance(w http.ResponseWriter, r *http.Request) error {
	return p.attendance(w, r, nil, nil)
}

// attendance shows the page, after a fault with what was typed in the form of
// one seat.
func (p *Pages) attendance(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	var v attendanceView
	var count meeting.Count
	var there []meeting.Attended
	var replies map[uuid.UUID]meeting.Reply
	err = p.read(r, access.RunSitting, func(tx *db.Tx) (err error) {
		if v.Meeting, err = p.sittingFor(r, tx, access.RunSitting, id); err != nil {
			return err
		}
		if v.Meeting.State != meeting.InSession {
			return fault.Explain(fault.Conflict, "meeting.error.not_in_session")
		}
		if count, err = meeting.CountAt(ctx, tx, v.Meeting, uuid.Nil, tx.Now); err != nil {
			return err
		}
		if there, err = meeting.Attendance(ctx, tx, id); err != nil {
			return err
		}
		replies, err = meeting.Replies(ctx, tx, v.Meeting)
		return err
	})
	if err != nil {
		return err
	}
	v.Quorum, v.Note = quorumFigures(ctx, count)
	errs := form.Say(ctx, faults)
	for _, s := range count.Seats {
		seat := seatOf(ctx, s, there)
		v.Errors = append(v.Errors, seat.addFields(ctx, f, errs)...)
		_, answered := replies[s.ID]
		v.Unasked = v.Unasked || answered && len(seat.Stretches) == 0
		v.Seats = append(v.Seats, seat)
	}
	status := http.StatusOK
	if len(faults) > 0 {
		status = http.StatusUnprocessableEntity
		if len(v.Errors) == 0 { // of no field that the page shows
			v.Errors = whole(errs.Summary())
		}
	}
	v.Frame = handler.Frame(r).WithErrors(len(faults) > 0).
		WithBreadcrumb(append(way(ctx, v.Meeting), ui.Link{Label: locale.T(ctx, "meeting.attendance.title"), URL: link.SittingAttendance(id)})...)
	return handler.RenderStatus(w, r, status, attendancePage(v))
}

// whole makes faults of the page as a whole: its many forms share field names.
func whole(list []ui.FieldError) []ui.FieldError {
	for i := range list {
		list[i].Field = ""
	}
	return list
}

func seatOf(ctx context.Context, s body.Seat, there []meeting.Attended) seatView {
	v := seatView{ID: s.ID, Institution: s.Institution, Votes: s.Voting, Now: ui.Mark{Label: locale.T(ctx, "meeting.attendance.nobody"), Small: true, Plain: true}}
	for _, a := range there {
		if a.SeatID != s.ID {
			continue
		}
		v.Came = v.Came || a.Status.There()
		if a.Status.There() && a.ToAt == nil {
			v.There, v.Now = true, ui.Mark{Tone: ui.Success, Label: locale.T(ctx, a.Status.NameKey()), Small: true, Plain: true}
		} else if !a.Status.There() {
			v.Now = ui.Mark{Tone: ui.Warning, Label: locale.T(ctx, a.Status.NameKey()), Small: true, Plain: true}
		}
		text := locale.T(ctx, a.Status.NameKey())
		if a.Person != "" {
			text = a.Person + ", " + text
		}
		if part := stretch(ctx, a); part != "" {
			text += ", " + part
		}
		v.Stretches = append(v.Stretches, stretchView{ID: a.ID, Text: text})
	}
	for _, h := range s.Holders {
		label := h.Name
		if h.Slot > 0 {
			label += " (" + locale.T(ctx, "meeting.invite.deputy") + ")"
		}
		v.People = append(v.People, ui.Option{Value: h.PersonID.String(), Label: label})
	}
	return v
}

// addFields makes the fields of the seat's form, with what was typed and what
// is wrong with it, and returns the faults for the summary. The names carry the
// seat, since the page has one form for each.
func (s *seatView) addFields(ctx context.Context, f *form.Values, errs form.Errors) (faults []ui.FieldError) {
	add := func(kind func(ui.Field) templ.Component, field ui.Field) {
		field.Name += "-" + s.ID.String()
		field.Value, field.Error = typed(f, field.Name, ""), errs.Of(field.Name)
		if field.Error != "" {
			faults = append(faults, ui.FieldError{Field: field.Name, Message: s.Institution + ", " + field.Label + ": " + field.Error})
		}
		s.Fields = append(s.Fields, kind(field))
	}
	if !s.There && len(s.People) > 0 {
		add(ui.Select, ui.Field{Name: "person", Label: locale.T(ctx, "meeting.label.person"), Options: s.People})
	}
	if s.There || len(s.People) > 0 {
		add(ui.TextField, ui.Field{
			Name: "at", Label: locale.T(ctx, "meeting.label.at"), Hint: locale.T(ctx, "meeting.hint.at"), Optional: true, Width: ui.WidthShort, Autocomplete: "off",
		})
	}
	if !s.Came {
		add(ui.TextField, ui.Field{
			Name: "reason", Label: locale.T(ctx, "meeting.label.reason"), Optional: true, Autocomplete: "off", MaxLength: meeting.MaxReason,
		})
	}
	return faults
}

// recordAttendance does what one of the page's buttons says.
func (p *Pages) recordAttendance(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	do := readAttendance(r.Context(), f, id)
	if err = f.Faults.Err(); err == nil {
		err = p.write(r, access.RunSitting, do)
	}
	again := func(faults fault.Fields) error { return p.attendance(w, r, f, ofSeat(faults, f.ID("seat"))) }
	return finish(w, r, err, again, link.SittingAttendance(id)+"#sitz-"+f.ID("seat").String(), "meeting.flash.attendance")
}

// ofSeat gives faults of the rules the names that the fields of a seat's form
// have.
func ofSeat(faults fault.Fields, seat uuid.UUID) fault.Fields {
	named := fault.Fields{}
	for name, text := range faults {
		if name == "at" || name == "person" || name == "reason" {
			name += "-" + seat.String()
		}
		named[name] = text
	}
	return named
}

// readAttendance returns what to do. The fields of a seat carry its id, since
// the page has one form for each.
func readAttendance(ctx context.Context, f *form.Values, id uuid.UUID) func(tx *db.Tx) error {
	seat := f.ID("seat")
	clock, person, reason := readClock(f, "at-"+seat.String()), f.ID("person-"+seat.String()), f.Text("reason-"+seat.String())
	switch what := f.Raw("do"); what {
	case "arrive":
		n := meeting.Arrival{ID: f.NewID("id"), Seat: seat, Person: person, At: clock}
		return func(tx *db.Tx) error { return meeting.Arrive(ctx, tx, id, n) }
	case "leave":
		return func(tx *db.Tx) error { return meeting.Leave(ctx, tx, id, seat, clock) }
	case "excused", "absent":
		return func(tx *db.Tx) error { return meeting.Miss(ctx, tx, id, seat, meeting.Status(what), reason) }
	case "unrecord":
		record := f.ID("record")
		return func(tx *db.Tx) error { return meeting.Unrecord(ctx, tx, id, record) }
	case "replies":
		return func(tx *db.Tx) error { return meeting.TakeReplies(ctx, tx, id) }
	}
	return func(*db.Tx) error { return fault.Field("", "form.unreadable") }
}

func (p *Pages) showBias(w http.ResponseWriter, r *http.Request) error {
	return p.biasForm(w, r, nil)
}

func (p *Pages) biasForm(w http.ResponseWriter, r *http.Request, faults fault.Fields) error {
	item, m, err := p.itemFor(r, access.RunSitting)
	if err != nil {
		return err
	}
	ctx := r.Context()
	var seats []body.Seat
	var biased map[uuid.UUID]bool
	err = p.read(r, access.RunSitting, func(tx *db.Tx) (err error) {
		if seats, err = body.Roster(ctx, tx, item.BodyID, m.Day); err != nil {
			return err
		}
		biased, err = meeting.BiasOf(ctx, tx, item.ID)
		return err
	})
	if err != nil {
		return err
	}
	v := newForm(r, locale.T(ctx, "meeting.bias.title"), link.ItemBias(item.ID), home(item), faults)
	v.Preline, v.Lead = item.Title, locale.T(ctx, "meeting.bias.lead")
	v.group(ui.Group{Legend: locale.T(ctx, "meeting.bias.legend"), ID: "befangen"}, func() {
		for _, s := range seats {
			v.add(ui.Checkbox, ui.Field{Name: "seat-" + s.ID.String(), Label: s.Institution, Value: form.Tick(biased[s.ID]), Optional: true})
		}
	})
	return v.show(w, r, itemWay(r, item, m)...)
}

func (p *Pages) setBias(w http.ResponseWriter, r *http.Request) error {
	item, m, err := p.itemFor(r, access.RunSitting)
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	err = p.write(r, access.RunSitting, func(tx *db.Tx) error {
		seats, err := body.Roster(ctx, tx, item.BodyID, m.Day)
		if err != nil {
			return err
		}
		var biased []uuid.UUID
		for _, s := range seats {
			if f.Has("seat-" + s.ID.String()) {
				biased = append(biased, s.ID)
			}
		}
		return meeting.SetBias(ctx, tx, item.ID, biased)
	})
	again := func(faults fault.Fields) error { return p.biasForm(w, r, faults) }
	return finish(w, r, err, again, home(item), "meeting.flash.bias")
}
