// Package publicpage has the pages for everybody: the board at any date, what
// changed between two dates, the directory of coordinators, the conferences,
// the committee, and the texts that the law asks for. Nothing here needs a
// sign-in, and nothing that is not released shows.
package publicpage

import (
	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/web/handler"
)

// Pages are the public pages.
type Pages struct{ db *db.DB }

// New returns the pages.
func New(d *db.DB) *Pages { return &Pages{db: d} }

// Routes adds the pages.
func (p *Pages) Routes(m *handler.Mux) {
	m.Get(access.ReadBoard, "/", p.showBoard)
	m.Get(access.ReadBoard, "/stand", p.showBoard)
	m.Get(access.ReadBoard, "/stand.json", p.boardJSON)
	m.Get(access.ReadBoard, "/stand.csv", p.boardCSV)
	m.Get(access.ReadBoard, "/stand/veraenderungen", p.showChanges)
	m.Get(access.ReadBoard, "/ansprechpartner", p.showDirectory)
	m.Get(access.ReadBoard, "/konferenzen", p.showConferences)
	m.Get(access.ReadBoard, "/landesgremium", p.showCommittee)
	m.Get(access.ReadBoard, "/foerderung", p.showFunding)
	m.Get(access.ReadBoard, "/foerderung.json", p.fundingJSON)
	for path, text := range texts {
		m.Get(access.ReadBoard, path, p.showText(text))
	}
}
