package server

import (
	"rundertisch/internal/account"
	"rundertisch/internal/document"
	"rundertisch/internal/mail"
	"rundertisch/internal/meeting"
	"rundertisch/internal/minutes"
	"rundertisch/internal/task"
	"rundertisch/web/accountpage"
	"rundertisch/web/activitypage"
	"rundertisch/web/adminpage"
	"rundertisch/web/bodypage"
	"rundertisch/web/demopage"
	"rundertisch/web/deskpage"
	"rundertisch/web/districtpage"
	"rundertisch/web/grantpage"
	"rundertisch/web/handler"
	"rundertisch/web/inboxpage"
	"rundertisch/web/meetingpage"
	"rundertisch/web/minutespage"
	"rundertisch/web/partnerpage"
	"rundertisch/web/publicpage"
	"rundertisch/web/sessionpage"
	"rundertisch/web/taskpage"
)

// Page is a set of pages that adds its routes.
type Page interface{ Routes(m *handler.Mux) }

// Parts are what the pages work with, made in cmd.
type Parts struct {
	DemoAccounts []sessionpage.DemoAccount
	Mail         *mail.Office
	Accounts     *account.Service
	Minutes      *minutes.Service
	Meetings     *meeting.Service
	Tasks        *task.Service
	Files        *document.Store    // what people upload
	Papers       *document.Renderer // sets PDFs, reads Word documents
}

// routes mounts all pages.
func (s *Server) routes(parts Parts) {
	for _, page := range []Page{
		publicpage.New(s.db),
		deskpage.New(s.db),
		districtpage.New(s.db),
		activitypage.New(s.db, parts.Files),
		partnerpage.New(s.db),
		bodypage.New(s.db),
		inboxpage.New(s.db),
		minutespage.New(s.db, parts.Minutes, parts.Files, parts.Papers),
		meetingpage.New(s.db, parts.Meetings, parts.Files, parts.Papers),
		taskpage.New(s.db, parts.Tasks),
		grantpage.New(s.db, parts.Papers),
		sessionpage.New(s.db, s.sessions, parts.DemoAccounts),
		accountpage.New(s.db, s.sessions, parts.Accounts),
		adminpage.New(s.db, parts.Accounts),
		demopage.New(s.db),
		switches{},
	} {
		page.Routes(s.mux)
	}
}
