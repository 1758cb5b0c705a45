package meetingpage

import (
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/meeting"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/ui"
)

func (p *Pages) showInvite(w http.ResponseWriter, r *http.Request) error {
	return p.inviteForm(w, r, nil, nil)
}

// inviteForm is the preview of an invitation: who gets what, and until when it
// is in time.
func (p *Pages) inviteForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	var m meeting.Meeting
	var preview meeting.Preview
	var agenda []meeting.Item
	err = p.read(r, access.KeepSittings, func(tx *db.Tx) (err error) {
		if m, err = p.sittingFor(r, tx, access.KeepSittings, id); err != nil {
			return err
		}
		if preview, err = meeting.PreviewCall(ctx, tx, m); err != nil {
			return err
		}
		agenda, err = meeting.Agenda(ctx, tx, id)
		return err
	})
	if err != nil {
		return err
	}
	v := newForm(r, locale.T(ctx, "meeting.invite.title"), link.InviteToSitting(m.ID), link.Sitting(m.ID), faults)
	v.Preline, v.Submit = m.BodyName+", "+m.Title, locale.T(ctx, "meeting.invite.submit")
	v.Lead = meeting.When(ctx, m)
	v.Before = inviteNotes(ctx, m, preview, agenda)
	v.hide("sequence", typed(f, "sequence", strconv.Itoa(m.Sequence)))
	if preview.Short {
		v.add(ui.TextArea, ui.Field{
			Name: "why", Label: locale.T(ctx, "meeting.label.short_notice"), Hint: locale.T(ctx, "meeting.hint.short_notice"), Rows: 2,
			MaxLength: meeting.MaxWhy, Value: typed(f, "why", ""),
		})
	}
	return v.show(w, r, way(ctx, m)...)
}

func inviteNotes(ctx context.Context, m meeting.Meeting, preview meeting.Preview, agenda []meeting.Item) []templ.Component {
	day := locale.Date(ctx, preview.Deadline.Day.Time())
	tone, key := ui.Success, "meeting.invite.in_time"
	if preview.Short {
		tone, key = ui.Warning, "meeting.invite.late"
	}
	list := []templ.Component{
		ui.Alert(ui.Notice{Tone: tone, Title: locale.T(ctx, key, "Day", day)}),
		explained(locale.T(ctx, "meeting.invite.deadline", "Day", day), steps(ctx, preview.Deadline.Steps)),
	}
	if len(agenda) == 0 {
		list = append(list, ui.Alert(ui.Notice{
			Tone: ui.Warning, Title: locale.T(ctx, "meeting.invite.no_agenda"), Text: locale.T(ctx, "meeting.invite.no_agenda_text"),
			Links: []ui.Link{{Label: locale.T(ctx, "meeting.agenda.add"), URL: link.NewItem(m.ID)}},
		}))
	}
	if len(preview.Vacant) > 0 {
		list = append(list, ui.Paragraph(locale.T(ctx, "meeting.invite.vacant")), bullets(preview.Vacant))
	}
	return append(list, recipientsPart(preview.Recipients))
}

// recipientWay says how somebody is reached.
func recipientWay(ctx context.Context, to meeting.Recipient) string {
	if to.Email == "" {
		return locale.T(ctx, "meeting.fate.letter")
	}
	return to.Email
}

// recipientPart says whether somebody is holder or deputy.
func recipientPart(ctx context.Context, to meeting.Recipient) string {
	if to.Slot > 0 {
		return locale.T(ctx, "meeting.invite.deputy")
	}
	if to.Guest {
		return locale.T(ctx, "role.guest")
	}
	return locale.T(ctx, "meeting.invite.holder")
}

func (p *Pages) invite(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	sequence, why := f.Int("sequence"), f.Text("why")
	if err = f.Faults.Err(); err == nil {
		err = p.write(r, access.KeepSittings, func(tx *db.Tx) error { return p.meetings.Invite(r.Context(), tx, id, sequence, why) })
	}
	again := func(faults fault.Fields) error { return p.inviteForm(w, r, f, faults) }
	return finish(w, r, err, again, link.Sitting(id)+"#versand", "meeting.flash.invited")
}

