package grantpage

import (
	"context"
	"strings"

	"rundertisch/internal/grant"
	"rundertisch/internal/locale"
	"rundertisch/internal/money"
	"rundertisch/web/form"
	"rundertisch/web/ui"
)

// lineFields are the two fields of a plan's line.
type lineFields struct {
	Amount, Note ui.Field
}

// planFields are the fields of a plan, filled with what was typed, or else with
// the lines.
func planFields(ctx context.Context, kinds []grant.LineKind, f *form.Values, lines grant.PlanLines, errs form.Errors) []lineFields {
	list := make([]lineFields, len(kinds))
	for i, k := range kinds {
		name, note := grant.LineField(k), grant.NoteField(k)
		list[i] = lineFields{
			Amount: ui.Field{
				Name: name, Label: locale.T(ctx, k.NameKey()), Error: errs.Of(name), Optional: true, Unmarked: true,
				Inputmode: "decimal", Width: ui.WidthMedium, Suffix: "€", Autocomplete: "off",
			},
			Note: ui.Field{
				Name: note, Label: locale.T(ctx, "grant.plan.note"), Context: locale.T(ctx, k.NameKey()), Error: errs.Of(note), Optional: true, Unmarked: true,
				Autocomplete: "off",
			},
		}
		if f != nil {
			list[i].Amount.Value, list[i].Note.Value = f.Text(name), f.Text(note)
			continue
		}
		list[i].Amount.Value = amountOrNone(ctx, int64(lines.Of(k)))
		list[i].Note.Value = lines.Note(k)
	}
	return list
}

// typedAmount is an amount as one types it, so that it is read in one way only.
func typedAmount(ctx context.Context, c money.Cents) string {
	if locale.FromContext(ctx).Lang() == locale.English {
		return c.String()
	}
	return strings.Trim(euro(ctx, c), "€\u00a0")
}

// amountOrNone is typedAmount, empty for nothing.
func amountOrNone(ctx context.Context, c int64) string {
	if c == 0 {
		return ""
	}
	return typedAmount(ctx, money.Cents(c))
}

// planLines reads the lines of a plan; an empty field is no line.
func planLines(ctx context.Context, f *form.Values) (lines grant.PlanLines) {
	for _, k := range append(grant.ExpenditureKinds(), grant.IncomeKinds()...) {
		l := grant.PlanLine{Kind: k, Note: f.Text(grant.NoteField(k))}
		if f.Has(grant.LineField(k)) {
			l.Amount = amount(ctx, f, grant.LineField(k))
		}
		lines = append(lines, l)
	}
	return lines.Written()
}

// planOrder are the names of a plan's fields in the order of the form, with the
// keys of their labels.
func planOrder() (order, labels []string) {
	for _, k := range append(grant.ExpenditureKinds(), grant.IncomeKinds()...) {
		order = append(order, grant.LineField(k), grant.NoteField(k))
		labels = append(labels, grant.LineField(k), k.NameKey(), grant.NoteField(k), k.NameKey())
	}
	return order, labels
}
