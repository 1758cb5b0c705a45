package partnerpage

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/partner"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// partnerView is the page of one partner.
type partnerView struct {
	Frame   layout.Args
	Partner partner.Partner
	Note    *partner.Note // nil: the actor is of no district
	MayKeep bool
}

func (p *Pages) showPartner(w http.ResponseWriter, r *http.Request) error {
	found, note, err := p.find(r, access.ReadPartners)
	if err != nil {
		return err
	}
	v := partnerView{Partner: found, Note: note, MayKeep: handler.Actor(r).May(access.KeepPartners)}
	v.Frame = handler.Frame(r).WithBreadcrumb(crumb(r.Context()), ui.Link{Label: found.Name, URL: link.Partner(found.ID)})
	return handler.Render(w, r, partnerPage(v))
}

// find reads the partner of the address and the note of the actor's district.
func (p *Pages) find(r *http.Request, act access.Action) (found partner.Partner, note *partner.Note, err error) {
	id, err := form.PathID(r, "id")
	if err != nil {
		return found, nil, err
	}
	err = p.db.Read(r.Context(), act, func(tx *db.Tx) (err error) {
		if found, err = partner.ByID(r.Context(), tx, id); err != nil {
			return err
		}
		own, ok := partner.OwnDistrict(tx.Actor)
		if !ok {
			return nil
		}
		n, err := partner.NoteOf(r.Context(), tx, own, id)
		note = &n
		return err
	})
	return found, note, err
}

func (v partnerView) terms(ctx context.Context) []ui.Term {
	terms := []ui.Term{
		{Key: locale.T(ctx, "partner.label.category"), Text: categoryName(ctx, v.Partner.Category)},
		{Key: locale.T(ctx, "partner.label.place"), Text: v.Partner.Place},
		{Key: locale.T(ctx, "partner.label.website")},
	}
	if v.Partner.Website != "" {
		terms[2].Body = ui.TextLink(ui.Link{Label: v.Partner.Website, URL: v.Partner.Website})
	}
	return terms
}

func (v partnerView) noteTerms(ctx context.Context) []ui.Term {
	n := v.Note
	terms := []ui.Term{
		{Key: locale.T(ctx, "partner.label.contact_name"), Text: n.ContactName},
		{Key: locale.T(ctx, "partner.label.contact_email")},
		{Key: locale.T(ctx, "partner.label.contact_phone"), Text: n.ContactPhone},
		{Key: locale.T(ctx, "partner.label.note")},
	}
	if n.Note != "" {
		terms[3].Body = multiline(n.Note)
	}
	if n.ContactEmail != "" {
		terms[1].Body = ui.TextLink(ui.Link{Label: n.ContactEmail, URL: "mailto:" + url.PathEscape(n.ContactEmail)})
	}
	return terms
}

// formView is the form of a partner.
type formView struct {
	Frame     layout.Args
	Title     string
	Action    string
	Submit    string
	CancelURL string
	Hidden    []ui.Hidden
	Typed     partner.Input
	Errors    form.Errors
}

func (p *Pages) showNew(w http.ResponseWriter, r *http.Request) error {
	return handler.Render(w, r, formPage(newForm(r, partner.Input{ID: uuid.New(), Name: form.Query(r).Text("name"), Category: partner.Other}, nil)))
}

func newForm(r *http.Request, in partner.Input, faults fault.Fields) formView {
	ctx := r.Context()
	v := formView{
		Title: locale.T(ctx, "partner.new.title"), Action: link.NewPartner(), Submit: locale.T(ctx, "partner.new.submit"),
		CancelURL: link.Partners(), Hidden: []ui.Hidden{{Name: "id", Value: in.ID.String()}}, Typed: in, Errors: form.Say(ctx, faults),
	}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx), ui.Link{Label: v.Title, URL: link.NewPartner()})
	return v
}

func readInput(f *form.Values) partner.Input {
	return partner.Input{
		ID: f.NewID("id"), Name: strings.Join(strings.Fields(f.Text("name")), " "), Category: partner.Category(f.Text("category")),
		Place: f.Text("place"), Website: partner.WithScheme(f.Text("website")),
	}
}

func (p *Pages) addPartner(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	in := readInput(f)
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.KeepPartners, func(tx *db.Tx) error { return partner.Add(r.Context(), tx, in) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, formPage(newForm(r, in, faults)))
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Partner(in.ID), "partner.flash.added")
}

func (p *Pages) showEdit(w http.ResponseWriter, r *http.Request) error {
	found, _, err := p.find(r, access.KeepPartners)
	if err != nil {
		return err
	}
	return handler.Render(w, r, formPage(editForm(r, found, inputOf(found), nil)))
}

func inputOf(p partner.Partner) partner.Input {
	return partner.Input{ID: p.ID, Name: p.Name, Category: p.Category, Place: p.Place, Website: p.Website}
}

func editForm(r *http.Request, found partner.Partner, in partner.Input, faults fault.Fields) formView {
	ctx := r.Context()
	v := formView{
		Title: locale.T(ctx, "partner.edit.title"), Action: link.EditPartner(found.ID), Submit: locale.T(ctx, "partner.edit.submit"),
		CancelURL: link.Partner(found.ID), Typed: in, Errors: form.Say(ctx, faults),
		Hidden: []ui.Hidden{{Name: "id", Value: found.ID.String()}, {Name: "version", Value: strconv.Itoa(found.Version)}},
	}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx),
		ui.Link{Label: found.Name, URL: link.Partner(found.ID)}, ui.Link{Label: v.Title, URL: link.EditPartner(found.ID)})
	return v
}

func (p *Pages) changePartner(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	in := readInput(f)
	found, _, err := p.find(r, access.KeepPartners)
	if err != nil {
		return err
	}
	in.ID = found.ID
	found.Version = f.Int("version")
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.KeepPartners, func(tx *db.Tx) error {
			return partner.Change(r.Context(), tx, in.ID, found.Version, in)
		})
	}
	if faults, ok := fault.AsFields(err); ok {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, formPage(editForm(r, found, in, faults)))
	}
	if errors.Is(err, fault.Stale) {
		return p.showStale(w, r, in)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Partner(in.ID), "partner.flash.changed")
}

func (v partnerView) mark(ctx context.Context) ui.Mark {
	if !v.Partner.Simulated {
		return ui.Mark{}
	}
	return ui.Mark{Label: locale.T(ctx, "partner.simulated"), Small: true}
}