func (p *Pages) showTell(w http.ResponseWriter, r *http.Request) error {
	m, err := p.find(r, access.KeepSittings)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := newForm(r, locale.T(ctx, "meeting.tell.title"), link.TellOfSitting(m.ID), link.Sitting(m.ID), nil)
	v.Preline, v.Lead, v.Submit = m.BodyName+", "+m.Title, locale.T(ctx, "meeting.tell.lead"), locale.T(ctx, "meeting.tell.submit")
	v.hide("sequence", strconv.Itoa(m.Sequence))
	return v.show(w, r, way(ctx, m)...)
}

func (p *Pages) tell(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	sequence := f.Int("sequence")
	err = p.write(r, access.KeepSittings, func(tx *db.Tx) error { return p.meetings.Tell(r.Context(), tx, id, sequence) })
	return finish(w, r, err, nil, link.Sitting(id)+"#versand", "meeting.flash.told")
}

func (p *Pages) showCancel(w http.ResponseWriter, r *http.Request) error {
	return p.stopForm(w, r, meeting.Cancelled, nil, nil)
}

func (p *Pages) cancel(w http.ResponseWriter, r *http.Request) error {
	return p.stop(w, r, meeting.Cancelled, "meeting.flash.cancelled")
}

func (p *Pages) showPostpone(w http.ResponseWriter, r *http.Request) error {
	return p.stopForm(w, r, meeting.Postponed, nil, nil)
}

func (p *Pages) postpone(w http.ResponseWriter, r *http.Request) error {
	return p.stop(w, r, meeting.Postponed, "meeting.flash.postponed")
}

// stopForm asks before a sitting is cancelled or postponed, and why.
func (p *Pages) stopForm(w http.ResponseWriter, r *http.Request, to meeting.State, f *form.Values, faults fault.Fields) error {
	m, err := p.find(r, access.KeepSittings)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := newForm(r, locale.T(ctx, "meeting.postpone.title"), link.PostponeSitting(m.ID), link.Sitting(m.ID), faults)
	v.Lead, v.Submit = locale.T(ctx, "meeting.postpone.lead"), locale.T(ctx, "meeting.postpone.submit")
	if to == meeting.Cancelled {
		v.Title, v.Action, v.Danger = locale.T(ctx, "meeting.cancel.title"), link.CancelSitting(m.ID), true
		v.Lead, v.Submit = locale.T(ctx, "meeting.cancel.lead"), locale.T(ctx, "meeting.cancel.submit")
	}
	v.Preline = m.BodyName + ", " + m.Title
	v.add(ui.TextArea, ui.Field{
		Name: "why", Label: locale.T(ctx, "meeting.label.why"), Hint: locale.T(ctx, "meeting.hint.stop_why"), MaxLength: meeting.MaxWhy, Rows: 3,
		Value: typed(f, "why", ""),
	})
	return v.show(w, r, way(ctx, m)...)
}

func (p *Pages) stop(w http.ResponseWriter, r *http.Request, to meeting.State, flash string) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	why := f.Text("why")
	if err = f.Faults.Err(); err == nil {
		err = p.write(r, access.KeepSittings, func(tx *db.Tx) error { return p.meetings.Stop(r.Context(), tx, id, to, why) })
	}
	again := func(faults fault.Fields) error { return p.stopForm(w, r, to, f, faults) }
	return finish(w, r, err, again, link.Sitting(id), flash)
}

func (p *Pages) showReply(w http.ResponseWriter, r *http.Request) error {
	return p.replyForm(w, r, access.ReplyToCall, nil, nil)
}

func (p *Pages) showReplyOnBehalf(w http.ResponseWriter, r *http.Request) error {
	return p.replyForm(w, r, access.KeepSittings, nil, nil)
}

