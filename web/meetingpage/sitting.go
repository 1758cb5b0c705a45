package meetingpage

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/meeting"
	"rundertisch/internal/minutes"
	"rundertisch/internal/task"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// sittingView is the page of one sitting.
type sittingView struct {
	Frame      layout.Args
	Meeting    meeting.Meeting
	Terms      []ui.Term
	Actions    []ui.Button // links; the first is the primary one
	Opens      bool        // the actor may open it now
	Stopped    string
	Items      []itemView
	MayAdd     bool
	Approvals  []approvalView
	Mine       []answerView // seats of the actor that may answer
	Quorum     []ui.Figure
	QuorumNote string
	There      []meeting.Attended
	Calls      []meeting.Delivery
	Replies    []answerView
	MayRecord  bool // answers on behalf
	Proposals  *deadlineView
	Papers     []meeting.Paper
	MayUpload  bool
	NoPDF      bool   // an invitation went out and cannot be printed here
	Minutes    string // their address; "": none that the actor reads
	Begins     string // id of minutes that the actor may begin; "": not now
}

// approvalView is an item that the sitting could take with one press.
type approvalView struct {
	Item    uuid.UUID // id of the item that would be added
	Minutes uuid.UUID
	Title   string
}

// itemView is an item with what the actor may do to it.
type itemView struct {
	meeting.Item
	Number    int
	Marks     []ui.Mark
	Facts     string
	Links     []ui.Link
	Decisions []meeting.Decision
	Moves     bool
	First     bool // of the agenda: nothing to move it above
	Last      bool
	Finishes  bool
	Tasks     []ui.Link // open ones, under "Kontrolle der Festlegungen"
}

// answerView is a seat with its answer to the invitation.
type answerView struct {
	SeatID      uuid.UUID
	Institution string
	Answer      string // "": none
	Note        string
	Recorded    string // on behalf: when and how it came
}

// deadlineView is a deadline with its arithmetic.
type deadlineView struct {
	Title string
	Steps []string
}

// sittingData is what the page of a sitting reads.
type sittingData struct {
	meeting   meeting.Meeting
	agenda    []meeting.Item
	decisions []meeting.Decision
	there     []meeting.Attended
	seats     []body.Seat
	count     meeting.Count
	calls     []meeting.Delivery
	replies   map[uuid.UUID]meeting.Reply
	tasks     []task.Task // open ones, where the agenda has their review
	papers    []meeting.Paper
	sent      bool // an invitation that the actor may print
	printing  bool // PDFs can be made
	minutes   minutes.Minutes
	written   bool                  // there are minutes that the actor reads
	toApprove []minutes.ForApproval // to who may put items on the agenda now
	rules     body.Bylaws
	today     calendar.Date
}

func (p *Pages) showSitting(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	var d sittingData
	err = p.read(r, access.ReadSittings, func(tx *db.Tx) (err error) {
		d, err = readSitting(r.Context(), tx, id)
		return err
	})
	if err != nil {
		return err
	}
	d.printing = handler.SetsPapers(p.papers)
	v := d.view(r.Context(), handler.Actor(r))
	v.Frame = handler.Frame(r).WithBreadcrumb(way(r.Context(), d.meeting)...)
	return handler.Render(w, r, sittingPage(v))
}

func readSitting(ctx context.Context, tx *db.Tx, id uuid.UUID) (d sittingData, err error) {
	if d.meeting, err = meeting.ByID(ctx, tx, id); err != nil {
		return d, err
	}
	d.today = calendar.Of(tx.Now)
	if d.agenda, err = meeting.Agenda(ctx, tx, id); err != nil {
		return d, err
	}
	if d.decisions, err = meeting.DecisionsOf(ctx, tx, id); err != nil {
		return d, err
	}
	if d.rules, err = body.BylawsOn(ctx, tx, d.meeting.BodyID, d.today); err != nil {
		return d, err
	}
	if slices.ContainsFunc(d.agenda, func(i meeting.Item) bool { return i.Kind == meeting.Tasks }) {
		if d.tasks, err = task.OpenOfBody(ctx, tx, d.meeting.BodyID); err != nil {
			return d, err
		}
	}
	if d.meeting.State.TookPlace() {
		if d.there, err = meeting.Attendance(ctx, tx, id); err != nil {
			return d, err
		}
	}
	if d.count, err = meeting.CountAt(ctx, tx, d.meeting, uuid.Nil, tx.Now); err != nil {
		return d, err
	}
	d.seats = d.count.Seats
	if d.papers, err = meeting.Papers(ctx, tx, id); err != nil {
		return d, err
	}
	if d.minutes, d.written, err = minutes.OfMeeting(ctx, tx, id); err != nil {
		return d, err
	}
	if d.calls, err = meeting.Deliveries(ctx, tx, id); err != nil {
		return d, err
	}
	if d.sent, err = meeting.WasSent(ctx, tx, id); err != nil {
		return d, err
	}
	if d.replies, err = meeting.Replies(ctx, tx, d.meeting); err != nil || !d.takesItems(tx.Actor) {
		return d, err
	}
	d.toApprove, err = minutes.ToApprove(ctx, tx, d.meeting.BodyID, d.meeting.Day)
	return d, err
}

