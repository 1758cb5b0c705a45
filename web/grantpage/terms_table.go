package grantpage

import (
	"context"
	"strconv"

	"rundertisch/internal/grant"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/ui"
)

// spareRows are the empty rows that a table of terms offers.
const spareRows = 2

// rowGroup is a table of terms: a row of fields for each entry, and spare ones.
type rowGroup struct {
	ID, Legend, Hint, Error string
	Rows                    [][]ui.Field
}

// rowName names a field of a row, counted from one.
func rowName(column string, row int) string { return column + "-" + strconv.Itoa(row+1) }

// column is a column of such a table with what its rows say.
type column struct {
	name   string
	values []string
	shape  ui.Field
}

// termTables are the instalments, the table of small differences and, of a joint
// grant, who bears it.
func termTables(ctx context.Context, t grant.Terms, f *form.Values, errs form.Errors, kind grant.Kind) []rowGroup {
	var shares, triggers, months, days []string
	for _, s := range t.Plan {
		shares, triggers = append(shares, percentText(s.Share, 10)), append(triggers, string(s.Trigger))
		months, days = append(months, numberOrNone(s.Month)), append(days, numberOrNone(s.Day))
	}
	var upTo, parts, most []string
	for _, s := range t.DeMinimis {
		upTo, parts, most = append(upTo, amountOrNone(ctx, int64(s.UpTo))), append(parts, percentText(s.Share, 10)), append(most, amountOrNone(ctx, int64(s.Most)))
	}
	percentShape := ui.Field{Inputmode: "decimal", Width: ui.WidthShort, Suffix: "%"}
	moneyShape := ui.Field{Inputmode: "decimal", Width: ui.WidthMedium, Suffix: "€"}
	numberShape := ui.Field{Inputmode: "numeric", Width: ui.WidthTwo}
	trigger := ui.Field{}
	for _, one := range grant.Triggers() {
		trigger.Options = append(trigger.Options, ui.Option{Value: string(one), Label: locale.T(ctx, "grant.trigger."+string(one))})
	}
	trigger.Empty = locale.T(ctx, "grant.terms.choose")
	list := []rowGroup{
		rows(ctx, "plan", f, errs, column{"plan-share", shares, percentShape}, column{"plan-trigger", triggers, trigger}, column{"plan-month", months, numberShape}, column{"plan-day", days, numberShape}),
		rows(ctx, "de_minimis", f, errs, column{"small-up-to", upTo, moneyShape}, column{"small-share", parts, percentShape}, column{"small-most", most, moneyShape}),
	}
	if kind != grant.Joint {
		return list
	}
	var names, owned []string
	for _, o := range t.Owners {
		names, owned = append(names, o.Name), append(owned, strconv.FormatInt(o.Share, 10))
	}
	return append(list, rows(ctx, "owners", f, errs, column{"owner-name", names, ui.Field{}}, column{"owner-share", owned, numberShape}))
}

func numberOrNone(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// rows makes a table's fields, with what was typed or else what the terms say.
func rows(ctx context.Context, name string, f *form.Values, errs form.Errors, columns ...column) rowGroup {
	g := rowGroup{ID: ui.FieldID(name), Legend: locale.T(ctx, "grant.terms.table."+name), Hint: locale.T(ctx, "grant.terms.table_hint."+name), Error: errs.Of(name)}
	for i := range min(len(columns[0].values)+spareRows, grant.MostRows) {
		var row []ui.Field
		for _, c := range columns {
			field := c.shape
			field.Name, field.Label, field.Context = rowName(c.name, i), locale.T(ctx, "grant.terms.column."+c.name), strconv.Itoa(i+1)
			field.Optional, field.Unmarked, field.Autocomplete, field.Error = true, true, "off", errs.Of(rowName(c.name, i))
			if f != nil {
				field.Value = f.Text(field.Name)
			} else if i < len(c.values) {
				field.Value = c.values[i]
			}
			row = append(row, field)
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

// tableLabels are the labels of the fields with the table and row in which they
// stand.
func tableLabels(tables []rowGroup) map[string]string {
	labels := map[string]string{}
	for _, g := range tables {
		for _, row := range g.Rows {
			for _, f := range row {
				labels[f.Name] = g.Legend + " " + f.Context + ", " + f.Label
			}
		}
	}
	return labels
}

// readTables reads the tables; an empty row is none.
func readTables(ctx context.Context, f *form.Values, t *grant.Terms) {
	t.Plan, t.DeMinimis, t.Owners = nil, nil, nil
	t.OwnersWhole = 0
	for i := range grant.MostRows {
		if share := rowName("plan-share", i); f.Has(share) {
			s := grant.PlanStep{Share: percent(f, share, 10), Trigger: grant.Trigger(f.Text(rowName("plan-trigger", i)))}
			if s.Trigger == grant.OnDay {
				s.Month, s.Day = f.Int(rowName("plan-month", i)), f.Int(rowName("plan-day", i))
			}
			t.Plan = append(t.Plan, s)
		}
		upTo, most := rowName("small-up-to", i), rowName("small-most", i)
		if f.Has(upTo) || f.Has(most) {
			var s grant.DeMinimisStep
			if f.Has(upTo) {
				s.UpTo = amount(ctx, f, upTo)
			}
			if f.Has(most) {
				s.Most = amount(ctx, f, most)
			}
			if share := rowName("small-share", i); f.Has(share) {
				s.Share = percent(f, share, 10)
			}
			t.DeMinimis = append(t.DeMinimis, s)
		}
		if name := rowName("owner-name", i); f.Has(name) {
			o := grant.Owner{Name: f.Text(name), Share: int64(f.Int(rowName("owner-share", i)))}
			t.Owners = append(t.Owners, o)
			t.OwnersWhole += int(o.Share)
		}
	}
	t.OwnersWhole = max(t.OwnersWhole, 1)
}
