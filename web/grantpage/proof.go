package grantpage

import (
	"context"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/calendar"
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

func (p *Pages) proofRoutes(m *handler.Mux) {
	m.Get(access.ReadRegister, "/foerderungen/stichprobe", p.showSample)
	m.Post(access.PrepareGrants, "/foerderungen/stichprobe", p.drawSample)
	m.Get(access.ReadGrants, "/foerderungen/{id}/nachweis", p.showProof)
	m.Get(access.ApplyForGrant, "/foerderungen/{id}/nachweis/taetigkeiten", p.showHighlights)
	m.Post(access.ApplyForGrant, "/foerderungen/{id}/nachweis/taetigkeiten", p.addHighlights)
	m.Get(access.ApplyForGrant, "/foerderungen/{id}/nachweis/sachbericht", p.showNarrative)
	m.Post(access.ApplyForGrant, "/foerderungen/{id}/nachweis/sachbericht", p.keepNarrative)
	m.Get(access.ApplyForGrant, "/foerderungen/{id}/nachweis/zahlen", p.showStatement)
	m.Post(access.ApplyForGrant, "/foerderungen/{id}/nachweis/zahlen", p.keepStatement)
	m.Get(access.ApplyForGrant, "/foerderungen/{id}/nachweis/belege", p.showReceipts)
	m.Post(access.ApplyForGrant, "/foerderungen/{id}/nachweis/belege", p.keepReceipt)
	m.Get(access.ApplyForGrant, "/foerderungen/{id}/nachweis/belege/einlesen", p.showVouchers)
	m.Post(access.ApplyForGrant, "/foerderungen/{id}/nachweis/belege/einlesen", p.previewVouchers)
	m.Get(access.StepGrant, "/foerderungen/{id}/nachweis/einreichen", p.showSubmit)
	m.Post(access.StepGrant, "/foerderungen/{id}/nachweis/einreichen", p.submitProof)
	m.Get(access.PrepareGrants, "/foerderungen/{id}/nachweis/pruefung", p.showCheck)
	m.Post(access.PrepareGrants, "/foerderungen/{id}/nachweis/pruefung", p.checkProof)
	m.Get(access.ReadGrants, "/foerderungen/{id}/nachweis/{no}", p.showSealed)
	m.Get(access.ReadGrants, "/foerderungen/{id}/nachweis/{no}/nachweis.pdf", p.sendProof)
	m.Get(access.ReadRegister, "/foerderungen/{id}/vermerk", p.showAudit)
	m.Post(access.PrepareGrants, "/foerderungen/{id}/vermerk", p.noteAudit)
}

// proofButtons lead from a case to its proof and to the officer's note on it.
func (f caseFile) proofButtons(ctx context.Context, a access.Actor) (list []ui.Button) {
	writes := a.MayIn(access.ApplyForGrant, f.DistrictID) && mayDraft(f.State)
	if writes || f.proofs.Submitted > 0 {
		list = append(list, ui.Button{Label: locale.T(ctx, "grant.label.proof"), Kind: ui.Secondary, Icon: "draft", URL: link.GrantProof(f.ID)})
	}
	if a.OfMinistry() && (f.proofs.Noted || f.State == grant.ProofInAudit || f.State == grant.ProofNotSampled) {
		list = append(list, ui.Button{Label: locale.T(ctx, "grant.audit.title"), Kind: ui.Secondary, URL: link.AuditNote(f.ID)})
	}
	return list
}

// proofFacts say what is due about the proofs of a case.
func (f caseFile) proofFacts(ctx context.Context) (list []ui.Term) {
	for _, d := range f.proofs.Due {
		list = append(list, ui.Term{Key: locale.T(ctx, "grant.due."+string(d.Task)), Text: dueText(ctx, d.Due, f.today)})
	}
	return list
}

// dueText writes a deadline with the days that are left.
func dueText(ctx context.Context, due, today calendar.Date) string {
	if left := today.DaysUntil(due); left >= 0 {
		return locale.N(ctx, "grant.due.left", left, "Date", dateText(ctx, due))
	}
	return locale.N(ctx, "grant.due.over", due.DaysUntil(today), "Date", dateText(ctx, due))
}

func mayDraft(s grant.State) bool {
	return s == grant.Running || s == grant.Completed || s == grant.ProofIncomplete
}

// spanFrom is the first day of the stretch that the address names; zero: the
// final proof.
func spanFrom(r *http.Request) (calendar.Date, error) {
	q := form.Query(r)
	from := q.Date("zeitraum")
	if q.Faults.Err() != nil {
		return from, fault.NotFound
	}
	return from, nil
}

// proofFile is everything that the reader may know of a proof.
type proofFile struct {
	grant.Case

	terms  grant.Terms
	span   grant.Span
	from   string // of the span, as in the address; "": the whole period
	plan   grant.PlanLines
	draft  grant.DraftProof // a district's alone
	flags  map[uuid.UUID]grant.Flag
	told   map[uuid.UUID]activity.Told
	sums   []activity.Sum
	proofs []grant.Proof // newest first
	checks []grant.Check // newest first
	today  calendar.Date
}

// readProof reads the proof that the address names. more reads what a page needs
// beside.
func (p *Pages) readProof(r *http.Request, act access.Action, more func(ctx context.Context, tx *db.Tx, f *proofFile) error) (f proofFile, err error) {
	id, err := form.PathID(r, "id")
	if err != nil {
		return f, err
	}
	ctx := r.Context()
	from, err := spanFrom(r)
	if err != nil {
		return f, err
	}
	err = p.db.Read(ctx, act, func(tx *db.Tx) (err error) {
		f = proofFile{today: calendar.Of(tx.Now)}
		if f.Case, err = grant.ByID(ctx, tx, id); err != nil {
			return err
		}
		if f.terms, err = grant.TermsByID(ctx, tx, f.TermsID); err != nil {
			return err
		}
		if f.span, err = grant.SpanFrom(f.Case, f.terms, from); err != nil {
			return err
		}
		if !from.IsZero() {
			f.from = from.String()
		}
		if f.proofs, err = grant.Proofs(ctx, tx, id); err != nil {
			return err
		}
		if f.checks, err = grant.Checks(ctx, tx, id); err != nil {
			return err
		}
		if tx.Actor.MayIn(access.ApplyForGrant, f.DistrictID) {
			if err := f.readDraft(ctx, tx); err != nil {
				return err
			}
		}
		if more == nil {
			return nil
		}
		return more(ctx, tx, &f)
	})
	return f, err
}

func (f *proofFile) readDraft(ctx context.Context, tx *db.Tx) (err error) {
	plans, err := grant.Plans(ctx, tx, f.ID)
	if err != nil {
		return err
	}
	if len(plans) > 0 {
		f.plan = plans[0].Lines
	}
	if f.draft, err = grant.DraftOf(ctx, tx, f.ID, f.span); err != nil {
		return err
	}
	f.flags, f.told, err = grant.Flags(ctx, tx, f.Case, f.span, f.draft.Content.Narrative)
	return err
}

// title names the proof: the final one or one in between.
func (f proofFile) title(ctx context.Context) string {
	return locale.T(ctx, "grant.proof.kind."+string(f.span.Kind))
}

func (f proofFile) preline() string { return f.FileRef + " · " + f.DistrictName }

// frame is the frame of a page about the proof.
func (f proofFile) frame(r *http.Request, more ...ui.Link) layout.Args {
	ctx := r.Context()
	crumbs := []ui.Link{crumb(ctx), {Label: f.FileRef, URL: link.Grant(f.ID)}, {Label: f.title(ctx), URL: link.InterimProof(f.ID, f.from)}}
	return handler.Frame(r).WithBreadcrumb(append(crumbs, more...)...)
}

// gap is what the officer found a part to lack while the district supplements.
func (f proofFile) gap(part grant.ProofPart) string {
	if f.State != grant.ProofIncomplete || f.span.Kind != grant.FinalProof || len(f.checks) == 0 {
		return ""
	}
	g, _ := f.checks[0].Of(part)
	return g.Note
}

// partRow is a part of a proof that the district writes.
type partRow struct {
	Title string
	Text  string
	Gap   string // what the officer found it to lack
	Note  string // what else to see to
	Open  ui.Button
}

type proofView struct {
	Frame     layout.Args
	Title     string
	Preline   string
	State     ui.Mark
	Facts     []ui.Term
	Gaps      string // until when the district supplements
	Parts     []partRow
	Submit    ui.Button
	Waits     string // why there is no button
	Draft     bool
	Narrative []sentenceRow
	Statement statementView
	Sealed    []sealedRow
	Spans     []ui.Link
}

type sealedRow struct {
	Link  ui.Link
	Facts string
	Hash  string
}

// showProof shows a proof: to the district what it drafts, to all what was
// submitted.
func (p *Pages) showProof(w http.ResponseWriter, r *http.Request) error {
	f, err := p.readProof(r, access.ReadGrants, nil)
	if err != nil {
		return err
	}
	ctx, actor := r.Context(), handler.Actor(r)
	v := proofView{Frame: f.frame(r), Title: f.title(ctx), Preline: f.preline(), State: stateMark(ctx, f.State), Draft: actor.MayIn(access.ApplyForGrant, f.DistrictID) && f.writable()}
	v.Facts = f.facts(ctx)
	if v.Draft {
		if v.Statement, err = newStatement(ctx, f.terms, f.Amount, f.Paid, f.plan, f.draft.Content.Actual, f.span); err != nil {
			return err
		}
		v.Parts, v.Narrative = f.parts(ctx), f.sentences(ctx)
		v.Submit, v.Waits = f.submitButton(ctx, actor)
	}
	if f.State == grant.ProofIncomplete && f.span.Kind == grant.FinalProof && len(f.checks) > 0 {
		v.Gaps = locale.T(ctx, "grant.proof.returned", "Due", dueText(ctx, f.checks[0].DueOn, f.today))
	}
	for _, one := range f.proofs {
		v.Sealed = append(v.Sealed, newSealedRow(ctx, one))
	}
	if spans := f.terms.InterimPeriods(f.Period); len(spans) > 0 {
		v.Spans = append(v.Spans, ui.Link{Label: locale.T(ctx, "grant.proof.kind.final"), URL: link.GrantProof(f.ID), Current: f.from == ""})
		for _, s := range spans {
			v.Spans = append(v.Spans, ui.Link{Label: locale.T(ctx, "grant.proof.interim_of", "Period", period(ctx, s)), URL: link.InterimProof(f.ID, s.From.String()), Current: f.from == s.From.String()})
		}
	}
	return handler.Render(w, r, proofPage(v))
}

// writable says whether the district writes this proof now.
func (f proofFile) writable() bool {
	if f.span.Kind == grant.InterimProof {
		return (f.State == grant.Running || f.State == grant.Completed) && !f.sent()
	}
	return mayDraft(f.State)
}

// sent says whether the proof in between was submitted.
func (f proofFile) sent() bool {
	return slices.ContainsFunc(f.proofs, func(p grant.Proof) bool {
		return p.Span.Kind == grant.InterimProof && p.Span.Period == f.span.Period
	})
}

func (f proofFile) facts(ctx context.Context) []ui.Term {
	list := []ui.Term{
		{Key: locale.T(ctx, "grant.label.scheme"), Text: f.SchemeName},
		{Key: locale.T(ctx, "grant.proof.span"), Text: period(ctx, f.span.Period)},
		{Key: locale.T(ctx, "grant.label.amount"), Text: euro(ctx, f.Amount)},
		{Key: locale.T(ctx, "grant.label.paid"), Text: euro(ctx, f.Paid)},
	}
	switch last := grant.Last(f.proofs, grant.FinalProof); {
	case f.span.Kind == grant.InterimProof && f.sent():
	case f.writable() && f.State != grant.ProofIncomplete:
		list = append(list, ui.Term{Key: locale.T(ctx, "grant.due.proof"), Text: dueText(ctx, f.span.Due(f.terms), f.today)})
	case f.State == grant.ProofSubmitted && last.No > 0:
		list = append(list, ui.Term{Key: locale.T(ctx, "grant.due.proof_check"), Text: dueText(ctx, f.terms.CheckDue(last.OnDay), f.today)})
	}
	return list
}

func (f proofFile) parts(ctx context.Context) []partRow {
	d := f.draft.Content
	open := func(address, context string) ui.Button {
		return ui.Button{Label: locale.T(ctx, "grant.proof.edit"), Kind: ui.Secondary, Icon: "edit", URL: address, Context: context, Small: true}
	}
	part := func(p grant.ProofPart, text, address string) partRow {
		title := locale.T(ctx, p.NameKey())
		return partRow{Title: title, Text: text, Gap: f.gap(p), Open: open(address, title)}
	}
	narrative := part(grant.NarrativePart, locale.N(ctx, "grant.proof.sentences", len(d.Narrative)), link.ProofNarrative(f.ID, f.from))
	if n := len(f.flags); n > 0 {
		narrative.Note = locale.N(ctx, "grant.proof.flagged", n)
	}
	list := []partRow{narrative, part(grant.StatementPart, locale.T(ctx, "grant.proof.spent", "Amount", euro(ctx, d.Actual.Expenditure())), link.ProofStatement(f.ID, f.from))}
	if f.terms.Receipts && f.span.Kind == grant.FinalProof {
		list = append(list, part(grant.ReceiptsPart, locale.N(ctx, "grant.proof.receipts", len(d.Vouchers)), link.ProofReceipts(f.ID)))
	}
	if gap := f.gap(grant.ConfirmationPart); gap != "" {
		list = append(list, partRow{Title: locale.T(ctx, grant.ConfirmationPart.NameKey()), Text: locale.T(ctx, "grant.proof.confirm_at_end"), Gap: gap})
	}
	return list
}

// submitButton leads the signatory on, or says why it does not.
func (f proofFile) submitButton(ctx context.Context, a access.Actor) (ui.Button, string) {
	switch {
	case f.span.Kind == grant.FinalProof && f.State == grant.Running || f.span.Kind == grant.InterimProof && f.span.Period.To.After(f.today):
		return ui.Button{}, locale.T(ctx, "grant.proof.too_early", "Day", dateText(ctx, f.span.Period.To))
	case !grant.SignsFor(a, f.DistrictID):
		return ui.Button{}, locale.T(ctx, "grant.proof.signatory")
	}
	return ui.Button{Label: locale.T(ctx, "grant.proof.submit"), Kind: ui.Primary, URL: link.SubmitProof(f.ID, f.from)}, ""
}

func newSealedRow(ctx context.Context, one grant.Proof) sealedRow {
	title := locale.T(ctx, "grant.proof.sealed_title", "Kind", locale.T(ctx, "grant.proof.kind."+string(one.Span.Kind)), "No", one.No)
	return sealedRow{
		Link:  ui.Link{Label: title, URL: link.SealedProof(one.CaseID, one.No)},
		Facts: locale.T(ctx, "grant.proof.received", "Day", dateText(ctx, one.OnDay), "Period", period(ctx, one.Span.Period)),
		Hash:  hex.EncodeToString(one.SHA256),
	}
}

// sentenceRow is a sentence of the narrative with what it is made from.
type sentenceRow struct {
	Sentence grant.Sentence
	No       string
	Links    []ui.Link
	Private  int // sources that are not the reader's to see
	Flag     *grant.Flag
	Since    string
}

// sentences are the draft's with links to what they are made from.
func (f proofFile) sentences(ctx context.Context) []sentenceRow {
	rows := make([]sentenceRow, len(f.draft.Content.Narrative))
	for i, s := range f.draft.Content.Narrative {
		rows[i] = newSentenceRow(ctx, i, s, f.told)
		if s.Kind.Counted() {
			rows[i].Links = []ui.Link{{Label: locale.T(ctx, "grant.proof.counted"), URL: f.logURL("", "")}}
		}
		if flag, changed := f.flags[s.ID]; changed {
			rows[i].Flag = &flag
			if !flag.Since.IsZero() {
				rows[i].Since = locale.DateTime(ctx, flag.Since)
			}
		}
	}
	return rows
}

func newSentenceRow(ctx context.Context, i int, s grant.Sentence, told map[uuid.UUID]activity.Told) sentenceRow {
	row := sentenceRow{Sentence: s, No: strconv.Itoa(i + 1)}
	for _, src := range s.Sources {
		t, there := told[src.Activity]
		if !there || t.DeletedAt != nil {
			row.Private++
			continue
		}
		row.Links = append(row.Links, ui.Link{Label: dateText(ctx, t.HappenedOn) + " · " + t.Title, URL: link.Activity(t.ID), Data: true})
	}
	return row
}

// logURL is the list of the activities of which the proof tells.
func (f proofFile) logURL(t activity.Type, field activity.Field) string {
	log := grant.LogOf(f.Case, f.span)
	return link.ActivitiesBy(url.Values{
		"landkreis": {f.AGS}, "von": {log.From.String()}, "bis": {log.Until.String()}, "gemeinsam": {"1"}, "art": {string(t)}, "feld": {string(field)},
	})
}

// draftFields are the hidden fields of a form that keeps a draft.
func (f proofFile) draftFields(v *form.Values) []ui.Hidden {
	formID, version := uuid.NewString(), strconv.Itoa(f.draft.Version)
	if v != nil && v.Raw("id") != "" {
		formID, version = v.Raw("id"), v.Raw("version")
	}
	return []ui.Hidden{{Name: "id", Value: formID}, {Name: "version", Value: version}}
}

// keep keeps a draft that edit has changed. It returns fact.ErrRepeated if the
// form was sent before.
func (p *Pages) keep(r *http.Request, v *form.Values, edit func(ctx context.Context, tx *db.Tx, f *proofFile, d *grant.ProofDraft) error) (f proofFile, err error) {
	id, err := form.PathID(r, "id")
	if err != nil {
		return f, err
	}
	formID, version := v.NewID("id"), v.Int("version")
	if err := v.Faults.Err(); err != nil {
		return f, err
	}
	ctx := r.Context()
	from, err := spanFrom(r)
	if err != nil {
		return f, err
	}
	err = p.db.Write(ctx, access.ApplyForGrant, func(tx *db.Tx) (err error) {
		f = proofFile{today: calendar.Of(tx.Now)}
		if f.Case, err = grant.ByID(ctx, tx, id); err != nil {
			return err
		}
		if f.terms, err = grant.TermsByID(ctx, tx, f.TermsID); err != nil {
			return err
		}
		if f.span, err = grant.SpanFrom(f.Case, f.terms, from); err != nil {
			return err
		}
		if f.draft, err = grant.DraftOf(ctx, tx, id, f.span); err != nil {
			return err
		}
		if !from.IsZero() {
			f.from = from.String()
		}
		if f.draft.FormID == formID {
			return fact.ErrRepeated
		}
		d := f.draft.Content
		d.Narrative, d.Vouchers = slices.Clone(d.Narrative), slices.Clone(d.Vouchers)
		if err := edit(ctx, tx, &f, &d); err != nil {
			return err
		}
		return grant.KeepDraft(ctx, tx, f.Case, f.span, formID, version, d)
	})
	return f, err
}
