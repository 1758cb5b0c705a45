// Package taskpage has the pages of the tasks: the list, one task, the forms
// that add and change one, and the form with which its owner reports.
package taskpage

import (
	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/task"
	"rundertisch/web/handler"
)

// Pages are the pages of the tasks.
type Pages struct {
	db      *db.DB
	service *task.Service
}

// New returns the pages.
func New(d *db.DB, s *task.Service) *Pages { return &Pages{db: d, service: s} }

// Routes adds the pages.
func (p *Pages) Routes(m *handler.Mux) {
	m.Get(access.ReadTasks, "/auftraege", p.showList)
	m.Get(access.KeepTasks, "/auftraege/neu", p.showNew)
	m.Post(access.KeepTasks, "/auftraege/neu", p.addTask)
	m.Get(access.ReadTasks, "/auftraege/{id}", p.showTask)
	m.Get(access.KeepTasks, "/auftraege/{id}/bearbeiten", p.showEdit)
	m.Post(access.KeepTasks, "/auftraege/{id}/bearbeiten", p.changeTask)
	m.Get(access.ReportTask, "/auftraege/{id}/stand", p.showReport)
	m.Post(access.ReportTask, "/auftraege/{id}/stand", p.report)
}
