package grantpage

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/grant"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

type sampleView struct {
	Frame   layout.Args
	Waiting []waitingDraw
	MayDraw bool
	Draws   []sampleRow
	Errors  form.Errors
}

type waitingDraw struct {
	Title  string
	Text   string
	Hidden []ui.Hidden
	Amount ui.Field
	Rate   ui.Field
	Hints  ui.Field
}

type sampleRow struct {
	ID    string
	Title string
	Facts []ui.Term
	Rows  []pickRow
}

type pickRow struct {
	Link                ui.Link
	Amount, Rate, Grund string
	Mark                ui.Mark
}

// mostDraws is how many draws the page shows.
const mostDraws = 20

func (p *Pages) showSample(w http.ResponseWriter, r *http.Request) error {
	return p.renderSample(w, r, form.From(nil), nil)
}

func (p *Pages) renderSample(w http.ResponseWriter, r *http.Request, fields *form.Values, faults fault.Fields) error {
	ctx := r.Context()
	v := sampleView{MayDraw: handler.Actor(r).May(access.PrepareGrants), Errors: form.Say(ctx, faults)}
	var waiting []grant.WaitingDraw
	var draws []grant.SampleDraw
	err := p.db.Read(ctx, access.ReadRegister, func(tx *db.Tx) (err error) {
		if waiting, err = grant.WaitingDraws(ctx, tx); err != nil {
			return err
		}
		draws, err = grant.Draws(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	for i, one := range waiting {
		v.Waiting = append(v.Waiting, newWaitingDraw(ctx, i, one, fields, v.Errors))
	}
	for _, d := range draws[:min(len(draws), mostDraws)] {
		v.Draws = append(v.Draws, newDrawRow(ctx, d))
	}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx), ui.Link{Label: locale.T(ctx, "grant.sample.title"), URL: link.Sample()})
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, samplePage(v))
	}
	return handler.Render(w, r, samplePage(v))
}

// newWaitingDraw is the form of a draw; what was typed into it stands there again.
func newWaitingDraw(ctx context.Context, i int, one grant.WaitingDraw, fields *form.Values, errs form.Errors) waitingDraw {
	title := one.Scheme + " " + strconv.Itoa(one.Year)
	d := waitingDraw{Title: title, Text: locale.N(ctx, "grant.sample.waiting", one.Cases), Hidden: []ui.Hidden{{Name: "id", Value: uuid.NewString()}, {Name: "scheme", Value: one.SchemeID.String()}, {Name: "year", Value: strconv.Itoa(one.Year)}}}
	mine := fields.Raw("scheme") == one.SchemeID.String() && fields.Raw("year") == strconv.Itoa(one.Year)
	field := func(name string) ui.Field {
		f := ui.Field{Name: name, Label: locale.T(ctx, "grant.sample."+name), Context: title, Optional: true, Unmarked: true, Autocomplete: "off", Inputmode: "decimal", Width: ui.WidthMedium}
		if i > 0 && !mine {
			f.ID = name + "-" + strconv.Itoa(i)
		}
		if mine {
			f.Value, f.Error = fields.Text(name), errs.Of(name)
		}
		return f
	}
	d.Amount, d.Rate, d.Hints = field("amount"), field("rate"), field("hints")
	d.Amount.Suffix, d.Rate.Suffix, d.Amount.Hint, d.Rate.Hint = "€", "%", locale.T(ctx, "grant.sample.amount_hint"), locale.T(ctx, "grant.sample.rate_hint")
	d.Hints.Value = "1"
	if mine {
		d.Hints.Value = form.Tick(fields.Has("hints"))
	}
	return d
}

func newDrawRow(ctx context.Context, d grant.SampleDraw) sampleRow {
	p := locale.FromContext(ctx)
	who := d.By
	if who == "" {
		who = p.T("fact.by_system")
	}
	row := sampleRow{ID: d.ID.String(), Title: d.Scheme + " " + strconv.Itoa(d.Year)}
	add := func(key, text string) { row.Facts = append(row.Facts, ui.Term{Key: p.T(key), Text: text}) }
	add("grant.proof.recorded", p.T("fact.recorded", "Time", p.DateTime(d.At), "Who", who))
	criteria := []string{p.T("grant.sample.share", "Share", p.Permille(d.Inputs.Share))}
	if d.Inputs.AmountFrom > 0 {
		criteria = append(criteria, p.T("grant.sample.amount_from", "Amount", euro(ctx, d.Inputs.AmountFrom)))
	}
	if d.Inputs.RateFrom > 0 {
		criteria = append(criteria, p.T("grant.sample.rate_from", "Rate", p.Permille(d.Inputs.RateFrom)))
	}
	if d.Inputs.Hints {
		criteria = append(criteria, p.T("grant.sample.hints"))
	}
	add("grant.sample.criteria", strings.Join(criteria, "; "))
	if d.Inputs.Before > 0 {
		add("grant.sample.before", p.T("grant.sample.before_text", "Drawn", d.Inputs.Drawn, "Of", d.Inputs.Before))
	}
	add("grant.sample.seed", strconv.FormatInt(d.Seed, 10))
	for _, pick := range d.Inputs.Draw() { // recomputed: the same as stored
		row.Rows = append(row.Rows, newPickRow(ctx, pick))
	}
	return row
}

func newPickRow(ctx context.Context, p grant.Pick) pickRow {
	row := pickRow{Link: ui.Link{Label: p.Candidate.FileRef, URL: link.Grant(p.Candidate.CaseID)}, Amount: euro(ctx, p.Candidate.Amount), Rate: locale.Permille(ctx, p.Candidate.Rate)}
	row.Mark = ui.Mark{Label: locale.T(ctx, "grant.sample.not_drawn"), Small: true, Plain: true}
	if p.Drawn {
		row.Mark = ui.Mark{Tone: ui.Success, Label: locale.T(ctx, "grant.sample.drawn"), Small: true, Plain: true}
		row.Grund = locale.T(ctx, "grant.sample.by_lot")
	}
	var why []string
	for _, name := range p.Why {
		why = append(why, locale.T(ctx, "grant.risk_of."+name))
	}
	if len(why) > 0 {
		row.Grund = strings.Join(why, "; ")
	}
	return row
}

func (p *Pages) drawSample(w http.ResponseWriter, r *http.Request) error {
	v, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	id, scheme, year := v.NewID("id"), v.ID("scheme"), v.Int("year")
	by := grant.Criteria{Hints: v.Has("hints")}
	if v.Text("amount") != "" {
		by.AmountFrom = amount(ctx, v, "amount")
	}
	if v.Text("rate") != "" {
		rate := amount(ctx, v, "rate") // per cent with two places, as an amount
		by.RateFrom = int(min(max(rate, -10), 100_000) / 10)
		if v.Faults["rate"].Key != "" {
			v.Faults.Add("rate", "grant.error.rate")
		}
	}
	err = v.Faults.Err()
	if err == nil {
		err = p.db.Write(ctx, access.PrepareGrants, func(tx *db.Tx) error { return grant.DrawSample(ctx, tx, id, scheme, year, by) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.renderSample(w, r, v, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.Sample(), "grant.sample.done")
}
