package grantpage

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/grant"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/money"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/sheet"
	"rundertisch/web/ui"
)

type databaseView struct {
	Frame   layout.Args
	Year    string
	Years   []ui.Option
	Known   string
	Figures []ui.Figure
	Files   ui.Downloads
	JSON    ui.Link
}

// showDatabase offers the notices and payments of a year for the state's grant
// database, as known on a day, and sends them.
func (p *Pages) showDatabase(w http.ResponseWriter, r *http.Request) error {
	ctx, q := r.Context(), form.Query(r)
	today := calendar.Of(p.db.Now())
	year, err := strconv.Atoi(q.Raw("jahr"))
	if err != nil || year < 2000 || year > 2100 {
		year = today.Year()
	}
	v := databaseView{Year: strconv.Itoa(year)}
	var known time.Time
	if day := q.Date("bekannt"); !day.IsZero() && q.Faults.Err() == nil && day.Before(today) {
		known, v.Known = day.EndOfDay(), day.String()
	}
	var list []grant.Transfer
	err = p.db.Read(ctx, access.ReadRegister, func(tx *db.Tx) (err error) {
		list, err = grant.Transfers(ctx, tx, year, known)
		return err
	})
	if err != nil {
		return err
	}
	switch format := q.Raw("format"); {
	case sheet.Known(format):
		return sendTransfers(w, r, format, today, list)
	case format == "json":
		return sendTransfersJSON(w, year, list)
	}
	for y := today.Year() + 1; y >= today.Year()-15; y-- {
		v.Years = append(v.Years, ui.Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y)})
	}
	var granted, paid money.Cents
	for _, t := range list {
		if t.Record == "payment" {
			paid += t.Amount
		} else if t.What == "award" || t.What == "imported" {
			granted += t.Amount
		}
	}
	v.Figures = []ui.Figure{
		{Value: locale.Number(ctx, len(list)), Label: locale.T(ctx, "grant.answer.lines")},
		{Money: true, Value: euro(ctx, granted), Label: locale.T(ctx, "grant.old.granted")},
		{Money: true, Value: euro(ctx, paid), Label: locale.T(ctx, "grant.label.paid")},
	}
	here := link.With(link.GrantDatabase(), "jahr", v.Year, "bekannt", v.Known)
	v.Files, v.JSON = ui.DownloadsOf(here), ui.Link{Label: locale.T(ctx, "grant.database.json"), URL: link.With(here, "format", "json")}
	v.Frame = handler.Frame(r).WithBreadcrumb(crumb(ctx), budgetCrumb(ctx), ui.Link{Label: locale.T(ctx, "grant.database.title"), URL: here})
	return handler.Render(w, r, databasePage(v))
}

// sendTransfers sends the lines as a table for machines: whole cents, ISO days.
func sendTransfers(w http.ResponseWriter, r *http.Request, format string, day calendar.Date, list []grant.Transfer) error {
	ctx := r.Context()
	f := sheet.File{Name: locale.T(ctx, "grant.database.file"), Sheet: locale.T(ctx, "grant.database.title"), Format: format, Day: day}
	rows := make([][]sheet.Cell, len(list))
	for i, t := range list {
		for _, text := range transferFields(t) {
			rows[i] = append(rows[i], sheet.Text(text))
		}
		rows[i][2], rows[i][4] = sheet.Number(t.No), sheet.Number(int(t.Amount))
	}
	return sheet.Send(w, r, f, sheet.Rows(sheet.Head(grant.TransferColumns...), rows))
}

// transferFields are the values of a line in the order of its columns.
func transferFields(t grant.Transfer) []string {
	simulated := "0"
	if t.Simulated {
		simulated = "1"
	}
	return []string{
		t.Record, t.FileRef, strconv.Itoa(t.No), t.Day.String(), strconv.FormatInt(int64(t.Amount), 10), t.What, t.AGS, t.Recipient, t.Scheme, t.Paragraph,
		t.GrantingBody, t.Purpose, string(t.Financing), t.Period.From.String(), t.Period.To.AddDays(-1).String(), t.Title, strconv.Itoa(t.TitleYear), simulated,
	}
}

// sendTransfersJSON sends the same lines with the columns as keys.
func sendTransfersJSON(w http.ResponseWriter, year int, list []grant.Transfer) error {
	lines := make([]map[string]any, len(list))
	for i, t := range list {
		lines[i] = map[string]any{}
		for n, text := range transferFields(t) {
			lines[i][grant.TransferColumns[n]] = text
		}
		lines[i]["nummer"], lines[i]["betrag_cent"], lines[i]["haushaltsjahr"], lines[i]["simuliert"] = t.No, int64(t.Amount), t.TitleYear, t.Simulated
	}
	body, err := json.MarshalIndent(map[string]any{"jahr": year, "zeilen": lines}, "", "  ")
	if err != nil {
		return fmt.Errorf("write grant database: %w", err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="foerderdatenbank-%d.json"`, year))
	_, _ = w.Write(append(body, '\n'))
	return nil
}
