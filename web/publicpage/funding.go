package publicpage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
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

// shownGrants is how many grants the page shows; the files have all.
const shownGrants = 200

// grantList is the list for the public with its filter.
type grantList struct {
	moment

	rule      grant.TransparencyRule
	published bool // a rule opens something
	all       []grant.PublicGrant
	rows      []grant.PublicGrant // that the filter leaves
	year      int                 // of the notice; 0: any
	ags       string              // ""; any. Grants without a named recipient are of none
}

// readGrants reads the list. A district finds only grants that name it, so that
// the filter tells nothing that the list does not.
func (p *Pages) readGrants(r *http.Request) (l grantList, err error) {
	ctx, q := r.Context(), form.Query(r)
	l = grantList{moment: parseMoment(r, p.db.Now()), ags: q.Text("landkreis")}
	if year, err := strconv.Atoi(q.Raw("jahr")); err == nil && year >= 2000 && year <= 2100 {
		l.year = year
	}
	err = p.db.Read(ctx, access.ReadBoard, func(tx *db.Tx) (err error) {
		if l.rule, err = grant.PublicRule(ctx, tx); errors.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		l.published = true
		l.all, err = grant.PublicGrants(ctx, tx, l.AsOf)
		return err
	})
	for _, g := range l.all {
		if (l.year == 0 || g.NoticeOn.Year() == l.year) && (l.ags == "" || deref(g.AGS) == l.ags) {
			l.rows = append(l.rows, g)
		}
	}
	return l, err
}

func (l grantList) address(page string) string {
	year, am, known := "", "", ""
	if l.year > 0 {
		year = strconv.Itoa(l.year)
	}
	if l.given {
		am = l.Valid.String()
	}
	if !l.Known.IsZero() {
		known = l.knownText(l.Known)
	}
	return link.With(page, "jahr", year, "landkreis", l.ags, "am", am, "bekannt", known)
}

type fundingView struct {
	Frame     layout.Args
	Text      textView
	Lead      string
	Published bool
	Bar       ui.Filters
	Years     []ui.Option
	Places    []ui.Option
	Year, AGS string
	Day       string
	Known     string
	Errors    form.Errors
	Figures   []ui.Figure
	Rows      []fundingRow
	More      int
	Files     ui.Downloads
	JSON      ui.Link
}

type fundingRow struct {
	Notice, Recipient, Amount, Period, Body, Subject, Financing string
	Simulated                                                   bool
}

// showFunding explains the funding and lists the grants that the law opens.
func (p *Pages) showFunding(w http.ResponseWriter, r *http.Request) error {
	l, err := p.readGrants(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	if format := form.Query(r).Raw("format"); sheet.Known(format) {
		if l.faults.Err() != nil {
			return refuseMoment(w, l.faults)
		}
		return sendGrants(w, r, format, l)
	}
	v := fundingView{Text: newTextView(ctx, "funding"), Published: l.published, Errors: form.Say(ctx, l.faults)}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(ui.Link{Label: v.Text.Title, URL: link.Funding()})
	v.fill(ctx, l)
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, fundingPage(v))
	}
	return handler.Render(w, r, fundingPage(v))
}

func (v *fundingView) fill(ctx context.Context, l grantList) {
	v.AGS, v.Files = l.ags, ui.DownloadsOf(l.address(link.Funding()))
	v.JSON = ui.Link{Label: locale.T(ctx, "funding.json"), URL: l.address(link.FundingJSON())}
	v.Bar = ui.Filters{Action: link.Funding()}
	if l.year > 0 {
		v.Year = strconv.Itoa(l.year)
	}
	if l.given {
		v.Day = l.Valid.String()
	}
	if !l.day.IsZero() {
		v.Known = l.day.String()
	}
	if v.Year+v.AGS+v.Day+v.Known != "" {
		v.Bar.ResetURL = link.Funding()
	}
	v.Lead = locale.T(ctx, "funding.lead", "Paragraph", l.rule.Paragraph, "From", euro(ctx, l.rule.FromAmount), "Recipient", euro(ctx, l.rule.RecipientFrom), "Years", l.rule.Years)
	v.options(l.all)
	var sum money.Cents
	for i, g := range l.rows {
		sum += g.Amount
		if i < shownGrants {
			v.Rows = append(v.Rows, newFundingRow(ctx, g))
		}
	}
	v.More = len(l.rows) - len(v.Rows)
	v.Figures = []ui.Figure{{Value: locale.Number(ctx, len(l.rows)), Label: locale.T(ctx, "funding.count")}, {Money: true, Value: euro(ctx, sum), Label: locale.T(ctx, "funding.sum")}}
}

