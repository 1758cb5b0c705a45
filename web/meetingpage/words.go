package meetingpage

import (
	"context"
	"strconv"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/db"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/meeting"
	"rundertisch/web/ui"
)

// crumb is the way to the list.
func crumb(ctx context.Context) ui.Link {
	return ui.Link{Label: locale.T(ctx, "nav.sittings"), URL: link.Sittings()}
}

// bodyWay is the way to a body, for what stands below it.
func bodyWay(ctx context.Context, of body.Body) []ui.Link {
	return []ui.Link{{Label: locale.T(ctx, "nav.bodies"), URL: link.Bodies()}, {Label: of.Name, URL: link.Body(of.ID), Data: true}}
}

// way is the way to a sitting.
func way(ctx context.Context, m meeting.Meeting) []ui.Link {
	return []ui.Link{crumb(ctx), {Label: m.Title, URL: link.Sitting(m.ID), Data: true}}
}

func stateMark(ctx context.Context, s meeting.State) ui.Mark {
	tone := ui.Neutral
	switch s {
	case meeting.Invited:
		tone = ui.Info
	case meeting.InSession:
		tone = ui.Success
	case meeting.Postponed, meeting.MinutesPending:
		tone = ui.Warning
	case meeting.Cancelled:
		tone = ui.Error
	case meeting.Planned, meeting.Held, meeting.Closed:
	}
	return ui.Mark{Tone: tone, Label: locale.T(ctx, s.NameKey()), Small: true, Plain: true}
}

// steps writes an explanation in the reader's language.
func steps(ctx context.Context, list []body.Step) []string {
	p := locale.FromContext(ctx)
	lines := make([]string, len(list))
	for i, s := range list {
		lines[i] = s.Text(p)
	}
	return lines
}

// readable are the bodies whose sittings the actor reads: those in which he
// sits or sat, all for the ministry.
func readable(ctx context.Context, tx *db.Tx) ([]body.Body, error) {
	all, err := body.All(ctx, tx)
	if err != nil {
		return nil, err
	}
	var list []body.Body
	for _, b := range all {
		if tx.Actor.LevelIn(b.ID) > 0 || tx.Actor.OfMinistry() {
			list = append(list, b)
		}
	}
	return list, nil
}

// bodyOptions offers bodies.
func bodyOptions(list []body.Body) []ui.Option {
	options := make([]ui.Option, len(list))
	for i, b := range list {
		options[i] = ui.Option{Value: b.ID.String(), Label: b.Name}
	}
	return options
}

// linksFor returns the links that to makes of the bodies in which the actor may do
// act.
func linksFor(a access.Actor, act access.Action, list []body.Body, to func(body.Body) ui.Link) []ui.Link {
	var links []ui.Link
	for _, b := range list {
		if a.MayAt(act, b.ID) {
			links = append(links, to(b))
		}
	}
	return links
}

// labelOf returns the label of a value.
func labelOf(options []ui.Option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return o.Label
		}
	}
	return ""
}

// named are typed values as options.
func named[T ~string](ctx context.Context, values []T, key func(T) string) []ui.Option {
	list := make([]ui.Option, len(values))
	for i, v := range values {
		list[i] = ui.Option{Value: string(v), Label: locale.T(ctx, key(v))}
	}
	return list
}

func choiceOptions(ctx context.Context) []ui.Option {
	return named(ctx, []string{meeting.Yes, meeting.No, meeting.Abstain}, func(s string) string { return "decision.choice." + s })
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// fateMark says how far a notice came.
func fateMark(ctx context.Context, d meeting.Delivery) ui.Mark {
	tone := ui.Neutral
	switch d.Fate() {
	case "sent":
		tone = ui.Success
	case "failed":
		tone = ui.Error
	case "letter":
		tone = ui.Info
	}
	return ui.Mark{Tone: tone, Label: locale.T(ctx, "meeting.fate."+d.Fate()), Small: true, Plain: true}
}

// decisionLine is a decision in one line: "Beschluss 2026/3: Notdienst
// (angenommen)".
func decisionLine(ctx context.Context, d meeting.Decision) string {
	result := locale.T(ctx, "decision.result."+d.Result)
	if d.VoidWhy != "" {
		result = locale.T(ctx, "decision.state.void")
	}
	if d.Label() == "" {
		return locale.T(ctx, "decision.line_plain", "Title", d.Title, "Result", result)
	}
	return locale.T(ctx, "decision.line", "Number", d.Label(), "Title", d.Title, "Result", result)
}