// takesItems says whether the actor may put items on the agenda now.
func (d sittingData) takesItems(a access.Actor) bool {
	m := d.meeting
	return a.MayAt(access.KeepSittings, m.BodyID) && m.State.Open() || a.MayAt(access.RunSitting, m.BodyID) && m.State == meeting.InSession
}

// approvals are the items that the sitting could take with one press: minutes
// that no item names yet.
func (d sittingData) approvals(ctx context.Context) []approvalView {
	var list []approvalView
	for _, m := range d.toApprove {
		if !m.Named {
			list = append(list, approvalView{Item: uuid.New(), Minutes: m.ID, Title: approvalOf(ctx, m)})
		}
	}
	return list
}

func (d sittingData) view(ctx context.Context, a access.Actor) sittingView {
	m := d.meeting
	office, runs := a.MayAt(access.KeepSittings, m.BodyID), a.MayAt(access.RunSitting, m.BodyID)
	v := sittingView{Meeting: m, Terms: terms(ctx, m), Actions: d.actions(ctx, a), There: d.there, Stopped: m.StoppedWhy}
	v.Opens = runs && m.State == meeting.Invited && !m.Day.After(d.today)
	v.NoPDF = d.sent && !d.printing
	v.Papers, v.MayUpload = d.papers, office && m.State != meeting.Cancelled && m.State != meeting.Closed
	v.MayAdd, v.Approvals = d.takesItems(a), d.approvals(ctx)
	for i, item := range d.agenda {
		v.Items = append(v.Items, d.item(ctx, i, item, v.MayAdd, runs && m.State == meeting.InSession))
	}
	if m.State == meeting.InSession {
		v.Quorum, v.QuorumNote = quorumFigures(ctx, d.count)
	}
	if d.written {
		v.Minutes = link.Minutes(d.minutes.ID)
	} else if m.State == meeting.Held && a.MayAt(access.WriteMinutes, m.BodyID) {
		v.Begins = uuid.NewString()
	}
	v.Mine, v.Replies = d.answers(ctx, a.SeatsFor(access.ReplyToCall, m.BodyID), runs)
	if runs {
		v.Calls, v.MayRecord = d.calls, office && m.State == meeting.Invited
	}
	if a.MayAt(access.ProposeItem, m.BodyID) && m.State.Open() {
		v.Proposals = proposalDeadline(ctx, d.rules, m.Day, d.today)
	}
	return v
}

// answers are those of the actor's own seats, and of all to who runs the
// sitting.
func (d sittingData) answers(ctx context.Context, own []uuid.UUID, runs bool) (mine, all []answerView) {
	for _, s := range d.seats {
		answer := d.answer(ctx, s)
		if runs && d.meeting.InvitedAt != nil {
			all = append(all, answer)
		}
		if slices.Contains(own, s.ID) && d.meeting.State == meeting.Invited {
			mine = append(mine, answer)
		}
	}
	return mine, all
}

func proposalDeadline(ctx context.Context, rules body.Bylaws, day, today calendar.Date) *deadlineView {
	d := body.ProposalDeadline(rules, day)
	key := "meeting.proposal.deadline"
	if d.Day.Before(today) {
		key = "meeting.proposal.over"
	}
	return &deadlineView{Title: locale.T(ctx, key, "Day", locale.Date(ctx, d.Day.Time())), Steps: steps(ctx, d.Steps)}
}

