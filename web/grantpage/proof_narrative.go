package grantpage

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
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

// mostHighlights is how many activities a page offers; the filter finds the rest.
const mostHighlights = 100

type highlightsView struct {
	Frame   layout.Args
	File    proofFile
	Title   string
	Action  string
	Types   []countRow
	Fields  []countRow
	Total   string
	Bar     ui.Filters
	Type    string
	Field   string
	Offers  []highlight
	Cut     bool
	Hidden  []ui.Hidden
	Errors  form.Errors
	Counted bool // the draft has the sentences that count
}

// countRow is how many activities of a type or a field there are.
type countRow struct {
	Link    ui.Link
	Count   string
	Minutes string
}

type highlight struct {
	Told   activity.Told
	Label  string
	Reader ui.Mark
}

func (p *Pages) showHighlights(w http.ResponseWriter, r *http.Request) error {
	return p.drawHighlights(w, r, nil, nil)
}

func (p *Pages) drawHighlights(w http.ResponseWriter, r *http.Request, fields *form.Values, faults fault.Fields) error {
	q := form.Query(r)
	kind, field := activity.Type(q.Text("art")), activity.Field(q.Text("feld"))
	if !kind.Valid() {
		kind = ""
	}
	if !field.Valid() {
		field = ""
	}
	var offers []activity.Told
	f, err := p.readProof(r, access.ApplyForGrant, func(ctx context.Context, tx *db.Tx, f *proofFile) (err error) {
		if !tx.Actor.MayIn(access.ApplyForGrant, f.DistrictID) {
			return fault.NotFound
		}
		log := grant.LogOf(f.Case, f.span)
		if f.sums, err = activity.Sums(ctx, tx, log); err != nil {
			return err
		}
		log.Type, log.Field, log.Shared = kind, field, false // one's own too: to be chosen by hand
		offers, err = activity.ToTell(ctx, tx, log, mostHighlights)
		return err
	})
	if err != nil {
		return err
	}
	ctx := r.Context()
	here := link.ProofHighlights(f.ID, f.from)
	v := highlightsView{File: f, Title: locale.T(ctx, "grant.proof.choose"), Action: link.With(here, "art", string(kind), "feld", string(field)), Type: string(kind), Field: string(field), Errors: form.Say(ctx, faults), Hidden: f.draftFields(fields)}
	v.Counted = slices.ContainsFunc(f.draft.Content.Narrative, func(s grant.Sentence) bool { return s.Kind.Counted() })
	v.count(ctx, f)
	v.Bar = ui.Filters{Action: link.GrantProof(f.ID) + "/taetigkeiten", Hidden: []ui.Hidden{{Name: "zeitraum", Value: f.from}}}
	if kind != "" || field != "" {
		v.Bar.ResetURL = here
	}
	v.Cut = len(offers) == mostHighlights
	for _, t := range offers {
		if f.uses(t.ID) {
			continue
		}
		v.Offers = append(v.Offers, newHighlight(ctx, t))
	}
	v.Frame = f.frame(r, ui.Link{Label: v.Title, URL: here}).WithErrors(v.Errors.Any())
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, highlightsPage(v))
	}
	return handler.Render(w, r, highlightsPage(v))
}

func newHighlight(ctx context.Context, t activity.Told) highlight {
	h := highlight{Told: t, Label: dateText(ctx, t.HappenedOn) + " · " + locale.T(ctx, "activity.type."+string(t.Type))}
	switch {
	case t.Visibility == activity.Own:
		h.Reader = ui.Mark{Tone: ui.Warning, Label: locale.T(ctx, "grant.proof.private"), Small: true, Plain: true}
	case t.Released():
		h.Reader = ui.Mark{Tone: ui.Success, Label: locale.T(ctx, "grant.proof.released"), Small: true, Plain: true}
	default:
		h.Reader = ui.Mark{Label: locale.T(ctx, "grant.proof.internal"), Small: true, Plain: true}
	}
	return h
}

