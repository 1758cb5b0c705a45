package partnerpage

import (
	"errors"
	"net/http"
	"strconv"

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

// noteView is the form of the district's note.
type noteView struct {
	Frame   layout.Args
	Partner partner.Partner
	Note    partner.Note
	Hidden  []ui.Hidden
	Errors  form.Errors
}

func (p *Pages) showNote(w http.ResponseWriter, r *http.Request) error {
	about, note, err := p.find(r, access.KeepPartners)
	if err != nil {
		return err
	}
	return handler.Render(w, r, notePage(noteForm(r, about, *note, nil)))
}

func noteForm(r *http.Request, about partner.Partner, n partner.Note, faults fault.Fields) noteView {
	ctx := r.Context()
	v := noteView{
		Partner: about, Note: n, Errors: form.Say(ctx, faults),
		Hidden: []ui.Hidden{{Name: "version", Value: strconv.Itoa(n.Version)}},
	}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx), ui.Link{Label: about.Name, URL: link.Partner(about.ID)},
		ui.Link{Label: locale.T(ctx, "partner.note.title"), URL: link.PartnerNote(about.ID)})
	return v
}

func (p *Pages) keepNote(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	n := partner.Note{
		ContactName: f.Text("contact_name"), ContactEmail: f.Text("contact_email"), ContactPhone: f.Text("contact_phone"),
		Note: f.Text("note"), Version: f.Int("version"),
	}
	about, _, err := p.find(r, access.KeepPartners)
	if err != nil {
		return err
	}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.KeepPartners, func(tx *db.Tx) error {
			own, ok := partner.OwnDistrict(tx.Actor)
			if !ok {
				return fault.Forbidden
			}
			return partner.KeepNote(r.Context(), tx, own, about.ID, n)
		})
	}
	if faults, ok := fault.AsFields(err); ok {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, notePage(noteForm(r, about, n, faults)))
	}
	if errors.Is(err, fault.Stale) {
		return p.showStaleNote(w, r, n)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Partner(about.ID), "partner.flash.noted")
}
