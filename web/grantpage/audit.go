package grantpage

import (
	"context"
	"errors"
	"net/http"
	"strconv"

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

type auditView struct {
	Frame    layout.Args
	File     proofFile
	Proof    sealedRow
	Hints    []hintRow
	Notes    []auditRow
	MayNote  bool
	Papers   ui.Field
	Findings ui.Field
	Lines    []amountPair
	Hidden   []ui.Hidden
	Errors   form.Errors
	Order    []string
	Names    []string
}

type auditRow struct {
	ID         string
	Title      string
	Facts      []ui.Term
	Recognised []recognisedRow
	Left       string
	Reduction  []string
	Claim      string
	DeMinimis  []string
	Hearing    ui.Button // where something is claimed
}

type recognisedRow struct {
	Label, Claimed, Amount, Note string
}

func (p *Pages) showAudit(w http.ResponseWriter, r *http.Request) error {
	return p.drawAudit(w, r, nil, nil)
}

func (p *Pages) drawAudit(w http.ResponseWriter, r *http.Request, fields *form.Values, faults fault.Fields) error {
	var notes []grant.AuditNote
	f, err := p.readProof(r, access.ReadRegister, func(ctx context.Context, tx *db.Tx, f *proofFile) (err error) {
		notes, err = grant.AuditNotes(ctx, tx, f.ID)
		return err
	})
	if err != nil {
		return err
	}
	last := grant.Last(f.proofs, grant.FinalProof)
	if last.No == 0 {
		return fault.NotFound
	}
	ctx := r.Context()
	v := auditView{File: f, Proof: newSealedRow(ctx, last), Errors: form.Say(ctx, faults)}
	v.MayNote = handler.Actor(r).May(access.PrepareGrants) && (f.State == grant.ProofInAudit || f.State == grant.ProofNotSampled)
	for _, h := range last.Content.Hints {
		v.Hints = append(v.Hints, newHint(ctx, h))
	}
	for _, n := range notes {
		v.Notes = append(v.Notes, newAuditRow(ctx, f, n))
	}
	v.fields(ctx, last, len(notes)+1, fields)
	v.Frame = f.frame(r, ui.Link{Label: locale.T(ctx, "grant.audit.title"), URL: link.AuditNote(f.ID)}).WithErrors(v.Errors.Any())
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, auditPage(v))
	}
	return handler.Render(w, r, auditPage(v))
}

// fields fills the form: at first every line is recognised whole.
func (v *auditView) fields(ctx context.Context, last grant.Proof, no int, typed *form.Values) {
	value := func(name, otherwise string) string {
		if typed == nil {
			return otherwise
		}
		return typed.Text(name)
	}
	formID, number := uuid.NewString(), strconv.Itoa(no)
	if typed != nil && typed.Raw("id") != "" {
		formID, number = typed.Raw("id"), typed.Raw("no")
	}
	v.Hidden = []ui.Hidden{{Name: "id", Value: formID}, {Name: "no", Value: number}}
	papers := locale.T(ctx, "grant.audit.papers_text", "Kind", locale.T(ctx, "grant.proof.kind."+string(last.Span.Kind)), "No", last.No, "Day", dateText(ctx, last.OnDay))
	v.Papers = ui.Field{Name: "papers", Label: locale.T(ctx, "grant.audit.papers"), Value: value("papers", papers), Error: v.Errors.Of("papers"), MaxLength: 4000, Rows: 3}
	v.Findings = ui.Field{Name: "findings", Label: locale.T(ctx, "grant.audit.findings"), Hint: locale.T(ctx, "grant.audit.findings_hint"), Value: value("findings", ""), Error: v.Errors.Of("findings"), MaxLength: 4000, Rows: 6}
	v.Order, v.Names = []string{"papers", "findings"}, []string{"papers", "grant.audit.papers", "findings", "grant.audit.findings"}
	for _, one := range grant.AllRecognised(last.Content) {
		name, note, label := grant.LineField(one.Kind), grant.NoteField(one.Kind), locale.T(ctx, one.Kind.NameKey())
		v.Lines = append(v.Lines, amountPair{
			ui.Field{Name: name, Label: label, Hint: locale.T(ctx, "grant.audit.claimed", "Amount", euro(ctx, one.Claimed)), Value: value(name, euro(ctx, one.Amount)), Error: v.Errors.Of(name), Inputmode: "decimal", Width: ui.WidthMedium, Autocomplete: "off"},
			ui.Field{Name: note, Label: locale.T(ctx, "grant.audit.why"), Context: label, Value: value(note, ""), Error: v.Errors.Of(note), Optional: true, Unmarked: true, Autocomplete: "off"},
		})
		v.Order, v.Names = append(v.Order, name, note), append(v.Names, name, one.Kind.NameKey(), note, one.Kind.NameKey())
	}
}

func newAuditRow(ctx context.Context, f proofFile, n grant.AuditNote) auditRow {
	who := n.By
	if who == "" {
		who = locale.T(ctx, "fact.by_system")
	}
	row := auditRow{ID: strconv.Itoa(n.No), Title: locale.T(ctx, "grant.audit.no", "No", n.No), Facts: []ui.Term{
		{Key: locale.T(ctx, "grant.proof.recorded"), Text: locale.T(ctx, "fact.recorded", "Time", locale.DateTime(ctx, n.At), "Who", who)},
		{Key: locale.T(ctx, "grant.audit.papers"), Text: n.Papers, Data: true},
		{Key: locale.T(ctx, "grant.audit.findings"), Text: n.Findings, Data: true},
	}}
	for _, one := range n.Recognised {
		row.Recognised = append(row.Recognised, recognisedRow{locale.T(ctx, one.Kind.NameKey()), euro(ctx, one.Claimed), euro(ctx, one.Amount), one.Note})
	}
	row.Left, row.Reduction = euro(ctx, n.Reduction.Amount), steps(ctx, n.Reduction.Steps)
	row.Claim, row.DeMinimis = euro(ctx, n.Claim), steps(ctx, n.DeMinimis.Steps)
	if n.Claim > 0 && (f.State == grant.ProofInAudit || f.State == grant.ProofNotSampled || f.State == grant.Settled) {
		row.Hearing = ui.Button{Label: locale.T(ctx, "grant.audit.hearing"), Kind: ui.Secondary, URL: link.GrantHearing(f.ID)}
	}
	return row
}

func (p *Pages) noteAudit(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	v, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	n := grant.NewAuditNote{ID: v.NewID("id"), No: v.Int("no"), Papers: v.Text("papers"), Findings: v.Text("findings")}
	for _, k := range grant.ExpenditureKinds() {
		if len(v.List(grant.LineField(k))) > 0 {
			n.Recognised = append(n.Recognised, grant.Recognised{Kind: k, Amount: amount(ctx, v, grant.LineField(k)), Note: v.Text(grant.NoteField(k))})
		}
	}
	err = v.Faults.Err()
	if err == nil {
		err = p.db.Write(ctx, access.PrepareGrants, func(tx *db.Tx) error { return grant.NoteAudit(ctx, tx, id, n) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawAudit(w, r, v, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.AuditNote(id), "grant.audit.kept")
}