// uses says whether a sentence of the draft is made from the activity.
func (f proofFile) uses(id uuid.UUID) bool {
	return slices.ContainsFunc(f.draft.Content.Narrative, func(s grant.Sentence) bool {
		return slices.ContainsFunc(s.Sources, func(src grant.EntrySource) bool { return src.Activity == id })
	})
}

// count adds up the activities by type and by field; each number leads to the
// list that it counts.
func (v *highlightsView) count(ctx context.Context, f proofFile) {
	p := locale.FromContext(ctx)
	total := 0
	types, fields := map[activity.Type]activity.Sum{}, map[activity.Field]activity.Sum{}
	for _, s := range f.sums {
		total += s.Entries
		t, k := types[s.Type], fields[s.Field]
		types[s.Type] = activity.Sum{Entries: t.Entries + s.Entries, Minutes: t.Minutes + s.Minutes}
		fields[s.Field] = activity.Sum{Entries: k.Entries + s.Entries, Minutes: k.Minutes + s.Minutes}
	}
	v.Total = p.N("grant.tell.activities", total)
	for _, t := range activity.Types() {
		if s := types[t]; s.Entries > 0 {
			v.Types = append(v.Types, countRow{ui.Link{Label: p.T("activity.type." + string(t)), URL: f.logURL(t, "")}, p.Number(s.Entries), p.Duration(s.Minutes)})
		}
	}
	for _, k := range activity.Fields() {
		if s := fields[k]; s.Entries > 0 {
			v.Fields = append(v.Fields, countRow{ui.Link{Label: p.T("activity.field." + string(k)), URL: f.logURL("", k)}, p.Number(s.Entries), p.Duration(s.Minutes)})
		}
	}
	if s := fields[""]; s.Entries > 0 {
		v.Fields = append(v.Fields, countRow{ui.Link{Label: p.T("grant.proof.no_field")}, p.Number(s.Entries), p.Duration(s.Minutes)})
	}
}

// addHighlights writes sentences from what was chosen, and at first those that
// count.
func (p *Pages) addHighlights(w http.ResponseWriter, r *http.Request) error {
	v, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	var ids []uuid.UUID
	for _, s := range v.List("activity") {
		id, err := uuid.Parse(s)
		if err != nil {
			return fault.NotFound
		}
		ids = append(ids, id)
	}
	f, err := p.keep(r, v, func(ctx context.Context, tx *db.Tx, f *proofFile, d *grant.ProofDraft) error {
		told, err := activity.ToldByID(ctx, tx, ids)
		if err != nil {
			return err
		}
		var chosen []activity.Told
		for _, id := range ids {
			t, there := told[id]
			if !there || t.DeletedAt != nil {
				return fault.NotFound
			}
			if !f.uses(id) {
				chosen = append(chosen, t)
			}
		}
		if !slices.ContainsFunc(d.Narrative, func(s grant.Sentence) bool { return s.Kind.Counted() }) {
			sums, err := activity.Sums(ctx, tx, grant.LogOf(f.Case, f.span))
			if err != nil {
				return err
			}
			d.Narrative = append(grant.Tally(f.span, sums), d.Narrative...)
		} else if len(chosen) == 0 {
			return fault.Field("activity", "grant.error.no_activity")
		}
		d.Narrative = append(d.Narrative, grant.Tell(chosen)...)
		return nil
	})
	if faults, ok := fault.AsFields(err); ok {
		return p.drawHighlights(w, r, v, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.ProofNarrative(f.ID, f.from), "grant.proof.told")
}

type narrativeView struct {
	Frame  layout.Args
	File   proofFile
	Title  string
	Action string
	Gap    string
	Rows   []sentenceRow
	Texts  map[uuid.UUID]string
	Own    string
	Hidden []ui.Hidden
	Errors form.Errors
	Fields []string
}

func (p *Pages) showNarrative(w http.ResponseWriter, r *http.Request) error {
	return p.drawNarrative(w, r, nil, nil)
}

func (p *Pages) drawNarrative(w http.ResponseWriter, r *http.Request, fields *form.Values, faults fault.Fields) error {
	f, err := p.readProof(r, access.ApplyForGrant, ownProof)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := narrativeView{
		File: f, Title: locale.T(ctx, grant.NarrativePart.NameKey()), Action: link.ProofNarrative(f.ID, f.from), Gap: f.gap(grant.NarrativePart), Rows: f.sentences(ctx),
		Texts: map[uuid.UUID]string{}, Hidden: f.draftFields(fields), Errors: form.Say(ctx, faults),
	}
	for _, row := range v.Rows {
		name := grant.SentenceField(row.Sentence.ID)
		v.Texts[row.Sentence.ID] = row.Sentence.Text
		if fields != nil {
			v.Texts[row.Sentence.ID] = fields.Text(name)
		}
		v.Fields = append(v.Fields, name)
	}
	if fields != nil {
		v.Own = fields.Text("own")
	}
	v.Frame = f.frame(r, ui.Link{Label: v.Title, URL: v.Action}).WithErrors(v.Errors.Any())
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, narrativePage(v))
	}
	return handler.Render(w, r, narrativePage(v))
}