func terms(ctx context.Context, m meeting.Meeting) []ui.Term {
	list := []ui.Term{
		{Key: locale.T(ctx, "meeting.label.when"), Text: meeting.When(ctx, m)},
		{Key: locale.T(ctx, "meeting.label.place"), Text: m.Place, Data: true},
	}
	if m.OnlineURL != "" {
		list = append(list, ui.Term{Key: locale.T(ctx, "meeting.label.online_url"), Body: ui.TextLink(ui.Link{Label: m.OnlineURL, URL: m.OnlineURL})})
	}
	open := locale.T(ctx, "meeting.public.no")
	if m.Public {
		open = locale.T(ctx, "meeting.public.yes")
	}
	list = append(list, ui.Term{Key: locale.T(ctx, "meeting.label.public"), Text: open})
	if m.Second {
		list = append(list, ui.Term{Key: locale.T(ctx, "meeting.label.second"), Text: locale.T(ctx, "meeting.hint.second")})
	}
	if m.Note != "" {
		list = append(list, ui.Term{Key: locale.T(ctx, "meeting.label.note"), Body: multiline(m.Note)})
	}
	if m.ShortNoticeWhy != "" {
		list = append(list, ui.Term{Key: locale.T(ctx, "meeting.label.short_notice"), Text: m.ShortNoticeWhy})
	}
	if m.OpenedAt != nil {
		list = append(list, ui.Term{Key: locale.T(ctx, "meeting.label.opened"), Text: locale.DateTime(ctx, *m.OpenedAt)})
	}
	if m.ClosedAt != nil {
		list = append(list, ui.Term{Key: locale.T(ctx, "meeting.label.closed"), Text: locale.DateTime(ctx, *m.ClosedAt)})
	}
	return list
}

// actions are the links at the top, the most needed first.
func (d sittingData) actions(ctx context.Context, a access.Actor) []ui.Button {
	m := d.meeting
	var list []ui.Button
	add := func(act access.Action, key, url string, states ...meeting.State) {
		for _, s := range states {
			if s == m.State && a.MayAt(act, m.BodyID) {
				list = append(list, ui.Button{Label: locale.T(ctx, key), URL: url})
			}
		}
	}
	add(access.ReplyToCall, "meeting.action.reply", link.ReplyToSitting(m.ID), meeting.Invited)
	add(access.RunSitting, "meeting.action.attendance", link.SittingAttendance(m.ID), meeting.InSession)
	add(access.KeepSittings, "meeting.action.invite", link.InviteToSitting(m.ID), meeting.Planned, meeting.Postponed)
	add(access.KeepSittings, "meeting.action.edit", link.EditSitting(m.ID), meeting.Planned, meeting.Postponed, meeting.Invited)
	add(access.KeepSittings, "meeting.action.tell", link.TellOfSitting(m.ID), meeting.Invited)
	add(access.KeepSittings, "meeting.action.postpone", link.PostponeSitting(m.ID), meeting.Invited)
	add(access.KeepSittings, "meeting.action.cancel", link.CancelSitting(m.ID), meeting.Planned, meeting.Invited, meeting.Postponed)
	add(access.RunSitting, "meeting.action.close", link.CloseSitting(m.ID), meeting.InSession)
	if d.sent && d.printing {
		list = append(list, ui.Button{Label: locale.T(ctx, "meeting.action.invitation"), URL: link.SittingInvitation(m.ID), Icon: "download", Download: true})
	}
	list = append(list, ui.Button{Label: locale.T(ctx, "meeting.action.calendar"), URL: link.SittingCalendar(m.ID), Icon: "calendar-today", Download: true})
	return list
}

