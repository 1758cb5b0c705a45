package activitypage

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/sheet"
	"rundertisch/web/ui"
)

// How much of a log the preview shows.
const (
	shownFaults  = 100
	shownEntries = 10
)

// importView is an uploaded log: what each column holds, and what comes of it.
type importView struct {
	Frame   layout.Args
	Import  activity.Import
	Reading activity.Reading
	Columns []ui.Field
	Errors  form.Errors
	More    int // faults beyond those that are shown
}

func (p *Pages) showImport(w http.ResponseWriter, r *http.Request) error {
	i, today, err := p.findImport(r)
	if err != nil {
		return err
	}
	if i.CommittedAt != nil {
		return handler.SeeOther(w, r, link.Activities(), "")
	}
	v := p.preview(r, i, i.Choices, today, nil)
	if format := form.Query(r).Raw("format"); sheet.Known(format) {
		return sendFaults(w, r, v, format, today)
	}
	return handler.Render(w, r, importPage(v))
}

func (p *Pages) findImport(r *http.Request) (i activity.Import, today calendar.Date, err error) {
	id, err := form.PathID(r, "id")
	if err != nil {
		return i, today, err
	}
	err = p.db.Read(r.Context(), access.ImportActivities, func(tx *db.Tx) (err error) {
		today = calendar.Of(tx.Now)
		i, err = activity.ImportByID(r.Context(), tx, id)
		return err
	})
	return i, today, err
}

func (p *Pages) preview(r *http.Request, i activity.Import, c activity.Choices, today calendar.Date, faults fault.Fields) importView {
	ctx := r.Context()
	v := importView{Import: i, Reading: activity.Read(i.ID, *i.Sheet, c, today), Errors: form.Say(ctx, faults)}
	v.Import.Choices = c
	v.Columns = v.columns(ctx)
	v.More = max(0, len(v.Reading.Faults)-shownFaults)
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx),
		ui.Link{Label: locale.T(ctx, "activity.import.title"), URL: link.ImportActivities()},
		ui.Link{Label: i.FileName, URL: link.ImportedActivities(i.ID)})
	return v
}

// columns are the fields that say what each column of the file holds.
func (v importView) columns(ctx context.Context) []ui.Field {
	var options []ui.Option
	for _, c := range activity.Columns() {
		options = append(options, ui.Option{Value: string(c), Label: columnName(ctx, c)})
	}
	var list []ui.Field
	for i, head := range v.Import.Sheet.Head {
		if head == "" {
			head = locale.T(ctx, "activity.import.unnamed")
		}
		f := ui.Field{
			Name: activity.ColumnField(i), Label: locale.T(ctx, "activity.import.column", "Name", head), Options: options,
			Empty: locale.T(ctx, "activity.import.leave_out"), Error: v.Errors.Of(activity.ColumnField(i)),
			Hint: v.example(ctx, i),
		}
		if i < len(v.Import.Choices.Columns) {
			f.Value = string(v.Import.Choices.Columns[i])
		}
		list = append(list, f)
	}
	return list
}

// example is the first value of the column.
func (v importView) example(ctx context.Context, column int) string {
	for _, row := range v.Import.Sheet.Rows {
		if column < len(row.Cells) && row.Cells[column] != "" {
			return locale.T(ctx, "activity.import.example", "Value", cut(row.Cells[column], 60))
		}
	}
	return locale.T(ctx, "activity.import.no_value")
}

func columnName(ctx context.Context, c activity.Column) string {
	return locale.T(ctx, "activity.column."+string(c))
}

// chooseColumns takes what each column holds.
func (p *Pages) chooseColumns(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	i, today, err := p.findImport(r)
	if err != nil {
		return err
	}
	if i.Sheet == nil {
		return handler.SeeOther(w, r, link.Activities(), "")
	}
	c := activity.Choices{Type: activity.Type(f.Text("type")), Visibility: activity.Visibility(f.Text("visibility"))}
	for n := range i.Sheet.Head {
		c.Columns = append(c.Columns, activity.Column(f.Text(activity.ColumnField(n))))
	}
	err = p.db.Write(r.Context(), access.ImportActivities, func(tx *db.Tx) error { return activity.Choose(r.Context(), tx, i.ID, c) })
	if faults, ok := fault.AsFields(err); ok {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, importPage(p.preview(r, i, c, today, faults)))
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.ImportedActivities(i.ID)+"#vorschau", "")
}

// commitImport makes entries of all rows or of none.
func (p *Pages) commitImport(w http.ResponseWriter, r *http.Request) error {
	var n int
	_, err := p.act(r, func(ctx context.Context, tx *db.Tx, id uuid.UUID) (err error) {
		n, err = activity.Commit(ctx, tx, id)
		return err
	})
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Activities(), "activity.flash.imported", "N", locale.Number(r.Context(), n))
}

func (p *Pages) discardImport(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.act(r, activity.DiscardImport); err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.ImportActivities(), "activity.flash.import_discarded")
}

// sendFaults sends the lines with errors as a file.
func sendFaults(w http.ResponseWriter, r *http.Request, v importView, format string, today calendar.Date) error {
	ctx := r.Context()
	f := sheet.File{Name: locale.T(ctx, "activity.import.faults_file"), Sheet: locale.T(ctx, "activity.import.faults"), Format: format, Day: today}
	return sheet.Send(w, r, f, func(add func([]sheet.Cell) error) error {
		err := add(sheet.Head(locale.T(ctx, "activity.import.line"), locale.T(ctx, "activity.import.what"), locale.T(ctx, "activity.import.value"), locale.T(ctx, "activity.import.reason")))
		for _, x := range v.Reading.Faults {
			if err != nil {
				return err
			}
			err = add([]sheet.Cell{sheet.Number(x.Line), sheet.Text(columnName(ctx, x.Column)), sheet.Text(x.Value), sheet.Text(locale.T(ctx, x.Text.Key, x.Text.Args...))})
		}
		return err
	})
}

// rowText writes one entry of the preview in a line of cells.
func rowText(ctx context.Context, in activity.Input) []string {
	return []string{
		locale.Date(ctx, in.HappenedOn.Time()), in.Title, typeName(ctx, in.Type), strings.Join(in.Partners, "; "),
		duration(ctx, in.Minutes), locale.T(ctx, "activity.readers_short."+string(in.Visibility)),
	}
}

// faultNames are the fields of the form in the order of the page.
func (v importView) faultNames() []string {
	names := []string{"type", "visibility"}
	for i := range v.Import.Sheet.Head {
		names = append(names, activity.ColumnField(i))
	}
	return names
}
