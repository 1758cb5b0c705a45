package activitypage

import (
	"context"

	"rundertisch/internal/activity"
	"rundertisch/internal/locale"
	"rundertisch/web/ui"
)

func typeName(ctx context.Context, t activity.Type) string {
	return locale.T(ctx, "activity.type."+string(t))
}

func fieldName(ctx context.Context, f activity.Field) string {
	if f == "" {
		return ""
	}
	return locale.T(ctx, "activity.field."+string(f))
}

// readers says who reads an entry: "Nur ich", "Mein Landkreis" ...
func readers(ctx context.Context, v activity.Visibility) string {
	return locale.T(ctx, "activity.readers."+string(v))
}

func duration(ctx context.Context, minutes int) string {
	if minutes == 0 {
		return ""
	}
	return locale.Duration(ctx, minutes)
}

func typeOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, t := range activity.Types() {
		list = append(list, ui.Option{Value: string(t), Label: typeName(ctx, t)})
	}
	return list
}

func fieldOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, f := range activity.Fields() {
		list = append(list, ui.Option{Value: string(f), Label: fieldName(ctx, f)})
	}
	return list
}

func readerOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, v := range activity.Visibilities() {
		list = append(list, ui.Option{
			Value: string(v), Label: readers(ctx, v), Hint: locale.T(ctx, "activity.readers_hint."+string(v)),
		})
	}
	return list
}

func readersMark(ctx context.Context, v activity.Visibility) ui.Mark {
	tone := ui.Neutral
	switch v {
	case activity.Ministry:
		tone = ui.Info
	case activity.Public:
		tone = ui.Success
	case activity.Own, activity.District:
	}
	return ui.Mark{Label: locale.T(ctx, "activity.readers_short."+string(v)), Tone: tone, Small: true, Plain: true}
}

func simulatedMark(ctx context.Context) ui.Mark {
	return ui.Mark{Label: locale.T(ctx, "activity.simulated"), Small: true}
}
