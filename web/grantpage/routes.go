package grantpage

import (
	"rundertisch/internal/access"
	"rundertisch/web/handler"
)

// registerRoutes adds what comes and goes as tables: the cash system's answers
// and lists of old cases, and what a district asks for.
func (p *Pages) registerRoutes(m *handler.Mux) {
	m.Get(access.BookAnswers, "/foerderungen/zahlungen/rueckmeldung", p.showAnswers)
	m.Post(access.BookAnswers, "/foerderungen/zahlungen/rueckmeldung", p.uploadAnswer)
	m.Get(access.ReadRegister, "/foerderungen/zahlungen/rueckmeldung/{answer}", p.showAnswer)
	m.Get(access.BookAnswers, "/foerderungen/zahlungen/rueckmeldung/{answer}/datei", p.sendAnswer)
	m.Post(access.BookAnswers, "/foerderungen/zahlungen/rueckmeldung/{answer}/buchen", p.bookAnswer)
	m.Get(access.ReadRegister, "/foerderungen/register/foerderdatenbank", p.showDatabase)
	m.Get(access.ImportCases, "/foerderungen/import", p.showImports)
	m.Post(access.ImportCases, "/foerderungen/import", p.uploadCases)
	m.Get(access.ImportCases, "/foerderungen/import/{import}", p.showImport)
	m.Post(access.ImportCases, "/foerderungen/import/{import}/uebernehmen", p.enterCases)
	m.Get(access.DrawFunds, "/foerderungen/{id}/abruf", p.askDraw)
	m.Post(access.DrawFunds, "/foerderungen/{id}/abruf", p.draw)
}
