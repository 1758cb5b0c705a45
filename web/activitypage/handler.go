// Package activitypage has the pages of the activities: the list with its
// quick entry, the full form, drafts, one activity, the bin, the monthly
// summary, the files and the import of a log from elsewhere.
package activitypage

import (
	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/document"
	"rundertisch/web/handler"
)

// Pages are the pages of the activities.
type Pages struct {
	db    *db.DB
	files *document.Store
	memo  *memo
}

// New returns the pages; files is where attachments are.
func New(d *db.DB, files *document.Store) *Pages { return &Pages{db: d, files: files, memo: &memo{}} }

// Routes adds the pages.
func (p *Pages) Routes(m *handler.Mux) {
	m.Get(access.ReadActivities, "/aktivitaeten", p.showList)
	m.Post(access.LogActivity, "/aktivitaeten", p.changing(p.logActivity))
	m.Get(access.ReadActivities, "/aktivitaeten/monate", p.showMonths)
	m.Get(access.LogActivity, "/aktivitaeten/neu", p.showEntry)
	m.Get(access.LogActivity, "/aktivitaeten/entwuerfe", p.showDrafts)
	m.Post(access.LogActivity, "/aktivitaeten/entwuerfe", p.changing(p.saveDraft))
	m.Get(access.LogActivity, "/aktivitaeten/entwuerfe/{id}", p.showDraft)
	m.Get(access.LogActivity, "/aktivitaeten/entwuerfe/{id}/verwerfen", p.askDiscard)
	m.Post(access.LogActivity, "/aktivitaeten/entwuerfe/{id}/verwerfen", p.changing(p.discardDraft))
	m.Get(access.LogActivity, "/aktivitaeten/papierkorb", p.showBin)

	m.Get(access.ImportActivities, "/aktivitaeten/einlesen", p.showUpload)
	m.Post(access.ImportActivities, "/aktivitaeten/einlesen", p.changing(p.upload))
	m.Get(access.ImportActivities, "/aktivitaeten/einlesen/{id}", p.showImport)
	m.Post(access.ImportActivities, "/aktivitaeten/einlesen/{id}", p.changing(p.chooseColumns))
	m.Post(access.ImportActivities, "/aktivitaeten/einlesen/{id}/uebernehmen", p.changing(p.commitImport))
	m.Post(access.ImportActivities, "/aktivitaeten/einlesen/{id}/verwerfen", p.changing(p.discardImport))

	m.Get(access.ReadActivities, "/aktivitaeten/{id}", p.showActivity)
	m.Get(access.LogActivity, "/aktivitaeten/{id}/kopieren", p.showCopy)
	m.Get(access.LogActivity, "/aktivitaeten/{id}/bearbeiten", p.showEdit)
	m.Post(access.LogActivity, "/aktivitaeten/{id}/bearbeiten", p.changing(p.changeActivity))
	m.Post(access.LogActivity, "/aktivitaeten/{id}/loeschen", p.changing(p.deleteActivity))
	m.Post(access.LogActivity, "/aktivitaeten/{id}/wiederherstellen", p.changing(p.restoreActivity))
	m.Post(access.LogActivity, "/aktivitaeten/{id}/freigeben", p.changing(p.releaseActivity))
	m.Post(access.LogActivity, "/aktivitaeten/{id}/erledigt", p.changing(p.followUpDone))
	m.Post(access.LogActivity, "/aktivitaeten/{id}/offen", p.changing(p.followUpOpen))

	m.Get(access.ReadActivities, "/aktivitaeten/{id}/dateien", p.showFiles)
	m.Post(access.LogActivity, "/aktivitaeten/{id}/dateien", p.attachFile)
	m.Get(access.ReadActivities, "/aktivitaeten/{id}/dateien/{file}", p.sendAttachment)
	m.Post(access.LogActivity, "/aktivitaeten/{id}/dateien/{file}/entfernen", p.removeFile)
	m.Post(access.LogActivity, "/aktivitaeten/{id}/dateien/{file}/wiederherstellen", p.restoreFile)
}
