package meetingpage

import (
	"context"
	"net/http"

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
	m, err := p.find(r, access.RunSitting)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := newForm(r, locale.T(ctx, "meeting.close.title"), link.CloseSitting(m.ID), link.Sitting(m.ID), nil)
	v.Preline, v.Lead, v.Submit = m.BodyName+", "+m.Title, locale.T(ctx, "meeting.close.lead"), locale.T(ctx, "meeting.close.submit")
	return v.Show(w, r, way(ctx, m)...)
}

func (p *Pages) closeSitting(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	err = p.write(r, access.RunSitting, func(tx *db.Tx) error { return meeting.Close(r.Context(), tx, id) })
	return finish(w, r, err, nil, link.Sitting(id), "meeting.flash.closed")
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
	There       bool
	Came        bool
}

// stretchView is one record of a seat.
type stretchView struct {
	ID   uuid.UUID
	Text string
}

func (p *Pages) showAttendance(w http.ResponseWriter, r *http.Request) error {
	return p.attendance(w, r, nil)
}

func (p *Pages) attendance(w http.ResponseWriter, r *http.Request, faults fault.Fields) error {
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
	for _, s := range count.Seats {
		seat := seatOf(ctx, s, there)
		_, answered := replies[s.ID]
		v.Unasked = v.Unasked || answered && len(seat.Stretches) == 0
		v.Seats = append(v.Seats, seat)
	}
	status := http.StatusOK
	if len(faults) > 0 {
		status, v.Errors = http.StatusUnprocessableEntity, whole(form.Say(ctx, faults).Summary())
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
	again := func(faults fault.Fields) error { return p.attendance(w, r, faults) }
	return finish(w, r, err, again, link.SittingAttendance(id)+"#sitz-"+f.ID("seat").String(), "meeting.flash.attendance")
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
	for _, s := range seats {
		v.Add(ui.Checkbox, ui.Field{Name: "seat-" + s.ID.String(), Label: s.Institution, Value: flag(biased[s.ID]), Optional: true})
	}
	return v.Show(w, r, itemWay(r, item, m)...)
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
