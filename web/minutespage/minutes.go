package minutespage

import (
	"context"
	"net/http"
	"strconv"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/minutes"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// minutesView is the page of the minutes of one sitting: where they stand, what
// can be done, their text and what happened to them.
type minutesView struct {
	Frame       layout.Args
	Minutes     minutes.Minutes
	Steps       []ui.Button // what this reader can do next, the first is the main one
	Posts       []postStep
	Terms       []ui.Term
	Reckoning   []string
	Chapters    []chapterView
	Versions    []minutes.Version
	Objections  []minutes.Objection
	Corrections []minutes.Correction
	Deliveries  []minutes.Delivery
	Events      []ui.Event
	Deciding    []ui.Option // decisions that may approve a correction
	Papers      bool
	Guest       bool // reads the parts for guests alone

	happened map[minutes.EventKind]bool
}

// postStep is a step that is a button of its own form.
type postStep struct {
	Action string
	Label  string
	Hidden []ui.Hidden
	Kind   string
}

func (p *Pages) showMinutes(w http.ResponseWriter, r *http.Request) error {
	var v minutesView
	m, err := p.read(r, access.ReadMinutes, v.load)
	if err != nil {
		return err
	}
	ctx, actor := r.Context(), handler.Actor(r)
	v.Minutes = m
	v.Papers = handler.SetsPapers(p.papers)
	v.Guest = !m.ForMembers()
	v.steps(ctx, actor)
	v.terms(ctx)
	v.Frame = handler.Frame(r).WithBreadcrumb(crumbs(ctx, m)...)
	return handler.Render(w, r, minutesPage(v))
}

func (v *minutesView) load(ctx context.Context, tx *db.Tx, m minutes.Minutes) (err error) {
	if m.No > 0 {
		blocks, err := minutes.Blocks(ctx, tx, m.ID, m.No)
		if err != nil {
			return err
		}
		v.Chapters = chapters(blocks)
	}
	if v.Versions, err = minutes.Versions(ctx, tx, m.ID); err != nil {
		return err
	}
	if v.Objections, err = minutes.Objections(ctx, tx, m.ID); err != nil {
		return err
	}
	if v.Corrections, err = minutes.Corrections(ctx, tx, m.ID); err != nil {
		return err
	}
	events, err := minutes.Events(ctx, tx, m.ID)
	if err != nil {
		return err
	}
	v.happened = map[minutes.EventKind]bool{}
	for _, e := range events {
		v.Events = append(v.Events, event(ctx, e))
		v.happened[e.Kind] = true
	}
	if !tx.Actor.MayAt(access.ResolveObjection, m.BodyID) || m.No == 0 {
		return nil
	}
	if v.Deliveries, err = minutes.Deliveries(ctx, tx, m.ID, m.No); err != nil || len(v.Corrections) == 0 {
		return err
	}
	list, err := minutes.LaterDecisions(ctx, tx, m)
	v.Deciding = decisionOptions(ctx, list)
	return err
}

// steps are what the reader can do with the minutes now.
func (v *minutesView) steps(ctx context.Context, a access.Actor) {
	m := v.Minutes
	office, chair := a.MayAt(access.WriteMinutes, m.BodyID), a.MayAt(access.SignMinutes, m.BodyID) && !a.MayAt(access.WriteMinutes, m.BodyID)
	add := func(label, url string) {
		kind := ui.Secondary
		if len(v.Steps) == 0 {
			kind = ui.Primary
		}
		v.Steps = append(v.Steps, ui.Button{Label: locale.T(ctx, label), URL: url, Kind: kind})
	}
	post := func(label, action string, hidden ...ui.Hidden) {
		v.Posts = append(v.Posts, postStep{Action: action, Label: locale.T(ctx, label), Hidden: append(hidden, versionField(m))})
	}
	switch {
	case m.State.BeingWritten() && office:
		add("minutes.do.write", link.WriteMinutes(m.ID))
		add("minutes.do.circulate", link.CirculateMinutes(m.ID))
	case m.State.BeingWritten() && chair:
		add("minutes.do.read_draft", link.WriteMinutes(m.ID))
	case m.State.UnderReview() && len(a.SeatsFor(access.Object, m.BodyID)) > 0:
		add("minutes.do.review", link.ReviewMinutes(m.ID))
	}
	switch {
	case m.State == minutes.Drafting && office:
		post("minutes.do.to_check", link.CheckMinutes(m.ID))
	case m.State == minutes.InternalCheck && chair:
		post("minutes.do.send_back", link.CheckMinutes(m.ID))
	case m.State == minutes.Circulated && office:
		add("minutes.do.record_objection", link.ReviewMinutes(m.ID))
		add("minutes.do.approve", link.ApproveMinutes(m.ID))
		post("minutes.do.reopen", link.ReopenMinutes(m.ID))
	case m.State == minutes.Ready && office:
		add("minutes.do.approve", link.ApproveMinutes(m.ID))
		add("minutes.do.record_objection", link.ReviewMinutes(m.ID))
		post("minutes.do.reopen", link.ReopenMinutes(m.ID))
	}
	if m.State.Sealed() {
		v.sealedSteps(office, chair, add, post)
	}
	if v.Papers && mayPrintToSign(a, m) {
		v.Steps = append(v.Steps, ui.Button{Label: locale.T(ctx, "minutes.do.signature_copy"), Icon: "download", URL: link.SignatureCopy(m.ID), Download: true})
	}
	if m.No > 0 {
		add("minutes.do.prove", link.ProveMinutes(m.ID))
	}
}

func (v *minutesView) sealedSteps(office, chair bool, add func(label, url string), post func(label, action string, hidden ...ui.Hidden)) {
	m := v.Minutes
	if office {
		add("minutes.do.release", link.ReleaseMinutes(m.ID))
		add("minutes.do.correct", link.CorrectMinutes(m.ID))
		add("minutes.do.scan", link.ScanOfMinutes(m.ID))
	}
	if office && !v.happened[minutes.SignedByTaker] {
		post("minutes.do.sign_taker", link.SignMinutes(m.ID))
	}
	if chair && !v.happened[minutes.SignedByChair] {
		post("minutes.do.sign_chair", link.SignMinutes(m.ID))
	}
	if m.PublishedAt != nil {
		add("minutes.do.public", link.PublicMinutes(m.ID))
	}
}

func versionField(m minutes.Minutes) ui.Hidden {
	return ui.Hidden{Name: "version", Value: strconv.Itoa(m.Version)}
}

// terms are the facts about the minutes.
func (v *minutesView) terms(ctx context.Context) {
	m := v.Minutes
	add := func(label, text string) {
		v.Terms = append(v.Terms, ui.Term{Key: locale.T(ctx, label), Text: text})
	}
	v.Terms = append(v.Terms, ui.Term{
		Key: locale.T(ctx, "minutes.label.sitting"),
		Body: ui.TextLink(ui.Link{
			Label: m.MeetingTitle + ", " + locale.Date(ctx, m.Day.Time()), URL: link.Sitting(m.MeetingID),
		}),
	})
	if m.No > 0 {
		add("minutes.label.version", locale.T(ctx, "minutes.version_of", "No", m.No, "Time", locale.DateTime(ctx, *m.CirculatedAt)))
	}
	if m.State.UnderReview() && !m.Deadline.IsZero() {
		add("minutes.label.deadline", locale.Date(ctx, m.Deadline.Time()))
	}
	if m.ApprovedAt != nil {
		add("minutes.label.approved", locale.T(ctx, "minutes.approved."+*m.ApprovedHow, "Time", locale.DateTime(ctx, *m.ApprovedAt)))
	}
	if len(v.Versions) > 0 {
		add("minutes.label.hash", v.Versions[0].Sum())
		v.Reckoning = reckoning(ctx, v.Versions[0])
	}
}

// reckoning writes how the deadline of a version came to be.
func reckoning(ctx context.Context, version minutes.Version) []string {
	d := version.Reckoning()
	var lines []string
	if d.Rule != "" && locale.FromContext(ctx).Has(d.Rule) && len(d.Steps) == 0 {
		lines = append(lines, locale.T(ctx, d.Rule))
	}
	for _, s := range d.Steps {
		lines = append(lines, s.Text(locale.FromContext(ctx)))
	}
	return lines
}

func event(ctx context.Context, e minutes.Event) ui.Event {
	shown := ui.Event{When: locale.DateTime(ctx, e.At), Title: locale.T(ctx, "minutes.event."+string(e.Kind)), Text: e.Note}
	if e.Kind == minutes.WasApproved {
		shown.Text = locale.T(ctx, "minutes.how."+e.Note)
	}
	if e.No != nil {
		shown.Title += " · " + locale.T(ctx, "minutes.version", "No", *e.No)
	}
	if e.By != nil {
		shown.Recorded = *e.By
	}
	return shown
}