func (d sittingData) item(ctx context.Context, i int, item meeting.Item, moves, session bool) itemView {
	v := itemView{Item: item, Number: i + 1, First: i == 0, Last: i == len(d.agenda)-1, Moves: moves && item.State == meeting.ItemPlanned, Finishes: session && item.State == meeting.ItemPlanned}
	if item.Kind != meeting.Topic {
		v.Marks = append(v.Marks, ui.Mark{Label: locale.T(ctx, item.Kind.NameKey()), Small: true})
	}
	if item.NonPublic {
		v.Marks = append(v.Marks, ui.Mark{Tone: ui.Warning, Label: locale.T(ctx, "meeting.non_public"), Small: true, Plain: true})
	}
	if item.State != meeting.ItemPlanned {
		v.Marks = append(v.Marks, ui.Mark{Tone: ui.Info, Label: locale.T(ctx, item.State.NameKey()), Small: true, Plain: true})
	}
	v.Facts = facts(ctx, item)
	for _, x := range d.decisions {
		if x.AgendaItemID != nil && *x.AgendaItemID == item.ID {
			v.Decisions = append(v.Decisions, x)
		}
	}
	switch {
	case item.Kind == meeting.Approval && item.SubjectID != nil:
		v.Links = append(v.Links, ui.Link{Label: locale.T(ctx, "meeting.item.minutes"), URL: link.Minutes(*item.SubjectID)})
	case item.Kind == meeting.Approval && v.Moves:
		v.Marks = append(v.Marks, ui.Mark{Tone: ui.Warning, Label: locale.T(ctx, "meeting.item.no_subject"), Small: true, Plain: true})
	case item.Kind == meeting.Tasks:
		for _, t := range d.tasks {
			v.Tasks = append(v.Tasks, ui.Link{Label: taskLine(ctx, t, d.today), URL: link.Task(t.ID)})
		}
		v.Links = append(v.Links, ui.Link{Label: locale.T(ctx, "meeting.item.tasks"), URL: link.TasksOfBody(item.BodyID)})
	}
	if v.Moves {
		v.Links = append(v.Links, ui.Link{Label: locale.T(ctx, "meeting.item.edit"), URL: link.EditItem(item.ID), Context: item.Title})
	}
	if session {
		v.Links = append(v.Links,
			ui.Link{Label: locale.T(ctx, "meeting.item.vote"), URL: link.NewDecision(item.ID), Context: item.Title},
			ui.Link{Label: locale.T(ctx, "meeting.item.bias"), URL: link.ItemBias(item.ID), Context: item.Title})
	}
	return v
}

// taskLine is an open task in one line: "Zahlen liefern, AOK PLUS, bis
// 30.04.2024, überfällig".
func taskLine(ctx context.Context, t task.Task, today calendar.Date) string {
	line := t.Title + ", " + t.Owner
	if !t.DueOn.IsZero() {
		line += ", " + locale.T(ctx, "meeting.chip.to", "Day", locale.Date(ctx, t.DueOn.Time()))
	}
	if t.Overdue(today) {
		line += ", " + locale.T(ctx, "meeting.item.overdue")
	}
	return line
}

// facts are presenter and planned time of an item, on one line.
func facts(ctx context.Context, item meeting.Item) string {
	text := item.Presenter
	if item.Minutes != nil {
		if text != "" {
			text += ", "
		}
		text += locale.Duration(ctx, *item.Minutes)
	}
	return text
}

func (d sittingData) answer(ctx context.Context, s body.Seat) answerView {
	v := answerView{SeatID: s.ID, Institution: s.Institution}
	r, ok := d.replies[s.ID]
	if !ok {
		return v
	}
	v.Answer, v.Note = locale.T(ctx, r.Reply.NameKey()), r.Note
	if r.Source != "" {
		v.Recorded = locale.T(ctx, "meeting.on_behalf", "Day", locale.Date(ctx, r.ReceivedOn.Time()), "Source", locale.T(ctx, r.Source.NameKey()), "Name", r.Replier)
	}
	return v
}

// quorumFigures show live whether the body can decide.
func quorumFigures(ctx context.Context, c meeting.Count) ([]ui.Figure, string) {
	tone, note := ui.Success, locale.T(ctx, "meeting.quorum.met")
	if !c.Met {
		tone, note = ui.Warning, locale.T(ctx, "meeting.quorum.missing")
	}
	return []ui.Figure{
		{Value: strconv.Itoa(c.Present), Of: locale.T(ctx, "meeting.quorum.of", "Voting", strconv.Itoa(c.Voting)), Label: locale.T(ctx, "meeting.quorum.present"), Tone: tone},
		{Value: strconv.Itoa(c.Needed), Label: locale.T(ctx, "meeting.quorum.needed")},
	}, note
}

func (p *Pages) sendCalendar(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	var file []byte
	err = p.read(r, access.ReadSittings, func(tx *db.Tx) (err error) {
		file, err = p.meetings.CalendarFile(r.Context(), tx, id)
		return err
	})
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="sitzung.ics"`)
	h.Set("Content-Length", strconv.Itoa(len(file)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(file) // the reader may be gone
	}
	return nil
}

// stretch writes a stretch of attendance: "10:00 bis 11:30 Uhr".
func stretch(ctx context.Context, a meeting.Attended) string {
	switch {
	case a.FromAt == nil:
		return a.Reason
	case a.ToAt == nil:
		return locale.T(ctx, "meeting.attendance.since", "From", locale.Time(ctx, *a.FromAt))
	}
	return locale.T(ctx, "meeting.attendance.until", "From", locale.Time(ctx, *a.FromAt), "To", locale.Time(ctx, *a.ToAt))
}
