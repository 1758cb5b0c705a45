package grantpage

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/document"
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

type submitView struct {
	Frame     layout.Args
	File      proofFile
	Title     string
	Action    string
	Lacks     []string
	Flagged   string
	Confirm   []ui.Field
	Statement statementView
	Hidden    []ui.Hidden
	Errors    form.Errors
	Order     []string
}

func (p *Pages) showSubmit(w http.ResponseWriter, r *http.Request) error {
	return p.drawSubmit(w, r, nil, nil)
}

func (p *Pages) drawSubmit(w http.ResponseWriter, r *http.Request, fields *form.Values, faults fault.Fields) error {
	f, err := p.readProof(r, access.StepGrant, ownProof)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := submitView{File: f, Title: locale.T(ctx, "grant.proof.submit"), Action: link.SubmitProof(f.ID, f.from), Hidden: f.draftFields(fields), Errors: form.Say(ctx, faults)}
	for _, name := range f.draft.Content.Missing(f.terms, f.span) {
		v.Lacks = append(v.Lacks, locale.T(ctx, "grant.proof.lacks."+name))
	}
	if n := len(f.flags); n > 0 {
		v.Flagged = locale.N(ctx, "grant.proof.flagged", n)
	}
	if v.Statement, err = newStatement(ctx, f.terms, f.Amount, f.Paid, f.plan, f.draft.Content.Actual, f.span); err != nil {
		return err
	}
	for _, c := range f.terms.Confirmations() {
		name := "confirm-" + string(c)
		field := ui.Field{Name: name, Label: locale.T(ctx, "grant.confirm."+string(c)), Error: v.Errors.Of(name)}
		if fields != nil {
			field.Value = form.Tick(fields.Has(name))
		}
		v.Confirm, v.Order = append(v.Confirm, field), append(v.Order, name)
	}
	v.Frame = f.frame(r, ui.Link{Label: v.Title, URL: v.Action}).WithErrors(v.Errors.Any())
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, submitPage(v))
	}
	return handler.Render(w, r, submitPage(v))
}

