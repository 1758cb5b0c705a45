// Package meetingpage has the pages of the sittings: list, plan, agenda with
// its backlog, invitation and replies, attendance and votes while the body
// sits; and those of the decisions: circular ones, the register, and where they
// were sent.
package meetingpage

import (
	"errors"
	"net/http"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/document"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/meeting"
	"rundertisch/web/handler"
)

// Pages are the pages of the sittings and decisions.
type Pages struct {
	db       *db.DB
	meetings *meeting.Service
	files    *document.Store
	papers   *document.Renderer // nil: no PDFs
}

// New returns the pages.
func New(d *db.DB, s *meeting.Service, files *document.Store, papers *document.Renderer) *Pages {
	return &Pages{db: d, meetings: s, files: files, papers: papers}
}

// Routes adds the pages.
func (p *Pages) Routes(m *handler.Mux) {
	p.sittingRoutes(m)
	p.paperRoutes(m)
	p.agendaRoutes(m)
	p.decisionRoutes(m)
}

func (p *Pages) sittingRoutes(m *handler.Mux) {
	m.Get(access.ReadSittings, "/sitzungen", p.showList)
	m.Get(access.KeepSittings, "/gremien/{id}/sitzungen/neu", p.showPlan)
	m.Post(access.KeepSittings, "/gremien/{id}/sitzungen/neu", p.planSitting)
	m.Get(access.ReadSittings, "/sitzungen/{id}", p.showSitting)
	m.Get(access.ReadSittings, "/sitzungen/{id}/kalender.ics", p.sendCalendar)
	m.Get(access.ReadSittings, "/sitzungen/{id}/einladung.pdf", p.sendInvitation)
	m.Get(access.KeepSittings, "/sitzungen/{id}/bearbeiten", p.showEdit)
	m.Post(access.KeepSittings, "/sitzungen/{id}/bearbeiten", p.changeSitting)

	m.Get(access.KeepSittings, "/sitzungen/{id}/einladen", p.showInvite)
	m.Post(access.KeepSittings, "/sitzungen/{id}/einladen", p.invite)
	m.Get(access.KeepSittings, "/sitzungen/{id}/mitteilen", p.showTell)
	m.Post(access.KeepSittings, "/sitzungen/{id}/mitteilen", p.tell)
	m.Get(access.KeepSittings, "/sitzungen/{id}/absagen", p.showCancel)
	m.Post(access.KeepSittings, "/sitzungen/{id}/absagen", p.cancel)
	m.Get(access.KeepSittings, "/sitzungen/{id}/verschieben", p.showPostpone)
	m.Post(access.KeepSittings, "/sitzungen/{id}/verschieben", p.postpone)
	m.Get(access.ReplyToCall, "/sitzungen/{id}/antwort", p.showReply)
	m.Post(access.ReplyToCall, "/sitzungen/{id}/antwort", p.reply)
	m.Get(access.KeepSittings, "/sitzungen/{id}/antwort/eintragen", p.showReplyOnBehalf)
	m.Post(access.KeepSittings, "/sitzungen/{id}/antwort/eintragen", p.replyOnBehalf)

	m.Post(access.RunSitting, "/sitzungen/{id}/eroeffnen", p.openSitting)
	m.Get(access.RunSitting, "/sitzungen/{id}/schliessen", p.showClose)
	m.Post(access.RunSitting, "/sitzungen/{id}/schliessen", p.closeSitting)
	m.Get(access.RunSitting, "/sitzungen/{id}/anwesenheit", p.showAttendance)
	m.Post(access.RunSitting, "/sitzungen/{id}/anwesenheit", p.recordAttendance)
}

