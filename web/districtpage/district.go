package districtpage

import (
	"context"
	"net/http"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/district"
	"rundertisch/internal/fact"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/post"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// file is everything that is known about a district.
type file struct {
	place
	today      calendar.Date
	states     []fact.Point
	holders    []post.Holder
	ads        []post.Advertisement
	conference []fact.Point
	talks      []district.Talk
}

type districtView struct {
	Frame             layout.Args
	Name, Kind        string
	Post              ui.Mark
	Facts             []ui.Term
	Actions           []ui.Button
	States            []ui.Event
	Holders           []holderRow
	AddHolder         string
	Ads               []ui.Event
	Conference        []ui.Event
	ConferenceActions []ui.Button
	ShowTalks         bool
	Talks             []ui.Event
	TalkURL           string
}

type holderRow struct {
	Name, Share, From, To, Contact string
	Recorded, Withdrawn            string
	End                            ui.Link
}

// showDistrict shows one district with both clocks.
func (p *Pages) showDistrict(w http.ResponseWriter, r *http.Request) error {
	f, err := p.read(r)
	if err != nil {
		return err
	}
	return handler.Render(w, r, districtPage(f.view(r)))
}

func (p *Pages) read(r *http.Request) (f file, err error) {
	ctx := r.Context()
	err = p.db.Read(ctx, access.ReadDistrict, func(tx *db.Tx) (err error) {
		if f.place, err = find(r, tx); err != nil {
			return err
		}
		f.today = calendar.Of(tx.Now)
		if f.states, err = post.Timeline(ctx, tx, f.post.ID); err != nil {
			return err
		}
		if f.holders, err = post.Holders(ctx, tx, f.post.ID); err != nil {
			return err
		}
		if f.ads, err = post.Advertisements(ctx, tx, f.post.ID); err != nil {
			return err
		}
		if f.conference, err = body.Timeline(ctx, tx, f.district.ID); err != nil {
			return err
		}
		if tx.Actor.May(access.ReadTalks) {
			f.talks, err = district.Talks(ctx, tx, f.district.ID)
		}
		return err
	})
	return f, err
}

// current is the state that holds today; none if nothing was recorded.
func current(points []fact.Point, today calendar.Date) string {
	for _, p := range points { // newest first
		if !p.Withdrawn() && !p.ValidFrom.After(today) {
			return p.State
		}
	}
	return string(post.None)
}

func (f file) view(r *http.Request) districtView {
	ctx, actor := r.Context(), handler.Actor(r)
	ags := f.district.AGS
	v := districtView{
		Frame:     handler.Frame(r).WithBreadcrumb(crumbs(ctx, f.district, ui.Link{})...),
		Name:      f.district.Name,
		Kind:      locale.T(ctx, "district.kind."+string(f.district.Kind)),
		Post:      ui.PostMark(ctx, current(f.states, f.today)),
		ShowTalks: actor.May(access.ReadTalks),
	}
	v.Facts = []ui.Term{
		{Key: locale.T(ctx, "district.ags"), Text: ags},
		{Key: locale.T(ctx, "district.seat"), Text: f.district.Seat},
		{Key: locale.T(ctx, "district.fte"), Text: locale.Permille(ctx, f.post.FTEPermille)},
	}
	if actor.MayIn(access.SetPostState, f.district.ID) {
		v.Actions = []ui.Button{{Label: locale.T(ctx, "district.set_state"), URL: link.NewPostState(ags), Kind: ui.Primary}}
		v.AddHolder = link.NewHolder(ags)
	}
	if actor.MayIn(access.SetConference, f.district.ID) {
		v.ConferenceActions = []ui.Button{{Label: locale.T(ctx, "district.set_conference"), URL: link.NewConferenceState(ags), Kind: ui.Secondary}}
	}
	if actor.MayIn(access.NoteTalk, f.district.ID) {
		v.TalkURL = link.NewTalk(ags)
	}
	corrects := actor.MayIn(access.CorrectFact, f.district.ID)
	for _, s := range f.states {
		v.States = append(v.States, event(ctx, s, ui.PostMark(ctx, s.State), link.CorrectPostState(ags, s.ID), corrects))
	}
	for _, s := range f.conference {
		v.Conference = append(v.Conference, event(ctx, s, ui.ConferenceMark(ctx, s.State), link.CorrectConferenceState(ags, s.ID), corrects))
	}
	for _, h := range f.holders {
		v.Holders = append(v.Holders, newHolderRow(ctx, ags, h, actor.MayIn(access.HoldPost, f.district.ID)))
	}
	for _, a := range f.ads {
		v.Ads = append(v.Ads, adEvent(ctx, a))
	}
	for _, t := range f.talks {
		v.Talks = append(v.Talks, talkEvent(ctx, t))
	}
	return v
}

// titled names a page and the district that it is about.
func titled(title, place string) string { return title + " – " + place }

// crumbs is the way to a district and, if it has a label, to a page below it.
func crumbs(ctx context.Context, d district.District, page ui.Link) []ui.Link {
	way := []ui.Link{
		{Label: locale.T(ctx, "district.list.title"), URL: link.Districts()},
		{Label: d.Name, URL: link.District(d.AGS)},
	}
	if page.Label != "" {
		way = append(way, page)
	}
	return way
}

// event shows a fact with both clocks; a withdrawn one stays readable.
func event(ctx context.Context, p fact.Point, mark ui.Mark, correct string, corrects bool) ui.Event {
	e := ui.Event{
		When:     locale.T(ctx, "fact.true_from", "Date", locale.Date(ctx, p.ValidFrom.Time())),
		Badge:    mark,
		Text:     p.Note,
		Recorded: recorded(ctx, p.Record),
	}
	if p.Correction != nil {
		e.Text = locale.T(ctx, "fact.correction", "Why", *p.Correction)
	}
	if p.Withdrawn() {
		e.Withdrawn = withdrawn(ctx, p.Record)
	} else if corrects {
		e.Links = []ui.Link{{Label: locale.T(ctx, "fact.correct"), URL: correct, Context: mark.Label + ", " + e.When}}
	}
	return e
}

func recorded(ctx context.Context, r fact.Record) string {
	text := locale.T(ctx, "fact.recorded", "Time", locale.DateTime(ctx, r.RecordedAt), "Who", who(ctx, r.Recorder))
	if r.Simulated {
		text += " · " + locale.T(ctx, "board.simulated")
	}
	return text
}

func withdrawn(ctx context.Context, r fact.Record) string {
	why := ""
	if r.WithdrawnWhy != nil {
		why = *r.WithdrawnWhy
	}
	return locale.T(ctx, "fact.withdrawn", "Time", locale.DateTime(ctx, *r.WithdrawnAt), "Who", who(ctx, r.Withdrawer), "Why", why)
}

func who(ctx context.Context, name *string) string {
	if name == nil {
		return locale.T(ctx, "fact.by_system")
	}
	return *name
}

func newHolderRow(ctx context.Context, ags string, h post.Holder, mayEnd bool) holderRow {
	row := holderRow{
		Name: h.Name, Share: locale.Permille(ctx, h.FTEPermille),
		From: dateText(ctx, h.Valid.From), Contact: h.OfficeEmail, Recorded: recorded(ctx, h.Record),
	}
	if h.Valid.To.IsZero() {
		row.To = locale.T(ctx, "district.open_end")
	} else {
		row.To = dateText(ctx, h.Valid.To.AddDays(-1))
	}
	switch {
	case h.Withdrawn():
		row.Withdrawn = withdrawn(ctx, h.Record)
	case mayEnd && h.Valid.To.IsZero():
		row.End = ui.Link{Label: locale.T(ctx, "district.end_holder"), URL: link.EndHolder(ags, h.ID), Context: h.Name}
	}
	return row
}

func adEvent(ctx context.Context, a post.Advertisement) ui.Event {
	e := ui.Event{When: dateText(ctx, a.PublishedOn), Title: locale.T(ctx, "district.ad"), Text: a.Note}
	if !a.ClosesOn.IsZero() {
		e.Recorded = locale.T(ctx, "district.ad.closes", "Date", dateText(ctx, a.ClosesOn))
	}
	return e
}

func talkEvent(ctx context.Context, t district.Talk) ui.Event {
	title := locale.T(ctx, "talk.channel."+t.Channel)
	if t.WithWhom != "" {
		title += ": " + t.WithWhom
	}
	return ui.Event{
		When: dateText(ctx, t.HeldOn), Title: title, Text: t.Summary,
		Recorded: locale.T(ctx, "fact.recorded", "Time", locale.DateTime(ctx, t.CreatedAt), "Who", who(ctx, t.Author)),
	}
}
