package grantpage

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/grant"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/money"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// statementView is a numeric statement in words.
type statementView struct {
	Planned   bool
	Rows      []statementRow // expenditure, then income
	Hints     []hintRow
	Left      string // of the grant; "": not reckoned
	Reduction []string
}

type statementRow struct {
	Label, Planned, Actual, Difference, Note string
	Sum                                      bool
}

type hintRow struct {
	Mark ui.Mark
	Text string
}

func newStatement(ctx context.Context, t grant.Terms, granted, paid money.Cents, plan, actual grant.PlanLines, span grant.Span) (v statementView, err error) {
	s, err := grant.Compare(t, granted, paid, plan, actual)
	if err != nil {
		return v, err
	}
	v.Planned = s.Planned
	row := func(label string, planned, actual money.Cents, note string, sum bool) {
		r := statementRow{Label: label, Actual: euro(ctx, actual), Note: note, Sum: sum}
		if s.Planned {
			r.Planned, r.Difference = euro(ctx, planned), euro(ctx, actual-planned)
		}
		v.Rows = append(v.Rows, r)
	}
	for _, one := range s.Rows {
		if one.Kind == grant.OwnMoney {
			row(locale.T(ctx, "grant.proof.expenditure"), s.Intended, s.Spent, "", true)
		}
		if one.Planned != 0 || one.Actual != 0 || one.Note != "" || one.Kind == grant.TheGrant {
			label := locale.T(ctx, one.Kind.NameKey())
			if one.Kind == grant.TheGrant {
				label = locale.T(ctx, "grant.proof.grant_paid")
			}
			row(label, one.Planned, one.Actual, one.Note, false)
		}
	}
	row(locale.T(ctx, "grant.proof.income"), plan.Income(), s.Came, "", true)
	if span.Kind == grant.FinalProof && s.Spent > 0 {
		for _, h := range s.Hints {
			v.Hints = append(v.Hints, newHint(ctx, h))
		}
		v.Left, v.Reduction = euro(ctx, s.Reduction.Amount), steps(ctx, s.Reduction.Steps)
	}
	return v, nil
}

func newHint(ctx context.Context, h grant.Hint) hintRow {
	mark := ui.Mark{Tone: ui.Info, Label: locale.T(ctx, "grant.proof.hint"), Small: true}
	if h.Serious {
		mark = ui.Mark{Tone: ui.Warning, Label: locale.T(ctx, "grant.proof.attention"), Small: true}
	}
	return hintRow{Mark: mark, Text: h.Step.Text(locale.FromContext(ctx))}
}

type statementForm struct {
	Frame  layout.Args
	File   proofFile
	Title  string
	Action string
	Gap    string
	Spent  []amountPair
	Income []amountPair
	Hidden []ui.Hidden
	Errors form.Errors
	Names  []string // pairs of a field and the key of its label
	Order  []string
}

// amountPair is a line's amount with its note.
type amountPair struct {
	Amount ui.Field
	Note   ui.Field
}

func (p *Pages) showStatement(w http.ResponseWriter, r *http.Request) error {
	return p.drawStatement(w, r, nil, nil)
}

func (p *Pages) drawStatement(w http.ResponseWriter, r *http.Request, fields *form.Values, faults fault.Fields) error {
	f, err := p.readProof(r, access.ApplyForGrant, ownProof)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := statementForm{File: f, Title: locale.T(ctx, grant.StatementPart.NameKey()), Action: link.ProofStatement(f.ID, f.from), Gap: f.gap(grant.StatementPart), Hidden: f.draftFields(fields), Errors: form.Say(ctx, faults)}
	pair := func(k grant.LineKind) amountPair {
		name, note := grant.LineField(k), grant.NoteField(k)
		v.Order = append(v.Order, name, note)
		v.Names = append(v.Names, name, k.NameKey())
		value, text := "", f.draft.Content.Actual.Note(k)
		if sum := f.draft.Content.Actual.Of(k); sum != 0 {
			value = euro(ctx, sum)
		}
		if fields != nil {
			value, text = fields.Text(name), fields.Text(note)
		}
		hint := ""
		if f.plan != nil {
			hint = locale.T(ctx, "grant.proof.planned", "Amount", euro(ctx, f.plan.Of(k)))
		}
		label := locale.T(ctx, k.NameKey())
		return amountPair{
			ui.Field{Name: name, Label: locale.T(ctx, "grant.proof.in_euro", "Line", label), Hint: hint, Value: value, Error: v.Errors.Of(name), Inputmode: "decimal", Width: ui.WidthMedium, Optional: true, Unmarked: true, Autocomplete: "off"},
			ui.Field{Name: note, Label: locale.T(ctx, "grant.proof.note"), Context: label, Value: text, Error: v.Errors.Of(note), Optional: true, Autocomplete: "off"},
		}
	}
	for _, k := range grant.ExpenditureKinds() {
		v.Spent = append(v.Spent, pair(k))
	}
	for _, k := range grant.IncomeKinds() {
		if k != grant.TheGrant {
			v.Income = append(v.Income, pair(k))
		}
	}
	v.Frame = f.frame(r, ui.Link{Label: v.Title, URL: v.Action}).WithErrors(v.Errors.Any())
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, statementPage(v))
	}
	return handler.Render(w, r, statementPage(v))
}