// options are the years and the districts that the list names.
func (v *fundingView) options(all []grant.PublicGrant) {
	years, places := map[int]bool{}, map[string]string{}
	for _, g := range all {
		if y := g.NoticeOn.Year(); !years[y] {
			years[y] = true
			v.Years = append(v.Years, ui.Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y)})
		}
		if g.AGS != nil && places[*g.AGS] == "" {
			places[*g.AGS] = deref(g.Recipient)
			v.Places = append(v.Places, ui.Option{Value: *g.AGS, Label: deref(g.Recipient)})
		}
	}
	slices.SortFunc(v.Places, func(a, b ui.Option) int { return strings.Compare(a.Value, b.Value) })
}

func newFundingRow(ctx context.Context, g grant.PublicGrant) fundingRow {
	row := fundingRow{
		Notice: locale.Date(ctx, g.NoticeOn.Time()), Recipient: deref(g.Recipient), Amount: euro(ctx, g.Amount),
		Period: locale.T(ctx, "grant.from_to", "From", locale.Date(ctx, g.Period.From.Time()), "To", locale.Date(ctx, g.Period.To.AddDays(-1).Time())),
		Body:   g.GrantingBody, Subject: g.Subject, Financing: financing(ctx, g), Simulated: g.Simulated,
	}
	if row.Recipient == "" {
		row.Recipient = locale.T(ctx, "funding.unnamed")
	}
	return row
}

func financing(ctx context.Context, g grant.PublicGrant) string {
	return locale.T(ctx, "grant.financing."+string(g.Financing))
}

func euro(ctx context.Context, c money.Cents) string { return locale.FromContext(ctx).Euro(int64(c)) }

// sendGrants sends the list as a table.
func sendGrants(w http.ResponseWriter, r *http.Request, format string, l grantList) error {
	ctx := r.Context()
	f := sheet.File{Name: locale.T(ctx, "funding.file"), Sheet: locale.T(ctx, "funding.list"), Format: format, Day: l.Valid}
	head := sheet.Head(locale.T(ctx, "funding.notice"), locale.T(ctx, "grant.label.amount"), locale.T(ctx, "grant.label.granting_body"), locale.T(ctx, "grant.label.from"), locale.T(ctx, "grant.label.to"),
		locale.T(ctx, "funding.subject"), locale.T(ctx, "funding.type"), locale.T(ctx, "grant.label.financing"), "AGS", locale.T(ctx, "grant.label.recipient"), locale.T(ctx, "board.simulated"))
	rows := make([][]sheet.Cell, len(l.rows))
	for i, g := range l.rows {
		rows[i] = []sheet.Cell{
			sheet.Date(g.NoticeOn), sheet.Money(g.Amount), sheet.Text(g.GrantingBody), sheet.Date(g.Period.From), sheet.Date(g.Period.To.AddDays(-1)),
			sheet.Text(g.Subject), sheet.Text(locale.T(ctx, "funding.project")), sheet.Text(financing(ctx, g)), sheet.Text(deref(g.AGS)), sheet.Text(deref(g.Recipient)), sheet.Text(form.Tick(g.Simulated)),
		}
	}
	return sheet.Send(w, r, f, sheet.Rows(head, rows))
}

// grantJSON is a grant for machines. Its keys are stable.
type grantJSON struct {
	NoticeOn     string  `json:"notice_on"`
	AmountCents  int64   `json:"amount_cents"`
	GrantingBody string  `json:"granting_body"`
	From         string  `json:"period_from"`
	To           string  `json:"period_to"`
	Subject      string  `json:"subject"`
	Type         string  `json:"type"`
	Financing    string  `json:"financing"`
	AGS          *string `json:"ags"`
	Recipient    *string `json:"recipient"`
	Simulated    bool    `json:"simulated"`
}

// fundingJSON is the machine twin of the list.
func (p *Pages) fundingJSON(w http.ResponseWriter, r *http.Request) error {
	l, err := p.readGrants(r)
	if err != nil {
		return err
	}
	if l.faults.Err() != nil {
		return refuseMoment(w, l.faults)
	}
	known := l.Known
	if known.IsZero() {
		known = p.db.Now()
	}
	list := make([]grantJSON, len(l.rows))
	for i, g := range l.rows {
		list[i] = grantJSON{
			g.NoticeOn.String(), int64(g.Amount), g.GrantingBody, g.Period.From.String(), g.Period.To.AddDays(-1).String(),
			g.Subject, "project", string(g.Financing), g.AGS, g.Recipient, g.Simulated,
		}
	}
	body, err := json.MarshalIndent(map[string]any{"as_of": l.Valid.String(), "known_on": l.knownText(known), "legal_basis": l.rule.Paragraph, "grants": list}, "", "  ")
	if err != nil {
		return fmt.Errorf("write foerderung.json: %w", err)
	}
	openData(w, "application/json; charset=utf-8")
	_, _ = w.Write(append(body, '\n'))
	return nil
}
