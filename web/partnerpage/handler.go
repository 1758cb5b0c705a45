// Package partnerpage has the pages of the partner organisations: the list,
// one partner with the district's private note, the forms of both, and the
// suggestions for fields that name a partner.
package partnerpage

import (
	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/web/handler"
)

// Pages are the pages of the partners.
type Pages struct{ db *db.DB }

// New returns the pages.
func New(d *db.DB) *Pages { return &Pages{db: d} }

// Routes adds the pages.
func (p *Pages) Routes(m *handler.Mux) {
	m.Get(access.ReadPartners, "/partner", p.showList)
	m.Get(access.ReadPartners, "/partner/vorschlaege", p.suggest)
	m.Get(access.KeepPartners, "/partner/neu", p.showNew)
	m.Post(access.KeepPartners, "/partner/neu", p.addPartner)
	m.Get(access.ReadPartners, "/partner/{id}", p.showPartner)
	m.Get(access.KeepPartners, "/partner/{id}/bearbeiten", p.showEdit)
	m.Post(access.KeepPartners, "/partner/{id}/bearbeiten", p.changePartner)
	m.Get(access.KeepPartners, "/partner/{id}/notiz", p.showNote)
	m.Post(access.KeepPartners, "/partner/{id}/notiz", p.keepNote)
}
