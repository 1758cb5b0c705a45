package partnerpage

import (
	"context"
	"net/http"
	"strconv"

	"rundertisch/internal/access"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/partner"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// staleView shows what somebody else saved beside what was typed.
type staleView struct {
	Frame     layout.Args
	Lead      string
	Compare   ui.Comparison
	Action    string
	Mine      []ui.Hidden
	CancelURL string
}

// showStale answers 409 to a partner's form.
func (p *Pages) showStale(w http.ResponseWriter, r *http.Request, in partner.Input) error {
	saved, _, err := p.find(r, access.KeepPartners)
	if err != nil {
		return err
	}
	ctx := r.Context()
	return renderStale(w, r, staleView{
		Action: link.EditPartner(saved.ID), CancelURL: link.Partner(saved.ID),
		Mine: []ui.Hidden{
			{Name: "id", Value: saved.ID.String()},
			{Name: "version", Value: strconv.Itoa(saved.Version)},
			{Name: "name", Value: in.Name},
			{Name: "category", Value: string(in.Category)},
			{Name: "place", Value: in.Place},
			{Name: "website", Value: in.Website},
		},
		Compare: comparison(ctx,
			ui.DiffRow{Label: locale.T(ctx, "partner.label.name"), Left: saved.Name, Right: in.Name},
			ui.DiffRow{Label: locale.T(ctx, "partner.label.category"), Left: categoryName(ctx, saved.Category), Right: categoryName(ctx, in.Category)},
			ui.DiffRow{Label: locale.T(ctx, "partner.label.place"), Left: saved.Place, Right: in.Place},
			ui.DiffRow{Label: locale.T(ctx, "partner.label.website"), Left: saved.Website, Right: in.Website}),
	}, saved)
}

// showStaleNote answers 409 to the form of a note.
func (p *Pages) showStaleNote(w http.ResponseWriter, r *http.Request, mine partner.Note) error {
	about, saved, err := p.find(r, access.KeepPartners)
	if err != nil {
		return err
	}
	ctx := r.Context()
	return renderStale(w, r, staleView{
		Action: link.PartnerNote(about.ID), CancelURL: link.Partner(about.ID),
		Mine: []ui.Hidden{
			{Name: "version", Value: strconv.Itoa(saved.Version)},
			{Name: "contact_name", Value: mine.ContactName},
			{Name: "contact_email", Value: mine.ContactEmail},
			{Name: "contact_phone", Value: mine.ContactPhone},
			{Name: "note", Value: mine.Note},
		},
		Compare: comparison(ctx,
			ui.DiffRow{Label: locale.T(ctx, "partner.label.contact_name"), Left: saved.ContactName, Right: mine.ContactName},
			ui.DiffRow{Label: locale.T(ctx, "partner.label.contact_email"), Left: saved.ContactEmail, Right: mine.ContactEmail},
			ui.DiffRow{Label: locale.T(ctx, "partner.label.contact_phone"), Left: saved.ContactPhone, Right: mine.ContactPhone},
			ui.DiffRow{Label: locale.T(ctx, "partner.label.note"), Left: saved.Note, Right: mine.Note}),
	}, about)
}

func comparison(ctx context.Context, rows ...ui.DiffRow) ui.Comparison {
	return ui.Comparison{Left: locale.T(ctx, "partner.stale.saved"), Right: locale.T(ctx, "partner.stale.mine"), Rows: rows}
}

func renderStale(w http.ResponseWriter, r *http.Request, v staleView, about partner.Partner) error {
	ctx := r.Context()
	v.Lead = locale.T(ctx, "partner.stale.lead", "Name", about.Name)
	v.Frame = handler.Frame(r).WithErrors(true).WithBreadcrumb(crumb(ctx), ui.Link{Label: about.Name, URL: link.Partner(about.ID)})
	return handler.RenderStatus(w, r, http.StatusConflict, stalePage(v))
}
