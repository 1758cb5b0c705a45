package grantpage

import (
	"context"

	"rundertisch/internal/locale"
	"rundertisch/web/ui"
)

func statementColumns(ctx context.Context, planned bool) []ui.Column {
	line := ui.Column{Label: locale.T(ctx, "grant.proof.line")}
	actual := ui.Column{Label: locale.T(ctx, "grant.proof.actual"), Numeric: true}
	note := ui.Column{Label: locale.T(ctx, "grant.proof.note")}
	if !planned {
		return []ui.Column{line, actual, note}
	}
	return []ui.Column{line, {Label: locale.T(ctx, "grant.proof.plan"), Numeric: true}, actual, {Label: locale.T(ctx, "grant.proof.difference"), Numeric: true}, note}
}

// receiptColumns puts the amount first, so that a narrow screen shows it.
func receiptColumns(ctx context.Context, mayRemove bool) []ui.Column {
	list := []ui.Column{
		{Label: locale.T(ctx, "grant.receipt.paid_on")},
		{Label: locale.T(ctx, "grant.receipt.amount"), Numeric: true},
		{Label: locale.T(ctx, "grant.receipt.payee")},
		{Label: locale.T(ctx, "grant.receipt.for")},
		{Label: locale.T(ctx, "grant.receipt.kind")},
	}
	if mayRemove {
		list = append(list, ui.Column{Label: locale.T(ctx, "grant.label.actions"), Hidden: true})
	}
	return list
}

func choiceOf(ctx context.Context, f ui.Field) ui.Field {
	f.Options, f.Empty = lineChoices(ctx), locale.T(ctx, "grant.receipt.choose")
	return f
}

func moneyField(f ui.Field) ui.Field {
	f.Inputmode, f.Width, f.Suffix = "decimal", ui.WidthMedium, "€"
	return f
}

// flagTitle says what has changed about a sentence since it was taken over.
func flagTitle(ctx context.Context, row sentenceRow) string {
	switch {
	case row.Flag.Gone > 0:
		return locale.N(ctx, "grant.proof.gone", row.Flag.Gone)
	case row.Since == "":
		return locale.T(ctx, "grant.proof.counted_anew")
	case row.Flag.Old == row.Flag.New:
		return locale.T(ctx, "grant.proof.changed_beside", "Time", row.Since)
	}
	return locale.T(ctx, "grant.proof.changed", "Time", row.Since)
}

// flagNew is what the log tells now.
func flagNew(ctx context.Context, row sentenceRow) string {
	if row.Flag.New == "" {
		return locale.T(ctx, "grant.proof.nothing_left")
	}
	return row.Flag.New
}

// flagButton is the key of what taking over does.
func flagButton(row sentenceRow) string {
	if row.Flag.New == "" {
		return "grant.proof.take_out"
	}
	return "grant.proof.take"
}