func (p *Pages) agendaRoutes(m *handler.Mux) {
	m.Get(access.RunSitting, "/sitzungen/{id}/punkte/neu", p.showNewItem)
	m.Post(access.RunSitting, "/sitzungen/{id}/punkte/neu", p.addItem)
	m.Get(access.RunSitting, "/tagesordnung/{id}/bearbeiten", p.showEditItem)
	m.Post(access.RunSitting, "/tagesordnung/{id}/bearbeiten", p.changeItem)
	m.Post(access.RunSitting, "/tagesordnung/{id}/ordnen", p.moveItem)
	m.Post(access.RunSitting, "/tagesordnung/{id}/zurueckstellen", p.removeItem)
	m.Post(access.RunSitting, "/tagesordnung/{id}/abschliessen", p.finishItem)
	m.Get(access.RunSitting, "/tagesordnung/{id}/befangenheit", p.showBias)
	m.Post(access.RunSitting, "/tagesordnung/{id}/befangenheit", p.setBias)
	m.Get(access.KeepSittings, "/tagesordnung/{id}/streichen", p.showStrike)
	m.Post(access.KeepSittings, "/tagesordnung/{id}/streichen", p.strike)
	m.Post(access.KeepSittings, "/tagesordnung/{id}/einplanen", p.scheduleItem)
	m.Get(access.KeepSittings, "/tagesordnung/{id}/ablehnen", p.showDecline)
	m.Post(access.KeepSittings, "/tagesordnung/{id}/ablehnen", p.decline)

	m.Get(access.ReadSittings, "/gremien/{id}/themen", p.showBacklog)
	m.Get(access.KeepSittings, "/gremien/{id}/themen/neu", p.showNewBacklogItem)
	m.Post(access.KeepSittings, "/gremien/{id}/themen/neu", p.addBacklogItem)
	m.Get(access.ProposeItem, "/gremien/{id}/themen/vorschlagen", p.showPropose)
	m.Post(access.ProposeItem, "/gremien/{id}/themen/vorschlagen", p.propose)
}

func (p *Pages) decisionRoutes(m *handler.Mux) {
	m.Get(access.RunSitting, "/tagesordnung/{id}/beschluss", p.showVote)
	m.Post(access.RunSitting, "/tagesordnung/{id}/beschluss", p.decide)
	m.Get(access.ReadDecisions, "/beschluesse", p.showRegister)
	m.Get(access.ReadDecisions, "/beschluesse/{id}", p.showDecision)
	m.Get(access.ReadDecisions, "/beschluesse/{id}/auszug.pdf", p.sendExtract)
	m.Get(access.RunSitting, "/beschluesse/{id}/aufheben", p.showVoid)
	m.Post(access.RunSitting, "/beschluesse/{id}/aufheben", p.void)
	m.Get(access.ForwardDecisions, "/beschluesse/{id}/empfehlung", p.showForward)
	m.Post(access.ForwardDecisions, "/beschluesse/{id}/empfehlung", p.forward)
	m.Get(access.ForwardDecisions, "/empfehlungen/{id}/antwort", p.showResponse)
	m.Post(access.ForwardDecisions, "/empfehlungen/{id}/antwort", p.respond)

	m.Get(access.ReadDecisions, "/umlauf", p.showCirculars)
	m.Get(access.KeepSittings, "/gremien/{id}/umlauf/neu", p.showNewCircular)
	m.Post(access.KeepSittings, "/gremien/{id}/umlauf/neu", p.startCircular)
	m.Get(access.ReadDecisions, "/umlauf/{id}", p.showCircular)
	m.Get(access.VoteBetween, "/umlauf/{id}/stimme", p.askBallot)
	m.Post(access.VoteBetween, "/umlauf/{id}", p.castBallot)
	m.Get(access.KeepSittings, "/umlauf/{id}/eintragen", p.showBallotOnBehalf)
	m.Post(access.KeepSittings, "/umlauf/{id}/eintragen", p.castOnBehalf)
	m.Post(access.KeepSittings, "/umlauf/{id}/auszaehlen", p.countCircular)
	m.Get(access.KeepSittings, "/umlauf/{id}/zuruecknehmen", p.showWithdraw)
	m.Post(access.KeepSittings, "/umlauf/{id}/zuruecknehmen", p.withdraw)
}

// read runs fn in a read of the action.
func (p *Pages) read(r *http.Request, act access.Action, fn func(tx *db.Tx) error) error {
	return p.db.Read(r.Context(), act, fn)
}

// write runs fn in a write of the action.
func (p *Pages) write(r *http.Request, act access.Action, fn func(tx *db.Tx) error) error {
	return p.db.Write(r.Context(), act, fn)
}

// finish answers a form: with the form again where somebody can mend it, else
// with the next page. A form that was sent before is done.
func finish(w http.ResponseWriter, r *http.Request, err error, again func(fault.Fields) error, to, flash string) error {
	if faults, ok := fault.AsFields(err); ok && again != nil {
		return again(faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, to, flash)
}

// sittingFor reads a sitting for somebody who may do act in its body.
func (p *Pages) sittingFor(r *http.Request, tx *db.Tx, act access.Action, id uuid.UUID) (meeting.Meeting, error) {
	m, err := meeting.ByID(r.Context(), tx, id)
	if err != nil {
		return m, err
	}
	if !tx.Actor.MayAt(act, m.BodyID) {
		return m, fault.Forbidden
	}
	return m, nil
}
