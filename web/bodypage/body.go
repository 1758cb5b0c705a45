package bodypage

import (
	"context"
	"net/http"
	"strings"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/meeting"
	"rundertisch/internal/report"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// file is everything that is known about a body.
type file struct {
	place
	on       calendar.Date // the day of the roster
	covered  []body.Covered
	children []body.Body
	seats    []body.Seat
	officers []body.Officer
	sittings []meeting.Meeting // to come, of those that are the reader's to see
	states   []fact.Point
	sat      calendar.Date // the last sitting
	lacks    []body.Gap    // that keep the conference from being constituted
}

type bodyView struct {
	Frame        layout.Args
	Body         body.Body
	Head         ui.Head
	Facts        []ui.Term
	Actions      []ui.Button
	Conference   bool
	State        []ui.Event
	StateActions []ui.Button
	Proposal     string   // what the ministry may want to record
	Lacks        []string // "" as long as the conference may not be constituted
	On           string
	RosterTitle  string
	Seats        []seatRow
	ShowsPeople  bool
	Gaps         []string
	MayKeepSeats bool
	Officers     []officerRow
	MayAppoint   bool
	Rules        []ui.Term
	RulesName    string
	IsDefault    bool
	MayKeepRules bool
	Children     []ui.Link
	Sittings     []ui.Task
	ShowSittings bool
	PlanURL      string // address of the form that plans a sitting
}

type seatRow struct {
	Seat             ui.Link
	Group, Vote      string
	Holder, Deputies string
	Since            string
	Chair            bool
}

type officerRow struct {
	Name, Email, When string
	End               ui.Link
}

// showBody shows one body as it is today, with its roster on a day.
func (p *Pages) showBody(w http.ResponseWriter, r *http.Request) error {
	f, err := p.read(r)
	if err != nil {
		return err
	}
	return handler.Render(w, r, bodyPage(f.view(r)))
}

func (p *Pages) read(r *http.Request) (f file, err error) {
	ctx := r.Context()
	err = p.db.Read(ctx, access.ReadBodies, func(tx *db.Tx) (err error) {
		if f.place, err = find(ctx, r, tx); err != nil {
			return err
		}
		f.on = f.today
		q := form.Query(r)
		if day := q.Date("am"); !day.IsZero() && q.Faults.Err() == nil {
			f.on = day
		}
		if f.seats, err = body.Roster(ctx, tx, f.body.ID, f.on); err != nil {
			return err
		}
		if f.officers, err = body.Officers(ctx, tx, f.body.ID); err != nil {
			return err
		}
		if f.rules, err = body.BylawsOn(ctx, tx, f.body.ID, f.on); err != nil {
			return err
		}
		if f.children, err = body.Children(ctx, tx, f.body.ID); err != nil {
			return err
		}
		if tx.Actor.May(access.ReadSittings) {
			if f.sittings, err = meeting.Upcoming(ctx, tx, f.body.ID); err != nil {
				return err
			}
		}
		return f.readConference(ctx, tx)
	})
	return f, err
}

// readConference reads what only a conference has. Its districts share its
// states, so that one timeline is enough.
func (f *file) readConference(ctx context.Context, tx *db.Tx) (err error) {
	if f.covered, err = body.CoveredBy(ctx, tx, f.body.ID); err != nil || len(f.covered) == 0 {
		return err
	}
	if f.states, err = body.Timeline(ctx, tx, f.covered[0].ID); err != nil {
		return err
	}
	if f.sat, err = report.LastSitting(ctx, tx, f.body.ID); err != nil {
		return err
	}
	f.lacks, err = body.ConferenceGaps(ctx, tx, f.covered[0].ID, f.today)
	return err
}

// state is what the conference is today, and since when.
func (f *file) state() (s body.ConferenceState, since calendar.Date) {
	for _, p := range f.states { // newest first
		if !p.Withdrawn() && !p.ValidFrom.After(f.today) {
			return body.ConferenceState(p.State), p.ValidFrom
		}
	}
	return body.None, since
}

func (f *file) view(r *http.Request) bodyView {
	ctx, actor := r.Context(), handler.Actor(r)
	id := f.body.ID
	v := bodyView{
		Frame: handler.Frame(r).WithBreadcrumb(crumbs(ctx, f.body)...), Body: f.body, Conference: f.body.Kind == body.Conference,
		Head: ui.Head{Data: true, Title: f.body.Name, Preline: locale.T(ctx, f.body.Kind.NameKey())},
		On:   f.on.String(), RosterTitle: locale.T(ctx, "body.roster_on", "Day", dateText(ctx, f.on)),
		ShowsPeople: showsPeople(actor, f.body), MayKeepSeats: actor.MayFor(access.KeepSeats, id),
		MayAppoint: actor.MayFor(access.AppointOffice, id), MayKeepRules: actor.MayFor(access.KeepBylaws, id),
		Rules: ruleTerms(ctx, f.rules), RulesName: f.rulesName(ctx), IsDefault: f.rules.IsDefault(),
	}
	if f.body.Simulated {
		v.Head.Badge = ui.Mark{Label: locale.T(ctx, "board.simulated"), Small: true}
	}
	v.Facts = f.facts(ctx, actor)
	if actor.MayFor(access.KeepBody, id) {
		v.Actions = []ui.Button{{Label: locale.T(ctx, "body.action.edit"), Kind: ui.Secondary, Icon: "edit", URL: link.EditBody(id)}}
	}
	if actor.MayFor(access.AddBody, id) && !v.Conference {
		v.Actions = append(v.Actions, ui.Button{Label: locale.T(ctx, "body.action.term"), Kind: ui.Secondary, Icon: "calendar-today", URL: link.BodyTerm(id)})
	}
	for _, c := range f.children {
		v.Children = append(v.Children, ui.Link{Label: c.Name, URL: link.Body(c.ID), Data: true})
	}
	f.showSittings(ctx, actor, &v)
	f.showConference(ctx, actor, &v)
	f.showRoster(ctx, actor, &v)
	return v
}

// showSittings lists what is planned for those who have a part in the body.
func (f *file) showSittings(ctx context.Context, actor access.Actor, v *bodyView) {
	v.ShowSittings = actor.MayAt(access.ReadSittings, f.body.ID) || len(f.sittings) > 0
	if actor.MayAt(access.KeepSittings, f.body.ID) {
		v.PlanURL = link.NewSitting(f.body.ID)
	}
	for _, s := range f.sittings {
		v.Sittings = append(v.Sittings, ui.Task{
			Subject: s.Title, URL: link.Sitting(s.ID), Place: s.Place, Text: dateText(ctx, s.Day),
			State: ui.Mark{Label: locale.T(ctx, s.State.NameKey()), Small: true, Plain: true},
		})
	}
}

func (f *file) rulesName(ctx context.Context) string {
	if f.rules.IsDefault() {
		return locale.T(ctx, "body.rules.defaults")
	}
	return locale.T(ctx, "body.rules.version", "Name", f.rules.Name, "Day", dateText(ctx, f.rules.ValidFrom))
}

// showsPeople says whether the reader sees who holds the seats, as the policies
// of the database do.
func showsPeople(a access.Actor, b body.Body) bool {
	return a.OfMinistry() || a.Has(access.Admin) || a.MayAt(access.ReplyToCall, b.ID) || a.MayAt(access.KeepSeats, b.ID)
}

func (f *file) facts(ctx context.Context, actor access.Actor) []ui.Term {
	var terms []ui.Term
	add := func(key, text string) {
		if text != "" {
			terms = append(terms, ui.Term{Key: locale.T(ctx, key), Text: text})
		}
	}
	written := func(key, text string) {
		if text != "" {
			terms = append(terms, ui.Term{Key: locale.T(ctx, key), Text: text, Data: true})
		}
	}
	if !actor.May(access.ReadDistrict) { // the pages of the districts are not for everybody
		written("body.label.districts", strings.Join(f.body.Districts, ", "))
	} else if len(f.covered) > 0 {
		links := make([]ui.Link, len(f.covered))
		for i, c := range f.covered {
			links[i] = ui.Link{Label: c.Name, URL: link.District(c.AGS), Data: true}
		}
		terms = append(terms, ui.Term{Key: locale.T(ctx, "body.label.districts"), Body: linkList(links)})
	}
	if f.body.ParentID != nil {
		terms = append(terms, ui.Term{
			Key: locale.T(ctx, "body.label.parent"), Body: linkList([]ui.Link{{Label: f.body.ParentName, URL: link.Body(*f.body.ParentID), Data: true}}),
		})
	}
	if !f.term.Valid.From.IsZero() {
		add("body.exists", period(ctx, f.term.Valid))
	}
	for _, s := range f.seats {
		if s.Chair {
			written("body.chair", s.Institution)
		}
	}
	if f.body.Kind == body.Conference {
		consulted := dateText(ctx, f.body.ConsultedOn)
		if consulted == "" {
			consulted = locale.T(ctx, "body.not_consulted")
		}
		add("body.label.consulted_on", consulted)
		written("body.label.priorities", f.body.Priorities)
	}
	add("body.label.office_email", f.body.OfficeEmail)
	add("body.votes", locale.T(ctx, "body.votes_of_seats",
		"Votes", locale.Number(ctx, body.VotingSeats(f.seats)), "Seats", locale.Number(ctx, len(f.seats))))
	return terms
}

// showConference shows the states and, before one tries, what is missing.
func (f *file) showConference(ctx context.Context, actor access.Actor, v *bodyView) {
	if len(f.covered) == 0 {
		return
	}
	state, since := f.state()
	v.Head.Badge = ui.ConferenceMark(ctx, string(state))
	for _, s := range f.states {
		v.State = append(v.State, stateEvent(ctx, s))
	}
	if !actor.May(access.SetConference) {
		return
	}
	v.StateActions = []ui.Button{{Label: locale.T(ctx, "district.set_conference"), URL: link.NewConferenceState(f.covered[0].AGS), Kind: ui.Secondary}}
	if state == body.Forming || state == body.Interest || state == body.None {
		for _, g := range f.lacks {
			v.Lacks = append(v.Lacks, g.Text(locale.FromContext(ctx)))
		}
	}
	if since.Before(f.sat) {
		since = f.sat
	}
	if body.DormantProposal(state, since, f.today) {
		v.Proposal = locale.T(ctx, "body.dormant_proposal", "Day", dateText(ctx, since))
	}
}

func stateEvent(ctx context.Context, p fact.Point) ui.Event {
	e := ui.Event{
		When: locale.T(ctx, "fact.true_from", "Date", dateText(ctx, p.ValidFrom)), Badge: ui.ConferenceMark(ctx, p.State),
		Text: p.Note, Recorded: recorded(ctx, p.Record), Withdrawn: withdrawn(ctx, p.Record),
	}
	if p.Correction != nil {
		e.Text = locale.T(ctx, "fact.correction", "Why", *p.Correction)
	}
	return e
}

func (f *file) showRoster(ctx context.Context, actor access.Actor, v *bodyView) {
	var check []body.RosterSeat
	for _, s := range f.seats {
		v.Seats = append(v.Seats, newSeatRow(ctx, f.body, s))
		_, held := s.Main()
		check = append(check, body.RosterSeat{Group: s.Group, Voting: s.Voting, Held: held, Chair: s.Chair})
	}
	if v.ShowsPeople {
		for _, g := range body.RosterCheck(f.body.Kind, check) {
			v.Gaps = append(v.Gaps, g.Text(locale.FromContext(ctx)))
		}
	}
	for _, o := range f.officers {
		row := officerRow{Name: o.Name, Email: o.Email, When: period(ctx, o.Valid)}
		if actor.MayFor(access.AppointOffice, f.body.ID) && (o.Valid.To.IsZero() || o.Valid.To.After(f.today)) {
			row.End = ui.Link{Label: locale.T(ctx, "body.action.end"), URL: link.EndOfficer(f.body.ID, o.ID), Context: o.Name}
		}
		v.Officers = append(v.Officers, row)
	}
}

func newSeatRow(ctx context.Context, b body.Body, s body.Seat) seatRow {
	row := seatRow{
		Seat: ui.Link{Label: s.Institution, URL: link.Seat(b.ID, s.ID), Data: true}, Group: locale.T(ctx, s.Group.NameKey()),
		Vote: voteName(ctx, s.Voting), Since: dateText(ctx, s.Valid.From), Chair: s.Chair,
	}
	for _, h := range s.Holders {
		if h.Slot == body.SlotHolder {
			row.Holder, row.Since = h.Name, dateText(ctx, h.Valid.From)
			continue
		}
		if row.Deputies != "" {
			row.Deputies += ", "
		}
		row.Deputies += h.Name
	}
	return row
}

func voteName(ctx context.Context, votes bool) string {
	if votes {
		return locale.T(ctx, "body.voting")
	}
	return locale.T(ctx, "body.not_voting")
}
