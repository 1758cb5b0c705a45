package bodypage

import (
	"context"

	"rundertisch/internal/body"
	"rundertisch/internal/locale"
	"rundertisch/web/ui"
)

func kindOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, k := range body.Kinds() {
		list = append(list, ui.Option{Value: string(k), Label: locale.T(ctx, k.NameKey())})
	}
	return list
}

func groupOptions(ctx context.Context, k body.Kind) []ui.Option {
	var list []ui.Option
	for _, g := range body.Groups(k) {
		list = append(list, ui.Option{Value: string(g), Label: locale.T(ctx, g.NameKey())})
	}
	return list
}

func voteOptions(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: string(body.VoteAsUsual), Label: locale.T(ctx, "body.vote.usual")},
		{Value: string(body.VoteYes), Label: locale.T(ctx, "body.voting")},
		{Value: string(body.VoteNo), Label: locale.T(ctx, "body.not_voting")},
	}
}

func slotOptions(ctx context.Context, g body.Group) []ui.Option {
	var list []ui.Option
	for slot := body.SlotHolder; slot <= body.MaxSlot; slot++ {
		list = append(list, ui.Option{Value: number(slot), Label: slotName(ctx, g, slot)})
	}
	return list
}

func slotName(ctx context.Context, g body.Group, slot int) string {
	if slot == body.SlotHolder && g == body.GroupGuest {
		return locale.T(ctx, "role.guest")
	}
	if slot == body.SlotHolder {
		return locale.T(ctx, "body.holder")
	}
	return locale.T(ctx, "body.deputy", "Number", number(slot))
}

// ruleOptions offers every value of a rule, each with what it means.
func ruleOptions(ctx context.Context, name string) []ui.Option {
	var list []ui.Option
	for _, value := range ruleValues(name) {
		list = append(list, ui.Option{
			Value: value, Label: locale.T(ctx, "body.rule."+name+"."+value), Hint: locale.T(ctx, "body.rule_hint."+name+"."+value),
		})
	}
	return list
}

// ruleValues returns the values of the rule of the name.
func ruleValues(name string) []string {
	switch name {
	case "notice_unit", "objection_unit":
		return texts(body.Unit("").Values())
	case "quorum":
		return texts(body.Quorum("").Values())
	case "majority":
		return texts(body.Majority("").Values())
	case "circular_silence":
		return texts(body.Silence("").Values())
	case "objection_start":
		return texts(body.Start("").Values())
	case "late_objections":
		return texts(body.Late("").Values())
	case "objections_decided_by":
		return texts(body.Decider("").Values())
	case "objections_open":
		return texts(body.Opening("").Values())
	case "successor_reads":
		return texts(body.Reading("").Values())
	case "non_public_copy":
		return texts(body.CopyRule("").Values())
	}
	return nil
}

func texts[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}

func kindColumns(ctx context.Context, g kindGroup) []ui.Column {
	columns := []ui.Column{{Label: locale.T(ctx, "body.one")}, {Label: locale.T(ctx, "body.belongs_to")}}
	if g.Conference {
		columns = append(columns, ui.Column{Label: locale.T(ctx, "body.state")})
	}
	return append(columns, ui.Column{Label: locale.T(ctx, "body.chair")}, ui.Column{Label: locale.T(ctx, "body.votes"), Numeric: true})
}

func rosterColumns(ctx context.Context, people bool) []ui.Column {
	columns := []ui.Column{
		{Label: locale.T(ctx, "body.label.institution")}, {Label: locale.T(ctx, "body.label.group")}, {Label: locale.T(ctx, "body.label.vote")},
	}
	if people {
		columns = append(columns, ui.Column{Label: locale.T(ctx, "body.holder")}, ui.Column{Label: locale.T(ctx, "body.deputies")})
	}
	return append(columns, ui.Column{Label: locale.T(ctx, "body.since_column")})
}
