// Package minutespage has the pages of the minutes: the office writes and
// circulates them, members review them, and everybody reads what was released.
package minutespage

import (
	"context"
	"errors"
	"net/http"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/document"
	"rundertisch/internal/fact"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/minutes"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/ui"
)

// Pages are the pages of the minutes.
type Pages struct {
	db      *db.DB
	service *minutes.Service
	files   *document.Store
	papers  *document.Renderer // nil: no PDFs
}

// New returns the pages.
func New(d *db.DB, s *minutes.Service, files *document.Store, papers *document.Renderer) *Pages {
	return &Pages{db: d, service: s, files: files, papers: papers}
}

// Routes adds the pages.
func (p *Pages) Routes(m *handler.Mux) {
	m.Get(access.ReadMinutes, "/protokolle", p.showList)
	m.Get(access.ReadMinutes, "/protokolle/{id}", p.showMinutes)
	m.Get(access.ReadMinutes, "/protokolle/{id}/fassungen/{no}", p.showVersion)
	m.Get(access.ReadMinutes, "/protokolle/{id}/fassungen/{no}/siegel.json", p.sendBytes)
	m.Get(access.ReadMinutes, "/protokolle/{id}/fassungen/{no}/niederschrift.pdf", p.sendPaper)
	m.Get(access.ReadMinutes, "/protokolle/{id}/vergleich", p.compare)
	m.Get(access.ReadMinutes, "/protokolle/{id}/nachweis", p.prove)
	m.Post(access.ScanMinutes, "/protokolle/{id}/nachweis", p.addScan)
	m.Get(access.ReadMinutes, "/protokolle/{id}/ausfertigung.pdf", p.sendSignatureCopy)
	m.Get(access.ReadMinutes, "/protokolle/{id}/scans/{scan}", p.sendScan)
	m.Get(access.ScanMinutes, "/protokolle/{id}/scans/{scan}/zuruecknehmen", p.askWithdrawScan)
	m.Post(access.ScanMinutes, "/protokolle/{id}/scans/{scan}/zuruecknehmen", p.withdrawScan)

	m.Post(access.WriteMinutes, "/sitzungen/{id}/niederschrift", p.begin)
	m.Get(access.ReadMinutes, "/protokolle/{id}/schreiben", p.showDraft)
	m.Post(access.WriteMinutes, "/protokolle/{id}/absaetze", p.addPassage)
	m.Post(access.WriteMinutes, "/protokolle/{id}/absaetze/{block}", p.savePassage)
	m.Post(access.WriteMinutes, "/protokolle/{id}/absaetze/{block}/bearbeiten", p.editPassage)
	m.Post(access.WriteMinutes, "/protokolle/{id}/absaetze/{block}/verschieben", p.movePassage)
	m.Post(access.WriteMinutes, "/protokolle/{id}/absaetze/{block}/entfernen", p.removePassage)
	m.Post(access.WriteMinutes, "/protokolle/{id}/absaetze/{block}/wiederherstellen", p.restorePassage)
	m.Post(access.WriteMinutes, "/protokolle/{id}/absaetze/{block}/begruenden", p.explainPassage)
	m.Post(access.WriteMinutes, "/protokolle/{id}/begruendungen", p.explainPassages)
	m.Post(access.SignMinutes, "/protokolle/{id}/pruefung", p.passToCheck)
	m.Get(access.CirculateMinutes, "/protokolle/{id}/umlauf", p.askCirculate)
	m.Post(access.CirculateMinutes, "/protokolle/{id}/umlauf", p.circulate)
	m.Post(access.WriteMinutes, "/protokolle/{id}/ueberarbeiten", p.reopen)

	m.Get(access.ReadMinutes, "/protokolle/{id}/durchsicht", p.showReview)
	m.Post(access.Object, "/protokolle/{id}/keine-einwendungen", p.noObjection)
	m.Get(access.ReadMinutes, "/protokolle/{id}/einwenden/{block}", p.showObjectionForm)
	m.Post(access.ReadMinutes, "/protokolle/{id}/einwenden/{block}", p.object)
	m.Get(access.ReadMinutes, "/einwendungen/{id}", p.showObjection)
	m.Get(access.Object, "/einwendungen/{id}/zuruecknehmen", p.askWithdraw)
	m.Post(access.Object, "/einwendungen/{id}/zuruecknehmen", p.withdraw)
	m.Post(access.Object, "/einwendungen/{id}/verwerfen", p.discard)
	m.Post(access.ReadMinutes, "/einwendungen/{id}/nachrichten", p.say)
	m.Get(access.ResolveObjection, "/einwendungen/{id}/entscheiden", p.showResolve)
	m.Post(access.ResolveObjection, "/einwendungen/{id}/entscheiden", p.resolve)

	m.Get(access.CirculateMinutes, "/protokolle/{id}/genehmigung", p.showApprove)
	m.Post(access.CirculateMinutes, "/protokolle/{id}/genehmigung", p.approve)
	m.Post(access.SignMinutes, "/protokolle/{id}/unterschrift", p.sign)
	m.Get(access.ReleaseMinutes, "/protokolle/{id}/freigabe", p.showRelease)
	m.Post(access.ReleaseMinutes, "/protokolle/{id}/freigabe", p.release)
	m.Get(access.CirculateMinutes, "/protokolle/{id}/berichtigung", p.showCorrection)
	m.Post(access.CirculateMinutes, "/protokolle/{id}/berichtigung", p.proposeCorrection)
	m.Post(access.CirculateMinutes, "/berichtigungen/{id}/entscheiden", p.decideCorrection)

	m.Get(access.WriteMinutes, "/gremien/{id}/niederschriften/uebernehmen", p.showTakeOver)
	m.Post(access.WriteMinutes, "/gremien/{id}/niederschriften/uebernehmen", p.takeOver)

	m.Get(access.ReadReleased, "/veroeffentlichungen", p.listPublic)
	m.Get(access.ReadReleased, "/veroeffentlichungen/{id}", p.showPublic)
	m.Get(access.ReadReleased, "/veroeffentlichungen/{id}/auszug.pdf", p.sendPublicPaper)
}