func (p *Pages) keepStatement(w http.ResponseWriter, r *http.Request) error {
	v, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	var lines grant.PlanLines
	for _, k := range append(grant.ExpenditureKinds(), grant.IncomeKinds()...) {
		if k == grant.TheGrant {
			continue
		}
		line := grant.PlanLine{Kind: k, Note: v.Text(grant.NoteField(k))}
		if v.Text(grant.LineField(k)) != "" {
			line.Amount = amount(r.Context(), v, grant.LineField(k))
		}
		lines = append(lines, line)
	}
	f, err := p.keep(r, v, func(_ context.Context, _ *db.Tx, _ *proofFile, d *grant.ProofDraft) error {
		d.Actual = lines.Written()
		return nil
	})
	if faults, ok := fault.AsFields(err); ok {
		return p.drawStatement(w, r, v, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.InterimProof(f.ID, f.from), "grant.proof.kept")
}

type receiptsView struct {
	Frame  layout.Args
	File   proofFile
	Title  string
	Gap    string
	Rows   []receiptRow
	Sums   []receiptSum
	Fields map[string]ui.Field
	Hidden []ui.Hidden
	Errors form.Errors
}

type receiptRow struct {
	Index                      string
	Day, Payee, Reason, Amount string
	Kind                       string
}

// receiptSum compares the receipts of a line with the statement.
type receiptSum struct {
	Label, Receipts, Statement string
	Mark                       ui.Mark
}

var receiptFields = []string{"paid_on", "payee", "for", "kind", "amount"}

func (p *Pages) showReceipts(w http.ResponseWriter, r *http.Request) error {
	return p.drawReceipts(w, r, form.From(nil), nil)
}

func (p *Pages) drawReceipts(w http.ResponseWriter, r *http.Request, fields *form.Values, faults fault.Fields) error {
	f, err := p.readProof(r, access.ApplyForGrant, ownProof)
	if err != nil {
		return err
	}
	if !f.terms.Receipts {
		return fault.NotFound
	}
	ctx, d := r.Context(), f.draft.Content
	v := receiptsView{File: f, Title: locale.T(ctx, grant.ReceiptsPart.NameKey()), Gap: f.gap(grant.ReceiptsPart), Hidden: f.draftFields(fields), Errors: form.Say(ctx, faults), Fields: map[string]ui.Field{}}
	for i, one := range d.Vouchers {
		v.Rows = append(v.Rows, newReceiptRow(ctx, i, one))
	}
	for _, k := range grant.ExpenditureKinds() {
		listed, stated := grant.VouchersOf(d.Vouchers, k), d.Actual.Of(k)
		if listed == 0 && stated == 0 {
			continue
		}
		mark := ui.Mark{Tone: ui.Success, Label: locale.T(ctx, "grant.proof.agrees"), Small: true, Plain: true}
		if listed != stated {
			mark = ui.Mark{Tone: ui.Warning, Label: locale.T(ctx, "grant.proof.differs", "Amount", euro(ctx, stated-listed)), Small: true, Plain: true}
		}
		v.Sums = append(v.Sums, receiptSum{locale.T(ctx, k.NameKey()), euro(ctx, listed), euro(ctx, stated), mark})
	}
	for _, name := range receiptFields {
		v.Fields[name] = ui.Field{Name: name, Label: locale.T(ctx, "grant.receipt."+name), Value: fields.Text(name), Error: v.Errors.Of(name), Autocomplete: "off"}
	}
	v.Frame = f.frame(r, ui.Link{Label: v.Title, URL: link.ProofReceipts(f.ID)}).WithErrors(v.Errors.Any())
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, receiptsPage(v))
	}
	return handler.Render(w, r, receiptsPage(v))
}

func newReceiptRow(ctx context.Context, i int, one grant.Voucher) receiptRow {
	return receiptRow{strconv.Itoa(i), dateText(ctx, one.PaidOn), one.Payee, one.Reason, euro(ctx, one.Amount), locale.T(ctx, one.Kind.NameKey())}
}

// keepReceipt adds a receipt or a list of them, or takes one out.
func (p *Pages) keepReceipt(w http.ResponseWriter, r *http.Request) error {
	v, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	remove := -1
	one := grant.Voucher{}
	var many []grant.Voucher
	switch {
	case v.Has("receipts"):
		many = importedVouchers(v)
	case v.Has("remove"):
		remove = v.Int("remove")
	default:
		one = grant.Voucher{PaidOn: v.Date("paid_on"), Payee: v.Text("payee"), Reason: v.Text("for"), Kind: grant.LineKind(v.Text("kind")), Amount: amount(r.Context(), v, "amount")}
		missing(v, "paid_on", "payee", "for")
	}
	f, err := p.keep(r, v, func(_ context.Context, _ *db.Tx, f *proofFile, d *grant.ProofDraft) error {
		switch {
		case !f.terms.Receipts:
			return fault.NotFound
		case remove >= 0 && remove < len(d.Vouchers):
			d.Vouchers = slices.Delete(d.Vouchers, remove, remove+1)
		case remove >= 0:
			return fault.Stale
		case many != nil:
			d.Add(many, v.Text("do") == "replace")
		default:
			d.Add([]grant.Voucher{one}, false)
		}
		return nil
	})
	if faults, ok := fault.AsFields(err); ok {
		return p.drawReceipts(w, r, v, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.ProofReceipts(f.ID), "grant.proof.kept")
}

func lineChoices(ctx context.Context) (list []ui.Option) {
	for _, k := range grant.ExpenditureKinds() {
		list = append(list, ui.Option{Value: string(k), Label: locale.T(ctx, k.NameKey())})
	}
	return list
}

// dayValue is a day as a date field holds it; "": none.
func dayValue(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}