func (p *Pages) submitProof(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	v, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	s := grant.Submission{ID: v.NewID("id"), Version: v.Int("version")}
	for _, c := range []grant.Confirmation{grant.BooksAgree, grant.WasNecessary, grant.PublicityKept} {
		if v.Has("confirm-" + string(c)) {
			s.Confirmed = append(s.Confirmed, c)
		}
	}
	ctx, no := r.Context(), 0
	from, err := spanFrom(r)
	if err != nil {
		return err
	}
	err = v.Faults.Err()
	if err == nil {
		err = p.db.Write(ctx, access.StepGrant, func(tx *db.Tx) error {
			c, err := grant.ByID(ctx, tx, id)
			if err != nil {
				return err
			}
			t, err := grant.TermsByID(ctx, tx, c.TermsID)
			if err != nil {
				return err
			}
			if s.Span, err = grant.SpanFrom(c, t, from); err != nil {
				return err
			}
			if !tx.Actor.MayIn(access.ApplyForGrant, c.DistrictID) {
				return fault.NotFound
			}
			return grant.SubmitProof(ctx, tx, id, s)
		})
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawSubmit(w, r, v, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	err = p.db.Read(ctx, access.ReadGrants, func(tx *db.Tx) error {
		list, err := grant.Proofs(ctx, tx, id)
		for _, one := range list {
			if one.ID == s.ID {
				no = one.No
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.SealedProof(id, no), "grant.proof.submitted")
}

type sealedView struct {
	Frame     layout.Args
	File      proofFile
	Proof     grant.Proof
	Title     string
	Facts     []ui.Term
	Narrative []sentenceRow
	Statement statementView
	Receipts  []receiptRow
	Confirmed []string
	Gaps      []ui.Term // what the officer found this proof to lack
	GapsDue   string
	Before    *ui.Comparison // with the proof that this one supplements
	Buttons   []ui.Button
}

// readSealed reads the submitted proof that the address names, with those of its
// activities that the reader may see.
func (p *Pages) readSealed(r *http.Request) (f proofFile, one grant.Proof, told map[uuid.UUID]activity.Told, err error) {
	no, err := strconv.Atoi(form.Path(r, "no"))
	if err != nil {
		return f, one, nil, fault.NotFound
	}
	f, err = p.readProof(r, access.ReadGrants, func(ctx context.Context, tx *db.Tx, f *proofFile) (err error) {
		for _, p := range f.proofs {
			if p.No == no {
				one = p
			}
		}
		if one.No == 0 {
			return fault.NotFound
		}
		f.span = one.Span
		var ids []uuid.UUID
		for _, s := range one.Content.Narrative {
			for _, src := range s.Sources {
				ids = append(ids, src.Activity)
			}
		}
		told, err = activity.ToldByID(ctx, tx, ids)
		return err
	})
	return f, one, told, err
}

func (p *Pages) showSealed(w http.ResponseWriter, r *http.Request) error {
	f, one, told, err := p.readSealed(r)
	if err != nil {
		return err
	}
	ctx, c := r.Context(), one.Content
	v := sealedView{File: f, Proof: one, Title: locale.T(ctx, "grant.proof.sealed_title", "Kind", f.title(ctx), "No", one.No), Facts: sealedFacts(ctx, one)}
	for i, s := range c.Narrative {
		v.Narrative = append(v.Narrative, newSentenceRow(ctx, i, s, told))
	}
	if v.Statement, err = newStatement(ctx, f.terms, c.Granted, c.Paid, c.Plan, c.Actual, one.Span); err != nil {
		return err
	}
	for i, receipt := range c.Vouchers {
		v.Receipts = append(v.Receipts, newReceiptRow(ctx, i, receipt))
	}
	for _, name := range c.Confirmed {
		v.Confirmed = append(v.Confirmed, locale.T(ctx, "grant.confirm."+string(name)))
	}
	for _, check := range f.checks {
		if check.ProofID == one.ID {
			v.GapsDue = locale.T(ctx, "grant.proof.gaps_until", "Day", dateText(ctx, check.DueOn))
			for _, g := range check.Missing {
				v.Gaps = append(v.Gaps, ui.Term{Key: locale.T(ctx, g.Part.NameKey()), Text: g.Note, Data: true})
			}
		}
	}
	v.Before = before(ctx, f.proofs, one)
	v.Buttons = append(v.Buttons, ui.Button{Label: locale.T(ctx, "grant.proof.pdf"), Kind: ui.Secondary, Icon: "download", URL: link.SealedProofPDF(f.ID, one.No), Download: true})
	if handler.Actor(r).May(access.PrepareGrants) && f.State == grant.ProofSubmitted && one.ID == grant.Last(f.proofs, grant.FinalProof).ID {
		v.Buttons = append(v.Buttons, ui.Button{Label: locale.T(ctx, "grant.check.title"), Kind: ui.Primary, URL: link.CheckProof(f.ID)})
	}
	v.Frame = f.frame(r, ui.Link{Label: v.Title, URL: link.SealedProof(f.ID, one.No)})
	return handler.Render(w, r, sealedPage(v))
}

// sealedFacts is the receipt of a submission.
func sealedFacts(ctx context.Context, one grant.Proof) []ui.Term {
	who := one.By
	if who == "" {
		who = locale.T(ctx, "fact.by_system")
	}
	return []ui.Term{
		{Key: locale.T(ctx, "grant.label.file_ref"), Text: one.Content.FileRef},
		{Key: locale.T(ctx, "grant.proof.span"), Text: period(ctx, one.Span.Period)},
		{Key: locale.T(ctx, "grant.proof.received_on"), Text: dateText(ctx, one.OnDay)},
		{Key: locale.T(ctx, "grant.proof.recorded"), Text: locale.T(ctx, "fact.recorded", "Time", locale.DateTime(ctx, one.At), "Who", who)},
		{Key: locale.T(ctx, "grant.label.amount"), Text: euro(ctx, one.Content.Granted)},
		{Key: locale.T(ctx, "grant.proof.hash"), Text: hex.EncodeToString(one.SHA256)},
	}
}

// before puts what a supplement says beside what it supplements; nil: nothing
// came before.
func before(ctx context.Context, list []grant.Proof, one grant.Proof) *ui.Comparison {
	for _, old := range list { // newest first
		if old.No >= one.No || old.Span.Kind != one.Span.Kind || old.Span.Period != one.Span.Period {
			continue
		}
		c := &ui.Comparison{Left: locale.T(ctx, "grant.proof.no", "No", old.No), Right: locale.T(ctx, "grant.proof.no", "No", one.No)}
		add := func(label, left, right string) {
			if left != right {
				c.Rows = append(c.Rows, ui.DiffRow{Label: label, Left: left, Right: right})
			}
		}
		add(locale.T(ctx, grant.NarrativePart.NameKey()), narrativeText(old.Content), narrativeText(one.Content))
		for _, k := range append(grant.ExpenditureKinds(), grant.IncomeKinds()...) {
			add(locale.T(ctx, k.NameKey()), lineText(ctx, old.Content.Actual, k), lineText(ctx, one.Content.Actual, k))
		}
		add(locale.T(ctx, grant.ReceiptsPart.NameKey()), receiptText(ctx, old.Content), receiptText(ctx, one.Content))
		return c
	}
	return nil
}

func narrativeText(c grant.ProofContent) string {
	texts := make([]string, len(c.Narrative))
	for i, s := range c.Narrative {
		texts[i] = s.Text
	}
	return strings.Join(texts, "\n")
}

func receiptText(ctx context.Context, c grant.ProofContent) string {
	texts := make([]string, len(c.Vouchers))
	for i, v := range c.Vouchers {
		texts[i] = dateText(ctx, v.PaidOn) + " " + v.Payee + ", " + v.Reason + ": " + euro(ctx, v.Amount)
	}
	return strings.Join(texts, "\n")
}

// sendProof sends a proof as tagged PDF, set from what was sealed.
func (p *Pages) sendProof(w http.ResponseWriter, r *http.Request) error {
	f, one, _, err := p.readSealed(r)
	if err != nil {
		return err
	}
	if p.papers == nil || !p.papers.Available() {
		return fault.Explain(fault.Unavailable, "document.no_pdf")
	}
	paper, err := proofLetter(f.terms, one)
	if err != nil {
		return err
	}
	pdf, err := p.papers.Render(r.Context(), locale.New(locale.German, nil), paper)
	if err != nil {
		return err
	}
	return handler.SendFile(w, r, handler.Download{
		Name: "nachweis-" + strings.ToLower(f.FileRef) + "-" + strconv.Itoa(one.No) + ".pdf", ContentType: document.PDF.ContentType(), Size: int64(len(pdf)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(pdf)), nil },
	})
}

// proofLetter is a proof on paper, in German as a notice is.
func proofLetter(t grant.Terms, one grant.Proof) (document.Letter, error) {
	ctx := locale.NewContext(context.Background(), locale.New(locale.German, nil))
	c := one.Content
	statement, err := newStatement(ctx, t, c.Granted, c.Paid, c.Plan, c.Actual, one.Span)
	if err != nil {
		return document.Letter{}, err
	}
	l := document.Letter{
		Imprint:   document.Imprint{Issuer: c.Recipient, Issued: one.OnDay, Hash: hex.EncodeToString(one.SHA256), Version: locale.T(ctx, "grant.proof.no", "No", one.No)},
		Title:     locale.T(ctx, "grant.proof.kind."+string(c.Kind)),
		Recipient: []string{c.Addressee}, Signature: locale.T(ctx, "grant.proof.signature", "Body", c.Recipient, "Person", c.Person),
	}
	add := func(key, value string) {
		l.Facts = append(l.Facts, document.Fact{Name: locale.T(ctx, key), Value: value})
	}
	add("grant.label.file_ref", c.FileRef)
	add("grant.label.scheme", c.Scheme)
	add("grant.proof.span", period(ctx, c.Period))
	add("grant.proof.received_on", dateText(ctx, one.OnDay))
	add("grant.label.amount", euro(ctx, c.Granted))
	part := func(key string, table *document.Table, texts ...string) {
		section := document.LetterPart{Title: locale.T(ctx, key), Table: table}
		for _, text := range texts {
			section.Text = append(section.Text, document.Text(text))
		}
		l.Parts = append(l.Parts, section)
	}
	part(grant.NarrativePart.NameKey(), nil, strings.Split(narrativeText(c), "\n")...)
	part(grant.StatementPart.NameKey(), statementTable(ctx, statement))
	if len(c.Vouchers) > 0 {
		part(grant.ReceiptsPart.NameKey(), receiptTable(ctx, c.Vouchers))
	}
	if statement.Left != "" {
		part("grant.reckoning.reduction", nil, statement.Reduction...)
	}
	var confirmed []string
	for _, name := range c.Confirmed {
		confirmed = append(confirmed, locale.T(ctx, "grant.confirm."+string(name)))
	}
	part(grant.ConfirmationPart.NameKey(), nil, confirmed...)
	return l, nil
}

func statementTable(ctx context.Context, s statementView) *document.Table {
	t := &document.Table{Head: []string{locale.T(ctx, "grant.proof.line"), locale.T(ctx, "grant.proof.actual"), locale.T(ctx, "grant.proof.note")}}
	if s.Planned {
		t.Head = []string{locale.T(ctx, "grant.proof.line"), locale.T(ctx, "grant.proof.plan"), locale.T(ctx, "grant.proof.actual"), locale.T(ctx, "grant.proof.difference"), locale.T(ctx, "grant.proof.note")}
	}
	for _, r := range s.Rows {
		if s.Planned {
			t.Rows = append(t.Rows, []string{r.Label, r.Planned, r.Actual, r.Difference, r.Note})
		} else {
			t.Rows = append(t.Rows, []string{r.Label, r.Actual, r.Note})
		}
	}
	return t
}

func receiptTable(ctx context.Context, list []grant.Voucher) *document.Table {
	t := &document.Table{}
	for _, name := range receiptFields {
		t.Head = append(t.Head, locale.T(ctx, "grant.receipt."+name))
	}
	for i, one := range list {
		r := newReceiptRow(ctx, i, one)
		t.Rows = append(t.Rows, []string{r.Day, r.Payee, r.Reason, r.Kind, r.Amount})
	}
	return t
}

type checkView struct {
	Frame  layout.Args
	File   proofFile
	Proof  sealedRow
	Due    string
	Parts  []checkPart
	DueOn  string
	Hidden []ui.Hidden
	Errors form.Errors
	Order  []string
	Names  []string
}

type checkPart struct {
	Tick ui.Field
	Note ui.Field
}

func (p *Pages) showCheck(w http.ResponseWriter, r *http.Request) error {
	return p.drawCheck(w, r, form.From(nil), nil)
}

func (p *Pages) drawCheck(w http.ResponseWriter, r *http.Request, fields *form.Values, faults fault.Fields) error {
	f, err := p.readProof(r, access.PrepareGrants, nil)
	if err != nil {
		return err
	}
	last := grant.Last(f.proofs, grant.FinalProof)
	if f.State != grant.ProofSubmitted || last.No == 0 {
		return fault.Explain(fault.Conflict, "grant.error.nothing_to_check")
	}
	ctx := r.Context()
	v := checkView{File: f, Proof: newSealedRow(ctx, last), Due: dueText(ctx, f.terms.CheckDue(last.OnDay), f.today), Errors: form.Say(ctx, faults), DueOn: fields.Text("due"), Order: []string{"missing"}}
	if v.DueOn == "" {
		v.DueOn = dayValue(f.today.AddMonths(f.terms.CheckMonths).NextWorkingDay())
	}
	for i, part := range f.terms.ProofParts() {
		label := locale.T(ctx, part.NameKey())
		tick, note := "missing-"+string(part), "note-"+string(part)
		field := ui.Field{Name: tick, Label: label, Value: form.Tick(fields.Has(tick))}
		if i == 0 {
			field.ID, field.Error = "missing", v.Errors.Of("missing")
		}
		v.Parts = append(v.Parts, checkPart{field, ui.Field{Name: note, Label: locale.T(ctx, "grant.check.note"), Context: label, Value: fields.Text(note), Error: v.Errors.Of(note), Optional: true, Unmarked: true, MaxLength: 1000, Rows: 2}})
		v.Order, v.Names = append(v.Order, note), append(v.Names, note, part.NameKey())
	}
	v.Order, v.Names = append(v.Order, "due"), append(v.Names, "due", "grant.check.due")
	formID := fields.Raw("id")
	if formID == "" {
		formID = uuid.NewString()
	}
	v.Hidden = []ui.Hidden{{Name: "id", Value: formID}}
	v.Frame = f.frame(r, ui.Link{Label: locale.T(ctx, "grant.check.title"), URL: link.CheckProof(f.ID)}).WithErrors(v.Errors.Any())
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, checkPage(v))
	}
	return handler.Render(w, r, checkPage(v))
}

// checkProof takes a proof as complete, or returns it with what is missing.
func (p *Pages) checkProof(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	v, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	ctx, formID, complete := r.Context(), v.NewID("id"), v.Text("do") == "complete"
	ret := grant.ProofReturn{ID: formID, DueOn: v.Date("due")}
	for _, part := range []grant.ProofPart{grant.NarrativePart, grant.StatementPart, grant.ReceiptsPart, grant.ConfirmationPart} {
		if v.Has("missing-" + string(part)) {
			ret.Missing = append(ret.Missing, grant.Gap{Part: part, Note: v.Text("note-" + string(part))})
		}
	}
	if complete && len(ret.Missing) > 0 {
		v.Faults.Add("missing", "grant.error.complete_with_gaps")
	}
	err = v.Faults.Err()
	if err == nil {
		err = p.db.Write(ctx, access.PrepareGrants, func(tx *db.Tx) error {
			if complete {
				return grant.Take(ctx, tx, id, grant.Act{ID: formID, Event: "proof_complete", To: grant.ProofComplete, Day: calendar.Of(tx.Now)})
			}
			return grant.ReturnProof(ctx, tx, id, ret)
		})
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawCheck(w, r, v, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	done := "grant.done.proof_incomplete"
	if complete {
		done = "grant.done.proof_complete"
	}
	return handler.SeeOther(w, r, link.Grant(id), done)
}
