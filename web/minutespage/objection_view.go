package minutespage

import (
	"context"

	"rundertisch/internal/locale"
	"rundertisch/internal/meeting"
	"rundertisch/internal/minutes"
	"rundertisch/web/ui"
)

// withTable adds to the hint of a field how a table is written there.
func withTable(ctx context.Context, hint string, table bool) string {
	if table {
		return locale.T(ctx, hint) + " " + locale.T(ctx, "minutes.hint.table")
	}
	return locale.T(ctx, hint)
}

func kindOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, k := range minutes.ObjectionKinds() {
		list = append(list, ui.Option{Value: string(k), Label: kindName(ctx, k)})
	}
	return list
}

func sourceOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, s := range meeting.Sources() {
		list = append(list, ui.Option{Value: string(s), Label: locale.T(ctx, s.NameKey())})
	}
	return list
}

// terms are the facts about an objection.
func (v *objectionView) terms(ctx context.Context) []ui.Term {
	o := v.Objection
	author := o.Institution + " (" + o.Author + ")"
	if o.Source != "" {
		author = o.Institution + " – " + locale.T(ctx, "minutes.objection.on_behalf",
			"Name", o.Author, "Source", locale.T(ctx, o.Source.NameKey()), "Day", locale.Date(ctx, o.ReceivedOn.Time()))
	}
	terms := []ui.Term{
		{Key: locale.T(ctx, "minutes.label.seat"), Text: author},
		{Key: locale.T(ctx, "minutes.label.kind"), Text: kindName(ctx, o.Kind)},
	}
	if o.FiledAt != nil {
		filed := locale.DateTime(ctx, *o.FiledAt)
		if o.Late {
			filed += " – " + locale.T(ctx, "minutes.late")
		}
		terms = append(terms, ui.Term{Key: locale.T(ctx, "minutes.label.filed"), Text: filed})
	}
	if o.Quote != "" {
		terms = append(terms, ui.Term{Key: locale.T(ctx, "minutes.label.quote"), Text: "„" + o.Quote + "“"})
	}
	if o.ResolvedAt != nil && o.Resolver != nil {
		terms = append(terms, ui.Term{Key: locale.T(ctx, "minutes.label.resolved"), Text: locale.DateTime(ctx, *o.ResolvedAt) + ", " + *o.Resolver})
	}
	return terms
}
