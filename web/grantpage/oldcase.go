package grantpage

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/grant"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/money"
	"rundertisch/internal/sheetread"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/sheet"
	"rundertisch/web/ui"
)

type importsView struct {
	Frame    layout.Args
	ID       string // of the next upload
	List     []grant.CaseImport
	Errors   form.Errors
	Template ui.Downloads
	States   []string
}

func importsCrumb(ctx context.Context) ui.Link {
	return ui.Link{Label: locale.T(ctx, "grant.old.title"), URL: link.CaseImports()}
}

// showImports offers the upload of a list of old cases and its template.
func (p *Pages) showImports(w http.ResponseWriter, r *http.Request) error {
	if format := form.Query(r).Raw("format"); sheet.Known(format) {
		return sendTemplate(w, r, format, calendar.Of(p.db.Now()))
	}
	return p.drawImports(w, r, http.StatusOK, nil)
}

func (p *Pages) drawImports(w http.ResponseWriter, r *http.Request, status int, faults fault.Fields) error {
	ctx, cancel := handler.Unhurried(r.Context(), uploadTime) // a large body may have used up the page's time
	defer cancel()
	v := importsView{ID: uuid.NewString(), Errors: form.Say(ctx, faults), Template: ui.DownloadsOf(link.CaseImports())}
	err := p.db.Read(ctx, access.ImportCases, func(tx *db.Tx) (err error) {
		v.List, err = grant.CaseImports(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	for _, s := range grant.OldStates() {
		v.States = append(v.States, locale.T(ctx, s.NameKey()))
	}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx), importsCrumb(ctx))
	return handler.RenderStatus(w, r, status, importsPage(v))
}

// sendTemplate sends an empty list with one line as an example.
func sendTemplate(w http.ResponseWriter, r *http.Request, format string, day calendar.Date) error {
	ctx := r.Context()
	year := day.Year() - 2
	f := sheet.File{Name: locale.T(ctx, "grant.old.template_file"), Sheet: locale.T(ctx, "grant.old.title"), Format: format, Day: day}
	example := []sheet.Cell{
		sheet.Text("00000"), sheet.Text("KOMP"), sheet.Date(calendar.NewDate(year, 1, 1)), sheet.Date(calendar.NewDate(year, 12, 31)), sheet.Money(90_000_00),
		sheet.Text(locale.T(ctx, grant.Completed.NameKey())), sheet.Text("55-4711/" + strconv.Itoa(year)), sheet.Date(calendar.NewDate(year-1, 12, 10)),
		sheet.Money(36_000_00), sheet.Date(calendar.NewDate(year, 2, 1)), sheet.Text(""), sheet.Text(""), sheet.Text(""),
	}
	return sheet.Send(w, r, f, sheet.Rows(sheet.Head(grant.OldCaseColumns...), [][]sheet.Cell{example}))
}

// uploadCases keeps a list; no case is made yet.
func (p *Pages) uploadCases(w http.ResponseWriter, r *http.Request) error {
	f, file, err := form.ParseFile(w, r, "file", sheetread.MaxFile)
	if form.TooLarge(err) {
		return p.drawImports(w, r, http.StatusRequestEntityTooLarge, fault.Field("file", "upload.error.large", "Max", sheetread.MaxFile>>20))
	}
	ctx, cancel := handler.Unhurried(r.Context(), uploadTime)
	defer cancel()
	u := grant.CaseUpload{FileName: file.Name, Data: file.Data}
	if err == nil {
		u.ID, err = uploadID(f, file)
	}
	if err == nil {
		u, err = u.Read(ctx, p.db.Now())
	}
	if err == nil {
		err = p.db.Write(ctx, access.ImportCases, func(tx *db.Tx) error { return grant.KeepCases(ctx, tx, u) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawImports(w, r, http.StatusUnprocessableEntity, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.CaseImport(u.ID), "")
}

// How much of a list its page shows.
const (
	shownFaults = 100
	shownCases  = 200
)

type importView struct {
	Frame   layout.Args
	Import  grant.CaseImport
	Figures []ui.Figure
	Faults  []oldFault
	More    int // faults beyond those that are shown
	Cases   []oldRow
	Rest    int // cases beyond those that are shown
	Facts   []ui.Term
	Ready   bool
	Lines   int
}

type oldFault struct{ Line, Column, Value, Text string }

type oldRow struct {
	Case                                   ui.Link // without an address: it is not made yet
	District, Period, Amount, Paid, ToCome string
	State                                  ui.Mark
	Line                                   string
}

// showImport shows what will come of a list, or what came of it.
func (p *Pages) showImport(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "import")
	if err != nil {
		return err
	}
	ctx := r.Context()
	var v importView
	var list []grant.OldCase
	err = p.db.Read(ctx, access.ImportCases, func(tx *db.Tx) (err error) {
		if v.Import, err = grant.CaseImportByID(ctx, tx, id); err != nil {
			return err
		}
		list, err = grant.OldCases(ctx, tx, id)
		return err
	})
	if err != nil {
		return err
	}
	v.fill(ctx, list)
	v.Frame = handler.Frame(r).WithBreadcrumb(crumb(ctx), importsCrumb(ctx), ui.Link{Label: v.Import.FileName, URL: link.CaseImport(id)})
	return handler.Render(w, r, importPage(v))
}

func (v *importView) fill(ctx context.Context, list []grant.OldCase) {
	v.Ready, v.Lines = grant.Ready(list) && v.Import.EnteredAt == nil, len(list)
	var granted, paid money.Cents
	for _, c := range list {
		granted, paid = granted+c.Amount, paid+c.Paid
		for _, f := range c.Faults {
			if len(v.Faults) == shownFaults {
				v.More++
				continue
			}
			v.Faults = append(v.Faults, oldFault{Line: strconv.Itoa(c.Line), Column: f.Column, Value: f.Value, Text: faultText(ctx, f)})
		}
		if len(c.Faults) > 0 {
			continue
		}
		if len(v.Cases) == shownCases {
			v.Rest++
			continue
		}
		v.Cases = append(v.Cases, newOldRow(ctx, c))
	}
	v.Figures = []ui.Figure{
		{Value: locale.Number(ctx, len(list)), Label: locale.T(ctx, "grant.old.cases")},
		{Money: true, Value: euro(ctx, granted), Label: locale.T(ctx, "grant.old.granted")},
		{Money: true, Value: euro(ctx, paid), Label: locale.T(ctx, "grant.label.paid")},
	}
	v.Facts = []ui.Term{{Key: locale.T(ctx, "grant.answer.uploaded"), Text: locale.T(ctx, "fact.recorded", "Time", locale.DateTime(ctx, v.Import.CreatedAt), "Who", v.Import.CreatedBy)}}
	if v.Import.EnteredAt != nil {
		who := v.Import.EnteredBy
		if who == "" {
			who = locale.T(ctx, "fact.by_system")
		}
		v.Facts = append(v.Facts, ui.Term{Key: locale.T(ctx, "grant.old.entered"), Text: locale.T(ctx, "fact.recorded", "Time", locale.DateTime(ctx, *v.Import.EnteredAt), "Who", who)})
	}
}

func newOldRow(ctx context.Context, c grant.OldCase) oldRow {
	row := oldRow{
		Case: ui.Link{Label: c.OldRef}, District: c.District, Period: period(ctx, c.Period), Amount: euro(ctx, c.Amount), Paid: euro(ctx, c.Paid),
		State: stateMark(ctx, c.State), Line: strconv.Itoa(c.Line),
	}
	var rest money.Cents
	for _, l := range c.Planned {
		rest += l.Amount
	}
	row.ToCome = euro(ctx, rest)
	if c.FileRef != "" {
		row.Case = ui.Link{Label: c.FileRef, URL: link.Grant(c.CaseID), Context: c.OldRef}
		row.ToCome = ""
	}
	return row
}

// lead says whether the list waits.
func (v importView) lead(ctx context.Context) string {
	switch {
	case v.Ready:
		return locale.T(ctx, "grant.old.preview")
	case v.Import.EnteredAt == nil:
		return locale.T(ctx, "grant.old.waits")
	}
	return locale.T(ctx, "grant.old.outcome")
}

// enterCases takes a list over, whole.
func (p *Pages) enterCases(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "import")
	if err != nil {
		return err
	}
	if _, err := form.Parse(w, r); err != nil {
		return err
	}
	err = p.db.Write(r.Context(), access.ImportCases, func(tx *db.Tx) error {
		_, err := grant.EnterOldCases(r.Context(), tx, id)
		return err
	})
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.CaseImport(id), "grant.old.done")
}

// originFact says where a case was taken over from.
func originFact(ctx context.Context, o *grant.Origin) []ui.Term {
	if o == nil {
		return nil
	}
	return []ui.Term{{Key: locale.T(ctx, "grant.old.origin"), Text: locale.T(ctx, "grant.old.origin_text", "Ref", o.OldRef, "Day", dateText(ctx, o.NoticeOn))}}
}