// ownProof refuses whoever does not write the proof.
func ownProof(_ context.Context, tx *db.Tx, f *proofFile) error {
	if !tx.Actor.MayIn(access.ApplyForGrant, f.DistrictID) {
		return fault.NotFound
	}
	return nil
}

// keepNarrative keeps the sentences as edited: changed, removed, added, or as the
// log tells them now.
func (p *Pages) keepNarrative(w http.ResponseWriter, r *http.Request) error {
	v, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	f, err := p.keep(r, v, func(ctx context.Context, tx *db.Tx, f *proofFile, d *grant.ProofDraft) error {
		faults := fault.Fields{}
		kept := d.Narrative[:0]
		for _, s := range d.Narrative {
			if v.Has("remove-" + s.ID.String()) {
				continue
			}
			if name := grant.SentenceField(s.ID); len(v.List(name)) > 0 {
				s.Text = v.Text(name)
				faults.Require(name, s.Text, 2000)
			}
			kept = append(kept, s)
		}
		d.Narrative = kept
		if own := v.Text("own"); own != "" {
			faults.Limit("own", own, 2000)
			d.Narrative = append(d.Narrative, grant.Sentence{ID: uuid.New(), Kind: grant.OwnWords, Text: own})
		}
		if err := errors.Join(v.Faults.Err(), faults.Err()); err != nil {
			if fields, ok := fault.AsFields(err); ok {
				return fields
			}
			return err
		}
		if take := v.ID("take"); take != uuid.Nil {
			list, err := grant.TakeOver(ctx, tx, f.Case, f.span, d.Narrative, take)
			d.Narrative = list
			return err
		}
		return nil
	})
	if faults, ok := fault.AsFields(err); ok {
		return p.drawNarrative(w, r, v, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	next := link.ProofNarrative(f.ID, f.from)
	if !v.Has("take") && !v.Has("own") {
		next = link.InterimProof(f.ID, f.from)
	}
	return handler.SeeOther(w, r, next, "grant.proof.kept")
}

func typeChoices(ctx context.Context) (list []ui.Option) {
	for _, t := range activity.Types() {
		list = append(list, ui.Option{Value: string(t), Label: locale.T(ctx, "activity.type."+string(t))})
	}
	return list
}

func fieldChoices(ctx context.Context) (list []ui.Option) {
	for _, f := range activity.Fields() {
		list = append(list, ui.Option{Value: string(f), Label: locale.T(ctx, "activity.field."+string(f))})
	}
	return list
}

// offered names an activity's field of choice, the first as the error summary
// knows it.
func offered(i int) string {
	if i == 0 {
		return "activity"
	}
	return "activity-" + strconv.Itoa(i)
}