// read finds the minutes of the address and lets fn read more of them.
func (p *Pages) read(r *http.Request, act access.Action, fn func(ctx context.Context, tx *db.Tx, m minutes.Minutes) error) (m minutes.Minutes, err error) {
	id, err := form.PathID(r, "id")
	if err != nil {
		return m, err
	}
	err = p.db.Read(r.Context(), act, func(tx *db.Tx) (err error) {
		if m, err = minutes.ByID(r.Context(), tx, id); err != nil {
			return err
		}
		return fn(r.Context(), tx, m)
	})
	return m, err
}

// write changes something and sends to the next page. What the same form did
// before is done.
func (p *Pages) write(w http.ResponseWriter, r *http.Request, act access.Action, next, flash string, fn func(ctx context.Context, tx *db.Tx) error) error {
	err := p.db.Write(r.Context(), act, func(tx *db.Tx) error { return fn(r.Context(), tx) })
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, next, flash)
}

// act is write for the minutes of the address, with the version from the form.
func (p *Pages) act(w http.ResponseWriter, r *http.Request, act access.Action, next func(uuid.UUID) string, flash string,
	fn func(ctx context.Context, tx *db.Tx, id uuid.UUID, f *form.Values) error,
) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	return p.write(w, r, act, next(id), flash, func(ctx context.Context, tx *db.Tx) error { return fn(ctx, tx, id, f) })
}

// crumbs are the way to the minutes.
func crumbs(ctx context.Context, m minutes.Minutes, more ...ui.Link) []ui.Link {
	return append([]ui.Link{
		{Label: locale.T(ctx, "nav.minutes"), URL: link.AllMinutes()},
		{Label: title(ctx, m), URL: link.Minutes(m.ID)},
	}, more...)
}

// title names the minutes: "Niederschrift vom 12.11.2026".
func title(ctx context.Context, m minutes.Minutes) string {
	return locale.T(ctx, "minutes.title", "Day", locale.Date(ctx, m.Day.Time()))
}