// replyForm is the answer of a seat, or with KeepSittings one that the office
// records on behalf of a seat.
func (p *Pages) replyForm(w http.ResponseWriter, r *http.Request, act access.Action, f *form.Values, faults fault.Fields) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	var m meeting.Meeting
	var seats []body.Seat
	err = p.read(r, act, func(tx *db.Tx) (err error) {
		if m, err = p.sittingFor(r, tx, act, id); err != nil {
			return err
		}
		seats, err = body.Roster(ctx, tx, m.BodyID, m.Day)
		return err
	})
	if err != nil {
		return err
	}
	if m.State != meeting.Invited {
		return fault.Explain(fault.Conflict, "meeting.error.not_invited")
	}
	v := newForm(r, locale.T(ctx, "meeting.reply.title"), link.ReplyToSitting(m.ID), link.Sitting(m.ID), faults)
	v.Submit = locale.T(ctx, "meeting.reply.submit")
	own := handler.Actor(r).SeatsFor(access.ReplyToCall, m.BodyID)
	if act == access.KeepSittings {
		v.Title, v.Action = locale.T(ctx, "meeting.reply.record"), link.RecordReply(m.ID)
		own = nil
		for _, s := range seats {
			own = append(own, s.ID)
		}
	}
	v.Preline, v.Lead = m.BodyName+", "+m.Title, meeting.When(ctx, m)
	v.addSeat(r, f, seats, own)
	v.add(ui.Radios, ui.Field{
		Name: "reply", Label: locale.T(ctx, "meeting.label.reply"), Options: named(ctx, meeting.Answers(), meeting.Answer.NameKey), Value: typed(f, "reply", ""),
	})
	v.add(ui.TextArea, ui.Field{
		Name: "note", Label: locale.T(ctx, "meeting.label.reply_note"), Optional: true, Rows: 2, MaxLength: meeting.MaxReplyNote, Value: typed(f, "note", ""),
	})
	if act == access.KeepSittings {
		v.addOnBehalf(ctx, f, calendar.Of(p.db.Now()))
	}
	return v.show(w, r, way(ctx, m)...)
}

// addOnBehalf adds when and how something reached the office.
func (v *formView) addOnBehalf(ctx context.Context, f *form.Values, today calendar.Date) {
	v.add(ui.DateField, ui.Field{Name: "received_on", Label: locale.T(ctx, "meeting.label.received_on"), Value: typed(f, "received_on", today.String())})
	v.add(ui.Radios, ui.Field{
		Name: "source", Label: locale.T(ctx, "meeting.label.source"), Options: named(ctx, meeting.Sources(), meeting.Source.NameKey), Value: typed(f, "source", ""),
	})
}

func readReply(f *form.Values) meeting.NewReply {
	return meeting.NewReply{
		Seat: f.ID("seat"), Reply: meeting.Answer(f.Text("reply")), Note: f.Text("note"), ReceivedOn: f.Date("received_on"),
		Source: meeting.Source(f.Text("source")),
	}
}

func (p *Pages) reply(w http.ResponseWriter, r *http.Request) error {
	return p.takeReply(w, r, access.ReplyToCall, meeting.AnswerCall)
}

func (p *Pages) replyOnBehalf(w http.ResponseWriter, r *http.Request) error {
	return p.takeReply(w, r, access.KeepSittings, meeting.AnswerOnBehalf)
}

func (p *Pages) takeReply(w http.ResponseWriter, r *http.Request, act access.Action, take replyTaker) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	n := readReply(f)
	if err = f.Faults.Err(); err == nil {
		err = p.write(r, act, func(tx *db.Tx) error { return take(r.Context(), tx, id, n) })
	}
	again := func(faults fault.Fields) error { return p.replyForm(w, r, act, f, faults) }
	return finish(w, r, err, again, link.Sitting(id), "meeting.flash.replied")
}

// replyTaker records an answer.
type replyTaker = func(ctx context.Context, tx *db.Tx, meetingID uuid.UUID, n meeting.NewReply) error
