package bodypage

import (
	"context"
	"net/http"
	"net/url"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/db"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

var bylawsForm = []string{
	"why", "valid_from", "name", "source", "public", "notice_days", "notice_unit", "proposal_days", "quorum", "quorum_second", "majority",
	"circular", "circular_days", "circular_silence", "minutes_months", "objection_days", "objection_unit", "objection_start", "restart_clock",
	"late_objections", "objections_open", "objections_decided_by", "silence_approves", "successor_reads", "non_public_copy",
}

var adoptBylaws = errand{
	act: access.KeepBylaws, name: "rules", fields: bylawsForm, draw: bylawsFields, back: toBylaws,
	start: func(at place) url.Values { // the version in force is the draft of the next
		v := bylawsValues(at.rules)
		v.Del("name")
		v.Del("source")
		v.Set("valid_from", at.today.String())
		return v
	},
	read: func(f *form.Values) change {
		b := parseBylaws(f)
		return func(ctx context.Context, tx *db.Tx, at place) error {
			b.BodyID = at.body.ID
			return body.AdoptBylaws(ctx, tx, b)
		}
	},
}

var correctBylaws = errand{
	act: access.KeepBylaws, name: "rules_correct", fields: bylawsForm, draw: bylawsFields, back: toBylaws,
	about: func(_ context.Context, at place) string { return at.version.Name },
	start: func(at place) url.Values { return bylawsValues(at.version.Bylaws) },
	read: func(f *form.Values) change {
		b, why := parseBylaws(f), f.Text("why")
		return func(ctx context.Context, tx *db.Tx, at place) error {
			b.BodyID = at.body.ID
			return body.CorrectBylaws(ctx, tx, at.version.ID, b, why)
		}
	},
}

func toBylaws(at place) string { return link.Bylaws(at.body.ID) }

func rulesToday(ctx context.Context, tx *db.Tx, at place) (body.Bylaws, error) {
	return body.BylawsOn(ctx, tx, at.body.ID, at.today)
}

func parseBylaws(f *form.Values) body.Bylaws {
	return body.Bylaws{
		ID: f.NewID("id"), ValidFrom: f.Date("valid_from"), Name: f.Text("name"), Source: f.Text("source"),
		NoticeDays: f.Int("notice_days"), NoticeUnit: body.Unit(f.Text("notice_unit")), ProposalDays: f.Int("proposal_days"),
		Quorum: body.Quorum(f.Text("quorum")), QuorumSecond: f.Int("quorum_second"), Majority: body.Majority(f.Text("majority")),
		Circular: f.Has("circular"), CircularDays: f.Int("circular_days"), CircularSilence: body.Silence(f.Text("circular_silence")),
		MinutesMonths: f.Int("minutes_months"), ObjectionDays: f.Int("objection_days"), ObjectionUnit: body.Unit(f.Text("objection_unit")),
		ObjectionStart: body.Start(f.Text("objection_start")), RestartClock: f.Has("restart_clock"), SilenceApproves: f.Has("silence_approves"),
		LateObjections: body.Late(f.Text("late_objections")), ObjectionsDecidedBy: body.Decider(f.Text("objections_decided_by")),
		ObjectionsOpen: body.Opening(f.Text("objections_open")), Public: f.Has("public"),
		SuccessorReads: body.Reading(f.Text("successor_reads")), NonPublicCopy: body.CopyRule(f.Text("non_public_copy")),
	}
}

func bylawsValues(b body.Bylaws) url.Values {
	return values(
		"valid_from", b.ValidFrom.String(), "name", b.Name, "source", b.Source, "public", form.Tick(b.Public),
		"notice_days", number(b.NoticeDays), "notice_unit", string(b.NoticeUnit), "proposal_days", number(b.ProposalDays),
		"quorum", string(b.Quorum), "quorum_second", number(b.QuorumSecond), "majority", string(b.Majority),
		"circular", form.Tick(b.Circular), "circular_days", number(b.CircularDays), "circular_silence", string(b.CircularSilence),
		"minutes_months", number(b.MinutesMonths), "objection_days", number(b.ObjectionDays), "objection_unit", string(b.ObjectionUnit),
		"objection_start", string(b.ObjectionStart), "restart_clock", form.Tick(b.RestartClock), "late_objections", string(b.LateObjections),
		"objections_open", string(b.ObjectionsOpen), "objections_decided_by", string(b.ObjectionsDecidedBy),
		"silence_approves", form.Tick(b.SilenceApproves), "successor_reads", string(b.SuccessorReads), "non_public_copy", string(b.NonPublicCopy))
}

// ruleTerms write every rule as a sentence.
func ruleTerms(ctx context.Context, b body.Bylaws) []ui.Term {
	var terms []ui.Term
	for _, s := range b.Sentences(locale.FromContext(ctx)) {
		terms = append(terms, ui.Term{Key: s.Label, Text: s.Text})
	}
	return terms
}

type bylawsView struct {
	Frame    layout.Args
	Body     body.Body
	Versions []versionView
	MayKeep  bool
}

type versionView struct {
	ID                  string
	Title, Source       string
	Mark                ui.Mark
	Terms               []ui.Term
	Recorded, Withdrawn string
	Correct             string
	Open                bool
}

// showBylaws shows every version of a body's rules.
func (p *Pages) showBylaws(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	var at place
	var all []body.Version
	err := p.db.Read(ctx, access.ReadBodies, func(tx *db.Tx) (err error) {
		if at, err = find(ctx, r, tx); err != nil {
			return err
		}
		if at.rules, err = rulesToday(ctx, tx, at); err != nil {
			return err
		}
		all, err = body.Versions(ctx, tx, at.body.ID)
		return err
	})
	if err != nil {
		return err
	}
	v := bylawsView{Body: at.body, MayKeep: handler.Actor(r).MayFor(access.KeepBylaws, at.body.ID)}
	for _, version := range all {
		v.Versions = append(v.Versions, newVersionView(ctx, at, version, v.MayKeep))
	}
	if at.rules.IsDefault() {
		v.Versions = append(v.Versions, versionView{
			ID: "vorgabe", Title: locale.T(ctx, "body.rules.defaults"), Source: locale.T(ctx, "body.rules.defaults_text"),
			Terms: ruleTerms(ctx, at.rules), Mark: ui.Mark{Label: locale.T(ctx, "body.rules.in_force"), Tone: ui.Info, Small: true}, Open: true,
		})
	}
	v.Frame = handler.Frame(r).WithBreadcrumb(crumbs(ctx, at.body, ui.Link{Label: locale.T(ctx, "body.rules.title"), URL: link.Bylaws(at.body.ID)})...)
	return handler.Render(w, r, bylawsPage(v))
}

func newVersionView(ctx context.Context, at place, version body.Version, mayKeep bool) versionView {
	v := versionView{
		ID: version.ID.String(), Title: locale.T(ctx, "body.rules.version", "Name", version.Name, "Day", dateText(ctx, version.ValidFrom)),
		Source: version.Source, Terms: ruleTerms(ctx, version.Bylaws), Recorded: recorded(ctx, version.Record), Withdrawn: withdrawn(ctx, version.Record),
	}
	switch {
	case version.Withdrawn():
		v.Mark = ui.Mark{Label: locale.T(ctx, "body.rules.corrected"), Small: true}
		return v
	case version.ID == at.rules.ID:
		v.Mark, v.Open = ui.Mark{Label: locale.T(ctx, "body.rules.in_force"), Tone: ui.Success, Small: true}, true
	case version.ValidFrom.After(at.today):
		v.Mark = ui.Mark{Label: locale.T(ctx, "body.rules.later"), Tone: ui.Info, Small: true}
	default:
		v.Mark = ui.Mark{Label: locale.T(ctx, "body.rules.earlier"), Small: true}
	}
	if mayKeep {
		v.Correct = link.CorrectBylaws(at.body.ID, version.ID)
	}
	return v
}
